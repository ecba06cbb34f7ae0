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


def day_or_moment_named(text: str) -> int:
    """UTC seconds since 1970 of a moment, or of the noon of a day. Raises `Refused` for what names neither."""
    from complaint_policy.case_reader.moments import day_of

    if len(text) == len("2026-01-01"):
        return day_of(text) * 86_400 + 43_200
    return moment_named(text)
