"""Keep `policies/MUTANTS.json`: how many mistakes put into each shipped policy its examples notice.

Without arguments only what is stale is tried again; with names of packs, those; `--all` tries every pack. `--check`
tries nothing: it says which scores are of another policy, of other examples, or of an earlier way of making mutants.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from complaint_policy.digest import sha256
from complaint_policy.policy.bundle import stamped
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.examples import Example
from complaint_policy.rollout.mutants.making import VERSION
from complaint_policy.rollout.mutants.results import Score, score_of
from complaint_policy.rollout.reading import examples_of, read_written

ROOT = Path(__file__).resolve().parents[1]
POLICIES = ROOT / "policies"
FILE = POLICIES / "MUTANTS.json"
SEVERAL = 5
"""So many stale scores are told one by one."""


def packs() -> list[str]:
    """The folders with examples, by name."""
    return sorted(file.parent.name for file in POLICIES.glob("*/examples.yaml"))


class Read(NamedTuple):
    """A pack with its examples as they were read. files: all that was read, from the folder of the policies."""

    policy: Policy
    checked: Checked
    examples: tuple[Example, ...]
    text: str
    files: tuple[str, ...]


def read(pack: str) -> Read:
    """The pack of this name, without mistakes."""
    file = POLICIES / pack / "examples.yaml"
    written = read_written(file)
    checked = check_file(written.policy, warn=False)
    if checked.policy is None:
        raise SystemExit(f"{written.policy} has errors: see `complaint-policy check`")
    examples = examples_of(written, checked.policy).examples
    named = (Path(os.path.relpath(one, POLICIES)).as_posix() for one in (file, *checked.files))
    return Read(checked.policy, checked, examples, written.text, tuple(dict.fromkeys(named)))


def digest_of(pack: Read) -> str:
    """What a score depends on: the compiled policy, the examples as written, and the way of making mutants."""
    parts = (str(VERSION), stamped(pack.policy).digest, pack.text)
    return "sha256:" + sha256("\n".join(parts).encode()).hexdigest()


def digest_of_texts(files: Iterable[str]) -> str:
    """The digest of files as they are now, comments and all; another one if a file is not there any more."""
    texts = ((POLICIES / file).read_bytes() if (POLICIES / file).is_file() else f"no {file}".encode() for file in files)
    return "sha256:" + sha256(b"".join(sha256(text).digest() for text in texts)).hexdigest()


def entry_of(pack: str) -> dict[str, Any]:
    """The score of one pack as it is kept: figures, and the survivors without the examples proposed for them."""
    known = read(pack)
    score = score_of(known.policy, known.checked, POLICIES / pack / "examples.yaml", known.examples, propose=False)
    kinds = {kind: f"{killed} of {number}" for kind, killed, number in score.by_kind}
    figures = {"version": VERSION, "percent": score.percent, "noticed": score.killed, "mutants": score.number}
    more = {"equivalent": score.equivalent, "kinds": kinds, "survivors": _survivors(score)}
    made_from = {"digest": digest_of(known), "texts": digest_of_texts(known.files), "read": list(known.files)}
    return {**figures, **more, **made_from}


def _survivors(score: Score) -> list[str]:
    return [f"{Path(one.file).name}:{one.line}: {one.words}" for one in score.survivors]


def kept() -> dict[str, Any]:
    """The scores as they were committed."""
    return dict(json.loads(FILE.read_text("utf-8"))["packs"]) if FILE.exists() else {}


def stale(known: dict[str, Any]) -> list[str]:
    """The packs without a score, or with that of something else."""
    return [pack for pack in packs() if not _is_current(pack, known.get(pack))]


def _is_current(pack: str, entry: dict[str, Any] | None) -> bool:
    """Whether a score is of the pack as it is. Only where a text was changed is the pack read: it may be a comment."""
    if entry is None or entry.get("version") != VERSION:
        return False
    return bool(entry["texts"] == digest_of_texts(entry["read"]) or entry["digest"] == digest_of(read(pack)))


def write(known: dict[str, Any]) -> None:
    """Write the scores of the packs that there are, with the sum of all."""
    entries = {pack: known[pack] for pack in packs() if pack in known}
    noticed, mutants = (sum(one[key] for one in entries.values()) for key in ("noticed", "mutants"))
    total = {"percent": 100 * noticed // mutants if mutants else 100, "noticed": noticed, "mutants": mutants}
    kinds: dict[str, list[int]] = {}
    for entry in entries.values():
        for kind, figures in entry["kinds"].items():
            of = kinds.setdefault(kind, [0, 0])
            of[:] = [held + int(more) for held, more in zip(of, figures.split(" of "), strict=True)]
    shown = {kind: f"{killed} of {number}" for kind, (killed, number) in sorted(kinds.items())}
    data = {"made_by": "python tools/mutants.py", "all": {**total, "kinds": shown}, "packs": entries}
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
    parser.add_argument(
        "--at-least", type=int, metavar="PERCENT", help="with --check, also say which kept scores are lower"
    )
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.packs) - set(packs()))
    if unknown:
        parser.error(f"no pack with examples is named {unknown[0]}")
    if asked.check:
        return check(kept(), asked.at_least)
    make(packs() if asked.all else asked.packs or stale(kept()), asked.workers)
    return 0


def check(known: dict[str, Any], at_least: int | None) -> int:
    """Say which scores are stale and which are too low; 1 if there are any."""
    old = stale(known)
    told = [f"the score of {pack} is stale: run `python tools/mutants.py {pack}`" for pack in old]
    if len(old) > SEVERAL:
        named = ", ".join(old[:SEVERAL])
        told = [f"{len(old)} scores are stale ({named}, …): run `python tools/mutants.py`"]
    for pack, entry in known.items():
        if at_least is not None and entry["percent"] < at_least:
            told.append(f"examples of {pack} notice {entry['percent']} % of its mutants, less than {at_least} %")
    for line in told:
        print(f"policies/{FILE.name}: {line}", file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
