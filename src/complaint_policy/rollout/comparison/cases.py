"""One case as each of two policies reads it, and as a policy between the two would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from complaint_policy.bulk.reading import Read, given_facts
from complaint_policy.case import Case
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.comparison.edits import Key


class Pair(NamedTuple):
    """A case by the tables of the old and of the new policy; None where that one cannot read it."""

    old: Case | None
    new: Case | None


class ReadPair(NamedTuple):
    """What the two readings of one place of a file gave."""

    old: Read
    new: Read

    @property
    def pair(self) -> Pair:
        """The case both ways."""
        return Pair(self.old.case, self.new.case)


_NOTHING = Read(None, 0)


def read_alike(old: Policy, new: Policy) -> bool:
    """Whether both policies read every file of cases alike."""
    return given_facts(old) == given_facts(new) and old.events == new.events


def paired(old: Iterable[Read], new: Iterable[Read] | None) -> Iterator[ReadPair]:
    """The two readings of each case side by side; new None: it reads as the old one does."""
    if new is None:
        yield from (ReadPair(one, one) for one in old)
        return
    for one, other in zip_longest(old, new, fillvalue=_NOTHING):
        yield ReadPair(one, other)


def pairs_of(old: Policy, new: Policy, written: Iterable[object]) -> Iterator[Pair]:
    """Cases as a program holds them, JSON objects, by both policies."""
    read = [case_reader(given_facts(of), of.events) for of in (old, new)]
    alike = read_alike(old, new)
    for one in written:
        before = read[0](one, [])
        yield Pair(before, before if alike else read[1](one, []))


class Between:
    """Puts a case into the tables of a policy that is between the two."""

    def __init__(self, old: Policy, new: Policy, mixed: Policy, reverted: frozenset[Key]) -> None:
        names = [[field.name for field in given_facts(of)] for of in (old, new)]
        before, after = ({name: place for place, name in enumerate(each)} for each in names)
        self.values: list[tuple[bool, int]] = []
        """For each given fact whether it is taken from the old reading, and where it stands there."""
        for field in given_facts(mixed):
            back = field.name not in after or (("fact", field.name) in reverted and field.name in before)
            self.values.append((back, (before if back else after)[field.name]))
        self.moved = [
            {place: self._place(is_old, place) for place in range(len(each))}
            for is_old, each in zip((True, False), names, strict=True)
        ]
        known = {one.name for one in new.events}
        self.old_events = frozenset(
            one.name for one in mixed.events if ("event", one.name) in reverted or one.name not in known
        )

    def _place(self, is_old: bool, place: int) -> int | None:
        return next((at for at, found in enumerate(self.values) if found == (is_old, place)), None)

    def case(self, pair: Pair) -> Case:
        """The case as the policy between would read it."""
        old, new = pair
        assert old is not None, "only a case that both can read is compared"
        assert new is not None, "only a case that both can read is compared"
        events = [event for event in new.events if event.type not in self.old_events]
        events += [event for event in old.events if event.type in self.old_events]
        changes = [
            change._replace(position=place)
            for case, moved in zip((old, new), self.moved, strict=True)
            for change in case.changes
            if (place := moved[change.position]) is not None
        ]
        return new._replace(
            values=tuple((old if back else new).values[place] for back, place in self.values),
            events=tuple(sorted(events, key=lambda event: (event.at, event.seq))),
            changes=tuple(sorted(changes, key=lambda change: (change.at, change.seq))),
        )
