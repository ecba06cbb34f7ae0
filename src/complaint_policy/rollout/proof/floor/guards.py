"""In which cases a duty is owed, and which row of its tables counts then, as formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from complaint_policy.clocks.data import AtDue, AtLate, AtMet
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Decided, Decision, Duty, Policy
from complaint_policy.rollout.proof.floor.trees import Labels
from complaint_policy.rollout.proof.formulas import Formulas, Pair
from complaint_policy.rollout.proof.solver import Term, every, opposite, some
from complaint_policy.rollout.proof.values import Held

_MOST_CHAINS = 8


class Reader(NamedTuple):
    """A policy that was made ready, and what the solver knows of it."""

    engine: Engine
    formulas: Formulas

    @property
    def policy(self) -> Policy:
        """The policy itself."""
        return self.engine.policy


def owed(reader: Reader, duty: Duty, depth: int = 0) -> Pair:
    """When a duty is owed for certain, and when it is not, apart from the dates of its pack (semantics 20, 63)."""
    policy, formulas = reader.policy, reader.formulas
    pack = next(one for one in policy.packs if one.id == duty.pack) if duty.pack else policy.packs[0]
    conditions = [one for one in (pack.applies, duty.when) if one is not None]
    pairs = [formulas.pair(one) for one in conditions]
    if not duty.pack and policy.scope is not None:
        pairs.append(_in_scope(formulas, policy.scope))
    start = getattr(duty.due, "start", None) or duty.begins
    if isinstance(start, AtMet | AtDue | AtLate) and depth < _MOST_CHAINS:
        other = next(one for one in policy.duties if one.id == start.duty)
        pairs.append(owed(reader, other, depth + 1))
    return Pair(every(one.true for one in pairs), some(one.false for one in pairs))


def _in_scope(formulas: Formulas, scope: Decision) -> Pair:
    labels = formulas.labels(scope)
    return Pair(opposite(labels.possible.get("out", False)), labels.decided.get("out", False))


def key_labels(reader: Reader, key: str) -> dict[str | None, Term]:
    """When a fact that chooses a row is each of its values; None: when its decision has no label at all."""
    held = reader.formulas.held(key)
    found: dict[str | None, Term] = dict(_values(held))
    source = next(one.source for one in reader.policy.facts if one.field.name == key)
    if isinstance(source, Decided):
        decision = reader.formulas.decision(source.decision)
        if decision.otherwise is None:
            found[None] = every(map(opposite, reader.formulas.labels(decision).possible.values()))
    return found


def _values(held: Held) -> Iterator[tuple[str, Term]]:
    if held.kind == "boolean":
        yield "true", every((held.known, held.truth))
        yield "false", every((held.known, opposite(held.truth)))
        return
    for label, term in held.labels.items():
        yield label, every((held.known, term))


class Kind(NamedTuple):
    """One kind of case: what each key is, of ours and of the law, and the terms that say so."""

    ours: Labels
    law: Labels
    terms: tuple[Term, ...]


def kinds_of(
    ours: Reader, our_keys: Sequence[str], law: Reader, law_keys: Sequence[str], shared: Callable[[str], bool]
) -> Iterator[Kind]:
    """Every combination of values of the keys, whether or not a case has it.

    shared: whether a key is the same fact in both, which has one value.
    """
    both = {key for key in our_keys if key in law_keys and shared(key)}
    for kind in _all_kinds(ours, our_keys, law, [key for key in law_keys if key not in both]):
        yield kind._replace(law={**kind.law, **{key: kind.ours[key] for key in both}})


def _all_kinds(ours: Reader, our_keys: Sequence[str], law: Reader, law_keys: Sequence[str]) -> Iterator[Kind]:
    yield from _kinds([(ours, key, True) for key in our_keys] + [(law, key, False) for key in law_keys], {}, {}, ())


def _kinds(
    left: list[tuple[Reader, str, bool]],
    ours: dict[str, str | None],
    law: dict[str, str | None],
    terms: tuple[Term, ...],
) -> Iterator[Kind]:
    if not left:
        yield Kind(dict(ours), dict(law), terms)
        return
    reader, key, is_ours = left[0]
    for label, term in key_labels(reader, key).items():
        if term is not False:
            (ours if is_ours else law)[key] = label
            yield from _kinds(left[1:], ours, law, (*terms, term))
