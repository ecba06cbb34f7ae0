"""`compare` finds exactly the cases that an edit changes, and puts each change down to the edit that brings it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy import read_case
from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.evaluation.engine import Engine, evaluate, prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Policy
from complaint_policy.reports.comparison import as_data
from complaint_policy.rollout.comparison.cases import Pair
from complaint_policy.rollout.comparison.causes import Moment, answered
from complaint_policy.rollout.comparison.comparing import Asked, Comparing
from complaint_policy.rollout.comparison.edits import edits_between
from complaint_policy.rollout.comparison.groups import grouped
from complaint_policy.rollout.comparison.processes import tallied
from complaint_policy.rollout.comparison.results import Comparison
from tests.strategies.cases import cases, evaluation_moments
from tests.strategies.policies import policies

AS_OF = "2026-06-30T12:00+01:00"
ASKED = Asked(Moment(moment_of(AS_OF)))

POLICY = """\
complaint_policy: 1
id: planted
title: A policy to plant edits in
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
facts:
  customer: one of consumer, business
  amount: {type: money, currency: GBP}
  vulnerable: {type: boolean, default: false}
  urgent: {is: "vulnerable and amount > 100"}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: [2026-04-03, 2026-04-06]}
scope:
  rules:
    - {id: business, when: "customer == business and amount > 900", then: out, because: not a consumer}
  otherwise: in
classification:
  severity:
    levels: [critical, high, low]
    rules:
      - {id: urgent, when: urgent, then: critical}
      - {id: big, when: amount > 500, then: high}
    otherwise: low
timeframes:
  acknowledge:
    due: 3 business days from received
    done_by: acknowledged
  answer:
    due:
      by: severity
      values:
        critical: 10 business days from received
        high: 20 business days from received
        low: 8 weeks from received
    pause: [{from: information_requested, to: information_received}]
    done_by: {event: final_response, content: [reasons, next_step]}
  report:
    strength: must
    when: customer is consumer
    due: 30 days from received
    done_by: report_sent
escalation:
  tiers:
    - {id: desk, takes_at_first: [high, low]}
    - {id: manager, takes_at_first: [critical]}
events:
  report_sent: {}
