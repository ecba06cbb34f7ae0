"""Generated source answers as a plain walk over the tree does, stops where it should, and never raises."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.python import Group, compile_condition, compile_program, compile_rules
from complaint_policy.conditions.source import NOT_LOOKED_AT, Program
from complaint_policy.conditions.syntax import (
    And,
    Condition,
    Constant,
    IsMissing,
    IsTrue,
    Linear,
    Not,
    OneOf,
    Or,
    facts_read,
)
from tests.conditions_strategies import POSITIONS, TYPES, atoms, cases, checked, conditions, facts
from tests.conditions_walk import walk


@given(conditions, st.lists(cases(), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_one_condition_answers_as_the_walk(condition: Condition, some: list[dict[str, Any]]) -> None:
    compiled = compile_condition(condition, POSITIONS)
    for case in some:
        assert compiled(facts(case)) is walk(condition, case)


def _expected(rules: list[Condition], case: dict[str, Any], first: bool) -> tuple[Any, ...]:
    answers: list[Any] = []
    for rule in rules:
        stopped = first and True in answers
        answers.append(NOT_LOOKED_AT if stopped else walk(rule, case))
    return tuple(answers)


@given(st.lists(conditions, min_size=1, max_size=6), st.lists(cases(), min_size=1, max_size=6), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_list_of_rules_stops_after_the_first_true_one_or_asks_all(
    rules: list[Condition], some: list[dict[str, Any]], first: bool
) -> None:
    compiled = compile_rules(rules, POSITIONS, first=first)
    for case in some:
        assert compiled(facts(case))[0] == _expected(rules, case, first)


def _from_trace(condition: Condition, answers: dict[Condition, Any]) -> Any:
    """The answer from the noted answers of atoms alone; it fails if an atom that matters was not looked at."""
    match condition:
        case And(items) | Or(items):
            stop = isinstance(condition, Or)
            found = []
            for item in items:
                found.append(_from_trace(item, answers))
                if found[-1] is stop:
                    return stop
            return None if None in found else not stop
        case Not(item):
            answer = _from_trace(item, answers)
            return None if answer is None else not answer
        case _:
            assert answers[condition] != NOT_LOOKED_AT
            return answers[condition]


@given(st.lists(conditions, min_size=1, max_size=6), st.lists(cases(), min_size=1, max_size=4), st.booleans())
@settings(max_examples=150, deadline=None)
def test_semantics_96_the_trace_alone_reproduces_every_answer(
    rules: list[Condition], some: list[dict[str, Any]], first: bool
) -> None:
    compiled = compile_rules(rules, POSITIONS, first=first)
    for case in some:
        answers, pieces = compiled(facts(case))
        looked_at = [answer for answer in answers if answer != NOT_LOOKED_AT]
        assert len(answers) == len(rules)
        assert len(pieces) == len(looked_at)
        for rule, answer, piece in zip(rules, answers, pieces, strict=False):
            noted: dict[Condition, Any] = dict(zip(atoms_of(rule), piece, strict=True))
            assert _from_trace(rule, noted) is answer
            for atom, value in noted.items():
                assert value == NOT_LOOKED_AT or value is walk(atom, case)


@given(st.lists(conditions, min_size=1, max_size=4), cases(known=True), st.sets(st.sampled_from(sorted(TYPES))))
@settings(max_examples=100, deadline=None)
def test_semantics_49_learning_a_fact_never_changes_an_answer_that_was_given(
    rules: list[Condition], case: dict[str, Any], hidden: set[str]
) -> None:
    rules = [rule for rule in rules if not any(isinstance(atom, IsMissing) for atom in atoms_of(rule))]
    partial = {name: None if name in hidden else value for name, value in case.items()}
    compiled = compile_rules(rules, POSITIONS, first=False) if rules else lambda _: ((), ())
    before, after = compiled(facts(partial))[0], compiled(facts(case))[0]
    assert None not in after
    assert all(first in (None, last) for first, last in zip(before, after, strict=True))


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_long_lists_and_rules_with_many_ways_through_them(data: st.DataObject) -> None:
    wide = st.lists(atoms.map(checked), min_size=12, max_size=20)
    both = st.builds(lambda left, right: And((Or(tuple(left)), Or(tuple(right)))), wide, wide)
    rules = data.draw(st.lists(conditions, min_size=20, max_size=30)) * 3
    rules.insert(data.draw(st.integers(0, 40)), data.draw(both))
    for first in (True, False):
        compiled = compile_rules(rules, POSITIONS, first=first)
        for case in data.draw(st.lists(cases(known=data.draw(st.booleans())), min_size=3, max_size=5)):
            assert compiled(facts(case))[0] == _expected(rules, case, first)


@pytest.mark.parametrize("count", [1, 16, 17, 33, 64, 65, 130])
@pytest.mark.parametrize("unknown", [False, True])
def test_where_a_long_list_stops(count: int, unknown: bool) -> None:
    rules: list[Condition] = [
        And((OneOf("product", ("card",)), Linear("==", (("c", 1),), n, ("c",)))) for n in range(count)
    ]
    compiled = compile_rules(rules, POSITIONS)
    for stop in (0, count // 2, count - 1, count):
        case: dict[str, Any] = dict.fromkeys(TYPES)
        case |= {"product": None if unknown else "card", "c": stop}
        answers, pieces = compiled(facts(case))
        assert answers == _expected(rules, case, True)
        assert len(pieces) == (count if unknown else min(count, stop + 1))


def test_rules_that_are_always_true_or_never() -> None:
    rules: list[Condition] = [
        Constant(False),
        And((IsTrue("v0"), Constant(True))),
        Or((IsTrue("injury"), Constant(True))),
        IsTrue("v0"),
    ]
    case: dict[str, Any] = dict.fromkeys(TYPES)
    for value in (True, False, None):
        case["v0"] = value
        for first in (True, False):
            assert compile_rules(rules, POSITIONS, first=first)(facts(case))[0] == _expected(rules, case, first)


def test_a_list_without_rules() -> None:
    assert compile_rules([], POSITIONS)([]) == ((), ())
    assert compile_rules([], POSITIONS, first=False)([]) == ((), ())


def test_semantics_9_whether_a_fact_is_known_is_always_known() -> None:
    asked = compile_rules([IsMissing("product"), Not(IsMissing("product"))], POSITIONS, first=False)
    case: dict[str, Any] = dict.fromkeys(TYPES)
    assert asked(facts(case))[0] == (True, False)
    assert asked(facts(case | {"product": "card"}))[0] == (False, True)


def test_an_unknown_fact_of_a_later_rule_does_not_matter_to_an_earlier_one() -> None:
    compiled = compile_rules([checked("injury"), checked("people > 3")], POSITIONS)
    case: dict[str, Any] = dict.fromkeys(TYPES) | {"injury": True}
    assert compiled(facts(case)) == ((True, NOT_LOOKED_AT), ((True,),))


@given(st.lists(conditions, min_size=1, max_size=5), st.lists(cases(), min_size=1, max_size=6), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_group_says_the_same_before_and_after_it_is_compiled(
    rules: list[Condition], some: list[dict[str, Any]], patience: int
) -> None:
    for first in (True, False):
        patient = compile_rules(rules, POSITIONS, first=first, patience=patience)
        compiled = compile_rules(rules, POSITIONS, first=first)
        assert [patient(facts(case)) for case in some] == [compiled(facts(case)) for case in some]


def test_a_function_takes_over_the_code_that_was_compiled_for_it() -> None:
    compiled = compile_condition(checked("injury"), POSITIONS)
    before = compiled.__code__  # type: ignore[attr-defined]  # it is a function
    case = facts(dict.fromkeys(TYPES) | {"injury": True})
    assert compiled(case) is True
    assert compiled.__code__ is not before  # type: ignore[attr-defined]  # as above
    assert compiled(case) is True


def test_no_text_of_an_author_stands_in_the_source() -> None:
    program = Program({"x": 0, "evil": 1})
    name = program.constant('"); import os #')
    assert name.isalnum()
    hostile = OneOf("x", ('"""\n\'\\', "__import__('os')"))
    assert compile_condition(hostile, {"x": 0})(["__import__('os')"]) is True
    assert compile_condition(OneOf("x", ("a\x00b",)), {"x": 0})(["a\x00b"]) is True


