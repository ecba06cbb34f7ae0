"""Duties of the organisation: periodic returns, what is owed upon its own events, and demands on its own file."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case
from complaint_policy.case_reader.problems import Problem
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.evaluation.organisation import nearest_end, owed, period_ends, policy_of_records
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Period, Policy
from tests.cli_runs import in_this_process
from tests.policy_texts import HEAD, OFFICE, checked, codes, compiled

EPOCH = date(1970, 1, 1).toordinal()
AS_OF = 1_786_000_000  # Thu 6 Aug 2026
FACTS = "facts: {eligible: {type: boolean, default: true}}\napplies: eligible\n"
EVENTS = """\
events:
  return_filed: {fields: {nil: boolean}}
  issue_found: {fields: {issue: text}}
  issue_told: {fields: {issue: text}}
"""
RETURN = """\
organisation:
  half-year-return:
    says: file the return of complaints
    citation: Example Rule 1
    due: {start: {end_of: half_year}, length: 30 days}
    done_by: {return_filed: [counts]}
    form: {language: en, redacted: [contact]}
"""
ISSUES = """\
  systemic-issue:
    each: issue_found
    same: issue
    due: {start: issue_found, length: 5 business days}
    done_by: issue_told
"""


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return compiled(tmp_path, HEAD, FACTS, OFFICE, EVENTS, RETURN, ISSUES)


def record(policy: Policy, **written: Any) -> Case:
    reading = policy_of_records(policy)
    problems: list[Problem] = []
    read = case_reader(given_facts(reading), reading.events)(written, problems)
    assert read is not None, problems
    return read


def states(policy: Policy, records: list[Case] | None, as_of: int = AS_OF) -> list[tuple[str, int | None, str]]:
    found = owed(policy, records, as_of, day("2026-01-01"), day("2026-12-31"))
    return [(one.duty.id, one.period_end, one.state) for one in found]


CONTENT = ["counts", "language_en", "redacted_contact"]


def test_semantics_97_a_return_is_owed_for_every_period_and_due_after_its_end(policy: Policy) -> None:
    first, second = day("2026-06-30"), day("2026-12-31")
    assert states(policy, []) == [
        ("half-year-return", first, "breached"),
        ("half-year-return", second, "upcoming"),
    ]
    (june,) = (one for one in owed(policy, [], AS_OF, first, first))
    assert june.result.due_on == day("2026-07-30")


def test_semantics_97_a_return_is_met_by_its_record_in_the_form_that_is_asked_for(policy: Policy) -> None:
    def filed(content: list[str]) -> Case:
        event = {"type": "return_filed", "at": "2026-07-20T10:00:00Z", "data": {"content": content}}
        return record(policy, id="r", facts={"period_end": "2026-06-30"}, events=[event])

    assert states(policy, [filed(CONTENT)])[0][2] == "met"
    found = owed(policy, [filed(CONTENT[:2])], AS_OF, day("2026-06-30"), day("2026-06-30"))
    assert (found[0].state, found[0].result.missing) == ("breached", ("redacted_contact",))


def test_semantics_97_what_was_filed_before_the_period_ended_is_not_its_return(policy: Policy) -> None:
    event = {"type": "return_filed", "at": "2026-06-29T10:00:00Z", "data": {"content": CONTENT}}
    early = record(policy, id="r", facts={"period_end": "2026-06-30"}, events=[event])
    assert states(policy, [early])[0][2] == "breached"


def test_semantics_108_a_return_is_owed_for_the_periods_that_end_within_its_dates(tmp_path: Path) -> None:
    def ends(in_force: str) -> list[int | None]:
        dated = RETURN.replace("    says:", f"    in_force: {{{in_force}}}\n    says:", 1)
        of = compiled(tmp_path, HEAD, FACTS, OFFICE, EVENTS, dated)
        found = owed(load(dump(of)), [], AS_OF, day("2026-01-01"), day("2027-12-31"))
        return [one.period_end for one in found]

    june, december, next_june, last = (day(one) for one in ("2026-06-30", "2026-12-31", "2027-06-30", "2027-12-31"))
    assert ends("from: 2026-12-31") == [december, next_june, last]
    assert ends("from: 2027-01-01") == [next_june, last]
    assert ends("until: 2026-12-30") == [june]
    assert ends("until: 2026-12-31") == [june, december]


def test_semantics_108_an_event_outside_the_dates_of_its_duty_makes_none(tmp_path: Path) -> None:
    dated = ISSUES.replace("    each:", "    in_force: {from: 2026-08-01, until: 2026-08-04}\n    each:")
    of = compiled(tmp_path, HEAD, FACTS, OFFICE, EVENTS, RETURN, dated)
    moments = ("2026-07-31T22:59:59Z", "2026-07-31T23:00:00Z", "2026-08-04T22:59:59Z", "2026-08-04T23:00:00Z")
    events = [
        {"type": "issue_found", "id": str(number), "at": at, "data": {"issue": "fees"}}
        for number, at in enumerate(moments)
    ]
    found = owed(of, [record(of, id="o", events=events)], AS_OF, 0, 0)
    assert sorted(one.result.occurrence for one in found) == ["1", "2"]


def test_semantics_97_without_any_records_nobody_can_tell_of_what_is_past_due(policy: Policy) -> None:
    assert [state for _, _, state in states(policy, None)] == ["cannot_tell", "upcoming"]


def test_semantics_97_events_of_the_organisation_make_a_duty_each(policy: Policy) -> None:
    events = [
        {"type": "issue_found", "id": "a", "at": "2026-07-01T10:00:00Z", "data": {"issue": "fees"}},
        {"type": "issue_found", "id": "b", "at": "2026-08-04T10:00:00Z", "data": {"issue": "cards"}},
        {"type": "issue_found", "id": "c", "at": "2026-08-04T11:00:00Z", "data": {"issue": "loans"}},
        {"type": "issue_told", "at": "2026-08-05T10:00:00Z", "data": {"issue": "loans"}},
    ]
    found = owed(policy, [record(policy, id="own", events=events)], AS_OF, 0, 0)
    assert {one.result.occurrence: one.state for one in found} == {"a": "breached", "b": "running", "c": "met"}


def test_semantics_97_periods_that_ended_before_the_policy_was_in_force_are_not_asked_for(
    tmp_path: Path,
) -> None:
    head = HEAD.replace("{from: 2026-01-01}", "{from: 2026-02-01}")
    late = compiled(tmp_path, head, FACTS, OFFICE, EVENTS, RETURN)
    found = owed(late, [], AS_OF, day("2025-01-01"), day("2026-06-30"))
    assert [one.period_end for one in found] == [day("2026-06-30")]


def test_semantics_101_a_period_ends_on_the_day_that_the_organisation_tells(tmp_path: Path) -> None:
    ends = "settings: {year_ends: {type: day_of_year, default: ANSWER}}\n"
    of_firm = RETURN.replace("{end_of: half_year}", "{end_of: {every: 6 months, ending: {setting: year_ends}}}")
    for answer, expected in (("03-31", ("2026-03-31", "2026-09-30")), ("02-28", ("2026-02-28", "2026-08-31"))):
        made = compiled(tmp_path, HEAD, FACTS, OFFICE, EVENTS, ends.replace("ANSWER", f'"{answer}"'), of_firm)
        found = owed(made, None, AS_OF, day("2026-01-01"), day("2026-12-31"))
        assert [one.period_end for one in found] == [day(end) for end in expected]


def test_a_bundle_holds_the_duties_of_the_organisation(policy: Policy) -> None:
    loaded = load(dump(policy))
    assert isinstance(loaded, Policy)
    assert loaded.organisation == policy.organisation
    assert states(loaded, []) == states(policy, [])


@given(
    st.sampled_from([1, 2, 3, 4, 6, 12]),
    st.dates(date(2001, 1, 1), date(2001, 12, 31)),
    st.dates(date(1950, 1, 1), date(2080, 1, 1)),
)
def test_periods_follow_on_each_other_without_a_gap(months: int, anchor: date, first: date) -> None:
    period = Period(months, anchor.month, anchor.day)
    start = first.toordinal() - EPOCH
    ends = list(period_ends(period, range(start, start + 800)))
    assert len(ends) >= 800 // (31 * months)
    assert all(27 * months <= later - earlier <= 31 * months + 1 for earlier, later in itertools.pairwise(ends))
    wanted = {(anchor.month + step * months - 1) % 12 + 1 for step in range(12 // months)}
    assert {date.fromordinal(end + EPOCH).month for end in ends} <= wanted | {month % 12 + 1 for month in wanted}


@pytest.mark.parametrize(
    ("period", "ends"),
    [
        (Period(3, 12, 31), ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
        (Period(12, 4, 5), ["2026-04-05"]),
        (Period(6, 2, 28), ["2026-02-28", "2026-08-31"]),
    ],
)
def test_the_last_day_of_a_month_stays_the_last_day(period: Period, ends: list[str]) -> None:
    assert list(period_ends(period, range(day("2026-01-01"), day("2027-01-01")))) == [day(end) for end in ends]


def test_a_record_of_a_day_on_which_no_period_ends_is_told(policy: Policy) -> None:
    assert nearest_end(policy, day("2026-06-29")) == day("2026-06-30")


# --- the command ------------------------------------------------------------------------------------------------------


def written(folder: Path, name: str, *parts: str) -> str:
    path = folder / name
    path.write_text("".join(parts), encoding="utf-8")
    return str(path)


def test_the_command_lists_by_urgency_and_ends_with_6_for_a_record_of_no_period(tmp_path: Path, capfd: Any) -> None:
    policy = written(tmp_path, "p.yaml", HEAD, FACTS, OFFICE, EVENTS, RETURN, ISSUES)
    records = written(tmp_path, "r.yaml", "- {id: r, facts: {period_end: 2026-06-29}, events: []}\n")
    arguments = ("organisation", "due", policy, "--as-of", "2026-08-06T12:00+01:00", "--until", "2026-12-31")
    told = in_this_process(capfd, *arguments)
    assert told.code == 0
    assert "no record of what was done was given" in told.out
    assert told.out.index("30 Jun 2026") < told.out.index("31 Dec 2026")
    told = in_this_process(capfd, *arguments, "--records", records)
    assert told.code == 6
    assert "no period of the policy ends on 2026-06-29" in told.err
    assert "the nearest period ends on 2026-06-30" in told.err


# --- demands on the policy --------------------------------------------------------------------------------------------

LAW = """\
complaint_policy: 1
id: law-x
title: Law X
version: "1"
in_force: {from: 2025-01-01}
facts: {eligible: {type: boolean, default: true}}
calendars: {uk: {zone: Europe/London, open_days: mon-fri}}
requirements: {respond: {citation: X 1, due: {start: received, length: 30 days}, done_by: final_response}}
escalation: {tiers: [{id: senior}]}
"""
TIERS = """\
classification:
  severity:
    levels: [high, low]
    rules: [{id: big, when: vulnerable, then: high}]
    otherwise: low
