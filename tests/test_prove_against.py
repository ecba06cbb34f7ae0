"""`prove --against` finds a difference between two policies where there is one, and none where there is none."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.proof.files import case_text, example_text
from complaint_policy.rollout.proof.proving import answers_against, horizon_of
from complaint_policy.rollout.proof.results import Answer
from complaint_policy.rollout.proof.solver import Solver
from tests.cli_runs import in_this_process
from tests.test_lint_tables import HEAD as TABLE
from tests.test_lint_tables import ROWS, VALUES, answer
from tests.test_prove import HEAD, ROOT, told

LABELS = ("high", "low")


def of_text(text: str) -> Policy:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, "utf-8")
        found = check_file(path, warn=False)
        assert found.policy is not None, found.diagnostics
        return found.policy


def compared(new: Policy, old: Policy) -> dict[str, Answer]:
    found = list(answers_against(prepare(new), prepare(old), horizon_of(new, 10), 20.0))
    for one in found:
        if one.witness is not None:
            assert example_text(one.name, "a test", one.witness)
            assert case_text(one.name, one.witness)
    return {one.name: one for one in found}


# --- agreement with trying every case ---------------------------------------------------------------------------------

Rows = list[tuple[tuple[str, ...], str]]
LABELLED = st.lists(st.tuples(ROWS.map(lambda rows: rows[0]), st.sampled_from(LABELS)), min_size=1, max_size=4)


def table(rows: Rows, hit: str) -> Policy:
    drawn = "".join(f"      r{place} | {' | '.join(row)} | {then}\n" for place, (row, then) in enumerate(rows))
    return of_text(
        f"{TABLE}classification:\n  severity:\n    hit: {hit}\n    levels: [high, low]\n"
        f"    table: |\n      id | product | vulnerable | amount | then\n{drawn}    otherwise: low\n"
    )


def possible(rows: Rows, hit: str, values: tuple[Any, ...]) -> set[str]:
    """The labels that a case may get: one where it is decided."""
    answers = [(answer(row, values), then) for row, then in rows]
    if hit == "unique":
        sure = [then for one, then in answers if one]
        found = {then for one, then in answers if one is None} | {min(sure) if sure else "low"}
        return {then for then in found if not sure or then <= min(sure)}
    found = set()
    for one, then in answers:
        if one is not False:
            found.add(then)
        if one:
            return found
    return found | {"low"}


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(LABELLED, LABELLED, st.sampled_from(["first", "unique"]))
def test_it_finds_what_trying_every_value_finds(ours: Rows, theirs: Rows, hit: str) -> None:
    found = compared(table(ours, hit), table(theirs, hit))
    complete = list(product(*VALUES.values()))
    same = all(possible(ours, hit, case) == possible(theirs, hit, case) for case in complete)
    unknown: tuple[None] = (None,)
    lost = worse = False
    for case in product(*((*values, *unknown) for values in VALUES.values())):
        now, was = possible(ours, hit, case), possible(theirs, hit, case)
        lost = lost or (len(was) == 1 and len(now) > 1)
        worse = worse or (was == {"high"} and now == {"low"})
    assert found["severity-same"].verdict == ("holds" if same else "fails")
    assert found["severity-told"].verdict == ("fails" if lost else "holds")
    if not same:
        assert found["severity-kept"].verdict == ("fails" if worse else "holds")


# --- what an officer changes ------------------------------------------------------------------------------------------

FACTS = """\
facts: {amount: {type: money, currency: GBP}, vulnerable: boolean, occurred_on: date}
"""
RULES = """\
classification:
  severity:
    levels: [high, low]
    rules:
      - {id: large, when: amount > 100, then: high}
      - {id: vulnerable, when: vulnerable, then: high}
    otherwise: low
"""


def test_a_rule_split_in_two_tells_less_where_a_fact_is_not_known() -> None:
    split = RULES.replace(
        "{id: large, when: amount > 100, then: high}",
        "{id: large, when: amount > 100 and vulnerable, then: high}\n"
        "      - {id: large-too, when: amount > 100 and not vulnerable, then: high}",
    ).replace("      - {id: vulnerable, when: vulnerable, then: high}\n", "")
    found = compared(
        of_text(HEAD + FACTS + split), of_text(HEAD + FACTS + RULES.replace("when: vulnerable", "when: amount > 500"))
    )
    assert found["severity-same"].verdict == "holds"
    assert found["severity-told"].verdict == "fails"
    assert told(found["severity-told"]) == {"amount": "100.01"}
    assert found["severity-told"].because == "it was `high`, it is undetermined: `high` or `low`"
    assert "severity-kept" not in found


def test_stricter_is_not_worse() -> None:
    found = compared(of_text(HEAD + FACTS + RULES.replace("> 100", "> 50")), of_text(HEAD + FACTS + RULES))
    assert {name: one.verdict for name, one in found.items()} == {
        "severity-same": "fails",
        "severity-told": "holds",
        "severity-kept": "holds",
    }
    assert told(found["severity-same"]) == {"amount": "50.01", "vulnerable": False}


SCOPE = """\
scope:
  rules:
    - {id: small, when: amount < 1, then: out, because: too small}
  otherwise: in
escalation:
  tiers: |
    id   | owner    | takes at first
    desk | the desk | low
    head | the head | high
