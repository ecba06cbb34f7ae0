"""Tables as CSV: what is exported comes back the same, what is imported changes nothing but the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.short_forms.tables import aligned, table_text
from complaint_policy.policy.table_files.csv_text import csv_text, read_csv
from complaint_policy.policy.table_files.exchange import Imported, exported, imported, tables_of
from complaint_policy.policy.table_files.places import Place, named

HEAD = """complaint_policy: 1
id: example
title: A policy with tables
version: "1"
in_force: {from: 2026-01-01}
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
facts:
  product: one of card, loan
  vulnerable: boolean
  amount: {type: money, currency: GBP}
"""
DRAWN = """classification:
  severity:   # a comment
    levels: high > low
    table: |
      # the table of 2026
      id | product | vulnerable | amount | then | because
      fragile | - | yes | - | high | vulnerable customer

      # from a loss that hurts
      large | card | - | > 5000 | high | "large", or so; we say
    otherwise: low
"""
LISTED = """classification:
  severity:
    levels: [high, low]
    table:
      # the first
      - {id: fragile, vulnerable: yes, then: high}   # why not

      # the second
      - id: large
        product: [card, loan]
        amount: "> 5000"
        then: high
        # its end
      - {id: other, amount: 1..2, then: high}
    # after the table
    otherwise: low
"""
CLOCKS = """timeframes:
  answer:
    due:
      start: received
      table: |
        product | vulnerable | length
        card    | yes        | 3 days
        -       | -          | 5 days
    done_by: decision_communicated
  ask:
    due:
      table:
        - {product: card, due: {start: received, length: 3 days}}
        - {due: {earliest_of: [{start: received, length: 5 days}, {date: 2030-01-01}]}}
    done_by: update_sent
"""
TIERS = """escalation:
  tiers: |
    id        | owner  | redress up to | takes at first
    frontline | branch | 250 GBP       | low
    senior    | head   | any           | high
  moves: {rejected: {each: offer_rejected, go: up}}
"""
POLICY = HEAD + DRAWN + CLOCKS + TIERS


def place_of(text: str, name: str) -> Place:
    places, problems = tables_of(text.encode(), "p.yaml")
    assert problems == []
    (place,) = named(places, name)
    return place


def export(text: str, name: str = "severity") -> str:
    found, problems = exported(place_of(text, name))
    assert found is not None
    assert problems == []
    return found


def bring(text: str, sheet: str, name: str = "severity") -> Imported:
    return imported(Path("p.yaml"), text.encode(), place_of(text, name), sheet.encode(), "s.csv")


def after(text: str, sheet: str, name: str = "severity") -> str:
    made = bring(text, sheet, name)
    assert made.data is not None, made.diagnostics
    return made.data.decode()


def told(made: Imported) -> list[tuple[str, str, int, int]]:
    assert made.data is None
    return [(one.message, one.location.file, one.location.line, one.location.column) for one in made.diagnostics
            if one.location and one.level == "error"]  # fmt: skip


@pytest.mark.parametrize("text", [POLICY, HEAD + LISTED + CLOCKS])
def test_what_is_exported_comes_back_as_the_same_file(text: str) -> None:
    places, _ = tables_of(text.encode(), "p.yaml")
    assert len(places) >= 3
    for place in places:
        assert after(text, export(text, place.name), place.name) == text


def test_every_table_of_a_file_has_a_name() -> None:
    places, _ = tables_of(POLICY.encode(), "p.yaml")
    names = [place.name for place in places]
    assert names == ["classification.severity", "timeframes.answer.due", "timeframes.ask.due", "escalation.tiers"]
    assert [place.name for place in named(places, "answer")] == ["timeframes.answer.due"]


def test_a_drawn_table_is_exported_row_by_row() -> None:
    assert export(POLICY).split("\r\n") == [
        "id,product,vulnerable,amount,then,because",
        "fragile,-,yes,-,high,vulnerable customer",
        'large,card,-,> 5000,high,"""large"", or so; we say"',
        "",
    ]


def test_a_list_is_exported_with_a_column_for_every_key() -> None:
    assert export(HEAD + LISTED).split("\r\n") == [
        "id,vulnerable,product,amount,then",
        "fragile,yes,,,high",
        'large,,"card, loan",> 5000,high',
        "other,,,1..2,high",
        "",
    ]


