"""Where in a policy's own file a person looks first when something is said about a duty, a decision or a right."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.diagnostics import Location
from complaint_policy.policy.compiler import Checked
from complaint_policy.policy.nodes import Mapping, Node, Scalar

_SECTIONS = (
    *("requirements", "timeframes", "procedure", "follow_up", "records", "intake"),
    *("classification", "rights", "suspensions", "organisation"),
)
_FIRST_TIER = "first tier"


def place_of(about: str, checked: Checked) -> Location:
    """The key of what is named, of what answers it, or of the pack that it is from; else the beginning of the file."""
    beginning = Location(str(checked.files[0]), 1, 1)
    root = checked.written
    if not isinstance(root, Mapping):
        return beginning
    pack, stroke, below = about.partition("/")
    own = root.get("id")
    if stroke and isinstance(own, Scalar) and own.text == pack:  # of what the policy was
        about, stroke = below, ""
    ways: list[tuple[str, ...]] = [(section, about) for section in _SECTIONS]
    ways += [(about,)] if about == "scope" else []
    ways += [("escalation", "tiers")] if about == _FIRST_TIER else []
    ways += [("law", pack, "tighten", below)] if stroke else [("escalation", "moves", about)]
    found = next((key for way in ways if (key := _key(root, way)) is not None), None)
    found = found or next(_answering(root, about), None)
    if found is None and stroke:
        found = _key(root, ("law", pack))
    return found.location if found is not None else beginning


def _key(root: Node, way: tuple[str, ...]) -> Scalar | None:
    """The last key of a way that leads from the top."""
    key, node = None, root
    for name in way:
        key = node.key(name) if isinstance(node, Mapping) else None
        below = node.get(name) if isinstance(node, Mapping) else None
        if key is None or below is None:
            return None
        node = below
    return key


def _answering(root: Mapping, about: str) -> Iterator[Scalar]:
    """The duties that say that they meet it."""
    for section in _SECTIONS:
        duties = root.get(section)
        for key, body in duties.entries if isinstance(duties, Mapping) else ():
            meets = body.get("meets") if isinstance(body, Mapping) else None
            if isinstance(meets, Scalar) and meets.text == about:
                yield key
