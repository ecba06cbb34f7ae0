"""Finds the files of examples that are meant by a path: the file itself, those of a folder, those beside a policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.source import MAX_BYTES

NO_EXAMPLES = Code(
    "CP901",
    "no examples where they are looked for",
    "Examples stand in `examples.yaml` beside their policy, in a file that begins with `examples: 1`.",
)
NAMES = ("examples.yaml", "examples.yml")


def examples_in(path: Path, found: list[Diagnostic]) -> Iterator[Path]:
    """The files of examples under a folder, the file itself, or the one beside a policy; none is noted in `found`."""
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*.y*ml")) if file.name in NAMES and is_examples(file)]
        where = f"there are no examples in the folder `{path}`"
    elif path.name in NAMES or is_examples(path):
        files, where = [path], ""
    else:
        files = [file for name in NAMES if (file := path.with_name(name)).is_file()]
        where = f"there are no examples beside `{path}`"
    if not files:
        help = "write an `examples.yaml` that begins with `examples: 1` beside the policy"
        found.append(diagnostic(NO_EXAMPLES, where, None, help))
    yield from files


def is_examples(file: Path) -> bool:
    """Whether a file has the key `examples:` at the beginning of a line; nothing is understood of it yet."""
    try:
        with file.open("rb") as stream:
            return b"\nexamples:" in b"\n" + stream.read(MAX_BYTES).replace(b"\r", b"\n")
    except OSError:
        return False
