"""What every store must give back: everything as it was stored, in its order, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from complaint_policy.records import replace
from complaint_policy.stores.errors import UnknownCase
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import CaseRow, Change, Message, MessageQuery, Outcome, Query
from complaint_policy.testing.opened_stores import OpenedStores
from complaint_policy.testing.written import NOW, all_rows, draft, entry, message, opening, row

STRANGE = (
    *("Ünïcödé", "U\u0308", "\u202eright to left", "日本語", "🏦", "e\u0301", "é", "É", "ﬃ", "'; DROP TABLE cases; --"),
    *(
        '"',
        "\\",
        "%",
        "_",
        "100%_",
        "a\nb\r\tc",
        "\x01\x7f",
        "\ufffe",
        "\U0010ffff",
        " ",
        "  two  ",
        "{}",
        "$1",
        "?",
        ":n",
    ),
)
"""Texts on which databases and programs stumble."""


class ReadingContract(OpenedStores):
    """What the readers of a store promise."""

    def test_every_text_comes_back_as_it_was_given(self, store: CaseStore) -> None:
        store.commit([opening(text, tier=text, owner=text, governed_because=text) for text in STRANGE])
        for number, text in enumerate(STRANGE):
            said = entry(text, 2, text.encode(), actor=text, role=text, kind=text)
            decided = draft(text, [said], result=text.encode())
            announced = (
                replace(draft(text, [], "a b c").announcements[0], duty=text, transition=text, occurrence=text),
            )
            queued = message(text, f"{number}", channel=text, recipient=text, kind=text, data=text.encode())
            changed = Change(text, 1, (said,), None, (replace(decided, announcements=announced),), (queued,))
            store.commit([changed])
            found = store.case(text)
            assert (found.row.tier, found.row.owner, found.row.governed_because) == (text, text, text)
            assert (found.entries[1], found.announcements) == (said, announced)
            assert store.messages(MessageQuery(case_id=text), "", 9) == (queued,)
            assert store.log(0, 9, text)[1].announcements == announced
            (only,) = store.rows(Query(tier=text), None, 9)
            assert only.case_id == text
        assert len(all_rows(store, Query())) == len(STRANGE)

    @pytest.mark.parametrize("body", [b"", b"\0", bytes(range(256)), b"large " * 400_000])
    def test_every_body_comes_back_byte_for_byte(self, store: CaseStore, body: bytes) -> None:
        first = entry("C-1", 1, body)
        queued = message("C-1", "k", data=body)
        store.commit([Change("C-1", 0, (first,), row("C-1"), (draft("C-1", [first], result=body),), (queued,))])
        assert store.case("C-1").entries == (first,)
        assert store.log(0, 9)[0].result == body
        assert store.messages(MessageQuery(), "", 9) == (queued,)

    @pytest.mark.parametrize("moment", [-(2**63), -62_135_596_800, -1, 0, 1, 253_402_300_799, 2**63 - 1])
    def test_every_moment_comes_back(self, store: CaseStore, moment: int) -> None:
        names = ("opened_at", "urgent_late_from", "next_change_at", "keep_until")
        of_row: dict[str, Any] = dict.fromkeys(names, moment)
        first = entry("C-1", 1, recorded_at=moment)
        decided = replace(draft("C-1", [first]), made_at=moment, as_of=moment, as_known=moment)
        queued = message("C-1", "k", queued_at=moment, next_attempt_at=moment)
        store.commit([Change("C-1", 0, (first,), row("C-1", **of_row), (decided,), (queued,))])
        found = store.case("C-1")
        assert {getattr(found.row, name) for name in names} == {moment}
        assert found.entries == (first,)
        (logged,) = store.log(0, 9)
        assert (logged.made_at, logged.as_of, logged.as_known) == (moment, moment, moment)
        assert store.messages(MessageQuery(), "", 9) == (queued,)

    def test_a_case_that_is_not_there_is_said_so(self, store: CaseStore) -> None:
        store.commit([opening("C-1")])
        for case_id in ("C-2", "c-1", "C-1 ", ""):
            with pytest.raises(UnknownCase):
                store.case(case_id)

    def test_rows_come_by_id_in_the_order_of_code_points(self, store: CaseStore) -> None:
        ids = ["b", "B", "a", "é", "e", "z", "Z", "10", "9", "日", "🏦", "\uffee", "_", "-", "a-1", "a1"]
        store.commit([opening(id) for id in ids])
        assert [found.case_id for found in all_rows(store, Query(), 3)] == sorted(ids)

    def test_rows_come_by_urgency_and_those_without_last(self, store: CaseStore) -> None:
        late = {"a": None, "b": 5, "c": -5, "d": 5, "e": None, "f": 2**63 - 1, "g": 0}
        store.commit([opening(id, urgent_late_from=moment) for id, moment in late.items()])
        found = [one.case_id for one in all_rows(store, Query(order="urgency"), 2)]
        assert found == sorted(late, key=lambda id: (2**63 - 1 if late[id] is None else late[id], id))

    def test_rows_are_asked_for_by_what_they_say(self, store: CaseStore) -> None:
        rows = [
            row("A-1", tier="desk", severity="high", owner="ann", scope="in", urgent_late_from=NOW),
            row("A-2", tier="desk", severity="low", owner="ben", scope="out", closed=True),
            row("B%1", tier="head", severity="high", owner="ann", scope="in", policy="other", urgent_late_from=NOW + 1),
            row("B_1", tier="Desk", urgent_late_from=NOW - 1, closed=True),
        ]
        store.commit([Change(one.case_id, 0, row=one) for one in rows])

        def asked(**query: Any) -> list[str]:
            return [one.case_id for one in all_rows(store, Query(**query), 2)]

        assert asked() == ["A-1", "A-2", "B%1", "B_1"]
        assert asked(closed=False) == ["A-1", "B%1"]
        assert asked(closed=True) == ["A-2", "B_1"]
        assert asked(tier="desk") == ["A-1", "A-2"]
        assert asked(severity="high", owner="ann") == ["A-1", "B%1"]
        assert asked(scope="out") == ["A-2"]
        assert asked(policy="other") == ["B%1"]
        assert asked(late_before=NOW + 1) == ["A-1", "B_1"]
        assert asked(late_before=NOW, order="urgency") == ["B_1"]
        assert (asked(id_contains="%"), asked(id_contains="_"), asked(id_contains="-")) == (
            ["B%1"],
            ["B_1"],
            ["A-1", "A-2"],
        )
        assert asked(id_contains="a") == []
        assert asked(closed=False, tier="Desk") == []

    def test_messages_are_asked_for_by_what_they_say(self, store: CaseStore) -> None:
        store.commit([opening("C-1"), opening("C-2")])
        queued = [
            message("C-1", "a", recipient="ann", channel="mail"),
            message("C-1", "b", recipient="ben", channel="mail"),
            message("C-2", "c", recipient="ann", channel="hook"),
        ]
        store.commit([Change("C-1", 1, messages=(*queued[:2],)), Change("C-2", 1, messages=(*queued[2:],))])
        store.claim_messages(NOW, NOW + 60, 2)
        store.settle(
            [Outcome("a", 1, "delivered", NOW + 7, reference="x"), Outcome("b", 1, "dead", NOW + 9, error="no")]
        )

        def asked(**query: Any) -> list[str]:
            found: list[Message] = []
            while len(found) < 9 and (page := store.messages(MessageQuery(**query), found[-1].key if found else "", 1)):
                found += page
            return [one.key for one in found]

        assert asked() == ["a", "b", "c"]
        assert asked(case_id="C-1") == ["a", "b"]
        assert asked(recipient="ann") == ["a", "c"]
        assert asked(channel="mail", recipient="ann") == ["a"]
        assert [asked(state=state) for state in ("delivered", "dead", "queued")] == [["a"], ["b"], ["c"]]
        assert asked(settled_since=NOW + 7) == ["a", "b"]
        assert asked(settled_since=NOW + 8) == ["b"]
        assert store.tally() == (2, 0, 1, 1, 1, 2)

    def test_what_one_has_stored_another_reads(self, store: CaseStore, another: Callable[[], CaseStore]) -> None:
        other = another()
        store.commit([opening("C-1")])
        assert other.case("C-1") == store.case("C-1")
        other.commit([Change("C-1", 1, (entry("C-1", 2),))])
        assert store.case("C-1").row.revision == 2
        assert (store.head(), store.settings()) == (other.head(), other.settings())

    def test_closed_and_opened_again_everything_is_there(
        self, store: CaseStore, another: Callable[[], CaseStore]
    ) -> None:
        store.commit([opening("C-1", next_change_at=NOW)])
        store.commit([Change("C-1", 1, messages=(message("C-1", "k"),), log=(draft("C-1", [], "answer late"),))])
        before, head, salt = [*store.export()], store.head(), store.settings()
        store.close()
        again = another()
        assert ([*again.export()], again.head(), again.settings()) == (before, head, salt)
        assert [one.case_id for one in again.claim_cases(NOW, NOW + 1, 9)] == ["C-1"]

    def test_a_page_holds_no_more_than_was_asked_for(self, store: CaseStore) -> None:
        store.commit([opening(f"C-{number}") for number in range(5)])
        assert [len(store.rows(Query(), None, limit)) for limit in (0, 1, 5, 99)] == [0, 1, 5, 5]
        assert [len(store.log(after, 3)) for after in (0, 1, 3, 5, 99)] == [3, 3, 2, 0, 0]
        assert [one.n for one in store.log(1, 9, "C-3")] == [4]
        last: CaseRow = all_rows(store, Query())[-1]
        assert store.rows(Query(), last, 9) == ()
