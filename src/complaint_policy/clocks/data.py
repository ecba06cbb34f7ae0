"""What a clock says: where it starts, how long it runs, how days are counted, what stops or lengthens it.

This is the map form of language.md §5 with every name resolved: what the bundle holds and every evaluator reads.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.conditions.syntax import Condition
from complaint_policy.records import dataclass

Unit = Literal["hours", "business_hours", "days", "business_days", "weeks", "months", "years"]


@dataclass(frozen=True, slots=True)
class Length:
    """A period: `Length(8, "weeks")`. `number` is not negative."""

    number: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Counting:
    """How a period is counted; every default is language.md §5's. The keys of a limit and of a named counting profile.

    first_day: whether the start date is day 1 (semantics 11, 12).
    last_day: whether the last of the counted days is the due day; `excluded`, the counted days lie wholly between the
        start and the due day: clear days (semantics 99).
    includes: `two_business_days`: a period of two days or more ends no earlier than its second business day (99).
    ends: `end_of_day` for days and longer, `close_of_business`, `same_time`; hours always end to the second.
    limit: `by` includes the due day or moment, `before` ends just before it (semantics 3).
    if_closed: `next_open` rolls a due day once to the next open day, never for hours (semantics 18).
    month_end: no such day in the target month: `clamp` to its last day, or `error` (the due is not told, a finding
        says why). `sticks` clamps, and leads from the last day of a month to the last day of one (semantics 99).
    received_late: `next_open` deems a start on a closed day, or at or after closing, received at the next opening
        (semantics 14, 82).
    closed_start: a start date that is closed: `as_it_is` counts from it, `next_open_day` moves it first (time of
        day not considered).
    time_of_day: for `same_time` when the time lies outside the due day's hours: `kept`, `rolled` to the next
        opening, or `reset` to the due day's opening always.
    zero: length 0 in days ends with the `start_day` (semantics 22), or with the first open day from it on
        (`next_open_day`).
    full_budget: business hours used up exactly at a closing fall due `at_closing` (semantics 16) or `at_next_opening`.
    over_dst: hours run `elapsed` (semantics 17) or by the `wall` clock.
    stated_time: closing and opening, where they are a cut-off, are times of the `wall` clock or `standard` time (99).
    pause_counts: a pause takes out the clock's own countable time (`clock`), or moves the due moment by its `wall`
        length.
    """

    first_day: Literal["excluded", "included"] = "excluded"
    last_day: Literal["included", "excluded"] = "included"
    includes: Literal["any_days", "two_business_days"] = "any_days"
    ends: Literal["end_of_day", "close_of_business", "same_time"] = "end_of_day"
    limit: Literal["by", "before"] = "by"
    if_closed: Literal["stays", "next_open"] = "stays"
    month_end: Literal["clamp", "error", "sticks"] = "clamp"
    received_late: Literal["same_day", "next_open"] = "same_day"
    closed_start: Literal["as_it_is", "next_open_day"] = "as_it_is"
    time_of_day: Literal["kept", "rolled", "reset"] = "kept"
    zero: Literal["start_day", "next_open_day"] = "start_day"
    full_budget: Literal["at_closing", "at_next_opening"] = "at_closing"
    over_dst: Literal["elapsed", "wall"] = "elapsed"
    stated_time: Literal["wall", "standard"] = "wall"
    pause_counts: Literal["clock", "wall"] = "clock"


DEFAULT_COUNTING = Counting()


# --- what happens -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happens:
    """An event of this type, with `where` (a condition on its fields) if given and `content` if it must hold items
    to count.

    content_if: items that it must hold if a condition on facts is true at its moment (semantics 112).
    other_than: it must be done by another person than every event of this type before it (semantics 113).
    """

    event: str
    where: Condition | None = None
    content: tuple[str, ...] = ()
    content_if: tuple[tuple[str, Condition], ...] = ()
    other_than: str | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A duty was met: as a start its first valid completion, late or not (semantics 20); elsewhere, met in time."""

    duty: str


