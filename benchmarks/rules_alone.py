"""Twenty-six rules without a clock: generated Python against rule-engine and against hand-written Python.

Run with `python -m benchmarks.rules_alone`. The rules are four first-match decisions. The generated functions give the
whole raw trace; rule-engine and the hand-written functions give the number of the rule that decided. All three are
asked about the same cases, and must agree, before anything is timed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

from benchmarks.timing import best_of, line, ratio

from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.python import Group, Rules, compile_program
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType

PRODUCTS = ("card", "loan", "mortgage", "account", "insurance")
CHANNELS = ("web_form", "phone", "email", "letter", "branch")
RELATIONS = ("customer", "former", "applicant", "none")

FACTS: dict[str, FactType] = {
    "injury": FactType("boolean"),
    "vulnerable": FactType("boolean"),
    "about_staff": FactType("boolean"),
    "regulated": FactType("boolean"),
    "press": FactType("boolean"),
    "amount": FactType("number", largest=10**8),
    "days_open": FactType("number", largest=10**5),
    "offers_rejected": FactType("number", largest=1000),
    "people": FactType("number", largest=10**6),
    "product": FactType("choice", PRODUCTS),
    "channel": FactType("choice", CHANNELS),
    "relationship": FactType("choice", RELATIONS),
}
SUMMARY = "summary"

SCOPE = [
    'relationship == "none"',
    "not regulated and amount < 10",
    'product == "insurance" and relationship == "applicant"',
    'channel == "branch" and amount < 5 and days_open < 1',
]
NATURE = [
    'product == "card" and amount > 2000',
    'product == "loan" and days_open > 45',
    "about_staff",
    'channel in ["phone", "branch"] and vulnerable',
    'product in ["mortgage", "loan"] and amount > 1000',
    "people > 50",
    'product == "account" and offers_rejected >= 1',
]
SEVERITY = [
    "injury",
    "vulnerable and amount > 500",
    "amount > 5000",
    "press and people > 10",
    'product == "card" and amount > 1000 and channel != "branch"',
    "days_open > 30 and vulnerable",
    "offers_rejected >= 3 or days_open > 60",
    'amount > 250 and product in ["loan", "mortgage"]',
    "people >= 5",
]
TIER = [
    "injury and press",
    "offers_rejected >= 2",
    "days_open > 40 and not vulnerable",
    "amount + 10 * people > 3000",
    "regulated and amount > 1000",
    "vulnerable or about_staff",
]
DECISIONS = [SCOPE, NATURE, SEVERITY, TIER]


def hand_scope(f: Sequence[Any]) -> int:
    if f[11] == "none":
        return 0
    if not f[3] and f[5] < 10:
        return 1
    if f[9] == "insurance" and f[11] == "applicant":
        return 2
    if f[10] == "branch" and f[5] < 5 and f[6] < 1:
        return 3
    return 4


def hand_nature(f: Sequence[Any]) -> int:
    product, amount = f[9], f[5]
    if product == "card" and amount > 2000:
        return 0
    if product == "loan" and f[6] > 45:
        return 1
    if f[2]:
        return 2
    if f[10] in ("phone", "branch") and f[1]:
        return 3
    if product in ("mortgage", "loan") and amount > 1000:
        return 4
    if f[8] > 50:
        return 5
    if product == "account" and f[7] >= 1:
        return 6
    return 7


def hand_severity(f: Sequence[Any]) -> int:
    vulnerable, amount, days_open, people, product = f[1], f[5], f[6], f[8], f[9]
    if f[0]:
        return 0
    if vulnerable and amount > 500:
        return 1
    if amount > 5000:
        return 2
    if f[4] and people > 10:
        return 3
    if product == "card" and amount > 1000 and f[10] != "branch":
        return 4
    if days_open > 30 and vulnerable:
        return 5
    if f[7] >= 3 or days_open > 60:
        return 6
    if amount > 250 and product in ("loan", "mortgage"):
        return 7
    if people >= 5:
        return 8
    return 9


def hand_tier(f: Sequence[Any]) -> int:
    vulnerable, amount = f[1], f[5]
    if f[0] and f[4]:
        return 0
    if f[7] >= 2:
        return 1
    if f[6] > 40 and not vulnerable:
        return 2
    if amount + 10 * f[8] > 3000:
        return 3
    if f[3] and amount > 1000:
        return 4
    if vulnerable or f[2]:
        return 5
    return 6


HAND: list[Callable[[Sequence[Any]], int]] = [hand_scope, hand_nature, hand_severity, hand_tier]


def cases(count: int, unknown: float = 0.0, seed: int = 1) -> list[list[Any]]:
    """Random cases, with this share of their facts not known."""
    draw = random.Random(seed)

    def one() -> list[Any]:
        values = [
            draw.random() < 0.05,
            draw.random() < 0.2,
            draw.random() < 0.1,
            draw.random() < 0.8,
            draw.random() < 0.05,
            int(draw.expovariate(1 / 800)),
            draw.randrange(75),
            draw.choice((0, 0, 0, 0, 1, 1, 2, 3)),
            draw.choice((1, 1, 1, 1, 2, 3, 8, 60)),
            draw.choice(PRODUCTS),
            draw.choice(CHANNELS),
            draw.choice((*RELATIONS, "customer", "customer", "customer")),
            draw.choice(("the card was charged twice", "no refund after the claim was settled", "rude on the phone")),
        ]
        return [None if draw.random() < unknown else value for value in values]

    return [one() for _ in range(count)]


def compiled(decisions: Sequence[Sequence[str]]) -> list[Rules]:
    """The generated functions of some decisions."""
    types = {**FACTS, SUMMARY: FactType("text")}
    groups = [Group([_checked(text, types) for text in rules]) for rules in decisions]
    return compile_program(groups, {name: place for place, name in enumerate(types)})


def _checked(text: str, types: Mapping[str, FactType]) -> Condition:
    condition, problems = check_condition(text, {name: (name, type) for name, type in types.items()})
    assert condition is not None, problems
    return condition


def rule_engine_decisions(decisions: Sequence[Sequence[str]]) -> list[Callable[[Mapping[str, Any]], int]]:
    """The obvious build: rules matched one by one, up to the first that matches."""
    import rule_engine

    context = rule_engine.Context(resolver=rule_engine.resolve_item)

    def decide(texts: Sequence[str]) -> Callable[[Mapping[str, Any]], int]:
        rules = [rule_engine.Rule(text, context=context) for text in texts]

        def first(case: Mapping[str, Any]) -> int:
            for place, rule in enumerate(rules):
                if rule.matches(case):
                    return place
            return len(rules)

        return first

    return [decide(texts) for texts in decisions]


def decided(answers: Sequence[object]) -> int:
    """Which rule was the first true one; their number if none was."""
    return answers.index(True) if True in answers else len(answers)


def ask(functions: Sequence[Callable[[Any], object]], data: Sequence[Any]) -> Callable[[], None]:
    """Ask every function about every case; what they answer is dropped at once."""

    def run() -> None:
        for case in data:
            for function in functions:
                function(case)

    return run


def measure() -> bool:
    """Print every figure; whether all targets are met."""
    count = 500
    names = [*FACTS, SUMMARY]
    begin = perf_counter()
    checked = [[_checked(text, FACTS) for text in rules] for rules in DECISIONS]
    check_time = perf_counter() - begin
    begin = perf_counter()
    ours = compile_program([Group(rules) for rules in checked], {name: place for place, name in enumerate(names)})
    build_time = perf_counter() - begin
    theirs = rule_engine_decisions(DECISIONS)
    known = cases(count)
    records = [dict(zip(names, case, strict=True)) for case in known]
    for case, record in zip(known, records, strict=True):
        found = [decided(rules(case)[0]) for rules in ours]
        assert found == [hand(case) for hand in HAND] == [rules(record) for rules in theirs], record

    few = records[:50]
    times = best_of({"ours": ask(ours, known), "hand": ask(HAND, known)}, runs=40)
    slow = best_of({"ours": ask(ours, known), "rule-engine": ask(theirs, few)})
    print(f"{sum(map(len, DECISIONS))} rules in {len(DECISIONS)} first-match decisions, {count} cases, no pattern")
    print(line("generated, with the raw trace", times["ours"], count))
    print(line("hand-written, two-valued, no trace", times["hand"], count))
    print(line("rule-engine, rules matched one by one", slow["rule-engine"], len(few)))
    print(line("check (parse and type), once, with import", check_time, 26, "rule"))
    print(line("generate and compile, once", build_time, 26, "rule"))
    faster = slow["rule-engine"] / len(few) / (slow["ours"] / count)
    results = [
        ratio("faster than rule-engine", faster, at_least=100),
        ratio("time of hand-written Python", times["ours"] / times["hand"], at_most=1.75),
        *_with_pattern(known, records),
        *_with_unknown_facts(ours, times["hand"] / count),
    ]
    for text, _ in results:
        print(text)
    return all(met for _, met in results)


def _with_pattern(known: list[list[Any]], records: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """One rule searches a text, with RE2 on the hand-written side too, called in its quickest way (bytes)."""
    import re2

    ours = compiled([SCOPE, ['summary =~~ "refund|charged.*twice"', *NATURE], SEVERITY, TIER])
    options = re2.Options()
    options.never_capture = True
    search = re2.compile("refund|charged[^\n]*twice", options).search
    theirs = rule_engine_decisions([SCOPE, ['summary =~~ "refund|charged.*twice"', *NATURE], SEVERITY, TIER])

    def hand_with_pattern(f: Sequence[Any]) -> int:
        return 0 if search(f[12].encode()) is not None else 1 + hand_nature(f)

    hand = [hand_scope, hand_with_pattern, hand_severity, hand_tier]
    for case, record in zip(known, records, strict=True):
        found = [decided(rules(case)[0]) for rules in ours]
        assert found == [one(case) for one in hand] == [rules(record) for rules in theirs], record
    few = records[:50]
    times = best_of(
        {
            "ours": ask(ours, known),
            "hand": ask(hand, known),
            "rule-engine": ask(theirs, few),
        }
    )
    print(line("27 rules, one with a pattern, generated", times["ours"], len(known)))
    print(line("the same hand-written, RE2 too", times["hand"], len(known)))
    return [
        ratio("with a pattern: faster than rule-engine", times["rule-engine"] / len(few) / times["ours"] * len(known)),
        ratio("with a pattern: time of hand-written Python", times["ours"] / times["hand"]),
    ]


def _with_unknown_facts(ours: Sequence[Rules], hand: float) -> list[tuple[str, bool]]:
    results = []
    for share in (0.1, 0.5):
        some = cases(500, unknown=share)
        time = best_of({"ours": ask(ours, some)})["ours"] / len(some)
        print(line(f"{share:.0%} of the facts not known, generated", time))
        results.append(ratio(f"{share:.0%} not known: time of hand-written, all known", time / hand))
    return results


if __name__ == "__main__":
    sys.exit(0 if measure() else 1)
