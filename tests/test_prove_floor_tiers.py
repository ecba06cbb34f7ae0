"""`prove --floor` of tiers: a lower one than before, at first or after a move, is shown; what climbs as well holds."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from complaint_policy.case import Case, Event
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.view import Engine, field_names
from complaint_policy.policy.compiler import check_file
from complaint_policy.rollout.proof.files import example_of
from complaint_policy.rollout.proof.floor import answers_of_floor
from complaint_policy.rollout.proof.proving import horizon_of
from complaint_policy.rollout.proof.results import Answer
from complaint_policy.rollout.reading_back import passes

DAY = 86_400
APRIL = 1_775_120_400
"""Thu 2 Apr 2026 09:00 UTC: Good Friday is the next day."""
TEXT = """\
complaint_policy: 1
id: bank
title: A bank
version: "1"
owner: somebody
in_force: {from: 2026-01-01}
facts:
  severity: {type: choice, choices: [high, low], default: low}
  chased: {count: chased}
  late: {late: answer}
events:
  chased: {}
  offer_rejected: {}
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
  branch: {zone: Europe/London, hours: {mon-sat: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
timeframes:
  answer: {due: 10 business days from received, done_by: final_response}
  acknowledge: {due: 3 business days from received, done_by: acknowledged}
defaults: {calendar: office}
escalation:
  tiers: [{id: frontline}, {id: specialist}, {id: senior}, {id: ombudsman}]
  outside: [ombudsman]
  matrix:
    rows: severity
    columns: late
    cells:
      high: {true: senior, false: specialist}
      low: {true: frontline, false: frontline}
  moves:
    stuck: {after: 5 business days, in: frontline, go: up}
    rejected: {each: offer_rejected, go: up}
    missed: {missed: acknowledge, go: senior}
    often: {when: chased at least 2, go: specialist}
"""
STUCK, REJECTED, MISSED, OFTEN = (line for line in TEXT.splitlines() if line.startswith("    ") and "go: " in line)

WEAKER = {
    "a unit more": ("stuck", "after: 5 business days", "after: 6 business days"),
    "more in another unit": ("stuck", "after: 5 business days", "after: 8 days"),
    "a calendar with fewer days": ("stuck", "mon-fri", "mon-thu"),
    "no move by time": ("stuck", STUCK, ""),
    "a tier less": ("missed", "missed: acknowledge, go: senior", "missed: acknowledge, go: specialist"),
    "no move upon a miss": ("missed", MISSED, ""),
    "missed later": ("missed", "due: 3 business days", "due: 4 business days"),
    "no move upon an event": ("rejected", REJECTED, ""),
    "a harder condition": ("often", "at least 2", "at least 3"),
    "a lower first tier": ("first tier", "false: specialist", "false: frontline"),
    "a tier less where another is on the way": ("first tier", "{true: senior,", "{true: specialist,"),
    "down by a person": ("back", OFTEN, OFTEN + "\n    back: {each: chased, go: frontline, lower: true}"),
}
AS_HIGH = {
    "the same": ("", ""),
    "a unit less": ("after: 5 business days", "after: 4 business days"),
    "less in another unit": ("after: 5 business days", "after: 5 days"),
    "a calendar with more days": ("{after: 5 business days,", "{after: 5 business days, calendar: branch,"),
    "in any tier": ("in: frontline, go: up", "go: up"),
    "a tier more": ("each: offer_rejected, go: up", "each: offer_rejected, go: senior"),
    "missed earlier": ("due: 3 business days", "due: 2 business days"),
    "an easier condition": ("at least 2", "at least 1"),
    "a higher first tier": ("false: specialist", "false: senior"),
    "another tier on top": ("{id: ombudsman}]", "{id: ombudsman}, {id: regulator}]"),
}


def changed(old: str, new: str) -> Engine:
    assert old in TEXT
    checked = check_file(Path("bank.yaml"), data=TEXT.replace(old, new).encode(), warn=False)
    assert checked.policy is not None, [one.message for one in checked.diagnostics]
    return prepare(checked.policy)


OLD = changed("", "")


def asked(new: Engine) -> list[Answer]:
    found = answers_of_floor(new, (OLD,), horizon_of(new.policy, 4), 10.0)
    return [one for one in found if one.about == "first tier" or one.name.startswith("floor-move-")]


@pytest.mark.parametrize("name", WEAKER)
def test_a_lower_tier_is_shown(name: str) -> None:
    about, old, text = WEAKER[name]
    new = changed(old, text)
    assert sampled_lower(new) or name in ("down by a person", "a harder condition")
    failed = [one for one in asked(new) if one.verdict == "fails"]
    assert about in [one.about for one in failed]
    for one in failed:
        assert one.witness is not None, "what fails is shown"
        shown = one.witness.shown
        assert shown.other is not None, "it is shown of both"
        assert is_lower(new, shown.case, shown.other, shown.as_of)
        assert passes(example_of(one), new)


@pytest.mark.parametrize("name", AS_HIGH)
def test_what_climbs_as_high_and_no_later_holds(name: str) -> None:
    new = changed(*AS_HIGH[name])
    assert {one.about: one.verdict for one in asked(new)} == dict.fromkeys(
        ("first tier", "stuck", "rejected", "missed", "often"), "holds"
    )
    assert not sampled_lower(new)


def is_lower(new: Engine, case: Case, other: Case, as_of: int) -> bool:
    now, was = evaluate(new, case, as_of).tier, evaluate(OLD, other, as_of).tier
    assert now is not None, "both have tiers"
    assert was is not None, "both have tiers"
    escalation = new.policy.escalation
    assert escalation is not None, "both have tiers"
    ids = [tier.id for tier in escalation.tiers]
    return ids.index(now.now or "frontline") < ids.index(was.now or "frontline")


def sampled_lower(new: Engine) -> bool:
    """Whether the tier is lower in any of many complaints at random, at whatever moment: by evaluation alone."""
    random = Random(1)
    for number in range(32):
        start = APRIL + random.randrange(30) * DAY
        events: list[Event] = []
        for name in ("received", *random.choices(("acknowledged", "chased", "offer_rejected", "final_response"), k=3)):
            at = start if name == "received" else start + random.choice((0, random.randrange(6 * DAY)))
            fields = (None,) * len(field_names(OLD.policy, name))
            events.append(Event(f"e{len(events)}", name, at, len(events), at, None, frozenset(), fields))
        events.sort(key=lambda one: (one.at, one.seq))
        case = Case("any", (("high", "low")[number % 2],), tuple(events))
        if any(is_lower(new, case, case, start + half * DAY // 2) for half in range(0, 44, 1 + number % 2)):
            return True
    return False
