"""Calendars: zone, opening hours and the holidays of a country, resolved to days once, when a policy is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from complaint_policy.calendars.data import Calendar, CalendarChoice, Holiday, Zone
from complaint_policy.calendars.zones import resolve_zone, to_utc, zone_data_version, zone_names
from complaint_policy.diagnostics import Code, nearest
from complaint_policy.policy.compiling.draft import Draft, Horizon, items_in, mapping_in, section, text_in
from complaint_policy.policy.compiling.hours import ALWAYS_OPEN, closed_at, read_open_days, read_week
from complaint_policy.policy.compiling.labels import check_labels, key_fact
from complaint_policy.policy.compiling.names import good_id, unknown
from complaint_policy.policy.compiling.places import NO_CALENDAR, members_of
from complaint_policy.policy.compiling.public_holidays import (
    PublicHolidays,
    categories_of,
    holidays_release,
    known_countries,
    public_holidays,
    subdivisions_of,
)
from complaint_policy.policy.compiling.settings import answered
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.scalars import read_boolean, read_date, read_moment, read_text, read_time

CLOCK_CHANGES_BEYOND = 50 * 366
"""Days for which clock changes are resolved past the calendars' last year: lengths in days, months and years need no
holidays, so they reach further, and a long retention must not end an hour early (semantics 81)."""

ZONE = Code(
    "CP524",
    "a time zone that does not exist",
    "A zone is a name of the IANA database such as `Europe/London`. Abbreviations such as `GMT` or `CET` do not say"
    " when the clocks change.",
)
COUNTRY = Code(
    "CP525",
    "holidays of a country or part of it that are not known",
    "Public holidays come from the `holidays` package, by the two letters of a country and the code of a part of it.",
)
CALENDAR = Code(
    "CP526",
    "a calendar is not complete",
    "A calendar has a zone and its hours, or is chosen by a fact among others that have.",
)
EXCEPT = Code(
    "CP527",
    "a day is taken out that is no holiday",
    "An `except` entry opens a day that the calendar would close. If the day is not closed, it does nothing, and"
    " probably the date is wrong.",
)
MOMENT_ZONE = Code(
    "CP528",
    "a moment without an offset where the zone is not certain",
    "A local time is read in the zone of the default calendar; where that calendar is chosen among several zones, it"
    " needs an offset.",
)

_EPOCH = date(1970, 1, 1).toordinal()


def name_calendars(draft: Draft, bound: dict[str, str]) -> None:
    """Note the file's calendars by name; `bound` names those that who extends it replaces by its own (qualified)."""
    for key, _ in section(draft, "calendars"):
        if good_id(key.text, "calendar", key.location, draft.problems):
            draft.calendars[key.text] = bound.get(key.text) or draft.name(key.text)
            draft.declare("calendar", key.text, key.location)


def resolve_calendars(draft: Draft, bound: dict[str, str]) -> None:
    """Resolve the file's calendars but those `bound`, and choose its default."""
    written = [(key, node) for key, node in section(draft, "calendars") if key.text in draft.calendars]
    _choose_default(written, draft)
    for key, node in written:
        if key.text not in bound and isinstance(node, Mapping) and node.get("by") is None:
            calendar = _calendar(key, node, draft)
            if calendar is not None:
                draft.common.calendars[calendar.name] = calendar


def declare_choices(draft: Draft, bound: dict[str, str]) -> None:
    """Resolve the calendars that a fact chooses, once the facts are known."""
    for key, node in section(draft, "calendars"):
        if (
            key.text in draft.calendars
            and key.text not in bound
            and isinstance(node, Mapping)
            and node.get("by") is not None
        ):
            choice = _choice(key, node, draft)
            if choice is not None:
                draft.common.calendars[choice.name] = choice


