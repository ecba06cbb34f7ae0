"""Moments compared with clocks, days that an event names, and who approves (semantics 102 to 105)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.evaluation.engine import evaluate, next_change_at, prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy
from tests.policy_texts import HEAD, OFFICE, checked, codes, compiled
from tests.strategies.building import moment
from tests.strategies.projections import differences, engine_answer, reference

FACTS = """\
facts:
  occurred_on: date
  aware_on: date
  treatment_ends: {type: moment, says: when the treatment ends}
  promised_on: {field: holding_response.promised_on}
"""
REPLY = """\
timeframes:
  reply:
    due: {start: received, length: 5 business days}
    pause: [{from: information_requested, to: information_received, at_most: 10 business days, end_days: in}]
    done_by: final_response
  special:
    when: read
    due: {start: received, length: 1 day}
    done_by: update_sent
"""
Told = tuple[str, str, dict[str, Any]]


def ready(folder: Path, fact: str) -> Engine:
    return prepare(compiled(folder, HEAD, OFFICE, FACTS, f"  read: {fact}\n", REPLY))


def written(*events: Told, **facts: Any) -> dict[str, Any]:
    told = [("received", "2026-06-01T10:00", {}), *events]
    return {
        "id": "C-1",
        "facts": facts,
        "events": [{"type": type, "at": f"{at}:00+01:00", "data": data} for type, at, data in told],
    }


def value(engine: Engine, case: dict[str, Any], as_of: str) -> object:
    """The fact `read`, on which engine and reference agree."""
    policy, read = engine.policy, read_case(engine.policy, case)
    assert not differences(engine_answer(engine, policy, read, moment(as_of)), reference(policy, read, moment(as_of)))
    return dict(
        zip([fact.field.name for fact in policy.facts], evaluate(engine, read, moment(as_of)).facts, strict=True)
    )["read"]


def test_semantics_102_an_event_that_has_not_come_is_later_once_the_clock_has_run_out(tmp_path):
    engine = ready(tmp_path, "{later_than: 7 days, from: received, event: acknowledged}")
    silent = written()
    assert value(engine, silent, "2026-06-08T23:59") is None
    assert value(engine, silent, "2026-06-09T00:00") is True
    late = written(("acknowledged", "2026-06-20T10:00", {}))
    assert value(engine, late, "2026-06-20T10:00") is True
    in_time = written(("acknowledged", "2026-06-08T23:59", {}))
    assert value(engine, in_time, "2026-06-08T23:59") is False
    assert value(engine, in_time, "2026-07-30T10:00") is False


def test_semantics_102_the_answer_changes_at_the_end_of_the_clock_and_not_before(tmp_path):
    engine = ready(tmp_path, "{later_than: 7 days, from: received, event: acknowledged}")
    case = read_case(
        engine.policy, written(("update_sent", "2026-06-01T11:00", {}), ("final_response", "2026-06-01T12:00", {}))
    )
    change = next_change_at(engine, case, moment("2026-06-03T10:00"))
    assert change.moment == moment("2026-06-09T00:00")


def test_semantics_102_a_breach_that_hangs_on_silence_stays_when_the_event_comes(tmp_path):
    engine = ready(tmp_path, "{later_than: 7 days, from: received, event: acknowledged}")
    late = read_case(engine.policy, written(("acknowledged", "2026-06-20T10:00", {})))
    for as_of in ("2026-06-09T00:00", "2026-06-20T09:59", "2026-06-20T10:00", "2026-07-20T10:00"):
        special = next(one for one in evaluate(engine, late, moment(as_of)).duties if one.duty == "special")
        assert (special.state, special.breached_at) == ("breached", moment("2026-06-09T00:00"))


@pytest.mark.parametrize(
    ("ends", "found"),
    [("2026-06-02T10:00:00+01:00", False), ("2026-06-02T09:59:59+01:00", True), (None, None)],
)
def test_semantics_102_so_long_before_a_moment_that_is_told(tmp_path, ends, found):
    engine = ready(tmp_path, "{later_than: 24 hours before treatment_ends, event: received}")
    assert value(engine, written(treatment_ends=ends), "2026-06-01T12:00") is found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"occurred_on": "2020-05-31", "aware_on": "2023-06-01"}, False),  # three years from awareness
        ({"occurred_on": "2020-06-01", "aware_on": "2021-01-01"}, False),  # six years from the act
        ({"occurred_on": "2020-05-31", "aware_on": "2023-05-31"}, True),
        ({"occurred_on": "2020-05-31"}, None),
    ],
)
def test_semantics_102_later_than_the_later_of_two_clocks(tmp_path, facts, found):
    clock = '"the later of 6 years from occurred_on and 3 years from aware_on"'
    engine = ready(tmp_path, f"{{later_than: {clock}, event: received}}")
    assert value(engine, written(**facts), "2026-06-01T12:00") is found


def test_semantics_102_a_clock_that_starts_from_the_later_of_two_dates(tmp_path):
    engine = ready(tmp_path, '{later_than: 60 days, from: "the last of occurred_on, aware_on", event: received}')
    assert value(engine, written(occurred_on="2026-01-01", aware_on="2026-04-02"), "2026-06-01T12:00") is False
    assert value(engine, written(occurred_on="2026-04-01", aware_on="2026-04-01"), "2026-06-01T12:00") is True


def test_semantics_102_a_promised_day_is_compared_with_the_due_day_of_a_duty(tmp_path):
    engine = ready(tmp_path, "{later_than: the day of reply due, event: promised_on}")

    def promised(day: str) -> Told:
        return ("holding_response", "2026-06-03T10:00", {"promised_on": day})

    assert value(engine, written(promised("2026-06-08")), "2026-06-03T12:00") is False
    assert value(engine, written(promised("2026-06-09")), "2026-06-03T12:00") is True
    asked = ("information_requested", "2026-06-02T10:00", {})
    assert value(engine, written(asked, promised("2026-06-09")), "2026-06-03T12:00") is None, "it may still move"
    answered = ("information_received", "2026-06-04T10:00", {})
    moved = written(asked, promised("2026-06-09"), answered)
    assert value(engine, moved, "2026-06-04T12:00") is False


def test_semantics_102_what_has_come_is_before_what_has_not(tmp_path):
    engine = ready(tmp_path, "{later_than: before investigation_started, event: assessed}")
    assessed = ("assessed", "2026-06-02T10:00", {})
    assert value(engine, written(assessed), "2026-06-02T12:00") is False
    assert value(engine, written(), "2026-06-02T12:00") is None
    began = ("investigation_started", "2026-06-03T10:00", {})
    assert value(engine, written(began), "2026-06-03T10:00") is True
    assert value(engine, written(assessed, began), "2026-06-04T10:00") is False


def test_semantics_102_an_event_whose_fields_do_not_tell_leaves_it_open(tmp_path):
    engine = ready(tmp_path, "{later_than: 2 days, from: received, event: {event: acknowledged, where: written}}")
    untold = ("acknowledged", "2026-06-02T10:00", {})
    assert value(engine, written(untold), "2026-07-01T10:00") is None
    told = ("acknowledged", "2026-06-02T09:00", {"written": True})
    assert value(engine, written(told, untold), "2026-07-01T10:00") is False
    oral = ("acknowledged", "2026-06-02T09:00", {"written": False})
    assert value(engine, written(oral), "2026-07-01T10:00") is True


def test_semantics_111_time_elapses_between_any_starts(tmp_path):
    engine = ready(
        tmp_path,
        '{is: "passed > 9"}\n  passed: {elapsed: days, from: "the last of occurred_on, received", to: reply due}',
    )
    assert value(engine, written(occurred_on="2026-01-01"), "2026-06-02T10:00") is False


def test_semantics_102_a_clock_of_a_fact_is_the_same_from_a_bundle(tmp_path):
    engine = ready(tmp_path, "{later_than: the day of reply due, event: promised_on}")
    read = load(dump(engine.policy))
    assert isinstance(read, Policy)
    assert read.facts == engine.policy.facts


# --- a day named by the event of an occurrence ------------------------------------------------------------------------

PROPOSALS = """\
events:
  proposal: {fields: {objections_by: date}}
  carried_out: {}
