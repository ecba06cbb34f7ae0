"""Facts read from events, duties and the time that has passed (semantics 111)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.evaluation.engine import evaluate, next_change_at, prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy
from tests.policy_texts import HEAD, OFFICE, compiled
from tests.strategies.building import day, moment

DUTIES = """\
timeframes:
  acknowledge:
    due: {start: received, length: 1 business day}
    done_by: acknowledged
  special:
    when: asked
    due: {start: received, length: 1 day}
    done_by: update_sent
"""
FACTS = "facts:\n  occurred_on: date\n  asked: {type: boolean, default: true}\n  limit: {type: money, currency: GBP}\n"


def ready(folder: Path, fact: str) -> Engine:
    return prepare(compiled(folder, HEAD, OFFICE, FACTS, f"  read: {fact}\n", DUTIES))


def written(*events: tuple[str, str, dict[str, Any]], **facts: Any) -> dict[str, Any]:
    told = [("received", "2026-06-01T10:00", {}), *events]
    return {
        "id": "C-1",
        "facts": facts,
        "events": [{"type": type, "at": f"{at}:00+01:00", "data": data} for type, at, data in told],
    }


def value(engine: Engine, case: dict[str, Any], as_of: str) -> object:
    names = [fact.field.name for fact in engine.policy.facts]
    facts = evaluate(engine, read_case(engine.policy, case), moment(as_of)).facts
    return dict(zip(names, facts, strict=True))["read"]


@pytest.mark.parametrize(
    ("unit", "occurred", "as_of", "found"),
    [
        ("days", "2026-06-01", "2026-06-01T23:59", 0),
        ("days", "2026-06-01", "2026-06-02T00:00", 1),
        ("business days", "2026-06-05", "2026-06-07T12:00", 0),  # Friday to Sunday
        ("business days", "2026-06-05", "2026-06-08T00:00", 1),
        ("weeks", "2026-05-01", "2026-06-05T12:00", 5),
        ("months", "2026-01-31", "2026-06-29T12:00", 4),
        ("months", "2026-01-31", "2026-06-30T00:00", 5),  # there is no 31 June
        ("years", "2008-02-29", "2026-02-27T12:00", 17),
        ("years", "2008-02-29", "2026-02-28T00:00", 18),
        ("days", "2026-07-01", "2026-06-05T12:00", 0),  # not come yet
    ],
)
def test_semantics_111_elapsed_counts_whole_units_by_local_days(tmp_path, unit, occurred, as_of, found):
    engine = ready(tmp_path, f"{{elapsed: {unit}, from: occurred_on}}")
    case = written(occurred_on=occurred)
    case["events"][0]["at"] = "2026-01-01T10:00:00+00:00"
    assert value(engine, case, as_of) == found


def test_semantics_111_elapsed_between_two_events_does_not_move_any_more(tmp_path):
    engine = ready(tmp_path, "{elapsed: days, from: received, to: acknowledged}")
    case = written(("acknowledged", "2026-06-04T09:00", {}))
    assert value(engine, case, "2026-06-03T09:00") is None
    assert value(engine, case, "2026-07-03T09:00") == 3


def test_semantics_111_elapsed_that_decides_is_a_change_at_its_midnight(tmp_path):
    text = f"{FACTS}  age: {{elapsed: business days, from: received}}\n{DUTIES}".replace(
        "when: asked", "when: age >= 3"
    )
    engine = prepare(compiled(tmp_path, HEAD, OFFICE, text))
    case = written(("acknowledged", "2026-06-01T11:00", {}))
    found = next_change_at(engine, read_case(engine.policy, case), moment("2026-06-01T12:00"))
    assert found.moment == moment("2026-06-04T00:00")


def test_semantics_111_attempts_on_different_days_within_a_period(tmp_path):
    engine = ready(tmp_path, "{count: information_requested, distinct: days, within: 3 business days}")
    days = ["2026-06-02T09:00", "2026-06-02T15:00", "2026-06-04T09:00", "2026-06-05T23:59", "2026-06-10T09:00"]
    case = written(*[("information_requested", at, {}) for at in days])
    assert value(engine, case, "2026-06-04T12:00") == 2
    assert value(engine, case, "2026-06-20T12:00") == 3
    plain = ready(tmp_path, "{count: information_requested, within: 3 business days}")
    assert value(plain, case, "2026-06-20T12:00") == 4
    assert value(plain, written(), "2026-06-20T12:00") == 0


def test_semantics_111_sums_and_dates_of_events(tmp_path):
    engine = ready(tmp_path, "{sum: offer_made.amount}")
    two = [("offer_made", "2026-06-02T09:00", {"amount": "10.50"}), ("offer_made", "2026-06-03T09:00", {"amount": "5"})]
    assert value(engine, written(*two), "2026-06-02T12:00") == 1050
    assert value(engine, written(*two), "2026-06-04T12:00") == 1550
    assert value(engine, written(*two, ("offer_made", "2026-06-03T10:00", {})), "2026-06-04T12:00") is None
    assert value(engine, written(), "2026-06-04T12:00") == 0
    first = ready(tmp_path, "{date_of: offer_made}")
    assert value(first, written(*two), "2026-06-04T12:00") == day("2026-06-02")
    latest = ready(tmp_path, "{moment_of: offer_made, which: latest}")
    assert value(latest, written(*two), "2026-06-04T12:00") == moment("2026-06-03T09:00")
    assert value(latest, written(), "2026-06-04T12:00") is None


def test_semantics_111_late_stays_and_state_is_not_known_while_it_cannot_be_told(tmp_path):
    engine = ready(tmp_path, "{late: acknowledge}")
    done = written(("acknowledged", "2026-06-05T09:00", {}))
    assert value(engine, done, "2026-06-02T12:00") is False
    assert value(engine, done, "2026-06-03T00:00") is True
    assert value(engine, done, "2026-06-20T00:00") is True
    state = ready(tmp_path, "{state: acknowledge}")
    assert value(state, done, "2026-06-02T12:00") == "running"
    assert value(state, done, "2026-06-20T12:00") == "met_late"
    open_ = prepare(
        compiled(
            tmp_path, HEAD, OFFICE, FACTS, "  odd: boolean\n  read: {state: special}\n", DUTIES.replace("asked", "odd")
        )
    )
    assert value(open_, written(), "2026-06-20T12:00") is None
    assert value(open_, written(odd=False), "2026-06-20T12:00") == "not_applicable"


@pytest.mark.parametrize(
    "fact",
    [
        "{elapsed: years, from: occurred_on, to: received}",
        "{count: received, distinct: days, within: 3 days}",
        "{sum: offer_made.amount, where: written}",
        "{moment_of: received}",
        "{date_of: received, where: written}",
        "{late: acknowledge}",
        "{state: acknowledge}",
    ],
)
def test_a_fact_read_from_events_duties_or_time_survives_the_bundle(tmp_path, fact):
    policy = ready(tmp_path, fact).policy
    read = load(dump(policy))
    assert isinstance(read, Policy)
    assert read.facts == policy.facts