def _choose_default(written: list[tuple[Scalar, Node]], draft: Draft) -> None:
    defaults = mapping_in(draft.root.get("defaults"), draft)
    node = defaults.get("calendar") if defaults else None
    text = text_in(node, draft)
    if text is not None and node is not None:
        draft.default_calendar = draft.calendars.get(text)
        if draft.default_calendar is None:
            draft.problems.append(unknown("calendar", text, draft.calendars, node.location))
    elif len(written) == 1:
        draft.default_calendar = draft.calendars[written[0][0].text]
    elif written and node is None:
        place = (draft.root.key("calendars") or draft.root).location
        names = " or ".join(f"`{key.text}`" for key, _ in written[:4])
        help = f"add `defaults: {{calendar: {written[0][0].text}}}`, the calendar of your office: {names}"
        draft.report(NO_CALENDAR, f"none of the {len(written)} calendars is the default", place, help)


# --- one calendar -----------------------------------------------------------------------------------------------------


def _calendar(key: Scalar, node: Mapping, draft: Draft) -> Calendar | None:
    zone = _zone(key, node, draft)
    before = len(draft.problems)
    week = read_week(node.get("hours"), draft)
    closing = node.get("close_of_business")
    second = _closing(closing, draft) if closing is not None else None
    if second is not None and closing is not None:
        week = closed_at(week, second, closing, draft)
    open_days = read_open_days(node.get("open_days"), week, draft)
    if len(draft.problems) > before:  # no clock is blamed for hours that have a mistake of their own
        week, open_days = ALWAYS_OPEN, (True,) * 7
    if node.get("hours") is None and node.get("open_days") is None:
        help = 'add `hours: {mon-fri: "09:00-17:00"}`'
        draft.report(
            CALENDAR,
            f"the calendar `{key.text}` says on which days it is open neither by hours nor by days",
            key.location,
            help,
        )
    if zone is None:
        return None
    public = _public(written, draft) if isinstance(written := node.get("holidays"), Mapping) else None
    horizon = public.reach if public else draft.common.horizon
    return Calendar(
        name=draft.name(key.text),
        zone=zone.name,
        windows=week,
        open_days=open_days,
        holidays=_holidays(node, public.days if public else (), zone, draft),
        first_day=horizon.first_day,
        last_day=horizon.last_day,
        closing_instant="open" if text_in(node.get("closing_instant"), draft) == "open" else "shut",
        replaceable=_is_replaceable(node, draft),
    )


def _is_replaceable(node: Mapping, draft: Draft) -> bool:
    written = node.get("replaceable")
    return bool(written is not None and read_boolean(written, draft.problems))


def _closing(node: Node, draft: Draft) -> int | None:
    time = answered(node, "time", draft)
    return None if time is None else read_time(time, draft.problems)


def _zone(key: Scalar, node: Mapping, draft: Draft) -> Zone | None:
    written = node.get("zone")
    name = text_in(written, draft)
    if name is None or written is None:
        if written is None:
            draft.report(
                CALENDAR,
                f"the calendar `{key.text}` has no zone",
                key.location,
                "add `zone: Europe/London`, or the zone of your office",
            )
        return None
    known = draft.common.zones.get(name)
    if known is not None:
        return known
    names = tuple(one for one in zone_names() if "/" in one or one == "UTC")
    if name not in names:
        draft.report(ZONE, f"there is no time zone `{name}`", written.location, _zone_help(name, names))
        return None
    horizon = draft.common.horizon
    zone = resolve_zone(name, horizon.first_day, horizon.last_day + CLOCK_CHANGES_BEYOND)
    draft.common.zones[name] = zone
    draft.common.tzdata = zone_data_version()
    return zone


def _zone_help(name: str, names: tuple[str, ...]) -> str:
    near = nearest(name.replace(" ", "_"), names) or next(
        (one for one in names if one.endswith(f"/{name.replace(' ', '_')}")), None
    )
    return f"did you mean `{near}`?" if near else "write region and city, such as `Europe/London` or `Australia/Sydney`"


# --- holidays ---------------------------------------------------------------------------------------------------------


