"""Tables become cases by a mapping, row by row, each mistake with its line."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy import evaluate, read_case
from complaint_policy.bulk.local_times import LocalTimes
from complaint_policy.bulk.mapped_cases import mapped_cases
from complaint_policy.bulk.mapping import Mapping, read_mapping
from complaint_policy.bulk.reading import Read, given_facts
from complaint_policy.bulk.tables import Table, open_csv, open_parquet
from complaint_policy.calendars.zones import local, resolve_zone
from complaint_policy.case import EventType, Field
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Diagnostic
from tests.policy_texts import HEAD, OFFICE, compiled

FACTS = (
    Field("product", FactType("choice", ("card", "loan"))),
    Field("amount", FactType("money", scale=2, currency="GBP")),
    Field("urgent", FactType("boolean")),
    Field("needs", FactType("choices", ("large_print", "interpreter"))),
    Field("told_at", FactType("moment")),
    Field("reference", FactType("text")),
)
EVENTS = (
    EventType("received"),
    EventType("closed"),
    EventType("offer_made", (Field("amount", FactType("money", scale=2)),)),
    EventType("facts_changed"),
)
LONDON = resolve_zone("Europe/London", 0, 30_000)

Reader = Callable[..., list[Read]]


def mapping_of(folder: Path, text: str) -> Mapping | list[Diagnostic]:
    file = folder / "mapping.yaml"
    file.write_text(f"mapping: 1\n{text}", "utf-8")
    return read_mapping(file, [field.name for field in FACTS], [kind.name for kind in EVENTS])


def csv(text: str) -> Table:
    table = open_csv(io.BytesIO(text.encode()), "cases.csv")
    assert isinstance(table, Table)
    return table


@pytest.fixture
def reads(tmp_path: Path) -> Reader:
    def read(mapping: str, table: Table | str, second: Table | str | None = None) -> list[Read]:
        made = mapping_of(tmp_path, mapping)
        assert isinstance(made, Mapping), made
        first = csv(table) if isinstance(table, str) else table
        other = csv(second) if isinstance(second, str) else second
        return list(mapped_cases(first, made, FACTS, EVENTS, LONDON if made.zone else None, other))

    return read


def told(rows: list[Read]) -> list[tuple[str, int, str]]:
    return [
        (item.code.number, item.location.line if item.location else 0, item.message)
        for row in rows
        for item in row.diagnostics
    ]


WIDE = (
    "case_id: id\nzone: Europe/London\nfacts: {product: Product, amount: Amount}\n"
    "events: {received: opened, closed: shut}\n"
)


def test_wide_rows_become_cases(reads: Reader) -> None:
    rows = reads(
        WIDE,
        "id,Product,Amount,opened,shut\nA,card,12.50,2026-07-01 09:00:00,\nB,,,2026-01-01T09:00:00Z,2026-01-02 10:00\n",
    )
    assert told(rows) == []
    first, second = (row.case for row in rows)
    assert first is not None
    assert second is not None
    assert (first.id, first.values[:2], [(event.type, event.at) for event in first.events]) == (
        "A",
        ("card", 1250),
        [("received", 1782892800)],  # 09:00 in summer is 08:00 UTC
    )
    assert (second.values[:2], [event.type for event in second.events]) == ((None, None), ["received", "closed"])


def test_semantics_75_a_row_is_evaluated_as_the_case_of_the_events_that_its_mapping_names(
    reads: Reader, tmp_path: Path
) -> None:
    reply = "timeframes: {reply: {when: product == card, due: 5 days from received, done_by: closed}}\n"
    policy = compiled(tmp_path, HEAD, "facts: {product: 'one of card, loan'}\n", OFFICE, reply)
    mapping = tmp_path / "rows.yaml"
    facts_and_events = "facts: {product: P}\nevents: {received: opened, closed: shut}\n"
    mapping.write_text(f"mapping: 1\ncase_id: id\n{facts_and_events}", "utf-8")
    made = read_mapping(mapping, ["product"], [kind.name for kind in policy.events])
    assert isinstance(made, Mapping)
    table = csv("id,P,opened,shut\nA,card,2026-06-01T10:00+01:00,2026-06-08T10:00+01:00\n")
    (row,) = mapped_cases(table, made, given_facts(policy), policy.events, None, None)
    assert row.case is not None
    events = [
        {"type": "received", "at": "2026-06-01T10:00+01:00"},
        {"type": "closed", "at": "2026-06-08T10:00+01:00"},
    ]
    written = read_case(policy, {"id": "A", "facts": {"product": "card"}, "events": events})
    answers = [evaluate(policy, case, "2026-06-09T12:00+01:00") for case in (row.case, written)]
    assert answers[0] == answers[1]
    assert answers[0].duties[0].state == "met_late"


def test_words_of_the_table_are_translated(reads: Reader) -> None:
    values = "values: {product: {Credit card: card, Old: null}, urgent: {Y: true, otherwise: false}}\nextras: ignore\n"
    mapping = (
        "case_id: id\nfacts: {product: P, urgent: U, needs: N, reference: {constant: retail}}\nevents: {received: at}\n"
        + values
    )
    table = 'id,P,U,N,at\n1,Credit card,Y,"interpreter, large_print",2026-01-01T09:00Z\n2,Old,N,,2026-01-01T09:00Z\n'
    cases = [row.case for row in reads(mapping, table)]
    assert [case.values if case else None for case in cases] == [
        ("card", None, True, frozenset({"interpreter", "large_print"}), None, "retail"),
        (None, None, False, None, None, "retail"),
    ]


def test_a_bad_row_is_told_with_its_line_and_the_rest_are_read(reads: Reader) -> None:
    table = (
        'id,Product,Amount,opened,shut\nA,cart,1,2026-07-01 09:00,\n"B\nb",card,x,01/07/2026,\n'
        ",card,1,2026-07-01 09:00,\nC,card\nD,card,1,2026-07-01 09:00,\n"
    )
    rows = reads(WIDE, table)
    assert [row.case.id for row in rows if row.case] == ["D"]
    assert told(rows) == [
        ("CP605", 2, "case `A`, column `Product`: `product`: `cart` is not one of the choices"),
        ("CP601", 3, "case `B\nb`: the text `B b` cannot be the id of a case"),
        ("CP604", 3, "case `B\nb`, column `Amount`: `amount`: the text `x` is not a number"),
        ("CP608", 3, "case `B\nb`, column `opened`: `01/07/2026` is not a moment that exists"),
        ("CP653", 5, "the row has no reference of a case"),
        ("CP632", 6, "the row has 2 cells and the header has 5"),
    ]


def test_one_reference_in_two_rows_is_a_mistake(reads: Reader) -> None:
    row = "A,card,1,2026-07-01 09:00,\n"
    assert told(reads(WIDE, "id,Product,Amount,opened,shut\n" + row * 2)) == [
        ("CP654", 3, "the case `A` stands in a row before")
    ]


def test_a_byte_that_is_not_utf8_spoils_its_own_row_only(reads: Reader) -> None:
    text = b"id,Product,Amount,opened,shut\nA,c\xe4rd,1,2026-07-01 09:00,\nB,card,1,2026-07-01 09:00,\n"
    table = open_csv(io.BytesIO(text), "cases.csv")
    assert isinstance(table, Table)
    rows = reads(WIDE, table)
    assert [code for code, _, _ in told(rows)] == ["CP605"]
    assert [row.case.id for row in rows if row.case] == ["B"]


def test_columns_are_checked_before_anything_is_read(reads: Reader) -> None:
    rows = reads(WIDE, "id,product,Amount,opened,shut\nA,card,1,2026-07-01 09:00,\n")
    assert [code for code, _, _ in told(rows)] == ["CP650", "CP651"]
    assert rows[0].diagnostics[0].help == "did you mean `product`?"
    assert len(reads(WIDE + "extras: ignore\n", "id,Product,Amount,opened,shut,more\nA,,,,,5\n")) == 1


def test_times_without_offset_need_a_zone(reads: Reader) -> None:
    rows = reads(
        WIDE.replace("zone: Europe/London\n", ""), "id,Product,Amount,opened,shut\nA,card,1,2026-07-01 09:00,\n"
    )
    assert [code for code, _, _ in told(rows)] == ["CP608"]


def test_an_event_table_adds_events(reads: Reader) -> None:
    long = (
        "long: {file: events.csv, case_id: case, type: what, at: when, recorded_at: noted, by: who, "
        "types: {Offer: offer_made, Call: null}, data: {amount: sum}}\n"
    )
    events = (
        "case,what,when,noted,who,sum\nA,Offer,2026-07-03 10:00,2026-07-04 10:00,organisation,50\n"
        "A,Call,2026-07-03 11:00,,,\nZ,closed,2026-07-03 10:00,,,\nA,closed,2026-07-05 "
        "10:00,,,\nA,clozed,2026-07-05 10:00,,,\n"
    )
    good = events.rsplit("A,clozed", 1)[0]
    rows = reads(WIDE + long, "id,Product,Amount,opened,shut\nA,card,1,2026-07-01 09:00,\n", good)
    assert [code for code, _, _ in told(rows)] == ["CP656"]
    case = rows[0].case
    assert case is not None
    assert [event.type for event in case.events] == ["received", "offer_made", "closed"]
    assert case.events[1].fields == (5000, "organisation", None, None)
    assert case.events[1].recorded_at - case.events[1].at == 86_400
    bad = reads(WIDE + long, "id,Product,Amount,opened,shut\nA,card,1,2026-07-01 09:00,\n", events)
    assert next((code, line) for code, line, _ in told(bad)) == ("CP602", 6)


def test_an_event_log_alone_makes_cases_of_its_rows(reads: Reader) -> None:
    mapping = "case_id: case\nfacts: {product: P}\nlong: {case_id: case, type: what, at: when}\n"
    table = (
        "case,P,what,when\nA,card,received,2026-07-01T09:00Z\n"
        "B,loan,received,2026-07-01T09:00Z\nA,loan,closed,2026-07-02T09:00Z\n"
    )
    cases = [row.case for row in reads(mapping, table)]
    assert [(case.id, case.values[0], len(case.events)) for case in cases if case] == [
        ("A", "card", 2),
        ("B", "loan", 1),
    ]


EARLIEST = (
    "case_id: id\nzone: Europe/London\n"
    "events: {received: [opened, shut], closed: {at: shut, by: {constant: organisation}}}\n"
)


def test_of_several_columns_the_earliest_moment_is_that_of_the_event(reads: Reader) -> None:
    table = (
        "id,opened,shut\nA,2026-07-01 09:00,2026-07-02 09:00\nB,2026-07-02T09:00:05Z,2026-07-02 10:00\n"
        "C,,2026-07-03 09:00\nD,2026-07-01 09:00,\nE,,\n"
    )
    cases = [row.case for row in reads(EARLIEST, table) if row.case]
    at = {case.id: [(event.type, event.at) for event in case.events] for case in cases}
    day = 1782892800  # 1 July 2026, 09:00 in London
    assert at == {
        "A": [("received", day), ("closed", day + 86_400)],
        "B": [("received", day + 90_000), ("closed", day + 90_000)],
        "C": [("received", day + 172_800), ("closed", day + 172_800)],
        "D": [("received", day)],
        "E": [],
    }


def test_the_earliest_of_several_columns_is_counted_once_and_a_bad_one_is_told(reads: Reader) -> None:
    rows = reads(EARLIEST, "id,opened,shut\nA,2026-10-25 01:30,2026-11-02 09:00\nB,01/07/2026,2026-07-02 09:00\n")
    assert told(rows) == [
        ("CP608", 3, "case `B`, column `opened` or `shut`: `01/07/2026` is not a moment that exists"),
        ("CP655", 1, "of the local times, 1 occurs twice and is read as the first of the two"),
    ]
    assert [code for code, _, _ in told(reads(EARLIEST, "id,opened\nA,2026-10-25 01:30\n"))] == ["CP650"]


def test_several_columns_of_a_parquet_table_are_compared_too(reads: Reader) -> None:
    opened, shut = [datetime(2026, 7, 1, 9, 0, 5), None], [datetime(2026, 7, 1, 9), datetime(2026, 7, 1, 9)]
    rows = reads(EARLIEST, parquet(id=["A", "B"], opened=opened, shut=shut))
    assert [row.case.events[0].at for row in rows if row.case] == [1782892800, 1782892800]


CONTENT = (
    "case_id: id\nfacts: {needs: {constant: [interpreter, large_print]}}\n"
    "events: {received: at, closed: {at: at, data: {content: Items}}, "
    "offer_made: {at: at, data: {content: {constant: [amount, reasons]}}}}\n"
)


def test_content_is_split_at_commas_and_may_be_a_constant_list(reads: Reader) -> None:
    table = (
        'id,at,Items\nA,2026-07-01T09:00Z,"summary, reference,"\nB,2026-07-01T09:00Z,\nC,2026-07-01T09:00Z,summary\n'
    )
    cases = [row.case for row in reads(CONTENT, table)]
    by_type = [{event.type: event.content for event in case.events} for case in cases if case]
    assert [events["closed"] for events in by_type] == [
        frozenset({"summary", "reference"}),
        None,  # not recorded, which is not the same as empty
        frozenset({"summary"}),
    ]
    assert {events["offer_made"] for events in by_type} == {frozenset({"amount", "reasons"})}
    assert [case.values[3] for case in cases if case] == [frozenset({"interpreter", "large_print"})] * 3


def test_lists_of_a_parquet_table_are_content_and_sets_of_choices(reads: Reader) -> None:
    mapping = "case_id: id\nfacts: {needs: N}\nevents: {closed: {at: at, data: {content: Items}}}\n"
    at = polars.Series([datetime(2026, 7, 1, 9)]).dt.replace_time_zone("UTC")
    case = reads(mapping, parquet(id=["A"], at=at, N=[["interpreter"]], Items=[["summary", "reference"]]))[0].case
    assert case is not None
    assert case.values[3] == frozenset({"interpreter"})
    assert case.events[0].content == frozenset({"summary", "reference"})


CHANGES = (
    "case_id: id\nzone: Europe/London\nfacts: {product: P, amount: M}\nvalues: {product: {Credit card: card}}\n"
    "long: {case_id: id, type: what, at: when, types: {Opened: received, Update: facts_changed}, "
    "facts: {product: P, amount: M}}\n"
)


def test_rows_of_an_event_table_change_facts(reads: Reader) -> None:
    table = (
        "id,P,M,what,when\nA,Credit card,5,Opened,2026-07-01 09:00\nA,loan,,Update,2026-07-02 09:00\n"
        "A,,9.50,Update,2026-07-03 09:00\n"
    )
    case = reads(CHANGES, table)[0].case
    assert case is not None
    assert case.values[:2] == ("card", 500)
    assert [(change.position, change.value) for change in case.changes] == [(0, "loan"), (1, 950)]
    nothing = "id,P,M,what,when\nA,card,5,Opened,2026-07-01 09:00\nA,,,Update,2026-07-02 09:00\n"
    assert told(reads(CHANGES, nothing)) == [("CP603", 3, "case `A`: `facts_changed` does not say which facts")]


def test_an_event_table_of_its_own_changes_facts_by_translated_words(reads: Reader) -> None:
    mapping = CHANGES.replace("long: {case_id", "long: {file: events.csv, case_id")
    events = "id,P,M,what,when\nA,Credit card,,Update,2026-07-02 09:00\nA,,,Opened,2026-07-01 09:00\n"
    case = reads(mapping, "id,P,M\nA,loan,5\n", events)[0].case
    assert case is not None
    assert [(change.position, change.value) for change in case.changes] == [(0, "card")]


def test_messages_count_one_and_several(reads: Reader) -> None:
    long = "long: {file: events.csv, case_id: case, type: what, at: when}\n"
    table = "id,Product,Amount,opened,shut\nA,card,1,2026-07-01 09:00,\n"
    events = "case,what,when\nY,closed,2026-07-03 10:00\n"
    one = told(reads(WIDE + long, table, events))
    assert one[0][2] == "1 case of the event table has no row in `cases.csv`, so it is left out"
    two = told(reads(WIDE + long, table, events + "Z,closed,2026-07-03 10:00\n"))
    assert two[0][2] == "2 cases of the event table have no row in `cases.csv`, so they are left out"
    unused = [message for _, _, message in told(reads(WIDE, table.replace("shut\n", "shut,x\n", 1)))]
    assert unused == ["the mapping names no use for 1 column: `x`"]


def test_dates_without_a_time_take_the_time_that_the_mapping_names(reads: Reader) -> None:
    table = "id,Product,Amount,opened,shut\nA,card,1,2026-07-01,\n"
    assert [code for code, _, _ in told(reads(WIDE, table))] == ["CP608"]
    case = reads(WIDE + 'time: "12:00"\n', table)[0].case
    assert case is not None
    assert local(LONDON, case.events[0].at)[1] == 12 * 3600


def test_semantics_17_local_times_at_a_change_of_the_clocks_are_counted(reads: Reader) -> None:
    table = "id,Product,Amount,opened,shut\nA,,,2026-10-25 01:30,\nB,,,2026-03-29 01:30,\nC,,,2026-03-29 02:00,\n"
    rows = reads(WIDE, table)
    at = [row.case.events[0].at for row in rows if row.case]
    assert at == [1792888200, 1774746000, 1774746000]  # the first 01:30, and the first moment after the gap
    assert [(code, level) for code, level in ((item.code.number, item.level) for item in rows[-1].diagnostics)] == [
        ("CP655", "note")
    ]
    assert rows[-1].diagnostics[0].message == (
        "of the local times, 1 occurs twice and is read as the first of the two, "
        "and 1 never was and is read as the first moment after the gap"
    )


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)))
def test_semantics_17_local_times_agree_with_the_zone(at: datetime) -> None:
    times = LocalTimes(LONDON)
    seconds = times.moment(at.isoformat(sep=" "))
    wanted = ((at.date() - date(1970, 1, 1)).days, at.hour * 3600 + at.minute * 60 + at.second)
    assert local(LONDON, seconds) == wanted or times.skipped == 1
    assert times.from_local((wanted[0] * 86_400) + wanted[1]) == seconds


# --- Parquet ----------------------------------------------------------------------------------------------------------


def parquet(**columns: Any) -> Table:
    data = io.BytesIO()
    polars.DataFrame(columns).write_parquet(data)
    table = open_parquet(data.getvalue(), "cases.parquet")
    assert isinstance(table, Table)
    return table


def test_parquet_and_csv_say_the_same(reads: Reader) -> None:
    opened = [datetime(2026, 7, 1, 9), datetime(2026, 1, 1, 9)]
    table = parquet(
        id=[1, 2], Product=["card", None], Amount=[12.5, None], opened=opened, shut=[None, datetime(2026, 1, 2, 10)]
    )
    text = (
        "id,Product,Amount,opened,shut\n1,card,12.5,2026-07-01 09:00:00,\n2,,,2026-01-01 09:00:00,2026-01-02 10:00:00\n"
    )
    assert [row.case for row in reads(WIDE, table)] == [row.case for row in reads(WIDE, text)]


def test_parquet_keeps_offsets_booleans_and_lists_of_words(reads: Reader) -> None:
    at = polars.Series([datetime(2026, 7, 1, 9)]).dt.replace_time_zone("America/New_York")
    table = parquet(id=["A"], U=[True], at=at, n=[3])
    mapping = "case_id: id\nfacts: {urgent: U, told_at: at, reference: n}\nevents: {received: at}\n"
    case = reads(mapping, table)[0].case
    assert case is not None
    assert case.values == (None, None, True, None, 1782910800, "3")
    assert case.events[0].at == 1782910800


def test_a_damaged_parquet_file_is_a_diagnostic() -> None:
    found = open_parquet(b"PAR1 nothing more", "cases.parquet")
    assert isinstance(found, Diagnostic)
    assert found.code.number == "CP631"


def test_parquet_without_polars_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    found = open_parquet(b"PAR1", "cases.parquet")
    assert isinstance(found, Diagnostic)
    assert "complaint-policy[tables]" in found.help


# --- the mapping file -------------------------------------------------------------------------------------------------


def test_every_mistake_of_a_mapping_is_told_in_one_run(tmp_path: Path) -> None:
    found = mapping_of(
        tmp_path,
        "case: id\nzone: Europe/Londn\nfacts: {produkt: P, amount: {constant: 5, more: 6}}\nevents: {recieved: at}\n"
        "long: {case_id: a, type: b, at: c, types: {X: clozed}}\nextras: drop\n",
    )
    assert isinstance(found, list)
    assert [(item.code.number, item.location.line if item.location else 0) for item in found] == [
        ("CP640", 1),
        ("CP640", 2),
        ("CP642", 3),
        ("CP641", 4),
        ("CP640", 4),
        ("CP641", 5),
        ("CP641", 6),
        ("CP640", 7),
    ]
    assert "did you mean `Europe/London`?" in [item.help for item in found]


@pytest.mark.parametrize(
    "text", ["[]\n", "case_id: id\n", "case_id: [a]\nevents: {}\n", "case_id: id\nevents: []\n", ""]
)
def test_what_is_not_a_mapping_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(text, "utf-8")
    found = read_mapping(file, (), ())
    assert isinstance(found, list)
    assert found


def test_another_version_of_mappings_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text("mapping: 2\ncase_id: id\nevents: {}\n", "utf-8")
    found = read_mapping(file, (), ())
    assert isinstance(found, list)
    assert found[0].help == "write `mapping: 1`"
