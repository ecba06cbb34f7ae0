"""Writes the `.expected` files anew, to be read and judged in the diff: `python -m tests.bad.update [NAME…]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.test_bad_files import FOLDER, bad_files, told


def main(names: list[str]) -> None:
    chosen = [file for file in bad_files() if not names or file.stem in names]
    for file in chosen:
        expected: Path = file.with_suffix(".expected")
        text = told(file)
        if not expected.exists() or expected.read_text(encoding="utf-8") != text:
            expected.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{expected.relative_to(FOLDER)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
