"""Opens what a command calls its cases: a file or standard input, told apart by name and content."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, cast

from complaint_policy.bulk.reading import Cases, Read, given_facts
from complaint_policy.cli.showing import tell
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.model import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from complaint_policy.case_reader.shared import SharedEvents

UNREADABLE = Code("CP660", "cases that cannot be opened", "The file is missing, is a directory, or may not be read.")
WHICH_FORM = Code(
    "CP661",
    "cases of an unknown form",
    "Cases are read from JSON, JSON lines, YAML, and with a mapping from CSV and Parquet. The form is told by "
    "the name of "
    "the file, and without one by how it begins.",
)

STDIN = "-"
_LINES = (".jsonl", ".ndjson")
_YAML = (".yaml", ".yml")
_TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq")


def shared_events(policy: Policy, path: str | os.PathLike[str] | None) -> SharedEvents | None:
    """The events of a file that belong to many cases, none without a file; None if it has mistakes, which are shown."""
    from complaint_policy.case_reader.shared import NONE

    if path is None:
        return NONE
    from pathlib import Path

    from complaint_policy.bulk.shared_events import shared_events_of
    from complaint_policy.policy.source import read_file

    data = read_file(Path(path))
    if isinstance(data, Diagnostic):
        tell([data])
        return None
    read = shared_events_of(data, os.fspath(path), policy)
    tell(read.diagnostics, {os.fspath(path): read.text})
    return read.events


def open_cases(
    policy: Policy, source: str, mapping: str | os.PathLike[str] | None, shared: SharedEvents | None = None
) -> Cases:
    """The cases of a file (`-` is standard input), one at a time, each read by the policy's own tables.

    shared: events of many cases, of which each gets those that may be its own (semantics 116).
    """
    cases = _of_file(policy, source, mapping)
    if shared is None or not shared.by_key:
        return cases
    from complaint_policy.case_reader.shared import sharing

    return (one if one.case is None else one._replace(case=sharing(one.case, shared)) for one in cases)


def _of_file(policy: Policy, source: str, mapping: str | os.PathLike[str] | None) -> Cases:
    name = "<stdin>" if source == STDIN else source
    try:
        with _opened(source) as stream:
            start = stream.peek(64)[:64]
            yield from _cases(policy, stream, start, name, mapping)
    except OSError as error:
        yield _unreadable(str(error.filename or name), error)


def _opened(source: str) -> AbstractContextManager[io.BufferedReader]:
    if source != STDIN:
        return open(source, "rb")
    raw = sys.stdin.buffer
    # under `python -u` it is not buffered
    return nullcontext(raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", raw)))


def _unreadable(name: str, error: OSError) -> Read:
    reason = (error.strerror or "reading stopped").lower()
    help = "check its name and who may read it"
    return Read(None, 1, (diagnostic(UNREADABLE, f"`{name}` cannot be read: {reason}", None, help),), whole=True)


def _cases(policy: Policy, stream: IO[bytes], start: bytes, name: str, mapping: str | os.PathLike[str] | None) -> Cases:
    ending = os.path.splitext(name)[1].lower()
    if mapping is not None:
        from pathlib import Path

        return _mapped(policy, stream, start, name, Path(mapping))
    if ending in _TABLES or start.startswith(b"PAR1"):
        help = "say with `--mapping FILE` which column is what"
        found = diagnostic(WHICH_FORM, f"`{name}` is a table without a mapping", None, help)
        return iter([Read(None, 1, (found,), whole=True)])
    if ending in _YAML:
        return _yaml(policy, stream.read(_largest_yaml() + 1), name)
    if ending in _LINES:
        return _json_lines(policy, _lines(stream), name)
    if ending == ".json":
        return _json(policy, stream.read(_largest() + 1), name)
    return _as_it_begins(policy, stream, name)


def _as_it_begins(policy: Policy, stream: IO[bytes], name: str) -> Cases:
    """Cases whose name does not tell their form. Nothing at all is no case, as an empty file of JSON lines is."""
    lines = _lines(stream)
    before = b""
    first = next(lines, b"")
    while first and not first.strip():
        before += first if len(before) < _largest_yaml() else b""
        first = next(lines, b"")
    begins = first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not first:
        return iter(())
    if begins == b"{" and _is_whole(first):
        return _json_lines(policy, chain(before.splitlines(keepends=True), [first], lines), name)
    if begins in (b"{", b"["):
        return _json(policy, before + first + stream.read(_largest() + 1), name)
    return _yaml(policy, before + first + stream.read(_largest_yaml() + 1), name)


def _largest() -> int:
    from complaint_policy.bulk.json_cases import MAX_DOCUMENT

    return MAX_DOCUMENT


def _largest_yaml() -> int:
    from complaint_policy.policy.source import MAX_BYTES

    return MAX_BYTES


def _json(policy: Policy, data: bytes, name: str) -> Cases:
    from complaint_policy.bulk.json_cases import cases_of_document
    from complaint_policy.case_reader.reading import case_reader

    return cases_of_document(data, name, case_reader(given_facts(policy), policy.events))


def _json_lines(policy: Policy, lines: Iterable[bytes], name: str) -> Cases:
    from complaint_policy.bulk.json_cases import cases_of_lines
    from complaint_policy.case_reader.reading import case_reader

    return cases_of_lines(lines, name, case_reader(given_facts(policy), policy.events))


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines, each cut off where it is longer than may be read; what was cut off is passed over."""
    from complaint_policy.bulk.json_cases import MAX_LINE

    while line := stream.readline(MAX_LINE + 1):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE + 1)


