"""`check --fix`: exactly what the messages say, where one thing can be meant; nothing else, and never half a file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from complaint_policy.cli.check_command import command
from complaint_policy.diagnostics import Location, Mend, diagnostic, has_errors
from complaint_policy.policy.layout.mending import mend, mend_file
from complaint_policy.policy.scalars import BOOLEAN
from tests.checked_files import checked

BAD = Path(__file__).resolve().parent / "bad"

MENDED = {
    "condition-words-that-are-no-operator": "    when: product is loan and amount more than 500",
    "law-setting-of-other-type": '    settings: {notice: 5 business days, closing: "17:00"}',
    "schema-done-by-list": "    done_by: {any_of: [acknowledged, assessed]}",
    "schema-true-in-quotes": "    due: {promptly: true, start: received}",
    "source-apostrophe-in-single-quotes": '    says: "the customer\'s complaint is acknowledged"',
    "source-condition-begins-with-exclamation": "    when: not large",
    "source-condition-begins-with-quote": "    when: '\"loan\" == product'",
    "source-flow-entry-without-colon": '  lending: {is: "product is one of loan, card"}',
    "source-hash-in-condition": '    when: "product == #loan"',
    "source-hash-in-quote": '    when: \'product in ["card # old", "loan"]\'',
    "source-reserved-character": '    because: "@compliance asked for it"',
    "source-second-colon": '    because: "RG 271: timely"',
    "source-text-after-bracket": '    citation: "[2024] EWCA Civ 1"',
    "source-text-after-quote": "    says: '\"acknowledge\" within a day'",
    "source-yes-for-true": "  amount: {type: money, currency: GBP, sensitive: true}",
}
THEN_ANOTHER = {"source-condition-begins-with-exclamation", "source-hash-in-condition", "source-hash-in-quote"}
"""Mended, these show a mistake of the condition itself, which is not mended."""


@pytest.mark.parametrize("name", MENDED)
def test_what_is_mechanical_is_mended_as_the_message_says(name: str) -> None:
    mended = mend_file(BAD / f"{name}.yaml")
    before, after = mended.before.split("\n"), mended.after.split("\n")
    assert [line for line in after if line not in before] == [MENDED[name]]
    assert len(after) == len(before)
    assert has_errors(mended.checked.diagnostics) == (name in THEN_ANOTHER)
    assert mended.applied
    for item in mended.applied:
        assert all(one.text.strip('" {}') in item.help for one in item.mends), item


@pytest.mark.parametrize("name", sorted(file.stem for file in BAD.glob("*unknown*.yaml")))
def test_a_name_that_is_misspelt_is_never_mended(name: str) -> None:
    assert mend_file(BAD / f"{name}.yaml").applied == []


def test_semantics_41_a_bare_list_becomes_any_of_where_it_stands(tmp_path: Path) -> None:
    text = (BAD / "schema-done-by-list.yaml").read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    lines = "done_by:\n      # the first\n      - acknowledged  # by letter\n      - assessed\n"
    file.write_text(text.replace("done_by: [acknowledged, assessed]\n", lines), encoding="utf-8")
    mended = mend_file(file)
    assert "done_by:\n      # the first\n      any_of:\n      - acknowledged  # by letter\n" in mended.after
    assert mended.checked.policy is not None


def test_several_mends_are_applied_from_the_end_and_one_that_overlaps_waits() -> None:
    def found(column: int, end: int, text: str) -> object:
        place = Location("p", 1, column, end)
        return diagnostic(BOOLEAN, text, place, mends=(Mend(1, column, end, text),))

    text, done = mend("abcdef\n", [found(1, 2, "X"), found(4, 6, "YYY"), found(5, 6, "Z")], "p")  # type: ignore[list-item]
    assert text == "XbcYYYf\n"
    assert [item.message for item in done] == ["X", "YYY"]
    assert mend("abc", [found(1, 2, "X")], "another file") == ("abc", [])  # type: ignore[list-item]


def test_mends_do_not_touch_line_ends_or_a_byte_order_mark(tmp_path: Path) -> None:
    text = (BAD / "source-yes-for-true.yaml").read_text(encoding="utf-8").replace("\n", "\r\n")
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert mend_file(file).after == "\ufeff" + text.replace("sensitive: yes", "sensitive: true")


def test_a_condition_in_quotes_is_mended_at_its_characters(tmp_path: Path) -> None:
    text = (BAD / "condition-words-that-are-no-operator.yaml").read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    for quote in "\"'":
        written = f"when: {quote}amount is greater than 500 and product = loan{quote}"
        file.write_text(text.replace("when: product is loan and amount is greater than 500", written), encoding="utf-8")
        assert f"when: {quote}amount more than 500 and product == loan{quote}" in mend_file(file).after


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    return int(result.return_value or 0), result.stdout, result.stderr


def test_check_fix_writes_the_file_shows_the_change_and_tells_what_is_left(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    shutil.copy(BAD / "source-several-mistakes.yaml", file)
    before = file.read_text(encoding="utf-8")
    code, shown, told = run(file, "--fix", "--diff")
    assert (code, file.read_text(encoding="utf-8")) == (3, before)
    assert '+    because: "RG 271: timely"' in shown
    assert run(file, "--fix") == (code, shown, told)
    after = file.read_text(encoding="utf-8")
    assert '    because: "RG 271: timely"\n' in after
    assert "`lengt`" in told
    assert "CP123" not in told
    assert run(file, "--fix")[1] == ""
    assert file.read_text(encoding="utf-8") == after
    assert [one.name for one in tmp_path.iterdir()] == ["policy.yaml"]


def test_a_file_in_another_encoding_is_never_written(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    text = (BAD / "source-yes-for-true.yaml").read_bytes() + "# caf\u00e9\n".encode("latin-1")
    file.write_bytes(text)
    run(file, "--fix")
    assert file.read_bytes() == text


def test_every_mend_lies_in_its_line() -> None:
    for file in sorted(BAD.glob("*.yaml")):
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
        for item in checked(file).diagnostics:
            for one in item.mends:
                assert 1 <= one.column <= one.end_column <= len(lines[one.line - 1]) + 1
