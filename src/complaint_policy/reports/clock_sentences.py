"""Says of each duty in plain words what its clock does, with an example that the clocks themselves computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.counting import prepare
from complaint_policy.clocks.data import (
    AnyOf,
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    Before,
    ByFact,
    ByField,
    ByLength,
    Counting,
    Cycles,
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
    Warn,
)
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.text import print_condition
from complaint_policy.policy.lengths import in_words
from complaint_policy.policy.model import PERIOD_END, Duty, OrganisationDuty, Policy, Right
from complaint_policy.policy.short_forms.words import OPTIONS
from complaint_policy.reports.evaluation_text import reading_in_words
from complaint_policy.reports.example_dates import ExampleDates, short_name, start_name
from complaint_policy.reports.local_time import day_in_words
from complaint_policy.reports.sources import Source, source_in_words

_STRENGTHS = {"must": "law", "should": "guidance", "internal": "internal", "option": "an option"}
_END_DAYS = {
    "in": "",
    "out": "; the days on which it begins and ends do not count either",
    "first_out": "; the day on which it begins does not count either",
    "last_out": "; the day on which it ends does not count either",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)


def explain_clocks(policy: Policy) -> str:
    """A sentence for each duty and right: from what, how long, how counted, an example, and what stops it.

    The example begins on the first open Monday from the day on which the policy is in force, or on which a dated text
    of it is; never today. Holidays are those known to the policy.
    """
    return "\n".join("".join(f"{line}\n" for line in lines) for _, lines in _explained(policy))


_KINDS = {Duty: "duty", Right: "right", OrganisationDuty: "organisation"}


def clocks_as_data(policy: Policy) -> list[dict[str, object]]:
    """The same for programs: each duty and right with its source, and its sentences without the heading."""
    return [
        {
            "id": one.duty.id if isinstance(one, OrganisationDuty) else one.id,
            "kind": _KINDS[type(one)],
            **_headed(one.duty if isinstance(one, OrganisationDuty) else one),
            "sentences": [line.strip() for line in lines][1:],
        }
        for one, lines in _explained(policy)
    ]


def _headed(one: Duty | Right) -> dict[str, object]:
    own = {"who": one.who} if isinstance(one, Right) else {"strength": one.strength}
    told = {"says": one.says, "citation": one.citation, "url": one.url, "confidence": one.confidence}
    return {**own, **{name: text for name, text in told.items() if text}}


def _explained(policy: Policy) -> Iterator[tuple[Duty | Right | OrganisationDuty, Iterator[str]]]:
    """Each duty and right with its lines, the first of which is its heading."""
    speaker = _Speaker(policy)
    for duty in policy.duties:
        yield duty, speaker.duty(duty)
    for right in policy.rights:
        yield right, speaker.right(right)
    for one in policy.organisation:
        yield one, speaker.organisation(one)


class _Speaker:
    """What the sentences of one policy need: its calendars, its names, and the day of the example."""

    __slots__ = ("_calendars", "_dates", "_policy", "_since", "_types")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._dates = ExampleDates(policy)
        self._calendars = {calendar.name: calendar for calendar in policy.calendars}
        self._types = {fact.field.name: fact.field.type for fact in policy.facts}
        self._since = policy.packs[0].in_force[0] or 0

    # --- a duty -------------------------------------------------------------------------------------------------------

    def duty(self, duty: Duty) -> Iterator[str]:
        """A heading, a line for each clock, and one for each thing that stops, lengthens or replaces it."""
        source = source_in_words(Source(duty.citation, duty.confidence))
        cited = f", {source}" if source else ""
        yield f"{duty.id} ({_STRENGTHS[duty.strength]}{cited})"
        if duty.says:
            yield f"  {duty.says}"
        if duty.reading is not None:
            yield f"  {reading_in_words(duty.reading)}"
        if duty.when is not None:
            yield f"  where {self._condition(duty.when)}"
        if duty.meets:
            yield f"  answers {duty.meets}"
        if duty.each:
            yield f"  for every {self._happening(duty.each)} anew"
        yield from (f"  {line}" for line in self._done_by(duty))
        if duty.begins is not None:
            acts = " or ".join(map(self._happening, duty.forbid))
            yield f"  forbids {acts}, from {self._start(duty.begins)}"
        if duty.at is not None:
            event = replace(duty.at, content=(), content_if=())
            yield f"  whenever {self._happening(event)}: it contains {', '.join(self._items(duty.at))}"
        if duty.due is not None:
            lines = self._clock(duty.due, self._since)
            if duty.begins is not None:
                lines = (f"over after {line.removeprefix('due ')}" for line in lines)
            yield from (f"  {line}" for line in lines)
        if duty.floor is not None:
            yield from (f"  {line}" for line in self._floor(duty.floor))
        yield from (f"  {line}" for line in self._around(duty))

    def _done_by(self, duty: Duty) -> Iterator[str]:
        """What meets the duty; several alternatives a line each."""
        if duty.done_by is None:
            return
        alternatives = duty.done_by.items if isinstance(duty.done_by, AnyOf) else (duty.done_by,)
        for number, one in enumerate(alternatives):
            yield f"{'or done by' if number else 'done by'} {self._happening(one)}"

    def right(self, right: Right) -> Iterator[str]:
        """Whose right it is, when it opens, and when it closes."""
        source = source_in_words(Source(right.citation, right.confidence))
        cited = f", {source}" if source else ""
        yield f"{right.id} (right of {right.who}{cited})"
        if right.says:
            yield f"  {right.says}"
        if right.when is not None:
            yield f"  where {self._condition(right.when)}"
        yield f"  opens once {self._happening(right.opens)}"
        if right.closes is not None:
            for line in self._clock(right.closes, self._since):
                yield f"  {line.replace('due ', 'closes ', 1)}"
        for event, items in right.only_if_content:
            yield f"  the time runs from {event} only if it contains {', '.join(items)}"

    def organisation(self, one: OrganisationDuty) -> Iterator[str]:
        """A duty that no case has: at the end of each of which periods, or upon which event."""
        lines = self.duty(one.duty)
        yield next(lines)
        if one.period is not None:
            months, month, day = one.period.months, one.period.month, one.period.day
            often = "month" if months == 1 else "year" if months == 12 else f"{months} months"
            yield f"  for every {often}, counted so that one ends on {day} {_MONTHS[month - 1]}"
        first, out = one.in_force
        if first is not None:
            yield f"  from {day_in_words(self._dates.day(first))} on"
        if out is not None:
            yield f"  until {day_in_words(self._dates.day(out - 1))}"
        for line in lines:
            # an example would begin on an ordinary Monday, on which no period ends
            said = line if one.period is None else line.partition("; for example")[0]
            yield said.replace(f"the date {PERIOD_END}", "the end of the period")

    def _warnings(self, warnings: tuple[Warn, ...]) -> str:
        told = [f"at {one.percent}% of the time" for one in warnings if one.percent is not None]
        told += [f"{in_words(one.before)} before the end" for one in warnings if one.before is not None]
        return f"warns {' and '.join(told)}"

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
        if duty.warn:
            yield self._warnings(duty.warn)

    # --- a clock ------------------------------------------------------------------------------------------------------

    def _clock(self, due: Due, since: int | None) -> Iterator[str]:
        """A line for each clock; with an example from `since` on."""
        match due:
            case ByFact(fact, cases, otherwise):
                chosen = [*((f"{short_name(fact)} {label}", item) for label, item in cases)]
                chosen += [(f"{short_name(fact)} otherwise", otherwise)] if otherwise else []
                for label, item in chosen:
                    yield from (f"{label}: {line}" for line in self._clock(item, since))
            case Dated():
                yield from self._texts(due, since)
            case _:
                example = self._dates.of(due, since) if since is not None else ""
                yield f"{self._said(due)}; {example}" if example else self._said(due)

    def _texts(self, due: Dated, begun: int | None) -> Iterator[str]:
        """Each dated text; an example only of those that were in force at some time with the policy."""
        whose = "" if due.law_of == "start" else f", by the day of {due.law_of}"
        upto: int | None = None
        for since, text in due.entries:
            when = f"from {day_in_words(self._dates.day(since))}{whose}" if since is not None else "before that"
            first = None if begun is None else max(begun, since or begun)
            over = first is None or (upto is not None and first >= upto)
            lines = [*self._clock(text, None if over else first)] if text is not None else ["no such duty"]
            yield from (f"{when}: {line}" for line in lines)
            upto = since

    def _said(self, due: Due | None) -> str:
        match due:
            case Cycles(calendar=calendar, counting=counting):
                return f"due at the end of {self._cycles(due)}{self._counted(None, calendar, counting)}"
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
                return f"the date {short_name(fact)}"
            case AtMoment(fact):
                return f"the moment {short_name(fact)}"
            case EndOf(period, of):
                return f"the end of the {period.replace('_', ' ')} of {self._start(of)}"
            case FirstOf(items):
                return f"the first of {', '.join(map(self._start, items))}"
            case LastOf(items, only_if):
                needed = [f" (if {self._condition(one)})" if one is not None else "" for one in only_if]
                return "the last of " + ", ".join(
                    self._start(item) + extra for item, extra in zip(items, needed, strict=True)
                )

    def _cycles(self, cycle: Cycles) -> str:
        several = f"{cycle.number} complete cycle{'s' if cycle.number > 1 else ''} from {self._start(cycle.start)}"
        day = cycle.day and f"on the day of the month that {short_name(cycle.day)} says"
        return f"{several} (each closes {day or f'at {cycle.event}'}; the rest of the one under way comes first)"

    def _place(self, name: str) -> str:
        found = self._calendars[name]
        if isinstance(found, Calendar):
            return f"`{short_name(name)}`"
        chosen = short_name(self._dates.times(name).calendar.name)
        return f"the calendar that {short_name(found.fact)} chooses (here `{chosen}`)"

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
        said += _END_DAYS[pause.end_days]
        return said

    def _suspension(self, name: str) -> Iterator[str]:
        for one in self._policy.suspensions:
            if one.id != name:
                continue
            where = f" where {self._condition(one.when)}" if one.when is not None else ""
            source = source_in_words(Source(one.citation, one.confidence))
            cited = f" ({source})" if source else ""
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
        said += f", before {in_words(extension.less_than)} are over" if extension.less_than else ""
        return f"{said}, only if told before the time is over"

    def _floor(self, floor: Floor) -> Iterator[str]:
        if isinstance(floor.at_least, ByLength):
            table = floor.at_least
            for label, length in (*table.cases, *([("otherwise", table.otherwise)] if table.otherwise else [])):
                yield f"{short_name(table.fact)} {label}: kept {self._kept(floor, length, least=True)}"
        elif floor.at_least is not None:
            yield f"kept {self._kept(floor, floor.at_least, least=True)}"
        if floor.at_most is not None:
            yield f"kept {self._kept(floor, floor.at_most, least=False)}"

    def _kept(self, floor: Floor, length: Length, *, least: bool) -> str:
        times = self._dates.times(floor.calendar)
        started = self._dates.first_morning(times, self._since)
        is_day = isinstance(floor.start, AtDate)
        clock = prepare(length, floor.counting, times, floor=least)
        found = clock.due_around(self._dates.day(started) if is_day else started, (), (), is_day)
        said = f"{'at least' if least else 'at most'} {in_words(length)} from {self._start(floor.start)}"
        if found is None:
            return said
        first = day_in_words(self._dates.day(started, times))
        return f"{said}; for example {start_name(floor.start)} {first} -> {self._dates.due_in_words(found, times)}"

    # --- names --------------------------------------------------------------------------------------------------------

    def _condition(self, condition: Condition) -> str:
        return f"`{print_condition(condition, self._types)}`"

    def _of_fields(self, event: str, where: Condition) -> str:
        known = next(one for one in self._policy.events if one.name == event)
        return f"`{print_condition(where, {field.name: field.type for field in known.fields})}`"

    def _items(self, event: Happens) -> list[str]:
        return [*event.content, *(f"{item} (if {self._condition(when)})" for item, when in event.content_if)]

    def _happening(self, happening: Happening) -> str:
        match happening:
            case Happens(event, where):
                other = f" by somebody else than {happening.other_than}" if happening.other_than is not None else ""
                items = self._items(happening)
                contains = f" that contains {', '.join(items)}" if items else ""
                return (event if where is None else f"{event} with {self._of_fields(event, where)}") + contains + other
            case Met(duty):
                return f"{duty} is met"
            case Late(duty):
                return f"{duty} is late"
        word = " or " if isinstance(happening, AnyOf) else " and "
        return word.join(map(self._happening, happening.items))
