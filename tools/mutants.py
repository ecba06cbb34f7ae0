"""Keep `policies/MUTANTS.json`: how many mistakes put into each shipped policy its examples notice.

Without arguments only what is stale is tried again; with names of packs, those; `--all` tries every pack. `--check`
tries nothing: it says which scores are of another policy, of other examples, or of an earlier way of making mutants.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from complaint_policy.digest import sha256
from complaint_policy.policy.bundle import stamped
from complaint_policy.policy.compiler import check_file
from complaint_policy.rollout.mutants.making import VERSION
from complaint_policy.rollout.mutants.results import Score, score_of
from complaint_policy.rollout.reading import examples_of, read_written

ROOT = Path(__file__).resolve().parents[1]
POLICIES = ROOT / "policies"
FILE = POLICIES / "MUTANTS.json"


def packs() -> list[str]:
    """The folders with examples, by name."""
    return sorted(file.parent.name for file in POLICIES.glob("*/examples.yaml"))


def digest_of(pack: str) -> str:
    """What a score depends on: the compiled policy, the examples as written, and the way of making mutants."""
    written = read_written(POLICIES / pack / "examples.yaml")
    policy = check_file(written.policy, warn=False).policy
    if policy is None:
        raise SystemExit(f"{written.policy} has errors: see `complaint-policy check`")
    parts = (str(VERSION), stamped(policy).digest, written.text)
    return "sha256:" + sha256("\n".join(parts).encode()).hexdigest()


def entry_of(pack: str) -> dict[str, Any]:
    """The score of one pack as it is kept: figures, and the survivors without the examples proposed for them."""
    file = POLICIES / pack / "examples.yaml"
    written = read_written(file)
    checked = check_file(written.policy, warn=False)
    if checked.policy is None:
        raise SystemExit(f"{written.policy} has errors: see `complaint-policy check`")
    examples = examples_of(written, checked.policy).examples
    score = score_of(checked.policy, checked, file, examples, propose=False)
    kinds = {kind: f"{killed} of {number}" for kind, killed, number in score.by_kind}
    figures = {"percent": score.percent, "noticed": score.killed, "mutants": score.number}
    more = {"equivalent": score.equivalent, "kinds": kinds, "survivors": _survivors(score)}
    return {"digest": digest_of(pack), **figures, **more}


def _survivors(score: Score) -> list[str]:
    return [f"{Path(one.file).name}:{one.line}: {one.words}" for one in score.survivors]


def kept() -> dict[str, Any]:
    """The scores as they were committed."""
    return dict(json.loads(FILE.read_text("utf-8"))["packs"]) if FILE.exists() else {}


def stale(known: dict[str, Any]) -> list[str]:
    """The packs without a score, or with that of something else."""
    return [pack for pack in packs() if known.get(pack, {}).get("digest") != digest_of(pack)]


def write(known: dict[str, Any]) -> None:
    """Write the scores of the packs that there are, with the sum of all."""
    entries = {pack: known[pack] for pack in packs() if pack in known}
    noticed, mutants = (sum(one[key] for one in entries.values()) for key in ("noticed", "mutants"))
    total = {"percent": 100 * noticed // mutants if mutants else 100, "noticed": noticed, "mutants": mutants}
    data = {"made_by": "python tools/mutants.py", "version": VERSION, "all": total, "packs": entries}
    FILE.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


def make(names: Iterable[str], workers: int) -> None:
    """Try the mutants of these packs; the file is written after each, so that nothing is lost when it is stopped."""
    known = kept()
    chosen = list(names)
    with ProcessPoolExecutor(workers) as pool:
        for pack, entry in zip(chosen, pool.map(entry_of, chosen), strict=True):
            known[pack] = entry
            write(known)
            print(f"{entry['percent']:3} %  {entry['noticed']} of {entry['mutants']}  {pack}", flush=True)
    write(known)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs", nargs="*", help="names of packs, such as uk-fca-disp")
    parser.add_argument("--all", action="store_true", help="try every pack again")
    parser.add_argument("--check", action="store_true", help="only say what is stale; exit with 1 if anything is")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.packs) - set(packs()))
    if unknown:
        parser.error(f"no pack with examples is named {unknown[0]}")
    if asked.check:
        old = stale(kept())
        for pack in old:
            print(
                f"policies/MUTANTS.json: the score of {pack} is stale: run `python tools/mutants.py`", file=sys.stderr
            )
        return 1 if old else 0
    make(packs() if asked.all else asked.packs or stale(kept()), asked.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
