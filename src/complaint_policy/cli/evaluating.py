"""Evaluates many cases by a policy, one answer each."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from complaint_policy.case import Case
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple


class Files(NamedTuple):
    """The files that a command line names; `cases` may be `-`, standard input, and None of `output` standard output.

    shared: events that cases share.
    """

    policy: str
    cases: str
    mapping: str | None = None
    output: str | None = None
    shared: str | None = None


class Wanted(NamedTuple):
    """What the command line asks for, apart from the files; `form` is `text`, `json`, or empty for what is usual."""

    as_of: int
    as_known: int | None = None
    form: str = ""
    ledger: bool = False
    trace: bool = False
    show_sensitive: bool = False
    summary: bool = False
    only: frozenset[str] = frozenset()
    fail_on: frozenset[str] = frozenset()
    strict: bool = False
    quiet: bool = False


def evaluate(files: Files, wanted: Wanted, language: str | None = None) -> int:
    """Evaluates the cases and writes the answers; the exit code says how it went."""
    from complaint_policy.cli.case_files import STDIN
    from complaint_policy.cli.named_files import must_be_open_input, must_be_readable
    from complaint_policy.cli.policies import in_words_of, policy_of

    from_input = files.cases == STDIN
    must_be_readable(files.policy, None if from_input else files.cases, files.mapping, files.shared)
    if from_input:
        must_be_open_input()
    policy = policy_of(files.policy)
    if policy is None:
        return ExitCode.POLICY
    if not wanted.form:
        wanted = wanted._replace(form="text" if sys.stdout.isatty() and files.output is None else "json")
    return _evaluate(in_words_of(policy, language), files, wanted)


def _evaluate(policy: Policy, files: Files, wanted: Wanted) -> int:
    from complaint_policy.cli.case_files import open_cases, shared_events
    from complaint_policy.cli.progress import counted
    from complaint_policy.cli.showing import output
    from complaint_policy.cli.telling import Told
    from complaint_policy.cli.writing import Writer

    shared = shared_events(policy, files.shared)
    if shared is None:
        return ExitCode.DATA
    told = Told(wanted.quiet, wanted.as_of, in_order=files.mapping is None)
    found: Iterable[Case] = told.readable(open_cases(policy, files.cases, files.mapping, shared))
    if wanted.strict:
        found = list(found)
        if told.failed:
            told.close(policy)
            return ExitCode.DATA
    shows_progress = not wanted.quiet and (files.output is not None or not sys.stdout.isatty())
    failed = False
    with output(files.output) as stream, counted(found, shown=shows_progress) as cases:
        writer = Writer(policy, wanted, stream, files.output is None)
        for case in cases:
            told.hear(case)
            view, evaluation = writer.evaluated(case)
            failed = failed or _in_states(evaluation, wanted.fail_on)
            if not wanted.only or _in_states(evaluation, wanted.only):
                writer.write(view, evaluation)
        writer.close(told.bad)
    told.close(policy)
    return max(ExitCode.DATA if told.failed else ExitCode.FINE, ExitCode.FINDINGS if failed else ExitCode.FINE)


def _in_states(evaluation: Evaluation, states: frozenset[str]) -> bool:
    return any(duty.state in states or (duty.warning and "warning" in states) for duty in evaluation.duties)
