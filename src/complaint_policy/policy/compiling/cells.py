"""Cells of decision tables as conditions: a value, several, `not a`, `> 5000`, `500..5000`, `-` for any."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from complaint_policy.conditions.linear import FormKind, compared, of_fact, of_value
from complaint_policy.conditions.normal import all_of, any_of, negated
from complaint_policy.conditions.syntax import Condition, Constant, Has, IsMissing, IsTrue, OneOf, Operator
from complaint_policy.conditions.typing import FactType, in_words
from complaint_policy.diagnostics import Code, nearest
from complaint_policy.policy.compiling.draft import Draft, wrong_shape
from complaint_policy.policy.compiling.labels import KeyFact
from complaint_policy.policy.compiling.values import NOT_A_CHOICE
from complaint_policy.policy.nodes import Node, Scalar, Sequence
from complaint_policy.policy.scalars import is_number, read_date, read_decimal

CELL = Code(
    "CP230",
    "a cell of a table cannot be read",
    "A cell holds a value, several values, `not` a value, a comparison such as `> 5000`, a range such as `500..5000`"
    " (both in), `yes` or `no`, or `-` for any.",
)

_OPERATORS: tuple[Operator, ...] = ("<=", ">=", "==", "!=", "<", ">")
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}


def read_cell(node: Node, fact: KeyFact, draft: Draft) -> Condition | None:
    """The condition of one cell; always true for an empty cell or `-`; None with a problem if it cannot be read."""
    if isinstance(node, Sequence):
        parts = [_one(item, fact, draft) for item in node.items if isinstance(item, Scalar)]
        good = [part for part in parts if part is not None]
        return _either(good) if good and len(good) == len(node.items) else None
    if not isinstance(node, Scalar):
        wrong_shape(node, "the cell of a table", draft)
        return None
    if node.empty or node.text.strip() in ("", "-"):
        return Constant(True)
    pieces = (
        [part.strip() for part in node.text.split(",")]
        if fact[1].kind in ("choice", "choices")
        else [node.text.strip()]
    )
    found = [_one(Scalar(piece, "plain", node.location), fact, draft, whole=node.text) for piece in pieces]
    good = [part for part in found if part is not None]
    return _either(good) if good and len(good) == len(pieces) else None


def _either(parts: list[Condition]) -> Condition:
    """One of several values; of one choice fact, they are one comparison."""
    if len(parts) > 1 and all(isinstance(part, OneOf) for part in parts):
        values = [value for part in parts if isinstance(part, OneOf) for value in part.values]
        first = parts[0]
        assert isinstance(first, OneOf)
        return OneOf(first.fact, tuple(dict.fromkeys(values)))
    return any_of(parts)


def _one(node: Scalar, fact: KeyFact, draft: Draft, whole: str = "") -> Condition | None:
    text = node.text.strip()
    if text in ("known", "not known"):
        missing = IsMissing(fact[0])
        return missing if text == "not known" else negated(missing)
    if text.startswith("not "):
        inner = _one(Scalar(text[4:].strip(), "plain", node.location), fact, draft)
        if inner is not None and "," in whole:
            help = "put it into a rule with `when`, or list the values that count"
            draft.report(CELL, f"`{whole}` can be read in two ways", node.location, help)
            return None
        return None if inner is None else negated(inner)
    match fact[1].kind:
        case "boolean":
            return _truth(text, node, fact, draft)
        case "choice" | "choices":
            return _choice(text, node, fact, draft)
        case "number" | "money" | "date":
            return _size(text, node, fact, draft)
        case "text":
            return OneOf(fact[0], (node.text,))
        case _:
            help = "put it into a rule with `when`"
            draft.report(
                CELL, f"a table cannot look at `{fact[0]}`, which is {in_words(fact[1].kind)}", node.location, help
            )
            return None


def _truth(text: str, node: Scalar, fact: KeyFact, draft: Draft) -> Condition | None:
    if text not in _TRUTH:
        draft.report(
            CELL,
            f"`{text}` is not `yes` or `no`",
            node.location,
            f"`{fact[0]}` is a boolean: write `yes`, `no`, or `-` for any",
        )
        return None
    return IsTrue(fact[0]) if _TRUTH[text] else negated(IsTrue(fact[0]))


def _choice(text: str, node: Scalar, fact: KeyFact, draft: Draft) -> Condition | None:
    name, type = fact
    if text in type.choices:
        return OneOf(name, (text,)) if type.kind == "choice" else Has(name, text)
    near = nearest(text, type.choices)
    listed = ", ".join(f"`{one}`" for one in type.choices[:8])
    draft.report(
        NOT_A_CHOICE,
        f"`{text}` is not a value of `{name}`",
        node.location,
        f"did you mean `{near}`?" if near else f"they are {listed}",
    )
    return None


def _size(text: str, node: Scalar, fact: KeyFact, draft: Draft) -> Condition | None:
    low, dots, high = text.partition("..")
    if dots:
        ends = [_comparison(operator, end.strip(), node, fact, draft) for operator, end in _range(low, high)]
        good = [end for end in ends if end is not None]
        return all_of(good) if len(good) == 2 else None
    for operator in _OPERATORS:
        if text.startswith(operator):
            return _comparison(operator, text.removeprefix(operator).strip(), node, fact, draft)
    return _comparison("==", text.removeprefix("=").strip(), node, fact, draft)


def _range(low: str, high: str) -> tuple[tuple[Operator, str], tuple[Operator, str]]:
    return (">=", low), ("<=", high)


def _comparison(operator: Operator, text: str, node: Scalar, fact: KeyFact, draft: Draft) -> Condition | None:
    name, type = fact
    number = _number(text, node, type, draft)
    if number is None:
        return None
    kind: FormKind = "date" if type.kind == "date" else "number"
    return compared(of_fact(name, type), operator, of_value(kind, number), {name: type})


def _number(text: str, node: Scalar, type: FactType, draft: Draft) -> Fraction | None:
    place = Scalar(text, "plain", node.location)
    if type.kind == "date":
        day = read_date(place, draft.problems)
        return None if day is None else Fraction(day)
    if not text or not is_number(text):
        help = "write a number such as `5000`, a comparison such as `> 5000`, or a range such as `500..5000`"
        if text and text.removesuffix(type.currency or " ").strip() != text:
            help = "leave the currency out: the fact has it already"
        draft.report(CELL, f"`{node.text}` is not a number or a range", node.location, help)
        return None
    number = read_decimal(place, draft.problems)
    if number is not None and abs(number) > Decimal(type.largest):
        draft.report(
            CELL,
            f"`{text}` is more than `{type.largest}`, the largest value there can be",
            node.location,
            "check the number",
        )
        return None
    return None if number is None else Fraction(number)
