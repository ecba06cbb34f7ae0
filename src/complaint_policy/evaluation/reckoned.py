"""What a clock comes to for a case as of a moment: when it is due, or why it is not due at any moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.running import Running
from complaint_policy.evaluation.calendars import LimitClock
from complaint_policy.evaluation.view import View
from complaint_policy.records import NamedTuple

Kind: TypeAlias = Literal["due", "not_started", "not_owed", "open", "beyond", "promptly"]


class Counted(NamedTuple):
    """By which clock a due moment was counted: its start as given, whether that is a local day, and what stopped it.

    closes: the days on which cycles closed, where cycles were counted.
    """

    limit: LimitClock
    start: int
    start_is_day: bool
    running: Running | None
    closes: tuple[int, ...] = ()


class Reckoned(NamedTuple):
    """What a clock comes to as of a view.

    kind: `due` with a due moment; `open` and `promptly` run without one; `beyond` the calendar, or without such a
        day, cannot be told; `not_owed` where no text was in force or the duty it hangs on does not apply.
    start: the moment it started. due: the earliest due moment. latest: the `late_from` that it could still be, None
        without bound.
    text: the label, text or limit that gave it. counted: by which clock, for warnings and the ledger.
    stops: spans in which it stood still. paused_since: the open one. not_before: no breach arises before this
        (semantics 38).
    fallback: the due is that of a clock that has not started (28); with kind `not_started` its miss is no breach
        (`until_start`).
    """

    kind: Kind
    start: int | None = None
    due: DueMoment | None = None
    latest: int | None = None
    text: str = ""
    counted: Counted | None = None
    stops: tuple[tuple[int, int | None], ...] = ()
    paused_since: int | None = None
    not_before: int | None = None
    fallback: bool = False


Reckon: TypeAlias = Callable[[View, "Event | None", "int | None"], Reckoned]
"""Of the occurrence made by an event (or the only one), completed or switched off at a moment (or not): its due."""

NOT_STARTED: Final = Reckoned("not_started")
NOT_OWED: Final = Reckoned("not_owed")


def late_moment(reckoned: Reckoned) -> int | None:
    """The first moment of breach (76): `late_from`, or the end of the pauses that cover it; None while they last."""
    if reckoned.due is None or reckoned.kind != "due":
        return None
    moment = reckoned.due[0]
    if reckoned.not_before is not None and moment < reckoned.not_before:
        moment = reckoned.not_before
    for begin, upto in reckoned.stops:
        if begin <= moment and (upto is None or moment < upto):
            if upto is None:
                return None
            moment = upto
    return moment
