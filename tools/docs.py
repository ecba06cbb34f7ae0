"""Make the reference pages that the program itself can write; `--check` only says whether they are current.

Diagnostics come from every `Code` in the package, commands from click, keys from the schema, findings from the
engine's table, the picture of the README from an evaluation.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

import complaint_policy
from complaint_policy.diagnostics import Code
from complaint_policy.policy.lint_check import LintCheck

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
MADE = "<!-- made by tools/docs.py: change the source, then run `python tools/docs.py` -->\n"


def codes() -> list[Code]:
    """Every diagnostic code that the package declares, by number; a number that stands for two kinds is an error."""
    found: dict[str, Code] = {}
    for module in pkgutil.walk_packages(complaint_policy.__path__, "complaint_policy."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            for code in _codes_in(value):
                if found.setdefault(code.number, code) != code:
                    raise SystemExit(f"{code.number} stands for two kinds: {found[code.number].title} and {code.title}")
    return [found[number] for number in sorted(found)]


def _codes_in(value: object) -> Iterator[Code]:
    if isinstance(value, Code):
        yield value
    elif isinstance(value, LintCheck):
        yield value.code
    elif isinstance(value, dict):
        yield from (item for item in value.values() if isinstance(item, Code))


def diagnostics_page() -> str:
    """Each code with its title, level, reason, and a message as it is printed."""
    from tools.diagnostics_page import diagnostics_page as page

    return MADE + page(codes())


def commands_page() -> str:
    """Each command's help, as click prints it."""
    from complaint_policy.cli.commands import commands as root

    lines = [MADE, "# Commands", ""]
    wide: dict[str, Any] = {**root.context_settings, "max_content_width": 100, "terminal_width": 100}
    context = click.Context(root, info_name="complaint-policy", **wide)
    lines += ["```text", root.get_help(context), "```"]
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context, **wide)
        lines += ["", f"## {name}", "", "```text", command.get_help(inner), "```"]
        for part, below in command.commands.items() if isinstance(command, click.Group) else ():
            deeper = click.Context(below, info_name=part, parent=inner, **wide)
            lines += ["", f"### {name} {part}", "", "```text", below.get_help(deeper), "```"]
    return "\n".join(lines) + "\n"


def keys_page() -> str:
    """Every key of a policy file with its meaning, default, place and example, from the schema."""
    from tools.keys_page import keys_page as page

    return MADE + page()


def findings_page() -> str:
    """Each kind of finding with its meaning; numbers lead to the decisions of meaning."""
    from complaint_policy.evaluation.findings import FINDINGS

    lines = [
        MADE,
        "# Findings",
        "",
        "What an evaluation finds worth knowing and is not a state: each has a `kind`, what it is `about`, when, and",
        "a detail. Numbers are those of the [decisions of meaning](semantics.md).",
        "",
        "| kind | meaning |",
        "|---|---|",
        *(f"| `{kind}` | {meaning} |" for kind, meaning in FINDINGS.items()),
    ]
    return "\n".join(lines) + "\n"


def coverage_page() -> str:
    """Each collected requirement with what encodes it, from the packs' `records.yaml`."""
    from tools.coverage_page import coverage_page as page

    return MADE + page()


def picture() -> str:
    """A case of the example bank, drawn from its evaluation."""
    from tools.picture import case_picture

    return case_picture()


def citations() -> str:
    """What each rule of law that a shipped pack encodes asks for: `check` compares citations with it."""
    from tools.citations import citations as index

    return index()


PAGES: dict[str, Callable[[], str]] = {
    "../policies/citations.json": citations,  # first: `check` reads it, and the page of diagnostics is made by checks
    "reference/diagnostics.md": diagnostics_page,
    "reference/findings.md": findings_page,
    "reference/commands.md": commands_page,
    "reference/keys.md": keys_page,
    "pictures/case.svg": picture,
    "../policies/COVERAGE.md": coverage_page,
}


def main() -> int:
    """Write the pages, or with `--check` name those that are behind and exit 1."""
    sys.path.insert(0, str(ROOT))  # so that the pages in `tools` are found from wherever this is run
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if a page is behind")
    check = parser.parse_args().check
    behind = []
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if not path.exists() or path.read_text("utf-8") != text:
            behind.append(name)
            if not check:
                path.write_text(text, "utf-8")
    if check and behind:
        print(f"behind the program: {', '.join(behind)}: run `python tools/docs.py`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
