"""What may be known of a case: facts that it gives, and facts derived from conditions, events, duties and time."""

from __future__ import annotations

from dataclasses import replace

from complaint_policy.case import Field
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import Draft, section, text_in
from complaint_policy.policy.compiling.events import compile_where, event_field, event_named
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import good_id
from complaint_policy.policy.compiling.places import calendar_of, duty_named
from complaint_policy.policy.compiling.timed_facts import read_elapsed, read_later_than
from complaint_policy.policy.compiling.told_moments import FACT_FORM
from complaint_policy.policy.compiling.types import read_field
from complaint_policy.policy.compiling.values import minor_unit
from complaint_policy.policy.model import (
    Counted,
    Derived,
    Fact,
    Given,
    IsLate,
    IsMet,
    Latest,
    Source,
    StateOf,
    Total,
    When,
)
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.scalars import read_boolean

STANDARD = Code(
    "CP219",
    "a fact has the name of a standard one",
    "`redress` is the latest amount offered (semantics 89); every policy has it already.",
)

REDRESS = "redress"
SOURCES = ("is", "count", "field", "sum", "date_of", "moment_of", "met", "late", "state", "later_than", "elapsed")
BOOLEAN = FactType("boolean")
_MANY = 1000
"""How many events of the largest amount a sum has room for."""
DUTY_STATES = (
    *("not_applicable", "not_started", "running", "paused", "met", "met_late", "breached", "lapsed", "attested"),
    *("ended", "in_force"),
)
"""What a fact of `state` may be: every state of a duty but `cannot_tell`, which is not known (semantics 111)."""


def redress(currency: str | None) -> Fact:
    """The latest amount offered, which limits and approvals look at (semantics 89)."""
    type = FactType("money", scale=minor_unit(currency), currency=currency)
    return Fact(Field(REDRESS, type, says="the latest amount offered"), Latest("offer_made", "amount"))


def declare_facts(draft: Draft) -> list[tuple[Scalar, Node, Field]]:
    """Give every well-written fact of the file its type, so that conditions can be checked; in the order written."""
    declared = []
    for key, node in section(draft, "facts"):
        if key.text == REDRESS:
            draft.report(
                STANDARD,
                "`redress` is a fact of every policy already",
                key.location,
                "take it out: it is the latest amount offered; or give yours another name",
            )
        elif good_id(key.text, "fact", key.location, draft.problems):
            qualified = draft.declare("fact", key.text, key.location)
            field = _declared(qualified, node, key, draft)
            if field is None:
                draft.later[key.text] = ""
            else:
                declared.append((key, node, field))
                draft.scope[key.text] = (qualified, field.type)
                draft.renamed[key.text] = dict(field.renamed)
    return declared


def _declared(qualified: str, node: Node, key: Scalar, draft: Draft) -> Field | None:
    source = _source_key(node)
    if source is None:
        if isinstance(node, Mapping) and node.get("type") is None:
            help = f"add `type: boolean` or another type, or one of {', '.join(f'`{one}`' for one in SOURCES)}"
            draft.report(FACT_FORM, f"the fact `{key.text}` has no type", key.location, help)
            return None
        return read_field(qualified, node, draft)
    assert isinstance(node, Mapping)
    type = _derived_type(source, node, draft)
    if type is None:
        return None
    sensitive = node.get("sensitive")
    return Field(
        qualified,
        type,
        sensitive=bool(sensitive is not None and read_boolean(sensitive, draft.problems)),
        says=words_under(node, "says", draft),
    )


def _source_key(node: Node) -> str | None:
    """Which of `is`, `count`, … the map has; the schema has seen to it that there is only one."""
    return next((one for one in SOURCES if isinstance(node, Mapping) and node.get(one) is not None), None)


def _derived_type(source: str, node: Mapping, draft: Draft) -> FactType | None:
    match source:
        case "count" | "elapsed":
            return FactType("number", largest=100_000)
        case "field" | "sum":
            written = node.get(source)
            kinds = ("number", "money") if source == "sum" else ()
            found = event_field(written, draft, kinds) if written else None
            if found is None or source == "field":
                return found[1].type if found else None
            return replace(found[1].type, largest=found[1].type.largest * _MANY)
        case "date_of":
            return FactType("date")
        case "moment_of":
            return FactType("moment")
        case "state":
            return FactType("choice", choices=DUTY_STATES)
    return BOOLEAN


def compile_facts(declared: list[tuple[Scalar, Node, Field]], draft: Draft) -> list[Fact]:
    """The facts with their sources; conditions may use every fact of the file, but no decision (semantics 53)."""
    facts = []
    for key, node, field in declared:
        source = _source(key, node, draft)
        if source is not None:
            facts.append(Fact(field, source))
    return facts


def _source(key: Scalar, node: Node, draft: Draft) -> Source | None:
    kind = _source_key(node)
    if kind is None:
        return Given()
    assert isinstance(node, Mapping)
    written = node.get(kind)
    assert written is not None
    match kind:
        case "is":
            condition = compile_condition(written, draft)
            return None if condition is None else Derived(condition)
        case "field" | "sum":
            event, _, name = (text_in(written, draft) or "").partition(".")
            return Latest(event, name) if kind == "field" else Total(event, name, _where(node, event, draft))
        case "count" | "date_of" | "moment_of":
            event_or_none = event_named(written, draft)
            return None if event_or_none is None else _of_events(kind, event_or_none, node, draft)
        case "met" | "late" | "state":
            duty = duty_named(written, draft, to_act=kind == "met")
            if kind == "state" and duty in draft.common.repeated:
                help = "count its events, or ask `late` or `met`"
                draft.report(FACT_FORM, f"`{duty}` has a state for each event, not one", written.location, help)
                return None
            if duty is None:
                return None
            return IsMet(duty) if kind == "met" else IsLate(duty) if kind == "late" else StateOf(duty)
        case "elapsed":
            return read_elapsed(node, draft)
        case _:
            return read_later_than(node, draft)


def _where(node: Mapping, event: str, draft: Draft) -> Condition | None:
    return compile_where(node.get("where"), event, draft)


def _of_events(kind: str, event: str, node: Mapping, draft: Draft) -> Source | None:
    where = _where(node, event, draft)
    if kind == "count":
        return _counted(event, where, node, draft)
    latest = text_in(node.get("which"), draft) == "latest"
    if kind == "moment_of":
        return When(event, where, latest)
    calendar = calendar_of(node.get("calendar"), node, draft)
    return None if calendar is None else When(event, where, latest, calendar)


def _counted(event: str, where: Condition | None, node: Mapping, draft: Draft) -> Counted | None:
    if node.get("distinct") is None and node.get("within") is None:
        return Counted(event, where)
    within = read_length(node.get("within"), draft)
    calendar = calendar_of(node.get("calendar"), node, draft)
    return None if calendar is None else Counted(event, where, node.get("distinct") is not None, within, calendar)
