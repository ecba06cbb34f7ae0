"""Which parts of a policy an example exercises, from what was answered and the clocks by which it was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from complaint_policy.case import Case
from complaint_policy.clocks.data import ByFact, ByLength, Dated, Due, Earliest, Latest, Limit, Promptly
from complaint_policy.evaluation.dues import describe
from complaint_policy.evaluation.keys import as_key
from complaint_policy.evaluation.outcome import DutyResult, Evaluation, RightResult
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.stopping import Stopped, stops_of
from complaint_policy.evaluation.view import Account, Engine, View
from complaint_policy.policy.model import Duty, Given
from complaint_policy.rollout.coverage.parts import Part, PartKind, again, parts_of
from complaint_policy.rollout.examples import Asked
from complaint_policy.rollout.running import Ran

Key: TypeAlias = "tuple[PartKind, str]"
"""The kind and the name of a part."""
Values: TypeAlias = Mapping[str, object]
"""The facts by their names as of a moment; None is not known."""

_BEGUN = ("running", "paused", "met", "met_late", "breached", "lapsed", "attested", "ended", "in_force")
"""States of a duty that is owed, and of which somebody can tell."""


def covered(engine: Engine, runs: Iterable[Ran]) -> frozenset[Key]:
    """The parts that the examples exercise, by kind and name.

    A requirement or a right counts where an example expects something of it while it is owed or open; what decides,
    counts or stops a clock counts where it did so, and a citation where anything that has it counts.
    """
    found: set[Key] = set()
    for ran in runs:
        for answer in ran.answers:
            if ran.example.case is None:
                found |= {("requirement", one.about.partition(" ")[0]) for one in answer.asked.expectations}
            else:
                found |= set(_exercised(engine, ran.example.case, answer.asked))
    return frozenset(found | set(_cited(parts_of(engine.policy), found)))


def _cited(parts: Iterable[Part], found: set[Key]) -> Iterator[Key]:
    for part in parts:
        if part.citation and (part.kind, part.name) in found:
            yield "citation", part.citation


def _exercised(engine: Engine, case: Case, asked: Asked) -> Iterator[Key]:
    view = view_at(engine, case, asked.as_of, asked.as_known)
    evaluation = evaluation_of(view, asked.as_of, asked.as_known)
    expected = {(one.kind, one.about.partition(" ")[0]) for one in asked.expectations}
    yield from _decided(engine, view)
    values = {fact.field.name: value for fact, value in zip(engine.policy.facts, evaluation.facts, strict=True)}
    yield from _facts(engine, evaluation)
    for result in evaluation.duties:
        if result.state in _BEGUN:
            if ("duty", result.duty) in expected:
                yield "requirement", result.duty
            yield from _clock(engine, view, values, result)
        if result.fallback:
            yield "fallback", f"{result.duty}: fallback"
    for kept in evaluation.kept:
        if ("duty", kept.duty) in expected and (kept.deletable_from, kept.delete_by) != (None, None):
            yield "keep", kept.duty
            yield from _kept(engine.policy.duties[engine.duty_places[kept.duty]], values)
            yield from (("suspension", f"{kept.duty}: {one}") for one in kept.suspended_by)
    closings = {right.id: right.closes for right in engine.policy.rights}
    for right in evaluation.rights:
        if ("right", right.right) in expected and right.state != "not_yet":
            yield "right", right.right
            yield from _closing(view, right, closings[right.right], values)
    for step in evaluation.tier.steps if evaluation.tier is not None else ():
        yield "move", step.why
    for finding in evaluation.findings:
        if finding.kind == "deemed":
            yield "deemed event", finding.about


def _decided(engine: Engine, view: View) -> Iterator[Key]:
    """The rules that decided: those of the first tier too, which an evaluation tells only by the tier."""
    for name, decide in engine.decisions.items():
        rule = decide(view).rule
        if rule is not None:
            yield "rule", f"{name}: {rule}"


def _facts(engine: Engine, evaluation: Evaluation) -> Iterator[Key]:
    for fact, value in zip(engine.policy.facts, evaluation.facts, strict=True):
        if isinstance(fact.source, Given) and fact.field.type.kind in ("choice", "choices"):
            for one in value if isinstance(value, frozenset) else (value,):
                yield "choice", f"{fact.field.name}: {one}"


# --- clocks -----------------------------------------------------------------------------------------------------------


def _kept(duty: Duty, values: Values) -> Iterator[Key]:
    """The row of a table of lengths that a record is kept by."""
    length = None if duty.floor is None else duty.floor.at_least
    if isinstance(length, ByLength) and (value := values[length.fact]) is not None:
        label = as_key(value)
        yield "choice", f"{duty.id}: {length.fact} {label if label in dict(length.cases) else 'otherwise'}"


def _closing(view: View, right: RightResult, closes: Due | None, values: Values) -> Iterator[Key]:
    """The way through the clock of a right that has a moment at which it closes."""
    if closes is not None and right.closes_at is not None:
        result = DutyResult(right.right, "", "running", start=right.opened_at)
        for kind, name in _Path(view, result, None, values).of(closes, ""):
            yield kind, f"{right.right}: {name}"


def _clock(engine: Engine, view: View, values: Values, result: DutyResult) -> Iterator[Key]:
    place = engine.duty_places[result.duty]
    duty = engine.policy.duties[place]
    accounts = dict(engine.duties[place].accounts(view))
    account = accounts.get(result.occurrence)
    if duty.due is not None and not result.fallback:
        for kind, name in _Path(view, result, account, values).of(duty.due, ""):
            yield kind, f"{duty.id}: {name}"
    yield from _stops(engine, view, duty, result, account)


class _Path:
    """The way through the tables and dated texts of a clock that one result took."""

    __slots__ = ("account", "result", "values", "view")

    def __init__(self, view: View, result: DutyResult, account: Account | None, values: Values) -> None:
        self.view = view
        self.result = result
        self.account = account
        self.values = values

    def of(self, due: Due, before: str) -> Iterator[Key]:
        """The parts on the way, as `parts.due_parts` names them."""
        match due:
            case Earliest(items) | Latest(items):
                for number, item in enumerate(items):
                    if self._gave(item):
                        yield from self.of(item, f"{before}{number + 1}. ")
            case ByFact(fact, cases, otherwise):
                value = self.values[fact]
                label = "" if value is None else as_key(value)
                chosen = dict(cases).get(label)
                label, chosen = (label, chosen) if chosen is not None else ("otherwise", otherwise)
                if value is not None and chosen is not None:
                    yield "choice", f"{before}{fact} {label}"
                    yield from self.of(chosen, f"{before}{fact} {label}: ")
            case Dated():
                yield from self._dated(due, before)
            case Promptly():
                yield "limit", f"{before}promptly"
            case _:
                yield "limit", f"{before}{describe(due) or 'again and again'}"

    def _gave(self, item: Due) -> bool:
        """Whether an item of several clocks is the one that was counted."""
        if not isinstance(item, Limit) or self.account is None:
            return self.result.text in ("", describe(item))
        return item.length == self.account.length

    def _dated(self, due: Dated, before: str) -> Iterator[Key]:
        day = self._law_day(due.law_of)
        for number, (since, text) in enumerate(due.entries):
            if since is None or (self.view.now.reached(since) if day is None else day >= since):
                yield "dated value", f"{before}text {number + 1}"
                if text is not None:
                    yield from self.of(text, f"{before}text {number + 1}: ")
                return

    def _law_day(self, law_of: str) -> int | None:
        """The moment whose law it was counted by; None: that of the evaluation (semantics 64)."""
        match law_of:
            case "start":
                return self.result.start
            case "completion":
                return self.result.met_at
            case "evaluation":
                return None
        events = self.view.happened(law_of)
        own = next((one.at for one in events if one.id == self.result.occurrence), None)
        return own if own is not None else events[0].at if events else None


def _stops(engine: Engine, view: View, duty: Duty, result: DutyResult, account: Account | None) -> Iterator[Key]:
    """What stopped or lengthened the clock: each rule is asked alone, by the engine, whether it held."""
    stood = result.paused_since is not None or (account is not None and bool(account.left_out))
    for number, pause in enumerate(duty.pauses):
        alone = replace(duty, pauses=(pause,), suspended_by=(), longer=())
        if stood and any(span.ground for span in _stopped(engine, view, alone, result).pauses):
            yield "pause", f"{duty.id}: {pause.starts.event} to {pause.ends.event}{again(number, duty.pauses)}"
    for number, longer in enumerate(duty.longer):
        alone = replace(duty, pauses=(), suspended_by=(), longer=(longer,))
        if any(act.ground and act.content_ok for act in _stopped(engine, view, alone, result).extensions):
            yield "extension", f"{duty.id}: upon {longer.upon.event}{again(number, duty.longer)}"
    yield from (("suspension", f"{duty.id}: {one}") for one in result.suspended_by)


def _stopped(engine: Engine, view: View, duty: Duty, result: DutyResult) -> Stopped:
    find = stops_of(engine, duty)
    assert find is not None, "a duty with a stop has stops"
    events = (one for group in view.events.values() for one in group if one.id == result.occurrence)
    return find(view, next(events, None) if duty.each else None, result.met_at)
