"""Turns what Request Tracker tells of a ticket and its transactions into a ticket with steps, in RT's own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaint_policy.hookspecs import Step, Ticket
from complaint_policy_request_tracker.connecting import Json
from complaint_policy_request_tracker.settings import DUE

HISTORY_FIELDS = "Type,Created,Creator,Field,OldValue,NewValue"
"""What is asked of each transaction. Its content is left where it is: letters and personal data stay in RT."""

_TEXTS = ("Subject", "Status", "Type", "Priority", "InitialPriority", "FinalPriority", "TimeWorked")
_MOMENTS = ("Created", "Starts", "Started", "Resolved", "Told", "Due", "LastUpdated")
_CHANGES = ("Set", "Status")
"""Kinds of transactions whose `Field` is a field of the ticket."""
_PEOPLE = ("Owner", "Creator", "LastUpdatedBy", "Requestor", "Cc", "AdminCc")


def moment(text: object) -> int | None:
    """UTC seconds of `2026-11-22T12:18:37Z`; None for what RT writes where nothing is set (1970)."""
    if not isinstance(text, str):
        raise TypeError("no moment")
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("a moment without a zone")
    seconds = int(read.timestamp())
    return seconds if seconds > 0 else None


def id_of(item: Json) -> str:
    """The id of a line of a list or of a record: RT writes a number or a text."""
    id = str(int(item["id"]))
    if id == "0":
        raise ValueError("nothing has the id 0")
    return id


def ticket_of(record: Json, history: list[Json]) -> Ticket:
    """The ticket, with its transactions as steps, oldest first."""
    created, updated = moment(record["Created"]), moment(record["LastUpdated"])
    if created is None or updated is None:
        raise ValueError("a ticket that was never made")
    requestors = {person for name, person in _people(record) if name == "Requestor"}
    names = {id_of(field): str(field["name"]) for field in record.get("CustomFields") or []}
    steps = sorted((_step(item, requestors, names) for item in history), key=lambda step: (step.at, int(step.id)))
    return Ticket(
        id_of(record),
        created,
        max(created, updated),
        str(record["Status"]),
        str(record.get("Subject") or ""),
        moment(record["Due"]) if record.get("Due") else None,
        tuple(_fields(record)),
        tuple(steps),
    )


def custom(record: Json) -> dict[str, list[str]]:
    """The values of the ticket's custom fields, by name."""
    fields = record.get("CustomFields") or []
    return {str(one["name"]): [_text(value) for value in one["values"] if value is not None] for one in fields}


def _fields(record: Json) -> Iterator[tuple[str, str]]:
    """The fields under the names that RT's own searches call them by: `Queue`, `Requestor`, `CF.Severity`."""
    yield "Queue", _named(record["Queue"])
    for name in _TEXTS:
        if record.get(name) not in (None, ""):
            yield name, _text(record[name])
    for name in _MOMENTS:
        if record.get(name) and moment(record[name]) is not None:
            yield name, str(record[name])
    yield from _people(record)
    for name, values in custom(record).items():
        for value in values:
            yield f"CF.{name}", value


def _people(record: Json) -> Iterator[tuple[str, str]]:
    for name in _PEOPLE:
        found = record.get(name) or []
        for one in found if isinstance(found, list) else [found]:
            yield name, str(one["id"])


def _named(reference: Json) -> str:
    return str(reference.get("Name") or reference["id"])


def _text(value: object) -> str:
    """A value of a field; a file stands there by its name."""
    return str(value["filename"]) if isinstance(value, dict) else str(value)


def _step(item: Json, requestors: set[str], names: dict[str, str]) -> Step:
    at = moment(item["Created"])
    if at is None:
        raise ValueError("a transaction without a moment")
    actor = str(item["Creator"]["id"]) if item.get("Creator") else ""
    fields = [(name, str(item[name])) for name in ("Field", "OldValue", "NewValue") if item.get(name)]
    changed = str(item.get("Field") or "") if item["Type"] in _CHANGES else ""
    if item["Type"] == "CustomField":
        # RT tells the number of the custom field only
        name = names.get(str(item.get("Field")), "")
        fields += [("CustomField", name)] if name else []
        changed = f"CF.{name}" if name else ""
    fields.append(("By", "requestor" if actor in requestors else "others"))
    return Step(id_of(item), str(item["Type"]), at, actor, tuple(fields), changed)


def due_of(record: Json, field: str) -> int | None:
    """The due moment that stands in `Due`, or in the custom field of that name."""
    if field == DUE:
        return moment(record["Due"]) if record.get("Due") else None
    values = custom(record).get(field) or [""]
    try:
        return moment(values[0])
    except ValueError:
        return None  # a custom field of another type: that ours did not arrive is found when it was written
