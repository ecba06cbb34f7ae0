"""Tells the history of a case in the order in which it became known: what happened, who recorded it, what was
decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.casework import histories
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.histories import body_of
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.reports.local_time import Zones, moment_in_words
from complaint_policy.reports.trace import MASKED, sensitive_facts
from complaint_policy.stores.records import Announcement, Entry, LogEntry


class Line(NamedTuple):
    """One thing: when it was recorded (UTC seconds), the id by which it can be withdrawn, what it is in words, and by
    whom it was recorded; of a decision, nobody."""

    at: int
    id: str
    said: str
    by: str


def timeline_of(
    loaded: LoadedPolicy, entries: Sequence[Entry], log: Iterable[LogEntry], *, show_sensitive: bool = False
) -> list[Line]:
    """Entries and decisions in the order in which they were recorded; sensitive facts are masked unless asked for.

    Of a decision only what it changed is told; one that changed nothing is left out.
    """
    told = _Telling(loaded.policy, frozenset() if show_sensitive else _hidden(loaded.policy))
    taken_back = {
        body_of(one)["data"]["event"]: one.seq
        for one in entries
        if one.kind == histories.WITHDRAWN and one.body is not None
    }
    lines = [(one.recorded_at, 0, one.seq, told.entry(one, taken_back)) for one in entries]
    lines += [(one.made_at, 1, one.n, line) for one, line in told.decisions(log)]
    return [line for _, _, _, line in sorted(lines, key=lambda item: item[:3])]


def _hidden(policy: Policy) -> frozenset[str]:
    fields = {field.name for event in policy.events for field in event.fields if field.sensitive}
    return sensitive_facts(policy) | fields


class _Telling:
    """Says entries and decisions of the cases of one policy."""

    def __init__(self, policy: Policy, hidden: frozenset[str]) -> None:
        self.zone: Zone = Zones(policy).default
        self.hidden = hidden

    def entry(self, one: Entry, taken_back: dict[str, int]) -> Line:
        by = f"{one.actor} ({one.role})" if one.role else one.actor
        if one.body is None:
            return Line(one.recorded_at, "", f"{one.kind} (erased)", by)
        body = body_of(one)
        id = str(body.get("id", "")) if one.kind in histories.HAPPENED else ""
        said = self._said(one, body)
        return Line(one.recorded_at, id, f"{said} [taken back]" if id and id in taken_back else said, by)

    def _said(self, one: Entry, body: dict[str, Any]) -> str:
        match one.kind:
            case histories.OPENED:
                return _joined("opened", self._values(body.get("facts", {})))
            case histories.ASSIGNED:
                return f"assigned to {body['owner']}"
            case histories.NOTE:
                return f"note: {body['text']}"
            case histories.WITHDRAWN:
                return _joined(f"took back {body['data']['event']}", _because(body))
            case histories.FACTS:
                what = _joined("known", self._values(body["data"]["facts"]))
                return _joined(what + self._since(body, "since"), _because(body))
            case histories.EVENT:
                return self._event(body)
            case histories.LETTER:
                lacks = f"without {', '.join(body['lacks'])}: {body['incomplete']}" if body.get("lacks") else ""
                return _joined(f"letter {body['communication']} sent", lacks)
            case histories.HOLD | histories.LIFTED | histories.ERASING:
                return _joined({histories.LIFTED: "hold lifted"}.get(one.kind, one.kind), body["reason"])
        return one.kind.replace("_", " ")

    def _event(self, body: dict[str, Any]) -> str:
        data = dict(body.get("data") or {})
        content = data.pop("content", None)
        parts = [self._values(data)]
        by = body.get("by")
        who = by.get("person") if isinstance(by, dict) else by
        role = body.get("role") or (by.get("role") if isinstance(by, dict) else None)
        parts += [f"by {who}" + (f", {role}" if role else "")] if who else []
        parts += [f"through {body['channel']}"] if body.get("channel") else []
        if content is not None:
            parts.append(f"with {', '.join(content)}" if content else "with nothing of what is asked for")
        happened = str(body["type"]).replace("_", " ") + self._since(body, "on")
        return _joined(happened, "; ".join(part for part in parts if part))

    def _since(self, body: dict[str, Any], word: str) -> str:
        return f" {word} {moment_in_words(self.zone, moment_of(body['at']))}"

    def _values(self, told: dict[str, Any]) -> str:
        return ", ".join(f"{name} {self._value(name, value)}" for name, value in told.items() if name != "because")

    def _value(self, name: str, value: object) -> str:
        if name in self.hidden:
            return MASKED
        if value is None:
            return "not known"
        if isinstance(value, list):
            return " and ".join(map(str, value)) or "none"
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def decisions(self, log: Iterable[LogEntry]) -> Iterator[tuple[LogEntry, Line]]:
        """Each decision that changed something, beside the one before it."""
        before: dict[str, str] = {}
        for one in log:
            if one.result is None:
                continue
            now = _standing(json.loads(one.result))
            told = [f"{about} {state}" for about, state in now.items() if before.get(about, "not started") != state]
            told += [_announced(each) for each in one.announcements]
            before = now
            if told:
                yield one, Line(one.made_at, "", f"decided: {', '.join(told)}", "")


def _standing(answer: dict[str, Any]) -> dict[str, str]:
    """What an answer says in a word each: decisions, the tier, the states of duties that apply."""
    found = {name: str(one["label"]) for name, one in answer.get("decisions", {}).items() if one["label"] is not None}
    tier = answer.get("tier")
    if tier and tier["now"]:
        found["tier"] = tier["now"]
    for duty in answer.get("duties", ()):
        if duty["state"] != "not_applicable":
            name = f"{duty['duty']} ({duty['occurrence']})" if duty["occurrence"] else duty["duty"]
            found[name] = duty["state"].replace("_", " ")
    return found


def _announced(one: Announcement) -> str:
    """What was announced: of a duty, or that the case entered a tier."""
    kind = one.transition.replace("_", " ")
    if one.duty:
        return f"told the {kind} of {one.duty}"
    return f"told the {kind} {'of' if one.transition == 'correction' else 'to'} {one.occurrence.partition('#')[0]}"


def _because(body: dict[str, Any]) -> str:
    because = body["data"].get("because")
    return f"because {because}" if because else ""


def _joined(first: str, rest: str) -> str:
    return f"{first}: {rest}" if rest else first
