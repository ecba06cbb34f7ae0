"""How far the calendars of a policy reach, and in which money it pays, as its files say it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from complaint_policy.policy.compiling.calendars import horizon_around
from complaint_policy.policy.compiling.draft import Horizon
from complaint_policy.policy.compiling.values import is_currency
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

YEARS_BACK = 20
YEARS_AHEAD = 15
_EARLIEST_YEAR = 1900
_LATEST_YEAR = 2100


def horizon_of(roots: list[Mapping], year: int | None) -> Horizon:
    """From 20 years before to 15 years after `year` (without it, the year from which the policy itself is in force).

    Dates that the law names (`from`, `until`, `date`) are inside, with a year to spare, as far as from 1900 to 2100.
    Nothing reads the clock, so an old policy needs another `year` to reach as far ahead (semantics 68, 81).
    """
    in_force = roots[0].get("in_force")
    first = in_force.get("from") if isinstance(in_force, Mapping) else None
    middle = year or (_year_in(first) if isinstance(first, Scalar) else None) or 2000
    named = [found for root in roots for found in _years_named(root)]
    earliest = max(_EARLIEST_YEAR, min([middle - YEARS_BACK, *(one - 1 for one in named)]))
    latest = min(_LATEST_YEAR, max([middle + YEARS_AHEAD, *(one + 1 for one in named)]))
    return horizon_around(min(earliest, _LATEST_YEAR), max(latest, _EARLIEST_YEAR))


def _years_named(node: Node) -> Iterator[int]:
    match node:
        case Mapping(entries):
            for key, value in entries:
                if isinstance(value, Scalar) and key.text in ("from", "until", "date", "known_from"):
                    year = _year_in(value)
                    if year is not None:
                        yield year
                else:
                    yield from _years_named(value)
        case Sequence(items):
            for item in items:
                yield from _years_named(item)
        case _:
            return


def _year_in(node: Scalar) -> int | None:
    """The year of a date or moment; None for another text."""
    try:
        return date.fromisoformat(node.text[:10]).year if node.text[4:5] == "-" else None
    except ValueError:
        return None


def currency_of(root: Mapping, packs: list[Mapping]) -> str | None:
    """The currency of offers, limits and amounts that name none: the organisation's only one, else the packs'."""
    for roots in ([root], packs):
        found = {text for one in roots for text in _currencies(one)}
        if len(found) == 1:
            return found.pop()
        limit = _of_limits(root)
        if found or limit:
            return limit
    return None


def _currencies(root: Mapping) -> Iterator[str]:
    facts = root.get("facts")
    for _, fact in facts.entries if isinstance(facts, Mapping) else ():
        currency = fact.get("currency") if isinstance(fact, Mapping) else None
        if isinstance(currency, Scalar) and is_currency(currency.text):
            yield currency.text


def _of_limits(root: Mapping) -> str | None:
    """The currency of the first limit of redress: of several currencies, the one in which the organisation pays."""
    escalation = root.get("escalation")
    tiers = escalation.get("tiers") if isinstance(escalation, Mapping) else None
    for tier in tiers.items if isinstance(tiers, Sequence) else ():
        limit = tier.get("redress_up_to") if isinstance(tier, Mapping) else None
        currency = limit.text.rpartition(" ")[2] if isinstance(limit, Scalar) else ""
        if is_currency(currency):
            return currency
    return None
