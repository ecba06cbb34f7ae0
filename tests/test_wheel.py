"""The wheel is whole: it carries the schemas and the shipped policies, and works where there is no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
AS_OF = "2026-06-15T12:00+01:00"


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run without what would lead back to this checkout; its output is in the failure message."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COMPLAINT_"))}
    environment["PYTHONUTF8"] = "1"
    result = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, text=True, capture_output=True, check=False
    )
    assert result.returncode == 0, f"{command} gave {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel made by way of the source distribution, as a release is: what the latter lacks, the wheel lacks."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def names(wheel: Path) -> frozenset[str]:
    return frozenset(zipfile.ZipFile(wheel).namelist())


def metadata(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (entry for entry in archive.namelist() if entry.endswith(f".dist-info/{name}"))
        return archive.read(path).decode()


def files_of(folder: str, *kinds: str) -> list[Path]:
    found = sorted(path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in kinds)
    assert found, f"{folder}/ is empty: this test would prove nothing"
    return found


def test_the_source_distribution_holds_every_folder_that_tests_and_tools_read() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["sdist"]
    told = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not told:
        pytest.skip("needs the repository: a source distribution does not know what it left out")
    folders = {f"/{name.split('/')[0]}" for name in told if "/" in name and not name.startswith(".")}
    assert folders <= set(listed["include"])


@pytest.mark.parametrize(("folder", "kinds"), [("schemas", (".json",)), ("policies", (".yaml", ".md", ".json"))])
def test_the_wheel_carries_every_shipped_file_unchanged(wheel: Path, folder: str, kinds: tuple[str, ...]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for path in files_of(folder, *kinds):
            inside = f"complaint_policy/_{folder}/{path.relative_to(ROOT / folder).as_posix()}"
            assert archive.read(inside) == path.read_bytes()


def test_the_wheel_carries_every_module_and_the_typing_mark(names: frozenset[str]) -> None:
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert modules <= names
    texts = {path.relative_to(ROOT / "src").as_posix() for path in files_of("src", ".json", ".yaml", ".md")}
    assert texts <= names
    assert "complaint_policy/py.typed" in names


def test_the_wheel_carries_nothing_else(names: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"complaint_policy"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".orig", "~"))]


def test_the_wheel_names_its_command_licence_and_python(wheel: Path, names: frozenset[str]) -> None:
    assert "complaint-policy = complaint_policy.cli:main" in metadata(wheel, "entry_points.txt")
    told: Message = Parser().parsestr(metadata(wheel, "METADATA"))
    assert told["License-Expression"] == "Apache-2.0"
    assert told["Requires-Python"] == ">=3.11"
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_every_run_time_library_has_a_floor() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [text for extra in project["optional-dependencies"].values() for text in extra]
    assert [text for text in [*project["dependencies"], *extras] if ">=" not in text] == []


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a clean environment that holds the wheel and its pinned libraries, nothing else."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home / "venv", with_pip=True, symlinks=os.name != "nt")
    commands = home / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", ROOT / "constraints" / "run.txt", cwd=home)
    run(*pip, "--no-deps", wheel, cwd=home)
    run(commands / "python", "-m", "pip", "check", cwd=home)
    return commands


@pytest.fixture
def shipped(installed: Path, tmp_path: Path) -> Path:
    """The policies inside the installed package, as the package itself finds them."""
    code = "from complaint_policy.shipped import policies_folder as p; print(p())"
    found = Path(run(installed / "python", "-c", code, cwd=tmp_path).stdout.strip())
    assert found.is_relative_to(installed.parent)
    return found


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bundles that were kept by somebody else's run answer nothing here."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.real
def test_installed_it_says_its_version(installed: Path, tmp_path: Path) -> None:
    version: dict[str, str] = {}
    exec((ROOT / "src" / "complaint_policy" / "version.py").read_text("utf-8"), version)
    for command in ([installed / "complaint-policy"], [installed / "python", "-m", "complaint_policy"]):
        assert version["__version__"] in run(*command, "--version", cwd=tmp_path).stdout


@pytest.mark.real
def test_installed_it_checks_every_shipped_policy(installed: Path, shipped: Path, tmp_path: Path) -> None:
    policies = sorted(shipped.glob("*/policy.yaml"))
    assert len(policies) >= 2
    run(installed / "complaint-policy", "check", *policies, cwd=tmp_path)


@pytest.mark.real
def test_installed_it_evaluates_the_shipped_cases(installed: Path, shipped: Path, tmp_path: Path) -> None:
    bank = shipped / "example-retail-bank"
    given = ("--policy", bank / "policy.yaml", "--cases", bank / "cases.yaml", "--as-of", AS_OF)
    result = run(installed / "complaint-policy", "evaluate", *given, "--format", "json", cwd=tmp_path)
    evaluations = [json.loads(line) for line in result.stdout.splitlines()]
    assert evaluations
    assert {evaluation["schema"] for evaluation in evaluations} == {"evaluation/1"}
