"""Groups of cases by a fact, with small numbers left out so that nobody can work them out from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from complaint_policy.records import NamedTuple
from complaint_policy.rollout.comparison.tally import VERDICTS


class Group(NamedTuple):
    """The cases of one value of a fact, or of several values put together: how many, and how they change."""

    values: tuple[str, ...]
    verdicts: Mapping[str, int]

    @property
    def cases(self) -> int:
        """How many there are."""
        return sum(self.verdicts.values())


class Groups(NamedTuple):
    """The groups of one fact. pooled: those too small to be shown one by one, as one; None if all are shown.

    least: the smallest number that is shown.
    """

    fact: str
    least: int
    shown: tuple[Group, ...]
    pooled: Group | None


def grouped(fact: str, found: Mapping[str, Mapping[str, int]], least: int) -> Groups:
    """The groups by fact, none with a number from 1 to `least` - 1 (119).

    A group with such a number is shown with others as one. So much is put together, the smallest groups first, that no
    group is the only one left out and that what is shown of them together is no small number either, unless it is the
    number of all cases, which stands elsewhere: no number left out is a difference of numbers that are shown.
    """
    all = [
        Group((value,), {one: verdicts.get(one, 0) for one in VERDICTS}) for value, verdicts in sorted(found.items())
    ]
    whole = _together(all)
    pooled = [one for one in all if _is_small(one, least)]
    rest = sorted((one for one in all if not _is_small(one, least)), key=lambda one: (one.cases, one.values))
    while pooled and rest and (len(pooled) < 2 or _tells(_together(pooled), whole, least)):
        pooled.append(rest.pop(0))
    shown = sorted(rest, key=lambda one: (-one.cases, one.values))
    return Groups(fact, least, tuple(shown), _together(pooled) if pooled else None)


def _is_small(group: Group, least: int) -> bool:
    return any(0 < number < least for number in group.verdicts.values())


def _tells(pool: Group, whole: Group, least: int) -> bool:
    return any(0 < number < least and number != whole.verdicts[one] for one, number in pool.verdicts.items())


def _together(groups: list[Group]) -> Group:
    number: Counter[str] = Counter()
    for one in groups:
        number.update(one.verdicts)
    values = sorted(value for one in groups for value in one.values)
    return Group(tuple(values), {one: number[one] for one in VERDICTS})