def test_a_changed_row_keeps_the_comments_and_all_the_rest() -> None:
    changed = after(POLICY, export(POLICY).replace("> 5000", "> 400").replace("large,", "big,"))
    assert changed == POLICY.replace(
        """      id | product | vulnerable | amount | then | because
      fragile | - | yes | - | high | vulnerable customer

      # from a loss that hurts
      large | card | - | > 5000 | high | "large", or so; we say
""",
        """      id      | product | vulnerable | amount | then | because
      fragile | -       | yes        | -      | high | vulnerable customer
      big     | card    | -          | > 400  | high | "large", or so; we say

      # from a loss that hurts
""",
    )


def test_a_changed_row_of_a_list_leaves_the_other_rows_as_they_are() -> None:
    text = HEAD + LISTED
    sheet = export(text).replace("fragile,yes", "fragile,no") + "new,,card,-5,low\r\n"
    expected = text.replace(
        "- {id: fragile, vulnerable: yes, then: high}   # why not", "- {id: fragile, vulnerable: no, then: high}"
    ).replace(
        "- {id: other, amount: 1..2, then: high}\n",
        '- {id: other, amount: 1..2, then: high}\n      - {id: new, product: card, amount: "-5", then: low}\n',
    )
    assert after(text, sheet) == expected


def test_a_removed_row_of_a_list_leaves_its_comment_above_the_next_one() -> None:
    text = HEAD + LISTED
    lines = export(text).split("\r\n")
    assert after(text, "\r\n".join([*lines[:2], *lines[3:]])) == text.replace(
        """      - id: large
        product: [card, loan]
        amount: "> 5000"
        then: high
        # its end
""",
        "        # its end\n",
    )


def test_a_clock_that_is_a_map_stays_one() -> None:
    sheet = export(POLICY, "ask").replace("3 days", "4 days")
    changed = after(POLICY, sheet, "ask")
    assert "- {product: card, due: {start: received, length: 4 days}}" in changed
    assert export(changed, "ask") == sheet


def test_tiers_and_clocks_change_too() -> None:
    changed = after(POLICY, export(POLICY, "tiers").replace("250 GBP", "300 GBP"), "tiers")
    assert changed == POLICY.replace("250 GBP", "300 GBP")
    changed = after(changed, export(changed, "answer").replace("card,yes", "-,yes"), "answer")
    assert "        -       | yes        | 3 days\n" in changed


def test_a_file_with_windows_line_ends_and_a_mark_keeps_both() -> None:
    text = POLICY.replace("\n", "\r\n")
    data = b"\xef\xbb\xbf" + text.encode()
    (place, *_), _ = tables_of(data, "p.yaml")
    sheet = (exported(place)[0] or "").replace("> 5000", "> 400")
    made = imported(Path("p.yaml"), data, place, sheet.encode(), "s.csv").data
    assert made is not None
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.count(b"\r\n") == made.count(b"\n")


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_signs_between_cells_and_the_mark_of_spreadsheets_are_understood(sign: str) -> None:
    rows = [["id", "vulnerable", "then"], ["fragile", "yes", "high"]]
    sheet = "\ufeff" + "\r\n".join(sign.join(row) for row in rows)
    assert "fragile | yes        | high\n" in after(POLICY, sheet)


@pytest.mark.parametrize(("sheet", "message", "line", "column"), [
    ("id,product,then\na,crad,high\n", "`crad` is not a value of `product`", 2, 3),
    ("id,prodct,then\na,card,high\n", "there is no fact or decision `prodct`", 1, 4),
    ("id,product,then\na,card\n", "this row has 2 cells, and the first line 3", 2, 3),
    ("id,product,then\na,card,high\na,loan,high\n", "there are two rules named `a`", 3, 1),
    ("id,product,product,then\na,card,,high\n", "the column `product` stands twice", 1, 12),
    ("id,product,then\na,card,\n", "this row has no `then`", 2, 8),
    ('id,product,then\na,"card,high\n', "a quote is not closed", 2, 3),
    ('id,product,then\na,"card"x,high\n', "text stands after a closing quote", 2, 9),
    ('id,product,then,because\na,card,high,"one\ntwo"\n', "this cell goes over several lines", 2, 13),
    ("id,product,then\n", "the file holds no rows", 1, 1),
    ("", "the file holds no rows", 1, 1),
])  # fmt: skip
def test_a_mistake_is_told_at_its_cell_of_the_sheet(sheet: str, message: str, line: int, column: int) -> None:
    found = told(bring(POLICY, sheet))
    assert found[0] == (message, "s.csv", line, column)


