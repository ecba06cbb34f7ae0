"""The kit for build servers does what it says: its scripts are run in a repository, for a good change and a bad one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.cli_runs import environment
from tests.git_runs import commit, git, repository
from tests.test_review import EXAMPLES, FILES, NARROWER, POLICY

ROOT = Path(__file__).resolve().parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text("utf-8"))["complaint-policy-review"]
BETTER = POLICY.replace("normal: 10 business", "normal: 9 business")
HOSTILE = "$(touch stolen) `touch stolen`; touch stolen\n'; touch stolen; '"


class Server(NamedTuple):
    """A checkout of a change, as a build server makes it, with the program on the path and nothing installed."""

    checkout: Path
    programs: Path

    def run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs a script as GitHub does (`shell: bash`)."""
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        known = environment(self.checkout.parent, PATH=path, **more)
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
        return subprocess.run(command, cwd=self.checkout, env=known, capture_output=True, text=True, check=False)

    def said_to(self, program: str) -> str:
        return (self.programs / f"{program}.said").read_text("utf-8")


@pytest.fixture
def server(tmp_path: Path) -> Server:
    origin = repository(tmp_path / "origin", FILES)
    commit(origin, {"shop/policy.yaml": BETTER})
    git(tmp_path, "clone", "--quiet", "--branch=change", str(origin), "checkout")
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, lines in {
        "complaint-policy": f'exec "{sys.executable}" -m complaint_policy "$@"',
        "python": 'printf "%s\\n" "$@" >> "$0.said"',
        "curl": 'printf "%s\\n" "$@" >> "$0.said"',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
        (programs / name).chmod(0o755)
    return Server(tmp_path / "checkout", programs)


# --- GitHub -----------------------------------------------------------------------------------------------------------


def steps() -> list[dict[str, Any]]:
    return list(ACTION["runs"]["steps"])


def resolved(text: str, inputs: Mapping[str, str], event: Mapping[str, str]) -> str:
    """A text of the action with what stands between `${{` and `}}` filled in; anything not foreseen is a mistake."""
    values = {f"inputs.{name}": inputs.get(name, one["default"]) for name, one in ACTION["inputs"].items()}
    values |= {f"github.event.{name}": value for name, value in event.items()}
    return re.sub(r"\$\{\{ ([^}]+) \}\}", lambda found: values[found[1]], text)


def act(server: Server, inputs: Mapping[str, str], event: Mapping[str, str], **more: str) -> tuple[int, str]:
    """Runs the scripts of the action one after the other, as long as they succeed."""
    files = {name: server.checkout.parent / name.lower() for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    for file in files.values():
        file.touch()
    given = {name: str(file) for name, file in files.items()} | {"GITHUB_ACTION_PATH": "/an action"} | more
    code, said = 0, ""
    for step in steps():
        if "run" not in step or code:
            continue
        assert step["shell"] == "bash"
        told = {name: resolved(text, inputs, event) for name, text in step.get("env", {}).items()}
        done = server.run(step["run"], **given, **told)
        code, said = done.returncode, said + done.stdout + done.stderr
    return code, said


NO_EVENT = {"before": "", "repository.default_branch": "main"}


def test_the_action_objects_to_a_pull_request_that_is_worse(server: Server) -> None:
    commit(server.checkout, {"shop/policy.yaml": NARROWER, "shop/examples.yaml": EXAMPLES.replace('"1.00"', '"60.00"')})
    code, said = act(server, {"paths": "shop\n\nshop/policy.yaml\n"}, NO_EVENT, GITHUB_BASE_REF="main")
    assert code == 5, said
    assert (server.checkout.parent / "github_output").read_text("utf-8") == "code=5\n"
    summary = (server.checkout.parent / "github_step_summary").read_text("utf-8")
    assert summary.startswith("## May this change go in? No\n")
    assert "it was `high`, it is `normal`" in summary
    assert "\n::error file=shop/policy.yaml,line=13," in said
    for step in steps():
        if "upload" in step.get("uses", ""):
            kept = resolved(step["with"].get("sarif_file") or step["with"]["path"], {}, NO_EVENT)
            assert (server.checkout / kept).exists()
    assert (server.checkout / "review" / "cases" / "shop" / "severity-kept.json").is_file()
    assert server.said_to("python").splitlines()[-1] == "/an action[prove,tables]"


def test_the_action_agrees_to_a_push_that_is_no_worse(server: Server) -> None:
    before = git(server.checkout, "rev-parse", "HEAD~1")
    inputs = {"deny-warnings": "true", "threshold": "1", "without": "prove\nlaw\n"}
    code, said = act(server, inputs, NO_EVENT | {"before": before})
    assert (code, said) == (0, "")
    summary = (server.checkout.parent / "github_step_summary").read_text("utf-8")
    assert summary.startswith("## May this change go in? Yes\n")
    assert f"compared with {before} " in summary
    assert "| prove | not asked: it was left out |" in summary


@pytest.fixture
def heard(server: Server) -> Server:
    """With a program in the place of ours that only writes down what it is asked."""
    (server.programs / "complaint-policy").write_text('#!/bin/sh\nprintf "%s\\0" "$@" >> "$0.said"\n', "utf-8")
    return server


def test_a_push_of_a_new_branch_is_compared_with_the_main_one(heard: Server) -> None:
    assert act(heard, {}, NO_EVENT | {"before": "0" * 40}) == (0, "")
    assert heard.said_to("complaint-policy").split("\0")[:2] == ["review", "--base=origin/main"]


def test_no_input_of_the_action_is_run_as_a_script(heard: Server) -> None:
    """What stands between `${{` and `}}` is put into a script as text before the shell reads it: never there."""
    assert [step["id"] for step in steps() if "${{" in step.get("run", "")] == []
    hostile = dict.fromkeys(ACTION["inputs"], HOSTILE)
    assert act(heard, hostile, NO_EVENT, GITHUB_BASE_REF="main") == (0, "")
    first, second = HOSTILE.split("\n")
    summary = f"--summary={heard.checkout.parent / 'github_step_summary'}"
    assert heard.said_to("complaint-policy").split("\0")[:-1] == [
        *("review", f"--base={HOSTILE}", f"--fail-on={HOSTILE}", f"--output={HOSTILE}", "--format=github", summary),
        *(f"--cases={HOSTILE}", f"--as-of={HOSTILE}", f"--mapping={HOSTILE}"),
        *(f"--threshold={HOSTILE}", f"--without={first}", f"--without={second}", "--", first, second),
    ]
    assert not list(heard.checkout.parent.rglob("stolen"))


def test_actions_of_others_are_pinned_and_every_input_is_documented() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert len(used) == 3
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used)
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"]), (
        "each is used, and none that is not there"
    )
    guide = (ROOT / "docs" / "guide" / "propose-a-change.md").read_text("utf-8")
    assert [name for name in ACTION["inputs"] if f"`{name}`" not in guide] == []


