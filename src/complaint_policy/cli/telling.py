"""Tells what was wrong with cases while the rest are evaluated, and what is worth a note at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.bulk.reading import Read
from complaint_policy.case import Case
from complaint_policy.case_reader.problems import number_of
from complaint_policy.cli.showing import remark, tell
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic, has_errors
from complaint_policy.policy.model import Policy

MOST_TOLD = 50
"""After so many bad cases only their number is told."""

OTHER_POLICY = Code(
    "CP662",
    "cases that name another policy",
    "A case may say which policy it was written for. It is evaluated by the policy of the command line all the same.",
    "warning",
)
NOTED = Code(
    "CP663",
    "values taken as not known",
    "A value was understood but cannot be used: another currency, or a choice that the policy has given up "
    "(semantics 67, 70). It counts as not known.",
    "note",
)


EVENTS = Code(
    "CP664",
    "events that do not count yet, or stand out of order",
    "Events after the moment of evaluation do not count yet, and events in another order than they happened count by "
    "their moment: neither is a fault, and one note counts them (semantics 1, 79). In a table the order of columns "
    "and rows says nothing.",
    "note",
)
SAME_ID = Code(
    "CP665",
    "one reference at several cases",
    "Each case is evaluated by itself. Two of one reference may be the same complaint twice, or one that was "
    "overwritten; a table with two rows of one reference is refused.",
    "warning",
)


class Told:
    """Takes cases from a reader, tells of the bad ones at once, and counts what is told at the end.

    `bad` counts the cases that cannot be read; `faults` what is wrong with a file as a whole. `as_of`: the moment of
    evaluation. `in_order`: whether the order of the events in the file says anything.
    """

    __slots__ = (
        "_again",
        "_ids",
        "_later",
        "_noted",
        "_other",
        "_unordered",
        "as_of",
        "bad",
        "faults",
        "in_order",
        "quiet",
    )

    def __init__(self, quiet: bool, as_of: int, *, in_order: bool) -> None:
        self.quiet = quiet
        self.as_of = as_of
        self.in_order = in_order
        self.bad = 0
        self.faults = 0
        self._noted: list[str] = []
        self._other: dict[str, int] = {}
        self._ids: set[str] = set()
        self._again: dict[str, int] = {}
        self._later = 0
        self._unordered = 0

    @property
    def failed(self) -> bool:
        """Whether anything could not be read."""
        return bool(self.bad or self.faults)

    def readable(self, cases: Iterable[Read]) -> Iterator[Case]:
        """The cases that could be read."""
        for item in cases:
            if item.diagnostics:
                self._tell(item)
            if item.case is not None:
                if not self.quiet:
                    self._count(item.case.id)
                yield item.case

    def _count(self, id: str) -> None:
        if id in self._ids:
            self._again[id] = self._again.get(id, 1) + 1
        self._ids.add(id)

    def _tell(self, item: Read) -> None:
        if has_errors(item.diagnostics):
            self.bad += not item.whole
            self.faults += item.whole
            if self.bad + self.faults > MOST_TOLD:
                return
        elif self.quiet:
            return
        file = next((found.location.file for found in item.diagnostics if found.location), "")
        whole = "\n" in item.excerpt.strip("\n") or item.line <= 1
        text = item.excerpt if whole else "\n" * (item.line - 1) + item.excerpt
        tell(item.diagnostics, {file: text} if item.excerpt else {}, counted=False)

    def hear(self, case: Case) -> None:
        """Notes of reading one case."""
        if not self.quiet:
            later, unordered = _out_of_order(case, self.as_of)
            self._later += later
            self._unordered += unordered if self.in_order else 0
        if case.policy:
            self._other[case.policy] = self._other.get(case.policy, 0) + 1
        if case.notes and len(self._noted) < MOST_TOLD:
            self._noted += (f"case `{case.id}`: {note}" for note in case.notes)

    def close(self, policy: Policy) -> None:
        """Tells what is left to tell."""
        if self.bad:
            more = f", of which the first {MOST_TOLD} are told" if self.bad > MOST_TOLD else ""
            remark(f"{number_of(self.bad, 'case')} cannot be read{more}")
        if self.faults > MOST_TOLD:
            remark(f"{number_of(self.faults, 'mistake')}, of which the first {MOST_TOLD} are told")
        if not self.quiet:
            tell((diagnostic(NOTED, note) for note in self._noted[:MOST_TOLD]), counted=False)
            tell([*self._of_events(), *self._of_ids(), *self._of_policies(policy)], counted=False)

    def _of_events(self) -> Iterator[Diagnostic]:
        parts = []
        if self._later:
            have = (
                "is after the moment of evaluation and does"
                if self._later == 1
                else ("are after the moment of evaluation and do")
            )
            parts.append(f"{number_of(self._later, 'event')} {have} not count yet")
        if self._unordered:
            stand = "stands" if self._unordered == 1 else "stand"
            parts.append(f"{number_of(self._unordered, 'event')} {stand} after a later one, and the moment counts")
        if parts:
            yield diagnostic(EVENTS, "; ".join(parts))

    def _of_ids(self) -> Iterator[Diagnostic]:
        if self._again:
            id, number = next(iter(self._again.items()))
            more = len(self._again) - 1
            others = f", and {number_of(more, 'other reference')} more than once" if more else ""
            yield diagnostic(SAME_ID, f"the reference `{id}` stands at {number:,} cases{others}")

    def _of_policies(self, policy: Policy) -> Iterator[Diagnostic]:
        for name, number in sorted(self._other.items()):
            if name != policy.id:
                cases = f"{number:,} cases name" if number > 1 else "a case names"
                message = f"{cases} the policy `{name}`, and the policy given is `{policy.id}`"
                yield diagnostic(OTHER_POLICY, message)


def _out_of_order(case: Case, as_of: int) -> tuple[int, int]:
    """How many entries are after the moment of evaluation, and how many stand after one that happened later."""
    entries = [(event.at, event.seq) for event in case.events]
    if case.changes:
        entries = sorted({*entries, *((change.at, change.seq) for change in case.changes)})
    later = unordered = 0
    least = len(entries) + 1_000_000
    for at, seq in reversed(entries):
        later += at > as_of
        unordered += seq > least
        least = min(least, seq)
    return later, unordered
