"""Reads the text of a condition with the grammar of the rule-engine package, and says where each part of it stands."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from complaint_policy.conditions.problems import Problem
from complaint_policy.conditions.typing import RESERVED_WORDS
from complaint_policy.conditions.words import Misworded, WordReader
from complaint_policy.diagnostics import Code

MOST_CHARACTERS: Final = 10_000
MOST_LEVELS: Final = 60
"""How deep the written operators may nest; a chain of `and`, or of `or`, is one level."""

SYNTAX = Code(
    "CP401",
    "the condition cannot be read",
    "The text does not follow the grammar of conditions: comparisons such as `amount > 500`, joined by `and`, `or`, "
    "`not` and parentheses, with words in small letters, one comparison at a time, and texts in straight quotes.",
)
TOO_BIG = Code(
    "CP402",
    "the condition is too long or nests too deep",
    "A condition holds at most 10,000 characters, 60 levels of operators, and 30 levels of `and` within `or` within "
    "`and`. Nobody can review more. Name parts of it as derived facts, or write a table.",
)


@dataclass(frozen=True, slots=True)
class ParsedNode:
    """A part of a condition as written, nothing folded: `start` and `end` count characters from 0.

    `kind` is one of the words in the table of this module; `text` is the operator, the name, or the literal as written
    (a date or duration literal without its letter and quotes); `depth` is how many levels of parts it holds. `text` of
    an operator is its sign, `written` the author's spelling of it (`is one of`, `more than`).
    """

    kind: str
    start: int
    end: int
    text: str = ""
    items: tuple[ParsedNode, ...] = ()
    depth: int = 1
    written: str = ""


def parse_condition(text: str) -> ParsedNode | Problem:
    """The tree of the condition as written, or the first thing that keeps it from being read. Never raises."""
    if not text.strip():
        return Problem(SYNTAX, "the condition is empty", 0, len(text), "write a condition such as `amount > 500`")
    if len(text) > MOST_CHARACTERS:
        message = f"the condition has {len(text)} characters; at most {MOST_CHARACTERS} can be read"
        return Problem(TOO_BIG, message, 0, len(text), "name parts of it as derived facts, or write a table")
    return _grammar()(text)


# The kind of node that each rule of the grammar makes. A rule that is not here fails when the grammar is built, so that
# a new release of rule-engine is noticed by the first test.
_KINDS: Final = {
    "p_expression_getattr": "attribute",
    "p_expression_ternary": "ternary",
    "p_expression_coalesce": "coalesce",
    "p_expression_arithmetic": "arithmetic",
    "p_expression_add": "add",
    "p_expression_sub": "subtract",
    "p_expression_bitwise": "bitwise",
    "p_expression_bitwise_shift": "bitwise",
    "p_expression_contains": "in",
    "p_expression_comparison": "compare",
    "p_expression_arithmetic_comparison": "compare",
    "p_expression_fuzzy_comparison": "match",
    "p_expression_logic": "logic",
    "p_expression_negate": "not",
    "p_expression_symbol": "name",
    "p_expression_uminus": "negative",
    "p_expression_boolean": "boolean",
    "p_expression_bytes": "bytes",
    "p_expression_datetime": "date",
    "p_expression_timedelta": "duration",
    "p_expression_float": "number",
    "p_expression_null": "null",
    "p_expression_set": "set",
    "p_expression_string": "string",
    "p_expression_array": "list",
    "p_expression_array_comprehension": "comprehension",
    "p_expression_mapping": "mapping",
    "p_expression_getitem": "index",
    "p_expression_getslice": "slice",
    "p_expression_function_call": "call",
}
_LITERALS: Final = frozenset(("name", "boolean", "bytes", "date", "duration", "number", "null", "string"))
_LISTS: Final = frozenset(("p_expression_array_members", "p_expression_mapping_member", "p_expression_mapping_members"))


class _Unreadable(Exception):
    """Stops the parser where the text cannot be read on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Tokens:
    """A lexer that notes where each token ends, reads words as operators, and keeps the last tokens for a message."""

    def __init__(self, lexer: Any) -> None:
        self._lexer = lexer
        self.text = ""
        self.before: Any = None
        self.last: Any = None
        self.words = WordReader(self._read)

    def input(self, text: str) -> None:
        self.text, self.before, self.last = text, None, None
        self.words = WordReader(self._read)
        self._lexer.input(text)

    def _read(self) -> Any:
        token = self._lexer.token()
        if token is not None:
            token.endlexpos = self._lexer.lexpos
        return token

    def token(self) -> Any:
        token = self.words.token()
        self.before, self.last = self.last, token
        return token

    @property
    def position(self) -> int:
        return int(self._lexer.lexpos)


