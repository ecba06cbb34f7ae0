"""Plugins are loaded one by one, and one that fails costs nothing but what it would have said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.default_plugins.built_in import BUILT_IN
from complaint_policy.diagnostics import Code, Diagnostic
from complaint_policy.plugins import Plugin, Registered, load_plugins, pack_folders, registered_checks
from tests.cli_runs import folder_with_policy, in_this_process

OWN = Code("HOUSE9", "a policy without a house style", "Only here to be found.", "warning")

GOOD = """
from complaint_policy.diagnostics import Code, diagnostic
from complaint_policy.hookspecs import hookimpl
OWN = Code("HOUSE9", "a policy without a house style", "Only here to be found.", "warning")
def check(policy, places):
    yield diagnostic(OWN, f"the policy `{policy.id}` has no house style")
@hookimpl
def register_checks(register):
    register("house-style", check)
"""
RAISES_WHEN_IMPORTED = "raise RuntimeError('out of order')"
RAISES_WHEN_ASKED = GOOD.replace('register("house-style", check)', 'raise KeyError("no such thing")')
RAISES_WHEN_CHECKING = GOOD.replace("    yield", "    1 / 0\n    yield")
GIVES_NONSENSE = GOOD.replace(
    'yield diagnostic(OWN, f"the policy `{policy.id}` has no house style")', 'return ["text"]'
)
UNKNOWN_HOOK = GOOD.replace("register_checks(register)", "register_miracles(register)")
WRONG_ARGUMENTS = GOOD.replace("register_checks(register)", "register_checks(register, more)")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a distribution of one module with one entry point, as pip would leave it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, source: str) -> None:
        module = f"plugin_{tmp_path.name.replace('-', '_')}_{name}"
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"policy_{name}-2.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: policy-{name}\nVersion: 2.5\n")
        (info / "entry_points.txt").write_text(f"[complaint_policy]\n{name} = {module}\n")

    return make


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder_with_policy(tmp_path))
    return tmp_path / "policy.yaml"


def test_a_plugin_is_named_with_its_package_and_version(install: Any) -> None:
    install("good", GOOD)
    plugins = load_plugins(BUILT_IN)
    assert plugins.diagnostics == ()
    assert [(item.name, item.package, item.version, item.hooks) for item in plugins.loaded[len(BUILT_IN) :]] == [
        ("good", "policy-good", "2.5", ("register_checks",))
    ]
    checks, failed = registered_checks(plugins)
    assert (checks[-1].name, failed) == ("house-style", [])


PACKS = """
from pathlib import Path

from complaint_policy.hookspecs import hookimpl

@hookimpl
def register_pack_folders(register):
    register(Path("nowhere-at-all"))
    register("not a path")
"""
RAISING = """
from complaint_policy.hookspecs import hookimpl

@hookimpl
def register_pack_folders(register):
    raise RuntimeError("no packs today")
"""


def test_a_folder_of_packs_that_is_not_there_is_told_with_its_package(install: Any, policy: Path, capfd: Any) -> None:
    install("good", GOOD)
    install("packs", PACKS)
    install("raising", RAISING)
    folders, failed = pack_folders(load_plugins(BUILT_IN))
    assert folders == []
    assert [one.code.number for one in failed] == ["CP678", "CP678", "CP802"]
    assert "`packs` of `policy-packs` 2.5: there is no folder `nowhere-at-all`" in failed[0].message
    told = in_this_process(capfd, "check", "policy.yaml")
    assert (told.code, "HOUSE9" in told.err, told.err.count("CP678")) == (0, True, 2)


LAW = """\
complaint_policy: 1
id: gb-house-code
title: A code of houses
version: "1"
in_force: {from: 2025-01-01}
facts: {}
calendars: {national: {zone: Europe/London, open_days: mon-fri}}
requirements:
  reply: {citation: Code 1, due: 20 business days from received, done_by: final_response}
