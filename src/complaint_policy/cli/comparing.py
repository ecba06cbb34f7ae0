"""Compares two policies on files of cases, and writes what was found."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from complaint_policy.bulk.reading import Read
from complaint_policy.cli.case_files import STDIN
from complaint_policy.cli.comparing_besides import events_of, going_over, late_holiday, shared_edits
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.showing import remark, tell
from complaint_policy.cli.telling import Told
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.comparison.cases import Pair, ReadPair
from complaint_policy.rollout.comparison.results import Comparison

if TYPE_CHECKING:
    from complaint_policy.cli.written_holidays import Written
    from complaint_policy.rollout.comparison.comparing import Asked

MOST_ASIDE = 5
"""Of so many cases that only one of the policies can read it is told why."""


class Files(NamedTuple):
    """The files that a command line names; `cases` may be `-`, standard input."""

    old: Path
    new: Path
    cases: str
    mapping: Path | None
    old_mapping: Path | None
    shared: Path | None
    output: str | None


class Wanted(NamedTuple):
    """What the command line asks for, apart from the files."""

    as_of: int
    as_known: int | None
    form: str
    by: tuple[str, ...]
    least: int
    fail_on: frozenset[str]
    examples: int
    workers: int | None
    quiet: bool


class Besides(NamedTuple):
    """What is asked for besides; `change_at` None is the moment from which the new policy says that it is in force."""

    open_cases: bool = False
    change_at: int | None = None
    holidays: tuple[Written, ...] = ()
    starts: tuple[str, ...] = ()


def compare(files: Files, wanted: Wanted, besides: Besides) -> int:
    """Compares the cases and writes what was found; the exit code says how it went."""
    from complaint_policy.cli.named_files import must_be_open_input, must_be_readable
    from complaint_policy.cli.policies import policy_of
    from complaint_policy.rollout.comparison.causes import Moment
    from complaint_policy.rollout.comparison.comparing import Asked, unfit
    from complaint_policy.rollout.comparison.current import current_only

    from_input = files.cases == STDIN
    named = (None if from_input else files.cases, files.mapping, files.old_mapping, files.shared)
    must_be_readable(files.old, files.new, *named)
    if from_input:
        must_be_open_input()
    before, after = (policy_of(path) for path in (files.old, files.new))
    if before is None or after is None:
        return ExitCode.POLICY
    old, new = current_only(before), current_only(after)
    for name in wanted.by:
        if told := unfit(name, old, new):
            raise click.UsageError(told)
    asked = Asked(
        Moment(wanted.as_of, wanted.as_known),
        wanted.by,
        going_over(files.old, files.new, after, wanted.as_of, besides.change_at) if besides.open_cases else None,
        tuple(late_holiday(new, one) for one in besides.holidays),
        events_of(new, besides.starts),
        shared_edits(files.old, files.new, old, new),
    )
    return _compared(old, new, files, wanted, asked)


def comparison_of(old: Policy, new: Policy, files: Files, wanted: Wanted, asked: Asked) -> Comparison | None:
    """What the cases show; None if they cannot be read as a whole, which has been told."""
    from complaint_policy.cli.progress import counted
    from complaint_policy.rollout.comparison.running import compared

    reading = _Reading(old, new, files, wanted)
    if reading.unshared:
        return None
    workers = wanted.workers or os.cpu_count() or 1
    with counted(reading.pairs(), shown=not wanted.quiet) as pairs:
        found = compared(old, new, asked, pairs, least=wanted.least, workers=workers)
    reading.close()
    return None if reading.told.faults else found


def _compared(old: Policy, new: Policy, files: Files, wanted: Wanted, asked: Asked) -> int:
    found = comparison_of(old, new, files, wanted, asked)
    if found is None:
        return ExitCode.DATA
    _write(found, files, wanted)
    worse = "worse" in wanted.fail_on and found.has("worse")
    other = any(found.has(one) for one in wanted.fail_on - {"worse"})
    codes = [ExitCode.WORSE] * worse + [ExitCode.FINDINGS] * other + [ExitCode.DATA] * bool(found.tally.unread)
    return max(codes, default=ExitCode.FINE)


class _Reading:
    """Reads each case by both policies, and tells of those that cannot be read."""

    def __init__(self, old: Policy, new: Policy, files: Files, wanted: Wanted) -> None:
        from complaint_policy.cli.case_files import shared_events
        from complaint_policy.rollout.comparison.cases import Reading

        self.old, self.new, self.files = old, new, files
        self.ways = Reading(old, new), Reading(new, old)
        self.told = Told(wanted.quiet, wanted.as_of, in_order=files.mapping is None)
        self.shared = [shared_events(way.policy, files.shared) for way in self.ways]
        self.unshared = None in self.shared
        self._aside: list[tuple[str, Read]] = []
        self._quiet = wanted.quiet

    def pairs(self) -> Iterator[Pair]:
        """Every case by both policies, in the order of the file."""
        for one in self._both():
            if (one.old.case is None) is (one.new.case is None):
                for case in self.told.readable([one.new]):
                    self.told.hear(case)
            elif len(self._aside) < MOST_ASIDE:
                self._aside.append(("old", one.old) if one.old.case is None else ("new", one.new))
            yield one.pair

    def _both(self) -> Iterator[ReadPair]:
        from complaint_policy.rollout.comparison.cases import paired, read_alike

        mappings = self.files.old_mapping or self.files.mapping, self.files.mapping
        if mappings[0] == mappings[1] and read_alike(self.old, self.new):
            return paired(self._cases(mappings[1], 1), None)
        if self.files.cases == STDIN:
            told = "the two policies read cases by different tables, and standard input can be read only once"
            raise click.UsageError(f"{told}: name a file")
        before, after = (self._cases(mapping, at) for at, mapping in enumerate(mappings))
        return paired(before, after)

    def _cases(self, mapping: Path | None, place: int) -> Iterator[Read]:
        """What is said of a file as a whole is told at once, so that cases stand beside each other."""
        from complaint_policy.cli.case_files import open_cases

        way = self.ways[place]
        for read in open_cases(way.policy, self.files.cases, mapping, self.shared[place]):
            if read.whole:
                list(self.told.readable([read]))
            else:
                yield way.read(read)

    def close(self) -> None:
        """Tells what is left to tell, and of the first cases that only one of the policies can read why."""
        self.told.close(self.new)
        for which, read in [] if self._quiet else self._aside:
            remark(f"the {which} policy cannot read a case:")
            tell(read.diagnostics, {}, counted=False)


def _write(found: Comparison, files: Files, wanted: Wanted) -> None:
    from complaint_policy.cli.showing import output
    from complaint_policy.cli.writing import style_of_output
    from complaint_policy.reports.comparison import as_data

    data, style = as_data(found, wanted.examples), style_of_output(to_terminal=files.output is None)
    match wanted.form:
        case "json":
            import json

            text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        case "html":
            from complaint_policy.reports.comparison_page import as_page

            text = as_page(data)
        case "markdown":
            from complaint_policy.reports.comparison_markdown import as_markdown

            text = as_markdown(data)
        case _:
            from complaint_policy.reports.comparison_text import as_table, as_text

            text = (as_table if wanted.form == "table" else as_text)(data, style)
    encoding = (sys.stdout.encoding or "utf-8") if files.output is None else "utf-8"
    with output(files.output) as stream:
        stream.write(text.encode(encoding, "replace"))
