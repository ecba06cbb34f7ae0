"""A store goes through lines of JSON without loss, and lines that were damaged in any way make no store at all."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.casework.store_export import export_lines, import_lines
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.records import replace
from complaint_policy.shipped import schemas_folder
from complaint_policy.stores.errors import NotEmpty, WrongExport
from complaint_policy.stores.records import Change, Settings
from complaint_policy.testing.store_moving import fill
from complaint_policy.testing.written import NOW, assert_whole, entry, message, opening


def filled() -> MemoryStore:
    """Everything in every state, and texts and bytes on which programs stumble."""
    store = MemoryStore(Settings(bytes(range(240, 256)), NOW))
    fill(store)
    strange = opening("Ünï\u2028 \U0001f3e6 \x7f", governed_because='a "quoted"\n\u202ereason')
    store.commit([strange])
    more = (
        entry(strange.case_id, 2, b"\xff\0"),
        entry(strange.case_id, 3, b""),
        entry(strange.case_id, 4, b"\xef\xbb\xbf{}"),
    )
    queued = (message(strange.case_id, "strange", data=b'{"base64":"no"}', next_attempt_at=-(2**63)),)
    store.commit([Change(strange.case_id, 1, more, messages=queued)])
    return store


LINES = [*export_lines(filled())]


def imported(lines: list[str]) -> MemoryStore:
    store = MemoryStore(Settings(b"another", 5))
    import_lines(store, iter(lines))
    return store


def test_memory_to_a_file_and_back_is_the_same(tmp_path: Path) -> None:
    first = filled()
    with closing(open_store(f"sqlite:///{tmp_path}/cases.db", 5, create=True)) as between:
        import_lines(between, export_lines(first))
        assert_whole(between)
        assert [*export_lines(between)] == LINES
        last = MemoryStore(Settings(b"another", 5))
        import_lines(last, export_lines(between))
    assert [*last.export()] == [*first.export()]
    assert (last.head(), last.settings(), last.tally()) == (first.head(), first.settings(), first.tally())


def test_a_line_is_a_line_for_every_reader() -> None:
    """Whatever the texts hold, splitting at line ends gives the lines again, and encoding them loses nothing."""
    text = "\n".join(LINES).encode("utf-8")
    assert text.decode("utf-8").split("\n") == LINES


def test_every_line_is_as_the_schema_says() -> None:
    schema = json.loads((schemas_folder() / "store.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for line in LINES:
        assert [error.message for error in validator.iter_errors(json.loads(line))] == []
    told = {json.loads(line)["line"] for line in LINES}
    assert told == {part["properties"]["line"]["const"] for part in schema["$defs"].values() if "properties" in part}
    for line in LINES:
        for change in ({"line": "other"}, {"more": 1}):
            assert [*validator.iter_errors({**json.loads(line), **change})]


def test_only_an_empty_store_takes_an_import() -> None:
    store = filled()
    with pytest.raises(NotEmpty):
        import_lines(store, LINES)
    assert [*export_lines(store)] == LINES


def refused(lines: list[str]) -> str:
    """Why the lines are not taken; nothing of them is."""
    store = MemoryStore(Settings(b"another", 5))
    with pytest.raises(WrongExport) as told:
        import_lines(store, lines)
    assert [*store.export()] == [Settings(b"another", 5)]
    return str(told.value)


FEW = settings(max_examples=40)


@FEW
@given(
    st.lists(st.integers(0, len(LINES) - 1), max_size=len(LINES) + 3).filter(
        lambda order: order != [*range(len(LINES))]
    )
)
def test_lines_drawn_at_random_make_no_store(order: list[int]) -> None:
    refused([LINES[place] for place in order])


@pytest.mark.parametrize("place", range(len(LINES)))
def test_a_line_left_out_or_doubled_makes_no_store(place: int) -> None:
    refused([*LINES[:place], *LINES[place + 1 :]])
    refused([*LINES[: place + 1], *LINES[place:]])
    refused(LINES[:place])


def test_two_lines_exchanged_make_no_store_or_the_same() -> None:
    """Bundles, rows and messages refer to none of their own kind: their order says nothing."""
    free = {"bundle", "case", "message"}
    same = 0
    for place in range(len(LINES) - 1):
        kinds = {json.loads(line)["line"] for line in LINES[place : place + 2]}
        lines = [*LINES[:place], LINES[place + 1], LINES[place], *LINES[place + 2 :]]
        if (len(kinds) == 1 and kinds <= free) or (kinds == {"entry"} and _of_two_cases(place)):
            same += [*imported(lines).export()] == [*filled().export()]
        else:
            refused(lines)
    assert same > 3


def _of_two_cases(place: int) -> bool:
    return len({json.loads(line)["case_id"] for line in LINES[place : place + 2]}) == 2


@pytest.mark.parametrize("place", range(1, len(LINES)))
def test_a_field_taken_away_added_or_of_another_kind_makes_no_store(place: int) -> None:
    told = json.loads(LINES[place])
    for field in told:
        for changed in ({key: value for key, value in told.items() if key != field}, {**told, f"{field}_": 1}):
            refused([*LINES[:place], json.dumps(changed), *LINES[place + 1 :]])
        for other in (True, 1.5, [[]], {"base64": "?"}, "\0", "\ud800", 2**63):
            refused([*LINES[:place], json.dumps({**told, field: other}), *LINES[place + 1 :]]) if _unfit(
                told[field], other
            ) else None


def _unfit(value: Any, other: Any) -> bool:
    """Whether no field that holds the one may hold the other."""
    if isinstance(value, bool):
        return not isinstance(other, bool)
    return other != "\0" or not isinstance(value, str | dict | None)


@pytest.mark.parametrize(
    ("kind", "field", "value", "why"),
    [
        ("entry", "body", "altered", "its digest does not fit its body"),
        ("decision", "as_of", 5, "its hash does not fit what it says"),
        ("decision", "result", "altered", "its result was altered"),
        ("decision", "result", None, "its result is missing"),
        ("case", "bundle", "sha256:none", "its policy `sha256:none` is missing"),
        ("case", "entries", 9, "are missing"),
        ("message", "case_id", "none", "there is no case `none`"),
        ("message", "state", "lost", "`state` is no state of a message"),
        ("settings", "created_at", "now", "`created_at` is no whole number"),
        ("store", "form", 3, "it does not begin an export of the form 1 or 2"),
        ("end", "count", 5, "lines are missing, or were added"),
    ],
)
def test_what_is_wrong_is_said_of_its_line(kind: str, field: str, value: Any, why: str) -> None:
    place = next(place for place, line in enumerate(LINES) if json.loads(line)["line"] == kind)
    changed = json.dumps({**json.loads(LINES[place]), field: value})
    told = refused([*LINES[:place], changed, *LINES[place + 1 :]])
    assert why in told
    assert told.startswith(f"line {place + 1 if field != 'entries' else len(LINES)} of the export: ")


@pytest.mark.parametrize("line", ["", "{", "[]", "7", '{"line":7}', '{"line":"song"}', "[" * 100_000, "\x00"])
def test_a_line_of_something_else_makes_no_store(line: str) -> None:
    for place in (0, 3):
        refused([*LINES[:place], line, *LINES[place + 1 :]])


def test_a_result_taken_out_of_an_erased_case_is_no_damage() -> None:
    store = filled()
    first = store.case("é")
    store.commit([Change("é", 1, row=replace(first.row, erased_at=NOW), erase=True)])
    assert [*imported([*export_lines(store)]).export()] == [*store.export()]


def test_an_export_of_the_first_form_had_no_adoptions_and_is_still_read() -> None:
    kept = [line for line in LINES if json.loads(line)["line"] != "adoption"]
    last = {**json.loads(LINES[-1]), "count": len(kept) - 2}
    made = imported(['{"line":"store","form":1}', *kept[1:-1], json.dumps(last)])
    assert made.adoptions() == ()
    assert made.tally() == filled().tally()
