"""Drawn tables, tiers and matrices mean the lists and maps that say the same, and every cell has its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence, span
from complaint_policy.policy.schema import read_in_full
from complaint_policy.policy.short_forms.tables import read_table, table_text
from complaint_policy.policy.source import read_recovered


def plain(node: Node | None) -> object:
    match node:
        case Mapping(entries):
            return {key.text: plain(value) for key, value in entries}
        case Sequence(items):
            return [plain(item) for item in items]
        case Scalar(text):
            return text
    return None


def in_full(text: str, *path: str) -> object:
    found = read_in_full(text.encode(), "p.yaml", "policy")
    assert found.diagnostics == []
    node = found.node
    for name in path:
        assert isinstance(node, Mapping)
        node = node.get(name)
    return plain(node)


TABLE = """classification:
  severity:
    table: |
      id   | product    | amount claimed | then | because
      # a word between
      harm | card, loan | > 5000         | high | a \\| b

      rest | -          |                | low  |
"""
ROWS = [
    {"id": "harm", "product": "card, loan", "amount_claimed": "> 5000", "then": "high", "because": "a | b"},
    {"id": "rest", "product": "-", "then": "low"},
]


def test_a_drawn_table_means_the_list_of_its_rows() -> None:
    assert in_full(TABLE, "classification", "severity", "table") == ROWS


def test_semantics_115_the_dates_of_a_drawn_row_are_its_in_force() -> None:
    text = """classification:
  nature:
    table: |
      id  | topic | in force from | in force until | then
      new | fees  | 2026-07-01    | -              | charges
      old | fees  |               | 2026-06-30     | old_charges
      one | staff | 2026-01-01    | 2026-12-31     | conduct
      all | -     | -             |                | service
"""
    assert in_full(text, "classification", "nature", "table") == [
        {"id": "new", "topic": "fees", "then": "charges", "in_force": {"from": "2026-07-01"}},
        {"id": "old", "topic": "fees", "then": "old_charges", "in_force": {"until": "2026-06-30"}},
        {"id": "one", "topic": "staff", "then": "conduct", "in_force": {"from": "2026-01-01", "until": "2026-12-31"}},
        {"id": "all", "topic": "-", "then": "service"},
    ]


def test_bars_at_the_ends_and_a_line_of_dashes_mean_nothing() -> None:
    framed = TABLE.replace("      id ", "      | id ").replace("      harm ", "      | harm ")
    framed = framed.replace("      rest ", "      | rest ").replace(
        "because\n", "because |\n      |:--|---|----|---|---:|\n"
    )
    framed = framed.replace("a \\| b\n", "a \\| b |\n").replace("low  |\n", "low  | |\n")
    assert in_full(framed, "classification", "severity", "table") == ROWS


def test_a_line_of_single_dashes_is_a_row() -> None:
    text = "classification:\n  x:\n    table: |\n      id | then | a\n      -  | -    | -\n"
    assert in_full(text, "classification", "x", "table") == [{"id": "-", "then": "-", "a": "-"}]


def test_drawn_tiers_mean_the_list() -> None:
    text = """escalation:
  tiers: |
    id        | owner  | redress up to | takes at first
    frontline | branch | 250 GBP       | low,  medium
    ombudsman | -      |               | -
"""
    assert in_full(text, "escalation", "tiers") == [
        {"id": "frontline", "owner": "branch", "redress_up_to": "250 GBP", "takes_at_first": ["low", "medium"]},
        {"id": "ombudsman"},
    ]


def test_a_drawn_matrix_means_the_map_of_maps() -> None:
    text = """classification:
  priority:
    matrix: |
      impact / urgency | high   | low
      large            | first  | second
      small            | second | third
"""
    assert in_full(text, "classification", "priority", "matrix") == {
        "rows": "impact",
        "columns": "urgency",
        "cells": {"large": {"high": "first", "low": "second"}, "small": {"high": "second", "low": "third"}},
    }


@pytest.mark.parametrize("line", ["high > low", "high>low", '"high > low"', "high\n      > low"])
def test_levels_in_a_line_mean_the_list(line: str) -> None:
    text = f"classification:\n  severity:\n    levels: {line}\n"
    assert in_full(text, "classification", "severity", "levels") == ["high", "low"]


SIGNS = st.characters(
    codec="utf-8", exclude_characters='"', exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Mn", "Lo")
)
TEXTS = st.text(SIGNS, max_size=8).map(str.strip)


@settings(max_examples=80)
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=4), st.integers(1, 6))
def test_every_cell_is_read_back_and_stands_where_its_text_stands(rows: list[list[str]], indent: int) -> None:
    rows = [["id", "second", "third"], *([f"r{place}", *row[1:]] for place, row in enumerate(rows))]
    drawn = "".join(f"{' ' * indent}{line}\n" for line in table_text(rows).split("\n") if line)
    text = f"table: |\n{drawn}after: x\n"
    found = read_recovered(text.encode(), "p.yaml")
    if found.diagnostics:
        return  # a sign that no file may hold
    assert isinstance(found.node, Mapping)
    node = found.node.get("table")
    assert isinstance(node, Scalar)
    problems: list[Diagnostic] = []
    table = read_table(node, problems)
    assert problems == []
    assert table is not None
    lines = text.split("\n")
    for row, cells in zip(rows, (table.columns, *table.rows), strict=True):
        for said, cell in zip(row, cells, strict=True):
            assert cell.text == _nfc(said)
            stands = lines[cell.place.line - 1][cell.place.column - 1 : cell.place.end_column - 1]
            assert _nfc(stands.replace("\\|", "|")).strip() == cell.text


def _nfc(text: str) -> str:
    from unicodedata import normalize

    return normalize("NFC", text)


@pytest.mark.parametrize(("text", "word", "line", "column"), [
    ("a: |\n  one\n\n    two three\n", "three", 4, 9),
    ("a: >-\n  one\n  two three\n\n  four\n", "four", 5, 3),
    ("a: one\n  two three\n", "three", 2, 7),
    ('a: "one\n  two three"\n', "three", 2, 7),
    ("a: 'one\n\n  two three'\n", "two three", 3, 3),
    ("a: one two\n", "two", 1, 8),
    ("a: 'one two'\n", "two", 1, 9),
])  # fmt: skip
def test_a_word_is_found_in_a_text_over_several_lines(text: str, word: str, line: int, column: int) -> None:
    found = read_recovered(text.encode(), "p.yaml").node
    assert isinstance(found, Mapping)
    node = found.get("a")
    assert isinstance(node, Scalar)
    begin = node.text.index(word)
    place = span(node, begin, begin + len(word))
    assert (place.line, place.column, place.end_column) == (line, column, column + len(word))


def test_where_escapes_leave_it_open_the_whole_text_is_pointed_at() -> None:
    found = read_recovered(b'a: "one \\x41\n  two"\n', "p.yaml").node
    assert isinstance(found, Mapping)
    node = found.get("a")
    assert isinstance(node, Scalar)
    assert span(node, 6, 9) == node.location
