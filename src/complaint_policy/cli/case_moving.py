"""Commands that take cases out of a store and into one: a whole store without loss, or cases as files hold them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import actor_options, store_option

if TYPE_CHECKING:
    from complaint_policy.case import Case
    from complaint_policy.casework.actors import Actor
    from complaint_policy.casework.adoptions import LoadedPolicy
    from complaint_policy.stores.protocol import CaseStore
    from complaint_policy.stores.records import Change

AT_ONCE = 200
"""Cases that are opened in one transaction."""


@click.command("export", short_help="Write a whole store, or its cases, as lines of JSON.")
@click.option("--output", "-o", "target", metavar="FILE", help="A file that appears only when complete.")
@click.option(
    "--cases", "as_cases", is_flag=True, help="Only the cases, as case files hold them, for evaluate, compare."
)
@click.option("--id", "ids", multiple=True, metavar="ID", help="With --cases: only this case; repeatable.")
@store_option
def export(target: str | None, as_cases: bool, ids: tuple[str, ...], store: str | None) -> int:
    """Write everything that the store holds at one instant, without loss: `case import` makes the same store of it.

    --cases writes a case a line, which every command that takes cases reads. Both hold personal data.

    \b
    complaint-policy case export -o store.jsonl
    complaint-policy case export --cases -o cases.jsonl
    """
    from complaint_policy.casework.store_export import export_lines
    from complaint_policy.cli.showing import output
    from complaint_policy.cli.stores import opened

    if ids and not as_cases:
        raise click.UsageError("`--id` is of `--cases`: an export of a store is whole")
    with opened(store) as cases, output(target) as stream:
        for line in _case_lines(cases, ids) if as_cases else export_lines(cases):
            stream.write(line.encode("utf-8") + b"\n")
    return ExitCode.FINE


def _case_lines(store: CaseStore, ids: tuple[str, ...]) -> Iterator[str]:
    import json

    from complaint_policy.casework.histories import document_of
    from complaint_policy.stores.pages import all_rows
    from complaint_policy.stores.records import Query

    found: Iterable[str] = ids or (row.case_id for row in all_rows(store, Query()) if row.erased_at is None)
    for case_id in found:
        document = document_of(store.case(case_id).entries)
        yield json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@click.command("import", short_help="Make a store of an export, or open cases from a file.")
@click.argument("source", metavar="FILE")
@click.option("--cases", "as_cases", is_flag=True, help="FILE holds cases, in any form that cases have.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Which column of a table is what (CSV, Parquet).")
@click.option(
    "--policy", "policy_id", default="", metavar="ID", help="With --cases: the policy, if several are in use."
)
@store_option
@actor_options
def import_(
    source: str,
    as_cases: bool,
    mapping: Path | None,
    policy_id: str,
    store: str | None,
    actor: str | None,
    role: str,
) -> int:
    """Make a new store of what `case export` wrote, or, with --cases, open a case for each in a file.

    An export is read whole before anything is stored. Of a file of cases each that can be read is opened, with the
    moments at which its events were recorded; one that is in the store already is left as it is, so an import that was
    broken off is simply begun again.

    \b
    complaint-policy case import store.jsonl --store sqlite:///new.db
    complaint-policy case import --cases tickets.csv --mapping tickets.mapping.yaml
    """
    from complaint_policy.cli.case_files import STDIN
    from complaint_policy.cli.named_files import must_be_open_input, must_be_readable
    from complaint_policy.cli.stores import opened, who

    must_be_readable(None if source == STDIN else Path(source), mapping)
    if source == STDIN:
        must_be_open_input()
    if not as_cases:
        if mapping is not None or policy_id:
            raise click.UsageError("`--mapping` and `--policy` are of `--cases`")
        with opened(store, create=True) as cases:
            return _restore(cases, source)
    acting = who(actor, role)
    with opened(store) as cases:
        return _open_all(cases, source, mapping, policy_id, acting)


def _restore(store: CaseStore, source: str) -> int:
    from complaint_policy.case_reader.problems import number_of
    from complaint_policy.casework.store_export import import_lines
    from complaint_policy.cli.case_files import STDIN
    from complaint_policy.cli.showing import say
    from complaint_policy.stores.errors import WrongExport

    with nullcontext(sys.stdin.buffer) if source == STDIN else open(source, "rb") as stream:
        try:
            import_lines(store, (line.decode("utf-8").rstrip("\n") for line in stream))
        except UnicodeDecodeError:
            raise WrongExport(1, "the file is not UTF-8") from None
    tally = store.tally()
    say(f"{number_of(tally.open + tally.closed, 'case')}, {number_of(tally.logged, 'decision')}")
    return ExitCode.FINE


def _open_all(store: CaseStore, source: str, mapping: Path | None, policy_id: str, acting: Actor) -> int:
    from complaint_policy.case_reader.problems import number_of
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.intake import NotAccepted, only_policy
    from complaint_policy.cli.case_files import open_cases
    from complaint_policy.cli.case_options import tell_not_accepted
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import clock
    from complaint_policy.cli.telling import Told

    try:
        loaded = Policies(store).in_use(policy_id or only_policy(store))
    except NotAccepted as refused:
        return tell_not_accepted(refused, {"policy": "--policy"})
    told = Told(quiet=False, as_of=clock(), in_order=mapping is None)
    opened = there = 0
    batch: list[Change] = []
    for case in told.readable(open_cases(loaded.policy, source, mapping)):
        told.hear(case)
        try:
            batch.append(_opening(loaded, case, acting, clock()))
        except NotAccepted as refused:
            tell_not_accepted(refused, {"": case.id})
            told.bad += 1
        if len(batch) == AT_ONCE:
            opened, there = _committed(store, batch, opened, there)
            batch = []
    opened, there = _committed(store, batch, opened, there)
    told.close(loaded.policy)
    say(f"{number_of(opened, 'case')} opened" + (f"; {there:,} there already" if there else ""))
    return ExitCode.DATA if told.failed else ExitCode.FINE


def _opening(loaded: LoadedPolicy, case: Case, acting: Actor, now: int) -> Change:
    from complaint_policy.casework.documents import case_document
    from complaint_policy.casework.intake import Opening, opened

    document = case_document(loaded.policy, case)
    facts, events = document.get("facts", {}), document.get("events", ())
    opening = Opening(case.id, loaded.policy.id, facts, events, "", document.get("shared_events", ()))
    return opened(loaded, opening, acting, now)[0]


def _committed(store: CaseStore, batch: list[Change], opened: int, there: int) -> tuple[int, int]:
    """Stores all at once; where one of them is in the store already, one by one."""
    from complaint_policy.stores.errors import Duplicate

    if len({change.case_id for change in batch}) == len(batch):
        try:
            store.commit(batch)
        except Duplicate:
            pass
        else:
            return opened + len(batch), there
    for change in batch:
        try:
            store.commit([change])
        except Duplicate:
            there += 1
        else:
            opened += 1
    return opened, there
