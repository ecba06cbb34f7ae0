"""What may be known of a case: facts that it gives, and facts derived from conditions, events, duties and time."""

from __future__ import annotations

from complaint_policy.case import Field
from complaint_policy.clocks.data import AtDate, AtEvent
from complaint_policy.conditions.typing import FactType, in_words
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import Draft, mapping_in, section, text_in
from complaint_policy.policy.compiling.events import compile_where, event_field, event_named
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import good_id, unknown
from complaint_policy.policy.compiling.places import calendar_of, duty_named
from complaint_policy.policy.compiling.types import read_field
from complaint_policy.policy.compiling.values import minor_unit
from complaint_policy.policy.model import Counted, Derived, Fact, Given, IsMet, LaterThan, Latest, Source
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.scalars import read_boolean

FACT_FORM = Code(
    "CP218",
    "a fact says neither its type nor where it comes from",
    "A fact is given by the case and has a `type`, or it comes from exactly one of `is`, `count`, `field`, `met` and"
    " `later_than`.",
)
STANDARD = Code(
    "CP219",
    "a fact has the name of a standard one",
    "`redress` is the latest amount offered (semantics 89); every policy has it already.",
)

REDRESS = "redress"
SOURCES = ("is", "count", "field", "met", "later_than")
BOOLEAN = FactType("boolean")


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
    if source == "count":
        return FactType("number", largest=100_000)
    if source == "field":
        written = node.get("field")
        found = event_field(written, draft) if written else None
        return found[1].type if found else None
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
        case "count":
            event = event_named(written, draft)
            where = node.get("where")
            condition = compile_where(where, event, draft) if event and where else None
            return None if event is None else Counted(event, condition)
        case "field":
            text = text_in(written, draft) or ""
            event, _, name = text.partition(".")
            return Latest(event, name)
        case "met":
            duty = duty_named(written, draft)
            return None if duty is None else IsMet(duty)
        case _:
            return _later_than(node, draft)


def _later_than(node: Mapping, draft: Draft) -> LaterThan | None:
    length = read_length(node.get("later_than"), draft)
    since = _since(node.get("from"), node, draft)
    written = node.get("event")
    event = None if written is None else event_named(written, draft)
    calendar = calendar_of(node.get("calendar"), node, draft)
    if length is None or since is None or calendar is None or (written is not None and event is None):
        return None
    return LaterThan(length, since, event, calendar)


def _since(node: Node | None, parent: Mapping, draft: Draft) -> AtDate | AtEvent | None:
    if node is None:
        draft.report(
            FACT_FORM,
            "`later_than` needs to know later than what",
            parent.location,
            "add `from:` with a date fact or an event",
        )
        return None
    inner = mapping_in(node, draft) if isinstance(node, Mapping) else None
    if inner is not None:
        fact = inner.get("fact")
        event = inner.get("event")
        if fact is not None:
            return date_fact(fact, draft)
        return _at_event(event, draft) if event is not None else None
    text = text_in(node, draft)
    if text is not None and text in draft.scope:
        return date_fact(node, draft)
    return _at_event(node, draft)


def _at_event(node: Node, draft: Draft) -> AtEvent | None:
    event = event_named(node, draft)
    return None if event is None else AtEvent(event)


def date_fact(node: Node, draft: Draft) -> AtDate | None:
    """The fact of type date that is named here."""
    text = text_in(node, draft)
    if text is None:
        return None
    found = draft.scope.get(text)
    if found is None:
        dates = [name for name, (_, type) in draft.scope.items() if type.kind == "date"]
        draft.problems.append(unknown("date fact", text, dates, node.location))
        return None
    if found[1].kind != "date":
        draft.report(
            FACT_FORM,
            f"`{text}` is {in_words(found[1].kind)}, where a date belongs",
            node.location,
            "name a fact of type `date`",
        )
        return None
    return AtDate(found[0])
