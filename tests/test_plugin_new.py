"""`plugin new` writes a package that builds, installs, is found, and passes its own tests as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any, get_args

import pytest

from complaint_policy.starting_points.plugin_package import Kind, plugin_files, problem_with_name
from tests.cli_runs import SOURCE, in_this_process
from tests.test_wheel import ROOT, run

KINDS = get_args(Kind)
PLURALS = {"channel": "channels", "checks": "checks", "store": "stores", "ticketing": "ticketing"}
FEWER = "commit or claim or names_no_file or adopt or export"
"""Of the contract of stores, what is tried here: the store that is written hands every call on to the one in a file."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A package of each kind."""
    folder = tmp_path_factory.mktemp("plugins")
    for kind in KINDS:
        for path, text in plugin_files(f"our-{kind}", kind).items():
            (folder / f"our-{kind}" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / f"our-{kind}" / path).write_text(text, "utf-8")
    return {kind: folder / f"our-{kind}" for kind in KINDS}


def test_the_command_writes_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.chdir(tmp_path)
    told = in_this_process(capfd, "plugin", "new", "our-board2", "--kind", "channel")
    assert (told.code, told.err) == (0, "")
    files = {path.relative_to(tmp_path / "our-board2").as_posix() for path in Path("our-board2").resolve().rglob("*.*")}
    assert files == {*plugin_files("our-board2", "channel")}
    text = "".join(path.read_text("utf-8") for path in Path("our-board2").rglob("*.*"))
    assert "@" not in text.replace("@pytest", "").replace("@hookimpl", "")
    again = in_this_process(capfd, "plugin", "new", "our-board2", "--kind", "checks")
    assert (again.code, "there is something at our-board2 already" in again.err) == (2, True)
    assert {path.name for path in Path("our-board2/tests").iterdir()} == {"test_channel.py"}
    told = in_this_process(capfd, "plugin", "new", "ours", "--kind", "checks", "--in", "nowhere")
    assert (told.code, "cannot be written" in told.err) == (2, True)


@pytest.mark.parametrize(
    "name", ["", "Our", "our_own", "9lives", "-a", "a-", "class", "a b", "../a", "ä", "complaint-policy"]
)
def test_a_name_that_no_package_can_have_is_refused(name: str, capfd: Any) -> None:
    assert problem_with_name(name)
    assert in_this_process(capfd, "plugin", "new", "--kind", "checks", "--", name).code == 2
    assert problem_with_name("complaint-policy")
    assert problem_with_name("our-channel2") == ""


def test_what_it_writes_is_laid_out_as_it_should_be(made: dict[str, Path]) -> None:
    for kind, folder in made.items():
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        assert project["entry-points"]["complaint_policy"] == {f"our-{kind}": f"our_{kind}"}
        for wanted in (["format", "--check"], ["check", "--select", "E,F,I,UP,B,SIM,RUF,C4,PT"]):
            command = [sys.executable, "-m", "ruff", *wanted, "--isolated", "--line-length", "120", "--no-cache", "."]
            said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
            assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "channel"])  # which the page of the guide runs
def test_its_own_tests_pass_as_it_is(made: dict[str, Path], kind: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    command += ["-k", FEWER] if kind == "store" else []
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=made[kind], env=environment)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.real
def test_built_and_installed_each_is_listed(made: dict[str, Path], tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True, symlinks=os.name != "nt")
    commands = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", ROOT / "constraints" / "run.txt", cwd=tmp_path)
    for project in (ROOT, *made.values()):
        out = tmp_path / "dist" / project.name
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, project, cwd=tmp_path)
        run(*pip, "--no-deps", *out.glob("*.whl"), cwd=tmp_path)
    run(commands / "python", "-m", "pip", "check", cwd=tmp_path)
    told = json.loads(run(commands / "complaint-policy", "plugins", "--format", "json", cwd=tmp_path).stdout)
    listed = {one["name"]: one for one in told if one["package"] != "complaint-policy"}
    assert {kind: listed[f"our-{kind}"][kinds] for kind, kinds in PLURALS.items()} == {
        "channel": ["our-channel"],
        "checks": ["tiers-have-owners"],
        "store": ["our-store"],
        "ticketing": ["our-ticketing"],
    }
    # what is installed writes the same as the checkout does
    run(commands / "complaint-policy", "plugin", "new", "our-channel", "--kind", "channel", cwd=tmp_path)
    assert (tmp_path / "our-channel" / "pyproject.toml").read_text() == (made["channel"] / "pyproject.toml").read_text()