# --- GitLab -----------------------------------------------------------------------------------------------------------


def gitlab(server: Server, **more: str) -> subprocess.CompletedProcess[str]:
    """The job: its script, and then what comes after it whatever came of it."""
    known = {name: str(value) for name, value in GITLAB["variables"].items()}
    known |= {"CI_DEFAULT_BRANCH": "main", "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "7"}
    known |= {"CI_MERGE_REQUEST_IID": "3"} | more
    done = server.run("\n".join(GITLAB["script"]), **known)
    assert server.run("\n".join(GITLAB["after_script"]), **known).returncode == 0
    return done


def test_the_job_for_gitlab_objects_and_writes_a_note(server: Server) -> None:
    base = git(server.checkout, "rev-parse", "HEAD~1")
    commit(server.checkout, {"shop/policy.yaml": NARROWER})
    done = gitlab(server, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, COMPLAINT_POLICY_TOKEN="secret")
    assert done.returncode == 5, done
    assert done.stdout.startswith("May this change go in? No: severity:")
    said = server.said_to("curl")
    assert "body@review/summary.md" in said
    assert said.splitlines()[-1] == "https://gitlab.example/api/v4/projects/7/merge_requests/3/notes"
    for path in (*GITLAB["artifacts"]["paths"], GITLAB["artifacts"]["reports"]["junit"]):
        assert (server.checkout / path).exists()


def test_the_job_for_gitlab_agrees_and_without_a_token_writes_no_note(server: Server) -> None:
    done = gitlab(server)
    assert done.returncode == 0, done
    assert done.stdout.startswith("May this change go in? Yes: nothing stands in the way\n")
    assert not (server.programs / "curl.said").exists()
    assert server.said_to("python").splitlines()[-1] == "complaint-policy[prove,tables]"


def test_the_job_for_gitlab_hands_on_the_cases(heard: Server) -> None:
    assert gitlab(heard, COMPLAINT_POLICY_CASES="last year.jsonl").returncode == 0
    asked = ["review", "--base=origin/main", "--fail-on=worse", "--output=review"]
    assert heard.said_to("complaint-policy").split("\0")[:-1] == [*asked, "--cases=last year.jsonl", "--as-of=now"]


# --- pre-commit -------------------------------------------------------------------------------------------------------


def test_each_hook_runs_a_command_that_there_is() -> None:
    from complaint_policy.cli.commands import NAMES

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == [
        "complaint-policy-check",
        "complaint-policy-fmt",
        "complaint-policy-review",
    ]
    for hook in hooks:
        program, name = hook["entry"].split()
        assert (program, hook["id"]) == ("complaint-policy", f"complaint-policy-{name}")
        assert name in NAMES
    extra = next(hook for hook in hooks if hook["id"] == "complaint-policy-review")["additional_dependencies"]
    assert f'prove = ["{extra[0]}"]' in (ROOT / "pyproject.toml").read_text("utf-8"), "what the extra `prove` installs"
