"""Diagnostics are shown with their line and a caret under the exact place, as JSON, and as annotations."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path

import pytest

from complaint_policy.diagnostics import (
    Code,
    Diagnostic,
    Location,
    PolicyError,
    diagnostic,
    has_errors,
    in_order,
    nearest,
)
from complaint_policy.reports.diagnostics import render_github, render_json, render_text, summary

SOURCES = Path(__file__).resolve().parents[1] / "src" / "complaint_policy"
ERROR = Code("CP101", "a title", "a reason")
WARNING = Code("CP301", "another: title, with marks", "a reason", "warning")
NOTE = Code("CP302", "a note", "a reason", "note")


def at(line: int, column: int, end: int = 0, file: str = "p.yaml") -> Location:
    return Location(file, line, column, end, "a.b")


def shown(text: str, column: int, end: int) -> list[str]:
    """The excerpt for a place in a text of one line: the line and the carets."""
    found = render_text([diagnostic(ERROR, "wrong", at(1, column, end))], {"p.yaml": text})
    return [row.removeprefix("  1 | ").removeprefix("    | ") for row in found.split("\n")[1:3]]


def test_a_diagnostic_is_shown_with_line_caret_help_and_related_places() -> None:
    item = diagnostic(
        ERROR, "the key `b` is written twice", at(2, 1, 2), "take one out", [("it was written here first", at(1, 1, 2))]
    )
    assert render_text([item], {"p.yaml": "b: 1\nb: 2\n"}) == (
        "p.yaml:2:1: error CP101: the key `b` is written twice\n"
        "  2 | b: 2\n"
        "    | ^\n"
        "  help: take one out\n"
        "  p.yaml:1:1: it was written here first\n"
        "  1 | b: 1\n"
        "    | ^\n"
        "\n"
        "1 error\n"
    )


def test_nothing_wrong_is_nothing_said() -> None:
    assert render_text([], {}) == ""
    assert render_github([]) == ""
    assert json.loads(render_json([])) == []


def test_the_summary_counts_each_level() -> None:
    items = [diagnostic(code, str(n), at(n, 1)) for n, code in enumerate([ERROR, WARNING, ERROR, NOTE], 1)]
    assert summary(items) == "2 errors, 1 warning, 1 note"
    assert summary([]) == "no problems"
    assert render_text(items, {}).endswith("\n\n2 errors, 1 warning, 1 note\n")


@pytest.mark.parametrize(
    ("text", "column", "end", "line", "carets"),
    [
        ("a: bcd", 4, 7, "a: bcd", "   ^^^"),
        ("a: bcd", 4, 0, "a: bcd", "   ^"),
        ("a: bcd", 4, 99, "a: bcd", "   ^^^"),
        ("a: bcd", 7, 8, "a: bcd", "      ^"),
        ("\ta: b", 2, 3, "    a: b", "    ^"),
        ("投诉: bc", 5, 7, "投诉: bc", "      ^^"),
        ("投诉: 渠道", 5, 7, "投诉: 渠道", "      ^^^^"),
        ("cafe\u0301: bc", 8, 10, "cafe\u0301: bc", "      ^^"),
        ("a\x1b[31m: bc", 9, 11, "a·[31m: bc", "        ^^"),
    ],
)
def test_carets_stand_under_the_span_as_a_terminal_shows_it(
    text: str, column: int, end: int, line: str, carets: str
) -> None:
    assert shown(text, column, end) == [line, carets]


def test_a_very_long_line_is_cut_around_the_place() -> None:
    line, carets = shown("x" * 500 + "HERE" + "y" * 500, 501, 505)
    assert len(line) < 170
    assert line[carets.index("^") : carets.index("^") + 4] == "HERE"
    assert carets.count("^") == 4


def test_a_message_cannot_write_control_characters_to_the_terminal() -> None:
    item = diagnostic(ERROR, "bad `\x1b[2J\nx`", Location("p\x1b.yaml", 1, 1), "do \x07 it")
    assert not set("\x1b\x07") & set(render_text([item], {"p\x1b.yaml": "\x1b[31mred"}))


def test_colour_changes_no_word() -> None:
    item = diagnostic(WARNING, "doubtful", at(1, 1, 2), "look again")
    coloured = render_text([item], {"p.yaml": "ab"}, colour=True)
    assert "\x1b[" in coloured
    plain = coloured
    for mark in ("\x1b[1;33m", "\x1b[1m", "\x1b[0m"):
        plain = plain.replace(mark, "")
    assert plain == render_text([item], {"p.yaml": "ab"})


def test_a_place_outside_the_known_text_is_told_without_an_excerpt() -> None:
    for place in (at(9, 1), at(1, 1, file="other.yaml"), None):
        rows = render_text([diagnostic(ERROR, "wrong", place)], {"p.yaml": "a: b"}).split("\n")
        assert rows[0].endswith("error CP101: wrong")
        assert rows[1] == ""


def test_json_holds_everything_in_the_order_of_the_file() -> None:
    second, first = diagnostic(ERROR, "b", at(2, 3, 5), "h", [("r", at(1, 1))]), diagnostic(WARNING, "a", at(1, 2))
    data = json.loads(render_json([second, first]))
    assert [item["message"] for item in data] == ["a", "b"]
    assert data[1] == {
        "code": "CP101",
        "level": "error",
        "title": "a title",
        "message": "b",
        "help": "h",
        "location": {"file": "p.yaml", "line": 2, "column": 3, "end_column": 5, "path": "a.b"},
        "related": [
            {"message": "r", "location": {"file": "p.yaml", "line": 1, "column": 1, "end_column": 1, "path": "a.b"}}
        ],
    }
    assert json.loads(render_json([diagnostic(ERROR, "x")]))[0]["location"] is None


def test_github_annotations_are_escaped() -> None:
    item = diagnostic(WARNING, "100% `a`\nb", Location("a,b:c.yaml", 3, 4, 9), "do x")
    assert render_github([item]) == (
        "::warning file=a%2Cb%3Ac.yaml,line=3,col=4,endColumn=9,title=CP301 another%3A title%2C with marks"
        "::100%25 `a`%0Ab%0Ahelp: do x\n"
    )
    assert render_github([diagnostic(NOTE, "n")]) == "::notice title=CP302 a note::n\n"


def test_equal_findings_are_told_once_and_in_order() -> None:
    items = [diagnostic(ERROR, "b", at(2, 1)), diagnostic(ERROR, "a", at(2, 1)), diagnostic(ERROR, "b", at(2, 1))]
    assert [item.message for item in in_order(items)] == ["a", "b"]


def test_a_policy_error_names_the_first_error() -> None:
    error = PolicyError([diagnostic(WARNING, "doubt", at(1, 1)), diagnostic(ERROR, "wrong", at(2, 1))])
    assert str(error) == "p.yaml:2: wrong (1 errors)"
    assert has_errors(error.diagnostics)
    assert not has_errors([diagnostic(WARNING, "doubt")])


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("lengt", "length"),
        ("wen", "when"),
        ("dew", None),
        ("receivd", "received"),
        ("xyz", None),
        ("Length", "length"),
    ],
)
def test_the_nearest_name_is_near(word: str, found: str | None) -> None:
    assert nearest(word, ["length", "when", "due", "received"]) == found


def declared() -> list[tuple[str, str]]:
    """The number of every `Code(…)` in the source, with its module."""
    return [
        (node.args[0].value, path.name)
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Code"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def test_every_code_has_a_number_of_its_own() -> None:
    numbers = declared()
    twice = {number for number, count in Counter(number for number, _ in numbers).items() if count > 1}
    assert len(numbers) > 40
    assert {item for item in numbers if item[0] in twice} == set()
    assert all(number.startswith("CP") and number[2:].isdigit() and len(number) == 5 for number, _ in numbers)


def test_a_diagnostic_has_the_level_of_its_code() -> None:
    assert diagnostic(WARNING, "doubt") == Diagnostic(WARNING, "doubt", level="warning")
