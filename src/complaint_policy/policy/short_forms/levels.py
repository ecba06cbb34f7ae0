"""Levels in one line: `critical > high > medium > low`, the most severe first."""

from __future__ import annotations

from complaint_policy.diagnostics import Code, diagnostic
from complaint_policy.policy.short_forms.written import Reading, Written

LEVELS = Code(
    "CP334",
    "levels in a line cannot be read",
    "Levels stand in one line with `>` between them, the most severe first, or as a list. Another sign would leave open"
    " which of them is the more severe.",
)
MORE_SEVERE = ">"


def read_levels(text: Written) -> Reading:
    """`[critical, high, low]` of `critical > high > low`."""
    said = text.text
    for sign, meant in (("<", reversed(said.split("<"))), (",", said.split(","))):
        if sign in said:
            words = f" {MORE_SEVERE} ".join(word.strip(" >") for word in meant if word.strip(" >"))
            at = said.index(sign)
            message = f"`{sign}` does not stand between levels"
            problem = diagnostic(LEVELS, message, text.place(at, at + 1), f"write the most severe first: `{words}`")
            return Reading(None, [problem])
    items, problems, begin = [], [], 0
    for part in said.split(MORE_SEVERE):
        word = part.strip()
        first = begin + len(part) - len(part.lstrip())
        if word:
            items.append(text.value(first, first + len(word)))
        else:
            place = text.place(max(0, begin - 1), max(1, begin))
            problems.append(
                diagnostic(
                    LEVELS, f"a level is missing beside `{MORE_SEVERE}`", place, "write it, or take the sign out"
                )
            )
        begin += len(part) + 1
    return Reading(None if problems else text.list(items), problems)
