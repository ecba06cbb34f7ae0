"""Turns the bytes of a file into lines of text that every editor shows alike, or says why they are not."""

from __future__ import annotations

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic

TOO_LARGE = Code(
    "CP102", "the file is too large", "A policy of 2 MiB would hold some 20,000 rules; a larger file is a mistake."
)
NOT_UTF8 = Code(
    "CP103",
    "the file is not UTF-8",
    "Only UTF-8 shows a name or a pound sign alike on every machine. Editors offer it under `save with encoding`.",
)
CONTROL = Code(
    "CP104",
    "an invisible character",
    "Control characters and marks that turn the direction of writing can make a file read otherwise than it looks.",
)
TAB = Code(
    "CP106",
    "a tab",
    "YAML forbids tabs in indentation, and their width differs between editors, so they are refused everywhere.",
)

_OTHER_ENCODINGS = (
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"P\x00", "UTF-16"),
    (b"\x00", "UTF-16 or UTF-32"),
)
_INVISIBLE = frozenset(
    point
    for first, last in (
        (0x00, 0x08),  # control characters but tab and line feed
        (0x0B, 0x1F),
        (0x7F, 0x9F),
        (0xAD, 0xAD),  # soft hyphen
        (0x200B, 0x200B),  # zero-width space
        (0x200E, 0x200F),  # direction marks
        (0x2028, 0x202E),  # line and paragraph separators, directions
        (0x2060, 0x206F),  # joiners, directions
        (0xFEFF, 0xFEFF),  # byte order mark inside a text
        (0xFFFE, 0xFFFF),
    )
    for point in range(first, last + 1)
)
_BREAKS = frozenset("\r\x85\u2028\u2029")
_AT_MOST = 20


def decoded(data: bytes, file: str) -> tuple[list[str] | None, list[Diagnostic], set[int]]:
    """The lines of a UTF-8 file, what is wrong with its characters, and the 0-based lines spoilt by tabs or line ends.

    A byte order mark and Windows line ends are taken off silently; refused characters become spaces, and columns stay.
    """
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(data, error.start, file)], set()
    if "\x00" in text[:4]:
        return None, [_not_utf8(data, 0, file)], set()
    lines = text.replace("\r\n", "\n").split("\n")
    found = [_control(file, number, line) for number, line in enumerate(lines) if not line.isprintable() and _odd(line)]
    tabbed = [number for number, line in enumerate(lines) if "\t" in line]
    found = found[:_AT_MOST] + [_tab(file, number, lines[number]) for number in tabbed[:_AT_MOST]]
    broken = [number for number, line in enumerate(lines) if not _BREAKS.isdisjoint(line)]
    return [_clean(line) for line in lines], found, {*tabbed, *broken}


def _clean(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(" " if character == "\t" or ord(character) in _INVISIBLE else character for character in line)


def _odd(line: str) -> bool:
    return any(ord(character) in _INVISIBLE for character in line)


def _not_utf8(data: bytes, offset: int, file: str) -> Diagnostic:
    before = data[:offset]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    named = next((name for mark, name in _OTHER_ENCODINGS if data.startswith(mark)), "")
    if named:
        message, place = f"the file is saved as {named}, not as UTF-8", Location(file, 1, 1)
    else:
        message = f"the byte {data[offset]:02x} here is not UTF-8; perhaps the file was saved as Windows-1252 (`ANSI`)"
        place = Location(file, line, column, column + 1)
    return diagnostic(NOT_UTF8, message, place, "save the file with the encoding UTF-8")


def _control(file: str, number: int, line: str) -> Diagnostic:
    column = next(index for index, character in enumerate(line) if ord(character) in _INVISIBLE)
    name = f"U+{ord(line[column]):04X}"
    help = "take it out; it may have come with text copied from a web page or a letter"
    if line[column] == "\r":
        help = "save the file with line ends of Windows or Unix"
    message = f"an invisible character ({name}) stands here"
    return diagnostic(CONTROL, message, Location(file, number + 1, column + 1, column + 2), help)


def _tab(file: str, number: int, line: str) -> Diagnostic:
    column = line.index("\t")
    width = len(line[column:]) - len(line[column:].lstrip("\t"))
    help = "use spaces; most editors can do so whenever the tab key is pressed"
    return diagnostic(TAB, "a tab stands here", Location(file, number + 1, column + 1, column + width + 1), help)
