"""What may stop or lengthen a duty beside what may do so to the law's: each way as lengths to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from complaint_policy.clocks.data import (
    DEFAULT_COUNTING,
    FIRST_OUT,
    LAST_OUT,
    Due,
    Earliest,
    Extension,
    Length,
    Limit,
    Pause,
)
from complaint_policy.policy.lengths import in_one_unit
from complaint_policy.policy.model import Duty
from complaint_policy.records import replace
from complaint_policy.rollout.proof.clocks import limits_of
from complaint_policy.rollout.proof.floor.bounds import Alike
from complaint_policy.rollout.proof.floor.trees import mapped

_MOST_TIMES: Final = 4
_MOST_WAYS: Final = 64
_IN_DAYS: Final = ("days", "business_days")

Change: TypeAlias = Callable[[Due | None], Due | None]


class Way(NamedTuple):
    """One way in which clocks are stopped or lengthened: what becomes of ours and of the law's.

    ours None: there is no bound, for the reason `because`. told: what happens, in words; empty where nothing does.
    extended: which of our extensions are used, by place. paused: whether our pauses are used up.
    """

    ours: Change | None
    law: Change
    told: str = ""
    because: str = ""
    extended: tuple[int, ...] = ()
    paused: bool = False


def as_it_is(due: Due | None) -> Due | None:
    """Nothing stops or lengthens it."""
    return due


NOTHING: Final = Way(as_it_is, as_it_is)


def ways_of(ours: Duty, law: Duty, alike: Alike) -> Iterator[Way]:
    """Every way that has to be compared, the plainest first.

    If a way of ours is never later than the law in its own way, so is whatever happens to both.
    """
    yield NOTHING
    for places in _uses(ours.longer):
        yield from _extended(ours, law, places, alike)
    if ours.pauses:
        for way in (NOTHING, *(one for places in _uses(ours.longer) for one in _extended(ours, law, places, alike))):
            if way.ours is not None:
                yield from _paused(ours, law, way, alike)


# --- extensions -------------------------------------------------------------------------------------------------------


def _uses(longer: Sequence[Extension]) -> list[tuple[int, ...]]:
    """How the extensions may be used one after the other: each so often, in the order written."""
    often = [range(min(one.times, _MOST_TIMES) + 1) for one in longer]
    found = []
    for numbers in list(product(*often))[: _MOST_WAYS + 1]:
        places = tuple(place for place, number in enumerate(numbers) for _ in range(number))
        if places:
            found.append(places)
    return found


def _extended(ours: Duty, law: Duty, places: tuple[int, ...], alike: Alike) -> Iterator[Way]:
    used = [ours.longer[place] for place in places]
    legal = [_legal(one, law, alike) for one in used]
    told = " and ".join(f"`{one.upon.event}` lengthens it" for one in dict.fromkeys(used))
    if all(one is not None for one in legal):
        rules = [one for one in legal if one is not None]
        if all(_as_law(mine, theirs) for mine, theirs in zip(used, rules, strict=True)):
            return  # both go by what is promised, or without an end, by the same notice
        change = _by(rules)
    else:
        change = as_it_is
    mine = _by(used)
    if any(one.open or (one.to_date_in is not None and _cap(one) is None) for one in used):
        yield Way(None, as_it_is, told, "a notice lengthens our time without an end", places)
    else:
        yield Way(mine, change, told, "", places)


def _legal(one: Extension, law: Duty, alike: Alike) -> Extension | None:
    """The extension of the law that is given whenever ours is."""
    for legal in law.longer:
        same = one.upon.event == legal.upon.event and alike(one.upon.where, legal.upon.where)
        content = set(legal.upon.content) <= set(one.upon.content) and not legal.upon.content_if
        ground = legal.ground is None or alike(one.ground, legal.ground)
        revoked = one.revoked_by is not None or legal.revoked_by is None
        if same and content and ground and revoked and legal.upon.other_than in (None, one.upon.other_than):
            return legal if one.times <= legal.times else None
    return None


def _as_law(ours: Extension, law: Extension) -> bool:
    """Whether both are due by the same promise, or without an end, whenever ours is."""
    if ours.open:
        return law.open
    if ours.to_date_in is None:
        return False
    return law.open or (ours.to_date_in == law.to_date_in and _cap(law) is None)


def _cap(one: Extension) -> Length | None:
    return None if one.soft else one.at_most or one.less_than


def _by(used: Sequence[Extension]) -> Change:
    """The period with these extensions, one after the other: the last length counts, within its cap (semantics 38)."""

    def change(limit: Limit) -> Due | None:
        length, cap = limit.length, None
        for one in used:
            cap = _cap(one)
            if one.open:
                return None
            if one.to is not None:
                length = one.to
            elif one.by is not None:
                length = Length(length.number + one.by.number, length.unit)
            elif cap is not None:
                length, cap = cap, None
            else:
                return None
        longer = replace(limit, length=length)
        return longer if cap is None else Earliest((longer, replace(limit, length=cap)))

    return lambda due: mapped(due, change)


# --- pauses -----------------------------------------------------------------------------------------------------------


def _paused(ours: Duty, law: Duty, way: Way, alike: Alike) -> Iterator[Way]:
    """Our clock paused for as long as may be, beside the law that runs on; or both by the same events."""
    told = " and ".join(filter(None, (way.told, "it is paused as long as it may be")))
    assert way.ours is not None, "what has no bound without a pause has none with one"
    legal = [next((one for one in law.pauses if is_within(pause, one, alike)), None) for pause in ours.pauses]
    most = _most(ours.pauses)
    inner, outer = way.ours, way.law
    if most is None:
        yield Way(None, outer, told, "our pauses have no cap in days that the clock counts", way.extended, True)
        return
    if all(one is not None for one in legal) and _counts_every_day(law) and _counts_its_cap(ours, most):
        rules = [one for one in legal if one is not None]
        theirs = _most(rules)
        for number in range(most.number + 1):
            left = number if theirs is None else min(number, theirs.number)
            mine = _more(Length(number, most.unit))
            also = _more(Length(left, "days"))
            yield Way(_then(inner, mine), _then(outer, also), told, "", way.extended, True)
        return
    yield Way(_then(inner, _more(most)), outer, told, "", way.extended, True)


def is_within(ours: Pause, law: Pause, alike: Alike) -> bool:
    """Whether the law stands still whenever ours does, for as long as ours does."""
    same = alike((ours.starts, ours.ends), (law.starts, law.ends))
    ground = law.when is None or alike(ours.when, law.when)
    ends = not any(ours.end_days in out and law.end_days not in out for out in (FIRST_OUT, LAST_OUT))
    beyond = law.only_beyond is None or (ours.only_beyond == law.only_beyond)
    return same and ground and ends and beyond


def is_capped_within(ours: Pause, law: Pause) -> bool:
    """Whether the caps of ours are at most those of the law."""
    for mine, legal in ((ours.at_most, law.at_most), (ours.each_at_most, law.each_at_most)):
        if legal is not None and (mine is None or not is_at_most(mine, legal)):
            return False
    return True


def is_at_most(one: Length, other: Length) -> bool:
    """Whether it is surely no longer: lengths of different units may be."""
    (unit, number), (wanted, limit) = in_one_unit(one), in_one_unit(other)
    return unit == wanted and number <= limit


def _counts_every_day(law: Duty) -> bool:
    """Whether every day that any clock counts is one that the law counts, and leaves out while it stands still."""
    due = law.due
    plain = isinstance(due, Limit) and due.length.unit in ("days", "weeks")
    caps = all(one.at_most is None or in_one_unit(one.at_most)[0] == "days" for one in law.pauses)
    return plain and caps and all(one.each_at_most is None and one.only_beyond is None for one in law.pauses)


def _counts_its_cap(ours: Duty, most: Length) -> bool:
    """Whether no day is left out of our clock for nothing, beyond the cap."""
    return most.unit == "days" or all(one.length.unit == "business_days" for one in limits_of(ours.due))


def _most(pauses: Sequence[Pause]) -> Length | None:
    """All days together that may be left out, in one unit; None: there is no cap, or caps of several units."""
    total, units = 0, set[str]()
    for one in pauses:
        if one.at_most is None:
            return None
        unit, number = in_one_unit(one.at_most)
        units.add(unit)
        total += number
    unit = units.pop() if len(units) == 1 else ""
    return Length(total, "days" if unit == "days" else "business_days") if unit in _IN_DAYS else None


def _more(most: Length) -> Change:
    """The period with so many days left out, wherever they lie: as many more of the days that it counts.

    A day of the cap that the clock does not count is one less that it does, so no more are left out of it.
    """

    def change(limit: Limit) -> Due | None:
        unit, number = in_one_unit(limit.length)
        if most.number == 0:
            return limit
        if limit.counting.pause_counts != DEFAULT_COUNTING.pause_counts or unit not in _IN_DAYS:
            return None
        if unit == "days" and most.unit == "business_days":  # closed days are left out for nothing
            return replace(limit, length=Length(number + most.number, "business_days"))
        return replace(limit, length=Length(number + most.number, "days" if unit == "days" else "business_days"))

    return lambda due: mapped(due, change)


def _then(first: Change, second: Change) -> Change:
    return lambda due: second(first(due))
