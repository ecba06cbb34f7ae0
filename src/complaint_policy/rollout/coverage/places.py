"""Finds the line on which a part of a policy is written, in the files that it was read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from complaint_policy.policy.compiler import Checked
from complaint_policy.policy.nodes import Mapping as Map
from complaint_policy.policy.nodes import Node, Scalar, Sequence
from complaint_policy.policy.schema import read_in_full
from complaint_policy.rollout.coverage.parts import Part, Step

_DUTIES = ("requirements", "timeframes", "procedure", "follow_up", "records", "intake")
_SECTIONS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "duty": tuple((section,) for section in _DUTIES),
    "organisation": (("organisation",),),
    "decision": (("classification",), ()),
    "right": (("rights",),),
    "fact": (("facts",),),
    "move": (("escalation", "moves"),),
    "event": (("events",),),
    "suspension": (("suspensions",),),
    "approval": (("resolution", "approvals"),),
}
"""Where the things of a kind stand in a file, by the keys that lead there."""


class Places:
    """A source file as it was read, its short forms in full."""

    __slots__ = ("_prefix", "_root", "file", "text")

    def __init__(self, file: str, text: str, root: Map, prefix: str) -> None:
        """`prefix`: what stands before the names of the file's things in the policy, such as `uk-fca-disp/`."""
        self.file = file
        self.text = text
        self._root = root
        self._prefix = prefix

    def line_of(self, part: Part) -> int:
        """The line of a part; of what it stands in, where it has none of its own."""
        line, node = self._owner(part)
        for step in part.steps:
            found = _step(node, step) if node is not None else None
            if found is None:
                continue  # a short form leaves a key out
            line, node = found
        return line

    def _owner(self, part: Part) -> tuple[int, Node | None]:
        name = part.id.removeprefix(self._prefix)
        if part.owner == "pack":
            return 1, self._root
        if part.owner == "tier":
            return _follow(self._root, ("escalation", "tiers")) or (1, None)
        if part.owner == "decision" and name == "first_tier":
            return _follow(self._root, ("escalation", "tiers")) or (1, None)
        ways = list(_SECTIONS.get(part.owner, ()))
        law = self._root.get("law")
        if part.owner == "duty" and isinstance(law, Map):
            ways += [("law", key.text, "tighten") for key, _ in law.entries]
        first, _, reading = name.partition("/")
        below = [name.split("/"), *([[first, "readings", reading], [first]] if reading else [])]
        for way in ways:
            for steps in below:
                found = _follow(self._root, (*way, *steps))
                if found is not None:
                    return found
        return 1, None


def read_places(checked: Checked) -> dict[str, Places]:
    """The files of a policy by the prefix of their names: empty for its own, the id of a pack, or an older version."""
    return places_in((str(file), checked.sources.get(str(file), "")) for file in checked.files)


def places_in(files: Iterable[tuple[str, str]]) -> dict[str, Places]:
    """The same of files by name and text, the policy's own first; what cannot be read is passed over."""
    found: dict[str, Places] = {}
    own = None
    for file, text in files:
        root = read_in_full(text.encode(), file, "policy").node
        if not isinstance(root, Map):
            continue
        id, version = (_text(root.get(key)) for key in ("id", "version"))
        own = own or id
        prefix = "" if not found else version if id == own else id
        found.setdefault(prefix, Places(file, text, root, f"{prefix}/" if prefix else ""))
    return found


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _follow(root: Node, way: tuple[str, ...]) -> tuple[int, Node] | None:
    """The node at the end of a way of keys, with the line of the last key."""
    line, node = 1, root
    for key in way:
        written = node.key(key) if isinstance(node, Map) else None
        below = node.get(key) if isinstance(node, Map) else None
        if written is None or below is None:
            return None
        line, node = written.location.line, below
    return line, node


def _step(node: Node, step: Step) -> tuple[int, Node] | None:
    """The nth item of a list, else the nearest key or word of that text below."""
    if isinstance(step, int):
        items = next((one for one in _below(node) if isinstance(one, Sequence)), None)
        if items is None or step >= len(items.items):
            return None
        return items.items[step].location.line, items.items[step]
    for one in _below(node):
        if isinstance(one, Map):
            key = one.key(step)
            value = one.get(step)
            if key is not None and value is not None:
                return (value if isinstance(value, Scalar) and value.text else key).location.line, value
        elif isinstance(one, Scalar) and one.text == step:
            return one.location.line, one
    return _cell(node, step)


def _cell(node: Node, rule: str) -> tuple[int, Node] | None:
    """A cell of a matrix, by the id of its rule: the row and the column."""
    for one in _below(node):
        for key, row in one.entries if isinstance(one, Map) else ():
            for column, cell in row.entries if isinstance(row, Map) else ():
                if f"{key.text}-{column.text}".replace("_", "-") == rule:
                    return cell.location.line, cell
    return None


def _below(node: Node) -> Iterator[Node]:
    """The node and all below it, nearer ones first."""
    level: list[Node] = [node]
    while level:
        yield from level
        level = [below for one in level for below in _children(one)]


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, Map):
        yield from (value for _, value in node.entries)
    elif isinstance(node, Sequence):
        yield from node.items
