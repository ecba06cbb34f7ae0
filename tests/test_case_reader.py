"""Cases are read exactly or refused by name, and reader and schema give the same verdict."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.case import Case, EventType, Field
from complaint_policy.case_reader.moments import day_of, moment_of, seconds_of
from complaint_policy.case_reader.problems import Problem, Refused
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.case_reader.schema import case_schema
from complaint_policy.conditions.typing import FactType

FACTS = (
    Field(
        "customer_type", FactType("choice", ("consumer", "business")), renamed=(("private", "consumer"), ("club", ""))
    ),
    Field("amount_claimed", FactType("money", scale=2, largest=10_000, currency="GBP")),
    Field("visits", FactType("number", largest=50)),
    Field("vulnerable", FactType("boolean")),
    Field("summary", FactType("text")),
    Field("occurred_on", FactType("date")),
    Field("told_at", FactType("moment")),
    Field("waited", FactType("duration", largest=10**7)),
    Field("needs", FactType("choices", ("large_print", "interpreter"))),
)
EVENTS = (
    EventType("received"),
    EventType("acknowledged", (Field("written", FactType("boolean")),)),
    EventType("offer_made", (Field("amount", FactType("money", scale=2, currency="GBP"), required=True),)),
    EventType("facts_changed"),
    EventType("entry_withdrawn"),
)
RECEIVED = {"type": "received", "at": "2026-04-02T16:40:00+01:00"}
read = case_reader(FACTS, EVENTS)


def case_of(facts: dict[str, Any] | None = None, *events: dict[str, Any]) -> dict[str, Any]:
    return {"id": "C-1", "facts": facts or {}, "events": list(events)}


def good(written: object, reader: Any = read) -> Case:
    problems: list[Problem] = []
    case = reader(written, problems)
    assert problems == []
    assert isinstance(case, Case)
    return case


def told(written: object, reader: Any = read) -> list[tuple[str, str, str]]:
    problems: list[Problem] = []
    assert reader(written, problems) is None
    return [(item.code.number, item.path, item.message) for item in problems]


def value(name: str, written: object) -> object:
    position = [field.name for field in FACTS].index(name)
    return good(case_of({name: written})).values[position]


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "stored"),
    [
        ("customer_type", "business", "business"),
        ("customer_type", None, None),
        ("amount_claimed", 120, 12000),
        ("amount_claimed", Decimal("0.1"), 10),
        ("amount_claimed", Decimal("1E+2"), 10000),
        ("amount_claimed", "-0.05", -5),
        ("amount_claimed", "1.500", 150),
        ("amount_claimed", 0.1, 10),
        ("amount_claimed", "120.00 GBP", 12000),
        ("amount_claimed", "GBP 120", 12000),
        ("amount_claimed", {"amount": "1.10", "currency": "GBP"}, 110),
        ("visits", 3, 3),
        ("visits", Decimal("3.0"), 3),
        ("vulnerable", False, False),
        ("summary", "cafe\u0301", "café"),
        ("occurred_on", "1970-01-02", 1),
        ("told_at", "1970-01-01T01:00:00+01:00", 0),
        ("told_at", "1970-01-01T00:00:01.999Z", 1),
        ("waited", "P1DT1H1M1S", 90061),
        ("waited", "P2W", 1209600),
        ("needs", ["interpreter", "interpreter"], frozenset({"interpreter"})),
    ],
)
def test_values_are_read_exactly(name: str, written: object, stored: object) -> None:
    assert value(name, written) == stored


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("customer_type", "consumr", "CP605"),
        ("customer_type", "Consumer", "CP605"),
        ("customer_type", 3, "CP604"),
        ("amount_claimed", "1.234", "CP606"),
        ("amount_claimed", Decimal("1.234"), "CP606"),
        ("amount_claimed", "1e3", "CP604"),
        ("amount_claimed", "1,000", "CP604"),
        ("amount_claimed", "٣", "CP604"),
        ("amount_claimed", True, "CP604"),
        ("amount_claimed", Decimal("NaN"), "CP604"),
        ("amount_claimed", Decimal("1E+900000"), "CP607"),
        ("amount_claimed", 10_001, "CP607"),
        ("amount_claimed", {"amount": 1}, "CP604"),
        ("visits", Decimal("1.5"), "CP606"),
        ("vulnerable", "yes", "CP604"),
        ("vulnerable", "true", "CP604"),
        ("vulnerable", 1, "CP604"),
        ("summary", 12, "CP604"),
        ("summary", "x" * 100_001, "CP607"),
        ("summary", "\ud800", "CP613"),
        ("occurred_on", "2026-02-30", "CP609"),
        ("occurred_on", "02/04/2026", "CP609"),
        ("occurred_on", "2026-W14-4", "CP609"),
        ("told_at", "2026-04-02T16:40:00", "CP608"),
        ("waited", "P1M", "CP604"),
        ("waited", "PT", "CP604"),
        ("needs", "interpreter", "CP604"),
        ("needs", ["braille"], "CP605"),
    ],
)
def test_bad_values_are_refused_with_their_path(name: str, written: object, code: str) -> None:
    assert [(number, path) for number, path, _ in told(case_of({name: written}))] == [(code, f"facts.{name}")]


def test_semantics_67_a_renamed_choice_is_read_by_its_new_name() -> None:
    assert value("customer_type", "private") == "consumer"


def test_semantics_67_a_choice_given_up_is_not_known_with_a_note() -> None:
    case = good(case_of({"customer_type": "club"}))
    assert case.values[0] is None
    assert case.notes == (
        "facts.customer_type: `club` is no longer a choice of `customer_type`, so it is taken as not known",
    )


def test_semantics_67_cases_of_another_version_keep_what_is_still_declared() -> None:
    lenient = case_reader(FACTS, EVENTS, undeclared_is_note=True)
    case = good(case_of({"gone": 1, "visits": 2}, RECEIVED, {**RECEIVED, "type": "gone"}), lenient)
    assert case.values[2] == 2
    assert [event.type for event in case.events] == ["received"]
    assert len(case.notes) == 2


@pytest.mark.parametrize("written", ["5 USD", "USD 5.001", {"amount": 5, "currency": "USD"}])
def test_semantics_70_another_currency_is_not_known_with_a_note(written: object) -> None:
    case = good(case_of({"amount_claimed": written}))
    assert case.values[1] is None
    assert "USD" in case.notes[0]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-10_000, max_value=10_000, places=2))
def test_semantics_71_money_is_never_rounded(amount: Decimal) -> None:
    assert value("amount_claimed", amount) == int(amount * 100)
    assert value("amount_claimed", f"{amount:f}") == int(amount * 100)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-02T16:40:00",
        "2026-04-02",
        "2026-04-02 16:40:00+01:00",
        "2026-04-02T16:40:00+0100",
        "2026-04-02T16:40:00+01",
        "20260402T164000Z",
        "2026-W14-4T16:40:00+01:00",
        "2026-04-02T16:40:00,5Z",
        "2026-04-02T24:00:00+01:00",
        "2026-04-02T16:40:60Z",
        "2026-02-30T16:40:00Z",
        "0026-04-02T16:40:00+01:00",
        "2026-04-02T16:40:00+01:00:30",
        "2026-04-02T16Z",
        "٢٠٢٦-04-02T16:40:00+01:00",
        "now",
        "",
        5,
        None,
    ],
)
def test_only_moments_with_an_offset_are_moments(text: object) -> None:
    with pytest.raises(Refused) as refused:
        moment_of(text)
    assert refused.value.message


@given(st.datetimes(timezones=st.timezones()).filter(lambda at: 1000 < at.year < 2999))
def test_semantics_4_moments_are_whole_seconds_with_fractions_cut_off(at: Any) -> None:
    offset = at.utcoffset().total_seconds()
    if offset % 60 == 0:
        assert moment_of(at.isoformat()) == (at.timestamp() // 1)


@given(st.text(max_size=30) | st.from_regex(r"[0-9P][0-9TDHMSW:.+Z-]{0,30}", fullmatch=True))
def test_what_is_not_a_moment_a_date_or_a_duration_is_refused_and_never_raises(text: str) -> None:
    for reader in (moment_of, day_of, seconds_of):
        try:
            assert isinstance(reader(text), int)
        except Refused:
            continue


# --- cases and events -------------------------------------------------------------------------------------------------


def test_names_that_are_not_declared_are_refused_with_the_nearest() -> None:
    problems: list[Problem] = []
    written = {**case_of({"amount_claimd": 1}, {**RECEIVED, "type": "recieved"}), "fact": {}}
    assert read(written, problems) is None
    assert [(item.path, item.help) for item in problems] == [
        ("fact", "did you mean `facts`?"),
        ("facts.amount_claimd", "did you mean `amount_claimed`?"),
        ("events[1].type", "did you mean `received`?"),
    ]


def test_every_mistake_of_a_case_is_told_in_one_go() -> None:
    events = [
        {"type": "received"},
        {"at": "2026-04-02T16:40:00Z"},
        "received",
        {**RECEIVED, "data": []},
        {**RECEIVED, "by": 5},
    ]
    assert [path for _, path, _ in told({"id": 5, "facts": [], "events": events})] == [
        "id",
        "facts",
        "events[1]",
        "events[2]",
        "events[3]",
        "events[4].data",
        "events[5].by",
    ]


@pytest.mark.parametrize(
    "written", [None, [], "case", 5, {}, {"id": ""}, {"id": "x" * 201}, {"id": "a\nb"}, {"id": "C", "events": {}}]
)
def test_what_is_not_a_case_is_refused(written: object) -> None:
    assert told(written)


def test_semantics_1_events_are_in_the_order_of_their_moments_then_of_the_file() -> None:
    later = {"type": "acknowledged", "at": "2026-04-03T10:00:00Z"}
    same = {"type": "acknowledged", "at": RECEIVED["at"]}
    events = good(case_of(None, later, same, RECEIVED)).events
    assert [(event.type, event.seq) for event in events] == [("acknowledged", 1), ("received", 2), ("acknowledged", 0)]


def test_semantics_5_recorded_at_is_never_before_at() -> None:
    assert told(case_of(None, {**RECEIVED, "recorded_at": "2026-04-02T16:39:59+01:00"}))[0][:2] == (
        "CP611",
        "events[1].recorded_at",
    )
    assert good(case_of(None, {**RECEIVED, "recorded_at": RECEIVED["at"]})).events[0].recorded_at == 1775144400


def test_semantics_6_default_ids_count_within_their_type_and_avoid_written_ones() -> None:
    given_id = {**RECEIVED, "id": "received#1"}
    other = {"type": "acknowledged", "at": RECEIVED["at"]}
    events = good(case_of(None, given_id, RECEIVED, other, RECEIVED)).events
    assert [(event.id, event.explicit) for event in events] == [
        ("received#1", True),
        ("received#2", False),
        ("acknowledged#1", False),
        ("received#3", False),
    ]


def test_semantics_79_the_same_event_twice_is_one_and_two_contents_are_a_mistake() -> None:
    event = {**RECEIVED, "id": "e1"}
    assert len(good(case_of(None, event, event)).events) == 1
    assert told(case_of(None, event, {**event, "by": "complainant"}))[0][:2] == ("CP610", "events[2].id")


def test_semantics_79_events_of_one_id_are_compared_as_read_not_as_written() -> None:
    first = {"id": "a", "type": "offer_made", "at": "2026-04-02T10:00:00Z", "data": {"amount": "5"}}
    other = {"id": "a", "type": "offer_made", "at": "2026-04-02T11:00:00+01:00", "by": None, "data": {"amount": 5}}
    case = good(case_of(None, RECEIVED, first, other))
    assert [event.type for event in case.events] == ["offer_made", "received"]
    for changed in ({"at": "2026-04-02T10:00:01Z"}, {"data": {"amount": "5.01"}}, {"type": "received", "data": None}):
        assert [code for code, _, _ in told(case_of(None, first, {**other, **changed}))] == ["CP610"], changed
    worse = {**other, "data": {"amount": "many"}}
    assert [item[:2] for item in told(case_of(None, first, worse))] == [("CP604", "events[2].data.amount")]


def test_semantics_79_entries_about_the_record_that_are_delivered_twice_count_once() -> None:
    changed = {"id": "c", "type": "facts_changed", "at": "2026-04-03T10:00Z", "data": {"facts": {"visits": 3}}}
    again = {**changed, "at": "2026-04-03T10:00:00+00:00", "data": {"facts": {"visits": "3"}}}
    withdrawn = {"id": "w", "type": "entry_withdrawn", "at": "2026-04-04T10:00:00Z", "data": {"event": "c"}}
    case = good(case_of(None, changed, again, withdrawn, {**withdrawn, "at": "2026-04-04T12:00:00+02:00"}))
    assert (len(case.changes), len(case.withdrawals)) == (1, 1)
    assert [code for code, _, _ in told(case_of(None, changed, {**again, "data": {"facts": {"visits": 4}}}))] == [
        "CP610"
    ]


def test_semantics_79_only_an_explicit_id_can_be_withdrawn() -> None:
    withdrawn = {"type": "entry_withdrawn", "at": "2026-04-03T10:00:00Z", "data": {"event": "e1"}}
    assert good(case_of(None, withdrawn, {**RECEIVED, "id": "e1"})).withdrawals[0].event == "e1"
    assert told(case_of(None, RECEIVED, withdrawn))[0][0] == "CP612"
    by_default = {**withdrawn, "data": {"event": "received#1"}}
    assert "no id of its own" in told(case_of(None, RECEIVED, by_default))[0][2]
    assert told(case_of(None, {**withdrawn, "data": {}}))[0][0] == "CP603"


def test_semantics_80_changes_of_facts_name_position_and_value() -> None:
    change = {
        "id": "f1",
        "type": "facts_changed",
        "at": "2026-04-03T10:00:00Z",
        "data": {"facts": {"visits": 2, "vulnerable": None}},
    }
    changes = good(case_of(None, RECEIVED, change)).changes
    assert [(item.position, item.value, item.event, item.seq) for item in changes] == [
        (2, 2, "f1", 1),
        (3, None, "f1", 1),
    ]
    wrong = {**change, "data": {"facts": {"visits": "many"}}}
    assert told(case_of(None, wrong))[0][1] == "events[1].data.facts.visits"


def test_content_not_recorded_differs_from_content_without_items() -> None:
    none, empty = good(case_of(None, RECEIVED, {**RECEIVED, "data": {"content": []}})).events
    assert (none.content, empty.content) == (None, frozenset())


def test_fields_of_events_come_in_the_declared_order_with_by_channel_and_role_last() -> None:
    event = {
        "type": "acknowledged",
        "at": RECEIVED["at"],
        "by": {"person": "A. Jones", "role": "adviser"},
        "data": {"written": True},
    }
    assert good(case_of(None, event)).events[0].fields == (True, "A. Jones", None, "adviser")
    assert told(case_of(None, {"type": "offer_made", "at": RECEIVED["at"]}))[0][:2] == ("CP603", "events[1].data")


def test_a_case_has_a_largest_size() -> None:
    assert told(case_of(None, *[RECEIVED] * 10_001))[0][0] == "CP607"


def test_required_facts_are_asked_for_but_not_when_facts_change() -> None:
    needed = case_reader((Field("visits", FactType("number"), required=True),), EVENTS)
    change = {"type": "facts_changed", "at": RECEIVED["at"], "data": {"facts": {"visits": None}}}
    assert told(case_of({}), needed)[0][:2] == ("CP603", "facts")
    assert told(case_of({"visits": None}), needed)[0][0] == "CP603"
    good(case_of({"visits": 1}, change), needed)


def test_texts_of_yaml_and_tables_are_read_by_their_place() -> None:
    case = good(
        case_of({"vulnerable": "true", "visits": "3", "summary": "true"}), case_reader(FACTS, EVENTS, texts=True)
    )
    assert case.values[2:5] == (3, True, "true")


# --- the schema -------------------------------------------------------------------------------------------------------

SCHEMA = json.loads(json.dumps(case_schema("p", FACTS, EVENTS)), parse_float=Decimal)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

VALUES = st.one_of(
    st.sampled_from(
        ["consumer", "private", "club", "gone", "interpreter", "true", "", "2026-02-29", "2024-02-29", "P1DT2H"]
    ),
    st.sampled_from(
        ["2026-04-31", "2026-04-30T23:59:59+14:00", "2026-04-30T24:00:00Z", "1.10", "1.100", "1.101", "007"]
    ),
    st.sampled_from(["5 GBP", "5.123 GBP", "USD 5.123", "usd 5", "PT", "P", "P1W2D", "2026-04-30T10:00:00.5-00:00"]),
    st.none(),
    st.booleans(),
    st.integers(-20_000, 20_000),
    st.decimals(-20, 20, places=3),
    st.lists(st.sampled_from(["interpreter", "large_print", "braille"]), max_size=2),
    st.fixed_dictionaries(
        {"amount": st.sampled_from([5, "5.12", "5.123", None, True]), "currency": st.sampled_from(["GBP", "USD", "us"])}
    ),
)
NAMES = st.sampled_from([*(field.name for field in FACTS), "visit"])
MOMENTS = st.sampled_from(
    [
        "2026-04-02T16:40:00+01:00",
        "2026-04-02T16:40Z",
        "2026-04-02T16:40:00",
        "2026-02-29T10:00:00Z",
        "2100-02-29T00:00:00Z",
    ]
)
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(["received", "acknowledged", "offer_made", "facts_changed", "sent"]), "at": MOMENTS},
    optional={
        "id": st.one_of(st.none(), st.uuids().map(str), st.sampled_from(["", " "])),
        "by": st.one_of(
            st.none(), st.just("complainant"), st.just(5), st.just({"person": "A"}), st.just({"name": "A"})
        ),
        "channel": st.sampled_from([None, "email", 5]),
        "data": st.one_of(
            st.none(),
            st.dictionaries(st.sampled_from(["written", "amount", "content", "role", "because"]), VALUES, max_size=2),
            st.fixed_dictionaries({"facts": st.dictionaries(NAMES, VALUES, max_size=2)}),
        ),
        "extra": st.just(1),
    },
)
CASES = st.fixed_dictionaries(
    {"id": st.sampled_from(["C-1", "", "a\tb", "é", None, 5])},
    optional={
        "facts": st.dictionaries(NAMES, VALUES, max_size=3),
        "events": st.lists(EVENT, max_size=2),
        "policy": st.just("p"),
    },
)


@settings(max_examples=400)
@given(CASES)
def test_semantics_93_reader_and_schema_give_the_same_verdict(written: dict[str, Any]) -> None:
    problems: list[Problem] = []
    read(written, problems)
    errors = [error.message for error in VALIDATOR.iter_errors(written)]
    assert bool(problems) == bool(errors), (problems, errors)


@settings(max_examples=300)
@given(NAMES, VALUES)
def test_semantics_93_one_value_at_a_time(name: str, written: object) -> None:
    problems: list[Problem] = []
    read(case_of({name: written}), problems)
    assert bool(problems) != VALIDATOR.is_valid(case_of({name: written})), problems


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["received", "acknowledged", "offer_made", "facts_changed", "nothing"]), "at": VALUES},
        optional={"id": st.sampled_from(["e1", "received#1", " ", "é", 5]), "by": st.sampled_from(["A", "é", "", 5])},
    ),
    st.booleans(),
)
def test_an_event_as_most_are_written_is_read_as_with_everything_it_may_have(
    event: dict[str, Any], again: bool
) -> None:
    event["at"] = RECEIVED["at"] if again else event["at"]
    careful = {**event, "recorded_at": event["at"]}
    problems: tuple[list[Problem], list[Problem]] = [], []
    quick, slow = (
        read(case_of(None, RECEIVED, item, item), told) for item, told in zip((event, careful), problems, strict=True)
    )
    assert quick == slow
    assert problems[0] == [one for one in problems[1] if not one.path.endswith(".recorded_at")]
