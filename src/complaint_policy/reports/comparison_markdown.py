"""Shows a comparison as Markdown: a comment on a proposed change that people read where they review it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from complaint_policy.reports.comparison_words import (
    DIRECTIONS,
    cause_in_words,
    change_in_words,
    edit_in_words,
    example_in_words,
    head,
    more_tables,
    numbers,
    rate_in_words,
)

Data = dict[str, Any]
_SIGNS = {"worse": "🔴 worse", "better": "🟢 better", "other": "🟡 other"}


def as_markdown(data: Data) -> str:
    """Figures first, then a table of changes, of edits, of rates, and of groups."""
    lines = [f"## {_cell(head(data))}", "", *(f"- {line}" for line in numbers(data))]
    for title, columns, rows in _tables(data):
        shown = [[_cell(cell) for cell in row] for row in rows]
        if shown:
            lines += ["", f"### {title}", "", *_table(columns, shown)]
    for title, columns, rows, told in more_tables(data):
        lines += [
            "",
            f"### {_cell(title)}",
            "",
            *(_table(columns, [[_cell(cell) for cell in row] for row in rows]) if rows else ()),
        ]
        lines += ["", *(f"- {_cell(line)}" for line in told)] if told else []
    return "\n".join(lines) + "\n"


def _tables(data: Data) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[str]]]]:
    changes = (
        (
            _SIGNS[one["direction"]],
            f"{one['cases']:,}",
            change_in_words(one),
            cause_in_words(one["cause"]),
            example_in_words(one),
        )
        for one in data["changes"]
    )
    yield "What changes", ("", "cases", "what", "by", "for example"), changes
    edits = (
        (str(one["number"]), edit_in_words(one), *(f"{one['cases'][key]:,}" for key in DIRECTIONS))
        for one in data["edits"]
    )
    yield "Edits", ("", "edit", *DIRECTIONS), edits
    rates = (
        (one["duty"], rate_in_words(one["before"]["breach_rate"]), rate_in_words(one["after"]["breach_rate"]))
        for one in data["duties"]
        if one["before"]["states"] != one["after"]["states"]
    )
    yield "Late or missed, of what is over", ("duty", "before", "after"), rates
    for one in data["groups"]:
        groups = [(group["value"], group) for group in one["groups"]]
        if one["together"] is not None:
            groups.append(
                (
                    f"{len(one['together']['values'])} groups as one: some have numbers below {one['least']}",
                    one["together"],
                )
            )
        columns = ("cases", "worse", "better", "other", "same")
        yield f"By {one['fact']}", ("", *columns), [(name, *(f"{of[key]:,}" for key in columns)) for name, of in groups]


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    yield from (f"| {' | '.join(row)} |" for row in rows)


_SPECIAL = str.maketrans({"|": "\\|", "[": "\\[", "<": "&lt;", ">": "&gt;", "\n": " ", "\r": " ", "@": "&#64;"})


def _cell(text: str) -> str:
    """A text that cannot end a cell, begin a tag or call a person."""
    return text.translate(_SPECIAL)
