"""Makes a complaint of what the solver found possible: as little told of it as can be, and confirmed by evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from complaint_policy.bulk.reading import given_facts
from complaint_policy.calendars.zones import to_utc
from complaint_policy.case import Case, Event, Field, Value
from complaint_policy.clocks.data import AtDate, AtMoment, Before, Limit
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine, field_names
from complaint_policy.policy.compiling.strictness import longest, shortest
from complaint_policy.policy.model import (
    Answered,
    Counted,
    Elapsed,
    LaterThan,
    Latest,
    Policy,
    Source,
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
_AHEAD: Final = frozenset((-2, -40))
"""The same of what is to happen after it."""
_LATER: Final = (40, 400, 2_600)
"""Days after the receipt at which a complaint is looked at, where the passing of time matters."""
_MOST_EVENTS: Final = 50


class Shown(NamedTuple):
    """A complaint as of a moment (UTC seconds), confirmed by the ordinary evaluation.

    other: the same complaint as another policy reads it, where two are compared.
    """

    case: Case
    as_of: int
    other: Case | None = None


Confirmed: TypeAlias = Callable[[Shown], bool]


class Sought(NamedTuple):
    """What came of looking for a case. `no`: there is none. `unknown`: the time was not enough.

    `unmade`: the solver finds one possible, but none of the complaints made of it bears it out.
    """

    status: Literal["yes", "no", "unknown", "unmade"]
    shown: Shown | None = None


class Happened(NamedTuple):
    """An event at a moment, with what is told of it, and what it contained (None: not recorded)."""

    type: str
    at: int
    told: Mapping[str, Value] = {}
    content: frozenset[str] | None = None


class Scene(NamedTuple):
    """What has happened, when it is looked at, and what facts must be: an attempt to make what is wanted."""

    events: tuple[Happened, ...]
    as_of: int
    facts: tuple[tuple[str, Value], ...] = ()


class Seeker:
    """Looks for cases of one policy that was made ready. received: the moment at which they are received."""

    def __init__(
        self, engine: Engine, formulas: Formulas, received: int, beside: tuple[Engine, Formulas] | None = None
    ) -> None:
        """beside: another policy that reads the same cases."""
        self.engine, self.formulas, self.received, self.beside = engine, formulas, received, beside
        self.solver: Solver = formulas.space.solver
        self.fields = given_facts(engine.policy)
        names = {field.name for field in self.fields}
        others = given_facts(beside[0].policy) if beside is not None else ()
        self._more = tuple(field for field in others if field.name not in names)

    def seek(
        self, confirmed: Confirmed, *terms: Term, small: bool = True, scenes: Iterable[Scene] | None = None
    ) -> Sought:
        """A case in which the terms are true and `confirmed` says yes; `small`: with as little told as can be.

        scenes: what may have happened, each tried in turn; made up from what the solver finds, if none are given.
        """
        with self.solver.assuming(*terms):
            status = self.solver.ask()
            if status != "yes":
                return Sought(status)
            for scene in self._scenes() if scenes is None else self._with_more(scenes):
                shown = self._in_scene(scene, confirmed, small)
                if shown is not None:
                    return Sought("yes", shown)
        return Sought("unmade")

    def _in_scene(self, scene: Scene, confirmed: Confirmed, small: bool) -> Shown | None:
        """Tries facts until what has happened says of them what the solver was told that it says."""
        given: dict[str, Value | None] = dict(scene.facts)
        told = self.formulas.space.given
        fixed = [told[name].among(value) for name, value in scene.facts if name in told]
        shown = self._shown(scene, given)
        for attempt in range(4):
            history = self._history(shown)
            if self.solver.ask(*fixed, *history) != "yes":
                if attempt or self.solver.ask(*fixed) != "yes":
                    return None
                # what has happened may say more once the facts are told that the solver wants
                shown = self._shown(scene, {field.name: self._value(field) for field in self._all_fields()} | given)
                continue
            with self.solver.assuming(*fixed, *history):
                if small:
                    self._make_small(frozenset(given))
                if self.solver.ask() != "yes":
                    return None
                values = {field.name: self._value(field) for field in self._all_fields()}
            shown = self._shown(scene, values | given)
            if confirmed(shown):
                return shown
        return None

    def _all_fields(self) -> tuple[Field, ...]:
        return (*self.fields, *self._more)

    def _history(self, shown: Shown) -> list[Term]:
        """That what follows from the events and the moment is what the evaluation says."""
        found: list[Term] = [self.formulas.space.moment == shown.as_of]
        found += _as_evaluated(self.engine, self.formulas, shown.case, shown.as_of)
        if self.beside is not None and shown.other is not None:
            found += _as_evaluated(*self.beside, shown.other, shown.as_of)
        return found

    def _shown(self, scene: Scene, values: Mapping[str, Value | None]) -> Shown:
        case = _case(self.engine.policy, scene, values)
        return Shown(case, scene.as_of, None if self.beside is None else _case(self.beside[0].policy, scene, values))

    # --- what has happened --------------------------------------------------------------------------------------------

    def _scenes(self) -> Iterator[Scene]:
        """The complaint just received; then what makes facts that follow from events and from time come out."""
        received = Happened("received", self.received)
        made = (received, *self._events())  # while the solver still has its first way in mind
        yield Scene((received,), self.received)
        if len(made) > 1:
            yield Scene(made, made[-1].at)
        for since in self._dates_of_settings():
            yield Scene((Happened("received", since),), since)
        aged, lengths = self._aged()
        for age in sorted({*_AGES, *lengths}) if aged else ():
            facts = tuple((field.name, self._before(field, age, self.received)) for field in aged)
            yield Scene(made, made[-1].at, facts)
        for days in _LATER if self.formulas.history else ():
            yield Scene(made, made[-1].at + days * _DAY)

    def _with_more(self, scenes: Iterable[Scene]) -> Iterator[Scene]:
        """Each scene as it is; then with what the solver wants to have happened and to be told besides."""
        more = self._events() if self.formulas.history else []
        dated = self._dates() if self.formulas.history else ()
        for scene in scenes:
            for one in (scene, *_fuller(scene, more)):
                yield one
                for dates in dated:
                    first, told = one.events[0].at if one.events else one.as_of, dict(one.facts)
                    facts = [
                        (field.name, self._before(field, age, first)) for field, age in dates if field.name not in told
                    ]
                    yield one._replace(facts=(*one.facts, *facts))
            for days in _LATER if self.formulas.history else ():
                yield scene._replace(as_of=scene.as_of + days * _DAY)

    def _dates(self) -> list[list[tuple[Field, int]]]:
        """How many days before the first event the dates may lie from which time is counted; until which, a day."""
        aged, lengths = self._aged()
        elapsed = [source for source in self._sources() if isinstance(source, Elapsed)]
        ends = {one.fact for source in elapsed for one in _dates_in(source.until)}
        ages = sorted({*_AGES, *lengths}) if aged else []
        return [[(field, min(age, 1) if field.name in ends else age) for field in aged] for age in ages]

    def _events(self) -> list[Happened]:
        wanted: list[Happened] = []
        for name, variable in self.formulas.history.items():
            if not self.solver.holds(variable.known):
                continue
            value = self._read(variable)
            source = self.engine.facts[self.engine.places[name]].source
            match source:
                case Latest(of, field) | Total(of, field) if value is not None:
                    wanted.append(Happened(of, self.received + 3600 * (1 + len(wanted)), {field: value}))
                case Counted(of, distinct_days=apart) if isinstance(value, int):
                    step = _DAY if apart else 3600
                    number = min(value, _MOST_EVENTS) - (of == "received")
                    begun = self.received + step * (1 + len(wanted))
                    wanted += [Happened(of, begun + step * place) for place in range(number)]
                case When(of, calendar=calendar) if isinstance(value, int):
                    at = value if calendar is None else value * _DAY + _OPENING
                    wanted += [Happened(of, at)] if at > self.received else []
        return sorted(wanted, key=lambda one: one.at)

    def _dates_of_settings(self) -> list[int]:
        found = []
        for fact in self.engine.policy.facts:
            if isinstance(fact.source, Answered):
                found += [since for since, _ in fact.source.values if since is not None]
        return sorted(set(found), reverse=True)

    def _aged(self) -> tuple[list[Field], set[int]]:
        """The given facts from which time is counted that makes a complaint late, and days just short of and beyond it.

        Those of both policies are taken, since between two lengths lies what only one of them calls late.
        """
        names, ages = set[str](), set[int]()
        for source in self._sources():
            due = source.due if isinstance(source, LaterThan) else None
            names.update(one.fact for one in _dates_in(source))
            if isinstance(due, Limit):
                bounds = (shortest(due.length), longest(due.length))
                ages |= {age for bound in bounds if bound is not None for age in (max(0, bound - 2), bound + 2)}
            elif isinstance(due, Before):  # so long before a day that is still to come
                ages |= _AHEAD
        return [field for field in (*self.fields, *self._more) if field.name in names], ages

    def _sources(self) -> Iterator[Source]:
        for engine, formulas in ((self.engine, self.formulas), *([self.beside] if self.beside is not None else [])):
            yield from (engine.facts[engine.places[name]].source for name in formulas.history)

    def _before(self, field: Field, days: int, moment: int) -> int:
        return moment // _DAY - days if field.type.kind == "date" else moment - days * _DAY

    # --- as little as can be ------------------------------------------------------------------------------------------

    def _make_small(self, kept: frozenset[str]) -> None:
        """One fact after the other is left out where it can be, or else given the plainest value that will do."""
        for field in (*self.fields, *self._more):
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


def _fuller(scene: Scene, more: Iterable[Happened]) -> Iterator[Scene]:
    """The scene with more events; those that are there tell more."""
    there = {one.type for one in scene.events}
    added = [one for one in more if one.type not in there]
    wanted = {one.type: one.told for one in more if one.told}
    events = [one._replace(told=dict(wanted.get(one.type, {})) | dict(one.told)) for one in scene.events]
    if added or events != list(scene.events):
        ordered = tuple(sorted((*events, *added), key=lambda one: one.at))
        yield scene._replace(events=ordered, as_of=max(scene.as_of, ordered[-1].at))


def _dates_in(item: object) -> Iterator[AtDate | AtMoment]:
    """The dates and moments that facts tell from which something is counted."""
    if isinstance(item, AtDate | AtMoment):
        yield item
    elif isinstance(item, tuple):
        for one in item:
            yield from _dates_in(one)
    else:
        for name in getattr(item, "__slots__", ()):
            yield from _dates_in(getattr(item, name))


def events_of(policy: Policy, happened: Iterable[Happened]) -> tuple[Event, ...]:
    """Events in their order, as a policy reads them; those that it does not know are none to it."""
    known = {event.name for event in policy.events}
    found = []
    for number, (type, at, told, content) in enumerate(happened, 1):
        if type in known:
            fields = tuple(told.get(name) for name in field_names(policy, type))
            by = told.get("by")
            found.append(
                Event(f"{type}#{number}", type, at, number, at, by if isinstance(by, str) else None, content, fields)
            )
    return tuple(found)


def _case(policy: Policy, scene: Scene, values: Mapping[str, Value | None]) -> Case:
    told = []
    for field in given_facts(policy):
        value = values.get(field.name)
        told.append(_any_value(field) if value is None and field.required else value)
    return Case("shown", tuple(told), events_of(policy, scene.events))


def _as_evaluated(engine: Engine, formulas: Formulas, case: Case, as_of: int) -> list[Term]:
    if not formulas.history:
        return []
    values = evaluate(engine, case, as_of).facts
    told = {fact.field.name: value for fact, value in zip(engine.policy.facts, values, strict=True)}
    found = []
    for name, variable in formulas.history.items():
        value = told[name]
        assert value is None or isinstance(value, bool | int | str | frozenset)
        found.append(variable.among(value))
    return found


def opening(policy: Policy, since: int) -> int:
    """The third of March after a moment, at ten in the policy's zone: as good as any to receive a complaint."""
    year = date.fromordinal(since // _DAY + 1 + _EPOCH).year
    return to_utc(default_zone(policy), date(year, 3, 3).toordinal() - _EPOCH, _OPENING)


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
