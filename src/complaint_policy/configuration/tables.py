"""Finds the configuration that holds for a folder, and reads its tables with the place of every mistake."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest

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
NOT_AS_MEANT = Code(
    "CP754",
    "a setting of the wrong kind",
    "A text stands where a list belongs, or a number where a text does. What was meant is not guessed.",
)
NOT_SET = Code(
    "CP755",
    "an environment variable that is not set",
    'A setting written as `{env = "NAME"}` is taken from the environment, so that no secret stands in a file. Without'
    " the variable there is nothing to take.",
)
WRITTEN_OUT = Code(
    "CP756",
    "a secret written out",
    "The configuration stands beside the policies, is copied and kept with them. Passwords and keys come from the"
    " environment.",
)
FILE: Final = "complaint-policy.toml"
TABLES: Final = ("checks", "plugins", "casework", "channels", "recipients", "roles", "ticketing")
"""Every table that some part of the program reads."""
SECRETS: Final = ("password", "secret", "token", "passphrase")
"""What the name of a setting ends with that is not written out in a file."""
_SHARED: Final = "pyproject.toml"
_TABLE: Final = "complaint-policy"
_LARGEST: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tables:
    """What is written in a configuration, and what is wrong with it as a whole.

    `file` is None where there is none; `text` is for who shows the lines. `written`: by the name of a table what stands
    in it; `within` is where the tables stand in the file, empty but in `pyproject.toml`.
    """

    file: Path | None = None
    text: str = ""
    written: Mapping[str, object] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def table(self, name: str) -> Table:
        """One table, to be read by the part of the program that it is for; empty where it is not written."""
        assert name in TABLES, name
        return Table(self, (), self.written, []).table(name)


def tables_of(folder: Path) -> Tables:
    """The configuration that holds in a folder: the nearest one, there or above. Never raises for what is written."""
    for place in (folder, *folder.parents):
        for name in (FILE, _SHARED):
            file = place / name
            data = _bytes(file)
            if data is not None and (name == FILE or _TABLE.encode() in data):
                read = _read(file, data)
                if read is not None:
                    return read
    return Tables()


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it is read: what stands in it, and, in `found`, what is wrong with it."""

    tables: Tables
    path: tuple[str, ...]
    values: Mapping[str, Any]
    found: list[Diagnostic]

    def table(self, key: str, example: str = "") -> Table:
        """The table below this key; an empty one if it is not written, or if something else is, which is noted."""
        written = self.values.get(key, {})
        if not isinstance(written, dict):
            header = ".".join((*self.tables.within, *self.path, key))
            self.note(NOT_TOML, f"`{key}` is not a table", key, example or f"write `[{header}]`, and its keys below it")
            written = {}
        return Table(self.tables, (*self.path, key), written, self.found)

    def below(self) -> tuple[tuple[str, Table], ...]:
        """Each table that stands in this one, by name; what is no table is noted."""
        tables = [(key, self.table(key)) for key in self.values]
        return tuple((key, table) for key, table in tables if isinstance(self.values[key], dict))

    def text(self, key: str) -> str | None:
        """The text under this key; None if it is not written or is none, which is noted."""
        written = self.values.get(key)
        if written is None or (isinstance(written, str) and written.strip()):
            return written
        self.note(NOT_AS_MEANT, f"`{key}` is no text", key, f'write `{key} = "…"`')
        return None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """The texts under this key, one or a list of them; None if it is not written or is something else."""
        written = self.values.get(key)
        if written is None:
            return None
        listed = [written] if isinstance(written, str) else written
        if isinstance(listed, list) and all(isinstance(one, str) and one.strip() for one in listed):
            return tuple(dict.fromkeys(listed))
        self.note(NOT_AS_MEANT, f"`{key}` is no list of names", key, f'write `{key} = ["…", "…"]`')
        return None

    def known(self, keys: Collection[str]) -> None:
        """Notes each key that is none of these."""
        for key in self.values:
            if key not in keys:
                near = nearest(key, keys)
                help = f"did you mean `{near}`?" if near else f"the keys are {', '.join(f'`{one}`' for one in keys)}"
                self.note(UNKNOWN_KEY, f"there is no key `{key}` here", key, help)

    def settings(self, environment: Mapping[str, str]) -> dict[str, object]:
        """What is set here, with what `{env = "NAME"}` stands for; a secret that is written out is noted."""
        return {key: self._resolved(key, value, environment) for key, value in self.values.items()}

    def _resolved(self, key: str, value: object, environment: Mapping[str, str]) -> object:
        if not (isinstance(value, dict) and value.keys() == {"env"}):
            if key.lower().endswith(SECRETS):
                help = f'write `{key} = {{env = "NAME"}}`, and set that variable where the program runs'
                self.note(WRITTEN_OUT, f"`{key}` is written out in the file", key, help)
            return value
        name = value["env"]
        if not isinstance(name, str) or not name:
            self.note(NOT_AS_MEANT, "`env` is no name of a variable", key, f'write `{key} = {{env = "NAME"}}`')
            return ""
        if not environment.get(name):
            help = "set it where the program runs, or take the setting out"
            self.note(NOT_SET, f"the environment variable `{name}`, which `{key}` is taken from, is not set", key, help)
        return environment.get(name, "")

    def note(self, code: Code, message: str, key: str, help: str) -> None:
        """Notes a mistake where the key is written."""
        self.found.append(diagnostic(code, message, self.place(key), help))

    def note_itself(self, code: Code, message: str, help: str) -> None:
        """Notes a mistake of the table where its name is written."""
        Table(self.tables, self.path[:-1], {}, self.found).note(code, message, self.path[-1], help)

    def place(self, key: str) -> Location:
        """Where a key of this table stands."""
        file = self.tables.file
        assert file is not None, "nothing is wrong with what is not written"
        return _place(file, self.tables.text, (*self.tables.within, *self.path, key))


