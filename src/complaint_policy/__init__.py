"""A policy and rules engine for complaint handling: check a policy, and evaluate cases by it.

    from complaint_policy import evaluate, load_policy, prepare, read_case

    engine = prepare(load_policy("policy.yaml"))
    case = read_case(engine.policy, {"id": "C-1", "facts": {}, "events": []})
    result = evaluate(engine, case, as_of="2026-06-15T12:00+01:00")

The names in `__all__` are stable; everything else is private. Importing this module loads nothing else.
"""

from __future__ import annotations

from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from complaint_policy.case import Case
    from complaint_policy.diagnostics import Diagnostic, PolicyError
    from complaint_policy.evaluation.engine import prepare
    from complaint_policy.evaluation.outcome import Evaluation
    from complaint_policy.evaluation.view import Engine
    from complaint_policy.policy.model import Policy
    from complaint_policy.rollout.proof.results import Answer
    from complaint_policy.version import __version__

__all__ = [
    "Case",
    "Diagnostic",
    "Engine",
    "Evaluation",
    "Policy",
    "PolicyError",
    "__version__",
    "compare",
    "evaluate",
    "load_policy",
    "prepare",
    "prove",
    "read_case",
]

_STANDS_IN = {
    "Case": "case",
    "Diagnostic": "diagnostics",
    "Engine": "evaluation.view",
    "Evaluation": "evaluation.outcome",
    "Policy": "policy.model",
    "PolicyError": "diagnostics",
    "__version__": "version",
    "prepare": "evaluation.engine",
}


def __getattr__(name: str) -> object:
    """Names of other modules, imported when they are first asked for."""
    if name not in _STANDS_IN:
        raise AttributeError(f"module `complaint_policy` has no `{name}`")
    return getattr(import_module(f"complaint_policy.{_STANDS_IN[name]}"), name)


def load_policy(path: str | PathLike[str]) -> Policy:
    """The policy of a YAML file or of a bundle, with its digest.

    Raises `PolicyError`, which holds every diagnostic, if the file cannot be read or has errors. Nothing is kept in
    a cache.
    """
    from pathlib import Path

    from complaint_policy.diagnostics import Diagnostic, PolicyError
    from complaint_policy.policy.bundle import load, looks_like_a_bundle, stamped

    file = Path(path)
    try:
        data = file.read_bytes() if looks_like_a_bundle(_start(file)) else b""
    except OSError:
        data = b""  # the checker says what is wrong with it
    if data:
        loaded = load(data, str(file))
        if isinstance(loaded, Diagnostic):
            raise PolicyError([loaded])
        return loaded
    from complaint_policy.policy.compiler import load_policy as compiled

    return stamped(compiled(file))


def _start(file: PathLike[str]) -> bytes:
    with open(file, "rb") as stream:
        return stream.read(64)


def read_case(policy: Policy, written: object) -> Case:
    """The case that a JSON object (maps, lists, texts, numbers) describes, checked against the policy.

    Raises `PolicyError` with a diagnostic for every mistake. Moments need an offset; numbers may be int, Decimal or
    text.
    """
    from complaint_policy.bulk.reading import as_diagnostics, given_facts
    from complaint_policy.case_reader.problems import Problem
    from complaint_policy.case_reader.reading import case_reader
    from complaint_policy.diagnostics import Location, PolicyError

    problems: list[Problem] = []
    case = case_reader(given_facts(policy), policy.events)(written, problems)
    if case is None:
        raise PolicyError(as_diagnostics(problems, lambda item: Location("case", 1, 1, 0, item.path)))
    return case


def evaluate(policy: Policy | Engine, case: Case, as_of: int | str, as_known: int | str | None = None) -> Evaluation:
    """What holds of a case as of a moment: UTC seconds, or a text with an offset (`2026-06-15T12:00+01:00`).

    as_known: only what was recorded by then is seen; None is everything. For many cases pass `prepare(policy)`, which
    makes ready once what does not depend on the case. A text that is not a moment raises ValueError.
    """
    from complaint_policy.evaluation import engine as engines

    ready = policy if isinstance(policy, engines.Engine) else engines.prepare(policy)
    return engines.evaluate(ready, case, _moment(as_of), None if as_known is None else _moment(as_known))


def compare(
    old: Policy,
    new: Policy,
    cases: Iterable[object],
    as_of: int | str,
    as_known: int | str | None = None,
    *,
    by: Iterable[str] = (),
    least: int = 5,
    workers: int = 1,
) -> dict[str, Any]:
    """What a new policy changes for cases beside the old one: the object that `compare --format json` writes.

    cases: JSON objects, as `read_case` takes them; those that only one of the policies can read, or none, are counted.
    as_of, as_known: as of `evaluate`. by: choices or booleans by which the cases are grouped; least: numbers of groups
    below this are not shown. workers: how many processes; with more than one, the program that calls this must guard
    its start with `if __name__ == "__main__":`. Each policy counts as if it had always been in force (semantics 119);
    the schema is `comparison.schema.json`. A fact that cannot be grouped by raises ValueError.
    """
    from complaint_policy.reports.comparison import as_data
    from complaint_policy.rollout.comparison.cases import pairs_of
    from complaint_policy.rollout.comparison.causes import Moment
    from complaint_policy.rollout.comparison.comparing import Asked, unfit
    from complaint_policy.rollout.comparison.current import current_only
    from complaint_policy.rollout.comparison.running import compared

    before, after, groups = current_only(old), current_only(new), tuple(by)
    for name in groups:
        if told := unfit(name, before, after):
            raise ValueError(told)
    asked = Asked(Moment(_moment(as_of), None if as_known is None else _moment(as_known)), groups)
    return as_data(compared(before, after, asked, pairs_of(before, after, cases), least=least, workers=workers))


def prove(
    policy: Policy | Engine,
    *,
    against: Policy | Engine | None = None,
    floors: Iterable[Policy | Engine] | None = None,
    years: int = 10,
    seconds: float = 10.0,
) -> list[Answer]:
    """What holds of a policy for every case, or fails with a case that shows it, or is undecided, as `prove` asks it.

    against: the policy that it is to replace. floors: beside what no duty may be due later, paused longer or left out:
    every pack that the policy extends, these policies, and `against`; None: this is not asked. years: how many are
    looked at. seconds: at most for each question to the solver. Raises ModuleNotFoundError without the extra `prove`.
    """
    from complaint_policy.evaluation import engine as engines
    from complaint_policy.rollout.proof.floor import answers_of_floor
    from complaint_policy.rollout.proof.proving import answers_against, answers_of, horizon_of

    def ready(one: Policy | Engine) -> Engine:
        return one if isinstance(one, engines.Engine) else engines.prepare(one)

    engine, old = ready(policy), None if against is None else ready(against)
    horizon = horizon_of(engine.policy, years)
    found = list(answers_of(engine, horizon, seconds))
    if old is not None:
        found += answers_against(engine, old, horizon, seconds)
    if floors is not None:
        below = [*([] if old is None else [old]), *map(ready, floors)]
        found += answers_of_floor(engine, below, horizon, seconds)
    return found


def _moment(value: int | str) -> int:
    if isinstance(value, int):
        return value
    from complaint_policy.case_reader.moments import moment_of
    from complaint_policy.case_reader.problems import Refused

    try:
        return moment_of(value)
    except Refused as refused:
        raise ValueError(f"{refused.message}; {refused.help}".removesuffix("; ")) from None
