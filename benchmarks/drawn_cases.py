"""A year of complaints for the benchmark of the whole evaluation: new, under way and done."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.retail_policy import ANSWERED, ASKED, TYPES

from complaint_policy.case import Case, Event, Value
from complaint_policy.conditions.typing import FactType

SHARES = {
    "acknowledged": (0.95, 10),
    "called_back": (0.9, 5),
    "findings_recorded": (0.8, 40),
    "update_sent": (0.8, 45),
    "final_response": (0.85, 80),
    "remedy_implemented": (0.5, 120),
    "offer_rejected": (0.15, 100),
}
"""How many complaints ever have each event, and within how many days of the receipt."""

ASKS = 0.2
"""How many have a request for information, within twenty days and before the findings; four in five of them an answer,
within a fortnight."""

EARLIER = 0.1
"""How many cases are looked at as of a moment after which the file goes on; the others hold only what has happened."""


def cases(count: int) -> list[tuple[Case, dict[str, Any], list[tuple[str, datetime]], int]]:
    """Cases with known facts, each as our engine reads it and as the obvious way does, with the evaluation moment.

    A year of complaints, each looked at somewhere in the first hundred and twenty days: some are new, most are well
    under way, some are done; what falls due is met, missed and still running in turn.
    """
    draw = random.Random(20260401)
    made = []
    for number in range(count):
        facts: dict[str, Any] = {name: _value(draw, name, type) for name, type in TYPES.items()}
        begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(365 * 1440))
        as_of = begin + timedelta(seconds=draw.randrange(120 * 86_400))
        events = sorted(_events(draw, begin), key=lambda item: item[1])
        if draw.random() >= EARLIER:
            events = [one for one in events if one[1] <= as_of]
        moments = [int(at.timestamp()) for _, at in events]
        ours = tuple(
            Event(f"{name}#{place}", name, at, place, at, None, None, (None, None, None))
            for place, ((name, _), at) in enumerate(zip(events, moments, strict=True))
        )
        values: tuple[Value | None, ...] = tuple(facts[name] for name in TYPES)
        made.append((Case(f"C-{number}", values, ours), facts, events, int(as_of.timestamp())))
    return made


def _events(draw: random.Random, begin: datetime) -> list[tuple[str, datetime]]:
    at = {"received": begin}
    for name, (share, days) in SHARES.items():
        if draw.random() < share:
            at[name] = begin + timedelta(minutes=draw.randrange(1, days * 1440))
    if draw.random() < ASKS:
        upto = min(at.get("findings_recorded", begin + timedelta(days=20)), begin + timedelta(days=20))
        at[ASKED] = begin + timedelta(seconds=draw.randrange(1, int((upto - begin).total_seconds()) + 1))
        if draw.random() < 0.8:
            at[ANSWERED] = at[ASKED] + timedelta(minutes=draw.randrange(1, 14 * 1440))
    return list(at.items())


def _value(draw: random.Random, name: str, type: FactType) -> Any:
    if type.kind == "boolean":
        return draw.random() < 0.05  # most complaints are ordinary, and fall through most rules
    if type.kind == "choice":
        return type.choices[0] if draw.random() < 0.6 else draw.choice(type.choices)
    if name == "people":
        return 1 if draw.random() < 0.9 else draw.randrange(2, 200)
    return int(10 ** draw.uniform(1, 5))
