"""Takes in tickets of a ticket system as cases, writes back how they stand, and compares due moments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import actor_options, clock, opened, store_option, who
from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    from complaint_policy.casework.adoptions import LoadedPolicy, Policies
    from complaint_policy.casework.ticket_mapping import TicketMapping
    from complaint_policy.casework.ticketing_state import ReadingState
    from complaint_policy.stores.protocol import CaseStore
    from complaint_policy.ticketing import TicketingSystem

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("ticketing", short_help="Take in tickets as cases, and write back how they stand.")
def command() -> None:
    """Work with the tickets of a ticket system: a plugin talks to it, and `[ticketing.NAME]` in complaint-policy.toml
    says where it is.
    """


def _shared(command: Command) -> Command:
    """The options that all three have."""
    for option in (
        click.option("--system", metavar="NAME", help="Which ticket system, if several are set up."),
        click.option("--policy", metavar="ID", help="Which policy, if several are in use."),
        click.option(
            "--mapping",
            required=True,
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Which field of a ticket is which fact, and which step is which event.",
        ),
    ):
        command = option(command)
    return store_option(command)


def _state_option(command: Command) -> Command:
    help = "Where it is kept how far tickets have been read. Default: beside the mapping, with `.state.json`."
    return click.option("--state", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=help)(command)


class _Work(NamedTuple):
    """What a command of `ticketing` works with."""

    system: TicketingSystem
    store: CaseStore
    policies: Policies
    loaded: LoadedPolicy
    mapping: TicketMapping


@contextmanager
def _work(store: str | None, mapping: Path, policy: str | None, system: str | None) -> Iterator[_Work]:
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.cli.ticketing import mapping_of, policy_in_use, ticket_system

    with ExitStack() as open_:
        cases = open_.enter_context(opened(store))
        policies = Policies(cases)
        loaded = policy_in_use(cases, policies, policy)
        read = mapping_of(mapping, loaded)
        yield _Work(open_.enter_context(ticket_system(system)), cases, policies, loaded, read)


def _ending(work: Callable[[], ExitCode]) -> int:
    from complaint_policy.cli.ticketing import Ended

    try:
        return work()
    except Ended as ended:
        return ended.code


def _keeper(file: Path) -> Callable[[ReadingState], None]:
    from complaint_policy.casework.ticketing_state import write_state
    from complaint_policy.cli.showing import unwritable

    def keep(state: ReadingState) -> None:
        try:
            write_state(file, state)
        except OSError as error:
            raise unwritable(str(file), error) from None

    return keep


def _state_file(state: Path | None, mapping: Path) -> Path:
    return state or mapping.with_suffix(".state.json")


@command.command("sync", short_help="Take in what is new in tickets.")
@_shared
@_state_option
@actor_options
def sync(
    store: str | None,
    mapping: Path,
    policy: str | None,
    system: str | None,
    state: Path | None,
    actor: str | None,
    role: str,
) -> int:
    """Take in tickets that changed since the last time: a new one becomes a case, others tell theirs what is new.

    Run it as often as you like: nothing is recorded twice, and a run that was ended goes on with the next. Exit code 1
    where a ticket was refused; it is tried again each time.

    \b
    complaint-policy ticketing sync --mapping tickets.yaml --store sqlite:///cases.db
    """
    from complaint_policy.casework.ticketing_sync import Taking, synced
    from complaint_policy.cli.showing import say, tell
    from complaint_policy.cli.ticketing import state_of

    def work() -> ExitCode:
        counted: Counter[str] = Counter()
        with _work(store, mapping, policy, system) as on:
            file = _state_file(state, mapping)
            taking = Taking(on.store, on.policies, on.loaded, on.mapping, who(actor, role), clock)
            kept = state_of(file, on.store, mapping, system)
            try:
                for taken in synced(on.system, taking, kept, _keeper(file)):
                    counted["tickets"] += 1
                    counted["opened"] += taken.opened
                    counted["events"] += taken.recorded
                    counted["passed"] += bool(taken.passed_over)
                    counted["refused"] += bool(taken.refused)
                    tell(taken.told(), counted=False)
            finally:
                say(
                    f"tickets read: {counted['tickets']:,}; cases opened: {counted['opened']:,}; events recorded: "
                    f"{counted['events']:,}; passed over: {counted['passed']:,}; refused: {counted['refused']:,}"
                )
        return ExitCode.FINDINGS if counted["refused"] else ExitCode.FINE

    return _ending(work)


@command.command("write-back", short_help="Write to tickets how their cases stand.")
@_shared
@_state_option
def write_back(store: str | None, mapping: Path, policy: str | None, system: str | None, state: Path | None) -> int:
    """Write tier, severity, what is due and what was missed to the tickets of cases that changed, and comment on what
    the monitor announced.

    What stands on a ticket already is not written again. Exit code 1 where a ticket is not there any more, or does not
    take all of it.

    \b
    complaint-policy ticketing write-back --mapping tickets.yaml --store sqlite:///cases.db
    """
    from complaint_policy.casework.ticket_standings import written_back
    from complaint_policy.cli.showing import remark, say, tell
    from complaint_policy.cli.ticketing import state_of

    def work() -> ExitCode:
        done = gone = refused = 0
        with _work(store, mapping, policy, system) as on:
            file = _state_file(state, mapping)
            kept = state_of(file, on.store, mapping, system)
            try:
                for written in written_back(on.system, on.store, on.mapping, kept, _keeper(file)):
                    done += not written.gone
                    gone += written.gone
                    refused += bool(written.refused)
                    tell(written.told(), counted=False)
                    if written.gone:
                        remark(f"the ticket {written.ticket} of case {written.case} is not there any more")
            finally:
                say(f"cases written back: {done:,}; tickets that are gone: {gone:,}; not taken whole: {refused:,}")
        return ExitCode.FINDINGS if gone or refused else ExitCode.FINE

    return _ending(work)


@command.command("compare", short_help="Compare the due moments of tickets with those of the policy.")
@_shared
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
def compare(store: str | None, mapping: Path, policy: str | None, system: str | None, form: str) -> int:
    """Compare the due moment that each ticket bears with that of its case, and say what explains a difference: the
    zone, holidays, a pause, a reopening, or what is counted from; each is found by counting anew with that one thing
    changed.

    Exit code 1 where moments differ.

    \b
    complaint-policy ticketing compare --mapping tickets.yaml --store sqlite:///cases.db
    """
    import json

    from complaint_policy.casework.due_comparison import Compared
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.ticketing import as_json

    def work() -> ExitCode:
        found: list[Compared] = []
        with _work(store, mapping, policy, system) as on:
            for one in _compared(on):
                found.append(one)
                if form == "json":
                    say(json.dumps(as_json(one), ensure_ascii=False))
                elif one.cause != "none":
                    say(_line(one))
        if form == "text":
            causes = Counter(one.cause for one in found)
            rest = "; ".join(f"{cause}: {number:,}" for cause, number in sorted(causes.items()) if cause != "none")
            say(f"cases compared: {len(found):,}; the same: {causes['none']:,}{'; ' + rest if rest else ''}")
        return ExitCode.FINDINGS if any(one.cause != "none" for one in found) else ExitCode.FINE

    return _ending(work)


def _compared(on: _Work) -> Iterator[Any]:
    from complaint_policy.casework.due_comparison import prepare_comparison
    from complaint_policy.casework.ticket_standings import cases_of_tickets
    from complaint_policy.ticketing import UnknownTicket

    compare_one = prepare_comparison(on.loaded, on.mapping.zones)
    for row, ticket in cases_of_tickets(on.store, on.mapping):
        if row.policy != on.loaded.policy.id or not (on.mapping.duty or row.urgent_duty):
            continue
        try:
            yield compare_one(on.store.case(row.case_id), on.system.ticket(ticket), on.mapping.duty, clock())
        except UnknownTicket:
            continue


def _line(one: Any) -> str:
    from complaint_policy.conditions.text import moment_text

    theirs = "nothing due" if one.theirs is None else f"due {moment_text(one.theirs)}"
    ours = "nothing due" if one.due_at is None else f"due {moment_text(one.due_at)}"
    why = f"{one.cause}: {one.detail}" if one.detail else one.cause
    return f"{one.case}  {one.duty or '-'}: ticket {theirs}, policy {ours}  ({why})"
