"""The kinds of mistakes beyond clocks: dates in force, content, parts, persons, approvals, limits, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.evaluation.engine import prepare
from complaint_policy.rollout.examples import Example
from complaint_policy.rollout.mutants.making import Made, Mutant, mutants_of
from complaint_policy.rollout.mutants.results import proposed_for, score_of
from complaint_policy.rollout.mutants.scoring import is_killed
from tests.test_mutants import OWN, read

POLICY = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {from: 2026-01-01, until: 2029-12-31}
defaults: {calendar: london}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
facts:
  vulnerable: {type: boolean, default: false}
  amount: {type: number, default: 0}
classification:
  severity:
    levels: high > low
    rules:
      - {id: large, when: amount > 100, then: high, in_force: {from: 2026-06-01}}
    otherwise: low
requirements:
  answer:
    says: answer
    due: 8 weeks from received
    in_force: {from: 2026-03-01}
    done_by: {event: final_response, content: [reasons, {telephone: vulnerable}], other_than: acknowledged}
    revived_by: offer_rejected
    suspended_by: [strike]
  look:
    says: have it looked at again
    due: 5 days from asked_again
    fallback: 20 days from received
    done_by: looked_at
  parts:
    says: answer each issue
    each: issue_raised
    same: issue
    due: 10 days from issue_raised
    done_by: issue_answered
records:
  file:
    keep: {from: received, at_least: 3 years, at_most: 4 years}
rights:
  ask-again: {who: complainant, opens: final_response, closes: 6 months from final_response}
suspensions:
  strike: {from: 2026-05-01, until: 2026-05-05}
events:
  asked_again: {says: the customer asks again}
  looked_at: {says: somebody looked at it again}
  settled: {becomes: 8 weeks from final_response, unless: asked_again}
  issue_raised: {fields: {issue: {type: text}}}
  issue_answered: {fields: {issue: {type: text}}}
escalation:
  tiers:
    - {id: front, redress_up_to: 250 GBP}
    - {id: back}
  moves:
    rejected: {each: offer_rejected, go: up}
    stuck: {after: 5 business days, in: front, go: up}
resolution:
  remedies: [refund]
  approvals:
    large: {when: amount > 500, approved_by: [legal, board], other_than: final_response}
"""
FIRST = """\
examples: 1
cases:
  - name: the first
    source: derived
    as_of: 2026-04-06 12:00
    facts: {amount: 50}
    events: [received: 2026-04-01 10:00]
    expect: {answer: {state: running, due: 2026-06-01}}
  - name: an issue
    source: derived
    as_of: 2026-04-06 12:00
    facts: {amount: 50}
    events:
      - received: 2026-04-01 10:00
      - issue_raised: {id: I1, at: 2026-04-02 10:00, issue: price}
      - issue_raised: {id: I2, at: 2026-04-03 10:00, issue: delay}
    expect: {parts I1: {state: running, due: 2026-04-12}}
"""

EXPECTED = {
    "date in force": {
        "small: it comes into force a day later",
        "small: it comes into force a day earlier",
        "small: it ends a day later",
        "small: it ends a day earlier",
        "severity: in force from 2026-06-01, moved: a day later",
        "severity: in force from 2026-06-01, moved: a day earlier",
        "strike: its first day is a day later",
        "strike: its first day is a day earlier",
        "strike: its last day is a day later",
        "strike: its last day is a day earlier",
    },
    "date of a text": {
        "answer: this text is in force a day later",
        "answer: this text is in force a day earlier",
    },
    "content removed": {
        "answer: final_response counts without `reasons`",
        "answer: final_response counts without `telephone` in any case",
    },
    "content condition": {"answer: final_response must contain `telephone` in every case"},
    "other person": {
        "answer: whoever did acknowledged may do final_response",
        "large: whoever did final_response may approve",
    },
    "approval removed": {"large: legal need not approve", "large: board need not approve"},
    "fallback removed": {"look: nothing is due while its start has not come"},
    "parts removed": {"parts: every event concerns all of it, whatever its issue"},
    "switch removed": {"answer: nothing brings it back", "settled: nothing prevents it"},
    "suspension removed": {"answer: the suspension strike is taken out"},
    "window removed": {"ask-again: it never closes"},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, list[Example]]:
    _, policy, examples = read(tmp_path_factory.mktemp("kinds"), POLICY, FIRST)
    return mutants_of(policy, OWN), examples


