"""Finds a choice that stands alone after `or` because its author went on with the list before it (semantics 85)."""

from __future__ import annotations

from typing import NamedTuple

from complaint_policy.conditions.operands import Checking
from complaint_policy.conditions.parse import ParsedNode
from complaint_policy.conditions.words import LIST_GOES_ON


class _Values(NamedTuple):
    """A choice fact as it was compared just before, and the values it was compared with, as written."""

    fact: ParsedNode
    written: tuple[str, ...]
    listed: bool
    negative: bool


def lists_gone_on(check: Checking, node: ParsedNode) -> list[ParsedNode]:
    """The items of an `and` or `or` that are choices of the fact compared before them; each has been reported."""
    found: list[ParsedNode] = []
    before: _Values | None = None
    for item in node.items:
        if before is not None and _goes_on(check, item, before):
            written = f'"{item.text}"' if item.text in check.scope else check.text[item.start : item.end]
            before = before._replace(written=(*before.written, written))
            _report(check, node, item, before)
            found.append(item)
        else:
            before = _compared(check, item)
    return found


def _goes_on(check: Checking, item: ParsedNode, before: _Values) -> bool:
    if item.kind not in ("name", "string"):
        return False
    known = check.scope[before.fact.text][1].choices
    if item.kind == "string":
        return item.text.strip("\"'") in known
    return item.text in known and (before.listed or item.text not in check.scope)


def _compared(check: Checking, node: ParsedNode) -> _Values | None:
    """The comparison with choices that a condition ends with."""
    while node.kind in ("and", "or", "not"):
        node = node.items[-1]
    if node.kind not in ("compare", "in", "not in") or node.items[0].kind != "name":
        return None
    fact, value = node.items
    if fact.text not in check.scope or check.scope[fact.text][1].kind != "choice":
        return None
    values = value.items if value.kind == "list" else (value,)
    if node.kind == "compare" and (node.text not in ("==", "!=") or value.kind == "null"):
        return None
    written = tuple(check.text[one.start : one.end] for one in values)
    listed = node.kind != "compare" and not node.written.endswith("in")
    return _Values(fact, written, listed, node.text in ("!=", "not in"))


def _report(check: Checking, node: ParsedNode, item: ParsedNode, values: _Values) -> None:
    operator = "is not one of" if values.negative else "is one of"
    mended = f"`{values.fact.text} {operator} {', '.join(values.written)}`"
    help = f"write a comma: {mended}" if values.listed else f"write {mended}"
    if item.kind == "name" and item.text in check.scope:
        help += f"; to mean the fact `{item.text}`, put it before the list"
    message = f"{check.written(item)} is a choice of `{values.fact.text}`, and stands alone after `{node.kind}`"
    check.report(LIST_GOES_ON, item, message, help)
