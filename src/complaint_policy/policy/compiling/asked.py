"""One thing that a pack of law asks of the organisation that extends it."""

from __future__ import annotations

from typing import NamedTuple

from complaint_policy.case import Field


class Question(NamedTuple):
    """One thing that a pack asks: under which key (`facts`, `settings`, …), its name, what to write, what to say of it.

    `needed`: it has no answer of its own, so a line stands for it; else the line is a comment. `field`: what a fact
    holds. `type`: what a setting holds. `outside`: of a tier, whether it is another body's.
    """

    kind: str
    name: str
    answer: str
    words: str
    needed: bool
    field: Field | None = None
    type: str = ""
    outside: bool = False