@lru_cache(maxsize=1)
def _grammar() -> Callable[[str], ParsedNode | Problem]:
    """The parser, built once: importing rule_engine takes most of a second, because it makes its tables anew.

    The tables that rule_engine has made are used again, with actions of our own: its own actions leave out positions,
    and its own trees are folded while they are built, which loses mistakes.
    """
    from rule_engine import Rule
    from rule_engine.errors import EngineError

    parser = copy.copy(Rule.parser._parser)
    parser.productions = [_with_action(production) for production in parser.productions]
    tokens = _Tokens(Rule.parser._lexer.clone())
    parser.errorfunc = lambda token: _stop(tokens, token)
    lock = Lock()

    def parse(text: str) -> ParsedNode | Problem:
        with lock:
            try:
                node: ParsedNode = parser.parse(text, lexer=tokens, tracking=True)
            except (_Unreadable, Misworded) as error:
                return error.problem
            except EngineError as error:
                return _unreadable_token(text, getattr(error, "token", None), tokens.position)
        return node

    return parse


def _with_action(production: Any) -> Any:
    production = copy.copy(production)
    name = production.func
    if name is None:  # the start of the grammar, which ply never reduces
        return production
    if name == "p_statement_expr":
        production.callable = _statement
    elif name in ("p_expression_object", "p_expression_group"):
        production.callable = _passed_on
    elif name in _LISTS:
        production.callable = _listed
    else:
        kind = _KINDS[name]
        production.callable = lambda p: _reduce(kind, p)
    return production


def _statement(p: Any) -> None:
    if len(p) == 3:
        token = p.slice[2]
        problem = Problem(
            SYNTAX,
            "a comment stands inside the condition",
            token.lexpos,
            token.endlexpos,
            "move it out of the condition; a `#` that belongs to a text needs quotes around the text",
        )
        raise _Unreadable(problem)
    p[0] = p[1]


def _passed_on(p: Any) -> None:
    p[0] = p[2] if len(p) == 4 else p[1]


def _listed(p: Any) -> None:
    p[0] = _nodes(p)


def _nodes(p: Any) -> tuple[ParsedNode, ...]:
    found: list[ParsedNode] = []
    for value in (symbol.value for symbol in p.slice[1:]):
        if isinstance(value, ParsedNode):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(value)
    return tuple(found)


def _reduce(kind: str, p: Any) -> None:
    symbol = p.slice[0]
    items = _nodes(p)
    words = [str(part.value) for part in p.slice[1:] if isinstance(part.value, str)]
    text = " ".join(words) if kind not in ("call", "index", "slice", "list", "set", "mapping") else ""
    signs = [part for part in p.slice[1:] if isinstance(part.value, str)]
    written = " ".join(p.lexer.text[signs[0].lexpos : signs[-1].endlexpos].split()) if signs else ""
    if kind == "in":
        kind = text  # `in`, or `not in`
        items = items[::-1] if written.endswith(("includes", "include")) else items
    elif kind == "logic":
        kind = text
        left = items[0]
        items = (*left.items, *items[1:]) if left.kind == kind else items
    elif kind == "arithmetic":
        kind = "multiply" if text == "*" else "arithmetic"
    depth = 1 + max((item.depth for item in items), default=0)
    if depth > MOST_LEVELS:
        message = f"the condition nests more than {MOST_LEVELS} levels deep"
        help = "name parts of it as derived facts, or write a table"
        raise _Unreadable(Problem(TOO_BIG, message, symbol.lexpos, symbol.endlexpos, help))
    p[0] = ParsedNode(kind, symbol.lexpos, symbol.endlexpos, text, items, depth, written)


_COMPARING: Final = frozenset(("EQ", "NE", "LT", "LE", "GT", "GE", "IN", "EQ_FZM", "EQ_FZS", "NE_FZM", "NE_FZS"))
_JOINING: Final = _COMPARING | frozenset(("AND", "OR", "NOT", "ADD", "SUB", "MUL", "LPAREN", "COMMA", "LBRACKET"))
_CAPITALS: Final = frozenset(("and", "or", "not", "in"))


