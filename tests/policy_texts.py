"""Small policy files for tests of the compiler: a head that every policy needs, and what a test adds."""

from __future__ import annotations

from pathlib import Path

from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import Duty, Policy

HEAD = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {from: 2026-01-01}
"""
FACTS = """\
facts:
  vulnerable: boolean
  amount: {type: money, currency: GBP}
  product: one of card, loan
  occurred_on: date
"""
OFFICE = """\
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
"""
LEVELS = """\
classification:
  severity:
    levels: [high, low]
    rules: [{id: big, when: amount > 500, then: high}]
    otherwise: low
"""


def checked(folder: Path, *parts: str, name: str = "small") -> Checked:
    """The check of a file made of these parts."""
    path = folder / f"{name}.yaml"
    path.write_text("".join(parts), encoding="utf-8")
    return check_file(path)


def compiled(folder: Path, *parts: str, name: str = "small") -> Policy:
    """The policy of a file made of these parts, which must have no errors."""
    found = checked(folder, *parts, name=name)
    assert found.policy is not None, [item.message for item in found.diagnostics]
    return found.policy


def duty_of(folder: Path, body: str, *parts: str) -> Duty:
    """The duty `answer` with this body, in a policy with the usual facts and the calendar `office`."""
    text = f"timeframes:\n  answer:\n    done_by: final_response\n{body}"
    policy = compiled(folder, HEAD, FACTS, OFFICE, *parts, text)
    return next(duty for duty in policy.duties if duty.id == "answer")


def codes(found: Checked) -> list[str]:
    """The numbers of the diagnostics, in the order of the file."""
    return [item.code.number for item in found.diagnostics]
