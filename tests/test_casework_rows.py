"""What the row of a case says: which version of the policy governs it and why, and what is most urgent."""

from __future__ import annotations

from complaint_policy.case import EventType
from complaint_policy.casework.adoptions import loaded_policy
from complaint_policy.casework.answers import answer_of
from complaint_policy.casework.histories import entry
from complaint_policy.casework.rows import row_of
from complaint_policy.policy.bundle import dump
from complaint_policy.policy.model import Pack, Policy, Version
from complaint_policy.records import replace
from complaint_policy.stores.records import CaseRow
from tests.casework_worlds import ANN, when
from tests.evaluation_policies import at, day, duty, limit, policy

CHANGE = day("2026-03-20") * 86_400


def row(of: Policy, *events: tuple[str, str], as_of: str) -> CaseRow:
    more = tuple(EventType(name) for name in ("received", "closed", "reopened"))
    loaded = loaded_policy(dump(replace(of, events=(*of.events, *more))))
    bodies = [("opened", {"id": "C-1", "policy": of.id})]
    bodies += [("event", {"type": type, "at": when(at(moment))}) for type, moment in events]
    entries = [entry("C-1", seq, at(as_of), ANN, kind, body) for seq, (kind, body) in enumerate(bodies, 1)]
    return row_of(loaded, entries, answer_of(loaded, entries, at(as_of), at(as_of)), None)


def versioned(open_cases: str) -> Policy:
    answer = duty("answer", limit(10, "days"), "final_response")
    old = replace(answer, id="2025/answer", pack="2025", due=limit(30, "days"))
    versions = (Version("2025", None, ""), Version("", CHANGE, open_cases))
    return policy(old, answer, packs=(Pack("test", "Test", "2"), Pack("2025", "Test", "1")), versions=versions)


BEFORE, LATER = ("received", "2026-03-10T10:00"), ("received", "2026-03-22T10:00")


def test_semantics_66_a_row_says_which_version_governs_and_why() -> None:
    def because(open_cases: str, *events: tuple[str, str]) -> str:
        return row(versioned(open_cases), *events, as_of="2026-03-25T10:00").governed_because

    assert because("apply_new", LATER) == "version 1: the case began when it was in force"
    on = "in force on Fri 20 Mar 2026"
    assert (
        because("apply_new", BEFORE)
        == "version 1: the case was open when it came into force on Fri 20 Mar 2026 (`apply_new`)"
    )
    assert (
        because("keep_old", BEFORE)
        == "version 2025: the case began before version 1 came into force on Fri 20 Mar 2026"
    )
    assert because("stricter_of", BEFORE) == f"version 2025 beside 1, {on} (`stricter_of`)"
    alone = policy(duty("answer", limit(10, "days"), "final_response"))
    assert (
        row(alone, BEFORE, as_of="2026-03-25T10:00").governed_because
        == "version 1 is the only one that the policy holds"
    )


def test_the_most_urgent_duty_is_the_open_one_that_is_late_first_under_its_plain_name() -> None:
    found = row(versioned("keep_old"), BEFORE, as_of="2026-03-25T10:00")
    assert (found.urgent_duty, found.urgent_late_from) == ("answer", at("2026-04-10T00:00"))
    answered = ("final_response", "2026-03-24T10:00")
    done = row(versioned("keep_old"), BEFORE, answered, as_of="2026-03-25T10:00")
    assert (done.urgent_duty, done.urgent_late_from) == ("", None)


def test_options_and_prohibitions_are_never_urgent() -> None:
    option = duty("offer", limit(3, "days"), "offer_made", "option")
    assert row(policy(option), BEFORE, as_of="2026-03-11T10:00").urgent_duty == ""


def test_a_case_is_open_until_it_is_closed_and_again_when_it_is_reopened() -> None:
    of = policy(duty("answer", limit(10, "days"), "final_response"))
    assert not row(of, as_of="2026-03-11T10:00").closed
    closed = (BEFORE, ("closed", "2026-03-12T10:00"))
    assert not row(of, *closed, as_of="2026-03-12T09:00").closed
    assert row(of, *closed, as_of="2026-03-12T10:00").closed
    assert not row(of, *closed, ("reopened", "2026-03-13T10:00"), as_of="2026-03-14T10:00").closed
    assert row(of, *closed, as_of="2026-03-12T10:00").opened_at == at(BEFORE[1])
    assert row(of, as_of="2026-03-11T10:00").opened_at == at("2026-03-11T10:00"), "nothing was received yet"
