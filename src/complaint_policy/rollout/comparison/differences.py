"""Lays two answers to one case beside each other: what differs, and whether that is worse for who complains (119)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

from complaint_policy.clocks.data import AllOf, AnyOf, Every, Happening, Happens
from complaint_policy.conditions.syntax import Condition
from complaint_policy.evaluation.outcome import Decided, DutyResult, Evaluation, KeepResult, RightResult
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Decision, Duty, Tier
from complaint_policy.records import NamedTuple

Direction = Literal["worse", "better", "other"]
Kind = Literal["scope", "label", "tier", "duty", "strength", "due", "pause", "content", "state", "right", "record"]
KINDS: Final[tuple[Kind, ...]] = (
    *("scope", "label", "tier", "duty", "strength", "due", "pause", "content", "state", "right", "record"),
)
"""What may differ, in the order in which it is told."""
OUT: Final = "out"
NOT_OWED: Final = "not_applicable"
_STRENGTHS: Final = ("must", "should", "internal", "option")


class Change(NamedTuple):
    """Something that differs for one case.

    about: the duty, decision or right; occurrence: as in the answer. before, after: in words of the policy, or a moment
    in UTC seconds. shift: by how many seconds a moment comes later, where both are told.
    """

    kind: Kind
    about: str
    occurrence: str
    direction: Direction
    before: str | int | None
    after: str | int | None
    shift: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What of the case differs."""
        return self.kind, self.about, self.occurrence


Answered = tuple[View, Evaluation]
_Key = tuple[str, str]


class Beside:
    """Compares the answers of two policies made ready; what bears one id in both is one thing."""

    def __init__(self, old: Engine, new: Engine) -> None:
        self.old_duties, self.new_duties = ({one.id: one for one in of.policy.duties} for of in (old, new))
        self.old_decisions, self.new_decisions = ({one.name: one for one in of.policy.decisions} for of in (old, new))
        self.levels = {
            name: _shared_order(was, self.new_decisions[name])
            for name, was in self.old_decisions.items()
            if name in self.new_decisions
        }
        self.tiers = _common_order(*([tier.id for tier in _tiers(of)] for of in (new, old)))
        self.restrengthened = any(duty.strength != self.new_duties[id].strength for id, duty in self._common())
        contents = {id: (_content(old, duty), _content(new, self.new_duties[id])) for id, duty in self._common()}
        self.contents = {id: pair for id, pair in contents.items() if pair[0].items != pair[1].items}

    def _common(self) -> Iterator[tuple[str, Duty]]:
        return ((id, duty) for id, duty in self.old_duties.items() if id in self.new_duties)

    def changes(self, old: Answered, new: Answered) -> list[Change]:
        """Everything that differs, in the order of the kinds; empty if all is the same."""
        was, now = old[1], new[1]
        found: list[Change] = []
        _of_scope(was.scope, now.scope, found)
        if was.decisions or now.decisions:
            self._of_decisions(was, now, found)
        if was.tier is not None or now.tier is not None:
            self._of_tier(was, now, found)
        if self.restrengthened or was.duties != now.duties:
            self._of_duties(was.duties, now.duties, found)
        if self.contents:
            self._of_contents(old, new, found)
        if was.rights != now.rights:
            _of_rights(was.rights, now.rights, found)
        if was.kept != now.kept:
            _of_records(was.kept, now.kept, found)
        return found

    def _of_decisions(self, was: Evaluation, now: Evaluation, found: list[Change]) -> None:
        before = {one[0]: one for one in was.decisions}
        for one in now.decisions:
            other = before.get(one[0])
            if other is not None and (other[1] != one[1] or other[2] != one[2]):
                direction = _lower(self.levels[one.name], _label(other), _label(one))
                found.append(Change("label", one.name, "", direction, _label(other), _label(one)))

    def _of_tier(self, was: Evaluation, now: Evaluation, found: list[Change]) -> None:
        before, after = (None if one.tier is None else one.tier.now for one in (was, now))
        if before != after:
            found.append(Change("tier", "tier", "", _lower(self.tiers, before, after), before, after))

    # --- duties -------------------------------------------------------------------------------------------------------

    def _of_duties(self, was: tuple[DutyResult, ...], now: tuple[DutyResult, ...], found: list[Change]) -> None:
        before, after = self._by_occurrence(was, self.old_duties), self._by_occurrence(now, self.new_duties)
        for key in dict.fromkeys((*after, *before)):
            one, other = before.get(key), after.get(key)
            if one == other:
                if self.restrengthened and one is not None and one.state != NOT_OWED:
                    self._of_both(one, one, key, found)
                continue
            owed_before, owed_after = (each is not None and each.state != NOT_OWED for each in (one, other))
            if owed_before and owed_after:
                assert one is not None, "it is owed"
                assert other is not None, "it is owed"
                self._of_both(one, other, key, found)
            elif owed_before is not owed_after:
                duty = (self.old_duties if owed_before else self.new_duties)[key[0]]
                direction: Direction = "worse" if owed_before else "better"
                if duty.strength == "option":
                    direction = "other"
                told = _state(one), _state(other)
                found.append(Change("duty", *key, direction, told[0], told[1]))

    def _by_occurrence(self, results: Iterable[DutyResult], duties: dict[str, Duty]) -> dict[_Key, DutyResult]:
        """What repeats is one thing, however often it has been due by now (46)."""
        return {(one.duty, "" if isinstance(duties[one.duty].due, Every) else one.occurrence): one for one in results}

    def _of_both(self, was: DutyResult, now: DutyResult, key: _Key, found: list[Change]) -> None:
        old, new = self.old_duties[key[0]], self.new_duties[key[0]]
        optional = "option" in (old.strength, new.strength)
        if old.strength != new.strength:
            weaker = _STRENGTHS.index(new.strength) > _STRENGTHS.index(old.strength)
            found.append(Change("strength", *key, "worse" if weaker else "better", old.strength, new.strength))
        due = _due(was, now, forbids=bool(new.forbid))
        if due is not None:
            shift = None if was.late_from is None or now.late_from is None else now.late_from - was.late_from
            told = "other" if optional else due
            found.append(Change("due", *key, told, was.late_from, now.late_from, shift))
        pause = _pause(was, now) if not new.forbid else None
        if pause is not None:
            told = "other" if optional else pause
            found.append(Change("pause", *key, told, was.paused_since, now.paused_since))
        if was.state != now.state:
            found.append(Change("state", *key, "other", was.state, now.state))

    def _of_contents(self, old: Answered, new: Answered, found: list[Change]) -> None:
        owed = {one.duty for one in old[1].duties if one.state != NOT_OWED}
        owed &= {one.duty for one in new[1].duties if one.state != NOT_OWED}
        for id, (was, now) in self.contents.items():
            if id not in owed:
                continue
            before, after = was.needed(old[0]), now.needed(new[0])
            if before != after:
                lost, gained = sorted(before - after), sorted(after - before)
                direction: Direction = "worse" if lost else "better"
                if "option" in (self.old_duties[id].strength, self.new_duties[id].strength):
                    direction = "other"
                found.append(Change("content", id, "", direction, ", ".join(lost), ", ".join(gained)))


