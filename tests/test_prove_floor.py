"""`prove --floor`: what keeps the law is proved, and what does not is shown by a case that evaluation bears out."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from complaint_policy import load_policy, prove
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiler import check_file
from complaint_policy.rollout.proof.files import case_text, example_text
from complaint_policy.rollout.proof.floor import answers_of_floor
from complaint_policy.rollout.proof.proving import horizon_of
from complaint_policy.rollout.proof.results import Answer
from tests.cli_runs import in_this_process

HEAD = """\
complaint_policy: 1
id: {id}
title: A policy
version: "1"
owner: somebody
in_force: {{from: 2026-01-01}}
facts:
  vulnerable: {{type: boolean, default: false}}
  severity: {{type: choice, choices: [high, low], default: low}}
  region: {{type: choice, choices: [england, scotland], default: england}}
  happened: date
events:
  asked: {{}}
  answered: {{}}
  extended: {{fields: {{until: date, ground: "one of complex, other"}}}}
  visited: {{}}
calendars:
  england: {{zone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}, holidays: {{country: GB, subdivision: ENG}}}}
  scotland: {{zone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}, holidays: {{country: GB, subdivision: SCT}}}}
  plain: {{zone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}}}
  there: {{by: region, calendars: {{england: england, scotland: scotland}}}}
defaults: {{calendar: england}}
classification:
  queue:
    levels: [soon, later]
    rules:
      - {{id: first, when: severity is high, then: soon}}
      - {{id: second, when: vulnerable, then: later}}
requirements:
{duties}"""


def made(folder: Path, id: str, duties: str) -> Engine:
    """A policy with these duties, made ready."""
    path = folder / f"{id}.yaml"
    path.write_text(HEAD.format(id=id, duties=indent(dedent(duties), "  ")), "utf-8")
    found = check_file(path, warn=False)
    assert found.policy is not None, [str(one) for one in found.diagnostics]
    return prepare(found.policy)


def asked(folder: Path, ours: str, law: str, years: int = 2) -> list[Answer]:
    """What is answered of a policy with some duties beside one with others; every case shown is borne out."""
    engine, floor = made(folder, "bank", ours), made(folder, "law", law)
    found = list(answers_of_floor(engine, (floor,), horizon_of(engine.policy, years), 20.0))
    for one in found:
        assert (one.witness is None) is (one.verdict != "fails")
        if one.witness is not None:
            borne_out(one, engine, floor)
    return found


def borne_out(answer: Answer, engine: Engine, floor: Engine) -> None:
    """In the case shown the law's duty is breached and ours is not; its files read back."""
    assert answer.witness is not None
    shown, id = answer.witness.shown, answer.about.removeprefix("law/")
    law = {one.duty: one.state for one in evaluate(floor, shown.other or shown.case, shown.as_of).duties}
    ours = {one.duty: one.state for one in evaluate(engine, shown.case, shown.as_of).duties}
    assert law[id] == "breached"
    assert ours.get(id) not in ("breached", "met_late", "cannot_tell")
    assert example_text(answer.name, "a test", answer.witness)
    assert case_text(answer.name, answer.witness)


def verdict(folder: Path, ours: str, law: str) -> str:
    (found,) = asked(folder, f"d: {{{ours}}}", f"d: {{{law}}}")
    return found.verdict


DONE = "done_by: final_response"

