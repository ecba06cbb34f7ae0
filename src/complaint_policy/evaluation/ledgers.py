"""The account of a duty's clock: each day or stretch of hours that counted or did not, and why."""

from __future__ import annotations

from complaint_policy.case import Case
from complaint_policy.clocks.ending import local_day
from complaint_policy.clocks.ledger import LedgerLine, cycle_ledger, ledger
from complaint_policy.evaluation.results import view_at
from complaint_policy.evaluation.view import Account, Engine


def ledger_of(
    engine: Engine, case: Case, as_of: int, duty: str, as_known: int | None = None
) -> tuple[tuple[str, tuple[LedgerLine, ...]], ...]:
    """The ledger of each occurrence of a duty as of a moment, by its key; empty for one that runs by no clock.

    Raises KeyError if the policy has no duty of that id.
    """
    view = view_at(engine, case, as_of, as_known)
    return tuple(
        (key, () if account is None else _lines(account))
        for key, account in engine.duties[engine.duty_places[duty]].accounts(view)
    )


def _lines(account: Account) -> tuple[LedgerLine, ...]:
    if account.closes:
        start = account.start if account.start_is_day else local_day(account.open_time, account.start)
        return cycle_ledger(start, account.closes, account.counting, account.open_time)
    return ledger(
        account.start,
        account.length,
        account.counting,
        account.open_time,
        left_out=account.left_out,
        suspended=account.suspended,
        start_is_day=account.start_is_day,
    )
