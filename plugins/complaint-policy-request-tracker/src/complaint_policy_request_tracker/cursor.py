"""How far the tickets have been read, as a text that a later run reads on from."""

from __future__ import annotations

import json
from dataclasses import dataclass

_FORM = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the tickets have been read. Moments are UTC seconds by RT's clock.

    `listed`: the number of the last ticket, while all are listed by number; None afterwards. `at`, `last`: LastUpdated
    and number of the last ticket of a round. `begun`: when the round began that goes on, None between rounds.
    `settled`: nothing more can appear up to `at`. `seen`: ticket, LastUpdated and last transaction, as far back as the
    next round looks.
    """

    listed: int | None = 0
    at: int = 0
    last: int = 0
    begun: int | None = None
    settled: bool = False
    seen: tuple[tuple[str, int, str], ...] = ()

    @classmethod
    def of(cls, text: str) -> Cursor:
        """The cursor of a text, the beginning of an empty one; ValueError or TypeError if none is written so."""
        if not text:
            return cls()
        form, listed, at, last, begun, settled, seen = json.loads(text)
        if form != _FORM:
            raise ValueError("a cursor of another release")
        began = None if begun is None else int(begun)
        number = None if listed is None else int(listed)
        kept = tuple((str(id), int(changed), str(step)) for id, changed, step in seen)
        return cls(number, int(at), int(last), began, bool(settled), kept)

    def text(self) -> str:
        """As it is kept."""
        seen = [list(one) for one in self.seen]
        content = [_FORM, self.listed, self.at, self.last, self.begun, self.settled, seen]
        return json.dumps(content, separators=(",", ":"))

    def seen_by_id(self) -> dict[str, tuple[int, str]]:
        """What has been seen, by ticket."""
        return {id: (at, last) for id, at, last in self.seen}
