"""Draws the pictures of a comparison: shares as bars, and how far due moments move, as SVG in the page itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH: Final = 640
_BAR, _GAP = 18, 8
_MOST_COLUMNS = 41
"""So many columns at most; what moves further stands in the outermost ones."""


def shares(parts: Sequence[tuple[str, int]], label: str) -> str:
    """One bar whose parts are as wide as their numbers: pairs of a class of the style sheet and a number."""
    whole = sum(number for _, number in parts)
    drawn, left = [], 0.0
    for kind, number in parts:
        width = WIDTH * number / whole if whole else 0.0
        if number:
            told = f"<title>{escape(kind)}: {number:,}</title>"
            drawn.append(_box(left, 0, width, _BAR, kind, told))
        left += width
    return _picture(_BAR, "".join(drawn), label)


def pairs(rows: Sequence[tuple[str, float | None, float | None]], label: str) -> str:
    """For each name two bars under each other, before and after, as shares of one."""
    drawn, top = [], 0
    for name, before, after in rows:
        drawn.append(f'<text x="0" y="{top + 12}">{escape(name)}</text>')
        for place, (kind, rate) in enumerate((("before", before), ("after", after))):
            below = top + 18 + place * (_BAR // 2 + 2)
            width = (WIDTH - 70) * (rate or 0.0)
            told = "-" if rate is None else f"{rate * 100:.1f} %"
            drawn.append(_box(0, below, max(width, 1.0), _BAR // 2, kind, f"<title>{kind}: {told}</title>"))
            drawn.append(f'<text class="small" x="{width + 6:.1f}" y="{below + 8}">{told}</text>')
        top += 18 + _BAR + 4 + _GAP
    return _picture(max(top, 1), "".join(drawn), label)


def moved(by_days: Mapping[int, int], label: str) -> str:
    """How many cases by how many days: columns to the left of the line are earlier, those to the right later."""
    reach = min(max((abs(day) for day in by_days), default=0), _MOST_COLUMNS // 2)
    columns = dict.fromkeys(range(-reach, reach + 1), 0)
    for day, number in by_days.items():
        columns[max(-reach, min(reach, day))] += number
    most = max(columns.values(), default=0) or 1
    width, height, foot = WIDTH / len(columns), 90, 16
    drawn = []
    for place, (day, number) in enumerate(columns.items()):
        tall = height * number / most
        kind = "later" if day > 0 else "earlier" if day < 0 else "same"
        told = f"<title>{_days(day, reach, by_days)}: {number:,}</title>"
        if number:
            drawn.append(_box(place * width + 1, height - tall, width - 2, max(tall, 1.0), kind, told))
        if day in (-reach, 0, reach):
            anchor = "start" if day == -reach and reach else "end" if day == reach and reach else "middle"
            at = place * width + (0 if anchor == "start" else width if anchor == "end" else width / 2)
            text = _days(day, reach, by_days)
            drawn.append(f'<text class="small" text-anchor="{anchor}" x="{at:.1f}" y="{height + 13}">{text}</text>')
    line = f'<line class="axis" x1="0" y1="{height}" x2="{WIDTH}" y2="{height}"/>'
    return _picture(height + foot, line + "".join(drawn), label)


def _days(day: int, reach: int, all: Mapping[int, int]) -> str:
    further = " or more" if abs(day) == reach and any(abs(one) > reach and one * day > 0 for one in all) else ""
    if day == 0:
        return "less than a day"
    return f"{abs(day)} day{'s' if abs(day) > 1 else ''}{further} {'later' if day > 0 else 'earlier'}"


def _box(left: float, top: float, width: float, height: float, kind: str, told: str) -> str:
    place = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" {place}>{told}</rect>'


def _picture(height: float, drawn: str, label: str) -> str:
    return f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height:.0f}">{drawn}</svg>'
