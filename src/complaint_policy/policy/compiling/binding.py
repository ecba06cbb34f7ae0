"""What an organisation answers to a pack of law: its facts, calendars, settings and tiers in the pack's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.case import Field
from complaint_policy.conditions.syntax import Constant
from complaint_policy.conditions.typing import FactType, Scope, in_words
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


ANSWERED_TWICE = Code(
    "CP341",
    "two files answer one question of a pack",
    "A pack is there once, however many files extend it, so what it asks has one answer. With two, it would depend on"
    " their order which of them counts (semantics 59, 60).",
)


@dataclass(slots=True)
class Bound:
    """A pack (`draft`) with what one of the files that extend it (`by`) wrote under its name."""

    key: Scalar
    body: Mapping | None
    draft: Draft
    by: Draft

    def answers(self, kind: str) -> tuple[tuple[Scalar, Node], ...]:
        """What it answers of one kind: `facts`, `calendars`, `settings`, `tiers`, `readings`."""
        return entries_in(self.body.get(kind) if self.body else None, self.by)


def check_answered_once(bounds: list[Bound]) -> None:
    """A problem for each question of the pack that a second file answers; the first answer is the one that is read."""
    for kind in ("facts", "calendars", "settings", "tiers", "readings"):
        first: dict[str, tuple[Scalar, Bound]] = {}
        for bound in bounds:
            for key, _ in bound.answers(kind):
                before, of = first.setdefault(key.text, (key, bound))
                if of is not bound:
                    message = (
                        f"`{key.text}` of `{bound.key.text}` is answered by {_this(of.by)} and by {_this(bound.by)}"
                    )
                    help = "leave the answer out here" if not of.by.prefix else "leave one of the two answers out"
                    related = [("the other answer", key.location)]
                    of.by.problems.append(diagnostic(ANSWERED_TWICE, message, before.location, help, related))


def replaced_calendars(bounds: list[Bound]) -> dict[str, str]:
    """The pack's calendars in whose place a file that extends it puts its own, with the qualified names of these."""
    return {name: of for bound in reversed(bounds) for name, of in _replaced(bound, bound.by).items()}


def _replaced(bound: Bound, own: Draft) -> dict[str, str]:
    written = {key.text: node for key, node in section(bound.draft, "calendars")}
    found: dict[str, str] = {}
    for key, node in bound.answers("calendars"):
        text = text_in(node, own)
        target = written.get(key.text)
        if target is None:
            own.problems.append(unknown("calendar", key.text, written, key.location, of=bound.key.text))
        elif text is not None and text not in own.calendars:
            own.problems.append(unknown("calendar", text, own.calendars, node.location))
        elif text is not None and not may_replace(target):
            help = "leave it out; the pack's own calendar counts"
            own.report(
                NOT_REPLACEABLE, f"the pack does not let its calendar `{key.text}` be replaced", key.location, help
            )
        elif text is not None:
            found[key.text] = own.calendars[text]
    return found


def may_replace(node: Node) -> bool:
    """Whether the pack lets this calendar be replaced."""
    replaceable = node.get("replaceable") if isinstance(node, Mapping) else None
    return isinstance(replaceable, Scalar) and replaceable.text == "true"


def bind_settings(draft: Draft, bounds: list[Bound], replaced: dict[str, str]) -> None:
    """Take over the answers to the pack's settings; `replaced` are those of its calendars that are replaced."""
    unread = unread_settings(draft, replaced)
    entries = [entry for bound in bounds for entry in bound.answers("settings")]
    answers = Mapping(tuple({key.text: (key, node) for key, node in reversed(entries)}.values()), draft.root.location)
    read_settings(draft, answers, bounds[0].key.location, unread)
    check_values(draft)
    tell_no_effect(draft, unread, replaced, answers, bounds[0].by)
    for bound in bounds:
        for key, answer in bound.answers("settings"):
            setting = draft.settings.get(key.text)
            if setting is not None and setting.type == "calendar":
                _bind_calendar(key.text, answer, bound, bound.by)


def _bind_calendar(name: str, answer: Node, bound: Bound, own: Draft) -> None:
    text = text_in(answer, own)
    if text is not None and text in own.calendars:
        bound.draft.answered_calendars[name] = own.calendars[text]
    elif text is not None:
        own.problems.append(unknown("calendar", text, own.calendars, answer.location))


# --- facts ------------------------------------------------------------------------------------------------------------


def bind_facts(bounds: list[Bound], declared: list[tuple[Scalar, Node, Field]]) -> dict[str, Source]:
    """Where the pack's facts come from by the answers of the files that extend it; others are asked of each case."""
    fields = {key.text: field for key, _, field in declared}
    derived = frozenset(
        key.text for key, node, _ in declared if isinstance(node, Mapping) and any(node.get(one) for one in SOURCES)
    )
    sources: dict[str, Source] = {}
    for bound in bounds:
        for name, source in _answered(bound, fields, derived):
            sources.setdefault(name, source)
    answered = derived.union(key.text for bound in bounds for key, _ in bound.answers("facts"))
    tell_unanswered(bounds, [name for name in fields if name not in answered])
    return sources


