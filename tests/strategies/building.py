"""Short ways to write policies, calendars and cases in tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from complaint_policy.calendars.data import Calendar, Holiday, Window, Zone
from complaint_policy.case import Case, Event, EventType, FactChange, Field, Withdrawal
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.model import Duty, Fact, Pack, Policy

EPOCH = date(1970, 1, 1)
WORKING_HOURS: Window = (9 * 3600, 17 * 3600)
TEXT = FactType("text")
PART = Field("part", FactType("choice", ("a", "b")))
"""Which part of the complaint an event concerns."""

EVENT_FIELDS: dict[str, tuple[Field, ...]] = {
    "acknowledged": (PART,),
    "information_requested": (PART,),
    "information_received": (PART,),
    "update_sent": (PART,),
    "offer_rejected": (PART,),
    "deadlock_declared": (PART,),
    "received": (Field("topic", FactType("choice", ("card", "loan"))),),
    "escalated": (Field("tier", TEXT), Field("reason", TEXT)),
    "holding_response": (Field("promised_on", FactType("date")), Field("written", FactType("boolean")), PART),
    "final_response": (
        Field("written", FactType("boolean")),
        Field("outcome", FactType("choice", ("upheld", "rejected"))),
    ),
}
EVENTS = (
    "received",
    "acknowledged",
    "information_requested",
    "information_received",
    "update_sent",
    "holding_response",
    "final_response",
    "offer_rejected",
    "deadlock_declared",
    "escalated",
    "referred",
    "reopened",
    "closed",
)
EVENT_TYPES = tuple(EventType(name, EVENT_FIELDS.get(name, ())) for name in EVENTS)


def day(text: str) -> int:
    """`2026-05-01` as a day number."""
    return (date.fromisoformat(text) - EPOCH).days


def moment(text: str, zone: str = "Europe/London") -> int:
    """`2026-05-01T23:00` of the zone in UTC seconds (the first of two); `T24:00` is midnight at the end of the day."""
    if text.endswith("T24:00"):
        return moment((date.fromisoformat(text[:10]) + timedelta(days=1)).isoformat() + "T00:00", zone)
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@lru_cache
def zone_data(name: str, first_year: int = 1995, last_year: int = 2045) -> Zone:
    """The offset changes of a zone, found by asking hour by hour where two days differ."""
    zone = ZoneInfo(name)

    def offset(at: int) -> int:
        there = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
        assert there is not None
        return int(there.total_seconds())

    at, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (first_year, last_year))
    transitions, offsets = [], [offset(at)]
    while at < end:
        if offset(at + 86_400) != offsets[-1]:
            low, high = at, at + 86_400
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            transitions.append(high)
            offsets.append(offset(high))
        at += 86_400
    return Zone(name, tuple(transitions), tuple(offsets))


def calendar(
    name: str = "england",
    zone: str = "Europe/London",
    holidays: Iterable[str | Holiday] = (),
    windows: tuple[tuple[Window, ...], ...] | None = None,
    years: tuple[str, str] = ("2010-01-01", "2035-12-31"),
    **more: Any,
) -> Calendar:
    """Monday to Friday, 09:00 to 17:00, unless said otherwise."""
    hours = windows if windows is not None else (((WORKING_HOURS,),) * 5 + ((),) * 2)
    closed = [holiday if isinstance(holiday, Holiday) else Holiday(day(holiday), "holiday") for holiday in holidays]
    open_days = more.pop("open_days", tuple(bool(one) for one in hours))
    ordered = tuple(sorted(closed, key=lambda holiday: (holiday.day, holiday.withdrawn)))
    return Calendar(name, zone, hours, open_days, ordered, day(years[0]), day(years[1]), **more)


def duty(id: str, due: Any, done_by: Any, **more: Any) -> Duty:
    """A duty of the organisation's own file unless `pack` is given."""
    settings: dict[str, Any] = {"pack": "", "section": "timeframes", "strength": "must", **more}
    return Duty(id=id, due=due, done_by=done_by, **settings)


def policy(*duties: Duty, calendars: Iterable[Any] = (), facts: tuple[Fact, ...] = (), **more: Any) -> Policy:
    """A policy of these duties; the first calendar is the default one."""
    given = tuple(calendars) or (calendar(),)
    zones = tuple(zone_data(name) for name in dict.fromkeys(one.zone for one in given if isinstance(one, Calendar)))
    settings: dict[str, Any] = {"packs": (Pack("test", "Test", "1"),), "events": EVENT_TYPES, **more}
    return Policy(
        id="test",
        title="Test",
        version="1",
        owner="",
        default_calendar=given[0].name,
        open_cases="keep_old",
        zones=zones,
        calendars=given,
        facts=facts,
        duties=duties,
        **settings,
    )


def event(type: str, at: int | str, seq: int = 0, **more: Any) -> Event:
    """An event; a text `at` is London time. `content`, `recorded_at`, `id` and the fields of the type by name."""
    when = moment(at) if isinstance(at, str) else at
    names = [one.name for one in EVENT_FIELDS.get(type, ())] + ["by", "channel", "role"]
    identifier = more.pop("id", f"{type}#{seq}")
    recorded, content = more.pop("recorded_at", when), more.pop("content", None)
    explicit = more.pop("explicit", False)
    values = tuple(more.get(name) for name in names)
    return Event(identifier, type, when, seq, recorded, more.get("by"), content, values, explicit)


def case(
    *events: Event,
    values: tuple[Any, ...] = (),
    changes: tuple[FactChange, ...] = (),
    gone: tuple[Withdrawal, ...] = (),
) -> Case:
    """A case; events are put in order and numbered."""
    ordered = sorted(events, key=lambda one: (one.at, one.seq))
    return Case("C-1", values, tuple(ordered), changes, gone)
