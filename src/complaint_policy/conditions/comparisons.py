"""Comparisons of two sides: which types agree, what a bare word means, what an exact comparison comes to."""

from __future__ import annotations

import unicodedata
from typing import Final, cast

from complaint_policy.conditions.linear import LARGEST_SUM, LINEAR_KINDS, Form, compared, largest_sum
from complaint_policy.conditions.normal import negated
from complaint_policy.conditions.operands import (
    A_DURATION,
    TYPES,
    Checking,
    Fact,
    Null,
    Operand,
    Text,
    Truth,
    Word,
    alike,
    described,
    form_of,
    operand,
    same_kind,
    unknown,
)
from complaint_policy.conditions.parse import ParsedNode
from complaint_policy.conditions.syntax import Condition, IsMissing, IsTrue, Linear, OneOf, Operator, Same
from complaint_policy.diagnostics import Code

CHOICE = Code(
    "CP407",
    "a choice that is not declared",
    "A choice fact is compared only with the choices declared for it; another value could never be equal to it.",
)

CLASH = Code(
    "CP408",
    "a word is both a fact and a choice",
    "A bare word beside a choice fact may be one of its choices. If a fact has the same name, nobody can tell "
    "which one is meant, so the choice needs quotes.",
)

NULL = Code(
    "CP409",
    "`null` stands where it has no meaning",
    "`fact == null` asks whether a fact is not known. What is not known has no size, belongs to no list, and is no "
    "condition.",
)

TOO_LARGE = Code(
    "CP413",
    "a comparison that can exceed what is kept exact",
    "Columns and proofs keep sums in 64 bits. Each fact has a largest value (`largest:`), and no sum of facts within "
    "theirs may reach 2^63; dates stay within the years 1 to 9999.",
)

NO_FACT = Code(
    "CP414",
    "a condition that reads no fact",
    "A condition that is always true, or always false, is a mistake or should not be there.",
)


def comparison(check: Checking, node: ParsedNode) -> Condition | None:
    """`left operator right`; None if it has been reported."""
    left_node, right_node = node.items
    left = None if hyphenated(check, left_node, right_node) else operand(check, left_node)
    right = None if hyphenated(check, right_node, left_node) else operand(check, right_node)
    if left is None or right is None:
        return None
    if isinstance(left, Null) or isinstance(right, Null):
        return _null_comparison(check, node, left, right)
    first, second = resolved(check, left, right), resolved(check, right, left)
    if first is None or second is None:
        return None
    return _compared(check, node, first, cast(Operator, node.text), second)


def hyphenated(check: Checking, node: ParsedNode, other: ParsedNode) -> bool:
    """Report a choice with hyphens that was written without quotes, and so reads as a subtraction."""
    fact = check.scope.get(other.text) if other.kind == "name" else None
    source = check.text[node.start : node.end]
    if node.kind != "subtract" or fact is None or source not in fact[1].choices:
        return False
    check.report(CHOICE, node, f"`{source}` is read as a subtraction", f'write `"{source}"`')
    return True


def _null_comparison(check: Checking, node: ParsedNode, left: Operand, right: Operand) -> Condition | None:
    other = right if isinstance(left, Null) else left
    if isinstance(other, Word):
        unknown(check, other)
        return None
    if node.text not in ("==", "!="):
        check.report(
            NULL, node, f"`{node.written}` compares sizes, and `null` has none", "write `== null` or `!= null`"
        )
        return None
    if not isinstance(other, Fact):
        message = f"{check.written(other.node)} is compared with `null`"
        check.report(NULL, node, message, "ask for one fact at a time: `fact == null`")
        return None
    missing = IsMissing(other.qualified)
    return missing if node.text == "==" else negated(missing)


def resolved(check: Checking, item: Operand, other: Operand) -> Operand | None:
    """A bare word beside a choice fact is one of its choices (language.md section 4: they need no quotes)."""
    choices = other.type.choices if isinstance(other, Fact) and other.type.kind in ("choice", "choices") else ()
    if isinstance(item, Fact) and item.name in choices and isinstance(other, Fact):
        message = f"`{item.name}` is both a fact and a choice of `{other.name}`"
        check.report(CLASH, item.node, message, f'write `"{item.name}"` for the choice; to mean the fact, rename it')
        return None
    if not isinstance(item, Word):
        return item
    if item.text in choices:
        return Text(item.text, item.node)
    if choices and isinstance(other, Fact):
        message = f"`{item.text}` is neither a choice of `{other.name}` nor a known fact"
        check.report(CHOICE, item.node, message, _choice_meant(check, item.text, other))
    else:
        unknown(check, item)
    return None


