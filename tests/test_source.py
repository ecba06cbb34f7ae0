"""The YAML profile: plain texts stay what they are, every value has its place, and what YAML would misread is told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.diagnostics import Diagnostic, Location, has_errors
from complaint_policy.policy import source
from complaint_policy.policy.scalars import LocalMoment
from complaint_policy.policy.source import Mapping, Node, Scalar, Sequence, read_file, read_recovered, read_source
from complaint_policy.reports.diagnostics import render_text


def read(text: str) -> Node:
    node, found = read_source(text.encode(), "p.yaml")
    assert found == []
    assert node is not None
    return node


def codes(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [item.code.number for item in read_source(data, "p.yaml")[1]]


def value(text: str) -> Scalar:
    node = read(f"x: {text}\n")
    assert isinstance(node, Mapping)
    found = node.get("x")
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize(
    "text", ["NO", "yes", "on", "17:30", "1.10", "0123", "0x1F", "1_000", "null", "~", "2026-02-30", "1e3", "."]
)
def test_a_plain_text_stays_as_it_was_typed(text: str) -> None:
    assert (value(text).text, value(text).style) == (text, "plain")


def test_styles_are_kept_apart() -> None:
    node = read("a: plain\nb: 'it''s'\nc: \"tab\\t\"\nd: |\n  one\n  two\ne: >-\n  one\n  two\n")
    assert isinstance(node, Mapping)
    found = [(value.text, value.style) for _, value in node.entries if isinstance(value, Scalar)]
    assert found == [
        ("plain", "plain"),
        ("it's", "single"),
        ("tab\t", "double"),
        ("one\ntwo\n", "block"),
        ("one two", "block"),
    ]


def test_every_value_has_its_place_and_path() -> None:
    node = read("a:\n  b: [x, {c: d}]\n")
    assert isinstance(node, Mapping)
    a = node.get("a")
    assert isinstance(a, Mapping)
    assert node.key("a") == Scalar("a", "plain", Location("p.yaml", 1, 1, 2, "a"))
    b = a.get("b")
    assert isinstance(b, Sequence)
    assert b.location == Location("p.yaml", 2, 6, 17, "a.b")
    assert b.items[0].location == Location("p.yaml", 2, 7, 8, "a.b[1]")
    second = b.items[1]
    assert isinstance(second, Mapping)
    assert second.entries[0][1].location == Location("p.yaml", 2, 14, 15, "a.b[2].c")


def test_columns_count_characters_not_bytes() -> None:
    node = read("é: {ü𝒳: x}\n")
    assert isinstance(node, Mapping)
    inner = node.get("é")
    assert isinstance(inner, Mapping)
    assert inner.entries[0][1].location.column == 9


def test_semantics_72_texts_are_nfc_and_so_are_keys() -> None:
    node = read("cafe\u0301: re\u0301clamation\n")
    assert isinstance(node, Mapping)
    assert node.keys() == ("caf\u00e9",)
    assert node.entries[0][1] == Scalar("r\u00e9clamation", "plain", Location("p.yaml", 1, 8, 20, "caf\u00e9"))
    assert codes("cafe\u0301: a\ncaf\u00e9: b\n") == ["CP116"]


def test_the_first_of_two_equal_keys_stays() -> None:
    node, found = read_source(b"a: 1\na: 2\n", "p.yaml")
    assert isinstance(node, Mapping)
    assert [entry[1].text for entry in node.entries if isinstance(entry[1], Scalar)] == ["1"]
    assert found[0].related[0][1].line == 1


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    assert read_source(b"\xef\xbb\xbfa:\r\n  b: c\r\n", "p.yaml") == read_source(b"a:\n  b: c\n", "p.yaml")


def test_a_lone_carriage_return_is_told_since_editors_disagree_on_it() -> None:
    assert codes("a: b\rc: d\n") == ["CP104"]


@pytest.mark.parametrize("point", [0x00, 0x1B, 0x85, 0xAD, 0x200B, 0x2028, 0x202E, 0x2066, 0xFEFF, 0xFFFF])
def test_an_invisible_character_is_told_and_never_reaches_the_parser(point: int) -> None:
    assert "CP104" in codes(f"text: abc{chr(point)}d\n")


def test_nesting_is_limited_without_reading_on() -> None:
    assert codes("a: " + "[" * 300_000) == ["CP107"]
    assert codes("a: " + "[" * 39 + "]" * 39) == []
    assert codes("a: " + "[" * 40 + "]" * 40) == ["CP107"]


def test_the_number_of_values_is_limited() -> None:
    assert codes("- a\n" * (source_limit() + 1)) == ["CP108"]


def source_limit() -> int:
    from complaint_policy.policy.source_tree import MAX_NODES

    return MAX_NODES


def test_an_alias_is_refused_before_it_is_expanded() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join(['*l' + str(n - 1)] * 9)}]\n" for n in range(1, 9))
    found = codes("l0: &l0 [lol]\n" + levels)
    assert set(found) == {"CP110"}


def test_a_large_file_is_refused_by_its_size_without_being_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    found = read_file(large)
    assert isinstance(found, Diagnostic)
    assert found.message == "the file has 100.0 MiB, more than the 2 MiB that a policy may have"
    assert codes(b"#" * (source.MAX_BYTES + 1)) == ["CP102"]


def test_a_file_that_cannot_be_read_is_told_with_its_name(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        found = read_file(path)
        assert isinstance(found, Diagnostic)
        assert found.code.number == "CP101"
        assert str(path) in found.message
    good = tmp_path / "good.yaml"
    good.write_bytes(b"a: b\n")
    assert read_file(good) == b"a: b\n"


@pytest.mark.parametrize(
    "text",
    [
        "a: b # an ordinary comment\n",
        "a: b #\n",
        "a: b ## heading\n",
        "a: b #-------\n",
        'a: "b" #glued, but the quote is closed\n',
        "a: #nothing before it\n  b: c\n",
        "a: {b: c} #after a map\n",
        "a: b#c\n",
        "a: the customer's # comment\n",
        "a: [-] # any\n",
    ],
)
def test_an_ordinary_comment_is_no_mistake(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "a: x == #ff\n",
        "a: x == # ff\n",
        'a: x in ("b # c")\n',
        "a: x == 'b # c'\n",
        "a: x and # y\n",
        "a: f(x # y)\n",
        "- case #12\n",
    ],
)
def test_a_comment_that_swallows_part_of_a_value_is_told(text: str) -> None:
    assert codes(text) == ["CP125"]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("x: {is: a is one of b, c, d}", '`is: "a is one of b, c, d"`'),
        ("x: {is: a is one of b, c, says: d}", '`is: "a is one of b, c"`'),
        ('when: "web" == x', "`when: '\"web\" == x'`"),
        ('x: {when: "web" == x, then: y}', "`when: '\"web\" == x'`"),
        ("- when: 'web' == x", "`when: \"'web' == x\"`"),
        ("when: !x", "`when: not x`"),
        ("because: RG 271: x", '`because: "RG 271: x"`'),
        ("- {id: a, because: RG 271: x}", '`because: "RG 271: x"`'),
        ('says: "a" b  # note', "`says: '\"a\" b'`"),
        ("citation: [2024] EWCA 1", '`citation: "[2024] EWCA 1"`'),
        ("says: 'it's late'", '`says: "it\'s late"`'),
        ("amount: > 500", '`amount: "> 500"`'),
        ("a: {b:c}", "`b: c`"),
    ],
)
def test_the_help_shows_the_mended_text_and_the_mended_text_reads_well(text: str, mended: str) -> None:
    found = read_source(f"{text}\n".encode(), "p.yaml")[1]
    assert len(found) == 1
    assert mended in found[0].help
    assert codes(mended.strip("`") + "\n") == []


def test_all_mistakes_are_told_in_one_run() -> None:
    text = 'a: "b" c\nd: [e\nf: g\ng: RG 1: h\nf: again\ni: !j\nk: {l: m n, o}\np: \'q\nr: "s"\n'
    found = read_source(text.encode(), "p.yaml")[1]
    assert [(item.location.line if item.location else 0, item.code.number) for item in found] == [
        (1, "CP121"),
        (2, "CP127"),
        (4, "CP123"),
        (5, "CP116"),
        (6, "CP111"),
        (7, "CP120"),
        (8, "CP126"),
    ]


def test_what_stands_beside_unreadable_lines_is_recovered() -> None:
    recovered = read_recovered(b'a: "b" c\nd:\n  - e: [f\n  - g: h\n', "p.yaml")
    assert isinstance(recovered.node, Mapping)
    assert recovered.node.keys() == ("a", "d")
    assert recovered.broken == {1, 3}
    assert read_source(b'a: "b" c\n', "p.yaml")[0] is None


@given(st.text(st.sampled_from("ab:#-[]{}\"'!&*?|>%@`,. \n\t\\=~1é"), max_size=60))
def test_no_text_makes_the_reader_fail_and_every_finding_has_a_place_in_it(text: str) -> None:
    node, found = read_source(text.encode(), "p.yaml")
    assert node is not None or found
    lines = text.split("\n")
    for item in found:
        assert item.location is not None
        assert 1 <= item.location.line <= len(lines)
        assert 1 <= item.location.column <= len(lines[item.location.line - 1]) + 1
        assert item.help
    assert render_text(found, {"p.yaml": text}).count("error CP") == len(found)


@given(st.binary(max_size=80))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    node, found = read_source(data, "p.yaml")
    assert node is not None or found


PLAIN = (
    st.text(st.sampled_from("abc 01-_./é"), min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda text: text and text[0] not in "-. ")
)
DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(PLAIN, DOCUMENTS, min_size=1, max_size=3), st.booleans())
def test_what_a_yaml_library_writes_is_read_back_as_the_same_texts(document: dict[str, Any], flow: bool) -> None:
    written = yaml.safe_dump(document, default_flow_style=flow, allow_unicode=True, width=10_000)
    node, found = read_source(written.encode(), "p.yaml")
    assert found == []
    assert node is not None
    assert as_texts(node) == document


def as_texts(node: Node) -> Any:
    match node:
        case Mapping(entries):
            return {key.text: as_texts(value) for key, value in entries}
        case Sequence(items):
            return [as_texts(item) for item in items]
        case _:
            return node.text


@pytest.mark.parametrize(
    "text",
    [
        "because: RG 271: x",
        'says: "a" b',
        "a: [1, 2\nb: 3",
        "a:\n  b: 1\n c: 2",
        "a: x\nb\nc: 1",
        "a: 'x",
        'a: "\\q"',
        "a: @b",
        "a: > 5",
    ],
)
def test_both_parsers_of_the_library_lead_to_the_same_words(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled parser and the one in Python differ in the words of their errors, which are never shown."""
    if not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without its compiled parser")
    with_c = read_source(text.encode(), "p.yaml")[1]
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert read_source(text.encode(), "p.yaml")[1] == with_c
    assert "expected" not in with_c[0].message + with_c[0].help


