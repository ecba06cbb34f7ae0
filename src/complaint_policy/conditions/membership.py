"""Questions whether a fact is in a list, a set of choices holds one, or a text matches a pattern."""

from __future__ import annotations

from typing import cast

from complaint_policy.conditions.comparisons import (
    NULL,
    hyphenated,
    kind_of,
    kinds_agree,
    linear_comparison,
    mismatch,
    of_plain_values,
    one_of,
    resolved,
)
from complaint_policy.conditions.linear import Form
from complaint_policy.conditions.normal import any_of, negated
from complaint_policy.conditions.operands import (
    NOT_SHARED,
    TYPES,
    Checking,
    Fact,
    Null,
    Operand,
    Sum,
    Text,
    Word,
    advice,
    described,
    form_of,
    operand,
    unknown,
)
from complaint_policy.conditions.parse import ParsedNode
from complaint_policy.conditions.patterns import PatternProblem, canonical
from complaint_policy.conditions.problems import Problem
from complaint_policy.conditions.syntax import Condition, Has, Matches
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code

PATTERN = Code(
    "CP415",
    "a pattern that cannot be matched",
    "Patterns are a small set that every engine matches alike and in linear time: literals, `.`, `^`, `$`, groups, "
    "`|`, `* + ? {m,n}`, classes, `\\d \\w \\s`. Flags, word boundaries, look-around and back references are left out.",
)

LIST = Code(
    "CP416",
    "a list that cannot be compared with",
    "`in` asks whether a fact equals one of at least one value of its own type, all written out.",
)


def membership(check: Checking, node: ParsedNode) -> Condition | None:
    """`fact in [values]` or `choice in set`, without its `not`; None if it has been reported."""
    left_node, right_node = node.items
    if right_node.kind == "list":
        return _in_list(check, node, left_node, right_node)
    right = operand(check, right_node)
    if right is None:
        return None
    if isinstance(right, Fact) and right.type.kind == "choices":
        return _has(check, left_node, right)
    if isinstance(right, Word):
        _one_word(check, left_node, right)
    elif isinstance(right, Text) or (isinstance(right, Fact) and right.type.kind == "text"):
        message = f"`{node.written}` does not search in {described(check, right)}"
        check.report(NOT_SHARED, node, message, 'search with `=~~`: `text =~~ "word"`')
    else:
        message = f"{described(check, right)} is not a list"
        help = "write `fact in [a, b]`, or `choice in fact` for a set of choices"
        if isinstance(right, Fact) and right.type.kind == "choice":
            help = f"it holds one choice: write `{right.name} == {right.type.choices[0]}`, or another of its choices"
        check.report(LIST, right_node, message, help)
    return None


def _one_word(check: Checking, left: ParsedNode, word: Word) -> None:
    """Report a bare word after `in`: a choice without its brackets, or a name that is not known."""
    fact = check.scope.get(left.text) if left.kind == "name" else None
    if fact is not None and word.text in fact[1].choices:
        help = f"write `{left.text} == {word.text}`, or `{left.text} in [{word.text}]`"
        check.report(LIST, word.node, f"`{word.text}` is not a list", help)
    else:
        unknown(check, word)


def _has(check: Checking, node: ParsedNode, fact: Fact) -> Condition | None:
    item = operand(check, node)
    if item is None:
        return None
    item = resolved(check, item, fact)
    if item is None:
        return None
    if not isinstance(item, Text):
        message = f"{described(check, item)} is looked for in {described(check, fact)}"
        check.report(TYPES, node, message, "write one of its choices: `choice in fact`")
        return None
    found = one_of(check, Fact(fact.name, fact.qualified, _as_choice(fact), node), [item])
    return None if found is None else Has(fact.qualified, item.value)


def _as_choice(fact: Fact) -> FactType:
    return FactType("choice", fact.type.choices)


