"""What a case may tell, as the solver sees it: for every fact whether it is known, and each value it may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from complaint_policy.case import Field, Value
from complaint_policy.conditions.patterns import compile_pattern
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.model import Counted, Elapsed, Given, Policy, Source
from complaint_policy.rollout.proof.solver import Solver, Term, alike, boolean, either, every, opposite, some, whole

_FIRST_DAY: Final = -719_162
"""0001-01-01, before which no date can be written, as a day number."""
NUMBERS: Final = ("number", "money", "date", "moment", "duration")


class NotComparableError(Exception):
    """Two policies take a fact of one name for different things, so no case says the same to both."""


class Held(NamedTuple):
    """A fact in the eyes of one policy. What it is counts only where it is `known`.

    truth: of a boolean. labels: of a choice, each with whether it is that one. members: of a set, each with whether it
    is in it. number: of what can be added up or compared by size. text: what a text may be, with its default.
    """

    kind: str
    known: Term
    truth: Term = False
    labels: dict[str, Term] = {}  # noqa: RUF012 - never changed
    members: dict[str, Term] = {}  # noqa: RUF012
    number: Term = 0
    text: Variable | None = None
    default: str | None = None


class Variable:
    """What a case tells of one fact, or what has happened comes to: an unknown of the solver."""

    __slots__ = ("_solver", "_tag", "known", "labels", "members", "name", "number", "patterns", "truth", "type")

    def __init__(self, solver: Solver, tag: str, name: str, type: FactType, *, surely: bool, least: int | None) -> None:
        """tag: by which the solver knows it. surely: it is always known. least: what a number cannot be below."""
        self._solver, self._tag, self.name, self.type = solver, tag, name, type
        self.known: Term = True if surely else boolean(f"k{tag}")
        self.truth: Term = boolean(f"t{tag}") if type.kind == "boolean" else False
        self.labels: dict[str, Term] = {}
        self.members: dict[str, Term] = {}
        self.patterns: dict[str, Term] = {}
        self.number: Term = 0
        if type.kind == "choice":
            self.labels = {choice: boolean(f"c{tag}_{place}") for place, choice in enumerate(type.choices)}
            self._only_one(tuple(self.labels.values()))
            self._always(some(self.labels.values()))
        elif type.kind == "choices":
            self.members = {choice: boolean(f"m{tag}_{place}") for place, choice in enumerate(type.choices)}
        elif type.kind in NUMBERS:
            self.number = whole(f"n{tag}")
            bottom = _bottom(type) if least is None else least
            self._always(self.number >= bottom)
            self._always(self.number <= type.scaled_largest)

    def _always(self, term: Term) -> None:
        assert not self._solver.depth, "what always holds is said before anything is assumed"
        self._solver.add(term)

    def _only_one(self, terms: Sequence[Term]) -> None:
        for place, term in enumerate(terms):
            for other in terms[:place]:
                self._always(opposite(every((term, other))))

    def is_text(self, text: str) -> Term:
        """Whether it is this very text."""
        if text not in self.labels:
            term = self.labels[text] = boolean(f"c{self._tag}_{len(self.labels)}")
            for before in self.labels.values():
                if before is not term:
                    self._always(opposite(every((term, before))))
            for pattern, matches in self.patterns.items():
                self._tie(term, text, pattern, matches)
        return self.labels[text]

    def matches(self, pattern: str) -> Term:
        """Whether a pattern is found in it: anything, but for the texts that are named."""
        if pattern not in self.patterns:
            term = self.patterns[pattern] = boolean(f"p{self._tag}_{len(self.patterns)}")
            for text, is_it in self.labels.items():
                self._tie(is_it, text, pattern, term)
        return self.patterns[pattern]

    def _tie(self, is_it: Term, text: str, pattern: str, matches: Term) -> None:
        found = matches if compile_pattern(pattern)(text) else opposite(matches)
        self._always(some((opposite(is_it), found)))

    def held(self) -> Held:
        """The fact as it is told."""
        text = self if self.type.kind == "text" else None
        return Held(self.type.kind, self.known, self.truth, self.labels, self.members, self.number, text)

    def among(self, value: Value | None) -> Term:
        """Whether it is this value; None: not known."""
        if value is None:
            return opposite(self.known)
        return every((self.known, self._is(value)))

    def _is(self, value: Value) -> Term:
        match self.type.kind:
            case "boolean":
                return self.truth if value else opposite(self.truth)
            case "choice":
                return self.labels.get(str(value), False)
            case "choices":
                assert isinstance(value, frozenset)
                return every(term if name in value else opposite(term) for name, term in self.members.items())
            case "text":
                return self._text(str(value))
        return self.number == value

    def _text(self, value: str) -> Term:
        """As far as named texts and patterns tell it apart from others."""
        named = (term if text == value else opposite(term) for text, term in self.labels.items())
        found = (term if compile_pattern(pattern)(value) else opposite(term) for pattern, term in self.patterns.items())
        return every((*named, *found))


def _bottom(type: FactType) -> int:
    if type.kind == "date":
        return _FIRST_DAY
    return _FIRST_DAY * 86_400 if type.kind == "moment" else -type.scaled_largest


def with_default(held: Held, default: Value | None) -> Held:
    """The default stands wherever it is not known (semantics 9)."""
    if default is None or held.known is True:
        return held
    known = held.known

    def or_default(term: Term, stands: bool) -> Term:
        return some((every((known, term)), every((opposite(known), stands))))

    match held.kind:
        case "boolean":
            return held._replace(known=True, truth=or_default(held.truth, bool(default)))
        case "choice":
            labels = {name: or_default(term, name == default) for name, term in held.labels.items()}
            return held._replace(known=True, labels=labels)
        case "choices":
            assert isinstance(default, frozenset)
            members = {name: or_default(term, name in default) for name, term in held.members.items()}
            return held._replace(known=True, members=members)
        case "text":
            return held._replace(default=str(default))
    return held._replace(known=True, number=either(known, held.number, default))


def is_known(held: Held) -> Term:
    """Whether it is known, by its default too."""
    return True if held.default is not None else held.known


def is_text(held: Held, text: str) -> Term:
    """Whether a text is known and this very one."""
    assert held.text is not None, "only texts are asked"
    by_default = every((opposite(held.known), held.default == text))
    return some((every((held.known, held.text.is_text(text))), by_default))


def finds(held: Held, pattern: str) -> Term:
    """Whether a text is known and a pattern is found in it."""
    assert held.text is not None, "only texts are asked"
    by_default = False
    if held.default is not None:
        by_default = every((opposite(held.known), compile_pattern(pattern)(held.default)))
    return some((every((held.known, held.text.matches(pattern))), by_default))


# --- all facts --------------------------------------------------------------------------------------------------------


class Space:
    """Every case that all of the policies can read.

    given: what a case tells, by the name of the fact. history: what follows from what has happened and from the moment
    asked about, which the solver takes to be anything. moment: the moment asked about.
    """

    def __init__(self, solver: Solver, policies: Sequence[Policy]) -> None:
        self.solver = solver
        self._fields: dict[str, list[Field]] = {}
        for policy in policies:
            for fact in policy.facts:
                if isinstance(fact.source, Given):
                    self._fields.setdefault(fact.field.name, []).append(fact.field)
        self.given: dict[str, Variable] = {}
        self.history: dict[tuple[object, ...], Variable] = {}
        self.moment: Term = whole("moment")

    def within(self, since: int, until: int) -> None:
        """The moment asked about is from `since` on and before `until` (UTC seconds)."""
        self.solver.add(self.moment >= since)
        self.solver.add(self.moment < until)

    def fact(self, name: str) -> Variable:
        """What a case tells of a fact."""
        if name not in self.given:
            fields = self._fields[name]
            default = fields[0].default
            alike_by_default = default is not None and all(one.default == default for one in fields)
            surely = alike_by_default or any(one.required for one in fields)
            tag = f"g{len(self.given)}"
            self.given[name] = Variable(self.solver, tag, name, _common(fields), surely=surely, least=None)
        return self.given[name]

    def happened(self, key: tuple[object, ...], name: str, type: FactType, source: Source) -> Variable:
        """What follows from what has happened; equal keys are one and the same."""
        if key not in self.history:
            least = 0 if isinstance(source, Counted | Elapsed) else None
            tag = f"h{len(self.history)}"
            self.history[key] = Variable(self.solver, tag, name, type, surely=False, least=least)
        return self.history[key]


def _common(fields: Sequence[Field]) -> FactType:
    """What every policy can read."""
    first = fields[0].type
    for field in fields[1:]:
        of = field.type
        if (of.kind, of.scale, of.currency) != (first.kind, first.scale, first.currency):
            raise NotComparableError(field.name)
    choices = tuple(choice for choice in first.choices if all(choice in one.type.choices for one in fields))
    return FactType(first.kind, choices, first.scale, min(one.type.largest for one in fields), first.currency)


def equal(left: Held, right: Held) -> Term | None:
    """Whether two facts of one type that are both known are the same; None where the solver cannot tell."""
    match left.kind:
        case "boolean":
            return alike(left.truth, right.truth)
        case "choice":
            shared = [name for name in left.labels if name in right.labels]
            return some(every((left.labels[name], right.labels[name])) for name in shared)
        case "choices":
            names = dict.fromkeys((*left.members, *right.members))
            return every(alike(left.members.get(name, False), right.members.get(name, False)) for name in names)
        case "text":
            return None
    return left.number == right.number
