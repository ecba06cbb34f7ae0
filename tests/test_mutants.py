"""Small mistakes put into a policy: which are made, which examples notice, and what is proposed for the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from complaint_policy.case import Case
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.examples import Example
from complaint_policy.rollout.mutants.making import Mutant, mutants_of
from complaint_policy.rollout.mutants.results import Score, proposed_for, score_of
from complaint_policy.rollout.mutants.scoring import is_killed, try_mutants
from complaint_policy.rollout.reading import examples_of, read_written
from tests.cli_runs import in_this_process

OWN = frozenset(("",))
POLICY = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {from: 2020-01-01}
defaults: {calendar: london}
facts:
  amount: {type: number, default: 0}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
classification:
  severity:
    levels: high > low
    rules:
      - {id: large, when: amount > 100, then: high}
    otherwise: low
requirements:
  answer:
    says: answer
    due: 8 weeks from received
    done_by: {final_response: [reasons]}
    off_when: withdrawn
  reply:
    says: reply
    due: 5 business days from received
    done_by: acknowledged
    pause: [{from: information_requested, to: information_received, end_days: in}]
events:
  withdrawn: {says: the customer no longer complains}
"""
FIRST = """\
examples: 1
cases:
  - name: the first
    source: derived
    as_of: 2026-05-06 12:00
    events: [received: 2026-05-05 10:00]
    expect: {answer: {state: running, due: 2026-06-30}, reply: {state: running, due: 2026-05-12}}
"""


def read(folder: Path, policy: str = POLICY, examples: str = FIRST) -> tuple[Checked, Policy, list[Example]]:
    (folder / "policy.yaml").write_text(policy, "utf-8")
    (folder / "examples.yaml").write_text(examples, "utf-8")
    checked = check_file(folder / "policy.yaml")
    assert checked.policy is not None, checked.diagnostics
    found = examples_of(read_written(folder / "examples.yaml"), checked.policy)
    assert found.diagnostics == ()
    return checked, checked.policy, list(found.examples)


def score(folder: Path, policy: str = POLICY, examples: str = FIRST) -> Score:
    checked, compiled, found = read(folder, policy, examples)
    return score_of(compiled, checked, folder / "examples.yaml", found)


def words(mutants: tuple[Mutant, ...], about: str) -> set[str]:
    return {f"{one.kind}: {one.words}" for one in mutants if one.about == about}


def test_every_way_in_which_a_requirement_could_be_wrong_by_a_little_is_made(tmp_path: Path) -> None:
    made = mutants_of(read(tmp_path)[1], OWN)
    assert words(made.mutants, "answer") == {
        "length: 8 weeks becomes 9 weeks",
        "length: 8 weeks becomes 7 weeks",
        "length: 8 weeks becomes 57 days",
        "length: 8 weeks becomes 55 days",
        "first day: the day of the start is day 1",
        "closed day: a closed due day moves to the next open one",
        "end of the day: it is due at close of business",
        "content removed: final_response counts without `reasons`",
        "switch removed: nothing switches it off",
    }
    assert words(made.mutants, "reply") == {
        "length: 5 business days becomes 6 business days",
        "length: 5 business days becomes 4 business days",
        "first day: the day of the start is day 1",
        "first day: the days on which information_requested and information_received fall are left out",
        "end of the day: it is due at close of business",
        "calendar: the calendar london has no holidays",
        "pause removed: the pause from information_requested to information_received is taken out",
    }
    assert words(made.mutants, "severity") == {
        "rule removed: large is taken out",
        "boundary: `amount > 100` becomes `amount >= 100`",
        "boundary: `amount > 100` becomes `amount > 101`",
    }


def test_what_provably_means_the_same_is_counted_and_not_tried(tmp_path: Path) -> None:
    made = mutants_of(read(tmp_path)[1], OWN)
    # of `answer`: no holidays, months; of `reply`: a business day is never closed, months
    assert made.equivalent == 4


def test_a_survivor_is_told_with_its_line_and_an_example_that_would_notice_it(tmp_path: Path) -> None:
    found = {one.words: one for one in score(tmp_path).survivors}
    lines = {text: one.line for text, one in found.items()}
    assert lines["severity: `amount > 100` becomes `amount >= 100`"] == 15
    assert lines["answer: nothing switches it off"] == 22
    assert lines["reply: the pause from information_requested to information_received is taken out"] == 27
    assert found["severity: `amount > 100` becomes `amount >= 100`"].proposal == (
        '  - name: "notices that severity — `amount > 100` becomes `amount >= 100`"\n'
        "    source: derived\n"
        "    from: to be confirmed by a person\n"
        "    facts:\n"
        '      amount: "100"\n'
        "    events:\n"
        "      - received: 2026-05-05 10:00\n"
        "    as_of: 2026-05-06 12:00\n"
        "    expect:\n"
        "      severity: {label: low, rule: otherwise}\n"
    )
    assert (
        "information_requested: 2026-05-06 10:00"
        in found["reply: the pause from information_requested to information_received is taken out"].proposal
    )


def test_the_proposed_examples_put_into_the_file_notice_what_they_were_proposed_for(tmp_path: Path) -> None:
    before = score(tmp_path)
    assert [one.words for one in before.survivors if not one.proposal] == []
    after = score(tmp_path, examples=FIRST + "\n".join(one.proposal for one in before.survivors))
    assert before.percent < 60
    assert (after.percent, after.survivors) == (100, ())


