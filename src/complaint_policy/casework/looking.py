"""Looks at one case once: the decision and everything that it brings about become one change of the store, or none."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from complaint_policy.case import Case
from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.decisions import Decide, Decision, prepare_decisions
from complaint_policy.casework.rows import row_of
from complaint_policy.casework.transitions import Transition
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.records import NamedTuple, dataclass, replace
from complaint_policy.stores.chain import digest_of_seen
from complaint_policy.stores.pages import all_decisions
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Announcement, CaseRow, Change, LogDraft, Message, StoredCase

SALT = 16
"""Bytes of the salt of a result: as many as nobody can try out."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a decision tells: from this it follows who gets which message.

    stored: the case as it was read; row: as it will be. new: what came about, but for breaches that had passed already
    when they became known; those are `retroactive` and for the supervisor (semantics 117). corrected: corrections of
    what was told wrongly. now: the moment of the decision, UTC seconds.
    """

    policy: LoadedPolicy
    stored: StoredCase
    row: CaseRow
    case: Case
    evaluation: Evaluation
    new: tuple[Transition, ...]
    retroactive: tuple[Transition, ...]
    corrected: tuple[Transition, ...]
    now: int


Planner: TypeAlias = Callable[[Told], Iterable[Message]]
"""Which messages follow from what is told."""


class Looked(NamedTuple):
    """A look: the change that stores it, and what it tells; None of a case that has been erased, which is let alone."""

    change: Change
    told: Told | None


class Looking:
    """Looks at cases of one store by the policies in use; each policy is made ready once."""

    __slots__ = ("_decide", "_planner", "_policies", "_store")

    def __init__(self, store: CaseStore, policies: Policies, planner: Planner) -> None:
        self._store = store
        self._policies = policies
        self._planner = planner
        self._decide: dict[str, Decide] = {}

    def look(self, case_id: str, now: int) -> Looked:
        """The decision about the case as of `now` (UTC seconds), with all that was entered so far, and its change.

        Nothing is stored yet. Raises `UnknownCase`, `NotAdopted`, `PolicyError`, and `Unreadable` for a history that
        the policy cannot read.
        """
        stored = self._store.case(case_id)  # before the policy is asked for: adopting one counts the revision up
        if stored.row.erased_at is not None:
            return Looked(Change(case_id, stored.row.revision, row=replace(stored.row, next_change_at=None)), None)
        loaded = self._policies.in_use(stored.row.policy)
        if loaded.digest not in self._decide:
            self._decide[loaded.digest] = prepare_decisions(loaded)
        decision = self._decide[loaded.digest](
            stored.entries, stored.announcements, lambda: past_of(self._store, case_id), now
        )
        return looked(stored, loaded, decision, self._planner, now)


def looked(stored: StoredCase, loaded: LoadedPolicy, decision: Decision, planner: Planner, now: int) -> Looked:
    """The one change that a decision makes: its entry in the log, what it announces, messages, and the row."""
    answer, since = decision.answer, stored.row.next_change_at
    known_before = now if since is None else min(since, now)
    passed = [one.transition == "breach" and one.at < known_before for one in decision.new]
    row = row_of(loaded, stored.entries, answer, decision.change.moment)
    told = Told(
        loaded,
        stored,
        row,
        answer.case,
        answer.evaluation,
        tuple(one for one, before in zip(decision.new, passed, strict=True) if not before),
        tuple(one for one, before in zip(decision.new, passed, strict=True) if before),
        decision.corrections,
        now,
    )
    draft = LogDraft(
        case_id=row.case_id,
        made_at=now,
        as_of=now,
        as_known=now,
        entries_digest=digest_of_seen(stored.entries),
        entries_seen=len(stored.entries),
        bundle=loaded.digest,
        result=decision.line,
        result_salt=secrets.token_bytes(SALT),
        announcements=decision.announcements(),
    )
    messages = tuple(planner(told))
    return Looked(Change(row.case_id, stored.row.revision, row=row, log=(draft,), messages=messages), told)


def past_of(store: CaseStore, case_id: str) -> Iterator[tuple[int, tuple[Announcement, ...]]]:
    """What was announced of a case, each time with the moment as of which it held."""
    yield from ((one.as_of, one.announcements) for one in all_decisions(store, case_id) if one.announcements)