def said(made: Made, kind: str) -> set[str]:
    return {f"{one.about}: {one.words}" for one in made.mutants if one.kind == kind}


@pytest.mark.parametrize("kind", list(EXPECTED))
def test_each_kind_is_made_wherever_it_can_be(made: tuple[Made, list[Example]], kind: str) -> None:
    assert said(made[0], kind) == EXPECTED[kind]


@pytest.mark.parametrize(
    "words",
    [
        *("file: 3 years becomes 4 years", "file: 3 years becomes 2 years"),
        *("file: 4 years becomes 5 years", "file: 4 years becomes 3 years"),
        *("ask-again: 6 months becomes 7 months", "ask-again: 6 months becomes 5 months"),
        *("stuck: 5 business days becomes 6 business days", "stuck: 5 business days becomes 4 business days"),
    ],
)
def test_lengths_of_keeping_of_rights_and_of_moves_are_changed(made: tuple[Made, list[Example]], words: str) -> None:
    assert words in said(made[0], "length")


def test_moves_are_taken_out_and_limits_moved(made: tuple[Made, list[Example]]) -> None:
    assert {"rejected: the move rejected is taken out", "stuck: the move stuck is taken out"} <= said(
        made[0], "rule removed"
    )
    boundary = said(made[0], "boundary")
    assert {"front: front may offer a little more", "front: front may offer a little less"} <= boundary
    assert "large: `amount > 500` becomes `amount >= 500`" in boundary


def test_each_change_is_another_policy_than_the_one_it_was_made_of(tmp_path: Path) -> None:
    _, policy, _ = read(tmp_path, POLICY, FIRST)
    assert [one.words for one in mutants_of(policy, OWN).mutants if one.policy == policy] == []


def test_each_stands_at_its_line(tmp_path: Path) -> None:
    checked, policy, examples = read(tmp_path, POLICY, FIRST)
    found = score_of(policy, checked, tmp_path / "examples.yaml", examples, propose=False)
    lines = {one.words: one.line for one in found.survivors}
    text = POLICY.splitlines()
    for words, key in (
        ("small: it comes into force a day later", "in_force: {from: 2026-01-01"),
        ("severity: in force from 2026-06-01, moved: a day later", "- {id: large"),
        ("large: legal need not approve", "large: {when: amount"),
        ("answer: nothing brings it back", "revived_by"),
        ("settled: nothing prevents it", "settled: {becomes"),
    ):
        assert key in text[lines[words] - 1], (words, lines[words])


UNSEEN = ("other person", "approval removed", "boundary")
"""Kinds for which a person must think of the example: they need several persons, or an offer."""


def test_an_example_is_found_for_nearly_every_kind(tmp_path: Path) -> None:
    checked, policy, examples = read(tmp_path, POLICY, FIRST)
    engine = prepare(policy)
    found = proposed_for(policy, checked, tmp_path / "examples.yaml", examples)
    read_back = read(tmp_path, POLICY, FIRST + "\n".join(found.entries))[2]
    alive = [one for one in mutants_of(policy, OWN).mutants if not is_killed(one, read_back, engine)]
    assert len(alive) == len(found.unnoticed)
    assert {told(one) for one in alive if one.kind not in UNSEEN} == set()


def told(mutant: Mutant) -> str:
    return f"{mutant.kind}: {mutant.about}: {mutant.words}"
