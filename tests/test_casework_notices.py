"""Who is told what, and when: planning and sending of messages, with a clock of the test's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.opentime import open_time
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.casework.acknowledging import acknowledge
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import Policies, adopt
from complaint_policy.casework.dispatching import FIRST_WAIT, LEASE, LONGEST_WAIT, MOST_ATTEMPTS, Dispatcher, Means
from complaint_policy.casework.looking import Looking
from complaint_policy.casework.notices import NOBODY, Planner, unreached
from complaint_policy.casework.people import Contact, FromFact, People
from complaint_policy.casework.sending_times import Calendars, SendingTimes
from complaint_policy.channels import NotDelivered, Notice
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.messages import Notification
from complaint_policy.policy.model import Policy
from complaint_policy.records import replace
from complaint_policy.stores.errors import Conflict
from complaint_policy.stores.records import Message, MessageQuery, Outcome, Settings
from tests.casework_worlds import ANN, add
from tests.policy_texts import compiled

POLICY = """\
complaint_policy: 1
id: busy
title: Complaints of a shop
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
facts:
  grave: {type: boolean, default: false}
  email: {type: text, sensitive: true}
  reason: {type: text, sensitive: true}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
classification:
  severity:
    levels: [high, low]
    rules: [{id: grave, when: grave, then: high}]
    otherwise: low
escalation:
  tiers:
    - {id: frontline, owner: the desk, takes_at_first: [high, low]}
    - {id: senior, owner: Head of Complaints, takes_at_first: []}
  moves: {on-miss: {missed: answer, go: up, because: the answer was late}}
timeframes:
  answer:
    due: {start: received, length: 5 days}
    done_by: final_response
    warn: [1 day before]
"""


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@cache
def bundle(rules: str, letter: str) -> bytes:
    with TemporaryDirectory() as folder:
        (Path(folder) / "late.md").write_text(letter, "utf-8")
        return dump(compiled(Path(folder), POLICY + rules))


def someone(name: str) -> Contact:
    return Contact((("mail", f"{name}@example.org"), ("pager", f"pager of {name}")))


PEOPLE = People(
    {
        "ann": someone("ann"),
        "desk": someone("desk"),
        "boss": someone("boss"),
        "complainant": Contact((("mail", FromFact("email")),)),
    },
    {"the desk": ("desk",), "supervisor": ("boss",), "Head of Complaints": ("boss", "ann")},
)


class Recording:
    """A channel that keeps what it is given, and refuses what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[int, Notice]] = []
        self.refuses: Callable[[Notice], Exception | None] = lambda notice: None

    def problem_with(self, recipient: str) -> str:
        return ""

    def deliver(self, notice: Notice, now: int) -> str:
        if refused := self.refuses(notice):
            raise refused
        self.got.append((now, notice))
        return f"receipt {len(self.got)}"

    def close(self) -> None:
        """Nothing is open."""


