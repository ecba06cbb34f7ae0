"""What an expectation means: which answers meet it, and which do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.rollout.examples import Examples
from complaint_policy.rollout.reading import examples_of, read_written
from complaint_policy.rollout.running import Ran, run

POLICY = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
facts:
  customer: {type: choice, choices: [consumer, business]}
  amount: {type: money, currency: GBP, default: 0}
  kinds: {type: "any of fees, service", default: []}
  serious: {is: amount more than 500}
events:
  complainant_replied: {says: the complainant wrote again}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
  tokyo: {zone: Asia/Tokyo, open_days: [mon, tue, wed, thu, fri]}
scope:
  rules:
    - {id: trade, when: customer is business, then: out, because: not a consumer}
  otherwise: in
classification:
  severity:
    levels: high > low
    rules:
      - {id: big, when: amount more than 500, then: high, citation: Code 2}
    otherwise: low
requirements:
  answer:
    citation: Code 4.1; Code 4.2
    says: answer within eight weeks
    due: 8 weeks from received
    done_by: {final_response: [reasons]}
  reply:
    citation: Code 5
    says: reply to each letter
    each: complainant_replied
    due: 2 business days from complainant_replied
    done_by: update_sent
timeframes:
  acknowledge:
    due: 4 business hours from received
    done_by: acknowledged
  report-abroad:
    due: 1 business day from received, tokyo calendar
    done_by: feedback_requested
records:
  keep-file:
    says: keep the file
    keep: {from: received, at_least: 3 years}
rights:
  appeal:
    who: complainant
    opens: final_response
    closes: 6 months from final_response
escalation:
  tiers: |
    id        | owner | redress up to | takes at first
    frontline | team  | any           | low
    senior    | head  | any           | high
  moves:
    upward: {each: offer_rejected, go: up, because: not accepted}
"""
HEAD = """\
examples: 1
facts: {customer: consumer}
cases:
  - name: one
    source: derived
    as_of: 2026-05-06 12:00
    facts: {amount: "900.00", kinds: [fees]}
    events:
      - received: 2026-05-01 16:00
      - acknowledged: 2026-05-05 09:30
      - complainant_replied: {at: 2026-05-05 10:00, id: L1}
      - complainant_replied: {at: 2026-05-06 10:00, id: L2}
      - update_sent: 2026-05-06 11:00
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("small") / "policy.yaml"
    file.write_text(POLICY, "utf-8")
    checked = check_file(file)
    assert checked.policy is not None, checked.diagnostics
    return prepare(checked.policy)


def read(folder: Path, engine: Any, text: str) -> Examples:
    (folder / "examples.yaml").write_text(text, "utf-8")
    return examples_of(read_written(folder / "examples.yaml"), engine.policy)


def ran(folder: Path, engine: Any, expect: str) -> Ran:
    examples = read(folder, engine, f"{HEAD}    expect: {expect}\n")
    assert examples.diagnostics == ()
    (one,) = run(examples.examples, engine)
    return one


MET = [
    "{scope: in}",
    "{severity: high}",
    "{severity: {label: high, possible: [high], rule: big}}",
    "{tier: senior}",
    "{tier: {now: senior, why: first, since: 2026-05-01 16:00, steps: [senior]}}",
    "{answer: running}",
    "{answer: {state: running, due: 2026-06-26}}",
    "{answer: {due_on: 2026-06-26, start: 2026-05-01 16:00, late_from: 2026-06-27 00:00}}",
    "{answer: {met_at: null, breached_at: null, warning: false, missing: []}}",
    # 4 business hours from Friday 16:00: one on Friday, three on Tuesday, as Monday is a bank holiday
    "{acknowledge: {state: met, due: 2026-05-05 12:00, met_at: 2026-05-05 09:30}}",
    '{acknowledge: {met_at: "2026-05-05T09:30+01:00"}}',
    '{acknowledge: {met_at: "2026-05-05T08:30:00Z"}}',
    "{acknowledge: {due: 2026-05-05}}",
    # the day is that of Tokyo: received on Saturday 2 May at midnight there, due on the first weekday after it
    "{report-abroad: {due: 2026-05-04}}",
    "{reply L1: {state: met, due: 2026-05-07}, reply L2: running}",
    "{reply: {due: 2026-05-08}}",
    "{reply L3: null}",
    "{keep-file: {deletable_from: 2029-05-02, delete_by: null}}",
    "{appeal: not_yet}",
    "{appeal: {state: not_yet, closes: null}}",
    "{applies: {small: true}}",
    "{facts: {serious: true, amount: 900, kinds: [fees], customer: consumer}}",
    "{findings: []}",
    "{next: [send report-abroad, send reply]}",
    "{because: [big, Code 2], severity: high}",
    "{because: [Code 4.2], answer: running}",
    "{because: [Code 4.1; Code 4.2], answer: running}",
    "{answer: {state: running, because: Code 4.1}}",
    "{scope: in, not: {severity: low, answer: {state: breached, due: 2026-06-25}}}",
    "{not: {findings: [deemed], next: [send acknowledge], because: [trade], reply L3: running}}",
    "{next_change: 2026-05-09 00:00}",
]
UNMET = [
    "{scope: out}",
    "{severity: low}",
    "{severity: unknown}",
    "{severity: null}",
    "{severity: {rule: otherwise}}",
    "{severity: {possible: [high, low]}}",
    "{tier: frontline}",
    "{tier: unknown}",
    "{tier: {why: upward}}",
    "{answer: met}",
    "{answer: {due: 2026-06-25}}",
    "{answer: {due: null}}",
    "{answer: {due: 2026-06-26 23:00}}",
    "{answer: {missing: [reasons]}}",
    "{answer: {missed: 1}}",
    "{answer: {warning: true}}",
    "{acknowledge: {met_at: 2026-05-05 09:31}}",
    "{acknowledge: {met_at: null}}",
    "{reply L1: null}",
    "{reply L3: met}",
    "{keep-file: {deletable_from: 2029-05-01}}",
    "{appeal: open}",
    "{applies: {small: false}}",
    "{applies: {small: unknown}}",
    "{facts: {serious: false}}",
    "{facts: {amount: 1}}",
    "{facts: {kinds: [fees, service]}}",
    "{facts: {customer: null}}",
    "{findings: [deemed]}",
    "{next: []}",
    "{next: [send answer]}",
    "{because: [Code 5], severity: high}",
    "{because: [trade]}",
    "{not: {severity: high}}",
    "{not: {answer: {due: 2026-06-26}}}",
    "{not: {next: [send reply]}}",
    "{not: {because: [big]}}",
    "{not: {reply L1: null, reply L3: null}}",
    "{next_change: never}",
    "{next_change: 2026-05-29 00:00}",
]


@pytest.mark.parametrize("expect", MET)
def test_an_expectation_that_is_met(expect: str, engine: Any, tmp_path: Path) -> None:
    assert [(one.expectation.key, one.got) for one in ran(tmp_path, engine, expect).answers[0].unmet] == []


@pytest.mark.parametrize("expect", UNMET)
def test_an_expectation_that_is_not_met(expect: str, engine: Any, tmp_path: Path) -> None:
    one = ran(tmp_path, engine, expect)
    assert not one.passed
    assert len(one.answers[0].unmet) == 1


def test_facts_of_an_example_win_over_fixtures_and_those_over_the_files(engine: Any, tmp_path: Path) -> None:
    text = """\
