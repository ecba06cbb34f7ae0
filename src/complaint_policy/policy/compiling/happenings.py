"""Happenings: the events, duties met and duties late that complete a duty, switch it off or open a right."""

from __future__ import annotations

from dataclasses import replace

from complaint_policy.clocks.data import AllOf, AnyOf, Happening, Happens, Late, Met
from complaint_policy.conditions.syntax import Condition, facts_read
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import Draft, items_in, mapping_in, only_key, texts_in, wrong_shape
from complaint_policy.policy.compiling.events import compile_where, event_named
from complaint_policy.policy.compiling.names import good_id, twice
from complaint_policy.policy.compiling.places import duty_named
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.scalars import read_text

BARE_LIST = Code(
    "CP250",
    "a list does not say whether one of its events is enough",
    "Officers read a list as `all`, programs as `any` (semantics 41). The difference decides whether a duty is met.",
)
HAPPENING = Code(
    "CP251",
    "what happens is not said in one of the ways there are",
    "A happening is an event, an event with `where` or with the content that makes it count, `met`, `late`, `any_of` or"
    " `all_of`.",
)

SEVERAL = Code(
    "CP285",
    "several items of content stand where one belongs",
    "Content is a list, and each item stands by itself, with its condition if it has one (semantics 112).",
)

SAME_EVENT = Code(
    "CP286",
    "who does something is compared with who does the same",
    "`other_than` names another event: the decision of the first stage, when the second decides (semantics 113).",
)

_FORMS = frozenset({"event", "where", "content", "other_than", "met", "late", "any_of", "all_of"})


