"""Tells how many mistakes put into a policy its examples would notice, and each that they would not: text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from complaint_policy.reports.diagnostics import visible
from complaint_policy.reports.marks import Style
from complaint_policy.rollout.mutants.results import Score, Survivor

SCHEMA = "mutants/1"
"""Within a major version fields are only added."""


def score_in_words(score: Score, style: Style) -> str:
    """The share noticed, by kind and in all, and each mutant that survived with an example that would notice it."""
    return "\n".join(_lines(score, style)) + "\n"


def _lines(score: Score, style: Style) -> Iterator[str]:
    rest = [f"{score.equivalent} changes mean the same"] if score.equivalent else []
    rest += [f"{score.left_out} left out"] if score.left_out else []
    told = f"{score.killed} of {score.number} ({score.percent} %) noticed"
    yield f"mutants of {style.paint(score.file, 'bold')}: {', '.join([told, *rest])}"
    width = max((len(kind) for kind, _, _ in score.by_kind), default=0)
    for kind, killed, number in score.by_kind:
        sign = style.paint(style.sign("met"), "green") if killed == number else style.sign("dot")
        yield f"  {sign} {kind.ljust(width)}  {killed} of {number}"
    for one in score.survivors:
        yield from (f"  {line}".rstrip() for line in _survivor(one, style))


def _survivor(one: Survivor, style: Style) -> Iterator[str]:
    sign = style.paint(style.sign("missed"), "red")
    yield f"{sign} {one.file}:{one.line}: no example notices a change: {visible(one.words)}"
    if one.proposal:
        yield "    this one would:"
        yield from (f"      {line}" for line in one.proposal.splitlines())


def scores_as_json(scores: Iterable[Score]) -> str:
    """One object: each file with its figures by kind, and its survivors with their places and proposed examples."""
    data = {"schema": SCHEMA, "files": [_data(one) for one in scores]}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _data(score: Score) -> dict[str, object]:
    kinds = {kind: {"noticed": killed, "mutants": number} for kind, killed, number in score.by_kind}
    figures = {"noticed": score.killed, "mutants": score.number, "percent": score.percent}
    more = {"equivalent": score.equivalent, "left_out": score.left_out}
    return {
        "file": score.file,
        **figures,
        **more,
        "kinds": kinds,
        "survivors": [asdict(one) for one in score.survivors],
    }
