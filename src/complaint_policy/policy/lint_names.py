"""Checks that warn of facts, rules, tiers and laws: what nothing reads, what is never reached, what has no source."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from complaint_policy.calendars.data import Calendar
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiling.assembly import read_anywhere
from complaint_policy.policy.compiling.facts import REDRESS
from complaint_policy.policy.model import Answered, Decided, Given, Policy, UponEach, needs_earlier

UNUSED = Code(
    "CP301",
    "a fact that nothing reads",
    "Every fact is asked of each case. One that no rule, duty or clock looks at costs the people who record it, and is"
    " often a sign that a rule was forgotten.",
    "warning",
)
UNUSED_DERIVED = Code(
    "CP309",
    "a derived fact that nothing reads",
    "It costs nobody anything, and may serve reports; but often a rule was meant to look at it.",
    "note",
)
NO_CITATION = Code(
    "CP304",
    "a duty of law without its source",
    "Whoever reads a result wants to look the law up; an auditor must be able to. Give the place in `citation`.",
    "warning",
)
TIERS = Code(
    "CP305",
    "a higher tier may offer less",
    "Limits of redress usually rise with the tier; the other way round a case that is escalated could be offered less.",
    "warning",
)
TOP = Code(
    "CP306",
    "a policy of tiers from which nothing moves a case",
    "Several tiers without a move: a case stays where it starts for ever.",
    "warning",
)
ALONE = Code(
    "CP346",
    "open cases go on by a version that is not there",
    "Cases that were open when this version came into force are to go on by the version before it, in whole or in part."
    " Without that version they would be answered by this one alone, so no bundle is built (semantics 66).",
    "warning",
)
HORIZON = Code(
    "CP307",
    "a calendar that ends soon",
    "Due days beyond the last resolved day cannot be told (semantics 68). A policy in force needs three years ahead at"
    " least.",
    "warning",
)
NEVER_LABEL = Code(
    "CP308",
    "a label that no rule gives",
    "A level that nothing leads to makes tables and tiers look complete that are not, or a rule was forgotten.",
    "warning",
)

_EPOCH = date(1970, 1, 1).toordinal()
_DAYS_AHEAD = 3 * 365


def unused_facts(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Facts of the policy itself that no condition, clock or other fact reads."""
    read = read_anywhere(policy)
    for fact in policy.facts:
        name = fact.field.name
        if name in read or name == REDRESS or "/" in name or isinstance(fact.source, Decided):
            continue
        place = places.get(("fact", name))
        if ("recorded", name) in places:
            continue
        if isinstance(fact.source, Given):
            help = "take it out, write the rule that looks at it, or list it under `intake: record:`"
            yield diagnostic(UNUSED, f"nothing reads the fact `{name}`", place, help)
        else:
            what = "setting" if isinstance(fact.source, Answered) else "fact"
            yield diagnostic(
                UNUSED_DERIVED, f"nothing reads the {what} `{name}`", place, "use it in a condition, or take it out"
            )


def labels_never_given(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Levels that no rule gives."""
    for decision in policy.decisions:
        given = {rule.then for rule in decision.rules} | {decision.otherwise}
        for label in decision.labels:
            if label not in given:
                place = places.get(("decision", decision.name))
                yield diagnostic(
                    NEVER_LABEL,
                    f"no rule of `{decision.name}` gives `{label}`",
                    place,
                    "write the rule, or take the level out",
                )


def missing_citations(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Duties with strength `must` in `requirements` that cite nothing."""
    for duty in policy.duties:
        if duty.strength == "must" and not duty.citation and not duty.url:
            help = "add `citation:`, or say `strength: internal` if it is the organisation's own rule"
            yield diagnostic(
                NO_CITATION, f"`{duty.id}` is a duty of law without a source", places.get(("duty", duty.id)), help
            )


def falling_limits(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Tiers whose limit of redress is lower than that of a tier below."""
    tiers = [tier for tier in (policy.escalation.tiers if policy.escalation else ()) if not tier.outside]
    for below, above in itertools.pairwise(tiers):
        if above.redress_up_to is not None and (
            below.redress_up_to is None or above.redress_up_to < below.redress_up_to
        ):
            message = f"`{above.id}` may offer less than `{below.id}` below it"
            yield diagnostic(
                TIERS, message, places.get(("tier", above.id)), "check the limits, or the order of the tiers"
            )


def no_moves(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Several tiers, none of which is ever reached from another."""
    escalation = policy.escalation
    asked = any(("demanded tier", tier.id) in places for tier in escalation.tiers) if escalation else False
    if escalation is not None and len(escalation.tiers) > 1 and not escalation.moves and not asked:
        place = places.get(("tier", escalation.tiers[0].id))
        yield diagnostic(TOP, "nothing moves a case from one tier to another", place, "add `moves:` under `escalation`")


def unreachable_tiers(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Outside tiers that no event leads to are reached by `referred` alone; inside ones need a way in."""
    escalation = policy.escalation
    if escalation is None or not escalation.moves:
        return
    firsts = {rule.then for rule in escalation.first.rules} | {escalation.first.otherwise}
    goes = {move.go for move in escalation.moves}
    for number, tier in enumerate(escalation.tiers):
        if tier.outside or tier.id in firsts or tier.id in goes or ("up" in goes and number > 0):
            continue
        events = ", ".join(f"`{move.trigger.event}`" for move in escalation.moves if isinstance(move.trigger, UponEach))
        help = (
            f"give it `takes_at_first`, or a move that goes there{f' (the moves look at {events})' if events else ''}"
        )
        yield diagnostic(TOP, f"no case ever comes to the tier `{tier.id}`", places.get(("tier", tier.id)), help)


def ends_soon(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Calendars with holidays that end less than three years after the policy comes into force."""
    begins = policy.packs[0].in_force[0]
    for calendar in policy.calendars:
        if not isinstance(calendar, Calendar) or begins is None:
            continue
        known = [holiday.day for holiday in calendar.holidays if not holiday.withdrawn]
        last = max(known) if len(known) > 5 else calendar.last_day
        if last - begins // 86400 < _DAYS_AHEAD:
            shown = date.fromordinal(last + _EPOCH).isoformat()
            message = f"the holidays of `{calendar.name}` are known until {shown} only"
            yield diagnostic(
                HORIZON,
                message,
                places.get(("calendar", calendar.name)),
                "add the later ones under `also`, or update the `holidays` package",
            )


def open_cases_alone(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """A version that lets open cases go on by the one before it, and does not say which that is (semantics 66)."""
    if needs_earlier(policy):
        message = f"`open_cases: {policy.open_cases}` needs the version before this one"
        help = 'add `replaces: "VERSION"` and put that version into the folder `earlier`; or write `apply_new`'
        yield diagnostic(ALONE, message, places.get(("key", "open_cases")), help)


NAME_CHECKS = (
    unused_facts,
    labels_never_given,
    missing_citations,
    falling_limits,
    no_moves,
    unreachable_tiers,
    ends_soon,
    open_cases_alone,
)
