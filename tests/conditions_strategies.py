"""Hypothesis strategies for conditions: the facts they name, texts an author could write, and cases."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType, Scope

PRODUCTS = ("card", "loan", "mortgage", "savings")
TAGS = ("late", "rude", "fees")
WORDS = ("refund", "re fund", "card 12", "b\nrefund", "REFUND", "naïve", "aab", "")
PATTERNS = ("refund", "^re", "a*b", "[a-c]+", "\\\\d\\\\d", "(re|b).?fund", "d 1", "[^a-z]", "\\\\w\\\\s\\\\w", ".")

# Written names beside qualified ones. Some are words of Python, or names that generated source uses itself.
SCOPE: Scope = {
    "injury": ("injury", FactType("boolean")),
    "v0": ("v0", FactType("boolean")),
    "lambda": ("lambda", FactType("boolean")),
    "f": ("some-pack/f", FactType("boolean")),
    "a1": ("a1", FactType("number", scale=1)),
    "c": ("c", FactType("number")),
    "people": ("other-pack/people", FactType("number", largest=10**6)),
    "K0": ("K0", FactType("money", scale=2, currency="GBP")),
    "amount": ("some-pack/amount", FactType("money", scale=2, currency="GBP")),
    "S": ("S", FactType("choice", PRODUCTS)),
    "product": ("product", FactType("choice", PRODUCTS)),
    "print": ("print", FactType("text")),
    "note": ("note", FactType("text")),
    "tags": ("tags", FactType("choices", TAGS)),
    "start": ("start", FactType("date")),
    "class": ("class", FactType("date")),
    "sent": ("sent", FactType("moment")),
    "h0": ("h0", FactType("moment")),
    "wait": ("wait", FactType("duration", largest=10**9)),
    "t0": ("t0", FactType("duration", largest=10**9)),
}
TYPES = dict(SCOPE.values())
WRITTEN = {qualified: written for written, (qualified, _) in SCOPE.items()}
POSITIONS = {qualified: place for place, qualified in enumerate(TYPES)}

_COMPARE = st.sampled_from(("<", "<=", "==", "!=", ">=", ">"))
_EQUAL = st.sampled_from(("==", "!="))


def _names(*kinds: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name, (_, type) in SCOPE.items() if type.kind in kinds])


def _format(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda values: template.format(*values))


_DAYS = st.sampled_from(("2026-01-01", "2026-02-28", "2024-02-29", "2026-01-06"))
_DAY = _DAYS.map('d"{}"'.format)
_MOMENT = st.sampled_from(
    ("2026-01-01T10:00:00+01:00", "2026-01-01T09:00:00Z", "2026-01-06T09:30:00-05:00", "2024-02-29T23:59:59+00:00")
).map('d"{}"'.format)
_WHOLE_DAYS = st.sampled_from(("P1D", "P5D", "P1W")).map('t"{}"'.format)
_DURATION = st.sampled_from(("P1D", "PT8H", "P1DT12H", "PT90S", "P5D", "PT0S")).map('t"{}"'.format)
_NUMBER = st.sampled_from(("0", "1", "2", "2.5", "-1", "0.25", "10", "500"))
_FACTOR = st.sampled_from(("2", "0.5", "-3", "0", "1"))
_JOIN = st.sampled_from(("+", "-"))


def _number(kind: str) -> st.SearchStrategy[str]:
    one = st.one_of(_names(kind), _format("{} * {}", _FACTOR, _names(kind)), _format("{} * {}", _names(kind), _FACTOR))
    return st.one_of(
        one,
        _format("{} {} {}", one, _JOIN, one),
        _format("{} {} {}", one, _JOIN, _NUMBER),
        _format("-({} {} {})", one, _JOIN, one),
    )


def _points(kind: str, literal: st.SearchStrategy[str], length: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    side = st.one_of(
        _names(kind), _format("{} {} {}", _names(kind), _JOIN, length), _format("{} + {}", length, _names(kind))
    )
    return st.one_of(
        _format("{} {} {}", side, _COMPARE, literal),
        _format("{} {} {}", literal, _COMPARE, side),
        _format("{} {} {}", side, _COMPARE, side),
        _format("{} in [{}, {}]", _names(kind), literal, literal),
    )


_PRODUCT = st.sampled_from(PRODUCTS).map('"{}"'.format)
_WORD = st.sampled_from(WORDS).map(lambda word: '"' + word.replace("\n", "\\n") + '"')
_PATTERN = st.sampled_from(PATTERNS).map('"{}"'.format)
_WAIT = st.one_of(_DURATION, _names("duration"))

atoms: st.SearchStrategy[str] = st.one_of(
    _names("boolean"),
    _format("{} {} {}", _names("boolean"), _EQUAL, st.sampled_from(("true", "false"))),
    _format("{} {} {}", _names("boolean"), _EQUAL, _names("boolean")),
    _format("{} {} {}", _names("choice"), _EQUAL, st.one_of(_PRODUCT, _names("choice"))),
    _format("{} {} [{}, {}]", _names("choice"), st.sampled_from(("in", "not in")), _PRODUCT, _PRODUCT),
    _format("{} {} {}", _names("text"), _EQUAL, st.one_of(_WORD, _names("text"))),
    _format("{} in [{}, {}]", _names("text"), _WORD, _WORD),
    _format("{} {} {}", _names("text"), st.sampled_from(("=~", "=~~", "!~", "!~~")), _PATTERN),
    _format('"{}" {} tags', st.sampled_from(TAGS), st.sampled_from(("in", "not in"))),
    _format("{} {} null", st.sampled_from(sorted(SCOPE)), _EQUAL),
    _format("{} {} {}", _number("number"), _COMPARE, st.one_of(_NUMBER, _number("number"))),
    _format("{} {} {}", _number("money"), _COMPARE, st.one_of(_NUMBER, _number("money"))),
    _format("{} {} [{}, {}]", _names("number", "money"), st.sampled_from(("in", "not in")), _NUMBER, _NUMBER),
    _points("date", _DAY, _WHOLE_DAYS),
    _points("moment", _MOMENT, _WAIT),
    _format("{} {} {}", _names("duration"), _COMPARE, _DURATION),
    _format("{} {} {} {} {}", _names("duration"), _JOIN, _WAIT, _COMPARE, _WAIT),
)

texts: st.SearchStrategy[str] = st.recursive(
    atoms,
    lambda inner: st.one_of(
        _format("({}) and ({})", inner, inner),
        _format("({}) or ({})", inner, inner),
        _format("({}) or ({}) or ({})", inner, inner, inner),
        _format("not ({})", inner),
    ),
    max_leaves=8,
)
"""Texts of conditions that check, over the facts of `SCOPE`; choices are in quotes, as rule_engine needs them."""


def checked(text: str) -> Condition:
    condition, problems = check_condition(text, SCOPE)
    assert condition is not None, (text, problems)
    return condition


conditions: st.SearchStrategy[Condition] = texts.map(checked)

_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "number": st.integers(-30, 30),
    "money": st.sampled_from((0, 100, 200, 250, 25, -100, 1000, 50000)),
    "choice": st.sampled_from(PRODUCTS),
    "text": st.sampled_from(WORDS),
    "choices": st.frozensets(st.sampled_from(TAGS)),
    "date": st.integers(20449, 20465),  # around 2026-01-01
    "moment": st.sampled_from((1767258000, 1767258000 + 86_400, 1767258000 - 28_800, 1767623400, 1709251199)),
    "duration": st.sampled_from((0, 90, 28_800, 86_400, 129_600, 432_000)),
}


def cases(*, known: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """A value, or None for not known, for every qualified name."""

    def value(kind: str) -> st.SearchStrategy[Any]:
        return _VALUES[kind] if known else st.one_of(st.none(), _VALUES[kind], _VALUES[kind])

    return st.fixed_dictionaries({name: value(type.kind) for name, type in TYPES.items()})


def facts(case: dict[str, Any]) -> list[Any]:
    """The values by fact number, as compiled conditions read them."""
    return [case[name] for name in POSITIONS]
