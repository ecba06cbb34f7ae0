"""Opens the cases that a review compares on: the same files for what was and what is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from complaint_policy.policy.model import Policy
    from complaint_policy.rollout.comparison.results import Comparison
    from complaint_policy.rollout.review.asked import Compare


def comparing(source: str | None, as_of: int | None, mapping: Path | None) -> Compare | None:
    """What compares two policies on the cases; None without cases. Cases need a moment, and are read from a file."""
    from complaint_policy.cli.case_files import STDIN
    from complaint_policy.cli.named_files import must_be_readable

    if source is None:
        if as_of is not None or mapping is not None:
            raise click.UsageError("`--as-of` and `--mapping` are about cases: name them with `--cases`")
        return None
    if as_of is None:
        raise click.UsageError("`--cases` needs the moment to evaluate them at: add `--as-of`")
    if source == STDIN:
        raise click.UsageError("the cases are read for each policy again: name a file, not standard input")
    must_be_readable(source, mapping)
    cases, moment = source, as_of

    def compare(old: Policy, new: Policy) -> Comparison | None:
        from complaint_policy.cli.comparing import Files, Wanted, comparison_of
        from complaint_policy.rollout.comparison.causes import Moment
        from complaint_policy.rollout.comparison.comparing import Asked

        files = Files(Path(), Path(), cases, mapping, None, None, None)
        wanted = Wanted(
            as_of=moment,
            as_known=None,
            form="text",
            by=(),
            least=5,
            fail_on=frozenset(),
            examples=3,
            workers=os.cpu_count(),
            quiet=True,
        )
        return comparison_of(old, new, files, wanted, Asked(Moment(moment, None)))

    return compare
