"""Watches the clocks of all cases of a store: the service that announces what comes about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.services import every_option, log_of, log_option, once_option
from complaint_policy.cli.stores import store_option

if TYPE_CHECKING:
    from complaint_policy.casework.looking import Looked
    from complaint_policy.casework.metrics import MonitorMetrics
    from complaint_policy.casework.service_log import ServiceLog
    from complaint_policy.stores.errors import StoreUnavailable
    from complaint_policy.stores.protocol import CaseStore


@click.command("monitor", short_help="Watch the clocks of all cases, and announce what comes about.")
@store_option
@once_option("Look at what is due now, then end; for a timer.")
@every_option("Look for what others have entered at least so often.")
@click.option(
    "--metrics",
    "metrics_path",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write figures for Prometheus's node exporter to this file (name.prom).",
)
@log_option
def command(store: str | None, once: bool, every: int, metrics_path: Path | None, form: str) -> int:
    """Look at every case whose answer has become another one, and announce what came about.

    Warnings, breaches, escalations and what is due again are announced once each, and messages about them are queued in
    the same step; `dispatch` sends them. Several monitors may run at once. SIGTERM ends it when the cases at hand are
    stored.

    \b
    complaint-policy monitor --store sqlite:///cases.db
    complaint-policy monitor --store sqlite:///cases.db --once --metrics monitor.prom
    """
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.looking import Looking
    from complaint_policy.casework.monitor_log import MonitorLog
    from complaint_policy.casework.monitoring import Heard, Monitor
    from complaint_policy.casework.notices import Planner
    from complaint_policy.cli.reaching import people_known
    from complaint_policy.cli.stopping import stopped_by_signals
    from complaint_policy.cli.stores import clock, opened

    people = people_known()
    log = log_of(form)
    with opened(store) as cases:
        counting = _Counting()
        heard: list[Heard] = [MonitorLog(log), counting]
        if metrics_path is not None:
            heard.append(_metrics(metrics_path, cases, log))
        monitor = Monitor(cases, Looking(cases, Policies(cases), Planner(cases, people)), clock, heard)
        stop = stopped_by_signals()
        if once:
            monitor.once(stop)
            return ExitCode.FINDINGS if counting.failures else ExitCode.FINE
        log.info("watching", seconds=every)
        monitor.run(stop, every)
        log.info("stopped")
    return ExitCode.FINE


class _Counting:
    """Counts the cases that could not be decided (`monitoring.Heard`)."""

    def __init__(self) -> None:
        self.failures = 0

    def looked(self, one: Looked) -> None:
        """Nothing to count."""

    def elsewhere(self, case_id: str) -> None:
        """Nothing to count: it is decided."""

    def failed(self, case_id: str, error: Exception) -> None:
        """One more."""
        self.failures += 1

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        """Nothing to count: it is tried again."""

    def passed(self, looked: int, started: int, now: int) -> None:
        """Nothing to count."""


def _metrics(path: Path, cases: CaseStore, log: ServiceLog) -> MonitorMetrics:
    """The figures. A service that cannot write them does not begin as if it could."""
    from complaint_policy.casework.metrics import MonitorMetrics

    try:
        return MonitorMetrics(path, cases, log)
    except ImportError:
        help = "install it: `python -m pip install 'complaint-policy[casework]'`"
        raise click.UsageError(f"metrics need prometheus-client, which is not installed: {help}") from None
    except OSError as error:
        raise click.UsageError(f"`{path}` cannot be written: {(error.strerror or str(error)).lower()}") from None
