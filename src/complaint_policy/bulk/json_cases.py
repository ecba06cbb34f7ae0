"""Reads cases from JSON: one case, a list of cases, or one case a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from complaint_policy.bulk.reading import Cases, Read, as_diagnostics
from complaint_policy.case_reader.problems import UNKNOWN_NAME, Problem
from complaint_policy.case_reader.reading import CaseReader
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic

if TYPE_CHECKING:
    from decimal import Decimal

    from complaint_policy.bulk.json_places import Span

MAX_DOCUMENT = 64 * 1024 * 1024
MAX_LINE = 4 * 1024 * 1024
_SPACE = " \t\n\r"

NOT_UTF8 = Code(
    "CP620",
    "cases that are not UTF-8",
    "Cases are read as UTF-8. Another encoding would turn names and texts into others without a word.",
)
NOT_JSON = Code("CP621", "not JSON", "The text breaks off or breaks the rules of JSON at this place.")
REPEATED_KEY = Code(
    "CP622",
    "a key stands twice",
    "JSON programs take the first or the last of two equal keys, each its own: what was meant cannot be told.",
)
TOO_BIG = Code(
    "CP623",
    "too large to be read at once",
    f"One JSON document may have {MAX_DOCUMENT // 1024**2} MiB and one line {MAX_LINE // 1024**2} MiB. More cases are "
    "written one a line (JSON lines), which are read as a stream of any length.",
)
TOO_DEEP = Code("CP624", "too deeply nested", "A case is four levels deep; hundreds of levels are damage or an attack.")


class _Repeated(Exception):
    """A key that stands twice in one map."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        seen: set[str] = set()
        raise _Repeated(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]  # add gives None
    return held


class _NoNumber(Exception):
    """A number that JSON does not have, though some programs write it: `NaN`, `Infinity`, `-Infinity`."""


def _no_number(name: str) -> NoReturn:
    raise _NoNumber(name)


def _exact(number: str) -> Decimal:
    from decimal import Decimal  # cases seldom need it, and it takes long to load

    return Decimal(number)


_DECODER = json.JSONDecoder(parse_float=_exact, parse_constant=_no_number, object_pairs_hook=_once)


def cases_of_lines(lines: Iterable[bytes], file: str, read: CaseReader) -> Cases:
    """One case a line, read as a stream; a line that cannot be read is told, and the next ones are read all the
    same."""
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            found = diagnostic(TOO_BIG, f"a line of more than {MAX_LINE // 1024**2} MiB", Location(file, number, 1))
            yield Read(None, number, (found,))
            continue
        if line.isspace():
            continue
        text = _text(line if number > 1 else line.removeprefix(b"\xef\xbb\xbf"), file, number)
        yield Read(None, number, (text,)) if isinstance(text, Diagnostic) else _one_line(text, file, number, read)


def _one_line(text: str, file: str, number: int, read: CaseReader) -> Read:
    text = text.rstrip("\r\n")  # else what breaks off would be told of the next line
    decoded = _decoded(text, 0, file, number)
    if isinstance(decoded, Diagnostic):
        return Read(None, number, (decoded,), text)
    written, end = decoded
    if text[end:].strip(_SPACE):
        found = diagnostic(
            NOT_JSON, "something follows the case on its line", Location(file, number, end + 1), "write one case a line"
        )
        return Read(None, number, (found,), text)
    return _read(written, text, 0, number, file, read)


def cases_of_document(data: bytes, file: str, read: CaseReader) -> Cases:
    """The cases of one JSON document: a case, or a list of cases, each told apart by its own line."""
    if len(data) > MAX_DOCUMENT:
        message = f"the file has more than {MAX_DOCUMENT // 1024**2} MiB in one JSON document"
        help = "write one case a line (JSON lines)"
        yield Read(None, 1, (diagnostic(TOO_BIG, message, Location(file, 1, 1), help),), whole=True)
        return
    text = _text(data.removeprefix(b"\xef\xbb\xbf"), file, 1)
    if isinstance(text, Diagnostic):
        yield Read(None, 1, (text,), whole=True)
        return
    listed = text.lstrip(_SPACE).startswith("[")
    at = _past_space(text, _past_space(text, 0) + 1) if listed else _past_space(text, 0)
    line, counted = 1, 0
    more = not (listed and text[at : at + 1] == "]")
    while more:
        line += text.count("\n", counted, at)
        counted = at
        decoded = _decoded(text, at, file, 1)
        if isinstance(decoded, Diagnostic):
            yield Read(None, line, (decoded,), text, whole=True)
            return
        yield _read(decoded[0], text, at, line, file, read)
        at = _past_space(text, decoded[1])
        more = listed and text[at : at + 1] == ","
        at = _past_space(text, at + 1) if more else at
    yield from _ending(text, at, listed, file)


def _ending(text: str, at: int, listed: bool, file: str) -> Cases:
    """Nothing, or what is wrong behind the last case."""
    if listed and text[at : at + 1] != "]":
        found = _wrong("a comma or the end of the list is expected here", text, at, file, 1)
    elif (rest := _past_space(text, at + listed)) < len(text):
        help = "" if listed else "several cases stand in a list, or one on each line of a file named `.jsonl`"
        found = diagnostic(NOT_JSON, "something follows the end of the document", _position(text, rest, file, 1), help)
    else:
        return
    yield Read(None, found.location.line if found.location else 1, (found,), text, whole=True)


