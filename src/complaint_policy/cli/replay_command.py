"""Makes logged decisions again, and says whether each is the same byte for byte."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import store_option

if TYPE_CHECKING:
    from complaint_policy.casework.replaying import Difference, Replayed

SHOWN = 20
"""Differences of one decision that are told one by one."""


@click.command("replay", short_help="Make logged decisions again, and compare every byte.")
@store_option
@click.option("--case", "case_id", metavar="ID", default="", help="Only the decisions about this case.")
@click.option(
    "--as-known-now",
    is_flag=True,
    help="Answer as of then with what is known now: what would have been decided, had all of it been known.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only what is not the same.")
def command(store: str | None, case_id: str, as_known_now: bool, quiet: bool) -> int:
    """Make each logged decision again, from the policy and the history as they were, and compare it byte for byte.

    Exit code 1 if one is another, or cannot be made again. Decisions about erased cases are told as erased.

    \b
    complaint-policy replay --store sqlite:///cases.db
    complaint-policy replay --store sqlite:///cases.db --case C-1003 --as-known-now
    """
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.replaying import Replaying
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import clock, opened
    from complaint_policy.stores.pages import all_rows
    from complaint_policy.stores.records import Query

    with opened(store) as cases:
        replaying = Replaying(cases, Policies(cases))
        known = clock() if as_known_now else None
        counts: Counter[str] = Counter()
        for case in [case_id] if case_id else (row.case_id for row in all_rows(cases, Query())):
            for one in replaying.case(case, known):
                counts[one.verdict] += 1
                if not quiet or one.verdict in ("differs", "impossible"):
                    say("\n".join(_told(one)))
    if not quiet:
        say(_summed(counts, as_known_now))
    return ExitCode.FINDINGS if counts["differs"] or counts["impossible"] else ExitCode.FINE


def _told(one: Replayed) -> Iterator[str]:
    words = {"same": "the same", "differs": "another", "erased": "erased", "impossible": "cannot be made again"}
    why = f": {one.why}" if one.why else ""
    yield f"decision {one.entry.n} about {one.entry.case_id}: {words[one.verdict]}{why}"
    yield from (f"    {_difference(each)}" for each in one.differences[:SHOWN])
    if len(one.differences) > SHOWN:
        yield f"    and {len(one.differences) - SHOWN} more"


def _difference(one: Difference) -> str:
    return f"{one.path or 'the line'}: {_shown(one.then)} then, {_shown(one.now)} now"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return "nothing" if value is None else text if len(text) <= 80 else f"{text[:77]}…"


def _summed(counts: Counter[str], as_known_now: bool) -> str:
    total = sum(counts.values())
    parts = [f"{counts['same']} the same {'as known now' if as_known_now else 'byte for byte'}"]
    parts += [f"{counts[name]} {word}" for name, word in OTHERS if counts[name]]
    return f"{total} decision{'' if total == 1 else 's'}: {', '.join(parts)}"


OTHERS = (("differs", "other"), ("erased", "erased"), ("impossible", "that cannot be made again"))
