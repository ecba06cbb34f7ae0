"""Looks whether the files that a command line names are there, before anything else is done."""

from __future__ import annotations

import errno
import os
import stat
import sys
from os import PathLike


def must_be_readable(*paths: str | PathLike[str] | None, folders: bool = False) -> None:
    """Nothing if each is a file that can be read (None is passed over); else a mistake of usage that names the first.

    Nothing is opened: what a pipe holds can be read only once. `folders`: a folder will do too.
    """
    for path in paths:
        problem = _problem(path, folders) if path is not None else 0
        if problem:
            import click

            raise click.ClickException(f"`{path}` cannot be read: {os.strerror(problem).lower()}")


def must_be_open_input() -> None:
    """Nothing if there is a standard input; else a mistake of usage, as when a program was started without one."""
    if sys.stdin is None:  # the library does not say so, but that is what a closed one leaves
        import click

        raise click.ClickException("standard input is closed, and `-` reads it: name a file, or pipe the cases in")


def _problem(path: str | PathLike[str], folders: bool) -> int:
    """The number of the error that reading would end with; 0 for none."""
    try:
        status = os.stat(path)
    except OSError as error:
        return error.errno or errno.EIO
    except ValueError:  # a name that no file system knows, such as one with a zero byte
        return errno.ENOENT
    if stat.S_ISDIR(status.st_mode) and not folders:
        return errno.EISDIR
    return 0 if os.access(path, os.R_OK) else errno.EACCES
