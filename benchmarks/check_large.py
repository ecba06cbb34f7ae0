"""How long `check` takes on a policy of 1,000 rules, in a fresh process and again in the same one; at most 3 s.

Run with `python -m benchmarks.check_large`. What counts is processor time, so that other work on the machine does not.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from complaint_policy.policy.compiler import check_file

RULES = 1_000
DUTIES = 100
AT_MOST = 3.0
"""Seconds of processor time, the imports included."""

HEAD = """\
complaint_policy: 1
id: large-policy
title: A large policy, made to be timed
version: "1"
in_force: {from: 2026-01-01}
facts:
  amount: {type: money, currency: GBP}
  kind: one of a, b, c, d, e, f
  vulnerable: boolean
  injury: boolean
  visits: number
calendars:
  office:
    zone: Europe/London
    hours: {mon-fri: "09:00-17:00"}
    holidays: {country: GB, subdivision: ENG}
classification:
  severity:
    levels: [critical, high, low]
    rules:
"""


def policy_text(rules: int = RULES, duties: int = DUTIES) -> str:
    """A policy whose rules mix comparisons, choices, booleans and sums, each with limits of its own."""
    kinds, labels = "abcdef", ("critical", "high", "low")
    lines = [
        f"      - id: rule-{n}\n"
        f"        when: amount > {10 * n + 5}.50 and (kind == {kinds[n % 6]} or vulnerable)"
        f" and not injury and visits < {n + 3}\n"
        f"        then: {labels[n % 3]}\n"
        f"        because: reason number {n}\n"
        for n in range(rules)
    ]
    own = [
        f"  duty-{n}:\n"
        f"    due: {{by: severity, values: {{critical: {{start: received, length: {n + 4} business hours}},"
        f" otherwise: {{start: received, length: {n + 2} business days}}}}}}\n"
        f"    done_by: acknowledged\n"
        for n in range(duties)
    ]
    return HEAD + "".join(lines) + "    otherwise: low\ntimeframes:\n" + "".join(own)


def main() -> int:
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(policy_text(), encoding="utf-8")
        for name in ("first, with the imports", "again in the same process"):
            begun, busy = perf_counter(), process_time()
            checked = check_file(path)
            took, busy = perf_counter() - begun, process_time() - busy
            slowest = max(slowest, busy)
            errors = sum(item.level == "error" for item in checked.diagnostics)
            what = f"check of {RULES:,} rules and {DUTIES} duties, {name}"
            print(f"{what}: {took:.2f} s, processor {busy:.2f} s ({errors} errors)")
    met = checked.policy is not None and slowest <= AT_MOST
    print(f"check of {RULES:,} rules takes {slowest:.2f} s (at most {AT_MOST:g} s: {'met' if met else 'MISSED'})")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
