"""The patterns a condition can look for in a text: a small set that every engine matches alike, in linear time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from complaint_policy.records import NamedTuple, dataclass

MOST_CHARACTERS: Final = 1_000
MOST_SIZE: Final = 1_000
MOST_COUNT: Final = 100
MOST_LEVELS: Final = 30


@dataclass(frozen=True, slots=True)
class PatternProblem:
    """Why a pattern is refused; `start` and `end` count its characters from 0."""

    message: str
    help: str
    start: int
    end: int


class _Refused(Exception):
    def __init__(self, message: str, help: str, start: int, end: int) -> None:
        super().__init__(message)
        self.problem = PatternProblem(message, help, start, end)


class _Part(NamedTuple):
    """A printed part: its size once counts are written out, whether it holds an anchor, and what it is made of."""

    text: str
    size: int
    anchored: bool = False
    shape: str = "item"


def canonical(pattern: str, anchored: bool) -> str | PatternProblem:
    r"""The pattern in the one spelling that RE2, Rust's regex and Python's `re` read alike, or why it is refused.

    `anchored` puts `\A` in front (`=~`, semantics 72). A canonical pattern is its own canonical spelling (unless
    anchored again). Never raises; `compile_pattern` accepts every result.
    """
    if len(pattern) > MOST_CHARACTERS:
        message = f"the pattern has more than {MOST_CHARACTERS} characters"
        return PatternProblem(message, "make it shorter", 0, len(pattern))
    reader = _Reader(pattern)
    try:
        part = reader.alternatives(0)
        if reader.position < len(pattern):
            raise reader.refusal("`)` closes nothing", r"write `\)` for the character")
        if part.size > MOST_SIZE:
            message = f"the pattern comes to more than {MOST_SIZE} characters when its counts are written out"
            raise _Refused(message, "use smaller counts", 0, len(pattern))
    except _Refused as error:
        return error.problem
    if not anchored:
        return part.text
    return r"\A" + _grouped(part, "alternatives")


def _grouped(part: _Part, *shapes: str) -> str:
    return f"(?:{part.text})" if part.shape in shapes else part.text


_SHORT: Final = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_CONTROLS: Final = {"t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_CONTROL_NAMES: Final = {character: "\\" + letter for letter, character in _CONTROLS.items()}
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;=?@[\\]^_`{|}~ ")  # all of ASCII's but < and >
_SPECIAL: Final = frozenset("\\.+*?()|[]{}^$")
_SPECIAL_IN_CLASS: Final = frozenset("]^-[&~\\")


def _literal(character: str, special: frozenset[str]) -> str:
    if character in _CONTROL_NAMES:
        return _CONTROL_NAMES[character]
    return "\\" + character if character in special else character


class _Reader:
    """A recursive descent over one pattern that prints while it reads."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def at(self, text: str) -> bool:
        return self.pattern.startswith(text, self.position)

    def take(self, text: str) -> bool:
        found = self.at(text)
        self.position += len(text) if found else 0
        return found

    def refusal(self, message: str, help: str, length: int = 1, start: int | None = None) -> _Refused:
        begin = self.position if start is None else start
        return _Refused(message, help, begin, min(len(self.pattern), begin + length))

    def alternatives(self, level: int) -> _Part:
        parts = [self.sequence(level)]
        while self.take("|"):
            parts.append(self.sequence(level))
        if len(parts) == 1:
            return parts[0]
        size, anchored = sum(part.size for part in parts) + 1, any(part.anchored for part in parts)
        return _Part("|".join(part.text for part in parts), size, anchored, "alternatives")

    def sequence(self, level: int) -> _Part:
        parts: list[_Part] = []
        while self.position < len(self.pattern) and not self.at("|") and not self.at(")"):
            parts.append(self.repeated(level))
        if not parts and level and self.position == len(self.pattern):
            raise self.refusal(
                "`(` is not closed", r"write `)`, or `\(` for the character", 1, self.pattern.rindex("(")
            )
        if not parts:
            what = "an alternative of the pattern" if "|" in self.pattern or level else "the pattern"
            raise self.refusal(f"{what} is empty", "write what the text must hold; `( )?` makes a part optional")
        if len(parts) == 1:
            return parts[0]
        text = "".join(_grouped(part, "alternatives") for part in parts)
        return _Part(text, sum(part.size for part in parts), any(part.anchored for part in parts), "sequence")

    def repeated(self, level: int) -> _Part:
        start = self.position
        part = self.item(level)
        count = self.count()
        if count is None:
            return part
        mark, most = count
        if part.anchored:
            raise self.refusal("an anchor cannot be repeated", "leave the repetition out", self.position - start, start)
        self.take("?")  # lazy or greedy, the answer is the same
        again = self.position
        if self.count() is not None:
            message = "a repetition cannot be repeated"
            raise self.refusal(message, "write one repetition; `(?:a+)*` if it is meant", self.position - again, again)
        size = part.size * max(1, most) + 1
        if size > MOST_SIZE:
            message = f"this repetition comes to more than {MOST_SIZE} characters when written out"
            raise self.refusal(message, "use smaller counts", self.position - start, start)
        return _Part(_grouped(part, "alternatives", "sequence", "repeated") + mark, size, False, "repeated")

    def count(self) -> tuple[str, int] | None:
        for mark in "*+?":
            if self.take(mark):
                return mark, 1
        if not self.at("{"):
            return None
        end = self.pattern.find("}", self.position)
        low, comma, high = self.pattern[self.position + 1 : max(end, 0)].partition(",")
        if end < 0 or not _counts(low) or (high and not _counts(high)):
            raise self.refusal(
                "`{` is not followed by counts", r"write `{2}`, `{2,}`, `{2,5}`, or `\{` for the character"
            )
        least, most = int(low), int(high or low)
        if max(least, most) > MOST_COUNT or (high and most < least) or most == 0:
            help = f"counts go from 1 to {MOST_COUNT}, the smaller first"
            raise self.refusal(
                "a part cannot be repeated so often, or the counts are the wrong way round",
                help,
                end + 1 - self.position,
            )
        self.position = end + 1
        return "{" + str(least) + (f",{most}" if high else "," if comma else "") + "}", most

    def item(self, level: int) -> _Part:
        character = self.pattern[self.position]
        if character == "(":
            return self.group(level)
        if character == "[":
            return _Part(self.character_class(), 1)
        if character == "\\":
            return self.escape()
        if character in "*+?":
            raise self.refusal(f"`{character}` repeats nothing", f"write `\\{character}` for the character")
        if character == "{":
            raise self.refusal("`{` repeats nothing", r"write `\{` for the character")
        if character in "^$":
            self.position += 1
            return _Part(r"\A" if character == "^" else r"\z", 1, True)
        if character == ".":
            self.position += 1
            return _Part(r"[^\n]", 1)
        self.position += 1
        return _Part(self.plain(character, _SPECIAL), 1)

    def plain(self, character: str, special: frozenset[str]) -> str:
        """A character that stands for itself and has just been read."""
        odd = character not in _CONTROL_NAMES and (character < " " or character == "\x7f")
        if odd or "\ud800" <= character <= "\udfff":
            raise self.refusal("the pattern holds a control character", "leave it out", 1, self.position - 1)
        return _literal(character, special)

    def group(self, level: int) -> _Part:
        start = self.position
        if level >= MOST_LEVELS:
            raise self.refusal(f"the pattern nests more than {MOST_LEVELS} levels deep", "make it simpler")
        self.position += 1
        if self.at("?") and not self.take("?:"):
            help = "write `( )`; for small and capital letters write `[aA]`; look-around and named groups are left out"
            raise self.refusal("`(?` begins something that patterns do not have here", help, 3, start)
        part = self.alternatives(level + 1)
        if not self.take(")"):
            raise self.refusal("`(` is not closed", r"write `)`, or `\(` for the character", 1, start)
        return part

    def escape(self) -> _Part:
        letter = self.pattern[self.position + 1 : self.position + 2]
        if letter in ("A", "z"):
            self.position += 2
            return _Part("\\" + letter, 1, True)
        if letter and letter in "DWS":
            self.position += 2
            return _Part(f"[^{_SHORT[letter.lower()]}]", 1)
        if letter in _SHORT:
            self.position += 2
            return _Part(f"[{_SHORT[letter]}]", 1)
        return _Part(_literal(self.escaped(), _SPECIAL), 1)

    def escaped(self) -> str:
        """The one character that an escape stands for, in a class or outside."""
        letter = self.pattern[self.position + 1 : self.position + 2]
        if letter not in _CONTROLS and letter not in _PUNCTUATION:
            message = (
                f"`\\{letter}` is not an escape that patterns have here"
                if letter
                else "the pattern ends with a backslash"
            )
            help = r"escapes are `\d \w \s \D \W \S \t \n` and punctuation but `\<` and `\>`"
            raise self.refusal(message, help, 2)
        self.position += 2
        return _CONTROLS.get(letter, letter)

    def character_class(self) -> str:
        start = self.position
        self.position += 1
        negation = "^" if self.take("^") else ""
        if self.at("]"):
            raise self.refusal("the class is empty", r"write `\]` for the character", self.position + 1 - start, start)
        members: list[str] = []
        while not self.take("]"):
            if self.position >= len(self.pattern):
                raise self.refusal("`[` is not closed", r"write `]` at its end, or `\[` for the character", 1, start)
            members.append(self.member())
        return f"[{negation}{''.join(members)}]"

    def member(self) -> str:
        letter = self.pattern[self.position + 1 : self.position + 2]
        if self.at("\\") and letter in _SHORT:
            self.position += 2
            if self.at("-") and not self.at("-]"):
                raise self.refusal("a range begins with a set of characters", r"write `\-` for the character")
            return _SHORT[letter]
        if self.at("\\") and letter and letter in "DWS":
            raise self.refusal(f"`\\{letter}` stands inside a class", f"write `[^\\{letter.lower()}]` by itself", 2)
        start = self.position
        first = self.member_character()
        if not self.at("-") or self.at("-]"):
            return self.plain(first, _SPECIAL_IN_CLASS)
        self.position += 1
        if self.position >= len(self.pattern) or (self.at("\\") and self.pattern[self.position + 1 :][:1] in "dwsDWS"):
            raise self.refusal("a range has no end", r"write `\-` for the character", 1, self.position - 1)
        last = self.member_character()
        if not first.isascii() or not last.isascii() or last < first:
            help = "a range goes from one ASCII character to a later one, such as `a-z` or `0-9`"
            message = f"`{first}-{last}` is not a range that all engines read alike"
            raise self.refusal(message, help, self.position - start, start)
        return f"{self.plain(first, _SPECIAL_IN_CLASS)}-{self.plain(last, _SPECIAL_IN_CLASS)}"

    def member_character(self) -> str:
        character = self.pattern[self.position]
        if character == "\\":
            return self.escaped()
        if character == "[" or (character in "&~-" and self.at(character * 2)):
            message = f"`{character}` in a class means another thing to other programs"
            raise self.refusal(message, f"write `\\{character}` for the character")
        self.position += 1
        return character


def _counts(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Whether a text contains a match of a canonical pattern, in time linear in the text. Never raises.

    A half of a character (a lone surrogate, which no reader of cases lets through) counts as U+FFFD.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    search = re2.compile(pattern.encode(), options).search

    def found(text: str) -> bool:
        try:
            encoded = text.encode()
        except UnicodeEncodeError:
            encoded = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
        return search(encoded) is not None

    return found
