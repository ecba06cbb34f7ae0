"""Finds a text in which some patterns are found and others are not, so that a case can hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from complaint_policy.conditions.patterns import compile_pattern

_TRIED: Final = 4_000
"""How many texts are tried before it is given up: a pattern may ask for what no text has."""
_FILL: Final = ("", "x", " ")


def text_for(labels: Mapping[str, bool], patterns: Mapping[str, bool]) -> str | None:
    """The text that is named, or one that no name is and that answers each pattern as wanted; None if none is found.

    What is tried is made of the patterns themselves, so that nothing is found is no proof that there is none.
    """
    named = next((label for label, is_it in labels.items() if is_it), None)
    if named is not None:
        return named
    searches = [(compile_pattern(pattern), wanted) for pattern, wanted in patterns.items()]
    for text in _tried([pattern for pattern, wanted in patterns.items() if wanted]):
        if text not in labels and all(search(text) is wanted for search, wanted in searches):
            return text
    return None


def _tried(patterns: list[str]) -> Iterator[str]:
    parts = [list(_samples(pattern)) for pattern in patterns]
    number = 0
    yield "any"
    for before, between, after in product(_FILL, repeat=3):
        for chosen in product(*parts):
            for text in dict.fromkeys((between.join(chosen), between.join(reversed(chosen)))):
                number += 1
                if number > _TRIED:
                    return
                yield before + text + after


def _samples(pattern: str) -> Iterator[str]:
    """A few texts that a canonical pattern may be found in."""
    reader = _Sampler(pattern)
    yield from dict.fromkeys(reader.alternatives())


class _Sampler:
    """Reads a canonical pattern (`conditions/patterns.py`) and keeps a few short texts of each part."""

    MOST: Final = 6

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0

    def alternatives(self) -> list[str]:
        found = self.sequence()
        while self._take("|"):
            found += self.sequence()
        return found[: self.MOST]

    def sequence(self) -> list[str]:
        found = [""]
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            item = self.repeated()
            found = [before + one for before in found for one in item][: self.MOST]
        return found

    def repeated(self) -> list[str]:
        item = self.item()
        if self._take("?") or self._take("*"):
            return ["", *item][: self.MOST]
        if self._take("+"):
            return item
        if self._take("{"):
            end = self.pattern.index("}", self.at)
            least, _, _ = self.pattern[self.at : end].partition(",")
            self.at = end + 1
            return [one * int(least) for one in item]
        return item

    def item(self) -> list[str]:
        if self._take("(?:"):
            found = self.alternatives()
            self._take(")")
            return found
        if self._take("["):
            return self.members()
        if self._take(r"\A") or self._take(r"\z"):
            return [""]
        return [self._character()]

    def members(self) -> list[str]:
        negated, named, ranges = self._take("^"), list[str](), list[tuple[str, str]]()
        while not self._take("]"):
            first = self._character()
            last = self._character() if self._take("-") else first
            named.append(first)
            ranges.append((first, last))
        if not negated:
            return named[: self.MOST]
        others = (one for one in "xX7 -.é" if not any(first <= one <= last for first, last in ranges))
        return list(others)[: self.MOST] or ["\u0416"]

    def _character(self) -> str:
        if self._take("\\"):
            letter = self.pattern[self.at]
            self.at += 1
            return {"t": "\t", "n": "\n", "f": "\f", "r": "\r"}.get(letter, letter)
        self.at += 1
        return self.pattern[self.at - 1]

    def _take(self, text: str) -> bool:
        found = self.pattern.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found
