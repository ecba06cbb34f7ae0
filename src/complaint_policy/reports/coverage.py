"""Tells how much of a policy its examples exercise: figures by kind, and each line that none of them reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.reports.diagnostics import visible
from complaint_policy.reports.marks import Style
from complaint_policy.rollout.coverage.parts import KINDS
from complaint_policy.rollout.coverage.results import FileCoverage, Seen


def coverage_in_words(files: Iterable[FileCoverage], style: Style) -> str:
    """The files in turn: those beside the examples with every line not exercised, packs from elsewhere by figures."""
    return "\n".join("\n".join(_file(one, style)) + "\n" for one in files if one.number)


def _file(one: FileCoverage, style: Style) -> Iterator[str]:
    yield f"coverage of {style.paint(one.file, 'bold')} ({visible(one.title)}{whose(one)}): {figures(one)}"
    rows = list(by_kind(one))
    for kind, exercised, number in rows:
        sign = style.paint(style.sign("met"), "green") if exercised == number else style.sign("dot")
        yield f"  {sign} {kind.ljust(max(len(row[0]) for row in rows))}  {exercised} of {number}"
    left = [seen for seen in one.seen if not seen.exercised]
    if one.own and left:
        yield "  not exercised:"
        yield from (f"  {line}" for line in _lines(one, left, style))


def _lines(one: FileCoverage, left: list[Seen], style: Style) -> Iterator[str]:
    """Each part that is left, with its line of the file."""
    text = one.text.splitlines()
    wide = max(len(str(seen.line)) for seen in left)
    for number in dict.fromkeys(seen.line for seen in left):
        shown = visible(text[number - 1].rstrip()) if 0 < number <= len(text) else ""
        sign = style.paint(style.sign("missed"), "red")
        yield f"{sign} {str(number).rjust(wide)} | {shown}"
        for seen in left:
            if seen.line == number:
                yield f"  {' ' * wide} | {seen.part.kind} {visible(seen.part.name)}"


def whose(one: FileCoverage) -> str:
    """Nothing of a file beside the examples; of others, why they are not theirs to exercise."""
    return "" if one.own else ", an earlier version" if one.earlier else ", with examples of its own"


def by_kind(one: FileCoverage) -> Iterator[tuple[str, int, int]]:
    """For each kind that there is: its name, how many parts are exercised, and how many there are."""
    for kind in KINDS:
        of_kind = [seen.exercised for seen in one.seen if seen.part.kind == kind]
        if of_kind:
            yield kind, sum(of_kind), len(of_kind)


def figures(one: FileCoverage) -> str:
    """`45 of 54 (83 %)`; never 100 % while a part is left."""
    return f"{one.exercised} of {one.number} ({percent(one.exercised, one.number)} %)"


def percent(exercised: int, number: int) -> int:
    """Whole percent, rounded down; 100 of nothing."""
    return 100 * exercised // number if number else 100
