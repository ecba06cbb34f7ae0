"""Whether somebody has already been told a date in a letter: what an event's own fields promise."""

from __future__ import annotations

from complaint_policy.case import Case
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.policy.model import Policy


class Letters:
    """Finds letters that promise a date: events with a field of a date or moment that is the day something was due."""

    __slots__ = ("_fields",)

    def __init__(self, policy: Policy) -> None:
        named = {kind.name: [(at, field.type.kind) for at, field in enumerate(kind.fields)] for kind in policy.events}
        found = {name: [(at, kind) for at, kind in of if kind in ("date", "moment")] for name, of in named.items()}
        self._fields = {name: of for name, of in found.items() if of}

    def promise(self, case: Case, due: DutyResult, until: int) -> bool:
        """Whether an event up to `until` names the day, or the moment, at which this was due."""
        return any(
            event.fields[at] is not None
            and event.fields[at] in ((due.due_on,) if kind == "date" else (due.due_at, due.late_from))
            for event in case.events
            if event.at <= until and event.type in self._fields
            for at, kind in self._fields[event.type]
        )
