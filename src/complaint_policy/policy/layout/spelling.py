"""What `fmt` spells otherwise: conditions in words, clocks in words, the columns of drawn tables under each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from complaint_policy.conditions.typing import Scope
from complaint_policy.conditions.wording import in_words
from complaint_policy.policy.layout.parts import Part, Place
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.nodes import Sequence as List
from complaint_policy.policy.short_forms.expand import READERS, Forms, forms_of
from complaint_policy.policy.short_forms.tables import aligned
from complaint_policy.policy.short_forms.writing import WRITERS
from complaint_policy.policy.short_forms.written import written

Changes = dict[Place, str]
"""The new text of values, by the place where they begin in the source."""

_LONGEST = 90
"""Characters of a clock in words; a longer one stays a map, which is easier to read."""

_DRAWN = frozenset(("clock_table", "decision_table", "matrix", "tiers"))


def conditions_in_words(root: Part, file: str, conditions: Iterable[tuple[Scalar, Scope]]) -> Changes:
    """The conditions of a file that are not yet in canonical words."""
    found: Changes = {}
    texts = {part.start: part.text for part in _scalars(root)}
    for node, scope in conditions:
        place = _place(node)
        if node.location.file != file or place not in texts:
            continue
        new = in_words(" ".join(node.text.split()) if node.style == "plain" else node.text.strip(), scope)
        if new != node.text and "\n" not in new:
            found[place] = new
    return found


def short_forms(root: Node, commented: Collection[int]) -> Changes:
    """The clocks, starts, warnings and tables of a file that are not in their canonical form.

    A map with a comment in it (on one of the `commented` lines) stays a map, and so does one whose words would be
    too long for a line.
    """
    return dict(_changes(root, forms_of("policy"), commented))


def _changes(
    node: Node, forms: Forms, commented: Collection[int], first: int | None = None
) -> Iterator[tuple[Place, str]]:
    """`first` is the line of the key that leads to the value."""
    new = _new(node, forms.form)
    apart = first is not None and not first == node.location.line == _last(node)
    if new is not None and not (isinstance(node, Mapping) and apart and _commented(node, first, commented)):
        yield _place(node), new
        return
    match node:
        case Mapping(entries):
            for key, value in entries:
                below = forms.entries.get(key.text, forms.rest)
                if below is not None:
                    yield from _changes(value, below, commented, key.location.line)
        case List(items) if forms.items is not None:
            for item in items:
                yield from _changes(item, forms.items, commented, item.location.line)


def _new(node: Node, form: str) -> str | None:
    """The canonical text of a value, None if it has it already or has none."""
    if isinstance(node, Scalar) and node.empty:
        return None
    if form in _DRAWN:
        return _drawn(node)
    writer = WRITERS.get(form)
    if writer is None:
        return None
    if isinstance(node, Scalar):
        full = READERS[form](written(node)).node
        new = None if full is None or isinstance(full, Scalar) else writer(full)
        return new if new != node.text else None
    new = writer(node)
    return None if new is None or len(new) > _LONGEST else new


def _drawn(node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.style != "block":
        return None
    text = node.text.rstrip("\n")
    new = aligned(text)
    return new if new != text and "\n" in new else None


def _commented(node: Node, first: int | None, commented: Collection[int]) -> bool:
    return any(line in commented for line in range(first or node.location.line, _last(node) + 1))


def _last(node: Node) -> int:
    match node:
        case Mapping(entries):
            return max((max(key.location.line, _last(value)) for key, value in entries), default=node.location.line)
        case List(items):
            return max(map(_last, items), default=node.location.line)
    return node.location.line


def _place(node: Node) -> Place:
    return node.location.line - 1, node.location.column - 1


def _scalars(part: Part) -> Iterator[Part]:
    if part.kind == "scalar":
        yield part
    for key, value in part.entries:
        if key is not None:
            yield key
        yield from _scalars(value)
