"""Follows the changes of tickets so that none is missed, also of many in one second, and few are looked at twice.

RT tells of a change by `LastUpdated`, in whole seconds, and shows it when its database has it, which is somewhat later.
A search of RT reads moments in the zone of the account, whatever they say, so none is ever searched for:

- First all tickets are listed by their numbers.
- Then reading goes in rounds. A round lists the tickets that changed, the latest first, back to `overlap` seconds
  before the end of the round before, and looks at them in the order of their changes. What was seen in these seconds
  stands in the cursor with its last transaction: a ticket whose last transaction is the same has not changed. When
  RT's clock has left them behind, nothing more can appear in them, and they are not looked at again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from rt.rest2 import Rt

from complaint_policy.hookspecs import Page, Ticket, UnknownTicket
from complaint_policy_request_tracker.connecting import PAGE, Json, Listed, listed
from complaint_policy_request_tracker.cursor import Cursor
from complaint_policy_request_tracker.reading import id_of, moment
from complaint_policy_request_tracker.settings import Settings


class Changed(NamedTuple):
    """That a ticket changed: when (LastUpdated, UTC seconds), and which."""

    at: int
    id: int


class Listing(NamedTuple):
    """Tickets in the order of their last changes, and RT's clock before they were listed."""

    tickets: list[Changed]
    clock: int | None


class Following:
    """Reads on from cursors. What a round has listed is kept for its next page; a cursor alone is enough to list it
    anew."""

    def __init__(self, tracker: Rt, settings: Settings, read: Callable[[str], Ticket]) -> None:
        self._tracker = tracker
        self._settings = settings
        self._read = read
        self._waiting: tuple[Cursor, Listing] | None = None

    def after(self, cursor: Cursor, limit: int) -> Page:
        """The next page of at most `limit` tickets."""
        if cursor.listed is not None:
            return self._by_number(cursor, limit)
        return self._by_change(cursor, limit)

    def _by_number(self, cursor: Cursor, limit: int) -> Page:
        """All tickets by their numbers. What changes meanwhile comes in the first round, from `at` on."""
        if not cursor.listed:
            newest = self._listed("", descending=True)
            cursor = replace(cursor, at=_changed(newest.items[0]).at if newest.items else 0)
        found: list[Ticket] = []
        seen = cursor.seen_by_id()
        while True:
            page = self._listed(f"id > {cursor.listed}", descending=False)
            for item in page.items:
                number = int(id_of(item))
                if number <= (cursor.listed or 0):
                    raise ValueError("tickets come in another order than was asked for")
                cursor = replace(cursor, listed=number)
                if self._look(_changed(item), seen, settled=False, found=found) and len(found) == limit:
                    return Page(tuple(found), self._kept(cursor, seen), True)
            if not page.items or page.total == len(page.items):
                return Page(tuple(found), self._kept(replace(cursor, listed=None), seen), True)

    def _by_change(self, cursor: Cursor, limit: int) -> Page:
        """The next tickets of a round."""
        begins = cursor.begun is None
        if self._waiting is not None and self._waiting[0] == cursor:
            listing = self._waiting[1]
        elif begins:
            listing = self._since(cursor.at - self._back(cursor))
        else:
            rest = self._since(cursor.at).tickets
            listing = Listing([one for one in rest if one > (cursor.at, cursor.last)], cursor.begun)
        found: list[Ticket] = []
        seen = cursor.seen_by_id()
        going = cursor
        for number, one in enumerate(listing.tickets, 1):
            # a round that began without a clock settles nothing
            going = replace(going, at=one.at, last=one.id, begun=listing.clock or 0)
            if self._look(one, seen, settled=cursor.settled, found=found) and len(found) == limit:
                text = self._kept(going, seen)
                self._waiting = (Cursor.of(text), listing._replace(tickets=listing.tickets[number:]))
                return Page(tuple(found), text, True)
        self._waiting = None
        settled = (listing.clock or 0) > going.at + self._settings.overlap
        return Page(tuple(found), self._kept(replace(going, begun=None, settled=settled), seen), False)

    def _look(self, one: Changed, seen: dict[str, tuple[int, str]], *, settled: bool, found: list[Ticket]) -> bool:
        """Reads a ticket, unless it was seen as it is now; whether it is one that has changed."""
        id = str(one.id)
        known = seen.get(id)
        if settled and known is not None and known[0] == one.at:
            return False
        try:
            ticket = self._read(id)
        except UnknownTicket:
            return False  # merged into another, or no longer to be seen, since the list was made
        last = ticket.steps[-1].id if ticket.steps else ""
        seen[id] = (one.at, last)
        if known == (one.at, last):
            return False
        found.append(ticket)
        return True

    def _back(self, cursor: Cursor) -> int:
        return 0 if cursor.settled else self._settings.overlap

    def _kept(self, cursor: Cursor, seen: dict[str, tuple[int, str]]) -> str:
        """The cursor with what has been seen, as far back as the next round looks."""
        back = cursor.at - self._back(cursor)
        kept = sorted((id, at, last) for id, (at, last) in seen.items() if at >= back)
        return replace(cursor, seen=tuple(kept)).text()

    def _since(self, at: int) -> Listing:
        """All tickets that changed at this moment or later.

        A ticket that changes meanwhile comes to the front and pushes others back, so that they are listed twice. One
        that leaves the queues pulls others forward, and one could be skipped: then there are fewer, and listing begins
        anew.
        """
        found: set[Changed] = set()
        clock: int | None = None
        before, number = 0, 1
        while True:
            page = self._listed("", descending=True, number=number)
            clock = page.now if clock is None else clock
            if page.total is not None and page.total < before:
                found, before, number = set(), 0, 1
                continue
            before = page.total or 0
            changes = [_changed(item) for item in page.items]
            if [*changes] != sorted(changes, key=lambda one: one.at, reverse=True):
                raise ValueError("tickets come in another order than was asked for")
            found.update(one for one in changes if one.at >= at)
            past = bool(changes) and changes[-1].at < at
            if past or not changes or (page.total is not None and page.total <= number * PAGE):
                return Listing(sorted(found), clock)
            if number > 100 + 2 * len(found) // PAGE:
                raise ValueError("the same tickets come again and again")
            number += 1

    def _listed(self, key: str, *, descending: bool, number: int = 1) -> Listed:
        """A page of the tickets of the queues, by number or by their last change."""
        queues = " OR ".join(f"Queue = '{name}'" for name in self._settings.queues)
        asked = {
            "query": f"({queues}) AND ({key})" if key else queues,
            "fields": "LastUpdated",
            "orderby": ["LastUpdated", "id"] if descending else ["id"],
            "order": ["DESC", "DESC"] if descending else ["ASC"],
            "page": number,
        }
        return listed(self._tracker, "tickets", asked)


def _changed(item: Json) -> Changed:
    at = moment(item["LastUpdated"])
    if at is None:
        raise ValueError("a ticket that never changed")
    return Changed(at, int(id_of(item)))
