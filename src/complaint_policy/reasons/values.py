"""Which values of a fact must be tried: one for each way in which the conditions can tell its values apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from complaint_policy.case import Field, Value
from complaint_policy.conditions.linear import MIRRORED
from complaint_policy.conditions.syntax import Atom, Has, Linear, Matches, OneOf, Operator, Same
from complaint_policy.rollout.proof.texts import text_for

MOST_MEMBERS: Final = 4
"""Of so many members every subset of a set of choices is tried; of more, one at a time."""
NUMBERS: Final = frozenset(("number", "money", "date", "moment", "duration"))


def values_of(
    field: Field, now: Value | None, atoms: Iterable[Atom], known: Mapping[str, object], plain: int
) -> list[Value]:
    """Other values than `now`, in declared order or the nearest first.

    Each stands for all that every condition answers alike: of numbers it is the one nearest to `now`. `atoms` are the
    conditions that read the fact, under its own name; a sum of several facts is told apart with the others as `known`.
    plain: what a number that is not known is taken to be near to.
    """
    match field.type.kind:
        case "boolean":
            return [one for one in (True, False) if one is not now]
        case "choice":
            return [one for one in field.type.choices if one != now]
        case "choices":
            return _sets(field, now, atoms)
        case "text":
            return [one for one in _texts(atoms) if one != now]
    at = now if isinstance(now, int) else plain
    most = field.type.scaled_largest
    edges = edges_of(field.name, atoms, known)
    return [one for one in nearest_in_cells(edges, at, -most, most) if one != now]


# --- numbers ----------------------------------------------------------------------------------------------------------


def edges_of(name: str, atoms: Iterable[Atom], known: Mapping[str, object]) -> list[int]:
    """The numbers from which on a condition answers otherwise than just below them."""
    found: set[int] = set()
    for atom in atoms:
        if isinstance(atom, Linear):
            factor, rest = 0, atom.constant
            for fact, by in atom.terms:
                other = known.get(fact)
                if fact == name:
                    factor += by
                elif isinstance(other, int):
                    rest -= by * other
                else:
                    break  # a sum of which a part is not known has no answer
            else:
                found |= _edges(atom.operator, factor, rest) if factor else set()
        elif isinstance(atom, Same):
            value = known.get(atom.right if atom.left == name else atom.left)
            found |= {value, value + 1} if isinstance(value, int) else set()
    return sorted(found)


def _edges(operator: Operator, factor: int, number: int) -> set[int]:
    """Of `factor * x operator number`."""
    if factor < 0:
        factor, number, operator = -factor, -number, MIRRORED[operator]
    whole, left = divmod(number, factor)
    if operator in ("==", "!="):
        return {whole, whole + 1} if not left else set()
    return {whole + 1} if operator in (">", "<=") or left else {whole}


def nearest_in_cells(edges: Iterable[int], at: int, least: int, most: int) -> list[int]:
    """Of each stretch between two edges the number nearest to `at`, the nearest first."""
    inside = sorted(edge for edge in set(edges) if least < edge <= most)
    firsts, lasts = [least, *inside], [*(edge - 1 for edge in inside), most]
    found = [min(max(at, first), last) for first, last in zip(firsts, lasts, strict=True)]
    return sorted(found, key=lambda one: (abs(one - at), one))


# --- texts and sets of choices ----------------------------------------------------------------------------------------


def _sets(field: Field, now: Value | None, atoms: Iterable[Atom]) -> list[Value]:
    held = now if isinstance(now, frozenset) else frozenset[str]()
    asked = {one.choice for one in atoms if isinstance(one, Has)}
    members = [one for one in field.type.choices if one in asked]
    most = len(members) if len(members) <= MOST_MEMBERS else 1
    changed = [held ^ frozenset(some) for size in range(most + 1) for some in combinations(members, size)]
    return [one for one in changed if one != now]


def _texts(atoms: Iterable[Atom]) -> Iterator[str]:
    """Each text that is named, one for each set of patterns that one text shows, and one that none of them knows."""
    asked = list(atoms)
    named = dict.fromkeys(value for one in asked if isinstance(one, OneOf) for value in one.values)
    patterns = list(dict.fromkeys(one.pattern for one in asked if isinstance(one, Matches)))
    yield from named
    others = dict.fromkeys(named, False)
    found: dict[str, None] = {}
    for size in range(min(len(patterns), MOST_MEMBERS) + 1):
        for some in combinations(patterns, size):
            text = text_for(others, {one: one in some for one in patterns})
            if text is not None:
                found[text] = None
    yield from found


# --- the conditions of a fact under the names of others ---------------------------------------------------------------


def of_fact(name: str, atoms: Iterable[Atom], known_as: Mapping[str, tuple[str, Mapping[str, str]]]) -> list[Atom]:
    """The conditions that read a given fact, also where it goes by another name, as conditions on the fact itself."""
    found: dict[Atom, None] = {}
    for atom in atoms:
        match atom:
            case OneOf(fact, values) if _is(fact, name, known_as):
                mapping = known_as[fact][1]
                back = tuple(one for one, to in mapping.items() if to in values) if mapping else values
                found[OneOf(name, back or values)] = None
            case Has(fact, choice) if _is(fact, name, known_as):
                mapping = known_as[fact][1]
                back = tuple(one for one, to in mapping.items() if to == choice) if mapping else (choice,)
                found.update(dict.fromkeys(Has(name, one) for one in back))
            case Matches(fact, pattern) if _is(fact, name, known_as):
                found[Matches(name, pattern)] = None
            case Linear(operator, terms, constant, reads) if any(_is(fact, name, known_as) for fact, _ in terms):
                own = tuple((name if _is(fact, name, known_as) else fact, by) for fact, by in terms)
                found[Linear(operator, own, constant, reads)] = None
            case Same(left, right) if _is(left, name, known_as) or _is(right, name, known_as):
                found[Same(name, right) if _is(left, name, known_as) else Same(left, name)] = None
    return list(found)


def _is(fact: str, name: str, known_as: Mapping[str, tuple[str, Mapping[str, str]]]) -> bool:
    return fact in known_as and known_as[fact][0] == name