KEPT = {
    "as the law": ("due: 10 days from received", "due: 10 days from received"),
    "fewer business days": ("due: 4 business days from received", "due: 5 business days from received"),
    "business days within days": ("due: 3 business days from received", "due: 12 days from received"),
    "weeks and days": ("due: 28 days from received", "due: 4 weeks from received"),
    "a month is never shorter than 28 days": ("due: 28 days from received", "due: 1 month from received"),
    "a month is at most 31 days": ("due: 1 month from received", "due: 31 days from received"),
    "hours within days": ("due: 23 hours from received", "due: 1 day from received"),
    "the earlier of two": (
        "due: the earlier of 10 days from received and 90 days from received",
        "due: 10 days from received",
    ),
    "before the later of two": (
        "due: 10 days from received",
        "due: the later of 10 days from received and 5 days from received",
    ),
    "close of business": (
        'due: "5 business days from received, close of business"',
        "due: 5 business days from received",
    ),
    "a table within": (
        "due: {by: severity, values: {high: 5 days from received, low: 10 days from received}}",
        "due: 10 days from received",
    ),
    "table against table": (
        "due: {by: severity, values: {high: 5 days from received, low: 10 days from received}}",
        "due: {by: severity, values: {high: 5 days from received, low: 10 days from received}}",
    ),
    "from the earlier event": ("due: 5 days from received", "due: 5 days from acknowledged"),
    "no law pause is needed": (
        "due: 10 days from received",
        "due: 10 days from received, pause: [{from: asked, to: answered, at_most: 5 days}]",
    ),
    "a pause that the margin covers": (
        "due: 5 days from received, pause: [{from: asked, to: answered, at_most: 3 days}]",
        "due: 8 days from received",
    ),
    "the same pause": (
        "due: 8 days from received, pause: [{from: asked, to: answered}]",
        "due: 8 days from received, pause: [{from: asked, to: answered}]",
    ),
    "the same pause, of fewer days": (
        "due: 8 days from received, pause: [{from: asked, to: answered, at_most: 5 days}]",
        "due: 8 days from received, pause: [{from: asked, to: answered, at_most: 6 days}]",
    ),
    "an extension within": (
        "due: 8 days from received, longer: [{upon: extended, to: 10 days}]",
        "due: 10 days from received",
    ),
    "the same extension, shorter": (
        "due: 8 days from received, longer: [{upon: extended, to: 20 days}]",
        "due: 10 days from received, longer: [{upon: extended, to: 20 days}]",
    ),
    "the same promise": (
        "due: 8 days from received, longer: [{upon: extended, to_date_in: until}]",
        "due: 10 days from received, longer: [{upon: extended, to_date_in: until}]",
    ),
    "a fallback within": (
        "due: 5 days from acknowledged, fallback: 8 days from received",
        "due: 8 days from received",
    ),
    "a calendar by a fact": (
        'due: "3 business days from received, there calendar"',
        'due: "4 business days from received, there calendar"',
    ),
    "counted from a day": ("due: 9 days from happened", "due: 10 days from happened"),
    "more cases than the law": ("due: 10 days from received", "when: vulnerable, due: 10 days from received"),
    "promptly": ("due: 5 days from received", "due: promptly from received"),
    "oftener": ("due: every 9 days from received", "due: every 10 days from received"),
    "earlier before a visit": ("due: {length: 8 days, before: happened}", "due: {length: 7 days, before: happened}"),
    "switched off as the law": (
        "due: 8 days from received, off_when: answered",
        "due: 8 days from received, off_when: {any_of: [answered, asked]}",
    ),
    "from a start that may come sooner, paused without a cap by the same": (
        'due: "8 days from the first of visited, extended", pause: [{from: asked, to: answered}]',
        "due: 8 days from extended, pause: [{from: asked, to: answered}]",
    ),
    "sooner beside cycles": (
        "due: the earlier of 2 complete cycles of visited from received and 89 days from received",
        "due: the earlier of 2 complete cycles of visited from received and 90 days from received",
    ),
    "fewer cycles": (
        "due: the later of 1 complete cycles of visited from received and 10 days from received",
        "due: the later of 2 complete cycles of visited from received and 10 days from received",
    ),
}
WORSE = {
    "a day more beside cycles": (
        "due: the earlier of 2 complete cycles of visited from received and 91 days from received",
        "due: the earlier of 2 complete cycles of visited from received and 90 days from received",
    ),
    "more cycles": (
        "due: the earlier of 3 complete cycles of visited from received and 90 days from received",
        "due: the earlier of 2 complete cycles of visited from received and 90 days from received",
    ),
    "another pause beside one without a cap": (
        "due: 8 days from received, pause: [{from: asked, to: answered}, {from: visited, to: extended}]",
        "due: 8 days from received, pause: [{from: asked, to: answered}]",
    ),
    "later by what the same person may not do": (
        "due: 1 day from visited, done_by: {event: visited, other_than: asked}",
        "due: 0 days from visited, done_by: {event: visited, other_than: asked}",
    ),
    "a pause from before a moment by which it is due": (
        "due: 0 hours from answered, pause: [{from: asked, to: extended, each_at_most: 5 days}]",
        "due: 0 hours from answered",
    ),
    "a day more": ("due: 11 days from received", "due: 10 days from received"),
    "a business day more": ("due: 6 business days from received", "due: 5 business days from received"),
    "an hour more": ("due: 25 hours from received", "due: 24 hours from received"),
    "24 hours when the clocks go forward": ("due: 24 hours from received", "due: 1 day from received"),
    "a business hour more": ("due: 9 business hours from received", "due: 8 business hours from received"),
    "business days beyond days": ("due: 8 business days from received", "due: 12 days from received"),
    "31 days beyond a month": ("due: 29 days from received", "due: 1 month from received"),
    "a month beyond 30 days": ("due: 1 month from received", "due: 30 days from received"),
    "the later of two": (
        "due: the later of 10 days from received and 11 days from received",
        "due: 10 days from received",
    ),
    "a holiday more": (
        'due: "5 business days from received, england calendar"',
        'due: "5 business days from received, plain calendar"',
    ),
    "a calendar swapped": (
        'due: "5 business days from received, scotland calendar"',
        'due: "5 business days from received, england calendar"',
    ),
    "a calendar swapped for some": (
        'due: "5 business days from received, there calendar"',
        'due: "5 business days from received, england calendar"',
    ),
    "a row more": (
        "due: {by: severity, values: {high: 5 days from received, low: 11 days from received}}",
        "due: 10 days from received",
    ),
    "a key without a label": (
        "due: {by: queue, values: {soon: 5 days from received, later: 8 days from received}}",
        "due: 10 days from received",
    ),
    "from acknowledged": ("due: 10 days from acknowledged", "due: 10 days from received"),
    "from a later event, until then not": (
        "due: 1 day from acknowledged, fallback: 11 days from received",
        "due: 10 days from received",
    ),
    "received out of hours": (
        'due: "5 business days from received, deemed next business day"',
        "due: 5 business days from received",
    ),
    "rolled": ('due: "10 days from received, roll to next business day"', "due: 10 days from received"),
    "the first day not counted": ("due: 10 days from received", 'due: "10 days from received, counting the first day"'),
    "a pause": (
        "due: 10 days from received, pause: [{from: asked, to: answered, at_most: 5 days}]",
        "due: 10 days from received",
    ),
    "a pause without a cap": (
        "due: 5 days from received, pause: [{from: asked, to: answered}]",
        "due: 10 days from received",
    ),
    "a pause of one day more": (
        "due: 8 days from received, pause: [{from: asked, to: answered, at_most: 6 days}]",
        "due: 8 days from received, pause: [{from: asked, to: answered, at_most: 5 days}]",
    ),
    "an extension": (
        "due: 10 days from received, longer: [{upon: extended, by: 5 days}]",
        "due: 10 days from received",
    ),
    "an extension of one day more": (
        "due: 10 days from received, longer: [{upon: extended, to: 21 days}]",
        "due: 10 days from received, longer: [{upon: extended, to: 20 days}]",
    ),
    "an extension on any ground": (
        "due: 10 days from received, longer: [{upon: extended, to: 20 days}]",
        "due: 10 days from received, longer: [{upon: {event: extended, where: ground is complex}, to: 20 days}]",
    ),
    "a promise without a cap": (
        "due: 10 days from received, longer: [{upon: extended, to_date_in: until}]",
        "due: 10 days from received, longer: [{upon: extended, to_date_in: until, at_most: 30 days}]",
    ),
    "open-ended": (
        "due: 10 days from received, longer: [{upon: extended, to: open}]",
        "due: 10 days from received",
    ),
    "fewer cases than the law": ("when: vulnerable, due: 10 days from received", "due: 10 days from received"),
    "switched off": ("due: 10 days from received, off_when: answered", "due: 10 days from received"),
    "promptly instead of days": ("due: promptly from received", "due: 10 days from received"),
    "seldomer": ("due: every 11 days from received", "due: every 10 days from received"),
    "once instead of again and again": ("due: 10 days from received", "due: every 10 days from received"),
    "later before a visit": ("due: {length: 6 days, before: happened}", "due: {length: 7 days, before: happened}"),
    "counted from a day, later": ("due: 11 days from happened", "due: 10 days from happened"),
    "less content": (
        "due: 10 days from received, done_by: {final_response: [decision]}",
        "due: 10 days from received, done_by: {final_response: [decision, reasons]}",
    ),
}


