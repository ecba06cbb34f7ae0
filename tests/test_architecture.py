"""What the house rules say of the source itself, where import-linter (pyproject.toml) does not look."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "complaint_policy"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAY_EXECUTE = {"conditions/python.py", "evaluation/plain.py"}
"""Compile source that they generated themselves from checked data; names in it are numbers."""

SHELL = {
    *("cli", "reports", "default_plugins", "plugins.py", "hookspecs.py", "__main__.py", "rollout"),
    *("reasons", "stores", "casework", "testing"),
}
"""Parts that talk *about* an evaluation (and may print or keep its `as_of`), rather than make one."""

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "core", "common", "manager", "base", "misc"}

NOT_ON_THE_EVALUATE_PATH = (
    *("yaml", "jsonschema", "rule_engine", "holidays", "rich", "re2", "polars", "pluggy"),
    *("importlib.metadata", "sqlite3", "http", "ssl", "asyncio", "multiprocessing"),
    *("click", "inspect", "dataclasses", "decimal"),
)


def place(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"), filename=str(module))


def nodes(module: Path) -> Iterator[ast.AST]:
    return ast.walk(tree(module))


def calls_of(module: Path, *names: str) -> list[int]:
    """The lines on which one of the built-in functions is called."""
    return [
        node.lineno
        for node in nodes(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 20


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_every_module_says_in_one_sentence_what_it_is(module: Path) -> None:
    first = (ast.get_docstring(tree(module)) or "").split("\n\n")[0]
    assert first.endswith("."), "a module begins with one sentence that a compliance officer could read"


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_names_say_what_a_module_is_about(module: Path) -> None:
    assert not FORBIDDEN_NAMES & {part.removesuffix(".py") for part in module.relative_to(PACKAGE).parts}


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_modules_and_functions_fit_in_the_head(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= 450
    functions = [node for node in nodes(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {f"{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: size for name, size in sizes.items() if size > 60} == {}


REFERENCE = sorted((ROOT / "tests" / "reference").glob("*.py"))
REFERENCE_LINES = 2_660
"""How long the readable specification may be, blank lines apart. It follows some two hundred decisions one by one; half
of it counts time, since each option of counting needs its own sentence. Raise this only for a new construct."""

WHAT_BOTH_READ = {
    *("calendars.data", "case", "clocks.data", "conditions.syntax", "policy.model"),
}


def test_the_reference_specification_stays_readable() -> None:
    lines = [line for module in REFERENCE for line in module.read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) <= REFERENCE_LINES
    assert max(len(module.read_text("utf-8").splitlines()) for module in REFERENCE) <= 450


def test_the_reference_specification_shares_data_with_the_engine_and_no_code() -> None:
    read = {
        node.module.removeprefix("complaint_policy.")
        for module in REFERENCE
        for node in nodes(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("complaint_policy.")
        if node.module is not None
    }
    assert read <= WHAT_BOTH_READ


def test_source_is_executed_in_named_places_only() -> None:
    assert {place(module) for module in MODULES if calls_of(module, "eval", "exec", "compile")} <= MAY_EXECUTE
    assert [place(module) for module in MODULES if calls_of(module, "eval", "__import__")] == []


def reads_as_of(module: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "as_of" and isinstance(node.ctx, ast.Load)
        for node in nodes(module)
    )


def test_findings_c3_the_evaluation_moment_is_read_in_one_module_only() -> None:
    engine = [module for module in MODULES if module.relative_to(PACKAGE).parts[0] not in SHELL]
    assert len([place(module) for module in engine if reads_as_of(module)]) <= 1, [
        place(module) for module in engine if reads_as_of(module)
    ]


CLOCK_READERS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today")} | {
    ("time", name) for name in ("time", "time_ns", "localtime", "gmtime")
}


def test_nothing_but_the_command_line_reads_the_clock() -> None:
    """Time spent is not a moment: `time.monotonic` and `time.perf_counter` are no clock in this sense."""
    found = [
        f"{place(module)}:{node.lineno}"
        for module in MODULES
        if module.relative_to(PACKAGE).parts[0] != "cli"
        for node in nodes(module)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK_READERS
    ]
    assert found == []


def is_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(part is None or (isinstance(part, ast.Name) and "Exception" in part.id) for part in parts)


def test_there_are_catch_alls_only_where_strangers_code_runs() -> None:
    """A plugin may raise anything; so may what ends in exit code 70, which the command line alone gives."""
    allowed = {"plugins.py", "cli"}
    found = [
        f"{place(module)}:{node.lineno}"
        for module in MODULES
        if module.relative_to(PACKAGE).parts[0] not in allowed
        for node in nodes(module)
        if isinstance(node, ast.ExceptHandler) and is_everything(node)
    ]
    assert found == []


# What evaluating from a bundle loads: by way of the command line, in a process of its own, as a user pays for it.

POLICY = """\
complaint_policy: 1
id: light
title: A policy small enough to see what evaluating it loads
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
facts:
  vulnerable: {type: boolean, default: false}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
