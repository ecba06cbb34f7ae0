"""Writes the `.expected` files anew, to be read and judged in the diff: `python -m tests.bad.update [NAME…]`.

The files `lint-…` are the examples of the checks that warn, as their docstrings show them.
They stand beside the policies of `tests/bad` and beside the examples of `tests/bad_examples`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests import test_bad_files, test_examples_messages
from tests.lint_examples import examples_of_checks


def main(names: list[str]) -> None:
    for name, text in examples_of_checks().items():
        (test_bad_files.FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8")
    for tests, files in (
        (test_bad_files, test_bad_files.bad_files()),
        (test_examples_messages, test_examples_messages.bad_examples()),
    ):
        for file in files:
            if not names or file.stem in names:
                _write(file, tests.told(file), tests.FOLDER)


def _write(file: Path, text: str, folder: Path) -> None:
    expected: Path = file.with_suffix(".expected")
    if not expected.exists() or expected.read_text(encoding="utf-8") != text:
        expected.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{expected.relative_to(folder)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
