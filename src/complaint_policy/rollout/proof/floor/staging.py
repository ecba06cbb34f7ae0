"""Makes happen what starts a clock at a moment: events with what they must tell and contain, and facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Final, NamedTuple

from complaint_policy.case import Field, Value
from complaint_policy.clocks.data import (
    AllOf,
    AnyOf,
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    EndOf,
    FirstOf,
    Happening,
    Happens,
    LastOf,
    Late,
    Met,
    Start,
)
from complaint_policy.conditions.patterns import compile_pattern
from complaint_policy.conditions.syntax import (
    And,
    Condition,
    Has,
    IsTrue,
    Linear,
    Matches,
    Not,
    OneOf,
    Or,
    facts_read,
)
from complaint_policy.evaluation.view import Engine, field_names
from complaint_policy.policy.model import Duty, Given
from complaint_policy.policy.model import When as WhenFact
from complaint_policy.rollout.proof.cases import Happened
from complaint_policy.rollout.proof.clocks import limits_of
from complaint_policy.rollout.proof.floor.trees import Anchor, Promise, anchor_of, given_name, leaves
from complaint_policy.rollout.proof.texts import text_for

_DAY: Final = 86_400
_HOUR: Final = 3_600
_MOST_DEPTH: Final = 6
_MOST_VALUES: Final = 4_000


class Staged(NamedTuple):
    """What happened, and what must be told of the complaint."""

    events: tuple[Happened, ...] = ()
    facts: tuple[tuple[str, Value], ...] = ()

    def and_also(self, other: Staged) -> Staged:
        """Both."""
        return Staged((*self.events, *other.events), (*self.facts, *other.facts))


class Stage:
    """What can be made to happen by one policy."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.policy = engine, engine.policy
        self._duties = {duty.id: duty for duty in engine.policy.duties}

    def started(self, anchor: Anchor, at: int, *, is_day: bool = False, depth: int = 0) -> Staged | None:
        """What starts a clock at a moment (or, `is_day`, on a day number); None where that cannot be made up."""
        moment = at * _DAY + 10 * _HOUR if is_day else at
        if depth > _MOST_DEPTH:
            return None
        match anchor:
            case AtEvent(event, where):
                told = self.fields(event, where)
                return None if told is None else Staged((Happened(event, moment, told),))
            case AtDate(fact):
                return self._fact(fact, at if is_day else moment // _DAY, moment)
            case AtMoment(fact):
                return self._fact(fact, moment, moment)
            case AtMet(duty):
                return self._done(self._duties[duty], moment, depth)
            case AtDue(duty) | AtLate(duty):
                return self.running(self._duties[duty], moment, depth + 1)
            case EndOf(_, of):
                return self.started(of, at, is_day=is_day, depth=depth)
            case FirstOf(items):
                made = (self.started(item, at, is_day=is_day, depth=depth + 1) for item in items)
                return next((one for one in made if one is not None), None)
            case LastOf(items):
                return self._all([self.started(item, at, is_day=is_day, depth=depth + 1) for item in items])
            case Promise(event, field):
                told = self.fields(event, None)
                return Staged((Happened(event, moment - 20 * _DAY, {**(told or {}), field: at}),))
        return None

    def running(self, duty: Duty, at: int, depth: int = 0) -> Staged | None:
        """What makes a duty owed, with its clock started at a moment."""
        if duty.each is not None:
            told = self.fields(duty.each.event, duty.each.where)
            return None if told is None else Staged((Happened(duty.each.event, at, told),))
        for leaf in _first_leaves(duty):
            return self.started(leaf, at, depth=depth + 1)
        return Staged()

    def _done(self, duty: Duty, at: int, depth: int) -> Staged | None:
        begun = self.running(duty, at - _HOUR, depth + 1)
        done = None if duty.done_by is None else self.happened(duty.done_by, at, depth + 1)
        return None if begun is None or done is None else begun.and_also(done)

    def happened(self, happening: Happening, at: int, depth: int = 0) -> Staged | None:
        """What makes something happen at a moment, with all that it must contain."""
        if depth > _MOST_DEPTH:
            return None
        match happening:
            case Happens(event, where, content, content_if):
                told = self.fields(event, where)
                items = frozenset((*content, *(item for item, _ in content_if))) or None
                return None if told is None else Staged((Happened(event, at, told, items),))
            case Met(duty):
                return self._done(self._duties[duty], at, depth + 1)
            case Late(duty):
                return self.running(self._duties[duty], at - 400 * _DAY, depth + 1)
            case AnyOf(items):
                made = (self.happened(item, at, depth + 1) for item in items)
                return next((one for one in made if one is not None), None)
            case AllOf(items):
                return self._all([self.happened(item, at, depth + 1) for item in items])
        return None

    def _all(self, parts: list[Staged | None]) -> Staged | None:
        found = Staged()
        for part in parts:
            if part is None:
                return None
            found = found.and_also(part)
        return found

    def _fact(self, name: str, value: int, moment: int) -> Staged | None:
        given = given_name(self.policy, name)
        fact = next((one for one in self.policy.facts if one.field.name == given), None)
        if fact is not None and isinstance(fact.source, WhenFact):
            return Staged((Happened(fact.source.event, moment),))
        return Staged((), ((given, value),)) if fact is not None and isinstance(fact.source, Given) else None

    # --- fields -------------------------------------------------------------------------------------------------------

    def fields(self, event: str, where: Condition | None) -> Mapping[str, Value] | None:
        """What an event must tell so that a condition on its fields is true; None where nothing was found that does."""
        if where is None:
            return {}
        kind = next(one for one in self.policy.events if one.name == event)
        names = field_names(self.policy, event)
        asked = [name for name in names if name in facts_read(where)]
        own = {field.name: field for field in kind.fields}
        choices = [list(_values_for(own.get(name), name, where)) for name in asked]
        test = self.engine.filters[event, where]
        for values in islice(product(*choices), _MOST_VALUES):
            told = dict(zip(asked, values, strict=True))
            if test(tuple(told.get(name) for name in names)) is True:
                return {name: value for name, value in told.items() if value is not None}
        return None


def _first_leaves(duty: Duty) -> Iterator[Start]:
    for limit in limits_of(duty.due):
        yield limit.start
    for leaf in leaves(duty.due):
        found = anchor_of(leaf)
        if not isinstance(found, Promise):
            yield found


def _values_for(field: Field | None, name: str, where: Condition) -> Iterator[Value | None]:
    """Values of a field that a condition may be about."""
    yield None
    if field is not None and field.type.kind == "boolean":
        yield from (True, False)
    elif field is not None and field.type.kind == "choice":
        yield from field.type.choices
    elif field is not None and field.type.kind == "choices":
        yield frozenset(field.type.choices)
        yield from (frozenset((one,)) for one in field.type.choices)
    else:
        yield from _named(name, where)


def _named(name: str, where: Condition) -> Iterator[Value]:
    match where:
        case And(items) | Or(items):
            for item in items:
                yield from _named(name, item)
        case Not(item):
            yield from _named(name, item)
            yield "other"
        case OneOf(fact, values) if fact == name:
            yield from values
        case Linear(_, terms, constant, _) if any(fact == name for fact, _ in terms):
            for fact, factor in terms:
                if fact == name:
                    yield from (constant // factor + away for away in (0, 1, -1))
        case Matches(fact, pattern) if fact == name:
            text = text_for({}, {pattern: True})
            if text is not None and compile_pattern(pattern)(text):
                yield text
        case Has() | IsTrue():
            return
