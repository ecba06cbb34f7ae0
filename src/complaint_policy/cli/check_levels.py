"""At which level `check` tells what it finds: as a configuration file says, and then as its command line does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.configuration.levels import Setting, levelled, levels_of, problem_of
from complaint_policy.configuration.tables import Tables, tables_of
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    from complaint_policy.policy.compiler import Checked


class _Read(NamedTuple):
    """The levels that hold for a folder, the configuration they are from, and what is wrong with it."""

    tables: Tables
    levels: Mapping[str, Setting]
    wrong: tuple[Diagnostic, ...]


class Levels:
    """What is set for the policies of one run; each folder's configuration is read once."""

    def __init__(self, chosen: Mapping[Setting, tuple[str, ...]]) -> None:
        """`chosen`: by level, the codes that the command line names. Raises a mistake of usage for an unknown one."""
        from complaint_policy.policy.lint import codes

        self._checks = codes()
        self._chosen: dict[str, Setting] = {}
        for setting, numbers in chosen.items():
            for number in numbers:
                problem = problem_of(number, self._checks)
                if problem is not None:
                    raise click.UsageError(f"{problem[0]}: {problem[1]}")
                if self._chosen.setdefault(number, setting) != setting:
                    raise click.UsageError(f"`{number}` is given two levels, {self._chosen[number]} and {setting}")
        self._read: dict[Path, _Read] = {}

    def told(self, file: Path, checked: Checked) -> list[Diagnostic]:
        """What was found in a policy, at the levels that hold for it, and what is wrong with its configuration."""
        folder = file.absolute().parent
        before = folder in self._read
        if not before:
            tables = tables_of(folder)
            levels, wrong = levels_of(tables, self._checks)
            self._read[folder] = _Read(tables, levels, (*tables.diagnostics, *wrong))
        read = self._read[folder]
        checked.sources.update((item.location.file, read.tables.text) for item in read.wrong if item.location)
        found = levelled(checked.diagnostics, {**read.levels, **self._chosen})
        return found if before else [*read.wrong, *found]