class World:
    """A store with one policy, a monitor and a dispatcher, and a clock that stands where the test puts it."""

    def __init__(self, rules: str, now: str, people: People = PEOPLE, letter: str = "") -> None:
        self.now = at(now)
        self.store = MemoryStore(Settings(b"the salt of a store", self.now))
        adopt(self.store, bundle(rules, letter), ANN, self.now)
        self.policies = Policies(self.store)
        self.channels = {"mail": Recording(), "pager": Recording()}
        self.outcomes: list[Outcome] = []
        self.use(people)

    def use(self, people: People) -> None:
        self.looking = Looking(self.store, self.policies, Planner(self.store, people))
        means = Means(self.channels, people, lambda: self.now, lambda most: most // 2)
        self.dispatcher = Dispatcher(self.store, self.policies, means, [self])

    def settled(self, message: Message, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def unavailable(self, error: object, wait: int) -> None:
        """Never."""

    def add(self, case_id: str, now: str, *events: tuple[str, str], **more: Any) -> None:
        self.now = at(now)
        add(self.store, case_id, self.now, *[(type, at(when)) for type, when in events], **more)

    def look(self, now: str) -> list[Message]:
        """What a monitor queues at this moment for every case."""
        self.now = at(now)
        queued: list[Message] = []
        for row in self.store.claim_cases(self.now, self.now + 60, 1000):
            change = self.looking.look(row.case_id, self.now).change
            self.store.commit([change])
            queued += change.messages
        return queued

    def send(self, now: str) -> list[tuple[str, str]]:
        """What a dispatcher delivers at this moment: to whom, and the subject."""
        self.now = at(now)
        before = {name: len(channel.got) for name, channel in self.channels.items()}
        self.dispatcher.once()
        return [
            (one.recipient, one.subject)
            for name, channel in self.channels.items()
            for _, one in channel.got[before[name] :]
        ]

    def messages(self, **asked: Any) -> list[Message]:
        return [*self.store.messages(MessageQuery(**asked), "", 1000)]


RECEIVED = ("received", "2026-05-05T10:00+01:00")
DUE, WARNED, LATE = "2026-05-11T00:00+01:00", "2026-05-10T00:00:01+01:00", "2026-05-11T00:00:01+01:00"


def rules(text: str) -> str:
    return f"notifications:\n  rule: {text}\n"


def world(text: str, letter: str = "") -> World:
    """A case received on 5 May 2026, looked at by a monitor, by a policy with this rule or these sections."""
    made = World(text if "\n" in text else rules(text), "2026-05-05T10:00+01:00", letter=letter)
    made.add("C-1", "2026-05-05T10:00+01:00", RECEIVED)
    made.look("2026-05-05T10:00+01:00")
    return made


# --- who --------------------------------------------------------------------------------------------------------------


def to(messages: Iterable[Message]) -> list[tuple[str, str]]:
    return sorted((one.channel, one.recipient) for one in messages)


def test_semantics_128_a_case_that_nobody_has_is_its_tiers() -> None:
    there = world("{upon: warning, to: [owner, tier_owner, supervisor], via: [mail, pager]}")
    queued = there.look(WARNED)
    people = ["boss", "desk"]
    assert to(queued) == [
        *(("mail", f"{one}@example.org") for one in people),
        *(("pager", f"pager of {one}") for one in people),
    ]
    assert all(one.next_attempt_at == there.now for one in queued)


def test_each_who_holds_a_role_is_told_once() -> None:
    there = world(
        "notifications:\n"
        + "".join(f"  {one}: {{upon: breach, to: [Head of Complaints, ann, supervisor]}}\n" for one in "ab")
    )
    assert to(there.look(LATE)) == [("mail", "ann@example.org"), ("mail", "boss@example.org")]
    assert there.look(LATE) == []


def test_what_a_rule_is_about_narrows_what_it_tells() -> None:
    there = world("{upon: [breach, escalation], into: [frontline], of: answer, to: ann}")
    assert [one.kind for one in there.look(LATE)] == ["breach"]
    there = world("{upon: [escalation], into: [senior], to: tier_owner}")
    (one, other) = there.look(LATE)
    assert {one.recipient, other.recipient} == {"ann@example.org", "boss@example.org"}
    assert "the answer was late" in json.loads(one.data)["said"]


def test_a_complainant_is_reached_where_the_case_says() -> None:
    there = world("{upon: warning, to: complainant}")
    (message,) = there.look(WARNED)
    assert (message.recipient, "`email`" in unreached(message)) == (NOBODY, True)
    there.add("C-2", "2026-05-05T10:00+01:00", RECEIVED)
    there.add(
        "C-2",
        "2026-05-06T10:00+01:00",
        ("facts_changed", "2026-05-06T10:00+01:00"),
        data={"facts": {"email": "c@example.org"}},
    )
    assert to(there.look(WARNED)) == [("mail", "c@example.org")]
    for number, address in enumerate(["x" * 501, "a@b.org\r\nBcc: x"], 3):  # what nothing could store or send
        there.add(f"C-{number}", "2026-05-05T10:00+01:00", RECEIVED)
        changed = ("facts_changed", "2026-05-06T10:00+01:00")
        there.add(f"C-{number}", "2026-05-06T10:00+01:00", changed, data={"facts": {"email": address}})
        (message,) = there.look(WARNED)
        assert (message.recipient, "or not one line" in unreached(message)) == (NOBODY, True)


def test_semantics_128_who_cannot_be_reached_becomes_a_dead_letter_until_they_can() -> None:
    """Never silent."""
    there = world("{upon: warning, to: [Ombudsman, ann], via: [mail, fax]}")
    queued = there.look(WARNED)
    assert sorted(unreached(one) for one in queued) == [
        "",
        "`ann` has no address for the channel `fax`",
        "there is no address of `Ombudsman`: the table `[recipients]` of the configuration has none",
    ]
    assert [one for one, _ in there.send(WARNED)] == ["ann@example.org"]
    dead = there.messages(state="dead")
    assert sorted(one.last_error for one in dead) == sorted(filter(None, map(unreached, queued)))
    there.use(People({**PEOPLE.contacts, "Ombudsman": someone("ombudsman")}, PEOPLE.holders))
    there.store.settle([Outcome(one.key, one.attempts, "queued", there.now, there.now, forgive=True) for one in dead])
    assert [one for one, _ in there.send(WARNED)] == ["ombudsman@example.org"]
    assert len(there.messages(state="dead")) == 1


def test_without_notifications_nobody_is_told() -> None:
    assert world("\n").look(LATE) == []


# --- when -------------------------------------------------------------------------------------------------------------


@cache
def times() -> SendingTimes:
    policy = load(bundle("", ""))
    assert isinstance(policy, Policy)
    return Calendars(policy).times("london")


RULE = Notification("rule", ("breach",), ("owner",))


@pytest.mark.parametrize(
    ("quiet", "moment", "sent"),
    [
        (("18:00", "08:00"), "2026-05-05T17:59:59+01:00", "2026-05-05T17:59:59+01:00"),
        (("18:00", "08:00"), "2026-05-05T18:00:00+01:00", "2026-05-06T08:00:00+01:00"),
        (("18:00", "08:00"), "2026-05-06T07:59:59+01:00", "2026-05-06T08:00:00+01:00"),
        (("18:00", "08:00"), "2026-05-06T08:00:00+01:00", "2026-05-06T08:00:00+01:00"),
        (("12:00", "14:00"), "2026-05-06T13:00:00+01:00", "2026-05-06T14:00:00+01:00"),
        # the clocks go forward on 29 March 2026 at 01:00, back on 25 October at 02:00
        (("18:00", "08:00"), "2026-03-28T18:30:00+00:00", "2026-03-29T08:00:00+01:00"),
        (("18:00", "01:30"), "2026-03-28T23:00:00+00:00", "2026-03-29T02:00:00+01:00"),
        (("18:00", "08:00"), "2026-10-24T20:00:00+01:00", "2026-10-25T08:00:00+00:00"),
        (("00:30", "01:30"), "2026-10-25T01:10:00+01:00", "2026-10-25T01:30:00+01:00"),
        (("00:30", "01:30"), "2026-10-25T01:10:00+00:00", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_semantics_117_what_falls_into_quiet_hours_is_sent_at_their_end(
    quiet: tuple[str, str], moment: str, sent: str
) -> None:
    """Over clock changes: the time of day is that of the clocks on the wall."""
    window = tuple(int(one[:2]) * 3600 + int(one[3:]) * 60 for one in quiet)
    rule = replace(RULE, quiet=window)
    assert times().allowed(rule, at(moment)) == at(sent)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("2026-05-08T16:59:59+01:00", "2026-05-08T16:59:59+01:00"),
        ("2026-05-08T17:00:00+01:00", "2026-05-11T09:00:00+01:00"),
        ("2026-05-09T12:00:00+01:00", "2026-05-11T09:00:00+01:00"),
        ("2026-05-11T09:00:00+01:00", "2026-05-11T09:00:00+01:00"),
        ("2026-03-27T18:00:00+00:00", "2026-03-30T09:00:00+01:00"),
        ("2400-05-09T12:00:00+01:00", "2400-05-09T12:00:00+01:00"),
    ],
)
def test_closed_hours_are_quiet_if_a_rule_says_so(moment: str, sent: str) -> None:
    assert times().allowed(replace(RULE, while_closed=True), at(moment)) == at(sent)


ZONES = ("Europe/London", "Australia/Lord_Howe", "America/St_Johns")
CHANGES = ("2026-03-29T01:00+00:00", "2026-10-25T01:00+00:00", "2026-04-04T15:00+00:00", "2026-10-03T15:30+00:00")
WINDOWS = ((9 * 3600, 12 * 3600 + 1800), (13 * 3600, 17 * 3600))


@cache
def times_in(zone: str) -> SendingTimes:
    hours = tuple(WINDOWS if day < 5 else () for day in range(7))
    first, last = at("2025-01-01T00:00+00:00") // 86_400, at("2027-12-31T00:00+00:00") // 86_400
    calendar = Calendar("c", zone, hours, tuple(day < 5 for day in range(7)), (), first, last)
    return SendingTimes("c", open_time(calendar, resolve_zone(zone, first, last)))


@given(
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES),
    st.integers(-60, 60),
    st.integers(0, 47),
    st.integers(0, 47),
    st.booleans(),
)
def test_the_first_moment_that_is_allowed_is_the_one_that_a_clock_on_the_wall_shows(
    zone: str, change: str, half_hours: int, begins: int, ends: int, closed: bool
) -> None:
    """By looking at the clock every five minutes, around clock changes of an hour and of half an hour."""
    rule = replace(RULE, quiet=(begins * 1800, ends * 1800) if begins != ends else None, while_closed=closed)
    moment = at(change) + half_hours * 1800 + 600

    def quiet(one: int) -> bool:
        clock = datetime.fromtimestamp(one, ZoneInfo(zone))
        second = clock.hour * 3600 + clock.minute * 60
        within = rule.quiet is not None and (
            begins * 1800 <= second < ends * 1800 if begins < ends else second >= begins * 1800 or second < ends * 1800
        )
        shut = clock.weekday() > 4 or not any(opens <= second < shuts for opens, shuts in WINDOWS)
        return within or (closed and shut)

    found = next((one for one in range(moment, moment + 8 * 86_400, 300) if not quiet(one)), None)
    if found is not None:  # opening hours may lie in quiet ones whole
        assert times_in(zone).allowed(rule, moment) == found


def test_a_day_has_its_own_length() -> None:
    there = times()
    assert there.day_end(at("2026-03-29T12:00+01:00")) - there.day_begin(at("2026-03-29T12:00+01:00")) == 23 * 3600
    assert there.day_end(at("2026-10-25T12:00+00:00")) - there.day_begin(at("2026-10-25T12:00+00:00")) == 25 * 3600
    assert there.next_at(8 * 3600, at("2026-10-24T09:00+01:00")) == at("2026-10-25T08:00+00:00")
    assert there.next_at(8 * 3600, at("2026-10-24T08:00+01:00")) == at("2026-10-25T08:00+00:00")


def test_quiet_hours_hold_back_at_sending_too() -> None:
    there = world('{upon: warning, to: ann, quiet: "18:00-08:00"}')
    (message,) = there.look(WARNED)  # at midnight
    assert message.next_attempt_at == at("2026-05-10T08:00+01:00")
    there.channels["mail"].refuses = lambda notice: NotDelivered("down", again=True)
    assert there.send("2026-05-10T17:59:30+01:00") == []
    there.channels["mail"].refuses = lambda notice: None
    assert there.send("2026-05-10T18:30:00+01:00") == []
    (message,) = there.messages()
    assert message.next_attempt_at == at("2026-05-11T08:00+01:00")
    assert len(there.send("2026-05-11T08:00+01:00")) == 1


def test_semantics_117_and_129_what_had_passed_when_it_became_known_goes_to_the_supervisor() -> None:
    there = world("{upon: [warning, breach], to: ann}")
    for number in (2, 3):
        there.add(f"C-{number}", "2026-06-01T11:00+01:00", RECEIVED)
    queued = there.look("2026-06-01T11:00+01:00")
    assert sorted((one.case_id, one.recipient) for one in queued) == [
        ("C-1", "ann@example.org"),  # the monitor was late, not the entry
        ("C-2", "boss@example.org"),
        ("C-3", "boss@example.org"),
    ]
    assert len(there.send("2026-06-01T11:00+01:00")) == 1
    assert there.send("2026-06-01T23:59:59+01:00") == []
    ((who, subject),) = there.send("2026-06-02T00:00+01:00")
    assert (who, subject) == ("boss@example.org", "Complaints of a shop: 2 messages")
    _, notice = there.channels["mail"].got[-1]
    assert "- C-2: `answer` was due by Sun 10 May 2026\n- C-3:" in notice.text
    assert notice.key == min(one.key for one in queued if one.recipient == "boss@example.org")
    assert [one["case"] for one in json.loads(notice.data)["messages"]] == ["C-2", "C-3"]


# --- several as one, and not too many ---------------------------------------------------------------------------------


def many(there: World, count: int) -> None:
    for number in range(2, count + 1):
        there.add(f"C-{number}", "2026-05-05T10:00+01:00", RECEIVED)


def test_semantics_129_a_digest_is_one_notice_with_one_key() -> None:
    there = world('{upon: [warning, breach], to: [ann, supervisor], digest: "08:00"}')
    many(there, 30)
    queued = there.look(WARNED)
    assert len(queued) == 60
    assert {one.next_attempt_at for one in queued} == {at("2026-05-10T08:00+01:00")}
    sent = there.send("2026-05-10T08:00+01:00")
    assert sorted(sent) == [(f"{one}@example.org", "Complaints of a shop: 30 messages") for one in ("ann", "boss")]
    assert {one.state for one in there.messages()} == {"delivered"}
    for name in ("ann", "boss"):
        keys = sorted(one.key for one in queued if one.recipient.startswith(name))
        (notice,) = [one for _, one in there.channels["mail"].got if one.recipient.startswith(name)]
        assert notice.key == keys[0]
        assert sorted(one.reference for one in there.messages(recipient=f"{name}@example.org"))[0].startswith("receipt")
    assert there.send("2026-05-11T08:00+01:00") == []


def test_a_digest_sent_by_a_worker_that_died_is_sent_again_under_its_key() -> None:
    there = world('{upon: warning, to: ann, digest: "08:00"}')
    many(there, 5)
    there.look(WARNED)

    def dies(outcomes: object) -> tuple[str, ...]:
        raise KeyboardInterrupt

    settle, there.store.settle = there.store.settle, dies  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        there.send("2026-05-10T08:00+01:00")
    there.store.settle = settle  # type: ignore[method-assign]
    assert there.send("2026-05-10T08:05+01:00") == [], "the lease goes on"
    there.now += LEASE
    assert len(there.send("2026-05-10T08:20+01:00")) == 1
    (first, second) = [one for _, one in there.channels["mail"].got]
    assert first == second


def test_dispatchers_at_once_share_the_messages_and_send_each_digest_once() -> None:
    there = world('{upon: warning, to: [ann, boss, desk], digest: "08:00"}')
    many(there, 25)
    there.look(WARNED)
    there.now = at("2026-05-10T08:00+01:00")
    # another worker holds some messages of each digest
    held = there.store.claim_messages(there.now, there.now + LEASE, 30)
    there.dispatcher.once()
    others = Dispatcher(there.store, there.policies, there.dispatcher._means, [])
    others._batch(held, None)
    for minutes in range(1, 4):
        there.now += minutes * 60
        there.dispatcher.once()
    got = [one for _, one in there.channels["mail"].got]
    assert sorted(one.subject for one in got) == ["Complaints of a shop: 25 messages"] * 3
    assert {one.state for one in there.messages()} == {"delivered"}


def test_semantics_130_what_is_above_the_most_of_a_day_comes_as_one_at_its_end() -> None:
    there = world("{upon: [warning, breach], to: ann, at_most: 2}")
    many(there, 6)
    there.look(WARNED)
    assert len(there.send(WARNED)) == 2
    assert there.send("2026-05-10T23:59+01:00") == []
    assert {one.reference for one in there.messages(state="queued")} == {f"digest:{at(DUE)}"}
    there.look(LATE)
    sent = there.send(LATE)
    assert sorted(subject for _, subject in sent) == [
        "Complaints of a shop: 4 messages",
        *sorted(
            f"Complaints of a shop: {one}, late"
            for one in [s.split(": ")[1].split(",")[0] for _, s in sent if "late" in s]
        ),
    ]
    assert sum("late" in subject for _, subject in sent) == 1, "the digest counts as one"
    assert len(there.send("2026-05-12T00:00+01:00")) == 1
    assert {one.state for one in there.messages()} == {"delivered"}


# --- again ------------------------------------------------------------------------------------------------------------


def test_semantics_131_a_breach_is_told_again_until_somebody_says_that_they_know() -> None:
    there = world("{upon: breach, to: ann, repeat: 1 business day}")
    there.look(LATE)
    late = "Complaints of a shop: C-1, late"
    assert there.send("2026-05-11T10:00+01:00") == [("ann@example.org", late)]
    assert there.send("2026-05-12T09:59+01:00") == []
    assert there.send("2026-05-12T10:00+01:00") == [("ann@example.org", f"Reminder 1: {late}")]
    assert there.send("2026-05-13T10:00+01:00") == [("ann@example.org", f"Reminder 2: {late}")]
    assert len({one.key for _, one in there.channels["mail"].got}) == 3
    there.now = at("2026-05-13T11:00+01:00")
    acknowledge(there.store, "C-1", Actor("ann"), there.now)
    assert there.send("2026-05-18T10:00+01:00") == []
    (last,) = [one for one in there.messages() if one.reference.startswith("not sent")]
    assert (last.state, last.reference) == ("delivered", "not sent: it was acknowledged")
    assert there.look("2026-05-18T10:00+01:00") == []


def test_reminders_end_with_the_case() -> None:
    there = world("{upon: breach, to: ann, repeat: 1 day}")
    there.look(LATE)
    there.send("2026-05-11T10:00+01:00")
    there.add(
        "C-1",
        "2026-05-11T11:00+01:00",
        ("final_response", "2026-05-11T11:00+01:00"),
        ("closed", "2026-05-11T11:00+01:00"),
    )
    there.look("2026-05-11T11:00+01:00")
    assert there.send("2026-05-12T10:00+01:00") == []
    assert there.messages(state="queued") == []


def test_a_reminder_is_there_before_its_message_is_settled_and_once_only(monkeypatch: pytest.MonkeyPatch) -> None:
    there = world("{upon: breach, to: ann, repeat: 1 day}")
    there.look(LATE)
    commit, times = there.store.commit, [0]

    def disturbed(changes: Any) -> None:
        times[0] += 1
        if times[0] == 1:
            raise Conflict(changes[0].case_id, 1, 2)
        commit(changes)

    monkeypatch.setattr(there.store, "commit", disturbed)
    monkeypatch.setattr(there.store, "settle", lambda outcomes: ())  # dies before it is stored
    there.dispatcher._batch(
        there.store.claim_messages(at("2026-05-11T10:00+01:00"), at("2026-05-11T11:00+01:00"), 5), None
    )
    monkeypatch.undo()
    assert [json.loads(one.data).get("again") for one in sorted(there.messages(), key=lambda one: one.queued_at)] == [
        None,
        1,
    ]
    there.send("2026-05-11T12:00+01:00")
    assert len(there.messages()) == 2
    assert there.channels["mail"].got[0][1] == there.channels["mail"].got[1][1]


def test_semantics_117_a_correction_goes_to_whoever_was_told() -> None:
    """By whatever channel they were told, though somebody else has the case by now."""
    there = world("{upon: breach, to: tier_owner, via: pager}")
    told = to(there.look("2026-05-11T00:00+01:00"))
    assert told == [("pager", "pager of ann"), ("pager", "pager of boss")]
    there.add("C-1", "2026-05-12T09:00+01:00", ("final_response", "2026-05-07T10:00+01:00"), by="organisation")
    queued = there.look("2026-05-12T09:00+01:00")
    assert {one.kind for one in queued} == {"correction"}
    assert to(queued) == told
    ((_, subject), *_) = there.send("2026-05-12T09:00+01:00")[-1:]
    assert subject == "Complaints of a shop: C-1, correction"
    assert there.look("2026-05-12T09:00+01:00") == []


# --- attempts ---------------------------------------------------------------------------------------------------------


def test_what_a_receiver_refuses_is_tried_later_each_time_and_becomes_a_dead_letter() -> None:
    there = world("{upon: warning, to: ann}")
    there.look(WARNED)
    there.channels["mail"].refuses = lambda notice: NotDelivered("it is down", again=True)
    waits = []
    while not waits or there.outcomes[-1].state == "queued":
        before = there.now
        there.dispatcher.once()
        waits.append((there.outcomes[-1].next_attempt_at or before) - before)
        there.now += waits[-1]
    assert waits[:3] == [FIRST_WAIT * 5 // 4, FIRST_WAIT * 5 // 2, FIRST_WAIT * 5]
    assert max(waits) == LONGEST_WAIT * 5 // 4
    assert len(waits) == MOST_ATTEMPTS
    assert [one.last_error for one in there.messages(state="dead")] == ["it is down"]


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (NotDelivered("no such user", again=False), "dead", "no such user"),
        (NotDelivered("later", again=True, not_before=at("2026-05-10T12:00+01:00")), "queued", "later"),
        (RuntimeError("secret of ann"), "queued", "the channel `mail` failed: RuntimeError"),
    ],
)
def test_what_a_channel_raises_decides_what_becomes_of_a_message(error: Exception, state: str, said: str) -> None:
    there = world("{upon: warning, to: ann}")
    there.look(WARNED)
    there.channels["mail"].refuses = lambda notice: error
    there.send(WARNED)
    (message,) = there.messages()
    assert (message.state, message.last_error) == (state, said)
    if said == "later":
        assert message.next_attempt_at == at("2026-05-10T12:00+01:00")


def test_a_channel_that_is_not_set_up_loses_nothing() -> None:
    there = world("{upon: warning, to: ann}")
    there.look(WARNED)
    there.channels.pop("mail")
    there.send(WARNED)
    (message,) = there.messages(state="queued")
    assert message.last_error == "there is no channel `mail` in the configuration"


# --- words ------------------------------------------------------------------------------------------------------------

LETTER = """\
communications:
  late: {template: late.md, subject: "{{ case.id }}: sorry"}
"""


def test_a_template_says_it_and_only_what_it_names_is_kept() -> None:
    text = "{{ policy.title }}: {% if facts.grave %}grave{% else %}not grave{% endif %}, "
    text += "{{ facts.reason }} by {{ due.answer }}\n"
    there = world(LETTER + rules("{upon: warning, to: [ann, complainant], message: late}"), text)
    there.add("C-2", "2026-05-05T10:00+01:00", RECEIVED)
    facts = {"email": "c@example.org", "reason": "a {{ broken }} vase"}
    there.add("C-2", "2026-05-06T10:00+01:00", ("facts_changed", "2026-05-06T10:00+01:00"), data={"facts": facts})
    queued = [one for one in there.look(WARNED) if one.case_id == "C-2"]
    assert {*json.loads(queued[0].data)["values"]["facts"]} == {"grave", "reason"}
    assert b"c@example.org" not in queued[0].data
    there.send(WARNED)
    said = {one.recipient: one for _, one in there.channels["mail"].got if one.case_id == "C-2"}
    assert said["c@example.org"].subject == "C-2: sorry"
    assert said["c@example.org"].text == "Complaints of a shop: not grave, a {{ broken }} vase by 10 May 2026\n"
    assert b"vase" not in said["c@example.org"].data
    # of C-1 the reason is not known: staff are told plainly, and that the template failed
    (plain,) = [one for _, one in there.channels["mail"].got if one.case_id == "C-1"]
    assert "`answer` is due by" in plain.text
    assert "(The template `late` cannot be filled in: `facts.reason` is not known.)" in plain.text


def test_a_letter_to_a_complainant_is_never_put_into_other_words() -> None:
    there = world(LETTER + rules("{upon: warning, to: complainant, message: late}"), "{{ facts.reason }}\n")
    there.add(
        "C-1",
        "2026-05-06T10:00+01:00",
        ("facts_changed", "2026-05-06T10:00+01:00"),
        data={"facts": {"email": "c@example.org"}},
    )
    there.look(WARNED)
    assert there.send(WARNED) == []
    (message,) = there.messages()
    assert (message.state, message.last_error) == (
        "dead",
        "the template `late` cannot be filled in: `facts.reason` is not known",
    )
