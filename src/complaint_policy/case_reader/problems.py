"""What can be wrong with a case, and how a reader says so."""

from __future__ import annotations

from complaint_policy.diagnostics import Code
from complaint_policy.records import NamedTuple

SHAPE = Code(
    "CP601",
    "not the shape of a case",
    "A case is a map with `id`, `facts` and `events`; a list, a text or nothing stands where a map belongs, or "
    "the other way round.",
)
UNKNOWN_NAME = Code(
    "CP602",
    "a name that the policy does not know",
    "Facts, events and their fields are declared by the policy. A name that is not declared would be left out of the "
    "evaluation without a word, so it is refused; a slip of the pen is the usual reason.",
)
MISSING = Code(
    "CP603",
    "something required is missing",
    "A case needs an `id`, an event a `type` and an `at`, and the policy may declare facts as required.",
)
WRONG_TYPE = Code(
    "CP604",
    "a value of another type",
    "The policy declares the type of each fact and field; a value of another type is never converted by guessing.",
)
NO_SUCH_CHOICE = Code(
    "CP605",
    "not one of the choices",
    "A fact that is one of several choices holds one of those, written exactly alike. A policy that gives up a choice "
    "lists it under `renamed`, so that older cases are still read (semantics 67).",
)
DIGITS = Code(
    "CP606",
    "more digits than the fact has",
    "A number is kept with the digits that its fact declares and is never rounded (semantics 71).",
)
TOO_LARGE = Code(
    "CP607",
    "larger than allowed",
    "Facts have a declared largest value, and texts, lists and cases a largest size, so that arithmetic stays "
    "exact and "
    "one damaged record cannot stop a run.",
)
BAD_MOMENT = Code(
    "CP608",
    "not a moment with an offset",
    "A moment is written `2026-04-02T16:40:00+01:00`. Without an offset from UTC it could be any of 26 hours.",
)
BAD_DATE = Code(
    "CP609",
    "not a date",
    "A date is written year-month-day and must exist in the calendar.",
)
TWO_CONTENTS = Code(
    "CP610",
    "one event id with two contents",
    "The same event may be delivered twice and counts once; two different events with one id mean that something was "
    "overwritten (semantics 79).",
)
RECORDED_EARLY = Code(
    "CP611",
    "recorded before it happened",
    "`recorded_at` says when somebody wrote down what happened at `at`, so it cannot be the earlier of the two "
    "(semantics 5).",
)
WITHDRAWAL = Code(
    "CP612",
    "nothing to withdraw",
    "`entry_withdrawn` names the `id` of the event that it takes back; only an event whose id was written can be named "
    "(semantics 79).",
)
BAD_TEXT = Code(
    "CP613",
    "a text that cannot be kept",
    "A text holds a character that is half of one (a lone surrogate), or a control character where a name belongs.",
)
NOT_SHARED = Code(
    "CP681",
    "an event of one complaint among those of many",
    "Among events that several complaints share stand only those whose kind the policy declares with `shared_by`, each"
    " with the value by which it finds its cases (semantics 116). What is true of one complaint stands in its case.",
)


class Problem(NamedTuple):
    """One mistake in a case: `path` says where in the case, as its author would (`facts.amount_claimed`,
    `events[2].at`)."""

    code: Code
    path: str
    message: str
    help: str = ""


class Refused(Exception):
    """A value cannot be read; whoever asked for it knows the path and makes a `Problem` of it."""

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class NotKnown(Exception):
    """The value is understood but says nothing that the policy can use: not known, with a note (semantics 67, 70)."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


def number_of(number: int, noun: str) -> str:
    """`1 case`, `1,200 cases`: a number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shown(value: object) -> str:
    """The value as its author wrote it, near enough, and short enough for a message."""
    text = {True: "true", False: "false", None: "null"}[value] if isinstance(value, bool | None) else str(value)
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def called(value: object) -> str:
    """What an author would call a value of this kind."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{shown(value)}`"
    if isinstance(value, str):
        return f"the text `{shown(value)}`" if value else "an empty text"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a map"
    return f"`{shown(value)}`"
