"""Checks that warn of moves between tiers: down by mistake, there and back, twice, too late for the law, or never."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from complaint_policy.clocks.data import AtDue, AtEvent, AtLate, Length, Limit, Promptly
from complaint_policy.policy.compiling.clocks import limits_in
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.compiling.strictness import longest, shortest
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.model import AfterTime, Duty, Escalation, IsLate, Move, UponEach, UponMissed, WhenTrue

_ANSWERS = frozenset(("final_response", "decision_communicated", "closed"))
"""The events by which the time that the law gives for an answer ends."""


@warns("CP359", "two moves that undo each other")
def moves_to_and_fro(subject: Subject) -> Iterator[Told]:
    """Two moves upon the same event, of which one goes up and the other down.

    Why: one event takes the case up and down again; where it ends hangs on the order in which the moves are written.

    Example:
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}]
          moves:
            rejected: {each: offer_rejected, go: team, because: the offer was not accepted}
            calmed: {each: offer_rejected, go: desk, lower: true, because: it is simple after all}

    Better:
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}]
          moves:
            rejected: {each: offer_rejected, go: team, because: the offer was not accepted}
            calmed: {each: findings_recorded, go: desk, lower: true, because: it is simple after all}
    """
    rules = subject.policy.escalation
    upon: dict[str, list[Move]] = {}
    for move in rules.moves if rules is not None else ():
        if isinstance(move.trigger, UponEach):
            upon.setdefault(move.trigger.event, []).append(move)
    for event, moves in upon.items():
        for first, second in combinations(moves, 2):
            if rules is not None and first.lower != second.lower and _of_same(first, second):
                down, up = (first, second) if first.lower else (second, first)
                if up.go == "up" or _rank(rules, up.go) > _rank(rules, down.go):
                    message = f"`{up.id}` and `{down.id}` undo each other: both upon `{event}`"
                    related = subject.place("move", first.id)
                    others = (("the other stands here", related),) if related is not None else ()
                    help = "let one of them go by another event, or by a field of it (`where`)"
                    yield Told(message, subject.place("move", second.id), help, others)


def _of_same(first: Move, second: Move) -> bool:
    wheres = [move.trigger.where for move in (first, second) if isinstance(move.trigger, UponEach)]
    return None in wheres or wheres[0] == wheres[1]


def _rank(rules: Escalation, tier: str) -> int:
    return next((place for place, one in enumerate(rules.tiers) if one.id == tier), len(rules.tiers))


@warns("CP364", "a move that leads down, or nowhere")
def moves_down(subject: Subject) -> Iterator[Told]:
    """Moves without `lower` to the lowest tier, or from a tier that they name to itself or to one below it.

    Why: a move goes up unless it says `lower: true` (semantics 55), so that this one never moves a case. Mostly the
    order of the tiers is the other way round.

    Example:
        escalation:
          tiers: [{id: team, owner: head office}, {id: desk, owner: branch}]
          moves:
            stuck: {after: 5 business days, in: desk, go: team, because: nothing has happened}
            rejected: {each: offer_rejected, go: up, because: the offer was not accepted}

    Better:
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}]
          moves:
            stuck: {after: 5 business days, in: desk, go: team, because: nothing has happened}
            rejected: {each: offer_rejected, go: up, because: the offer was not accepted}
    """
    rules = subject.policy.escalation
    for move in rules.moves if rules is not None else ():
        if rules is None or move.lower or move.go == "up" or isinstance(move.trigger, WhenTrue):
            continue  # of conditions CP556 tells more
        within = move.trigger.tier if isinstance(move.trigger, AfterTime) else None
        lowest = _rank(rules, within) if within is not None else 0
        if _rank(rules, move.go) <= lowest:
            message = f"the move `{move.id}` goes to `{move.go}`, which is not above `{rules.tiers[lowest].id}`"
            yield Told(message, subject.place("move", move.id), "check the order of the tiers, or write `lower: true`")


@warns("CP365", "tiers that together take longer than the law allows for an answer")
def tiers_beyond_the_law(subject: Subject) -> Iterator[Told]:
    """Times after which moves take a case on, which added up are longer than every limit of law for an answer.

    Why: a case that goes through the tiers one after the other is late before it comes to the last of them.

    Example:
        requirements:
          decide: {citation: Example Act 2, due: 4 weeks from received, done_by: final_response}
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}, {id: board, owner: board}]
          moves:
            first: {after: 3 weeks, in: desk, go: up, because: nothing has happened}
            second: {after: 2 weeks, in: team, go: up, because: nothing has happened}

    Better:
        requirements:
          decide: {citation: Example Act 2, due: 4 weeks from received, done_by: final_response}
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}, {id: board, owner: board}]
          moves:
            first: {after: 1 week, in: desk, go: up, because: nothing has happened}
            second: {after: 2 weeks, in: team, go: up, because: nothing has happened}
    """
    rules = subject.policy.escalation
    stays = {
        move.trigger.tier: move
        for move in (rules.moves if rules is not None else ())
        if isinstance(move.trigger, AfterTime) and move.trigger.tier is not None and not move.lower
    }
    lengths = [move.trigger.length for move in stays.values() if isinstance(move.trigger, AfterTime)]
    law = _answers_of_law(subject.policy.duties) if len(lengths) > 1 else []
    if law and all(_is_longer(lengths, limit.length) for _, limit in law):
        duty, limit = law[-1]
        last = next(reversed(stays.values()))
        listed = " + ".join(map(in_words, lengths))
        message = f"the tiers take {listed}, longer than the {in_words(limit.length)} of `{duty.id}`"
        yield Told(message, subject.place("move", last.id), "shorten them, so that the last tier still has time")


def _answers_of_law(duties: Iterable[Duty]) -> list[tuple[Duty, Limit]]:
    """Every period from the receipt in which the law wants an answer."""
    return [
        (duty, limit)
        for duty in duties
        if duty.strength == "must" and any(one.event in _ANSWERS for one in events_in(duty.done_by))
        for limit in limits_in(duty.due)
        if isinstance(limit, Limit) and limit.start == AtEvent("received")
    ]


def _is_longer(stays: Sequence[Length], law: Length) -> bool:
    """Whether all the stays together are longer, whatever the days."""
    unit, number = in_one_unit(law)
    if {in_one_unit(one)[0] for one in stays} == {unit}:
        return sum(in_one_unit(one)[1] for one in stays) > number
    most = longest(law)
    return most is not None and sum(shortest(one) or 0 for one in stays) > most


@warns("CP366", "something that waits for a lateness that never comes")
def waits_for_lateness(subject: Subject) -> Iterator[Told]:
    """Moves, facts and clocks that go by the due moment or the lateness of a duty that has no number.

    Why: what must be done promptly is never late by a number: it runs until it is attested (semantics 73, 92). The move
    never moves a case, the fact is never true, the clock never starts.

    Example:
        timeframes:
          confirm: {due: promptly from received, done_by: acknowledged}
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}]
          moves: {silent: {missed: confirm, go: team, because: nobody has answered}}

    Better:
        timeframes:
          confirm: {due: 2 days from received, done_by: acknowledged}
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}]
          moves: {silent: {missed: confirm, go: team, because: nobody has answered}}
    """
    policy = subject.policy
    never = {duty.id for duty in policy.duties if isinstance(duty.due, Promptly) and duty.fallback is None}
    if not never:
        return
    help = "give that duty a number, or go by something else"
    for move in policy.escalation.moves if policy.escalation else ():
        if isinstance(move.trigger, UponMissed) and move.trigger.duty in never:
            message = f"the move `{move.id}` waits for `{move.trigger.duty}` to be late, which has no number"
            yield Told(message, subject.place("move", move.id), help)
    for fact in policy.facts:
        if isinstance(fact.source, IsLate) and fact.source.duty in never:
            message = f"`{fact.field.name}` asks whether `{fact.source.duty}` is late, which has no number"
            yield Told(message, subject.place("fact", fact.field.name), help)
    for duty in policy.duties:
        waits = (leaf for limit in limits_in(duty.due) for leaf in leaves(limit.start))
        for leaf in waits:
            if isinstance(leaf, AtDue | AtLate) and leaf.duty in never:
                message = f"`{duty.id}` runs from when `{leaf.duty}` is due, which has no number"
                yield Told(message, subject.place("duty", duty.id), help)


@warns("CP367", "the same move twice")
def same_move_twice(subject: Subject) -> Iterator[Told]:
    """Two moves upon the same, to the same tier.

    Why: the second does nothing, or takes a case that goes `up` two tiers at once.

    Example:
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}, {id: board, owner: board}]
          moves:
            rejected: {each: offer_rejected, go: up, because: the offer was not accepted}
            refused: {each: offer_rejected, go: up, because: the offer was refused}

    Better:
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}, {id: board, owner: board}]
          moves:
            rejected: {each: offer_rejected, go: up, because: the offer was not accepted}
    """
    seen: dict[tuple[object, str, bool], Move] = {}
    for move in subject.policy.escalation.moves if subject.policy.escalation else ():
        first = seen.setdefault((move.trigger, move.go, move.lower), move)
        if first is not move:
            related = subject.place("move", first.id)
            others = (("the other stands here", related),) if related is not None else ()
            message = f"`{move.id}` is the same move as `{first.id}`"
            yield Told(message, subject.place("move", move.id), "take one of them out", others)


ESCALATION_CHECKS: tuple[LintCheck, ...] = (
    moves_to_and_fro,
    moves_down,
    tiers_beyond_the_law,
    waits_for_lateness,
    same_move_twice,
)
