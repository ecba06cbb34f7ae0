"""Finds by evaluating cases, and by nothing else, whether a tied duty of an organisation is worse than the law's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case, Event, Field, Value
from complaint_policy.clocks.data import AtDue, AtLate, AtMet, Every, Happens
from complaint_policy.conditions.syntax import Linear
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Duty, Policy

MINUTE, HOUR, DAY = 60, 3600, 86_400
FIRST = 1_767_225_600
"""Thu 1 Jan 2026 00:00 UTC."""
YEARS = 10
TRIES = 20
"""How often facts are drawn anew for a case that the law is about."""
OWED = ("running", "paused", "breached", "met_late", "met", "not_started")
"""States of a duty of law that is owed, or was."""


class Worse(NamedTuple):
    """A case as of a moment in which the organisation's duty is worse than the law's. why: in which way."""

    case: Case
    as_of: int
    why: str
    law: DutyResult
    own: DutyResult | None


def worse_in(engine: Engine, case: Case, as_of: int, law: str, own: str) -> Worse | None:
    """How the organisation's duty is worse in this case, if it is; of what repeats, in the same period."""
    found = evaluate(engine, case, as_of).duties
    duty = next(one for one in engine.policy.duties if one.id == law)
    is_series = isinstance(duty.due, Every)
    ours = {one.occurrence: one for one in found if one.duty == own}
    for one in found:
        if one.duty != law or one.state not in OWED or one.conditional or _is_open(one) or _is_told_only(duty, one):
            continue
        beside = ours.get(one.occurrence)
        if beside is None and ours and is_series:
            continue  # one of them counts a period more by now: they are compared while both are in the same
        why = _worse(one, beside)
        if why and not _is_shortened(engine, case, as_of, duty, one):
            return Worse(case, as_of, why, one, beside)
    return None


def _is_shortened(engine: Engine, case: Case, as_of: int, law: Duty, found: DutyResult) -> bool:
    """Whether a notice that is there to lengthen the law's time shortened it, which the prover takes not to happen."""
    notices = {one.upon.event for one in law.longer if one.to_date_in is not None}
    without = case._replace(events=tuple(one for one in case.events if one.type not in notices))
    for one in evaluate(engine, without, as_of).duties if len(without.events) < len(case.events) else ():
        if (one.duty, one.occurrence) == (found.duty, found.occurrence):
            return one.late_from is not None and found.late_from is not None and found.late_from < one.late_from
    return False


def _is_told_only(law: Duty, one: DutyResult) -> bool:
    """Whether the law's clock has not started: what stands in for it until then is never breached (semantics 76)."""
    return one.state == "not_started" and law.fallback is not None and law.fallback.until_start


def _is_open(one: DutyResult) -> bool:
    """Whether its due moment is not there, or may still be another without a new event."""
    return one.late_from is None or one.earliest != one.latest


def _worse(law: DutyResult, own: DutyResult | None) -> str:
    assert law.late_from is not None, "only what is due is compared"
    if own is None or own.state == "not_applicable":
        return ""  # the law's own duty stands in the policy, and is owed there
    if own.state == "ended":
        return "switched off"
    if own.late_from is None:
        return "without a due moment"
    return "due later" if own.late_from > law.late_from else ""


# --- cases at random --------------------------------------------------------------------------------------------------


class _Read(NamedTuple):
    """What the clocks of two duties read: types of events, content asked of them, numbers that conditions compare."""

    events: tuple[str, ...]
    content: frozenset[str]
    constants: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sampler:
    """Makes cases in which the two duties may come out differently: the facts and events that either of them reads."""

    engine: Engine
    law: Duty
    own: Duty
    read: _Read

    @classmethod
    def of(cls, policy: Policy, own: str) -> Sampler:
        """Of the duty of this id and the one that it answers."""
        by_id = {one.id: one for one in policy.duties}
        law = by_id[by_id[own].meets or ""]
        return cls(prepare(policy), law, by_id[own], _read_by(policy, law, by_id[own]))

    def worse(self, tries: int, seed: int = 0) -> Worse | None:
        """The first case at random in which the organisation's duty is worse."""
        random = Random(seed)
        for _ in range(tries):
            case, moments = self.case(random)
            for as_of in moments:
                found = worse_in(self.engine, case, as_of, self.law.id, self.own.id)
                if found is not None:
                    return found
        return None

    def case(self, random: Random) -> tuple[Case, list[int]]:
        """A case, and moments at which to look at it: when all is late, and after its last event."""
        received, policy = _received(random), self.engine.policy
        events = [_event(random, policy, "received", received, 0, self.read)]
        facts = self._facts(random, received, events[0])
        at = received
        for name in self._telling(random):
            after = (0, random.randrange(90 * DAY), random.randrange(9 * DAY), at - received + DAY)
            at = received + random.choice(after)
            events.append(_event(random, policy, name, at, len(events), self.read))
        ordered = tuple(sorted(events, key=lambda one: (one.at, one.seq)))
        last = ordered[-1].at
        return Case("sampled", facts, ordered), [received + 4000 * DAY, last + random.randrange(120 * DAY), last]

    def _facts(self, random: Random, received: int, event: Event) -> tuple[Value, ...]:
        """Facts of a case to which the duty of law applies, if a few tries make one."""
        fields = given_facts(self.engine.policy)
        facts: tuple[Value, ...] = ()
        for _ in range(TRIES):
            truth = random.choice((0.1, 0.5, 0.9))  # some duties are owed only where all, or none, is so
            facts = tuple(_value(random, one, received, self.read.constants, truth) for one in fields)
            found = evaluate(self.engine, Case("sampled", facts, (event,)), received).duties
            if any(one.duty == self.law.id and one.state != "not_applicable" for one in found):
                break
        return facts

    def _telling(self, random: Random) -> list[str]:
        """Events that a clock of one of the two reads, each once or twice or not at all."""
        found = [name for name in self.read.events if random.random() < 0.6]
        found += [name for name in found if random.random() < 0.25]
        random.shuffle(found)
        return found


