"""Examples that were not answered as expected, as diagnostics: what code hosts show beside the line."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports.examples import unmet_in_words
from complaint_policy.reports.local_time import Zones, moment_in_words
from complaint_policy.rollout.results import FileResults
from complaint_policy.rollout.running import Ran

NOT_EXPECTED = Code(
    "CP768",
    "an example is not answered as expected",
    "`complaint-policy test` shows beside it how the answer came about. Either the policy is wrong, or what the example"
    " expects is: it says where that comes from.",
)


def of_example(ran: Ran, engine: Engine) -> Iterator[Diagnostic]:
    """One for each expectation that is not met, at its place."""
    zone = Zones(engine.policy).default
    example = ran.example
    origin = f": {example.origin}" if example.origin else ""
    for answer in ran.answers:
        for one in answer.unmet:
            asked = moment_in_words(zone, answer.asked.as_of)
            message = f"`{example.name}`, as of {asked}: {unmet_in_words(one, zone)}"
            yield diagnostic(NOT_EXPECTED, message, one.expectation.place, f"the example is {example.source}{origin}")


def of_results(results: FileResults) -> Iterator[Diagnostic]:
    """All that are not met in a file, and what is wrong with examples that cannot be run."""
    for ran in results.ran:
        assert results.engine is not None, "what was run was run by an engine"
        yield from of_example(ran, results.engine)
    for wrong in results.wrong:
        yield wrong.problem
