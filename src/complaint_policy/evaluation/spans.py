"""Stretches of the life of a case: while it is open, and what two stretches have in common."""

from __future__ import annotations

from typing import TypeAlias

from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.view import View

Span: TypeAlias = tuple[int, int]
"""From a moment up to another, `FOREVER` if none is known."""


def open_spans(view: View, spans: list[Span], since: int = 0) -> list[Span]:
    """What of these spans the case was open in, from `since` on: closing ends, reopening begins one (47, 57)."""
    closed = [one.at for one in view.happened("closed")]
    reopened = [one.at for one in view.happened("reopened")]
    result: list[Span] = []
    begin, end = since, next((at for at in closed if at >= since), FOREVER)
    while True:
        result.extend(within(spans, (begin, end)))
        again = next((at for at in reopened if at >= end), None)
        if again is None:
            return result
        begin, end = again, next((at for at in closed if at > again), FOREVER)  # at one moment it is reopened last (2)


def closed_spans(view: View) -> list[Span]:
    """While the case was closed, since its receipt."""
    edges = [edge for span in open_spans(view, [(0, FOREVER)], view.received) for edge in span]
    ends = [view.received, *edges, FOREVER]
    return [(end, begin) for end, begin in zip(ends[::2], ends[1::2], strict=True) if end < begin]


def within(spans: list[Span], limits: Span) -> list[Span]:
    """What lies within the limits; empty spans are left out."""
    cut = [(max(begin, limits[0]), min(end, limits[1])) for begin, end in spans]
    return [span for span in cut if span[0] < span[1]]