def _in_list(check: Checking, node: ParsedNode, left_node: ParsedNode, list_node: ParsedNode) -> Condition | None:
    left = operand(check, left_node)
    if left is None:
        return None
    if isinstance(left, Word):
        unknown(check, left)
        return None
    if isinstance(left, Null):
        check.report(NULL, left_node, "`null` is looked for in a list", "write `fact == null`")
        return None
    if not list_node.items:
        check.report(LIST, list_node, "the list is empty", "write at least one value")
        return None
    values = [_list_value(check, left, item) for item in list_node.items]
    if any(value is None for value in values):
        return None
    return _one_of_list(check, node, left, [value for value in values if value is not None])


def _list_value(check: Checking, left: Operand, node: ParsedNode) -> Operand | None:
    """A value of a list, of the type of what is looked for in it; anything else is reported."""
    if hyphenated(check, node, left.node):
        return None
    item = operand(check, node)
    if item is None:
        return None
    if isinstance(item, Null):
        check.report(NULL, node, "`null` stands in a list", "write `fact == null or fact in [...]`")
        return None
    item = resolved(check, item, left)
    if item is None:
        return None
    if isinstance(item, Fact) or (isinstance(item, Sum) and not item.form.literal):
        check.report(
            LIST, node, f"{described(check, item)} is a fact in a list", "write `==` with each fact, joined by `or`"
        )
        return None
    return item


def _one_of_list(check: Checking, node: ParsedNode, left: Operand, values: list[Operand]) -> Condition | None:
    if kind_of(left) in ("choice", "text") and isinstance(left, Fact):
        strangers = [value for value in values if not kinds_agree(left, value)]
        for value in strangers:
            mismatch(check, value.node, left, value)
        return None if strangers else one_of(check, left, [cast(Text, value) for value in values])
    if of_plain_values(left):
        help = (
            "write the fact itself, or `not` and the fact"
            if kind_of(left) == "boolean"
            else "look for a fact in a list"
        )
        check.report(LIST, left.node, f"{described(check, left)} cannot be looked for in a list", help)
        return None
    form = form_of(check, left)
    assert form is not None
    found = [_list_comparison(check, left, form, value) for value in values]
    sound = [item for item in found if item is not None]
    return any_of(dict.fromkeys(sound)) if len(sound) == len(found) else None


def _list_comparison(check: Checking, left: Operand, form: Form, value: Operand) -> Condition | None:
    if not isinstance(value, Sum):
        mismatch(check, value.node, left, value)
        return None
    if value.form.kind != form.kind and (form.kind, value.form.kind) != ("money", "number"):
        message = f"{described(check, left)} is compared with {described(check, value)}"
        check.report(TYPES, value.node, message, advice(form, value.form))
        return None
    return linear_comparison(check, value.node, form, "==", value.form)


def match(check: Checking, node: ParsedNode) -> Condition | None:
    """`text =~ pattern` (at the start), `=~~` (anywhere) and their negations; None if it has been reported."""
    left, right = operand(check, node.items[0]), operand(check, node.items[1])
    if left is None or right is None:
        return None
    if isinstance(left, Word):
        unknown(check, left)
        return None
    if not isinstance(left, Fact) or left.type.kind != "text":
        message = f"a pattern is matched against {described(check, left)}"
        check.report(TYPES, node.items[0], message, "patterns are for facts of type text")
        return None
    if not isinstance(right, Text):
        message = f"{check.written(right.node)} is not a pattern that is written out"
        check.report(PATTERN, right.node, message, 'write the pattern in quotes: `text =~~ "refund|chargeback"`')
        return None
    pattern = canonical(right.value, anchored=node.text in ("=~", "!~"))
    if isinstance(pattern, PatternProblem):
        _pattern_problem(check, right, pattern)
        return None
    found = Matches(left.qualified, pattern)
    return found if node.text.startswith("=") else negated(found)


def _pattern_problem(check: Checking, text: Text, problem: PatternProblem) -> None:
    """At the characters of the pattern, if it is written without escapes; else at the whole of it."""
    node = text.node
    source = check.text[node.start : node.end]
    lead = source.find(source[-1]) + 1
    start, end = node.start, node.end
    if source[lead:-1] == text.value:
        start, end = node.start + lead + problem.start, node.start + lead + problem.end
    check.problems.append(Problem(PATTERN, problem.message, start, max(end, start + 1), problem.help))
