"""A letter in Markdown as a page of HTML and as plain text; what a value says never becomes markup."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from complaint_policy.casework.letter_marks import read_marked

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

Format: TypeAlias = Literal["markdown", "html", "text"]

WIDTH = 78
"""Characters of a line of plain text."""

_SIGNS = {ord(sign): f"\\{sign}" for sign in "\\`*_[]<>&|~#!"}
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))  # nobody can read them, and a page may not hold them
_BEGINS = "\ue000"  # stands before what would begin a list or a heading, until it is known where in its line it stands
_BLOCKS = frozenset(" \t-+*>#.)0123456789")

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{subject}</title>
<style>
body {{ max-width: 38rem; margin: 3rem auto; padding: 0 1.5rem; color: #1a1a1a; background: #fff;
  font: 1.05rem/1.55 Georgia, "Times New Roman", serif; overflow-wrap: break-word; }}
h1 {{ font-size: 1.3rem; line-height: 1.3; margin: 0 0 1.5rem; }}
@media print {{ body {{ margin: 0 auto; font-size: 11pt; }} }}
</style>
</head>
<body>
<h1>{subject}</h1>
{body}</body>
</html>
"""


def one_line(text: str) -> str:
    """A text on one line, without control characters: no subject can begin another header."""
    return " ".join(" ".join(text.split()).translate(_CONTROLS).split())


def as_plain(value: str) -> str:
    """A value as Markdown that shows just this text: its paragraphs and lines stay, and nothing of it is markup.

    `settled` finishes the whole letter, since some signs mean something at the beginning of a line only.
    """
    paragraphs: list[list[str]] = [[]]
    for line in value.replace(_BEGINS, "").splitlines():
        words = one_line(line)
        if words:
            begins = _BEGINS if words[0] in "-+=" or words[0].isdigit() else ""
            paragraphs[-1].append(begins + words.translate(_SIGNS))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join("\\\n".join(lines) for lines in paragraphs if lines)


def settled(text: str) -> str:
    """A letter filled with values of `as_plain`: those that begin a line begin no list and no heading."""
    first, *rest = text.split(_BEGINS)
    parts = [first]
    line = first.rpartition("\n")[2]
    for part in rest:
        at_beginning = _BLOCKS.issuperset(read_marked(line).plain)
        parts.append(_no_block(part) if at_beginning else part)
        _, broken, after = parts[-1].rpartition("\n")
        line = after if broken else line + after
    return _without_gaps("".join(parts))


def _without_gaps(text: str) -> str:
    """Without the empty lines that a passage leaves behind which is not written."""
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.lstrip("\n")


def _no_block(text: str) -> str:
    digits = len(text) - len(text.lstrip("0123456789"))
    return f"{text[:digits]}\\{text[digits:]}" if not digits or text[digits : digits + 1] in (".", ")") else text


def in_format(text: str, subject: str, language: str, format: Format) -> str:
    """A letter as it is sent: Markdown, a page of HTML, or plain text, each with its subject above."""
    if format == "html":
        body = _reader().render(text)
        return _PAGE.format(language=html.escape(language), subject=html.escape(subject), body=body)
    if format == "text":
        return f"{subject}\n\n{_as_text(text)}" if subject else _as_text(text)
    return f"# {settled(as_plain(subject))}\n\n{text}" if subject else text


def _reader() -> MarkdownIt:
    """Markdown without HTML and without images, which would be fetched from elsewhere when the letter is read."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).disable("image")


def _as_text(text: str) -> str:
    from markdown_it.tree import SyntaxTreeNode

    tree = SyntaxTreeNode(_reader().parse(text))
    return "\n\n".join("\n".join(_block(node)) for node in tree.children) + "\n"


def _block(node: SyntaxTreeNode, width: int = WIDTH) -> list[str]:
    """A block as lines of at most `width` characters."""
    if node.type in ("paragraph", "heading"):
        words = "".join(_inline(node.children[0]))
        return [line for part in words.split("\n") for line in _wrapped(part, width)]
    if node.type in ("bullet_list", "ordered_list"):
        first = int(node.attrs.get("start", 1))
        signs = [f"{first + place}. " if node.type == "ordered_list" else "- " for place in range(len(node.children))]
        return [line for sign, item in zip(signs, node.children, strict=True) for line in _item(item, sign, width)]
    if node.type == "blockquote":
        return [f"> {line}".rstrip() for line in _blocks(node, width - 2)]
    if node.type == "hr":
        return ["-" * 10]
    return node.content.rstrip("\n").split("\n")  # code


def _item(node: SyntaxTreeNode, sign: str, width: int) -> list[str]:
    lines = _blocks(node, width - len(sign)) or [""]
    return [f"{sign}{lines[0]}", *(f"{' ' * len(sign)}{line}".rstrip() for line in lines[1:])]


def _blocks(node: SyntaxTreeNode, width: int) -> list[str]:
    found: list[str] = []
    for child in node.children:
        found += [*([""] if found and child.type == "paragraph" else []), *_block(child, max(width, 20))]
    return found


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _inline(node: SyntaxTreeNode) -> Iterator[str]:
    """The words of a line; where they are a link, what it leads to stands after them."""
    if node.type in ("text", "code_inline"):
        yield node.content
    elif node.type == "softbreak":
        yield " "
    elif node.type == "hardbreak":
        yield "\n"
    for child in node.children:
        yield from _inline(child)
    if node.type == "link":
        words, target = "".join(part for child in node.children for part in _inline(child)), str(node.attrs["href"])
        if words not in (target, target.removeprefix("mailto:"), target.removeprefix("https://")):
            yield f" ({target})"
