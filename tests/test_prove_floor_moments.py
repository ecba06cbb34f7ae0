"""The starts at which `prove --floor` looks tell of every start, and the worst that it takes of pauses is the worst."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.counting import prepare
from complaint_policy.clocks.data import DEFAULT_COUNTING, AtEvent, Counting, Due, Happens, Length, Limit, Pause
from complaint_policy.clocks.pauses import PauseSpan
from complaint_policy.clocks.running import running
from complaint_policy.evaluation.engine import prepare as engine_of
from complaint_policy.policy.model import Duty, Pack, Policy
from complaint_policy.records import replace
from complaint_policy.rollout.proof.floor.moments import NEVER, Clocks, points_of
from complaint_policy.rollout.proof.floor.stops import ways_of
from complaint_policy.rollout.proof.results import Horizon
from tests.clock_examples import DAY, STARTS, calendar, calendars, countings, lengths, opened, zone

UNITS = ("hours", "business_hours", "days", "business_days", "weeks", "months")
SPAN = 5 * DAY
RECEIVED = AtEvent("received")
PLAIN = calendar()


def clocks_of(horizon: Horizon, *held: Calendar) -> Clocks:
    named = tuple(replace(one, name=str(place)) for place, one in enumerate(held))
    zones = {one.zone: zone(one.zone) for one in held}
    pack = (Pack("p", "p", "1"),)
    policy = Policy("p", "p", "1", "", "0", "", pack, tuple(zones.values()), named, (), ())
    return Clocks(engine_of(policy), horizon)


@settings(max_examples=30)
@given(calendars(), calendars(), lengths(*UNITS), lengths(*UNITS), countings(), countings(), STARTS)
def test_the_greatest_and_least_difference_of_two_clocks_lie_on_the_points(
    one: Calendar, other: Calendar, first: Length, second: Length, ours: Counting, law: Counting, since: int
) -> None:
    horizon = Horizon(since, since + SPAN)
    clocks = clocks_of(horizon, one, other)
    pair = (Limit(RECEIVED, first, "0", ours), Limit(RECEIVED, second, "1", law))

    def apart(moment: int) -> int | None:
        late = [clocks.late_from(limit, moment) for limit in pair]
        return None if NEVER in late else late[0] - late[1]

    points = points_of([clocks.breaks(limit) for limit in pair], horizon)
    for limit in pair:
        row = clocks.late_row(limit, points, is_day=False, suspended=())
        assert row == [clocks.late_from(limit, point) for point in points]
    told = [one for one in map(apart, points) if one is not None]
    minutes = [one for one in map(apart, range(since, since + SPAN, 120)) if one is not None]
    if minutes:
        assert min(told) <= min(minutes)
        assert max(told) >= max(minutes)


# --- pauses -----------------------------------------------------------------------------------------------------------

ASKED, ANSWERED = Happens("asked"), Happens("answered")
UNCAPPED = Pause(ASKED, ANSWERED)


def duty(due: Due, *pauses: Pause) -> Duty:
    return Duty("d", "", "requirements", "must", due=due, pauses=pauses)


def late(limit: Limit, start: int, pauses: list[PauseSpan]) -> int:
    found = running(start, False, prepare(limit.length, limit.counting, opened(PLAIN)), pauses, (), (), lambda at: True)
    assert found.due is not None
    return found.due.late_from


def spans(start: int, rule: Pause, most: int) -> list[list[PauseSpan]]:
    """Every pause, and every two apart, that begins and ends at noon of one of the days after a start."""
    noon = start - start % DAY + DAY // 2
    days = [noon + place * DAY for place in range(most)]
    single = [PauseSpan(begin, end, rule) for begin, end in combinations(days, 2) if begin >= start]
    pairs = [[one, two] for one, two in combinations(single, 2) if (one.to_at or 0) < two.from_at]
    return [[], *([one] for one in single), *pairs[:: max(1, len(pairs) // 20)]]


SMALL = lengths("days", "business_days", most=4)


@settings(max_examples=25)
@given(SMALL, st.integers(0, 3), st.sampled_from(("days", "business_days")), STARTS)
def test_no_pause_within_its_cap_makes_a_clock_later_than_the_bound(
    length: Length, cap: int, unit: str, since: int
) -> None:
    rule = replace(UNCAPPED, at_most=Length(cap, unit))  # type: ignore[arg-type] - one of the two
    limit = Limit(RECEIVED, length, "0", DEFAULT_COUNTING)
    ways = [way for way in ways_of(duty(limit, rule), duty(limit), lambda a, b: a == b) if way.paused]
    assert ways
    bounds = []
    for way in ways:
        assert way.ours is not None
        longest = way.ours(limit)
        assert isinstance(longest, Limit)
        bounds.append(late(longest, since, []))
    assert max(late(limit, since, some) for some in spans(since, rule, 8)) <= max(bounds)


@settings(max_examples=25)
@given(SMALL, lengths("days", "weeks", most=6), st.integers(0, 2), st.integers(0, 2), STARTS)
def test_what_is_no_worse_in_any_way_is_no_worse_with_any_pause_of_both(
    mine: Length, theirs: Length, ours_cap: int, law_cap: int, since: int
) -> None:
    """Both clocks stand still by the same events, each as long as its own cap lets it."""
    here, there = (replace(UNCAPPED, at_most=Length(cap, "days")) for cap in (ours_cap, law_cap))
    ours, law = (Limit(RECEIVED, length, "0", DEFAULT_COUNTING) for length in (mine, theirs))
    for way in ways_of(duty(ours, here), duty(law, there), lambda a, b: a == b):
        assert way.ours is not None
        assert way.law is not None
        longest, allowed = way.ours(ours), way.law(law)
        assert isinstance(longest, Limit)
        assert isinstance(allowed, Limit)
        if late(longest, since, []) > late(allowed, since, []):
            return  # told as worse, or at least not as kept
    for some in spans(since, here, 8):
        both = [one._replace(rule=there) for one in some]
        assert late(ours, since, some) <= late(law, since, both)
