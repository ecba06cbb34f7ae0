"""Writes conditions as Python source: once for facts that are all known, once for facts that may not be."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import prod
from typing import Any, Final

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.syntax import (
    And,
    Atom,
    Condition,
    Constant,
    Has,
    IsMissing,
    IsTrue,
    Linear,
    Matches,
    Not,
    OneOf,
    Or,
    Same,
    facts_read,
)
from complaint_policy.records import dataclass

NOT_LOOKED_AT: Final = "not_looked_at"
"""Stands in a trace for an answer that nobody asked for, because those before it had settled the matter."""

MOST_PATHS: Final = 16
"""Up to how many ways through a rule are written out as nested tests, which is quicker than noting each answer."""


class Program:
    """What the source of one policy may name: facts by number, and constants, which never stand in its text."""

    __slots__ = ("_names", "namespace", "positions")

    def __init__(self, positions: Mapping[str, int]) -> None:
        self.positions = positions
        self.namespace: dict[str, Any] = {"S": NOT_LOOKED_AT}
        self._names: dict[Hashable, str] = {}

    def value(self, fact: str) -> str:
        """The local that holds a fact."""
        return f"v{self.positions[fact]}"

    def constant(self, value: str | tuple[str, ...] | frozenset[str]) -> str:
        """The global that holds a constant."""
        return self._kept(("value", value), value)

    def _kept(self, key: Hashable, value: Any) -> str:
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"K{len(self._names)}"
            self.namespace[name] = value
        return name

    def table(self, value: Any) -> str:
        """The global that holds a part of a trace, or a table of traces."""
        return self._kept(("table", len(self._names)), value)

    def repeated(self, answer: bool | str, count: int) -> str:
        """The global that holds the same answer for each of `count` rules."""
        return self._kept(("repeated", answer, count), (answer,) * count)

    def pattern(self, pattern: str) -> str:
        """The global that holds the search for a pattern."""
        from complaint_policy.conditions.patterns import compile_pattern

        key = ("pattern", pattern)
        return self._names.get(key) or self._kept(key, compile_pattern(pattern))


def facts_needed(atom: Atom) -> frozenset[str]:
    """The facts without which the atom cannot be told; none for the question whether a fact is known."""
    return frozenset() if isinstance(atom, IsMissing) else facts_read(atom)


def test(atom: Atom, program: Program) -> str:
    """An expression that is true or false if the facts the atom needs are known."""
    match atom:
        case Constant(value):
            return "True" if value else "False"
        case IsTrue(fact):
            return program.value(fact)
        case IsMissing(fact):
            return f"{program.value(fact)} is None"
        case OneOf(fact, (value,)):
            return f"{program.value(fact)} == {program.constant(value)}"
        case OneOf(fact, values):
            constant = program.constant(values if len(values) <= 3 else frozenset(values))
            return f"{program.value(fact)} in {constant}"
        case Matches(fact, pattern):
            return f"{program.pattern(pattern)}({program.value(fact)})"
        case Has(fact, choice):
            return f"{program.constant(choice)} in {program.value(fact)}"
        case Same(left, right):
            return f"{program.value(left)} == {program.value(right)}"
        case Linear(operator, terms, constant):
            return f"{_sum(terms, program)} {operator} {constant}"


def _sum(terms: tuple[tuple[str, int], ...], program: Program) -> str:
    parts = [program.value(fact) if factor == 1 else f"{factor} * {program.value(fact)}" for fact, factor in terms]
    return " + ".join(parts) or "0"


def _test_or_none(atom: Atom, program: Program) -> str:
    if isinstance(atom, IsTrue):
        return program.value(atom.fact)  # None already, if it is not known
    unknown = " or ".join(f"{program.value(fact)} is None" for fact in sorted(facts_needed(atom)))
    return f"None if {unknown} else {test(atom, program)}" if unknown else test(atom, program)


class Noted:
    """Expressions that give the answer of a rule and note the answers of its atoms in locals on the way."""

    def __init__(self, rule: Condition, program: Program, first: int) -> None:
        """`first` is the number of the first local that may be used for atoms."""
        self.rule = rule
        self._program = program
        self.locals = {atom: f"a{first + place}" for place, atom in enumerate(atoms_of(rule))}
        self._temporaries = 0

    @property
    def piece(self) -> str:
        """The tuple of the rule's atoms."""
        return f"({', '.join(self.locals.values())},)"

    @property
    def skipped(self) -> list[str]:
        """The locals that an evaluation may leave without a value: all but that of the first atom."""
        return list(self.locals.values())[1:]

    def two_valued(self) -> str:
        """True or false, if every fact is known."""
        return self._known(self.rule)

    def three_valued(self) -> str:
        """True, false or None (Kleene); stops at the first false of an `and`, at the first true of an `or`."""
        return self._maybe(self.rule)[0]

    def _known(self, node: Condition) -> str:
        match node:
            case And(items):
                return f"({' and '.join(map(self._known, items))})"
            case Or(items):
                return f"({' or '.join(map(self._known, items))})"
            case Not(item):
                return f"(not {self._known(item)})"
            case _:
                return f"({self.locals[node]} := {test(node, self._program)})"

    def _maybe(self, node: Condition) -> tuple[str, str]:
        """The expression, and the local that holds its value afterwards (none for the rule itself)."""
        match node:
            case And(items):
                parts = [self._named(item) for item in items]
                stops = " or ".join(f"{expression} is False" for expression, _ in parts)
                return f"(False if {stops} else {' and '.join(name for _, name in parts)})", ""
            case Or(items):
                parts = [self._named(item) for item in items]
                stops = " or ".join(f"{expression} is True" for expression, _ in parts)
                unknown = " or ".join(f"{name} is None" for _, name in parts)
                return f"(True if {stops} else None if {unknown} else False)", ""
            case Not(item):
                expression, name = self._maybe(item)
                return f"(None if {expression} is None else not {name})", ""
            case _:
                name = self.locals[node]
                return f"({name} := {_test_or_none(node, self._program)})", name

    def _named(self, node: Condition) -> tuple[str, str]:
        expression, name = self._maybe(node)
        if name:
            return expression, name
        name = f"t{self._temporaries}"
        self._temporaries += 1
        return f"({name} := {expression})", name