def test_few_examples_together_notice_what_none_does(tmp_path: Path) -> None:
    checked, policy, found = read(tmp_path)
    before = score_of(policy, checked, tmp_path / "examples.yaml", found, propose=False)
    missing = proposed_for(policy, checked, tmp_path / "examples.yaml", found)
    assert missing.unnoticed == ()
    assert len(missing.entries) < len(before.survivors)
    told = [line for entry in missing.entries for line in entry.splitlines() if line.startswith("  # notices ")]
    assert sorted(told) == sorted(f"  # notices policy.yaml:{one.line}: {one.words}" for one in before.survivors)
    assert score(tmp_path, examples=FIRST + "\n".join(missing.entries)).survivors == ()


def test_one_example_notices_every_item_that_a_message_lacks(tmp_path: Path) -> None:
    policy = POLICY.replace("{final_response: [reasons]}", "{final_response: [decision, reasons, remedy]}")
    checked, compiled, found = read(tmp_path, policy)
    missing = proposed_for(compiled, checked, tmp_path / "examples.yaml", found, ["answer"])
    (lacking,) = [one for one in missing.entries if "content: []" in one]
    assert lacking.count("final_response counts without") == 3
    assert "missing: [decision, reasons, remedy]" in lacking
    assert "  - name: answer by a message that lacks what it must contain\n" in lacking
    assert not any("reply" in one for one in missing.entries)


def test_a_sample_is_the_same_under_the_same_seed(tmp_path: Path) -> None:
    _, policy, examples = read(tmp_path)
    samples = [
        [f"{one.about} {one.words}" for one in try_mutants(policy, examples, OWN, seed=seed, at_most=5).tried]
        for seed in (1, 1, 2)
    ]
    assert len(samples[0]) == 5
    assert samples[0] == samples[1] != samples[2]


def test_what_is_taken_over_from_the_policy_made_ready_changes_no_answer(tmp_path: Path) -> None:
    _, policy, examples = read(tmp_path)
    engine = prepare(policy)
    (example,) = examples
    assert isinstance(example.case, Case)
    for mutant in mutants_of(policy, OWN).mutants:
        like, alone = prepare(mutant.policy, like=engine), prepare(mutant.policy)
        for away in (0, 86_400 * 7, 86_400 * 60):
            moment = example.asked[0].as_of + away
            assert evaluate(like, example.case, moment) == evaluate(alone, example.case, moment), mutant.words


def test_an_example_of_the_boundary_notices_the_boundary(tmp_path: Path) -> None:
    case = "    as_of: 2026-05-06 12:00\n    events: [received: 2026-05-05 10:00]\n"
    examples = (
        f"examples: 1\ncases:\n  - name: at\n    source: derived\n{case}    facts: {{amount: 100}}\n"
        f"    expect: {{severity: low}}\n  - name: above\n    source: derived\n{case}    facts: {{amount: 101}}\n"
        "    expect: {severity: high}\n"
    )
    _, policy, found = read(tmp_path, examples=examples)
    engine = prepare(policy)
    made = [one for one in mutants_of(policy, OWN).mutants if one.about == "severity"]
    assert [is_killed(one, found, engine) for one in made] == [True, True, True]
    assert [is_killed(one, found[:1], engine) for one in made if one.kind == "boundary"] == [True, False]


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_says_the_score_and_fails_below_the_one_asked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    read(tmp_path)
    ran = in_this_process(capfd, "test", str(tmp_path), "--mutants", "--score-at-least", "90")
    assert ran.code == 4
    assert "8 of 21 (38 %) noticed, 4 changes mean the same" in ran.out
    assert "  ✓ length           6 of 6\n" in ran.out
    assert f"{tmp_path / 'examples.yaml'}: 38 % of mutants are noticed, less than 90 %" in ran.err
    assert in_this_process(capfd, "test", str(tmp_path), "--mutants", "--score-at-least", "38").code == 0


def test_the_score_as_json(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    read(tmp_path)
    ran = in_this_process(capfd, "test", str(tmp_path), "--mutants", "--format", "json")
    (file,) = json.loads(ran.out)["files"]
    assert (file["noticed"], file["mutants"], file["percent"]) == (8, 21, 38)
    assert file["kinds"]["rule removed"] == {"noticed": 0, "mutants": 1}
    assert {one["line"] for one in file["survivors"] if one["about"] == "severity"} == {15}


def test_no_mutant_is_tried_while_an_example_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    read(tmp_path, examples=FIRST.replace("2026-06-30", "2026-06-29"))
    ran = in_this_process(capfd, "test", str(tmp_path), "--mutants")
    assert ran.code == 4
    assert "no mutants are tried while an example does not come out as expected" in ran.err


@pytest.mark.parametrize("more", [["--at-most", "3"], ["--score-at-least", "90"]])
def test_options_of_mutants_need_mutants(tmp_path: Path, capfd: pytest.CaptureFixture[str], more: list[str]) -> None:
    read(tmp_path)
    ran = in_this_process(capfd, "test", str(tmp_path), *more)
    assert ran.code == 2
    assert "add `--mutants`" in ran.err
