"""Takes in what happens to a case: checked as a case file would be, recorded for ever, and seen at once in what is
owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from complaint_policy.case import Case
from complaint_policy.case_reader.events import FACTS_CHANGED, WITHDRAWN
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.case_reader.problems import RECORDED_EARLY, TOO_LARGE, Problem, Refused
from complaint_policy.casework import histories
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.answers import Answer
from complaint_policy.casework.histories import (
    ASSIGNED,
    NOTE,
    OPENED,
    Unreadable,
    canonical,
    document_of,
    must_be_there,
    told,
)
from complaint_policy.casework.rows import row_of
from complaint_policy.conditions.text import moment_text
from complaint_policy.diagnostics import Code
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.spans import closed_spans
from complaint_policy.records import NamedTuple, replace
from complaint_policy.reports.local_time import Zones, moment_in_words
from complaint_policy.stores.errors import Conflict, NotAdopted
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import CaseRow, Change, Entry, StoredCase

CLOSED = Code(
    "CP822",
    "something new of a closed case",
    "After a case was closed it is reopened first, or what is told belongs to the time before. What comes afterwards "
    "and leaves the case closed, feedback for one, is said to be so (semantics 121).",
)
WHICH_POLICY = Code(
    "CP823",
    "several policies are in use",
    "A case goes by one policy. Where several are in use, whoever opens the case says by which.",
)

TRIES: Final = 8
"""How often something is added anew that another came in between of: it does not hang on what was read."""
LARGEST: Final = 1024 * 1024
"""Bytes of one entry."""

T = TypeVar("T")


class NotAccepted(Exception):
    """What was to be recorded is not accepted; `problems` name every mistake by its path in what was told.

    Of an event: `at`, `data.amount`; of an opening: `facts.amount`, `events[1].at`. Nothing was stored.
    """

    def __init__(self, case_id: str, problems: Iterable[Problem]) -> None:
        self.case_id = case_id
        self.problems = tuple(problems)
        super().__init__(self.problems[0].message)


class Opening(NamedTuple):
    """A case as it begins: its id, the policy (empty: the only one in use), facts, events as in a case file, who
    answers for it, and events that many cases share."""

    case_id: str
    policy_id: str = ""
    facts: Mapping[str, Any] = {}
    events: Sequence[Mapping[str, Any]] = ()
    owner: str = ""
    shared: Sequence[Mapping[str, Any]] = ()


class Taken(NamedTuple):
    """What was recorded: the row of the case as it is now, and the answer as of now.

    id: of the event, by which it can be withdrawn; empty of what is no event. again: it had been recorded before, and
    nothing was stored.
    """

    row: CaseRow
    answer: Answer
    loaded: LoadedPolicy
    id: str = ""
    again: bool = False


def open_case(store: CaseStore, policies: Policies, opening: Opening, actor: Actor, now: int) -> Taken:
    """Opens a case as of `now` (UTC seconds); a first look at it is due at once.

    Raises `NotAccepted`, `NotAdopted`, and `Duplicate` if the case is there.
    """
    loaded = policies.in_use(opening.policy_id or only_policy(store))
    change, taken = opened(loaded, opening, actor, now)
    store.commit([change])
    return taken


def opened(loaded: LoadedPolicy, opening: Opening, actor: Actor, now: int) -> tuple[Change, Taken]:
    """The change that opens a case. Raises `NotAccepted`."""
    first: dict[str, Any] = {"id": opening.case_id, "policy": loaded.policy.id}
    if opening.facts:
        first["facts"] = dict(opening.facts)
    if opening.shared:
        first["shared_events"] = [dict(event) for event in opening.shared]
    named = {str(event["id"]) for event in opening.events if event.get("id") is not None}
    events = []
    for place, event in enumerate(opening.events, 2):
        body = _recorded({"id": _free_id(place, named), **_without_none(event)}, now)
        named.add(str(body["id"]))
        events.append(body)
    problems: list[Problem] = []
    case = loaded.strict({**first, "events": events} if events else first, problems)
    problems += [problem for body in (first, *events) for problem in _too_large(body)]
    if case is None or problems:
        raise NotAccepted(opening.case_id, [*map(_in_time, problems)])
    bodies = [(OPENED, first), *((_kind_of(body), body) for body in events)]
    bodies += [(ASSIGNED, {"owner": opening.owner})] if opening.owner else []
    entries = [
        histories.entry(opening.case_id, seq, now, actor, kind, body) for seq, (kind, body) in enumerate(bodies, 1)
    ]
    answer = _answer(loaded, case, now)
    row = row_of(loaded, entries, answer, now)
    return Change(opening.case_id, 0, tuple(entries), row), Taken(row, answer, loaded)


def record(
    store: CaseStore,
    policies: Policies,
    case_id: str,
    event: Mapping[str, Any],
    actor: Actor,
    now: int,
    *,
    after_closing: bool = False,
) -> Taken:
    """Records an event as a case file holds it (`facts_changed` and `entry_withdrawn` too) as known from `now` on.

    An event with an `id` may be told again: it is recorded once, and another content under its id is refused.
    after_closing: it came after the case was closed, and leaves it closed. Raises `NotAccepted`, `UnknownCase`,
    `Unreadable`; `Conflict` only if others change the case all the time.
    """

    def once() -> Taken:
        stored = store.case(case_id)
        loaded = policies.in_use(stored.row.policy)
        change, taken = recorded(loaded, stored, event, actor, now, after_closing=after_closing)
        if change is not None:
            store.commit([change])
        return taken

    return _anew(once)


def recorded(
    loaded: LoadedPolicy,
    stored: StoredCase,
    event: Mapping[str, Any],
    actor: Actor,
    now: int,
    *,
    after_closing: bool = False,
) -> tuple[Change | None, Taken]:
    """The change that records an event; None if it is recorded already. See `record`."""
    row, document = stored.row, document_of(stored.entries)
    held: list[dict[str, Any]] = document.get("events", [])
    body = _without_none(event)
    before = next((one for one in held if one.get("id") == body["id"]), None) if "id" in body else None
    if before is not None:
        same = {"recorded_at": before["recorded_at"]} if "recorded_at" in before else {}
        case = _read_with(loaded, document, {**body, **same}, row.case_id)
        return None, Taken(row, _answer(loaded, case, now), loaded, str(body["id"]), again=True)
    seq = len(stored.entries) + 1
    body = _recorded({"id": _free_id(seq, {str(one.get("id")) for one in held}), **body}, now)
    case = _read_with(loaded, document, body, row.case_id)
    if row.closed and not after_closing:
        _refuse_after_closing(loaded, stored, body, now)
    entry = histories.entry(row.case_id, seq, now, actor, _kind_of(body), body)
    answer = _answer(loaded, case, now)
    due = now if row.next_change_at is None else min(row.next_change_at, now)
    new = row_of(loaded, (*stored.entries, entry), answer, due)
    return Change(row.case_id, row.revision, (entry,), new), Taken(new, answer, loaded, str(body["id"]))


def assign(store: CaseStore, case_id: str, owner: str, actor: Actor, now: int) -> CaseRow:
    """Notes who answers for the case from now on. Raises `UnknownCase`, `Unreadable`."""

    def once() -> CaseRow:
        stored = _there(store, case_id)
        entry = _beside(stored, ASSIGNED, {"owner": owner}, actor, now)
        row = replace(stored.row, owner=owner)
        store.commit([Change(case_id, row.revision, (entry,), row)])
        return row

    return _anew(once)


def note(store: CaseStore, case_id: str, text: str, actor: Actor, now: int) -> None:
    """Adds a remark to the history, of which the policy knows nothing. Raises `UnknownCase`, `Unreadable`."""

    def once() -> None:
        stored = _there(store, case_id)
        entry = _beside(stored, NOTE, {"text": text}, actor, now)
        store.commit([Change(case_id, stored.row.revision, (entry,))])

    _anew(once)


def _there(store: CaseStore, case_id: str) -> StoredCase:
    stored = store.case(case_id)
    if stored.row.erased_at is not None:
        must_be_there(stored.entries)
    return stored


def _beside(stored: StoredCase, kind: str, body: dict[str, Any], actor: Actor, now: int) -> Entry:
    if problems := _too_large(body):
        raise NotAccepted(stored.row.case_id, problems)
    return histories.entry(stored.row.case_id, len(stored.entries) + 1, now, actor, kind, body)


def _anew(once: Callable[[], T]) -> T:
    """What is added does not hang on what was read: where another came in between, the case is read again."""
    for _ in range(TRIES - 1):
        try:
            return once()
        except Conflict:
            continue
    return once()


def only_policy(store: CaseStore) -> str:
    """The id of the only policy in use. Raises `NotAdopted` for none, and `NotAccepted` for several."""
    names = {one.policy for one in store.adoptions()}
    if len(names) == 1:
        return next(iter(names))
    if not names:
        raise NotAdopted("")
    listed = ", ".join(f"`{name}`" for name in sorted(names))
    raise NotAccepted("", [Problem(WHICH_POLICY, "policy", "several policies are in use", f"say which: {listed}")])


def _without_none(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if value is not None}


def _free_id(seq: int, taken: set[str]) -> str:
    """`e7` for the seventh entry; with a number behind it where somebody has named an event so."""
    id, number = f"e{seq}", 1
    while id in taken:
        number += 1
        id = f"e{seq}-{number}"
    return id


def _recorded(body: dict[str, Any], now: int) -> dict[str, Any]:
    """The event with when it was recorded, unless it says so itself or it was recorded as it happened."""
    try:
        happened = moment_of(body.get("at"))
    except Refused:
        return body  # the reader of cases says what is wrong with it
    return body if "recorded_at" in body or happened == now else {**body, "recorded_at": moment_text(now)}


def _kind_of(body: Mapping[str, Any]) -> str:
    of_record = {FACTS_CHANGED: histories.FACTS, WITHDRAWN: histories.WITHDRAWN}
    return of_record.get(body["type"], histories.EVENT)


def _read_with(loaded: LoadedPolicy, document: dict[str, Any], body: dict[str, Any], case_id: str) -> Case:
    """The case with one more event. What is wrong with that is `NotAccepted`; what a policy of today no longer knows of
    the others is left out."""
    events = [*document.get("events", []), body]
    own, problems = f"events[{len(events)}]", _too_large(body)
    case = loaded.strict({**document, "events": events}, problems)
    mine = [
        one._replace(path=one.path.removeprefix(own).lstrip("."))
        for one in problems
        if one.path in ("", "events", own) or one.path.startswith(f"{own}.")
    ]
    if mine:
        raise NotAccepted(case_id, [*map(_in_time, mine)])
    if case is None:
        old: list[Problem] = []
        case = loaded.lenient({**document, "events": events}, old)
        if case is None:
            raise Unreadable(told(old, case_id))
    return case


def _in_time(one: Problem) -> Problem:
    """What is recorded by the program is recorded now, so what was recorded early has not happened yet."""
    if one.code is not RECORDED_EARLY:
        return one
    help = "what happens is recorded when it has happened; check the moment, its offset, and the clock of this machine"
    return Problem(one.code, one.path.replace("recorded_at", "at"), "this has not happened yet", help)


def _too_large(body: Mapping[str, Any]) -> list[Problem]:
    try:
        size = len(canonical(body))
    except (TypeError, ValueError):
        return []  # the reader of cases says what is wrong with it
    if size <= LARGEST:
        return []
    return [Problem(TOO_LARGE, "", f"an entry of {size:,} bytes", f"an entry may have {LARGEST:,}")]


def _answer(loaded: LoadedPolicy, case: Case, now: int) -> Answer:
    view = view_at(loaded.engine, case, now, now)
    return Answer(case, view, evaluation_of(view, now, now))


def _refuse_after_closing(loaded: LoadedPolicy, stored: StoredCase, body: Mapping[str, Any], now: int) -> None:
    """Raises `NotAccepted` for what happened after the case was closed, but for its reopening (semantics 121)."""
    if body["type"] in ("reopened", WITHDRAWN):
        return
    view = view_at(loaded.engine, histories.case_of(loaded, stored.entries), now, now)
    since = next((begin for begin, end in closed_spans(view) if end == FOREVER), None)
    if since is None or moment_of(body["at"]) < since:
        return
    help = (
        f"reopen it (`case event {stored.row.case_id} reopened --at …`), or say that the case stays closed: "
        "`--after-closing`"
    )
    closed = moment_in_words(Zones(loaded.policy).default, since)
    message = f"the case `{stored.row.case_id}` was closed on {closed}, and this happened afterwards"
    raise NotAccepted(stored.row.case_id, [Problem(CLOSED, "", message, help)])
