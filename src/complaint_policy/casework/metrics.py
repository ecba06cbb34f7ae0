"""Counts what a monitor does, in a file for Prometheus's node exporter: the one place that uses its library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from complaint_policy.casework.looking import Looked
from complaint_policy.casework.service_log import ServiceLog
from complaint_policy.stores.errors import StoreUnavailable
from complaint_policy.stores.protocol import CaseStore

_PREFIX = "complaint_policy"
_SECONDS = (0.1, 0.5, 1, 5, 15, 60, 300, 900)


class MonitorMetrics:
    """The figures of a monitor (`monitoring.Heard`), written to a file as a whole after each pass.

    A file rather than a port: nothing listens that would have to be protected, `--once` from a timer is measured like a
    monitor that runs, and what was counted last is still there when it has died. Counters begin anew with each process.
    Raises OSError if the file cannot be written when it begins, ImportError without the library.
    """

    __slots__ = ("_figures", "_log", "_path", "_registry", "_store")

    def __init__(self, path: Path, store: CaseStore, log: ServiceLog) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, write_to_textfile

        self._path, self._store, self._log, self._registry = path, store, log, CollectorRegistry()
        made: dict[str, Any] = {}
        for name, says, labels in COUNTED:
            made[name] = Counter(name, says, labels, namespace=_PREFIX, registry=self._registry)
        for name, says, labels in MEASURED:
            made[name] = Gauge(name, says, labels, namespace=_PREFIX, registry=self._registry)
        made["monitor_delay_seconds"] = Histogram(
            "monitor_delay_seconds", DELAY, namespace=_PREFIX, registry=self._registry, buckets=_SECONDS
        )
        self._figures = made
        write_to_textfile(str(path), self._registry)

    def looked(self, one: Looked) -> None:
        """Counts a case that was decided, and what that told."""
        if one.told is None:
            return
        self._figures["monitor_decisions"].inc()
        due = one.told.stored.row.next_change_at
        if due is not None:
            self._figures["monitor_delay_seconds"].observe(max(0, one.told.now - due))
        for each in (*one.told.new, *one.told.retroactive, *one.told.corrected):
            self._figures["monitor_announcements"].labels(each.transition).inc()
        self._figures["monitor_messages"].inc(len(one.change.messages))

    def elsewhere(self, case_id: str) -> None:
        """Counts a case that another was quicker with."""
        self._figures["monitor_conflicts"].inc()

    def failed(self, case_id: str, error: Exception) -> None:
        """Counts a case that could not be decided."""
        self._figures["monitor_failures"].inc()

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        """Counts an attempt to reach the store, and says so at once: nothing else can be asked of it."""
        self._figures["monitor_store_unavailable"].inc()
        self._written()

    def passed(self, looked: int, started: int, now: int) -> None:
        """Notes the end of a pass, and what the store holds then, and writes the file."""
        figures = self._figures
        figures["monitor_last_pass_timestamp_seconds"].set(now)
        figures["monitor_last_pass_seconds"].set(now - started)
        tally = self._store.tally()
        figures["cases"].labels("open").set(tally.open)
        figures["cases"].labels("closed").set(tally.closed)
        for state in ("queued", "delivered", "dead"):
            figures["messages"].labels(state).set(getattr(tally, state))
        figures["log_entries"].set(tally.logged)
        self._written()

    def _written(self) -> None:
        from prometheus_client import write_to_textfile

        try:
            write_to_textfile(str(self._path), self._registry)
        except OSError as error:  # cases are watched all the same
            self._log.warning("metrics not written", why=error.strerror or type(error).__name__)


DELAY = "Seconds between the moment at which a case was due and its decision."
COUNTED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("monitor_decisions", "Cases that were decided.", ()),
    ("monitor_announcements", "What was announced, by transition.", ("transition",)),
    ("monitor_messages", "Messages that were queued.", ()),
    ("monitor_conflicts", "Decisions that were dropped, since somebody else was quicker.", ()),
    ("monitor_failures", "Attempts to decide a case that failed; the log names the case.", ()),
    ("monitor_store_unavailable", "Attempts to reach the store that failed.", ()),
)
"""Counters: name, meaning, labels. Each is `complaint_policy_NAME_total`."""
MEASURED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("monitor_last_pass_timestamp_seconds", "When the last whole pass ended.", ()),
    ("monitor_last_pass_seconds", "How long the last pass took.", ()),
    ("cases", "Cases in the store, by state.", ("state",)),
    ("messages", "Messages in the store, by state.", ("state",)),
    ("log_entries", "Entries of the log of decisions.", ()),
)
"""Gauges: name, meaning, labels. Each is `complaint_policy_NAME`."""