def _answered(bound: Bound, fields: dict[str, Field], derived: frozenset[str]) -> Iterator[tuple[str, Source]]:
    own = bound.by
    for key, node in bound.answers("facts"):
        wanted = fields.get(key.text)
        if wanted is None:
            own.problems.append(unknown("fact", key.text, fields, key.location, of=bound.key.text))
        elif key.text in derived:
            own.report(DERIVED, f"the pack finds out `{key.text}` itself", key.location, "leave it out")
        else:
            source = _source(wanted, node, own, _words_for(bound))
            if source is not None:
                yield key.text, source


def _words_for(bound: Bound) -> Scope:
    """What an answer may name: all that the file can name but the words of the pack that asks."""
    taken = bound.by.taken_over
    return {name: of for name, of in bound.by.scope.items() if taken.get(name) != bound.key.text}


def tell_unanswered(bounds: list[Bound], names: list[str]) -> None:
    """Facts of a pack that nobody answers: they are asked of each case.

    One of the same name in the file itself is a mistake.

    Example:
        law:
          ca-interpretation-act: {}

    Better:
        facts:
          province: one of alberta, ontario
        law:
          ca-interpretation-act: {facts: {province: province}}
    """
    same: set[str] = set()
    for bound in bounds:
        same |= _tell_same_names(bound, names, bound.by)
    first = bounds[0]
    asked = [first.draft.name(name) for name in names if name not in same]
    is_pack = not first.by.prefix and first.by.root.get("applies") is not None
    if asked and not is_pack:  # a pack alone leaves them to the organisations that take it
        listed = ", ".join(f"`{name}`" for name in asked)
        them = "it" if len(asked) == 1 else "them"
        help = (
            f"answer {them} under `{first.key.text}: facts:`, or give {them} in the cases; `check --questions` prints"
        )
        help += " what to fill in"
        first.by.report(ASKED, f"each case is asked for {listed}", first.key.location, help)


def _tell_same_names(bound: Bound, names: list[str], own: Draft) -> set[str]:
    same = {name for name in names if name in own.scope and name not in own.taken_over}
    for name in names:
        if name in same:
            message = f"`{name}` is a fact of `{bound.key.text}` and of {_this(own)}"
            help = f"add under `{bound.key.text}`: `facts: {{{name}: {name}}}` if they are the same, or rename yours"
            places = own.common.places
            related = [("the pack's", place)] if (place := places.get(("fact", bound.draft.name(name)))) else []
            mine = places.get(("fact", own.name(name)))
            own.problems.append(diagnostic(SAME_NAME, message, mine or bound.key.location, help, related))
    return same


def _source(wanted: Field, node: Node, own: Draft, words: Scope) -> Source | None:
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
        condition = compile_condition(named, own, words, {})
        return None if condition is None else Derived(condition)
    found = words.get(text)
    if found is None:
        help = meant(text, words, "fact")
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


def bound_tiers(draft: Draft, bounds: list[Bound], own: Draft) -> dict[str, str]:
    """The pack's tiers with the organisation's tiers that stand for them; what moves of the pack need is all there."""
    escalation = mapping_in(draft.root.get("escalation"), own)
    tiers = escalation.get("tiers") if escalation else None
    known = [
        id.text
        for row in (tiers.items if tiers is not None and not isinstance(tiers, Scalar | Mapping) else ())
        if isinstance(row, Mapping) and isinstance(id := row.get("id"), Scalar)
    ]
    found: dict[str, str] = {}
    for by, key, node in [(bound.by, *entry) for bound in bounds for entry in bound.answers("tiers")]:
        text = text_in(node, by)
        if key.text not in known:
            by.problems.append(unknown("tier", key.text, known, key.location, of=bounds[0].key.text))
        elif text is not None and text not in by.tiers:
            by.problems.append(unknown("tier", text, by.tiers, node.location))
        elif text is not None:
            found.setdefault(key.text, by.tiers[text])
    bound = bounds[0]
    missing = [name for name in known if name not in found]
    if missing and own.tiers and escalation is not None and escalation.get("moves") is not None:
        help = f"add under `{bound.key.text}`: `tiers: {{{', '.join(f'{name}: YOUR_TIER' for name in missing)}}}`"
        listed = ", ".join(f"`{name}`" for name in missing)
        own.report(UNBOUND_TIER, f"`{bound.key.text}` moves cases to {listed}", bound.key.location, help)
    return found


def check_same_ids(bound: Bound, answering: frozenset[tuple[str, str]]) -> None:
    """A problem for each duty of the file that has the name of a pack's duty without answering it (semantics 59)."""
    own = bound.by
    for name, place in own.duties.items():
        full = bound.draft.name(name)
        if name in bound.draft.duties and (own.name(name), full) not in answering:
            related = [("the pack's", bound.draft.duties[name])]
            help = f"add `meets: {full}` if it answers that duty, or give it another name"
            message = f"`{name}` is a duty of `{bound.key.text}` and of {_this(own)}"
            own.problems.append(diagnostic(SAME_NAME, message, place, help, related))


def _this(own: Draft) -> str:
    return f"`{own.prefix.removesuffix('/')}`" if own.prefix else "this policy"


def calendar_members(calendar: Calendar | CalendarChoice) -> list[str]:
    """The calendars that a choice leads to; none for a plain calendar."""
    if isinstance(calendar, Calendar):
        return []
    return [*(name for _, name in calendar.cases), *([calendar.otherwise] if calendar.otherwise else [])]
