"""An example of every diagnostic code: from a file of tests/bad, or from a mistake put into a small policy."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from complaint_policy.cli.commands import commands
from complaint_policy.policy.compiler import check_file
from complaint_policy.reports.diagnostics import render_text

TESTS = Path(__file__).resolve().parent
FIRST = re.compile(r"^(?:\S+: )?(?:error|warning|note) (CP\d+): ")


def messages(text: str) -> list[tuple[str, str]]:
    """Each message in what `check` prints, with its code."""
    found: list[tuple[str, str]] = []
    for block in text.split("\n\n"):
        if match := FIRST.match(block):
            found.append((match[1], block.rstrip()))
    return found


@cache
def of_bad_files(folder: str = "bad") -> dict[str, str]:
    """For each code the shortest message that a bad file is told; of those equal the first by name."""
    found: dict[str, str] = {}
    for path in sorted((TESTS / folder).glob("*.expected")):
        for code, block in messages(path.read_text("utf-8")):
            if code not in found or len(block) < len(found[code]):
                found[code] = block
    return found


@cache
def mistakes() -> dict[str, Any]:
    """For each code that no bad file shows: what is put into the small policy, or files and a command."""
    found: dict[str, Any] = yaml.safe_load((TESTS / "told" / "codes.yaml").read_text("utf-8"))
    return found


@cache
def example_of(code: str) -> str | None:
    """A message with this code, as it is printed; None for one that only a machine at fault or a huge file is told."""
    if code in mistakes():
        return next((block for found, block in told(mistakes()[code]) if found == code), None)
    return of_bad_files().get(code) or of_bad_files("bad_examples").get(code)


def told(mistake: Any) -> list[tuple[str, str]]:
    """What the program says of a mistake, by code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        part = mistake if isinstance(mistake, str) else ""
        (folder / "policy.yaml").write_text(merged((TESTS / "told" / "policy.yaml").read_text("utf-8"), part), "utf-8")
        for pack in ("example-act", "another-name"):
            shutil.copy(TESTS / "keys" / "example-act.yaml", folder / f"{pack}.yaml")
        if isinstance(mistake, str):
            found = check_file(folder / "policy.yaml")
            said = render_text(found.diagnostics, found.sources)
        else:
            said = _run(mistake, folder)
        return messages(said.replace(f"{folder}/", ""))


def _run(mistake: dict[str, Any], folder: Path) -> str:
    """What the command prints; if none is written, the one that evaluates the cases."""
    for file, text in mistake["files"].items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, "utf-8")
    cases = next((file for file in mistake["files"] if file.startswith("cases")), "")
    mapping = " --mapping mapping.yaml" if "mapping.yaml" in mistake["files"] else ""
    command = mistake.get("run", f"evaluate --policy policy.yaml --cases {cases}{mapping} --as-of 2026-04-10T12:00Z")
    before = Path.cwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(commands, command.split(), env={"NO_COLOR": "1", "COMPLAINT_POLICY_CACHE": ""})
    finally:
        os.chdir(before)
    return "\n".join(line for line in result.output.splitlines() if not line.startswith('{"schema"'))


def merged(base: str, part: str) -> str:
    """The base with the sections of the part: entries on lines of their own are added where both have a section."""
    result = sections(base)
    for key, text in sections(part).items():
        head, _, entries = text.partition("\n")
        if head == f"{key}:" and result.get(key, "").startswith(f"{key}:\n"):
            result[key] += entries
        else:
            result[key] = text
    return "".join(result.values())


def sections(text: str) -> dict[str, str]:
    """The text of a file by top-level key, comments and blank lines between sections left out."""
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if line[:1] not in (" ", "#", ""):
            key = line.partition(":")[0]
        if key and line.strip():
            found[key] = found.get(key, "") + line + "\n"
    return found
