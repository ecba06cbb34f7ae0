"""What an organisation answers to a pack of law: its facts, calendars, settings and tiers in the pack's words."""

from __future__ import annotations

from dataclasses import dataclass, field

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.case import Field
from complaint_policy.conditions.syntax import Constant
from complaint_policy.conditions.typing import FactType, in_words
from complaint_policy.diagnostics import Code, diagnostic
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import Draft, entries_in, mapping_in, section, text_in
from complaint_policy.policy.compiling.facts import SOURCES
from complaint_policy.policy.compiling.names import meant, unknown
from complaint_policy.policy.compiling.setting_values import check_values, tell_no_effect, unread_settings
from complaint_policy.policy.compiling.settings import read_settings
from complaint_policy.policy.model import Derived, SameAs, Source
from complaint_policy.policy.nodes import Mapping, Node, Scalar

BINDING = Code(
    "CP223",
    "a fact of a pack is answered by something of another type",
    "A pack's fact takes the values of the organisation's fact, so both hold the same kind of value, and each choice of"
    " the organisation has its counterpart in the pack (semantics 60).",
)
DERIVED = Code(
    "CP224",
    "a fact is answered that the pack finds out itself",
    "The pack says how this fact follows from the case; an answer of the organisation would change the law.",
)
NOT_REPLACEABLE = Code(
    "CP227",
    "a calendar of a pack is replaced that may not be",
    "Whether other holidays may count is for the law to say; a pack marks the calendars that may be replaced (semantics"
    " 60).",
)
ASKED = Code(
    "CP228",
    "a pack asks for facts that the policy does not answer",
    "They are asked of each case under their full names; while a case does not give them, what depends on them cannot"
    " be told.",
    "note",
)
SAME_NAME = Code(
    "CP229",
    "a pack and the policy use one name for two things",
    "Nothing merges by having the same name (semantics 59): a reader would take the one for the other.",
)
UNBOUND_TIER = Code(
    "CP244",
    "a pack moves cases to a tier that the policy does not name",
    "A pack knows its tiers by its own names; the organisation says which of its tiers is meant.",
)


@dataclass(slots=True)
class Bound:
    """A pack with what the organisation wrote under its name."""

    key: Scalar
    body: Mapping | None
    draft: Draft
    fields: dict[str, Field] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


def bound_calendars(bound: Bound, own: Draft) -> dict[str, str]:
    """The pack's calendars that the organisation replaces, with the qualified names of its own."""
    written = {key.text: node for key, node in section(bound.draft, "calendars")}
    found: dict[str, str] = {}
    for key, node in entries_in(bound.body.get("calendars") if bound.body else None, own):
        text = text_in(node, own)
        target = written.get(key.text)
        if target is None:
            own.problems.append(unknown("calendar", key.text, written, key.location, of=bound.key.text))
        elif text is not None and text not in own.calendars:
            own.problems.append(unknown("calendar", text, own.calendars, node.location))
        elif text is not None and not _may_replace(target):
            help = "leave it out; the pack's own calendar counts"
            own.report(
                NOT_REPLACEABLE, f"the pack does not let its calendar `{key.text}` be replaced", key.location, help
            )
        elif text is not None:
            found[key.text] = own.calendars[text]
    return found


def _may_replace(node: Node) -> bool:
    replaceable = node.get("replaceable") if isinstance(node, Mapping) else None
    return isinstance(replaceable, Scalar) and replaceable.text == "true"


def bind_settings(bound: Bound, replaced: dict[str, str], own: Draft) -> None:
    """Take over the organisation's answers to the pack's settings; `replaced` are the pack's calendars it replaces."""
    answers = mapping_in(bound.body.get("settings"), own) if bound.body else None
    unread = unread_settings(bound.draft, replaced)
    read_settings(bound.draft, answers, bound.key.location, unread)
    check_values(bound.draft)
    if answers is not None:
        tell_no_effect(bound.draft, unread, replaced, answers, own)
    for name, setting in bound.draft.settings.items():
        answer = answers.get(name) if answers else None
        if setting.type == "calendar" and answer is not None:
            _bind_calendar(name, answer, bound, own)


