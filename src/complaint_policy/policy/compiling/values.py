"""Single values whose type a fact declares: defaults, choices, exact numbers."""

from __future__ import annotations

from decimal import Decimal

from complaint_policy.case import Value
from complaint_policy.conditions.typing import FactType, in_words
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic, nearest
from complaint_policy.policy.nodes import Node, Sequence
from complaint_policy.policy.scalars import read_boolean, read_date, read_decimal, read_moment, read_text

NOT_A_CHOICE = Code(
    "CP210",
    "a value is not one of the choices",
    "A choice that nobody declared can never be given in a case, so what depends on it would never take effect.",
)
TOO_FINE = Code(
    "CP211",
    "a number has more digits than its fact keeps, or is larger than its fact allows",
    "Numbers are exact decimals of a declared scale and are never rounded (semantics 71).",
)

_MINOR_UNITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
"""Decimal places of the currencies that do not have two (ISO 4217)."""


def minor_unit(currency: str | None) -> int:
    """How many decimal places amounts of a currency have (ISO 4217); two if there is no currency."""
    return _MINOR_UNITS.get(currency or "", 2)


def is_currency(text: str) -> bool:
    """Whether it has the form of an ISO 4217 code: `GBP`."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def read_value(node: Node, type: FactType, problems: list[Diagnostic]) -> Value | None:
    """The exact value written here, of the type that the place has (units: `conditions.syntax`), or None."""
    match type.kind:
        case "boolean":
            return read_boolean(node, problems)
        case "choice":
            return read_choice(node, type.choices, problems)
        case "choices":
            return _read_set(node, type, problems)
        case "number" | "money":
            number = read_decimal(node, problems)
            return None if number is None else scaled(number, type, node, problems)
        case "text":
            return read_text(node, problems)
        case "date":
            return read_date(node, problems)
        case "moment":
            return _read_moment(node, problems)
        case "duration":
            problems.append(
                diagnostic(TOO_FINE, f"{in_words(type.kind)} cannot have a value written here", node.location)
            )
            return None


def read_choice(node: Node, choices: tuple[str, ...], problems: list[Diagnostic]) -> str | None:
    """One of the choices, as written."""
    text = read_text(node, problems)
    if text is None or text in choices:
        return text
    near = nearest(text, choices)
    help = f"did you mean `{near}`?" if near else f"write one of {', '.join(f'`{one}`' for one in choices)}"
    problems.append(diagnostic(NOT_A_CHOICE, f"`{text}` is not one of the choices", node.location, help))
    return None


def _read_set(node: Node, type: FactType, problems: list[Diagnostic]) -> frozenset[str] | None:
    items = node.items if isinstance(node, Sequence) else (node,)
    values = [read_choice(item, type.choices, problems) for item in items]
    return None if None in values else frozenset(value for value in values if value is not None)


def _read_moment(node: Node, problems: list[Diagnostic]) -> int | None:
    moment = read_moment(node, problems)
    if moment is None:
        return None
    if moment.offset is None:
        help = "add the offset from UTC, as in `2026-04-02T16:40:00+01:00`"
        problems.append(diagnostic(TOO_FINE, "a moment needs an offset here", node.location, help))
        return None
    return moment.day * 86400 + moment.second - moment.offset


def scaled(number: Decimal, type: FactType, node: Node, problems: list[Diagnostic]) -> int | None:
    """The number in units of its fact's scale, `12.5` of scale 2 is 1250; None with a problem if it does not fit."""
    shifted = number.scaleb(type.scale)
    if shifted != shifted.to_integral_value():
        places = f"{type.scale} decimal places" if type.scale else "whole numbers only"
        problems.append(
            diagnostic(
                TOO_FINE, f"`{number}` has more digits than this fact keeps", node.location, f"it keeps {places}"
            )
        )
        return None
    if abs(number) > type.largest:
        help = f"its `largest` is {type.largest}"
        problems.append(diagnostic(TOO_FINE, f"`{number}` is larger than this fact allows", node.location, help))
        return None
    return int(shifted)
