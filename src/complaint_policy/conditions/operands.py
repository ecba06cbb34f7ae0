"""Reads the two sides of a comparison: facts, values, and sums of them, each with its type."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from complaint_policy.conditions.linear import LINEAR_KINDS, Form, FormKind, in_days, of_fact, of_value, plus, times
from complaint_policy.conditions.literals import LITERAL, Refused, read_duration, read_number, read_string, read_time
from complaint_policy.conditions.parse import ParsedNode
from complaint_policy.conditions.problems import Problem
from complaint_policy.conditions.typing import RESERVED_WORDS, FactType, Scope, in_words
from complaint_policy.diagnostics import Code, nearest

UNKNOWN = Code(
    "CP403",
    "a name in a condition is not known",
    "A condition names facts that the file declares, or the fields of the event it filters. A misspelt name would "
    "otherwise be a fact that is never known.",
)
NOT_SHARED = Code(
    "CP404",
    "a construct that conditions do not have",
    "Conditions are answered for one case, for whole tables of cases, and by a proof. What these three cannot do alike "
    "and exactly is left out of the language: calls, indexing, division, bit operations, the time of evaluation.",
)
ARITHMETIC = Code(
    "CP411",
    "a sum that cannot be kept exact",
    "Sums are linear: facts added, subtracted, or multiplied by a number. Products of facts, differences of dates, and "
    "dates with part of a day have no exact meaning that one case, tables and proofs share.",
)
TYPES = Code(
    "CP405",
    "the types of a comparison do not agree",
    "Comparing values of different types is always a mistake; left alone it would be silently false.",
)
CURRENCY = Code(
    "CP412",
    "two currencies are compared",
    "A fact of money has one currency. Amounts in different currencies cannot be compared without a rate and a date "
    "(semantics 70).",
)


A_DURATION: Final = 'a duration is written `t"P5D"` (5 days) or `t"PT8H"` (8 hours)'


class Fact(NamedTuple):
    """A fact as written: `name` is what the author wrote, `qualified` what the tree keeps."""

    name: str
    qualified: str
    type: FactType
    node: ParsedNode


class Word(NamedTuple):
    """A bare word that names no fact; it may be a choice of what it is compared with."""

    text: str
    node: ParsedNode


class Text(NamedTuple):
    """A text in quotes, in Unicode NFC."""

    value: str
    node: ParsedNode


class Truth(NamedTuple):
    """`true` or `false`."""

    value: bool
    node: ParsedNode


class Null(NamedTuple):
    """`null`, for what is not known."""

    node: ParsedNode


class Sum(NamedTuple):
    """A number, date, moment or duration that was written, or an expression of such values and facts."""

    form: Form
    node: ParsedNode


Operand: TypeAlias = Fact | Word | Text | Truth | Null | Sum


@dataclass(slots=True)
class Checking:
    """One condition while it is checked: its text, what its names mean, and what has been found wrong with it."""

    text: str
    scope: Scope
    problems: list[Problem] = field(default_factory=list)
    types: dict[str, FactType] = field(default_factory=dict)

    def report(self, code: Code, node: ParsedNode, message: str, help: str = "") -> None:
        """Note a problem with a part of the text."""
        self.problems.append(Problem(code, message, node.start, node.end, help))

    def written(self, node: ParsedNode) -> str:
        """A part as the author wrote it, in back-ticks, shortened if it is long."""
        source = " ".join(self.text[node.start : node.end].split())
        return f"`{source if len(source) <= 60 else source[:57] + '...'}`"


REFUSED_CONSTRUCTS: Final = {
    "attribute": ("`.` reaches into a fact", "a field of an event is declared as a fact with `field:`"),
    "ternary": ("`? :` chooses between two values", "write two rules, or `(a and b) or (not a and c)`"),
    "coalesce": ("`??` replaces what is not known", "declare `default:` with the fact"),
    "bitwise": ("operations on bits are not part of conditions", "write `and`, `or`, `not`"),
    "bytes": ("bytes are not part of conditions", 'write a text: `"..."`'),
    "set": ("a list is written with `[ ]`", "write `[a, b]` and not `{a, b}`"),
    "mapping": ("`{ }` is not part of conditions", "many alike cases go in a table"),
    "comprehension": ("`for` is not part of conditions", "write each comparison, or a table"),
    "index": ("`[ ]` after a fact takes a part of it", "declare the part as a fact of its own"),
    "slice": ("`[ : ]` after a fact takes a part of it", "compare texts with `=~` (matches at the start)"),
    "call": ("functions cannot be called in a condition", "declare what it computes as a fact"),
}
_ARITHMETIC: Final = {
    "/": ("`/` divides, which is not always exact", "multiply the other side of the comparison instead"),
    "//": ("`//` divides and rounds", "multiply the other side of the comparison instead"),
    "%": ("`%` takes a remainder", "declare what it computes as a fact"),
    "**": ("`**` is a power", "sums are linear: facts times numbers, added"),
}
_AGAINST_AN_EVENT: Final = (
    "compare with an event, by a fact such as `{later_than: 6 years, from: occurred_on, event: received}`"
)
_BUILT_IN: Final = {
    "$now": ("`$now` would make the answer depend on the clock", _AGAINST_AN_EVENT),
    "$today": ("`$today` would make the answer depend on the clock", _AGAINST_AN_EVENT),
    "$random": ("`$random` would make the answer depend on chance", "a rule gives equal cases equal answers"),
}


def described(check: Checking, item: Operand) -> str:
    """An operand and its type, as a message names it."""
    match item:
        case Fact(name, _, type):
            return f"`{name}` ({in_words(type.kind)})"
        case Sum(form, node):
            return f"{check.written(node)} ({in_words(form.kind)})"
        case Text(_, node):
            return f"{check.written(node)} (a text)"
        case Truth(_, node):
            return f"{check.written(node)} (a boolean)"
        case Null() | Word():
            return check.written(item.node)


def operand(check: Checking, node: ParsedNode) -> Operand | None:
    """What one side of a comparison means, or None if that has been reported as a problem."""
    match node.kind:
        case "name":
            return _name(check, node)
        case "boolean":
            return Truth(node.text == "true", node)
        case "null":
            return Null(node)
        case "string":
            return _string(check, node)
        case "number" | "date" | "duration":
            return _value(check, node)
        case "add" | "subtract":
            return _added(check, node)
        case "multiply":
            return _multiplied(check, node)
        case "negative":
            return _negative(check, node)
        case "and" | "or" | "not" | "compare" | "in" | "not in" | "match":
            help = "join conditions with `and` or `or`; `==` and `<` stand between facts and values"
            check.report(TYPES, node, f"{check.written(node)} is a condition, not a value", help)
        case "list":
            check.report(TYPES, node, "a list stands outside `in`", "write `fact in [a, b]`")
        case _:
            refuse(check, node)
    return None


def refuse(check: Checking, node: ParsedNode) -> None:
    """Report a construct of the grammar that conditions do not have."""
    if node.kind == "arithmetic":
        check.report(NOT_SHARED, node, *_ARITHMETIC[node.text])
    elif node.kind == "name":
        message = f"`{node.text}` is not part of conditions"
        check.report(NOT_SHARED, node, *_BUILT_IN.get(node.text, (message, f"write `{node.text[1:]}` without `$`")))
    else:
        check.report(NOT_SHARED, node, *REFUSED_CONSTRUCTS[node.kind])


def _name(check: Checking, node: ParsedNode) -> Operand | None:
    if node.text.startswith("$"):
        refuse(check, node)
        return None
    found = check.scope.get(node.text)
    if found is None:
        return Word(node.text, node)
    qualified, type = found
    check.types[qualified] = type
    return Fact(node.text, qualified, type, node)


def alike(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant; of one letter nobody can tell which other letter was meant."""
    return nearest(word, [name for name in names if len(word) > 1 or name.casefold() == word.casefold()])


