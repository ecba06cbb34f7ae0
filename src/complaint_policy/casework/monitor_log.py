"""Tells in the log of the services what a monitor does: references and counts, nothing that is known of a person."""

from __future__ import annotations

from complaint_policy.casework.histories import Unreadable
from complaint_policy.casework.looking import Looked
from complaint_policy.casework.notices import unreached
from complaint_policy.casework.service_log import ServiceLog
from complaint_policy.diagnostics import PolicyError
from complaint_policy.stores.errors import StoreError, StoreUnavailable


class MonitorLog:
    """A listener of a monitor (`monitoring.Heard`) that writes lines."""

    __slots__ = ("_log",)

    def __init__(self, log: ServiceLog) -> None:
        self._log = log

    def looked(self, one: Looked) -> None:
        """One line for the decision, one for each thing that it announces."""
        told, case = one.told, one.change.case_id
        if told is None:
            self._log.info("erased", case=case)
            return
        counts = {"new": len(told.new), "retroactive": len(told.retroactive), "corrected": len(told.corrected)}
        counts = {name: count for name, count in counts.items() if count}
        self._log.info("decided", case=case, **counts, messages=len(one.change.messages))
        for each in (*told.new, *told.retroactive, *told.corrected):
            named = {"duty": each.duty, "tier": each.tier}
            known = {name: text for name, text in named.items() if text}
            self._log.info("announced", case=case, transition=each.transition, **known)
        for message in one.change.messages:
            if why := unreached(message):
                self._log.warning("nobody to tell", case=case, transition=message.kind, why=why)

    def elsewhere(self, case_id: str) -> None:
        """Another was quicker."""
        self._log.info("decided elsewhere", case=case_id)

    def failed(self, case_id: str, error: Exception) -> None:
        """Why in the number of its code only: the words may quote what the case says."""
        self._log.error("not decided", case=case_id, code=code_of(error))

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        """The store cannot be used now."""
        self._log.warning("store unavailable", code=error.code.number, why=str(error), seconds=wait)

    def passed(self, looked: int, started: int, now: int) -> None:
        """Only passes in which there was something to do are told."""
        if looked:
            self._log.info("passed", looked=looked, seconds=now - started)


def code_of(error: Exception) -> str:
    """The number of the code of an error, else the name of its kind."""
    if isinstance(error, Unreadable | PolicyError) and error.diagnostics:
        return error.diagnostics[0].code.number
    return error.code.number if isinstance(error, StoreError) else type(error).__name__
