"""The whole evaluation of a case against the obvious way to build it, as ratios in one run.

Run with `python -m benchmarks.whole_evaluation`. Both know the same policy: a scope of three rules, a severity of
twelve, the first tier by severity and three moves, and six clocks in two zones: a table of business days by severity,
business hours, business days that a request for information pauses, business days, weeks, and a month whose end rolls
to the next open day. The obvious way matches the rules with `rule_engine` one by one and walks the days of each clock
over `holidays`. Ours also gives the raw trace of every rule. Both must agree on scope, severity, tier and the state and
due moment of every clock of every case before anything is timed.

The policy stands in `retail_policy.py`, the obvious way in `obvious_build.py`, the cases in `drawn_cases.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from benchmarks.drawn_cases import cases
from benchmarks.obvious_build import Obvious
from benchmarks.retail_policy import policy
from benchmarks.timing import best_of, line, ratio

from complaint_policy.evaluation.engine import Engine, evaluate, next_actions, next_change_at, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.reports.evaluation_json import as_line, evaluation_writer


def agrees(ours: Evaluation, plain: dict[str, Any]) -> bool:
    """Whether both ways say the same of one case."""
    assert ours.scope is not None, "the policy has one"
    assert ours.tier is not None, "the policy has one"
    clocks = {
        one.duty: (one.state, None if one.late_from is None else datetime.fromtimestamp(one.late_from, UTC))
        for one in ours.duties
    }
    found = {"scope": ours.scope.label, "severity": ours.decisions[0].label, "tier": ours.tier.now, "clocks": clocks}
    return found == plain


def ways(engine: Engine, obvious: Obvious, count: int) -> dict[str, Callable[[], object]]:
    drawn = cases(count)
    for case, facts, events, as_of in drawn:
        plain = obvious.evaluate(facts, events, datetime.fromtimestamp(as_of, UTC))
        assert agrees(evaluate(engine, case, as_of), plain), (case, plain, evaluate(engine, case, as_of))
    done = [(case, evaluate(engine, case, as_of)) for case, *_, as_of in drawn]
    plain_cases = [(facts, events, datetime.fromtimestamp(as_of, UTC)) for _, facts, events, as_of in drawn]

    def ours() -> None:
        for case, _, _, as_of in drawn:
            evaluate(engine, case, as_of)

    def obvious_way() -> None:
        for facts, events, as_of in plain_cases:
            obvious.evaluate(facts, events, as_of)

    def changes() -> None:
        for case, _, _, as_of in drawn:
            next_change_at(engine, case, as_of)

    def actions() -> None:
        for case, evaluation in done:
            next_actions(engine, evaluation, case)

    write = evaluation_writer(engine.policy)

    def rendering() -> None:
        for _, evaluation in done:
            as_line(write(evaluation))

    return {
        "ours": ours,
        "obvious": obvious_way,
        "next_change_at": changes,
        "next_actions": actions,
        "rendering": rendering,
    }


def main() -> int:
    """Print the times and ratios; 1 if a target is missed."""
    count = 200
    begin = partial(prepare, policy())
    best = best_of(ways(begin(), Obvious(), count) | {"prepare": begin}, runs=60, least=0.002)
    ours = best["ours"]
    print(line("whole evaluation with raw trace", ours, count))
    print(line("the obvious way", best["obvious"], count))
    print(line("next_change_at", best["next_change_at"], count))
    print(line("next_actions", best["next_actions"], count))
    print(line("a line of JSON", best["rendering"], count))
    print(line("prepare the policy", best["prepare"], unit="policy"))
    verdicts = [
        ratio("the obvious way / whole evaluation", best["obvious"] / ours, at_least=8),
        ratio("next_change_at / whole evaluation", best["next_change_at"] / ours, at_most=3),
        ratio("next_actions / whole evaluation", best["next_actions"] / ours, at_most=3),
        ratio("a line of JSON / whole evaluation", best["rendering"] / ours, at_most=3),
    ]
    print(*[text for text, _ in verdicts], sep="\n")
    return 0 if all(met for _, met in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