def unknown(check: Checking, word: Word) -> None:
    """Report a bare word that names nothing."""
    message = f"`{word.text}` is not a known fact"
    folded = word.text.casefold()
    near = alike(word.text, check.scope)
    if folded in ("yes", "no"):
        help = f"write `{'true' if folded == 'yes' else 'false'}`"
    elif folded in RESERVED_WORDS:
        help = f"write `{folded}`"
    elif near:
        help = f"did you mean `{near}`?"
    else:
        help = "declare it under `facts`, or put a text in quotes"
    check.report(UNKNOWN, word.node, message, help)


def _string(check: Checking, node: ParsedNode) -> Operand | None:
    read = read_string(node.text)
    if isinstance(read, Refused):
        _refused_literal(check, node, read)
        return None
    return Text(unicodedata.normalize("NFC", read), node)


def _refused_literal(check: Checking, node: ParsedNode, refused: Refused) -> None:
    start, end = node.start, node.end
    if refused.offset is not None:
        start, end = start + refused.offset, start + refused.offset + 2
    check.problems.append(Problem(LITERAL, refused.message, start, end, refused.help))


def _value(check: Checking, node: ParsedNode) -> Operand | None:
    kind: FormKind
    if node.kind == "date":
        time = read_time(node.text)
        if isinstance(time, Refused):
            _refused_literal(check, node, time)
            return None
        return Sum(of_value(time.kind, time.value), node)
    number: Fraction | int | Refused
    kind, number = (
        ("number", read_number(node.text)) if node.kind == "number" else ("duration", read_duration(node.text))
    )
    if isinstance(number, Refused):
        _refused_literal(check, node, number)
        return None
    return Sum(of_value(kind, number), node)


def form_of(check: Checking, item: Operand) -> Form | None:
    """An operand as a sum, or None if it is of another type (a word that names nothing is reported)."""
    if isinstance(item, Sum):
        return item.form
    if isinstance(item, Fact) and item.type.kind in LINEAR_KINDS:
        return of_fact(item.qualified, item.type)
    if isinstance(item, Word):
        unknown(check, item)
    return None


