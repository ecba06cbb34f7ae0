"""Shows what was proved of a policy: a line for each question, the case of each failure in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from complaint_policy.conditions.text import print_value
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.policy.model import Given, Policy
from complaint_policy.reports.diagnostics import visible
from complaint_policy.reports.local_time import iso_moment, moment_in_words
from complaint_policy.reports.marks import Style
from complaint_policy.rollout.proof.results import Answer, Horizon, Verdict, Witness

SCHEMA = "proof/1"
"""Within a major version fields are only added."""
_COLOURS: Mapping[Verdict, str] = {"holds": "green", "fails": "red", "undecided": "yellow"}
_WIDTH = len("undecided")


def head_in_words(policy: Policy, horizon: Horizon, style: Style) -> str:
    """Of what is spoken: the policy, and the time in which cases are received and looked at."""
    zone = default_zone(policy)
    first, last = (iso_moment(zone, moment)[:10] for moment in (horizon.since, horizon.until - 1))
    return f"{style.paint(policy.title, 'bold')} {policy.version}, for every case from {first} to {last}\n"


def answer_in_words(answer: Answer, file: Path | None, style: Style) -> str:
    """One line; of a failure with what happens, its case in words and where the case file stands."""
    about = f"{answer.about}: " if answer.about else ""
    verdict = style.paint(answer.verdict.ljust(_WIDTH), _COLOURS[answer.verdict])
    lines = [f"{verdict}  {visible(about + answer.claim)}"]
    indent = " " * (_WIDTH + 2)
    if answer.because and answer.verdict != "holds":
        lines.append(indent + visible(answer.because))
    if answer.verdict == "undecided":
        lines.append(f"{indent}after {answer.seconds:.1f} s")
    if answer.witness is not None:
        lines += [indent + visible(line) for line in case_in_words(answer.witness)]
    if file is not None:
        lines.append(f"{indent}case: {file}")
    return "\n".join(lines) + "\n"


def case_in_words(witness: Witness) -> Iterator[str]:
    """What is told of the complaint, then what has happened."""
    policy, case = witness.engine.policy, witness.shown.case
    fields = [fact.field for fact in policy.facts if isinstance(fact.source, Given)]
    told = [
        f"`{field.name}` is {print_value(value, field.type)}"
        for field, value in zip(fields, case.values, strict=True)
        if value is not None
    ]
    yield f"for example where {', '.join(told)}" if told else "for example where nothing is told of the complaint"
    zone = default_zone(policy)
    happened = [f"{event.type} {moment_in_words(zone, event.at)}" for event in case.events]
    yield f"{', '.join(happened)}; looked at {moment_in_words(zone, witness.shown.as_of)}"


def summary_in_words(answers: Sequence[Answer], assumed: Sequence[str]) -> str:
    """`7 hold, 1 fails, 1 undecided`, and below it what was taken for granted."""
    number = {verdict: sum(one.verdict == verdict for one in answers) for verdict in _COLOURS}
    parts = [f"{number['holds']} {'holds' if number['holds'] == 1 else 'hold'}"]
    parts += [f"{number['fails']} {'fails' if number['fails'] == 1 else 'fail'}"] if number["fails"] else []
    parts += [f"{number['undecided']} undecided"] if number["undecided"] else []
    return "\n".join([", ".join(parts), *(f"taken for granted: {one}" for one in assumed)])


def as_data(
    policy: Policy, horizon: Horizon, answers: Iterable[Answer], files: Mapping[str, Path], assumed: Sequence[str]
) -> dict[str, Any]:
    """One object of fixed keys; `cases` are those of the failures as written, by the name of the answer."""
    zone = default_zone(policy)
    return {
        "schema": SCHEMA,
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "from": iso_moment(zone, horizon.since),
        "until": iso_moment(zone, horizon.until),
        "assumed": list(assumed),
        "answers": [
            {
                "name": one.name,
                "about": one.about,
                "claim": one.claim,
                "verdict": one.verdict,
                "because": one.because,
                "seconds": round(one.seconds, 3),
                "case": str(files[one.name]) if one.name in files else None,
            }
            for one in answers
        ],
    }
