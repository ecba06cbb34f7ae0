"""The history of a case in a store, and the case that it is: the same that a case file would hold."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from complaint_policy.case import Case
from complaint_policy.case_reader.problems import Problem
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.diagnostics import Code, Diagnostic, Location, PolicyError, diagnostic
from complaint_policy.stores.chain import digest_of
from complaint_policy.stores.records import Entry

ERASED = Code(
    "CP821",
    "a case that has been erased",
    "What was known of the case has been deleted, as it must not be kept for ever. That it was there, and that its "
    "decisions were made, can still be shown; nothing can be added to it.",
)

OPENED: Final = "opened"
EVENT: Final = "event"
FACTS: Final = "facts"
WITHDRAWN: Final = "withdrawn"
ASSIGNED: Final = "assigned"
NOTE: Final = "note"
LETTER: Final = "letter"
HOLD: Final = "hold"
LIFTED: Final = "hold_lifted"
ERASING: Final = "erased"
"""Kinds of entries. `opened` is the first, with the id, the policy and the first facts. What happened is an `event`;
`facts` (`facts_changed`) and `withdrawn` (`entry_withdrawn`) are events of a case file too. `letter` is one as it was
sent, `hold` keeps the case from being erased until it is lifted, and `erased` is the last of an erased case."""

HAPPENED: Final = frozenset((EVENT, FACTS, WITHDRAWN))
"""The kinds whose bodies stand among the events of a case file; of all others the case knows nothing."""


class Unreadable(PolicyError):
    """The history of a case cannot be read by its policy; `diagnostics` say why, each with its place in the case."""


def entry(case_id: str, seq: int, now: int, actor: Actor, kind: str, body: Mapping[str, Any]) -> Entry:
    """The entry of that number, recorded `now` (UTC seconds), with a salt of its own.

    Of an event, the body says itself when it was recorded (`recorded_at`), unless that was when it happened.
    """
    salt, data = secrets.token_bytes(16), canonical(body)
    return Entry(case_id, seq, now, actor.name, actor.role, kind, data, salt, digest_of(salt, data))


def canonical(body: Mapping[str, Any]) -> bytes:
    """The one way in which a body is written as JSON. Numbers with a fraction are texts, which are exact."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def body_of(entry: Entry) -> dict[str, Any]:
    """What an entry says. Raises `Unreadable` if it has been erased."""
    if entry.body is None:
        raise Unreadable([diagnostic(ERASED, f"the case `{entry.case_id}` has been erased")])
    body: dict[str, Any] = json.loads(entry.body)
    return body


def document_of(entries: Sequence[Entry]) -> dict[str, Any]:
    """What a case file would hold (schemas/case.schema.json). Raises `Unreadable` if the case has been erased."""
    assert entries, "a case has an entry"
    assert entries[0].kind == OPENED, "a history begins with the opening"
    must_be_there(entries)
    opened = body_of(entries[0])
    events = [body_of(one) for one in entries if one.kind in HAPPENED]
    return {**opened, "events": events} if events else opened


def must_be_there(entries: Sequence[Entry]) -> None:
    """Raises `Unreadable` if the case has been erased, with what its last entry says of that."""
    if entries[0].body is not None:
        return
    last, case_id = entries[-1], entries[0].case_id
    told = f"the case `{case_id}` has been erased"
    if last.kind == ERASING and last.body is not None:
        body = body_of(last)
        by = f"{body['by']} ({body['role']})" if body["role"] else body["by"]
        told = f"the case `{case_id}` was erased on {body['at']} by {by}: {body['reason']}"
    raise Unreadable([diagnostic(ERASED, told)])


def case_of(policy: LoadedPolicy, entries: Sequence[Entry]) -> Case:
    """The case that a history is, by the ordinary reader of case files; what is not declared any more is left out.

    Raises `Unreadable`: the policy may have become another one since an entry was read.
    """
    document = document_of(entries)
    problems: list[Problem] = []
    case = policy.lenient(document, problems)
    if case is None:
        raise Unreadable(told(problems, document["id"]))
    return case


def told(problems: Iterable[Problem], case_id: str) -> list[Diagnostic]:
    """The mistakes of a case, each with its place in it: `events[2].at`."""
    return [diagnostic(one.code, one.message, Location(case_id, 1, 1, 0, one.path), one.help) for one in problems]


def owner_of(entries: Iterable[Entry]) -> str:
    """Who answers for the case: to whom it was assigned last; empty while it was not."""
    found = ""
    for one in entries:
        if one.kind == ASSIGNED and one.body is not None:
            found = str(body_of(one).get("owner", ""))
    return found
