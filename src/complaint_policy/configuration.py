"""What an organisation sets for the program itself: a file `complaint-policy.toml`, or a table in `pyproject.toml`.

It stands beside the policies or in a folder above them. Each part of the program reads its own table of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from complaint_policy.diagnostics import Code, Diagnostic, Level, Location, diagnostic, nearest

NOT_TOML = Code(
    "CP750",
    "a configuration that cannot be read",
    "The file is no TOML, no UTF-8, or larger than a mebibyte; or something else stands where a table belongs."
    " None of it holds.",
)
UNKNOWN_KEY = Code(
    "CP751",
    "an unknown key of the configuration",
    "A setting that is misspelt would be passed over without a word, and everybody would think that it holds.",
)
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
FILE: Final = "complaint-policy.toml"
_SHARED: Final = "pyproject.toml"
_TABLE: Final = "complaint-policy"
_LARGEST: Final = 1024 * 1024
_KEYS: Final = ("checks",)

Setting: TypeAlias = Literal["error", "warning", "note", "off"]
"""What becomes of what a check finds."""
SETTINGS: Final[tuple[Setting, ...]] = get_args(Setting)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is set: `checks`, by the number of a code, the level of what it tells; `file`, where (None: nowhere)."""

    checks: Mapping[str, Setting] = field(default_factory=dict)
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A configuration and what is wrong with it, with the text of its file for who shows the lines."""

    configuration: Configuration
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""


def configuration_of(folder: Path, checks: Mapping[str, Code]) -> Read:
    """The configuration that holds for the policies of a folder: the nearest one, there or above.

    `checks` are the codes whose level can be set, by number; codes that do not begin with `CP` are of plugins, and are
    taken as they are. Never raises for what somebody wrote.
    """
    for place in (folder, *folder.parents):
        for name in (FILE, _SHARED):
            file = place / name
            data = _bytes(file)
            if data is not None and (name == FILE or _TABLE.encode() in data):
                read = _read(file, data, checks)
                if read is not None:
                    return read
    return Read(Configuration())


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


# --- reading ----------------------------------------------------------------------------------------------------------


def _like(level: object) -> str | None:
    """The level that was probably meant: `warn` is short for one."""
    if not isinstance(level, str) or not level:
        return None
    return next((one for one in SETTINGS if one.startswith(level.lower())), None) or nearest(level, SETTINGS)


def _bytes(file: Path) -> bytes | None:
    """What is in the file; None where there is none, or none that may be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST + 1)
    except OSError:
        return None


def _shown(file: Path) -> str:
    """The name of a file as it is told: relative to where the program was started, where that is above it."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def _read(file: Path, data: bytes, checks: Mapping[str, Code]) -> Read | None:
    """The configuration of one file; None for a file of a project that says nothing of ours."""
    text = data.decode("utf-8", errors="replace")
    try:
        if len(data) > _LARGEST or "\ufffd" in text:
            raise tomllib.TOMLDecodeError("it is larger than a mebibyte, or not UTF-8")
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if file.name == _SHARED:
            return None  # the project's own matter; whoever reads it next says so
        return Read(Configuration(file=file), (_not_toml(file, str(error)),), text)
    table = whole if file.name == FILE else whole.get("tool", {}).get(_TABLE)
    if table is None:
        return None
    reader = _Reader(file, text, [])
    levels = reader.levels(table, checks)
    return Read(Configuration(levels, file), tuple(reader.found), text)


def _not_toml(file: Path, said: str) -> Diagnostic:
    """What the parser says, at the line and column that it names."""
    message, _, where = said.partition(" (at ")
    numbers = [int(word) for word in where.replace(",", " ").replace(")", " ").split() if word.isdigit()]
    line, column = numbers if len(numbers) == 2 else (1, 1)
    help = 'write tables and keys: `[checks]`, and below it `CP301 = "off"`'
    first = message[:1].lower() + message[1:]
    return diagnostic(NOT_TOML, f"this is no TOML: {first}", Location(_shown(file), line, column), help)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Goes through the tables of a file and notes what is wrong."""

    file: Path
    text: str
    found: list[Diagnostic]

    def levels(self, table: object, checks: Mapping[str, Code]) -> dict[str, Setting]:
        """The table `checks`, if it is one."""
        if not isinstance(table, dict):
            self.note(NOT_TOML, f"`{_TABLE}` is not a table", _TABLE, "write `[tool.complaint-policy.checks]`")
            return {}
        for key in table:
            if key not in _KEYS:
                near = nearest(key, _KEYS)
                help = f"did you mean `{near}`?" if near else f"the keys are {', '.join(f'`{one}`' for one in _KEYS)}"
                self.note(UNKNOWN_KEY, f"there is no key `{key}` here", key, help)
        written = table.get("checks", {})
        if not isinstance(written, dict):
            self.note(NOT_TOML, "`checks` is not a table", "checks", 'write `[checks]`, and below it `CP301 = "off"`')
            return {}
        return {code: level for code, level in written.items() if self._is_level(code, level, checks)}

    def _is_level(self, code: str, level: Any, checks: Mapping[str, Code]) -> bool:
        problem = problem_of(code, checks)
        if problem is not None:
            self.note(UNKNOWN_CHECK, problem[0], code, problem[1])
            return False
        if level not in SETTINGS:
            near = _like(level)
            levels = ", ".join(f'`"{one}"`' for one in SETTINGS)
            help = f'did you mean `"{near}"`?' if near else f"write one of {levels}"
            self.note(NO_LEVEL, f"`{level}` is not a level of a check", code, help)
            return False
        return True

    def note(self, code: Code, message: str, key: str, help: str) -> None:
        """Note a mistake where the key is written."""
        self.found.append(diagnostic(code, message, self._place(key), help))

    def _place(self, key: str) -> Location:
        """Where a key stands: TOML's parser does not tell, so the first line that begins with it, or has it, counts."""
        lines = self.text.splitlines()
        spelled = (key, f'"{key}"', f"'{key}'")
        begins = [number for number, line in enumerate(lines) if line.lstrip(" [").startswith(spelled)]
        holds = [number for number, line in enumerate(lines) if key in line]
        for number in (*begins, *holds):
            column = lines[number].find(key) + 1
            return Location(_shown(self.file), number + 1, column, column + len(key))
        return Location(_shown(self.file), 1, 1)
