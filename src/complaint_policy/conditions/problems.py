"""What is wrong with a condition, at which characters of its text, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass

from complaint_policy.diagnostics import Code


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the text of a condition.

    `start` and `end` count characters from 0 (`end` is the one after the last); who knows where the text stands in its
    file makes a `Location` of them. `message` and `help` follow the rules of `Diagnostic`. `mend` is what to write in
    the place of these characters, if only one thing can be meant.
    """

    code: Code
    message: str
    start: int
    end: int
    help: str = ""
    mend: str = ""
