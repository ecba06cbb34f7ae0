"""The command line: reads what is asked, calls the rest of the program, and shows what it says."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from complaint_policy.diagnostics import Diagnostic

PROGRAM = "complaint-policy"
COMPLETE = "_COMPLAINT_POLICY_COMPLETE"
"""An environment variable: what the script of `complaint-policy completion` asks with."""
TRACEBACK = "COMPLAINT_POLICY_TRACEBACK"
"""An environment variable: when set, an internal error shows where in the program it happened."""
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""So many more objects than before make the garbage collector look for circles: some ten megabytes."""
STORE_EXITS = {
    **dict.fromkeys(("UnknownCase", "Duplicate", "Unstorable", "WrongExport"), ExitCode.DATA),
    "Conflict": ExitCode.FINDINGS,
}
"""The exit codes of what a store refuses, by the name of the error; that of the others is 2, as of a wrong file."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs one command and ends the process with its exit code (`exit_codes.ExitCode`)."""
    # Modules, a policy and its calendars are many objects that stay: looking through them again and again is in vain.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    code = int(run(arguments))
    gc.freeze()  # nor need they be looked through once more before the process ends
    raise SystemExit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; nothing that happens inside leaves as a stack trace."""
    if sys.stderr is None:  # closed by whoever started the program: nobody will hear
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # as long as the process
    if sys.stdout is None:
        return _unwritten("it is closed")
    code = _run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_left(code)
    except OSError as error:
        _to_nowhere()
        if code == ExitCode.FINE:
            return _unwritten((error.strerror or str(error)).lower())
    return code


def _run(arguments: Sequence[str] | None) -> int:
    from complaint_policy.cli.plain_arguments import plain_evaluation

    given = sys.argv[1:] if arguments is None else list(arguments)
    plain = None if COMPLETE in os.environ else plain_evaluation(given)
    try:
        if plain is not None:
            from complaint_policy.cli.evaluating import evaluate

            return evaluate(*plain)
        from complaint_policy.cli.commands import commands

        code = commands.main(
            args=None if arguments is None else given,
            prog_name=PROGRAM,
            complete_var=COMPLETE,
            standalone_mode=False,
        )
        return int(code or ExitCode.FINE)
    except (KeyboardInterrupt, Exception) as ended:  # the one place that must never let a stack trace reach a user
        return _ended(ended)


def _ended(ended: BaseException) -> int:
    import click

    from complaint_policy.cli.brought_commands import BroughtFailed
    from complaint_policy.cli.commands import ReaderLeft
    from complaint_policy.diagnostics import PolicyError
    from complaint_policy.stores.errors import StoreError

    match ended:
        case click.exceptions.Exit():
            return ended.exit_code
        case click.ClickException():
            with suppress(OSError):
                ended.show()
            return ExitCode.USAGE
        case click.Abort() | KeyboardInterrupt():
            return ExitCode.INTERRUPTED
        case ReaderLeft() | BrokenPipeError():
            return _reader_left(ExitCode.FINE)
        case OSError() if not ended.filename:
            # What a command opens by name it tells of itself; what has no name is where click writes its help.
            return _unwritten((ended.strerror or str(ended)).lower())
        case StoreError():
            return _told(ended.told(), code=STORE_EXITS.get(type(ended).__name__, ExitCode.USAGE))
        case PolicyError():
            # one of its own kind is about a case: `casework.histories.Unreadable`
            return _told(*ended.diagnostics, code=ExitCode.POLICY if type(ended) is PolicyError else ExitCode.DATA)
        case BroughtFailed() if not os.environ.get(TRACEBACK):
            return _told(ended.told, code=ExitCode.FINDINGS)
    return _internal(ended)


def _told(*found: Diagnostic, code: ExitCode) -> int:
    from complaint_policy.cli.showing import tell

    with suppress(OSError):
        tell(found)
    return code


def _reader_left(code: int) -> int:
    """Whoever read our output (`head`) has seen enough: that is no failure, and the rest goes nowhere."""
    _to_nowhere()
    return code


def _to_nowhere() -> None:
    """What is still to be written to standard output is let go, so that the interpreter does not fail with it."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())


def _unwritten(reason: str) -> int:
    with suppress(OSError):
        print(f"Error: standard output cannot be written: {reason}", file=sys.stderr)
    return ExitCode.USAGE


def _internal(error: BaseException) -> int:
    from complaint_policy.version import __version__

    if os.environ.get(TRACEBACK):
        raise error
    said = " ".join(str(error).split())[:200]
    print(
        f"internal error in complaint-policy {__version__}: {type(error).__name__}: {said}\n"
        f"This is a mistake of the program, not yours. To report it, run the same command with {TRACEBACK}=1 set, "
        "and send what it prints, with the policy if you may.",
        file=sys.stderr,
    )
    return ExitCode.INTERNAL
