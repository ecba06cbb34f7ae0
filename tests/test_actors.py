"""Who does it: somebody else than whoever did it before, in a role (semantics 113)."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy import read_case
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy
from tests.policy_texts import HEAD, OFFICE, checked, codes, compiled
from tests.strategies.building import moment

FACTS = "facts: {eligible: {type: boolean, default: true}}\n"
SECOND = """\
requirements:
  second-look:
    citation: Act 1
    when: eligible
    due: {start: received, length: 10 days}
    done_by: {event: assessed, where: role == "manager", other_than: decision_communicated}
"""


def seen(folder: Path, *people: tuple[str, str | None], role: str | None = "manager") -> Evaluation:
    """The evaluation of a case in which these people did these things, one a day."""
    engine = prepare(compiled(folder, HEAD, OFFICE, FACTS, SECOND))
    events = [{"type": "received", "at": "2026-06-01T10:00:00+01:00"}]
    for place, (type, by) in enumerate(people):
        who = {key: value for key, value in (("by", by), ("role", role)) if value is not None}
        events.append({"type": type, "at": f"2026-06-0{2 + place}T10:00:00+01:00", **who})
    case = read_case(engine.policy, {"id": "C-1", "facts": {}, "events": events})
    return evaluate(engine, case, moment("2026-06-20T10:00"))


@pytest.mark.parametrize(
    ("people", "state"),
    [
        ([("decision_communicated", "anna"), ("assessed", "ben")], "met"),
        ([("decision_communicated", "anna"), ("assessed", "anna")], "breached"),
        ([("decision_communicated", "anna"), ("assessed", "anna"), ("assessed", "ben")], "met"),
        ([("decision_communicated", "anna"), ("assessed", None)], "cannot_tell"),
        ([("decision_communicated", None), ("assessed", "ben")], "cannot_tell"),
        ([("decision_communicated", "organisation"), ("assessed", "organisation")], "cannot_tell"),
        ([("decision_communicated", "organisation"), ("assessed", "ben")], "cannot_tell"),
        ([("decision_communicated", "ombudsman"), ("assessed", "organisation")], "met"),
        ([("assessed", "anna"), ("decision_communicated", "anna")], "met"),
        (
            [("decision_communicated", "anna"), ("decision_communicated", "ben"), ("assessed", "anna")],
            "breached",
        ),
    ],
)
def test_semantics_113_somebody_else_must_do_it(tmp_path, people, state):
    assert seen(tmp_path, *people).duties[0].state == state


def test_semantics_113_in_a_role(tmp_path):
    people = [("decision_communicated", "anna"), ("assessed", "ben")]
    assert seen(tmp_path, *people, role="clerk").duties[0].state == "breached"
    assert seen(tmp_path, *people, role=None).duties[0].state == "cannot_tell"


def test_semantics_113_that_it_was_the_same_person_is_a_finding(tmp_path):
    findings = seen(tmp_path, ("decision_communicated", "anna"), ("assessed", "anna")).findings
    assert [(one.kind, one.about, one.detail) for one in findings] == [("same_person", "second-look", "assessed#1")]


def test_semantics_62_a_tightened_duty_keeps_the_other_person(tmp_path):
    (tmp_path / "act.yaml").write_text(HEAD.replace("small", "act") + OFFICE + FACTS + SECOND, encoding="utf-8")
    own = HEAD + OFFICE + FACTS + "law:\n  act:\n    facts: {eligible: eligible}\n    tighten:\n"
    lost = own + "      second-look: {done_by: {event: assessed}, because: ours}\n"
    assert "CP255" in codes(checked(tmp_path, lost))


def test_who_does_it_survives_the_bundle(tmp_path):
    policy = compiled(tmp_path, HEAD, OFFICE, FACTS, SECOND)
    read = load(dump(policy))
    assert isinstance(read, Policy)
    assert read.duties == policy.duties