def shown(file: Path) -> str:
    """The name of a file as it is told: relative to where the program was started, where that is above it."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


# --- the file ---------------------------------------------------------------------------------------------------------


def _bytes(file: Path) -> bytes | None:
    """What is in the file; None where there is none, or none that may be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST + 1)
    except OSError:
        return None


def _read(file: Path, data: bytes) -> Tables | None:
    """The tables of one file; None for a file of a project that says nothing of ours."""
    text = data.decode("utf-8", errors="replace")
    try:
        if len(data) > _LARGEST or "\ufffd" in text:
            raise tomllib.TOMLDecodeError("it is larger than a mebibyte, or not UTF-8")
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if file.name == _SHARED:
            return None  # the project's own matter; whoever reads it next says so
        return Tables(file, text, diagnostics=(_not_toml(file, str(error)),))
    within = () if file.name == FILE else ("tool", _TABLE)
    written = whole if file.name == FILE else whole.get("tool", {}).get(_TABLE)
    if written is None:
        return None
    if not isinstance(written, dict):
        place = _place(file, text, within)
        wrong = diagnostic(NOT_TOML, f"`{_TABLE}` is not a table", place, f"write `[tool.{_TABLE}.checks]`")
        return Tables(file, text, {}, within, (wrong,))
    bare = Tables(file, text, written, within)
    top = Table(bare, (), written, [])
    top.known(TABLES)
    return Tables(file, text, written, within, tuple(top.found))


def _not_toml(file: Path, said: str) -> Diagnostic:
    """What the parser says, at the line and column that it names."""
    message, _, where = said.partition(" (at ")
    numbers = [int(word) for word in where.replace(",", " ").replace(")", " ").split() if word.isdigit()]
    line, column = numbers if len(numbers) == 2 else (1, 1)
    help = 'write tables and keys: `[checks]`, and below it `CP301 = "off"`'
    first = message[:1].lower() + message[1:]
    return diagnostic(NOT_TOML, f"this is no TOML: {first}", Location(shown(file), line, column), help)


def _place(file: Path, text: str, path: tuple[str, ...]) -> Location:
    """Where a key stands, which TOML's parser does not tell: the line that names the most of the way to it."""
    best, most = 1, 0
    header: tuple[str, ...] = ()
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        named: tuple[str, ...] = ()
        if bare.startswith("["):
            named = header = _names(bare) or header
        elif "=" in bare:
            below = _names(bare.partition("=")[0] + "= 0")
            named = (*header, *below) if below else ()
        if named == path[: len(named)] and len(named) > most:
            best, most = number, len(named)
    line = lines[best - 1] if lines else ""
    key = next((one for one in (path[-1], path[most - 1]) if one in line), "")
    column = line.find(key) + 1
    return Location(shown(file), best, column, column + len(key))


def _names(line: str) -> tuple[str, ...]:
    """The names of a header or of a key, as the parser reads them; none if the line is neither by itself."""
    try:
        found: Any = tomllib.loads(line)
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    names = []
    while found:
        name, found = next(iter(found.items()))
        names.append(name)
        found = found[0] if isinstance(found, list) else found
    return tuple(names)
