"""Answers the conditions of a whole policy fast: Python source is generated from their trees and compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from math import prod
from types import FunctionType
from typing import Any, Final, Literal, TypeAlias, cast

from complaint_policy.conditions.normal import MOST_LEVELS, atoms_of, levels
from complaint_policy.conditions.source import (
    MOST_PATHS,
    NOT_LOOKED_AT,
    Leaf,
    Noted,
    Program,
    Way,
    Written,
    paths,
)
from complaint_policy.conditions.syntax import Atom, Condition, facts_read
from complaint_policy.records import NamedTuple

Answer: TypeAlias = bool | None
"""True, false, or None for *cannot tell*."""

Seen: TypeAlias = bool | Literal["not_looked_at"] | None
"""An answer in a trace."""

Facts: TypeAlias = Sequence[Any]
"""What is known of a case, by fact number; None for what is not known and has no default (semantics 9).

Values are as `syntax` says; a set of choices is any container of strings, best a frozenset.
"""

Trace: TypeAlias = tuple[tuple[Seen, ...], tuple[tuple[Seen, ...], ...]]
"""What a list of rules answered, and why (semantics 96).

The first part has one answer a rule, `NOT_LOOKED_AT` after the first true one if the list stops there. The second has
one tuple for each rule that was looked at: the answers of `atoms_of(rule)` in that order, `NOT_LOOKED_AT` for an atom
that was not asked because those before it had settled the rule.
"""

Rules: TypeAlias = Callable[[Facts], Trace]
"""A compiled list of rules. It does not raise for facts of the declared types."""


UNLESS_KNOWN: Final = "return h(f)"


class Group(NamedTuple):
    """Rules that are asked together; with `first` (hit policy first) the list stops after the first true one."""

    conditions: Sequence[Condition]
    first: bool = True


def compile_program(groups: Sequence[Group], positions: Mapping[str, int], patience: int = 0) -> list[Rules]:
    """One function a group; `positions` gives the number of each fact that is read.

    The source names facts and constants by number only: no text of an author stands in it. `patience`: so many times a
    group is asked without all its facts known, only that part of it is compiled which then answers.
    """
    return [_compiled_group(group, positions, patience) for group in groups]


def compile_rules(
    conditions: Sequence[Condition], positions: Mapping[str, int], *, first: bool = True, patience: int = 0
) -> Rules:
    """The function of one list of rules."""
    return compile_program([Group(conditions, first)], positions, patience)[0]


def compile_condition(condition: Condition, positions: Mapping[str, int]) -> Callable[[Facts], Answer]:
    """The function of one condition without a trace: true, false, or None for *cannot tell*."""
    return _compiled_when_asked(partial(_condition_source, condition), positions)


def _nothing(facts: Facts) -> None:
    return None


_ASKING: Final = compile("def g(f): return first(f)", "<conditions>", "exec", dont_inherit=True)


def _compiled_when_asked(
    write: Callable[[Program], list[str]], positions: Mapping[str, int], instead: Callable[[Facts], Any] = _nothing
) -> Callable[[Facts], Any]:
    """A function `g` that is written and compiled when it is first called: that takes longer than many a run does.

    It takes over the code that was compiled, so that whoever has kept it calls that code directly from then on; until
    then what `instead` answers will do. Two threads that come first together compile the same source twice, and lose
    nothing else.
    """

    def first(facts: Facts) -> Any:
        answer = instead(facts)
        if answer is not None:
            return answer
        program = Program(positions)
        _execute("\n".join(write(program)), program.namespace)
        made = program.namespace.pop("g")
        namespace.update(program.namespace)
        asked.__code__ = made.__code__
        return asked(facts)

    namespace: dict[str, Any] = {"first": first}
    exec(_ASKING, namespace)
    asked = cast(FunctionType, namespace["g"])
    return asked


def _compiled_group(group: Group, positions: Mapping[str, int], patience: int) -> Rules:
    """A function for facts that are known as far as they are needed; it gives way to another if one is not."""
    unless_known = _compiled_when_asked(partial(_unknown_source, group), positions)
    left = patience

    def instead(facts: Facts) -> Trace | None:
        nonlocal left
        left -= 1
        if left < 0 or not any(facts[positions[fact]] is None for one in group.conditions for fact in facts_read(one)):
            return None
        return cast(Trace, unless_known(facts))

    return cast(Rules, _compiled_when_asked(partial(_group_source, group, unless_known), positions, instead))


def _execute(source: str, namespace: dict[str, Any]) -> None:
    exec(compile(source, "<conditions>", "exec", dont_inherit=True), namespace)


def _condition_source(condition: Condition, program: Program) -> list[str]:
    lines = ["def g(f):"]
    _write_loads([condition], program, lines)
    lines.append(f"  return {Noted(condition, program, 0).three_valued()}")
    return lines


def _write_loads(conditions: Sequence[Condition], program: Program, lines: list[str]) -> None:
    read = dict.fromkeys(fact for condition in conditions for fact in _in_order(condition))
    lines.extend(f"  {program.value(fact)} = f[{program.positions[fact]}]" for fact in read)


def _in_order(condition: Condition) -> list[str]:
    assert levels(condition) <= MOST_LEVELS, "a checked condition does not nest deeper"
    return [fact for atom in atoms_of(condition) for fact in sorted(facts_read(atom))]


def _group_source(group: Group, unless_known: Callable[[Facts], Any], program: Program) -> list[str]:
    program.namespace["h"] = unless_known
    lines = ["def g(f):"]
    if group.first:
        _Stopping(group, program, UNLESS_KNOWN, lines).write()
    else:
        _write_all(group, program, UNLESS_KNOWN, lines)
    return lines


def _unknown_source(group: Group, program: Program) -> list[str]:
    lines = ["def g(f):"]
    _write_loads(group.conditions, program, lines)
    _Unknown(group, program, lines).write()
    return lines


class _Trail:
    """The pieces of a trace so far, as expressions; put together every few rules, so that the source stays short."""

    def __init__(self, name: str, indent: str, lines: list[str]) -> None:
        self._name, self._indent, self._lines = name, indent, lines
        self._parts: list[str] = []
        self._joined = 0

    def add(self, expression: str) -> None:
        self._parts.append(expression)
        if len(self._parts) > 16:
            name = f"{self._name}{self._joined}"
            self._lines.append(f"{self._indent}{name} = {self.all()}")
            self._parts, self._joined = [f"*{name}"], self._joined + 1

    def all(self, *more: str) -> str:
        return "(" + "".join(f"{part}, " for part in (*self._parts, *more)) + ")"


def _piece(condition: Condition, answers: Mapping[Atom, bool]) -> tuple[Seen, ...]:
    return tuple(answers.get(atom, NOT_LOOKED_AT) for atom in atoms_of(condition))


class _Stopping:
    """The part for known facts of a list that stops at the first true rule.

    Every trace that it can give is made beforehand, as far as there are not too many: a number `c` counts up which ways
    the rules before came out false, and picks the trace from a table. That is quicker than to put a trace together.
    """

    _MOST_TRACES = 64
    _MOST_RULES = 32

    def __init__(self, group: Group, program: Program, unless_known: str, lines: list[str]) -> None:
        self._rules, self._program, self._lines = group.conditions, program, lines
        self._written = Written(program, unless_known, lines)
        self._known: frozenset[str] = frozenset()
        self._ways: list[list[tuple[Seen, ...]]] = []  # for each rule that `c` counts: its pieces when it is false
        self._joined = False  # whether `q` holds the pieces of the rules before those
        self._atoms = 0

    def write(self) -> None:
        self._lines.append("  c = 0")
        for place, condition in enumerate(self._rules):
            true, false = paths(condition)
            if true + false > MOST_PATHS:
                self._note(place, condition)
                continue
            if len(self._ways) == self._MOST_RULES or prod(map(len, self._ways)) * false > self._MOST_TRACES:
                self._join()
            if not self._write(place, condition):
                return  # nothing comes after a rule that is always true
        self._lines.append(f"  return {self._result(len(self._rules))}")

    def _write(self, place: int, condition: Condition) -> bool:
        """Append a rule; whether it can be false."""
        passed: list[Way] = []
        counted: list[int] = []

        def stop(way: Way) -> None:
            self._lines.append(f"{way.indent}return {self._result(place, _piece(condition, way.answers))}")

        def go_on(way: Way) -> None:
            passed.append(way)
            counted.append(len(self._lines))
            self._lines.append(f"{way.indent}c += ")

        self._written.rule(condition, Way(1, {}, self._known), stop, go_on)
        self._count(counted)
        if passed:
            self._known = frozenset.intersection(*(way.known for way in passed))
            self._ways.append([_piece(condition, way.answers) for way in reversed(passed)])
        return bool(passed)

    def _count(self, lines: list[int]) -> None:
        """Complete the lines that tell the ways of one rule apart.

        The last way, where usually the first test fails, is the commonest one, and adds nothing.
        """
        step = prod(map(len, self._ways))
        for number, line in enumerate(reversed(lines)):
            self._lines[line] = self._lines[line] + str(step * number) if number else self._lines[line][:-5] + "pass"

    def _result(self, place: int, *last: tuple[Seen, ...]) -> str:
        """The trace if the rule at `place` is the first true one; `place` may be after the last rule."""
        pieces = [(*reversed(ways), *last) for ways in product(*reversed(self._ways))]
        if self._joined or len(self._rules) > self._MOST_TRACES:
            return f"{self._decided(place)}, {'q + ' if self._joined else ''}{self._picked(pieces)}"
        count = len(self._rules)
        answers = (*((False,) * place), True, *((NOT_LOOKED_AT,) * count))[:count]
        return self._picked([(answers, each) for each in pieces])

    def _picked(self, table: Sequence[Any]) -> str:
        name = self._program.table(tuple(table) if len(table) > 1 else table[0])
        return f"{name}[c]" if len(table) > 1 else name

    def _decided(self, place: int) -> str:
        count = len(self._rules)
        if count <= self._MOST_TRACES:
            return self._program.table((*((False,) * place), True, *((NOT_LOOKED_AT,) * count))[:count])
        passed, left = self._program.repeated(False, count), self._program.repeated(NOT_LOOKED_AT, count)
        return f"{passed}[:{place}] + (True,) + {left}[{place + 1}:]" if place < count else passed

    def _join(self) -> None:
        if self._ways:
            pieces = [tuple(reversed(ways)) for ways in product(*reversed(self._ways))]
            self._lines.append(f"  q = {'q + ' if self._joined else ''}{self._picked(pieces)}")
            self._lines.append("  c = 0")
            self._ways, self._joined = [], True

    def _note(self, place: int, condition: Condition) -> None:
        """A rule with too many ways through it: every answer is noted as it is given."""
        self._join()
        noted = Noted(condition, self._program, self._atoms)
        self._atoms += len(noted.locals)
        self._known = _write_noted(place, noted, self._written, self._known, self._lines)
        self._lines.append(f"  q = {'q + ' if self._joined else ''}(p{place},)")
        self._joined = True
        self._lines.append(f"  if r{place}: return {self._decided(place)}, q")


def _write_noted(place: int, noted: Noted, written: Written, known: frozenset[str], lines: list[str]) -> frozenset[str]:
    for atom in noted.locals:
        known = written.read(atom, Way(1, {}, known)).known
    if noted.skipped:
        lines.append(f"  {' = '.join(noted.skipped)} = S")
    lines.append(f"  r{place} = {noted.two_valued()}")
    lines.append(f"  p{place} = {noted.piece}")
    return known


def _write_all(group: Group, program: Program, unless_known: str, lines: list[str]) -> None:
    """The part for known facts of a list of which every rule is asked."""
    written, known, atoms = Written(program, unless_known, lines), frozenset[str](), 0
    for place, condition in enumerate(group.conditions):
        if sum(paths(condition)) > MOST_PATHS:
            noted = Noted(condition, program, atoms)
            atoms += len(noted.locals)
            known = _write_noted(place, noted, written, known, lines)
        else:
            known = _write_answer(place, condition, written, known, lines)
    places = range(len(group.conditions))
    answers, pieces = ("".join(f"{letter}{place}, " for place in places) for letter in "rp")
    lines.append(f"  return ({answers}), ({pieces})")


def _write_answer(
    place: int, condition: Condition, written: Written, known: frozenset[str], lines: list[str]
) -> frozenset[str]:
    ways: list[Way] = []

    def answer(value: bool) -> Leaf:
        def write(way: Way) -> None:
            ways.append(way)
            lines.append(f"{way.indent}r{place} = {value}; p{place} = {_piece(condition, way.answers)!r}")

        return write

    written.rule(condition, Way(1, {}, known), answer(True), answer(False))
    return frozenset.intersection(*(way.known for way in ways))


class _Unknown:
    """The part of a function that runs when a fact is not known: three answers, every one of them noted."""

    def __init__(self, group: Group, program: Program, lines: list[str]) -> None:
        self._group, self._program, self._lines = group, program, lines
        self._answers, self._pieces = _Trail("s", "  ", lines), _Trail("q", "  ", lines)

    def write(self) -> None:
        atoms = 0
        for place, condition in enumerate(self._group.conditions):
            noted = Noted(condition, self._program, atoms)
            atoms += len(noted.locals)
            if noted.skipped:
                self._lines.append(f"  {' = '.join(noted.skipped)} = S")
            self._lines.append(f"  r{place} = {noted.three_valued()}")
            self._lines.append(f"  p{place} = {noted.piece}")
            self._pieces.add(f"p{place}")
            self._answers.add(f"r{place}")
            if self._group.first:
                self._lines.append(f"  if r{place} is True: return {self._stopped(place)}, {self._pieces.all()}")
        self._lines.append(f"  return {self._answers.all()}, {self._pieces.all()}")

    def _stopped(self, place: int) -> str:
        count = len(self._group.conditions)
        after = count - place - 1
        if after <= 16:
            return self._answers.all(*["S"] * after)
        left = self._program.repeated(NOT_LOOKED_AT, count)
        return f"{self._answers.all()} + {left}[{place + 1}:]"
