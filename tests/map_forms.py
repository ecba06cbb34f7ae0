"""Map forms of clocks: drawn at random as plain data, made from compiled ones, and turned into nodes of a file."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    Before,
    ByFact,
    ByField,
    Counting,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    Every,
    FirstOf,
    LastOf,
    Latest,
    Length,
    Limit,
    OnDate,
    Promptly,
    Start,
)
from complaint_policy.diagnostics import Location
from complaint_policy.policy.lengths import in_words
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.short_forms.words import OPTIONS

NOWHERE = Location("p.yaml", 1, 1)
NAMES = ("received", "acknowledged", "final_response", "occurred_on", "a", "b2")
DUTIES = ("answer", "final-response", "investigate/gather", "uk-fca-disp/final-response")
CLASHING = (
    *("and", "the", "from", "as", "met", "due", "late", "end", "of", "by", "first", "setting", "calendar", "while"),
    *("on", "containing", "before"),
)


def to_node(plain: Any) -> Node:
    """Plain data as nodes without places."""
    if isinstance(plain, dict):
        return Mapping(tuple((Scalar(key, "plain", NOWHERE), to_node(value)) for key, value in plain.items()), NOWHERE)
    if isinstance(plain, list):
        return Sequence(tuple(to_node(item) for item in plain), NOWHERE)
    return Scalar("true" if plain is True else str(plain), "plain", NOWHERE)


def to_plain(node: Node | None) -> Any:
    """Nodes as plain data."""
    match node:
        case Mapping(entries):
            return {key.text: to_plain(value) for key, value in entries}
        case Sequence(items):
            return [to_plain(item) for item in items]
        case Scalar(text):
            return text
    return None


# --- drawn ------------------------------------------------------------------------------------------------------------


def lengths() -> st.SearchStrategy[Any]:
    units = st.sampled_from(["hours", "business_hours", "days", "business_days", "weeks", "months", "years"])
    written = st.builds(lambda number, unit: in_words(Length(number, unit)), st.integers(0, 40), units)
    return st.one_of(written, written, written, st.just({"setting": "free_period"}))


def starts(names: tuple[str, ...] = NAMES, duties: tuple[str, ...] = DUTIES) -> st.SearchStrategy[Any]:
    name, duty = st.sampled_from(names), st.sampled_from(duties)
    period = st.sampled_from(["week", "month", "quarter", "half_year", "year"])
    inner = st.builds(lambda one: {"met": one}, duty)
    single = st.one_of(
        name,
        st.builds(lambda one: {"met": one}, duty),
        st.builds(lambda one: {"due_of": one}, duty),
        st.builds(lambda one: {"fact": one}, name),
        st.builds(lambda one: {"event": one}, name),
        st.builds(lambda one: {"late": one}, duty),
        st.builds(lambda one: {"end_of": one}, period),
        st.builds(lambda one, of: {"end_of": one, "containing": of}, period, st.one_of(name, inner)),
    )
    several = st.lists(single, min_size=1, max_size=3)
    return st.one_of(
        name,
        single,
        st.builds(lambda items: {"first_of": items}, several),
        st.builds(lambda items: {"last_of": items}, several),
        st.builds(lambda one, items: {"end_of": one, "containing": {"first_of": items}}, period, several),
    )


def options(names: tuple[str, ...] = NAMES) -> st.SearchStrategy[dict[str, Any]]:
    by_key: dict[str, list[str]] = {}
    for key, value in OPTIONS:
        by_key.setdefault(key, []).append(value)
    named = st.sampled_from(names)
    chosen = {key: st.sampled_from(values) for key, values in by_key.items()}
    chosen |= {"calendar": st.one_of(named, st.just({"setting": "offices"})), "profile": named}
    return st.lists(st.sampled_from(sorted(chosen)), unique=True, max_size=4).flatmap(
        lambda keys: st.fixed_dictionaries({key: chosen[key] for key in keys})
    )


@st.composite
def clocks(draw: st.DrawFn, names: tuple[str, ...] = NAMES, duties: tuple[str, ...] = DUTIES) -> dict[str, Any]:
    """The map form of a clock that can be said in words."""
    start = starts(names, duties)
    limit = st.one_of(
        st.fixed_dictionaries({"length": lengths(), "start": start}),
        st.fixed_dictionaries({"length": lengths(), "start": start}),
        st.fixed_dictionaries({"length": lengths(), "before": start}),
        st.fixed_dictionaries({"before": start}),
        st.fixed_dictionaries({"cycles": st.sampled_from(["1", "2"]), "of": st.sampled_from(names), "start": start}),
        st.just({"date": "2026-07-29"}),
        st.just({"field": "holding_response.promised_on"}),
    )
    kind = draw(st.sampled_from(["limit", "limit", "earliest_of", "latest_of", "every", "promptly"]))
    told = draw(options(names))
    if kind == "limit":
        return draw(limit) | told
    if kind == "promptly":
        return draw(st.fixed_dictionaries({"promptly": st.just("true")}, optional={"start": start})) | told
    if kind == "every":
        some = {
            "start": start,
            "while": st.sampled_from(["open", "always"]),
            "counted_from": st.sampled_from(["start", "completion"]),
        }
        return draw(st.fixed_dictionaries({"every": lengths()}, optional=some)) | told
    return {kind: draw(st.lists(limit, min_size=2, max_size=3))} | told


# --- made from compiled ones ------------------------------------------------------------------------------------------


def map_of(due: Due | None) -> Any:
    """The map form from which a clock without conditions compiles to `due`."""
    match due:
        case None:
            return "none"
        case Cycles(start, number, event, fact, calendar, counting):
            return {"start": start_map(start), "cycles": number, "of": event or fact} | _counted(calendar, counting)
        case Limit(start, length, calendar, counting):
            return {"start": start_map(start), "length": in_words(length)} | _counted(calendar, counting)
        case Before(until, length, calendar, counting):
            told = {"length": in_words(length)} if length is not None else {}
            return told | {"before": start_map(until)} | (_counted(calendar, counting) if length is not None else {})
        case OnDate(day, calendar, counting):
            return {"date": (date(1970, 1, 1) + timedelta(days=day)).isoformat()} | _counted(calendar, counting)
        case ByField(event, field, calendar, counting):
            return {"field": f"{event}.{field}"} | _counted(calendar, counting)
        case Promptly(start):
            return {"promptly": True, "start": start_map(start)}
        case Earliest(items):
            return {"earliest_of": [map_of(item) for item in items]}
        case Latest(items):
            return {"latest_of": [map_of(item) for item in items]}
        case ByFact(fact, cases, otherwise):
            values = {label: map_of(item) for label, item in cases}
            return {"by": fact, "values": values | ({"otherwise": map_of(otherwise)} if otherwise else {})}
        case Dated(law_of, entries):
            texts = [
                {"from": _moment(since), "due": map_of(item)} if since else {"due": map_of(item)}
                for since, item in entries
            ]
            return {"law_of": law_of, "dated": texts}
        case Every(start, length, calendar, counting, counted_from):
            told = {"every": in_words(length), "start": start_map(start), "counted_from": counted_from, "while": "open"}
            return told | _counted(calendar, counting)


def start_map(start: Start) -> Any:
    match start:
        case AtEvent(event):
            return event
        case AtMet(duty):
            return {"met": duty}
        case AtDue(duty):
            return {"due_of": duty}
        case AtLate(duty):
            return {"late": duty}
        case AtDate(fact):
            return fact
        case EndOf(period, of):
            return {"end_of": period, "containing": start_map(of)}
        case FirstOf(items):
            return {"first_of": [start_map(item) for item in items]}
        case LastOf(items):
            return {"last_of": [start_map(item) for item in items]}


def _counted(calendar: str, counting: Counting) -> dict[str, str]:
    told = {field.name: getattr(counting, field.name) for field in fields(Counting)}
    return {"calendar": calendar} | {key: value for key, value in told.items() if value != getattr(Counting(), key)}


def _moment(seconds: int) -> str:
    """Written in UTC, so that no zone is needed to read it back."""
    day, second = divmod(seconds, 86_400)
    at = date(1970, 1, 1) + timedelta(days=day)
    return f"{at.isoformat()}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
