"""One case through the public door: a policy file, a case as written, a moment; the answer as the JSON report has
it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from complaint_policy import prepare, read_case
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports.evaluation_json import evaluation_writer
from tests.checked_files import policy_of


@cache
def engine_of(path: Path) -> Engine:
    """The engine of a policy file, prepared once for all tests of a process."""
    return prepare(policy_of(path))


def evaluated(path: Path, case: dict[str, Any], as_of: str, as_known: str | None = None) -> dict[str, Any]:
    """What `evaluate --format json` prints of the case, without next actions and next change."""
    from complaint_policy.case_reader.moments import moment_of

    engine = engine_of(path)
    read = read_case(engine.policy, case)
    known = None if as_known is None else moment_of(as_known)
    answer: dict[str, Any] = evaluation_writer(engine.policy)(evaluate(engine, read, moment_of(as_of), known))
    return answer
