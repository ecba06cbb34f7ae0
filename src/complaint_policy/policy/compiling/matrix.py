"""Matrices: a label for each pair of two facts' values, none left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from complaint_policy.conditions.normal import negated
from complaint_policy.conditions.syntax import Condition, IsTrue, OneOf
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.conditions import together
from complaint_policy.policy.compiling.draft import Draft, mapping_in
from complaint_policy.policy.compiling.labels import KeyFact, check_labels, key_fact
from complaint_policy.policy.compiling.names import respelt
from complaint_policy.policy.nodes import Mapping, Node, Scalar

AXES = Code(
    "CP234",
    "a matrix has no two sides",
    "A matrix names the fact of its rows and another for its columns, and holds a cell for each pair of values.",
)
EMPTY_CELL = Code(
    "CP235",
    "a cell of a matrix is empty",
    "A case that falls there would get no label (semantics 50); write the label that the others next to it suggest.",
)


class Cell(NamedTuple):
    """One cell: its id (`high-low`), the condition under which a case falls there, and the node with its label."""

    id: str
    condition: Condition
    node: Node


def read_matrix(node: Mapping, draft: Draft) -> Iterator[Cell]:
    """The cells row by row; rows, columns and cells that are missing or cannot be are noted."""
    named = node.get("rows"), node.get("columns")
    rows, columns = (key_fact(one, draft) if one is not None else None for one in named)
    cells = mapping_in(node.get("cells"), draft)
    if rows is None or columns is None or cells is None:
        if None in (*named, node.get("cells")):
            draft.report(
                AXES,
                "a matrix needs `rows`, `columns` and `cells`",
                node.location,
                "name the two facts, then a map of maps",
            )
        return
    if rows[0] == columns[0]:
        draft.report(AXES, f"`{rows[0]}` cannot be both rows and columns", node.location, "name two facts")
        return
    labels = check_labels(rows, cells, "row", draft, otherwise=False)
    for key, row in cells.entries:
        inner = mapping_in(row, draft)
        if key.text in labels and inner is not None:
            yield from _row(key, inner, rows, labels[key.text], columns, draft)
        elif key.text == "otherwise":
            draft.report(AXES, "a matrix has no `otherwise`", key.location, "write a row for each value")


def _row(key: Scalar, row: Mapping, rows: KeyFact, value: str, columns: KeyFact, draft: Draft) -> Iterator[Cell]:
    labels = check_labels(columns, row, "column", draft, otherwise=False)
    for column, cell in row.entries:
        if column.text == "otherwise":
            draft.report(AXES, "a matrix has no `otherwise`", column.location, "write a column for each value")
        elif isinstance(cell, Scalar) and (cell.empty or cell.text in ("", "-")):
            message = f"the cell `{key.text}`, `{column.text}` is empty"
            place = column.location if cell.empty else cell.location
            draft.report(EMPTY_CELL, message, place, "write the label for it")
        elif column.text in labels:
            condition = together([_equals(rows, value), _equals(columns, labels[column.text])])
            yield Cell(respelt(f"{key.text}-{column.text}", "-"), condition, cell)


def _equals(fact: KeyFact, value: str) -> Condition:
    if fact[1].kind == "boolean":
        return IsTrue(fact[0]) if value == "true" else negated(IsTrue(fact[0]))
    return OneOf(fact[0], (value,))
