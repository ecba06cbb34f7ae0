"""Proposes few examples that together notice what the examples of a policy do not, for a person to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.answers import answer_of
from complaint_policy.rollout.examples import Example
from complaint_policy.rollout.mutants.changes import Kind
from complaint_policy.rollout.mutants.making import Mutant
from complaint_policy.rollout.mutants.probing import Prober
from complaint_policy.rollout.reading_back import passes
from complaint_policy.rollout.writing import NOT, NewExample, Told


class Proposed(NamedTuple):
    """An example as YAML (an entry of `cases:`), and the mutants that it notices and no proposed one before it."""

    text: str
    notices: tuple[Mutant, ...]


class Proposals(NamedTuple):
    """The examples, those that notice most first, and the mutants for which none was found."""

    proposed: tuple[Proposed, ...]
    unnoticed: tuple[Mutant, ...]


def proposals_for(engine: Engine, survived: Sequence[Mutant], examples: Sequence[Example]) -> Proposals:
    """Examples that notice the mutants which survived: each tells what the policy answers now.

    What was found for one mutant is tried on the others; what is asked of the same case becomes one example; then
    those are taken that notice most, as long as they notice anything more.
    """
    prober = Prober(engine, examples)
    changed = [prepare(mutant.policy, like=engine) for mutant in survived]
    found: list[NewExample] = []
    for mutant, other in zip(survived, changed, strict=True):
        if not any(_notices(new, other) for new in found):
            new = prober.proposal(mutant, other)
            found += [new] if new is not None else []
    noticed = [(new, {place for place, other in enumerate(changed) if _notices(new, other)}) for new in _joined(found)]
    proposed, left, names = [], set(range(len(survived))), _Names()
    for new, places in _most_first(noticed):
        text = prober.text(names.named(new, [survived[place] for place in sorted(places)]))
        if passes(text, engine):
            surely = sorted(place for place in places & left if not passes(text, changed[place]))
            left -= set(surely)
            proposed += [Proposed(text, tuple(survived[place] for place in surely))] if surely else []
    return Proposals(tuple(proposed), tuple(survived[place] for place in sorted(left)))


def _notices(new: NewExample, changed: Engine) -> bool:
    """Whether a mutant answers otherwise than the example tells."""
    for moment, tolds in new.asked:
        rows = answer_of(changed, new.case, evaluate(changed, new.case, moment), frozenset())
        for told in tolds:
            row = rows.get((told.kind, told.about), {})
            if told.kind == "findings":
                there = row.get("")
                assert isinstance(there, tuple), "findings are told as texts"
                if any((one.removeprefix(NOT) in there) is one.startswith(NOT) for one in told.fields):
                    return True
            elif any(row.get(field) != told.row.get(field) for field in _of_row(told)):
                return True
    return False


def _of_row(told: Told) -> Iterator[str]:
    if told.kind == "facts":
        yield "value"
    yield from ({"due": "due_on", "closes": "closes_on"}.get(field, field) for field in told.fields)


# --- one example of several -------------------------------------------------------------------------------------------


def _joined(found: Iterable[NewExample]) -> list[NewExample]:
    """The examples, those of the same case as one that is asked at several moments."""
    by_case: dict[tuple[object, ...], list[NewExample]] = {}
    for new in found:
        case = new.case
        by_case.setdefault((case.values, case.events, case.changes, case.withdrawals, case.shared), []).append(new)
    return [_one(several) for several in by_case.values()]


def _one(several: list[NewExample]) -> NewExample:
    asked: dict[int, dict[tuple[str, str], Told]] = {}
    for new in several:
        for moment, tolds in new.asked:
            held = asked.setdefault(moment, {})
            for told in tolds:
                before = held.get((told.kind, told.about))
                fields = told.fields if before is None else tuple(dict.fromkeys((*before.fields, *told.fields)))
                held[told.kind, told.about] = told._replace(fields=fields)
    origins = "; ".join(dict.fromkeys(new.origin for new in several))
    moments = tuple((moment, tuple(asked[moment].values())) for moment in sorted(asked))
    return several[0]._replace(origin=origins, asked=moments)


def _most_first(noticed: list[tuple[NewExample, set[int]]]) -> Iterator[tuple[NewExample, set[int]]]:
    """In turn the one that notices most of what none before it did, as long as there is any."""
    rest, told = list(noticed), set[int]()
    while rest:
        best = max(rest, key=lambda one: len(one[1] - told))
        if not best[1] - told:
            return
        yield best
        told |= best[1]
        rest.remove(best)


# --- what it is called ------------------------------------------------------------------------------------------------

_SAYS: dict[Kind, str] = {
    "length": "the last day of {}",
    "boundary": "{} at its boundary",
    "rule removed": "{} by each of its rules",
    "calendar": "{} across closed days",
    "start": "what starts {}",
    "pause removed": "{} while its clock stands still",
    "suspension removed": "{} while it is suspended",
    "extension removed": "{} with a longer time",
    "first day": "the first day of {}",
    "closed day": "{} where the last day is closed",
    "end of the day": "{} to the second",
    "month end": "{} from the end of a month",
    "date of a text": "{} about the day on which its text changes",
    "switch removed": "what switches {} off",
    "content removed": "{} by a message that lacks what it must contain",
    "window removed": "the end of {}",
    "content condition": "{} by a message that need not contain everything",
    "fallback removed": "{} while its start has not come",
    "parts removed": "each part of {}",
    "other person": "{} by another person",
    "approval removed": "who approves {}",
    "date in force": "{} about the days from and until which it is in force",
}


class _Names:
    """Names for examples by what they notice, each once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def named(self, new: NewExample, mutants: Sequence[Mutant]) -> NewExample:
        """The example with a name that an officer understands."""
        said = [_SAYS[mutant.kind].format(mutant.about) for mutant in mutants]
        base = name = ", ".join(list(dict.fromkeys(said))[:2])
        number = 1
        while name in self._given:
            number += 1
            name = f"{base} ({number})"
        self._given.add(name)
        return new._replace(name=name)
