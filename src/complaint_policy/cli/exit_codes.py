"""What a command's exit code says to the program that started it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command (semantics 94); of several the highest is given, `INTERNAL` first."""

    FINE = 0
    """Everything was done and nothing was found that was asked to be a failure."""
    FINDINGS = 1
    """Warnings under `--deny-warnings`, a `--fail-on` met, a plugin that failed."""
    USAGE = 2
    """The command line was not understood, or names a file that cannot be read or written."""
    POLICY = 3
    """A policy, a pack or a bundle has errors."""
    EXAMPLES = 4
    """An example failed, or a threshold was not reached."""
    WORSE = 5
    """A policy is worse than allowed: a counterexample to a proof, or `compare --fail-on worse`."""
    DATA = 6
    """A case, a mapping or a table of cases is not valid."""
    INTERNAL = 70
    """A mistake of this program, not of its user."""
    INTERRUPTED = 130
    """Stopped by the user (control-C)."""
