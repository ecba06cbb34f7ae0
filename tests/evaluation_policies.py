"""Small policies and cases, built directly from the model, for the tests of the evaluation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from complaint_policy.calendars.data import Calendar, Holiday, Zone
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.case import Case, Event, EventType, FactChange, Field, Withdrawal
from complaint_policy.clocks.data import AtEvent, Counting, Due, Happening, Happens, Length, Limit
from complaint_policy.conditions.syntax import Condition, IsTrue, OneOf
from complaint_policy.conditions.typing import FactType
from complaint_policy.evaluation.engine import Engine, evaluate, prepare
from complaint_policy.evaluation.outcome import DutyResult, Evaluation
from complaint_policy.policy.model import (
    Decided,
    Decision,
    Duty,
    Fact,
    Given,
    Pack,
    Policy,
    Rule,
    Source,
)

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(2015, 1, 1), date(2035, 12, 31)
WORKDAY = ((9 * 3600, 17 * 3600),)


def day(text: str) -> int:
    """A date as a day number."""
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def at(text: str) -> int:
    """A London time, `2026-06-01T10:00`, or `2026-06-01 10:00:30`, as UTC seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp())


def said(moment: int | None) -> str | None:
    """A moment as London time, to compare with what a reader would say."""
    if moment is None:
        return None
    return (
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)).astimezone(LONDON).strftime("%Y-%m-%dT%H:%M:%S")
    )


@cache
def london() -> Zone:
    return resolve_zone("Europe/London", day(FIRST.isoformat()), day(LAST.isoformat()))


def calendar(name: str = "england", holidays: tuple[Holiday, ...] = (), **more: Any) -> Calendar:
    return Calendar(
        name=name,
        zone="Europe/London",
        windows=(WORKDAY,) * 5 + ((), ()),
        open_days=(True,) * 5 + (False, False),
        holidays=holidays or (Holiday(day("2026-05-25"), "Spring bank holiday"),),
        **{"first_day": day(FIRST.isoformat()), "last_day": day(LAST.isoformat())} | more,
    )


# --- parts of a policy ------------------------------------------------------------------------------------------------


def fact(name: str, kind: str = "boolean", source: Source | None = None, default: Any = None, **more: Any) -> Fact:
    return Fact(Field(name, FactType(kind, **more), default), source or Given())  # type: ignore[arg-type] # a test's word


def severity(*rules: Rule, otherwise: str | None = "low") -> tuple[Decision, Fact]:
    labels = ("critical", "high", "medium", "low")
    fact_of = Fact(Field("severity", FactType("choice", choices=labels)), Decided("severity"))
    return Decision("severity", labels, rules, otherwise, ordered=True), fact_of


def limit(length: int, unit: str, start: str = "received", calendar: str = "england", **counting: Any) -> Limit:
    return Limit(AtEvent(start), Length(length, unit), calendar, Counting(**counting))  # type: ignore[arg-type] # a test's word


def duty(id: str, due: Due | None, done_by: Happening | str | None, strength: str = "must", **more: Any) -> Duty:
    done = Happens(done_by) if isinstance(done_by, str) else done_by
    more.setdefault("when_key_changes", "from_change" if strength == "internal" else "recount")
    return Duty(
        id=id, pack=more.pop("pack", ""), section="requirements", strength=strength, due=due, done_by=done, **more
    )


FIELDS: dict[str, tuple[Field, ...]] = {
    "offer_made": (Field("amount", FactType("money", scale=2, currency="GBP")), Field("remedy", FactType("text"))),
    "approval_given": (
        Field("approval", FactType("text")),
        Field("amount", FactType("money", scale=2, currency="GBP")),
    ),
    "escalated": (Field("tier", FactType("text")),),
    "referred": (Field("body", FactType("text")),),
    "holding_response": (Field("promised_on", FactType("date")), Field("written", FactType("boolean"))),
    "final_response": (Field("written", FactType("boolean")), Field("outcome", FactType("text"))),
    "update_sent": (Field("part", FactType("text")),),
    "question_asked": (Field("part", FactType("text")),),
}


def policy(*duties: Duty, **more: Any) -> Policy:
    """An organisation's policy of these duties in the calendar `england`; every other part may be given by its name."""
    events = {name: EventType(name, fields) for name, fields in FIELDS.items()}
    parts: dict[str, Any] = {
        "id": "test",
        "title": "Test",
        "version": "1",
        "owner": "",
        "default_calendar": "england",
        "open_cases": "apply_new",
        "packs": (Pack("test", "Test", "1"),),
        "zones": (london(),),
        "calendars": (calendar(),),
        "facts": (),
        "events": tuple(events.values()),
        "duties": duties,
    }
    return Policy(**parts | more)


# --- cases ------------------------------------------------------------------------------------------------------------


def event(type: str, when: str | int, content: tuple[str, ...] | None = None, **fields: Any) -> tuple[Any, ...]:
    return (type, at(when) if isinstance(when, str) else when, content, fields)


def case(
    *events: tuple[Any, ...],
    values: tuple[Any, ...] = (),
    changes: tuple[tuple[Any, ...], ...] = (),
    withdrawals: tuple[tuple[str, str], ...] = (),
) -> Case:
    """A case from `event(…)`s in any order; `changes` are (moment, place, value[, recorded_at])."""
    made = [_event(number, *one) for number, one in enumerate(events)]
    steps = [
        FactChange(at(when), 100 + number, at(recorded[0]) if recorded else at(when), place, value)
        for number, (when, place, value, *recorded) in enumerate(changes)
    ]
    gone = tuple(Withdrawal(at(when), id) for when, id in withdrawals)
    ordered = tuple(sorted(made, key=lambda one: (one.at, one.seq)))
    return Case("C-1", values, ordered, tuple(sorted(steps)), gone)


def _event(number: int, type: str, moment: int, content: tuple[str, ...] | None, fields: dict[str, Any]) -> Event:
    names = [one.name for one in FIELDS.get(type, ())]
    by, recorded = fields.pop("by", None), fields.pop("recorded_at", None)
    values = (*(fields.get(name) for name in names), by, fields.get("channel"), fields.get("role"))
    return Event(
        fields.get("id", f"{type}#{number}"),
        type,
        moment,
        number,
        moment if recorded is None else at(recorded),
        by,
        None if content is None else frozenset(content),
        values,
        explicit="id" in fields,
    )


def received(when: str = "2026-06-01T10:00") -> tuple[Any, ...]:
    return event("received", when)


def asked(made: Policy | Engine, of: Case, when: str | int, as_known: str | None = None) -> Evaluation:
    engine = made if isinstance(made, Engine) else prepare(made)
    moment = at(when) if isinstance(when, str) else when
    return evaluate(engine, of, moment, None if as_known is None else at(as_known))


def one(
    made: Policy | Engine, of: Case, when: str | int, duty: str | None = None, as_known: str | None = None
) -> DutyResult:
    """The only result of the duty (or of the only duty)."""
    found = [item for item in asked(made, of, when, as_known).duties if duty is None or item.duty == duty]
    assert len(found) == 1, found
    return found[0]


def kinds(evaluation: Evaluation) -> list[str]:
    return [finding.kind for finding in evaluation.findings]


def is_choice(name: str, *values: str) -> Condition:
    return OneOf(name, values)


def is_true(name: str) -> Condition:
    return IsTrue(name)