def duty(text: str) -> str:
    return text if "done_by" in text else f"{text}, {DONE}"


@pytest.mark.parametrize("name", KEPT)
def test_what_keeps_the_law_is_proved(name: str, tmp_path: Path) -> None:
    ours, law = KEPT[name]
    assert verdict(tmp_path, duty(ours), duty(law)) == "holds"


@pytest.mark.parametrize("name", WORSE)
def test_what_is_worse_than_the_law_is_shown(name: str, tmp_path: Path) -> None:
    ours, law = WORSE[name]
    assert verdict(tmp_path, duty(ours), duty(law)) == "fails"


# --- the law that a policy extends, and the command -------------------------------------------------------------------

ACT = """\
complaint_policy: 1
id: act
title: An act
version: "1"
owner: somebody
in_force: {from: 2020-01-01}
facts: {consumer: boolean}
applies: consumer
calendars:
  land: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
requirements:
  answer: {due: 20 days from received, done_by: final_response, citation: s 1}
  note: {due: 5 days from received, done_by: acknowledged, citation: s 2}
"""
BANK = """\
complaint_policy: 1
id: bank
title: A bank
version: "1"
owner: somebody
in_force: {{from: 2026-01-01}}
law:
  act: {{facts: {{consumer: true}}}}
facts: {{vulnerable: boolean}}
calendars:
  desk: {{zone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}, holidays: {{country: GB, subdivision: ENG}}}}
timeframes:
  answer: {{due: {days} business days from received, done_by: final_response, meets: act/answer}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "act").mkdir()
    (tmp_path / "act" / "policy.yaml").write_text(ACT, "utf-8")
    for days in (10, 13):
        (tmp_path / f"bank{days}.yaml").write_text(BANK.format(days=days), "utf-8")
    return tmp_path


@pytest.mark.parametrize("named", [(), ("act",), ("act/policy.yaml",)])
def test_the_law_that_a_policy_extends_is_a_floor(
    named: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Semantics 91: what no duty of its own answers is kept by the law's own duty."""
    monkeypatch.chdir(folder)
    kept = in_this_process(capsys, "prove", "bank10.yaml", "--floor", *named)
    assert kept.code == 0, kept.err
    assert "holds      act/answer: `answer` is never later, paused longer or left out" in kept.out
    assert "holds      act/note: kept by the law's own duty" in kept.out
    late = in_this_process(capsys, "prove", "bank13.yaml", "--floor", *named)
    assert late.code == 5
    assert "due by 2026-04-06 23:59 (Europe/London, calendar act/land); `answer` due by 2026-04-07" in late.out
    assert in_this_process(capsys, "test", "counterexamples/floor-act-answer.yaml").code == 0


def test_what_the_policy_before_promised_is_a_floor(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert in_this_process(capsys, "prove", "bank10.yaml", "--floor", "--against", "bank13.yaml").code == 0
    worse = in_this_process(capsys, "prove", "bank13.yaml", "--floor", "--against", "bank10.yaml")
    assert worse.code == 5
    assert "fails      bank/answer" in worse.out


def test_a_floor_that_is_none_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    wrong = in_this_process(capsys, "prove", "bank10.yaml", "--floor", "acts")
    assert wrong.code == 2
    assert "`acts` is neither a file nor a pack that is shipped or extended: did you mean `act`?" in wrong.err
    nothing = in_this_process(capsys, "prove", "act/policy.yaml", "--floor")
    assert nothing.code == 2
    assert "the policy extends no pack" in nothing.err


def test_python_asks_the_same(folder: Path) -> None:
    found = prove(load_policy(folder / "bank13.yaml"), floors=(), years=1)
    assert [one.verdict for one in found if one.name == "floor-act-answer"] == ["fails"]
