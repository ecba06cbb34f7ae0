"""Goes through the words of a text, and notes what is wrong at the word where it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.nodes import Scalar
from complaint_policy.policy.short_forms.words import Word, words_in
from complaint_policy.policy.short_forms.written import Written

BROKEN_OFF = Code(
    "CP172",
    "a text in words breaks off",
    "A word that leads to a name, a length or a condition has nothing after it.",
)
WORD = Code(
    "CP173",
    "a word that does not belong here",
    "Only the words of the language say how a clock runs; another one, even one that means the same in English, may be"
    " a slip that changes a due date.",
)
JOINED = Code(
    "CP176",
    "two limits that are not joined",
    "With two limits the earlier or the later one counts, and the text has to say which.",
)


@dataclass(slots=True)
class Cursor:
    """A text that is being read: its words, and the place of the next one."""

    text: Written
    words: list[Word]
    at: int = 0
    problems: list[Diagnostic] = field(default_factory=list)

    @property
    def word(self) -> Word | None:
        """The next word, None at the end."""
        return self.words[self.at] if self.at < len(self.words) else None

    def ahead(self, number: int = 0) -> str:
        """The word so many words ahead, empty beyond the end."""
        return self.words[self.at + number].text if self.at + number < len(self.words) else ""

    def says(self, words: str) -> bool:
        """Whether these are the next words."""
        return all(self.ahead(number) == word for number, word in enumerate(words.split()))

    def says_number(self, ahead: int = 0) -> bool:
        """Whether the next word, or one further ahead, begins with a digit."""
        return self.ahead(ahead)[:1] in tuple("0123456789")

    def take(self, words: str) -> bool:
        """Go past these words if they are the next ones."""
        found = self.says(words)
        self.at += len(words.split()) if found else 0
        return found

    def told(self, text: str, number: int = 1) -> Scalar:
        """What the words just taken say, as a value."""
        return self.text.value(self.words[self.at - number].begin, self.words[self.at - 1].end, text)

    def count(self, number: int) -> Scalar:
        """So many words, or as many as there are, as one value; at least one is there."""
        first = self.words[self.at]
        self.at = min(self.at + number, len(self.words))
        return self.text.value(first.begin, self.words[self.at - 1].end)

    def up_to(self, ends: Collection[str]) -> Scalar | None:
        """The words before the first of these, as one value; None and a problem if there are none."""
        number = 0
        while self.ahead(number) and self.ahead(number).lower() not in ends:
            number += 1
        if number:
            return self.count(number)
        self.broken_off()
        return None

    def name(self) -> Scalar | None:
        """The next word as a name, whatever it is; None and a problem if there is none."""
        if self.ahead() not in ("", ","):
            return self.count(1)
        self.broken_off()
        return None

    def broken_off(self) -> None:
        """Note that nothing stands after the word before."""
        if self.at == 0:
            first = self.word
            self.note(BROKEN_OFF, "nothing stands before the comma" if first else "the text is empty", first)
            return
        last = self.words[self.at - 1]
        self.note(BROKEN_OFF, f"nothing stands after `{last.text}`", last)

    def chunk(self, ahead: int = 0) -> list[str]:
        """The words up to the next comma, `and` or `while`, seen from so many words ahead."""
        found: list[str] = []
        while self.ahead(ahead + len(found)) not in ("", ",", "and", "while"):
            found.append(self.ahead(ahead + len(found)))
        return found

    def note(self, code: Code, message: str, first: Word | None, last: Word | None = None, help: str = "") -> None:
        """Note a mistake at these words, or at the whole text."""
        place = self.text.place(first.begin, (last or first).end) if first else self.text.place()
        self.problems.append(diagnostic(code, message, place, help))

    def begins_limit(self) -> bool:
        """Whether the next words are the beginning of a limit."""
        return self.says_number(self.says("on") or self.says("by")) or self.says("the day of")

    def misplaced(self, number: int = 1) -> None:
        """Note that the next words belong nowhere."""
        first, last = self.words[self.at], self.words[self.at + number - 1]
        self.note(WORD, f"`{self.text.text[first.begin : last.end]}` does not belong here", first, last)


def begun(text: Written) -> Cursor:
    """The text before its first word."""
    return Cursor(text, words_in(text.text))
