"""Puts other rows into a table of a policy file; every comment, and everything outside the table, stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from complaint_policy.policy.nodes import Mapping, Scalar
from complaint_policy.policy.nodes import Sequence as List
from complaint_policy.policy.short_forms.tables import COMMENT, is_rule, split, table_text
from complaint_policy.policy.table_files.places import Place, Rows, row_in_yaml


class _Row(NamedTuple):
    """A row as it stands in the file: what makes it the same row, the lines of comments above it, and its own."""

    key: object
    above: list[str]
    lines: list[str]


def with_rows(lines: Sequence[str], place: Place, old: Rows, new: Rows) -> list[str] | None:
    """The lines of the file with the new rows; None if the rows of a list do not stand on lines of their own."""
    if old == new:
        return list(lines)
    if isinstance(place.node, Scalar):
        return _redrawn(lines, place.node, new)
    return _relisted(lines, place.node, old, new)


# --- drawn ------------------------------------------------------------------------------------------------------------


def _redrawn(lines: Sequence[str], node: Scalar, new: Rows) -> list[str]:
    first = node.location.line
    end = first + node.text.removesuffix("\n").count("\n") + 1
    inside = [line.removesuffix("\r") for line in lines[first:end]]
    said = [number for number, line in enumerate(inside) if line.strip() and not line.lstrip().startswith(COMMENT)]
    indent = inside[said[0]][: len(inside[said[0]]) - len(inside[said[0]].lstrip())]
    framed = inside[said[0]].lstrip().startswith("|")
    known: list[_Row] = []
    above: list[str] = []
    for number, line in enumerate(inside):
        if number not in said:
            above.append(line)
            continue
        texts = [line[begin:stop] for begin, stop in split(line, framed)]
        if len(known) == 1 and is_rule(texts):
            continue
        known.append(_Row(_key(new.columns, texts) if known else "", above, [line]))
        above = []
    drawn = [f"{indent}{line}" for line in table_text(new.cells).split("\n")[:-1]]
    keys: list[object] = ["", *(_key(new.columns, row) for row in new.cells[1:])]
    made = _with_comments(known, [(key, [line]) for key, line in zip(keys, drawn, strict=True)])
    return [*lines[:first], *_ended(made + above, lines), *lines[end:]]


def _key(columns: Sequence[str], cells: Sequence[str]) -> object:
    """What makes a row the same row: its id; where rows have none, all that it says."""
    return cells[0] if columns[0] == "id" else tuple(cells)


def _with_comments(known: Sequence[_Row], made: Sequence[tuple[object, list[str]]]) -> list[str]:
    """The new rows, each below the comments of the same row before; those of rows that went, above the next one."""
    keys = {key for key, _ in made}
    above: dict[object, list[str]] = {}
    waiting: list[str] = []
    for row in known:
        waiting = [*waiting, *row.above]
        if row.key in keys and row.key not in above:
            above[row.key], waiting = waiting, []
    found: list[str] = []
    for key, lines in made:
        found.extend((*above.pop(key, ()), *lines))
    return [*found, *waiting]


def _ended(made: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The lines with the ends that the others of the file have."""
    end = "\r" if lines and lines[0].endswith("\r") else ""
    return [f"{line.removesuffix(chr(13))}{end}" for line in made]


# --- lists ------------------------------------------------------------------------------------------------------------


def _relisted(lines: Sequence[str], node: List, old: Rows, new: Rows) -> list[str] | None:
    items = [item for item in node.items if isinstance(item, Mapping)]
    starts = [item.location.line - 1 for item in items]
    dashes = [_dash(lines[start], item.location.column - 1) for start, item in zip(starts, items, strict=True)]
    if not starts or len(set(starts)) < len(starts) or len(set(dashes)) > 1 or dashes[0] is None:
        return None
    indent = lines[starts[0]][: dashes[0]]
    known, after = _listed(lines, starts, dashes[0], old)
    texts = {tuple(_said(old.columns, cells)): row.lines for cells, row in zip(old.cells[1:], known, strict=True)}
    made = []
    for cells in new.cells[1:]:
        same = texts.get(tuple(_said(new.columns, cells)))
        made.append((_key(new.columns, cells), same or [f"{indent}- {row_in_yaml(new.columns, cells)}"]))
    return [*lines[: starts[0]], *_ended(_with_comments(known, made), lines), *lines[after:]]


def _dash(line: str, column: int) -> int | None:
    """The column of the `-` before an item that is the first thing on its line."""
    before = line[:column].rstrip()
    return len(before) - 1 if before.endswith("-") and not before[:-1].strip() else None


def _said(columns: Sequence[str], cells: Sequence[str]) -> list[tuple[str, str]]:
    """What a row says, whatever the order of the columns."""
    return sorted((key, cell) for key, cell in zip(columns, cells, strict=True) if cell)


def _listed(lines: Sequence[str], starts: Sequence[int], dash: int, old: Rows) -> tuple[list[_Row], int]:
    """The rows as they stand in the file, and the line after the last of them."""
    rows: list[_Row] = []
    above: list[str] = []
    end = starts[0]
    for number, start in enumerate(starts):
        above = list(lines[end:start]) if rows else []
        stop = starts[number + 1] if number + 1 < len(starts) else len(lines)
        end = start + 1
        for line in range(start + 1, stop):
            text = lines[line].strip()
            deeper = len(lines[line]) - len(lines[line].lstrip()) > dash
            if text and not deeper:
                break
            if text and not text.startswith(COMMENT):
                end = line + 1
        rows.append(_Row(_key(old.columns, old.cells[number + 1]), above, list(lines[start:end])))
    return rows, end
