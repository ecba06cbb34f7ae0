"""Shows a review as Markdown, for the summary of a build server or a note on a change: the gravest thing first."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.reports.markdown import block, cell, prose
from complaint_policy.reports.marks import Style
from complaint_policy.reports.review import ANSWERS, QUESTION, compared_in_words, mark, title_of
from complaint_policy.reports.review_points import (
    CaseFiles,
    Point,
    assumed_by,
    points_of,
    step_in_words,
    verdict_of,
)
from complaint_policy.rollout.review.results import Review, Reviewed, Weight

_HEADS: dict[Weight, str] = {
    "no": "What stands in the way",
    "undecided": "What nobody can say",
    "look": "What a person should look at",
    "note": "Worth knowing",
}
_MOST_POINTS = 50


def review_page(review: Review, files: CaseFiles) -> str:
    """The whole review."""
    weight, says = verdict_of(review, files)
    told = prose(says) if weight != "note" else "nothing stands in the way"
    lines = [f"## {QUESTION} {ANSWERS[weight]}", "", f"**{told}**", "", prose(compared_in_words(review))]
    for one in review.policies:
        lines += ["", f"### {prose(title_of(one))}", "", *_table(one)]
        lines += _points(points_of(one, files))
        lines += [f"\nTaken for granted: {prose(each)}" for each in assumed_by(one)]
    return "\n".join(lines) + "\n"


def _table(one: Reviewed) -> Iterator[str]:
    yield from ("| | | |", "|---|---|---|")
    for step in one.steps:
        yield f"| {mark(step, Style())} | {step.name} | {cell(step_in_words(step))} |"


def _points(points: list[Point]) -> Iterator[str]:
    head = ""
    for point in points[:_MOST_POINTS]:
        if _HEADS[point.weight] != head:
            head = _HEADS[point.weight]
            yield f"\n#### {head}"
        before = " *(so before this change too)*" if point.before else ""
        yield f"\n- **{point.step}**: {prose(point.says)}{before}"
        lines = [*point.lines, *((f"look at it: {point.look}",) if point.look else ())]
        if lines:
            yield from ("", *block(lines, "  "))
    if len(points) > _MOST_POINTS:
        yield f"\nAnd {len(points) - _MOST_POINTS} more."