def _state(one: DutyResult | None) -> str | None:
    return None if one is None else one.state


# --- directions -------------------------------------------------------------------------------------------------------


def _due(was: DutyResult, now: DutyResult, *, forbids: bool) -> Direction | None:
    """What repeats less often, ends later or never, is worse; what is forbidden for longer is better."""
    if was.occurrence != now.occurrence and was.occurrence.isdecimal() and now.occurrence.isdecimal():
        return "worse" if int(now.occurrence) < int(was.occurrence) else "better"
    before, after = was.late_from, now.late_from
    if before == after:
        return None
    later = before is not None and (after is None or after > before)
    return "better" if later is forbids else "worse"


def _pause(was: DutyResult, now: DutyResult) -> Direction | None:
    """Standing still at all, since earlier, or with a later latest end, is worse."""
    if was.paused_since != now.paused_since:
        before, after = was.paused_since, now.paused_since
        longer = after is not None and (before is None or after < before)
        return "worse" if longer else "better"
    if was.paused_since is None or was.latest == now.latest:
        return None
    longer = was.latest is not None and (now.latest is None or now.latest > was.latest)
    return "worse" if longer else "better"


def _of_scope(was: Decided | None, now: Decided | None, found: list[Change]) -> None:
    before, after = ("in" if one is None else _label(one) for one in (was, now))
    if before != after:
        direction: Direction = "worse" if after == OUT else "better" if before == OUT and after == "in" else "other"
        found.append(Change("scope", "scope", "", direction, before, after))


def _label(one: Decided) -> str | None:
    """The label; of what cannot be told the labels that it may be."""
    if one.label is not None or not one.possible:
        return one.label
    return " or ".join(one.possible)


def _shared_order(old: Decision, new: Decision) -> tuple[str, ...]:
    """The labels, least severe first, where both policies rank those they share alike; else none."""
    if not (old.ordered and new.ordered):
        return ()
    return _common_order(new.labels[::-1], old.labels[::-1])


