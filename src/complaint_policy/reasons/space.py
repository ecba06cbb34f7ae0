"""Everything about a case that may be changed to change an answer: its facts, its events, and the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Final, TypeAlias

from complaint_policy.bulk.reading import given_facts
from complaint_policy.calendars.zones import local
from complaint_policy.case import Field, Value
from complaint_policy.conditions.typing import FactType
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import field_names
from complaint_policy.reasons.changes import SOMEBODY_ELSE, Change, FactIs, Happening, NotHappened, Said
from complaint_policy.reasons.resting import Resting, aliases
from complaint_policy.reasons.trials import Trials, edge
from complaint_policy.reasons.values import nearest_in_cells, of_fact, values_of

_YEAR: Final = 365
_DAYS: Final = (1, 7, 30, 90, 180, *(_YEAR * years + years // 4 for years in (1, 2, 3, 4, 5, 6, 7, 10, 12, 15, 20, 30)))
"""How many days away a date from which time is counted is tried, either way."""
_MOST_TOLD: Final = 12
"""How many ways of telling an event are tried."""

Timed: TypeAlias = Callable[[int], Change]
"""A change of an event, for each moment at which it may happen."""


class Space:
    """What may be changed of one case for one question.

    fields, positions: the given facts that the answer may rest on, in declared order, with their places in a case.
    hidden: those that are not touched, because nobody is to learn their values. events: the types that matter.
    """

    __slots__ = (
        *("_atoms", "_known", "_names", "_plain", "_timed", "_trials"),
        *("events", "fields", "hidden", "resting", "values"),
    )

    def __init__(self, trials: Trials, evaluation: Evaluation, hidden: frozenset[str] = frozenset()) -> None:
        engine = trials.engine
        policy = engine.policy
        self._trials = trials
        self.resting = Resting(policy, trials.question.subject)
        rests_on = set(self.resting.given())
        self.fields = [
            (place, field)
            for place, field in enumerate(given_facts(policy))
            if field.name in rests_on and field.name not in hidden
        ]
        self.hidden = tuple(one for one in self.resting.given() if one in hidden)
        self.events = tuple(self.resting.events)
        self._known = {one.field.name: value for one, value in zip(policy.facts, evaluation.facts, strict=True)}
        known_as = aliases(policy)
        self._names: dict[str, list[str]] = {}
        for name, (given, _) in known_as.items():
            self._names.setdefault(given, []).append(name)
        self._atoms = {field.name: of_fact(field.name, self.resting.atoms, known_as) for _, field in self.fields}
        day, _ = local(default_zone(policy), trials.as_of)
        self._plain = {"date": day, "moment": trials.as_of}
        self._timed = {one for name in self.resting.timed for one in [known_as.get(name, (name,))[0]]}
        self.values: dict[int, int] = {}

    def now(self, field: Field) -> Value | None:
        """What a fact is as of the moment asked about, also by default."""
        value = self._known[field.name]
        assert value is None or isinstance(value, bool | int | str | frozenset), "a fact has a value or none"
        return value

    # --- facts --------------------------------------------------------------------------------------------------------

    def of_fact(self, position: int, field: Field, others: tuple[FactIs, ...] = ()) -> list[FactIs]:
        """Its other values: the nearest first, or in declared order, with these changes of others already made."""
        known = dict(self._known)
        for change in others:
            given = self._field(change.position)
            known |= dict.fromkeys(self._names[given.name], change.value)
        now = None if any(one.position == position for one in self._trials.case.changes) else self.now(field)
        plain = self._plain.get(field.type.kind, 0)
        found = values_of(field, now, self._atoms[field.name], known, plain)
        if field.name in self._timed and field.type.kind in ("date", "moment"):
            found = self._days(position, field, found, others)
        self.values[position] = max(self.values.get(position, 0), len(found))
        return [FactIs(position, one) for one in found]

    def _field(self, position: int) -> Field:
        return next(field for place, field in self.fields if place == position)

    def _days(self, position: int, field: Field, found: list[Value], others: tuple[FactIs, ...]) -> list[Value]:
        """Dates from which time is counted: of each stretch that is answered alike, the one nearest to now."""
        at = self.now(field)
        near = at if isinstance(at, int) else self._plain[field.type.kind]
        unit = 1 if field.type.kind == "date" else 86_400
        today = self._plain[field.type.kind]
        away = [base + sign * days * unit for base in (near, today) for sign in (-1, 1) for days in (0, *_DAYS)]
        tried = sorted({one for one in (*away, *found) if isinstance(one, int) and one >= 0})

        def answer(value: int) -> str:
            return self._trials.answer(*others, FactIs(position, value))

        edges = [edge(answer, before, after) for before, after in pairwise(tried) if answer(before) != answer(after)]
        cells = nearest_in_cells(edges, near, tried[0], tried[-1])
        kept: list[Value] = [*cells, *(one for one in found if one not in cells)]
        return sorted((one for one in kept if one != at), key=lambda one: abs(int(str(one)) - near))

    # --- events -------------------------------------------------------------------------------------------------------

    def may_happen(self) -> Iterator[tuple[str, list[Happening]]]:
        """The types of events that may have happened as well, each with what may be told of it, as of the moment asked.

        A case is received once.
        """
        for type in self.events:
            if type != "received" or not self.held("received"):
                yield (
                    type,
                    [Happening(type, self._trials.as_of, told, content) for told, content in self._tellings(type)],
                )

    def held(self, type: str) -> list[int]:
        """Where the events of a type stand in the case."""
        return [place for place, one in enumerate(self._trials.case.events) if one.type == type]

    def may_be_gone(self) -> Iterator[NotHappened]:
        """The events without which the case may be answered otherwise; never the last receipt."""
        for type in self.events:
            places = self.held(type)
            yield from (NotHappened(place) for place in (places[1:] if type == "received" else places))

    def may_have_said(self) -> Iterator[Said]:
        """What an event may have contained or told instead, one thing changed."""
        for type in self.events:
            for place in self.held(type):
                event = self._trials.case.events[place]
                needed = frozenset(self.resting.content.get(type, ()))
                if needed and not needed <= (event.content or frozenset()):
                    yield Said(place, (), needed | (event.content or frozenset()))
                names = field_names(self._trials.engine.policy, type)
                for field, values in self._fields(type):
                    held = event.fields[names.index(field.name)]
                    yield from (Said(place, ((field.name, one),)) for one in values if one != held)

    def _tellings(self, type: str) -> list[tuple[tuple[tuple[str, Value], ...], frozenset[str] | None]]:
        """Ways of telling an event, the shortest first: with all that it may have to contain, with nothing of it."""
        needed = frozenset(self.resting.content.get(type, ()))
        contents = (needed, frozenset[str]()) if needed else (None,)
        fields = self._fields(type)
        ways = [()] if not fields else list(product(*(((None, *values)) for _, values in fields)))
        named = [
            tuple((field.name, value) for (field, _), value in zip(fields, way, strict=True) if value is not None)
            for way in ways
        ]
        if type in self.resting.others:
            named = [(*told, ("by", SOMEBODY_ELSE)) for told in named]
        named.sort(key=len)
        return [(told, content) for content in contents for told in named[:_MOST_TOLD]]

    def _fields(self, type: str) -> list[tuple[Field, list[Value]]]:
        """The fields of an event that matter, each with the values to be tried."""
        own = {one.name: one for of in self._trials.engine.policy.events if of.name == type for one in of.fields}
        atoms = list(self.resting.filters.get(type, ()))
        found = []
        for name in self.resting.told.get(type, ()):
            field = own.get(name, Field(name, FactType("text")))
            plain = self._plain.get(field.type.kind, 0)
            values = values_of(field, None, of_fact(name, atoms, {name: (name, {})}), {}, plain)
            if (type, name) == ("escalated", "tier"):
                values = list(self._tiers())
            found.append((field, values))
        return found

    def _tiers(self) -> tuple[str, ...]:
        """The tiers to which a person may take a case."""
        escalation = self._trials.engine.policy.escalation
        return () if escalation is None else tuple(tier.id for tier in escalation.tiers)

    def moments(self, evaluation: Evaluation) -> list[int]:
        """Moments between which an answer may change with the moment of an event: those that the case itself has."""
        trials = self._trials
        subject = trials.question.subject
        told: set[int | None] = {trials.as_of, *(event.at for event in trials.case.events)}
        for one in evaluation.duties:
            if one.duty == subject.name or one.duty in self.resting.duties:
                told |= {one.start, one.late_from, one.earliest, one.latest}
                told |= {one.met_at, one.breached_at, one.paused_since}
        told |= {at for right in evaluation.rights for at in (right.opened_at, right.closed_from)}
        known = sorted({at for moment in told if moment is not None for at in (moment - 1, moment)})
        first = min((event.at for event in trials.case.events), default=trials.as_of)
        return [at for at in known if at >= first]
