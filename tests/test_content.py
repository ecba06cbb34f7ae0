"""Content that is needed only sometimes, and content that a message must have whenever it is sent (semantics 112)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.evaluation.engine import evaluate, next_actions, prepare
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy
from tests.policy_texts import HEAD, OFFICE, checked, codes, compiled
from tests.strategies.building import moment

FACTS = "facts: {eligible: boolean, foreign: boolean}\n"
ANSWER = """\
requirements:
  answer:
    citation: Act 1
    due: {start: received, length: 5 days}
    done_by: {final_response: [reasons, {leaflet: eligible}]}
"""
NOTICE = """\
requirements:
  notice:
    citation: Act 2
    when: foreign
    at: {event: final_response, where: written}
    content: [reasons, {leaflet: eligible}]
"""


def ready(folder: Path, *parts: str) -> Engine:
    return prepare(compiled(folder, HEAD, OFFICE, FACTS, *parts))


def written(*sent: dict[str, Any], more: tuple[dict[str, Any], ...] = (), **facts: Any) -> dict[str, Any]:
    events = [{"type": "received", "at": "2026-06-01T10:00:00+01:00"}]
    events += [
        {"type": "final_response", "at": f"2026-06-0{2 + place}T10:00:00+01:00", "data": data}
        for place, data in enumerate(sent)
    ]
    return {"id": "C-1", "facts": facts, "events": [*events, *more]}


def seen(engine: Engine, case: dict[str, Any], as_of: str = "2026-06-20T10:00") -> tuple[DutyResult, ...]:
    return evaluate(engine, read_case(engine.policy, case), moment(as_of)).duties


@pytest.mark.parametrize(
    ("eligible", "content", "state", "missing"),
    [
        (True, ["reasons", "leaflet"], "met", ()),
        (True, ["reasons"], "breached", ("leaflet",)),
        (False, ["reasons"], "met", ()),
        (None, ["reasons", "leaflet"], "met", ()),
        (None, ["reasons"], "cannot_tell", ()),
        (None, ["leaflet"], "breached", ("reasons",)),
        (True, [], "breached", ("reasons", "leaflet")),
        (False, None, "cannot_tell", ()),
    ],
)
def test_semantics_112_an_item_is_needed_if_its_condition_held(tmp_path, eligible, content, state, missing):
    engine = ready(tmp_path, ANSWER)
    data = {} if content is None else {"content": content}
    [found] = seen(engine, written(data, eligible=eligible))
    assert (found.state, found.missing) == (state, missing)


def test_semantics_112_the_facts_of_the_moment_of_the_message_decide(tmp_path):
    engine = ready(tmp_path, ANSWER)
    later = {"type": "facts_changed", "at": "2026-06-03T10:00:00+01:00", "data": {"facts": {"eligible": True}}}
    [found] = seen(engine, written({"content": ["reasons"]}, more=(later,), eligible=False))
    assert found.state == "met"


def test_semantics_112_an_unknown_condition_is_asked_for(tmp_path):
    engine = ready(tmp_path, ANSWER)
    case = read_case(engine.policy, written({"content": ["reasons"]}))
    [action] = next_actions(engine, evaluate(engine, case, moment("2026-06-20T10:00")), case)
    assert (action.kind, action.about, action.detail) == ("ask", "answer", "eligible")


def test_semantics_112_a_message_is_judged_whenever_it_is_sent_and_a_later_one_mends_nothing(tmp_path):
    engine = ready(tmp_path, NOTICE)
    sent = [
        {"written": True, "content": ["reasons"]},
        {"written": False, "content": []},
        {"written": True, "content": ["reasons", "leaflet"]},
        {"content": ["reasons"]},
        {"written": True},
    ]
    found = seen(engine, written(*sent, eligible=True, foreign=True))
    assert [(one.occurrence[-1], one.state, one.missing) for one in found] == [
        ("1", "breached", ("leaflet",)),
        ("2", "not_applicable", ()),
        ("3", "met", ()),
        ("4", "cannot_tell", ("leaflet",)),
        ("5", "cannot_tell", ()),
    ]
    assert found[0].breached_at == moment("2026-06-02T10:00")


def test_semantics_112_a_duty_of_content_applies_by_the_facts_of_its_moment(tmp_path):
    engine = ready(tmp_path, NOTICE)
    sent = {"written": True, "content": []}
    assert [one.state for one in seen(engine, written(sent, foreign=False))] == ["not_applicable"]
    assert [one.state for one in seen(engine, written(sent))] == ["cannot_tell"]
    assert seen(engine, written(foreign=True)) == ()
    case = read_case(engine.policy, written(sent))
    [action] = next_actions(engine, evaluate(engine, case, moment("2026-06-20T10:00")), case)
    assert (action.kind, action.detail) == ("ask", "foreign")


def test_semantics_112_a_right_opens_when_the_content_was_missing(tmp_path):
    right = "rights:\n  refer: {who: complainant, opens: {late: notice}}\n"
    engine = ready(tmp_path, NOTICE, right)
    case = read_case(engine.policy, written({"written": True, "content": []}, foreign=True, eligible=False))
    assert evaluate(engine, case, moment("2026-06-20T10:00")).rights[0].opened_at == moment("2026-06-02T10:00")


def test_semantics_62_a_tightened_duty_keeps_what_the_law_wants_sometimes(tmp_path):
    law = HEAD.replace("small", "act") + OFFICE + "facts: {eligible: boolean}\n" + ANSWER
    (tmp_path / "act.yaml").write_text(law, encoding="utf-8")
    own = HEAD + OFFICE + "facts: {eligible: boolean}\nlaw:\n  act:\n    facts: {eligible: eligible}\n    tighten:\n"
    kept = own + "      answer: {due: {length: 3 days}, content: [apology], because: ours}\n"
    policy = compiled(tmp_path, kept)
    happens = next(one for one in policy.duties if one.id == "answer").done_by
    assert happens is not None
    assert (happens.content, [item for item, _ in happens.content_if]) == (("reasons", "apology"), ["leaflet"])
    lost = own + "      answer: {done_by: {final_response: [reasons]}, because: ours}\n"
    assert "CP255" in codes(checked(tmp_path, lost))


def test_a_duty_of_content_survives_the_bundle(tmp_path):
    policy = ready(tmp_path, NOTICE).policy
    read = load(dump(policy))
    assert isinstance(read, Policy)
    assert read.duties == policy.duties
