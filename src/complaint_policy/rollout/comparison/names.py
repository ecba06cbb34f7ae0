"""Which names a part of a policy mentions, so that it is seen what hangs on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

_LEAVES = frozenset((int, bool, type(None)))


def names_in(part: object) -> frozenset[str]:
    """Every text within a part of a policy: all names that it mentions are among them."""
    return frozenset(_texts(part))


def _texts(part: object) -> Iterator[str]:
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if one.__class__ is str:
            yield str(one)
        elif isinstance(one, tuple | frozenset):
            waiting.extend(one)
        elif one.__class__ not in _LEAVES:
            waiting.extend(getattr(one, name) for name in getattr(one.__class__, "__match_args__", ()))


def reached(first: Iterable[str], mentions: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """These names and all that are mentioned over whatever steps. mentions: by name what the parts of it mention."""
    found: set[str] = set()
    waiting = list(first)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(mentions.get(name, ()))
    return frozenset(found)
