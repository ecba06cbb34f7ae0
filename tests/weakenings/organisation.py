"""An organisation made from a pack of law: it extends the pack and promises for each time limit what the law asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import ByFact, Dated, Due, Earliest, Latest, Promptly
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.shipped import policies_folder
from complaint_policy.starting_points.answers import Answers
from complaint_policy.starting_points.law import law_part
from tests.weakenings.writing import Map, Writer, plain

OWN = "own_"
"""Before the name of a calendar of the organisation that says what one of the pack says."""
HEAD = """\
complaint_policy: 1
id: organisation
title: Complaints policy of an organisation
version: "1"
owner: the board
in_force: {from: 2026-01-01}
"""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What an organisation writes over one pack.

    law: what it answers the pack. facts: its own, each as a file writes it. calendars: its own; default: that of
    clocks that name none. duties: each tied to one of the pack, in the names of `policy`: the pack, bound, and nothing
    else. more: further sections.
    """

    pack: str
    law: Map
    facts: Mapping[str, str]
    calendars: Mapping[str, Map]
    default: str
    duties: tuple[Duty, ...]
    policy: Policy
    more: Map = field(default_factory=dict)

    def text(self) -> str:
        """The file."""
        writer = Writer(self.policy, self.calendar)
        duties = {duty.id: writer.duty(duty) for duty in self.duties}
        sections: Map = {"law": self.law}
        if self.calendars:
            sections |= {"defaults": {"calendar": self.default}, "calendars": self.calendars}
        decisions = {plain(one.name): writer.decision(one) for one in self.policy.decisions}
        sections |= {"classification": decisions} if decisions else {}
        sections |= {"timeframes": duties} if duties else {}
        facts = (
            "facts:" + "".join(f"\n  {name}:{text}" for name, text in self.facts.items()) + (" {}" * (not self.facts))
        )
        return f"{HEAD}{facts}\n" + "".join(section(name, held) for name, held in (sections | self.more).items())

    def calendar(self, name: str) -> str:
        """What the file calls a calendar of the pack: by the name of its own that says the same, if it has one."""
        own = OWN + plain(name)
        return own if own in self.calendars else name if name in self.calendars else plain(name)

    def checked(self, folder: Path) -> Checked:
        """What `check` says of the file, as if it stood in the folder."""
        return check_file(folder / "policy.yaml", data=self.text().encode())


def section(name: str, held: Mapping[str, Any]) -> str:
    """A section of a file: a line for each entry."""
    if not all(isinstance(one, dict) for one in held.values()):
        return f"{name}: {_flow(held)}\n"
    return f"{name}:\n" + "".join(f"  {key}: {_flow(one)}\n" for key, one in held.items())


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=date.isoformat)


def packs_with_clocks() -> list[str]:
    """The shipped packs of law of which some duty has a time limit."""
    return [one for one in _packs() if any(map(has_limit, _bare(one).policy.duties))]


def _packs() -> list[str]:
    """Packs, without organisations, which have a scope of their own."""
    found = sorted(path.parent.name for path in policies_folder().glob("*/policy.yaml"))
    return [one for one in found if "scope" not in _raw(one)]


def has_limit(duty: Duty) -> bool:
    """Whether law sets a duty a time: one that binds, by the reading that is taken."""
    other = duty.reading is not None and duty.reading.of
    binding = duty.pack != "" and duty.strength in ("must", "should") and not other
    return binding and duty.done_by is not None and any(not isinstance(one, Promptly) for one in leaves_of(duty.due))


def leaves_of(item: Any) -> Iterator[Any]:
    """The single clocks that a clock is made of."""
    if isinstance(item, tuple):
        for one in item:
            yield from leaves_of(one)
    elif isinstance(item, Earliest | Latest):
        yield from leaves_of(item.items)
    elif isinstance(item, ByFact):
        yield from leaves_of((*(one for _, one in item.cases), item.otherwise))
    elif isinstance(item, Dated):
        yield from leaves_of(tuple(one for _, one in item.entries))
    elif item is not None:
        yield item


@cache
def _raw(pack: str) -> Map:
    found: Map = yaml.safe_load((policies_folder() / pack / "policy.yaml").read_text(encoding="utf-8"))
    return found


def _all_packs(pack: str) -> list[str]:
    found = [pack]
    for one in _raw(pack).get("law") or {}:
        found += [each for each in _all_packs(one) if each not in found]
    return found


