"""Whatever changes when, several times in one second, late to become visible, while it is read: all of it is read."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.hookspecs import Step, Ticket
from complaint_policy_request_tracker import connecting, following
from complaint_policy_request_tracker.cursor import Cursor
from complaint_policy_request_tracker.following import Following
from complaint_policy_request_tracker.settings import Settings

BEGIN = 1_783_065_600
OVERLAP = 6
SETTINGS = Settings("http://rt/REST/2.0/", queues=("Complaints",), overlap=OVERLAP)


class Simulated:
    """A Request Tracker with a clock of its own, whose changes become visible some seconds after they are made."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.steps = 0
        self.tickets: dict[int, tuple[int, int]] = {}
        self.waiting: list[tuple[int, int, int, int]] = []
        self.session = self
        self.url = SETTINGS.url

    def change(self, id: int, delay: int) -> None:
        self.steps += 1
        self.waiting.append((self.now + delay, id, self.now, self.steps))
        self.pass_time(0)

    def pass_time(self, seconds: int) -> None:
        self.now += seconds
        due = [one for one in self.waiting if one[0] <= self.now]
        self.waiting = [one for one in self.waiting if one[0] > self.now]
        for _, id, at, step in due:
            before = self.tickets.get(id, (0, 0))
            self.tickets[id] = max(before[0], at), max(before[1], step)

    def get(self, url: str, params: dict[str, Any]) -> Any:
        lines = sorted((at, id) for id, (at, _) in self.tickets.items())
        if "id > " in params["query"]:
            after = int(params["query"].rpartition("id > ")[2].rstrip(")"))
            lines = sorted((line for line in lines if line[1] > after), key=lambda line: line[1])
        else:
            lines.reverse()
        first = (params["page"] - 1) * params["per_page"]
        items = [{"id": id, "LastUpdated": said(at)} for at, id in lines[first : first + params["per_page"]]]
        return Answer({"items": items, "total": len(lines)}, self.now)

    def read(self, id: str) -> Ticket:
        at, step = self.tickets[int(id)]
        return Ticket(id, BEGIN, at, "new", steps=(Step(str(step), "Set", at),))


class Answer:
    """What the session of the library gives."""

    status_code = 200

    def __init__(self, body: Any, now: int) -> None:
        self.body = body
        self.headers = {"Date": http_date(now)}

    def json(self) -> Any:
        return self.body


def said(at: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def http_date(at: int) -> str:
    from email.utils import formatdate

    return formatdate(at, usegmt=True)


TICKET = st.integers(1, 7)
CHANGES = st.tuples(st.just("change"), TICKET, st.integers(0, OVERLAP - 2))
PASSES = st.tuples(st.just("pass"), st.sampled_from([0, 1, 1, 2, 5, 30]), st.just(0))
READS = st.tuples(st.just("read"), st.integers(1, 4), st.booleans())


@settings(max_examples=150)
@given(st.lists(st.one_of(CHANGES, CHANGES, PASSES, READS), max_size=40))
def test_every_change_is_read_in_the_end(happening: list[tuple[str, int, Any]]) -> None:
    tracker, cursor, told = Simulated(), "", dict[str, str]()
    with patch.object(connecting, "PAGE", 2), patch.object(following, "PAGE", 2):
        reader = Following(tracker, SETTINGS, tracker.read)  # type: ignore[arg-type]

        def read(limit: int) -> bool:
            nonlocal cursor
            page = reader.after(Cursor.of(cursor), limit)
            assert len(page.tickets) <= limit
            told.update({ticket.id: ticket.steps[-1].id for ticket in page.tickets})
            cursor = page.cursor
            return page.more

        for what, number, more in happening:
            if what == "change":
                tracker.change(number, more)
            elif what == "pass":
                tracker.pass_time(number)
            else:
                if more:  # another program reads on
                    reader = Following(tracker, SETTINGS, tracker.read)  # type: ignore[arg-type]
                read(number)
        tracker.pass_time(OVERLAP)
        for _ in range(2):
            while read(3):
                pass
        assert told == {str(id): str(step) for id, (_, step) in tracker.tickets.items()}
        tracker.pass_time(OVERLAP + 1)
        read(9)
        before = cursor
        assert (read(9), cursor) == (False, before), "nothing changed"