def _holidays(node: Mapping, public: Iterable[tuple[int, str]], zone: Zone, draft: Draft) -> tuple[Holiday, ...]:
    found: dict[int, Holiday] = {}
    written = node.get("holidays")
    lists: list[Mapping] = [node]
    if isinstance(written, Mapping):
        found = {day: Holiday(day, name) for day, name in public}
        lists.append(written)
    also = [item for each in lists for item in items_in(each.get("also"), draft)]
    if isinstance(written, Sequence):
        also.extend(written.items)
    for item in also:
        holiday = _closed_day(item, zone, draft)
        if holiday is not None:
            found.setdefault(holiday.day, holiday)
    withdrawn = [
        _closed_day(item, zone, draft, found) for each in lists for item in items_in(each.get("except"), draft)
    ]
    return tuple(sorted((*found.values(), *filter(None, withdrawn)), key=lambda one: (one.day, one.withdrawn)))


def _closed_day(node: Node, zone: Zone, draft: Draft, opened: dict[int, Holiday] | None = None) -> Holiday | None:
    """One date of `also`, or with `opened` one of `except`, which must be closed without it."""
    body = node if isinstance(node, Mapping) else None
    date_node = body.get("date") if body else node
    day = None if date_node is None else read_date(date_node, draft.problems)
    if day is None or date_node is None:
        return None
    if opened is not None and day not in opened:
        text = date_node.text if isinstance(date_node, Scalar) else ""
        near = [one for one in sorted(opened) if abs(one - day) <= 7]
        help = f"near it is {iso(near[0])}, {opened[near[0]].name}" if near else "check the date"
        draft.report(EXCEPT, f"`{text}` is no holiday of this calendar", date_node.location, help)
        return None
    name = text_in(body.get("name"), draft) if body else None
    known_from = body.get("known_from") if body else None
    moment = None if known_from is None else local_moment(known_from, zone, draft)
    fallback = opened[day].name if opened is not None else "closed"
    return Holiday(day, name or fallback, moment, opened is not None)


def _public(node: Mapping, draft: Draft) -> PublicHolidays:
    """The public holidays of a country over the horizon, with their names in English where there are any.

    Where some are known for fewer years, as feasts by the moon are, the calendar reaches only so far (semantics 68).
    """
    country = node.get("country")
    code = text_in(country, draft)
    reach = draft.common.horizon
    if code is None or country is None:
        return PublicHolidays((), reach)
    draft.common.holidays_release = holidays_release()
    supported = known_countries()
    if code not in supported:
        near = {"UK": "GB", "EL": "GR"}.get(code.upper()) or (code.upper() if code.upper() in supported else None)
        help = f"write `{near}`" if near else "write the two capital letters of ISO 3166, such as `GB`"
        draft.report(COUNTRY, f"no holidays are known for the country `{code}`", country.location, help)
        return PublicHolidays((), reach)
    subdivision = _subdivision(node, code, subdivisions_of(code), draft)
    observed = node.get("observed")
    seen = observed is None or read_boolean(observed, draft.problems) is not False
    categories = _categories(node, code, draft)
    return public_holidays(code, subdivision, seen, categories, reach)


def _subdivision(node: Mapping, code: str, known: list[str], draft: Draft) -> str | None:
    written = node.get("subdivision")
    text = text_in(written, draft)
    if text is None or written is None or text in known:
        return text
    near = nearest(text, known) or next(
        (one for one in known if one.endswith(f"-{text}") or text.endswith(f"-{one}")), None
    )
    listed = ", ".join(f"`{one}`" for one in known[:12])
    help = (
        f"did you mean `{near}`?" if near else (f"they are {listed}" if known else "leave it out: the country has none")
    )
    draft.report(COUNTRY, f"`{code}` has no part `{text}` with holidays of its own", written.location, help)
    return None


