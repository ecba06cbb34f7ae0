"""How long `check` takes on large policies, in a fresh process and again in the same one.

1,000 rules and 100 duties: at most 3 s; 1,000 rules, 300 duties with pauses and extensions, and 50 drawn tables: at
most 5 s. Run with `python -m benchmarks.check_large`. What counts is processor time, so that other work on the machine
does not.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.large_policy import DUTIES, RULES, TABLES, policy_text

from complaint_policy.policy.compiler import check_file

FEW_DUTIES = 100
MOST_FOR_RULES = 3.0
MOST_FOR_ALL = 5.0
"""Seconds of processor time, with the libraries that the first check imports."""


def main() -> int:
    whole = f"{RULES:,} rules, {DUTIES} duties and {TABLES} tables"
    met = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        for what, text, most in (
            (f"{RULES:,} rules and {FEW_DUTIES} duties", policy_text(RULES, FEW_DUTIES, 0), MOST_FOR_RULES),
            (whole, policy_text(), MOST_FOR_ALL),
        ):
            path.write_text(text, encoding="utf-8")
            seconds = []
            for _ in range(2):
                begun, busy = perf_counter(), process_time()
                checked = check_file(path)
                seconds.append(process_time() - busy)
                print(f"check of {what}: {perf_counter() - begun:.2f} s, processor {seconds[-1]:.2f} s")
            slowest = max(seconds)
            good = checked.policy is not None and slowest <= most
            met = met and good
            verdict = "met" if good else "MISSED"
            print(f"check of {what} takes {slowest:.2f} s (at most {most:g} s: {verdict})")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
