"""Somebody says that they know of what a case told: its reminders end."""

from __future__ import annotations

from complaint_policy.casework.actors import Actor
from complaint_policy.casework.dispatching import ACKNOWLEDGED
from complaint_policy.casework.histories import entry
from complaint_policy.stores.errors import Conflict
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Change


def acknowledge(store: CaseStore, case_id: str, actor: Actor, now: int) -> None:
    """Adds that to the history of the case, which no answer about the case sees (semantics 131). `now`: UTC seconds.

    Raises `UnknownCase`, and what the store raises.
    """
    while True:
        stored = store.case(case_id)
        added = entry(case_id, len(stored.entries) + 1, now, actor, ACKNOWLEDGED, {})
        try:
            store.commit([Change(case_id, stored.row.revision, (added,))])
        except Conflict:
            continue  # somebody else added something: after that
        return
