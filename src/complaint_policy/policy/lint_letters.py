"""Checks that warn of letters that do not do their work, and of notifications that nobody would get or should see."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.clocks.data import Every
from complaint_policy.conditions.syntax import Constant
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.communications import facts_in
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.messages import Communication
from complaint_policy.policy.model import Duty, Fact, Given, Policy
from complaint_policy.policy.scope_proof import read_through


@warns("CP854", "a letter leaves out what a duty asks of it")
def letters_that_leave_out(subject: Subject) -> Iterator[Told]:
    """Letters that record an event without the content by which it would meet a duty.

    Why: the letter would be sent, the event recorded, and the duty would not be met by it: an acknowledgement without
    what must stand in it is none. Add the item to the letter's `content`, with its passage in the template.

    Example:
        timeframes:
          decide: {due: 4 weeks from received, done_by: {decision_communicated: [decision, reasons]}}
        communications:
          decision: {template: letters/no-reasons.md, sent_by: decision_communicated, content: [decision]}

    Better:
        timeframes:
          decide: {due: 4 weeks from received, done_by: {decision_communicated: [decision, reasons]}}
        communications:
          decision: {template: letters/whole.md, sent_by: decision_communicated, content: [decision, reasons]}
    """
    policy = subject.policy
    for letter in policy.communications:
        for duty, missing in _left_out(policy, letter, subject.facts):
            if missing:
                items = ", ".join(f"`{item}`" for item in missing)
                message = f"the letter `{letter.id}` leaves out {items}, without which it does not meet `{duty.id}`"
                place = subject.place("communication", letter.id)
                yield Told(message, place, f"add {items} to its `content` and its template")


def asked_of_letter(policy: Policy, letter: Communication) -> dict[str, bool]:
    """The items that duties ask of the letter and that it does not give, each with whether every case needs it."""
    found: dict[str, bool] = {}
    facts = {fact.field.name: fact for fact in policy.facts}
    for duty, missing in _left_out(policy, letter, facts):
        for item, always in missing.items():
            found[item] = found.get(item, False) or (always and duty.when is None and not duty.pack)
    return found


def _left_out(policy: Policy, letter: Communication, facts: dict[str, Fact]) -> Iterator[tuple[Duty, dict[str, bool]]]:
    """Of each duty what the letter lacks, but for duties that never apply by the organisation's answers."""
    for duty in policy.duties if letter.sent_by else ():
        if duty.when is None or read_through(duty.when, facts) != Constant(False):
            yield duty, _missing(letter, duty, facts)


def _missing(letter: Communication, duty: Duty, facts: dict[str, Fact]) -> dict[str, bool]:
    """The items that the letter lacks for the nearest of the ways in which its event counts for the duty, and whether
    each is needed whatever the facts are."""
    acts = [duty.at] if duty.at is not None else events_in(duty.done_by)
    lacks = []
    for act in acts:
        if act.event == letter.sent_by and act.where is None:
            needed = dict.fromkeys(act.content, True)
            maybe = {item for item, when in act.content_if if read_through(when, facts) != Constant(False)}
            needed = dict.fromkeys(sorted(maybe), False) | needed
            lacks.append({item: always for item, always in needed.items() if item not in letter.content})
    return min(lacks, key=len, default={})


@warns("CP857", "a notification that never comes")
def notifications_that_never_come(subject: Subject) -> Iterator[Told]:
    """Notifications of what no part of the policy can bring about.

    Why: a duty without `warn` gives no warning, one that does not repeat is not due again, and without moves nothing
    escalates. Whoever relies on the message waits for nothing.

    Example:
        notifications:
          soon: {upon: [warning, breach], of: answer, to: owner}

    Better:
        notifications:
          soon: {upon: breach, of: answer, to: owner}
    """
    policy = subject.policy
    duties = {duty.id: duty for duty in policy.duties}
    for one in policy.notifications:
        about = [duties[name] for name in one.of if name in duties] if one.of else policy.duties
        never = {
            "warning": not any(duty.warn for duty in about),
            "due_again": not any(_repeats(duty) for duty in about),
            "escalation": policy.escalation is None or not policy.escalation.moves,
        }
        for upon, (said, help) in _NEVER.items():
            if upon in one.upon and never[upon]:
                message = f"the notification `{one.id}` never comes upon `{upon}`: nothing that it is about {said}"
                yield Told(message, subject.place("notification", one.id), f"{help}, or take `{upon}` out")


_NEVER = {
    "warning": ("gives a warning", "add `warn` to a duty"),
    "due_again": ("is due again", "name a duty that is due again and again"),
    "escalation": ("escalates", "add `moves` to `escalation`"),
}


def _repeats(duty: Duty) -> bool:
    return any(isinstance(clock, Every) for clock in clocks_in(duty.due))


@warns("CP858", "a message to others shows a sensitive fact")
def sensitive_messages(subject: Subject) -> Iterator[Told]:
    """Messages that carry a sensitive fact to somebody else than the complainant.

    Why: a fact that is `sensitive` is masked wherever it is not asked for by name. A message that names it and goes to
    others than the complainant spreads it over mailboxes that nobody erases.

    Example:
        facts:
          help_needed: {type: boolean, sensitive: true}
        timeframes:
          help: {when: help_needed, due: 2 days from received, done_by: acknowledged}
        communications:
          alarm: {template: letters/help.md}
        notifications:
          late: {upon: breach, of: help, to: [tier_owner], message: alarm}

    Better:
        facts:
          help_needed: {type: boolean, sensitive: true}
        timeframes:
          help: {when: help_needed, due: 2 days from received, done_by: acknowledged}
        notifications:
          late: {upon: breach, of: help, to: [tier_owner]}
    """
    policy = subject.policy
    masked = {fact.field.name for fact in policy.facts if isinstance(fact.source, Given) and fact.field.sensitive}
    letters = {letter.id: letter for letter in policy.communications}
    for one in policy.notifications:
        letter = letters.get(one.message)
        others = [name for name in one.to if name != "complainant"]
        if letter is None or not others or not masked:
            continue
        for name in sorted(masked & facts_in(letter)):
            message = f"the message `{letter.id}` shows the sensitive fact `{name}` to {', '.join(others)}"
            help = f"take `facts.{name}` out of the message, or send `{one.id}` another one"
            yield Told(message, subject.place("notification", one.id), help)


LETTER_CHECKS: tuple[LintCheck, ...] = (letters_that_leave_out, notifications_that_never_come, sensitive_messages)
