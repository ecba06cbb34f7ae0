"""Random calendars in six zones, with clock changes, holidays that become known late, and holidays taken back."""

from __future__ import annotations

from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar, CalendarChoice, Holiday, Window
from tests.strategies.building import calendar, day, moment

ZONES = (
    *("Europe/London", "America/New_York", "Australia/Sydney"),
    *("Europe/Dublin", "Europe/Vienna", "Australia/Perth"),
)
HOUR = 3600
PATTERNS: tuple[tuple[Window, ...], ...] = (
    ((9 * HOUR, 17 * HOUR),),
    ((9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR + 1800)),
    ((0, 2 * HOUR),),
    ((8 * HOUR, 20 * HOUR),),
)
HOLIDAYS = ("2026-03-20", "2026-03-30", "2026-04-01", "2026-04-03", "2026-04-06", "2026-04-13", "2026-05-04")
KNOWN_FROM = (None, None, moment("2026-03-25T12:00"), moment("2026-04-02T00:00"))


@st.composite
def calendars(draw: st.DrawFn, name: str, zone: str = "") -> Calendar:
    workdays = draw(st.sampled_from(PATTERNS))
    saturday = draw(st.sampled_from([(), (), workdays, PATTERNS[2]]))
    return calendar(
        name,
        zone or draw(st.sampled_from(ZONES)),
        draw(holidays()),
        (workdays,) * 5 + (saturday, ()),
        years=("2025-01-01", draw(st.sampled_from(["2029-12-31"] * 6 + ["2026-04-20"]))),
        closing_instant=draw(st.sampled_from(["shut", "shut", "open"])),
    )


@st.composite
def holidays(draw: st.DrawFn) -> list[Holiday]:
    found = []
    for text in draw(st.lists(st.sampled_from(HOLIDAYS), max_size=4, unique=True)):
        known_from = draw(st.sampled_from(KNOWN_FROM))
        found.append(Holiday(day(text), "holiday", known_from))
        if known_from is None and draw(st.integers(0, 3)) == 0:
            found.append(Holiday(day(text), "withdrawn", draw(st.sampled_from(KNOWN_FROM)), withdrawn=True))
    return found


@st.composite
def calendar_sets(draw: st.DrawFn, keys: list[tuple[str, tuple[str, ...]]]) -> list[Calendar | CalendarChoice]:
    """Two calendars, and perhaps a choice between them by one of the facts `keys`, which may be the default (19)."""
    found: list[Calendar | CalendarChoice] = [draw(calendars("first")), draw(calendars("second"))]
    if keys and draw(st.integers(0, 2)) == 0:
        fact, values = draw(st.sampled_from(keys))
        found.insert(draw(st.sampled_from([0, 2])), CalendarChoice("either", fact, ((values[0], "first"),), "second"))
    return found
