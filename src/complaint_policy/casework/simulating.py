"""Plays cases by a policy against a clock that is put forward: who would get which message, before anybody gets one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

from complaint_policy.case import Case
from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.answers import Answer
from complaint_policy.casework.decisions import Judge, prepare_verdicts
from complaint_policy.casework.dispatching import Dispatcher, Means
from complaint_policy.casework.looking import Told
from complaint_policy.casework.notices import Planner
from complaint_policy.casework.people import Contact, People
from complaint_policy.channels import Notice
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.spans import closed_spans
from complaint_policy.policy.messages import PEOPLE
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.stores.pages import all_messages
from complaint_policy.stores.records import (
    Announcement,
    CaseRow,
    Change,
    MessageQuery,
    Settings,
    StoredCase,
)

OWN = "own"
"""What the channel of somebody is called of whom the configuration says none."""


class Sent(NamedTuple):
    """A message that somebody would get: when (UTC seconds), who, by which channel, about what, and its subject.

    duty: empty for a step between tiers and for a digest. reminder: which reminder it is, 0 for none.
    """

    at: int
    recipient: str
    channel: str
    kind: str
    case: str
    duty: str
    reminder: int
    subject: str


class Simulated(NamedTuple):
    """What a simulation shows: what is sent, in the order of time; who is meant and cannot be reached, why, and how
    often; and how many messages still wait at the end."""

    sent: tuple[Sent, ...]
    unreached: tuple[tuple[str, int], ...]
    waiting: int


class _Recorder:
    """A channel that notes what it is given (`channels.NotificationChannel`)."""

    def __init__(self, name: str, note: Callable[[Sent], None]) -> None:
        self._name = name
        self._note = note

    def problem_with(self, recipient: str) -> str:
        """Everybody is reached."""
        return ""

    def deliver(self, notice: Notice, now: int) -> str:
        """Notes the notice."""
        held = json.loads(notice.data)
        about = (notice.kind, notice.case_id, held.get("duty", ""), held.get("reminder", 0), notice.subject)
        self._note(Sent(now, notice.recipient, self._name, *about))
        return ""

    def close(self) -> None:
        """Nothing is open."""


def simulated(
    bundle: bytes, digest: str, cases: Iterable[Case], people: People | None, span: tuple[int, int]
) -> Simulated:
    """What monitors and dispatchers that begin at the first moment of the span would send until its last.

    Moments are UTC seconds. Each case is known as far as it was recorded at a time. `digest`: of the bundle. `people`:
    whom the configuration knows; with None everybody is reached under their own name.
    """
    begin, until = span
    store = MemoryStore(Settings(b"a store of a simulation", begin))
    store.keep_bundle(digest, bundle)
    policies = Policies(store)
    loaded = policies.of(digest)
    known = _everybody(loaded.policy, people)
    sent: list[Sent] = []
    playing = _Playing(store, loaded, Planner(store, known), begin)
    channels = {name: _Recorder(name, sent.append) for name in _channels(known)}
    dispatcher = Dispatcher(store, policies, Means(channels, known, lambda: playing.now, lambda most: 0))
    for case in cases:
        playing.add(case, until)
    while (coming := playing.coming()) is not None and coming <= until:
        playing.now = max(playing.now, coming)
        playing.look()
        if playing.attempt is not None and playing.attempt <= playing.now:
            dispatcher.once()
            waiting = all_messages(store, MessageQuery(state="queued"))
            playing.attempt = min((one.next_attempt_at for one in waiting), default=None)
    dead = all_messages(store, MessageQuery(state="dead"))
    why = Counter(json.loads(one.data).get("unreached", one.last_error) for one in dead)
    return Simulated(tuple(sorted(sent)), tuple(sorted(why.items())), store.tally().queued)


class _Playing:
    """The cases of a simulation: each is looked at whenever something is recorded or its answer changes."""

    def __init__(self, store: MemoryStore, loaded: LoadedPolicy, planner: Planner, begin: int) -> None:
        self._store = store
        self._loaded = loaded
        self._planner = planner
        self._judge: Judge = prepare_verdicts(loaded)
        self._begin = begin
        self._coming: list[tuple[int, int]] = []
        self._played: list[_Played] = []
        self.now = begin
        self.attempt: int | None = None

    def add(self, case: Case, until: int) -> None:
        """A case, to be looked at whenever something of it is recorded in the span."""
        self._played.append(_Played(case))
        for at in {max(moment, self._begin) for moment in _recorded(case) if moment <= until}:
            heappush(self._coming, (at, len(self._played) - 1))

    def coming(self) -> int | None:
        """When something is to be done next."""
        moments = [*(at for at, _ in self._coming[:1]), *([] if self.attempt is None else [self.attempt])]
        return min(moments, default=None)

    def look(self) -> None:
        """Looks at every case whose moment has come."""
        while self._coming and self._coming[0][0] <= self.now:
            place = heappop(self._coming)[1]
            played = self._played[place]
            if played.looked_at == self.now:
                continue
            told = played.told(self._loaded, self._judge, self.now)
            messages = self._planner(told)
            self._store.commit(
                [Change(told.row.case_id, played.revision(self._store), row=told.row, messages=messages)]
            )
            if told.row.next_change_at is not None:
                heappush(self._coming, (told.row.next_change_at, place))
            for one in messages:
                self.attempt = min(
                    one.next_attempt_at, self.attempt if self.attempt is not None else one.next_attempt_at
                )


class _Played:
    """One case as it is played, with what was told of it so far."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._since: int | None = None
        self._past: list[tuple[int, tuple[Announcement, ...]]] = []
        self.looked_at: int | None = None

    def revision(self, store: MemoryStore) -> int:
        """How often the case was changed in the store; 0 before it is there."""
        return store.case(self._case.id).row.revision if len(self._past) > 1 else 0

    def told(self, loaded: LoadedPolicy, judge: Judge, now: int) -> Told:
        """What is told of the case now, as a monitor would tell it (`looking.looked`)."""
        view = view_at(loaded.engine, self._case, now, now)
        answer = Answer(self._case, view, evaluation_of(view, now, now))
        announced = [one for _, some in self._past for one in some]
        decision = judge(answer, announced, lambda: self._past)
        known_before = now if self._since is None else min(self._since, now)
        passed = [one.transition == "breach" and one.at < known_before for one in decision.new]
        self._past.append((now, decision.announcements()))
        self.looked_at = now
        self._since = decision.change.moment
        closed = view.received != FOREVER and any(end == FOREVER for _, end in closed_spans(view))
        tier = answer.evaluation.tier
        row = CaseRow(
            self._case.id,
            loaded.policy.id,
            loaded.digest,
            "",
            now,
            closed=closed,
            tier="" if tier is None else tier.now or "",
            next_change_at=self._since,
        )
        return Told(
            loaded,
            StoredCase(row, (), tuple(announced)),
            row,
            self._case,
            answer.evaluation,
            tuple(one for one, before in zip(decision.new, passed, strict=True) if not before),
            tuple(one for one, before in zip(decision.new, passed, strict=True) if before),
            decision.corrections,
            now,
        )


def _recorded(case: Case) -> Iterator[int]:
    """When each thing in a case was recorded."""
    for part in (case.events, case.shared, case.changes, case.withdrawals):
        yield from (one.recorded_at for one in part)


def _everybody(policy: Policy, people: People | None) -> People:
    """Those whom the configuration knows; without one, everybody whom the policy names, under their own name."""
    if people is not None:
        return people
    via = sorted({name for rule in policy.notifications for name in rule.via})
    named = {name for rule in policy.notifications for name in rule.to} | {*PEOPLE}
    named |= {tier.owner for tier in (policy.escalation.tiers if policy.escalation else ()) if tier.owner}
    return People({name: Contact(((OWN, name), *((one, name) for one in via))) for name in named}, {})


def _channels(people: People) -> set[str]:
    return {channel for contact in people.contacts.values() for channel, _ in contact.ways}
