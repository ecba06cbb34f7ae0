"""Checks that warn of what is declared and never used: calendars, events, ways of counting, suspensions."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.policy import nodes
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.nodes import Node, Scalar, Sequence


@warns("CP311", "a calendar that nothing counts in")
def unused_calendars(subject: Subject) -> Iterator[Told]:
    """Calendars of the policy in which no clock counts, and which no other calendar chooses.

    Why: somebody looks after its hours and closed days for nothing; or, worse, a clock that was meant to count in it
    counts in the default calendar.

    Example:
        calendars:
          phone_lines: {zone: Europe/London, hours: {mon-fri: "08:00-20:00"}}
        defaults: {calendar: office}

    Better:
        calendars:
          phone_lines: {zone: Europe/London, hours: {mon-fri: "08:00-20:00"}}
        defaults: {calendar: office}
        timeframes:
          call-back: {due: "4 business hours from received, phone_lines calendar", done_by: acknowledged}
    """
    used = {*subject.used_calendars, subject.policy.default_calendar, *_chosen(subject)}
    for name in _declared("calendars", subject):
        if name.text not in used:
            help = "take it out, or name it in the clock that is to count in it"
            yield Told(f"no clock counts in the calendar `{name.text}`", name.location, help)


def _chosen(subject: Subject) -> Iterator[str]:
    """Calendars that others choose, and those that answer a pack."""
    root = subject.root
    for part in ("calendars", "law") if root is not None else ():
        yield from _texts(root.get(part) if root is not None else None)


@warns("CP312", "an event that nothing looks at")
def unused_events(subject: Subject) -> Iterator[Told]:
    """Kinds of events that the policy adds, and that no duty, clock, fact, move or right names.

    One that is deemed to happen (`becomes`) needs no other use: results tell of it.

    Why: people are asked to record it, and it changes nothing; often the duty that it was to complete names another
    event.

    Example:
        events:
          chaser_received: {says: the customer asks again}

    Better:
        events:
          chaser_received: {says: the customer asks again}
        timeframes:
          answer-chaser: {each: chaser_received, due: 2 days from chaser_received, done_by: update_sent}
    """
    declared = _declared("events", subject)
    if declared:
        named = {*_named_events(subject), *(one.event for one in subject.policy.deemed)}
        for name in declared:
            if name.text not in named:
                help = "take it out, or name it where it was meant to count"
                yield Told(f"nothing looks at the event `{name.text}`", name.location, help)


_NAMES_AN_EVENT = frozenset(("event", "each", "revoked_by", "law_of", "other_than", "sent_by"))


def _named_events(subject: Subject) -> set[str]:
    policy, root = subject.policy, subject.root
    found: set[str] = set()
    parts = (policy.duties, policy.rights, policy.facts, policy.deemed, policy.escalation, policy.approvals)
    _collect((*parts, policy.organisation, policy.suspensions, policy.communications), found)
    for section in ("notifications", "law") if root is not None else ():
        found.update(_texts(root.get(section) if root is not None else None))
    return found


def _collect(part: object, found: set[str]) -> None:
    """Every event that a record names, in whatever place."""
    if isinstance(part, tuple):
        for item in part:
            _collect(item, found)
        return
    for attribute in getattr(part, "__match_args__", ()):
        value = getattr(part, attribute)
        if not isinstance(value, str):
            _collect(value, found)
        elif attribute in _NAMES_AN_EVENT:
            found.add(value)


@warns("CP313", "a way of counting that no clock uses")
def unused_profiles(subject: Subject) -> Iterator[Told]:
    """Profiles under `counting` that no clock of the file names.

    Why: a profile says how days are counted. Where no clock names it, the clocks that were meant count by the defaults.

    Example:
        counting:
          next_day: deemed next business day

    Better:
        counting:
          next_day: deemed next business day
        timeframes:
          confirm: {due: "1 business day from received, as next_day", done_by: acknowledged}
    """
    declared = _declared("counting", subject)
    if declared:
        used = set(_under("profile", subject.root))
        for name in declared:
            if name.text not in used:
                help = f"take it out, or count by it: `…, as {name.text}`"
                yield Told(f"no clock counts as `{name.text}` says", name.location, help)


@warns("CP314", "a suspension that stops no clock")
def unused_suspensions(subject: Subject) -> Iterator[Told]:
    """Suspensions that no duty names under `suspended_by`.

    Why: a suspension stops only the clocks that name it. One that none names changes no due day.

    Example:
        suspensions:
          strike: {from: 2026-02-01, until: 2026-02-14, citation: Emergency Act 5}

    Better:
        suspensions:
          strike: {from: 2026-02-01, until: 2026-02-14, citation: Emergency Act 5}
        timeframes:
          decide: {due: 4 weeks from received, done_by: decision_communicated, suspended_by: [strike]}
    """
    declared = _declared("suspensions", subject)
    if declared:
        used = {name for duty in subject.policy.duties for name in duty.suspended_by}
        for name in declared:
            if name.text not in used:
                help = "name it under `suspended_by` of the duties whose clocks it stops"
                yield Told(f"the suspension `{name.text}` stops no clock", name.location, help)


def _declared(section: str, subject: Subject) -> list[Scalar]:
    """The names of a section of the policy's own file; none of a file without duties, whose words are for others."""
    root = subject.root
    if root is None or not any(not duty.pack for duty in subject.policy.duties):
        return []
    written = root.get(section)
    return [key for key, _ in written.entries] if isinstance(written, nodes.Mapping) else []


def _texts(node: Node | None) -> Iterator[str]:
    match node:
        case Scalar(text):
            yield text
        case nodes.Mapping(entries):
            for _, value in entries:
                yield from _texts(value)
        case Sequence(items):
            for item in items:
                yield from _texts(item)


def _under(key: str, node: Node | None) -> Iterator[str]:
    """Every text that stands under a key, wherever in the file."""
    if isinstance(node, nodes.Mapping):
        for name, value in node.entries:
            yield from _texts(value) if name.text == key else _under(key, value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _under(key, item)


UNUSED_CHECKS: tuple[LintCheck, ...] = (unused_calendars, unused_events, unused_profiles, unused_suspensions)
