"""Duties that are not due once by a clock: what must not be done, what a message must contain, what comes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from complaint_policy.clocks.data import AnyOf, ByLength, Every, Length, Limit
from complaint_policy.rollout.proof.cases import Happened, Scene
from complaint_policy.rollout.proof.floor.bounds import Compared, Part, anchors, compared
from complaint_policy.rollout.proof.floor.guards import kinds_of
from complaint_policy.rollout.proof.floor.staging import Staged
from complaint_policy.rollout.proof.floor.tightness import counts_less
from complaint_policy.rollout.proof.floor.trees import keys_of, law_days, resolved
from complaint_policy.rollout.proof.floor.troubles import Pairing, Trouble, covers
from complaint_policy.rollout.proof.solver import every

_HOUR: Final = 3_600
_DAY: Final = 86_400


def troubles_of(pairing: Pairing) -> Iterator[Trouble]:
    """All that may be worse in our duty, of whatever sort it is."""
    mine, legal = pairing.mine, pairing.legal
    if legal.forbid:
        yield from pairing.not_owed(lambda: _acting(pairing, lambda at: at + _HOUR))
        yield from _forbidden(pairing)
    elif legal.at is not None:
        yield from pairing.not_owed(lambda: _messages(pairing))
        yield from _contained(pairing)
    elif isinstance(legal.due, Every):
        yield from pairing.not_owed(pairing.showing.plain_scenes)
        yield from _again(pairing)
    elif mine.forbid or mine.at is not None or isinstance(mine.due, Every):
        yield Trouble(True, f"`{mine.id}` is of another sort than the law's", pairing.showing.plain_scenes)
    elif legal.floor is not None:
        yield from pairing.not_owed(pairing.showing.plain_scenes)
        yield from _kept(pairing)
    else:
        yield from pairing.troubles()


# --- what must not be done --------------------------------------------------------------------------------------------


def _forbidden(pairing: Pairing) -> Iterator[Trouble]:
    """A prohibition must forbid as much, begin as early, and end no earlier."""
    mine, legal, relating = pairing.mine, pairing.legal, pairing.relating
    name = f"`{mine.id}`"
    soon = lambda: _acting(pairing, lambda at: at + _HOUR)  # noqa: E731 - one of many ways to act
    if not all(any(relating.alike(act, one) for one in mine.forbid) for act in legal.forbid):
        yield Trouble(True, f"{name} does not forbid all that the law forbids", soon)
    same = mine.begins is not None and legal.begins is not None and relating.is_same(mine.begins, legal.begins)
    if not same or not relating.alike((mine.each, mine.same), (legal.each, legal.same)):
        yield Trouble(True, f"{name} may begin later than the law's", soon)
    if mine.off_when is not None and not covers(legal.off_when, mine.off_when, relating):
        yield Trouble(True, f"{name} ends upon what does not end the law's", lambda: _acting_after_end(pairing))
    if mine.due is not None:
        if legal.due is None:
            yield Trouble(True, f"{name} ends by a clock, the law's does not", lambda: _acting(pairing, _long_after))
        else:
            yield from _ends_earlier(pairing)


def _long_after(at: int) -> int:
    return at + 4_000 * _DAY


def _ends_earlier(pairing: Pairing) -> Iterator[Trouble]:
    mine, legal = pairing.mine, pairing.legal
    keys = list(dict.fromkeys(keys_of(pairing.ours.policy, mine.due)))
    legal_keys = list(dict.fromkeys(keys_of(pairing.law.policy, legal.due)))
    for kind in kinds_of(pairing.ours, keys, pairing.law, legal_keys, pairing.is_shared):
        ours = resolved(pairing.ours.policy, mine.due, kind.ours)
        law = resolved(pairing.law.policy, legal.due, kind.law)
        if ours is None or law is None or counts_less(law, ours, pairing.relating):
            continue
        since = [moment for _, moment in (*law_days(ours), *law_days(law))]
        for anchor in anchors(ours):
            parts = Part(law, pairing.clocks[1]), Part(ours, pairing.clocks[0])
            found = compared(*parts, anchor, pairing.relating, pairing.ours.policy, since)
            if found.worse():
                because = f"`{mine.id}` may end before the law's prohibition"
                yield Trouble(every(kind.terms), because, _acting_between(pairing, found))


def _acting_between(pairing: Pairing, found: Compared) -> Callable[[], Iterator[Scene]]:
    """The forbidden act when ours is just over."""

    def scenes() -> Iterator[Scene]:
        for place in found.worse()[:40]:
            end = found.law[place]
            at = found.axis.points[place] * (_DAY if found.axis.is_day else 1)
            begun = pairing.showing.stage_law.running(pairing.legal, at)
            if begun is not None and end is not None:
                yield from _act(pairing, begun, at, end)

    return scenes


def _acting(pairing: Pairing, when: Callable[[int], int]) -> Iterator[Scene]:
    for at in pairing.showing.ordinary():
        begun = (
            pairing.showing.stage_law.started(pairing.legal.begins, at)
            if pairing.legal.begins is not None
            else Staged()
        )
        if begun is not None:
            yield from _act(pairing, begun, at, when(at))


def _begun(pairing: Pairing, at: int) -> Staged | None:
    begins = pairing.legal.begins
    return Staged() if begins is None else pairing.showing.stage_law.started(begins, at)


def _acting_after_end(pairing: Pairing) -> Iterator[Scene]:
    off = pairing.mine.off_when
    for at in pairing.showing.ordinary():
        begun = (
            pairing.showing.stage_law.started(pairing.legal.begins, at)
            if pairing.legal.begins is not None
            else Staged()
        )
        for one in off.items if isinstance(off, AnyOf) else (off,):
            ended = None if one is None else pairing.showing.stage_ours.happened(one, at + _HOUR)
            if begun is not None and ended is not None:
                yield from _act(pairing, begun.and_also(ended), at, at + 2 * _HOUR)


def _act(pairing: Pairing, begun: Staged, at: int, when: int) -> Iterator[Scene]:
    for act in pairing.legal.forbid:
        done = pairing.showing.stage_law.happened(act, when)
        if done is not None:
            yield from pairing.showing.scene(begun.and_also(done), at)


# --- what a message must contain --------------------------------------------------------------------------------------


def _contained(pairing: Pairing) -> Iterator[Trouble]:
    mine, legal = pairing.mine.at, pairing.legal.at
    assert legal is not None, "asked of duties of content only"
    if mine is None or mine.event != legal.event or not pairing.relating.alike(mine.where, legal.where):
        yield Trouble(True, f"`{pairing.mine.id}` is not about the same messages", lambda: _messages(pairing))
        return
    wanted = {*legal.content} - {*mine.content}
    conditional = [one for one in legal.content_if if one not in mine.content_if and one[0] not in mine.content]
    if wanted or conditional or (legal.other_than is not None and mine.other_than != legal.other_than):
        yield Trouble(
            True, f"`{pairing.mine.id}` lets a message do that lacks what the law wants", lambda: _messages(pairing)
        )


def _messages(pairing: Pairing) -> Iterator[Scene]:
    """A message with no more than ours asks for."""
    legal, mine = pairing.legal.at, pairing.mine.at
    assert legal is not None, "asked of duties of content only"
    for at in pairing.showing.ordinary():
        told = pairing.showing.stage_law.fields(legal.event, legal.where)
        for content in (frozenset(mine.content if mine is not None else ()), frozenset[str]()):
            if told is not None:
                yield from pairing.showing.scene(Staged((Happened(legal.event, at, told, content),)), at)


# --- what comes again and again ---------------------------------------------------------------------------------------


def _again(pairing: Pairing) -> Iterator[Trouble]:
    """The next must come no later from whatever went before it, also where that came earlier than the law wants."""
    mine, legal = pairing.mine.due, pairing.legal.due
    assert isinstance(legal, Every), "asked of series only"
    name = f"`{pairing.mine.id}`"
    if not isinstance(mine, Every):
        yield Trouble(True, f"{name} does not come again and again", pairing.showing.done_once)
        return
    if mine.counted_from != legal.counted_from or not pairing.relating.is_same(mine.start, legal.start):
        yield Trouble(True, f"{name} is counted from something else", pairing.showing.plain_scenes)
        return
    if (mine.while_open and not legal.while_open) or not pairing.relating.alike(
        pairing.mine.done_by, pairing.legal.done_by
    ):
        yield Trouble(True, f"{name} may end before the law's", pairing.showing.plain_scenes)
    if pairing.mine.off_when is not None and not covers(
        pairing.legal.off_when, pairing.mine.off_when, pairing.relating
    ):
        yield Trouble(
            True, f"{name} is switched off by what does not switch off the law's", pairing.showing.switched_off
        )
    ours, law = _step(mine), _step(legal)
    if counts_less(ours, law, pairing.relating):
        return
    parts = Part(ours, pairing.clocks[0]), Part(law, pairing.clocks[1])
    for anchor in anchors(law):
        found = compared(*parts, anchor, pairing.relating, pairing.law.policy, [])
        reached = 0
        for place, late in enumerate(found.law):
            reached = max(reached, found.ours[place])
            if late is not None and reached > late:
                yield Trouble(
                    True, f"{name} may come later", partial(pairing.showing.scenes_from, anchor, found, parts)
                )
                return


def _step(every: Every) -> Limit:
    return Limit(every.start, every.length, every.calendar, every.counting)


# --- what is kept -----------------------------------------------------------------------------------------------------


def _kept(pairing: Pairing) -> Iterator[Trouble]:
    """Records must be kept as long as the law wants, and no longer than it allows."""
    mine, legal, relating = pairing.mine.floor, pairing.legal.floor, pairing.relating
    assert legal is not None, "asked of duties of keeping only"
    because = f"`{pairing.mine.id}` may keep records for less or more time than the law wants"
    if mine is None or not relating.is_same(mine.start, legal.start) or mine.counting != legal.counting:
        yield Trouble(True, because, pairing.showing.kept_scenes)
        return
    each = relating.alike((pairing.mine.each, pairing.mine.same), (pairing.legal.each, pairing.legal.same))
    suspended = set(pairing.legal.suspended_by) <= set(pairing.mine.suspended_by)
    same = relating.zones(mine.calendar, legal.calendar) and each and suspended
    short = any(not _is_at_least(one, other) for one, other in _lengths(mine.at_least, legal.at_least))
    long = legal.at_most is not None and (mine.at_most is None or not _is_at_least(legal.at_most, mine.at_most))
    if not same or short or long:
        yield Trouble(True, because, pairing.showing.kept_scenes)


def _lengths(mine: Length | ByLength | None, legal: Length | ByLength | None) -> Iterator[tuple[Length | None, Length]]:
    if legal is None:
        return
    if isinstance(legal, Length):
        for one in _all_of(mine):
            yield one, legal
        return
    if isinstance(mine, ByLength) and mine.fact == legal.fact:
        labels = dict.fromkeys([label for label, _ in (*mine.cases, *legal.cases)])
        for label in labels:
            wanted = dict(legal.cases).get(label, legal.otherwise)
            if wanted is not None:
                yield dict(mine.cases).get(label, mine.otherwise), wanted
        if legal.otherwise is not None:
            yield mine.otherwise, legal.otherwise
        return
    for wanted in _all_of(legal):
        for one in _all_of(mine):
            if wanted is not None:
                yield one, wanted


def _all_of(length: Length | ByLength | None) -> list[Length | None]:
    if isinstance(length, ByLength):
        return [*(one for _, one in length.cases), length.otherwise]
    return [length]


def _is_at_least(one: Length | None, other: Length) -> bool:
    if one is None:
        return False
    return one.unit == other.unit and one.number >= other.number  # years and months end otherwise (semantics 13)
