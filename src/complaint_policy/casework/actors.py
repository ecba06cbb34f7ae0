"""Who does something with a case, and in which role: noted with every entry of its history."""

from __future__ import annotations

from complaint_policy.records import dataclass

LONGEST = 200
"""Characters of a name and of a role, as of the other names in a case."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program by name, and the role in which they act: `handler`, `monitor`; empty where none is said."""

    name: str
    role: str = ""


def wrong_with(actor: Actor) -> str:
    """Why the history of a case cannot name this actor; the empty text if it can."""
    for what, text in (("name", actor.name), ("role", actor.role)):
        if len(text) > LONGEST or not text.isprintable():
            return f"the {what} of who acts has at most {LONGEST} characters, all of them printable"
    return "" if actor.name.strip() else "nobody is named as who acts"
