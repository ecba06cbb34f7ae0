"""One case as each of two policies reads it, and as a policy between the two would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from complaint_policy.bulk.reading import Read, given_facts
from complaint_policy.case import Case, Event, EventType
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.policy.model import Given, Policy
from complaint_policy.records import NamedTuple, replace
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


class Reading:
    """How one policy reads cases that were written for either: of what only the other one has it takes no notice.

    policy: the policy with the facts, the events and the fields of events of the other one at the end of its own.
    """

    def __init__(self, own: Policy, other: Policy) -> None:
        names = {field.name for field in given_facts(own)}
        more = [one for one in other.facts if isinstance(one.source, Given) and one.field.name not in names]
        self._facts = len(names)
        self._fields = {kind.name: len(kind.fields) for kind in own.events}
        theirs = {kind.name: kind for kind in other.events}
        events = [_with_fields(kind, theirs.get(kind.name)) for kind in own.events]
        events += [kind for name, kind in theirs.items() if name not in self._fields]
        facts = (*own.facts, *(replace(one, field=replace(one.field, required=False)) for one in more))
        self.policy = replace(own, facts=facts, events=tuple(events)) if more or events != list(own.events) else own
        self._same = self.policy is own

    def read(self, found: Read) -> Read:
        """The case in the tables of the policy itself."""
        return found if self._same or found.case is None else found._replace(case=self.case(found.case))

    def case(self, case: Case) -> Case:
        """The case without what only the other policy has."""
        if self._same:
            return case
        return case._replace(
            values=case.values[: self._facts],
            changes=tuple(one for one in case.changes if one.position < self._facts),
            events=self._own(case.events),
            shared=self._own(case.shared),
        )

    def _own(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(
            one._replace(fields=(*one.fields[: self._fields[one.type]], *one.fields[-len(OF_EVERY_EVENT) :]))
            for one in events
            if one.type in self._fields
        )


OF_EVERY_EVENT = ("by", "channel", "role")
"""The fields that every event has, at the end of its own."""


def _with_fields(own: EventType, other: EventType | None) -> EventType:
    """The kind of event with the fields that the other policy gives it besides."""
    names = {field.name for field in own.fields}
    more = [field for field in other.fields if field.name not in names] if other is not None else []
    return replace(own, fields=(*own.fields, *(replace(field, required=False) for field in more))) if more else own


def pairs_of(old: Policy, new: Policy, written: Iterable[object]) -> Iterator[Pair]:
    """Cases as a program holds them, JSON objects, by both policies."""
    ways = Reading(old, new), Reading(new, old)
    readers = [case_reader(given_facts(way.policy), way.policy.events) for way in ways]
    for one in written:
        read = [reader(one, []) for reader in readers]
        before, after = (None if case is None else way.case(case) for case, way in zip(read, ways, strict=True))
        yield Pair(before, after)


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
