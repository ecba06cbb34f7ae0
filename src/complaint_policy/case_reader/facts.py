"""Reads the facts of a case, and the fields of its events, by the names that the policy declares."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.case import Field, Value
from complaint_policy.case_reader.moments import MomentReader, moment_of
from complaint_policy.case_reader.problems import (
    MISSING,
    SHAPE,
    UNKNOWN_NAME,
    NotKnown,
    Problem,
    Refused,
    called,
    shown,
)
from complaint_policy.case_reader.values import listed, value_reader
from complaint_policy.diagnostics import nearest

NamedValues = Callable[[object, str, list[Problem], list[str]], list[Value | None]]
"""Reads a map of names to values: what was written, its path, where problems and notes go -> values in the
declared order."""


def named_values(
    fields: tuple[Field, ...],
    what: str,
    *,
    required: bool = True,
    undeclared_is_note: bool = False,
    also: frozenset[str] = frozenset(),
    texts: bool = False,
    moment: MomentReader = moment_of,
) -> NamedValues:
    """A reader of a map that may hold each of `fields` (`what` is what an author calls one: `fact`, `field`).

    required: whether `Field.required` is asked for. also: names that stand in the map but are somebody else's.
    undeclared_is_note: a name that is not declared is left out with a note (semantics 67), as when cases of another
    version of the policy are read; otherwise it is a problem, since a slip of the pen would go unseen.
    """
    readers = (value_reader(field, texts=texts, moment=moment) for field in fields)
    table = {
        field.name: (position, reader) for position, (field, reader) in enumerate(zip(fields, readers, strict=True))
    }
    sensitive = frozenset(field.name for field in fields if field.sensitive)
    empty: list[Value | None] = [None] * len(fields)
    needed = [(position, field.name) for position, field in enumerate(fields) if field.required and required]
    names = tuple(table)

    def read(written: object, path: str, problems: list[Problem], notes: list[str]) -> list[Value | None]:
        values = empty.copy()
        if not isinstance(written, dict):
            help = f"write each {what} with its value"
            problems.append(Problem(SHAPE, path, f"{called(written)} stands where a map belongs", help))
            return values
        for name, value in written.items():
            entry = table.get(name)
            if entry is None:
                if name in also:
                    continue
                place = f"{path}.{shown(name)}"
                if undeclared_is_note:
                    notes.append(f"{place}: not declared by this policy, so it is left out")
                else:
                    problems.append(unknown_name(name, place, names, f"a {what} that the policy declares"))
            elif value is not None:
                try:
                    values[entry[0]] = entry[1](value)
                except Refused as refused:
                    told = f"`{name}`: {refused.message}"
                    problems.append(Problem(refused.code, f"{path}.{name}", told, refused.help))
                except NotKnown as unknown:
                    note = "a sensitive value is taken as not known" if name in sensitive else unknown.note
                    notes.append(f"{path}.{name}: {note}")
        for position, name in needed:
            if values[position] is None and written.get(name) is None:
                told = f"`{name}`, a {what}, is required"
                problems.append(Problem(MISSING, path, told, f"write `{name}` with its value"))
        return values

    return read


def unknown_name(name: object, path: str, known: tuple[str, ...], what: str) -> Problem:
    """A name that is not declared, with the nearest one that is; `what` ends the sentence "`x` is not ..."."""
    near = nearest(str(name), known)
    if near:
        help = f"did you mean `{near}`?"
    elif known:
        help = f"known here: {listed(tuple(sorted(known)))}"
    else:
        help = "none is declared"
    return Problem(UNKNOWN_NAME, path, f"`{shown(name)}` is not {what}", help)
