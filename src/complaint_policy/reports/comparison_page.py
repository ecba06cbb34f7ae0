"""Shows a comparison as one page in HTML that needs nothing else: no script, no other file, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from complaint_policy.reports.comparison_pictures import moved, pairs, shares
from complaint_policy.reports.comparison_words import (
    DIRECTIONS,
    cause_in_words,
    change_in_words,
    edit_in_words,
    examples_in_words,
    head,
    more_tables,
    numbers,
    rate_in_words,
    tiers_in_words,
)

Data = dict[str, Any]
_STYLE = """
:root { --ink: #1b1b1b; --paper: #fff; --quiet: #666; --line: #ccc;
  --worse: #c0392b; --better: #2e8b57; --other: #b8860b; --same: #b9c0c7; --before: #8899aa; --after: #34568b; }
@media (prefers-color-scheme: dark) { :root { --ink: #ddd; --paper: #161616; --quiet: #999; --line: #444;
  --worse: #e06c5f; --better: #5cb885; --other: #d4a63a; --same: #4a525a; --before: #7c8a99; --after: #7fa3d9; } }
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
  color: var(--ink); background: var(--paper); }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } h3 { font-size: .95rem; font-weight: normal; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { width: 100%; max-width: 640px; display: block; margin: .5rem 0; } svg text { fill: var(--ink); font-size: 12px; }
svg text.small { font-size: 10px; fill: var(--quiet); } .axis { stroke: var(--line); }
.worse, .later { fill: var(--worse); } .better, .earlier { fill: var(--better); } .other { fill: var(--other); }
.same { fill: var(--same); } .before { fill: var(--before); } .after { fill: var(--after); }
b.worse, b.better, b.other { background: none; } b.worse { color: var(--worse); } b.better { color: var(--better); }
b.other { color: var(--other); } code { font-size: .95em; } details { margin: .3rem 0; } .quiet { color: var(--quiet); }
"""


def as_page(data: Data) -> str:
    """The whole page; every text of a policy or a case is shown as text."""
    title = escape(head(data))
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    parts = (_first(data), _changes(data), _edits(data), _rates(data), _groups(data), _more(data))
    body = "\n".join(line for part in parts for line in part)
    return (
        f'<!doctype html>\n<html lang="en"><head>{meta}<title>{title}</title>\n<style>{_STYLE}</style></head><body>\n'
        f"<h1>{title}</h1>\n{body}\n</body></html>\n"
    )


def _first(data: Data) -> Iterator[str]:
    verdicts = data["verdicts"]
    yield shares([(one, verdicts[one]) for one in ("worse", "better", "other", "same")], "how the cases fare")
    yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in numbers(data))}</ul>"


def _changes(data: Data) -> Iterator[str]:
    if not data["changes"]:
        yield "<p>Nothing changes for any of these cases.</p>"
        return
    yield "<h2>What changes</h2>"
    rows = [
        (
            f'<b class="{one["direction"]}">{one["direction"]}</b>',
            f"{one['cases']:,}",
            _marked(change_in_words(one)) + _promised(one) + _tiers(one),
            escape(cause_in_words(one["cause"])),
            _examples(one),
        )
        for one in data["changes"]
    ]
    yield from _table(("", "cases", "what", "by", "for example"), rows, {1})
    for one in data["changes"]:
        if one["shift"] is not None and one["kind"] == "due":
            days = {int(day): number for day, number in one["shift"]["by_days"].items()}
            told = f"{change_in_words(one)}, by {cause_in_words(one['cause'])}"
            yield f'<h3 class="quiet">{_marked(told)}</h3>'
            yield moved(days, told)


def _promised(change: Data) -> str:
    number = change["promised"]
    return f'<br><span class="quiet">the old date was promised in a letter: {number:,}</span>' if number else ""


def _tiers(change: Data) -> str:
    told = tiers_in_words(change)
    return f'<br><span class="quiet">{escape(told)}</span>' if told else ""


def _examples(change: Data) -> str:
    return "<br>".join(escape(one) for one in examples_in_words(change))


def _edits(data: Data) -> Iterator[str]:
    if data["edits"]:
        yield "<h2>Edits, and how many cases each changes</h2>"
        rows = [
            (str(one["number"]), _marked(edit_in_words(one)), *(f"{one['cases'][key]:,}" for key in DIRECTIONS))
            for one in data["edits"]
        ]
        yield from _table(("", "edit", *DIRECTIONS), rows, {0, 2, 3, 4})


def _rates(data: Data) -> Iterator[str]:
    rows = [one for one in data["duties"] if one["before"]["states"] != one["after"]["states"]]
    if rows:
        yield "<h2>Late or missed, of what is over</h2>"
        drawn = [(one["duty"], _rate(one["before"]), _rate(one["after"])) for one in rows]
        yield pairs(drawn, "rates of what was late or missed, before and after")
        cells = [
            (
                f"<code>{escape(one['duty'])}</code>",
                rate_in_words(one["before"]["breach_rate"]),
                rate_in_words(one["after"]["breach_rate"]),
                escape(_states(one["before"])),
                escape(_states(one["after"])),
            )
            for one in rows
        ]
        yield from _table(("", "before", "after", "states before", "states after"), cells, {1, 2})


def _rate(side: Data) -> float | None:
    return None if side["breach_rate"] is None else float(side["breach_rate"])


def _states(side: Data) -> str:
    return ", ".join(f"{state.replace('_', ' ')} {number:,}" for state, number in side["states"].items()) or "none"


def _groups(data: Data) -> Iterator[str]:
    for one in data["groups"]:
        yield f"<h2>By {escape(one['fact'])}</h2>"
        groups = [(f"<code>{escape(group['value'])}</code>", group) for group in one["groups"]]
        if one["together"] is not None:
            values = escape(", ".join(one["together"]["values"]))
            told = f"{len(one['together']['values'])} groups as one: some have numbers below {one['least']}"
            groups.append((f"<details><summary>{told}</summary>{values}</details>", one["together"]))
        columns = ("cases", "worse", "better", "other", "same")
        rows = [
            (
                name,
                *(f"{of[key]:,}" for key in columns),
                shares([(key, of[key]) for key in columns[1:]], f"how {one['fact']} fares"),
            )
            for name, of in groups
        ]
        yield from _table(("", *columns, ""), rows, set(range(1, 6)))


def _more(data: Data) -> Iterator[str]:
    for title, columns, rows, told in more_tables(data):
        yield f"<h2>{_marked(title[0].upper() + title[1:])}</h2>"
        if rows:
            yield from _table(columns, [[_marked(cell) for cell in row] for row in rows], set(range(1, len(columns))))
        yield f"<ul>{''.join(f'<li>{_marked(line)}</li>' for line in told)}</ul>"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: set[int]) -> Iterator[str]:
    """The cells are HTML already."""
    yield f"<table><tr>{_cells('th', columns, numbers)}</tr>"
    yield from (f"<tr>{_cells('td', row, numbers)}</tr>" for row in rows)
    yield "</table>"


def _cells(tag: str, cells: Sequence[str], numbers: set[int]) -> str:
    return "".join(f"<{tag}{' class=number' if at in numbers else ''}>{cell}</{tag}>" for at, cell in enumerate(cells))


def _marked(text: str) -> str:
    """What stands in back-ticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
