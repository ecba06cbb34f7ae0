"""Plans who is told what, and when, of what has come about in a case: nothing is sent here, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from complaint_policy.casework.looking import Told
from complaint_policy.casework.notice_values import communication_of, text_of, values_for
from complaint_policy.casework.people import People, Unreached, Way, meant, ways_to
from complaint_policy.casework.sending_times import Calendars, SendingTimes
from complaint_policy.casework.transitions import Transition
from complaint_policy.digest import sha256
from complaint_policy.policy.messages import Notification
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.stores.pages import all_messages
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Message, MessageQuery

SUPERVISOR = "supervisor"
NOBODY = "nobody"
"""The recipient of a message that cannot be delivered to anybody as things are: it goes to the dead letters."""
PLAIN_LANGUAGE = "en"
"""The language of a message that no template of the policy gives the words of."""
SentBefore: TypeAlias = Callable[[], Iterable[Message]]
"""All messages about a case that were queued before, asked for where something is corrected only."""


class _Planned(NamedTuple):
    """A transition that a rule tells somebody, and from when on."""

    rule: Notification
    transition: Transition
    at: int
    group: int | None


class Planner:
    """Plans the messages of what was told of a case (`looking.Planner`), each policy made ready once."""

    __slots__ = ("_calendars", "_people", "_store")

    def __init__(self, store: CaseStore, people: People) -> None:
        self._store = store
        self._people = people
        self._calendars: dict[str, Calendars] = {}

    def __call__(self, told: Told) -> tuple[Message, ...]:
        """The messages of one decision; none for a policy without notifications."""
        if not told.policy.policy.notifications:
            return ()
        calendars = self._calendars.setdefault(told.policy.digest, Calendars(told.policy.policy))
        return planned(told, self._people, calendars, lambda: messages_about(self._store, told.row.case_id))


def planned(told: Told, people: People, calendars: Calendars, sent: SentBefore) -> tuple[Message, ...]:
    """The messages that follow from what is told (semantics 117, 128-130), each key once.

    What is new goes to whom the policy's notifications say; what had passed already when it became known to the
    supervisor alone, with others of the day; a correction to whoever was told what it corrects.
    """
    times = calendars.times(calendars.chosen(told.evaluation.facts))
    found: dict[str, Message] = {}
    for one in _of_rules(told, times):
        for to in one.rule.to:
            _add(found, _messages(told, people, times, one, to))
    for one in _retroactive(told, times):
        _add(found, _messages(told, people, times, one, SUPERVISOR))
    if told.corrected:
        _add(found, _to_whoever_was_told(told, times, tuple(sent())))
    return tuple(found.values())


def messages_about(store: CaseStore, case_id: str) -> Iterator[Message]:
    """Every message about a case that is in the store."""
    return all_messages(store, MessageQuery(case_id=case_id))


def key_of(case: str, told: Transition, channel: str, recipient: str, again: int = 0) -> str:
    """The key of a message: the same whenever the same is told to the same recipient by the same channel.

    again: which reminder of it this is, 0 for the first.
    """
    named = [case, told.duty, told.transition, told.occurrence, recipient, channel, *([again] if again else [])]
    return sha256(json.dumps(named, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def canonical(data: dict[str, Any]) -> bytes:
    """What a message holds, as JSON in one way only."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half of a character becomes a question mark


def unreached(message: Message) -> str:
    """Why nobody can be reached who is meant by a message; the empty text if somebody can."""
    if message.recipient != NOBODY:
        return ""
    return str(json.loads(message.data).get("unreached", ""))


# --- what is told, and when -------------------------------------------------------------------------------------------


def _of_rules(told: Told, times: SendingTimes) -> Iterator[_Planned]:
    for rule in told.policy.policy.notifications:
        at, group = _when(rule, times, told.now)
        for one in (*told.new, *told.corrected):
            if concerns(rule, one):
                yield _Planned(rule, one, at, group)


def _retroactive(told: Told, times: SendingTimes) -> Iterator[_Planned]:
    """At the rule's own time of day, else at the end of the day: together with others."""
    for rule in told.policy.policy.notifications:
        group = times.next_at(rule.digest, told.now) if rule.digest is not None else times.day_end(told.now)
        for one in told.retroactive:
            if concerns(rule, one):
                yield _Planned(rule, one, times.allowed(rule, group), group)