def paths(node: Condition) -> tuple[int, int]:
    """In how many ways, atom by atom, the condition can come out true, and false."""
    match node:
        case Constant(value):
            return (1, 0) if value else (0, 1)
        case Not(item):
            true, false = paths(item)
            return false, true
        case And(items):
            return _serial([paths(item) for item in items])
        case Or(items):
            true, false = _serial([paths(item)[::-1] for item in items])
            return false, true
        case _:
            return 1, 1


def _serial(ways: list[tuple[int, int]]) -> tuple[int, int]:
    stops = sum(prod(true for true, _ in ways[:place]) * false for place, (_, false) in enumerate(ways))
    return prod(true for true, _ in ways), stops


@dataclass(frozen=True, slots=True)
class Way:
    """What is settled at one place of a rule that is written out: answers of atoms, and facts found to be known."""

    depth: int
    answers: Mapping[Atom, bool]
    known: frozenset[str]

    @property
    def indent(self) -> str:
        """The white space that a line at this place begins with."""
        return "  " * self.depth

    def settled(self, atom: Atom, answer: bool, deeper: int) -> Way:
        """The place after an atom has answered."""
        return Way(self.depth + deeper, {**self.answers, atom: answer}, self.known)


Leaf = Callable[[Way], None]


class Written:
    """A rule written out as nested tests: at each end it is known which atoms were asked, and what they answered.

    A fact is read and found to be known just before the first test that needs it; if it is not known, `unless_known`
    is what the function does instead.
    """

    def __init__(self, program: Program, unless_known: str, lines: list[str]) -> None:
        self._program = program
        self._unless_known = unless_known
        self._lines = lines

    def rule(self, node: Condition, way: Way, yes: Leaf, no: Leaf) -> None:
        """Append the tests of `node`; `yes` and `no` append what follows each way it can come out."""
        match node:
            case And(items):
                self._all(items, way, yes, no)
            case Or(items):
                self._any(items, way, yes, no)
            case Not(item):
                self.rule(item, way, no, yes)
            case _:
                self._atom(node, way, yes, no)

    def read(self, atom: Atom, way: Way) -> Way:
        """Append the reading of the facts that the atom needs, as far as they have not been read on this way."""
        needed = facts_needed(atom)
        for fact in sorted(facts_read(atom) - way.known):
            value = self._program.value(fact)
            self._lines.append(f"{way.indent}{value} = f[{self._program.positions[fact]}]")
            if fact in needed:
                self._lines.append(f"{way.indent}if {value} is None: {self._unless_known}")
        return Way(way.depth, way.answers, way.known | needed)

    def _all(self, items: tuple[Condition, ...], way: Way, yes: Leaf, no: Leaf) -> None:
        if not items:
            yes(way)
            return
        self.rule(items[0], way, lambda after: self._all(items[1:], after, yes, no), no)

    def _any(self, items: tuple[Condition, ...], way: Way, yes: Leaf, no: Leaf) -> None:
        if not items:
            no(way)
            return
        self.rule(items[0], way, yes, lambda after: self._any(items[1:], after, yes, no))

    def _atom(self, atom: Atom, way: Way, yes: Leaf, no: Leaf) -> None:
        settled = atom.value if isinstance(atom, Constant) else way.answers.get(atom)
        if settled is not None:
            (yes if settled else no)(way.settled(atom, settled, 0))
            return
        way = self.read(atom, way)
        self._lines.append(f"{way.indent}if {test(atom, self._program)}:")
        self._branch(way.settled(atom, True, 1), yes)
        self._lines.append(f"{way.indent}else:")
        self._branch(way.settled(atom, False, 1), no)

    def _branch(self, way: Way, leaf: Leaf) -> None:
        before = len(self._lines)
        leaf(way)
        if len(self._lines) == before:
            self._lines.append(f"{way.indent}pass")