def read_happening(node: Node | None, draft: Draft) -> Happening | None:
    """What must happen, None if nothing is written or it has mistakes."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        event = event_named(node, draft)
        return None if event is None else Happens(event)
    if isinstance(node, Sequence):
        _bare_list(node, draft)
        return None
    for key, group in (("any_of", AnyOf), ("all_of", AllOf)):
        inner = node.get(key)
        if inner is not None:
            items = _members(inner, draft)
            return group(items) if items else None
    for key, reference in (("met", Met), ("late", Late)):
        inner = node.get(key)
        if inner is not None:
            duty = duty_named(inner, draft, to_act=key == "met")
            return None if duty is None else reference(duty)
    return _event_form(node, draft)


def _bare_list(node: Sequence, draft: Draft) -> None:
    help = "write `{any_of: [...]}` if one is enough, `{all_of: [...]}` if all are needed"
    draft.report(BARE_LIST, "a list does not say whether one of these is enough", node.location, help)


def _members(node: Node, draft: Draft) -> tuple[Happening, ...]:
    """The parts of `any_of` and `all_of`: a list of happenings, or a map of events with their content."""
    if isinstance(node, Mapping):
        found: list[Happening | None] = [_with_content(key, items, draft) for key, items in node.entries]
    elif isinstance(node, Sequence):
        found = [read_happening(item, draft) for item in node.items]
    else:
        wrong_shape(node, "a list", draft)
        return ()
    return tuple(item for item in found if item is not None)


def _event_form(node: Mapping, draft: Draft) -> Happening | None:
    named = node.get("event")
    if named is not None:
        event = event_named(named, draft)
        if event is None:
            return None
        needed = read_needed(node.get("content"), draft)
        return Happens(event, compile_where(node.get("where"), event, draft), *needed, other_than(node, event, draft))
    key = only_key(node)
    if key is not None and key not in _FORMS:
        return _with_content(*node.entries[0], draft)
    help = (
        "write an event, `{event: ..., where: ...}`, `{met: duty}`, `{late: duty}`, `{any_of: [...]}` or `{all_of:"
        " [...]}`"
    )
    draft.report(HAPPENING, "it is not clear what has to happen here", node.location, help)
    return None


def other_than(node: Mapping, event: str, draft: Draft) -> str | None:
    """The event whose actor may not be that of this one."""
    written = node.get("other_than")
    other = None if written is None else event_named(written, draft)
    if other == event and written is not None:
        help = "name the event that another person did before"
        draft.report(SAME_EVENT, f"`{event}` cannot be compared with itself", written.location, help)
        return None
    return other


def _with_content(key: Scalar, items: Node, draft: Draft) -> Happens | None:
    event = event_named(key, draft)
    needed = read_needed(items, draft)
    return None if event is None else Happens(event, None, *needed)


def read_needed(node: Node | None, draft: Draft) -> tuple[tuple[str, ...], tuple[tuple[str, Condition], ...]]:
    """The items that a message must contain, and those that it must contain if a condition holds."""
    found: dict[str, Scalar] = {}
    needed: list[tuple[str, Condition]] = []
    for item in items_in(node, draft):
        if isinstance(item, Mapping) and len(item.entries) > 1:
            second = item.entries[1][0]
            help = "write each in a pair of braces of its own: `[{leaflet: eligible}, {translation: foreign}]`"
            draft.report(SEVERAL, f"`{second.text}` is a second item in one place", second.location, help)
        key = item.entries[0][0] if isinstance(item, Mapping) else item
        if not isinstance(key, Scalar) or read_text(key, draft.problems) is None:
            continue
        if key.text in found:
            draft.problems.append(twice("content item", key.text, key.location, found[key.text].location))
        elif good_id(key.text, "content item", key.location, draft.problems):
            found[key.text] = key
            condition = compile_condition(item.entries[0][1], draft) if isinstance(item, Mapping) else None
            if condition is not None:
                needed.append((key.text, condition))
    conditional = {item for item, _ in needed}
    return tuple(item for item in found if item not in conditional), tuple(needed)


def read_content(node: Node | None, draft: Draft) -> tuple[str, ...]:
    """The items that a message must contain, each once."""
    found: dict[str, Scalar] = {}
    for item in texts_in(node, draft):
        if item.text in found:
            draft.problems.append(twice("content item", item.text, item.location, found[item.text].location))
        elif good_id(item.text, "content item", item.location, draft.problems):
            found[item.text] = item
    return tuple(found)


def with_more_content(happening: Happening | None, items: tuple[str, ...]) -> Happening | None:
    """The same happening, each of its events with these items too."""
    match happening:
        case Happens():
            return replace(happening, content=tuple(dict.fromkeys((*happening.content, *items))))
        case AnyOf(parts):
            return AnyOf(tuple(found for part in parts if (found := with_more_content(part, items)) is not None))
        case AllOf(parts):
            return AllOf(tuple(found for part in parts if (found := with_more_content(part, items)) is not None))
        case _:
            return happening


def read_filtered(node: Node | None, draft: Draft) -> Happens | None:
    """An event, or an event with `where`, as pauses and extensions name it."""
    if node is None:
        return None
    if isinstance(node, Mapping):
        named = node.get("event")
        event = event_named(named, draft) if named is not None else None
        if event is None:
            return None
        return Happens(event, compile_where(node.get("where"), event, draft))
    if isinstance(node, Sequence):
        mapping_in(node, draft)
        return None
    event = event_named(node, draft)
    return None if event is None else Happens(event)


def events_in(happening: Happening | None) -> list[Happens]:
    """Every event that a happening names."""
    match happening:
        case Happens():
            return [happening]
        case AnyOf(items) | AllOf(items):
            return [event for item in items for event in events_in(item)]
        case _:
            return []


def facts_in(happening: Happening | None) -> list[str]:
    """Every fact that decides what content an event must have to count."""
    needed = [condition for one in events_in(happening) for _, condition in one.content_if]
    return [name for condition in needed for name in sorted(facts_read(condition))]


def duties_in(happening: Happening | None) -> list[str]:
    """Every duty that a happening names."""
    match happening:
        case Met(duty) | Late(duty):
            return [duty]
        case AnyOf(items) | AllOf(items):
            return [duty for item in items for duty in duties_in(item)]
        case _:
            return []