"""


def test_a_case_left_out_and_a_lower_tier_are_found() -> None:
    before = of_text(HEAD + FACTS + RULES + SCOPE)
    found = compared(of_text(HEAD + FACTS + RULES.replace("> 100", "> 200") + SCOPE.replace("< 1,", "< 2,")), before)
    assert {name: one.verdict for name, one in found.items() if name.endswith("-kept")} == {
        "severity-kept": "fails",
        "scope-kept": "fails",
        "first-tier-kept": "fails",
    }
    assert (told(found["scope-kept"]), told(found["first-tier-kept"])) == (
        {"amount": "1.00"},
        {"amount": "100.01", "vulnerable": False},
    )
    wider = compared(of_text(HEAD + FACTS + RULES.replace("> 100", "> 90") + SCOPE.replace("< 1,", "< 0,")), before)
    assert {name: one.verdict for name, one in wider.items() if name.endswith("-kept")} == {
        "severity-kept": "holds",
        "scope-kept": "holds",
        "first-tier-kept": "holds",
    }


def test_what_only_one_has_or_takes_for_another_thing_is_undecided() -> None:
    other = FACTS.replace("amount: {type: money, currency: GBP}", "amount: number")
    found = compared(of_text(HEAD + other + RULES), of_text(HEAD + FACTS + RULES + SCOPE))
    assert {name: (one.verdict, one.because) for name, one in found.items()} == {
        "severity-same": (
            "undecided",
            "`amount` is of one type in the new policy and of another in the old one",
        ),
        "scope-same": ("undecided", "only the old policy has it"),
        "first-tier-same": ("undecided", "only the old policy has it"),
    }


def test_a_policy_equals_itself_and_one_that_is_only_written_otherwise() -> None:
    policy = check_file(ROOT / "policies" / "example-retail-bank" / "policy.yaml", warn=False).policy
    assert policy is not None
    assert {one.verdict for one in compared(policy, policy).values()} == {"holds"}


LATE = """\
calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}}
facts:
  amount: {type: money, currency: GBP}
  occurred_on: date
  old: {later_than: 6 years, from: occurred_on, event: received}
"""


def test_facts_that_time_decides_are_the_same_in_both() -> None:
    late = RULES.replace("when: vulnerable", "when: old")
    old = of_text(HEAD + LATE + late)
    assert {one.verdict for one in compared(of_text(HEAD + LATE + late), old).values()} == {"holds"}
    shorter = compared(of_text(HEAD + LATE.replace("6 years", "5 years") + late), old)
    assert shorter["severity-same"].verdict == "fails"
    ago = date(2026, 3, 3) - date.fromisoformat(told(shorter["severity-same"])["occurred_on"])
    assert 5 * 365 < ago.days < 6 * 366


def test_a_thousand_rules_written_otherwise_are_compared_rule_by_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    head = (
        HEAD + "facts: {amount: number, odd: {type: boolean, required: true}}\nclassification:\n  desk:\n    rules:\n"
    )
    rules = [f"      - {{id: r{n}, when: amount > {1000 - n}, then: {'ab'[n % 2]}}}\n" for n in range(60)]
    split = [
        f"      - {{id: r{n}-odd, when: amount > {1000 - n} and odd, then: {'ab'[n % 2]}}}\n"
        f"      - {{id: r{n}, when: amount > {1000 - n} and not odd, then: {'ab'[n % 2]}}}\n"
        for n in range(60)
    ]
    asked: list[object] = []
    ask = Solver.ask
    monkeypatch.setattr(Solver, "ask", lambda self, *terms: (asked.append(terms), ask(self, *terms))[1])
    end = "    otherwise: a\n"
    found = compared(of_text(head + "".join(split) + end), of_text(head + "".join(rules) + end))
    assert {one.verdict for one in found.values()} == {"holds"}
    assert len(asked) <= 3 * 60
    asked.clear()
    same = of_text(head + "".join(rules) + end)
    assert {one.verdict for one in compared(same, same).values()} == {"holds"}
    assert not asked


def test_the_command_compares_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(HEAD + FACTS + RULES, "utf-8")
    (tmp_path / "policy.yaml").write_text(HEAD + FACTS + RULES.replace("> 100", "> 200"), "utf-8")
    found = in_this_process(capfd, "prove", "policy.yaml", "--against", "old.yaml")
    assert found.code == 5
    assert found.out.endswith(
        "fails      severity: every complete case gets the same label as before\n"
        "           it was `high`, it is `low`\n"
        "           for example where `amount` is 100.01 GBP, `vulnerable` is false\n"
        "           received Tue 3 Mar 2026 10:00; looked at Tue 3 Mar 2026 10:00\n"
        "           case: counterexamples/severity-same.yaml\n"
        "fails      severity: whatever could be decided before still can\n"
        "           it was `high`, it is undetermined: `high` or `low`\n"
        "           for example where `amount` is 100.01 GBP\n"
        "           received Tue 3 Mar 2026 10:00; looked at Tue 3 Mar 2026 10:00\n"
        "           case: counterexamples/severity-told.yaml\n"
        "fails      severity: no case gets a less severe label\n"
        "           it was `high`, it is `low`\n"
        "           for example where `amount` is 100.01 GBP, `vulnerable` is false\n"
        "           received Tue 3 Mar 2026 10:00; looked at Tue 3 Mar 2026 10:00\n"
        "           case: counterexamples/severity-kept.yaml\n"
        "\n"
        "2 hold, 3 fail\n"
        "taken for granted: both policies can read the case; a fact that one does not have says nothing to it\n"
    )
    assert in_this_process(capfd, "test", "counterexamples/severity-same.yaml").code == 0
