"""Public holidays of countries and their parts, as the `holidays` package knows them, read once a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Table
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from complaint_policy.policy.compiling.draft import Horizon

_EPOCH = date(1970, 1, 1).toordinal()


class PublicHolidays(NamedTuple):
    """The public holidays of a country, and the days for which all of them are known."""

    days: tuple[tuple[int, str], ...]
    reach: Horizon


@lru_cache(maxsize=128)
def public_holidays(
    code: str, subdivision: str | None, observed: bool, categories: tuple[str, ...] | None, reach: Horizon
) -> PublicHolidays:
    """The public holidays over the horizon, with their names in English where there are any.

    Kept, as they are the same for every policy of a run: the packs of the Union have the calendars of 27 states.
    """
    import holidays

    language = "en_US" if "en_US" in (getattr(holidays, code).supported_languages or ()) else None

    def of(years: Iterable[int]) -> dict[date, str]:
        return dict(
            holidays.country_holidays(
                code, subdivision, years, observed=observed, language=language, categories=categories
            )
        )

    return _known(of, range(*_years(reach)), reach)


@cache
def holidays_release() -> str:
    """The version of the `holidays` package that is installed."""
    from importlib.metadata import version

    return version("holidays")


def _years(reach: Horizon) -> tuple[int, int]:
    """The first year of a horizon and the year after its last."""
    first, last = (date.fromordinal(day + _EPOCH).year for day in reach)
    return first, last + 1


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _known(of: Callable[[Iterable[int]], dict[date, str]], years: range, reach: Horizon) -> PublicHolidays:
    """The holidays of those years that the package knows whole; it warns of years in which some are missing."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            days = of(years)
        except UserWarning:
            whole = [year for year in years if _is_whole(of, year)]
            days = of(whole)
            if whole:
                first, last = _number(date(whole[0], 1, 1)), _number(date(whole[-1], 12, 31))
                reach = Horizon(max(reach.first_day, first), min(reach.last_day, last))
    return PublicHolidays(tuple((_number(day), name) for day, name in sorted(days.items())), reach)


def _is_whole(of: Callable[[Iterable[int]], dict[date, str]], year: int) -> bool:
    try:
        of((year,))
    except UserWarning:
        return False
    return True


def known_countries() -> frozenset[str]:
    """The two letters of every country that has holidays; from the register, as loading all countries takes seconds."""
    from holidays.registry import COUNTRIES

    return frozenset(code for _, code, *_ in COUNTRIES.values())


def countries_with_holidays() -> dict[str, str]:
    """Every country whose public holidays are known: its two letters, and its name in English."""
    from holidays.registry import COUNTRIES

    return {code: name.replace("_", " ").title() for name, (_, code, *_) in COUNTRIES.items() if len(code) == 2}


def parts_with_holidays(country: str) -> dict[str, str]:
    """The parts of a country that have holidays of their own: the code of each, and its name where it has one."""
    import holidays

    parts = getattr(holidays, country)
    names: Table[str, list[str]] = parts.get_subdivision_aliases()
    return {code: next(iter(names.get(code) or ()), code) for code in parts.subdivisions}


def subdivisions_of(country: str) -> list[str]:
    """The codes of the parts of a country that have holidays of their own."""
    import holidays

    return list(getattr(holidays, country).subdivisions)


def categories_of(country: str) -> list[str]:
    """The kinds of holidays that are told apart in a country, such as `bank`."""
    import holidays

    return list(getattr(holidays, country).supported_categories)