def _part_of_sum(check: Checking, node: ParsedNode) -> Form | None:
    item = operand(check, node)
    if item is None:
        return None
    form = form_of(check, item)
    if form is None and not isinstance(item, Word):
        message = f"{described(check, item)} cannot be part of a sum"
        check.report(ARITHMETIC, node, message, "sums hold numbers, money, dates, moments and durations")
    return form


def _added(check: Checking, node: ParsedNode) -> Operand | None:
    parts = [_part_of_sum(check, item) for item in node.items]
    left, right = parts
    if left is None or right is None:
        return None
    form = _joined(check, node, left, right)
    return None if form is None else Sum(form, node)


def _joined(check: Checking, node: ParsedNode, left: Form, right: Form) -> Form | None:
    sign = 1 if node.kind == "add" else -1
    if left.kind in ("date", "moment") and right.kind in ("date", "moment"):
        first, second = (check.text[item.start : item.end] for item in node.items)
        if sign > 0:
            message, help = "adds one date to another", f'add a duration: `{first} + t"P5D"` is 5 days after it'
        else:
            help = f'compare with a sum: `{first} > {second} + t"P5D"` is true if more than 5 days lie between them'
            message = "takes one date from another"
        check.report(ARITHMETIC, node, f"{check.written(node)} {message}", help)
        return None
    if left.kind == "duration" and right.kind in ("date", "moment") and sign > 0:
        left, right = right, left
        reads = (*right.terms, *left.terms)
        moved = _moved(check, node, left, right, sign)
        return moved and _reordered(moved, [name for name, _ in reads])
    if left.kind in ("date", "moment") and right.kind == "duration":
        return _moved(check, node, left, right, sign)
    kind = same_kind(check, node, left, right, f"`{node.text}` joins")
    return None if kind is None else plus(left, times(right, Fraction(sign)), kind)


def _moved(check: Checking, node: ParsedNode, point: Form, length: Form, sign: int) -> Form | None:
    if point.kind == "date":
        days = in_days(length)
        if days is None:
            message = f"{check.written(node)} would be a date with part of a day"
            help = 'add whole days: `t"P5D"`; hours, and durations that are facts, are added to moments'
            check.report(ARITHMETIC, node, message, help)
            return None
        length = days
    return plus(point, times(length, Fraction(sign)), point.kind)


def _reordered(form: Form, names: list[str]) -> Form:
    order = {name: place for place, name in reversed(list(enumerate(names)))}
    return form._replace(terms=tuple(sorted(form.terms, key=lambda term: order[term[0]])))


def same_kind(check: Checking, node: ParsedNode, left: Form, right: Form, what: str) -> FormKind | None:
    """The kind that two sums share; a plain number beside money is in its currency's units."""
    if left.kind == right.kind:
        if left.currency and right.currency and left.currency != right.currency:
            message = f"{what} {left.currency} and {right.currency}"
            help = "declare both facts in one currency; an import may convert at a declared rate and date"
            check.report(CURRENCY, node, message, help)
            return None
        return left.kind
    if {left.kind, right.kind} == {"money", "number"} and (left if left.kind == "number" else right).literal:
        return "money"
    message = f"{what} {in_words(left.kind)} and {in_words(right.kind)}"
    check.report(TYPES, node, message, advice(left, right))
    return None


def advice(left: Form, right: Form) -> str:
    """What to write instead of two sums of different kinds."""
    kinds = {left.kind, right.kind}
    if kinds == {"date", "moment"}:
        return 'a date stands beside `d"2026-01-31"`, a moment beside `d"2026-01-31T17:00:00+01:00"`'
    if "duration" in kinds and "number" in kinds:
        return f"a number and a duration are two things; {A_DURATION}"
    if "number" in kinds and kinds & {"date", "moment"}:
        return 'a date is written `d"2026-01-31"`, a number of days `t"P5D"` (5 days)'
    if kinds & {"date", "moment"} and "duration" in kinds:
        return f'a date is written `d"2026-01-31"`; {A_DURATION}'
    return "compare and add up values of one type"


def _multiplied(check: Checking, node: ParsedNode) -> Operand | None:
    left, right = (_part_of_sum(check, item) for item in node.items)
    if left is None or right is None:
        return None
    if not (left.literal and left.kind == "number"):
        left, right = right, left
    if not (left.literal and left.kind == "number"):
        message = (
            f"{check.written(node)} multiplies two facts"
            if left.terms and right.terms
            else (f"{check.written(node)} multiplies {in_words(right.kind)} by {in_words(left.kind)}")
        )
        check.report(ARITHMETIC, node, message, "multiply a fact by a number that is written out")
        return None
    if right.kind in ("date", "moment"):
        check.report(
            ARITHMETIC, node, f"{check.written(node)} multiplies {in_words(right.kind)}", 'add `t"P5D"` instead'
        )
        return None
    return Sum(times(right, left.constant), node)


def _negative(check: Checking, node: ParsedNode) -> Operand | None:
    form = _part_of_sum(check, node.items[0])
    if form is None:
        return None
    if form.kind in ("date", "moment"):
        check.report(ARITHMETIC, node, f"`-` stands before {in_words(form.kind)}", "leave `-` out")
        return None
    return Sum(times(form, Fraction(-1)), node)
