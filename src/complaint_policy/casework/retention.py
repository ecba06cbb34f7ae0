"""Until when the record of a case must be kept, and by when it must be gone, as its policy says (semantics 133)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.calendars.data import Zone
from complaint_policy.evaluation.calendars import midnight
from complaint_policy.evaluation.engine import Engine
from complaint_policy.evaluation.obligations import applies_to
from complaint_policy.evaluation.outcome import Evaluation, KeepResult
from complaint_policy.evaluation.view import View
from complaint_policy.policy.model import Duty
from complaint_policy.records import NamedTuple
from complaint_policy.reports.local_time import Zones


class Kept(NamedTuple):
    """One time of keeping of a case.

    first: UTC seconds from which the record may be deleted; None while that cannot be told, if there is a floor at all
    (`has_floor`). gone_by: UTC seconds from which it may not be held any more; None without a ceiling, or while that
    cannot be told. Both begin a local day of the duty's calendar; `first_day` and `last_day` are the day numbers that
    an evaluation tells.
    """

    duty: Duty
    occurrence: str
    has_floor: bool
    first: int | None
    first_day: int | None
    gone_by: int | None
    last_day: int | None


class Retention(NamedTuple):
    """All times of keeping of a case; nothing, where its policy has none for it."""

    kept: tuple[Kept, ...]

    @property
    def open(self) -> tuple[Kept, ...]:
        """Those that say that the record is to be kept, and of which nobody can tell yet until when."""
        return tuple(one for one in self.kept if one.has_floor and one.first is None)

    @property
    def until(self) -> int | None:
        """From when the record may be deleted (UTC seconds); None if that cannot be told, or nothing says so."""
        return None if self.open else max((one.first for one in self.kept if one.first is not None), default=None)

    @property
    def gone_by(self) -> int | None:
        """From when the record may not be held any more (UTC seconds); None without a ceiling."""
        return min((one.gone_by for one in self.kept if one.gone_by is not None), default=None)

    def binding(self, now: int) -> tuple[Kept, ...]:
        """Those that forbid to delete the record now."""
        return tuple(one for one in self.kept if one.has_floor and (one.first is None or now < one.first))

    def over(self, now: int) -> tuple[Kept, ...]:
        """Those by which the record should have been deleted."""
        return tuple(one for one in self.kept if one.gone_by is not None and now >= one.gone_by)


Retaining: TypeAlias = Callable[[View, Evaluation], Retention]


def prepare_retention(engine: Engine) -> Retaining:
    """How the times of keeping of a case are found in its evaluation, prepared once for all cases of a policy.

    What may be kept at will binds nobody, and what does not apply to the case neither.
    """
    zones = Zones(engine.policy)
    asked = {
        duty.id: (duty, applies_to(engine, duty))
        for duty in engine.policy.duties
        if duty.floor is not None and duty.strength != "option"
    }

    def retention(view: View, evaluation: Evaluation) -> Retention:
        found = []
        for one in evaluation.kept:
            duty, applies = asked.get(one.duty, (None, None))
            if duty is not None and applies is not None and applies(view) is not False:
                found.append(_kept(duty, one, zones.of_duty(duty.id, evaluation)))
        return Retention(tuple(found))

    return retention


def _kept(duty: Duty, told: KeepResult, zone: Zone) -> Kept:
    first, last = told.deletable_from, told.delete_by
    return Kept(
        duty,
        told.occurrence,
        duty.floor is not None and duty.floor.at_least is not None,
        None if first is None else midnight(zone, first),
        first,
        None if last is None else midnight(zone, last + 1),
        last,
    )
