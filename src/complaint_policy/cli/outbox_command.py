"""Shows the messages of a store: what waits, what was sent, what was given up, and lets a person try again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import actor_options, store_option
from complaint_policy.diagnostics import Code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaint_policy.casework.actors import Actor
    from complaint_policy.stores.protocol import CaseStore
    from complaint_policy.stores.records import Message, State

NO_MESSAGE = Code(
    "CP881",
    "a message that is not there",
    "A message is named by its key or by the beginning of it, as `outbox list` shows it. Those of a case that was"
    " erased are gone.",
)
STATES = click.Choice(["queued", "delivered", "dead"])


@click.group("outbox", short_help="Look at the messages of a store, and try again what was given up.")
def command() -> None:
    """Look at the messages of a store, and try again what was given up.

    \b
    complaint-policy outbox list --state dead
    """


@command.command("list", short_help="List messages.")
@store_option
@click.option("--state", type=STATES, help="Only those that wait, were sent, or were given up.")
@click.option("--case", "case_id", metavar="ID", default="", help="Only those about one case.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
def listed(store: str | None, state: State | None, case_id: str, form: str) -> int:
    """List the messages of a store, without what they say; JSON is a line for each.

    \b
    complaint-policy outbox list --state dead --store sqlite:///cases.db
    """
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import opened
    from complaint_policy.stores.pages import all_messages
    from complaint_policy.stores.records import MessageQuery

    with opened(store) as cases:
        found = [*all_messages(cases, MessageQuery(case_id=case_id, state=state))]
    found.sort(key=lambda one: (one.queued_at, one.key))
    if form == "json":
        for one in found:
            say(json.dumps(_told(one), ensure_ascii=False))
    else:
        rows: list[tuple[str, ...]] = [("key", "case", "about", "channel", "state", "since", "")]
        rows += [_row(one) for one in found]
        widths = [max(len(row[column]) for row in rows) for column in range(6)]
        say(
            "\n".join(
                "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[6]]).rstrip()
                for row in rows
            )
        )
    return ExitCode.FINE


@command.command("show", short_help="Show one message, with all that it holds.")
@click.argument("key", metavar="KEY")
@store_option
def show(key: str, store: str | None) -> int:
    """Show one message as JSON: for whom it is, what became of it, and what it is made from.

    \b
    complaint-policy outbox show 3f9a --store sqlite:///cases.db
    """
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import opened

    with opened(store) as cases:
        found = _named(cases, key)
    if found is None:
        return ExitCode.DATA
    told = {**_told(found), "recipient": found.recipient, "data": json.loads(found.data)}
    say(json.dumps(told, ensure_ascii=False, indent=2))
    return ExitCode.FINE


@command.command("retry", short_help="Try messages again that were given up.")
@click.argument("keys", metavar="KEY...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every message that was given up.")
@store_option
@actor_options
def retry(keys: tuple[str, ...], every: bool, store: str | None, actor: str | None, role: str) -> int:
    """Put messages back into the queue that were given up: they are tried as if for the first time.

    A message that was for nobody goes to whom the configuration names by now. Who asked for it is noted in the case.

    \b
    complaint-policy outbox retry --all --store sqlite:///cases.db
    """
    from complaint_policy.cli.showing import remark, say
    from complaint_policy.cli.stores import clock, opened, who
    from complaint_policy.stores.pages import all_messages
    from complaint_policy.stores.records import MessageQuery, Outcome

    if bool(keys) == every:
        raise click.UsageError("name messages by their keys, or say `--all`")
    acting = who(actor, role)
    with opened(store) as cases:
        named = [*all_messages(cases, MessageQuery(state="dead"))] if every else [_named(cases, key) for key in keys]
        found = [one for one in named if one is not None]
        dead = {one.key: one for one in found if one.state == "dead"}
        now = clock()
        outcomes = [
            Outcome(one.key, one.attempts, "queued", now, now, one.last_error, forgive=True) for one in dead.values()
        ]
        passed = cases.settle(outcomes)
        _note(cases, [one for key, one in dead.items() if key not in passed], acting, now)
    for one in found:
        if one.state != "dead":
            remark(f"{one.key[:12]}: it was not given up, but is {one.state}")
    count = len(outcomes) - len(passed)
    say(f"{count} message{'' if count == 1 else 's'} will be tried again")
    return ExitCode.DATA if len(found) < len(named) else ExitCode.FINE


def _note(cases: CaseStore, messages: Iterable[Message], acting: Actor, now: int) -> None:
    """Notes in the history of each case which of its messages are tried again, and who asked for it."""
    from complaint_policy.casework.intake import note

    of_case: dict[str, list[str]] = {}
    for one in messages:
        of_case.setdefault(one.case_id, []).append(f"{one.kind} ({one.key[:12]})")
    for case_id, kinds in of_case.items():
        note(cases, case_id, f"tried again to send: {', '.join(kinds)}", acting, now)


def _named(cases: CaseStore, key: str) -> Message | None:
    """The message whose key begins so, if there is one only; else why not is told."""
    from complaint_policy.cli.showing import tell
    from complaint_policy.diagnostics import diagnostic
    from complaint_policy.stores.records import MessageQuery

    before = f"{key[:-1]}{chr(ord(key[-1]) - 1)}\U0010ffff" if key and ord(key[-1]) > 1 else ""
    found = [one for one in cases.messages(MessageQuery(), before, 2) if one.key.startswith(key)] if key else []
    if len(found) == 1 or (found and found[0].key == key):
        return found[0]
    said = f"several keys begin with `{key}`" if found else f"there is no message `{key}`"
    tell([diagnostic(NO_MESSAGE, said, None, "`complaint-policy outbox list` shows them all")])
    return None


def _told(one: Message) -> dict[str, Any]:
    return {
        "key": one.key,
        "case": one.case_id,
        "kind": one.kind,
        "channel": one.channel,
        "state": one.state,
        "queued_at": _moment(one.queued_at),
        "next_attempt_at": _moment(one.next_attempt_at) if one.state == "queued" else None,
        "settled_at": None if one.settled_at is None else _moment(one.settled_at),
        "attempts": one.attempts,
        "last_error": one.last_error,
        "reference": one.reference,
    }


def _row(one: Message) -> tuple[str, ...]:
    since = one.queued_at if one.state == "queued" or one.settled_at is None else one.settled_at
    why = (
        one.reference if one.reference.startswith("not sent: ") else one.last_error if one.state != "delivered" else ""
    )
    return (one.key[:12], one.case_id, one.kind, one.channel or "-", one.state, _moment(since), why)


def _moment(at: int) -> str:
    from complaint_policy.calendars.data import Zone
    from complaint_policy.reports.local_time import iso_moment

    return iso_moment(Zone("UTC", (), (0,)), at).replace("+00:00", "Z")
