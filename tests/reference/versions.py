"""Which versions of a policy's own parts hold for a case, and for which of its clocks (64, 66)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from complaint_policy.case import Event
from complaint_policy.clocks.data import AtEvent, Every
from complaint_policy.policy.model import Version
from tests.reference.truth import Truth, all_true

if TYPE_CHECKING:
    from tests.reference.view import View

BEGINNING, END = -(10**15), 10**15
Clocks = tuple[int, int]
"""The clocks started from the first moment on and before the second."""


def held(view: View, upto: int | None = None) -> dict[str, Clocks]:
    """The versions that hold, seen from the latest (or the one at `upto`) back to that of the receipt."""
    versions = view.walk.policy.versions
    place = len(versions) - 1 if upto is None else upto
    version, received = versions[place], view.received()
    since = BEGINNING if version.since is None else version.since
    alone = {version.id: (BEGINNING, END)}
    if place == 0 or (received is not None and received >= since):
        return alone
    if view.now < since:
        view.note(since)
        return held(view, place - 1)
    if received is None:
        return alone
    before = held(view, place - 1)
    mode = version.open_cases if was_open(view, since) else "keep_old"
    older = {id: (first, min(last, since)) for id, (first, last) in before.items()}
    return {
        "keep_old": before,
        "apply_new": alone,
        "stricter_of": before | alone,
        "from_next_stage": older | {version.id: (since, END)},
    }[mode]


def was_open(view: View, moment: int) -> bool:
    closed, reopened = ([one.at for one in before(view, kind) if one.at < moment] for kind in ("closed", "reopened"))
    return not closed or max(reopened, default=BEGINNING) >= max(closed)


def before(view: View, kind: str) -> list[Event]:
    """What a version itself deems to happen, it deems after it came into force."""
    rule = view.walk.deemed_kinds.get(kind)
    return view.events(kind) if rule is None or version_of(view, rule.pack) is None else view.recorded(kind)


def version_of(view: View, pack: str) -> Version | None:
    return next((one for one in view.walk.policy.versions if one.id == pack), None)


def holds(view: View, pack: str) -> Truth:
    """Whether the version of this part holds; an earlier one has a scope of its own (63)."""
    version = version_of(view, pack)
    if version is None:
        return True
    earlier = view.decisions.get(version.scope or "") if version.id else None
    return all_true([version.id in held(view), view.is_in(earlier)])


def has_clock(view: View, duty: Any, start: int | None) -> bool:
    """Whether a clock started then is one of the duty's version; one not started yet is the newest version's."""
    version = version_of(view, duty.pack)
    if version is None or version.id not in held(view):
        return True
    first, last = held(view)[version.id]
    return last == END if start is None else first <= start < last


def series_has_clock(view: View, duty: Any) -> bool:
    assert isinstance(duty.due, Every)
    begins = duty.due.start
    seen = view.events(begins.event) if isinstance(begins, AtEvent) else view.events("received")
    return has_clock(view, duty, seen[0].at if seen else None)


def deciding(view: View) -> list[str]:
    """Versions that decide scope and tier: one for later clocks only, once such a clock has started."""
    return [
        id
        for id, (first, _) in held(view).items()
        if first == BEGINNING
        or any(
            row["start"] is not None and row["state"] != "not_applicable"
            for duty in view.walk.policy.duties
            if duty.pack == id
            for row in view.duty(duty.id)
        )
    ]


def tier(view: View) -> Any:
    order = [one.id for one in view.walk.policy.escalation.tiers] if view.walk.policy.escalation else []
    found = [view.memo["tier", id] for id in deciding(view) if ("tier", id) in view.memo]
    ranked = [(order.index(one.now) if one.now in order else -1, -place) for place, one in enumerate(found)]
    return found[-max(ranked)[1]] if found else None


def scope(view: View) -> Any:
    found = [
        None if version.scope is None else view.decide(view.decisions[version.scope])
        for version in view.walk.policy.versions
        if version.id in deciding(view)
    ]
    if None in found:
        return None
    return next((one for one in found if one.label != "out"), found[-1])


def shown(view: View, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what belongs to versions that never held."""
    policy, now = view.walk.policy, held(view)
    ids = {one.id for one in policy.versions}
    gone = {one.id for one in (*policy.duties, *policy.rights) if one.pack in ids and one.pack not in now}
    found, by = scope(view), tier(view)
    of = {one.name: prefix if (prefix := one.name.rpartition("/")[0]) in ids else "" for one in policy.decisions}
    return answer | {
        "scope": None if found is None else (found.label, found.possible),
        "decisions": {name: one for name, one in answer["decisions"].items() if of[name] in now},
        "applies": {id: one for id, one in answer["applies"].items() if id not in ids - {""} or id in now},
        "tier": (None, None, "", (), ()) if by is None else (by.now, by.since, by.why, by.steps, by.possible),
        "duties": {
            key: row for key, row in answer["duties"].items() if key[0] not in gone or row["state"] != "not_applicable"
        },
        "rights": {
            id: row for id, row in answer["rights"].items() if id not in gone or row["state"] != "never_started"
        },
        "kept": {key: row for key, row in answer["kept"].items() if key[0] not in gone},
    }
