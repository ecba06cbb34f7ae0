"""The words for what can happen: the standard events of ISO 10002's process, and those that a policy declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from complaint_policy.case import EventType, Field
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType, in_words
from complaint_policy.diagnostics import Code, Location, nearest
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import Common, Draft, entries_in, mapping_in, section
from complaint_policy.policy.compiling.names import good_id, meant, unknown
from complaint_policy.policy.compiling.places import duties_of_packs
from complaint_policy.policy.compiling.types import read_field
from complaint_policy.policy.compiling.values import minor_unit
from complaint_policy.policy.nodes import Node, Scalar
from complaint_policy.policy.scalars import read_text

DISAGREE = Code(
    "CP212",
    "an event is declared in two ways",
    "Events are one vocabulary for all files of a policy: a case holds each event once. Two files that declare the same"
    " event must mean the same fields, and a standard event keeps the kind of its own fields.",
)
ABOUT_THE_RECORD = Code(
    "CP213",
    "an entry about the record is used as an event",
    "`facts_changed` and `entry_withdrawn` say what is known of a case; no clock starts, stops or is met by them.",
)
NOT_YET = Code(
    "CP214",
    "a part of the language that this version does not evaluate",
    "What is read but not evaluated would be a promise that nobody keeps, so it is refused until it is.",
)

RECORD_ENTRIES = frozenset({"facts_changed", "entry_withdrawn"})

TEXT = FactType("text")
BOOLEAN = FactType("boolean")
DATE = FactType("date")

EVERY_EVENT = (("by", TEXT), ("channel", TEXT), ("role", TEXT))
"""Fields that every event has (case.py), last in this order."""

OUTCOMES = ("upheld", "partly_upheld", "not_upheld")


@cache
def standard_events(currency: str | None) -> Mapping[str, EventType]:
    """The events of language.md §6 with their fields; amounts are in the policy's currency.

    Every event also has `by`, `channel` and `role`. `approval_given` says with `role` who approved.
    """
    money = FactType("money", scale=minor_unit(currency), currency=currency)
    outcome = FactType("choice", choices=OUTCOMES)
    fields: dict[str, dict[str, FactType]] = {
        "received": {"written": BOOLEAN},
        "acknowledged": {"written": BOOLEAN},
        "assessed": {},
        "investigation_started": {},
        "information_requested": {"written": BOOLEAN},
        "information_received": {},
        "findings_recorded": {},
        "offer_made": {"amount": money, "remedy": TEXT, "written": BOOLEAN},
        "offer_rejected": {"written": BOOLEAN},
        "offer_accepted": {"written": BOOLEAN},
        "update_sent": {"written": BOOLEAN},
        "approval_given": {"approval": TEXT, "amount": money},
        "decision_communicated": {"outcome": outcome, "written": BOOLEAN},
        "final_response": {"outcome": outcome, "written": BOOLEAN},
        "holding_response": {"promised_on": DATE, "reason": TEXT, "written": BOOLEAN},
        "remedy_implemented": {"remedy": TEXT, "amount": money},
        "feedback_requested": {},
        "feedback_received": {"satisfied": BOOLEAN},
        "escalated": {"tier": TEXT, "reason": TEXT},
        "reopened": {"reason": TEXT},
        "referred": {"body": TEXT},
        "closed": {"reason": TEXT},
    }
    return {name: EventType(name, tuple(Field(one, type) for one, type in of.items())) for name, of in fields.items()}


def declare_events(draft: Draft) -> None:
    """Add the file's own events, and its fields of standard ones, to the common vocabulary."""
    for key, node in section(draft, "events"):
        if key.text in RECORD_ENTRIES:
            _about_the_record(key.text, key.location, draft)
        elif good_id(key.text, "event", key.location, draft.problems):
            draft.common.places.setdefault(("event", key.text), key.location)
            _declare(key, node, draft)


def _about_the_record(name: str, place: Location, draft: Draft) -> None:
    message = f"`{name}` is an entry about the record of a case, not something that happened to the complaint"
    draft.report(ABOUT_THE_RECORD, message, place, "name an event such as `received` or one of your own")


def _declare(key: Scalar, node: Node, draft: Draft) -> None:
    body = mapping_in(node, draft)
    fields = [
        field
        for one, of in entries_in(body.get("fields") if body else None, draft)
        if (field := _field(one, of, draft))
    ]
    tie = body.get("shared_by") if body else None
    if isinstance(tie, Scalar) and tie.text in dict(EVERY_EVENT):
        help = "give the fact another name, such as `outage`"
        draft.report(DISAGREE, f"every event has a field `{tie.text}` already", tie.location, help)
    elif isinstance(tie, Scalar) and any(field.name == tie.text and field.type != TEXT for field in fields):
        help = "leave the field out: it is a text"
        draft.report(
            DISAGREE, f"`{key.text}` has the field `{tie.text}` already, as it is shared by it", key.location, help
        )
    elif isinstance(tie, Scalar):
        draft.common.shared.append((key.text, tie, draft))
        fields = [*(field for field in fields if field.name != tie.text), Field(tie.text, TEXT)]
    known = draft.common.events.get(key.text)
    draft.common.events[key.text] = (
        _merged(key, known, tuple(fields), draft) if known else EventType(key.text, tuple(fields))
    )


