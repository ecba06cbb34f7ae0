"""Pauses, suspensions and extensions, folded in the order of time (semantics 2, 10, 30-39, 76, 77)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.clocks.counting import due_of, prepare
from complaint_policy.clocks.data import Counting, Extension, Happens, Length, Pause, Unit
from complaint_policy.clocks.pauses import PauseSpan, pair
from complaint_policy.clocks.running import ExtensionAct, Running, SuspensionDays, breach_from, running
from tests.clock_examples import DAY, HOUR, STARTS, at, calendar, calendars, day, national, opened, shown
from tests.clock_loops import due_in_business_hours, due_in_days

PLAIN = opened(calendar())
ENGLAND = national("GB", "ENG", "Europe/London")
ASKED, ANSWERED = Happens("information_requested"), Happens("information_received")
START = at("2026-06-01 10:00")  # a Monday


def paused(**options: Any) -> Pause:
    return Pause(ASKED, ANSWERED, **options)


def span(begin: str, end: str | None, rule: Pause | None = None, ground: bool | None = True) -> PauseSpan:
    return PauseSpan(at(begin), None if end is None else at(end), rule or paused(), ground)


def longer(**options: Any) -> Extension:
    return Extension(Happens("delay_notice"), **options)


def act(moment: str, rule: Extension, **options: Any) -> ExtensionAct:
    return ExtensionAct(at(moment), rule, **options)


def until(now: str) -> Callable[[int], bool]:
    """Whether the evaluation moment has come to a moment."""
    moment = at(now)
    return lambda asked: asked <= moment


def run(
    number: int,
    unit: Unit,
    *pauses: PauseSpan,
    now: str = "2030-01-01 00:00",
    start: int = START,
    here: OpenTime = PLAIN,
    suspensions: tuple[SuspensionDays, ...] = (),
    extensions: tuple[ExtensionAct, ...] = (),
    **options: Any,
) -> Running:
    return running(
        start,
        False,
        prepare(Length(number, unit), Counting(**options), here),
        pauses,
        suspensions,
        extensions,
        until(now),
    )


def due(found: Running) -> str | None:
    return None if found.due is None else shown(found.due.due_at)


# --- pairing ----------------------------------------------------------------------------------------------------------


def test_semantics_32_pairing() -> None:
    assert pair([1, 3, 9], [5, 6]) == (((1, 5), (9, None)), (6,))
    assert pair([], [4]) == ((), (4,))
    assert pair([], []) == ((), ())


def test_semantics_2_at_one_moment_pause_ends_come_before_pause_starts() -> None:
    assert pair([1, 5], [5, 8]) == (((1, 5), (5, 8)), ())


@given(st.lists(st.integers(0, 30), max_size=8), st.lists(st.integers(0, 30), max_size=8))
def test_semantics_32_pairs_are_in_order_apart_and_not_empty(begins: list[int], ends: list[int]) -> None:
    spans, stray = pair(begins, ends)
    edges = [edge for begin, end in spans for edge in (begin, 31 if end is None else end)]
    assert edges == sorted(edges)
    assert all(begin < (31 if end is None else end) for begin, end in spans)
    assert {end for _, end in spans if end is not None} <= set(ends)
    assert set(stray) <= set(ends) - set(begins)


# --- whole days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end_days", "begin", "end", "expected"),
    [
        ("in", "2026-06-03 15:00", "2026-06-06 10:00", "2026-06-13 23:59:59"),  # the 4th and the 5th
        ("out", "2026-06-03 15:00", "2026-06-06 10:00", "2026-06-15 23:59:59"),  # and the 3rd and the 6th
        ("in", "2026-06-03 00:00", "2026-06-06 00:00", "2026-06-14 23:59:59"),  # three whole days
        ("in", "2026-06-03 09:00", "2026-06-04 17:00", "2026-06-11 23:59:59"),  # no whole day
        ("out", "2026-06-03 09:00", "2026-06-03 17:00", "2026-06-12 23:59:59"),
        ("out", "2026-06-01 11:00", "2026-06-02 17:00", "2026-06-12 23:59:59"),  # the start day does not count anyway
    ],
)
def test_semantics_33_whole_days(end_days: Any, begin: str, end: str, expected: str) -> None:
    assert due(run(10, "days", span(begin, end, paused(end_days=end_days)))) == expected


def test_example_b10_days_of_asking_and_answering_are_left_out() -> None:
    rule = paused(end_days="out")
    found = run(1, "months", span("2025-09-10 09:00", "2025-09-14 16:00", rule), start=at("2025-09-03 10:00"))
    assert due(found) == "2025-10-08 23:59:59"


def test_semantics_33_business_days_move_by_open_days_only() -> None:
    assert due(run(5, "business_days", span("2026-06-04 12:00", "2026-06-09 12:00"))) == "2026-06-10 23:59:59"


def test_semantics_33_hours_are_left_out_to_the_second() -> None:
    pause = PauseSpan(at("2026-06-02 10:00") + 7, at("2026-06-02 11:00"), paused())
    assert due(run(48, "hours", pause)) == "2026-06-03 10:59:53"
    assert due(run(8, "business_hours", span("2026-06-01 16:00", "2026-06-02 10:00"))) == "2026-06-02 12:00:00"


def test_semantics_33_months_move_until_stable() -> None:
    pauses = (span("2026-06-03 00:00", "2026-06-13 00:00"), span("2026-07-05 00:00", "2026-07-08 00:00"))
    assert due(run(1, "months", *pauses)) == "2026-07-14 23:59:59"  # ten days to the 11th, hence three more


def test_semantics_31_overlapping_pauses_are_united() -> None:
    found = run(10, "days", span("2026-06-03 00:00", "2026-06-06 00:00"), span("2026-06-04 00:00", "2026-06-08 00:00"))
    assert due(found) == "2026-06-16 23:59:59"
    halves = (span("2026-06-03 00:00", "2026-06-04 14:00"), span("2026-06-04 10:00", "2026-06-05 00:00"))
    assert due(run(10, "days", *halves)) == "2026-06-13 23:59:59"  # the 4th lies wholly in both together
    touching = (span("2026-06-03 00:00", "2026-06-04 12:00"), span("2026-06-04 12:00", "2026-06-05 00:00"))
    assert due(run(10, "days", *touching)) == "2026-06-12 23:59:59"


def test_semantics_31_pauses_of_one_span_may_leave_out_other_days() -> None:
    spans = [span("2026-06-03 15:00", "2026-06-06 10:00", paused(end_days=days)) for days in ("in", "out", "first_out")]
    assert due(run(10, "days", *spans)) == due(run(10, "days", spans[1])) == "2026-06-15 23:59:59"


def test_semantics_2_a_pause_of_length_zero_is_nothing() -> None:
    assert pair([5], [5]) == ((), ())
    assert pair([5, 7], [5, 9]) == (((7, 9),), ())
    assert (
        due(run(10, "days", span("2026-06-03 12:00", "2026-06-03 12:00", paused(end_days="out"))))
        == "2026-06-11 23:59:59"
    )


def test_pauses_in_wall_time_move_the_due_moment_by_their_length() -> None:
    pause = span("2026-06-01 16:00", "2026-06-02 10:00")
    assert due(run(8, "business_hours", pause, pause_counts="wall")) == "2026-06-03 04:00:00"
    weekend = span("2026-06-05 12:00", "2026-06-08 12:00")
    assert due(run(6, "business_days", weekend, pause_counts="wall")) == "2026-06-11 23:59:59"
    assert due(run(6, "business_days", weekend)) == "2026-06-09 23:59:59"


# --- caps -------------------------------------------------------------------------------------------------------------


def test_semantics_31_each_pause_is_cut_by_its_own_cap() -> None:
    rule = paused(each_at_most=Length(2, "days"))
    pauses = (span("2026-06-02 10:00", "2026-06-08 10:00", rule), span("2026-06-09 10:00", "2026-06-15 10:00", rule))
    assert due(run(10, "days", *pauses)) == "2026-06-15 23:59:59"


def test_semantics_32_at_most_is_the_total_over_the_case() -> None:
    rule = paused(at_most=Length(3, "days"))
    pauses = (span("2026-06-02 10:00", "2026-06-05 10:00", rule), span("2026-06-08 10:00", "2026-06-15 10:00", rule))
    assert due(run(10, "days", *pauses)) == "2026-06-14 23:59:59"
    other = paused(at_most=Length(3, "days"))
    assert due(run(10, "days", pauses[0], pauses[1]._replace(rule=other))) == "2026-06-16 23:59:59"


@pytest.mark.parametrize("end_days", ["in", "out"])
@pytest.mark.parametrize("begin", ["2026-06-02 10:00", "2026-06-02 00:00", "2026-06-06 12:00"])
@pytest.mark.parametrize(
    ("number", "unit", "cap"),
    [
        (5, "business_days", Length(10, "business_days")),
        (20, "days", Length(7, "days")),
        (2, "weeks", Length(1, "weeks")),
    ],
)
def test_findings_b4_an_endless_pause_costs_exactly_its_cap(
    end_days: Any, begin: str, number: int, unit: Unit, cap: Length
) -> None:
    found = run(number, unit, span(begin, None, paused(at_most=cap, end_days=end_days)))
    assert found.due == due_of(START, Length(number + cap.number, unit), Counting(), PLAIN)
    assert not found.paused


def test_a_pause_that_ends_at_its_cap_with_end_days_out_costs_no_more_than_the_cap() -> None:
    rule = paused(at_most=Length(2, "days"), end_days="out")
    assert due(run(10, "days", span("2026-06-02 10:00", "2026-06-04 00:00", rule))) == "2026-06-13 23:59:59"


def test_only_beyond_leaves_out_the_excess() -> None:
    rule = paused(only_beyond=Length(3, "days"))
    assert due(run(10, "days", span("2026-06-02 10:00", "2026-06-05 23:00", rule))) == "2026-06-11 23:59:59"
    assert due(run(10, "days", span("2026-06-02 10:00", "2026-06-09 10:00", rule))) == "2026-06-14 23:59:59"
    hours = paused(only_beyond=Length(4, "business_hours"))
    assert due(run(16, "business_hours", span("2026-06-01 12:00", "2026-06-02 10:00", hours))) == "2026-06-03 12:00:00"


def test_caps_of_a_clock_in_hours_run_to_the_second() -> None:
    for cap, expected in (
        (Length(2, "hours"), "2026-06-02 12:00:00"),
        (Length(1, "days"), "2026-06-03 10:00:00"),
        (Length(2, "business_hours"), "2026-06-02 12:00:00"),
    ):
        assert due(run(24, "hours", span("2026-06-01 11:00", None, paused(at_most=cap)))) == expected
    rule = paused(at_most=Length(3, "hours"))
    pauses = (span("2026-06-01 11:00", "2026-06-01 13:00", rule), span("2026-06-01 20:00", "2026-06-01 23:00", rule))
    assert due(run(24, "hours", *pauses)) == "2026-06-02 13:00:00"


def test_a_cap_in_open_time_is_used_up_over_several_pauses() -> None:
    rule = paused(at_most=Length(3, "business_hours"))
    pauses = (span("2026-06-01 16:00", "2026-06-02 10:00", rule), span("2026-06-02 15:00", "2026-06-03 15:00", rule))
    assert due(run(16, "business_hours", *pauses)) == "2026-06-03 13:00:00"  # one hour, one hour, and one of the rest
    days = paused(at_most=Length(2, "business_days"))
    pauses = (span("2026-06-01 16:00", "2026-06-03 10:00", days), span("2026-06-04 15:00", "2026-06-12 15:00", days))
    assert due(run(10, "business_days", *pauses)) == "2026-06-17 23:59:59"


# --- open pauses, and what is not known -------------------------------------------------------------------------------


def test_semantics_77_an_open_pause_shows_earliest_and_latest() -> None:
    found = run(10, "days", span("2026-06-03 15:00", None, paused(at_most=Length(5, "days"))), now="2026-06-05 12:00")
    assert found.paused
    assert found.paused_since == at("2026-06-03 15:00")
    assert found.due == found.earliest
    assert due(found) == "2026-06-11 23:59:59"
    assert found.latest is not None
    assert shown(found.latest.due_at) == "2026-06-16 23:59:59"
    endless = run(10, "days", span("2026-06-03 15:00", None), now="2026-06-05 12:00")
    assert endless.paused
    assert endless.latest is None
    assert due(endless) == "2026-06-11 23:59:59"


def test_semantics_77_an_open_pause_ends_when_its_cap_is_reached() -> None:
    pause = span("2026-06-03 15:00", None, paused(at_most=Length(5, "days")))
    for now, is_paused in (("2026-06-08 23:59", True), ("2026-06-09 00:00", False)):
        found = run(10, "days", pause, now=now)
        assert found.paused is is_paused
        assert found.latest is not None
        assert shown(found.latest.due_at) == "2026-06-16 23:59:59"


def test_only_beyond_is_not_a_pause_while_the_wait_lasts() -> None:
    pause = span("2026-06-02 10:00", None, paused(only_beyond=Length(3, "days")))
    assert not run(10, "days", pause, now="2026-06-05 23:59").paused
    assert run(10, "days", pause, now="2026-06-06 00:00").paused


def test_reached_is_asked_of_the_end_of_the_cap_and_of_the_wait() -> None:
    asked: list[int] = []

    def reached(moment: int) -> bool:
        asked.append(moment)
        return moment <= at("2026-06-05 12:00")

    rule = paused(at_most=Length(5, "days"))
    running(
        START,
        False,
        prepare(Length(10, "days"), Counting(), PLAIN),
        [span("2026-06-03 15:00", None, rule)],
        [],
        [],
        reached,
    )
    assert at("2026-06-09 00:00") in asked
    asked.clear()
    waiting = paused(only_beyond=Length(9, "days"))
    running(
        START,
        False,
        prepare(Length(10, "days"), Counting(), PLAIN),
        [span("2026-06-03 15:00", None, waiting)],
        [],
        [],
        reached,
    )
    assert at("2026-06-13 00:00") in asked


def test_semantics_35_an_unknown_ground_does_not_pause_but_shows_in_latest() -> None:
    found = run(10, "days", span("2026-06-03 00:00", "2026-06-06 00:00", ground=None))
    assert due(found) == "2026-06-11 23:59:59"
    assert found.latest is not None
    assert shown(found.latest.due_at) == "2026-06-14 23:59:59"
    assert found.findings == (("unclear_pause", at("2026-06-03 00:00")),)
    assert not run(10, "days", span("2026-06-03 00:00", None, ground=None), now="2026-06-04 00:00").paused
    assert due(run(10, "days", span("2026-06-03 00:00", "2026-06-06 00:00", ground=False))) == "2026-06-11 23:59:59"


# --- where pauses count -----------------------------------------------------------------------------------------------


def test_semantics_30_a_pause_that_starts_at_late_from_changes_nothing() -> None:
    late = run(2, "days", span("2026-06-04 00:00", "2026-06-09 00:00"))
    assert due(late) == "2026-06-03 23:59:59"
    assert late.findings == (("pause_too_late", at("2026-06-04 00:00")),)
    in_time = run(2, "days", PauseSpan(at("2026-06-04 00:00") - 1, at("2026-06-09 00:00"), paused()))
    assert due(in_time) == "2026-06-03 23:59:59"  # no day of the period lies wholly in it
    assert breach_from(in_time) == at("2026-06-09 00:00")  # but it cannot breach while it lasts (76)


def test_semantics_30_an_earlier_pause_makes_room_for_a_later_one() -> None:
    pauses = (span("2026-06-02 00:00", "2026-06-05 00:00"), span("2026-06-06 00:00", "2026-06-08 00:00"))
    assert due(run(2, "days", *pauses)) == "2026-06-08 23:59:59"
    assert due(run(2, "days", pauses[1])) == "2026-06-03 23:59:59"


def test_semantics_34_a_pause_open_at_the_start_counts_from_the_start() -> None:
    assert due(run(10, "days", span("2026-05-20 00:00", "2026-06-04 12:00"))) == "2026-06-13 23:59:59"
    assert due(run(48, "hours", span("2026-05-20 00:00", "2026-06-01 12:00"))) == "2026-06-03 12:00:00"
    assert due(run(10, "days", span("2026-05-20 00:00", "2026-05-28 12:00"))) == "2026-06-11 23:59:59"
    capped = paused(at_most=Length(2, "days"))
    assert due(run(10, "days", span("2026-05-20 00:00", "2026-06-09 12:00", capped))) == "2026-06-13 23:59:59"


def test_semantics_76_breach_from_goes_over_touching_stops() -> None:
    pauses = (span("2026-06-03 12:00", "2026-06-05 00:00"), span("2026-06-03 13:00", "2026-06-06 09:00"))
    assert breach_from(run(2, "days", *pauses)) == at("2026-06-06 09:00")
    assert breach_from(run(2, "days", span("2026-06-03 12:00", None), now="2026-06-10 00:00")) is None
    assert breach_from(run(2, "days")) == at("2026-06-04 00:00")


# --- suspensions ------------------------------------------------------------------------------------------------------

MOTOR_FINANCE = SuspensionDays(day("2024-01-11"), day("2026-05-31"))


def test_example_g9_51_days_used_before_the_suspension() -> None:
    found = run(8, "weeks", start=at("2023-11-20 10:00"), here=ENGLAND, suspensions=(MOTOR_FINANCE,))
    assert due(found) == "2026-06-05 23:59:59"
    assert run(8, "weeks", start=at("2023-11-20 10:00"), suspensions=(MOTOR_FINANCE,), now="2024-01-11 00:00").paused
    assert not run(
        8, "weeks", start=at("2023-11-20 10:00"), suspensions=(MOTOR_FINANCE,), now="2024-01-10 23:59"
    ).paused
    assert not run(
        8, "weeks", start=at("2023-11-20 10:00"), suspensions=(MOTOR_FINANCE,), now="2026-06-01 00:00"
    ).paused


def test_example_g11_under_the_text_of_the_evaluation_date() -> None:
    earlier = SuspensionDays(day("2024-01-11"), day("2025-12-04"))
    found = run(8, "weeks", start=at("2025-03-01 10:00"), here=ENGLAND, suspensions=(earlier,))
    assert due(found) == "2026-01-29 23:59:59"


def test_semantics_36_a_suspension_counts_only_for_its_class() -> None:
    for ground, expected in ((False, "2024-01-15 23:59:59"), (None, "2024-01-15 23:59:59")):
        found = run(8, "weeks", start=at("2023-11-20 10:00"), suspensions=(MOTOR_FINANCE._replace(ground=ground),))
        assert due(found) == expected
        assert (found.latest != found.due) is (ground is None)


def test_semantics_36_a_suspension_after_the_due_moment_changes_nothing() -> None:
    assert due(run(8, "weeks", start=at("2023-10-20 10:00"), suspensions=(MOTOR_FINANCE,))) == "2023-12-15 23:59:59"


def test_semantics_36_hours_do_not_run_in_a_suspension() -> None:
    suspended = SuspensionDays(day("2026-06-02"), day("2026-06-03"))
    assert due(run(24, "hours", suspensions=(suspended,))) == "2026-06-04 10:00:00"


def test_a_day_both_paused_and_suspended_is_left_out_once() -> None:
    suspended = SuspensionDays(day("2026-06-03"), day("2026-06-05"))
    pause = span("2026-06-04 00:00", "2026-06-07 00:00")
    assert due(run(10, "days", pause, suspensions=(suspended,))) == "2026-06-15 23:59:59"


# --- extensions -------------------------------------------------------------------------------------------------------


def test_semantics_38_both_kinds_recount_from_the_original_start() -> None:
    replaced = run(15, "business_days", extensions=(act("2026-06-10 10:00", longer(to=Length(35, "business_days"))),))
    assert replaced.due == due_of(START, Length(35, "business_days"), Counting(), PLAIN)
    assert replaced.length == Length(35, "business_days")
    added = run(10, "business_days", extensions=(act("2026-06-10 10:00", longer(by=Length(10, "business_days"))),))
    assert added.due == due_of(START, Length(20, "business_days"), Counting(), PLAIN)


def test_example_b9_three_months_from_the_original_start() -> None:
    found = run(
        1, "months", start=at("2025-01-31 10:00"), extensions=(act("2025-02-10 10:00", longer(by=Length(2, "months"))),)
    )
    assert due(found) == "2025-04-30 23:59:59"


def test_example_d9_a_notice_must_come_before_expiry() -> None:
    rule = longer(to=Length(45, "days"))
    start = at("2025-01-03 10:00")
    assert due(run(30, "days", start=start, extensions=(act("2025-02-01 10:00", rule),))) == "2025-02-17 23:59:59"
    late = run(30, "days", start=start, extensions=(act("2025-02-04 10:00", rule),))
    assert due(late) == "2025-02-02 23:59:59"
    assert late.findings == (("invalid_extension_late", at("2025-02-04 10:00")),)


def test_semantics_37_after_a_pause_and_while_paused() -> None:
    rule = longer(to=Length(20, "days"))
    pause = span("2026-06-05 00:00", "2026-06-08 00:00")
    assert due(run(10, "days", pause, extensions=(act("2026-06-14 12:00", rule),))) == "2026-06-24 23:59:59"
    assert due(run(10, "days", extensions=(act("2026-06-14 12:00", rule),))) == "2026-06-11 23:59:59"
    paused_now = run(
        10, "days", span("2026-06-11 12:00", None), extensions=(act("2026-06-14 12:00", rule),), now="2026-06-15 00:00"
    )
    assert due(paused_now) == "2026-06-21 23:59:59"
    assert paused_now.findings == ()


def test_semantics_37_an_extension_makes_room_for_a_later_pause() -> None:
    extensions = (act("2026-06-10 12:00", longer(to=Length(20, "days"))),)
    pause = span("2026-06-15 00:00", "2026-06-17 00:00")
    assert due(run(10, "days", pause, extensions=extensions)) == "2026-06-23 23:59:59"
    assert due(run(10, "days", pause)) == "2026-06-11 23:59:59"


@pytest.mark.parametrize(
    ("options", "finding", "latest_differs"),
    [
        ({"ground": False}, "invalid_extension_ground", False),
        ({"content_ok": False}, "invalid_extension_content", False),
        ({"ground": None}, "unclear_extension", True),
        ({"content_ok": None}, "unclear_extension", True),
    ],
)
def test_semantics_35_and_37_invalid_and_unclear_extensions(
    options: dict[str, Any], finding: str, latest_differs: bool
) -> None:
    found = run(10, "days", extensions=(act("2026-06-05 12:00", longer(to=Length(20, "days")), **options),))
    assert due(found) == "2026-06-11 23:59:59"
    assert found.findings == ((finding, at("2026-06-05 12:00")),)
    assert (found.latest != found.due) is latest_differs


def test_semantics_38_caps_times_and_revocation() -> None:
    once = longer(by=Length(5, "days"))
    acts = (act("2026-06-05 12:00", once), act("2026-06-06 12:00", once))
    twice = run(10, "days", extensions=acts)
    assert due(twice) == "2026-06-16 23:59:59"
    assert twice.findings == (("invalid_extension_times", at("2026-06-06 12:00")),)
    capped = longer(by=Length(10, "days"), at_most=Length(25, "days"), times=3)
    thrice = tuple(act(f"2026-06-0{number} 12:00", capped) for number in (5, 6, 7))
    found = run(10, "days", extensions=thrice)
    assert due(found) == "2026-06-26 23:59:59"
    assert found.length == Length(25, "days")
    other_unit = longer(to=Length(30, "days"), at_most=Length(3, "weeks"))
    assert due(run(10, "days", extensions=(act("2026-06-05 12:00", other_unit),))) == "2026-06-22 23:59:59"
    revoked = run(10, "days", extensions=(act("2026-06-05 12:00", once, revoked_at=at("2026-06-14 09:00")),))
    assert due(revoked) == "2026-06-11 23:59:59"
    assert breach_from(revoked) == at("2026-06-14 09:00")


def test_semantics_39_promised_dates() -> None:
    rule = longer(to_date_in="promised_on", at_most=Length(30, "days"))
    promised = run(10, "days", extensions=(act("2026-06-05 12:00", rule, promised=day("2026-06-20")),))
    assert due(promised) == "2026-06-20 23:59:59"
    assert promised.length is None
    moment = run(
        10, "days", extensions=(act("2026-06-05 12:00", rule, promised=at("2026-06-20 12:00"), promised_is_day=False),)
    )
    assert due(moment) == "2026-06-20 12:00:00"
    for promise, finding in ((day("2026-07-02"), "invalid_extension_cap"), (None, "invalid_extension_no_date")):
        found = run(10, "days", extensions=(act("2026-06-05 12:00", rule, promised=promise),))
        assert due(found) == "2026-06-11 23:59:59"
        assert found.findings == ((finding, at("2026-06-05 12:00")),)


def test_semantics_38_a_soft_cap_lets_the_time_go_beyond_it_with_a_finding() -> None:
    given = at("2026-06-05 12:00")
    for rule in (longer(by=Length(10, "days"), at_most=Length(15, "days"), soft=True), longer(to=Length(20, "days"))):
        found = run(10, "days", extensions=(act("2026-06-05 12:00", rule),))
        assert due(found) == "2026-06-21 23:59:59"
        assert found.findings == ((("beyond_soft_cap", given),) if rule.soft else ())
    promise = longer(to_date_in="promised_on", at_most=Length(15, "days"), soft=True)
    for day_promised, findings in (("2026-06-16", ()), ("2026-06-17", (("beyond_soft_cap", given),))):
        found = run(10, "days", extensions=(act("2026-06-05 12:00", promise, promised=day(day_promised)),))
        assert due(found) == f"{day_promised} 23:59:59"
        assert found.findings == findings


def test_semantics_39_open_ended() -> None:
    found = run(10, "days", extensions=(act("2026-06-05 12:00", longer(open=True)),))
    assert found.open_ended
    assert (found.due, found.latest, breach_from(found)) == (None, None, None)
    assert found.findings == (("open_ended", at("2026-06-05 12:00")),)


def test_semantics_2_a_pause_at_the_moment_of_an_extension_comes_first() -> None:
    pause = span("2026-06-11 23:00", "2026-06-15 00:00")
    found = run(10, "days", pause, extensions=(act("2026-06-11 23:00", longer(to=Length(20, "days"))),))
    assert due(found) == "2026-06-24 23:59:59"  # 12, 13 and 14 June are left out
    assert found.findings == ()


def test_semantics_10_extension_and_pause_come_before_the_roll() -> None:
    found = run(
        10,
        "days",
        span("2026-06-03 00:00", "2026-06-04 00:00"),
        extensions=(act("2026-06-05 12:00", longer(to=Length(18, "days"))),),
        if_closed="next_open",
    )
    assert due(found) == "2026-06-22 23:59:59"  # 19 + 1 is Saturday 20 June


def test_semantics_23_a_date_as_start_is_paused_by_whole_days() -> None:
    begin = day("2026-06-01")
    found = running(
        begin,
        True,
        prepare(Length(10, "days"), Counting(), PLAIN),
        [span("2026-05-30 00:00", "2026-06-04 00:00")],
        [],
        [],
        lambda moment: True,
    )
    assert due(found) == "2026-06-13 23:59:59"


def test_semantics_68_beyond_the_calendar_nothing_is_due_and_nothing_fails() -> None:
    short = opened(calendar(first="2026-01-01", last="2026-06-30"))
    caps = paused(at_most=Length(30, "business_days"), only_beyond=Length(1, "business_days"))
    suspended = SuspensionDays(day("2026-06-10"), day("2027-06-10"))
    notice = act("2026-06-05 12:00", longer(to=Length(60, "business_days"), at_most=Length(90, "business_days")))
    for pause in (span("2026-06-05 10:00", None, caps), span("2026-06-05 10:00", "2027-01-01 10:00", caps)):
        for number, unit in ((10, "business_days"), (8, "business_hours"), (30, "days")):
            length = Length(number, unit)  # type: ignore[arg-type]  # a literal of the table
            for suspensions in ((), (suspended,)):
                found = running(
                    START,
                    False,
                    prepare(length, Counting(), short),
                    [pause],
                    suspensions,
                    [notice],
                    until("2028-01-01 00:00"),
                )
                assert found.due is None or found.due.late_from > START


# --- loops ------------------------------------------------------------------------------------------------------------


@st.composite
def pause_times(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Pauses in minutes after the start, in order of their beginning; they may overlap."""
    spans = draw(st.lists(st.tuples(st.integers(-2000, 40_000), st.integers(1, 9000)), max_size=4))
    return sorted((begin, begin + length) for begin, length in spans)


