"""Asks real cases whether a changed policy answers them as it did, and whether it treats anybody worse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from complaint_policy.diagnostics import Code, Location, diagnostic
from complaint_policy.rollout.review.asked import Asked, Touched, not_comparable
from complaint_policy.rollout.review.results import Compared, Outcome, Problem, Step, Weight

if TYPE_CHECKING:
    from complaint_policy.rollout.comparison.results import Comparison
    from complaint_policy.rollout.comparison.tally import Tally

UNREAD = Code(
    "CP775",
    "cases that a review cannot compare",
    "Nothing is said of a case that one of the two policies cannot read: the change may treat it worse.",
)


def compared_step(touched: Touched, asked: Asked) -> Step:
    """What changes for the cases named; nothing where none are."""
    if asked.compare is None:
        return Step("cases", because="no cases are named (`--cases`)")
    because, old, engine = not_comparable(touched), touched.old, touched.engine
    if because or old is None or engine is None:
        return Step("cases", because=because)
    from complaint_policy.rollout.comparison.current import current_only

    found = asked.compare(current_only(old.policy), current_only(engine.policy))
    if found is None:
        return Step("cases", "unreadable", "the cases cannot be read, as said")
    assert touched.now is not None, "what was removed is not compared"
    place, tally = Location(str(touched.now.files[0]), 1, 1), found.tally
    problems = list(_unread(tally, place))
    outcome: Outcome = "unreadable" if problems else "fine"
    if tally.rows:
        weight = _weight(found, asked)
        problems.append(Problem(weight, Compared(found, place)))
        outcome = "worse" if weight == "no" and not tally.unread else outcome
    number = sum(tally.verdicts.values())
    return Step("cases", outcome, asked=number, good=tally.verdicts["same"], problems=tuple(problems))


def _weight(found: Comparison, asked: Asked) -> Weight:
    if asked.fail_on == "any" or (asked.fail_on == "worse" and found.has("worse")):
        return "no"
    return "look"


def _unread(tally: Tally, place: Location) -> Iterator[Problem]:
    """The cases of which nothing is said, as they cannot be read by both."""
    for number, said in (
        (tally.unread, "cannot be read"),
        (tally.only_old, "could be read before and cannot any more"),
    ):
        if number:
            told = f"{number} {'case' if number == 1 else 'cases'} {said}"
            yield Problem("undecided", diagnostic(UNREAD, told, place, "`complaint-policy compare` says why"))
