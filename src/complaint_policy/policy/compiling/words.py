"""The words of packs: what a file may name of the packs that it extends, plainly where only one thing is so called."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Table
from typing import TypeVar

from complaint_policy.policy.compiling.draft import Draft

T = TypeVar("T")


def take_over_calendars(draft: Draft) -> None:
    """Calendars of packs are calendars of the file: by full name, and plainly (semantics 59)."""
    _into(draft.calendars, {id: pack.calendars for id, pack in draft.packs.items()})


def take_over_counting(draft: Draft) -> None:
    """Likewise counting profiles and suspensions."""
    _into(draft.profiles, {id: pack.profiles for id, pack in draft.packs.items()})
    _into(draft.suspensions, {id: pack.suspensions for id, pack in draft.packs.items()})


def take_over_facts(draft: Draft) -> None:
    """Facts of packs can be read by their plain names, where the file has nothing of that name itself.

    Decisions of packs cannot: they are their own. A name that two packs use says which they are.
    """
    for id, name in _plain(draft):
        if name in draft.later or (name in draft.scope and name not in draft.taken_over):
            continue
        qualified, type = draft.packs[id].scope[name]
        first = draft.taken_over.get(name)
        if first is None:
            draft.scope[name] = (qualified, type)
            draft.taken_over[name] = id
        elif draft.scope[name][0] != qualified:
            del draft.scope[name]
            draft.later[name] = (
                f"`{first}` and `{id}` both have a fact `{name}`: declare one of your own and answer both with it"
            )


def _plain(draft: Draft) -> Iterator[tuple[str, str]]:
    """The facts of each pack, its own ones only: what it has taken over is asked of where it comes from."""
    for id, pack in draft.packs.items():
        for name, (qualified, _) in pack.scope.items():
            if qualified == pack.name(name) and ("fact", qualified) in draft.common.places:
                yield id, name


def _into(own: dict[str, T], packs: Table[str, Table[str, T]]) -> None:
    """Every word of the packs under its full name, and plainly where the file and the other packs do not have it."""
    plain: dict[str, list[T]] = {}
    for id, words in packs.items():
        for name, meaning in words.items():
            if "/" not in name:
                own.setdefault(f"{id}/{name}", meaning)
                plain.setdefault(name, []).append(meaning)
    for name, meanings in plain.items():
        if all(one == meanings[0] for one in meanings):
            own.setdefault(name, meanings[0])
