"""Tells an evaluation to people: where the case is, what is owed by when, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from complaint_policy.calendars.data import Zone
from complaint_policy.evaluation.outcome import Action, Decided, DutyResult, Evaluation
from complaint_policy.evaluation.together import Together, prepare_together
from complaint_policy.policy.model import Duty, Policy, Reading
from complaint_policy.reports.action_sentences import action_writer
from complaint_policy.reports.example_dates import short_name
from complaint_policy.reports.finding_sentences import finding_in_words
from complaint_policy.reports.local_time import (
    Zones,
    day_in_words,
    last_moment_in_words,
    moment_in_words,
    since_in_words,
)
from complaint_policy.reports.marks import Style
from complaint_policy.reports.sources import READ, Source, source_in_words

_OWED = ("running", "paused", "not_started", "cannot_tell")

TextWriter = Callable[..., str]


def text_writer(policy: Policy, style: Style) -> TextWriter:
    """Prepared once for a policy: `write(evaluation, actions, next_change)` gives the lines of one case.

    Moments are in the zone of the duty's calendar. Duties that have neither begun nor a due moment are only named.
    """
    zones = Zones(policy)
    duties = {duty.id: duty for duty in policy.duties}
    sources = {duty.id: Source(duty.citation, duty.confidence) for duty in policy.duties}
    sources |= {one.id: Source(one.citation, one.confidence) for one in policy.suspensions}
    sources |= {right.id: Source(right.citation, right.confidence) for right in policy.rights}
    owners = {tier.id: tier.owner for tier in policy.escalation.tiers} if policy.escalation is not None else {}
    in_words = action_writer(policy)
    see = prepare_together(policy)
    wide = max((len(duty) for duty in duties), default=0)

    def write(evaluation: Evaluation, actions: tuple[Action, ...] = (), next_change: str = "") -> str:
        zone = zones.default
        lines = [
            f"{style.paint(evaluation.case, 'bold')}  as of {moment_in_words(zone, evaluation.as_of)}"
            + (
                f", as known on {moment_in_words(zone, evaluation.as_known)}" if evaluation.as_known is not None else ""
            ),
            f"  {_standing(evaluation, policy.id, owners, zone, style)}",
        ]
        shown = [item for item in evaluation.duties if item.state != "not_applicable" and not _may_follow(item)]
        width = min(max((len(_name(item)) for item in shown), default=0), max(wide, 20) + 12)
        for item in shown:
            zone_of_duty = zones.of_duty(item.duty, evaluation)
            told = duty_in_words(item, duties.get(item.duty), zone_of_duty, evaluation.as_of, style)
            told += _excused(item.suspended_by, sources, style)
            lines.append(f"  {_name(item).ljust(width)}  {style.state(item.state, 14)}  {told}".rstrip())
        lines += (f"  {line}" for line in _following(evaluation))
        for joint in see(evaluation) if see is not None else ():
            lines.append(f"  {_together(joint, zones.of_duty(joint.duties[0], evaluation))}")
        lines += (f"  {line}" for line in _rest(evaluation, sources, style))
        for action in actions:
            told = in_words(action, zones.of_duty(action.about, evaluation), evaluation.as_of)
            lines.append(f"  {style.sign('then')} {told}")
        for finding in evaluation.findings:
            told = finding_in_words(finding, zones.of_duty(finding.about, evaluation))
            lines.append(f"  {style.paint(f'note: {told}', 'yellow')}")
        if next_change:
            lines.append(f"  next change: {next_change}")
        return "\n".join(lines) + "\n"

    return write


def _name(item: DutyResult) -> str:
    return f"{item.duty} ({item.occurrence})" if item.occurrence else item.duty


def _may_follow(item: DutyResult) -> bool:
    """Whether a duty has neither begun nor a due moment: it may never be owed."""
    return item.state == "not_started" and item.late_from is None


def _following(evaluation: Evaluation) -> Iterator[str]:
    names = list(dict.fromkeys(_name(item) for item in evaluation.duties if _may_follow(item)))
    if names:
        yield f"{len(names)} more may follow: {', '.join(names)}"


def _together(item: Together, zone: Zone) -> str:
    """What one event does for several duties of law, and what it must contain for all of them."""
    of = f" for {item.occurrence}" if item.occurrence else ""
    told = f"one {item.event.replace('_', ' ')}{of} answers {len(item.duties)} duties: {', '.join(item.duties)};"
    told += f" due {last_moment_in_words(zone, item.late_from)}"
    told += f", with {', '.join(item.content)}" if item.content else ""
    told += f", where needed {', '.join(item.may_need)}" if item.may_need else ""
    return told + (f" ({'; '.join(item.citations)})" if item.citations else "")


def _standing(evaluation: Evaluation, policy_id: str, owners: dict[str, str], zone: Zone, style: Style) -> str:
    parts = []
    if evaluation.scope is not None:
        parts.append(f"scope {_label(evaluation.scope)}")
    parts += (f"{item.name} {_label(item)}" for item in evaluation.decisions)
    tier = evaluation.tier
    if tier is not None and tier.now is not None:
        since = f" since {moment_in_words(zone, tier.since)}" if tier.since is not None else ""
        owner = f" ({owners[tier.now]})" if owners.get(tier.now) else ""
        parts.append(f"tier {tier.now}{owner}{since}")
    elif tier is not None and tier.possible:
        parts.append(f"tier {' or '.join(tier.possible)}")
    replaced = {policy_id} if any(item.kind == "earlier_version" for item in evaluation.findings) else set()
    doubted = [(pack, answer) for pack, answer in evaluation.applies if answer is not True and pack not in replaced]
    parts += (f"{pack} {_applies(answer)}" for pack, answer in doubted)
    return f" {style.sign('dot')} ".join(parts) or "nothing is decided of this case"


def _label(item: Decided) -> str:
    if item.label is not None:
        return item.label
    return "cannot tell: " + " or ".join(item.possible) if item.possible else "no label: every rule says no"


def _applies(answer: bool | None) -> str:
    return "does not apply" if answer is False else "may apply"


def duty_in_words(item: DutyResult, duty: Duty | None, zone: Zone, as_of: int, style: Style) -> str:
    """When it is due or was done, what is missing, and where it is written."""
    if duty is not None and duty.forbid:
        return ", ".join(_prohibition(item, duty, zone, style))
    parts = []
    if item.met_at is not None:
        parts.append(f"done {moment_in_words(zone, item.met_at)}")
    if item.due_at is not None:
        to_come = item.state == "breached" and item.late_from is not None and item.late_from > as_of
        what = "next due" if to_come else "due" if item.state in _OWED else "was due"
        parts.append(f"{what} {_due(item, zone)}{_left(item, as_of)}")
    elif item.state == "paused":
        parts.append("no due moment while it is paused")
    if item.breached_at is not None:
        parts.append(f"late since {since_in_words(zone, item.breached_at)}")
    if item.paused_since is not None:
        parts.append(f"paused since {moment_in_words(zone, item.paused_since)}")
    if item.missing:
        parts.append(f"missing: {', '.join(item.missing)}")
    parts += (word for word, flag in (("warning", item.warning), ("if it applies", item.conditional)) if flag)
    if item.fallback:
        parts.append("counted without its start")
    if item.missed:
        parts.append("missed once" if item.missed == 1 else f"missed {item.missed} times")
    if duty is not None and duty.reading is not None:
        parts.append(reading_in_words(duty.reading))
    if duty is not None and (source := source_in_words(Source(duty.citation, duty.confidence))):
        parts.append(style.paint(source, "grey"))
    return ", ".join(parts)


def reading_in_words(reading: Reading) -> str:
    """Which reading of its text a duty is, and why it was taken."""
    if reading.of:
        return f"another reading of {reading.of}"
    return f"by the reading {reading.id}" + (f" ({reading.because})" if reading.because else "")


def _prohibition(item: DutyResult, duty: Duty, zone: Zone, style: Style) -> Iterator[str]:
    """What is forbidden, between which moments, when it was broken, and where it is written."""
    acts = " or ".join(dict.fromkeys(act.event.replace("_", " ") for act in duty.forbid))
    since = f" from {since_in_words(zone, item.start)}" if item.start is not None else ""
    until = f" until {_due(item, zone)}" if item.due_at is not None else ""
    yield f"no {acts}{since}{until}"
    if item.breached_at is not None:
        yield f"broken {moment_in_words(zone, item.breached_at)}"
    if item.ended_at is not None:
        yield f"over since {since_in_words(zone, item.ended_at)}"
    if item.conditional:
        yield "if it applies"
    if source := source_in_words(Source(duty.citation, duty.confidence)):
        yield style.paint(source, "grey")


def _due(item: DutyResult, zone: Zone) -> str:
    """The day alone when the duty may be done until the end of it."""
    assert item.due_at is not None
    shown = moment_in_words(zone, item.due_at)
    if item.due_on is not None and shown.endswith("23:59:59"):
        return day_in_words(item.due_on)
    return shown


def _left(item: DutyResult, as_of: int) -> str:
    """How long is left, or how late it is, at the moment of evaluation: a figure, not a part of the answer
    (semantics 77)."""
    if item.late_from is None or item.state not in ("running", "breached"):
        return ""
    seconds = item.late_from - as_of
    return f" ({length_in_words(abs(seconds))} {'left' if seconds > 0 else 'ago'})"


def length_in_words(seconds: int) -> str:
    """A length of time in its largest fitting unit, rounded down."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = seconds // size
            return f"{number:,} {name}{'s' if number != 1 else ''}"
    return "0 seconds"


