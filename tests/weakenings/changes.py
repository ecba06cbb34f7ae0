"""Each way in which an organisation may promise a little less than the law asks, and as much or more in other words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from complaint_policy.clocks.data import (
    AtEvent,
    ByFact,
    Dated,
    Due,
    Earliest,
    Every,
    Extension,
    Fallback,
    FirstOf,
    Happens,
    LastOf,
    Latest,
    Length,
    Limit,
    Pause,
    Unit,
)
from complaint_policy.conditions.syntax import IsTrue, Not
from complaint_policy.policy.lengths import in_words
from complaint_policy.policy.model import Duty
from tests.weakenings.organisation import OWN, Organisation
from tests.weakenings.sampling import FIRST
from tests.weakenings.writing import Map, plain

Kind = Literal[
    "a unit more",
    "more in another unit",
    "a pause more",
    "a longer pause",
    "a longer extension",
    "fewer working days",
    "another zone",
    "another start",
    "a later start",
    "a later stand-in",
    "switched off",
    "left to the law for some",
    "other words",
    "a unit less",
    "more working days",
    "no pause",
    "no extension",
    "an earlier start",
    "a second limit",
]
WEAKER: tuple[Kind, ...] = (
    "a unit more",
    "more in another unit",
    "a pause more",
    "a longer pause",
    "a longer extension",
    "fewer working days",
    "another zone",
    "another start",
    "a later start",
    "a later stand-in",
    "switched off",
)
"""Kinds meant to be weaker; whether each is, evaluated cases tell. The others are meant to be as strict or stricter."""

PAUSED = Pause(Happens("feedback_requested"), Happens("feedback_received"))
LATER = AtEvent("acknowledged")
LEFT_OUT = "left_to_another_team"


class Change(NamedTuple):
    """An organisation in which one duty is changed. words: what it promises now."""

    kind: Kind
    duty: str
    words: str
    organisation: Organisation

    @property
    def is_weaker(self) -> bool:
        """Whether it was made to be weaker."""
        return self.kind in WEAKER


def changes_of(base: Organisation) -> Iterator[Change]:
    """Every change of every duty, one at a time."""
    for place, duty in enumerate(base.duties):
        for kind, words, changed, more in _of_duty(duty, base):
            duties = (*base.duties[:place], changed, *base.duties[place + 1 :])
            yield Change(kind, duty.id, words, replace(base, duties=duties, **more))


Found = Iterator[tuple[Kind, str, Duty, Map]]
Leaf = Limit | Every
Put = Callable[[Leaf | Due], Due]


def _itself(one: Leaf | Due) -> Due:
    return one


def leaves(due: Due, put: Put = _itself) -> Iterator[tuple[Leaf, Put]]:
    """Each period in a clock, and what makes the clock with another in its place."""
    match due:
        case Limit() | Every():
            yield due, put
        case Earliest(items) | Latest(items):
            for place, one in enumerate(items):
                yield from leaves(one, _within(due, "items", place, (), put))
        case ByFact(_, cases, otherwise):
            for place, (label, one) in enumerate(cases):
                yield from leaves(one, _within(due, "cases", place, (label,), put))
            if otherwise is not None:
                yield from leaves(otherwise, lambda new: put(replace(due, otherwise=new)))
        case Dated(_, entries):
            for place, (since, text) in enumerate(entries[: _in_time(entries)]):
                if text is not None:
                    yield from leaves(text, _within(due, "entries", place, (since,), put))


def _within(due: Due, name: str, place: int, key: tuple[Any, ...], put: Put) -> Put:
    """What puts another clock at a place of a list of a clock; `key` is what stands before it there."""
    held: tuple[Any, ...] = getattr(due, name)

    def changed(new: Leaf | Due) -> Due:
        item = (*key, new) if key else new
        changes: Map = {name: (*held[:place], item, *held[place + 1 :])}
        return put(replace(due, **changes))

    return changed


def _in_time(entries: tuple[tuple[int | None, Due | None], ...]) -> int:
    """How many texts, newest first, are in force at some moment that is spoken of."""
    begun = (place + 1 for place, (since, _) in enumerate(entries) if since is None or since <= FIRST)
    return next(begun, len(entries))


def _of_duty(duty: Duty, base: Organisation) -> Found:
    assert duty.due is not None, "only what has a due moment is compared"
    if not any(True for _ in leaves(duty.due)):  # law that was replaced before the years that are spoken of
        return
    for leaf, put in leaves(duty.due):
        week = _open_days(base, OWN + plain(leaf.calendar))
        for kind, words, changed, more in (*_lengths(leaf, week), *_calendars(leaf, base), *_starts(leaf)):
            yield kind, words, replace(duty, due=put(changed)), more
    if not any(isinstance(leaf, Every) for leaf, _ in leaves(duty.due)):
        yield from _stops(duty)
    yield from _whom(duty, base)
    yield from _equal(duty)


# --- how long ---------------------------------------------------------------------------------------------------------

Changed = Iterator[tuple[Kind, str, Leaf, Map]]


def _open_days(base: Organisation, name: str) -> int:
    """On how many days of the week a calendar may be open."""
    held = base.calendars.get(name, {})
    if "by" in held:
        return max(_open_days(base, one) for one in held["calendars"].values())
    return 6 if "mon-sat" in (held.get("open_days"), *held.get("hours", {})) else 5


def _lengths(leaf: Leaf, week: int) -> Changed:
    """week: the business days of one."""
    number, unit = leaf.length.number, leaf.length.unit
    more = Length(number + 1, unit)
    if unit == "weeks":
        more = Length(7 * number + 1, "days")
    yield "a unit more", in_words(more), replace(leaf, length=more), {}
    for other in _longer_elsewhere(number, unit, week):
        yield "more in another unit", in_words(other), _in_unit(leaf, other), {}
    if number > 1:
        less = Length(number - 1, unit)
        yield "a unit less", in_words(less), replace(leaf, length=less), {}
    same: Mapping[str, tuple[int, Unit]] = {"weeks": (7, "days"), "years": (12, "months")}
    if unit in same:
        factor, other_unit = same[unit]
        told = Length(number * factor, other_unit)
        yield "other words", in_words(told), replace(leaf, length=told), {}


def _longer_elsewhere(number: int, unit: Unit, week: int) -> Iterator[Length]:
    """In another unit, longer from some day on at least: the fewest for which that is so wherever holidays lie."""
    match unit:
        case "business_days":
            yield Length(7 * (number // week) + number % week + 1, "days")
        case "days" | "weeks":
            days = number * (7 if unit == "weeks" else 1)
            yield Length(days * week // 7 + 1, "business_days")
        case "months" | "years":
            months = number * (12 if unit == "years" else 1)
            yield Length(-(-months * 1461 // 48), "days")  # more than the shortest so many months, not than the longest
        case "hours":
            yield Length(number // 24 + 1, "days")
        case "business_hours":
            yield Length(number // 8 + 1, "business_days")


def _in_unit(leaf: Leaf, length: Length) -> Leaf:
    """Options that mean nothing for the other unit are left out."""
    counting = leaf.counting
    if length.unit in ("business_days", "business_hours"):
        counting = replace(counting, if_closed="stays", month_end="clamp", zero="start_day")
    if leaf.length.unit in ("months", "years"):
        counting = replace(counting, month_end="clamp")
    if leaf.length.unit in ("hours", "business_hours"):
        counting = replace(counting, over_dst="elapsed", full_budget="at_closing")
    return replace(leaf, length=length, counting=counting)


# --- by which calendar ------------------------------------------------------------------------------------------------


def _calendars(leaf: Leaf, base: Organisation) -> Changed:
    name = OWN + plain(leaf.calendar)
    if name not in base.calendars:
        return
    business = leaf.length.unit in ("business_days", "business_hours") or leaf.counting.if_closed == "next_open"
    if business:
        fewer = dict(base.calendars) | _all(base, name, _fewer_days)
        yield "fewer working days", "open from Monday to Thursday", leaf, {"calendars": fewer}
        more = dict(base.calendars) | _all(base, name, _more_days)
        if leaf.counting.if_closed == "stays" and _open_days(base, name) < 6:
            yield "more working days", "open on every day but Sunday, no holidays", leaf, {"calendars": more}
    if leaf.length.unit != "hours":
        west = dict(base.calendars) | _all(base, name, lambda held: held | {"zone": "Pacific/Pago_Pago"})
        yield "another zone", "the zone of Pago Pago", leaf, {"calendars": west}


def _all(base: Organisation, name: str, change: Callable[[Map], Map]) -> dict[str, Map]:
    """The calendar changed; of a choice, all that it may come to."""
    held = base.calendars[name]
    if "by" not in held:
        return {name: change(held)}
    return {one: change(base.calendars[one]) for one in dict.fromkeys(held["calendars"].values())}


def _fewer_days(held: Map) -> Map:
    rest = {key: one for key, one in held.items() if key not in ("hours", "open_days")}
    return rest | {"hours": {"mon-thu": "09:00-17:00"}}


def _more_days(held: Map) -> Map:
    return {"zone": held["zone"], "hours": {"mon-sat": "09:00-17:00"}}


# --- from when --------------------------------------------------------------------------------------------------------


def _starts(leaf: Leaf) -> Changed:
    if leaf.start != LATER:
        yield "another start", "from acknowledged", replace(leaf, start=LATER), {}
        last = LastOf((leaf.start, LATER), (None, None))
        yield "a later start", "from the last, acknowledged too", replace(leaf, start=last), {}
        yield "an earlier start", "from the first, acknowledged too", replace(leaf, start=_first(leaf, LATER)), {}


def _first(leaf: Leaf, other: AtEvent) -> FirstOf:
    items = leaf.start.items if isinstance(leaf.start, FirstOf) else (leaf.start,)
    return FirstOf((*items, other))


# --- what stops it ----------------------------------------------------------------------------------------------------


def _stops(duty: Duty) -> Found:
    capped = replace(PAUSED, each_at_most=Length(5, "days"))
    yield "a pause more", "a pause of at most 5 days", replace(duty, pauses=(*duty.pauses, capped)), {}
    for place, pause in enumerate(duty.pauses):
        rest = (*duty.pauses[:place], *duty.pauses[place + 1 :])
        yield "no pause", f"no pause upon {pause.starts.event}", replace(duty, pauses=rest), {}
        for words, longer in _longer_pauses(pause):
            yield "a longer pause", words, replace(duty, pauses=(*duty.pauses[:place], longer, *rest[place:])), {}
    for place, one in enumerate(duty.longer):
        others = (*duty.longer[:place], *duty.longer[place + 1 :])
        yield "no extension", f"no extension upon {one.upon.event}", replace(duty, longer=others), {}
        for words, more in _longer_extensions(one):
            changed = replace(duty, longer=(*duty.longer[:place], more, *others[place:]))
            yield "a longer extension", words, changed, {}
    if duty.fallback is not None and not duty.fallback.until_start:
        until = replace(duty, fallback=replace(duty.fallback, until_start=True))
        yield "a later stand-in", "the fallback counts only until the start", until, {}
    elif isinstance(duty.due, Limit) and isinstance(duty.due.start, AtEvent) and duty.due.start != LATER:
        for until_start in (True, False):
            later = replace(duty.due, start=LATER)
            standing = replace(duty, due=later, fallback=Fallback(duty.due, until_start=until_start))
            kind: Kind = "a later start" if until_start else "other words"
            words = "until the start" if until_start else "at the latest"
            yield kind, f"from acknowledged, {words} as the law counts", standing, {}


def _longer_pauses(pause: Pause) -> Iterator[tuple[str, Pause]]:
    for name in ("at_most", "each_at_most"):
        cap: Length | None = getattr(pause, name)
        if cap is not None:
            changes: Map = {name: Length(cap.number + 1, cap.unit)}
            yield f"{name} {in_words(changes[name])}", replace(pause, **changes)
    if pause.only_beyond is not None and pause.only_beyond.number:
        less = Length(pause.only_beyond.number - 1, pause.only_beyond.unit)
        yield f"only beyond {in_words(less)}", replace(pause, only_beyond=less)
    if pause.end_days == "in":
        yield "end_days: out", replace(pause, end_days="out")
    if pause.when is not None:
        yield "whatever the case", replace(pause, when=None)


def _longer_extensions(one: Extension) -> Iterator[tuple[str, Extension]]:
    for name in ("to", "by", "at_most"):
        length: Length | None = getattr(one, name)
        if length is not None:
            changes: Map = {name: Length(length.number + 1, length.unit)}
            yield f"{name} {in_words(changes[name])}", replace(one, **changes)
    if one.ground is not None:
        yield "without a ground", replace(one, ground=None)


# --- to whom ----------------------------------------------------------------------------------------------------------


def _whom(duty: Duty, base: Organisation) -> Found:
    facts = {"facts": dict(base.facts) | {LEFT_OUT: " {type: boolean, default: false}"}}
    if duty.when is None:
        yield "left to the law for some", f"not if {LEFT_OUT}", replace(duty, when=Not(IsTrue(LEFT_OUT))), facts
    if duty.off_when is None:
        yield "switched off", "upon feedback_received", replace(duty, off_when=Happens("feedback_received")), {}


def _equal(duty: Duty) -> Found:
    assert duty.due is not None, "only what has a due moment is compared"
    if isinstance(duty.due, Limit):
        longer = replace(duty.due, length=Length(duty.due.length.number + 3, duty.due.length.unit))
        yield (
            "a second limit",
            "the earlier of it and a longer one",
            replace(duty, due=Earliest((duty.due, longer))),
            {},
        )
