"""The moment of an evaluation: asked only whether something has come, it knows what will come next."""

from __future__ import annotations

FOREVER = 1 << 62
"""Later than every moment that can occur: nothing is still to come."""


class Now:
    """The evaluation moment and what is known at it (semantics 5, 69).

    Nothing else compares a moment with `as_of` or `as_known`. Both methods remember the least moment at which one of
    their
    answers would change: until `next_moment` every answer stays as it is, so the whole evaluation does. For that
        question `as_known` moves on with `as_of`, second by second; None is everything in the file, always.
    """

    __slots__ = ("_as_known", "_as_of", "knows_all", "next_moment")

    def __init__(self, as_of: int, as_known: int | None = None) -> None:
        self._as_of = as_of
        self._as_known = as_known
        self.knows_all = as_known is None
        self.next_moment = FOREVER

    def reached(self, moment: int) -> bool:
        """Whether `moment` has come: a moment equal to the evaluation's has (semantics 22)."""
        if moment <= self._as_of:
            return True
        if moment < self.next_moment:
            self.next_moment = moment
        return False

    def known(self, recorded_at: int) -> bool:
        """Whether what was recorded at this moment is known."""
        as_known = self._as_known
        if as_known is None or recorded_at <= as_known:
            return True
        return self.reached(self._as_of + recorded_at - as_known)
