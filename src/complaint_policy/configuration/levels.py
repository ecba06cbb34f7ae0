"""At which level a check tells what it finds: the table `checks` of the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, TypeAlias, get_args

from complaint_policy.configuration.tables import Table, Tables
from complaint_policy.diagnostics import Code, Diagnostic, Level, nearest

UNKNOWN_CHECK = Code(
    "CP752",
    "a code whose level is not to be chosen",
    "The number is misspelt, or it is that of an error: what is wrong by its meaning stays an error, as a policy"
    " with it cannot be evaluated. `complaint-policy check --list-checks` shows all whose level can be set.",
)
NO_LEVEL = Code(
    "CP753",
    "not a level of a check",
    "A check tells an error, a warning or a note, or is off.",
)
Setting: TypeAlias = Literal["error", "warning", "note", "off"]
"""What becomes of what a check finds."""
SETTINGS: Final[tuple[Setting, ...]] = get_args(Setting)


def levels_of(tables: Tables, checks: Mapping[str, Code]) -> tuple[dict[str, Setting], list[Diagnostic]]:
    """The level of what each code tells, by its number, where one is set; and what is wrong with the table.

    `checks` are the codes whose level can be set, by number; codes that do not begin with `CP` are of plugins, and are
    taken as they are.
    """
    table = tables.table("checks")
    return {code: level for code, level in table.values.items() if _is_level(code, level, checks, table)}, table.found


def levelled(found: Iterable[Diagnostic], settings: Mapping[str, Setting]) -> list[Diagnostic]:
    """The diagnostics at the level that is set for their code, without those that are off; errors stay."""
    kept = []
    for item in found:
        setting = settings.get(item.code.number) if item.code.level != "error" else None
        if setting is None:
            kept.append(item)
        elif setting != "off":
            level: Level = setting
            kept.append(replace(item, level=level))
    return kept


def problem_of(code: str, checks: Mapping[str, Code]) -> tuple[str, str] | None:
    """Why the level of a code cannot be set, and what would mend it; None if it can."""
    if code in checks or (not code.startswith("CP") and code.isalnum()):
        return None
    near = nearest(code, checks, at_most=1)
    help = f"did you mean `{near}`? " if near else ""
    return (
        f"`{code}` is no check whose level can be set",
        f"{help}`complaint-policy check --list-checks` shows them all",
    )


def _is_level(code: str, level: Any, checks: Mapping[str, Code], table: Table) -> bool:
    problem = problem_of(code, checks)
    if problem is not None:
        table.note(UNKNOWN_CHECK, problem[0], code, problem[1])
        return False
    if level not in SETTINGS:
        near = _like(level)
        levels = ", ".join(f'`"{one}"`' for one in SETTINGS)
        help = f'did you mean `"{near}"`?' if near else f"write one of {levels}"
        table.note(NO_LEVEL, f"`{level}` is not a level of a check", code, help)
        return False
    return True


def _like(level: object) -> str | None:
    """The level that was probably meant: `warn` is short for one."""
    if not isinstance(level, str) or not level:
        return None
    return next((one for one in SETTINGS if one.startswith(level.lower())), None) or nearest(level, SETTINGS)
