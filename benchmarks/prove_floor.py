"""How long `prove --floor` takes: a large policy that extends a pack, each duty beside one of the law, over ten years.

100 rules and 30 duties: at most 10 s. 1,000 rules and 300 duties: at most 120 s. Two in three duties pause and can be
lengthened, one in three goes by severity; nine in ten keep the law, which counts by another calendar, and one in ten
does not, for which a case is shown. Run with `python -m benchmarks.prove_floor`. What counts is processor time.
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
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.proof.floor import answers_of_floor
from complaint_policy.rollout.proof.proving import horizon_of

SIZES = ((100, 30, 5, 10.0), (1_000, 300, 50, 120.0))
"""Rules, duties, drawn tables, and the seconds that all their answers may take."""
_LAW = """\
complaint_policy: 1
id: law
title: A law, made to be timed
version: "1"
owner: the state
in_force: {from: 2020-01-01}
facts:
  consumer: {type: boolean, default: true}
calendars:
  land: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
applies: consumer
requirements:
"""


def law_text(duties: int) -> str:
    """A requirement for each duty, enough for all its pauses and extensions by another calendar; for one in ten not."""
    found = []
    for number in range(duties):
        length = f"{number + 3} days" if number % 10 == 9 else f"{number + 25} business days"
        found.append(
            f"  law-{number}:\n    due: {length} from received\n    done_by: acknowledged\n    citation: s {number}\n"
            "    pause: [{from: information_requested, to: information_received, at_most: 20 business days}]\n"
            f"    longer: [{{upon: holding_response, to: {number + 45} business days}}]\n"
        )
    return _LAW + "".join(found)


def tied(text: str, duties: int) -> str:
    """The policy, with each duty tied to the requirement of its number."""
    text = text.replace("facts:\n", "law:\n  law: {}\nfacts:\n", 1)
    parts = text.split("  duty-")
    for number, part in enumerate(parts[1:]):
        name, rest = part.split(":\n", 1)
        if number % 3 == 2:  # a clock in hours with a pause in days is undecided
            rest = "".join(line for line in rest.splitlines(keepends=True) if not line.startswith("    pause:"))
        parts[number + 1] = f"{name}:\n    meets: law/law-{number}\n{rest}"
    return "  duty-".join(parts)


def main() -> int:
    met = True
    for rules, duties, tables, most in SIZES:
        policy = _policy(rules, duties, tables)
        engine, begun, busy = prepare(policy), perf_counter(), process_time()
        verdicts = Counter(one.verdict for one in answers_of_floor(engine, (), horizon_of(policy, 10), 10.0))
        taken = process_time() - busy
        good = taken <= most and not verdicts["undecided"] and verdicts["fails"] == duties // 10
        met = met and good
        told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
        print(f"prove --floor {rules:,} rules, {duties} duties: {told}; {perf_counter() - begun:.1f} s")
        print(f"  processor {taken:.1f} s (at most {most:g} s, nothing undecided: {'met' if good else 'MISSED'})")
    return 0 if met else 1


def _policy(rules: int, duties: int, tables: int) -> Policy:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "law").mkdir()
        (Path(folder) / "law" / "policy.yaml").write_text(law_text(duties), encoding="utf-8")
        path = Path(folder) / "policy.yaml"
        path.write_text(tied(policy_text(rules, duties, tables), duties), encoding="utf-8")
        checked = check_file(path, warn=False)
    assert checked.policy is not None, [str(one.message) for one in checked.diagnostics][:3]
    return checked.policy


if __name__ == "__main__":
    sys.exit(main())