def _is_whole(line: bytes) -> bool:
    """Whether a line holds a whole case; one map over several lines is a document."""
    import json

    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _yaml(policy: Policy, data: bytes, name: str) -> Cases:
    from complaint_policy.bulk.yaml_cases import cases_of_yaml
    from complaint_policy.case_reader.reading import case_reader

    return cases_of_yaml(data, name, case_reader(given_facts(policy), policy.events, texts=True))


def _mapped(policy: Policy, stream: IO[bytes], start: bytes, name: str, mapping: Path) -> Cases:
    from complaint_policy.bulk.mapped_cases import mapped_cases
    from complaint_policy.bulk.mapping import read_mapping

    facts = given_facts(policy)
    made = read_mapping(mapping, [field.name for field in facts], [kind.name for kind in policy.events])
    if isinstance(made, list):
        shown = mapping.read_text("utf-8", "replace") if mapping.is_file() else ""
        yield Read(None, 1, tuple(made), shown, whole=True)
        return
    with ExitStack() as stack:
        second = None
        if made.long is not None and made.long.file is not None:
            other = stack.enter_context(made.long.file.open("rb"))
            second = _table(other, other.peek(4)[:4], str(made.long.file))
        opened = _table(stream, start, name)
        wrong = [item for item in (opened, second) if isinstance(item, Diagnostic)]
        if wrong:
            yield Read(None, 1, tuple(wrong), whole=True)
            return
        yield from mapped_cases(opened, made, facts, policy.events, _zone(made.zone), second)


def _table(stream: IO[bytes], start: bytes, name: str) -> Any:
    from complaint_policy.bulk.tables import is_parquet, open_csv, open_parquet

    if not is_parquet(start):
        return open_csv(stream, name)
    return open_parquet(stream.read() if name == "<stdin>" else name, name)


def _zone(name: str | None) -> Any:
    """The zone resolved over every year that a table of complaints can reach."""
    if name is None:
        return None
    from datetime import date

    from complaint_policy.calendars.zones import resolve_zone

    epoch = date(1970, 1, 1).toordinal()
    return resolve_zone(name, date(1970, 1, 1).toordinal() - epoch, date(2045, 12, 31).toordinal() - epoch)
