"""Runs the command line for tests: in this process where that is enough, in one of its own where it is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from complaint_policy.cli import run

SOURCE = Path(__file__).resolve().parents[1] / "src"

POLICY = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
facts:
  customer: one of consumer, business
  amount: {type: money, currency: GBP, largest: 100000}
  vulnerable: {type: boolean, default: false}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
scope:
  rules:
    - {id: business, when: "customer == business", then: out, because: not a consumer}
  otherwise: in
classification:
  severity:
    levels: [high, low]
    rules:
      - {id: big, when: amount > 500 or vulnerable, then: high}
    otherwise: low
timeframes:
  acknowledge:
    due: {start: received, length: 3 business days}
    done_by: acknowledged
  answer:
    due: {start: received, length: 8 weeks}
    done_by: final_response
"""

RECEIVED = {"id": "e1", "type": "received", "at": "2026-04-02T16:40:00+01:00", "by": "complainant"}
ACKNOWLEDGED = {"type": "acknowledged", "at": "2026-04-07T10:00:00+01:00", "by": "organisation"}
AS_OF = "2026-04-10T12:00+01:00"

GOOD = {"id": "C-1", "facts": {"customer": "consumer", "amount": "120.00"}, "events": [RECEIVED, ACKNOWLEDGED]}
LATE = {"id": "C-2", "facts": {"customer": "consumer", "amount": 900}, "events": [RECEIVED]}
BAD = {"id": "C-3", "facts": {"custumer": "consumer"}, "events": [{**RECEIVED, "at": "2026-04-02T16:40:00"}]}


class Told(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def in_this_process(capfd: Any, *arguments: str) -> Told:
    capfd.readouterr()
    code = run(list(arguments))
    return Told(code, *capfd.readouterr())


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("COMPLAINT_POLICY")}
    return {**kept, "PYTHONPATH": str(SOURCE), "XDG_CACHE_HOME": str(folder / "cache"), **more}


def in_its_own(folder: Path, *arguments: str, given: bytes = b"", **more: str) -> Told:
    command = [sys.executable, "-m", "complaint_policy", *arguments]
    done = subprocess.run(
        command, cwd=folder, input=given, capture_output=True, env=environment(folder, **more), check=False
    )
    return Told(done.returncode, done.stdout.decode(), done.stderr.decode())


def folder_with_policy(folder: Path) -> Path:
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in (GOOD, BAD, LATE)), "utf-8")
    (folder / "good.jsonl").write_text("".join(json.dumps(case) + "\n" for case in (GOOD, LATE)), "utf-8")
    return folder
