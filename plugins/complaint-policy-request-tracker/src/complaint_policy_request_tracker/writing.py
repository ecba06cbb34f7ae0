"""Writes to a ticket how its case stands, only where the ticket does not say so yet, and sees that it arrived.

RT answers success also where it took nothing: a right is missing, a custom field is not there or has other values.
Whatever was written is therefore read again, and said if it is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from rt import exceptions
from rt.rest2 import Rt

from complaint_policy.hookspecs import NotTaken, Standing
from complaint_policy_request_tracker.connecting import Json
from complaint_policy_request_tracker.reading import custom, due_of
from complaint_policy_request_tracker.settings import DUE, Settings


def written(tracker: Rt, settings: Settings, standing: Standing, read: Callable[[], Json]) -> None:
    """Writes what is asked for and not there yet, all that RT takes; then says what it did not. `read` reads the
    ticket."""
    record = read()
    fields = _missing_fields(record, _wanted(standing, settings.fields))
    due_at = standing.due_at if settings.due and due_of(record, settings.due) != standing.due_at else None
    refused: list[str] = []
    if fields or due_at is not None:
        tracker.edit_ticket(standing.ticket, **_edit(settings, fields, due_at))
        record = read()
        refused += [_not_taken(name, values) for name, values in _missing_fields(record, fields).items()]
    if due_at is not None and not _due_is_there(tracker, settings, standing.ticket, due_at, record, read):
        kind = "" if settings.due == DUE else ", that the field is there and holds a date and time"
        refused.append(f"the due moment in `{settings.due}`: see that the account may change it{kind}")
    if standing.comment:
        refused += _comment(tracker, standing)
    if refused:
        raise NotTaken(f"Request Tracker did not take for ticket {standing.ticket}: {'; '.join(refused)}")


def _wanted(standing: Standing, fields: Mapping[str, str]) -> dict[str, list[str]]:
    """What is to stand in which custom field; what is empty is left as it is."""
    said = {
        "tier": [standing.tier],
        "severity": [standing.severity],
        "duty": [standing.duty],
        "breaches": [*standing.breaches],
    }
    return {name: [text for text in said[key] if text] for key, name in fields.items() if any(said[key])}


def _missing_fields(record: Json, wanted: Mapping[str, list[str]]) -> dict[str, list[str]]:
    there = custom(record)
    return {name: values for name, values in wanted.items() if sorted(there.get(name, [])) != sorted(values)}


def _not_taken(name: str, values: list[str]) -> str:
    return (
        f"`{', '.join(values)}` for the custom field `{name}`: see that the queue has this field, that it takes such a "
        "value (several, for breaches), and that the account may change it"
    )


def _due_is_there(
    tracker: Rt, settings: Settings, ticket: str, due_at: int, record: Json, read: Callable[[], Json]
) -> bool:
    """Whether RT understood the due moment: it takes that of a custom field in the zone of the account.

    If it shows another one, it is told again, earlier or later by as much; twice, as a clock change may lie between.
    """
    told = due_at
    for _ in range(2):
        shown = due_of(record, settings.due)
        if shown is None or shown == due_at:
            break
        told += due_at - shown
        tracker.edit_ticket(ticket, **_edit(settings, {}, told))
        record = read()
    return due_of(record, settings.due) == due_at


def _edit(settings: Settings, fields: Mapping[str, list[str]], due_at: int | None) -> Json:
    """What is sent in one change. `Due` is stored as it comes, so it has the form of RT's own database, in UTC."""
    changed: Json = dict(fields)
    if due_at is None:
        return {"CustomFields": changed}
    text = datetime.fromtimestamp(due_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if settings.due == DUE:
        return {"CustomFields": changed, DUE: text}
    return {"CustomFields": {**changed, settings.due: text}}


def _comment(tracker: Rt, standing: Standing) -> list[str]:
    """Comments once for each key: the last line of the comment names the key, and is looked for before. What RT did not
    take of it."""
    mark = f"[complaint-policy {standing.key}]" if standing.key else ""
    if mark and _commented(tracker, standing.ticket, mark):
        return []
    try:
        tracker.comment(standing.ticket, content=f"{standing.comment}\n\n{mark}".rstrip())
    except exceptions.BadRequestError:
        return ["the comment: give the account the right CommentOnTicket"]
    if mark and not _commented(tracker, standing.ticket, mark):
        return ["a look at its comments: give the account the right ShowTicketComments, or it comments again each time"]
    return []


def _commented(tracker: Rt, ticket: str, mark: str) -> bool:
    asked = [{"field": "Content", "operator": "LIKE", "value": mark}]
    try:
        return bool(tracker.get_attachments(ticket, query_filter=asked, query_format="id"))
    except exceptions.NotFoundError:
        return False  # the library says so of an empty list, where RT does not tell how long it is
