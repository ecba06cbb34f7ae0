"""Lets a service end what it has begun when it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Event


def stopped_by_signals() -> Event:
    """An event that SIGTERM and control-C set; the second of them ends the program at once."""
    import signal
    from threading import Event

    stop = Event()

    def heard(number: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)
    return stop
