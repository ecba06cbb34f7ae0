"""How long `fmt` takes on a policy of 1,000 rules, 300 duties and 50 tables, the check included; at most 5 s.

Run with `python -m benchmarks.format_large`. What counts is processor time, so that other work on the machine does not.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.large_policy import DUTIES, RULES, TABLES, policy_text

from complaint_policy.policy.layout.formatting import format_file

AT_MOST = 5.0
"""Seconds of processor time, the imports included."""


def main() -> int:
    slowest, same = 0.0, False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(policy_text(), encoding="utf-8")
        for name in ("first, with the imports", "again, already formatted"):
            begun, busy = perf_counter(), process_time()
            result = format_file(path)
            took, busy = perf_counter() - begun, process_time() - busy
            slowest = max(slowest, busy)
            if result.after is None:
                print("\n".join(item.message for item in result.diagnostics[:5]))
                return 1
            same = result.after == result.before
            path.write_text(result.after, encoding="utf-8")
            what = f"fmt of {RULES:,} rules, {DUTIES} duties and {TABLES} tables, {name}"
            print(f"{what}: {took:.2f} s, processor {busy:.2f} s")
    met = same and slowest <= AT_MOST
    print(f"fmt takes {slowest:.2f} s (at most {AT_MOST:g} s: {'met' if met else 'MISSED'})")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