@dataclass(frozen=True, slots=True)
class _Bare:
    """The pack, bound and nothing else."""

    law: Map
    facts: dict[str, str]
    policy: Policy


FOLDER = policies_folder() / "organisation"
"""Nothing stands there: files are read as if they did, so that packs are found beside them."""


@cache
def _bare(pack: str, *, answered: bool = False) -> _Bare:
    packs = _all_packs(pack)
    empty = "law:\n" + "".join(f"  {one}: {{}}\n" for one in packs)
    asked = _checked(HEAD + "facts: {}\n" + empty).asked
    settings = {
        (one, question.name): "40 days" if question.type == "length" else "EUR"
        for one, questions in asked.items()
        for question in questions
        if question.kind == "settings" and question.needed
    }
    hours = (("mon-fri", "09:00-17:00"),)
    answers = Answers("Organisation", "organisation", "GB", None, "Europe/London", hours, "GBP", date(2026, 1, 1))
    part = law_part(replace(answers, tiers=(), packs=tuple(packs), settings=settings), asked, {})
    law: dict[str, Map] = yaml.safe_load(part.law)["law"]
    for one in packs:
        if not answered:
            law[one].pop("facts", None)
        demands = _raw(one).get("policy_must") or {}
        if demands:
            reason = "only times are looked at"
            law[one]["disapply"] = [{"demand": demand, "because": reason} for demand in demands]
    facts = {fact.name: fact.text for fact in part.facts} if answered else {}
    said = "facts:\n" + "".join(f"  {name}:{text}\n" for name, text in facts.items()) if facts else "facts: {}\n"
    checked = _checked(HEAD + section("law", law) + said)
    assert checked.policy is not None, [one.message for one in checked.diagnostics]
    return _Bare(law, facts, checked.policy)


def _checked(text: str) -> Checked:
    return check_file(FOLDER / "policy.yaml", data=text.encode())


def organisation_from(pack: str, *, own_calendars: bool = True, answered: bool = False) -> Organisation:
    """An organisation over the pack with a duty of its own for each time limit, which says what the law's says.

    answered: it answers what the pack asks by facts of its own; else each case is asked for those of the pack.
    """
    bare = _bare(pack, answered=answered)
    duties = tuple(_own(duty) for duty in bare.policy.duties if has_limit(duty))
    calendars = dict(_calendars(pack, bare.policy, duties)) if own_calendars else {}
    default = next((name for name, held in calendars.items() if "by" not in held), "")
    return Organisation(pack, bare.law, bare.facts, calendars, default, duties, bare.policy)


def _own(duty: Duty) -> Duty:
    """The duty of the organisation that answers this one; what is left out is taken over."""
    return replace(duty, id=f"our-{plain(duty.id)}", pack="", strength="internal", meets=duty.id)


def _calendars(pack: str, policy: Policy, duties: tuple[Duty, ...]) -> Iterator[tuple[str, Map]]:
    raw = {name: held for one in _all_packs(pack) for name, held in (_raw(one).get("calendars") or {}).items()}
    by_name = {one.name: one for one in policy.calendars}
    wanted = list(dict.fromkeys(name for duty in duties for due in dues_of(duty) for name in calendars_of(due)))
    for name in wanted:
        held = by_name[name]
        if isinstance(held, CalendarChoice):
            named = [to for _, to in held.cases] + ([held.otherwise] if held.otherwise else [])
            wanted += [one for one in named if one not in wanted]
            values = {value: OWN + plain(to) for value, to in (*held.cases, ("otherwise", held.otherwise or "")) if to}
            yield OWN + plain(name), {"by": plain(held.fact), "calendars": values}
        else:
            yield OWN + plain(name), {key: one for key, one in raw[plain(name)].items() if key != "replaceable"}


def dues_of(duty: Duty) -> Iterator[Due]:
    """The clock of a duty and that of its fallback."""
    assert duty.due is not None, "only what has a due moment is compared"
    yield duty.due
    if duty.fallback is not None:
        yield duty.fallback.due


def calendars_of(item: Any) -> Iterator[str]:
    """The calendars by which a clock, or anything in it, counts."""
    if isinstance(item, tuple):
        for one in item:
            yield from calendars_of(one)
    elif hasattr(item, "__slots__") and not isinstance(item, str):
        if hasattr(item, "calendar"):
            yield item.calendar
        for name in item.__slots__:
            yield from calendars_of(getattr(item, name))