def _rest(evaluation: Evaluation, sources: Mapping[str, Source], style: Style) -> Iterator[str]:
    """Rights and times of keeping, with a remark where the source was not read."""

    def doubted(name: str) -> str:
        source = sources.get(name)
        if source is None or source.confidence in READ:
            return ""
        return f", {style.paint(source_in_words(source), 'grey')}"

    for right in evaluation.rights:
        closes = f", closes {day_in_words(right.closes_on)}" if right.closes_on is not None else ""
        if right.state != "not_yet":
            yield f"right {right.right}: {style.state(right.state)}{closes}{doubted(right.right)}"
    for kept in evaluation.kept:
        name = f"{kept.duty} ({kept.occurrence})" if kept.occurrence else kept.duty
        why = _excused(kept.suspended_by, sources, style) + doubted(kept.duty)
        if kept.deletable_from is not None:
            yield f"{name}: may be deleted from {day_in_words(kept.deletable_from)}{why}"
        if kept.delete_by is not None:
            yield f"{name}: to be deleted by {day_in_words(kept.delete_by)}{why}"


def _excused(names: tuple[str, ...], sources: Mapping[str, Source], style: Style) -> str:
    """The suspensions whose days do not count, each with its source: what they change rests on it."""
    told = ""
    for name in names:
        source = source_in_words(sources[name])
        told += f", without the days of {short_name(name)}{' ' + style.paint(f'({source})', 'grey') if source else ''}"
    return told
