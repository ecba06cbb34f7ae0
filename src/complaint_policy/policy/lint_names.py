"""Checks that warn of facts, labels and laws: what nothing reads, what no rule gives, what has no source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from complaint_policy.calendars.data import Calendar
from complaint_policy.policy.compiling.assembly import read_anywhere
from complaint_policy.policy.compiling.facts import REDRESS
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.model import Answered, Decided, Fact, Given, needs_earlier

_EPOCH = date(1970, 1, 1).toordinal()
_DAYS_AHEAD = 3 * 365


@warns("CP301", "a fact that nothing reads")
def unused_facts(subject: Subject) -> Iterator[Told]:
    """Facts that a case is asked for, and that no condition, clock or other fact of the policy reads.

    Why: every fact is asked of each case. One that no rule, duty or clock looks at costs the people who record it,
    and is often a sign that a rule was forgotten. What is recorded for people stands under `intake: record:`.

    Example:
        facts:
          branch: text

    Better:
        facts:
          branch: text
        intake: {record: [product, topics, vulnerable, amount, loss, visits, occurred_on, reference, branch]}
    """
    for fact in _unread(subject):
        if isinstance(fact.source, Given):
            name = fact.field.name
            help = "take it out, write the rule that looks at it, or list it under `intake: record:`"
            yield Told(f"nothing reads the fact `{name}`", subject.place("fact", name), help)


@warns("CP309", "a derived fact that nothing reads", level="note")
def unused_derived_facts(subject: Subject) -> Iterator[Told]:
    """Facts that follow from others, and settings, that no condition, clock or other fact reads.

    Why: it costs nobody anything, and may serve reports; but often a rule was meant to look at it.

    Example:
        facts:
          of_a_card: {is: product == card}

    Better:
        facts:
          of_a_card: {is: product == card}
        timeframes:
          call-back: {when: of_a_card, due: 2 days from received, done_by: acknowledged}
    """
    for fact in _unread(subject):
        if not isinstance(fact.source, Given):
            what, name = "setting" if isinstance(fact.source, Answered) else "fact", fact.field.name
            help = "use it in a condition, or take it out"
            yield Told(f"nothing reads the {what} `{name}`", subject.place("fact", name), help)


def _unread(subject: Subject) -> list[Fact]:
    """Facts of the policy itself that nothing reads, but for those that people do."""
    read = subject.once("facts read", lambda: read_anywhere(subject.policy))
    return [
        fact
        for fact in subject.policy.facts
        if (name := fact.field.name) not in read
        and name != REDRESS
        and "/" not in name
        and not isinstance(fact.source, Decided)
        and ("recorded", name) not in subject.places
    ]


@warns("CP308", "a label that no rule gives")
def labels_never_given(subject: Subject) -> Iterator[Told]:
    """Levels of a decision that none of its rules gives.

    Why: a level that nothing leads to makes tables and tiers look complete that are not, or a rule was forgotten.

    Example:
        classification:
          severity:
            levels: high > middle > low
            rules:
              - {id: needs-help, when: vulnerable, then: high}
            otherwise: low

    Better:
        classification:
          severity:
            levels: high > low
            rules:
              - {id: needs-help, when: vulnerable, then: high}
            otherwise: low
    """
    for decision in subject.policy.decisions:
        given = {rule.then for rule in decision.rules} | {decision.otherwise}
        for label in decision.labels:
            if label not in given:
                place = subject.place("decision", decision.name)
                yield Told(
                    f"no rule of `{decision.name}` gives `{label}`",
                    place,
                    "write the rule, or take the level out",
                )


@warns("CP304", "a duty of law without its source")
def missing_citations(subject: Subject) -> Iterator[Told]:
    """Duties with strength `must` that cite nothing.

    Why: whoever reads a result wants to look the law up; an auditor must be able to. Give the place in `citation`.

    Example:
        requirements:
          decide: {due: 8 weeks from received, done_by: decision_communicated}

    Better:
        requirements:
          decide: {citation: Example Act 3, due: 8 weeks from received, done_by: decision_communicated}
    """
    for duty in subject.policy.duties:
        if duty.strength == "must" and not duty.citation and not duty.url:
            help = "add `citation:`, or say `strength: internal` if it is the organisation's own rule"
            yield Told(f"`{duty.id}` is a duty of law without a source", subject.place("duty", duty.id), help)


@warns("CP307", "a calendar that ends soon")
def ends_soon(subject: Subject) -> Iterator[Told]:
    """Calendars whose holidays are known for less than three years from when the policy comes into force.

    Why: due days beyond the last resolved day cannot be told (semantics 68), and days whose holidays nobody has
    entered yet are counted as open. A policy in force needs three years ahead at least.

    Example:
        calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays:
          [2026-01-01, 2026-04-03, 2026-04-06, 2026-05-04, 2026-05-25, 2026-08-31]}}

    Better:
        calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays:
          {country: GB, subdivision: ENG}}}
    """
    begins = subject.policy.packs[0].in_force[0]
    for calendar in subject.policy.calendars:
        if not isinstance(calendar, Calendar) or begins is None:
            continue
        known = [holiday.day for holiday in calendar.holidays if not holiday.withdrawn]
        last = max(known) if len(known) > 5 else calendar.last_day
        if last - begins // 86400 < _DAYS_AHEAD:
            shown = date.fromordinal(last + _EPOCH).isoformat()
            message = f"the holidays of `{calendar.name}` are known until {shown} only"
            yield Told(
                message,
                subject.place("calendar", calendar.name),
                "add the later ones under `also`, or update the `holidays` package",
            )


@warns("CP346", "open cases go on by a version that is not there")
def open_cases_alone(subject: Subject) -> Iterator[Told]:
    """A version that lets open cases go on by the one before it, and does not say which that is.

    Why: cases that were open when this version came into force are to go on by the version before it, in whole or
    in part. Without that version they would be answered by this one alone, so no bundle is built (semantics 66).

    Example:
        open_cases: stricter_of

    Better:
        open_cases: apply_new
    """
    if needs_earlier(subject.policy):
        message = f"`open_cases: {subject.policy.open_cases}` needs the version before this one"
        help = 'add `replaces: "VERSION"` and put that version into the folder `earlier`; or write `apply_new`'
        yield Told(message, subject.place("key", "open_cases"), help)


NAME_CHECKS: tuple[LintCheck, ...] = (
    unused_facts,
    unused_derived_facts,
    labels_never_given,
    missing_citations,
    ends_soon,
    open_cases_alone,
)
