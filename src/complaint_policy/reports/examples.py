"""Tells what came of examples: what was expected, what was answered, and why, in lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.reports.diagnostics import visible
from complaint_policy.reports.ledger import ledgers_in_words
from complaint_policy.reports.local_time import Zones, day_in_words, iso_day, moment_in_words
from complaint_policy.reports.marks import Style
from complaint_policy.reports.trace import trace_in_words, trace_of
from complaint_policy.rollout.comparing import Unmet
from complaint_policy.rollout.examples import Example, Expectation
from complaint_policy.rollout.results import FileResults
from complaint_policy.rollout.running import Answered, Ran

_NOTHING = "none"
_COUNTED = ("state", "due_on", "due_at", "late_from", "earliest", "latest", "start", "breached_at", "warning")
"""Fields of a duty that its ledger says something about."""


def file_in_words(results: FileResults, style: Style) -> str:
    """One line for a file whose examples all came out as expected; else a block for each that did not."""
    lines = []
    for wrong in results.wrong:
        place = wrong.problem.location or wrong.place
        at = f"{place.file}:{place.line}:{place.column}"
        lines += [_failed(wrong.name, style), f"      cannot be run: {visible(wrong.problem.message)}  ({at})"]
    for ran in results.ran:
        if not ran.passed:
            assert results.engine is not None, "what was run was run by an engine"
            lines.append(
                f"  {style.paint(style.sign('missed'), 'red')} {style.paint(visible(ran.example.name), 'bold')}"
            )
            lines += (f"      {line}".rstrip() for line in failure_lines(ran, results.engine))
    good = results.passed
    sign = style.paint(style.sign("met"), "green") if not lines and results.number else style.sign("dot")
    head = f"{sign} {results.file}: {good} of {results.number} as expected"
    return "\n".join([head, *lines]) + "\n"


def _failed(name: str, style: Style) -> str:
    return f"  {style.paint(style.sign('missed'), 'red')} {style.paint(visible(name), 'bold')}"


def summary_in_words(files: Iterable[FileResults]) -> str:
    """`29 examples in 3 files: 27 as expected, 1 not, 1 cannot be run`."""
    results = list(files)
    number, good = sum(one.number for one in results), sum(one.passed for one in results)
    wrong = sum(len(one.wrong) for one in results)
    parts = [f"{good} as expected"]
    parts += [f"{number - good - wrong} not"] if number - good - wrong else []
    parts += [f"{wrong} cannot be run"] if wrong else []
    examples = "1 example" if number == 1 else f"{number:,} examples"
    where = "1 file" if len(results) == 1 else f"{len(results)} files"
    return f"{examples} in {where}: {', '.join(parts)}"


def failure_lines(ran: Ran, engine: Engine) -> Iterator[str]:
    """What was expected and what was answered, where it is written, and the ledger and trace that matter."""
    zone = Zones(engine.policy).default
    yield _origin(ran.example)
    for answer in ran.answers:
        if not answer.unmet:
            continue
        known = "" if answer.asked.as_known is None else f", as known {moment_in_words(zone, answer.asked.as_known)}"
        yield f"as of {moment_in_words(zone, answer.asked.as_of)}{known}"
        for one in answer.unmet:
            place = one.expectation.place
            yield f"  {unmet_in_words(one, zone)}  ({place.file}:{place.line}:{place.column})"
        yield from (f"    {line}" for line in reasons_in_words(ran.example, answer, engine))


def _origin(example: Example) -> str:
    return f"{example.source}: {visible(example.origin)}" if example.origin else example.source


def unmet_in_words(one: Unmet, zone: Zone) -> str:
    """`final-response: due  expected 2026-06-26 (Fri), got 2026-06-25 (Thu)`."""
    expectation = one.expectation
    if expectation.form == "absent":
        told = "in the answer, got nothing" if expectation.denied else f"not in the answer, got {one.got}"
        return f"{expectation.key}  expected {told}"
    got = "nothing of that name in the answer" if one.lacking else value_in_words(expectation, one.got, zone)
    wanted = value_in_words(expectation, expectation.wanted, zone)
    return f"{expectation.key}  expected {_BEFORE.get(expectation.form, '')}{wanted}, got {got}".replace(
        "expected ", "expected not " if expectation.denied else "expected ", 1
    )


_BEFORE = {"beginning": "first "}


def value_in_words(of: Expectation, value: object, zone: Zone) -> str:
    """A value as it would be written in the file, days with their weekday."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | frozenset):
        items = sorted(map(str, value)) if isinstance(value, frozenset) else [str(item) for item in value]
        return items[0] if len(items) == 1 and of.form == "part" else f"[{', '.join(items)}]"
    if isinstance(value, int) and of.form == "day":
        return f"{iso_day(value)} ({day_in_words(value)[:3]})"
    if isinstance(value, int) and of.form == "moment":
        return _moment(value, zone)
    return visible(str(value))


def _moment(value: int, zone: Zone) -> str:
    day, second = local(zone, value)
    seconds = f":{second % 60:02d}" if second % 60 else ""
    return f"{iso_day(day)} {second // 3600:02d}:{second // 60 % 60:02d}{seconds} ({day_in_words(day)[:3]})"


def reasons_in_words(example: Example, answer: Answered, engine: Engine) -> Iterator[str]:
    """The ledgers of the duties and the traces of the decisions that were not answered as expected."""
    evaluation = answer.evaluation
    if evaluation is None or example.case is None:
        return
    expectations = [one.expectation for one in answer.unmet]
    yield from trace_in_words(engine.policy, evaluation, _traces(engine.policy, answer, evaluation)).splitlines()
    duties = {one.about.partition(" ")[0] for one in expectations if one.kind == "duty" and one.field in _COUNTED}
    if duties:
        yield from ledgers_in_words(engine, example.case, evaluation, duties).splitlines()
    if any(one.kind == "tier" for one in expectations) and evaluation.tier is not None:
        zone = Zones(engine.policy).default
        for step in evaluation.tier.steps:
            yield f"tier {step.tier} from {moment_in_words(zone, step.at)}: {step.why}"


def _traces(policy: Policy, answer: Answered, evaluation: Evaluation) -> dict[str, Any]:
    """The rules of the decisions that are not as expected; of all that is expected where a reason is not."""
    failed = [one.expectation for one in answer.unmet]
    reasons = any(one.kind == "because" for one in failed)
    wanted = {one.about for one in (answer.asked.expectations if reasons else failed) if one.kind == "decision"}
    scope = policy.scope.name if policy.scope is not None else ""
    trace = trace_of(policy, evaluation)
    return {name: rules for name, rules in trace.items() if ("scope" if name == scope else name) in wanted}
