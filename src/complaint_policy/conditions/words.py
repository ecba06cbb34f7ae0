"""Reads the words of a condition - `is one of`, `more than`, `is known` - as the operators they stand for.

Words are read only where an operator belongs: right after a fact, a value or a closing bracket. No name can stand there
in the grammar of rule-engine, so every condition has one reading, and a fact may still be called `known`. Each operator
keeps the place of the words that the author wrote.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from complaint_policy.conditions.problems import Problem
from complaint_policy.diagnostics import Code

WORDS = Code(
    "CP417",
    "words that are no operator of conditions",
    "The words of conditions are `is`, `is not`, `is one of`, `is not one of`, `is known`, `is not known`, "
    "`more than`, `at least`, `less than`, `at most`, `includes` and `does not include`. One spelling each means that "
    "a condition has one reading, and can be searched for.",
)
LIST_GOES_ON = Code(
    "CP418",
    "a list of choices goes on after `or`",
    "In `is one of a, b` commas separate, and `or` or `and` begins the next condition (semantics 85). A choice that "
    "stands alone after it was meant to be one of the list.",
)

SIZES: Final = {
    ("more", "than"): ("GT", ">"),
    ("at", "least"): ("GE", ">="),
    ("less", "than"): ("LT", "<"),
    ("at", "most"): ("LE", "<="),
}
"""The words that compare sizes, each with its kind of token and its sign."""
OPERATOR_WORDS: Final = frozenset(("is", "more", "less", "at", "includes", "does"))
_CASELESS: Final = OPERATOR_WORDS | {"than", "least", "most", "one", "of", "known", "include", "not"}

_OTHERWISE: Final = {
    ("greater", "than"): "more than",
    ("bigger", "than"): "more than",
    ("higher", "than"): "more than",
    ("larger", "than"): "more than",
    ("fewer", "than"): "less than",
    ("lower", "than"): "less than",
    ("smaller", "than"): "less than",
    ("equal", "to"): "is",
    ("equals",): "is",
    ("above",): "more than",
    ("over",): "more than",
    ("exceeds",): "more than",
    ("below",): "less than",
    ("under",): "less than",
    ("contains",): "includes",
    ("has",): "includes",
    ("any", "of"): "is one of",
    ("either",): "is one of",
}
_OPERANDS: Final = frozenset(
    ("SYMBOL", "STRING", "FLOAT", "FLOAT_INF", "FLOAT_NAN", "DATETIME", "TIMEDELTA", "BYTES", "TRUE", "FALSE", "NULL")
)
_ENDS: Final = _OPERANDS | {"RPAREN", "RBRACKET", "RBRACE"}
_OPENING: Final = frozenset(("LPAREN", "LBRACKET", "LBRACE"))
_CLOSING: Final = frozenset(("RPAREN", "RBRACKET", "RBRACE"))
_LIST_ENDS: Final = frozenset(("AND", "OR", "COMMENT")) | _CLOSING


class Misworded(Exception):
    """Stops the reading at words that are no operator."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class WordReader:
    """Passes tokens on, and operators in the place of words; `read` gives the next token of the lexer, or None."""

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read
        self._ahead: deque[Any] = deque()
        self._ready: deque[Any] = deque()
        self._last: Any = None
        self._depth = 0
        self.in_list = False
        """Whether what is read stands in a list that began with `one of`."""

    def token(self) -> Any:
        """The next token for the grammar; None at the end of the condition."""
        token = self._ready.popleft() if self._ready else self._next()
        self._last = token
        return token

    def _next(self) -> Any:
        token = self._take()
        if self.in_list and self._depth == 0 and (token is None or token.type in _LIST_ENDS):
            return self._end_list(token)
        if token is None:
            return None
        if token.type == "SYMBOL" and self._last is not None and self._last.type in _ENDS:
            return self._operator(token)
        if self.in_list:
            self._depth += (token.type in _OPENING) - (token.type in _CLOSING)
        return token

    def _take(self) -> Any:
        return self._ahead.popleft() if self._ahead else self._read()

    def _peek(self, place: int = 0) -> Any:
        while len(self._ahead) <= place:
            self._ahead.append(self._read())
        return self._ahead[place]

    def _word(self, place: int = 0) -> str:
        """The word that stands so many tokens ahead, empty if it is no word."""
        token = self._peek(place)
        return str(token.value) if token is not None and token.type in ("SYMBOL", "NOT", "IN") else ""

    def _operator(self, token: Any) -> Any:
        word = str(token.value)
        if word == "is":
            return self._is(token)
        following = self._word()
        if (word, following) in SIZES:
            return self._size(token)
        if word == "includes":
            return _made(token, "IN", "in", token)
        if word == "does" and (following, self._word(1)) == ("not", "include"):
            end = (self._take(), self._take())[1]
            self._ready.append(_made(token, "IN", "in", end))
            return _made(token, "NOT", "not", end)
        self._refuse(token)
        return token

    def _is(self, token: Any) -> Any:
        end = token
        negative = self._word() == "not"
        if negative:
            end = self._take()
        word, following = self._word(), self._word(1)
        if word == "known":
            known = self._take()
            self._ready.append(_made(known, "NULL", "null", known))
            return _made(token, *(("EQ", "==") if negative else ("NE", "!=")), end)
        if (word, following) == ("one", "of"):
            return self._begin_list(token, negative)
        if (word, following) in SIZES:
            return self._size(token, negative)
        self._refuse_after_is(token, end, negative)
        return _made(token, *(("NE", "!=") if negative else ("EQ", "==")), end)

    def _size(self, token: Any, negative: bool = False) -> Any:
        first = token if token.value != "is" else self._take()
        end = self._take()
        words = (str(first.value), str(end.value))
        if negative:
            opposite = {">": "at most", ">=": "less than", "<": "at least", "<=": "more than"}[SIZES[words][1]]
            raise Misworded(_problem(token, end, f"`is not {' '.join(words)}` is not an operator", opposite))
        return _made(token, *SIZES[words], end)

    def _begin_list(self, token: Any, negative: bool) -> Any:
        end = (self._take(), self._take())[1]
        first = self._peek()
        if first is not None and first.type in ("LBRACKET", "LPAREN"):
            help = "leave the brackets out: `is one of a, b`"
            message = f"`{first.value}` follows `one of`"
            raise Misworded(Problem(WORDS, message, first.lexpos, first.lexpos + 1, help))
        if first is None or first.type in _LIST_ENDS or first.type == "COMMA":
            message, help = "no value follows `one of`", "write the values, with commas between them: `is one of a, b`"
            raise Misworded(Problem(WORDS, message, token.lexpos, end.endlexpos, help))
        if self.in_list:
            message, help = "a list stands inside a list", "write the second comparison after `and` or `or`"
            raise Misworded(Problem(WORDS, message, token.lexpos, end.endlexpos, help))
        self.in_list, self._depth = True, 0
        opening = _made(first, "LBRACKET", "[", first)
        opening.endlexpos = opening.lexpos
        operator = _made(token, "IN", "in", end)
        if not negative:
            self._ready.append(opening)
            return operator
        self._ready.extend((operator, opening))
        return _made(token, "NOT", "not", end)

    def _end_list(self, token: Any) -> Any:
        """Close the list before `token`, which comes next."""
        self.in_list = False
        if self._last.type == "COMMA":
            comma = self._last
            help = "separate the values with commas alone: `is one of a, b`"
            if token is None or token.type not in ("AND", "OR"):
                help = "write another value after the comma, or take it out"
            raise Misworded(Problem(WORDS, "no value follows the comma", comma.lexpos, comma.endlexpos, help))
        self._ahead.appendleft(token)
        closing = _made(self._last, "RBRACKET", "]", self._last)
        closing.lexpos = closing.endlexpos
        return closing

    def _refuse(self, token: Any) -> None:
        """Report words in the place of an operator that are almost one; leave anything else to the grammar."""
        word, following = str(token.value), self._word()
        if word in ("more", "less") or (word == "at" and following != ""):
            whole = f"{word} than" if word != "at" else "at least` or `at most"
            raise Misworded(_problem(token, token, f"`{word}` is not an operator", whole))
        if word in ("includes", "include", "does"):
            meant = "does not include" if word == "does" else "includes"
            raise Misworded(_problem(token, token, f"`{word}` is not an operator", meant))
        self._refuse_synonym(token, 0, token)
        folded = word.casefold()
        if folded in _CASELESS and folded != word:
            raise Misworded(_problem(token, token, f"`{word}` is not a word of conditions", folded))

    def _refuse_after_is(self, token: Any, end: Any, negative: bool) -> None:
        first = self._peek()
        if first is None:
            return
        word, following = self._word(), self._word(1)
        if word in ("in", "not"):
            meant = "is not one of" if negative else "is one of"
            meant = "is not" if word == "not" else meant
            raise Misworded(_problem(token, first, f"`{word}` cannot follow `{end.value}`", meant))
        if first.type in ("EQ", "NE", "LT", "LE", "GT", "GE"):
            raise Misworded(_problem(token, first, f"`is` and `{first.value}` are two operators", str(first.value)))
        if (word == "one" and self._begins_operand(1)) or (word == "any" and following == "of"):
            meant = "is not one of" if negative else "is one of"
            said, last = (f"is {word} of", self._peek(1)) if word == "any" else (f"is {word}", first)
            raise Misworded(_problem(token, last, f"`{said}` is not an operator", meant))
        if word in ("more", "less", "at") and self._begins_operand(1):
            meant = f"{word} than" if word != "at" else "at least` or `at most"
            raise Misworded(_problem(token, first, f"`is {word}` is not an operator", meant))
        self._refuse_synonym(token, 1, end)

    def _refuse_synonym(self, token: Any, is_before: int, end: Any) -> None:
        """Report words of everyday language that stand for an operator, before an operand."""
        first = str(token.value) if not is_before else self._word()
        second = self._word(is_before)
        for words in ((first, second), (first,)):
            meant = _OTHERWISE.get(words)
            if meant is None or not self._begins_operand(is_before + len(words) - 1):
                continue
            last = self._peek(is_before + len(words) - 2) if is_before + len(words) > 1 else token
            said = "is " if is_before else ""
            raise Misworded(_problem(token, last, f"`{said}{' '.join(words)}` is not an operator", meant))

    def _begins_operand(self, place: int) -> bool:
        token = self._peek(place)
        return token is not None and token.type in _OPERANDS


def _made(at: Any, type: str, value: str, end: Any) -> Any:
    """A token of the grammar from the beginning of one token to the end of another."""
    made = copy.copy(at)
    made.type, made.value, made.endlexpos = type, value, end.endlexpos
    return made


def _problem(first: Any, last: Any, message: str, meant: str) -> Problem:
    mend = "" if "`" in meant or meant == "is not one of" or message.startswith("`in`") else meant
    return Problem(WORDS, message, first.lexpos, last.endlexpos, f"write `{meant}`", mend)