"""


class Planted(NamedTuple):
    """An edit of the text, the key under which it is to be found, and which cases it must change how."""

    name: str
    before: str
    after: str
    key: tuple[str, str]
    changes: Callable[[dict[str, Any]], set[tuple[str, str, str]]]


# --- what a case is, and what the policy says of it, written down a second time ---------------------------------------

HOLIDAYS = {date(2026, 4, 3), date(2026, 4, 6)}


def facts() -> Iterator[dict[str, Any]]:
    """Cases that stand on both sides of every border that an edit moves."""
    amounts = (None, "50.00", "300.00", "600.00", "950.00")
    days = (date(2026, 3, 30), date(2026, 5, 7))
    number = 0
    for customer, amount, vulnerable, day in product(("consumer", "business"), amounts, (True, False), days):
        for asked in (False, True):
            number += 1
            yield {
                "id": f"C-{number}",
                "customer": customer,
                "amount": amount,
                "vulnerable": vulnerable,
                "day": day,
                "asked": asked,
            }


def case_of(policy: Policy, of: dict[str, Any]) -> Case:
    at = f"{of['day']}T10:00:00+01:00"
    events = [{"type": "received", "at": at}]
    if of["asked"]:
        begun, ended = of["day"] + timedelta(days=4), of["day"] + timedelta(days=9)
        events.append({"type": "information_requested", "at": f"{begun}T10:00:00+01:00"})
        events.append({"type": "information_received", "at": f"{ended}T10:00:00+01:00"})
    told = {key: of[key] for key in ("customer", "amount", "vulnerable") if of[key] is not None}
    return read_case(policy, {"id": of["id"], "facts": told, "events": events})


def amount(of: dict[str, Any]) -> float | None:
    return None if of["amount"] is None else float(of["amount"])


def is_in(of: dict[str, Any]) -> bool:
    return of["customer"] != "business" or (amount(of) is not None and amount(of) <= 900)


def may_be_in(of: dict[str, Any]) -> bool:
    return is_in(of) or amount(of) is None


def severity(of: dict[str, Any], urgent_above: int = 100, high_above: int = 500) -> set[str]:
    """The labels that a case may have."""
    known = amount(of)
    if known is None:
        return ({"critical"} if of["vulnerable"] else set()) | {"high", "low"}
    if of["vulnerable"] and known > urgent_above:
        return {"critical"}
    return {"high"} if known > high_above else {"low"}


def business_day(start: date, number: int, closed: set[date]) -> date:
    while number:
        start += timedelta(days=1)
        number -= start.weekday() < 5 and start not in closed
    return start


def answer_day(of: dict[str, Any], label: str, closed: set[date] = HOLIDAYS, pauses: bool = True) -> date:
    """When the answer is due: the days that lie wholly in the pause do not count."""
    if label == "low":
        inside = 4 if of["asked"] and pauses else 0
        return of["day"] + timedelta(weeks=8, days=inside)
    out = {of["day"] + timedelta(days=4 + one) for one in range(1, 5)} if of["asked"] and pauses else set()
    return business_day(of["day"], {"critical": 10, "high": 20}[label], closed | out)


def earliest_answer(of: dict[str, Any], labels: set[str], **more: Any) -> date:
    return min(answer_day(of, label, **more) for label in labels)


def compared(was: Any, now: Any, key: tuple[str, str], better_if_less: bool) -> set[tuple[str, str, str]]:
    if was == now:
        return set()
    return {(*key, "better" if (now < was) is better_if_less else "worse")}


def of_severity(was: set[str], now: set[str]) -> set[tuple[str, str, str]]:
    """A label that moves in the order of the levels; one that is open has no place in it."""
    if was == now:
        return set()
    if len(was) > 1 or len(now) > 1:
        return {("label", "severity", "other")}
    order = ["critical", "high", "low"]
    return {("label", "severity", "worse" if order.index(*now) > order.index(*was) else "better")}


def tier(labels: set[str]) -> int:
    return int("critical" in labels)


def of_levels(of: dict[str, Any], was: set[str], now: set[str]) -> set[tuple[str, str, str]]:
    """All that follows of another severity: the label, the tier, the answer."""
    found = of_severity(was, now)
    if may_be_in(of):
        dues = (earliest_answer(of, labels) for labels in (was, now))
        found |= compared(*dues, ("due", "answer"), better_if_less=True)
    return found | compared(tier(was), tier(now), ("tier", "tier"), better_if_less=False)


def shorter_holidays(of: dict[str, Any]) -> set[tuple[str, str, str]]:
    if not may_be_in(of):
        return set()
    more = HOLIDAYS | {date(2026, 5, 11)}
    acknowledge = (business_day(of["day"], 3, closed) for closed in (HOLIDAYS, more))
    answer = (earliest_answer(of, severity(of), closed=closed) for closed in (HOLIDAYS, more))
    return compared(*acknowledge, ("due", "acknowledge"), better_if_less=True) | compared(
        *answer, ("due", "answer"), better_if_less=True
    )


def no_pause(of: dict[str, Any]) -> set[tuple[str, str, str]]:
    if not may_be_in(of):
        return set()
    dues = (earliest_answer(of, severity(of), pauses=pauses) for pauses in (True, False))
    return compared(*dues, ("due", "answer"), better_if_less=True)


def out_of_scope(of: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Every business is left out: what was in is not owed any more, and what was open is decided."""
    if of["customer"] != "business" or not may_be_in(of):
        return set()
    duties = {("duty", name, "worse") for name in ("acknowledge", "answer")}
    return {("scope", "scope", "worse"), *duties}


