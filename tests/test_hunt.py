"""The hunt for differences: that it would find one, make it small, and write it so that it can be run again."""

from __future__ import annotations

import pytest

from complaint_policy.case import Case
from complaint_policy.clocks.data import AtEvent, Earliest, Happens, Length, Limit, Warn
from complaint_policy.policy.model import Policy
from tests import hunt
from tests.strategies.building import case, duty, event, moment, policy
from tests.strategies.smaller import smaller, written

WEEKS = Limit(AtEvent("received"), Length(8, "weeks"), "england")
DAYS = Limit(AtEvent("received"), Length(3, "days"), "england")
MADE = policy(
    duty("first", Earliest((WEEKS, DAYS)), Happens("final_response"), warn=(Warn(percent=50),)),
    duty("second", WEEKS, Happens("closed")),
)
ON = case(event("received", "2026-03-02T10:00"), event("acknowledged", "2026-03-03T10:00", 1))
FOUND = hunt.Found(MADE, ON, moment("2026-03-09T10:00"), None)


def blames_days(found: hunt.Found) -> list[str]:
    """Stands in for a difference: every case that was received, of a policy in which something takes three days."""
    wrong = any("Length(number=3" in repr(one.due) for one in found.policy.duties)
    received = any(one.type == "received" for one in found.case.events)
    return ["duties.('first', '').state: engine 'running', reference 'ended'"] if wrong and received else []


def test_a_difference_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hunt, "differing", blames_days)
    seen = hunt.Hunt()
    hunt.look(seen, FOUND)
    [kind] = seen.kinds
    assert kind == "duties.state: engine 'running', reference 'ended'"
    least = hunt.reduced(FOUND, kind, seconds=20)
    [left] = least.policy.duties
    assert (left.due, left.warn) == (DAYS, ())
    assert [one.type for one in least.case.events] == ["received"]


def test_what_is_written_is_the_same_again() -> None:
    modules: dict[str, set[str]] = {}
    names: dict[str, object] = {}
    texts = written(MADE, modules), written(ON, modules)
    exec("\n".join(f"from {module} import {', '.join(sorted(some))}" for module, some in modules.items()), names)
    assert [eval(text, names) for text in texts] == [MADE, ON]


def test_every_smaller_one_is_another() -> None:
    policies: list[Policy] = list(smaller(MADE))
    cases: list[Case] = list(smaller(ON))
    assert policies
    assert cases
    assert MADE not in policies
    assert ON not in cases


def test_a_hunt_of_agreeing_answers_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert hunt.main(["--seed", "3", "--draws", "3"]) == 0
    assert "kinds of difference: {}" in capsys.readouterr().out
