"""Evaluates the 51,945 requests of the Boston example by the command line: how right the due moments are, and how fast.

Run with `python -m benchmarks.boston [FOLDER]`; FOLDER holds the data, `../shared/data` if not given. Exit code 1 if a
promised share is missed.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "boston-311"
DATA = "boston311_2015_mar_jul.parquet"
AS_OF = "2016-01-13T00:00-05:00"
WANTED = {"all targets": 0.96, "types explained to 95 %": 0.985, "labels where the target matches": 1.0}


def measure() -> ModuleType:
    """The example's own `measure.py`."""
    spec = importlib.util.spec_from_file_location("boston_measure", EXAMPLE / "measure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def evaluate(data: Path, folder: Path, name: str, *more: str) -> float:
    """The seconds that `complaint-policy evaluate` takes, in a process of its own."""
    files = {"--policy": EXAMPLE / "policy.yaml", "--cases": data, "--mapping": EXAMPLE / "mapping.yaml"}
    options = [text for key, path in files.items() for text in (key, str(path))]
    environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "complaint_policy", "evaluate", *options, "--as-of", AS_OF, *more]
    begin = perf_counter()
    subprocess.run([*command, "--output", str(folder / name), "--quiet"], env=environment, check=True)
    return perf_counter() - begin


def in_process(data: Path) -> tuple[int, float, float]:
    """How many cases, the seconds for reading them, and for evaluating them once read (with the raw trace)."""
    from complaint_policy.case_reader.moments import moment_of
    from complaint_policy.cli.case_files import open_cases
    from complaint_policy.evaluation.engine import evaluate, prepare
    from complaint_policy.policy.compiler import load_policy

    policy = load_policy(EXAMPLE / "policy.yaml")
    engine, as_of = prepare(policy), moment_of(AS_OF)
    begin = perf_counter()
    cases = [read.case for read in open_cases(policy, str(data), EXAMPLE / "mapping.yaml") if read.case is not None]
    read_at = perf_counter()
    for case in cases:
        evaluate(engine, case, as_of)
    return len(cases), read_at - begin, perf_counter() - read_at


def shares(found: Any) -> dict[str, Any]:
    return dict(zip(WANTED, (found.targets, found.explained, found.labels), strict=True))


def main() -> int:
    data = (Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data") / DATA
    if not data.is_file():
        print(f"skipped: there is no {data}")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = evaluate(data, folder, "evaluated.jsonl")
        summary = evaluate(data, folder, "summary.json", "--summary")
        found = measure().figures(measure().read(data, folder / "evaluated.jsonl"))
    count, reading, evaluating = in_process(data)
    print(measure().told(found))
    print(
        f"evaluate to JSON lines: {lines:.1f} s, {count / lines:,.0f} cases a second; with --summary: {summary:.1f} s"
    )
    each = [seconds / count * 1e6 for seconds in (reading, evaluating)]
    print(f"reading: {each[0]:.0f} µs a case; evaluating with the raw trace: {each[1]:.0f} µs")
    missed = {name: each for name, each in shares(found).items() if each.ratio < WANTED[name]}
    for what, share in missed.items():
        print(f"missed: {what}: {share}, wanted {WANTED[what]:.1%}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