# --- single values ----------------------------------------------------------------------------------------------------


def told(reader: Any, text: str) -> tuple[Any, list[str]]:
    problems: list[Diagnostic] = []
    found = reader(value(text), problems)
    assert (found is None) == has_errors(problems)
    return found, [f"{item.message}; {item.help}" for item in problems]


@pytest.mark.parametrize(
    ("text", "day"), [("1970-01-01", 0), ("2026-03-12", 20524), ("2024-02-29", 19782), ("1969-12-31", -1)]
)
def test_a_date_is_its_day_number(text: str, day: int) -> None:
    assert told(source.read_date, text) == (day, [])
    assert told(source.read_date, f'"{text}"') == (day, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-02-30", "there is no 30 February 2026; February 2026 ends on the 28th: `2026-02-28`"),
        ("2024-02-30", "there is no 30 February 2024; February 2024 ends on the 29th: `2024-02-29`"),
        ("2026-04-31", "there is no 31 April 2026; April 2026 ends on the 30th: `2026-04-30`"),
        ("2026-01-32", "there is no 32 January 2026; January 2026 ends on the 31st: `2026-01-31`"),
        (
            "2026-13-01",
            "there is no date `2026-13-01`; write year-month-day, the month from `01` to `12`, the day from `01`",
        ),
        (
            "2026-00-10",
            "there is no date `2026-00-10`; write year-month-day, the month from `01` to `12`, the day from `01`",
        ),
        ("12/03/2026", "`12/03/2026` is not a date; write year-month-day: `2026-03-12`"),
        ("2026-3-12", "`2026-3-12` is not a date; write year-month-day: `2026-03-12`"),
        ("2026-03-12T10:00", "`2026-03-12T10:00` is not a date; write the date alone: `2026-03-12`"),
    ],
)
def test_what_is_no_date_is_told(text: str, words: str) -> None:
    assert told(source.read_date, text) == (None, [words])