def _read_by(policy: Policy, law: Duty, own: Duty) -> _Read:
    """What starts, stops and lengthens the two, with what starts those."""
    found: list[Any] = []
    duties = {one.id: one for one in policy.duties}
    wanted = [law, own]
    for duty in wanted:
        found += [duty.each, duty.due, duty.pauses, duty.longer, duty.fallback]
        for start in duties_in((duty.due, duty.fallback)):
            found.append(duties[start].done_by)
            wanted += [duties[start]] if duties[start] not in wanted else []
    names = dict.fromkeys((*events_in(tuple(found)), "acknowledged", "feedback_received"))
    deemed = {one.event for one in policy.deemed}
    happens = [one for one in _walk((tuple(found), law.done_by)) if isinstance(one, Happens)]
    content = frozenset(item for one in happens for item in (*one.content, *(item for item, _ in one.content_if)))
    return _Read(tuple(one for one in names if one != "received" and one not in deemed), content, constants_in(policy))


def _received(random: Random) -> int:
    """Any minute of the years ahead; often one at which days begin, offices close or clocks change."""
    day = random.randrange(365 * YEARS)
    minutes = random.choice((random.randrange(1440), random.choice((0, 1, 540, 600, 719, 720, 1019, 1020, 1439))))
    return FIRST + day * DAY + minutes * MINUTE


def _event(random: Random, policy: Policy, name: str, at: int, seq: int, read: _Read) -> Event:
    """By whom, by which channel and in which role is not told."""
    type = next(one for one in policy.events if one.name == name)
    fields = tuple(_value(random, one, at, read.constants) for one in type.fields)
    held = read.content if random.random() < 0.8 else frozenset(one for one in read.content if random.random() < 0.5)
    return Event(f"e{seq}", name, at, seq, at, None, held, (*fields, None, None, None))


def _value(random: Random, field: Field, at: int, constants: tuple[int, ...], truth: float = 0.5) -> Value:
    type = field.type
    match type.kind:
        case "boolean":
            return random.random() < truth
        case "choice":
            return random.choice(type.choices)
        case "choices":
            return frozenset(one for one in type.choices if random.random() < 0.5)
        case "date":
            return at // DAY + random.choice((0, 1, -1, random.randrange(-900, 60), random.randrange(-40, 60)))
        case "moment":
            return at + random.randrange(-30 * DAY, 60 * DAY)
        case "text":
            return random.choice(("one", "two"))
        case "duration":
            return random.randrange(40 * DAY)
    near = random.choice(constants) + random.choice((-1, 0, 1))
    return min(max(0, near), type.scaled_largest)


# --- what a policy reads ----------------------------------------------------------------------------------------------


def _walk(item: Any) -> Iterator[Any]:
    yield item
    if isinstance(item, tuple):
        for one in item:
            yield from _walk(one)
    else:
        for name in getattr(item, "__slots__", ()):
            yield from _walk(getattr(item, name))


def events_in(item: Any) -> list[str]:
    """The types of events that something names."""
    found = [getattr(one, "event", None) for one in _walk(item)]
    return list(dict.fromkeys(one for one in found if isinstance(one, str)))


def duties_in(item: Any) -> list[str]:
    """The duties from whose completion, due moment or miss a clock starts."""
    return [one.duty for one in _walk(item) if isinstance(one, AtMet | AtDue | AtLate)]


def constants_in(policy: Policy) -> tuple[int, ...]:
    """The numbers with which conditions compare."""
    read = _walk((policy.duties, policy.facts, policy.decisions, policy.packs))
    return tuple(sorted({0, 1} | {int(abs(one.constant)) for one in read if isinstance(one, Linear)}))
