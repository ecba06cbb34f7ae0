"""What `fmt` spells otherwise: clocks in words, drawn tables lined up, and no map that has a comment in it."""

from __future__ import annotations

from pathlib import Path

from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.layout.formatting import format_file

POLICY = """\
complaint_policy: 1
id: sample
title: A sample
version: "1"
in_force: {from: 2026-01-01}
facts:
  kind: one of a, b
  large: boolean
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
counting:
  strict: {ends: close_of_business}
classification:
  severity:
    levels: [high, low]
    table: |
      id | large | kind | then
      # the first
      first | yes | a, b | high

      rest | - | - | low
timeframes:
  first:
    due: {start: received, length: 1 business day}
    done_by: acknowledged
    warn: [{percent: 50}, {before: 2 business hours}]
  two:
    due:
      start: {met: first}
      length: 5 business days
      calendar: office
    done_by: assessed
  three:
    due: # promised
      # to everybody
      start: received
      length: 8 weeks
    done_by: final_response
  four:
    due: {by: kind, values: {a: 2 days from  received, b: {start: received, length: 3 days, profile: strict}}}
    done_by: decision_communicated
"""

SPELT = {
    "    table: |\n      id    | large | kind | then\n      # the first\n      first | yes   | a, b | high\n\n"
    "      rest  | -     | -    | low\n",
    "  strict: close of business\n",
    "    due: 1 business day from received\n",
    "    warn: [50%, 2 business hours before]\n",
    "    due: 5 business days from first met, office calendar\n",
    "    due: # promised\n      # to everybody\n      start: received\n      length: 8 weeks\n".replace(
        "due: #", "due:  #"
    ),
    '    due: {by: kind, values: {a: 2 days from received, b: "3 days from received, as strict"}}\n',
}


def test_clocks_and_tables_are_written_canonically_and_mean_the_same(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    before = check_file(file)
    after = format_file(file).after
    assert after is not None
    for part in SPELT:
        assert part in after, after
    file.write_text(after, encoding="utf-8")
    assert format_file(file).after == after
    again = check_file(file)
    assert before.policy is not None
    assert again.policy is not None
    assert again.policy.digest == before.policy.digest
