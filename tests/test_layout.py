"""The canonical layout: every comment stays, meaning stays, and what is formatted is formatted for good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.cli.fmt_command import command
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.layout.formatting import format_file, laid_out
from complaint_policy.policy.layout.parts import parts_of
from complaint_policy.policy.source import events_of
from tests.checked_files import policy_of

ROOT = Path(__file__).resolve().parent.parent
GOOD = sorted((ROOT / "tests/good").glob("*.yaml"))
"""Shipped policies stand as they are formatted, so these tell nothing of meaning: `test_shipped_formatted.py`."""
BAD = sorted((ROOT / "tests/bad").glob("*.yaml"))


@pytest.mark.parametrize("file", GOOD, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_formatted_policy_means_the_same_and_stays_as_it_is(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "good"
    shutil.copytree(file.parent, folder)
    copy = folder / file.name
    result = format_file(copy)
    assert result.after is not None
    before = check_file(copy).policy
    copy.write_text(result.after, encoding="utf-8")
    after = check_file(copy).policy
    assert before is not None
    assert after is not None
    assert after.digest == before.digest
    assert format_file(copy).after == result.after
    assert all(len(line) <= 120 for line in result.after.splitlines() if line.endswith(("}", "]")))


@pytest.mark.parametrize("name", ["au-asic-rg271", "example-retail-bank", "uk-fca-disp"])
def test_a_shipped_policy_that_somebody_laid_out_otherwise_means_the_same_once_formatted(
    name: str, tmp_path: Path
) -> None:
    file = tmp_path / "policies" / name / "policy.yaml"
    shutil.copytree(ROOT / "policies" / name, file.parent)
    text = file.read_text(encoding="utf-8")
    other = yaml.serialize(yaml.compose(text), indent=7, width=60, allow_unicode=True)
    file.write_text(other, encoding="utf-8")
    result = format_file(file)
    assert result.after is not None, result.diagnostics
    assert result.after not in (other, text)
    file.write_text(result.after, encoding="utf-8")
    again = check_file(file, warn=False).policy
    assert again is not None
    assert again.digest == policy_of(ROOT / "policies" / name / "policy.yaml").digest
    assert format_file(file).after == result.after


LAYOUTS = {
    "texts of several lines between braces": (
        'a: {b: "x\\\n  \\ y"}\nc: {d: "x\n\n  y"}\ne: {f: "x \\\n   y\\tz"}\ng: [x\n\n  y, v \\\n  w]\n',
        'a: {b: x y}\nc: {d: "x\\ny"}\ne: {f: "x y\\tz"}\ng: ["x\\ny", v \\ w]\n',
    ),
    "indentation and blank lines": (
        "\n\na:\n    b: 1\n\n\n\n    c:\n    - x\n    -   y: 1\n        z: 2\n",
        "a:\n  b: 1\n\n  c:\n    - x\n    - y: 1\n      z: 2\n",
    ),
    "flow on one line": ("a: { b : 1,\n   c: [ x,y ] }\n", "a: {b: 1, c: [x, y]}\n"),
    "flow that does not fit": (
        f"a: {{b: {'x' * 60}, c: {{d: {'y' * 60}}}}}\n",
        f"a:\n  b: {'x' * 60}\n  c: {{d: {'y' * 60}}}\n",
    ),
    "quotes only where needed": (
        "a: \"plain words\"\nb: '1.0'\nc: \"yes\"\nd: 'x: y'\n"
        "e: [\"a, b\", 'c']\nf: \"09:00-17:00\"\ng: ''\nh: 'it''s'\n",
        'a: plain words\nb: "1.0"\nc: "yes"\nd: "x: y"\ne: ["a, b", c]\nf: "09:00-17:00"\ng: ""\nh: "it\'s"\n',
    ),
    "comments": (
        "# top\n\n# of a\na:   # beside a\n      # above b\n      b: 1 # beside b\n      # below b\n"
        "# of c\nc: 2\n# end\n",
        "# top\n\n# of a\na:   # beside a\n  # above b\n  b: 1     # beside b\n  # below b\n# of c\nc: 2\n# end\n",
    ),
    "a comment between brackets opens them": (
        "a: [x, # the first\n    # the second\n    y]\nb: {c: 1} # whole\n",
        "a:\n  - x  # the first\n  # the second\n  - y\nb: {c: 1} # whole\n".replace("} #", "}  #"),
    ),
    "block texts": (
        "a: |\n      one\n        two\n\n      three\n\nb: >-   # said\n   folded\n   text\nc: 1\n",
        "a: |\n  one\n    two\n\n  three\n\nb: >-  # said\n  folded\n  text\nc: 1\n",
    ),
    "block texts that begin with spaces": ("a: |1\n  x\n y\n", "a: |2\n   x\n  y\n"),
    "texts over several lines": (
        "a: one\n     two\n     three\nb: 'x\n   y'\n",
        "a: one\n  two\n  three\nb: 'x\n  y'\n",
    ),
    "lists in lists": ("a:\n- - x\n  - y\n- z\n", "a:\n  - - x\n    - y\n  - z\n"),
    "nothing written": ("a:\nb: # nothing\nc: {}\nd:\n- \n- []\n", "a:\nb:  # nothing\nc: {}\nd:\n  -\n  - []\n"),
    "a document mark": ("# c\n---\na: 1\n", "# c\n---\na: 1\n"),
    "windows": ("a:   1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"),
    "no line end": ("a:   1", "a: 1\n"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout(name: str) -> None:
    before, after = LAYOUTS[name]
    assert laid_out(before, "p.yaml") == after
    assert laid_out(after, "p.yaml") == after


WORDS = st.sampled_from(("a", "word", "two words", "x-y", "1", "8 weeks", "it's"))
QUOTED = st.sampled_from(('"a: b"', "'x'", '"#"', '"yes"', "'a, b'", '"1.0"', '"\\t"', "''", '"[x]"', "'x \" y'"))
COMMENT = st.sampled_from(("", "", "", " # note", "  # a: b", " # 'x"))


@st.composite
def flows(draw: st.DrawFn, depth: int = 2) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.one_of(WORDS, QUOTED))
    items = draw(st.lists(flows(depth - 1), min_size=0, max_size=4))
    gap = draw(st.sampled_from((", ", ",", " , ", ",\n" + " " * 40, ", # inside\n" + " " * 40)))
    if draw(st.booleans()):
        return f"[{gap.join(items)}]"
    return "{" + gap.join(f"k{number}: {item}" for number, item in enumerate(items)) + " }"


@st.composite
def blocks(draw: st.DrawFn, indent: int = 0, depth: int = 3) -> str:
    """The lines of a map as a careless author might leave them."""
    lines = ""
    listed = depth < 3 and draw(st.booleans())
    for number in range(draw(st.integers(1, 3))):
        pad = " " * indent
        lines += draw(
            st.sampled_from(("", "", "\n", "\n\n\n", f"{pad}# above\n", f"\n{pad}# one\n\n{pad}# two\n", "# left\n"))
        )
        head = f"{pad}-" if listed else f"{pad}key{number}:"
        shape = draw(st.integers(0, 5))
        deeper = indent + draw(st.integers(1, 4))
        if shape == 0 and depth:
            lines += f"{head}{draw(COMMENT)}\n{draw(blocks(deeper, depth - 1))}"
        elif shape == 1:
            below = " " * deeper
            header = draw(st.sampled_from(("|", ">-", "|-")))
            lines += f"{head} {header}\n{below}text\n{below}  deeper # no comment\n\n{below}end\n"
        elif shape == 2:
            lines += f"{head} words that\n{' ' * deeper}go on{draw(COMMENT)}\n"
        elif shape == 3:
            lines += f"{head}{draw(COMMENT)}\n"
        else:
            lines += f"{head} {draw(flows())}{draw(COMMENT)}\n"
        lines += draw(st.sampled_from(("", "", "", f"{pad}  # below\n")))
    return lines


def comments(text: str) -> list[str]:
    lines = text.split("\n")
    return [comment.text for comment in parts_of(events_of(text), lines)[1]]


@given(blocks())
@settings(max_examples=150, deadline=None)
def test_any_layout_keeps_its_values_and_comments_and_is_formatted_once(text: str) -> None:
    once = laid_out(text, "p.yaml")  # which compares every value itself
    assert comments(once) == comments(text)
    assert laid_out(once, "p.yaml") == once
    assert "\n\n\n" not in once


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    return int(result.return_value or 0), result.stdout, result.stderr


def test_fmt_writes_once_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    shutil.copy(ROOT / "tests/good/every-construct.yaml", file)
    shutil.copytree(ROOT / "tests/good/letters", tmp_path / "letters")
    file.write_text(file.read_text(encoding="utf-8").replace("\nid:", "\nid:    "), encoding="utf-8")
    file.chmod(0o640)
    before = file.read_text(encoding="utf-8")
    assert run(file, "--check")[0] == 1
    code, shown, _ = run(file, "--diff")
    assert (code, file.read_text(encoding="utf-8")) == (0, before)
    assert "\n-id:    " in shown
    assert run(file)[:2] == (0, f"{file}: formatted\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert run(file, "--check")[:2] == (0, "1 policy: nothing to change\n")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["letters", "policy.yaml"]


def test_fmt_leaves_a_file_with_errors_alone_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    shutil.copy(ROOT / "tests/bad/condition-list-goes-on-after-or.yaml", file)
    before = file.read_bytes()
    code, _, told = run(file)
    assert (code, file.read_bytes()) == (3, before)
    assert "CP418" in told