@pytest.mark.parametrize(
    ("text", "second"), [("00:00", 0), ("17:00", 61200), ("17:00:30", 61230), ("24:00", 86400), ("23:59:59", 86399)]
)
def test_a_time_is_its_second_of_the_day(text: str, second: int) -> None:
    assert told(source.read_time, text) == (second, [])


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("9:00", "09:00"),
        ("17.30", "17:30"),
        ("5pm", "17:00"),
        ("5:30 pm", "17:30"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("17h", "17:00"),
    ],
)
def test_a_time_written_otherwise_is_told_with_what_to_write(text: str, mended: str) -> None:
    assert told(source.read_time, f'"{text}"') == (None, [f"`{text}` is not a time of day; write `{mended}`"])


@pytest.mark.parametrize("text", ["24:01", "25:00", "17:60", "noon", "1700", "17:00:60", "١٧:٠٠"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    assert told(source.read_time, text)[0] is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-02-16T13:00", LocalMoment(16482, 46800, None)),
        ("2015-02-16T13:00:01Z", LocalMoment(16482, 46801, 0)),
        ("2015-02-16T13:00+05:30", LocalMoment(16482, 46800, 19800)),
        ("2015-02-16T13:00-05:00", LocalMoment(16482, 46800, -18000)),
    ],
)
def test_a_moment_is_its_day_second_and_offset(text: str, moment: LocalMoment) -> None:
    assert told(source.read_moment, text) == (moment, [])


