"""Reads one value of a case as the type that its fact declares: exactly, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from unicodedata import normalize

from complaint_policy.case import Field, Value
from complaint_policy.case_reader.moments import MomentReader, day_of, moment_of, seconds_of
from complaint_policy.case_reader.problems import (
    BAD_TEXT,
    DIGITS,
    NO_SUCH_CHOICE,
    TOO_LARGE,
    WRONG_TYPE,
    NotKnown,
    Refused,
    called,
    shown,
)
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import nearest

if TYPE_CHECKING:
    from decimal import Decimal

ValueReader = Callable[[object], Value]

LONGEST_TEXT = 100_000
"""Characters that a text of a case may have."""

_DIGITS_AT_MOST = 60


def value_reader(field: Field, *, texts: bool = False, moment: MomentReader = moment_of) -> ValueReader:
    """The reader of one fact or field, prepared once; it raises `Refused` or `NotKnown`.

    texts: the values come from YAML or a table, where `true` is a text and its place says that it is a boolean.
    moment: reads a moment to UTC seconds; a mapping gives one that knows the zone of naive times.
    """
    kind = field.type.kind
    if kind == "boolean":
        return _boolean_in_words if texts else _boolean
    if kind == "choice":
        return _choice_reader(field)
    if kind == "choices":
        return _choices_reader(field)
    if kind in ("number", "money"):
        return _number_reader(field.type)
    if kind == "duration":
        return _duration_reader(field.type.largest)
    by_place: dict[str, ValueReader] = {"text": text_of, "date": day_of, "moment": moment}
    return by_place[kind]


def _duration_reader(largest: int) -> ValueReader:
    def read(value: object) -> int:
        seconds = seconds_of(value)
        if seconds > largest:
            raise Refused(TOO_LARGE, f"`{shown(value)}` is longer than the {largest:,} seconds of this fact")
        return seconds

    return read


def _boolean(value: object) -> bool:
    if value is True or value is False:
        return value
    raise Refused(WRONG_TYPE, f"{called(value)} is not true or false", "write `true` or `false` without quotes")


def _boolean_in_words(value: object) -> bool:
    if value == "true" or value is True:
        return True
    if value == "false" or value is False:
        return False
    raise Refused(WRONG_TYPE, f"{called(value)} is not true or false", "write `true` or `false`")


def text_of(value: object) -> str:
    """A text in Unicode NFC, otherwise as it was written (semantics 72)."""
    if not isinstance(value, str):
        raise Refused(WRONG_TYPE, f"{called(value)} stands where a text belongs", "write it in quotes")
    if len(value) > LONGEST_TEXT:
        raise Refused(TOO_LARGE, f"a text of {len(value):,} characters", f"a text may have {LONGEST_TEXT:,}")
    if value.isascii():
        return value
    if any("\ud800" <= mark <= "\udfff" for mark in value):
        raise Refused(BAD_TEXT, "a character of the text is half of one (a lone surrogate)", "write the text as UTF-8")
    return normalize("NFC", value)


def _choice_reader(field: Field) -> ValueReader:
    """`renamed` leads old choices to new ones; to nothing that is declared: not known, with a note (semantics 67)."""
    known: dict[object, str] = {choice: choice for choice in field.type.choices}
    known.update((old, new) for old, new in field.renamed if new in field.type.choices and old not in known)
    retired = {old for old, new in field.renamed} - known.keys()

    def read(value: object) -> str:
        try:
            return known[value]
        except (KeyError, TypeError):
            if isinstance(value, str) and normalize("NFC", value) in known:
                return known[normalize("NFC", value)]
            if isinstance(value, str) and value in retired:
                raise NotKnown(
                    f"`{value}` is no longer a choice of `{field.name}`, so it is taken as not known"
                ) from None
            raise _no_such_choice(value, field.type.choices) from None

    return read


def _no_such_choice(value: object, choices: tuple[str, ...]) -> Refused:
    if not isinstance(value, str):
        return Refused(WRONG_TYPE, f"{called(value)} stands where a choice belongs", f"write one of {listed(choices)}")
    near = nearest(value, choices) or next(
        (choice for choice in choices if choice.casefold() == value.strip().casefold()), None
    )
    help = f"did you mean `{near}`?" if near else f"the choices are {listed(choices)}"
    return Refused(NO_SUCH_CHOICE, f"`{shown(value)}` is not one of the choices", help)


def listed(names: tuple[str, ...], at_most: int = 12) -> str:
    """The names in back-ticks, the first few of many."""
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(f"`{name}`" for name in names[:at_most]) + more


def _choices_reader(field: Field) -> ValueReader:
    one = _choice_reader(field)

    def read(value: object) -> frozenset[str]:
        if not isinstance(value, list | tuple):
            raise Refused(
                WRONG_TYPE, f"{called(value)} stands where a list of choices belongs", "write `[…]` around it"
            )
        return frozenset(str(one(item)) for item in value)

    return read


def _number_reader(type: FactType) -> ValueReader:
    """Numbers become integers of the declared scale; for money the currency may be written with it (semantics 70,
    71)."""
    factor = 10**type.scale
    largest = type.largest * factor
    money = type.kind == "money"

    def read(value: object) -> int:
        if isinstance(value, str) and (plain := _plain(value, type.scale)) is not None:
            scaled = plain
        elif isinstance(value, int) and not isinstance(value, bool):
            scaled = value * factor
        elif isinstance(value, str):
            scaled = _scaled(_decimal(_in_currency(value, type.currency) if money else value, value), type.scale, value)
        elif money and isinstance(value, dict):
            return read(_amount(value, type.currency))
        else:
            scaled = _scaled(_fraction(value), type.scale, value)
        if not -largest <= scaled <= largest:
            raise Refused(TOO_LARGE, f"`{shown(value)}` is beyond the largest value {type.largest:,} of this fact")
        return scaled

    return read


def _plain(text: str, scale: int) -> int | None:
    """The quick way for the usual spelling, `120` or `120.00` in ASCII digits; None sends it the careful way."""
    whole, point, fraction = text.partition(".")
    digits = whole.isdigit() and (fraction.isdigit() or not point) and text.isascii()
    if digits and len(fraction) <= scale and len(text) < 20 and (whole[0] != "0" or len(whole) == 1):
        return int(whole + fraction + "0" * (scale - len(fraction)))
    return None


def _fraction(value: object) -> Decimal:
    """A number with a fraction. One of a table or a Python program is what it prints, which its author sees."""
    from decimal import Decimal  # few cases need it, and it takes long to load

    if isinstance(value, Decimal | float):
        return value if isinstance(value, Decimal) else Decimal(repr(value))
    raise Refused(WRONG_TYPE, f"{called(value)} is not a number", "write digits, and a point before a fraction")


def _decimal(text: str, written: object) -> Decimal:
    from decimal import Decimal

    whole, point, fraction = text.removeprefix("-").partition(".")
    plain = whole.isdigit() and (fraction.isdigit() if point else True) and text.isascii()
    if not plain or (whole != "0" and whole[0] == "0"):
        raise Refused(
            WRONG_TYPE, f"{called(written)} is not a number", "write digits, and a point before a fraction: `1250.50`"
        )
    if len(text) > _DIGITS_AT_MOST:
        raise Refused(TOO_LARGE, f"`{shown(written)}` has {len(text)} digits")
    return Decimal(text)


def _scaled(number: Decimal, scale: int, written: object) -> int:
    """The integer of this scale, by shifting digits: no context, hence no rounding."""
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise Refused(WRONG_TYPE, f"`{shown(written)}` is not a number")
    text = "".join(map(str, digits))
    figures = text.rstrip("0")
    exponent += len(text) - len(figures)
    shift = exponent + scale if figures else 0
    if len(figures) + abs(shift) > 2 * _DIGITS_AT_MOST:
        raise Refused(DIGITS if shift < 0 else TOO_LARGE, f"`{shown(written)}` has too many digits")
    value = int(figures or "0")
    if shift >= 0:
        value = int(f"{value}{'0' * shift}")
    else:
        value, rest = divmod(value, int(f"1{'0' * -shift}"))
        if rest:
            kept = f"{scale} digits after the point" if scale else "no digits after the point"
            raise Refused(
                DIGITS,
                f"`{shown(written)}` has more digits than the fact keeps",
                f"the fact keeps {kept}; round it yourself",
            )
    return -value if sign else value


def _in_currency(text: str, currency: str | None) -> str:
    """The number of `120.00 GBP` or `GBP 120.00`; another currency is not known (semantics 70)."""
    words = text.split(" ")
    if len(words) != 2:
        return text
    number, code = (words[1], words[0]) if words[0].isalpha() else (words[0], words[1])
    if len(code) != 3 or not (code.isascii() and code.isupper()):
        return text
    _decimal(number, text)
    _same_currency(code, currency)
    return number


def _amount(value: dict[object, object], currency: str | None) -> object:
    """The amount of `{"amount": "120.00", "currency": "GBP"}`."""
    from decimal import Decimal

    code, amount = value.get("currency"), value.get("amount")
    number = isinstance(amount, int | float | Decimal | str) and not isinstance(amount, bool)
    if value.keys() != {"amount", "currency"} or not isinstance(code, str) or not number:
        raise Refused(
            WRONG_TYPE, "a map stands where an amount belongs", 'write `{"amount": "120.00", "currency": "GBP"}`'
        )
    if len(code) != 3 or not (code.isascii() and code.isupper()):
        raise Refused(WRONG_TYPE, f"`{shown(code)}` is not a currency", "write the three capital letters of ISO 4217")
    if isinstance(amount, str):
        _decimal(amount, amount)
    _same_currency(code, currency)
    return amount


def _same_currency(code: str, currency: str | None) -> None:
    if code != currency:
        raise NotKnown(f"an amount in {code} cannot be compared with {currency}, so it is taken as not known")