def test_a_sheet_that_is_not_utf8_is_told() -> None:
    found = imported(Path("p.yaml"), POLICY.encode(), place_of(POLICY, "severity"), b"id,then\n\xe4,high\n", "s.csv")
    assert told(found) == [("the file is not UTF-8", "s.csv", 2, 1)]


def test_a_list_within_one_line_is_not_rewritten() -> None:
    text = HEAD + "scope:\n  table: [{id: big, product: card, then: out}]\n  otherwise: in\n"
    assert after(text, export(text, "scope"), "scope") == text
    assert told(bring(text, "id,product,then\nbig,loan,out\n", "scope"))[0][0].endswith("stand on one line")


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=("Cs", "Cc", "Zl", "Zp")))


@given(st.lists(st.lists(CELLS.map(str.strip), min_size=2, max_size=4), min_size=1, max_size=4))
def test_csv_gives_the_same_cells_back_and_runs_no_formula(rows: list[list[str]]) -> None:
    text = csv_text(rows)
    read = read_csv(text.encode(), "s.csv", [])
    assert [[cell.text for cell in row] for row in read] == [row for row in rows if any(row)]
    for row in rows:
        for cell in row:
            assert csv_text([[cell, ""]]).lstrip('"')[:1] not in "=@\t" or cell == ""


NAMES = st.text("abcdefgh", min_size=1, max_size=6).map(lambda text: f"r-{text}")
ROWS = st.lists(
    st.tuples(
        NAMES,
        st.sampled_from(["", "-", "card", "loan", "card, loan", "not card"]),
        st.sampled_from(["", "-", "yes", "no"]),
        st.sampled_from(["", "-", "> 5000", "-5", "= 5", "1..2", "<= 7"]),
        st.sampled_from(["high", "low"]),
        CELLS.map(str.strip).filter(lambda text: text.isprintable()),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row[0],
)


@pytest.mark.parametrize("text", [POLICY, HEAD + LISTED])
@settings(max_examples=25)
@given(rows=ROWS)
def test_what_is_imported_comes_out_the_same_and_changes_nothing_else(text: str, rows: list[tuple[str, ...]]) -> None:
    sheet = csv_text([["id", "product", "vulnerable", "amount", "then", "because"], *rows])
    made = bring(text, sheet)
    if made.data is None:  # a sign that the policy language keeps out of every file
        assert any(not sign.isalnum() for row in rows for sign in row[-1])
        return
    changed = made.data.decode()
    read = read_csv(export(changed).encode(), "s.csv", [])
    columns = [cell.text for cell in read[0]]
    said = [{key: cell.text for key, cell in zip(columns, row, strict=True) if cell.text} for row in read[1:]]
    names = ("id", "product", "vulnerable", "amount", "then", "because")
    assert said == [{key: cell for key, cell in zip(names, row, strict=True) if cell} for row in rows]
    assert after(changed, export(changed)) == changed
    begin, end = text.split("    table:")[0], text.split("    otherwise:")[1]
    assert changed.startswith(begin)
    assert changed.endswith(end)


@given(st.lists(st.lists(CELLS.map(str.strip), min_size=3, max_size=3), min_size=2, max_size=4))
def test_drawing_a_drawn_table_again_changes_nothing(rows: list[list[str]]) -> None:
    rows[0] = ["one", "two", "three"]
    text = table_text(rows)
    assert aligned(text) == text


def test_drawing_takes_the_bars_at_the_ends_and_the_dashes_away_and_keeps_comments() -> None:
    text = "|id|then|\n|:---|---|\n  # why\n\n|a \\| b||\n| c | d |\n"
    assert aligned(text) == "id     | then\n# why\n\na \\| b |\nc      | d\n"


def test_the_policy_of_these_tests_checks(tmp_path: Path) -> None:
    for text in (POLICY, HEAD + LISTED):
        path = tmp_path / "policy.yaml"
        path.write_text(text)
        assert [one.message for one in check_file(path).diagnostics if one.level == "error"] == []
