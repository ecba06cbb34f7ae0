"""Finds the open cases of a store that a policy cannot read, before it is put to use."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.histories import Unreadable, case_of
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.stores.pages import all_rows
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Query


def unreadable_cases(store: CaseStore, loaded: LoadedPolicy) -> Iterator[tuple[str, tuple[Diagnostic, ...]]]:
    """The id of each open case of this policy that it cannot read, and why not."""
    for row in all_rows(store, Query(closed=False, policy=loaded.policy.id)):
        if row.erased_at is None:
            try:
                case_of(loaded, store.case(row.case_id).entries)
            except Unreadable as unreadable:
                yield row.case_id, unreadable.diagnostics