def _field(key: Scalar, node: Node, draft: Draft) -> Field | None:
    if key.text in dict(EVERY_EVENT):
        draft.report(
            DISAGREE, f"every event has the field `{key.text}` already", key.location, "leave it out: it is a text"
        )
        return None
    if not good_id(key.text, "field", key.location, draft.problems):
        return None
    return read_field(key.text, node, draft)


def _merged(key: Scalar, known: EventType, fields: tuple[Field, ...], draft: Draft) -> EventType:
    """A second declaration may add fields, and may give a choice its own choices while only the standard has it."""
    merged = {field.name: field for field in known.fields}
    for field in fields:
        before = merged.get(field.name)
        own_choices = known == standard_events(draft.common.currency).get(key.text) and field.type.kind == "choice"
        if before and before.type != field.type and not (own_choices and before.type.kind == "choice"):
            message = (
                f"`{key.text}.{field.name}` is declared as {field.type.kind} here and as {before.type.kind} before"
            )
            if before.type.kind == field.type.kind:
                message = f"`{key.text}.{field.name}` is declared here in another way than before"
            draft.report(
                DISAGREE, message, key.location, "let both declarations say the same, or give the field another name"
            )
        else:
            merged[field.name] = field
    return replace(known, fields=tuple(merged.values()))


def event_scope(event: str, common: Common) -> dict[str, tuple[str, FactType]]:
    """The names that a `where` on this event may use: its fields and those of every event."""
    fields = common.events[event].fields if event in common.events else ()
    scope = {field.name: (field.name, field.type) for field in fields}
    return scope | {name: (name, type) for name, type in EVERY_EVENT}


def compile_where(node: Node | None, event: str, draft: Draft) -> Condition | None:
    """The condition on the fields of an event, None if there is none or it has mistakes."""
    scope = event_scope(event, draft.common)
    told = f"`where` looks at the fields of `{event}`: {', '.join(f'`{one}`' for one in scope)}"
    return compile_condition(node, draft, scope, dict.fromkeys(draft.scope, told))


def event_named(node: Node, draft: Draft) -> str | None:
    """The event that is named here, None with a problem if there is none such."""
    text = read_text(node, draft.problems)
    if text is None:
        return None
    if text in draft.common.events:
        return text
    if text in RECORD_ENTRIES:
        _about_the_record(text, node.location, draft)
    elif text in draft.duties or text in duties_of_packs(draft):
        help = f"write `{{met: {text}}}` for the moment the duty is met, or declare an event under `events:`"
        draft.problems.append(unknown("event", text, (), node.location, help=help))
    elif text in draft.scope and draft.scope[text][1].kind == "date":
        draft.problems.append(
            unknown("event", text, (), node.location, help=f"write `{{fact: {text}}}` for the date of the fact")
        )
    else:
        draft.problems.append(unknown("event", text, draft.common.events, node.location))
    return None


def event_field(node: Node, draft: Draft, kinds: tuple[str, ...] = ()) -> tuple[str, Field] | None:
    """The `event.field` named here, of one of the `kinds` (any if none is given)."""
    text = read_text(node, draft.problems)
    if text is None:
        return None
    event, point, name = text.partition(".")
    if not point:
        draft.report(
            FIELD_FORM,
            f"`{text}` names no field",
            node.location,
            f"write the event, a point and its field: `{text}.FIELD`",
        )
        return None
    found = event_named(Scalar(event, "plain", node.location), draft)
    if found is None:
        return None
    return _typed_field(found, name, node, draft, kinds)


FIELD_FORM = Code(
    "CP215",
    "a field of an event is named wrongly",
    "A field is named by its event, a point and its own name, and must hold what the place needs: a date for a due"
    " moment.",
)


def _typed_field(event: str, name: str, node: Node, draft: Draft, kinds: tuple[str, ...]) -> tuple[str, Field] | None:
    known = {field.name: field for field in draft.common.events[event].fields}
    known |= {one: Field(one, type) for one, type in EVERY_EVENT}
    field = known.get(name)
    if field is None:
        help = meant(name, known, "field") if nearest(name, known) else _fields_help(event, known)
        draft.problems.append(unknown("field", name, known, node.location, of=event, help=help))
        return None
    if kinds and field.type.kind not in kinds:
        message = f"`{event}.{name}` is {in_words(field.type.kind)}, where a {' or a '.join(kinds)} belongs"
        draft.report(FIELD_FORM, message, node.location, "name another field, or declare this one with another type")
        return None
    return event, field


def _fields_help(event: str, known: dict[str, Field]) -> str:
    return f"the fields of `{event}` are {', '.join(f'`{one}`' for one in known)}; declare more under `events:`"


def promised_field(event: str, node: Node, draft: Draft) -> str | None:
    """The field of this event that holds a promised date or moment, written with or without the event's name."""
    text = read_text(node, draft.problems)
    if text is None:
        return None
    found = _typed_field(event, text.removeprefix(f"{event}."), node, draft, ("date", "moment"))
    return found[1].name if found else None
