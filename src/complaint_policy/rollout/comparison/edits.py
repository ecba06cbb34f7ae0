"""Finds what somebody edited between two policies: each rule, duty, calendar, fact and move that is not the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, Literal, TypeVar

from complaint_policy.calendars.data import Calendar, Zone
from complaint_policy.policy.model import Decided, Decision, Escalation, Fact, Given, Pack, Policy, Rule
from complaint_policy.records import NamedTuple, replace
from complaint_policy.rollout.comparison.names import names_in

T = TypeVar("T")
Key = tuple[str, str]
"""Of what kind the part is that was edited, and its name; of a rule that of its decision, `: `, and its own."""

SCOPE: Final = "scope"
_SILENT: Final = frozenset(("says", "citation", "url", "confidence", "because", "redirect", "sensitive", "reading"))
"""Fields that say something to readers and change no answer for a case."""


class Edit(NamedTuple):
    """A part that is not the same in both policies.

    kind: duty, rule, otherwise, order of rules, levels, scope, fact, setting, counting, calendar, zone, tiers, first
    tier, move, escalation, right, suspension, event, deemed event, pack, disapplied, default calendar.
    parts: what of it differs, where it was changed. about: the names that it is about. reaches: the parts in which a
    setting or a way of counting stands that was edited; none: it is one part itself.
    """

    kind: str
    name: str
    change: Literal["added", "removed", "changed"]
    parts: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    reaches: frozenset[Key] = frozenset()

    @property
    def key(self) -> Key:
        """By which it is told from every other edit."""
        return self.kind, self.name

    @property
    def keys(self) -> frozenset[Key]:
        """The parts that are taken back with it."""
        return self.reaches or frozenset((self.key,))


def with_shared(edits: tuple[Edit, ...], shared: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits with those of settings and ways of counting first, in the place of the parts that they explain."""
    explained = frozenset(key for one in shared for key in one.reaches)
    return (*shared, *(one for one in edits if one.key not in explained))


def edits_between(old: Policy, new: Policy) -> tuple[Edit, ...]:
    """Every edit, in the order of the file. Texts that only inform, and parts that nothing uses, are none."""
    found = chain(
        _of_facts(old, new),
        _of_scope(old, new),
        _of_decisions(old, new),
        *(_of_named(kind, before, after, name) for kind, before, after, name in _lists(old, new)),
        _of_escalation(old.escalation, new.escalation),
    )
    return tuple(found)


def _lists(old: Policy, new: Policy) -> Iterator[tuple[str, Sequence[Any], Sequence[Any], Callable[[Any], str]]]:
    yield "event", old.events, new.events, _name
    yield "zone", old.zones, new.zones, _name
    yield "calendar", old.calendars, new.calendars, _name
    yield "default calendar", (old.default_calendar,), (new.default_calendar,), lambda one: ""
    yield "pack", [_working(one) for one in old.packs[1:]], [_working(one) for one in new.packs[1:]], lambda one: one.id
    own: list[Pack] = [replace(_working(one.packs[0]), id="", in_force=(None, None)) for one in (old, new)]
    yield "pack", own[:1], own[1:], lambda one: ""
    yield "suspension", old.suspensions, new.suspensions, lambda one: one.id
    yield "duty", old.duties, new.duties, lambda one: one.id
    yield "right", old.rights, new.rights, lambda one: one.id
    yield "deemed event", old.deemed, new.deemed, lambda one: one.event
    yield "disapplied", old.disapplied, new.disapplied, lambda one: one.duty


PASSIVE: Final = frozenset(("event", "zone", "calendar", "pack", "suspension", "fact"))
"""Kinds of which one more or less changes nothing by itself: another part must name it."""


def _name(one: Any) -> str:
    return str(one.name)


def _working(pack: Pack) -> Pack:
    return replace(pack, title="", version="")


def _of_named(kind: str, old: Sequence[Any], new: Sequence[Any], name: Callable[[Any], str]) -> Iterator[Edit]:
    before, after = ({name(one): one for one in items} for items in (old, new))
    for key in dict.fromkeys((*after, *before)):
        if key in before and key in after:
            if before[key] != after[key] and (parts := different(before[key], after[key])):
                yield Edit(kind, key, "changed", parts, frozenset((key,)))
        elif kind not in PASSIVE:
            yield Edit(kind, key, "added" if key in after else "removed", (), frozenset((key,)))


def different(before: Any, after: Any) -> tuple[str, ...]:
    """The fields in which two records differ, but for what only informs; of a calendar also the years it covers."""
    if before.__class__ is not after.__class__ or not hasattr(before, "__match_args__"):
        return () if before == after else ("kind",)
    if isinstance(before, Calendar):
        return _of_calendar(before, after)
    if isinstance(before, Zone):
        return ("clock changes",)
    fields = (name for name in before.__match_args__ if name not in _SILENT)
    return tuple(name for name in fields if _bare(getattr(before, name)) != _bare(getattr(after, name)))


def _bare(value: Any) -> Any:
    """Without what only informs: the texts of the fields of an event, or of a fact."""
    if isinstance(value, tuple):
        return tuple(_bare(one) for one in value)
    return replace(value, says="", sensitive=False) if value.__class__.__name__ == "Field" else value


