"""Writes what was proved for build servers and code hosts: JUnit XML, SARIF, workflow commands of GitHub, Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from complaint_policy.diagnostics import Diagnostic, Location
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.reports import junit
from complaint_policy.reports.diagnostics import render_github, visible
from complaint_policy.reports.diagnostics_sarif import render_sarif
from complaint_policy.reports.markdown import block, cell, prose
from complaint_policy.reports.marks import Style
from complaint_policy.reports.proof import answer_in_words, head_in_words, summary_in_words
from complaint_policy.reports.proof_diagnostics import doubted, of_answer, reasons_of

if TYPE_CHECKING:
    from complaint_policy.rollout.proof.results import Answer, Horizon

Places: TypeAlias = Callable[[str], Location]
"""Where in the policy's file stands what an answer is about."""


class Proved(NamedTuple):
    """All that was proved of a policy. file: its own; cases: where the case of a failure was written, by its name."""

    file: str
    policy: Policy
    horizon: Horizon
    answers: Sequence[Answer]
    cases: Mapping[str, Path]
    assumed: Sequence[str]
    place: Places


def as_github(proved: Proved) -> str:
    """A workflow command for each that fails or is undecided."""
    return render_github(_diagnostics(proved))


def as_sarif(proved: Proved) -> str:
    """One run of SARIF 2.1.0."""
    return render_sarif(_diagnostics(proved))


def _diagnostics(proved: Proved) -> Iterator[Diagnostic]:
    for one in proved.answers:
        if one.verdict != "holds":
            yield of_answer(one, proved.place(one.about))


def as_junit(proved: Proved) -> str:
    """A suite with a case for each question; what is undecided is an error, not a failure."""
    verdicts = [one.verdict for one in proved.answers]
    cases = [_case(proved, one) for one in proved.answers]
    return junit.document(junit.suite(proved.file, verdicts.count("fails"), verdicts.count("undecided"), cases))


def _case(proved: Proved, one: Answer) -> list[str]:
    line, name = proved.place(one.about).line, f"{one.about}: {one.claim}" if one.about else one.claim
    if one.verdict == "holds":
        return junit.case(proved.file, name, line)
    kind = "failure" if one.verdict == "fails" else "error"
    text = answer_in_words(one, proved.cases.get(one.name), Style())
    return junit.case(proved.file, name, line, kind, visible(doubted(one)), text)


def as_markdown(proved: Proved) -> str:
    """A table of the questions, and below it each case."""
    lines = [f"## {prose(head_in_words(proved.policy, proved.horizon, Style()).strip())}", ""]
    lines += [prose(line) + "  " for line in summary_in_words(proved.answers, proved.assumed).splitlines()]
    lines += ["", "| | about | question |", "|---|---|---|"]
    lines += [f"| {one.verdict} | {cell(one.about)} | {cell(one.claim)} |" for one in proved.answers]
    for one in proved.answers:
        if one.verdict != "holds":
            file = (f"case: {proved.cases[one.name]}",) if one.name in proved.cases else ()
            lines += ["", f"- {prose(doubted(one))}", "", *block((*reasons_of(one), *file), "  ")]
    return "\n".join(lines) + "\n"
