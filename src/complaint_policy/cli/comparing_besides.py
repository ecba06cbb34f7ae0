"""Reads what `compare` is asked for besides: ways of going over, late holidays, and other starts of clocks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.as_of import moment_named
from complaint_policy.policy.model import Policy

if TYPE_CHECKING:
    from complaint_policy.calendars.data import Zone
    from complaint_policy.cli.written_holidays import Written
    from complaint_policy.rollout.comparison.edits import Edit
    from complaint_policy.rollout.comparison.holidays import LateHoliday
    from complaint_policy.rollout.comparison.transitions import GoingOver


def going_over(old: Path, new: Path, read: Policy, as_of: int, change_at: int | None) -> GoingOver:
    """The two policies as versions of one; a mistake of usage if that cannot be, or if nothing has changed by then.

    read: the new policy with the earlier versions that it holds itself, if any: those count then.
    """
    from complaint_policy.rollout.comparison.transitions import GoingOver

    since = change_at if change_at is not None else read.packs[0].in_force[0]
    if since is None:
        raise click.UsageError("the new policy does not say from when it is in force: say it with `--change-at`")
    if since > as_of:
        told = "the new policy comes into force after the moment of evaluation, so that no open case has gone over"
        raise click.UsageError(f"{told}: give a later `--as-of`, or an earlier `--change-at`")
    return GoingOver(read if read.versions else _joined(old, new), since)


def _joined(old: Path, new: Path) -> Policy:
    from complaint_policy.cli.brought_packs import brought
    from complaint_policy.cli.showing import tell
    from complaint_policy.rollout.comparison.joining import joined

    for path in (old, new):
        if _is_bundle(path):
            told = f"`{path}` is a bundle, of which no part can be read into another policy"
            raise click.UsageError(f"{told}: name its YAML file, or a bundle of NEW that `replaces` OLD")
    found = joined(old, new, brought)
    if not isinstance(found, Policy):
        tell(found, {str(path): path.read_text("utf-8", "replace") for path in (old, new)})
        raise click.ClickException("open cases cannot go over: the new policy lacks what the old one reads")
    return found


def shared_edits(old_path: Path, new_path: Path, old: Policy, new: Policy) -> tuple[Edit, ...]:
    """The settings and ways of counting that were edited; none where one of the policies is a bundle, without them."""
    if _is_bundle(old_path) or _is_bundle(new_path):
        return ()
    from complaint_policy.cli.brought_packs import brought
    from complaint_policy.rollout.comparison.shared_words import shared_words

    return shared_words(old_path, new_path, old, new, brought)


def _is_bundle(path: Path) -> bool:
    from complaint_policy.policy.bundle import looks_like_a_bundle

    with path.open("rb") as stream:
        return looks_like_a_bundle(stream.read(64))


def late_holiday(policy: Policy, written: Written) -> LateHoliday:
    """The holiday with its calendar looked up; a day from which it was known begins in the zone of the calendar."""
    from complaint_policy.calendars.data import Calendar
    from complaint_policy.case_reader.problems import Refused
    from complaint_policy.diagnostics import nearest
    from complaint_policy.rollout.comparison.holidays import LateHoliday

    calendars = {one.name: one for one in policy.calendars if isinstance(one, Calendar)}
    if written.calendar not in calendars:
        near = nearest(written.calendar, calendars)
        known = f": did you mean `{near}`?" if near else f": there are {', '.join(f'`{one}`' for one in calendars)}"
        raise click.UsageError(f"the new policy has no calendar `{written.calendar}`{known}")
    calendar = calendars[written.calendar]
    if not calendar.first_day <= written.day <= calendar.last_day:
        raise click.UsageError(f"the calendar `{written.calendar}` does not reach that day")
    zone = next(one for one in policy.zones if one.name == calendar.zone)
    try:
        known_from = None if not written.known_from else _moment(written.known_from, zone)
    except Refused as refused:
        raise click.UsageError(f"`{written.known_from}`: {refused.message}") from None
    return LateHoliday(written.calendar, written.day, known_from)


def _moment(text: str, zone: Zone) -> int:
    from complaint_policy.calendars.zones import to_utc
    from complaint_policy.case_reader.moments import day_of

    return moment_named(text) if "T" in text else to_utc(zone, day_of(text), 0)


def events_of(policy: Policy, names: tuple[str, ...]) -> tuple[str, ...]:
    """The events named, each one that the new policy knows; several may stand with commas between."""
    from complaint_policy.diagnostics import nearest

    known = [one.name for one in policy.events]
    found = tuple(dict.fromkeys(part.strip() for name in names for part in name.split(",")))
    for name in found:
        if name not in known:
            near = nearest(name, known)
            raise click.UsageError(f"there is no event `{name}`" + (f": did you mean `{near}`?" if near else ""))
    return found
