"""Examples that the program proposes for the clocks of a policy: which days, read back, and nothing asked twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.rollout.reading import examples_of, read_written
from complaint_policy.rollout.suggesting import suggestions
from tests.cli_runs import in_this_process
from tests.test_mutants import FIRST, POLICY


def suggested(folder: Path, examples: str = "") -> list[str]:
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    policy = check_file(folder / "policy.yaml").policy
    assert policy is not None
    engine = prepare(policy)
    known = ()
    if examples:
        (folder / "examples.yaml").write_text(examples, "utf-8")
        known = examples_of(read_written(folder / "examples.yaml"), policy).examples
    return list(suggestions(engine, known))


def names(texts: list[str]) -> list[str]:
    return [text.splitlines()[0].removeprefix('  - name: "').removesuffix('"') for text in texts]


def test_each_clock_starts_on_the_days_that_are_easily_counted_wrong(tmp_path: Path) -> None:
    found = names(suggested(tmp_path))
    days = [
        "an ordinary day, 2020-03-03",
        "the last day of a long month, 2020-03-31",
        "a leap day, 2024-02-29",
        "the end of January, 2021-01-31",
        "the day before clocks go forward, 2020-03-28",
        "the day before clocks go back, 2020-10-24",
        "the last day of a year, 2020-12-31",
        "the day before 4 closed days in a row in london, 2020-04-09",
    ]
    assert found == [f"{duty} from {day}" for duty in ("answer", "reply") for day in days]


def test_an_example_is_asked_the_day_before_it_is_due_on_that_day_and_the_day_after(tmp_path: Path) -> None:
    assert suggested(tmp_path)[15] == (
        '  - name: "reply from the day before 4 closed days in a row in london, 2020-04-09"\n'
        "    source: derived\n"
        "    from: to be confirmed by a person\n"
        "    events:\n"
        "      - received: 2020-04-09 10:00\n"
        "    asked:\n"
        "      - as_of: 2020-04-19 12:00\n"
        "        expect:\n"
        "          reply: {state: running, due: 2020-04-20}\n"
        "      - as_of: 2020-04-20 12:00\n"
        "        expect:\n"
        "          reply: {state: running, due: 2020-04-20}\n"
        "      - as_of: 2020-04-21 12:00\n"
        "        expect:\n"
        "          reply: {state: breached, due: 2020-04-20}\n"
    )


def test_what_the_examples_ask_already_is_not_proposed_again(tmp_path: Path) -> None:
    first = suggested(tmp_path)
    again = suggested(tmp_path, "examples: 1\ncases:\n" + "\n".join(first[:3]))
    assert not set(names(first[:3])) & set(names(again))
    assert suggested(tmp_path, "examples: 1\ncases:\n" + "\n".join(first)) == []


def test_the_command_writes_a_file_that_comes_out_as_it_says(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "examples.yaml").write_text(FIRST, "utf-8")
    proposed = tmp_path / "proposed.yaml"
    told = in_this_process(
        capfd, "examples", "suggest", str(tmp_path / "policy.yaml"), "--duty", "reply", "-o", str(proposed)
    )
    assert (told.code, told.out, told.err) == (0, "", "")
    assert "# Proposed by complaint-policy" in proposed.read_text("utf-8")
    told = in_this_process(capfd, "test", str(proposed))
    assert (told.code, told.out.splitlines()[-1]) == (0, "8 examples in 1 file: 8 as expected")


def test_a_clock_that_the_policy_does_not_have_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    told = in_this_process(capfd, "examples", "suggest", str(tmp_path / "policy.yaml"), "--duty", "repply")
    assert told.code == 2
    assert "no duty or right of the policy with a clock is named `repply`: did you mean `reply`?" in told.err


# --- for what no example notices --------------------------------------------------------------------------------------


def test_examples_for_survivors_are_a_file_that_comes_out_as_it_says(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    suggested(tmp_path, FIRST)
    policy, proposed = str(tmp_path / "policy.yaml"), str(tmp_path / "proposed.yaml")
    assert in_this_process(capfd, "examples", "suggest", policy, "--survivors", "-o", proposed) == (0, "", "")
    text = (tmp_path / "proposed.yaml").read_text("utf-8")
    assert "  # notices policy.yaml:15: severity: `amount > 100` becomes `amount >= 100`\n" in text
    assert in_this_process(capfd, "test", proposed).code == 0
    entries = text.partition("cases:\n")[2]
    (tmp_path / "examples.yaml").write_text(FIRST + entries, "utf-8")
    told = in_this_process(capfd, "examples", "suggest", policy, "--survivors")
    assert told == (0, "", "nothing to propose: examples notice all, or none was found that would\n")


def test_nothing_is_proposed_for_survivors_while_an_example_fails(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    suggested(tmp_path, FIRST.replace("2026-06-30", "2026-06-29"))
    told = in_this_process(capfd, "examples", "suggest", str(tmp_path / "policy.yaml"), "--survivors")
    assert told.code == 4
    assert "no mutants are tried while an example does not come out as expected" in told.err
