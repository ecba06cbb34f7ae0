"""Writes what services do, a line each, and nothing that is known of a person: the one place that uses structlog."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Final, Literal, TextIO, TypeAlias

from complaint_policy.calendars.data import Zone
from complaint_policy.reports.local_time import iso_moment

Form: TypeAlias = Literal["json", "text"]

TOLD: Final = frozenset(
    ("case", "duty", "transition", "tier", "entry", "policy", "channel", "kind", "code", "why", "store")
) | frozenset(
    ("looked", "new", "retroactive", "corrected", "messages", "delivered", "attempt", "seconds", "next", "key")
)
"""All that a line may tell besides its moment, level and event: references, names of the policy, counts. A fact of a
case, the text of a message or an address has no name here, so that none gets into a log by mistake."""

_UTC = Zone("UTC", (), (0,))


class ServiceLog:
    """The log of a service. `clock` tells UTC seconds; each line is written in one go and flushed."""

    __slots__ = ("_logger",)

    def __init__(self, stream: TextIO, form: Form, clock: Callable[[], int]) -> None:
        import structlog

        render: Any = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if form == "json"
            else structlog.processors.LogfmtRenderer(key_order=["at", "level", "event"])
        )
        self._logger: Any = structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[structlog.processors.add_log_level, only_told, _dated(clock), render],
            wrapper_class=structlog.BoundLogger,
            context_class=dict,
            cache_logger_on_first_use=True,
        )

    def info(self, event: str, **told: object) -> None:
        """What goes as it should. Only names in `TOLD` are written."""
        self._logger.info(event, **told)

    def warning(self, event: str, **told: object) -> None:
        """What the service copes with, and somebody should know."""
        self._logger.warning(event, **told)

    def error(self, event: str, **told: object) -> None:
        """What somebody has to look after."""
        self._logger.error(event, **told)


def only_told(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: leaves nothing in a line but what may be told."""
    return {name: value for name, value in line.items() if name in TOLD or name in ("event", "level")}


def _dated(clock: Callable[[], int]) -> Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    def dated(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {"at": iso_moment(_UTC, clock()).replace("+00:00", "Z"), **line}

    return dated
