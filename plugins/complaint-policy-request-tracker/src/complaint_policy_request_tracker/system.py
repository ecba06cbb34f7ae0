"""The ticket system that complaint-policy talks to: a Request Tracker 5, by its REST 2 interface."""

from __future__ import annotations

from complaint_policy.hookspecs import Page, Standing, Ticket, UnknownTicket
from complaint_policy_request_tracker.connecting import Json, connected, in_words, listed, unavailable
from complaint_policy_request_tracker.cursor import Cursor
from complaint_policy_request_tracker.following import Following
from complaint_policy_request_tracker.reading import HISTORY_FIELDS, id_of, ticket_of
from complaint_policy_request_tracker.settings import Settings
from complaint_policy_request_tracker.writing import written


class RequestTracker:
    """`complaint_policy.ticketing.TicketingSystem` for one Request Tracker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tracker = connected(settings)
        self._following = Following(self._tracker, settings, self.ticket)

    def changed(self, cursor: str, limit: int) -> Page:
        """The next tickets of the queues that changed."""
        assert limit > 0, "a page of nothing"
        url = self._settings.url
        try:
            begin = Cursor.of(cursor)
        except (ValueError, TypeError) as error:
            why = "the cursor that was kept is not of this release; read all tickets anew"
            raise unavailable(url, why, again=False) from error
        with in_words(url):
            return self._following.after(begin, limit)

    def ticket(self, id: str) -> Ticket:
        """One ticket with its history."""
        record = self._record(id)
        with in_words(self._settings.url, id):
            return ticket_of(record, self._history(id))

    def write_back(self, standing: Standing) -> None:
        """Writes how a case stands to its ticket."""
        with in_words(self._settings.url, standing.ticket):
            written(self._tracker, self._settings, standing, lambda: self._record(standing.ticket))

    def close(self) -> None:
        """Ends the connection."""
        self._tracker.session.close()

    def _record(self, id: str) -> Json:
        """The ticket as RT tells it. The ticket that another was merged into answers for it, and is not it."""
        if not (id.isascii() and id.isdigit()):
            raise UnknownTicket(f"`{id}` is no number of a ticket")
        with in_words(self._settings.url, id):
            record = self._tracker.get_ticket(id)
            found = id_of(record)
        if int(found) != int(id):
            raise UnknownTicket(f"ticket {id} is a part of ticket {found} now")
        return record

    def _history(self, id: str) -> list[Json]:
        """All transactions that may be seen. Where RT does not tell how many there are, some of a page can be hidden:
        only an empty page is the end."""
        found: list[Json] = []
        page = 1
        while True:
            part = listed(self._tracker, f"ticket/{id}/history", {"fields": HISTORY_FIELDS, "page": page})
            found += part.items
            if not part.items or (part.total is not None and len(found) >= part.total):
                return found
            page += 1
