"""Checks what a condition says against the facts it names, and makes of it the tree that every evaluator reads."""

from __future__ import annotations

from typing import Final

from complaint_policy.conditions.alone import lists_gone_on
from complaint_policy.conditions.comparisons import NO_FACT, NULL, comparison
from complaint_policy.conditions.membership import match, membership
from complaint_policy.conditions.normal import MOST_LEVELS, all_of, any_of, levels, negated
from complaint_policy.conditions.operands import Checking, Fact, Null, Truth, Word, described, operand, unknown
from complaint_policy.conditions.parse import TOO_BIG, ParsedNode, parse_condition
from complaint_policy.conditions.problems import Problem
from complaint_policy.conditions.syntax import Condition, Constant, IsTrue, facts_read
from complaint_policy.conditions.typing import Scope
from complaint_policy.diagnostics import Code

NOT_A_CONDITION = Code(
    "CP406",
    "a value stands where a condition belongs",
    "Only a boolean fact is a condition by itself. Other languages take a number that is not zero, or a text that is "
    "not empty, for true; here the comparison is written out.",
)


def check_condition(text: str, scope: Scope) -> tuple[Condition | None, list[Problem]]:
    """The tree of a condition, or None and everything that is wrong with it, in the order of the text. Never raises.

    `scope` says what each written name means. The tree holds qualified names, is exact (semantics 71) and normalised:
    negation on atoms only, `and` and `or` not nested in themselves. A tree that is returned never fails to evaluate.
    """
    parsed = parse_condition(text)
    if isinstance(parsed, Problem):
        return None, [parsed]
    check = Checking(text, scope)
    condition = _condition(check, parsed)
    if condition is not None and not check.problems:
        _whole(check, parsed, condition)
    if condition is None or check.problems:
        assert check.problems, "a condition without a tree has a problem"
        return None, sorted(check.problems, key=lambda problem: (problem.start, problem.end))
    return condition, []


def _whole(check: Checking, node: ParsedNode, condition: Condition) -> None:
    if not facts_read(condition):
        check.report(
            NO_FACT, node, f"{check.written(node)} reads no fact", "compare a fact, or leave the condition out"
        )
    if levels(condition) > MOST_LEVELS:
        message = f"`and` and `or` nest more than {MOST_LEVELS} levels deep in each other"
        check.report(TOO_BIG, node, message, "name parts of it as derived facts, or write a table")


def _condition(check: Checking, node: ParsedNode) -> Condition | None:
    match node.kind:
        case "and" | "or":
            told = lists_gone_on(check, node)
            items = [None if item in told else _condition(check, item) for item in node.items]
            sound = [item for item in items if item is not None]
            if len(sound) < len(items):
                return None
            return all_of(sound) if node.kind == "and" else any_of(sound)
        case "not":
            item = _condition(check, node.items[0])
            return None if item is None else negated(item)
        case "compare":
            return comparison(check, node)
        case "in" | "not in":
            found = membership(check, node)
            return negated(found) if found is not None and node.kind == "not in" else found
        case "match":
            return match(check, node)
        case _:
            return _standing_alone(check, node)


_ALONE: Final = {
    "choice": "write which choice: `{name} == ...`",
    "choices": "write which choice: `... in {name}`",
    "number": "write a comparison: `{name} > 0`",
    "money": "write a comparison: `{name} > 0`",
    "text": 'write a comparison: `{name} == "..."`, or `{name} != null` for known',
    "date": "write a comparison, or `{name} != null` for known",
    "moment": "write a comparison, or `{name} != null` for known",
    "duration": 'write a comparison: `{name} > t"P5D"` (5 days)',
}


def _standing_alone(check: Checking, node: ParsedNode) -> Condition | None:
    item = operand(check, node)
    match item:
        case None:
            return None
        case Truth(value):
            return Constant(value)
        case Fact(_, qualified, type) if type.kind == "boolean":
            return IsTrue(qualified)
        case Fact(name, _, type):
            message = f"{described(check, item)} is not a condition"
            check.report(NOT_A_CONDITION, node, message, _ALONE[type.kind].format(name=name))
        case Word():
            unknown(check, item)
        case Null():
            check.report(NULL, node, "`null` is not a condition", "write `fact == null` for what is not known")
        case _:
            check.report(NOT_A_CONDITION, node, f"{described(check, item)} is not a condition", "write a comparison")
    return None
