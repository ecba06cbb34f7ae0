"""Shows a review as text for a terminal: first whether the change may go in, then why, then what was asked."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.reports.diagnostics import visible
from complaint_policy.reports.marks import Style
from complaint_policy.reports.review_points import (
    CaseFiles,
    Point,
    assumed_by,
    name_of,
    points_of,
    step_in_words,
    verdict_of,
)
from complaint_policy.rollout.review.results import Review, Reviewed, Step, Weight

QUESTION = "May this change go in?"
ANSWERS: dict[Weight, str] = {
    "no": "No",
    "undecided": "Nobody can say",
    "look": "Yes, and a person should look",
    "note": "Yes",
}
_COLOURS: dict[Weight, str] = {"no": "red", "undecided": "yellow", "look": "yellow", "note": "grey"}
_WORDS: dict[Weight, str] = {"no": "objects", "undecided": "undecided", "look": "look", "note": "note"}
_WIDTH = max(map(len, _WORDS.values()))
_NOTHING = "nothing stands in the way"


def review_in_words(review: Review, files: CaseFiles, style: Style) -> str:
    """The whole review."""
    weight, says = verdict_of(review, files)
    colour = "green" if weight == "note" else _COLOURS[weight]
    told = visible(says) if weight != "note" else _NOTHING
    lines = [f"{style.paint(f'{QUESTION} {ANSWERS[weight]}:', colour)} {told}"]
    lines += [compared_in_words(review)]
    for one in review.policies:
        lines += ["", style.paint(visible(title_of(one)), "bold")]
        lines += [f"  {_step(step, style)}" for step in one.steps]
        for point in points_of(one, files):
            lines += ["", *_point(point, style)]
        granted = list(assumed_by(one))
        lines += ["", *(f"  taken for granted: {each}" for each in granted)] if granted else []
    return "\n".join(lines) + "\n"


def compared_in_words(review: Review) -> str:
    """With what the change was compared, and how many policies it touches."""
    number = len(review.policies)
    touched = "it touches no policy" if not number else f"it touches {number} {'policy' if number == 1 else 'policies'}"
    return f"compared with {visible(review.ref)} ({review.commit[:10]}): {touched}"


def title_of(one: Reviewed) -> str:
    """`harbour-savings 2, was 1 (policies/harbour/policy.yaml)`."""
    version = f" {one.now.version}" if one.now is not None else ""
    kind = one.subject.kind
    was = ""
    if one.then is not None and one.now is not None and one.then.version != one.now.version:
        was = f", was {one.then.version}"
    told = {"new": ", new", "removed": ", removed", "moved": f", stood in {one.subject.then}"}.get(kind, "")
    name = name_of(one)
    return f"{name}{version}{was}{told}" + (f" ({one.file})" if name != one.file else "")


def _step(step: Step, style: Style) -> str:
    return f"{step.name.ljust(6)}  {mark(step, style)} {visible(step_in_words(step))}"


def mark(step: Step, style: Style) -> str:
    """A sign for what a step comes to; nothing is told by it alone."""
    if step.because and step.outcome == "fine":
        return style.sign("dot")
    weights = {one.weight for one in step.problems}
    if step.outcome in ("errors", "examples", "worse", "unreadable") or "no" in weights:
        return style.paint(style.sign("missed"), "red")
    if step.outcome != "fine":
        return style.paint("?", "yellow")
    return style.paint("!", "yellow") if "look" in weights else style.paint(style.sign("met"), "green")


def _point(point: Point, style: Style) -> Iterator[str]:
    word = style.paint(_WORDS[point.weight].ljust(_WIDTH), _COLOURS[point.weight])
    before = " (so before this change too)" if point.before else ""
    yield f"  {word}  {point.step}: {visible(point.says)}{before}"
    indent = " " * (_WIDTH + 4)
    yield from (f"{indent}{visible(line)}".rstrip() for line in point.lines)
    if point.look:
        yield f"{indent}look at it: {visible(point.look)}"
