"""The map form of clocks comes out as trees with every start, calendar and counting rule resolved."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.clocks.data import (
    AllOf,
    AnyOf,
    AtDate,
    AtDue,
    AtEvent,
    AtMet,
    ByFact,
    ByField,
    ByLength,
    Counting,
    Dated,
    Earliest,
    Every,
    Extension,
    FirstOf,
    Happens,
    LastOf,
    Late,
    Latest,
    Length,
    Limit,
    Met,
    OnDate,
    Pause,
    Promptly,
    Suspension,
    Warn,
)
from complaint_policy.conditions.syntax import IsTrue, Linear, Not
from tests.policy_texts import FACTS, HEAD, LEVELS, OFFICE, checked, codes, compiled, duty_of

WEEKS = Limit(AtEvent("received"), Length(8, "weeks"), "office")
OTHER = "  other: {due: {start: received, length: 5 days}, done_by: acknowledged}\n"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1 hour", Length(1, "hours")),
        ("4 business hours", Length(4, "business_hours")),
        ("0 days", Length(0, "days")),
        ("1 business day", Length(1, "business_days")),
        ("8 weeks", Length(8, "weeks")),
        ("1 month", Length(1, "months")),
        ("6 years", Length(6, "years")),
    ],
)
def test_lengths(tmp_path: Path, text: str, length: Length) -> None:
    due = duty_of(tmp_path, f"    due: {{start: received, length: {text}}}\n").due
    assert due == Limit(AtEvent("received"), length, "office")


def test_a_limit_takes_its_options_from_a_profile_and_from_itself(tmp_path: Path) -> None:
    profile = "counting:\n  fca: {first_day: included, if_closed: next_open}\n"
    due = duty_of(tmp_path, "    due: {start: received, length: 8 weeks, profile: fca, if_closed: stays}\n", profile)
    assert due.due == Limit(AtEvent("received"), Length(8, "weeks"), "office", Counting(first_day="included"))


def test_semantics_83_options_beside_a_combination_apply_to_every_limit(tmp_path: Path) -> None:
    body = """\
    due:
      if_closed: next_open
      earliest_of:
        - {start: received, length: 8 weeks}
        - {latest_of: [{start: acknowledged, length: 5 days, if_closed: stays}, {date: 2026-07-29}]}