def _of_calendar(before: Calendar, after: Calendar) -> tuple[str, ...]:
    first, last = max(before.first_day, after.first_day), min(before.last_day, after.last_day)
    one, other = (
        replace(
            calendar,
            first_day=first,
            last_day=last,
            holidays=tuple(item._replace(name="") for item in calendar.holidays if first <= item.day <= last),
        )
        for calendar in (before, after)
    )
    found = tuple(name for name in one.__match_args__ if getattr(one, name) != getattr(other, name))
    covers = (before.first_day, before.last_day) != (after.first_day, after.last_day)
    return (*found, "years covered") if covers else found


def _of_facts(old: Policy, new: Policy) -> Iterator[Edit]:
    before = {one.field.name: one for one in old.facts}
    for fact in new.facts:
        was = before.get(fact.field.name)
        if was is not None and not isinstance(fact.source, Decided) and (parts := parts_of_fact(was, fact)):
            setting = fact.source.__class__.__name__ == "Answered"
            name = fact.field.name
            yield Edit("setting" if setting else "fact", name, "changed", parts, frozenset((name,)))


def parts_of_fact(before: Fact, after: Fact) -> tuple[str, ...]:
    """What of a fact was edited: where it comes from, or its field."""
    found = tuple(f"{name}" for name in different(before.field, after.field))
    return (*found, "source") if before.source != after.source else found


# --- decisions --------------------------------------------------------------------------------------------------------


def _of_scope(old: Policy, new: Policy) -> Iterator[Edit]:
    if (old.scope is None) is not (new.scope is None):
        yield Edit(SCOPE, SCOPE, "added" if old.scope is None else "removed", (), frozenset((SCOPE,)))
    elif old.scope is not None and new.scope is not None:
        yield from _of_rules(SCOPE, old.scope, new.scope)


def _of_decisions(old: Policy, new: Policy) -> Iterator[Edit]:
    before = {one.name: one for one in old.decisions}
    for decision in new.decisions:
        if decision.name in before:
            yield from _of_rules(decision.name, before[decision.name], decision)


def _of_rules(name: str, old: Decision, new: Decision) -> Iterator[Edit]:
    about = frozenset((name,))
    before, after = ({rule.id: rule for rule in one.rules} for one in (old, new))
    for id in dict.fromkeys((*after, *before)):
        key = f"{name}: {id}"
        if id not in before or id not in after:
            yield Edit("rule", key, "added" if id in after else "removed", (), about)
        elif parts := different(before[id], after[id]):
            yield Edit("rule", key, "changed", parts, about)
    if reordered(old.rules, new.rules):
        yield Edit("order of rules", name, "changed", (), about)
    if old.otherwise != new.otherwise:
        yield Edit("otherwise", name, "changed", (), about)
    settings = tuple(part for part in ("labels", "hit", "ordered") if getattr(old, part) != getattr(new, part))
    if settings:
        yield Edit("levels", name, "changed", settings, about)


def reordered(old: Sequence[Rule], new: Sequence[Rule]) -> bool:
    """Whether what both have stands in another order."""
    before, after = [one.id for one in old], [one.id for one in new]
    common = frozenset(before) & frozenset(after)
    return [id for id in before if id in common] != [id for id in after if id in common]


# --- escalation -------------------------------------------------------------------------------------------------------

ESCALATION: Final = "escalation"


def _of_escalation(old: Escalation | None, new: Escalation | None) -> Iterator[Edit]:
    about = frozenset((ESCALATION,))
    if (old is None) is not (new is None):
        yield Edit(ESCALATION, "", "added" if old is None else "removed", (), about)
    elif old is not None and new is not None:
        if _limits(old) != _limits(new):
            yield Edit("tiers", "", "changed", (), about)
        if old.first != new.first:
            yield Edit("first tier", "", "changed", different(old.first, new.first), about)
        for edit in _of_named("move", old.moves, new.moves, lambda one: one.id):
            yield edit._replace(about=about)


def _limits(of: Escalation) -> tuple[Any, ...]:
    return tuple((tier.id, tier.redress_up_to, tier.outside) for tier in of.tiers)


# --- what hangs on what -----------------------------------------------------------------------------------------------


def mentions_of(*policies: Policy) -> dict[str, frozenset[str]]:
    """By name all that the parts of this name mention, in any of the policies."""
    found: dict[str, frozenset[str]] = {}
    for policy in policies:
        for name, part in _parts(policy):
            found[name] = found.get(name, frozenset()) | names_in(part)
    return found


def _parts(policy: Policy) -> Iterable[tuple[str, object]]:
    yield from ((one.field.name, one.source) for one in policy.facts if not isinstance(one.source, Given))
    yield from ((one.name, one) for one in policy.decisions)
    yield from ((one.id, one) for one in policy.duties)
    yield from ((one.id, one) for one in policy.rights)
    yield from ((one.id, one) for one in policy.suspensions)
    yield from ((one.name, (one.zone if isinstance(one, Calendar) else one)) for one in policy.calendars)
    yield from ((one.event, one) for one in policy.deemed)
    yield from ((one.id, one.applies) for one in policy.packs)
    yield SCOPE, policy.scope
    yield ESCALATION, policy.escalation


EVERYWHERE: Final = frozenset((SCOPE, "pack", "default calendar", "deemed event", "zone", "event", "disapplied"))
"""Kinds of edits that may reach anything, though nothing names them."""