def _common_order(new: Iterable[str], old: Iterable[str]) -> tuple[str, ...]:
    ranks, before = tuple(new), tuple(old)
    shared = [one for one in ranks if one in before]
    return tuple(shared) if shared == [one for one in before if one in ranks] else ()


def _lower(ranks: tuple[str, ...], before: str | None, after: str | None) -> Direction:
    """Less severe, or a lower tier, is worse; where one of the two has no rank, nobody can say."""
    if before not in ranks or after not in ranks:
        return "other"
    return "worse" if ranks.index(after) < ranks.index(before) else "better"


def _tiers(engine: Engine) -> tuple[Tier, ...]:
    return engine.policy.escalation.tiers if engine.policy.escalation is not None else ()


# --- rights and records -----------------------------------------------------------------------------------------------


def _of_rights(was: tuple[RightResult, ...], now: tuple[RightResult, ...], found: list[Change]) -> None:
    before, after = ({one.right: one for one in results} for results in (was, now))
    for id in dict.fromkeys((*after, *before)):
        one, other = before.get(id), after.get(id)
        if one == other:
            continue
        if one is None or other is None:
            found.append(Change("right", id, "", "worse" if other is None else "better", *_states(one, other)))
            continue
        direction = _of_window(one, other)
        moved = (one.closed_from, other.closed_from) if one.closed_from != other.closed_from else ()
        told = moved or (one.opened_at, other.opened_at)
        if direction is not None:
            shift = None if None in told else int(told[1] or 0) - int(told[0] or 0)
            found.append(Change("right", id, "", direction, *told, shift))
        elif one.state != other.state:
            found.append(Change("right", id, "", "other", *_states(one, other)))


def _states(one: RightResult | None, other: RightResult | None) -> tuple[str | None, str | None]:
    return None if one is None else one.state, None if other is None else other.state


def _of_window(was: RightResult, now: RightResult) -> Direction | None:
    """A window that opens later, or closes earlier, is worse; where both ends move, the worse end counts."""
    found: list[Direction] = []
    if was.opened_at != now.opened_at:
        later = now.opened_at is None or (was.opened_at is not None and now.opened_at > was.opened_at)
        found.append("worse" if later else "better")
    if was.closed_from != now.closed_from and "never_started" not in (was.state, now.state):
        earlier = was.closed_from is None or (now.closed_from is not None and now.closed_from < was.closed_from)
        found.append("worse" if earlier else "better")
    return "worse" if "worse" in found else found[0] if found else None


def _of_records(was: tuple[KeepResult, ...], now: tuple[KeepResult, ...], found: list[Change]) -> None:
    """How long a record is kept has no better direction: it serves whoever complains, and it is held of her (119)."""
    before, after = ({(one.duty, one.occurrence): one for one in results} for results in (was, now))
    for key in dict.fromkeys((*after, *before)):
        one, other = before.get(key), after.get(key)
        days = [None if each is None else (each.deletable_from, each.delete_by) for each in (one, other)]
        if days[0] != days[1]:
            told = [None if each is None else _days(*each) for each in days]
            found.append(Change("record", *key, "other", told[0], told[1]))


def _days(first: int | None, last: int | None) -> str:
    """The first day on which it may be deleted and the last on which it may be held, as day numbers."""
    return f"{'' if first is None else first}..{'' if last is None else last}"


# --- content ----------------------------------------------------------------------------------------------------------


class _Content(NamedTuple):
    """What the messages of a duty must contain: each item with its condition, and how that is asked."""

    items: frozenset[tuple[str, Condition | None]]
    asked: tuple[tuple[str, Callable[[View], bool | None] | None], ...]

    def needed(self, view: View) -> frozenset[str]:
        """The items that a message of this case must contain, as it stands; one that may have to be is needed (112)."""
        return frozenset(item for item, asked in self.asked if asked is None or asked(view) is not False)


def _content(engine: Engine, duty: Duty) -> _Content:
    items = dict.fromkeys(item for happening in (duty.done_by, duty.at) for item in _items(happening))
    asked = tuple((item, None if condition is None else question(engine, condition)) for item, condition in items)
    return _Content(frozenset(items), asked)


def _items(happening: Happening | None) -> Iterator[tuple[str, Condition | None]]:
    match happening:
        case Happens(content=content, content_if=conditional):
            yield from ((item, None) for item in content)
            yield from conditional
        case AnyOf(items) | AllOf(items):
            for one in items:
                yield from _items(one)
