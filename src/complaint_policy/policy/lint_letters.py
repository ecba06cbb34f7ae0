"""Checks that warn of letters that do not do their work, and of notifications that nobody would get or should see."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.clocks.data import Every
from complaint_policy.conditions.syntax import Constant
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.communications import facts_in
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.messages import Communication, Notification
from complaint_policy.policy.model import Duty, Given, Policy
from complaint_policy.policy.scope_proof import read_through

LEAVES_OUT = Code(
    "CP854",
    "a letter leaves out what a duty asks of it",
    "The letter would be sent, the event recorded, and the duty would not be met by it: an acknowledgement without what"
    " must stand in it is none. Add the item to the letter's `content`, with its passage in the template.",
    "warning",
)
NEVER_TOLD = Code(
    "CP857",
    "a notification that never comes",
    "A duty without `warn` gives no warning, one that does not repeat is not due again, and without moves nothing"
    " escalates. Whoever relies on the message waits for nothing.",
    "warning",
)
SENSITIVE = Code(
    "CP858",
    "a message to others shows a sensitive fact",
    "A fact that is `sensitive` is masked wherever it is not asked for by name. A message that names it and goes to"
    " others than the complainant spreads it over mailboxes that nobody erases.",
    "warning",
)
Places = dict[tuple[str, str], Location]


def letters(policy: Policy, places: Places) -> Iterator[Diagnostic]:
    """Letters that record an event without the content by which it would meet a duty."""
    facts = {fact.field.name: fact for fact in policy.facts}
    for letter in policy.communications:
        for duty in policy.duties if letter.sent_by else ():
            missing = _missing(letter, duty)
            if missing and duty.when is not None and read_through(duty.when, facts) == Constant(False):
                continue  # by the organisation's answers it never applies
            if missing:
                items = ", ".join(f"`{item}`" for item in missing)
                message = f"the letter `{letter.id}` leaves out {items}, without which it does not meet `{duty.id}`"
                place = places.get(("communication", letter.id))
                yield diagnostic(LEAVES_OUT, message, place, f"add {items} to its `content` and its template")


def _missing(letter: Communication, duty: Duty) -> list[str]:
    """The items that the letter lacks for the nearest of the ways in which its event counts for the duty."""
    acts = [duty.at] if duty.at is not None else events_in(duty.done_by)
    ways = [act for act in acts if act.event == letter.sent_by and act.where is None]
    lacks = [[item for item in way.content if item not in letter.content] for way in ways]
    return min(lacks, key=len, default=[])


def never(policy: Policy, places: Places) -> Iterator[Diagnostic]:
    """Notifications of what no part of the policy can bring about."""
    duties = {duty.id: duty for duty in policy.duties}
    for one in policy.notifications:
        place = places.get(("notification", one.id))
        about = [duties[name] for name in one.of if name in duties] if one.of else policy.duties
        if "warning" in one.upon and not any(duty.warn for duty in about):
            yield _never(one, "warning", "add `warn` to a duty", place)
        if "due_again" in one.upon and not any(_repeats(duty) for duty in about):
            yield _never(one, "due_again", "name a duty that is due again and again", place)
        if "escalation" in one.upon and (policy.escalation is None or not policy.escalation.moves):
            yield _never(one, "escalation", "add `moves` to `escalation`", place)


def _repeats(duty: Duty) -> bool:
    return any(isinstance(clock, Every) for clock in clocks_in(duty.due))


def _never(one: Notification, upon: str, help: str, place: Location | None) -> Diagnostic:
    said = {"warning": "gives a warning", "due_again": "is due again", "escalation": "escalates"}[upon]
    message = f"the notification `{one.id}` never comes upon `{upon}`: nothing that it is about {said}"
    return diagnostic(NEVER_TOLD, message, place, f"{help}, or take `{upon}` out")


def sensitive(policy: Policy, places: Places) -> Iterator[Diagnostic]:
    """Messages that carry a sensitive fact to somebody else than the complainant."""
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
            yield diagnostic(SENSITIVE, message, places.get(("notification", one.id)), help)


LETTER_CHECKS = (letters, never, sensitive)
