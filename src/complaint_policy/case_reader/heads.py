"""Reads what every event of a case has, whatever its type: which it is, when it was, and when it was written down."""

from __future__ import annotations

from collections.abc import Mapping

from complaint_policy.case_reader.facts import unknown_name
from complaint_policy.case_reader.moments import MomentReader
from complaint_policy.case_reader.problems import MISSING, RECORDED_EARLY, SHAPE, Problem, Refused, called
from complaint_policy.case_reader.values import text_of
from complaint_policy.records import NamedTuple

EVENT_KEYS = ("id", "type", "at", "recorded_at", "by", "channel", "role", "data")
LONGEST_ID = 200

_KNOWN_KEYS = frozenset(EVENT_KEYS)


class Head(NamedTuple):
    """What every event has, whatever its type."""

    id: str
    type: str
    at: int
    recorded_at: int
    explicit: bool


def head_of(
    item: object,
    seq: int,
    seen: dict[str, object],
    names: tuple[str, ...],
    problems: list[Problem],
    moment: MomentReader,
) -> Head | None:
    """What every event has; None for one that cannot be read."""
    if not isinstance(item, dict):
        problems.append(
            Problem(
                SHAPE,
                f"events[{seq + 1}]",
                f"{called(item)} stands where an event belongs",
                "write a map with `type` and `at`",
            )
        )
        return None
    if not _KNOWN_KEYS.issuperset(item):
        problems += (
            unknown_name(key, f"events[{seq + 1}].{key}", EVENT_KEYS, "a key of an event")
            for key in item
            if key not in _KNOWN_KEYS
        )
    type = item.get("type")
    if not isinstance(type, str) or not type:
        problems.append(
            Problem(
                MISSING, f"events[{seq + 1}]", "the event has no `type`", "write which event it is: `type: received`"
            )
        )
        return None
    explicit = item.get("id") is not None
    id = _identity(item, seq, problems) if explicit else default_id(type, seen, item)
    if id is None:
        return None
    try:
        at = moment(item["at"])
    except KeyError:
        problems.append(
            Problem(MISSING, f"events[{seq + 1}]", f"the event `{type}` has no `at`", "write when it happened")
        )
        return None
    except Refused as refused:
        problems.append(Problem(refused.code, f"events[{seq + 1}].at", refused.message, refused.help))
        return None
    written = item.get("recorded_at")
    recorded = at if written is None else _recorded(written, at, item["at"], seq, problems, moment)
    return Head(id, type, at, recorded, explicit)


def _identity(item: Mapping[str, object], seq: int, problems: list[Problem]) -> str | None:
    """The written id."""
    id = item["id"]
    if not isinstance(id, str) or not id.strip() or len(id) > LONGEST_ID:
        help = f"write a text of at most {LONGEST_ID} characters, or leave the id out"
        problems.append(Problem(SHAPE, f"events[{seq + 1}].id", f"{called(id)} cannot be the id of an event", help))
        return None
    try:
        return text_of(id)
    except Refused as refused:
        problems.append(Problem(refused.code, f"events[{seq + 1}].id", refused.message, refused.help))
        return None


def default_id(type: str, seen: dict[str, object], item: object) -> str:
    """`received#1` for the first event of its type that has no id (semantics 6), passing over ids that were written."""
    number = 1
    while (id := f"{type}#{number}") in seen:
        number += 1
    seen[id] = item
    return id


def _recorded(
    written: object, at: int, at_written: object, seq: int, problems: list[Problem], moment: MomentReader
) -> int:
    try:
        recorded = moment(written)
    except Refused as refused:
        problems.append(Problem(refused.code, f"events[{seq + 1}].recorded_at", refused.message, refused.help))
        return at
    if recorded < at:
        message = f"recorded at `{written}`, before it happened at `{at_written}`"
        problems.append(
            Problem(RECORDED_EARLY, f"events[{seq + 1}].recorded_at", message, "check which of the two is wrong")
        )
    return recorded
