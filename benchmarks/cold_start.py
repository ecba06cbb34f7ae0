"""How long a second `complaint-policy evaluate` of one case takes, against importing `rule_engine` alone.

The first run checks the policy and keeps its bundle in the cache directory; the second needs none of the libraries that
checked it. Prints the ratio of the shortest of several alternating runs, each a process of its own; at most 0.35.
Run with `python -m benchmarks.cold_start`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.timing import best_of

ROOT = Path(__file__).resolve().parents[1]
POLICY = ROOT / "policies" / "example-retail-bank" / "policy.yaml"
AT_MOST = 0.35
FACTS = {"customer_type": "consumer", "region": "england"}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder, "case.jsonl")
        received = {"type": "received", "at": "2026-04-02T16:40:00+01:00"}
        cases.write_text(json.dumps({"id": "C-1", "facts": FACTS, "events": [received]}))
        # Byte code is kept, as it is for every installed program.
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.pop("COMPLAINT_POLICY_CACHE", None)
        files = ("--policy", str(POLICY), "--cases", str(cases))
        evaluate = ("-m", "complaint_policy", "evaluate", "--quiet", *files, "--as-of", "2026-06-15T12:00Z")

        def run(*arguments: str) -> None:
            subprocess.run([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)

        run(*evaluate)
        ways = {
            "python alone": lambda: run("-c", ""),
            "import rule_engine": lambda: run("-c", "import rule_engine"),
            "a second evaluate": lambda: run(*evaluate),
        }
        seconds = best_of(ways, runs=10, least=0.0, clock=perf_counter)
    ratio = seconds["a second evaluate"] / seconds["import rule_engine"]
    for name, time in seconds.items():
        print(f"{name:20} {time * 1000:7.0f} ms")
    met = ratio <= AT_MOST
    verdict = "met" if met else "MISSED"
    print(f"a second evaluate takes {ratio:.2f} of importing rule_engine (at most {AT_MOST}: {verdict})")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