facts: {}
requirements:
  wait:
    citation: Act 1
    each: proposal
    due: {field: proposal.objections_by}
    done_by: carried_out
"""


def test_semantics_103_each_proposal_has_the_day_of_its_own_event(tmp_path):
    engine = prepare(compiled(tmp_path, HEAD, OFFICE, PROPOSALS))
    first = ("proposal", "2026-06-02T10:00", {"objections_by": "2026-06-10"})
    second = ("proposal", "2026-06-03T10:00", {"objections_by": "2026-06-20"})
    read = read_case(engine.policy, written(first, second))
    as_of = moment("2026-06-12T10:00")
    assert not differences(engine_answer(engine, engine.policy, read, as_of), reference(engine.policy, read, as_of))
    one, two = evaluate(engine, read, as_of).duties
    assert (one.state, one.late_from) == ("breached", moment("2026-06-11T00:00"))
    assert (two.state, two.late_from) == ("running", moment("2026-06-21T00:00"))


def test_semantics_29_an_occurrence_of_a_case_that_was_never_received_is_not_met(tmp_path):
    engine = prepare(compiled(tmp_path, HEAD, OFFICE, PROPOSALS))
    case = written(
        ("proposal", "2026-06-02T10:00", {"objections_by": "2026-06-10"}), ("carried_out", "2026-06-03T10:00", {})
    )
    read, as_of = read_case(engine.policy, case | {"events": case["events"][1:]}), moment("2026-06-12T10:00")
    assert not differences(engine_answer(engine, engine.policy, read, as_of), reference(engine.policy, read, as_of))
    assert [one.state for one in evaluate(engine, read, as_of).duties] == ["not_started"]


# --- who approves -----------------------------------------------------------------------------------------------------

APPROVED = """\
facts: {}
resolution:
  approvals: {large: {when: redress > 100, approved_by: [legal], other_than: offer_made}}
