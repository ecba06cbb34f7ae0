"""What duties, extensions and rights ask of a message that has been sent, and what of it the message lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from complaint_policy.case import Case, Event
from complaint_policy.casework.letter_values import DONE
from complaint_policy.clocks.data import Happens
from complaint_policy.conditions.syntax import facts_read
from complaint_policy.evaluation.engine import Engine, evaluate
from complaint_policy.evaluation.happenings import fits_in
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.results import view_at
from complaint_policy.evaluation.view import View
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.model import Duty, Right
from complaint_policy.records import NamedTuple, replace

Asking: TypeAlias = Literal["duty", "longer", "right", "letter"]
"""Who asks: a duty, which is not met without the item; a duty's extension, whose notice does not count without it; a
right of the complainant, whose time does not begin to run without it; or the `content` of the letter itself."""


class Lack(NamedTuple):
    """An item of content that a message lacks, and for whom.

    about: the id of the duty or the right. strength: of the duty. says: what the duty or the right says. sure: False
    where what is not known decides whether the item is needed. unknown: the facts that the item itself hangs on, as far
    as they are not known.
    """

    item: str
    asked_by: Asking
    about: str
    strength: str
    says: str
    citation: str
    url: str
    sure: bool = True
    unknown: tuple[str, ...] = ()

    @property
    def binds(self) -> bool:
        """Whether something is owed that the message does not do; else it is only worth knowing."""
        return self.asked_by != "right" and self.strength != "option"


def lacking(engine: Engine, case: Case, event_id: str) -> tuple[Lack, ...]:
    """What the event of that id, which the case holds, lacks as of its moment; nothing for what was done before it."""
    event = next(one for one in case.events if one.id == event_id)
    before = case._replace(events=tuple(one for one in case.events if one.id != event_id))
    view = view_at(engine, case, event.at, None)
    open = _owed(one for one in evaluate(engine, before, event.at).duties if one.state not in DONE)
    after = evaluate(engine, case, event.at)
    acts = _owed(one for one in after.duties if one.occurrence == event_id and one.state != "not_applicable")
    unsettled = {one.right for one in after.rights if one.state != "closed"}
    found = [
        lack
        for duty in engine.policy.duties
        for lack in (
            *(_of_duty(engine, duty, view, event, open[duty.id]) if duty.id in open else ()),
            *(_of_act(engine, duty, view, event, acts[duty.id]) if duty.id in acts else ()),
        )
    ]
    found += [lack for right in engine.policy.rights if right.id in unsettled for lack in _of_right(right, event)]
    return tuple(dict.fromkeys(found))


def _owed(results: Iterable[DutyResult]) -> dict[str, bool]:
    """The duties that are owed, or may be, each with whether it surely is."""
    owed: dict[str, bool] = {}
    for one in results:
        owed[one.duty] = owed.get(one.duty, False) or not one.conditional
    return owed


def _of_duty(engine: Engine, duty: Duty, view: View, event: Event, owed: bool) -> Iterator[Lack]:
    """Of the ways in which the event may complete the duty, the one that lacks least; and of its extensions."""
    ways = [
        lacks
        for way in _ways(events_in(duty.done_by), event)
        if (lacks := _items(engine, way, view, event)) is not None
    ]
    for item in min(ways, key=len, default=()):
        yield _lack(item, "duty", duty, owed)
    for one in duty.longer:
        for item in (_items(engine, one.upon, view, event) or ()) if one.upon.event == event.type else ():
            yield _lack(item, "longer", duty, owed)


def _of_act(engine: Engine, duty: Duty, view: View, event: Event, owed: bool) -> Iterator[Lack]:
    """What a message of this kind must hold whenever it is sent (semantics 112)."""
    if duty.at is not None and duty.at.event == event.type:
        for item in _items(engine, replace(duty.at, where=None), view, event) or ():
            yield _lack(item, "duty", duty, owed)


def _of_right(right: Right, event: Event) -> Iterator[Lack]:
    for name, items in right.only_if_content:
        for item in items if name == event.type else ():
            if event.content is None or item not in event.content:
                yield Lack(item, "right", right.id, "", right.says, right.citation, right.url)


def _ways(acts: list[Happens], event: Event) -> list[Happens]:
    return [act for act in acts if act.event == event.type]


class _Item(NamedTuple):
    """An item that is missing; `unknown` is None if it is surely needed, else the facts that hide whether it is."""

    name: str
    unknown: tuple[str, ...] | None = None


def _items(engine: Engine, way: Happens, view: View, event: Event) -> tuple[_Item, ...] | None:
    """The items that the event lacks to count in this way; None: it is no such event, whatever it holds."""
    held = event.content or frozenset()
    items = [_Item(item) for item in way.content if item not in held]
    for item, condition in way.content_if:
        needed = question(engine, condition)(view)
        if item not in held and needed is not False:
            hidden = (name for name in sorted(facts_read(condition)) if view.fact(engine.places[name]) is None)
            items.append(_Item(item, None if needed else tuple(hidden)))
    complete = event._replace(content=held | {item.name for item in items})
    return None if fits_in(engine, way)(view, complete)[0] is False else tuple(items)


def _lack(item: _Item, asked_by: Asking, duty: Duty, owed: bool) -> Lack:
    about = (duty.id, duty.strength, duty.says, duty.citation, duty.url)
    return Lack(item.name, asked_by, *about, owed and item.unknown is None, item.unknown or ())
