"""`tools/constraints.py` finds each way in which constraints/ can fall behind pyproject.toml."""

from __future__ import annotations

from packaging.requirements import Requirement

from tools.constraints import ROOT, disagreements, faults, pins

TEXT = """\
# a comment
alpha==1.2 \\
    --hash=sha256:00 \\
    --hash=sha256:01
beta-two==3.0 ; python_full_version < '3.13' \\
    --hash=sha256:02
beta-two==4.0 ; python_full_version >= '3.13' \\
    --hash=sha256:03
"""


def found(*requirements: str, text: str = TEXT) -> list[str]:
    return list(faults("dev.txt", [Requirement(each) for each in requirements], pins(text)))


def test_pins_within_their_range_are_current() -> None:
    assert found("Alpha>=1,<2", "beta_two>=3") == []


def test_a_requirement_without_a_pin_is_told() -> None:
    assert found("gamma") == ["constraints/dev.txt: `gamma` is not pinned"]


def test_each_pin_outside_its_range_is_told() -> None:
    (fault,) = found("beta-two>=4")
    assert "3.0" in fault


def test_a_pin_without_a_hash_is_told() -> None:
    assert found(text="alpha==1.2\n") == ["constraints/dev.txt: `alpha` has no hash"]


def test_a_file_that_would_change_another_is_told() -> None:
    files = {"run.txt": pins(TEXT), "build.txt": {}, "dev.txt": pins(TEXT.replace("==1.2", "==1.3"))}
    assert list(disagreements(files)) == ["constraints/dev.txt: `alpha` differs from constraints/run.txt"]


def test_the_files_name_no_index() -> None:
    for file in (ROOT / "constraints").glob("*.txt"):
        assert "://" not in file.read_text("utf-8")
