"""Reads the moment that a command line names: one with an offset, or now."""

from __future__ import annotations

NOW = "now"


def moment_named(text: str) -> int:
    """UTC seconds since 1970. Raises `Refused` for what names no moment: nothing is as of today by accident (95)."""
    if text == NOW:
        import time

        return int(time.time())
    from complaint_policy.case_reader.moments import moment_of

    return moment_of(text)