@given(
    calendars(),
    STARTS,
    st.integers(1, 20),
    st.sampled_from(("days", "business_days", "weeks", "months")),
    pause_times(),
)
@settings(max_examples=150)
def test_semantics_30_to_33_pauses_of_a_day_clock_equal_a_loop_over_days(
    data: Calendar, start: int, number: int, unit: Any, minutes: list[tuple[int, int]]
) -> None:
    here, length = opened(data), Length(number, unit)
    start -= start % 60
    spans = [(start + 60 * begin, start + 60 * end) for begin, end in minutes]
    accepted: list[tuple[int, int]] = []
    expected = due_in_days(data, start, length, Counting())
    for begin, end in sorted((max(begin, start), end) for begin, end in spans if end > start):
        if expected is not None and begin < expected[0]:
            accepted.append((begin, end))
            expected = due_in_days(data, start, length, Counting(), whole(here, accepted, start, expected[2] + 400))
    found = running(
        start,
        False,
        prepare(length, Counting(), here),
        [PauseSpan(*item, paused()) for item in spans],
        [],
        [],
        lambda moment: True,
    )
    assert found.due == expected


def whole(here: OpenTime, spans: list[tuple[int, int]], start: int, last: int) -> set[int]:
    """The days every quarter of an hour of which lies in a pause."""
    days: set[int] = set()
    for number in range(start // DAY - 1, last):
        begin, end = here.midnight(number), here.midnight(number + 1)
        if not any(first < end and begin < upto for first, upto in spans):
            continue
        edges = sorted({begin, *(edge for span in spans for edge in span if begin < edge < end)})
        touching = any(
            one[1] == edge and not any(first < edge < upto for first, upto in spans) for one in spans for edge in edges
        )
        if not touching and all(any(first <= edge < upto for first, upto in spans) for edge in edges):
            days.add(number)
    return days


@given(calendars(), STARTS, st.integers(1, 12), pause_times())
@settings(max_examples=60)
def test_semantics_33_pauses_of_an_hour_clock_equal_a_loop_over_quarters(
    data: Calendar, start: int, hours: int, minutes: list[tuple[int, int]]
) -> None:
    here, length = opened(data), Length(hours, "business_hours")
    start -= start % 900
    spans = [(start + 900 * (begin // 15), start + 900 * (end // 15 + 1)) for begin, end in minutes]
    accepted: list[tuple[int, int]] = []
    moment = due_in_business_hours(data, start, hours, accepted)
    for begin, end in sorted((max(begin, start), end) for begin, end in spans if end > start):
        if moment is not None and begin <= moment:
            accepted.append((begin, end))
            moment = due_in_business_hours(data, start, hours, accepted)
    if moment is None or any(changes_back(here, mark) for mark in range(start - DAY, moment + 2 * DAY, HOUR)):
        return
    found = running(
        start,
        False,
        prepare(length, Counting(), here),
        [PauseSpan(*item, paused()) for item in spans],
        [],
        [],
        lambda moment: True,
    )
    assert found.due is not None
    assert found.due.due_at == moment


def changes_back(here: OpenTime, moment: int) -> bool:
    return any(moment <= change < moment + HOUR for change in here.zone.transitions)


@given(
    pause_times(),
    st.integers(1, 10),
    st.sampled_from(("days", "business_days")),
    st.sampled_from(("in", "out")),
    st.integers(3, 20),
)
def test_semantics_32_the_total_cap_is_never_exceeded(
    minutes: list[tuple[int, int]], cap: int, unit: Any, end_days: Any, number: int
) -> None:
    rule = paused(at_most=Length(cap, unit), end_days=end_days)
    apart, stray = pair([START + 60 * begin for begin, _ in minutes], [START + 60 * end for _, end in minutes])
    assert stray is not None
    found = running(
        START,
        False,
        prepare(Length(number, unit), Counting(), PLAIN),
        [PauseSpan(*item, rule) for item in apart],
        [],
        [],
        lambda moment: True,
    )
    bound = due_of(START, Length(number + cap, unit), Counting(), PLAIN)
    assert found.due is not None
    assert bound is not None
    assert found.due.late_from <= bound.late_from