PLANTED = (
    Planted(
        "a rule",
        "when: amount > 500, then: high",
        "when: amount > 700, then: high",
        ("rule", "severity: big"),
        lambda of: of_levels(of, severity(of), severity(of, high_above=700)),
    ),
    Planted(
        "a fact",
        "vulnerable and amount > 100",
        "vulnerable and amount > 20",
        ("fact", "urgent"),
        lambda of: of_levels(of, severity(of), severity(of, urgent_above=20)),
    ),
    Planted(
        "a clock",
        "due: 3 business days from received",
        "due: 5 business days from received",
        ("duty", "acknowledge"),
        lambda of: {("due", "acknowledge", "worse")} if may_be_in(of) else set(),
    ),
    Planted(
        "a calendar",
        "holidays: [2026-04-03, 2026-04-06]",
        "holidays: [2026-04-03, 2026-04-06, 2026-05-11]",
        ("calendar", "london"),
        shorter_holidays,
    ),
    Planted(
        "a pause",
        "    pause: [{from: information_requested, to: information_received}]\n",
        "",
        ("duty", "answer"),
        no_pause,
    ),
    Planted(
        "the scope",
        "customer == business and amount > 900",
        "customer == business",
        ("rule", "scope: business"),
        out_of_scope,
    ),
    Planted(
        "for which cases",
        "    when: customer is consumer\n",
        "    when: customer is consumer and vulnerable\n",
        ("duty", "report"),
        lambda of: {("duty", "report", "worse")} if of["customer"] == "consumer" and not of["vulnerable"] else set(),
    ),
    Planted(
        "content",
        "content: [reasons, next_step]",
        "content: [reasons]",
        ("duty", "answer"),
        lambda of: {("content", "answer", "worse")} if may_be_in(of) else set(),
    ),
    Planted(
        "strength",
        "strength: must",
        "strength: should",
        ("duty", "report"),
        lambda of: {("strength", "report", "worse")} if of["customer"] == "consumer" else set(),
    ),
)


@cache
def policy(*planted: Planted) -> Policy:
    text = POLICY
    for edit in planted:
        assert text.count(edit.before) == 1, edit.name
        text = text.replace(edit.before, edit.after)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, "utf-8")
        checked = check_file(path, warn=False)
    assert checked.policy is not None, [one.message for one in checked.diagnostics]
    return checked.policy


def found_of(comparing: Comparing, of: dict[str, Any]) -> list[Any]:
    """The rows of one case."""
    case = case_of(comparing.old.policy, of)
    return list(comparing.tally([Pair(case, case)]).rows)


@pytest.mark.parametrize("edit", PLANTED, ids=lambda edit: edit.name)
def test_semantics_119_an_edit_is_found_in_every_case_that_it_changes_and_in_no_other(edit: Planted) -> None:
    comparing = Comparing(policy(), policy(edit), ASKED)
    assert [one.key for one in comparing.causes.edits] == [edit.key]
    changed = 0
    for of in facts():
        rows = [row for row in found_of(comparing, of) if row.kind != "state"]
        assert {(row.kind, row.about, row.direction) for row in rows} == edit.changes(of), of
        assert all(row.cause == ("alone", (0,)) for row in rows)
        changed += bool(rows)
    assert changed > 0


def test_nothing_differs_between_a_policy_and_itself() -> None:
    comparing = Comparing(policy(), policy(), ASKED)
    assert comparing.causes.edits == ()
    assert all(not found_of(comparing, of) for of in facts())


# --- causes are confirmed by the text without the edit ----------------------------------------------------------------

TOGETHER = tuple(edit for edit in PLANTED if edit.name not in ("content", "strength"))
"""No two of these edit one part, so that each can be taken back in the text as the comparison takes it back."""


@cache
def engine_without(*left: str) -> Engine:
    return prepare(policy(*(edit for edit in TOGETHER if edit.name not in left)))


def told(engine: Engine, of: dict[str, Any], row: Any) -> Any:
    """What is answered of that of which a row tells."""
    answer = evaluate(engine, case_of(engine.policy, of), ASKED.moment.as_of)
    if row.kind == "scope":
        return answer.scope and answer.scope.possible
    if row.kind == "label":
        return next(one.possible for one in answer.decisions if one.name == row.about)
    if row.kind == "tier":
        return answer.tier and answer.tier.now
    duty = next(one for one in answer.duties if one.duty == row.about)
    return {
        "due": duty.late_from,
        "state": duty.state,
        "duty": duty.state == "not_applicable",
        "pause": (duty.paused_since, duty.latest),
    }[row.kind]


