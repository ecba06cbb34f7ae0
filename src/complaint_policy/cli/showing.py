"""Shows diagnostics and results: to whom, in colour or not, and never half a file."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from complaint_policy.diagnostics import Diagnostic

if TYPE_CHECKING:
    from pathlib import Path


def colours(stream: Any) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR is set (https://no-color.org); FORCE_COLOR colours a pipe
    too."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def unicode_signs(stream: Any) -> bool:
    """Whether the stream can show signs beyond ASCII."""
    return (getattr(stream, "encoding", "") or "").lower().replace("-", "") in ("utf8", "utf16")


def width_of_terminal() -> int:
    """Columns of the terminal; 100 where there is none."""
    import shutil

    return min(max(shutil.get_terminal_size((100, 24)).columns, 50), 160)


def tell(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str] | None = None, *, counted: bool = True) -> None:
    """Writes diagnostics to standard error, for people; `counted`: with the line that says how many there are."""
    found = list(diagnostics)
    if found:
        from complaint_policy.reports.diagnostics import render_text, summary

        text = render_text(found, sources or {}, colours(sys.stderr))
        _write(sys.stderr, text if counted else text.removesuffix(f"{summary(found)}\n"))


def remark(text: str) -> None:
    """Writes a line to standard error."""
    _write(sys.stderr, text)


def say(text: str) -> None:
    """Writes a result to standard output."""
    _write(sys.stdout, text)


def _write(stream: Any, text: str) -> None:
    """In the stream's encoding, with `?` for what it cannot show, whatever the user's own texts hold."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding.lower().replace("-", "") != "utf8":
        text = text.encode(encoding, "replace").decode(encoding)
    try:
        stream.write(text if text.endswith("\n") else text + "\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable("standard output", error) from None


def unwritable(name: str, error: OSError) -> Exception:
    """That `name` cannot be written, a full disk for one, as a mistake of usage."""
    import click

    return click.ClickException(f"{name} cannot be written: {(error.strerror or 'no reason is given').lower()}")


@contextmanager
def output(path: str | os.PathLike[str] | None) -> Iterator[IO[bytes]]:
    """Where results go: standard output, or a file that appears only when it is complete."""
    if path is None:
        raw = sys.stdout.buffer
        # Under `python -u` it is not buffered, and may write a part of what it is given.
        stream = open(raw.fileno(), "wb", closefd=False) if isinstance(raw, io.RawIOBase) else raw  # noqa: SIM115
        try:
            yield stream
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:  # of reading, readers tell themselves
            raise unwritable("standard output", error) from None
        finally:
            if stream is not raw:  # else what could not be written is tried again when nobody can catch the error
                with suppress(OSError):
                    stream.close()
        return
    with whole_file(path) as stream:
        yield stream


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its name when everything is written and on the disk; else nothing is left of it.

    A file that cannot be written, or a full disk, is told as a mistake of usage.
    """
    from pathlib import Path

    path = Path(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _removed_on_failure(beside), open(beside, "xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            os.replace(beside, path)
    except OSError as error:
        raise unwritable(f"`{path}`", error) from None


@contextmanager
def _removed_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