"""
    rolled = Counting(if_closed="next_open")
    assert duty_of(tmp_path, body).due == Earliest(
        (
            Limit(AtEvent("received"), Length(8, "weeks"), "office", rolled),
            Latest((Limit(AtEvent("acknowledged"), Length(5, "days"), "office"), OnDate(20663, "office", rolled))),
        )
    )


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("{event: offer_rejected, where: written}", AtEvent("offer_rejected", IsTrue("written"))),
        ("{first_of: [received, referred]}", FirstOf((AtEvent("received"), AtEvent("referred")))),
        (
            "{last_of: [received, {event: referred, only_if: vulnerable}]}",
            LastOf((AtEvent("received"), AtEvent("referred")), (None, IsTrue("vulnerable"))),
        ),
        ("{met: other}", AtMet("other")),
        ("{due_of: other}", AtDue("other")),
        ("{fact: occurred_on}", AtDate("occurred_on")),
    ],
)
def test_starts(tmp_path: Path, start: str, expected: object) -> None:
    text = f"    due: {{start: {start}, length: 8 weeks}}\n" + OTHER
    assert duty_of(tmp_path, text).due == Limit(expected, Length(8, "weeks"), "office")  # type: ignore[arg-type]  # any start


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("{promptly: true}", Promptly(AtEvent("received"))),
        ("{promptly: true, start: acknowledged}", Promptly(AtEvent("acknowledged"))),
        ("{field: holding_response.promised_on}", ByField("holding_response", "promised_on", "office")),
        (
            "{every: 10 business days, start: received, while: open}",
            Every(AtEvent("received"), Length(10, "business_days"), "office", while_open=True),
        ),
        (
            "{every: 1 week, start: received, counted_from: start}",
            Every(AtEvent("received"), Length(1, "weeks"), "office", counted_from="start", while_open=True),
        ),
        (
            (
                "{by: severity, values: {high: {start: received, length: 4 hours}, otherwise: {start: received, length:"
                " 8 weeks}}}"
            ),
            ByFact("severity", (("high", Limit(AtEvent("received"), Length(4, "hours"), "office")),), WEEKS),
        ),
        (
            "{by: vulnerable, values: {yes: {promptly: true}, no: {start: received, length: 8 weeks}}}",
            ByFact("vulnerable", (("true", Promptly(AtEvent("received"))), ("false", WEEKS))),
        ),
        (
            "{law_of: received, dated: [{from: 2026-07-01, due: {start: received, length: 8 weeks}}, {due: none}]}",
            Dated("received", ((1782860400, WEEKS), (None, None))),
        ),
        (
            "{dated: [{from: 2026-07-01T13:00, due: {start: received, length: 8 weeks}}]}",
            Dated("start", ((1782907200, WEEKS),)),
        ),
    ],
)
def test_clocks(tmp_path: Path, due: str, expected: object) -> None:
    assert duty_of(tmp_path, f"    due: {due}\n", LEVELS).due == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("settled", Happens("settled")),
        ("{event: settled, where: paid}", Happens("settled", IsTrue("paid"))),
        ("{met: other}", Met("other")),
        ("{late: other}", Late("other")),
        ("{any_of: [settled, {late: other}]}", AnyOf((Happens("settled"), Late("other")))),
        ("{all_of: [settled, acknowledged]}", AllOf((Happens("settled"), Happens("acknowledged")))),
        ("{settled: [reasons]}", Happens("settled", None, ("reasons",))),
        (
            "{any_of: {settled: [reasons], acknowledged: [name]}}",
            AnyOf((Happens("settled", None, ("reasons",)), Happens("acknowledged", None, ("name",)))),
        ),
        (
            "{event: settled, where: not paid, content: [reasons]}",
            Happens("settled", Not(IsTrue("paid")), ("reasons",)),
        ),
    ],
)
def test_happenings(tmp_path: Path, text: str, expected: object) -> None:
    events = "events:\n  settled: {fields: {paid: boolean}}\n"
    body = "    due: {start: received, length: 8 weeks}\n"
    assert duty_of(tmp_path, f"{body}    off_when: {text}\n{OTHER}", events).off_when == expected


def test_pauses_extensions_warnings_and_fallbacks(tmp_path: Path) -> None:
    body = """\
    due: {start: acknowledged, length: 20 business days}
    pause:
      - from: information_requested
        to: information_received
        when: amount > 100
        at_most: 10 business days
        each_at_most: 5 business days
        only_beyond: 1 week
        end_days: out
    longer:
      - {upon: holding_response, if: vulnerable, to: 35 business days, content: [reasons], times: 2, revoked_by: closed}
      - {upon: holding_response, by: 5 business days, at_most: 40 business days}
      - {upon: holding_response, to_date_in: promised_on}
      - {upon: holding_response, to: open}
    warn: [{percent: 50}, {before: 2 business days}]
    fallback: {due: {start: received, length: 8 weeks}, until_start: true}
"""
    duty = duty_of(tmp_path, body)
    assert duty.pauses == (
        Pause(
            Happens("information_requested"),
            Happens("information_received"),
            Linear(">", (("amount", 1),), 10_000, ("amount",)),
            Length(10, "business_days"),
            Length(5, "business_days"),
            Length(1, "weeks"),
            "out",
        ),
    )
    upon = Happens("holding_response")
    assert duty.longer == (
        Extension(
            Happens("holding_response", None, ("reasons",)),
            IsTrue("vulnerable"),
            to=Length(35, "business_days"),
            times=2,
            revoked_by="closed",
        ),
        Extension(upon, by=Length(5, "business_days"), at_most=Length(40, "business_days")),
        Extension(upon, to_date_in="promised_on"),
        Extension(upon, open=True),
    )
    assert duty.warn == (Warn(50), Warn(None, Length(2, "business_days")))
    assert duty.fallback is not None
    assert (duty.fallback.due, duty.fallback.until_start) == (WEEKS, True)


def test_semantics_36_suspensions_have_days_and_texts_newest_first(tmp_path: Path) -> None:
    text = """\