def _stop(tokens: _Tokens, token: Any) -> None:
    raise _Unreadable(_unexpected(tokens, token))


def _unexpected(tokens: _Tokens, token: Any) -> Problem:
    """The problem of a token that cannot stand where it stands, in words that fit the commonest mistakes."""
    if token is None:
        end = len(tokens.text.rstrip())
        return Problem(SYNTAX, "the condition ends too early", end, end, "complete it, or close the parenthesis")
    before = tokens.before if tokens.last is token else tokens.last
    word = tokens.text[token.lexpos : token.endlexpos]
    for other in (token, before):
        written = other.value if other is not None and other.type == "SYMBOL" else ""
        if written not in _CAPITALS and written.casefold() in _CAPITALS:
            message = f"`{written}` is not a word of conditions"
            return Problem(
                SYNTAX, message, other.lexpos, other.endlexpos, f"write `{written.casefold()}`", written.casefold()
            )
    message, help = _reason(word, token, before, tokens.words.in_list)
    return Problem(SYNTAX, message, token.lexpos, token.endlexpos, help)


def _reason(word: str, token: Any, before: Any, in_list: bool) -> tuple[str, str]:
    doubled = before is not None and before.endlexpos == token.lexpos and before.type == token.type
    if token.type in ("BWAND", "BWOR") and doubled:
        return f"`{word * 2}` is not an operator", f"write `{'and' if word == '&' else 'or'}`"
    if word == ">" and before is not None and before.type == "LT":
        return "`<>` is not an operator", "write `!=`"
    if word in RESERVED_WORDS and word not in _CAPITALS:
        return f"`{word}` cannot be a name", "choose another name"
    if token.type in _COMPARING and before is not None and before.type not in _JOINING:
        return "comparisons cannot be chained", "compare one pair at a time and join them: `1 < n and n < 3`"
    if token.type == "COMMA" and before is not None and before.type == "FLOAT":
        return "a number is written without `,`", "write `1000` and not `1,000`; several values stand in `[ ]`"
    if token.type == "SYMBOL" and before is not None and before.type == "FLOAT":
        if before.endlexpos == token.lexpos and word.startswith("_"):
            return "a number is written without `_`", "write `1000` and not `1_000`"
        if len(word) == 3 and word.isupper():
            return f"`{word}` follows a number", "write the number alone: the fact has its currency already"
        return f"`{word}` follows a number", 'write the number alone; a duration is written `t"P5D"` (5 days)'
    if in_list and token.type in ("SYMBOL", "STRING", "FLOAT") and before is not None:
        return f"a comma is missing before `{word}`", "values after `is one of` stand apart by commas"
    if token.type in ("SYMBOL", "STRING", "FLOAT", "DATETIME", "TIMEDELTA") and before is not None:
        return f"an operator is missing before `{word}`", "join two comparisons with `and` or `or`"
    if word == ")":
        return "`)` closes nothing", "take it out, or open it before with `(`"
    return f"`{word}` cannot stand here", "take it out, or complete what stands around it"


_CHARACTERS: Final = {
    "=": ("`=` is not an operator", "write `==`"),
    "!": ("`!` is not an operator", "write `not`, or `!=` between two values"),
    "~": ("`~` is not an operator", "write `=~` (matches at the start) or `=~~` (searches)"),
    '"': ("this text has no closing quote", 'put `"` after it'),
    "'": ("this text has no closing quote", "put `'` after it"),
}
_CURLY: Final = frozenset("\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb")


def _unreadable_token(text: str, token: Any, position: int) -> Problem:
    """The problem of characters that form no word of the grammar."""
    start = position if token is None else int(token.lexpos)
    if token is None:  # a word that rule_engine keeps for itself; its error carries no position
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
            start -= 1
        return Problem(SYNTAX, f"`{text[start:position]}` cannot be a name", start, position, "choose another name")
    character = text[start]
    if character in _CURLY:
        return Problem(SYNTAX, f"`{character}` is not a quote here", start, start + 1, 'write straight quotes: `"`')
    elsewhere = "leave it out; names are written in the letters a to z, and a text stands in quotes"
    message, help = _CHARACTERS.get(character, (f"`{character}` cannot stand in a condition", elsewhere))
    return Problem(SYNTAX, message, start, start + 1, help, "==" if character == "=" else "")