@dataclass(frozen=True, slots=True)
class Late:
    """A duty is late: from its `late_from` on, while it was neither complete nor paused (semantics 3, 57, 76)."""

    duty: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The first of these to happen."""

    items: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these, at the moment of the last."""

    items: tuple[Happening, ...]


Happening: TypeAlias = Happens | Met | Late | AnyOf | AllOf


# --- where a clock starts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AtEvent:
    """The first event (by `at`) of this type that satisfies `where` (semantics 25)."""

    event: str
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class AtMet:
    """The first valid completion of another duty, late or not (semantics 20)."""

    duty: str


@dataclass(frozen=True, slots=True)
class AtDue:
    """The due moment of another duty as it stands, rolled and extended (semantics 20)."""

    duty: str


@dataclass(frozen=True, slots=True)
class AtLate:
    """The moment at which another duty became late, or may have (semantics 57): what a miss gives rise to."""

    duty: str


@dataclass(frozen=True, slots=True)
class AtDate:
    """The date that a fact gives: a whole local day (semantics 23)."""

    fact: str


@dataclass(frozen=True, slots=True)
class AtMoment:
    """The moment that a fact gives, such as the end of a treatment (semantics 102)."""

    fact: str


@dataclass(frozen=True, slots=True)
class EndOf:
    """The last day of the week, month, quarter, half year or year that a start falls in: a whole local day (N10)."""

    period: Literal["week", "month", "quarter", "half_year", "year"]
    of: Start


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The earliest of those that have happened."""

    items: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class LastOf:
    """The last of all: not started until each has happened, but for members whose `only_if` is known to be false
    (semantics 27).

    `only_if[i]` belongs to `items[i]`; None means always needed.
    """

    items: tuple[Start, ...]
    only_if: tuple[Condition | None, ...]


Start: TypeAlias = AtEvent | AtMet | AtDue | AtLate | AtDate | AtMoment | EndOf | FirstOf | LastOf


# --- when something is due --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """A period from a start: `{start: received, length: 8 weeks, …}`. `calendar` names a Calendar or a
    CalendarChoice.
    """

    start: Start
    length: Length
    calendar: str
    counting: Counting = DEFAULT_COUNTING


@dataclass(frozen=True, slots=True)
class Before:
    """At least a period before a start, counted back from it (`{length: 7 days, before: hearing}`), or just before it
    (`length` None). Not started until that is there, or known (semantics N9).
    """

    until: Start
    length: Length | None
    calendar: str
    counting: Counting = DEFAULT_COUNTING


@dataclass(frozen=True, slots=True)
class Cycles:
    """The day on which so many complete cycles have run from a start, after the rest of the one under way (semantics
    24).

    A cycle closes at each event of type `event`, or on the day of the month that the number fact `day` tells: one of
    the two. While too few closes have happened, or that day is not known, it runs without a due moment.
    """

    start: Start
    number: int
    event: str | None
    day: str | None
    calendar: str
    counting: Counting = DEFAULT_COUNTING


@dataclass(frozen=True, slots=True)
class OnDate:
    """A fixed local date of the calendar's zone (`{date: 2026-07-29}`), to its end or close of business."""

    day: int
    calendar: str
    counting: Counting = DEFAULT_COUNTING


@dataclass(frozen=True, slots=True)
class ByField:
    """The date or moment that a field of the latest such event promises (`{field: holding_response.promised_on}`)."""

    event: str
    field: str
    calendar: str
    counting: Counting = DEFAULT_COUNTING


@dataclass(frozen=True, slots=True)
class Promptly:
    """No number: running until attested by its event (semantics 73, 92)."""

    start: Start


