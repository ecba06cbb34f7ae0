"""Delivers what is queued: each message at least once, always under its key, and none is lost with a worker."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Any, Final, Protocol, TypeAlias

from complaint_policy.casework.adoptions import Policies
from complaint_policy.casework.monitoring import WAITS
from complaint_policy.casework.notice_texts import NotRendered, together
from complaint_policy.casework.notices import NOBODY, canonical, key_of
from complaint_policy.casework.people import People, ways_to
from complaint_policy.casework.sending_times import Calendars, SendingTimes
from complaint_policy.casework.transitions import Transition, corrected
from complaint_policy.channels import NotDelivered, Notice, NotificationChannel
from complaint_policy.diagnostics import PolicyError
from complaint_policy.plugins import delivered
from complaint_policy.policy.messages import Notification
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple, replace
from complaint_policy.stores.errors import Conflict, Duplicate, StoreUnavailable, UnknownBundle, UnknownCase
from complaint_policy.stores.pages import all_messages
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Change, Message, MessageQuery, Outcome, StoredCase

TOGETHER: Final = 20
"""Messages that are claimed at once."""
LEASE: Final = 900
"""Seconds for which claimed messages are left to a dispatcher; those of one that was killed are free again then."""
SPARE: Final = 120
"""Seconds of a lease that must be left when a delivery begins: no channel takes longer."""
FIRST_WAIT: Final = 60
"""Seconds after the first failure; each further one doubles them."""
LONGEST_WAIT: Final = 6 * 3600
MOST_ATTEMPTS: Final = 12
"""Attempts until a message is a dead letter: about a day."""
ACKNOWLEDGED: Final = "acknowledged"
"""The kind of entry by which somebody says that they know: reminders of what was told before end."""
WITH: Final = "with "
"""The reference of a message that was delivered in a digest begins so, before the key of the digest."""
NOT_SENT: Final = "not sent: "
"""The reference of a message that nobody needs any more begins so."""
PUT_OFF: Final = "digest:"
"""The reference of a message that was one too many for its day, before the moment of the digest that it waits for."""

Clock: TypeAlias = Callable[[], int]
"""Tells UTC seconds."""
Chance: TypeAlias = Callable[[int], int]
"""A number from 0 up to but without the one given, by chance."""


class Heard(Protocol):
    """Whoever is told what a dispatcher does: its log, its figures."""

    def settled(self, message: Message, outcome: Outcome) -> None:
        """What became of an attempt, as it is stored."""

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        """The store cannot be used now; it is tried again after so many seconds."""


class Means(NamedTuple):
    """What a dispatcher works with: the channels of the configuration by name, whom it knows, a clock, and chance."""

    channels: Mapping[str, NotificationChannel]
    people: People
    clock: Clock
    chance: Chance


class _Known(NamedTuple):
    """A claimed message with what is known of it."""

    message: Message
    held: dict[str, Any]
    policy: Policy
    rule: Notification
    times: SendingTimes
    group: str


class Dispatcher:
    """Delivers the messages of one store. Many may do so at once, in any number of processes."""

    __slots__ = ("_calendars", "_heard", "_means", "_policies", "_store")

    def __init__(self, store: CaseStore, policies: Policies, means: Means, heard: Sequence[Heard] = ()) -> None:
        self._store = store
        self._policies = policies
        self._means = means
        self._heard = heard
        self._calendars: dict[str, Calendars] = {}

    def once(self, stop: Event | None = None) -> int:
        """Tries every message that is due and that nobody else has; gives how many were delivered.

        Told to stop, it settles the message at hand and leaves the rest to the next pass. Raises what the store raises.
        """
        delivered = 0
        while stop is None or not stop.is_set():
            now = self._means.clock()
            claimed = self._store.claim_messages(now, now + LEASE, TOGETHER)
            if not claimed:
                break
            delivered += self._batch(claimed, stop)
        return delivered

    def run(self, stop: Event, every: int) -> None:
        """Goes on until it is told to stop, looking at least every so many seconds.

        Waits for a store that cannot be reached; raises `StoreUnavailable` if waiting cannot help.
        """
        failures = 0
        while not stop.is_set():
            wait = every
            try:
                self.once(stop)
                failures = 0
            except StoreUnavailable as error:
                if not error.again:
                    raise
                wait = WAITS[min(failures, len(WAITS) - 1)]
                failures += 1
                for each in self._heard:
                    each.unavailable(error, wait)
            stop.wait(wait)

    def _batch(self, claimed: Sequence[Message], stop: Event | None) -> int:
        """Each message by itself, each digest once; what the lease would not outlast is left."""
        known = [found for one in claimed if (found := self._known(one)) is not None]
        mine = {one.message.key for one in known}
        delivered, done = 0, set[str]()
        for one in known:
            lease = one.message.claimed_until or 0
            if one.message.key in done or (stop is not None and stop.is_set()):
                continue
            if self._means.clock() > lease - SPARE:
                continue  # free again soon, and perhaps another's already
            outcomes = self._in_group(one, mine) if one.group else self._alone(one, mine - done)
            done |= {outcome.key for outcome in outcomes}
            delivered += sum(outcome.state == "delivered" for outcome in outcomes)
            self._settle(outcomes, {each.message.key: each.message for each in known})
        return delivered

    def _settle(self, outcomes: Sequence[Outcome], messages: Mapping[str, Message]) -> None:
        self._store.settle(outcomes)
        for outcome in outcomes:
            if outcome.key in messages:
                for each in self._heard:
                    each.settled(messages[outcome.key], outcome)

    def _known(self, message: Message) -> _Known | None:
        """What a message says of itself; one whose policy is gone is given up."""
        held = json.loads(message.data)
        try:
            policy = self._policies.of(held["bundle"]).policy
        except (UnknownBundle, PolicyError) as error:
            self._settle(
                [self._outcome(message, "dead", error=f"its policy cannot be read: {error}")], {message.key: message}
            )
            return None
        calendars = self._calendars.setdefault(policy.digest, Calendars(policy))
        rule = next((one for one in policy.notifications if one.id == held["rule"]), Notification(held["rule"], (), ()))
        group = str(held["group"]) if "group" in held else ""
        if message.reference.startswith(PUT_OFF):
            group = message.reference.removeprefix(PUT_OFF)
        return _Known(message, held, policy, rule, calendars.times(held["calendar"]), group)

    # --- one message --------------------------------------------------------------------------------------------------

    def _alone(self, one: _Known, mine: set[str]) -> list[Outcome]:
        """What becomes of a message that is sent by itself."""
        message, now = one.message, self._means.clock()
        allowed = one.times.allowed(one.rule, now)
        if allowed > now:
            return [self._later(message, allowed, "quiet hours")]
        if needless := self._needless(one):
            return [self._outcome(message, "delivered", reference=f"{NOT_SENT}{needless}")]
        if one.rule.at_most is not None and self._on_this_day(one, mine) >= one.rule.at_most:
            end = one.times.day_end(now)
            return [self._later(message, end, "too many for one day", f"{PUT_OFF}{end}")]
        outcome = self._tried(message, [message], [one.policy])
        if outcome.state == "delivered":
            self._remind(one)
        return [outcome]

    def _on_this_day(self, one: _Known, mine: set[str]) -> int:
        """How many messages the recipient has been sent on this local day, by whatever channel, a digest counted once,
        or is being sent by others: rather one too few than one too many."""
        now = self._means.clock()
        begin, recipient = one.times.day_begin(now), one.message.recipient
        today = MessageQuery(recipient=recipient, state="delivered", settled_since=begin)
        sent = [each for each in all_messages(self._store, today) if not each.reference.startswith((WITH, NOT_SENT))]
        underway = [
            each
            for each in all_messages(self._store, MessageQuery(recipient=recipient, state="queued"))
            if each.claimed_until is not None and each.claimed_until > now and each.key not in mine
        ]
        return len(sent) + len(underway)

    # --- several as one -----------------------------------------------------------------------------------------------

    def _in_group(self, one: _Known, mine: set[str]) -> list[Outcome]:
        """What becomes of a digest: whoever has claimed its first message sends all of it, the others leave theirs.

        Its key is that of the first, so that a digest which is sent twice, since a worker died, has the same key.
        """
        message, now = one.message, self._means.clock()
        members = self._members(one)
        if not members:
            return [self._outcome(message, "delivered", reference=f"{WITH}{message.key}")]  # another was quicker
        first = members[0].message
        if first.key not in mine:
            return [
                self._later(
                    message, max(now + FIRST_WAIT, first.next_attempt_at), "waits for its digest", message.reference
                )
            ]
        allowed = max(each.times.allowed(each.rule, now) for each in members)
        if allowed > now:
            return [self._later(each.message, allowed, "quiet hours", each.message.reference) for each in members]
        needless = {each.message.key: why for each in members if (why := self._needless(each))}
        wanted = [each for each in members if each.message.key not in needless]
        outcomes = [
            self._outcome(each.message, "delivered", reference=f"{NOT_SENT}{needless[each.message.key]}")
            for each in members
            if each.message.key in needless
        ]
        if not wanted:
            return outcomes
        first = wanted[0].message
        outcome = self._tried(first, [each.message for each in wanted], [each.policy for each in wanted])
        if outcome.state == "delivered":
            for each in wanted:
                self._remind(each)
        return [*outcomes, outcome, *(self._along(each.message, outcome) for each in wanted[1:])]

    def _members(self, one: _Known) -> list[_Known]:
        """The messages of a digest that are still to be sent, by key."""
        asked = MessageQuery(channel=one.message.channel, recipient=one.message.recipient, state="queued")
        return [
            found
            for message in all_messages(self._store, asked)
            if message.queued_at <= int(one.group)
            and (found := self._known(message)) is not None
            and found.group == one.group
        ]

    def _along(self, message: Message, outcome: Outcome) -> Outcome:
        """The outcome of a message of a digest whose first message has this one."""
        reference = message.reference if outcome.state == "queued" else f"{WITH}{outcome.key}"
        return replace(outcome, key=message.key, attempt=message.attempts, reference=reference)

    # --- an attempt ---------------------------------------------------------------------------------------------------

    def _tried(self, message: Message, all: Sequence[Message], policies: Sequence[Policy]) -> Outcome:
        """Delivers these messages as one notice, under the key of the first."""
        try:
            reference = self._deliver(together(all, policies), message)
        except NotRendered as error:
            return self._outcome(message, "dead", error=str(error))
        except NotDelivered as error:
            return self._failed(message, error)
        return self._outcome(message, "delivered", reference=reference)

    def _deliver(self, notice: Notice, message: Message) -> str:
        held = json.loads(message.data)
        if "unreached" not in held:
            return self._by(message.channel, notice)
        # the configuration may know them now: each who is meant gets it, under the one key
        via = [message.channel] if message.channel else []
        ways, _ = ways_to(self._means.people, held["name"], via, lambda fact: None)
        if not ways:
            raise NotDelivered(held["unreached"], again=False)
        return ", ".join(filter(None, [self._by(way.channel, replace(notice, recipient=way.address)) for way in ways]))

    def _by(self, name: str, notice: Notice) -> str:
        channel = self._means.channels.get(name)
        if channel is None:
            raise NotDelivered(f"there is no channel `{name}` in the configuration", again=True)
        return delivered(name, channel, notice, self._means.clock())

    def _failed(self, message: Message, error: NotDelivered) -> Outcome:
        """Tried again after a while, twice as long each time, a little sooner or later by chance; or given up."""
        attempts = message.attempts - message.forgiven
        if not error.again or attempts >= MOST_ATTEMPTS:
            return self._outcome(message, "dead", error=str(error), reference=message.reference)
        wait = min(FIRST_WAIT << (attempts - 1), LONGEST_WAIT)
        at = self._means.clock() + wait + self._means.chance(wait // 2)
        at = max(at, error.not_before or at)
        return self._outcome(message, "queued", at, error=str(error), reference=message.reference)

    def _later(self, message: Message, at: int, why: str, reference: str = "") -> Outcome:
        """Put off: that it was claimed does not count as an attempt, nor against those before it."""
        spent = message.attempts - message.forgiven - 1
        forgive = spent <= 0
        return self._outcome(
            message, "queued", at, error=message.last_error or why, reference=reference, forgive=forgive
        )

    def _outcome(
        self,
        message: Message,
        state: Any,
        at: int | None = None,
        *,
        error: str = "",
        reference: str = "",
        forgive: bool = False,
    ) -> Outcome:
        now = self._means.clock()
        return Outcome(message.key, message.attempts, state, now, at, error, reference, forgive)

    # --- reminders ----------------------------------------------------------------------------------------------------

    def _remind(self, one: _Known) -> None:
        """Queues the next reminder, if the rule asks for one, before the message itself is settled.

        A worker that dies in between sends the message again under its key, and finds the reminder there.
        """
        rule, message = one.rule, one.message
        at = None if rule.repeat is None else one.times.again_at(rule.repeat, self._means.clock())
        if at is None or message.recipient == NOBODY:
            return
        held = {**one.held, "again": one.held.get("again", 0) + 1}
        held.setdefault("first", message.queued_at)
        held.pop("group", None)
        if rule.digest is not None:
            at = held["group"] = one.times.next_at(rule.digest, at - 1)
        about = Transition(held["duty"], held["transition"], held["occurrence"], held["at"], held["said"], held["tier"])
        reminder = Message(
            key_of(message.case_id, about, message.channel, message.recipient, held["again"]),
            message.case_id,
            message.channel,
            message.recipient,
            message.kind,
            canonical(held),
            self._means.clock(),
            one.times.allowed(rule, at),
        )
        while True:
            stored = self._case(message.case_id)
            if stored is None or stored.row.erased_at is not None:
                return
            try:
                self._store.commit([Change(message.case_id, stored.row.revision, messages=(reminder,))])
            except Conflict:
                continue  # somebody else changed the case: with what it is now
            except Duplicate:
                pass
            return

    def _needless(self, one: _Known) -> str:
        """Why nobody needs a reminder any more; the empty text if it is needed, or is none."""
        held = one.held
        if not held.get("again"):
            return ""
        stored = self._case(one.message.case_id)
        if stored is None or stored.row.closed:
            return "the case is closed"
        if any(entry.kind == ACKNOWLEDGED and entry.recorded_at >= held["first"] for entry in stored.entries):
            return "it was acknowledged"
        wrong = (held["duty"], "correction", corrected(held["transition"], held["occurrence"]))
        if any((each.duty, each.transition, each.occurrence) == wrong for each in stored.announcements):
            return "it turned out never to have held"
        return ""

    def _case(self, case_id: str) -> StoredCase | None:
        try:
            return self._store.case(case_id)
        except UnknownCase:
            return None
