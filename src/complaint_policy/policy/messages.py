"""Letters of a policy and who is told of what: read by casework, by no answer about a case."""

from __future__ import annotations

from complaint_policy.clocks.data import Length
from complaint_policy.records import dataclass

UPON = ("warning", "breach", "escalation", "due_again", "correction")
"""What may be told (semantics 117)."""

PEOPLE = ("owner", "tier_owner", "supervisor", "complainant")
"""Who stands in a case, besides roles that the organisation knows by name."""


@dataclass(frozen=True, slots=True)
class Communication:
    """A letter or message to the complainant.

    templates: the text of the template by language, the policy's own first. subject: one line, also a template.
    sent_by: the event that is recorded when it is sent, empty if none is. content: the items that the text must give,
    in the words that `done_by` asks for.
    """

    id: str
    says: str = ""
    subject: str = ""
    sent_by: str = ""
    content: tuple[str, ...] = ()
    templates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Notification:
    """Who is told when something comes about (semantics 117).

    upon: some of `UPON`. of: the duties it is about, by qualified name; empty is each. into: the tiers that a step must
    lead into; empty is each. to: some of `PEOPLE`, or roles. via: channels by name; empty is the one that is configured
    for the recipient. message: the communication that is sent; empty is the plain one. quiet: seconds of the local day
    from and until which nothing is sent, over midnight if the second is less; None is never quiet. while_closed:
    nothing is sent outside opening hours either. at_most: messages to one recipient on one local day; None is no limit.
    digest: the second of the local day at which all is sent as one; None is at once. repeat: sent again after so long
    until somebody acknowledges it; None is once.
    """

    id: str
    upon: tuple[str, ...]
    to: tuple[str, ...]
    of: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    message: str = ""
    quiet: tuple[int, int] | None = None
    while_closed: bool = False
    at_most: int | None = None
    digest: int | None = None
    repeat: Length | None = None