def test_equal_texts_of_different_use_are_different_constants() -> None:
    both = And((OneOf("note", ("pattern", "a+")), checked('print =~~ "a+"')))
    case: dict[str, Any] = dict.fromkeys(TYPES) | {"note": "a+", "print": "caat"}
    assert compile_condition(both, POSITIONS)(facts(case)) is True


def test_many_groups_share_one_program() -> None:
    groups = [Group([checked("injury"), checked("c > 3")]), Group([checked("c > 5")], first=False)]
    first, second = compile_program(groups, POSITIONS)
    case: dict[str, Any] = dict.fromkeys(TYPES) | {"injury": False, "c": 5}
    assert first(facts(case))[0] == (False, True)
    assert second(facts(case))[0] == (False,)
    assert first(facts(case | {"c": None}))[0] == (False, None)


def test_the_deepest_condition_that_checks_compiles_and_answers() -> None:
    text = "v0"
    for level in range(30):
        text = f"({text}) {'and' if level % 2 else 'or'} (c == {level})"
    condition = checked(text)
    case: dict[str, Any] = dict.fromkeys(TYPES) | {"c": 30, "v0": None}
    assert compile_condition(condition, POSITIONS)(facts(case)) is walk(condition, case)
    assert compile_rules([condition], POSITIONS)(facts(case))[0] == (walk(condition, case),)
    assert facts_read(condition) == {"v0", "c"}


def test_an_atom_that_stands_in_a_rule_more_than_once() -> None:
    a, b, c = IsTrue("injury"), IsTrue("v0"), IsTrue("lambda")
    rules: list[Condition] = [And((a, Or((a, b)))), And((b, Or((Not(a), c)), Not(b))), Or((a, Not(a))), c]
    for order in permutations(rules):
        stopping, asking = compile_rules(order, POSITIONS), compile_rules(order, POSITIONS, first=False)
        for values in product((True, False, None), repeat=3):
            case: dict[str, Any] = dict.fromkeys(TYPES) | dict(zip(("injury", "v0", "lambda"), values, strict=True))
            assert stopping(facts(case))[0] == _expected(list(order), case, True)
            assert asking(facts(case))[0] == _expected(list(order), case, False)
