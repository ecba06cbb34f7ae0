"""Turns what an example says happened into a case, read by the policy's own tables; every mistake at its place."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.bulk.reading import as_diagnostics
from complaint_policy.case import Case
from complaint_policy.case_reader.heads import EVENT_KEYS
from complaint_policy.case_reader.problems import UNKNOWN_NAME, Problem
from complaint_policy.case_reader.reading import CaseReader
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

EVENT = Code(
    "CP904",
    "not the shape of an event of an example",
    "An event is one entry: its type, and when it happened, or a map with `at` and what else is told of it.",
)
_NOTHING = ("null", "~", "")
_OF_THE_EVENT = frozenset(EVENT_KEYS) - {"type"}


class History:
    """The facts and events of an example from its shared parts, with the place of each, and the case that they are."""

    __slots__ = ("_events", "_facts", "_names", "_places", "_problems", "_shared", "_whole")

    def __init__(self, whole: Location, problems: list[Diagnostic]) -> None:
        """`whole`: where the example stands. Mistakes go to `problems`."""
        self._whole = whole
        self._problems = problems
        self._facts: dict[str, object] = {}
        self._events: list[object] = []
        self._shared: list[object] = []
        self._places: dict[str, Location] = {}
        self._names: dict[str, Location] = {}

    def add(self, part: Mapping) -> None:
        """What the file, a fixture or the example adds: facts, which win over those before, its own events and those
        that cases share."""
        facts = part.get("facts")
        if isinstance(facts, Mapping):
            for key, value in facts.entries:
                self.give(key, value)
        for name, held in (("events", self._events), ("shared_events", self._shared)):
            events = part.get(name)
            for item in events.items if isinstance(events, Sequence) else ():
                self._event(item, held, f"{name}[{len(held) + 1}]")

    def give(self, key: Scalar, value: Node) -> None:
        """A fact of its own."""
        self._facts[key.text] = self._entry(key, value, f"facts.{key.text}")

    def case(self, id: str, read: CaseReader) -> Case | None:
        """The case, read with texts and local times; None where something is wrong with it."""
        problems: list[Problem] = []
        shared = {"shared_events": self._shared} if self._shared else {}
        case = read({"id": id, "facts": self._facts, "events": self._events, **shared}, problems)
        self._problems += as_diagnostics([_helped(item) for item in problems], self._place)
        return case

    def _place(self, item: Problem) -> Location:
        path = item.path
        if item.code is UNKNOWN_NAME and path in self._names:
            return self._names[path]
        while path and path not in self._places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._places.get(path, self._whole)

    def _event(self, item: Node, held: list[object], path: str) -> None:
        if not isinstance(item, Mapping) or not item.entries:
            return  # the schema says so
        if len(item.entries) > 1:
            what = f"{len(item.entries)} entries stand"
            help = "write the event with its moment, `received: 2026-05-01 23:00`, or `received: {at: …, by: …}`"
            self._problems.append(diagnostic(EVENT, f"{what} where one event belongs", item.location, help))
            return
        ((kind, told),) = item.entries
        self._places[path] = self._names[f"{path}.type"] = self._places[f"{path}.type"] = kind.location
        event: dict[str, object] = {"type": kind.text}
        if isinstance(told, Mapping):
            self._told(event, told, path)
        else:
            event["at"] = self._entry(kind, told, f"{path}.at")
        held.append(event)

    def _told(self, event: dict[str, object], told: Mapping, path: str) -> None:
        """What an event has whatever its type, and the fields of its type, which stand in its `data`."""
        data: dict[str, object] = {}
        self._places[f"{path}.data"] = self._places[path]
        for key, value in told.entries:
            if key.text in _OF_THE_EVENT:
                event[key.text] = self._entry(key, value, f"{path}.{key.text}")
            else:
                data[key.text] = self._entry(key, value, f"{path}.data.{key.text}")
        further = event.get("data", {})
        if data and isinstance(further, dict):
            event["data"] = {**further, **data}

    def _entry(self, key: Scalar, value: Node, path: str) -> object:
        self._names[path] = key.location
        self._places[path] = value.location if isinstance(value, Scalar) and value.text else key.location
        return self._plain(value, path)

    def _plain(self, node: Node, path: str) -> object:
        if isinstance(node, Scalar):
            return None if node.style == "plain" and node.text in _NOTHING else node.text
        if isinstance(node, Sequence):
            return [self._item(item, f"{path}[{number}]") for number, item in enumerate(node.items, 1)]
        return {key.text: self._entry(key, value, f"{path}.{key.text}") for key, value in node.entries}

    def _item(self, node: Node, path: str) -> object:
        self._places[path] = node.location
        return self._plain(node, path)


def _helped(item: Problem) -> Problem:
    """What an event has whatever its type stands beside the fields of its type, and may be what is meant."""
    if item.code is UNKNOWN_NAME and ".data." in item.path:
        near = nearest(item.path.rpartition(".")[2], _OF_THE_EVENT)
        return item._replace(help=f"did you mean `{near}`?") if near else item
    return item


def history_of(parts: Iterable[Mapping], whole: Location, problems: list[Diagnostic]) -> History:
    """The history that the parts make, the later ones after the earlier."""
    found = History(whole, problems)
    for part in parts:
        found.add(part)
    return found
