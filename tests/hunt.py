"""Hunts at random for a case of which engine and reference say different things, and makes what it finds small.

`python -m tests.hunt --seed 7 --draws 400` draws as the property tests do, counts the kinds of difference, makes the
smallest example of each kind smaller still, and prints it as a Python script that shows the difference again.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from complaint_policy.case import Case
from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.model import Policy
from tests.strategies.aimed import aimed_policies
from tests.strategies.by_place import policies_by_place
from tests.strategies.cases import cases, evaluation_moments
from tests.strategies.policies import policies
from tests.strategies.projections import differences, engine_answer, reference
from tests.strategies.smaller import smaller, written
from tests.strategies.versions import policies_with_versions

DAY = 86_400


class Found(NamedTuple):
    """A policy, a case and a moment of which engine and reference may differ."""

    policy: Policy
    case: Case
    as_of: int
    as_known: int | None


@dataclass
class Hunt:
    """What a hunt has seen: how many evaluations, how many differed in each kind, and the smallest example of it."""

    evaluations: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, Found]] = field(default_factory=dict)


def differing(found: Found) -> list[str]:
    engine = prepare(found.policy)
    theirs = engine_answer(engine, found.policy, found.case, found.as_of, found.as_known)
    return differences(theirs, reference(found.policy, found.case, found.as_of, found.as_known))


def kind_of(difference: str) -> str:
    """A difference without names and moments: `duties.start: engine #, reference None`."""
    place, _, rest = difference.partition(": ")
    place = re.sub(r"\.[^.]*[(\d'][^.]*", "", place)
    return place if "(" in rest else f"{place}: {re.sub(r'[0-9]+', '#', rest)}"


KINDS = {"any": policies, "versions": policies_with_versions, "aimed": aimed_policies, "places": policies_by_place}


def hunt(first_seed: int, draws: int, of: str = "any") -> Hunt:
    """Draw policies of a kind and three cases of each, as the property tests do."""
    seen = Hunt()

    @seed(first_seed)
    @settings(max_examples=draws, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        policy = data.draw(KINDS[of]())
        for _ in range(3):
            case = data.draw(cases(policy))
            as_of = data.draw(evaluation_moments(case))
            look(seen, Found(policy, case, as_of, data.draw(st.sampled_from([None, None, as_of, as_of - DAY]))))

    draw()
    return seen


def look(seen: Hunt, found: Found) -> None:
    seen.evaluations += 1
    for kind in {kind_of(one) for one in differing(found)}:
        seen.kinds[kind] += 1
        size = len(repr(found))
        if kind not in seen.examples or size < seen.examples[kind][0]:
            seen.examples[kind] = size, found


# --- making it small --------------------------------------------------------------------------------------------------


def reduced(found: Found, kind: str, seconds: float) -> Found:
    """The smallest example reached by leaving out one thing after another while the same kind of difference remains."""
    until = time.monotonic() + seconds
    while (less := next((one for one in less_than(found, until) if still(one, kind)), None)) is not None:
        found = less
    return found


def less_than(found: Found, until: float) -> Iterator[Found]:
    if found.as_known is not None:
        yield found._replace(as_known=None)
    for case in smaller(found.case):
        yield found._replace(case=case)
        if time.monotonic() > until:
            return
    for policy in smaller(found.policy):
        yield found._replace(policy=policy)
        if time.monotonic() > until:
            return


def still(found: Found, kind: str) -> bool:
    try:
        return any(kind_of(one) == kind for one in differing(found))
    except (AssertionError, AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError):
        return False  # what was left out was needed: no policy that `check` lets through looks like this


# --- the command ------------------------------------------------------------------------------------------------------


def script(found: Found, told: list[str]) -> str:
    """The example as a script that prints its differences."""
    modules: dict[str, set[str]] = {
        "complaint_policy.evaluation.engine": {"prepare"},
        "tests.strategies.projections": {"differences", "engine_answer", "reference"},
    }
    policy, case = written(found.policy, modules), written(found.case, modules)
    moments = f"{found.as_of}, {found.as_known}"
    return "\n".join(
        [
            *[f"# {one}" for one in told],
            *[f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(modules.items())],
            f"policy = {policy}",
            f"case = {case}",
            f"theirs = engine_answer(prepare(policy), policy, case, {moments})",
            f"print(*differences(theirs, reference(policy, case, {moments})), sep='\\n')",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hunt", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same (default: %(default)s)")
    parser.add_argument("--draws", type=int, default=400, help="policies, three cases of each (default: %(default)s)")
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--versions", action="store_true", help="policies that replaced an earlier version")
    of.add_argument("--aimed", action="store_true", help="policies in which constructs meet that rarely do")
    of.add_argument("--places", action="store_true", help="policies in which a fact chooses the zone")
    parser.add_argument("--only", default="", help="a regular expression: reduce only kinds that it matches")
    parser.add_argument("--seconds", type=float, default=30, help="of reduction for each kind (default: %(default)s)")
    given_ = parser.parse_args(arguments)
    of_kind = next((kind for kind in KINDS if getattr(given_, kind, False)), "any")
    seen = hunt(given_.seed, given_.draws, of_kind)
    print(f"# seed {given_.seed}: {seen.evaluations} evaluations, kinds of difference: {dict(seen.kinds)}", flush=True)
    scripts, done = set(), set()
    for kind, (_, found) in sorted(seen.examples.items()):
        if re.search(given_.only, kind) and id(found) not in done:
            done.add(id(found))  # one example often shows several kinds
            least = reduced(found, kind, given_.seconds)
            scripts.add(script(least, differing(least)))
    print("\n\n".join(sorted(scripts)))
    return 1 if seen.kinds else 0


if __name__ == "__main__":
    sys.exit(main())
