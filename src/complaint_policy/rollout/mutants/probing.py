"""Looks for an example that would notice a mutant: cases near those of the examples, asked around what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from complaint_policy.case import Case
from complaint_policy.evaluation.conditions import decisions_of
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.rollout.answers import Row, Rows, answer_of
from complaint_policy.rollout.examples import Example, Kind
from complaint_policy.rollout.mutants.making import Mutant
from complaint_policy.rollout.mutants.nearby import Nearby
from complaint_policy.rollout.mutants.scoring import nearest_first
from complaint_policy.rollout.proving import passes
from complaint_policy.rollout.subjects import DECISION_FIELDS, DUTY_FIELDS, RIGHT_FIELDS, TIER_FIELDS
from complaint_policy.rollout.writing import ExampleWriter, NewExample, Told

_CASES = 6
"""The examples whose cases are looked around."""
_MOST = 400
"""The cases that are tried for one mutant."""
_KINDS: tuple[Kind, ...] = ("duty", "right", "decision", "tier", "facts")
_SHOWN = {"duty": DUTY_FIELDS, "right": RIGHT_FIELDS, "decision": DECISION_FIELDS, "tier": TIER_FIELDS}
_FIRST = {"duty": "state", "right": "state", "decision": "label", "tier": "now"}


def proposal(engine: Engine, mutant: Mutant, examples: Sequence[Example]) -> str:
    """An example as YAML by which the policy and the mutant answer otherwise; empty if none was found.

    It has been read back: it comes out as it says by the policy, and not by the mutant.
    """
    changed = prepare(mutant.policy, like=engine)
    writer = ExampleWriter(engine.policy)
    for case, moment in islice(_tries(engine, changed, mutant, examples), _MOST):
        told = _difference(_rows(engine, case, moment), _rows(changed, case, moment), mutant.about)
        if told is None:
            continue
        name = f"{mutant.about} — {mutant.words}"
        new = NewExample(f"notices that {name}", "to be confirmed by a person", case, ((moment, (told,)),))
        text = writer.text(new)
        if passes(text, engine) and not passes(text, changed):
            return text
    return ""


def _tries(engine: Engine, changed: Engine, mutant: Mutant, examples: Sequence[Example]) -> Iterator[tuple[Case, int]]:
    """Cases with a moment each: that of the example moved with it, and both sides of what is due by either policy."""
    near = Nearby(engine, _item(engine, mutant))
    chosen = [one for one in nearest_first(examples, mutant.about) if one.case is not None][:_CASES]
    seen: set[tuple[object, ...]] = set()
    for example in chosen:
        assert example.case is not None, "only examples with a case were chosen"
        for case, days in near.of(example.case):
            key = (case.values, case.events, case.changes)
            if key in seen:
                continue
            seen.add(key)
            yield from ((case, moment) for moment in _moments(engine, changed, mutant, case, example, days))


def _item(engine: Engine, mutant: Mutant) -> object:
    """What is changed, before and after: what matters to either is looked at."""
    policy = engine.policy
    duties = [one for one in policy.duties if one.id == mutant.about]
    rights = [one for one in policy.rights if one.id == mutant.about]
    decided = [one for one in decisions_of(policy) if one.name == mutant.about]
    return (*duties, *rights, *decided, mutant.item)


def _moments(engine: Engine, changed: Engine, mutant: Mutant, case: Case, example: Example, days: int) -> Iterator[int]:
    at = example.asked[-1].as_of + days * 86_400
    yield max(at, case.events[-1].at if case.events else at)
    for of in (engine, changed):
        for about in ("duty", "right"):
            row = _rows(of, case, at).get((about, mutant.about), {})
            for field in ("due_at", "closes_at"):
                due = row.get(field)
                if isinstance(due, int):
                    yield from (due, due + 1)


def _rows(engine: Engine, case: Case, moment: int) -> Rows:
    return answer_of(engine, case, evaluate(engine, case, moment), frozenset())


def _difference(before: Rows, after: Rows, about: str) -> Told | None:
    """The row that differs, that of what was changed first; None if there is none."""
    keys = [key for key in before if key[0] in _KINDS and before[key] != after.get(key)]
    for kind, name in sorted(keys, key=lambda key: (key[1] != about, _KINDS.index(key[0]))):
        row, other = before[kind, name], after.get((kind, name), {})
        if kind == "facts":
            return Told(kind, name, row, ())
        differing = [field for field in _SHOWN[kind] if row.get(field) != other.get(field) and field != "because"]
        if differing:
            return Told(kind, name, row, _fields(kind, row, differing))
    return None


def _fields(kind: Kind, row: Row, differing: list[str]) -> tuple[str, ...]:
    """The state, the day or the moment by which it is due, and what else differs: as little as shows the difference."""
    day, moment = {"duty": ("due", "due_at"), "right": ("closes", "closes_at")}.get(kind, ("", ""))
    found = [_FIRST[kind]]
    if moment and row.get(moment) is not None:
        found.append(moment if moment in differing and f"{day}_on" not in differing else day)
    told_already = {f"{day}_on", moment, "late_from", "earliest", "latest"}
    told_already |= {"possible"} if row.get("label") is not None else set()
    others = [field for field in differing if field not in found and field not in told_already]
    if not others and len(found) == 1 and found[0] not in differing:
        others = differing[:1]
    return tuple(dict.fromkeys((*found, *others[:3])))