def _bind_calendar(name: str, answer: Node, bound: Bound, own: Draft) -> None:
    text = text_in(answer, own)
    if text is not None and text in own.calendars:
        bound.draft.answered_calendars[name] = own.calendars[text]
    elif text is not None:
        own.problems.append(unknown("calendar", text, own.calendars, answer.location))


# --- facts ------------------------------------------------------------------------------------------------------------


def bind_facts(bound: Bound, declared: list[tuple[Scalar, Node, Field]], own: Draft) -> None:
    """Check the organisation's answers to the pack's facts; an unanswered one is asked of each case."""
    bound.fields = {key.text: field for key, _, field in declared}
    derived = {
        key.text for key, node, _ in declared if isinstance(node, Mapping) and any(node.get(one) for one in SOURCES)
    }
    for key, node in entries_in(bound.body.get("facts") if bound.body else None, own):
        wanted = bound.fields.get(key.text)
        if wanted is None:
            own.problems.append(unknown("fact", key.text, bound.fields, key.location, of=bound.key.text))
        elif key.text in derived:
            own.report(DERIVED, f"the pack finds out `{key.text}` itself", key.location, "leave it out")
        else:
            source = _source(wanted, node, own)
            if source is not None:
                bound.sources[key.text] = source
    answered = {key.text for key, _ in entries_in(bound.body.get("facts") if bound.body else None, own)}
    _tell_unanswered(bound, [name for name in bound.fields if name not in answered | derived], own)


def _tell_unanswered(bound: Bound, names: list[str], own: Draft) -> None:
    for name in names:
        if name in own.scope:
            message = f"`{name}` is a fact of `{bound.key.text}` and of this policy"
            help = f"add under `{bound.key.text}`: `facts: {{{name}: {name}}}` if they are the same, or rename yours"
            places = own.common.places
            related = [("the pack's", place)] if (place := places.get(("fact", bound.draft.name(name)))) else []
            mine = places.get(("fact", name))
            own.problems.append(diagnostic(SAME_NAME, message, mine or bound.key.location, help, related))
    asked = [bound.draft.name(name) for name in names if name not in own.scope]
    if asked:
        listed = ", ".join(f"`{name}`" for name in asked)
        help = (
            f"answer {'it' if len(asked) == 1 else 'them'} under `{bound.key.text}: facts:`, or give"
            f" {'it' if len(asked) == 1 else 'them'} in the cases"
        )
        own.report(ASKED, f"each case is asked for {listed}", bound.key.location, help)


def _source(wanted: Field, node: Node, own: Draft) -> Source | None:
    values: Node | None = None
    named = node
    if isinstance(node, Mapping):
        inner = node.get("fact")
        if inner is None:
            return None
        named, values = inner, node.get("values")
    text = text_in(named, own)
    if text is None:
        return None
    if wanted.type.kind == "boolean" and values is None:
        if text in ("true", "false"):
            return Derived(Constant(text == "true"))
        condition = compile_condition(named, own)
        return None if condition is None else Derived(condition)
    found = own.scope.get(text)
    if found is None:
        help = meant(text, own.scope, "fact")
        own.problems.append(unknown("fact", text, (), named.location, help=help))
        return None
    return _same_as(wanted, found, values, named, own)


def _same_as(wanted: Field, found: tuple[str, FactType], values: Node | None, node: Node, own: Draft) -> Source | None:
    name, type = found
    if type.kind == "choice" and wanted.type.kind == "choice":
        return _choice(wanted, found, values, node, own)
    shape = (type.kind, type.scale, type.currency, set(type.choices) <= set(wanted.type.choices))
    if shape != (wanted.type.kind, wanted.type.scale, wanted.type.currency, True) or type.largest > wanted.type.largest:
        message = f"`{name}` is {_typed(type)}, where the pack wants {_typed(wanted.type)}"
        own.report(BINDING, message, node.location, "name another fact, or derive one of the right type")
        return None
    return SameAs(name)


