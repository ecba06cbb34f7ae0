"""In which time zone the local times of an example are: that of the calendar which the facts of its case choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from complaint_policy.calendars.data import Calendar, CalendarChoice, Zone
from complaint_policy.case_reader.moments import MomentReader, moment_of
from complaint_policy.case_reader.problems import BAD_MOMENT, Refused, shown
from complaint_policy.evaluation.calendars import zone_of
from complaint_policy.policy.model import Given, Policy, SameAs
from complaint_policy.policy.nodes import Mapping as Node
from complaint_policy.policy.nodes import Scalar
from complaint_policy.rollout.times import local_moments

_NOTHING = ("null", "~", "")


def zones_of_default(policy: Policy, told: Mapping[str, str]) -> list[Zone]:
    """The zones that local times may be in: one, unless the default calendar is chosen by a fact that is not told.

    told: the facts of the case, as they are written.
    """
    if not policy.calendars:
        return [zone_of(policy, policy.default_calendar)]
    calendars = {one.name: one for one in policy.calendars}
    names, found = [policy.default_calendar], set[str]()
    while names:
        calendar = calendars.get(names.pop())
        if isinstance(calendar, CalendarChoice):
            value = _value(calendar.fact, policy, told)
            chosen = dict(calendar.cases)
            one = None if value is None else chosen.get(value, calendar.otherwise)  # `null` chooses none
            names += [name for name in ([*chosen.values(), calendar.otherwise] if one is None else [one]) if name]
        elif isinstance(calendar, Calendar):
            found.add(calendar.zone)
    return [zone for zone in policy.zones if zone.name in found]


def _value(name: str, policy: Policy, told: Mapping[str, str]) -> str | None:
    """What the case says of a fact, itself or over the facts that answer it; None if it does not say."""
    fact = next((one for one in policy.facts if one.field.name == name), None)
    match fact.source if fact is not None else None:
        case Given():
            default = fact.field.default if fact is not None else None
            return told.get(name, default if isinstance(default, str) else None)
        case SameAs(source, mapping):
            value = _value(source, policy, told)
            return dict(mapping).get(value, value) if value is not None else None
    return None


def facts_told(parts: Iterable[Node]) -> dict[str, str]:
    """The facts that parts of an example give as single words; of one that several give, the last."""
    told: dict[str, str] = {}
    for part in parts:
        facts = part.get("facts")
        for key, value in facts.entries if isinstance(facts, Node) else ():
            told.pop(key.text, None)
            if isinstance(value, Scalar) and not (value.style == "plain" and value.text in _NOTHING):
                told[key.text] = value.text
    return told


def moments_in(zones: list[Zone], calendar: str) -> MomentReader:
    """Reads local times of the one zone; where there may be several, only moments with an offset."""
    if len(zones) == 1:
        return local_moments(zones[0])
    local = local_moments(zones[0])

    def read(value: object) -> int:
        local(value)  # what is no moment is told as ever
        try:
            return moment_of(f"{value[:10]}T{value[11:]}" if isinstance(value, str) else value)
        except Refused:
            several = " and ".join(zone.name for zone in zones[:2])
            message = f"`{shown(value)}` is another moment in each zone of the calendar `{calendar}`: {several}"
            more = " and others" if len(zones) > 2 else ""
            help = "give the fact that chooses the calendar, or write the offset behind the time"
            raise Refused(BAD_MOMENT, message + more, help) from None

    return read
