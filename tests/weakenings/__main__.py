"""`python -m tests.weakenings PACK ...`, or `--all`: every change of every time limit, and what became of it."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.weakenings.organisation import packs_with_clocks
from tests.weakenings.table import Row, rows_of, table


def _judged(pack: str, kinds: tuple[str, ...]) -> list[Row]:
    return list(rows_of(pack, kinds))


def main() -> int:
    """Print what is wrong or undecided as it is found, then the table; 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.weakenings", description=__doc__)
    parser.add_argument("packs", nargs="*", help="ids of shipped packs")
    parser.add_argument("--all", action="store_true", help="every shipped pack that sets a time")
    parser.add_argument("--kind", action="append", default=[], help="only changes of this kind")
    parser.add_argument("--jobs", type=int, default=1, help="how many packs at a time")
    given = parser.parse_args()
    rows: list[Row] = []
    packs = packs_with_clocks() if given.all else given.packs
    with ProcessPoolExecutor(given.jobs) as pool:
        for found in pool.map(_judged, packs, [tuple(given.kind)] * len(packs)):
            rows += found
            for row in found:
                if row.is_wrong or row.outcome == "undecided":
                    print(row.told(), flush=True)
    print(*table(rows), sep="\n")
    return int(any(row.is_wrong for row in rows))


if __name__ == "__main__":
    sys.exit(main())
