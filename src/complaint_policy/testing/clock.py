"""A clock that stands still until it is told to go on, for tests in which time passes."""

from __future__ import annotations


class FixedClock:
    """Gives the same moment (UTC seconds) each time it is called, until it is advanced."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        """The moment at which it stands."""
        return self.now

    def advance(self, seconds: int) -> int:
        """Goes on by so many seconds, and gives the new moment."""
        assert seconds >= 0, "time does not run backwards"
        self.now += seconds
        return self.now
