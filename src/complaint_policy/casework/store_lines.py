"""Turns what a store holds into lines of JSON and back, so that every byte comes back as it was."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Literal, TypeAlias, get_args

from complaint_policy.stores.errors import WrongExport
from complaint_policy.stores.records import (
    Adoption,
    Announcement,
    Bundle,
    CaseRow,
    Entry,
    LogEntry,
    Message,
    Settings,
    State,
    Stored,
)

FORM = 2
"""Raised when an older release could no longer read what this one writes: 2 has adoptions."""

FORMS = (1, FORM)
"""The forms that are read."""

KINDS: dict[str, type[Stored]] = {
    "settings": Settings,
    "bundle": Bundle,
    "adoption": Adoption,
    "case": CaseRow,
    "entry": Entry,
    "decision": LogEntry,
    "message": Message,
}
"""The kinds of lines, in the order in which they stand (schemas/store.schema.json)."""

NAMES = {record: name for name, record in KINDS.items()}
LEASE = "claimed_until"
"""Not written: a lease belongs to a worker that runs."""

Kind: TypeAlias = Literal["text", "number", "moment", "yes", "bytes", "erasable", "announcements", "state"]
_KINDS: dict[str, Kind] = {
    "str": "text",
    "int": "number",
    "int | None": "moment",
    "bool": "yes",
    "bytes": "bytes",
    "bytes | None": "erasable",
    "tuple[Announcement, ...]": "announcements",
    "State": "state",
}
FIELDS: dict[str, dict[str, Kind]] = {
    name: {field.name: _KINDS[str(field.type)] for field in fields(record) if field.name != LEASE}
    for name, record in KINDS.items()
}
"""The fields of each kind of line, and what stands in each."""


def line_of(stored: Stored) -> str:
    """One thing as one line, without the line end."""
    name = NAMES[type(stored)]
    told = {field: _written(getattr(stored, field), kind) for field, kind in FIELDS[name].items()}
    return json.dumps({"line": name, **told}, ensure_ascii=False, separators=(",", ":"))


def _written(value: Any, kind: Kind) -> Any:
    if isinstance(value, bytes):
        return _bytes_written(value)
    if kind == "announcements":
        return [[one.duty, one.transition, one.occurrence] for one in value]
    return value


def _bytes_written(value: bytes) -> str | dict[str, str]:
    """As text where it is text, so that a person can read it; else in base64, and said so."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode("ascii")}


def thing_of(line: str, number: int) -> tuple[str, dict[str, Any]]:
    """What stands on a line: its kind and its fields. Raises `WrongExport` for a line that is no JSON object."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise WrongExport(number, "it is not a line of JSON") from None
    if not isinstance(told, dict) or not isinstance(told.get("line"), str):
        raise WrongExport(number, "it does not say what it is")
    return told.pop("line"), told


def stored_of(name: str, told: dict[str, Any], number: int) -> Stored:
    """The record that a line says; raises `WrongExport`."""
    wanted = FIELDS[name]
    if told.keys() != wanted.keys():
        odd = sorted(told.keys() ^ wanted.keys())[0]
        raise WrongExport(number, f"`{odd}` is {'missing' if odd in wanted else 'not a part of it'}")
    values = {field: _read(told[field], kind, field, number) for field, kind in wanted.items()}
    if name == "decision":
        values["announcements"] = tuple(Announcement(values["case_id"], *one) for one in values["announcements"])
    return KINDS[name](**values)


def _read(value: Any, kind: Kind, field: str, number: int) -> Any:
    """The value as the record has it."""
    if kind in ("bytes", "erasable"):
        found = _bytes_read(value)
        if found is None and not (kind == "erasable" and value is None):
            raise WrongExport(number, f"`{field}` is neither text nor base64")
        return found
    if not _FITS[kind](value):
        raise WrongExport(number, f"`{field}` is no {_WORDS[kind]}")
    return value


def _bytes_read(value: Any) -> bytes | None:
    """None for what is neither."""
    try:
        if isinstance(value, str):
            return value.encode("utf-8")
        if isinstance(value, dict) and value.keys() == {"base64"} and isinstance(value["base64"], str):
            return b64decode(value["base64"], validate=True)
    except (UnicodeEncodeError, NotBase64, ValueError):
        return None
    return None


def _text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _announcements(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, list) and len(one) == 3 and all(map(_text, one)) for one in value
    )


_FITS: dict[Kind, Callable[[Any], bool]] = {
    "text": _text,
    "number": _number,
    "moment": lambda value: value is None or _number(value),
    "yes": lambda value: isinstance(value, bool),
    "announcements": _announcements,
    "state": lambda value: isinstance(value, str) and value in get_args(State),
}
_WORDS: dict[Kind, str] = {
    "text": "text that can be stored",
    "number": "whole number",
    "moment": "moment (seconds) or null",
    "yes": "true or false",
    "announcements": "list of duty, transition and occurrence",
    "state": "state of a message",
}