escalation:
  tiers: [{id: front, takes_at_first: [low]}, {id: board, takes_at_first: [high]}]
"""
OWN_FACTS = "facts: {vulnerable: boolean}\n"


def demanded(folder: Path, demand: str, *own: str, bound: str = "{}") -> list[str]:
    """The codes for a policy that extends a pack with one demand."""
    (folder / "law-x.yaml").write_text(f"{LAW}policy_must:\n  first: {demand}\n", encoding="utf-8")
    found = checked(folder, HEAD, OWN_FACTS, OFFICE, f"law: {{law-x: {bound}}}\n", *own)
    assert found.policy is not None or "CP373" in codes(found), found.diagnostics
    return [code for code in codes(found) if code in ("CP373", "CP374", "CP375", "CP376")]


@pytest.mark.parametrize(
    ("demand", "wrong", "right"),
    [
        ("{exists: owner}", "", "owner: Head of complaints\n"),
        (
            "{count: intake.channels, at_least: 2}",
            "intake: {channels: [email]}\n",
            "intake: {channels: [email, post]}\n",
        ),
        (
            "{count: intake.channels, at_most: 1}",
            "intake: {channels: [email, post]}\n",
            "intake: {channels: [email]}\n",
        ),
        ("{value: intake.charge, is: free}", "intake: {charge: 5 GBP}\n", "intake: {charge: free}\n"),
        (
            "{names: [intake.channels], without: [ombud]}",
            "intake: {channels: [Ombudsman desk]}\n",
            "intake: {channels: [help desk]}\n",
        ),
    ],
)
def test_semantics_98_a_demand_is_met_or_told(tmp_path: Path, demand: str, wrong: str, right: str) -> None:
    assert demanded(tmp_path, demand, wrong) == ["CP373"]
    assert demanded(tmp_path, demand, right) == []
    assert demanded(tmp_path, demand.replace("}", ", strength: should}"), wrong) == ["CP374"]


def test_semantics_98_a_demanded_move_leads_to_the_tier_that_the_organisation_names(tmp_path: Path) -> None:
    moves = "  moves: {rejected: {each: offer_rejected, go: board}}\n"
    assert demanded(tmp_path, "{moves_to: senior}", TIERS, bound="{tiers: {senior: board}}") == ["CP373"]
    assert demanded(tmp_path, "{moves_to: senior}", TIERS, moves, bound="{tiers: {senior: board}}") == []
    assert demanded(tmp_path, "{moves_to: senior}", TIERS, moves) == ["CP373"]


def test_semantics_98_the_times_in_tiers_together_end_in_time_from_every_day_of_a_year(tmp_path: Path) -> None:
    moves = "  moves: {a: {after: 10 business days, in: front, go: up}, b: {after: %s, in: board, go: up}}\n"
    assert demanded(tmp_path, "{tiers_within: respond}", TIERS, moves % "8 business days") == []
    assert demanded(tmp_path, "{tiers_within: respond}", TIERS, moves % "11 business days") == ["CP373"]
    # 21 days hold 15 business days; without holidays 30 days always hold 20
    assert demanded(tmp_path, "{tiers_within: respond}", TIERS, moves % "10 business days") == []


def test_semantics_98_what_no_file_can_show_is_attested(tmp_path: Path) -> None:
    signed = "{attested: {first: {by: Board, on: 2026-01-31}}}"
    assert demanded(tmp_path, '{attest: "staff are trained"}') == ["CP375"]
    assert demanded(tmp_path, '{attest: "staff are trained"}', bound=signed) == []


def test_semantics_61_and_98_a_demand_is_disapplied_with_the_reason(tmp_path: Path) -> None:
    bound = "{disapply: [{demand: first, because: no owner by statute}]}"
    assert demanded(tmp_path, "{exists: owner}", bound=bound) == []
