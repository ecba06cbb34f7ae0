"""Reads a case against what a policy declares: every value exact, every mistake named, in one go."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.case import Case, EventType, Field, Value
from complaint_policy.case_reader.events import events_reader
from complaint_policy.case_reader.facts import named_values, unknown_name
from complaint_policy.case_reader.heads import LONGEST_ID
from complaint_policy.case_reader.moments import MomentReader, moment_of
from complaint_policy.case_reader.problems import MISSING, SHAPE, Problem, Refused, called
from complaint_policy.case_reader.shared import NONE, shared_reader, sharing
from complaint_policy.case_reader.values import text_of

CASE_KEYS = ("id", "policy", "facts", "events", "shared_events")
_KNOWN_KEYS = frozenset(CASE_KEYS)

CaseReader = Callable[[object, list[Problem]], Case | None]
"""Reads one case as JSON, YAML or a mapping gave it. None when it has a mistake; every mistake is added to the list."""


def case_reader(
    facts: tuple[Field, ...],
    events: tuple[EventType, ...],
    *,
    undeclared_is_note: bool = False,
    texts: bool = False,
    moment: MomentReader = moment_of,
) -> CaseReader:
    """The reader of cases of a policy, prepared once from the facts that a case may give and the types of its events.

    `facts` are those whose source is the case, in the policy's order (semantics 93). `undeclared_is_note`: names that
    are not declared are left out with a note instead of refused (semantics 67; for cases of another version of the
    policy).
    `texts` and `moment`: see `values.value_reader`.
    """
    read_facts = named_values(facts, "fact", undeclared_is_note=undeclared_is_note, texts=texts, moment=moment)
    read_events = events_reader(events, facts, undeclared_is_note=undeclared_is_note, texts=texts, moment=moment)
    read_shared = shared_reader(facts, events, texts=texts, moment=moment)

    def read(written: object, problems: list[Problem]) -> Case | None:
        if not isinstance(written, dict):
            problems.append(
                Problem(
                    SHAPE,
                    "",
                    f"{called(written)} stands where a case belongs",
                    "write a map with `id`, `facts` and `events`",
                )
            )
            return None
        before = len(problems)
        if not _KNOWN_KEYS.issuperset(written):
            problems += (
                unknown_name(key, str(key), CASE_KEYS, "a key of a case") for key in written if key not in _KNOWN_KEYS
            )
        notes: list[str] = []
        id = _identity(written, problems)
        policy = _policy(written, problems)
        values: list[Value | None] = read_facts(written.get("facts", {}), "facts", problems, notes)
        history = read_events(written.get("events", []), problems, notes)
        shared = read_shared(written["shared_events"], problems) if "shared_events" in written else NONE
        if len(problems) > before:
            return None
        case = Case(id, tuple(values), history.events, history.changes, history.withdrawals, tuple(notes), policy)
        return sharing(case, shared) if shared.by_key else case

    return read


def _identity(written: dict[str, object], problems: list[Problem]) -> str:
    id = written.get("id")
    if isinstance(id, str) and 0 < len(id) <= LONGEST_ID and id.isascii() and id.isprintable():
        return id
    if id is None:
        problems.append(Problem(MISSING, "", "the case has no `id`", "write `id` with the reference of the complaint"))
    elif not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID or any(mark < " " or mark == "\x7f" for mark in id):
        help = f"write a text of at most {LONGEST_ID} characters, without line breaks and other control characters"
        problems.append(Problem(SHAPE, "id", f"{called(id)} cannot be the id of a case", help))
    else:
        return _text(id, "id", problems)
    return ""


def _policy(written: dict[str, object], problems: list[Problem]) -> str:
    policy = written.get("policy")
    if policy is None:
        return ""
    return _text(policy, "policy", problems)


def _text(value: object, path: str, problems: list[Problem]) -> str:
    try:
        return text_of(value)
    except Refused as refused:
        problems.append(Problem(refused.code, path, refused.message, refused.help))
        return ""
