"""What the solver is told of conditions and decisions is what evaluation answers, for every case that is tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy.case import Case, Field
from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.patterns import canonical, compile_pattern
from complaint_policy.conditions.syntax import Condition, Same
from complaint_policy.conditions.typing import FactType
from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.results import view_at
from complaint_policy.policy.model import Decided, Decision, Derived, Fact, Policy, Rule, SameAs
from complaint_policy.rollout.proof.formulas import Formulas
from complaint_policy.rollout.proof.solver import Solver, Term, opposite
from complaint_policy.rollout.proof.texts import text_for
from complaint_policy.rollout.proof.values import NotComparableError, Space
from tests.conditions_strategies import PATTERNS, PRODUCTS, TAGS, TYPES, WORDS, cases, checked, conditions, facts
from tests.conditions_walk import walk
from tests.evaluation_policies import policy as made_policy

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # making a failure small takes minutes here
FACTS = tuple(Fact(Field(name, type)) for name, type in TYPES.items())
POLICY = made_policy(facts=FACTS)


def told(formulas: Formulas, case: dict[str, Any]) -> list[Term]:
    """That every fact the formulas look at is what the case says."""
    return [variable.among(case[name]) for name, variable in formulas.space.given.items()]


def of_policy(policy: Policy) -> Formulas:
    return Formulas(policy, Space(Solver(20), (policy,)))


def compares_texts(condition: Condition) -> bool:
    return any(isinstance(atom, Same) and TYPES[atom.left].kind == "text" for atom in atoms_of(condition))


@given(conditions, st.lists(cases(), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, phases=PHASES)
def test_a_condition_is_true_false_and_open_where_the_walk_says_so(
    condition: Condition, some: list[dict[str, Any]]
) -> None:
    formulas = of_policy(POLICY)
    pair, solver = formulas.pair(condition), formulas.space.solver
    for case in some:
        answer = walk(condition, case)
        wanted = {True: pair.true, False: pair.false, None: pair.open}[answer]
        pinned = told(formulas, case)
        assert solver.ask(*pinned, wanted) == "yes"
        if not compares_texts(condition):
            assert solver.ask(*pinned, opposite(wanted)) == "no"


LABELS = ("red", "amber", "green")


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    rules = draw(st.lists(st.tuples(conditions, st.sampled_from(LABELS)), min_size=1, max_size=5))
    made = tuple(Rule(f"r{place}", condition, then) for place, (condition, then) in enumerate(rules))
    hit = draw(st.sampled_from(("first", "unique")))
    return Decision("colour", LABELS, made, draw(st.sampled_from((None, *LABELS))), hit)  # type: ignore[arg-type]


@given(decisions(), st.lists(cases(), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, phases=PHASES)
def test_semantics_48_50_labels_are_possible_and_decided_where_evaluation_says_so(
    decision: Decision, some: list[dict[str, Any]]
) -> None:
    if any(compares_texts(rule.condition) for rule in decision.rules):
        return
    fact = Fact(Field("colour", FactType("choice", LABELS)), Decided("colour"))
    policy = replace(POLICY, facts=(*FACTS, fact), decisions=(decision,))
    formulas, engine = of_policy(policy), prepare(policy)
    labels = formulas.labels(decision)
    for case in some:
        found = engine.decisions["colour"](view_at(engine, Case("c", tuple(facts(case)), ()), 0, None))
        pinned = told(formulas, case)
        for label in LABELS:
            may, is_it = labels.possible[label], labels.decided[label]
            assert formulas.space.solver.ask(*pinned, may if label in found.possible else opposite(may)) == "yes"
            assert formulas.space.solver.ask(*pinned, opposite(may) if label in found.possible else may) == "no"
            assert formulas.space.solver.ask(*pinned, opposite(is_it) if label == found.label else is_it) == "no"


def test_semantics_9_a_default_stands_where_nothing_is_told() -> None:
    default: dict[str, Any] = {"injury": True, "c": 7, "S": "loan", "tags": frozenset({"rude"}), "note": "refund"}
    held = tuple(replace(fact, field=replace(fact.field, default=default.get(fact.field.name))) for fact in FACTS)
    formulas = of_policy(replace(POLICY, facts=held))
    for text in ("injury", "c == 7", 'S == "loan"', '"rude" in tags', 'note =~~ "fund"', 'note == "refund"'):
        pair = formulas.pair(checked(text))
        assert formulas.space.solver.ask(pair.open) == "no", text
        assert formulas.space.solver.ask(pair.true) == "yes", text
    assert formulas.space.solver.ask(formulas.pair(checked("note == null")).true) == "no"


def test_a_fact_behind_another_is_one_and_the_same() -> None:
    mapping = (("card", "plastic"), ("loan", "credit"), ("mortgage", "credit"), ("savings", ""))
    held = (
        *FACTS,
        Fact(Field("theirs", FactType("choice", ("plastic", "credit"))), SameAs("product", mapping)),
        Fact(Field("odd", FactType("boolean")), Derived(checked("injury and c > 3"))),
    )
    formulas = of_policy(replace(POLICY, facts=held))
    theirs = formulas.held("theirs")
    ask = formulas.space.solver.ask
    product = formulas.held("product")
    assert ask(product.known, product.labels["mortgage"], opposite(theirs.labels["credit"])) == "no"
    assert ask(theirs.known, product.known, product.labels["savings"]) == "no"  # semantics 67
    odd, few = formulas.held("odd"), formulas.pair(checked("c <= 3"))
    assert ask(odd.known, odd.truth, few.true) == "no"
    assert ask(opposite(odd.known), few.true) == "no"


def test_two_policies_share_what_a_case_tells_or_say_that_they_cannot() -> None:
    other = replace(
        POLICY,
        facts=tuple(
            replace(fact, field=replace(fact.field, type=FactType("text"))) if fact.field.name == "c" else fact
            for fact in FACTS
        ),
    )
    space = Space(Solver(5), (POLICY, other))
    assert space.fact("injury") is space.fact("injury")
    with pytest.raises(NotComparableError, match="c"):
        space.fact("c")


@given(st.lists(st.tuples(st.sampled_from(PATTERNS), st.booleans()), max_size=3), st.sampled_from(WORDS))
@settings(max_examples=60, deadline=None, phases=PHASES)
def test_a_text_that_is_made_matches_what_it_must(wanted: list[tuple[str, bool]], named: str) -> None:
    patterns = {str(canonical(pattern.replace("\\\\", "\\"), False)): value for pattern, value in wanted}
    text = text_for({named: False}, patterns)
    if text is not None:
        assert text != named
        assert all(compile_pattern(pattern)(text) is value for pattern, value in patterns.items())


def test_texts_are_made_of_the_patterns_themselves() -> None:
    for pattern in (r"ref(?:und|und)s? [0-9]{4}", r"\Aab+c\z", "[^a-z]x", "q|r", r"\(\)"):
        assert text_for({}, {str(canonical(pattern, False)): True}) is not None, pattern
    assert text_for({}, {"a": True, "[a-z]": False}) is None
    assert text_for({"card 12": True}, {}) == "card 12"


def test_set_facts_hold_any_of_their_members() -> None:
    formulas = of_policy(POLICY)
    every_one = [formulas.pair(checked(f'"{tag}" in tags')).true for tag in TAGS]
    assert formulas.space.solver.ask(*every_one) == "yes"
    same = formulas.pair(checked("S == product"))
    both = [formulas.pair(checked(f'{name} == "{PRODUCTS[0]}"')).true for name in ("S", "product")]
    assert formulas.space.solver.ask(*both, same.false) == "no"
