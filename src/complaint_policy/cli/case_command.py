"""Keeps cases in a store: opens them, records what happens, shows what is owed by when."""

from __future__ import annotations

import click

from complaint_policy.cli import case_erasing, case_letters, case_looking, case_moving, case_recording


@click.group("case", short_help="Cases in a store: open them, record what happens, see what is due.")
def command() -> None:
    """Keep cases in a store: open them, record what happens, see what is owed by when.

    The store is named by --store, by $COMPLAINT_POLICY_STORE or in complaint-policy.toml; `policy adopt` makes one and
    puts a policy to use in it. Moments are given with an offset from UTC, and told in the zone of the policy.

    \b
    complaint-policy case open C-1042 product=loan --received 2026-04-02T16:40+01:00 --by complainant
    complaint-policy case event C-1042 acknowledged --at 2026-04-07T10:00+01:00
    complaint-policy case due
    """


for _one in (
    *(case_recording.open_, case_recording.event, case_recording.facts_, case_recording.withdraw),
    *(case_recording.assign_, case_recording.note_),
    *(case_looking.show, case_looking.list_, case_looking.due, case_looking.timeline),
    *(case_letters.letter, case_letters.letters, case_erasing.erase, case_erasing.hold),
    *(case_moving.export, case_moving.import_),
):
    command.add_command(_one)