suspensions:
  plain: {from: 2026-02-01, until: 2026-02-14, citation: Act 5}
  changed:
    when: vulnerable
    dated:
      - {from: 2026-06-01, days: {from: 2026-03-01, until: 2026-07-31}}
      - {days: {from: 2026-03-01, until: 2026-04-30}}
"""
    body = "    due: {start: received, length: 8 weeks}\n    suspended_by: [plain, changed]\n"
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, text, "timeframes:\n  answer:\n    done_by: closed\n", body)
    assert policy.suspensions == (
        Suspension("plain", None, ((None, (20485, 20498)),), "Act 5"),
        Suspension("changed", IsTrue("vulnerable"), ((1780268400, (20513, 20665)), (None, (20513, 20573)))),
    )
    assert policy.duties[0].suspended_by == ("plain", "changed")


def test_keep_is_a_floor_with_a_length_by_fact(tmp_path: Path) -> None:
    text = """\
records:
  keep-file:
    citation: Act 4
    keep: {from: received, at_least: {by: product, values: {card: 3 years, otherwise: 5 years}}, at_most: 10 years}
"""
    duty = compiled(tmp_path, HEAD, FACTS, OFFICE, text).duties[0]
    assert (duty.strength, duty.section, duty.done_by) == ("must", "records", None)
    assert duty.floor is not None
    assert duty.floor.at_least == ByLength("product", (("card", Length(3, "years")),), Length(5, "years"))
    assert (duty.floor.start, duty.floor.at_most) == (AtEvent("received"), Length(10, "years"))


def test_semantics_52_law_recounts_and_internal_targets_count_from_the_change(tmp_path: Path) -> None:
    text = """\
requirements:
  law: {citation: Act 1, due: {start: received, length: 8 weeks}, done_by: closed}
timeframes:
  own: {due: {start: received, length: 8 weeks}, done_by: closed}
  declared: {due: {start: received, length: 8 weeks}, done_by: closed, when_key_changes: keep}
procedure:
  look:
    first-step: {strength: should, due: {start: received, length: 8 weeks}, done_by: assessed}
"""
    duties = {one.id: one for one in compiled(tmp_path, HEAD, FACTS, OFFICE, text).duties}
    assert {name: (one.strength, one.when_key_changes) for name, one in duties.items()} == {
        "law": ("must", "recount"),
        "own": ("internal", "from_change"),
        "declared": ("internal", "keep"),
        "look/first-step": ("should", "recount"),
    }


def test_semantics_25_each_and_same(tmp_path: Path) -> None:
    events = "events:\n  letter: {fields: {reference: text}}\n  reply: {fields: {reference: text}}\n"
    text = (
        "timeframes:\n  answer: {each: letter, same: reference, due: {start: letter, length: 5 days}, done_by: reply}\n"
    )
    duty = compiled(tmp_path, HEAD, FACTS, OFFICE, events, text).duties[0]
    assert (duty.each, duty.same) == (Happens("letter"), "reference")
    other = "timeframes:\n  answer: {each: letter, same: page, due: {start: letter, length: 5 days}, done_by: reply}\n"
    assert codes(checked(tmp_path, HEAD, FACTS, OFFICE, events, other)) == ["CP253"]


def test_rights_open_close_and_may_never_start(tmp_path: Path) -> None:
    text = """\
