"""Says how a case stands to those who work on its ticket: tier, severity, what is due, what was missed, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from complaint_policy.casework.ticket_mapping import TicketMapping
from complaint_policy.casework.ticketing_state import ReadingState
from complaint_policy.casework.transitions import corrected
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.digest import sha256
from complaint_policy.records import NamedTuple
from complaint_policy.stores.pages import all_rows
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Announcement, CaseRow, Query, StoredCase
from complaint_policy.ticketing import NotTaken, Standing, TicketingSystem, UnknownTicket

REFUSED = Code(
    "CP917",
    "what a ticket does not take",
    "How the case stands was written to its ticket, and something of it does not stand there: the account lacks a "
    "right, or a field does not take such a value. It is tried again at each run.",
    "warning",
)

KEPT_AFTER = 20
"""Cases after which it is noted how far tickets have been written."""
_WORDS = {
    "warning": "{duty}: it is due soon",
    "breach": "{duty}: it was not done in time",
    "escalation": "the case went to another tier",
    "due_again": "{duty}: it is due again",
    "correction": "{duty}: what was told before no longer holds",
}


class Written(NamedTuple):
    """What became of the ticket of a case: `times` it was written to; `gone`: it is not there any more; `refused`: what
    its system did not take, in words."""

    case: str
    ticket: str
    times: int = 0
    gone: bool = False
    refused: str = ""

    def told(self) -> list[Diagnostic]:
        """What was not taken, for who mends the ticket system or its settings."""
        return [diagnostic(REFUSED, f"case `{self.case}`: {self.refused}", None)] if self.refused else []


def standings_of(stored: StoredCase, ticket: str, comments: Iterable[str]) -> Iterator[Standing]:
    """What is written to the ticket: how the case stands, and one comment for each transition that was announced.

    It follows from the row and the announcements, so from what the monitor decided: nothing is decided here. The key
    of a comment names case, duty, transition and occurrence.
    """
    row = stored.row
    taken_back = {(one.duty, one.occurrence) for one in stored.announcements if one.transition == "correction"}
    breaches = {
        one.duty
        for one in stored.announcements
        if one.transition == "breach" and (one.duty, corrected("breach", one.occurrence)) not in taken_back
    }
    due_at = None if row.closed else row.urgent_late_from
    duty = "" if row.closed else row.urgent_duty
    yield Standing(ticket, row.tier, row.severity, duty, due_at, tuple(sorted(breaches)))
    for one in stored.announcements:
        if one.transition in comments:
            yield Standing(ticket, comment=_said(one, row), key=_key(one))


def written_back(
    system: TicketingSystem,
    store: CaseStore,
    mapping: TicketMapping,
    state: ReadingState,
    keep: Callable[[ReadingState], None],
) -> Iterator[Written]:
    """Writes back every case of a ticket that changed since it was last written back, and tells what became of each.

    `keep` is called with the state now and then; what was written after that is written again, which changes nothing.
    Raises what the system and the store raise.
    """
    count = 0
    for row, ticket in cases_of_tickets(store, mapping):
        if state.written.get(row.case_id) == row.revision:
            continue
        stored = store.case(row.case_id)
        written = _written(system, stored, ticket, mapping)
        yield written
        if not written.refused:
            state.written[row.case_id] = stored.row.revision
        count += 1
        if count % KEPT_AFTER == 0:
            keep(state)
    keep(state)


def _written(system: TicketingSystem, stored: StoredCase, ticket: str, mapping: TicketMapping) -> Written:
    """Writes all that the ticket takes; what it does not take keeps nothing else back."""
    times = 0
    refused: list[str] = []
    for standing in standings_of(stored, ticket, mapping.comments):
        try:
            system.write_back(standing)
            times += 1
        except UnknownTicket:
            return Written(stored.row.case_id, ticket, times, gone=True)
        except NotTaken as error:
            refused.append(str(error))
    return Written(stored.row.case_id, ticket, times, refused="; ".join(refused))


def cases_of_tickets(store: CaseStore, mapping: TicketMapping) -> Iterator[tuple[CaseRow, str]]:
    """Every case of a ticket with the id of that, but for those that have been erased."""
    for row in all_rows(store, Query()):
        ticket = mapping.ticket_of(row.case_id)
        if ticket and row.erased_at is None:
            yield row, ticket


def _said(one: Announcement, row: CaseRow) -> str:
    """The words of a comment. They say what the duty is called, never a fact of the case."""
    text = _WORDS[one.transition].format(duty=one.duty)
    tier = f" Tier: {row.tier}." if one.transition == "escalation" and row.tier else ""
    return f"{text[:1].upper()}{text[1:]}.{tier}"


def _key(one: Announcement) -> str:
    named = "\n".join((one.case_id, one.duty, one.transition, one.occurrence))
    return sha256(named.encode("utf-8")).hexdigest()[:32]
