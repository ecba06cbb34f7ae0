"""Turns records into rows of the tables and back; a value is always a parameter and never part of a statement."""

from __future__ import annotations

import json
from dataclasses import fields
from hashlib import sha256
from typing import Any

from complaint_policy.stores.chain import announced
from complaint_policy.stores.records import (
    Adoption,
    Announcement,
    CaseRow,
    Entry,
    LogEntry,
    Message,
    MessageQuery,
    Query,
)

CASE = tuple(field.name for field in fields(CaseRow))
ENTRY = tuple(field.name for field in fields(Entry))
LOG = tuple(field.name for field in fields(LogEntry))
MESSAGE = tuple(field.name for field in fields(Message))
ADOPTION = tuple(field.name for field in fields(Adoption))
"""The columns of each table, which are the fields of its record."""

ANNOUNCEMENT = ("id", "case_id", "duty", "transition", "occurrence")
"""The columns of what was announced, after the digest that is unique."""

NEVER = 2**63 - 1
"""The urgency of a case without an urgent duty: it comes last."""


def select(table: str, columns: tuple[str, ...]) -> str:
    """The statement that reads whole records, without its conditions."""
    return f"SELECT {', '.join(columns)} FROM complaint_policy.{table}"


def insert(table: str, columns: tuple[str, ...]) -> str:
    """The statement that adds one record."""
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO complaint_policy.{table} ({', '.join(columns)}) VALUES ({marks})"


UPDATE_CASE = (
    f"UPDATE complaint_policy.cases SET {', '.join(f'{name} = %s' for name in CASE if name != 'case_id')}"
    " WHERE case_id = %s"
)
"""Puts a row in the place of the one that is there; the id comes last."""

ANNOUNCE = "INSERT INTO complaint_policy.announcements VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"


def of(columns: tuple[str, ...], record: CaseRow | Entry | Message | Adoption) -> tuple[Any, ...]:
    """The values of a record in the order of the columns."""
    return tuple(getattr(record, name) for name in columns)


def of_log(entry: LogEntry) -> tuple[Any, ...]:
    """As `LOG`: announcements in JSON."""
    text = json.dumps(announced(entry.announcements), ensure_ascii=False, separators=(",", ":"))
    return tuple(text if name == "announcements" else getattr(entry, name) for name in LOG)


def log_of(values: tuple[Any, ...]) -> LogEntry:
    """The entry of the log that was stored."""
    known = dict(zip(LOG, values, strict=True))
    made = tuple(Announcement(known["case_id"], *one) for one in json.loads(known["announcements"]))
    return LogEntry(**{**known, "announcements": made})


def of_announcement(one: Announcement) -> tuple[Any, ...]:
    """The digest that is unique, and the four texts."""
    texts = (one.case_id, one.duty, one.transition, one.occurrence)
    return sha256(json.dumps(texts, ensure_ascii=False).encode()).digest(), *texts


def rows_wanted(query: Query, after: CaseRow | None) -> tuple[str, list[Any]]:
    """The conditions and the order of a page of rows, and their parameters."""
    said: list[tuple[str, Any]] = [("closed = %s", query.closed), ("urgency < %s", query.late_before)]
    said += [
        (f"{name} = %s", getattr(query, name) or None) for name in ("tier", "severity", "owner", "scope", "policy")
    ]
    said.append(("position(%s in case_id) > 0", query.id_contains or None))
    wanted = [(text, [value]) for text, value in said if value is not None]
    order = ("urgency", "case_id") if query.order == "urgency" else ("case_id",)
    if after is not None:
        last: dict[str, Any] = {"urgency": after.urgent_late_from, "case_id": after.case_id}
        last["urgency"] = NEVER if after.urgent_late_from is None else after.urgent_late_from
        marks = ", ".join(["%s"] * len(order))
        wanted.append((f"({', '.join(order)}) > ({marks})", [last[name] for name in order]))
    return _conditions(wanted) + f" ORDER BY {', '.join(order)}", [value for _, values in wanted for value in values]


def messages_wanted(query: MessageQuery, after: str) -> tuple[str, list[Any]]:
    """The conditions and the order of a page of messages, and their parameters."""
    said = [(f"{name} = %s", getattr(query, name) or None) for name in ("case_id", "channel", "recipient", "state")]
    said += [("settled_at >= %s", query.settled_since), ("key > %s", after or None)]
    wanted = [(text, [value]) for text, value in said if value is not None]
    return f"{_conditions(wanted)} ORDER BY key", [value for _, values in wanted for value in values]


def _conditions(wanted: list[tuple[str, list[Any]]]) -> str:
    return f" WHERE {' AND '.join(text for text, _ in wanted)}" if wanted else ""
