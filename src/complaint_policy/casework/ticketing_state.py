"""Keeps how far the tickets of a mapping have been read and written, in a file that may be lost without loss.

Without it everything is read and written anew, and nothing becomes double: an event has an id that follows from its
step, and a comment stands on a ticket once.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from complaint_policy.diagnostics import Code
from complaint_policy.digest import sha256

DAMAGED = Code(
    "CP912",
    "a reading state that cannot be used",
    "The file says how far tickets have been read. What stands there is not what this program writes. Without the file "
    "all tickets are read anew, which takes time and changes nothing that is recorded already.",
)
_FORM = 1


@dataclass(slots=True)
class ReadingState:
    """How far tickets have been read, and how cases stood when they were last written back.

    `of`: what it is the state of, as `kind_of_state` tells; of anything else it says nothing. `waiting`: tickets that
    could not be taken in, to be tried again. `written`: by case its revision when it was written back.
    """

    of: str
    cursor: str = ""
    waiting: list[str] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=dict)


class DamagedState(Exception):
    """The file holds something else; the text says what."""


def kind_of_state(salt: bytes, mapping: bytes, system: str) -> str:
    """Names a store, a mapping as it is written, and a ticket system: with another one of them, all is read anew."""
    return sha256(
        b"\n".join((b"reading state", salt.hex().encode(), sha256(mapping).digest(), system.encode()))
    ).hexdigest()


def read_state(file: Path, of: str) -> ReadingState:
    """The state of these; a new one if there is none, or only one of others. Raises `DamagedState`, `OSError`."""
    try:
        written = file.read_bytes()
    except FileNotFoundError:
        return ReadingState(of)
    try:
        held: Any = json.loads(written)
        if held["form"] != _FORM or held["of"] != of:
            return ReadingState(of)
        waiting, cases = [str(one) for one in held["waiting"]], {str(k): int(v) for k, v in held["written"].items()}
        return ReadingState(of, str(held["cursor"]), waiting, cases)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedState(str(error)) from error


def write_state(file: Path, state: ReadingState) -> None:
    """Writes the state whole, or leaves the file as it was: the program may be ended at any instant."""
    held = {"form": _FORM, "of": state.of, "cursor": state.cursor, "waiting": state.waiting, "written": state.written}
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            json.dump(held, stream, separators=(",", ":"))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)
