"""What is due while a key is not known: reckoned for each of its possible values, with the bounds of them all."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import Before, ByFact, ByField, Cycles, Dated, Earliest, Latest, Limit, OnDate
from complaint_policy.clocks.data import Due as DueRule
from tests.reference import dues

if TYPE_CHECKING:
    from tests.reference.dues import Asked, Outcome
    from tests.reference.view import View


def in_every_world(view: View, asked: Asked, rule: DueRule) -> Outcome:
    """51: the due for each possible value of the keys that are not known, the same value wherever a key is read."""
    keys = [key for key in dict.fromkeys(keys_of(view, rule)) if len(view.possible(key)) > 1]
    found: list[Outcome] = []
    given = view.assumed
    for values in product(*(view.possible(key) for key in keys)):
        view.assumed = given | dict(zip(keys, values, strict=True))
        found += dues.outcomes(view, asked, rule)
        view.assumed = given
    return dues.interval(found)


def keys_of(view: View, rule: DueRule) -> list[str]:
    """The facts that choose a clock or a calendar somewhere in a due."""
    tables = [part.fact for part in due_parts(rule) if isinstance(part, ByFact)]
    calendars = [view.walk.calendars[name] for name in calendars_in(rule)]
    return tables + [one.fact for one in calendars if isinstance(one, CalendarChoice)]


def calendars_in(rule: DueRule | None) -> list[str]:
    return [part.calendar for part in due_parts(rule) if isinstance(part, Limit | Before | Cycles | OnDate | ByField)]


def due_parts(rule: DueRule | None) -> list[DueRule]:
    """A due, and every due in it."""
    match rule:
        case None:
            return []
        case ByFact(_, cases, otherwise):
            inner = [*dict(cases).values(), otherwise]
        case Earliest(items) | Latest(items):
            inner = [*items]
        case Dated(_, entries):
            inner = [item for _, item in entries]
        case _:
            inner = []
    return [rule, *(part for one in inner for part in due_parts(one))]
