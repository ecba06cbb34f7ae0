"""How long `prove` takes on large policies: every question, with the ordinary evaluation of every case it shows.

100 rules, 30 duties and 5 drawn tables: at most 10 s. 1,000 rules, 300 duties and 50 drawn tables: at most 120 s. Run
with `python -m benchmarks.prove_large`. What counts is processor time, so that other work on the machine does not.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.large_policy import policy_text

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.rollout.proof.proving import answers_of, horizon_of

SIZES = ((100, 30, 5, 10.0), (1_000, 300, 50, 120.0))
"""Rules, duties, drawn tables, and the seconds that all their answers may take."""


def main() -> int:
    met = True
    for rules, duties, tables, most in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "policy.yaml"
            path.write_text(policy_text(rules, duties, tables), encoding="utf-8")
            policy = check_file(path, warn=False).policy
        assert policy is not None, "the policy is made to be right"
        begun, busy = perf_counter(), process_time()
        verdicts = Counter(one.verdict for one in answers_of(prepare(policy), horizon_of(policy, 10), 10.0))
        taken = process_time() - busy
        good = taken <= most and not verdicts["undecided"]
        met = met and good
        told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
        print(f"prove {rules:,} rules, {duties} duties and {tables} tables: {told}; {perf_counter() - begun:.1f} s")
        print(f"  processor {taken:.1f} s (at most {most:g} s, nothing undecided: {'met' if good else 'MISSED'})")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
