"""Goes through the cases of a store for those whose time of keeping has passed, and those that should be gone."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.erasing import Looked, in_the_way, looked_at
from complaint_policy.casework.histories import Unreadable
from complaint_policy.casework.retention import Kept
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.stores.pages import all_rows
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import CaseRow, Query


class Due(NamedTuple):
    """A case that may be erased (`obstacles` is empty), or one that should be gone by its ceilings (`over`), or of
    which nobody can tell (`looked` is None, as its policy cannot read it), and what stands in the way."""

    case_id: str
    looked: Looked | None
    obstacles: tuple[Diagnostic, ...] = ()
    over: tuple[Kept, ...] = ()


def due_cases(store: CaseStore, policies: Policies, now: int) -> Iterator[Due]:
    """Those cases as of `now` (UTC seconds), by their ids.

    What the row of a case tells already is not asked again; of a policy with ceilings every case is looked at.
    """
    loaded: dict[str, LoadedPolicy] = {}
    for row in all_rows(store, Query()):
        policy = loaded.get(row.policy) or loaded.setdefault(row.policy, policies.in_use(row.policy))
        if not _worth_a_look(row, policy, now):
            continue
        try:
            looked = looked_at(policy, store.case(row.case_id), now)
        except Unreadable as unreadable:
            yield Due(row.case_id, None, unreadable.diagnostics)
            continue
        obstacles = tuple(in_the_way(looked, now))
        over = looked.retention.over(now)
        if (not obstacles and looked.retention.until is not None) or over:
            yield Due(row.case_id, looked, obstacles, over)


def _worth_a_look(row: CaseRow, policy: LoadedPolicy, now: int) -> bool:
    """Whether a case may have to be erased: by its row, unless that was made by another policy than today's."""
    if row.erased_at is not None:
        return False
    passed = row.closed and row.keep_until is not None and row.keep_until <= now
    return passed or row.bundle != policy.digest or _has_ceilings(policy.policy)


def _has_ceilings(policy: Policy) -> bool:
    return any(duty.floor is not None and duty.floor.at_most is not None for duty in policy.duties)