requirements:
  answer:
    citation: Act 1
    due: {start: received, length: 8 weeks}
    done_by: final_response
"""


@pytest.mark.parametrize("first", ["2026-06-02T10:00", "2026-06-04T10:00"])
@pytest.mark.parametrize(
    ("offered_by", "approved_by", "found"),
    [
        ("anna", "ben", []),
        ("anna", "anna", ["same_person", "offer_without_approval"]),
        ("anna", None, ["offer_without_approval"]),
        ("organisation", "ben", ["offer_without_approval"]),
    ],
)
def test_semantics_104_nobody_approves_what_he_did_himself(tmp_path, first, offered_by, approved_by, found):
    engine = prepare(compiled(tmp_path, HEAD, OFFICE, APPROVED))
    case = written(
        ("offer_made", "2026-06-03T10:00", {"amount": "500"}),
        ("approval_given", first, {}),
    )
    case["events"][1]["by"] = offered_by
    case["events"][2] |= {"role": "legal"} | ({} if approved_by is None else {"by": approved_by})
    findings = evaluate(engine, read_case(engine.policy, case), moment("2026-06-05T10:00")).findings
    assert sorted(one.kind for one in findings) == sorted(found)


# --- what a scope may not leave out -----------------------------------------------------------------------------------

PACK = """\
complaint_policy: 1
id: example-act
title: A pack
version: "1"
in_force: {from: 2026-01-01}
facts: {eligible: boolean, made_orally: boolean}
applies: eligible
policy_must: {still: {citation: Guide 31, in_scope: made_orally}}
"""
ANSWERED = """\
facts:
  region: one of north, south
  channel: one of phone, letter
  calls: {count: update_sent}
law:
  example-act: {facts: {eligible: region == north, made_orally: channel == phone}}
requirements:
  answer:
    citation: Act 1
    due: {start: received, length: 8 weeks}
    done_by: final_response
"""


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ("- {id: elsewhere, when: region == south, then: out}", []),
        ("- {id: elsewhere, when: region == south and calls > 3, then: out}", []),
        ("- {id: phoned, when: channel == phone, then: out}", ["CP373"]),
        (
            "- {id: first, when: channel == phone, then: in}\n    - {id: any-other, when: region == north, then: out}",
            [],
        ),
        ("- {id: much, when: calls > 3, then: out}", ["CP275"]),
    ],
)
def test_semantics_105_a_scope_is_proved_to_leave_nothing_out_or_not(tmp_path, rules, found):
    (tmp_path / "example-act").mkdir()
    (tmp_path / "example-act" / "policy.yaml").write_text(PACK, encoding="utf-8")
    scope = f"scope:\n  rules:\n    {rules}\n  otherwise: in\n"
    assert [
        one for one in codes(checked(tmp_path, HEAD, OFFICE, ANSWERED, scope)) if one in ("CP373", "CP275")
    ] == found
