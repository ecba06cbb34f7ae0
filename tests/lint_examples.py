"""The example of every check that warns, and the better version, put into the small policy of `tests/told`."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.lint import BUILT_IN
from tests.checked_files import AS_OF, viewpoint_of
from tests.told_codes import TESTS, merged

BESIDE = frozenset(("CP393",))
"""Checks that need more than a file: their examples are tried in tests of their own."""


def policy_with(part: str) -> str:
    """The small policy with the sections of an example."""
    first, _, _ = part.partition("\n")
    head = f"{first}\n" if first.startswith(AS_OF) else ""
    return head + merged((TESTS / "told" / "policy.yaml").read_text("utf-8"), part)


def examples_of_checks() -> dict[str, str]:
    """By the name of a file of `tests/bad`, the example of each check that a file alone can show."""
    return {
        f"lint-{check.name.replace('_', '-')}": policy_with(check.documentation.example)
        for check in BUILT_IN
        if check.code.number not in BESIDE
    }


def checked(part: str, folder: Path) -> Checked:
    """The check of the small policy with an example in it."""
    path, text = folder / "policy.yaml", policy_with(part)
    copytree(TESTS / "bad" / "letters", folder / "letters", dirs_exist_ok=True)
    path.write_text(text, "utf-8")
    return check_file(path, viewpoint=viewpoint_of(text))