_NOTHING: Final = frozenset({"none", "nil", "null", "nothing", "unknown", "undefined", "empty", "na"})


def _choice_meant(check: Checking, word: str, fact: Fact) -> str:
    """What to write instead of a word beside a choice: another choice, another fact of choices, or nothing at all."""
    if word.casefold() in _NOTHING:
        return f"write `{fact.name} == null` for what is not known; {_listed(fact)}"
    facts = [name for name, (_, type) in check.scope.items() if type.kind == fact.type.kind and name != fact.name]
    near = alike(word, fact.type.choices) or alike(word, facts)
    return f"did you mean `{near}`?" if near else _listed(fact)


def _listed(fact: Fact) -> str:
    shown = ", ".join(f"`{choice}`" for choice in fact.type.choices[:8])
    return f"the choices of `{fact.name}` are {shown}{', ...' if len(fact.type.choices) > 8 else ''}"


def _compared(check: Checking, node: ParsedNode, left: Operand, operator: Operator, right: Operand) -> Condition | None:
    """Two operands of which none is null or an unknown word."""
    if of_plain_values(left) or of_plain_values(right):
        return _equality(check, node, left, operator, right)
    forms = form_of(check, left), form_of(check, right)
    assert forms[0] is not None
    assert forms[1] is not None
    return linear_comparison(check, node, forms[0], operator, forms[1])


def of_plain_values(item: Operand) -> bool:
    """Whether it is of a type that has no size: it can only be equal or not."""
    return isinstance(item, Text | Truth) or (isinstance(item, Fact) and item.type.kind not in LINEAR_KINDS)


def _equality(check: Checking, node: ParsedNode, left: Operand, operator: Operator, right: Operand) -> Condition | None:
    fact, value = (left, right) if isinstance(left, Fact) else (right, left)
    found: Condition | None
    if not isinstance(fact, Fact):
        if kind_of(left) == kind_of(right):
            check.report(NO_FACT, node, f"{check.written(node)} reads no fact", "compare a fact")
        else:
            mismatch(check, node, left, right)
        return None
    if kind_of(fact) == "choices" or kind_of(value) == "choices":
        message = f"`{node.written}` cannot compare {described(check, fact)}"
        many = fact if kind_of(fact) == "choices" else cast(Fact, value)
        check.report(TYPES, node, message, f"ask for one choice at a time: `{many.type.choices[0]} in {many.name}`")
        return None
    if not kinds_agree(fact, value):
        mismatch(check, node, fact, value)
        return None
    if operator not in ("==", "!="):
        check.report(TYPES, node, f"`{node.written}` cannot order {described(check, fact)}", _instead_of_order(fact))
        return None
    if isinstance(value, Fact):
        found = _same(check, node, cast(Fact, left), cast(Fact, right))
    elif isinstance(value, Truth):
        found = IsTrue(fact.qualified) if value.value else negated(IsTrue(fact.qualified))
    else:
        found = one_of(check, fact, [cast(Text, value)])
    return negated(found) if found is not None and operator == "!=" else found


def _instead_of_order(fact: Fact) -> str:
    if fact.type.kind == "choice":
        return f"write which choices are meant: `{fact.name} in [{', '.join(fact.type.choices[:2])}]`"
    if fact.type.kind == "boolean":
        return "join the two with `and`, `or`, `not`"
    return "write `==` or `!=`, or search in it with `=~~`"


def kind_of(item: Operand) -> str:
    """The kind of fact that the operand could be the value of, as far as it has no size."""
    match item:
        case Fact():
            return item.type.kind
        case Truth():
            return "boolean"
        case Text():
            return "text"
        case _:
            return "other"


