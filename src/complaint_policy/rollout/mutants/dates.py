"""What could be wrong by a day in the dates from and until which something is in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from complaint_policy.clocks.data import Suspension
from complaint_policy.conditions.syntax import And, Condition, IsTrue, Not, Or
from complaint_policy.policy.model import Answered, Fact
from complaint_policy.rollout.mutants.changes import DAY, Change

Span: TypeAlias = "tuple[int | None, int | None]"


def of_span(span: Span) -> Iterator[Change]:
    """Each end of a time in force, a day later and a day earlier; the item is the changed span."""
    for place, (key, says) in enumerate((("from", "it comes into force"), ("until", "it ends"))):
        moment = span[place]
        if moment is None:
            continue
        for away, words in _WAYS:
            changed = (moment + away, span[1]) if place == 0 else (span[0], moment + away)
            yield Change("date in force", f"{says} a day {words}", ("in_force", key), changed)


def of_dated_fact(fact: Fact) -> Iterator[Change]:
    """Each date from which a setting, or a rule with dates of its own, counts."""
    source = fact.source
    if not isinstance(source, Answered):
        return
    for place, (since, value) in enumerate(source.values):
        for away, words in _WAYS if since is not None else ():
            assert since is not None, "only a date is moved"
            values = (*source.values[:place], (since + away, value), *source.values[place + 1 :])
            says = f"{_spoken(fact)} a day {words}"
            yield Change("date in force", says, ("in_force",), replace(fact, source=Answered(values)))


def of_suspension(suspension: Suspension) -> Iterator[Change]:
    """The first and the last day of each text of a suspension, and the day from which the text is in force."""
    dated = suspension.dated
    for place, (since, days) in enumerate(dated):
        for away, words in _WAYS:
            step = away // DAY
            texts = [
                (f"its first day is a day {words}", (since, (days[0] + step, days[1]))),
                (f"its last day is a day {words}", (since, (days[0], days[1] + step))),
            ]
            if since is not None:
                texts.append((f"this text is in force a day {words}", (since + away, days)))
            for says, text in texts:
                if text[1][0] <= text[1][1]:
                    changed = replace(suspension, dated=(*dated[:place], text, *dated[place + 1 :]))
                    yield Change("date in force", says, ("dated", place), changed)


_WAYS = ((DAY, "later"), (-DAY, "earlier"))


def _spoken(fact: Fact) -> str:
    name = fact.field.name.rpartition("/")[2]
    return f"`{name}` counts" if " " not in name else f"{name}, moved:"


def asks(condition: Condition | None, fact: str) -> bool:
    """Whether a condition asks whether this fact is true."""
    match condition:
        case IsTrue(name):
            return bool(name == fact)
        case Not(item):
            return asks(item, fact)
        case And(items) | Or(items):
            return any(asks(item, fact) for item in items)
    return False
