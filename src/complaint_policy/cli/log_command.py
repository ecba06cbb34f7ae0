"""Shows the log of decisions of a store, and verifies that nothing in it was altered, taken away or moved."""

from __future__ import annotations

from typing import Any

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import store_option
from complaint_policy.diagnostics import Code
from complaint_policy.stores.records import Head, LogEntry

DAMAGED = Code(
    "CP840",
    "a log of decisions that is damaged",
    "Every entry of the log holds the hash of the one before it. An entry that was altered, taken away, added or moved "
    "does not fit any more. A head that was noted elsewhere shows, too, that nothing was cut off at the end.",
)
ALTERED = Code(
    "CP841",
    "a history that was altered",
    "What was entered is never changed: a correction is an entry of its own. The digest of an entry was made when it "
    "was recorded, and what the store holds under it now is something else.",
)


@click.group("log", short_help="Show and verify the log of decisions.")
def command() -> None:
    """Show the log of decisions of a store, and verify it.

    \b
    complaint-policy log verify --store sqlite:///cases.db
    """


class Anchor(click.ParamType[Head]):
    """`N:HASH`, as `log head` prints it."""

    name = "head"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        """The number and the hash."""
        if isinstance(value, Head):
            return value
        number, colon, hash = str(value).strip().partition(":")
        plain = number.isascii() and number.isdigit() and len(number) < 19
        if not (colon and plain and len(hash) == 64 and not set(hash) - set("0123456789abcdef")):
            self.fail(
                f"`{value}` is no head of a log: write it as `log head` prints it, such as `17:9f86…`", param, ctx
            )
        return Head(int(number), hash)


@command.command("head")
@store_option
def head(store: str | None) -> int:
    """Print the end of the log, to be kept elsewhere: it shows later that nothing was altered or cut off.

    \b
    complaint-policy log head --store sqlite:///cases.db >> heads.txt
    """
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import opened

    with opened(store) as cases:
        found = cases.head()
    say(f"{found.n}:{found.hash}")
    return ExitCode.FINE


@command.command("verify")
@store_option
@click.option("--head", "heads", metavar="N:HASH", multiple=True, type=Anchor(), help="A head noted elsewhere earlier.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing if all is well.")
def verify(store: str | None, heads: tuple[Head, ...], quiet: bool) -> int:
    """Verify that no decision and no history was altered, taken away, added or moved. Exit code 1 if one was.

    \b
    complaint-policy log verify --store sqlite:///cases.db
    complaint-policy log verify --store sqlite:///cases.db --head 17:9f86…
    """
    from complaint_policy.casework.verifying import damages
    from complaint_policy.cli.showing import say, tell
    from complaint_policy.cli.stores import opened
    from complaint_policy.diagnostics import diagnostic

    with opened(store) as cases:
        found = 0
        for one in damages(cases, heads):
            found += 1
            told = f"case `{one.case_id}`: {one.what}" if one.case_id else f"entry {one.n} of the log: {one.what}"
            tell([diagnostic(ALTERED if one.case_id else DAMAGED, told if one.n or one.case_id else one.what)])
        end = cases.head()
    if found:
        return ExitCode.FINDINGS
    if not quiet:
        noted = f", and {len(heads)} noted head{'s' if len(heads) > 1 else ''} found in it" if heads else ""
        say(f"{end.n} decision{'' if end.n == 1 else 's'}: nothing altered, missing or moved{noted}")
        say(f"head {end.n}:{end.hash}")
    return ExitCode.FINE


@command.command("show")
@store_option
@click.option("--case", "case_id", metavar="ID", default="", help="Only the decisions about this case.")
@click.option("--after", metavar="N", type=click.IntRange(0), default=0, help="Only what follows this entry.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--results", is_flag=True, help="With json: each answer too, which tells what is known of the case.")
def show(store: str | None, case_id: str, after: int, form: str, results: bool) -> int:
    """Show the decisions in their order, with what each announced.

    \b
    complaint-policy log show --store sqlite:///cases.db --case C-1003
    """
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import opened
    from complaint_policy.stores.pages import all_decisions

    with opened(store) as cases:
        if case_id:
            cases.case(case_id)  # whether there is one
        for entry in all_decisions(cases, case_id, after):
            say(_as_json(entry, results) if form == "json" else _as_text(entry))
    return ExitCode.FINE


def _as_text(entry: LogEntry) -> str:
    from complaint_policy.calendars.data import Zone
    from complaint_policy.reports.local_time import iso_moment

    utc = Zone("UTC", (), (0,))
    seen = f"{entry.entries_seen} entr{'y' if entry.entries_seen == 1 else 'ies'} seen"
    erased = ", erased" if entry.result is None else ""
    lines = [f"{entry.n}  {iso_moment(utc, entry.as_of)}  {entry.case_id}  {seen}, policy {entry.bundle[:19]}{erased}"]
    lines += [
        f"    {' '.join(filter(None, (one.transition, one.duty, one.occurrence)))}" for one in entry.announcements
    ]
    return "\n".join(lines)


def _as_json(entry: LogEntry, results: bool) -> str:
    import json

    from complaint_policy.stores.chain import announced

    data = {name: getattr(entry, name) for name in entry.__slots__ if name not in ("result", "result_salt")}
    data["announcements"] = announced(entry.announcements)
    data["erased"] = entry.result is None
    if results and entry.result is not None:
        data["result"] = json.loads(entry.result)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
