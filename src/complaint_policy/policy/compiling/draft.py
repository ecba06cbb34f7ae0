"""One policy file while it is being compiled: its names so far, the answers it was given, and its mistakes."""

from __future__ import annotations

from collections.abc import Mapping as TableOf
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from complaint_policy.calendars.data import Calendar, CalendarChoice, Zone
from complaint_policy.case import EventType
from complaint_policy.clocks.data import Counting
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType, Scope
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiling.asked import Question
from complaint_policy.policy.model import Fact
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence, shape
from complaint_policy.policy.scalars import read_text

SHAPE = Code(
    "CP200",
    "a text, a map or a list stands where another belongs",
    "Each place in a policy has one form. The schema says which; this message comes where the schema let something"
    " through.",
)

Places: TypeAlias = dict[tuple[str, str], Location]
"""Where a thing was declared: by its kind (`fact`, `duty`, `rule`, …) and its qualified name."""


class Horizon(NamedTuple):
    """First and last day (numbers since 1970-01-01) for which calendars are resolved (semantics 68, 81)."""

    first_day: int
    last_day: int


class Spoken(NamedTuple):
    """A text that people read, as written in the file's language, with its translations by language."""

    text: str
    place: Location
    translations: dict[str, str]


class Setting(NamedTuple):
    """What a `{setting: NAME}` stands for: the type asked for, and the node that answers it (None: nothing does).

    `bound`: the answer is the organisation's, not the default of the file that declares the setting. `body`: what the
    file that declares it says of it.
    """

    type: str
    answer: Node | None
    place: Location
    bound: bool = False
    body: Mapping | None = None


@dataclass(slots=True)
class Common:
    """What all files of one policy share: the words for events, resolved calendars, duties that can be named."""

    horizon: Horizon
    currency: str | None
    events: dict[str, EventType] = field(default_factory=dict)
    calendars: dict[str, Calendar | CalendarChoice] = field(default_factory=dict)
    zones: dict[str, Zone] = field(default_factory=dict)
    duties: dict[str, Location] = field(default_factory=dict)
    prohibitions: set[str] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)
    places: Places = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    asked: dict[str, tuple[Question, ...]] = field(default_factory=dict)
    """By pack, what it asks and nobody answers yet."""
    questions: str = ""
    """A `law:` section with what packs ask and nobody answers yet (`questions.py`)."""
    used_calendars: set[str] = field(default_factory=set)
    holidays_release: str = ""
    tzdata: str = ""
    conditions: list[tuple[Scalar, Scope]] = field(default_factory=list)
    """Every condition that was read, with the names it may use: what `fmt` writes in words."""
    spoken: list[Spoken] = field(default_factory=list)
    shared: list[tuple[str, Scalar, Draft]] = field(default_factory=list)
    """The events that several cases share, with the fact that ties them and the file that says so."""
    spans: dict[str, Fact] = field(default_factory=dict)
    """Whether the moment asked about lies in a span that the files name, as facts (`in_force.py`)."""
    beside: TableOf[str, bytes] = field(default_factory=dict)
    """What files beside the policy are to hold that are not written yet, by the names that it gives them."""
    letters: dict[str, str] = field(default_factory=dict)
    """The texts of the templates that were read, by the names of their files (`communications.py`)."""
    kept_in: dict[str, Condition] = field(default_factory=dict)
    """By the full name of a demand, the cases that a scope may not leave out (`policy_must.py`)."""


@dataclass(slots=True, eq=False)
class Draft:
    """A file in work. Names are looked up as written and come out qualified: `prefix` is empty or `uk-fca-disp/`."""

    root: Mapping
    prefix: str
    common: Common
    scope: dict[str, tuple[str, FactType]] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    calendars: dict[str, str] = field(default_factory=dict)
    default_calendar: str | None = None
    profiles: dict[str, Counting] = field(default_factory=dict)
    suspensions: dict[str, str] = field(default_factory=dict)
    duties: dict[str, Location] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    tiers: dict[str, str] = field(default_factory=dict)
    calendar_missed: bool = False
    organisation: Draft | None = None
    """For a pack, the file of the organisation that answers it."""
    packs: dict[str, Draft] = field(default_factory=dict)
    """The packs that this file extends, by their ids: their words are its words too (semantics 59)."""
    taken_over: dict[str, str] = field(default_factory=dict)
    """Facts of packs that can be named here, and the pack of each."""
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of facts, the older names of choices and what they are called now (semantics 67)."""
    earlier: bool = False
    """Whether this is an earlier version of the policy itself (semantics 66)."""
    answered_calendars: dict[str, str] = field(default_factory=dict)
    """Settings of type calendar that the organisation answered: the qualified name of its calendar."""

    @property
    def problems(self) -> list[Diagnostic]:
        """Where every mistake is noted."""
        return self.common.problems

    def name(self, written: str) -> str:
        """The qualified name of a thing that this file declares."""
        return self.prefix + written

    def report(self, code: Code, message: str, place: Location | None, help: str = "") -> None:
        """Note a mistake."""
        self.problems.append(diagnostic(code, message, place, help))

    def declare(self, kind: str, written: str, place: Location) -> str:
        """Remember where a thing was declared; its qualified name."""
        qualified = self.name(written)
        self.common.places.setdefault((kind, qualified), place)
        return qualified


def mapping_in(node: Node | None, draft: Draft) -> Mapping | None:
    """The map that belongs here, or None (with a problem if something else stands here)."""
    if node is None or isinstance(node, Mapping):
        return node
    if not (isinstance(node, Scalar) and node.empty):
        wrong_shape(node, "a map", draft)
    return None


def entries_in(node: Node | None, draft: Draft) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of the map that belongs here, none if there is no map."""
    mapping = mapping_in(node, draft)
    return mapping.entries if mapping else ()


def items_in(node: Node | None, draft: Draft) -> tuple[Node, ...]:
    """The items of the list that belongs here, none if there is no list."""
    if isinstance(node, Sequence):
        return node.items
    if node is not None and not (isinstance(node, Scalar) and node.empty):
        wrong_shape(node, "a list", draft)
    return ()


def texts_in(node: Node | None, draft: Draft) -> list[Scalar]:
    """The texts of the list that belongs here."""
    return [
        item
        for item in items_in(node, draft)
        if isinstance(item, Scalar) and read_text(item, draft.problems) is not None
    ]


def texts_or_one(node: Node | None, draft: Draft) -> list[Scalar]:
    """The texts of the list that belongs here, or the one text."""
    if isinstance(node, Scalar):
        return [node] if text_in(node, draft) is not None else []
    return texts_in(node, draft)


def text_in(node: Node | None, draft: Draft) -> str | None:
    """The text that belongs here, None if nothing stands here."""
    return None if node is None else read_text(node, draft.problems)


def text_under(mapping: Mapping, key: str, draft: Draft) -> str:
    """The text under a key, empty if there is none."""
    return text_in(mapping.get(key), draft) or ""


def wrong_shape(node: Node, wanted: str, draft: Draft) -> None:
    """Note that something else belongs here."""
    draft.report(SHAPE, f"{shape(node)} stands here, where {wanted} belongs", node.location)


def section(draft: Draft, name: str) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of a section of the file (`facts`, `requirements`, …)."""
    return entries_in(draft.root.get(name), draft)


def only_key(mapping: Mapping) -> str | None:
    """The key of a map that has just one."""
    return mapping.entries[0][0].text if len(mapping.entries) == 1 else None
