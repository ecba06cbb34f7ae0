"""References to duties and calendars: what a name written in a file stands for, and whether it is there."""

from __future__ import annotations

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.diagnostics import Code, Location
from complaint_policy.policy.compiling.draft import Common, Draft
from complaint_policy.policy.compiling.names import unknown
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.scalars import read_text

NO_CALENDAR = Code(
    "CP521",
    "there is no calendar for a clock",
    "Days and hours are those of a place: every clock has a calendar, its own or the file's default (semantics 19).",
)


NEVER_MET = Code(
    "CP283",
    "a prohibition is named where a duty to act belongs",
    "A prohibition is not done, met, due, answered or tightened: it is in force, broken or over (semantics 110).",
)


def duty_named(node: Node, draft: Draft, *, to_act: bool = False) -> str | None:
    """The qualified name of the duty written here: of this file, or by its full name of a pack that it extends.

    `to_act`: it must be one that can be met, and no prohibition.
    """
    text = read_text(node, draft.problems)
    if text is None:
        return None
    of_packs = duties_of_packs(draft)
    if text in draft.duties or text in of_packs:
        name = draft.name(text) if text in draft.duties else text
        if to_act and name in draft.common.prohibitions:
            help = f"a prohibition is kept or broken: write `{{late: {text}}}` for the moment it is broken"
            draft.report(NEVER_MET, f"`{text}` is a prohibition, which is never met and never due", node.location, help)
            return None
        return name
    known = [*draft.duties, *of_packs]
    full = next((one for one in known if one.endswith(f"/{text}")), "")
    help = f"write its full name `{full}`" if full else ""
    draft.problems.append(unknown("duty", text, known, node.location, help=help))
    return None


def duties_of_packs(draft: Draft) -> dict[str, Location]:
    """The duties of the packs that the file extends, and of those that they extend, by full name."""
    found: dict[str, Location] = {}
    waiting = list(draft.packs.values())
    for pack in waiting:
        found.update({pack.name(name): place for name, place in pack.duties.items()})
        waiting += [one for one in pack.packs.values() if one not in waiting]
    return found


def calendar_of(node: Node | None, place: Node, draft: Draft) -> str | None:
    """The qualified name of the calendar written here, else of the file's default; noted as used."""
    if node is None:
        if draft.default_calendar is None:
            _no_calendar(place, draft)
            return None
        draft.common.used_calendars.add(draft.default_calendar)
        return draft.default_calendar
    named = node.get("setting") if isinstance(node, Mapping) else node
    text = read_text(named, draft.problems) if named is not None else None
    if text is None:
        return None
    name = _calendar_named(text, draft)
    if name is None:
        draft.problems.append(unknown("calendar", text, draft.calendars, node.location))
        return None
    draft.common.used_calendars.add(name)
    return name


def _no_calendar(place: Node, draft: Draft) -> None:
    """Told once a file, and only where there is none at all; a missing default is told by `resolve_calendars`."""
    if draft.root.get("calendars") is None and not draft.calendar_missed:
        draft.calendar_missed = True
        help = (
            'add `calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}}` with your zone and hours'
        )
        if draft.calendars:
            help = f"add `defaults: {{calendar: {min(draft.calendars)}}}`, or calendars of your own"
        draft.report(NO_CALENDAR, "no calendar says what a day is here", place.location, help)


def _calendar_named(text: str, draft: Draft) -> str | None:
    """A calendar of the file, or the one that answers a setting; in a pack checked alone, its default."""
    setting = draft.settings.get(text)
    if text in draft.calendars or setting is None or setting.type != "calendar":
        return draft.calendars.get(text)
    if text in draft.answered_calendars:
        return draft.answered_calendars[text]
    written = setting.answer.text if isinstance(setting.answer, Scalar) else ""
    return draft.calendars.get(written, draft.default_calendar)


def members_of(name: str, common: Common) -> list[Calendar]:
    """The calendars that a name can come to: itself, or each that a choice may give; fewer if some have mistakes."""
    found = common.calendars.get(name)
    if isinstance(found, Calendar):
        return [found]
    if isinstance(found, CalendarChoice):
        names = [*(to for _, to in found.cases), *([found.otherwise] if found.otherwise else [])]
        return [one for each in dict.fromkeys(names) if isinstance(one := common.calendars.get(each), Calendar)]
    return []
