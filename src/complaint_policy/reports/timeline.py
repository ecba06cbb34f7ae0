"""Draws the life of one case: its events, and for each duty the time it had, on one line of time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local
from complaint_policy.case import SHARED, Case, Event
from complaint_policy.evaluation.outcome import DutyResult, Evaluation, TierStep
from complaint_policy.policy.model import Policy
from complaint_policy.reports.local_time import Zones, day_in_words, moment_in_words
from complaint_policy.reports.marks import OF_STATE, Style

_DAY = 86_400
_SHOWN = ("running", "paused", "met", "met_late", "breached", "attested", "cannot_tell", "ended", "lapsed", "in_force")


class _Scale(NamedTuple):
    """Maps moments to columns of the picture."""

    first: int
    last: int
    columns: int

    def column(self, moment: int) -> int:
        span = max(self.last - self.first, 1)
        return min(max((moment - self.first) * (self.columns - 1) // span, 0), self.columns - 1)


def timeline(policy: Policy, case: Case, evaluation: Evaluation, style: Style) -> str:
    """The picture and, below it, what happened in words; events that the answer leaves out only in words, marked so.

    Moments are in the zone of the policy's default calendar, those of a duty in that of its own.
    """
    zones = Zones(policy)
    zone = zones.default
    counted = [event for event in case.events if not _left_out(event, case, evaluation)]
    duties = [item for item in evaluation.duties if item.state in _SHOWN and item.start is not None]
    moments = [event.at for event in counted] + [evaluation.as_of]
    moments += (item.late_from for item in duties if item.late_from is not None)
    moments += (item.start for item in duties if item.start is not None)
    names = max((len(_name(item)) for item in duties), default=0)
    names = min(max(names, len("events")), style.width // 3)
    scale = _Scale(min(moments), max(moments), max(style.width - names - 4, 20))
    rows = [_heading(scale, zone, names, evaluation.as_of), _events(counted, scale, names, evaluation.as_of, style)]
    forbidden = frozenset(duty.id for duty in policy.duties if duty.forbid)
    rows += (_bar(item, scale, names, evaluation.as_of, style, item.duty in forbidden) for item in duties)
    return "\n".join([*rows, "", *_words(policy, case, evaluation, zones, style)]) + "\n"


def _name(item: DutyResult) -> str:
    return f"{item.duty} ({item.occurrence})" if item.occurrence else item.duty


def _label(text: str, width: int, style: Style) -> str:
    more = style.sign("more")
    return (text if len(text) <= width else text[: width - len(more)] + more).ljust(width)


def _heading(scale: _Scale, zone: Zone, names: int, as_of: int) -> str:
    """The first day, the day of evaluation and the last one, where they do not run into each other."""
    cells = [" "] * scale.columns
    for moment in (scale.first, scale.last, as_of):
        shown = day_in_words(local(zone, moment)[0]).split(" ", 1)[1].rsplit(" ", 1)[0]
        start = min(max(scale.column(moment) - len(shown) // 2, 0), scale.columns - len(shown))
        around = cells[max(start - 1, 0) : start + len(shown) + 1]
        if all(cell == " " for cell in around):
            cells[start : start + len(shown)] = shown
    return " " * (names + 2) + "".join(cells).rstrip()


def _left_out(event: Event, case: Case, evaluation: Evaluation) -> str:
    """Why an event of the file does not count in this evaluation; empty if it does (semantics 5, 6, 79)."""
    if event.at > evaluation.as_of:
        return "later"
    known = evaluation.as_known
    if known is not None and event.recorded_at > known:
        return "not known then"
    if any(
        item.event == event.id and (known is None or item.recorded_at <= known) and event.explicit
        for item in case.withdrawals
    ):
        return "withdrawn"
    return ""


def _events(events: list[Event], scale: _Scale, names: int, as_of: int, style: Style) -> str:
    cells = [style.sign("line")] * scale.columns
    cells[scale.column(as_of)] = style.sign("now")
    for event in events:
        cells[scale.column(event.at)] = style.sign("event")
    return f"{_label('events', names, style)}  {''.join(cells)}"


def _bar(item: DutyResult, scale: _Scale, names: int, as_of: int, style: Style, forbidden: bool) -> str:
    """From the start to the last moment in time; what lies behind it is late, unless it is a prohibition, then over."""
    assert item.start is not None
    cells = [" "] * scale.columns
    cells[scale.column(as_of)] = style.sign("now")
    end = item.met_at if item.met_at is not None else item.ended_at if item.ended_at is not None else as_of
    limit = item.late_from if item.late_from is not None else end
    for column in range(scale.column(item.start), scale.column(limit) + 1):
        cells[column] = style.sign("bar") if column <= scale.column(end) else style.sign("line")
    for column in range(scale.column(limit) + 1, scale.column(limit if forbidden else end) + 1):
        cells[column] = style.sign("late")
    cells[scale.column(item.start)] = style.sign("start")
    if item.late_from is not None:
        cells[scale.column(limit)] = style.sign("due")
    if item.paused_since is not None:
        cells[scale.column(item.paused_since)] = style.sign("pause")
    if item.met_at is not None:
        cells[scale.column(item.met_at)] = style.sign("met" if item.state != "met_late" else "missed")
    elif item.state == "breached":
        broken = item.breached_at if forbidden and item.breached_at is not None else as_of
        cells[scale.column(broken)] = style.sign("missed")
    drawn = style.paint("".join(cells).rstrip(), OF_STATE.get(item.state, ""))
    return f"{_label(_name(item), names, style)}  {drawn}"


def _words(policy: Policy, case: Case, evaluation: Evaluation, zones: Zones, style: Style) -> Iterator[str]:
    """Events, moves, due moments and breaches in the order of time, a line each, with the moment of evaluation
    among them."""
    zone, forbidden = zones.default, frozenset(duty.id for duty in policy.duties if duty.forbid)
    told: list[tuple[int, int, str, Zone]] = [
        (event.at, 1, _happened(event, _left_out(event, case, evaluation)), zone) for event in case.events
    ]
    for found in evaluation.findings:
        if found.kind == "deemed" and found.at is not None:
            told.append((found.at, 1, f"{found.about.replace('_', ' ')} (deemed to have happened)", zone))
    if evaluation.tier is not None:
        told += ((step.at, 2, step_in_words(step, policy), zone) for step in evaluation.tier.steps)
    for item in evaluation.duties:
        if item.state in _SHOWN and item.late_from is not None and item.due_at is not None:
            own = zones.of_duty(item.duty, evaluation)
            where = f" ({own.name})" if own.name != zone.name else ""
            what = "over" if item.duty in forbidden else "due"
            told.append((item.due_at, 3, f"{_name(item)} {what}: {item.state.replace('_', ' ')}{where}", own))
        if item.duty in forbidden and item.breached_at is not None:
            told.append((item.breached_at, 3, f"{_name(item)} broken", zone))
    told.append((evaluation.as_of, 4, style.paint("as of", "bold"), zone))
    wide = max(len(moment_in_words(own, at)) for at, _, _, own in told)
    for at, _, text, own in sorted(told, key=lambda item: item[:3]):
        yield f"{moment_in_words(own, at).ljust(wide)}  {text}"


def step_in_words(step: TierStep, policy: Policy) -> str:
    """A tier entered, who answers for it, and why: the move with its reason."""
    rules = policy.escalation
    owner = next((one.owner for one in rules.tiers if one.id == step.tier), "") if rules else ""
    because = next((one.because for one in rules.moves if one.id == step.why), "") if rules else ""
    return f"tier {step.tier}{f', {owner}' if owner else ''} ({step.why}{f': {because}' if because else ''})"


def _happened(event: Event, left_out: str) -> str:
    parts = [
        left_out,
        "shared with other cases" if event.seq >= SHARED else None,
        event.by,
        f"recorded {(event.recorded_at - event.at) // _DAY} days later"
        if event.recorded_at - event.at >= _DAY
        else None,
    ]
    if event.content is not None:
        parts.append(
            "with " + ", ".join(sorted(event.content)) if event.content else "with nothing of what is asked for"
        )
    said = "; ".join(part for part in parts if part)
    return f"{event.type.replace('_', ' ')}" + (f" ({said})" if said else "")
