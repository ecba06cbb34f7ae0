"""Turns records into rows of the tables and back; a value is always a parameter and never part of a statement."""

from __future__ import annotations

import json
from dataclasses import fields
from operator import attrgetter
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

_TABLES = (CASE, ENTRY, LOG, MESSAGE, ADOPTION)
_values = {table: attrgetter(*columns) for table, columns in zip("celma", _TABLES, strict=True)}


def select(table: str, columns: tuple[str, ...]) -> str:
    """The statement that reads whole records, without its conditions."""
    return f"SELECT {', '.join(columns)} FROM {table}"


def insert(table: str, columns: tuple[str, ...]) -> str:
    """The statement that adds one record."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


PUT_CASE = (
    f"{insert('cases', CASE)} ON CONFLICT (case_id) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in CASE if name != 'case_id')}"
)
"""Adds a row, or puts it in the place of the one that is there."""


def of_case(row: CaseRow) -> tuple[Any, ...]:
    """As `CASE`."""
    return tuple(int(value) if value is True or value is False else value for value in _values["c"](row))


def of_entry(entry: Entry) -> tuple[Any, ...]:
    """As `ENTRY`."""
    return tuple(_values["e"](entry))


def of_log(entry: LogEntry) -> tuple[Any, ...]:
    """As `LOG`: announcements in JSON."""
    text = json.dumps(announced(entry.announcements), ensure_ascii=False, separators=(",", ":"))
    return tuple(text if name == "announcements" else getattr(entry, name) for name in LOG)


def of_message(message: Message) -> tuple[Any, ...]:
    """As `MESSAGE`."""
    return tuple(_values["m"](message))


def of_adoption(adoption: Adoption) -> tuple[Any, ...]:
    """As `ADOPTION`."""
    return tuple(_values["a"](adoption))


def case_of(values: tuple[Any, ...]) -> CaseRow:
    """The row that was stored."""
    return CaseRow(**{**dict(zip(CASE, values, strict=True)), "closed": bool(values[CASE.index("closed")])})


def log_of(values: tuple[Any, ...]) -> LogEntry:
    """The entry of the log that was stored."""
    known = dict(zip(LOG, values, strict=True))
    made = tuple(Announcement(known["case_id"], *one) for one in json.loads(known["announcements"]))
    return LogEntry(**{**known, "announcements": made})


def rows_wanted(query: Query, after: CaseRow | None) -> tuple[str, list[Any]]:
    """The conditions and the order of a page of rows, and their parameters."""
    said: list[tuple[str, Any]] = [
        ("closed = ?", None if query.closed is None else int(query.closed)),
        ("urgency < ?", query.late_before),
    ]
    said += [(f"{name} = ?", getattr(query, name) or None) for name in ("tier", "severity", "owner", "scope", "policy")]
    said.append(("instr(case_id, ?) > 0", query.id_contains or None))
    wanted = [(text, [value]) for text, value in said if value is not None]
    order = ("urgency", "case_id") if query.order == "urgency" else ("case_id",)
    if after is not None:
        last: dict[str, Any] = {
            "urgency": NEVER if after.urgent_late_from is None else after.urgent_late_from,
            "case_id": after.case_id,
        }
        marks = ", ".join("?" * len(order))
        wanted.append((f"({', '.join(order)}) > ({marks})", [last[name] for name in order]))
    return _conditions(wanted) + f" ORDER BY {', '.join(order)}", [value for _, values in wanted for value in values]


NEVER = 2**63 - 1
"""The urgency of a case without an urgent duty: it comes last."""


def messages_wanted(query: MessageQuery, after: str) -> tuple[str, list[Any]]:
    """The conditions and the order of a page of messages, and their parameters."""
    said = [(f"{name} = ?", getattr(query, name) or None) for name in ("case_id", "channel", "recipient", "state")]
    said += [("settled_at >= ?", query.settled_since), ("key > ?", after or None)]
    wanted = [(text, [value]) for text, value in said if value is not None]
    return f"{_conditions(wanted)} ORDER BY key", [value for _, values in wanted for value in values]


def _conditions(wanted: list[tuple[str, list[Any]]]) -> str:
    return f" WHERE {' AND '.join(text for text, _ in wanted)}" if wanted else ""
