"""Smaller variants of policies and cases, and both written as Python, for whoever looks for why two answers differ.

It knows nothing of the language but which classes can stand for one another: a new construct is made smaller too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from complaint_policy.calendars.data import Zone
from complaint_policy.case import Case, Event, EventType
from complaint_policy.clocks.data import Due, Happening, Start
from complaint_policy.conditions.syntax import Condition
from complaint_policy.policy.model import Decision, Fact, Given, Policy
from tests.strategies.building import EVENT_TYPES

T = TypeVar("T")

INTERCHANGEABLE = tuple(get_args(family) for family in (Due, Start, Happening, Condition))
"""Where one of these stands, a part of it of the same family may stand as well."""

LISTS = frozenset(
    {
        *(
            "events",
            "shared",
            "changes",
            "withdrawals",
            "duties",
            "rights",
            "moves",
            "rules",
            "suspensions",
            "decisions",
        ),
        *("pauses", "longer", "warn", "entries", "cases", "items", "holidays", "content", "approvals"),
    }
)
"""Fields that hold as many as one likes; other tuples have a fixed length."""

SHAPE = frozenset({"zones", "labels", "type", "known", "first_day", "last_day", "open_days", "windows"})
"""Fields without which the rest would make no sense: they stay as they are."""


def names_of(value: object) -> tuple[str, ...]:
    """The fields of a record; none of anything else."""
    if dataclasses.is_dataclass(value):
        return tuple(one.name for one in dataclasses.fields(value))
    return getattr(value, "_fields", ())


def defaults_of(value: object) -> dict[str, Any]:
    if dataclasses.is_dataclass(value):
        return {one.name: one.default for one in dataclasses.fields(value) if one.default is not dataclasses.MISSING}
    return getattr(value, "_field_defaults", {})


def replaced(value: T, name: str, part: object) -> T:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{name: part})
    return value._replace(**{name: part})  # type: ignore[attr-defined, no-any-return]  # a named tuple


def smaller(value: T) -> Iterator[T]:
    """Every variant with one thing less, the largest steps first."""
    names, defaults = [name for name in names_of(value) if name not in SHAPE], defaults_of(value)
    for name in names:
        part = getattr(value, name)
        if name in defaults and part != defaults[name] and (type(value), name) != (Decision, "otherwise"):
            yield replaced(value, name, defaults[name])
    for name in names:
        part = getattr(value, name)
        droppable = [at for at in reversed(range(len(part))) if may_go(name, part[at])] if type(part) is tuple else []
        yield from (replaced(value, name, part[:at] + part[at + 1 :]) for at in droppable)
        if (type(value), name) in ((Case, "values"), (Event, "fields")):
            known = [at for at, one in enumerate(part) if one is not None]
            yield from (replaced(value, name, (*part[:at], None, *part[at + 1 :])) for at in known)
    for name in names:
        yield from (replaced(value, name, part) for part in smaller_part(getattr(value, name)))


def may_go(name: str, item: object) -> bool:
    """Whether a list may do without an item: event types stay, and so do given facts, which have places in a case."""
    if isinstance(item, Fact):
        return not isinstance(item.source, Given)
    return name in LISTS and not isinstance(item, EventType)


def smaller_part(part: Any) -> Iterator[Any]:
    family = next((one for one in INTERCHANGEABLE if isinstance(part, one)), None)
    if family is not None:
        yield from (one for one in parts(part) if isinstance(one, family))
    if names_of(part) and not isinstance(part, EventType):
        yield from smaller(part)
    elif isinstance(part, tuple):
        for at, one in enumerate(part):
            yield from ((*part[:at], less, *part[at + 1 :]) for less in smaller_part(one))


def parts(value: Any) -> Iterator[Any]:
    """Everything that a value is made of, at any depth."""
    below = [getattr(value, name) for name in names_of(value)] or (value if isinstance(value, tuple) else [])
    for one in below:
        yield one
        yield from parts(one)


# --- as Python --------------------------------------------------------------------------------------------------------


def written(value: Any, modules: dict[str, set[str]]) -> str:
    """The value as Python, without what is the default; the names that this needs are added to `modules`."""
    if value == EVENT_TYPES:
        modules.setdefault("tests.strategies.building", set()).add("EVENT_TYPES")
        return "EVENT_TYPES"
    if isinstance(value, Zone):
        modules.setdefault("tests.strategies.building", set()).add("zone_data")
        return f"zone_data({value.name!r})"
    names, defaults = names_of(value), defaults_of(value)
    if names:
        modules.setdefault(type(value).__module__, set()).add(type(value).__name__)
        said = [name for name in names if name not in defaults or getattr(value, name) != defaults[name]]
        parts_of = [f"{one}={written(getattr(value, one), modules)}" for one in said]
        between = ",\n " if isinstance(value, Policy) else ", "
        return f"{type(value).__name__}({between.join(parts_of)})"
    if isinstance(value, tuple):
        between = ",\n  " if value and names_of(value[0]) else ", "
        return f"({between.join(written(one, modules) for one in value)}{',' if len(value) == 1 else ''})"
    return repr(value)