timeframes:
  acknowledge:
    due: {start: received, length: 3 business days}
    done_by: acknowledged
"""

CASE = {
    "id": "C-1",
    "policy": "light",
    "facts": {"vulnerable": True},
    "events": [{"id": "e1", "type": "received", "at": "2026-04-02T16:40:00+01:00", "by": "complainant"}],
}

WATCHED = """
import json, sys
before = set(sys.modules)
from complaint_policy.cli import main
code = 0
try:
    main(sys.argv[2:])
except SystemExit as stopped:
    code = stopped.code or 0
with open(sys.argv[1], "w") as file:
    json.dump({"code": code, "loaded": sorted(set(sys.modules) - before)}, file)
"""


@pytest.fixture
def light(tmp_path: Path) -> Path:
    """A folder with a policy, its bundle and one case."""
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE) + "\n", "utf-8")
    watched(tmp_path, "build", "policy.yaml", "-o", "policy.bundle")
    return tmp_path


def watched(folder: Path, *arguments: str) -> tuple[str, list[str]]:
    """What the command prints, and the modules that it loaded."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "XDG_CACHE_HOME": str(folder / "cache")}
    told = folder / "loaded.json"
    result = subprocess.run(
        [sys.executable, "-c", WATCHED, str(told), *arguments],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    record = json.loads(told.read_text())
    assert record["code"] == 0, result.stderr
    return result.stdout, record["loaded"]


def evaluate(folder: Path, policy: str) -> tuple[str, list[str]]:
    given = ("--policy", policy, "--cases", "cases.jsonl", "--as-of", "2026-04-10T12:00+01:00", "--format", "json")
    return watched(folder, "evaluate", *given)


def heavy(loaded: list[str]) -> list[str]:
    return [
        name for name in loaded if any(name == lib or name.startswith(f"{lib}.") for lib in NOT_ON_THE_EVALUATE_PATH)
    ]


def test_evaluating_from_a_bundle_loads_no_heavy_library(light: Path) -> None:
    printed, loaded = evaluate(light, "policy.bundle")
    assert json.loads(printed)["schema"] == "evaluation/1"
    assert heavy(loaded) == []


def test_evaluating_a_policy_a_second_time_loads_no_heavy_library(light: Path) -> None:
    """The command line keeps the bundle in the user's cache; a first time loads what reads and checks YAML."""
    first, loaded = evaluate(light, "policy.yaml")
    assert {"yaml", "rule_engine"} & set(loaded), "a first run that loads nothing shows that nothing is watched"
    second, loaded = evaluate(light, "policy.yaml")
    assert second == first
    assert heavy(loaded) == []


def test_help_loads_no_heavy_library(tmp_path: Path) -> None:
    """Commands of plugins are listed too, so that entry points may be read here."""
    printed, loaded = watched(tmp_path, "--help")
    assert "evaluate" in printed
    assert set(heavy(loaded)) & {"yaml", "jsonschema", "rule_engine", "holidays", "re2", "polars"} == set()
