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
    """From 20 years before to 15 years after `year`.

    Without it, from 20 years before the policy itself is in force to 15 years after that, or after it was last approved
    or reviewed: an old law that somebody still looks after is used today. Dates that the law names (`from`, `until`,
    `date`) are inside, with a year to spare, as far as from 1900 to 2100. Nothing reads the clock, so a policy that
    nobody reviews needs another `year` to reach as far ahead (semantics 68, 81).
    """
    first = year or _year_at(roots[0], "in_force", "from") or 2000
    vouched = (("approved", "date"), ("review", "last"))
    last = year or max(first, *(_year_at(roots[0], *place) or 0 for place in vouched))
    named = [found for root in roots for found in _years_named(root)]
    earliest = max(_EARLIEST_YEAR, min([first - YEARS_BACK, *(one - 1 for one in named)]))
    latest = min(_LATEST_YEAR, max([last + YEARS_AHEAD, *(one + 1 for one in named)]))
    return horizon_around(min(earliest, _LATEST_YEAR), max(latest, _EARLIEST_YEAR))


def _year_at(root: Mapping, section: str, key: str) -> int | None:
    """The year of a date that stands in a section of the head; None if there is none."""
    node = root.get(section)
    value = node.get(key) if isinstance(node, Mapping) else None
    return _year_in(value) if isinstance(value, Scalar) else None


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
