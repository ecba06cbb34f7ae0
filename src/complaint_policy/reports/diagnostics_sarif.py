"""Diagnostics as SARIF 2.1.0 (OASIS), which code hosts read to mark lines and to keep count of what is open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from complaint_policy.diagnostics import Code, Diagnostic, Location, in_order
from complaint_policy.policy.allowances import Allowed
from complaint_policy.version import __version__


def render_sarif(diagnostics: Iterable[Diagnostic], allowed: Sequence[Allowed] = ()) -> str:
    """One run: each code that was told as a rule, each diagnostic as a result; what a comment allows is suppressed."""
    found = in_order(diagnostics)
    every = [*found, *(one.diagnostic for one in allowed)]
    codes = sorted({item.code for item in every}, key=lambda code: code.number)
    driver = {"name": "complaint-policy", "version": __version__, "rules": [_rule(code) for code in codes]}
    index = {code: number for number, code in enumerate(codes)}
    results = [_result(item, index[item.code]) for item in found]
    for one in allowed:
        reason = {"kind": "inSource", "justification": one.reason}
        results.append(_result(one.diagnostic, index[one.diagnostic.code]) | {"suppressions": [reason]})
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    told = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _rule(code: Code) -> dict[str, object]:
    return {
        "id": code.number,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.why},
        "defaultConfiguration": {"level": code.level},
    }


def _result(item: Diagnostic, rule: int) -> dict[str, object]:
    text = f"{item.message}\nhelp: {item.help}" if item.help else item.message
    result: dict[str, object] = {
        "ruleId": item.code.number,
        "ruleIndex": rule,
        "level": item.level,
        "message": {"text": text},
    }
    if item.location is not None:
        result["locations"] = [{"physicalLocation": _place(item.location)}]
    if item.related:
        result["relatedLocations"] = [
            {"physicalLocation": _place(place), "message": {"text": said}} for said, place in item.related
        ]
    return result


def _place(place: Location) -> dict[str, object]:
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_column > place.column:
        region["endColumn"] = place.end_column
    return {"artifactLocation": {"uri": _uri(place.file)}, "region": region}


def _uri(file: str) -> str:
    """Relative to where the program was started, as code hosts want it; a whole path as it is."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