def _categories(node: Mapping, code: str, draft: Draft) -> tuple[str, ...] | None:
    written = node.get("categories")
    if written is None:
        return None
    known = categories_of(code)
    chosen = []
    for item in items_in(written, draft):
        text = read_text(item, draft.problems)
        if text is not None and text not in known:
            draft.problems.append(
                unknown("holiday category", text, known, item.location, of=code, help=f"they are {', '.join(known)}")
            )
        elif text is not None:
            chosen.append(text)
    return tuple(chosen) or None


def _year(day: int) -> int:
    return date.fromordinal(day + _EPOCH).year


def iso(day: int) -> str:
    """`2026-03-12` of a day number."""
    return date.fromordinal(day + _EPOCH).isoformat()


def day_of(year: int, month: int, day: int) -> int:
    """The day number of a date."""
    return date(year, month, day).toordinal() - _EPOCH


# --- chosen by a fact -------------------------------------------------------------------------------------------------


def _choice(key: Scalar, node: Mapping, draft: Draft) -> CalendarChoice | None:
    by = node.get("by")
    fact = key_fact(by, draft) if by is not None else None
    cases: dict[str, str] = {}
    values = mapping_in(node.get("calendars"), draft)
    for label, target in values.entries if values else ():
        name = text_in(target, draft)
        if name is not None and name not in draft.calendars:
            draft.problems.append(unknown("calendar", name, draft.calendars, target.location))
        elif name is not None and _is_choice(name, draft):
            help = "name calendars that have a zone"
            draft.report(CALENDAR, f"`{name}` is chosen by a fact itself", target.location, help)
        elif name is not None:
            cases[label.text] = draft.calendars[name]
    if fact is None or values is None:
        return None
    labels = check_labels(fact, values, "calendar", draft)
    otherwise = cases.pop("otherwise", None)
    pairs = tuple((labels[label], name) for label, name in cases.items() if label in labels)
    return CalendarChoice(draft.name(key.text), fact[0], pairs, otherwise, _is_replaceable(node, draft))


def _is_choice(name: str, draft: Draft) -> bool:
    calendars = draft.root.get("calendars")
    node = calendars.get(name) if isinstance(calendars, Mapping) else None
    if node is None:  # of a pack, whose calendars are resolved before
        return isinstance(draft.common.calendars.get(draft.calendars[name]), CalendarChoice)
    return isinstance(node, Mapping) and node.get("by") is not None


# --- local moments ----------------------------------------------------------------------------------------------------


def zone_of_default(draft: Draft) -> Zone | None:
    """The zone of the file's default calendar; None if it has none or may have several."""
    name = draft.default_calendar
    zones = {one.zone for one in members_of(name, draft.common)} if name else set()
    return draft.common.zones.get(zones.pop()) if len(zones) == 1 else None


def local_moment(node: Node, zone: Zone | None, draft: Draft) -> int | None:
    """The instant of a date (its first second) or a moment, local in `zone` unless it has an offset."""
    moment = read_moment(node, draft.problems, date_allowed=True)
    if moment is None:
        return None
    if moment.offset is not None:
        return moment.day * 86400 + moment.second - moment.offset
    if zone is None and draft.default_calendar is None:
        return (
            moment.day * 86400 + moment.second
        )  # a policy without any calendar has no clocks: its days are those of UTC
    if zone is None:
        if draft.default_calendar in draft.common.calendars:
            zones = sorted({one.zone for one in members_of(draft.default_calendar, draft.common)})
            name, written = draft.default_calendar.rpartition("/")[2], node.text if isinstance(node, Scalar) else ""
            told = written if "T" in written else f"{written}T00:00"
            help = f"say which is meant with the offset from UTC, such as `{told}+00:00`"
            listed = f"{', '.join(zones[:-1])} and {zones[-1]}"
            message = f"`{written}` is another moment in each zone of the calendar `{name}`: {listed}"
            draft.report(MOMENT_ZONE, message, node.location, help)
        return None
    return to_utc(zone, moment.day, moment.second)


def horizon_around(first_year: int, last_year: int) -> Horizon:
    """From the first day of one year to the last of another."""
    return Horizon(day_of(first_year, 1, 1), day_of(last_year, 12, 31))