def kinds_agree(fact: Fact, value: Operand) -> bool:
    """Whether the fact could equal the value."""
    kind = kind_of(value)
    return kind == fact.type.kind or (isinstance(value, Text) and fact.type.kind == "choice")


def mismatch(check: Checking, node: ParsedNode, left: Operand, right: Operand) -> None:
    """Report two operands of different types."""
    message = f"{described(check, left)} is compared with {described(check, right)}"
    check.report(TYPES, node, message, _as_type_of(left, right, check.text[right.node.start : right.node.end]))


def _as_type_of(left: Operand, right: Operand, written: str) -> str:
    """How to write the right side so that it could equal the left."""
    if not isinstance(left, Fact) or isinstance(right, Fact):
        return "both sides of a comparison are of one type"
    match left.type.kind, right:
        case "duration", Text(value):
            return f"put `t` in front of the quotes: `t{written}`" if value.startswith("P") else A_DURATION
        case "date", Text(value) if "T" not in value:
            return f"put `d` in front of the quotes: `d{written}`"
        case "moment", Text(value) if "T" in value:
            return f"put `d` in front of the quotes: `d{written}`"
        case "date", Text():
            return 'write a date: `d"2026-01-31"`'
        case "moment", Text():
            return 'write a date with its time and offset: `d"2026-01-31T17:00:00+01:00"`'
        case "number" | "money", Text(value):
            return f"write `{value}` without quotes" if value.isdecimal() else "write a number without quotes"
        case "choice", _ if written not in left.type.choices:
            return _listed(left)
        case "choice" | "text", _:
            return f'put quotes around it: `"{written}"`'
        case "boolean", _:
            return f"write `{left.name}`, or `not {left.name}`"
    return "both sides of a comparison are of one type"


def _same(check: Checking, node: ParsedNode, left: Fact, right: Fact) -> Condition | None:
    if left.type.kind == "choice" and left.type.choices != right.type.choices:
        message = f"`{left.name}` and `{right.name}` have different choices"
        check.report(TYPES, node, message, "give both facts the same list, or compare each with a choice")
        return None
    return Same(left.qualified, right.qualified)


def one_of(check: Checking, fact: Fact, texts: list[Text]) -> Condition | None:
    """The fact equals one of the texts; a text that is not among declared choices is reported."""
    declared = {unicodedata.normalize("NFC", choice) for choice in fact.type.choices}
    sound = True
    for text in texts:
        if fact.type.kind == "choice" and text.value not in declared:
            near = alike(text.value, declared)
            message = f"`{text.value}` is not a choice of `{fact.name}`"
            check.report(CHOICE, text.node, message, f"did you mean `{near}`?" if near else _listed(fact))
            sound = False
    values = tuple(dict.fromkeys(text.value for text in texts))
    return OneOf(fact.qualified, values) if sound else None


def linear_comparison(
    check: Checking, node: ParsedNode, left: Form, operator: Operator, right: Form
) -> Condition | None:
    """The comparison of two sums in whole numbers, if their kinds agree and it stays within what is kept exact."""
    kind = same_kind(check, node, left, right, f"{check.written(node)} compares")
    if kind is None:
        return None
    if left.literal and right.literal:
        check.report(NO_FACT, node, f"{check.written(node)} reads no fact", "compare a fact")
        return None
    found = compared(left._replace(kind=kind), operator, right, check.types)
    if largest_sum(found, check.types) > LARGEST_SUM:
        help = "declare a smaller `largest:` or fewer decimal places with the facts, or compare with a smaller number"
        check.report(TOO_LARGE, node, f"{check.written(node)} can exceed the numbers that are kept exact", help)
        return None
    if kind in ("date", "moment") and not _on_the_calendar(check, kind, found):
        check.report(TOO_LARGE, node, f"{check.written(node)} leaves the years 1 to 9999", "compare with a nearer date")
        return None
    return found


_FIRST_DAY: Final = -719_162
_LAST_DAY: Final = 2_932_896


def _on_the_calendar(check: Checking, kind: str, linear: Linear) -> bool:
    points = sum(coefficient for name, coefficient in linear.terms if check.types[name].kind == kind)
    if points == 0:
        return True
    day = linear.constant // (points * (1 if kind == "date" else 86_400))
    return _FIRST_DAY <= day <= _LAST_DAY
