"""Clocks by several facts: rows of which the first that fits counts, as tables by one fact inside each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from complaint_policy.clocks.data import ByFact, Due
from complaint_policy.conditions.syntax import And, Condition, Constant, IsTrue, Not, OneOf, Or
from complaint_policy.diagnostics import Code, Location
from complaint_policy.policy.compiling.cells import read_cell
from complaint_policy.policy.compiling.draft import Draft, items_in, mapping_in
from complaint_policy.policy.compiling.labels import MISSING, KeyFact, key_fact, values_of
from complaint_policy.policy.nodes import Mapping, Node, Scalar

CLOCK_CELL = Code(
    "CP335",
    "a cell that a table of clocks cannot look at",
    "A table of clocks looks at the values that a fact may have. While it is not known, every row counts that it may"
    " still come to (semantics 51), so no cell can ask whether it is known.",
)
NOT_REACHED = Code(
    "CP336",
    "a row of a table of clocks that is never reached",
    "The first row that fits counts. Where the rows above serve every case that would come to it, it has no effect.",
    "warning",
)
LARGE = Code(
    "CP337",
    "a table of clocks with too many cases",
    "Each combination of values gets its clock when the policy is compiled; thousands of them are no longer a table"
    " that anybody can check.",
)

CLOCK_KEYS = frozenset({"due", "start", "length", "calendar", "profile", "promptly"})
MOST_CASES = 5_000

Compile = Callable[[Node], Due | None]


class _Row(NamedTuple):
    """The values for which a row fits, fact by fact, what is due then, and where it stands."""

    values: tuple[frozenset[str], ...]
    due: Due
    place: Location


class _TooMany(Exception):
    """There are more cases than anybody would check."""


def clock_table(node: Mapping, draft: Draft, compile_due: Compile) -> Due | None:
    """The clock of a `table`: by its first fact, then by the next, in the order of its columns (semantics 51, 52, 83).

    A combination of values that no row serves is a mistake; a row that no combination comes to is told.
    """
    bodies = [body for item in items_in(node.get("table"), draft) if (body := mapping_in(item, draft)) is not None]
    facts = _facts(bodies, draft)
    if facts is None:
        return None
    found = [_row(body, facts, draft, compile_due) for body in bodies]
    rows = [row for row in found if row is not None]
    if len(rows) < len(found) or not rows:
        return None
    tree = _Tree(list(facts.values()), rows)
    try:
        due = tree.due(0, tuple(range(len(rows))), ())
    except _TooMany:
        help = "split the duty, or decide a label in `classification` first and go by that"
        draft.report(LARGE, f"this table has more than {MOST_CASES:,} cases", node.location, help)
        return None
    place = (node.key("table") or bodies[0]).location
    for gap in tree.gaps[:1]:
        said = ", ".join(f"`{fact}` is `{value}`" for fact, value in gap) or "any case"
        help = "add a row for it, or a last row with `-` in every cell"
        draft.report(MISSING, f"no row of this table serves a case where {said}", place, help)
    if not tree.gaps:
        rows_never_reached([row for number, row in enumerate(rows) if number not in tree.reached], draft)
    return due


def rows_never_reached(rows: list[_Row], draft: Draft) -> None:
    """Rows of a table of clocks all of whose cases are served by the rows above.

    Example:
        timeframes:
          decide:
            due:
              start: received
              table: |
                product | vulnerable | length
                -       | yes        | 3 days
                card    | no         | 5 days
                loan    | no         | 6 days
                card    | -          | 4 days
            done_by: decision_communicated

    Better:
        timeframes:
          decide:
            due:
              start: received
              table: |
                product | vulnerable | length
                -       | yes        | 3 days
                card    | no         | 5 days
                loan    | no         | 6 days
            done_by: decision_communicated
    """
    for row in rows:
        help = "move it up, or take it out"
        draft.report(NOT_REACHED, "this row is never reached: the rows above serve all its cases", row.place, help)


def _facts(bodies: list[Mapping], draft: Draft) -> dict[str, KeyFact] | None:
    """The facts of all cells, in the order in which they are first written; None if one of them cannot be looked at."""
    written = {key.text: key for body in bodies for key, _ in body.entries if key.text not in CLOCK_KEYS}
    found = {name: key_fact(key, draft) for name, key in written.items()}
    good = {name: fact for name, fact in found.items() if fact is not None}
    return good if len(good) == len(found) else None


def _row(body: Mapping, facts: dict[str, KeyFact], draft: Draft, compile_due: Compile) -> _Row | None:
    values = []
    for name, fact in facts.items():
        cell = body.get(name)
        condition = Constant(True) if cell is None else read_cell(cell, fact, draft)
        fitting = None if condition is None else _fitting(condition, fact)
        if condition is not None and fitting is None and cell is not None:
            text = cell.text if isinstance(cell, Scalar) else "known"
            help = "write values, or `-` for any"
            draft.report(CLOCK_CELL, f"`{text}` does not belong into a table of clocks", cell.location, help)
        values.append(fitting)
    clock = body.get("due") or Mapping(tuple(one for one in body.entries if one[0].text in CLOCK_KEYS), body.location)
    due = compile_due(clock)
    good = [one for one in values if one is not None]
    return _Row(tuple(good), due, body.location) if due is not None and len(good) == len(values) else None


def _fitting(condition: Condition, fact: KeyFact) -> frozenset[str] | None:
    """The values of the fact for which the cell holds; None if it asks for something else than a value."""
    answers = {value: _holds(condition, value) for value in values_of(fact[1])}
    return None if None in answers.values() else frozenset(value for value, answer in answers.items() if answer)


def _holds(condition: Condition, value: str) -> bool | None:
    match condition:
        case Constant(answer):
            return answer
        case IsTrue():
            return value == "true"
        case OneOf(_, values):
            return value in values
        case Not(item):
            inner = _holds(item, value)
            return None if inner is None else not inner
        case And(items) | Or(items):
            inner_ones = [_holds(item, value) for item in items]
            if None in inner_ones:
                return None
            return all(inner_ones) if isinstance(condition, And) else any(inner_ones)
        case _:
            return None


class _Tree:
    """The rows as clocks by one fact inside each other; remembers which rows count, and for which case none does."""

    def __init__(self, facts: list[KeyFact], rows: list[_Row]) -> None:
        self.facts = facts
        self.rows = rows
        self.reached: set[int] = set()
        self.gaps: list[tuple[tuple[str, str], ...]] = []
        self._left = MOST_CASES

    def due(self, place: int, rows: tuple[int, ...], case: tuple[tuple[str, str], ...]) -> Due | None:
        """What is due where these rows may still fit, by the facts from `place` on; `case` says how one comes here."""
        self._left -= 1
        if self._left < 0:
            raise _TooMany
        if not rows:
            self.gaps.append(case)
            return None
        if place == len(self.facts):
            self.reached.add(rows[0])
            return self.rows[rows[0]].due
        name, type = self.facts[place]
        groups: dict[tuple[int, ...], list[str]] = {}
        for value in values_of(type):
            fits = tuple(row for row in rows if value in self.rows[row].values[place])
            groups.setdefault(fits, []).append(value)
        found = {
            fits: self.due(place + 1, fits, (*case, (name, values[0])) if len(groups) > 1 else case)
            for fits, values in groups.items()
        }
        if len(groups) == 1:
            return next(iter(found.values()))
        return _by_fact(name, [(values, found[fits]) for fits, values in groups.items()])


def _by_fact(fact: str, groups: list[tuple[list[str], Due | None]]) -> ByFact:
    """A table by one fact; the clock that serves most of its values is that of all others."""
    most = max(groups, key=lambda group: len(group[0]))
    rest = most if len(most[0]) > 1 else None
    cases = tuple(
        (value, due) for group in groups if group is not rest for value in group[0] if (due := group[1]) is not None
    )
    return ByFact(fact, cases, rest[1] if rest else None)
