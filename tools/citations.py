"""The index of the rules that the shipped packs encode, and of what is repealed: `policies/citations.json`."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from complaint_policy.policy.cited import Entry, entries
from complaint_policy.policy.compiler import check_file

POLICIES = Path(__file__).resolve().parents[1] / "policies"
EXAMPLE = "example-"


def citations() -> str:
    """One line a rule, packs by name; the example organisations are no law."""
    rules: list[Entry] = []
    for file in sorted(POLICIES.glob("*/policy.yaml")):
        if not file.parent.name.startswith(EXAMPLE):
            policy = check_file(file, warn=False).policy
            if policy is None:
                raise SystemExit(f"{file} has errors: run `complaint-policy check` on it first")
            rules += entries(policy)
    gone = yaml.load((POLICIES / "superseded.yaml").read_text("utf-8"), yaml.BaseLoader)["superseded"]
    parts = [f'"rules": [\n{_lines([rule._asdict() for rule in rules])}\n]', f'"superseded": [\n{_lines(gone)}\n]']
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(rows: list[dict[str, object]]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
