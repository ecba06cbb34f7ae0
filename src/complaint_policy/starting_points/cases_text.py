"""Writes a few invented cases to try a first policy with: in time, late, paused, severe, out of scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from complaint_policy.calendars.zones import offset_at, to_utc
from complaint_policy.case import Field
from complaint_policy.clocks.data import AllOf, AnyOf, Happening, Happens
from complaint_policy.conditions.syntax import facts_read
from complaint_policy.policy.model import Derived, Fact, Given, Policy, SameAs
from complaint_policy.starting_points.answers import Answers, id_of
from complaint_policy.starting_points.places import part_name
from complaint_policy.starting_points.policy_text import said_in

_EPOCH: Final = date(1970, 1, 1)
_DAYS_IN_FORCE: Final = 90
"""So long after the policy came into force the cases are looked at: they have all begun under it."""


class _Example(NamedTuple):
    """A case: the key of its text, the facts that make it so, and its events, each so many days before the moment."""

    key: str
    facts: Mapping[str, str]
    events: tuple[tuple[str, int], ...]


EXAMPLES: Final = (
    _Example("case_new", {"amount_claimed": '"60.00"'}, (("received", 1),)),
    _Example(
        "case_met",
        {"amount_claimed": '"40.00"'},
        (
            ("received", 9),
            ("acknowledged", 8),
            ("assessed", 8),
            ("decision_communicated", 7),
            ("final_response", 7),
            ("closed", 7),
        ),
    ),
    _Example("case_late", {"amount_claimed": '"80.00"'}, (("received", 62),)),
    _Example(
        "case_paused",
        {"amount_claimed": '"120.00"'},
        (
            ("received", 14),
            ("acknowledged", 13),
            ("assessed", 13),
            ("information_requested", 12),
            ("update_sent", 5),
        ),
    ),
    _Example("case_severe", {"harm": "true"}, (("received", 1),)),
    _Example("case_out", {"relationship": "none"}, (("received", 2),)),
)


def moment_of_cases(answers: Answers, policy: Policy) -> str:
    """The moment for which the cases are made: a Wednesday at noon, local, as an evaluation takes it."""
    return _at(day_of_cases(answers), 12, answers, policy)


def cases_text(answers: Answers, policy: Policy) -> str:
    """The cases as YAML; each gives every fact that has no default, so that nothing is left open."""
    said = said_in(answers.language)
    given = given_values(answers, policy)
    content = contents(policy)
    lines = [f"# {said['cases'].format(moment=moment_of_cases(answers, policy))}"]
    for number, example in enumerate(EXAMPLES, 1):
        facts = {**given, **example.facts}
        lines += ["", f"# {said[example.key]}", f"- id: C-{number}"]
        lines.append(f"  facts: {{{', '.join(f'{name}: {value}' for name, value in facts.items())}}}")
        lines.append("  events:")
        lines += [f"    - {_event(type, days, answers, policy, content)}" for type, days in example.events]
    return "\n".join(lines) + "\n"


def _event(type: str, days: int, answers: Answers, policy: Policy, content: Mapping[str, list[str]]) -> str:
    by = "complainant" if type in ("received", "information_received") else "organisation"
    at = _at(day_of_cases(answers) - timedelta(days=days), 10, answers, policy)
    data = ["outcome: not_upheld"] if type in ("decision_communicated", "final_response") else []
    data += [f"content: [{', '.join(content[type])}]"] if content.get(type) else []
    return f'{{type: {type}, at: "{at}", by: {by}' + (f", data: {{{', '.join(data)}}}" if data else "") + "}"


def contents(policy: Policy) -> dict[str, list[str]]:
    """What each event must contain for the duties that it completes."""
    found: dict[str, list[str]] = {}
    for duty in policy.duties:
        for happens in _happens(duty.done_by):
            listed = found.setdefault(happens.event, [])
            listed += [item for item in happens.content if item not in listed]
    return found


def _happens(happening: Happening | None) -> Iterator[Happens]:
    if isinstance(happening, Happens):
        yield happening
    elif isinstance(happening, AnyOf | AllOf):
        for item in happening.items:
            yield from _happens(item)


# --- facts ------------------------------------------------------------------------------------------------------------


def given_values(answers: Answers, policy: Policy) -> dict[str, str]:
    """A value for every fact that cases give and that has no default: such that the packs of law apply."""
    decisive = _decisive(policy)
    part = id_of(part_name(answers.country, answers.part)).replace("-", "_") if answers.part else ""
    return {
        fact.field.name: _value(fact.field, fact.field.name in decisive, part, answers)
        for fact in policy.facts
        if isinstance(fact.source, Given) and fact.field.default is None and fact.field.name != "redress"
    }


def _decisive(policy: Policy) -> frozenset[str]:
    """The facts that a pack's field of application reads, also under the names that they have in the policy."""
    read = {name for pack in policy.packs if pack.applies is not None for name in facts_read(pack.applies)}
    bound = {name for fact in policy.facts if fact.field.name in read for name in _bound(fact)}
    return frozenset(read | bound)


def _bound(fact: Fact) -> Iterable[str]:
    """The facts of the policy that answer a pack's fact."""
    match fact.source:
        case SameAs(own):
            return (own,)
        case Derived(condition):
            return facts_read(condition)
    return ()


def _value(field: Field, decisive: bool, part: str, answers: Answers) -> str:
    match field.type.kind:
        case "boolean":
            return "true" if decisive else "false"
        case "choice":
            return part if part in field.type.choices else field.type.choices[0]
        case "choices":
            return f"[{field.type.choices[0]}]" if decisive else "[]"
        case "money" | "number":
            return "0"
        case "date":
            return answers.in_force.isoformat()
        case "moment":
            return f'"{answers.in_force.isoformat()}T12:00:00Z"'
        case "duration":
            return "P1D"
        case "text":
            return "example"


# --- moments ----------------------------------------------------------------------------------------------------------


def day_of_cases(answers: Answers) -> date:
    """The first Wednesday when the policy has been in force long enough: most of the days before it are open ones."""
    day = answers.in_force + timedelta(days=_DAYS_IN_FORCE)
    return day + timedelta(days=(2 - day.weekday()) % 7)


def _at(day: date, hour: int, answers: Answers, policy: Policy) -> str:
    """A local time with its offset, to the minute."""
    zone = next(zone for zone in policy.zones if zone.name == answers.zone)
    east = offset_at(zone, to_utc(zone, (day - _EPOCH).days, hour * 3600)) // 60
    return f"{day.isoformat()}T{hour:02}:00{'-' if east < 0 else '+'}{abs(east) // 60:02}:{abs(east) % 60:02}"
