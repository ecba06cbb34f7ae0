"""The example plugin is a package of its own that fits this release, and says what its pages show."""

from __future__ import annotations

import json
import os
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from complaint_policy.version import __version__
from tests.cli_runs import in_this_process
from tests.test_docs_examples import assert_printed, blocks, commands
from tests.test_wheel import run

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "plugins" / "complaint-policy-example"
APPRISE = EXAMPLE.parent / "complaint-policy-apprise"
POSTGRESQL = EXAMPLE.parent / "complaint-policy-postgresql"
REQUEST_TRACKER = EXAMPLE.parent / "complaint-policy-request-tracker"
PAGES = (ROOT / "plugins" / "README.md", EXAMPLE / "README.md")
PROJECT: dict[str, Any] = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
CHECKS = ["promises-say-what-they-are", "tiers-have-owners", "moves-have-reasons"]
HOUSE = ["HOUSE101", "HOUSE102", "HOUSE103"]


def written(folder: Path) -> Path:
    """The policy that the page of the plugin shows."""
    (block,) = (one for one in blocks(PAGES[1]) if one.mark == "file: policy.yaml")
    (folder / "policy.yaml").write_text(block.body, "utf-8")
    return folder


@pytest.fixture
def plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the policy of the page; the plugin is found as `pip install --editable` would leave it."""
    info = tmp_path / "installed" / f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}.dist-info"
    info.mkdir(parents=True)
    head = f"Metadata-Version: 2.1\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n"
    (info / "METADATA").write_text(head)
    points = [
        f"[{group}]\n{name} = {module}\n"
        for group, named in PROJECT["entry-points"].items()
        for name, module in named.items()
    ]
    (info / "entry_points.txt").write_text("".join(points))
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))
    monkeypatch.syspath_prepend(str(info.parent))
    monkeypatch.chdir(written(tmp_path))
    return tmp_path


def test_the_example_is_listed_with_its_version_and_its_checks(plugged_in: Path, capfd: Any) -> None:
    told = in_this_process(capfd, "plugins", "--format", "json")
    assert (told.code, told.err) == (0, "")
    (listed,) = (one for one in json.loads(told.out) if one["package"] == PROJECT["name"])
    assert (listed["name"], listed["version"], listed["checks"]) == ("house-rules", PROJECT["version"], CHECKS)
    assert listed["channels"] == ["notice-board"]


CODE = """\
complaint_policy: 1
id: member
title: A member of the association
version: "1"
in_force: {from: 2026-01-01}
facts: {}
law: {example-trade-code: {}}
calendars: {office: {zone: Europe/London, open_days: mon-fri}}
timeframes:
  ours: {says: an answer as soon as we can, due: 20 days from received, done_by: final_response}