def decoded_document(data: bytes, file: str) -> tuple[object, str] | Diagnostic:
    """The one JSON value of a file, with its text; or what is wrong with it."""
    if len(data) > MAX_DOCUMENT:
        message = f"the file has more than {MAX_DOCUMENT // 1024**2} MiB in one JSON document"
        return diagnostic(TOO_BIG, message, Location(file, 1, 1))
    text = _text(data.removeprefix(b"\xef\xbb\xbf"), file, 1)
    if isinstance(text, Diagnostic):
        return text
    decoded = _decoded(text, 0, file, 1)
    if isinstance(decoded, Diagnostic):
        return decoded
    rest = _past_space(text, decoded[1])
    if rest < len(text):
        return diagnostic(NOT_JSON, "something follows the end of the document", _position(text, rest, file, 1))
    return decoded[0], text


def placed(problems: list[Problem], text: str, start: int, line: int, file: str) -> tuple[Diagnostic, ...]:
    """Mistakes in a JSON value that begins at `start`, on this line of the file, with the place of each."""

    def place(item: Problem) -> Location:
        from complaint_policy.bulk.json_places import find

        span = find(text, item.path, start, name=item.code is UNKNOWN_NAME)
        before = text.rfind("\n", 0, span.start) + 1
        end = min(span.end, text.find("\n", span.start) if "\n" in text[span.start : span.end] else span.end)
        return Location(
            file, line + text.count("\n", start, span.start), span.start - before + 1, end - before + 1, item.path
        )

    return as_diagnostics(problems, place)


def _read(written: object, text: str, start: int, line: int, file: str, read: CaseReader) -> Read:
    problems: list[Problem] = []
    case = read(written, problems)
    if not problems:
        return Read(case, line)
    return Read(None, line, placed(problems, text, start, line, file), text)


def _decoded(text: str, start: int, file: str, line: int) -> tuple[object, int] | Diagnostic:
    """The JSON value that begins at `start`, and the offset behind it. `line` is the number of the text's first
    line."""
    try:
        return _DECODER.raw_decode(text, _past_space(text, start))
    except json.JSONDecodeError as error:
        if not text[error.pos :].strip(_SPACE):
            return _wrong("the text ends too early", text, len(text.rstrip(_SPACE)), file, line)
        return _wrong(_in_words(error.msg), text, error.pos, file, line)
    except RecursionError:
        return diagnostic(TOO_DEEP, "the maps and lists of a case are nested too deeply", Location(file, line, 1))
    except _Repeated as error:
        from complaint_policy.bulk.json_places import find_repeated

        found = f"the key `{error}` stands twice in one map"
        place = _spanned(text, find_repeated(text, str(error), start), start, file, line)
        return diagnostic(REPEATED_KEY, found, place, "keep one of them")
    except _NoNumber as error:
        from complaint_policy.bulk.json_places import find_constant

        place = _spanned(text, find_constant(text, start, (str(error),)), start, file, line)
        help = "write a number, or leave the value out"
        return diagnostic(NOT_JSON, f"`{error}` is not a number of JSON", place, help)
    except ValueError:  # numbers of more digits than Python reads
        return diagnostic(NOT_JSON, "a number has thousands of digits", _position(text, start, file, line))


def _wrong(message: str, text: str, at: int, file: str, line: int) -> Diagnostic:
    return diagnostic(NOT_JSON, message, _position(text, at, file, line))


def _position(text: str, at: int, file: str, line: int) -> Location:
    return Location(file, line + text.count("\n", 0, at), at - text.rfind("\n", 0, at))


def _spanned(text: str, span: Span | None, start: int, file: str, line: int) -> Location:
    """The place of a span, or of the value that begins at `start`."""
    if span is None:
        return _position(text, start, file, line)
    place = _position(text, span.start, file, line)
    return Location(file, place.line, place.column, place.column + span.end - span.start)


def _in_words(message: str) -> str:
    return {
        "Expecting value": "a value is expected here",
        "Expecting property name enclosed in double quotes": "a key in double quotes is expected here",
        "Expecting ':' delimiter": "a colon is expected here",
        "Expecting ',' delimiter": "a comma or the closing bracket is expected here",
        "Illegal trailing comma before end of object": "no comma may stand before the closing bracket",
        "Illegal trailing comma before end of array": "no comma may stand before the closing bracket",
        "Unterminated string starting at": "the text that begins here has no closing quote",
        "Invalid control character at": "a line break or another control character stands inside a text",
        "Invalid \\escape": "JSON has no such escape",
        "Invalid \\uXXXX escape": "four hexadecimal digits are expected after \\u",
    }.get(message.removesuffix(": "), "this is not JSON")


def _text(data: bytes, file: str, line: int) -> str | Diagnostic:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Location(file, line + before.count(b"\n"), error.start - before.rfind(b"\n"))
        return diagnostic(
            NOT_UTF8, f"the byte 0x{data[error.start]:02x} is not UTF-8 here", place, "save the file as UTF-8"
        )


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
