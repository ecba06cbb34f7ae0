"""Makes a complaint of what the solver found possible: as little told of it as can be, and confirmed by evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from complaint_policy.calendars.zones import to_utc
from complaint_policy.case import Case, Event, Field, Value
from complaint_policy.clocks.data import AtDate, AtMoment
from complaint_policy.evaluation.calendars import zone_of
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine, field_names
from complaint_policy.policy.model import (
    Answered,
    Counted,
    Elapsed,
    Given,
    LaterThan,
    Latest,
    Policy,
    Total,
    When,
)
from complaint_policy.rollout.proof.formulas import Formulas
from complaint_policy.rollout.proof.solver import Solver, Status, Term, every, opposite
from complaint_policy.rollout.proof.texts import text_for
from complaint_policy.rollout.proof.values import Variable

_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY: Final = 86_400
_OPENING: Final = 10 * 3600
_AGES: Final = (0, 40, 400, 1_200, 2_600, 6_000)
"""Days before the receipt on which things happened that a complaint may be too late about."""
_LATER: Final = (40, 400, 2_600)
"""Days after the receipt at which a complaint is looked at, where the passing of time matters."""
_MOST_EVENTS: Final = 50

Confirmed: TypeAlias = Callable[[Case, int], bool]


class Shown(NamedTuple):
    """A complaint as of a moment (UTC seconds), confirmed by the ordinary evaluation."""

    case: Case
    as_of: int


class Sought(NamedTuple):
    """What came of looking for a case. `no`: there is none. `unknown`: the time was not enough.

    `unmade`: the solver finds one possible, but none of the complaints made of it bears it out.
    """

    status: Literal["yes", "no", "unknown", "unmade"]
    shown: Shown | None = None


class _Scene(NamedTuple):
    """What has happened, when it is looked at, and what facts must be: an attempt to make what is wanted."""

    events: tuple[Event, ...]
    as_of: int
    facts: tuple[tuple[str, Value], ...] = ()


class Seeker:
    """Looks for cases of one policy that was made ready. received: the moment at which they are received."""

    def __init__(self, engine: Engine, formulas: Formulas, received: int) -> None:
        self.engine, self.formulas, self.received = engine, formulas, received
        self.solver: Solver = formulas.space.solver
        self.fields: tuple[Field, ...] = tuple(
            fact.field for fact in engine.policy.facts if isinstance(fact.source, Given)
        )

    def seek(self, confirmed: Confirmed, *terms: Term, small: bool = True) -> Sought:
        """A case in which the terms are true and `confirmed` says yes; `small`: with as little told as can be."""
        with self.solver.assuming(*terms):
            status = self.solver.ask()
            if status != "yes":
                return Sought(status)
            for scene in self._scenes():
                shown = self._in_scene(scene, confirmed, small)
                if shown is not None:
                    return Sought("yes", shown)
        return Sought("unmade")

    def _in_scene(self, scene: _Scene, confirmed: Confirmed, small: bool) -> Shown | None:
        """Tries facts until what has happened says of them what the solver was told that it says."""
        given = dict(scene.facts)
        told = self.formulas.space.given
        fixed = [told[name].among(value) for name, value in scene.facts if name in told]
        case = self._case(scene, [given.get(field.name) for field in self.fields])
        for _ in range(3):
            history = self._history(case, scene.as_of)
            if self.solver.ask(*fixed, *history) != "yes":
                return None
            with self.solver.assuming(*fixed, *history):
                if small:
                    self._make_small(frozenset(given))
                if self.solver.ask() != "yes":
                    return None
                values = [given.get(field.name, self._value(field)) for field in self.fields]
            case = self._case(scene, values)
            if confirmed(case, scene.as_of):
                return Shown(case, scene.as_of)
        return None

    def _history(self, case: Case, as_of: int) -> list[Term]:
        """That what follows from the events and the moment is what the evaluation says."""
        found: list[Term] = [self.formulas.space.moment == as_of]
        if self.formulas.history:
            values = evaluate(self.engine, case, as_of).facts
            told = {fact.field.name: value for fact, value in zip(self.engine.policy.facts, values, strict=True)}
            for name, variable in self.formulas.history.items():
                value = told[name]
                assert value is None or isinstance(value, bool | int | str | frozenset)
                found.append(variable.among(value))
        return found

    def _case(self, scene: _Scene, values: Iterable[Value | None]) -> Case:
        told = (
            _any_value(field) if value is None and field.required else value
            for field, value in zip(self.fields, values, strict=True)
        )
        return Case("shown", tuple(told), scene.events)

    # --- what has happened --------------------------------------------------------------------------------------------

    def _scenes(self) -> Iterator[_Scene]:
        """The complaint just received; then what makes facts that follow from events and from time come out."""
        received = event(self.engine.policy, "received", self.received, {}, 1)
        made = (received, *self._events())  # while the solver still has its first way in mind
        yield _Scene((received,), self.received)
        if len(made) > 1:
            yield _Scene(made, made[-1].at)
        for since in self._dates_of_settings():
            yield _Scene((event(self.engine.policy, "received", since, {}, 1),), since)
        ages = self._aged()
        for age in _AGES if ages else ():
            facts = tuple((field.name, self._before(field, age)) for field in ages)
            yield _Scene(made, made[-1].at, facts)
        for days in _LATER if self.formulas.history else ():
            yield _Scene(made, made[-1].at + days * _DAY)

    def _events(self) -> list[Event]:
        wanted: list[tuple[int, str, dict[str, Value]]] = []
        for name, variable in self.formulas.history.items():
            if not self.solver.holds(variable.known):
                continue
            value = self._read(variable)
            source = self.engine.facts[self.engine.places[name]].source
            match source:
                case Latest(of, field) | Total(of, field) if value is not None:
                    wanted.append((self.received + 3600 * (1 + len(wanted)), of, {field: value}))
                case Counted(of, distinct_days=apart) if isinstance(value, int):
                    step = _DAY if apart else 3600
                    number = min(value, _MOST_EVENTS) - (of == "received")
                    wanted += [(self.received + step * (1 + len(wanted) + place), of, {}) for place in range(number)]
                case When(of, calendar=calendar) if isinstance(value, int):
                    at = value if calendar is None else value * _DAY + _OPENING
                    wanted += [(at, of, {})] if at > self.received else []
        wanted.sort(key=lambda one: one[0])
        return [event(self.engine.policy, of, at, told, place) for place, (at, of, told) in enumerate(wanted, 2)]

    def _dates_of_settings(self) -> list[int]:
        found = []
        for fact in self.engine.policy.facts:
            if isinstance(fact.source, Answered):
                found += [since for since, _ in fact.source.values if since is not None]
        return sorted(set(found), reverse=True)

    def _aged(self) -> list[Field]:
        """The given facts from which time is counted that makes a complaint late."""
        names = set()
        for name in self.formulas.history:
            source = self.engine.facts[self.engine.places[name]].source
            start = getattr(source.due, "start", None) if isinstance(source, LaterThan) else None
            start = source.since if isinstance(source, Elapsed) else start
            if isinstance(start, AtDate | AtMoment):
                names.add(start.fact)
        return [field for field in self.fields if field.name in names]

    def _before(self, field: Field, days: int) -> int:
        day = self.received // _DAY - days
        return day if field.type.kind == "date" else self.received - days * _DAY

    # --- as little as can be ------------------------------------------------------------------------------------------

    def _make_small(self, kept: frozenset[str]) -> None:
        """One fact after the other is left out where it can be, or else given the plainest value that will do."""
        for field in self.fields:
            variable = self.formulas.space.given.get(field.name)
            if variable is None or field.name in kept:
                continue
            if self._settle(opposite(variable.known)):
                continue
            if field.default is not None and self._settle(variable.among(field.default)):
                continue
            self.solver.add(variable.known)
            if variable.type.kind in ("boolean", "choice", "choices", "text"):
                self._plainest(variable)
            else:
                self._nearest(variable.number, self._plain_number(field))

    def _settle(self, term: Term) -> bool:
        if term is not False and self.solver.ask(term) == "yes":
            self.solver.add(term)
            return True
        return False

    def _plainest(self, variable: Variable) -> None:
        if variable.type.kind == "boolean":
            self._settle(opposite(variable.truth))
        elif variable.type.kind == "choices":
            for term in variable.members.values():
                self._settle(opposite(term))
        else:
            any(self._settle(term) for term in variable.labels.values())

    def _plain_number(self, field: Field) -> int:
        kind = field.type.kind
        return self.received // _DAY if kind == "date" else self.received if kind == "moment" else 0

    def _nearest(self, number: Term, plain: int) -> None:
        """The number nearest to a plain one, upwards rather than down."""
        if self._settle(number == plain):
            return
        up = self.solver.ask(number > plain) == "yes"
        if not up and self.solver.ask(number < plain) != "yes":
            return
        near, far = 0, abs(self.solver.number(number) - plain)
        while near + 1 < far:
            middle = (near + far) // 2
            within: Status = self.solver.ask(
                every((number > plain, number <= plain + middle) if up else (number < plain, number >= plain - middle))
            )
            if within == "yes":
                far = abs(self.solver.number(number) - plain)
            else:
                near = middle
        self._settle(number == (plain + far if up else plain - far))

    # --- what the solver found ----------------------------------------------------------------------------------------

    def _value(self, field: Field) -> Value | None:
        variable = self.formulas.space.given.get(field.name)
        if variable is None or not self.solver.holds(variable.known):
            return None
        value = self._read(variable)
        return None if value == field.default and variable.known is True and not field.required else value

    def _read(self, variable: Variable) -> Value | None:
        holds = self.solver.holds
        match variable.type.kind:
            case "boolean":
                return holds(variable.truth)
            case "choice":
                return next((label for label, term in variable.labels.items() if holds(term)), None)
            case "choices":
                return frozenset(name for name, term in variable.members.items() if holds(term))
            case "text":
                labels = {label: holds(term) for label, term in variable.labels.items()}
                return text_for(labels, {pattern: holds(term) for pattern, term in variable.patterns.items()})
        return self.solver.number(variable.number)


def event(policy: Policy, type: str, at: int, told: dict[str, Value], number: int) -> Event:
    """An event at a moment, with what is told of it in its fields."""
    fields = tuple(told.get(name) for name in field_names(policy, type))
    return Event(f"{type}#{number}", type, at, number, at, None, None, fields)


def opening(policy: Policy, since: int) -> int:
    """The third of March after a moment, at ten in the policy's zone: as good as any to receive a complaint."""
    year = date.fromordinal(since // _DAY + 1 + _EPOCH).year
    return to_utc(zone_of(policy, policy.default_calendar), date(year, 3, 3).toordinal() - _EPOCH, _OPENING)


def _any_value(field: Field) -> Value:
    """A value for a fact that must be told and that nothing asks about."""
    match field.type.kind:
        case "boolean":
            return False
        case "choice":
            return field.type.choices[0]
        case "choices":
            return frozenset()
        case "text":
            return "any"
    return 0
