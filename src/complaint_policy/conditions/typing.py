"""What a fact may hold, as far as a condition needs to know it to be checked and kept exact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from complaint_policy.records import dataclass

FactKind = Literal["boolean", "choice", "choices", "number", "money", "text", "date", "moment", "duration"]

RESERVED_WORDS: Final = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "for",
        "if",
        "elif",
        "else",
        "while",
        "true",
        "false",
        "null",
        "inf",
        "nan",
    ]  # words of the grammar
)
"""Names that no fact and no field can have, because a condition reads them as something else."""

_DAYS_AT_MOST: Final = 2_932_897  # 9999-12-31 as a day number, and the nearer 0001-01-01, fit below it
_SECONDS_AT_MOST: Final = 253_402_300_800


@dataclass(frozen=True, slots=True)
class FactType:
    """The declared type of a fact.

    `choices` are the values of a choice, or the members that a set of choices may have, in the order declared.
    `scale` is how many decimal places a number or money keeps (the value 12.5 of scale 2 is the integer 1250).
    `largest` bounds the value either way in units before scaling (a duration: seconds), so that sums stay exact.
    `currency` is the one currency of money (semantics 70). A `moment` is a date and time with an offset.
    """

    kind: FactKind
    choices: tuple[str, ...] = ()
    scale: int = 0
    largest: int = 10**12
    currency: str | None = None

    @property
    def scaled_largest(self) -> int:
        """The largest absolute value as it is stored: money in minor units, a date in days, a moment in seconds."""
        if self.kind == "date":
            return _DAYS_AT_MOST
        if self.kind == "moment":
            return _SECONDS_AT_MOST
        return self.largest * 10**self.scale if self.kind in ("number", "money") else self.largest


Scope: TypeAlias = Mapping[str, tuple[str, FactType]]
"""The names that a condition may write, each with the qualified name of its fact and the fact's type.

A written name is a plain identifier of the file that holds the condition; another file's fact (`uk-fca-disp/eligible`)
is reached by the name under which this file declares or binds it.
"""


def in_words(kind: FactKind) -> str:
    """The kind with its article, as a message says it."""
    return _WORDS[kind]


_WORDS: Final[dict[FactKind, str]] = {
    "boolean": "a boolean",
    "choice": "a choice",
    "choices": "a set of choices",
    "number": "a number",
    "money": "money",
    "text": "a text",
    "date": "a date",
    "moment": "a moment",
    "duration": "a duration",
}
