"""Random cases of a policy: facts unknown or known, events at whole minutes, late records, changes and mistakes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from complaint_policy.case import SHARED, Case, Event, FactChange, Field, Withdrawal
from complaint_policy.policy.model import Fact, Given, Policy
from tests.strategies.building import EVENT_FIELDS, EVENTS, day, moment

MINUTE, HOUR, DAY = 60, 3600, 86_400
RECEIPTS = tuple(
    moment(text) for text in ("2026-03-20T16:30", "2026-03-27T23:00", "2026-03-28T11:00", "2026-04-02T09:00")
)
PLACES = ("", "complainant", "organisation", "anna", "ben")


def spans(most_days: int) -> st.SearchStrategy[int]:
    """Seconds after receipt, whole minutes: often a whole number of hours or days, so that things meet."""
    days = st.integers(0, most_days).map(lambda number: number * DAY)
    within = st.one_of(
        st.integers(0, 23).map(lambda number: number * HOUR),
        st.sampled_from([0, 30 * MINUTE, 17 * HOUR, 9 * HOUR]),
        st.integers(0, 24 * 60 - 1).map(lambda number: number * MINUTE),
    )
    return st.builds(lambda a, b: a + b, days, within)


def values(field: Field) -> st.SearchStrategy[Any]:
    kind = field.type
    known: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "choice": st.sampled_from(kind.choices or ("",)),
        "choices": st.frozensets(st.sampled_from(kind.choices or ("",))),
        "date": st.integers(day("2026-03-10"), day("2026-04-20")),
        "moment": spans(30).map(lambda after: RECEIPTS[0] - 3 * DAY + after),
        "text": st.sampled_from(["frontline", "specialist", "senior", "elsewhere"]),
    }
    return st.one_of(st.none(), known.get(kind.kind, st.integers(0, 3)), known.get(kind.kind, st.integers(0, 3)))


def given_facts(policy: Policy) -> list[Fact]:
    return [fact for fact in policy.facts if isinstance(fact.source, Given)]


@st.composite
def events(draw: st.DrawFn, kind: str, at: int, seq: int) -> Event:
    fields = tuple(draw(values(field)) for field in EVENT_FIELDS.get(kind, ()))
    more = (draw(st.sampled_from(PLACES)) or None, None, draw(st.sampled_from([None, None, "manager"])))
    both, one = frozenset(["reasons", "urgent"]), frozenset(["reasons"])
    content = draw(st.sampled_from([None, frozenset(), one, both]))
    recorded_at = at + draw(st.sampled_from([0] * 8 + [HOUR, 3 * DAY]))
    explicit = draw(st.booleans())
    return Event(f"e{seq}", kind, at, seq, recorded_at, more[0], content, (*fields, *more), explicit)


@st.composite
def cases(draw: st.DrawFn, policy: Policy, most_days: int = 24) -> Case:
    received = draw(st.sampled_from(RECEIPTS)) + draw(st.sampled_from([0, 0, 7 * MINUTE]))
    read = repr((policy.duties, policy.rights, policy.facts, policy.escalation))
    telling = [kind for kind in EVENTS if f"'{kind}'" in read]  # what this policy reads, more often than the rest
    kinds = draw(st.lists(st.sampled_from([*EVENTS, *telling * 2, "closed"]), max_size=7))
    if draw(st.integers(0, 30)):
        kinds = ["received", *kinds]
    found = []
    for seq, kind in enumerate(kinds):
        at = received if seq == 0 else received + draw(spans(most_days)) - draw(st.sampled_from([0] * 15 + [DAY]))
        if found and draw(st.integers(0, 7)) == 0:
            at = draw(st.sampled_from([one.at for one in found]))  # several at one moment (2)
        found.append(draw(events(kind, at, seq)))
    changes = draw(fact_changes(policy, received, len(found), most_days))
    gone = [
        Withdrawal(one.recorded_at + DAY, one.id) for one in found if one.explicit and draw(st.integers(0, 12)) == 0
    ]
    gone += [Withdrawal(one.recorded_at + DAY, one.event) for one in changes if draw(st.integers(0, 9)) == 0]
    ordered = tuple(sorted(found, key=lambda event: (event.at, event.seq)))
    facts = tuple(draw(values(fact.field)) for fact in given_facts(policy))
    shared = draw(shared_events(policy, received, most_days))
    gone += [
        Withdrawal(one.recorded_at + DAY, one.id) for one in shared if one.explicit and not draw(st.integers(0, 5))
    ]
    return Case("C-1", facts, ordered, changes, tuple(gone), shared=shared)


@st.composite
def shared_events(draw: st.DrawFn, policy: Policy, received: int, most_days: int) -> tuple[Event, ...]:
    """What happened to many cases at once, this one or another (116)."""
    kinds = [one.name for one in policy.events if one.shared_by]
    found = []
    for seq in range(draw(st.integers(0, 3)) if kinds else 0):
        at = received + draw(spans(most_days))
        one = draw(events(draw(st.sampled_from(kinds)), at, SHARED + seq))
        found.append(one._replace(id=f"s{seq}", fields=(draw(st.sampled_from(["a", "b"])), *one.fields[1:])))
    return tuple(sorted(found, key=lambda event: (event.at, event.seq)))


@st.composite
def fact_changes(draw: st.DrawFn, policy: Policy, received: int, seq: int, most_days: int) -> tuple[FactChange, ...]:
    facts = given_facts(policy)
    found = []
    for number in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        place = draw(st.integers(0, len(facts) - 1))
        at = received + draw(st.one_of(spans(most_days), st.sampled_from([0, -HOUR])))
        recorded_at = at + draw(st.sampled_from([0, 0, 0, 2 * DAY]))
        found.append(FactChange(at, seq + number, recorded_at, place, draw(values(facts[place].field)), f"c{number}"))
    return tuple(sorted(found, key=lambda change: (change.at, change.seq)))


def evaluation_moments(case: Case, most_days: int = 40) -> st.SearchStrategy[int]:
    """Mostly after receipt: whole minutes, and the seconds beside events and midnights."""
    first = case.events[0].at if case.events else RECEIPTS[0]
    beside = st.sampled_from([0, 0, 0, 1, -1])
    near = st.sampled_from([event.at for event in case.events] or [first])
    return st.builds(lambda at, by: at + by, st.one_of(near, spans(most_days).map(lambda span: first + span)), beside)
