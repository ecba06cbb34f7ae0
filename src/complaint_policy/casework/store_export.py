"""Takes everything out of a store as lines of JSON, and makes a store of them again, or nothing if they are damaged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from complaint_policy.casework.store_lines import FORM, FORMS, KINDS, line_of, stored_of, thing_of
from complaint_policy.stores.chain import altered, beginning, verified
from complaint_policy.stores.errors import WrongExport
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Adoption, Bundle, CaseRow, Entry, Head, LogEntry, Message, Settings, Stored


def export_lines(store: CaseStore) -> Iterator[str]:
    """Everything that the store holds at one instant, a line each, without line ends.

    The first line says the form; the last how many things there are and with which head the log ends, so that a file
    that was cut off is never taken for a whole one.
    """
    yield json.dumps({"line": "store", "form": FORM}, separators=(",", ":"))
    head = Head(0, "")
    count = 0
    for one in store.export():
        if isinstance(one, Settings):
            head = beginning(one.salt)
        elif isinstance(one, LogEntry):
            head = Head(one.n, one.hash)
        count += 1
        yield line_of(one)
    yield json.dumps({"line": "end", "count": count, "log": head.n, "head": head.hash}, separators=(",", ":"))


def import_lines(store: CaseStore, lines: Iterable[str]) -> None:
    """Makes the empty store what the lines say. All of it is looked at: its order, what it refers to, its log.

    Raises `WrongExport` with the number of the line, and then nothing is stored, and `NotEmpty` for a store in use.
    """
    store.restore(_Reading().things(lines))


class _Reading:
    """What must be known of the lines before to see whether the next one fits."""

    def __init__(self) -> None:
        self.order = [*KINDS]
        self.bundles: set[str] = set()
        self.adoptions = 0
        self.rows: dict[str, CaseRow] = {}
        self.entries: dict[str, int] = {}
        self.keys: set[str] = set()
        self.announced: set[object] = set()
        self.head = Head(0, "")
        self.count = 0

    def things(self, lines: Iterable[str]) -> Iterator[Stored]:
        """What the lines say, as far as they fit; the last line must be there."""
        numbered = enumerate(lines, 1)
        first = next(numbered, (1, ""))
        if thing_of(first[1], 1) not in [("store", {"form": form}) for form in FORMS]:
            raise WrongExport(1, f"it does not begin an export of the form {' or '.join(map(str, FORMS))}")
        last = 1
        for last, line in numbered:
            kind, told = thing_of(line, last)
            if kind == "end":
                self._end(told, last)
                if next(numbered, None) is not None:
                    raise WrongExport(last + 1, "it stands after the end")
                return
            if kind not in self.order:
                raise WrongExport(last, f"`{kind}` is {'not in its place' if kind in KINDS else 'no kind of line'}")
            self.order = self.order[self.order.index(kind) :]
            one = stored_of(kind, told, last)
            self._fits(one, last)
            self.count += 1
            yield one
        raise WrongExport(last, "the export is cut off after it")

    def _fits(self, one: Stored, number: int) -> None:
        if isinstance(one, Settings):
            self._must(not self.count, number, "the settings stand there once, before all others")
            self.head = beginning(one.salt)
        self._must(self.count > 0 or isinstance(one, Settings), number, "the settings are missing before it")
        if isinstance(one, Bundle):
            self._new(one.digest, self.bundles, number)
        elif isinstance(one, Adoption):
            self.adoptions += 1
            self._must(one.n == self.adoptions, number, f"adoption {self.adoptions} is missing before it")
            self._must(one.bundle in self.bundles, number, f"its policy `{one.bundle}` is missing")
        elif isinstance(one, CaseRow):
            self._must(one.case_id not in self.rows, number, f"the case `{one.case_id}` is there twice")
            self._must(one.bundle in self.bundles, number, f"its policy `{one.bundle}` is missing")
            self.rows[one.case_id] = one
        elif isinstance(one, Entry):
            self._entry(one, number)
        elif isinstance(one, LogEntry):
            self._decision(one, number)
        elif isinstance(one, Message):
            self._new(one.key, self.keys, number)
            self._must(one.case_id in self.rows, number, f"there is no case `{one.case_id}`")

    def _entry(self, one: Entry, number: int) -> None:
        seen = self.entries.get(one.case_id, 0)
        self._must(one.case_id in self.rows, number, f"there is no case `{one.case_id}`")
        self._must(one.seq == seen + 1, number, f"entry {seen + 1} of the case `{one.case_id}` is missing before it")
        self._must(not [*altered([one])], number, "the entry was altered: its digest does not fit its body")
        self.entries[one.case_id] = one.seq

    def _decision(self, one: LogEntry, number: int) -> None:
        self._must(one.case_id in self.rows, number, f"there is no case `{one.case_id}`")
        self._must(one.bundle in self.bundles, number, f"its policy `{one.bundle}` is missing")
        for damage in verified([one], self.head, erased=self._erased):
            raise WrongExport(number, f"entry {damage.n} of the log: {damage.what}")
        for announcement in one.announcements:
            self._must(announcement not in self.announced, number, f"it announces `{announcement.duty}` again")
            self.announced.add(announcement)
        self.head = Head(one.n, one.hash)

    def _erased(self, case_id: str) -> bool:
        return self.rows[case_id].erased_at is not None

    def _end(self, told: dict[str, object], number: int) -> None:
        for row in self.rows.values():
            whole = self.entries.get(row.case_id, 0) == row.entries
            self._must(whole, number, f"entries of the case `{row.case_id}` are missing")
        expected = {"count": self.count, "log": self.head.n, "head": self.head.hash}
        self._must(self.count > 0 and told == expected, number, "lines are missing, or were added")

    def _new(self, key: str, there: set[str], number: int) -> None:
        self._must(key not in there, number, f"`{key}` is there twice")
        there.add(key)

    def _must(self, right: bool, number: int, why: str) -> None:
        if not right:
            raise WrongExport(number, why)
