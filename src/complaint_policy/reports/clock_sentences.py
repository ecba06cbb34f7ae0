"""Says of each duty in plain words what its clock does, with an example that the clocks themselves computed."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.calendars.opentime import OpenTime, open_time, weekday
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.clocks.counting import prepare
from complaint_policy.clocks.data import (
    AnyOf,
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    Before,
    ByFact,
    ByField,
    ByLength,
    Counting,
    Dated,
    Due,
    Earliest,
    EndOf,
    Every,
    Extension,
    FirstOf,
    Floor,
    Happening,
    Happens,
    LastOf,
    Late,
    Latest,
    Length,
    Limit,
    Met,
    OnDate,
    Pause,
    Promptly,
    Start,
)
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.text import print_condition
from complaint_policy.policy.lengths import in_words
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.policy.short_forms.words import OPTIONS
from complaint_policy.reports.local_time import day_in_words, last_moment_in_words, moment_in_words

_STRENGTHS = {"must": "law", "should": "guidance", "internal": "internal", "option": "an option"}
_TEN = 10 * 3600
"""The time of day at which the example begins: within the opening hours of most offices."""


def explain_clocks(policy: Policy) -> str:
    """A sentence for each duty: from what, how long, how counted, an example, and what stops it.

    The example begins on the first open Monday from the day on which the policy is in force, or on which a dated text
    of it is; never today. Holidays are those known to the policy.
    """
    speaker = _Speaker(policy)
    return "\n".join(f"{line}\n" for line in ("\n".join(speaker.duty(duty)) for duty in policy.duties))


class _Speaker:
    """What the sentences of one policy need: its calendars, its names, and the day of the example."""

    __slots__ = ("_calendars", "_open", "_policy", "_since", "_types", "_zones")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._zones = {zone.name: zone for zone in policy.zones}
        self._calendars = {calendar.name: calendar for calendar in policy.calendars}
        self._open: dict[str, OpenTime] = {}
        self._types = {fact.field.name: fact.field.type for fact in policy.facts}
        self._since = policy.packs[0].in_force[0] or 0

    # --- a duty -------------------------------------------------------------------------------------------------------

    def duty(self, duty: Duty) -> Iterator[str]:
        """A heading, a line for each clock, and one for each thing that stops, lengthens or replaces it."""
        cited = f", {duty.citation}" if duty.citation else ""
        yield f"{duty.id} ({_STRENGTHS[duty.strength]}{cited})"
        if duty.says:
            yield f"  {duty.says}"
        if duty.when is not None:
            yield f"  where {self._condition(duty.when)}"
        if duty.meets:
            yield f"  answers {duty.meets}"
        if duty.each:
            yield f"  for every {duty.each} anew"
        if duty.begins is not None:
            acts = " or ".join(map(self._happening, duty.forbid))
            yield f"  forbids {acts}, from {self._start(duty.begins)}"
        if duty.at is not None:
            items = [*duty.at.content, *(f"{item} (if {self._condition(when)})" for item, when in duty.at.content_if)]
            yield f"  whenever {self._happening(duty.at)}: it contains {', '.join(items)}"
        if duty.due is not None:
            lines = self._clock(duty.due, self._since)
            if duty.begins is not None:
                lines = (f"over after {line.removeprefix('due ')}" for line in lines)
            yield from (f"  {line}" for line in lines)
        if duty.floor is not None:
            yield from (f"  {line}" for line in self._floor(duty.floor))
        yield from (f"  {line}" for line in self._around(duty))

    def _around(self, duty: Duty) -> Iterator[str]:
        for pause in duty.pauses:
            yield self._pause(pause)
        for name in duty.suspended_by:
            yield from self._suspension(name)
        for extension in duty.longer:
            yield self._extension(extension)
        if duty.fallback is not None and duty.due is not None:
            for line in self._clock(duty.fallback.due, self._since):
                yield f"until that has happened: {line}"
        if duty.off_when is not None:
            over = "over" if duty.begins is not None else "no longer owed"
            yield f"{over} once {self._happening(duty.off_when)}"
        if duty.revived_by is not None:
            yield f"owed again once {self._happening(duty.revived_by)}"

    # --- a clock ------------------------------------------------------------------------------------------------------

    def _clock(self, due: Due, since: int | None) -> Iterator[str]:
        """A line for each clock; with an example from `since` on."""
        match due:
            case ByFact(fact, cases, otherwise):
                chosen = [*((f"{_short(fact)} {label}", item) for label, item in cases)]
                chosen += [(f"{_short(fact)} otherwise", otherwise)] if otherwise else []
                for label, item in chosen:
                    yield from (f"{label}: {line}" for line in self._clock(item, since))
            case Dated():
                yield from self._texts(due, since)
            case _:
                example = self._example(due, since) if since is not None else ""
                yield f"{self._said(due)}; {example}" if example else self._said(due)

    def _texts(self, due: Dated, begun: int | None) -> Iterator[str]:
        """Each dated text; an example only of those that were in force at some time with the policy."""
        whose = "" if due.law_of == "start" else f", by the day of {due.law_of}"
        upto: int | None = None
        for since, text in due.entries:
            when = f"from {day_in_words(self._day(since))}{whose}" if since is not None else "before that"
            first = None if begun is None else max(begun, since or begun)
            over = first is None or (upto is not None and first >= upto)
            lines = [*self._clock(text, None if over else first)] if text is not None else ["no such duty"]
            yield from (f"{when}: {line}" for line in lines)
            upto = since

    def _said(self, due: Due | None) -> str:
        match due:
            case Limit(start, Length(0, "days"), calendar, counting):
                return f"due on the day of {self._start(start)}{self._counted(None, calendar, counting)}"
            case Limit(start, length, calendar, counting):
                return f"due {in_words(length)} from {self._start(start)}{self._counted(length, calendar, counting)}"
            case Every(start, length, calendar, counting, grid):
                after = "always counted from the first start" if grid == "start" else "counted from the last time"
                said = f"due every {in_words(length)} from {self._start(start)} while the case is open, {after}"
                return said + self._counted(length, calendar, counting)
            case Before(until, length, calendar, counting):
                if length is None:
                    return f"due before {self._start(until)}"
                return f"due {in_words(length)} before {self._start(until)}{self._counted(length, calendar, counting)}"
            case OnDate(day, calendar, counting):
                return f"due on {day_in_words(day)}{self._counted(None, calendar, counting)}"
            case ByField(event, field, calendar, counting):
                return f"due on the day that `{field}` of the latest {event} promises" + self._counted(
                    None, calendar, counting
                )
            case Promptly(start):
                return f"due promptly from {self._start(start)}, without a number: until it is recorded"
            case Earliest(items) | Latest(items):
                word = "the earlier" if isinstance(due, Earliest) else "the later"
                return f"due at {word} of: " + "; or ".join(self._said(item).removeprefix("due ") for item in items)
            case ByFact() | Dated():
                return " | ".join(self._clock(due, None))
        return "no such duty"

    def _counted(self, length: Length | None, calendar: str, counting: Counting) -> str:
        """How the days or hours are counted, where it is not what everybody would think."""
        names = self._place(calendar)
        told = {
            "business_days": f"counting only business days of {names}",
            "business_hours": f"counting only the opening hours of {names}",
            "hours": "every hour counts, day and night",
            None: "",
        }.get(length.unit if length else None, "every day counts, weekends and bank holidays too")
        options = [
            words
            for (key, value), words in OPTIONS.items()
            if getattr(counting, key) == value != getattr(Counting(), key)
        ]
        return "".join(f", {one}" for one in (told, *options) if one)

    def _start(self, start: Start) -> str:
        match start:
            case AtEvent(event, where):
                return event if where is None else f"{event} with {self._of_fields(event, where)}"
            case AtMet(duty):
                return f"the moment {duty} is done"
            case AtDue(duty):
                return f"the moment {duty} is due"
            case AtLate(duty):
                return f"the moment {duty} becomes late"
            case AtDate(fact):
                return f"the date {_short(fact)}"
            case EndOf(period, of):
                return f"the end of the {period.replace('_', ' ')} of {self._start(of)}"
            case FirstOf(items):
                return f"the first of {', '.join(map(self._start, items))}"
            case LastOf(items, only_if):
                needed = [f" (if {self._condition(one)})" if one is not None else "" for one in only_if]
                return "the last of " + ", ".join(
                    self._start(item) + extra for item, extra in zip(items, needed, strict=True)
                )

    # --- the example --------------------------------------------------------------------------------------------------

    def _example(self, due: Due, since: int) -> str:
        """`received Mon 1 Jun 2026 10:00 -> end of Mon 27 Jul 2026`; nothing where no date can be told."""
        if isinstance(due, Earliest | Latest):
            return self._example_of_several(due, since)
        if not isinstance(due, Limit | Every) or due.length == Length(0, "days") or isinstance(due.start, EndOf):
            return ""
        times = self._times(due.calendar)
        started = self._example_start(times, since)
        is_day = isinstance(due.start, AtDate)
        begun = self._day(started) if is_day else started
        found = prepare(due.length, due.counting, times).due_around(begun, (), (), is_day)
        if found is None:
            return ""
        first = day_in_words(begun) if is_day else moment_in_words(times.zone, started)
        return (
            f"for example {_name(due.start)} {first} -> {self._due(found, times)}{_skipped(due, started, found, times)}"
        )

    def _example_of_several(self, due: Earliest | Latest, since: int) -> str:
        """Where all limits run from one start, the one that counts; else which depends on what happens when."""
        limits = [item for item in due.items if isinstance(item, Limit) and item.length.number]
        if len(limits) != len(due.items) or len({limit.start for limit in limits}) != 1:
            shown = [self._example(limit, since) for limit in limits]
            return "; ".join(one for one in shown if one)
        times = [self._times(limit.calendar) for limit in limits]
        started = self._example_start(times[0], since)
        is_day = isinstance(limits[0].start, AtDate)
        begun = self._day(started) if is_day else started
        found = [
            prepare(limit.length, limit.counting, one).due_around(begun, (), (), is_day)
            for limit, one in zip(limits, times, strict=True)
        ]
        good = [moment for moment in found if moment is not None]
        if len(good) < len(found):
            return ""
        chosen = (min if isinstance(due, Earliest) else max)(good, key=lambda moment: moment.late_from)
        first = day_in_words(begun) if is_day else moment_in_words(times[0].zone, started)
        return f"for example {_name(limits[0].start)} {first} -> {self._due(chosen, times[0])}"

    def _example_start(self, times: OpenTime, since: int) -> int:
        """10:00 of the first open Monday from this moment on."""
        day = self._day(since, times)
        day += -weekday(day) % 7
        while times.is_open(day) is False and any(times.calendar.open_days):
            day += 7
        return to_utc(times.zone, day, _TEN)

    def _due(self, due: DueMoment, times: OpenTime) -> str:
        said = last_moment_in_words(times.zone, due.late_from)
        return said if " on " in said else f"end of {said}"

    def _times(self, name: str) -> OpenTime:
        found = self._calendars[name]
        while isinstance(found, CalendarChoice):
            found = self._calendars[found.otherwise or found.cases[0][1]]
        if found.name not in self._open:
            self._open[found.name] = open_time(found, self._zones[found.zone])
        return self._open[found.name]

    def _place(self, name: str) -> str:
        found = self._calendars[name]
        if isinstance(found, Calendar):
            return f"`{_short(name)}`"
        return f"the calendar that {_short(found.fact)} chooses (here `{_short(self._times(name).calendar.name)}`)"

    def _day(self, moment: int, times: OpenTime | None = None) -> int:
        return local((times or self._times(self._policy.default_calendar)).zone, moment)[0]

    # --- what stops, lengthens, keeps ---------------------------------------------------------------------------------

    def _pause(self, pause: Pause) -> str:
        said = f"stands still from {self._happening(pause.starts)} to {self._happening(pause.ends)}"
        if pause.when is not None:
            said += f" where {self._condition(pause.when)}"
        if pause.at_most:
            said += f", at most {in_words(pause.at_most)} in all"
        if pause.each_at_most:
            said += f", at most {in_words(pause.each_at_most)} each time"
        if pause.only_beyond:
            said += f", only for what is beyond {in_words(pause.only_beyond)}"
        return said

    def _suspension(self, name: str) -> Iterator[str]:
        for one in self._policy.suspensions:
            if one.id != name:
                continue
            where = f" where {self._condition(one.when)}" if one.when is not None else ""
            cited = f" ({one.citation})" if one.citation else ""
            for _, (first, last) in one.dated[:1]:
                yield f"the days from {day_in_words(first)} to {day_in_words(last)} do not count{where}{cited}"

    def _extension(self, extension: Extension) -> str:
        said = f"upon {self._happening(extension.upon)}"
        if extension.ground is not None:
            said += f" where {self._condition(extension.ground)}"
        if extension.to is not None:
            said += f": {in_words(extension.to)} from the start instead"
        elif extension.by is not None:
            said += f": {in_words(extension.by)} longer"
        elif extension.to_date_in is not None:
            said += f": to the day that its `{extension.to_date_in}` promises"
        else:
            said += ": without an end"
        said += f", at most {in_words(extension.at_most)} in all" if extension.at_most else ""
        return f"{said}, only if told before the time is over"

    def _floor(self, floor: Floor) -> Iterator[str]:
        if isinstance(floor.at_least, ByLength):
            table = floor.at_least
            for label, length in (*table.cases, *([("otherwise", table.otherwise)] if table.otherwise else [])):
                yield f"{_short(table.fact)} {label}: kept {self._kept(floor, length, least=True)}"
        elif floor.at_least is not None:
            yield f"kept {self._kept(floor, floor.at_least, least=True)}"
        if floor.at_most is not None:
            yield f"kept {self._kept(floor, floor.at_most, least=False)}"

    def _kept(self, floor: Floor, length: Length, *, least: bool) -> str:
        times = self._times(floor.calendar)
        started = self._example_start(times, self._since)
        is_day = isinstance(floor.start, AtDate)
        clock = prepare(length, floor.counting, times, floor=least)
        found = clock.due_around(self._day(started) if is_day else started, (), (), is_day)
        said = f"{'at least' if least else 'at most'} {in_words(length)} from {self._start(floor.start)}"
        if found is None:
            return said
        first = day_in_words(self._day(started, times))
        return f"{said}; for example {_name(floor.start)} {first} -> {self._due(found, times)}"

    # --- names --------------------------------------------------------------------------------------------------------

    def _condition(self, condition: Condition) -> str:
        return f"`{print_condition(condition, self._types)}`"

    def _of_fields(self, event: str, where: Condition) -> str:
        known = next(one for one in self._policy.events if one.name == event)
        return f"`{print_condition(where, {field.name: field.type for field in known.fields})}`"

    def _happening(self, happening: Happening) -> str:
        match happening:
            case Happens(event, where):
                other = f" by somebody else than {happening.other_than}" if happening.other_than is not None else ""
                return (event if where is None else f"{event} with {self._of_fields(event, where)}") + other
            case Met(duty):
                return f"{duty} is met"
            case Late(duty):
                return f"{duty} is late"
        word = " or " if isinstance(happening, AnyOf) else " and "
        return word.join(map(self._happening, happening.items))


def _short(name: str) -> str:
    """A name as its own file writes it."""
    return name.rpartition("/")[2]


def _name(start: Start) -> str:
    """What to call the start in an example."""
    match start:
        case AtEvent(event):
            return event
        case AtMet(duty):
            return f"{duty} done"
        case AtDue(duty):
            return f"{duty} due"
        case AtLate(duty):
            return f"{duty} late"
        case AtDate(fact):
            return _short(fact)
        case EndOf(period):
            return f"the end of the {period.replace('_', ' ')}"
        case FirstOf():
            return "the first"
        case LastOf():
            return "the last"


def _skipped(due: Limit | Every, started: int, found: DueMoment, times: OpenTime) -> str:
    """The bank holidays between start and due that do not count; that weekends do not is said already."""
    if due.length.unit not in ("business_days", "business_hours"):
        return ""
    first, last = local(times.zone, started)[0], local(times.zone, found.late_from - 1)[0]
    days = [
        holiday
        for holiday in times.calendar.holidays
        if first < holiday.day <= last and not holiday.withdrawn and times.calendar.open_days[weekday(holiday.day)]
    ]
    return f" ({'; '.join(f'{one.name}, {day_in_words(one.day)}' for one in days)} does not count)" if days else ""
