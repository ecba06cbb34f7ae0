"""Tickets of Request Tracker 5 become cases, and how they stand is written back to them."""

from __future__ import annotations

from collections.abc import Mapping

from complaint_policy.hookspecs import RegisterTicketing, TicketingSystem, hookimpl


def make_request_tracker(settings: Mapping[str, object], /) -> TicketingSystem:
    """The connection with these settings; raises `WrongSettings` with every mistake in them."""
    from complaint_policy_request_tracker.settings import settings_of
    from complaint_policy_request_tracker.system import RequestTracker

    return RequestTracker(settings_of(settings))


@hookimpl
def register_ticketing(register: RegisterTicketing) -> None:
    """`request-tracker`; its library is loaded when a connection is made."""
    register("request-tracker", make_request_tracker)
