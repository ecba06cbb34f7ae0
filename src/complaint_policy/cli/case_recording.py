"""Commands that record something of a case: that it was opened, what happened, what is known, who answers for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from complaint_policy.cli.case_options import NameValue, When, tell_not_accepted
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import actor_options, store_option

if TYPE_CHECKING:
    from complaint_policy.casework.actors import Actor
    from complaint_policy.casework.intake import Taken

HAPPENED = "When it happened, with an offset: 2026-04-02T16:40+01:00; or now."


@click.command("open", short_help="Open a case.")
@click.argument("case_id", metavar="ID")
@click.argument("facts", metavar="[FACT=VALUE]...", nargs=-1, type=NameValue())
@click.option("--policy", "policy_id", default="", metavar="ID", help="The policy, if several are in use.")
@click.option("--received", type=When(), help="When the complaint was received, with an offset; or now.")
@click.option("--by", help="Who complained, as the event `received` says it: complainant.")
@click.option("--channel", help="How it came: email, phone, web_form.")
@click.option("--owner", default="", metavar="NAME", help="Who answers for the case from the beginning.")
@store_option
@actor_options
def open_(
    case_id: str,
    facts: tuple[tuple[str, str], ...],
    policy_id: str,
    received: str | None,
    by: str | None,
    channel: str | None,
    owner: str,
    store: str | None,
    actor: str | None,
    role: str,
) -> int:
    """Open a case with what is known of it, by the policy that is in use.

    Values are written as in a case file; a list of choices has commas: harms=money,stress. Most clocks start when the
    complaint was received: say it with --received, or later with `case event ID received`.

    \b
    complaint-policy case open C-1042 product=loan amount_claimed=300 \\
      --received 2026-04-02T16:40+01:00 --by complainant --channel email
    """
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.intake import NotAccepted, Opening, only_policy, open_case
    from complaint_policy.casework.told_values import facts_told
    from complaint_policy.cli.stores import clock, opened, who

    acting, events = who(actor, role), []
    if received is not None:
        events.append({"type": "received", "at": received, "by": by, "channel": channel})
    elif by or channel:
        raise click.UsageError("`--by` and `--channel` say how the complaint was received: add `--received`")
    with opened(store) as cases:
        policies, loaded = Policies(cases), None
        try:
            loaded = policies.in_use(policy_id or only_policy(cases))
            opening = Opening(case_id, loaded.policy.id, facts_told(loaded.policy, facts), events, owner)
            taken = open_case(cases, policies, opening, acting, clock())
        except NotAccepted as refused:
            options = {"events[1].at": "--received", "events[1].by": "--by", "events[1].channel": "--channel"}
            named = {"policy": "--policy", "id": "ID", **options}
            return tell_not_accepted(refused, named, loaded.policy if loaded else None, received)
    return _said(f"{case_id} is open, by {loaded.policy.id} {loaded.policy.version}", taken)


@click.command("event", short_help="Record what happened in a case.")
@click.argument("case_id", metavar="ID")
@click.argument("type", metavar="EVENT")
@click.argument("fields", metavar="[FIELD=VALUE]...", nargs=-1, type=NameValue())
@click.option("--at", required=True, type=When(), help=HAPPENED)
@click.option("--by", help="Who did it: complainant, organisation, a name; `me` is who acts, with the role.")
@click.option("--by-role", help="The role of the person who did it.")
@click.option("--channel", help="How it came or went: email, letter.")
@click.option("--content", multiple=True, metavar="ITEM", help="What a message contained; repeatable.")
@click.option("--id", "event_id", metavar="ID", help="Its own id: the same told twice counts once. Default: a new one.")
@click.option("--after-closing", is_flag=True, help="It came after the case was closed, which stays closed.")
@store_option
@actor_options
def event(
    case_id: str,
    type: str,
    fields: tuple[tuple[str, str], ...],
    at: str,
    by: str | None,
    by_role: str | None,
    channel: str | None,
    content: tuple[str, ...],
    event_id: str | None,
    after_closing: bool,
    store: str | None,
    actor: str | None,
    role: str,
) -> int:
    """Record what happened, at the moment it happened; that it is recorded now is noted too.

    EVENT and its fields are those of the policy: acknowledged, information_requested, final_response outcome=upheld.
    Nothing that was recorded is ever changed: what is wrong is taken back with `case withdraw`, and told anew.

    \b
    complaint-policy case event C-1042 acknowledged --at 2026-04-07T10:00+01:00 --by me
    complaint-policy case event C-1042 final_response outcome=upheld --at now --content decision --content reasons
    """
    from complaint_policy.cli.stores import who

    acting = who(actor, role)
    if by == "me":
        by, by_role = acting.name, by_role or acting.role or None
    told: dict[str, Any] = {"type": type, "at": at, "by": by, "role": by_role, "channel": channel, "id": event_id}
    if content:
        told["data"] = {"content": list(content)}
    return _record(case_id, told, fields, store, acting, after_closing=after_closing)


@click.command("facts", short_help="Record what is known of a case, or has changed.")
@click.argument("case_id", metavar="ID")
@click.argument("facts", metavar="FACT=VALUE...", nargs=-1, required=True, type=NameValue())
@click.option("--at", required=True, type=When(), help="From when on it is so, with an offset; or now.")
@click.option("--because", help="Why it changed.")
@click.option("--id", "event_id", metavar="ID", help="Its own id: the same told twice counts once. Default: a new one.")
@click.option("--after-closing", is_flag=True, help="It changed after the case was closed, which stays closed.")
@store_option
@actor_options
def facts_(
    case_id: str,
    facts: tuple[tuple[str, str], ...],
    at: str,
    because: str | None,
    event_id: str | None,
    after_closing: bool,
    store: str | None,
    actor: str | None,
    role: str,
) -> int:
    """Record facts: from --at on they have these values, and what hangs on them is decided anew.

    FACT= with nothing behind it: no longer known. A fact that was wrong from the beginning is told as of the receipt.

    \b
    complaint-policy case facts C-1042 amount_claimed=450 vulnerable=true --at now --because "letter of 8 April"
    """
    from complaint_policy.cli.stores import who

    told = {"type": "facts_changed", "at": at, "id": event_id, "data": {"because": because} if because else {}}
    return _record(case_id, told, facts, store, who(actor, role), after_closing=after_closing)


@click.command("withdraw", short_help="Take back what was recorded by mistake.")
@click.argument("case_id", metavar="ID")
@click.argument("event_id", metavar="EVENT_ID")
@click.option("--because", help="Why it is taken back.")
@store_option
@actor_options
def withdraw(case_id: str, event_id: str, because: str | None, store: str | None, actor: str | None, role: str) -> int:
    """Take back an event: as known from now on it never was. The history keeps both; `case timeline` shows the ids.

    \b
    complaint-policy case withdraw C-1042 e3 --because "sent to somebody else"
    """
    from complaint_policy.cli.stores import who
    from complaint_policy.conditions.text import moment_text

    data = {"event": event_id, **({"because": because} if because else {})}
    acting = who(actor, role)
    return _record(case_id, {"type": "entry_withdrawn", "data": data}, (), store, acting, at_now=moment_text)


@click.command("assign", short_help="Say who answers for a case.")
@click.argument("case_id", metavar="ID")
@click.argument("owner", metavar="NAME")
@store_option
@actor_options
def assign_(case_id: str, owner: str, store: str | None, actor: str | None, role: str) -> int:
    """Say who answers for a case from now on; notices for the owner go to that person.

    \b
    complaint-policy case assign C-1042 ben
    """
    from complaint_policy.casework.actors import Actor, wrong_with
    from complaint_policy.casework.intake import assign
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import clock, opened, who

    acting = who(actor, role)
    if wrong_with(Actor(owner)):
        raise click.UsageError("NAME is that of a person or a team, in at most 200 printable characters")
    with opened(store) as cases:
        assign(cases, case_id, owner, acting, clock())
    say(f"{case_id} is {owner}'s")
    return ExitCode.FINE


@click.command("note", short_help="Add a remark to a case.")
@click.argument("case_id", metavar="ID")
@click.argument("text", metavar="TEXT")
@store_option
@actor_options
def note_(case_id: str, text: str, store: str | None, actor: str | None, role: str) -> int:
    """Add a remark to the history of a case; the policy knows nothing of it. TEXT - is read from standard input.

    \b
    complaint-policy case note C-1042 "rang at 14:10, nobody there"
    """
    from complaint_policy.casework.intake import LARGEST, NotAccepted, note
    from complaint_policy.cli.named_files import must_be_open_input
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import clock, opened, who

    acting = who(actor, role)
    if text == "-":
        must_be_open_input()
        text = sys.stdin.buffer.read(LARGEST + 1).decode("utf-8", "replace").strip()
    if not text:
        raise click.UsageError("the remark is empty")
    with opened(store) as cases:
        try:
            note(cases, case_id, text, acting, clock())
        except NotAccepted as refused:
            return tell_not_accepted(refused, {})
    say(f"{case_id}: noted")
    return ExitCode.FINE


def _record(
    case_id: str,
    told: dict[str, Any],
    pairs: tuple[tuple[str, str], ...],
    store: str | None,
    acting: Actor,
    *,
    after_closing: bool = False,
    at_now: Any = None,
) -> int:
    """Records one event with what was typed as its fields; `at_now` writes the moment of one that happens now."""
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.intake import NotAccepted, record
    from complaint_policy.casework.told_values import facts_told, fields_told
    from complaint_policy.cli.stores import clock, opened

    with opened(store) as cases:
        policies, now = Policies(cases), clock()
        policy = policies.in_use(cases.case(case_id).row.policy).policy
        if at_now is not None:
            told["at"] = at_now(now)
        if told["type"] == "facts_changed":
            told["data"] = {**told["data"], "facts": facts_told(policy, pairs)}
        elif pairs:
            told["data"] = {**told.get("data", {}), **fields_told(policy, told["type"], pairs)}
        try:
            taken = record(cases, policies, case_id, told, acting, now, after_closing=after_closing)
        except NotAccepted as refused:
            names = {"at": "--at", "type": "EVENT", "id": "--id", "by": "--by", "channel": "--channel"}
            more = {"recorded_at": "--at", "role": "--by-role", "data.content": "--content", "data.event": "EVENT_ID"}
            return tell_not_accepted(refused, {**names, **more}, policy, str(told["at"]))
    kinds = {
        "facts_changed": "what is known",
        "entry_withdrawn": f"the withdrawal of {told.get('data', {}).get('event')}",
    }
    what = kinds.get(told["type"], str(told["type"]).replace("_", " "))
    return _said(f"{case_id}: {what} was {'recorded before' if taken.again else 'recorded'} as {taken.id}", taken)


def _said(first: str, taken: Taken) -> int:
    """What was recorded, and what is to be done next."""
    from complaint_policy.cli.showing import say
    from complaint_policy.evaluation.actions import next_actions
    from complaint_policy.reports.action_sentences import action_writer
    from complaint_policy.reports.local_time import Zones

    answer, policy = taken.answer, taken.loaded.policy
    words, zones = action_writer(policy), Zones(policy)
    actions = next_actions(taken.loaded.engine, answer.evaluation, answer.case)
    lines = [words(one, zones.of_duty(one.about, answer.evaluation), answer.evaluation.as_of) for one in actions[:3]]
    more = [f"  and {len(actions) - 3} more: `case show {taken.row.case_id}`"] if len(actions) > 3 else []
    say("\n".join([first, *(f"  next: {line}" for line in lines), *more]))
    return ExitCode.FINE