"""


def test_init_offers_and_extends_the_packs_of_plugins(install: Any, policy: Path, tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "brought" / "gb-house-code").mkdir(parents=True)
    (tmp_path / "brought" / "gb-house-code" / "policy.yaml").write_text(LAW, "utf-8")
    install(
        "good", PACKS.replace("nowhere-at-all", str(tmp_path / "brought")).replace('register("not a path")', "pass")
    )
    given = ("--yes", "--name", "Corner Shop", "--country", "GB", "--pack", "gb-house-code")
    told = in_this_process(capfd, "init", "ours", *given)
    assert told.code == 0, told.err
    assert "gb-house-code" in Path("ours/policy.yaml").read_text("utf-8")
    assert in_this_process(capfd, "test", "ours").code == 0


def test_a_check_of_a_plugin_is_made_beside_the_built_in_ones(install: Any, policy: Path, capfd: Any) -> None:
    install("good", GOOD)
    told = in_this_process(capfd, "check", "policy.yaml")
    assert told.code == 0
    assert "warning HOUSE9: the policy `small` has no house style" in told.err
    assert in_this_process(capfd, "check", "policy.yaml", "--deny-warnings").code == 1


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        (RAISES_WHEN_IMPORTED, "CP801", "RuntimeError: out of order"),
        (UNKNOWN_HOOK, "CP801", "register_miracles"),
        (WRONG_ARGUMENTS, "CP801", "more"),
        (RAISES_WHEN_ASKED, "CP802", "KeyError"),
    ],
)
def test_a_plugin_that_fails_is_named_and_the_others_go_on(
    install: Any, policy: Path, capfd: Any, source: str, code: str, said: str
) -> None:
    install("a_bad", source)
    install("good", GOOD)
    told = in_this_process(capfd, "plugins")
    assert told.code == 1
    assert f"{code}: the plugin `a_bad` of `policy-a_bad` 2.5: " in told.err
    assert said in told.err
    assert "policy-good 2.5" in told.out
    told = in_this_process(capfd, "check", "policy.yaml")
    assert (told.code, "HOUSE9" in told.err, code in told.err) == (0, True, True)


@pytest.mark.parametrize("source", [RAISES_WHEN_CHECKING, GIVES_NONSENSE])
def test_a_check_that_fails_loses_only_its_own_result(install: Any, policy: Path, capfd: Any, source: str) -> None:
    install("a_bad", source)
    install("good", GOOD)
    told = in_this_process(capfd, "check", "policy.yaml")
    assert told.code == 0
    assert "CP802: the plugin `a_bad: house-style` of `policy-a_bad` 2.5" in told.err
    assert "HOUSE9" in told.err


def test_evaluating_loads_no_plugin(install: Any, policy: Path, capfd: Any) -> None:
    install("a_bad", RAISES_WHEN_IMPORTED)
    told = in_this_process(
        capfd, "evaluate", "-p", "policy.yaml", "-c", "good.jsonl", "--as-of", "2026-04-10T12:00+01:00"
    )
    assert (told.code, told.err) == (0, "")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Diagnostic(OWN._replace(number="CP101"), "mine"), "a number of complaint-policy itself"),
        (Diagnostic(OWN, "mine", level="fatal"), "is not a level"),  # type: ignore[arg-type]
        (Diagnostic("HOUSE9", "mine"), "not a Code"),  # type: ignore[arg-type]
        (Diagnostic(OWN, None), "not a text"),  # type: ignore[arg-type]
        (Diagnostic(OWN, "mine", help=["a"]), "not a text"),  # type: ignore[arg-type]
        (Diagnostic(OWN, "mine", location=3), "not a Location"),  # type: ignore[arg-type]
    ],
)
def test_a_check_that_gives_what_cannot_be_shown_loses_only_its_own_findings(given: Diagnostic, words: str) -> None:
    plugin = Plugin("house", "house-rules", "1", ())
    said = Registered(plugin, "style", lambda policy, places: [given]).run(None, None)  # type: ignore[arg-type]
    assert [item.code.number for item in said] == ["CP802"]
    assert words in said[0].message


def test_only_plugins_that_are_allowed_are_even_imported(install: Any, policy: Path, capfd: Any) -> None:
    install("good", GOOD)
    install("bad", "raise RuntimeError('imported')")
    (policy.parent / "complaint-policy.toml").write_text('[plugins]\nallow = ["good", "gooder"]\n', "utf-8")
    told = in_this_process(capfd, "plugins", "--format", "json")
    assert told.code == 1
    assert "warning CP757: the plugin `gooder` is allowed and not installed" in told.err
    assert "CP801" not in told.err
    assert [one["name"] for one in json.loads(told.out)][len(BUILT_IN) :] == ["good"]
    for text in ("[plugins]\nallow = 3\n", "no TOML at all"):
        (policy.parent / "complaint-policy.toml").write_text(text, "utf-8")
        told = in_this_process(capfd, "plugins", "--format", "json")
        assert (told.code, len(json.loads(told.out))) == (1, len(BUILT_IN))
    assert "HOUSE9" not in in_this_process(capfd, "check", "policy.yaml").err