@dataclass(frozen=True, slots=True)
class Earliest:
    """The item whose `late_from` is earliest; on a tie the first written (semantics 10). Items not started are
    passed over.
    """

    items: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Latest:
    """The item whose `late_from` is latest; not started until every item has started."""

    items: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class ByFact:
    """A table of clocks by a choice or boolean fact or a decision (`{by: severity, values: {…}}`); booleans are
    `true`/`false`.

    An unknown key means every possible label's clock (semantics 51).
    """

    fact: str
    cases: tuple[tuple[str, Due], ...]
    otherwise: Due | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A value that changed, newest first; the last entry may have no `since` (semantics 64, 65).

    `law_of`: whose day decides: `start` of the clock, an event's name (such as `received`), `completion`, or
        `evaluation`
    (the text as known at as_of). `entries` pairs the moment from which a text is in force (None: always before)
    with the clock, or with None where there was no such duty.
    """

    law_of: str
    entries: tuple[tuple[int | None, Due | None], ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again: the next is due `length` after the last completion, or after the missed due moment
    (semantics 46, 47).

    The first runs from `start`. `counted_from` `start` makes a fixed grid. `while_open`: ends when the case closes.
    """

    start: Start
    length: Length
    calendar: str
    counting: Counting = DEFAULT_COUNTING
    counted_from: Literal["completion", "start"] = "completion"
    while_open: bool = True


Due: TypeAlias = Limit | Before | Cycles | OnDate | ByField | Promptly | Earliest | Latest | ByFact | Dated | Every


# --- what stops or lengthens it ---------------------------------------------------------------------------------------


EndDays: TypeAlias = Literal["in", "out", "first_out", "last_out"]
FIRST_OUT, LAST_OUT = frozenset({"out", "first_out"}), frozenset({"out", "last_out"})
"""The values by which a pause leaves out the day on which it began, and that on which it ended."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A clock stops from an event to an event (semantics 30-35); `when` must be known true at the pause's start.

    at_most: total over the case; each_at_most: of one pause; only_beyond: only the excess over this wait is left out;
    end_days: for clocks in days, whether the days on which it began and ended are left out too (`out`), one of them is
        (`first_out`, `last_out`), or both count (`in`).
    Caps in days count local days from the pause's start day; business units use the clock's calendar.
    """

    starts: Happens
    ends: Happens
    when: Condition | None = None
    at_most: Length | None = None
    each_at_most: Length | None = None
    only_beyond: Length | None = None
    end_days: EndDays = "in"


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days on which a statutory clock does not run, first and last both in, for the cases where `when` is true
    (semantics 36).

    `dated`: newest first, the moment from which a text of the suspension is in force (None: always before) and its
        days;
    the text as known at the evaluation moment applies. confidence: how sure the encoding is of its source.
    """

    id: str
    when: Condition | None
    dated: tuple[tuple[int | None, tuple[int, int]], ...]
    citation: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer limit upon an event given before expiry (semantics 37-39). Exactly one of `to`, `by`, `to_date_in`,
    `open` is set.

    ground: must be known true at the event. content: what the event must contain. at_most: cap on the whole length;
    `soft`: what goes beyond it counts all the same, and is a finding. less_than: what the whole length up to a promised
    date must stay below (semantics 100).
    times: how often it may be used. revoked_by: an event that takes it away again.
    """

    upon: Happens
    ground: Condition | None = None
    to: Length | None = None
    by: Length | None = None
    to_date_in: str | None = None
    open: bool = False
    at_most: Length | None = None
    less_than: Length | None = None
    times: int = 1
    revoked_by: str | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Warn:
    """When to warn: at `percent` of the period, or a length `before` the due moment (semantics 21)."""

    percent: int | None = None
    before: Length | None = None


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is due while the start has not come (semantics 28); `until_start` lets the real one be later (a
    finding, not a breach).
    """

    due: Due
    until_start: bool = False


@dataclass(frozen=True, slots=True)
class Floor:
    """How long something must be kept (`at_least`), and how long it may be (`at_most`), from `start` (semantics 13)."""

    start: Start
    calendar: str
    at_least: Length | ByLength | None = None
    at_most: Length | None = None
    counting: Counting = DEFAULT_COUNTING


@dataclass(frozen=True, slots=True)
class ByLength:
    """A length chosen by a choice or boolean fact; unknown: the longest possible floor stands."""

    fact: str
    cases: tuple[tuple[str, Length], ...]
    otherwise: Length | None = None