def test_semantics_119_a_cause_is_confirmed_by_the_text_without_that_edit() -> None:
    comparing = Comparing(policy(), policy(*TOGETHER), ASKED)
    names = {edit.key: edit.name for edit in TOGETHER}
    edits = [names[one.key] for one in comparing.causes.edits]
    assert sorted(edits) == sorted(names.values())
    ways = set()
    for of in list(facts())[::3]:
        for row in found_of(comparing, of):
            was = told(engine_without(*names.values()), of, row)

            def is_gone(*left: str, of: dict[str, Any] = of, row: Any = row, was: Any = was) -> bool:
                return bool(told(engine_without(*left), of, row) == was)

            assert not is_gone()
            causing = [edits[place] for place in row.cause.edits]
            single = [name for name in edits if is_gone(name)]
            ways.add(row.cause.how)
            if row.cause.how == "together":
                assert single == []
                assert is_gone(*causing)
                fewer = [some for size in range(2, len(causing)) for some in combinations(causing, size)]
                assert not any(is_gone(*some) for some in fewer)
            else:
                assert sorted(single) == sorted(causing)
    assert ways >= {"alone", "together"}


def test_the_new_policy_without_all_edits_is_the_old_one() -> None:
    from complaint_policy.rollout.comparison.mixing import without

    old, new = policy(), policy(*TOGETHER)
    mixed = without(old, new, frozenset(one.key for one in edits_between(old, new)))
    assert mixed is not None
    assert edits_between(old, mixed) == ()


# --- moments ----------------------------------------------------------------------------------------------------------


def test_what_is_a_moment_is_told_by_how_much_it_moves() -> None:
    edit = next(one for one in PLANTED if one.name == "a clock")
    comparing = Comparing(policy(), policy(edit), ASKED)
    cases = [case_of(policy(), of) for of in facts() if of["day"] == date(2026, 5, 7) and of["customer"] == "consumer"]
    tally = comparing.tally(Pair(case, case) for case in cases)
    (row,) = [row for key, row in tally.rows.items() if key.kind == "due"]
    # from Tuesday 12 May to Thursday 14 May
    assert dict(row.shifts) == {2 * 86_400: len(cases)}
    first = row.examples[0]
    assert [datetime.fromtimestamp(int(at or 0) - 1).date() for at in (first.before, first.after)] == [
        date(2026, 5, 12),
        date(2026, 5, 14),
    ]


def test_the_result_is_the_same_for_any_number_of_processes() -> None:
    old, new = policy(), policy(*TOGETHER)
    cases = [case_of(old, of) for of in facts()]
    shown = []
    for workers, chunk, few in ((1, 500, 0), (2, 7, 14)):
        asked = ASKED._replace(by=("severity", "vulnerable"))
        tally = tallied(old, new, asked, (Pair(case, case) for case in cases), workers, chunk, few)
        groups = tuple(grouped(fact, tally.groups[fact], 5) for fact in asked.by)
        found = Comparison(old, new, asked, edits_between(old, new), tally, groups)
        shown.append(json.dumps(as_data(found)))
    assert shown[0] == shown[1]


# --- any two policies -------------------------------------------------------------------------------------------------


def as_read_by(new: Policy, old: Policy, case: Case) -> Case:
    """The case in the tables of the new policy; what only that one asks is not told."""
    names = [field.name for field in given_facts(old)]
    places = {field.name: place for place, field in enumerate(given_facts(new))}
    values = dict(zip(names, case.values, strict=True))
    return case._replace(
        values=tuple(values.get(name) for name in places),
        changes=tuple(
            change._replace(position=places[names[change.position]])
            for change in case.changes
            if names[change.position] in places
        ),
    )


@settings(max_examples=4, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_of_any_two_policies_each_change_has_a_cause(data: st.DataObject) -> None:
    """Two policies that have nothing to do with each other: to take back all edits leads to the old one's answers."""
    old = data.draw(policies())
    new = data.draw(policies().filter(lambda one: one.events == old.events))
    case = data.draw(cases(old))
    comparing = Comparing(old, new, Asked(Moment(data.draw(evaluation_moments(case)))))
    pair = Pair(case, as_read_by(new, old, case))
    rows = comparing.tally([pair]).rows
    answer = answered(comparing.old, case, comparing.moment)
    for key in rows:
        assert key.cause.edits
        left = comparing.causes.left(pair, answer, frozenset(key.cause.edits))
        if key.cause.how != "each":
            assert left is not None
            assert (key.kind, key.about) not in {(kind, about) for kind, about, _ in left} or key.kind in OF_EVENTS


OF_EVENTS = frozenset(("due", "duty", "state", "content", "strength", "pause", "record"))
"""Kinds of which one thing may differ in another occurrence too, by another cause."""