"""


def test_a_policy_extends_the_pack_that_it_brings(plugged_in: Path, capfd: Any) -> None:
    (plugged_in / "member.yaml").write_text(CODE, "utf-8")
    assert in_this_process(capfd, "check", "member.yaml", "--quiet").code == 0
    assert in_this_process(capfd, "build", "member.yaml", "-o", "member.bundle").code == 0
    case = {"id": "C-1", "events": [{"type": "received", "at": "2026-03-02T10:00:00Z"}]}
    (plugged_in / "case.json").write_text(json.dumps(case), "utf-8")
    for policy in ("member.yaml", "member.bundle"):
        told = in_this_process(
            capfd, "evaluate", "-p", policy, "-c", "case.json", "--as-of", "2026-03-31T12:00Z", "--format", "json"
        )
        states = {one["duty"]: one["state"] for one in json.loads(told.out)["duties"]}
        assert states == {"example-trade-code/answer-in-writing": "breached", "ours": "breached"}


def test_without_it_the_pack_is_not_found(tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "member.yaml").write_text(CODE, "utf-8")
    told = in_this_process(capfd, "check", str(tmp_path / "member.yaml"))
    assert (told.code, "CP220" in told.err) == (3, True)


def test_a_pack_beside_the_policy_is_taken_before_one_that_a_plugin_brings(plugged_in: Path, capfd: Any) -> None:
    pack = (EXAMPLE / "src/complaint_policy_example/packs/example-trade-code/policy.yaml").read_text("utf-8")
    nearer = pack.replace("4 weeks", "6 weeks").replace('"2026"', '"2027"')
    (plugged_in / "example-trade-code.yaml").write_text(nearer, "utf-8")
    for version, day in (("", "2026-04-13"), ('version: "2026"', "2026-03-30")):
        (plugged_in / "member.yaml").write_text(CODE.replace("code: {}", f"code: {{{version}}}"), "utf-8")
        case = {"id": "C-1", "events": [{"type": "received", "at": "2026-03-02T10:00:00Z"}]}
        (plugged_in / "case.json").write_text(json.dumps(case), "utf-8")
        told = in_this_process(
            capfd,
            "evaluate",
            "-p",
            "member.yaml",
            "-c",
            "case.json",
            "--as-of",
            "2026-03-03T12:00Z",
            "--format",
            "json",
        )
        assert {one["duty"]: one["due_on"] for one in json.loads(told.out)["duties"]}[
            "example-trade-code/answer-in-writing"
        ] == day


def test_its_findings_stand_at_their_places_beside_those_of_the_program(plugged_in: Path, capfd: Any) -> None:
    told = in_this_process(capfd, "check", "policy.yaml", "--format", "json")
    found = {item["code"]: item for item in json.loads(told.out)}
    assert [*found] == HOUSE
    assert [found[code]["location"]["path"] for code in HOUSE] == [
        "timeframes.answer",
        "escalation.tiers[2].id",
        "escalation.moves.rejected",
    ]


def test_without_the_plugin_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.chdir(written(tmp_path))
    told = in_this_process(capfd, "check", "policy.yaml", "--deny-warnings")
    assert (told.code, told.err) == (0, "")


def test_its_page_shows_what_it_says(plugged_in: Path, capfd: Any) -> None:
    ran = 0
    for block in blocks(PAGES[1]):
        for command, expected in commands(block.body) if block.language == "console" else ():
            told = in_this_process(capfd, *command.split()[1:])
            end = [f"(exit code {told.code})"] if told.code else []
            assert_printed(expected, [*told.err.splitlines(), *told.out.splitlines(), *end], command)
            ran += 1
    assert ran == 2


def test_its_page_names_each_of_its_codes() -> None:
    source = (EXAMPLE / "src" / "complaint_policy_example" / "__init__.py").read_text("utf-8")
    for code in HOUSE:
        assert f'"{code}"' in source
        assert f"`{code}`" in PAGES[1].read_text("utf-8")
    assert source.count(" = Code(") == len(HOUSE)


@pytest.mark.parametrize("plugin", sorted(path.parent.name for path in EXAMPLE.parent.glob("*/pyproject.toml")))
def test_each_plugin_asks_for_this_release(plugin: str) -> None:
    project = tomllib.loads((EXAMPLE.parent / plugin / "pyproject.toml").read_text("utf-8"))["project"]
    requirement = Requirement(project["dependencies"][0])
    assert (requirement.name, project["name"]) == ("complaint-policy", plugin)
    assert requirement.specifier.contains(__version__), "try it with this release, then widen its range"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a clean environment with both packages, each built by way of its source distribution."""
    home = tmp_path_factory.mktemp("plugged-in")
    venv.create(home / "venv", with_pip=True, symlinks=os.name != "nt")
    commands = home / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", ROOT / "constraints" / "run.txt", cwd=home)
    # with what it connects with left out: it is loaded when a store is opened
    for project in (ROOT, EXAMPLE, APPRISE, POSTGRESQL, REQUEST_TRACKER):
        out = home / "dist" / project.name
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, project, cwd=home)
        run(*pip, "--no-deps", *out.glob("*.whl"), cwd=home)
    return commands


@pytest.mark.real
def test_installed_the_example_is_listed_with_its_version(installed: Path, tmp_path: Path) -> None:
    listed = json.loads(run(installed / "complaint-policy", "plugins", "--format", "json", cwd=tmp_path).stdout)
    brought = [one for one in listed if one["package"] != "complaint-policy"]
    assert [(one["package"], one["version"], one["checks"], one["stores"]) for one in brought] == [
        ("complaint-policy-apprise", "0.1.0", [], []),
        (PROJECT["name"], PROJECT["version"], CHECKS, []),
        ("complaint-policy-postgresql", "0.1.0", [], ["postgresql"]),
        ("complaint-policy-request-tracker", "0.1.0", [], []),
    ]
    assert brought[-1]["ticketing"] == ["request-tracker"]


@pytest.mark.real
def test_installed_the_example_finds_what_breaks_its_rules(installed: Path, tmp_path: Path) -> None:
    told = run(installed / "complaint-policy", "check", "policy.yaml", "--format", "json", cwd=written(tmp_path))
    assert [item["code"] for item in json.loads(told.stdout)] == HOUSE
