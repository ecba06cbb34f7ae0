"""Formats a policy file: the canonical layout and words, after a check that it has no errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.comments import Comment
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.compiling.packs import Brought, none_brought
from complaint_policy.policy.layout.parts import Part, parts_of
from complaint_policy.policy.layout.spelling import Changes, conditions_in_words, short_forms
from complaint_policy.policy.layout.writing import write
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.source import events_of, read_source


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file before and after. `after` is None if it has errors: `diagnostics` says which, and it stays as it is."""

    before: str
    after: str | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str]


def format_file(path: Path, brought: Brought = none_brought) -> Formatted:
    """The canonical text of a policy file. Nothing is written."""
    checked = check_file(path, warn=False, brought=brought)
    before = checked.sources.get(str(path), "")
    if checked.policy is None:
        return Formatted(before, None, checked.diagnostics, checked.sources)
    return Formatted(before, formatted(before, str(path), checked), checked.diagnostics, checked.sources)


def formatted(text: str, file: str, checked: Checked) -> str:
    """The canonical text of a file that has been checked without errors."""
    return laid_out(text, file, lambda root, comments, lines: _spelt(root, comments, file, checked))


def laid_out(
    text: str,
    file: str,
    spelt: Callable[[Part, list[Comment], list[str]], Changes] = lambda root, comments, lines: {},
) -> str:
    """The canonical layout of a text that YAML reads without a mistake; line ends stay those of its first line.

    `spelt` says what is written otherwise; all else stays as it is.
    """
    newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    root, comments = parts_of(events_of("\n".join(lines)), lines)
    assert root is not None, "a file without errors holds a document"
    changed = spelt(root, comments, lines)
    after = write(root, comments, lines, changed)
    _must_be_the_same(root, after, file, changed)
    return newline.join([*after, ""])


def _spelt(root: Part, comments: list[Comment], file: str, checked: Checked) -> Changes:
    """What is not yet in canonical words; what stands inside of what is spelt anew goes with it."""
    assert checked.written is not None, "a file without errors was read"
    forms = short_forms(checked.written, {comment.line + 1 for comment in comments})
    return conditions_in_words(root, file, checked.conditions) | forms


def _must_be_the_same(root: Part, after: list[str], file: str, changed: Changes) -> None:
    """Layout never changes what a file says: whatever does is our mistake, and the file stays as it was.

    Each comment is written once; if every value reads back as it was, none has become part of one.
    """
    new, found = read_source("\n".join([*after, ""]).encode(), file)
    assert not found, f"the formatted text reads without a mistake: {found[0].message}"
    assert new is not None
    _compare(root, new, changed)


def _compare(old: Part, new: Node, changed: Changes) -> None:
    if old.start in changed:
        assert isinstance(new, Scalar)
        assert new.text.rstrip("\n") == normalize("NFC", changed[old.start]), f"{changed[old.start]!r} is written"
        return
    match new:
        case Scalar(text):
            assert old.kind == "scalar"
            assert normalize("NFC", old.text) == text, f"{old.text!r} stays as it is"
        case Mapping(entries):
            assert old.kind == "map"
            for (key, value), (new_key, new_value) in zip(old.entries, entries, strict=True):
                assert key is not None
                assert normalize("NFC", key.text) == new_key.text, "keys stay in their order"
                _compare(value, new_value, changed)
        case Sequence(items):
            assert old.kind == "list"
            for (_, value), item in zip(old.entries, items, strict=True):
                _compare(value, item, changed)
