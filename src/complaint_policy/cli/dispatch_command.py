"""Sends the messages that wait in a store: the service that delivers what the monitor announces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.services import every_option, log_of, log_option, once_option
from complaint_policy.cli.stores import store_option

if TYPE_CHECKING:
    from complaint_policy.casework.service_log import ServiceLog
    from complaint_policy.stores.errors import StoreUnavailable
    from complaint_policy.stores.records import Message, Outcome


@click.command("dispatch", short_help="Send the messages that wait.")
@store_option
@once_option("Send what is due now, then end; for a timer.")
@every_option("Look for new messages so often.")
@log_option
def command(store: str | None, once: bool, every: int, form: str) -> int:
    """Deliver every message that is due through the channels of the configuration, at least once, under its key.

    What a receiver refuses for now is tried again, later each time; what it refuses for good, or too often, becomes a
    dead letter (`outbox list --state dead`). Several dispatchers may run at once. SIGTERM ends it when the message at
    hand is settled. With `--once` the exit code is 1 if any message became a dead letter.

    \b
    complaint-policy dispatch --store sqlite:///cases.db
    complaint-policy dispatch --store sqlite:///cases.db --once
    """
    import random

    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.dispatching import Dispatcher, Means
    from complaint_policy.cli.reaching import reached
    from complaint_policy.cli.stopping import stopped_by_signals
    from complaint_policy.cli.stores import clock, opened

    reach = reached()
    log = log_of(form)
    told = _Telling(log)
    try:
        with opened(store) as cases:
            means = Means(reach.channels, reach.people, clock, lambda most: random.randrange(max(most, 1)))
            dispatcher = Dispatcher(cases, Policies(cases), means, [told])
            stop = stopped_by_signals()
            if once:
                dispatcher.once(stop)
                return ExitCode.FINDINGS if told.dead else ExitCode.FINE
            log.info("sending", seconds=every)
            dispatcher.run(stop, every)
            log.info("stopped")
    finally:
        for channel in reach.channels.values():
            channel.close()
    return ExitCode.FINE


class _Telling:
    """Writes a line for each attempt, and counts dead letters (`dispatching.Heard`)."""

    def __init__(self, log: ServiceLog) -> None:
        self._log = log
        self.dead = 0

    def settled(self, message: Message, outcome: Outcome) -> None:
        """The case, the channel and what the receiver answered; never to whom it goes, or what it says."""
        named = {"case": message.case_id, "kind": message.kind, "channel": message.channel, "key": message.key}
        if outcome.state == "delivered":
            self._log.info("delivered", **named, attempt=message.attempts)
        elif outcome.state == "queued":
            seconds = (outcome.next_attempt_at or outcome.at) - outcome.at
            self._log.warning("put off", **named, attempt=message.attempts, why=outcome.error, seconds=seconds)
        else:
            self.dead += 1
            self._log.error("dead letter", **named, attempt=message.attempts, why=outcome.error)

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        """The store cannot be used now."""
        self._log.warning("store unavailable", code=error.code.number, why=str(error), seconds=wait)