def _typed(type: FactType) -> str:
    if type.kind == "money":
        return f"money in {type.currency}"
    places = f" with {type.scale} decimal places" if type.kind == "number" and type.scale else ""
    return in_words(type.kind) + places


def _choice(wanted: Field, found: tuple[str, FactType], values: Node | None, node: Node, own: Draft) -> Source | None:
    name, type = found
    pairs = {one: one for one in type.choices if one in wanted.type.choices}
    for key, target in entries_in(values, own):
        text = text_in(target, own)
        if key.text not in type.choices:
            own.problems.append(unknown("choice", key.text, type.choices, key.location, of=name))
        elif text is not None and text not in wanted.type.choices:
            own.problems.append(unknown("choice", text, wanted.type.choices, target.location, of=wanted.name))
        elif text is not None:
            pairs[key.text] = text
    missing = [one for one in type.choices if one not in pairs]
    if missing:
        written = dict.fromkeys(key.text for key, _ in entries_in(values, own))
        if not set(missing) <= set(written):
            listed = ", ".join(f"`{one}`" for one in missing)
            choices = " or ".join(f"`{missing[0]}: {one}`" for one in wanted.type.choices)
            help = f"add to `{{fact: {name}, values: {{...}}}}` what it is there: {choices}"
            own.report(BINDING, f"the pack does not know {listed} of `{name}`", node.location, help)
        return None
    same = all(old == new for old, new in pairs.items())
    return SameAs(name, () if same else tuple((one, pairs[one]) for one in type.choices))


# --- tiers and names --------------------------------------------------------------------------------------------------


def bound_tiers(bound: Bound, own: Draft) -> dict[str, str]:
    """The pack's tiers with the organisation's tiers that stand for them; what moves of the pack need is all there."""
    escalation = mapping_in(bound.draft.root.get("escalation"), own)
    tiers = escalation.get("tiers") if escalation else None
    known = [
        id.text
        for row in (tiers.items if tiers is not None and not isinstance(tiers, Scalar | Mapping) else ())
        if isinstance(row, Mapping) and isinstance(id := row.get("id"), Scalar)
    ]
    found: dict[str, str] = {}
    for key, node in entries_in(bound.body.get("tiers") if bound.body else None, own):
        text = text_in(node, own)
        if key.text not in known:
            own.problems.append(unknown("tier", key.text, known, key.location, of=bound.key.text))
        elif text is not None and text not in own.tiers:
            own.problems.append(unknown("tier", text, own.tiers, node.location))
        elif text is not None:
            found[key.text] = text
    missing = [name for name in known if name not in found]
    if missing and own.tiers and escalation is not None and escalation.get("moves") is not None:
        help = f"add under `{bound.key.text}`: `tiers: {{{', '.join(f'{name}: YOUR_TIER' for name in missing)}}}`"
        listed = ", ".join(f"`{name}`" for name in missing)
        own.report(UNBOUND_TIER, f"`{bound.key.text}` moves cases to {listed}", bound.key.location, help)
    return found


def check_same_ids(bound: Bound, own: Draft, answering: frozenset[tuple[str, str]]) -> None:
    """A problem for each duty of the policy that has the name of a pack's duty without answering it (semantics 59)."""
    for name, place in own.duties.items():
        full = bound.draft.name(name)
        if name in bound.draft.duties and (name, full) not in answering:
            related = [("the pack's", bound.draft.duties[name])]
            help = f"add `meets: {full}` if it answers that duty, or give it another name"
            message = f"`{name}` is a duty of `{bound.key.text}` and of this policy"
            own.problems.append(diagnostic(SAME_NAME, message, place, help, related))


def calendar_members(calendar: Calendar | CalendarChoice) -> list[str]:
    """The calendars that a choice leads to; none for a plain calendar."""
    if isinstance(calendar, Calendar):
        return []
    return [*(name for _, name in calendar.cases), *([calendar.otherwise] if calendar.otherwise else [])]