requirements:
  answer: {citation: Act 1, due: {start: received, length: 8 weeks}, done_by: final_response}
rights:
  refer:
    who: complainant
    when: vulnerable
    opens: {any_of: [{late: answer}, final_response]}
    closes: {start: final_response, length: 6 months}
    only_if_content: {final_response: [limit]}
"""
    right = compiled(tmp_path, HEAD, FACTS, OFFICE, text).rights[0]
    assert right.opens == AnyOf((Late("answer"), Happens("final_response")))
    assert right.closes == Limit(AtEvent("final_response"), Length(6, "months"), "office")
    assert right.only_if_content == (("final_response", ("limit",)),)
    assert right.when == IsTrue("vulnerable")


def test_semantics_23_hours_cannot_run_from_a_date_also_inside_first_of(tmp_path: Path) -> None:
    body = (
        "timeframes:\n  answer:\n    due: {start: {first_of: [received, {fact: occurred_on}]}, length: 4 business"
        " hours}\n"
    )
    found = checked(tmp_path, HEAD, FACTS, OFFICE, body, "    done_by: closed\n")
    assert codes(found) == ["CP536"]


def test_every_mistake_of_a_file_is_told_in_one_run(tmp_path: Path) -> None:
    text = """\
classification:
  severity:
    levels: [high, low]
    rules:
      - {id: big, when: amont > 500, then: high}
      - {id: small, when: amount < 5, then: lowe}
    otherwise: low
timeframes:
  first: {due: {start: recieved, length: 8 weeks}, done_by: closed}
  second: {due: {start: received, length: 8 weeks, calendar: ofice}, done_by: clsed}
  third: {when: product == cart, due: {by: severity, values: {high: {promptly: true}}}, done_by: closed}
"""
    found = checked(tmp_path, HEAD, FACTS, OFFICE, text)
    lines = [item.location.line for item in found.diagnostics if item.location]
    assert lines == [17, 18, 21, 22, 22, 23, 23]


def test_a_setting_answers_a_length_a_closing_time_and_a_calendar(tmp_path: Path) -> None:
    text = """\
defaults: {calendar: office}
settings:
  notice: {type: length, default: 3 business days}
  closing: {type: time, default: "16:30"}
  branch: {type: calendar, default: shop}
calendars:
  office: {zone: Europe/London, hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}, close_of_business: {setting: closing}}
  shop: {zone: Europe/London, hours: {mon-sat: "09:00-17:00"}}
timeframes:
  answer: {due: {start: received, length: {setting: notice}, calendar: branch}, done_by: closed}
  other: {due: {start: received, length: 1 day, calendar: office}, done_by: closed}
"""
    policy = compiled(tmp_path, HEAD, FACTS, text)
    assert policy.duties[0].due == Limit(AtEvent("received"), Length(3, "business_days"), "shop")
    office = next(one for one in policy.calendars if one.name == "office")
    assert getattr(office, "windows")[0] == ((28800, 43200), (46800, 59400))  # noqa: B009 - a Calendar, not a choice


def test_semantics_47_a_repetition_ends_with_the_case_without_a_word_of_it(tmp_path: Path) -> None:
    written = duty_of(tmp_path, "    due: {every: 7 days, start: received, while: open}\n").due
    assert duty_of(tmp_path, "    due: {every: 7 days, start: received}\n").due == written
    assert isinstance(written, Every)
    assert written.while_open


def test_semantics_43_a_repetition_that_closing_does_not_end(tmp_path: Path) -> None:
    written = duty_of(tmp_path, "    due: {every: 7 days, while: always}\n").due
    assert isinstance(written, Every)
    assert not written.while_open


def test_a_repetition_ends_with_the_case_or_never(tmp_path: Path) -> None:
    body = "timeframes:\n  answer: {due: {every: 7 days, while: paused}, done_by: update_sent}\n"
    assert codes(checked(tmp_path, HEAD, FACTS, OFFICE, body)) == ["CP154"]
