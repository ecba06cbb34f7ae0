"""Says what holds of a case and may have to be told, each under a key that is the same whenever it is asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from complaint_policy.calendars.data import Zone
from complaint_policy.clocks.data import Every
from complaint_policy.digest import sha256
from complaint_policy.evaluation.outcome import DutyResult, Evaluation, TierStep
from complaint_policy.policy.model import Policy
from complaint_policy.records import dataclass
from complaint_policy.reports.local_time import Zones, iso_moment, last_moment_in_words, since_in_words

Kind: TypeAlias = Literal["warning", "breach", "escalation", "due_again", "correction"]
"""What may be told (semantics 117)."""

LONGEST = 300
"""Characters of an occurrence that is told as it is: ids of events are of any length, keys of a store are not."""

_UTC = Zone("UTC", (), (0,))


@dataclass(frozen=True, slots=True)
class Transition:
    """Something that has come about in a case and may be told (semantics 117, 124).

    duty: its id, without the version that it is of; empty for an escalation. occurrence: with the case, the duty and
    the kind the key under which it is told once for ever; of a correction, what it corrects: kind, colon, occurrence.
    at: since when it holds, UTC seconds; of a warning and a correction, the moment at which that was found. said: it in
    words, without anything that is known of a person. tier: of an escalation, the one that the case entered.
    """

    duty: str
    transition: Kind
    occurrence: str
    at: int
    said: str
    tier: str = ""


Holding: TypeAlias = Callable[[Evaluation], tuple[Transition, ...]]
"""Everything that holds in an evaluation, in the order of its duties, with the steps between tiers at the end."""


def prepare_holding(policy: Policy) -> Holding:
    """What holds in an evaluation by this policy, prepared once for all its cases."""
    zones, plain = Zones(policy), plain_names(policy)
    series = {duty.id for duty in policy.duties if isinstance(duty.due, Every)}
    because = {} if policy.escalation is None else {move.id: move.because for move in policy.escalation.moves}

    def holding(evaluation: Evaluation) -> tuple[Transition, ...]:
        found: dict[tuple[str, str, str], Transition] = {}
        for one in evaluation.duties:
            told = _of_series if one.duty in series else _of_duty
            zone = zones.of_duty(one.duty, evaluation)
            for transition in told(one, plain.get(one.duty, one.duty), zone, evaluation.as_of):
                # of one duty in two versions that both bind, what comes about first is told (66)
                found.setdefault((transition.duty, transition.transition, transition.occurrence), transition)
        steps = evaluation.tier.steps if evaluation.tier is not None else ()
        return (*found.values(), *_escalations(steps, because, zones.default))

    return holding


def plain_names(policy: Policy) -> dict[str, str]:
    """The duties of the policy, each with the name that it has in whatever version: a new one does not rename what was
    told (semantics 124)."""
    earlier = {one.id for one in policy.versions if one.id}
    return {
        duty.id: duty.id.removeprefix(f"{duty.pack}/") if duty.pack in earlier else duty.id for duty in policy.duties
    }


def corrected(transition: str, occurrence: str) -> str:
    """The occurrence of the correction of something that was told."""
    return f"{transition}:{occurrence}"


def told_again(occurrence: str, corrections: int) -> str:
    """The occurrence under which something is told that was told and corrected so many times before."""
    return f"{occurrence}~{corrections + 1}" if corrections else occurrence


# --- duties -----------------------------------------------------------------------------------------------------------


def _of_duty(one: DutyResult, name: str, zone: Zone, as_of: int) -> Iterator[Transition]:
    """Its warnings, and its breach, which stays (76)."""
    key = _safe(one.occurrence)
    yield from _warnings(one, name, key, zone, as_of)
    if one.breached_at is not None:
        if one.late_from is None or one.state not in ("breached", "met_late"):
            said = f"`{name}` was broken at {since_in_words(zone, one.breached_at)}"
        else:
            said = f"`{name}` was due by {last_moment_in_words(zone, one.late_from)}"
        yield Transition(name, "breach", key, one.breached_at, said)


def _of_series(one: DutyResult, name: str, zone: Zone, as_of: int) -> Iterator[Transition]:
    """Its warnings, that it is due again, and the latest that was missed. An occurrence is known by the moment that it
    is counted from, or was late from: numbers change where something is entered late."""
    key = "" if one.start is None else _stamp(one.start)
    yield from _warnings(one, name, key, zone, as_of)
    if one.start is not None and one.late_from is not None and one.occurrence not in ("", "1"):
        said = f"`{name}` is due again, by {last_moment_in_words(zone, one.late_from)}"
        yield Transition(name, "due_again", key, one.start, said)
    if one.breached_at is not None and one.late_since is not None:
        said = f"`{name}` was due by {last_moment_in_words(zone, one.late_since)}"
        yield Transition(name, "breach", _stamp(one.late_since), max(one.late_since, one.breached_at), said)


def _warnings(one: DutyResult, name: str, key: str, zone: Zone, as_of: int) -> Iterator[Transition]:
    """Each warning that has come, of this due moment: where that moves, they are others."""
    if not one.warning or one.late_from is None:
        return
    said = f"`{name}` is due by {last_moment_in_words(zone, one.late_from)}"
    for number in range(1, one.warning + 1):
        yield Transition(name, "warning", f"{key}@{_stamp(one.late_from)}#{number}", as_of, said)


# --- tiers ------------------------------------------------------------------------------------------------------------


def _escalations(steps: tuple[TierStep, ...], because: dict[str, str], zone: Zone) -> Iterator[Transition]:
    """Every step but the first; of several into one tier each, by its number."""
    entered: dict[str, int] = {}
    for place, (tier, at, why) in enumerate(steps):
        entered[tier] = entered.get(tier, 0) + 1
        if place:
            said = f"the case is in tier `{tier}` since {since_in_words(zone, at)}"
            reason = because.get(why) or ("it was recorded" if why == "escalated" else f"`{why}`")
            yield Transition("", "escalation", f"{tier}#{entered[tier]}", at, f"{said}: {reason}", tier)


# --- keys -------------------------------------------------------------------------------------------------------------


def _stamp(moment: int) -> str:
    """A moment as it stands in a key: readable, and the same in every zone."""
    return iso_moment(_UTC, moment).replace("+00:00", "Z")


def _safe(occurrence: str) -> str:
    """The id of an event as a part of a key: bounded, and never to be taken for one that is told again."""
    if len(occurrence) > LONGEST or not occurrence.isprintable():
        return f"sha256:{sha256(occurrence.encode('utf-8', 'surrogatepass')).hexdigest()}"
    return occurrence.replace("~", "~~")
