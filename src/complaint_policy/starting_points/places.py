"""Where an organisation is: countries with known holidays, their parts, time zones and currencies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from complaint_policy.calendars.zones import zone_names, zones_of_country
from complaint_policy.diagnostics import nearest
from complaint_policy.policy.compiling.public_holidays import countries_with_holidays, parts_with_holidays

_OTHERWISE_CALLED: Final = {"UK": "GB", "EL": "GR", "BRITAIN": "GB", "GREAT BRITAIN": "GB", "USA": "US"}
_EUROPEAN_UNION: Final = frozenset(
    (
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    )
)
_MOST: Final = ("most areas", "most of")
"""How the tz database marks the zone of the greater part of a region."""


class NotKnown(Exception):
    """An answer that cannot be taken, with the reason in the words of the one who asked."""


def country_named(text: str) -> str:
    """The two letters of a country, from these or its English name; raises NotKnown with the nearest."""
    names = countries_with_holidays()
    wanted = " ".join(text.split()).upper()
    wanted = _OTHERWISE_CALLED.get(wanted, wanted)
    if wanted in names:
        return wanted
    by_name = {name.upper(): code for code, name in names.items()}
    if wanted in by_name:
        return by_name[wanted]
    near = nearest(wanted, by_name) if len(wanted) > 2 else None
    help = f"did you mean `{by_name[near]}`, {names[by_name[near]]}?" if near else "write two letters, such as `GB`"
    raise NotKnown(f"no country `{text}` with known holidays: {help}")


def country_name(code: str) -> str:
    """The English name of a country."""
    return countries_with_holidays()[code]


def part_named(country: str, text: str) -> str:
    """The code of a part of the country with holidays of its own, from it or from its name; raises NotKnown."""
    parts = parts_with_holidays(country)
    wanted = text.strip().upper().removeprefix(f"{country}-")
    by_name = {name.upper(): code for code, name in parts.items()}
    if wanted in parts:
        return wanted
    if wanted in by_name:
        return by_name[wanted]
    if not parts:
        raise NotKnown(f"{country_name(country)} has no parts with holidays of their own: leave it out")
    near = nearest(wanted, parts, at_most=1) or by_name.get(nearest(wanted, by_name) or "")
    help = f"did you mean `{near}`, {parts[near]}?" if near else "they are " + ", ".join(f"`{one}`" for one in parts)
    raise NotKnown(f"{country_name(country)} has no part `{text}` with holidays of its own: {help}")


def part_name(country: str, part: str) -> str:
    """The name of a part of a country."""
    return parts_with_holidays(country).get(part, part)


def zones_likely(country: str, part: str | None) -> list[str]:
    """The time zones of a country, the likeliest first: that of the part, or of most of the country."""
    zones = zones_of_country(country)
    names = [] if part is None else [part, parts_with_holidays(country).get(part, part)]

    def unlikely(zone: str) -> tuple[bool, bool]:
        words = zones[zone].replace("(", " ").replace(")", " ").replace(",", " ")
        there = any(f" {name} " in f" {words} " for name in names)
        return not there, not any(mark in zones[zone] for mark in _MOST)

    return sorted(zones, key=unlikely) or ["UTC"]


def zone_named(text: str) -> str:
    """A zone of the tz database; raises NotKnown with the nearest."""
    known = [one for one in zone_names() if "/" in one or one == "UTC"]
    wanted = text.strip().replace(" ", "_")
    found = next((one for one in known if one.upper() == wanted.upper()), None)
    found = found or next((one for one in known if one.upper().endswith(f"/{wanted.upper()}")), None)
    if found is None:
        near = nearest(wanted, known)
        help = f"did you mean `{near}`?" if near else "write region and city, such as `Europe/London`"
        raise NotKnown(f"no time zone `{text}`: {help}")
    return found


def jurisdictions(country: str) -> tuple[str, ...]:
    """With what the ids of packs of law begin that may hold there: `uk-…`, `ie-…` and `eu-…`."""
    own = {"GB": ("uk", "gb"), "GR": ("gr", "el")}.get(country, (country.lower(),))
    return (*own, "eu") if country in _EUROPEAN_UNION else own


def currency_of(country: str) -> str | None:
    """The currency that a country uses (ISO 4217)."""
    used: Mapping[str, list[str]] = _currencies()["used_in"]
    return next((currency for currency, countries in used.items() if country in countries), None)


def round_amount(hundreds: int, currency: str) -> int:
    """So many hundreds of pounds or euros as a round amount of about that worth in another currency."""
    return int(hundreds * 100 * _currencies()["rough_value"].get(currency, 1))


def currency_named(text: str) -> str:
    """The three letters of a currency that some country uses; raises NotKnown with the nearest."""
    wanted, known = text.strip().upper(), _currencies()["used_in"]
    if wanted not in known:
        near = nearest(wanted, known, at_most=1)
        raise NotKnown(
            f"no currency `{text}`: " + (f"did you mean `{near}`?" if near else "write three letters as `GBP`")
        )
    return wanted


@cache
def _currencies() -> Mapping[str, Any]:
    known: Mapping[str, Any] = json.loads(files(__package__).joinpath("currencies.json").read_text("utf-8"))
    return known
