"""Writes a condition in the words that `fmt` gives it: `is one of`, `more than`, `is known`; its meaning stays."""

from __future__ import annotations

from typing import Final, cast

from complaint_policy.conditions.linear import MIRRORED
from complaint_policy.conditions.parse import ParsedNode, parse_condition
from complaint_policy.conditions.problems import Problem
from complaint_policy.conditions.syntax import Operator
from complaint_policy.conditions.typing import RESERVED_WORDS, Scope
from complaint_policy.conditions.words import SIZES

_WORDS: Final = {sign: " ".join(words) for words, (_, sign) in SIZES.items()} | {"==": "is", "!=": "is not"}
_OPPOSITE: Final = {"==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
_OPPOSITE_MATCH: Final = {"=~": "!~", "!~": "=~", "=~~": "!~~", "!~~": "=~~"}
_LITERALS: Final = frozenset(("number", "string", "date", "duration", "boolean", "null"))
_AFTER_IS: Final = frozenset(("known", "one", "not", "more", "less", "at", "any"))
_STRENGTH: Final = {"add": 1, "subtract": 1, "multiply": 2, "negative": 3}


def in_words(text: str, scope: Scope) -> str:
    """The condition in canonical words; `scope` as for checking it.

    It means the same: checked with the same scope, it gives an equal tree. Signs stay where a day or a moment is
    compared, which is not *more than* another, and quotes where a choice needs them. A text that cannot be read comes
    back as it is.
    """
    parsed = parse_condition(text)
    return text if isinstance(parsed, Problem) else _Wording(text, scope).condition(parsed)


class _Wording:
    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope

    def condition(self, node: ParsedNode, negative: bool = False) -> str:
        """The words of a condition, or of its opposite."""
        match node.kind:
            case "not":
                return self.condition(node.items[0], not negative)
            case "and" | "or":
                joined = f" {node.kind} ".join(self._part(item, node.kind) for item in node.items)
                return f"not ({joined})" if negative else joined
            case "compare":
                return self._comparison(node, negative)
            case "in" | "not in":
                return self._membership(node, negative is (node.kind == "in"))
            case "match":
                left, right = map(self._value, node.items)
                return f"{left} {_OPPOSITE_MATCH[node.text] if negative else node.text} {right}"
            case _:
                return f"not {self._value(node)}" if negative else self._value(node)

    def _part(self, node: ParsedNode, joined_by: str) -> str:
        """A part of an `and` or `or`: in parentheses if it is one of the other kind."""
        bare, negative = node, False
        while bare.kind == "not":
            bare, negative = bare.items[0], not negative
        text = self.condition(node)
        return f"({text})" if bare.kind in ("and", "or") and bare.kind != joined_by and not negative else text

    def _comparison(self, node: ParsedNode, negative: bool) -> str:
        left, right = node.items
        sign = _OPPOSITE[node.text] if negative else node.text
        if _literal(left) and not _literal(right):
            left, right, sign = right, left, MIRRORED[cast(Operator, sign)]
        if sign in ("==", "!="):
            return self._equality(left, right, sign == "==")
        on_calendar = self._on_calendar(left) or self._on_calendar(right)
        return f"{self._value(left)} {sign if on_calendar else _WORDS[sign]} {self._value(right)}"

    def _equality(self, left: ParsedNode, right: ParsedNode, equal: bool) -> str:
        if right.kind == "boolean" and left.kind == "name":
            return left.text if equal is (right.text == "true") else f"not {left.text}"
        if right.kind == "null":
            return f"{self._value(left)} is {'not known' if equal else 'known'}"
        return f"{self._choice(left, right)} {'is' if equal else 'is not'} {self._choice(right, left)}"

    def _membership(self, node: ParsedNode, negative: bool) -> str:
        left, right = node.items
        if right.kind != "list":
            verb = "does not include" if negative else "includes"
            return f"{self._value(right)} {verb} {self._choice(left, right)}"
        if len(right.items) == 1:
            return self._equality(left, right.items[0], not negative)
        values = [self._choice(item, left) for item in right.items]
        if values[0].startswith("("):  # where a reader would take the parenthesis for one around the list
            return f"{self._value(left)} {'not in' if negative else 'in'} [{', '.join(values)}]"
        return f"{self._value(left)} {'is not one of' if negative else 'is one of'} {', '.join(values)}"

    def _choice(self, node: ParsedNode, fact: ParsedNode) -> str:
        """A value beside a fact: a choice without its quotes, if it is read as the choice without them too."""
        choices = self._scope[fact.text][1].choices if fact.kind == "name" and fact.text in self._scope else ()
        written = self._text[node.start : node.end]
        bare = written[1:-1]
        if node.kind != "string" or written[:1] not in ("'", '"') or bare not in choices:
            return self._value(node)
        name = bare.isascii() and bare.isidentifier()
        taken = bare in self._scope or bare in RESERVED_WORDS or bare in _AFTER_IS
        return bare if name and not taken else written

    def _value(self, node: ParsedNode) -> str:
        """A side of a comparison, with the parentheses that its sums need."""
        match node.kind:
            case "add" | "subtract":
                left, right = node.items
                return f"{self._operand(left, 1)} {'+' if node.kind == 'add' else '-'} {self._operand(right, 2)}"
            case "multiply":
                left, right = node.items
                return f"{self._operand(left, 2)} * {self._operand(right, 3)}"
            case "negative":
                return f"-{self._operand(node.items[0], 4)}"
            case _:
                return self._text[node.start : node.end]

    def _operand(self, node: ParsedNode, at_least: int) -> str:
        text = self._value(node)
        return f"({text})" if _STRENGTH.get(node.kind, 4) < at_least else text

    def _on_calendar(self, node: ParsedNode) -> bool:
        """Whether a side is a day or a moment."""
        if node.kind == "name" and node.text in self._scope:
            return self._scope[node.text][1].kind in ("date", "moment")
        return node.kind == "date" or any(map(self._on_calendar, node.items))


def _literal(node: ParsedNode) -> bool:
    return node.kind in _LITERALS or (bool(node.items) and all(map(_literal, node.items)))
