"""`check`, `build`, `explain`, `plugins` and `completion` do what their help says and end as they should."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from complaint_policy.cli.commands import NAMES, commands
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.hookspecs import Code, Diagnostic, Places, Policy, diagnostic
from tests.cli_runs import (
    ACKNOWLEDGED,
    AS_OF,
    GOOD,
    POLICY,
    RECEIVED,
    environment,
    folder_with_policy,
    in_its_own,
    in_this_process,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder_with_policy(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_every_exit_code_is_documented() -> None:
    assert {code.value for code in ExitCode} == {0, 1, 2, 3, 4, 5, 6, 70, 130}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(capfd: Any, name: str) -> None:
    told = in_this_process(capfd, name, "--help")
    assert told.code == 0
    assert "complaint-policy " + name in told.out or "complaint-policy completion" in told.out


def test_help_lists_every_command_with_a_whole_sentence(capfd: Any) -> None:
    told = in_this_process(capfd, "--help")
    assert all(f"  {name} " in told.out for name in NAMES)
    assert "..." not in told.out.split("Commands:")[1]


def test_the_help_of_check_names_the_page_that_explains_its_codes(capfd: Any) -> None:
    page = next(word for word in in_this_process(capfd, "check", "--help").out.split() if "docs/" in word)
    explained = (Path(__file__).resolve().parents[1] / page.rstrip(".")).read_text("utf-8")
    assert "CP205" in explained


def test_version(folder: Path) -> None:
    told = in_its_own(folder, "--version")
    assert (told.code, told.out.startswith("complaint-policy ")) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("evalute",), "did you mean `evaluate`?"),
        (("check",), "PATH"),
        (("check", "--fast", "x"), "--fast"),
        ((), "Usage"),
    ],
)
def test_a_command_line_that_is_not_understood_is_exit_code_2(
    capfd: Any, arguments: tuple[str, ...], said: str
) -> None:
    told = in_this_process(capfd, *arguments)
    assert told.code == 2
    assert said in told.err + told.out


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_of_a_good_policy(folder: Path, capfd: Any) -> None:
    assert in_this_process(capfd, "check", "policy.yaml") == (0, "1 policy checked: no errors\n", "")
    assert in_this_process(capfd, "check", "policy.yaml", "--quiet") == (0, "", "")


def test_check_tells_every_mistake_on_standard_error(folder: Path, capfd: Any) -> None:
    (folder / "policy.yaml").write_text(
        POLICY.replace("amount > 500", "amuont > 500").replace("done_by: final_response", "done_by: final_respons")
    )
    told = in_this_process(capfd, "check", "policy.yaml")
    assert (told.code, told.out) == (3, "")
    assert "did you mean `amount`" in told.err
    assert "did you mean `final_response`" in told.err
    assert "2 errors" in told.err


def test_check_for_programs_is_a_result_on_standard_output(folder: Path, capfd: Any) -> None:
    (folder / "policy.yaml").write_text(POLICY.replace("amount > 500", "amuont > 500"))
    told = in_this_process(capfd, "check", "policy.yaml", "--format", "json")
    assert (told.code, told.err) == (3, "")
    assert [(item["level"], item["location"]["file"]) for item in json.loads(told.out)] == [("error", "policy.yaml")]
    told = in_this_process(capfd, "check", "policy.yaml", "--format", "github")
    assert told.out.startswith("::error file=policy.yaml,line=21,")


def test_check_for_code_hosts_has_rules_results_and_what_is_allowed(folder: Path, capfd: Any) -> None:
    """SARIF 2.1.0: sections 3.14 (run), 3.27 (result), 3.35 (suppression)."""
    (folder / "a b").mkdir()
    text = POLICY.replace("  customer:", "  branch: text  # allow CP301: for the return\n  customer:")
    (folder / "a b" / "p.yaml").write_text(text.replace(" or vulnerable", ""))
    told = in_this_process(capfd, "check", "a b/p.yaml", "--format", "sarif")
    assert (told.code, told.err) == (0, "")
    sarif = json.loads(told.out)
    (run,) = sarif["runs"]
    assert (sarif["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    rules = run["tool"]["driver"]["rules"]
    assert [(one["id"], one["defaultConfiguration"]) for one in rules] == [("CP301", {"level": "warning"})]
    unread, allowed = run["results"]
    assert rules[unread["ruleIndex"]]["id"] == unread["ruleId"] == "CP301"
    assert unread["message"]["text"].startswith("nothing reads the fact `vulnerable`\nhelp: ")
    place = unread["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b/p.yaml"}
    assert place["region"] == {"startLine": 11, "startColumn": 3, "endColumn": 13}
    assert "suppressions" not in unread
    assert allowed["suppressions"] == [{"kind": "inSource", "justification": "for the return"}]
    absolute = in_this_process(capfd, "check", str(folder / "a b" / "p.yaml"), "--format", "sarif")
    (first, _) = json.loads(absolute.out)["runs"][0]["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("file:///")


def test_check_for_build_servers_has_a_case_for_each_policy(folder: Path, capfd: Any) -> None:
    (folder / "warned.yaml").write_text(POLICY.replace(" or vulnerable", ""))
    (folder / "wrong.yaml").write_text(POLICY.replace("amount > 500", "amuont > 500"))
    told = in_this_process(capfd, "check", "policy.yaml", "warned.yaml", "wrong.yaml", "--format", "junit")
    assert (told.code, told.err) == (3, "")
    (suite,) = ElementTree.fromstring(told.out)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    good, warned, wrong = suite
    assert [one.tag for one in (*good, *warned, *wrong)] == ["system-out", "failure"]
    assert wrong[0].get("message") == "1 error"
    assert "did you mean `amount`" in (wrong[0].text or "")
    told = in_this_process(capfd, "check", "warned.yaml", "--format", "junit", "--deny-warnings")
    assert (told.code, ElementTree.fromstring(told.out)[0].get("failures")) == (1, "1")


def test_check_for_programs_says_nothing_of_what_is_well(folder: Path, capfd: Any) -> None:
    assert in_this_process(capfd, "check", "policy.yaml", "--format", "github") == (0, "", "")
    assert json.loads(in_this_process(capfd, "check", "policy.yaml", "--format", "json").out) == []


def test_warnings_fail_only_where_they_are_denied(folder: Path, capfd: Any) -> None:
    (folder / "policy.yaml").write_text(POLICY.replace(" or vulnerable", ""))
    assert in_this_process(capfd, "check", "policy.yaml").code == 0
    told = in_this_process(capfd, "check", "policy.yaml", "--deny-warnings")
    assert (told.code, "warning CP301" in told.err) == (1, True)


def test_check_of_a_folder_and_of_a_bundle(folder: Path, capfd: Any) -> None:
    (folder / "other.yaml").write_text("name: not a policy\n")
    assert in_this_process(capfd, "check", ".").out == "1 policy checked: no errors\n"
    assert in_this_process(capfd, "build", "policy.yaml", "-o", "p.bundle").code == 0
    assert in_this_process(capfd, "check", "p.bundle").code == 0
    (folder / "p.bundle").write_bytes((folder / "p.bundle").read_bytes()[:-20])
    told = in_this_process(capfd, "check", "p.bundle")
    assert (told.code, "CP701" in told.err) == (3, True)
    (folder / "empty").mkdir()
    assert in_this_process(capfd, "check", "empty").code == 3


# --- build ------------------------------------------------------------------------------------------------------------


def test_check_of_a_bundle_makes_the_checks_of_plugins(folder: Path, capfd: Any, monkeypatch: Any) -> None:
    """What the built-in checks look for was told when the bundle was built."""
    found = Code("OUR001", "a duty of ours", "Said by a plugin.", "warning")

    def check(policy: Policy, places: Places) -> list[Diagnostic]:
        return [diagnostic(found, f"`{one.id}` is ours", places.get(("duty", one.id))) for one in policy.duties[:1]]

    registered = SimpleNamespace(check=check, run=check)
    monkeypatch.setattr("complaint_policy.plugins.registered_checks", lambda plugins: ([registered], []))
    assert in_this_process(capfd, "build", "policy.yaml", "-o", "p.bundle").code == 0
    for name in ("policy.yaml", "p.bundle"):
        told = in_this_process(capfd, "check", name)
        assert (told.code, "warning OUR001: `acknowledge` is ours" in told.err) == (0, True), told


def test_build_writes_the_same_bundle_each_time(folder: Path, capfd: Any) -> None:
    told = in_this_process(capfd, "build", "policy.yaml", "-o", "a.bundle")
    assert (told.code, told.err) == (0, "")
    assert "sha256:" in told.out
    assert in_this_process(capfd, "build", "a.bundle", "-o", "b.bundle", "--quiet") == (0, "", "")
    assert (folder / "a.bundle").read_bytes() == (folder / "b.bundle").read_bytes()


def test_build_of_a_policy_with_errors_writes_nothing(folder: Path, capfd: Any) -> None:
    (folder / "old.bundle").write_text("as it was")
    (folder / "policy.yaml").write_text(POLICY.replace("8 weeks", "eight weeks"))
    assert in_this_process(capfd, "build", "policy.yaml", "-o", "old.bundle").code == 3
    assert (folder / "old.bundle").read_text() == "as it was"
    assert in_this_process(capfd, "build", "missing.yaml", "-o", "x").code == 2
    assert in_this_process(capfd, "check", "missing.yaml").code == 2
    assert in_this_process(capfd, "build", "policy.yaml").code == 2


# --- explain ----------------------------------------------------------------------------------------------------------


def test_explain_tells_one_case_in_words_and_in_a_picture(folder: Path, capfd: Any) -> None:
    told = in_this_process(capfd, "explain", "policy.yaml", "good.jsonl", "--case", "C-2", "--as-of", AS_OF)
    assert (told.code, told.err) == (0, "")
    assert "A small policy 1" in told.out
    assert "severity high" in told.out
    assert "acknowledge  breached" in told.out
    assert "why severity is " in told.out
    assert "Thu 2 Apr 2026 16:40" in told.out
    assert "events " in told.out
    assert "how acknowledge was counted" not in told.out
    assert "\x1b" not in told.out


def test_explain_why_one_duty_shows_its_ledger(folder: Path, capfd: Any) -> None:
    told = in_this_process(
        capfd, "explain", "policy.yaml", "good.jsonl", "--case", "C-2", "--as-of", AS_OF, "--why", "acknowledge"
    )
    assert told.code == 0
    assert told.out.startswith("why acknowledge is breached [policy.yaml:")
    assert "\n\nhow acknowledge was counted:\n" in told.out
    assert "holiday: Good Friday" in told.out
    assert "answer" not in told.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "choose one with `--case ID`"),
        (("--case", "C-22"), "did you mean `C-2`?"),
        (("--case", "C-1", "--why", "acknowlege"), "did you mean `acknowledge`?"),
    ],
)
def test_explain_asks_which_case_and_which_duty(folder: Path, capfd: Any, more: tuple[str, ...], said: str) -> None:
    told = in_this_process(capfd, "explain", "policy.yaml", "good.jsonl", "--as-of", AS_OF, *more)
    assert (told.code, told.out) == (2, "")
    assert said in told.err


def test_explain_marks_what_the_answer_leaves_out(folder: Path, capfd: Any) -> None:
    late = {**ACKNOWLEDGED, "recorded_at": "2026-04-14T10:00:00+01:00"}
    mistaken = {"id": "x", "type": "closed", "at": "2026-04-03T10:00:00Z"}
    withdrawn = {"type": "entry_withdrawn", "at": "2026-04-08T10:00:00Z", "data": {"event": "x"}}
    answered = {"type": "final_response", "at": "2026-04-20T10:00:00Z"}
    case = {**GOOD, "events": [RECEIVED, mistaken, late, withdrawn, answered]}
    (folder / "one.json").write_text(json.dumps(case))

    def explained(*more: str) -> tuple[str, str]:
        told = in_this_process(capfd, "explain", "policy.yaml", "one.json", "--as-of", AS_OF, *more)
        assert told.code == 0
        picture = next(line for line in told.out.splitlines() if line.startswith("events "))
        return told.out, picture

    text, picture = explained("--as-known", AS_OF)
    assert "acknowledged (not known then; organisation; recorded 7 days later)" in text
    assert "closed (withdrawn)" in text
    assert "final response (later)" in text
    assert picture.count("●") == 1
    text, picture = explained()
    assert "acknowledged (organisation; recorded 7 days later)" in text
    assert picture.count("●") == 2
    text, _ = explained("--as-known", "2026-04-07T12:00Z")
    assert "  closed\n" in text, "the withdrawal was not known then"


SENSITIVE = POLICY.replace("vulnerable: {type: boolean", "vulnerable: {sensitive: true, type: boolean")


@pytest.mark.parametrize("command", ["explain", "evaluate"])
def test_sensitive_facts_are_masked_unless_they_are_asked_for(folder: Path, capfd: Any, command: str) -> None:
    (folder / "policy.yaml").write_text(
        SENSITIVE.replace("facts:\n", "facts:\n  helped: {is: vulnerable}\n").replace(
            "rules:\n      - {id: big,",
            "rules:\n      - {id: help, when: helped, then: high}\n      - {id: big,",
        )
    )
    explain = ("explain", "policy.yaml", "good.jsonl", "--case", "C-1")
    evaluate = ("evaluate", "-p", "policy.yaml", "-c", "good.jsonl", "--trace", "--format", "text")
    arguments = (*(explain if command == "explain" else evaluate), "--as-of", AS_OF)
    masked = in_this_process(capfd, *arguments).out
    assert "help (high): masked\n    helped: masked\n" in masked, "what rests on a sensitive fact is masked too"
    assert "      vulnerable: masked\n" in masked
    assert "amount > 500: false (amount is 120.00 GBP)" in masked
    shown = in_this_process(capfd, *arguments, "--show-sensitive").out
    assert "help (high): false\n    helped: false\n" in shown
    assert "masked" not in shown


def test_a_note_of_reading_does_not_tell_a_sensitive_value(folder: Path, capfd: Any) -> None:
    policy = POLICY.replace("amount: {type: money,", "amount: {sensitive: true, type: money,")
    (folder / "policy.yaml").write_text(policy)
    (folder / "one.json").write_text(json.dumps({**GOOD, "facts": {"amount": "12.00 USD"}}))
    told = in_this_process(capfd, "evaluate", "-p", "policy.yaml", "-c", "one.json", "--as-of", AS_OF)
    assert "a sensitive value is taken as not known" in told.out
    assert "USD" not in told.out + told.err


def test_explain_of_a_bad_case_is_exit_code_6(folder: Path, capfd: Any) -> None:
    told = in_this_process(capfd, "explain", "policy.yaml", "cases.jsonl", "--case", "C-3", "--as-of", AS_OF)
    assert (told.code, told.out) == (6, "")


@pytest.mark.parametrize(
    ("more", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)]
)
def test_colour_is_for_terminals_and_no_color_is_honoured(folder: Path, more: dict[str, str], coloured: bool) -> None:
    told = in_its_own(folder, "explain", "policy.yaml", "good.jsonl", "--case", "C-2", "--as-of", AS_OF, **more)
    assert ("\x1b[" in told.out) == coloured


def test_a_terminal_that_knows_only_ascii_gets_a_picture_too(folder: Path) -> None:
    told = in_its_own(
        folder,
        "explain",
        "policy.yaml",
        "good.jsonl",
        "--case",
        "C-2",
        "--as-of",
        AS_OF,
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    assert told.code == 0
    assert told.out.isascii()
    assert "[=" in told.out


# --- plugins ----------------------------------------------------------------------------------------------------------


def test_plugins_lists_the_built_in_ones(capfd: Any) -> None:
    told = in_this_process(capfd, "plugins")
    assert (told.code, told.err) == (0, "")
    assert "built-in-checks    complaint-policy" in told.out
    listed = json.loads(in_this_process(capfd, "plugins", "--format", "json").out)
    assert {one["name"]: one["hooks"] for one in listed}["built-in-checks"] == ["register_checks"]


# --- completion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(capfd: Any, shell: str) -> None:
    told = in_this_process(capfd, "completion", shell)
    assert (told.code, told.err) == (0, "")
    assert "_COMPLAINT_POLICY_COMPLETE" in told.out


def test_completion_completes_commands_and_options(folder: Path) -> None:
    told = in_its_own(
        folder, _COMPLAINT_POLICY_COMPLETE="bash_complete", COMP_WORDS="complaint-policy ev", COMP_CWORD="1"
    )
    assert told.out.split() == ["plain,evaluate"]


@pytest.mark.real
def test_completion_works_in_a_real_bash(folder: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    shown = folder / "complaint-policy"
    shown.write_text(f'#!/bin/sh\nexec {sys.executable} -m complaint_policy "$@"\n')
    shown.chmod(0o755)
    script = (
        'eval "$(complaint-policy completion bash)"\n'
        "COMP_WORDS=(complaint-policy evaluate --fai); COMP_CWORD=2; _complaint_policy_completion complaint-policy\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "-c", script], cwd=folder, env=environment(folder, PATH=path), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "--fail-on"


def test_commands_are_loaded_one_at_a_time() -> None:
    code = (
        "import sys; from complaint_policy.cli.commands import commands; import click; "
        "commands.get_command(click.Context(commands), 'build'); "
        "print([name for name in sys.modules if name.endswith('_command')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(Path()), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['complaint_policy.cli.build_command']"
    assert commands.name == "commands"
