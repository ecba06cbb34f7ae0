"""A compiled duty as the map that a file holds: what an organisation writes that promises just what the law asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from complaint_policy.clocks.data import (
    DEFAULT_COUNTING,
    AllOf,
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
    Counting,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    Every,
    Extension,
    FirstOf,
    Happening,
    Happens,
    LastOf,
    Late,
    Latest,
    Limit,
    Met,
    OnDate,
    Pause,
    Promptly,
    Start,
)
from complaint_policy.conditions.syntax import And, Condition, IsTrue
from complaint_policy.conditions.text import print_condition
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.lengths import in_words
from complaint_policy.policy.model import Decision, Duty, Policy

Map = dict[str, Any]
_SINCE = "in force from "
"""How the compiler calls the question whether a rule with dates of its own counts."""


def plain(name: str) -> str:
    """A name of a pack without the pack's id in front, as a file that extends the pack may write it."""
    return name.rpartition("/")[2]


class Writer:
    """Writes parts of duties of one policy; `calendar` says how a file calls each of its calendars."""

    def __init__(self, policy: Policy, calendar: Callable[[str], str]) -> None:
        self.calendar = calendar
        self.types = {one.field.name: one.field.type for one in policy.facts}
        self.types |= {one.name: FactType("choice", one.labels) for one in policy.decisions}
        self.written = {name: plain(name) for name in self.types}
        head = {name: FactType("text") for name in ("by", "channel", "role")}
        self.fields = {one.name: head | {each.name: each.type for each in one.fields} for one in policy.events}

    def duty(self, duty: Duty) -> Map:
        """All that `meets` does not take over, and the due moment."""
        assert duty.due is not None, "only what has a due moment is compared"
        found: Map = {"says": "as the law asks", "due": self.due(duty.due)}
        if duty.meets is not None:
            found["meets"] = duty.meets
        if duty.when is not None:
            found["when"] = self.condition(duty.when)
        if duty.off_when is not None:
            found["off_when"] = self.happening(duty.off_when)
        if duty.pauses:
            found["pause"] = [self.pause(one) for one in duty.pauses]
        if duty.longer:
            found["longer"] = [self.extension(one) for one in duty.longer]
        if duty.suspended_by:
            found["suspended_by"] = [plain(one) for one in duty.suspended_by]
        if duty.fallback is not None:
            found["fallback"] = {"due": self.due(duty.fallback.due), "until_start": duty.fallback.until_start}
        if duty.when_key_changes != "from_change":
            found["when_key_changes"] = duty.when_key_changes
        return found

    def decision(self, decision: Decision) -> Map:
        """The rules of a decision of the pack: its label is a word of the pack alone, so the file decides again."""
        rules = [{"id": one.id, "then": one.then} | self._asked(one.condition) for one in decision.rules]
        found: Map = {"levels": list(decision.labels), "rules": rules, "hit": decision.hit}
        return found if decision.otherwise is None else found | {"otherwise": decision.otherwise}

    def _asked(self, condition: Condition) -> Map:
        """The condition of a rule; the moment from which it counts stands beside it."""
        parts = condition.items if isinstance(condition, And) else (condition,)
        since = [one.fact for one in parts if isinstance(one, IsTrue) and plain(one.fact).startswith(_SINCE)]
        rest = tuple(one for one in parts if not (isinstance(one, IsTrue) and one.fact in since))
        dated: Map = {"in_force": {"from": plain(since[0]).removeprefix(_SINCE)}} if since else {}
        return dated | {"when": self.condition(And(rest) if len(rest) > 1 else rest[0])}

    # --- when it is due -----------------------------------------------------------------------------------------------

    def due(self, due: Due) -> Any:
        """A clock in the map form, with every option that is not the default."""
        match due:
            case Limit(start, length, calendar, counting):
                return {"start": self.start(start), "length": in_words(length)} | self.counted(calendar, counting)
            case Before(until, length, calendar, counting):
                before = {"before": self.start(until)} | self.counted(calendar, counting)
                return before if length is None else {"length": in_words(length)} | before
            case Cycles(start, number, event, day, calendar, counting):
                of = event or plain(day or "")
                return {"start": self.start(start), "cycles": number, "of": of} | self.counted(calendar, counting)
            case OnDate(day, calendar, counting):
                return {"date": _moment(day * 86_400)[:10]} | self.counted(calendar, counting)
            case ByField(event, field, calendar, counting):
                return {"field": f"{event}.{field}"} | self.counted(calendar, counting)
            case Promptly(start):
                return {"promptly": True, "start": self.start(start)}
            case Earliest(items):
                return {"earliest_of": [self.due(one) for one in items]}
            case Latest(items):
                return {"latest_of": [self.due(one) for one in items]}
            case Every(start, length, calendar, counting, counted_from, while_open):
                rest = {"while": "open" if while_open else "always", "counted_from": counted_from}
                clock = {"every": in_words(length), "start": self.start(start)}
                return clock | rest | self.counted(calendar, counting)
        return self._chosen(due)

    def _chosen(self, due: ByFact | Dated) -> Map:
        if isinstance(due, ByFact):
            values = {label: self.due(one) for label, one in due.cases}
            if due.otherwise is not None:
                values["otherwise"] = self.due(due.otherwise)
            return {"by": plain(due.fact), "values": values}
        entries = []
        for since, clock in due.entries:
            entry: Map = {} if since is None else {"from": _moment(since)}
            entries.append(entry | {"due": "none" if clock is None else self.due(clock)})
        return {"law_of": due.law_of, "dated": entries}

    def counted(self, calendar: str, counting: Counting) -> Map:
        """The calendar, and each way of counting that is not the default."""
        found: Map = {"calendar": self.calendar(calendar)}
        for option in fields(Counting):
            value = getattr(counting, option.name)
            if value != getattr(DEFAULT_COUNTING, option.name):
                found[option.name] = value
        return found

    def start(self, start: Start) -> Map:
        """Where a clock starts."""
        match start:
            case AtEvent(event, where):
                return {"event": event} | self._where(where, event)
            case AtMet(duty):
                return {"met": duty}
            case AtDue(duty):
                return {"due_of": duty}
            case AtLate(duty):
                return {"late": duty}
            case AtDate(fact) | AtMoment(fact):
                return {"fact": plain(fact)}
            case EndOf(period, of):
                return {"end_of": period, "containing": self.start(of)}
            case FirstOf(items):
                return {"first_of": [self.start(one) for one in items]}
        assert isinstance(start, LastOf), start
        conditions = [{} if one is None else {"only_if": self.condition(one)} for one in start.only_if]
        return {"last_of": [self.start(one) | more for one, more in zip(start.items, conditions, strict=True)]}

    # --- what stops or lengthens it -----------------------------------------------------------------------------------

    def pause(self, pause: Pause) -> Map:
        """A pause from an event to an event."""
        found: Map = {"from": self.happens(pause.starts), "to": self.happens(pause.ends), "end_days": pause.end_days}
        if pause.when is not None:
            found["when"] = self.condition(pause.when)
        return found | self._lengths(pause, "at_most", "each_at_most", "only_beyond")

    def extension(self, one: Extension) -> Map:
        """What lengthens a clock, upon an event."""
        upon = {"event": one.upon.event} | self._where(one.upon.where, one.upon.event)
        found: Map = {"upon": upon, **self._lengths(one, "to", "by", "at_most", "less_than")}
        if one.upon.content:
            found["content"] = list(one.upon.content)
        if one.open:
            found["to"] = "open"
        if one.ground is not None:
            found["if"] = self.condition(one.ground)
        for name in ("to_date_in", "revoked_by"):
            if getattr(one, name) is not None:
                found[name] = getattr(one, name)
        if one.soft:
            found["soft"] = True
        return found if one.times == 1 else found | {"times": one.times}

    def _lengths(self, item: object, *names: str) -> Map:
        held = {name: getattr(item, name) for name in names}
        return {name: in_words(length) for name, length in held.items() if length is not None}

    # --- what happens, and conditions ---------------------------------------------------------------------------------

    def happening(self, happening: Happening) -> Any:
        """What completes a duty or switches it off."""
        match happening:
            case AnyOf(items):
                return {"any_of": [self.happening(one) for one in items]}
            case AllOf(items):
                return {"all_of": [self.happening(one) for one in items]}
            case Met(duty):
                return {"met": duty}
            case Late(duty):
                return {"late": duty}
        return self.happens(happening)

    def happens(self, one: Happens) -> Map:
        """An event, with the content that it must have."""
        found: Map = {"event": one.event} | self._where(one.where, one.event)
        content: list[Any] = list(one.content)
        content += [{item: self.condition(condition)} for item, condition in one.content_if]
        if content:
            found["content"] = content
        return found if one.other_than is None else found | {"other_than": one.other_than}

    def _where(self, where: Condition | None, event: str) -> Map:
        return {} if where is None else {"where": print_condition(where, self.fields[event])}

    def condition(self, condition: Condition) -> str:
        """A condition on facts."""
        return print_condition(condition, self.types, self.written)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