def test_semantics_95_a_date_without_a_time_is_an_error_that_offers_both_spellings() -> None:
    found, words = told(source.read_moment, "2026-04-01")
    assert found is None
    assert "`2026-04-01T00:00`" in words[0]
    assert "`2026-04-01T23:59:59`" in words[0]


@pytest.mark.parametrize(
    "text", ["2015-02-16 13:00", "2015-02-16T25:00", "2015-02-16T13:00+25:00", "2015-02-30T13:00", "tomorrow", "13:00"]
)
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    assert told(source.read_moment, text)[0] is None


@pytest.mark.parametrize("text", ["0", "120.00", "-3", "0.5", '"12"', "123456789012345678901234567.89"])
def test_a_number_is_exact(text: str) -> None:
    assert str(told(source.read_decimal, text)[0]) == text.strip('"')


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("1_000", "1000"),
        ("1,000", "1000"),
        ("1,250.50", "1250.50"),
        ("0123", "123"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("£20", "20"),
        ("1 000", "1000"),
    ],
)
def test_a_number_written_otherwise_is_told_with_what_to_write(text: str, mended: str) -> None:
    found, words = told(source.read_decimal, f'"{text}"')
    assert found is None
    assert words == [f"`{text}` is not a number; write `{mended}`"]


@pytest.mark.parametrize("text", ["1e3", "1,5", "0x10", "ten", "1.2.3", "--5", "٣", "1" * 40, "NaN", "inf"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    assert told(source.read_decimal, text)[0] is None
    assert told(source.read_integer, text)[0] is None


@given(st.decimals(-(10**12), 10**12, places=2))
def test_every_decimal_is_read_as_itself(number: Decimal) -> None:
    assert told(source.read_decimal, f"{number:f}") == (number, [])


def test_a_whole_number_has_no_point() -> None:
    assert told(source.read_integer, "12") == (12, [])
    assert told(source.read_integer, "12.0")[0] is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [("yes", "true"), ("no", "false"), ("on", "true"), ("OFF", "false"), ("True", "true"), ("1", "true")],
)
def test_only_true_and_false_are_booleans(text: str, meant: str) -> None:
    assert told(source.read_boolean, text) == (None, [f"`{text}` is not `true` or `false`; write `{meant}`"])
    assert told(source.read_boolean, "true") == (True, [])
    assert told(source.read_boolean, "false") == (False, [])


def test_a_boolean_in_quotes_is_a_text() -> None:
    assert told(source.read_boolean, '"true"') == (None, ["`true` is a text in quotes; write `true` without quotes"])


def test_a_map_or_nothing_is_no_text() -> None:
    for text, words in (("{a: b}", "a map stands here"), ("[]", "a list stands here"), ("", "nothing is written here")):
        node = read(f"x: {text}\n")
        assert isinstance(node, Mapping)
        problems: list[Diagnostic] = []
        assert source.read_text(node.entries[0][1], problems) is None
        assert problems[0].message.startswith(words)
    assert told(source.read_text, '""') == ("", [])
