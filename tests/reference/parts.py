"""Parts of one complaint: what concerns another part is as if it had not happened (106)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from complaint_policy.case import Event
from complaint_policy.policy.model import Duty
from tests.reference.truth import Truth

if TYPE_CHECKING:
    from tests.reference.view import View

Concerns = Callable[[Event], Truth]


def every(event: Event) -> Truth:
    """Where there are no parts, each event concerns the whole."""
    return True


def made_by(view: View, duty: Duty) -> list[Event]:
    """25, 74: the events of which each makes an occurrence; one whose fields do not tell does too."""
    assert duty.each is not None
    return [event for event in view.events(duty.each.event) if view.history.fits(event, duty.each.where) is not False]


def concerning(view: View, duty: Duty, made: Event | None) -> Concerns:
    """Whether an event concerns the part that another made."""
    if duty.same is None or made is None:
        return every

    def concerns(event: Event) -> Truth:
        if (event.type, duty.same) not in view.history.types:
            return True  # it cannot name a part
        own, other = view.history.field(made, duty.same), view.history.field(event, duty.same)
        return None if own is None or other is None else own == other

    return concerns
