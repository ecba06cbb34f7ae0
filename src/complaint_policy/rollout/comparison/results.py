"""What a comparison of two policies found, before anyone shows it."""

from __future__ import annotations

from complaint_policy.policy.model import Policy
from complaint_policy.records import dataclass
from complaint_policy.rollout.comparison.comparing import Asked
from complaint_policy.rollout.comparison.differences import KINDS
from complaint_policy.rollout.comparison.edits import Edit
from complaint_policy.rollout.comparison.groups import Groups
from complaint_policy.rollout.comparison.tally import Row, RowKey, Tally

_DIRECTIONS = ("worse", "better", "other")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two policies beside each other on the same cases.

    old, new: as compared, each as if it had always been in force. edits: what was edited; a cause names them by their
    places. groups: one for each fact asked for.
    """

    old: Policy
    new: Policy
    asked: Asked
    edits: tuple[Edit, ...]
    tally: Tally
    groups: tuple[Groups, ...] = ()

    @property
    def rows(self) -> list[tuple[RowKey, Row]]:
        """The changes: by kind, what is worse first, then the most frequent; the same in every run."""
        return sorted(self.tally.rows.items(), key=_order)

    def has(self, wanted: str) -> bool:
        """Whether there is a change in this direction, or of this kind; `any`: any at all."""
        return any(wanted in ("any", key.kind, key.direction) for key in self.tally.rows)


def _order(item: tuple[RowKey, Row]) -> tuple[object, ...]:
    key, row = item
    place = (KINDS.index(key.kind), _DIRECTIONS.index(key.direction))
    return (*place, -row.cases, key.about, key.before or "", key.after or "", key.cause)
