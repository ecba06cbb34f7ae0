"""Decides one case as of a moment: what holds of it, what of that was not told yet, and what was told wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.answers import Answer, answer_of, prepare_lines
from complaint_policy.casework.transitions import Transition, corrected, plain_names, prepare_holding, told_again
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.outcome import NextChange
from complaint_policy.records import NamedTuple, replace
from complaint_policy.stores.records import Announcement, Entry

Past: TypeAlias = Callable[[], Iterable[tuple[int, tuple[Announcement, ...]]]]
"""What was announced of the case, each time with the moment as of which it held, in the order of the log; asked for
only where it matters."""


class Decision(NamedTuple):
    """An answer, when it will change, the line of JSON that says so, and what is told upon it.

    new: what holds and was not told yet, in the order of the answer. corrections: one for each thing told wrongly.
    """

    answer: Answer
    change: NextChange
    line: bytes
    new: tuple[Transition, ...]
    corrections: tuple[Transition, ...]

    def announcements(self) -> tuple[Announcement, ...]:
        """All that this decision announces, as the log keeps it."""
        told = (*self.new, *self.corrections)
        return tuple(Announcement(self.answer.case.id, one.duty, one.transition, one.occurrence) for one in told)


Judge: TypeAlias = Callable[[Answer, "Sequence[Announcement]", "Past"], Decision]
"""What is told upon an answer as of its own moment, after what was announced before."""

Decide: TypeAlias = Callable[[Sequence[Entry], "Sequence[Announcement]", "Past", int], Decision]
"""Decides a history as of a moment (UTC seconds), with all that is in it, after what was announced before."""


def prepare_decisions(loaded: LoadedPolicy) -> Decide:
    """How cases of a store are decided by a policy, prepared once. Raises what `answer_of` raises."""
    judge = prepare_verdicts(loaded)

    def decide(entries: Sequence[Entry], announced: Sequence[Announcement], past: Past, now: int) -> Decision:
        return judge(answer_of(loaded, entries, now, now), announced, past)

    return decide


def prepare_verdicts(loaded: LoadedPolicy) -> Judge:
    """How it follows from an answer what is told, wherever its case comes from; prepared once for a policy."""
    line, holding, speaks = prepare_lines(loaded), prepare_holding(loaded.policy), _speaks_of(loaded)

    def judge(found: Answer, announced: Sequence[Announcement], past: Past) -> Decision:
        change, now = found.change, found.evaluation.as_of
        told = {*map(_key, announced)}
        named = [_as_told(one, told) for one in holding(found.evaluation)]
        held = {(one.duty, one.transition, one.occurrence) for one in named}
        new = tuple(one for one in named if (one.duty, one.transition, one.occurrence) not in told)
        doubted = {one for one in _standing(told) - held if speaks(one)}
        wrong: list[Transition] = []
        for as_of, announcements in past() if doubted else ():
            if asked := [one for one in map(_key, announcements) if one in doubted]:
                then = holding(evaluate(loaded.engine, found.case, as_of, found.evaluation.as_known))
                wrong += [_correction(one, now) for one in asked if not any(_is(one, each) for each in then)]
        return Decision(found, change, line(found, change), new, tuple(wrong))

    return judge


Key: TypeAlias = tuple[str, str, str]


def _key(one: Announcement) -> Key:
    return one.duty, one.transition, one.occurrence


def _as_told(one: Transition, told: set[Key]) -> Transition:
    """The transition under the occurrence under which it is to be told, or was: another one after each correction."""
    corrections, occurrence = 0, one.occurrence
    while (one.duty, "correction", corrected(one.transition, occurrence)) in told:
        corrections += 1
        occurrence = told_again(one.occurrence, corrections)
    return replace(one, occurrence=occurrence) if corrections else one


def _standing(told: set[Key]) -> set[Key]:
    """What was told and not corrected yet."""
    return {
        one for one in told if one[1] != "correction" and (one[0], "correction", corrected(one[1], one[2])) not in told
    }


def _speaks_of(loaded: LoadedPolicy) -> Callable[[Key], bool]:
    """Whether the policy has such a duty or tier at all: of any other nothing is corrected."""
    escalation = loaded.policy.escalation
    tiers = set() if escalation is None else {tier.id for tier in escalation.tiers}
    duties = {*plain_names(loaded.policy).values()}

    def speaks(one: Key) -> bool:
        return one[2].partition("#")[0] in tiers if one[1] == "escalation" else one[0] in duties

    return speaks


def _is(told: Key, held: Transition) -> bool:
    """Whether what was told is what holds, whichever time it was told."""
    if told[:2] != (held.duty, held.transition):
        return False
    beginning, _, times = told[2].rpartition("~")
    return told[2] == held.occurrence or (beginning == held.occurrence and times.isdecimal())


def _correction(told: Key, now: int) -> Transition:
    duty, transition, occurrence = told
    about = f"the {transition.replace('_', ' ')}" + (
        f" of `{duty}`" if duty else f" to tier `{occurrence.partition('#')[0]}`"
    )
    said = f"{about} that was told did not come about, by what is known now"
    return Transition(duty, "correction", corrected(transition, occurrence), now, said)
