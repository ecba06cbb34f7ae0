"""Shows a comparison as a summary for a terminal, or as a table with a row for each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from complaint_policy.reports.comparison_words import (
    DIRECTIONS,
    cases_in_words,
    cause_in_words,
    change_in_words,
    edit_in_words,
    example_in_words,
    head,
    more_tables,
    numbers,
    rate_in_words,
    signed,
    silent_edits,
    tiers_in_words,
)
from complaint_policy.reports.diagnostics import visible
from complaint_policy.reports.marks import Style

Data = dict[str, Any]
_COLOURS = {"worse": "red", "better": "green", "other": "yellow"}


def as_text(data: Data, style: Style) -> str:
    """The summary: how many cases, which edits, what changes by which of them, and what is asked for besides."""
    lines = [style.paint(visible(head(data)), "bold"), *numbers(data)]
    for part in (_edits(data), _changes(data, style), _rates(data), _groups(data), *_more(data)):
        told = list(part)
        lines += ["", *told] if told else []
    text = "\n".join(visible(line) if "\x1b" not in line else line for line in lines) + "\n"
    return text if style.unicode else text.replace("→", "->")


def _edits(data: Data) -> Iterator[str]:
    if not data["edits"]:
        yield "no rule, clock, calendar, fact or move is edited"
        return
    silent = silent_edits(data)
    rows = [
        (str(edit["number"]), edit_in_words(edit), *(f"{edit['cases'][one]:,}" for one in DIRECTIONS))
        for edit in data["edits"]
        if edit not in silent
    ]
    if rows:
        yield from aligned([("", "edit", *DIRECTIONS), *rows], right={0, 2, 3, 4})
    if silent:
        listed = "; ".join(f"{edit['number']} {edit_in_words(edit)}" for edit in silent)
        yield f"{'edits that change' if len(silent) > 1 else 'an edit that changes'} none of these cases: {listed}"


def _changes(data: Data, style: Style) -> Iterator[str]:
    width = max((len(f"{change['cases']:,}") for change in data["changes"]), default=0)
    for change in data["changes"]:
        number = f"{change['cases']:>{width},}"
        direction = style.paint(change["direction"].ljust(6), _COLOURS[change["direction"]])
        yield f"{direction}  {number}  {visible(change_in_words(change))}"
        indent = " " * (10 + width)
        if change["promised"]:
            yield f"{indent}the old date has been promised in a letter: {cases_in_words(change['promised'])}"
        example = example_in_words(change)
        told = (
            f"by {cause_in_words(change['cause'])}",
            tiers_in_words(change),
            f"for example {example}" if example else "",
        )
        yield indent + "; ".join(visible(part) for part in told if part)


def _rates(data: Data) -> Iterator[str]:
    rows = [
        (one["duty"], rate_in_words(one["before"]["breach_rate"]), rate_in_words(one["after"]["breach_rate"]))
        for one in data["duties"]
        if one["before"]["states"] != one["after"]["states"]
    ]
    if rows:
        yield from aligned([("late or missed, of what is over", "before", "after"), *rows], right={1, 2})


def _groups(data: Data) -> Iterator[str]:
    for number, one in enumerate(data["groups"]):
        if number:
            yield ""
        rows = [_group(group["value"], group) for group in one["groups"]]
        if one["together"] is not None:
            rows.append(_group(_left_out(one), one["together"]))
        yield from aligned(
            [(f"by {one['fact']}", "cases", "worse", "better", "other", "same"), *rows], right=set(range(1, 6))
        )


def _more(data: Data) -> Iterator[list[str]]:
    for title, columns, rows, told in more_tables(data):
        table = aligned([(title, *columns[1:]), *rows], right=set(range(1, len(columns)))) if rows else [title]
        yield [*table, *told]


def _group(name: str, group: Data) -> tuple[str, ...]:
    return (name, *(f"{group[key]:,}" for key in ("cases", "worse", "better", "other", "same")))


def _left_out(one: Data) -> str:
    return f"{len(one['together']['values'])} groups as one: some have numbers below {one['least']}"


def as_table(data: Data, style: Style) -> str:
    """One row for each change, with all that is told of it, and nothing else."""
    head = ("direction", "kind", "about", "before", "after", "cases", "least", "middle", "most", "promised", "cause")
    rows = [
        (
            change["direction"],
            change["kind"],
            change["about"],
            change["before"] or "",
            change["after"] or "",
            f"{change['cases']:,}",
            *(signed(change["shift"][key]) if change["shift"] else "" for key in ("least", "middle", "most")),
            f"{change['promised']:,}",
            f"{change['cause']['how']} {', '.join(map(str, change['cause']['edits']))}",
        )
        for change in data["changes"]
    ]
    shown = [tuple(visible(cell) for cell in row) for row in rows]
    return "\n".join(aligned([head, *shown], right={5, 6, 7, 8, 9})) + "\n"


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Rows with columns under each other; those of `right` end under each other."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    to_the_right = frozenset(right)
    return [
        "  ".join(
            cell.rjust(width) if at in to_the_right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
