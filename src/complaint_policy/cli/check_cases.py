"""Writes the cases that show what was found: each is a file that `evaluate` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from complaint_policy.diagnostics import Diagnostic


def write_cases(found: Iterable[Diagnostic], folder: Path) -> list[Path]:
    """A file for each diagnostic that has a case, named by its code and a number; the files. Raises OSError."""
    shown = [item for item in found if item.case]
    if shown:
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, item in enumerate(shown, 1):
        case = json.loads(item.case)
        case["id"] = f"{item.code.number}-{number}"
        file = folder / f"{case['id']}.json"
        file.write_text(json.dumps(case, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(file)
    return written