def _when(rule: Notification, times: SendingTimes, now: int) -> tuple[int, int | None]:
    """When a message of the rule is sent, and the moment of the digest that it belongs to."""
    if rule.digest is None:
        return times.allowed(rule, now), None
    group = times.next_at(rule.digest, now)
    return times.allowed(rule, group), group


def concerns(rule: Notification, one: Transition) -> bool:
    """Whether a rule is about this: the duties of `of` and the tiers of `into` each narrow what they can be said of."""
    if one.transition not in rule.upon:
        return False
    if one.transition == "escalation":
        return not rule.into or one.tier in rule.into
    return not rule.of or one.duty in rule.of


# --- messages ---------------------------------------------------------------------------------------------------------


def _add(found: dict[str, Message], messages: Iterable[Message]) -> None:
    for message in messages:
        found.setdefault(message.key, message)


def _messages(told: Told, people: People, times: SendingTimes, one: _Planned, to: str) -> Iterator[Message]:
    """A message for each way to whoever is meant; for each who cannot be reached one that says so."""
    policy = told.policy.policy
    name, why = meant(to, policy, told.row, told.evaluation)
    ways, unreached = ([], [Unreached(to, "", why)]) if not name else ways_to(
        people, name, one.rule.via, lambda fact: _text_of_fact(policy, told.evaluation.facts, fact)
    )  # fmt: skip
    for way in ways:
        yield _message(told, times, one, to, way)
    for person in unreached:
        yield _message(told, times, one, to, Way(person.name, person.channel, NOBODY), unreached=person.why)


def _message(told: Told, times: SendingTimes, one: _Planned, to: str, way: Way, unreached: str = "") -> Message:
    about, policy = one.transition, told.policy.policy
    letter = communication_of(policy, one.rule.message) if about.transition != "correction" else None
    language = text_of(letter, way.language)[0] if letter is not None else PLAIN_LANGUAGE
    data: dict[str, Any] = {
        "at": about.at,
        "bundle": told.policy.digest,
        "calendar": times.name,
        "duty": about.duty,
        "language": language,
        "name": way.name,
        "occurrence": about.occurrence,
        "policy": policy.id,
        "rule": one.rule.id,
        "said": about.said,
        "tier": about.tier,
        "to": to,
        "transition": about.transition,
    }
    if one.group is not None:
        data["group"] = one.group
    if unreached:
        data["unreached"] = unreached
    if letter is not None:
        data["letter"], data["values"] = letter.id, values_for(told, letter, language)
    recipient = way.address
    key = key_of(told.row.case_id, about, way.channel, f"{NOBODY} {way.name}" if unreached else recipient)
    return Message(key, told.row.case_id, way.channel, recipient, about.transition, canonical(data), told.now, one.at)


def _text_of_fact(policy: Policy, facts: Sequence[object], name: str) -> str | None:
    """A fact that is a text, by its name."""
    for fact, value in zip(policy.facts, facts, strict=True):
        if fact.field.name == name and isinstance(value, str) and value.strip():
            return value
    return None


def _to_whoever_was_told(told: Told, times: SendingTimes, sent: Sequence[Message]) -> Iterator[Message]:
    """A correction for everybody to whom a message about what it corrects went or goes."""
    rules = {rule.id: rule for rule in told.policy.policy.notifications}
    for one in told.corrected:
        kind, _, occurrence = one.occurrence.partition(":")
        for message in sent:
            held = json.loads(message.data)
            same = (held["duty"], held["transition"], held["occurrence"]) == (one.duty, kind, occurrence)
            if not same or "unreached" in held or held.get("again") or message.recipient == NOBODY:
                continue
            rule = rules.get(held["rule"], Notification(held["rule"], (), ()))
            at, group = _when(rule, times, told.now)
            way = Way(held["name"], message.channel, message.recipient, held["language"])
            yield _message(told, times, _Planned(rule, one, at, group), held["to"], way)
