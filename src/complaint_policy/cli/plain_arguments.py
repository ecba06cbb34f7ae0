"""Reads the usual command line of `evaluate` without the library that reads all others, which takes longer to load."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from complaint_policy.case_reader.problems import Refused
from complaint_policy.cli.as_of import moment_named
from complaint_policy.cli.evaluating import Files, Wanted

_SHORT = {"-p": "--policy", "-c": "--cases", "-o": "--output", "-q": "--quiet"}
_FLAGS = ("--ledger", "--trace", "--show-sensitive", "--summary", "--strict", "--quiet")
_VALUES = ("--policy", "--cases", "--mapping", "--output", "--as-of", "--as-known", "--format")
_NAMES = {option: option[2:].replace("-", "_") for option in (*_FLAGS, *_VALUES)} | {"--format": "form"}


def plain_evaluation(arguments: Sequence[str]) -> tuple[Files, Wanted] | None:
    """The evaluation asked for, if every word is plain: an option once, by its whole name, its value the next word.

    None: `evaluate_command`, which knows more options and more ways to give them, reads it or says what is wrong. What
    both read, they read alike.
    """
    if os.name == "nt" or list(arguments[:1]) != ["evaluate"]:  # there click spreads out patterns of file names
        return None
    given: dict[str, Any] = {}
    words = iter(arguments[1:])
    for word in words:
        option = _SHORT.get(word, word)
        name = _NAMES.get(option)
        value = True if option in _FLAGS else _value(option, next(words, ""))
        if name is None or name in given or value is None:
            return None
        given[name] = value
    if not given.keys() >= {"policy", "cases", "as_of"}:
        return None
    files = Files(*[given.pop(name, None) for name in Files._fields])
    return files, Wanted(**given)


def _value(option: str, word: str) -> object:
    """The value that a word gives to an option; None if it may be meant otherwise, or is wrong."""
    if not word or (word[0] == "-" and word != "-"):
        return None
    if option == "--format":
        return word if word in ("text", "json") else None
    if option not in ("--as-of", "--as-known"):
        return word
    try:
        return moment_named(word)
    except Refused:
        return None