examples: 1
facts: {customer: consumer, amount: 1}
fixtures:
  two: {facts: {amount: 2}, events: [received: 2026-05-01 10:00]}
  three: {facts: {amount: 3, customer: null}, events: [acknowledged: 2026-05-01 11:00]}
cases:
  - {name: of the file, source: derived, as_of: 2026-05-06 12:00, expect: {facts: {amount: 1}}}
  - {name: of a fixture, source: derived, use: two, as_of: 2026-05-06 12:00, expect: {facts: {amount: 2}}}
  - {name: of the last fixture, source: derived, use: [two, three], as_of: 2026-05-06 12:00,
     expect: {facts: {amount: 3, customer: null}, acknowledge: met}}
  - {name: its own, source: derived, use: [two, three], facts: {amount: 4}, as_of: 2026-05-06 12:00,
     expect: {facts: {amount: 4}}}
"""
    examples = read(tmp_path, engine, text)
    assert examples.diagnostics == ()
    assert [one.passed for one in run(examples.examples, engine)] == [True] * 4


def test_local_times_are_those_of_the_default_calendar_in_winter_and_in_summer(engine: Any, tmp_path: Path) -> None:
    text = HEAD.replace("as_of: 2026-05-06 12:00", "as_of: 2026-01-06 12:00") + "    expect: {severity: high}\n"
    winter = read(tmp_path, engine, text).examples[0].asked[0].as_of
    summer = read(tmp_path, engine, f"{HEAD}    expect: {{severity: high}}\n").examples[0].asked[0].as_of
    assert winter == 1767700800  # 2026-01-06T12:00Z
    assert summer == 1778065200  # 2026-05-06T11:00Z


def test_what_is_known_later_is_not_seen_as_known_before(engine: Any, tmp_path: Path) -> None:
    text = f"{HEAD}    expect: {{acknowledge: breached}}\n".replace(
        "acknowledged: 2026-05-05 09:30", "acknowledged: {at: 2026-05-05 09:30, recorded_at: 2026-05-06 11:30}"
    ).replace("as_of: 2026-05-06 12:00", "as_of: 2026-05-06 12:00\n    as_known: 2026-05-06 11:00")
    (one,) = run(read(tmp_path, engine, text).examples, engine)
    assert one.passed
