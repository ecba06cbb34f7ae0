"""Events that are deemed to happen: a clock ran out, and nothing broke the silence since its start (86)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaint_policy.case import Event
from complaint_policy.policy.model import Deemed, Duty
from tests.reference import dues, worlds

if TYPE_CHECKING:
    from tests.reference.view import View

LAST = 1 << 40


def events(view: View, kind: str) -> list[Event]:
    rule = view.walk.deemed_kinds[kind]
    view.once(("deemed", kind), lambda: look(view, rule))
    found = [event for (one, _), event in view.walk.silences.items() if one == kind and event is not None]
    return [event for event in found if event.at <= view.now]


def look(view: View, rule: Deemed) -> None:
    """What the silences of this kind have come to now; each is settled once and stays so (76)."""
    packs = [pack.id for pack in view.walk.policy.packs]
    applies = view.pack_applies(packs.index(rule.pack) if rule.pack else 0)
    for event in [None] if rule.each is None else view.events(rule.each):
        key = (rule.event, event.id if event else "")
        if key not in view.walk.silences:
            settle(view, rule, key, event, applies is True)


def settle(view: View, rule: Deemed, key: tuple[str, str], event: Event | None, applies: bool) -> None:
    asked = dues.Asked(Duty(rule.event, rule.pack, "events", "internal"), event)
    outcome = worlds.in_every_world(view, asked, rule.becomes)
    if outcome.due is None:
        return
    late = outcome.due.late_from
    view.note(late)
    if not applies:
        return
    begun = outcome.start if outcome.start is not None else event.at if event else view.received() or 0
    recorded = [one.at for one in view.recorded(rule.event) if one.at >= begun]
    broken = [at for at in [*recorded, rule.unless and view.happened(rule.unless, begun)] if at is not None]
    unsure = rule.unless and view.happened(rule.unless, begun, doubtful=True)
    if any(at < late for at in broken) or view.now in recorded:
        view.walk.silences[key] = None
    elif late <= view.now and (unsure is None or unsure >= late):
        nothing = (None,) * (len(view.history.columns[rule.event]) + 3)
        id = f"{rule.event}#deemed" + (f"/{key[1]}" if key[1] else "")
        view.walk.silences[key] = Event(id, rule.event, view.now, LAST, view.now, None, frozenset(), nothing)
