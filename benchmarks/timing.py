"""Times several ways to do the same thing against each other, in alternating runs on one machine."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from time import process_time


def best_of(
    ways: Mapping[str, Callable[[], object]],
    *,
    runs: int = 15,
    least: float = 0.02,
    clock: Callable[[], float] = process_time,
) -> dict[str, float]:
    """The shortest time of each way in seconds a call, all measured in turn `runs` times.

    It is processor time, so that a long way is not longer because other programs had their turn meanwhile; for ways
    that are processes of their own `clock` is another.

    Each measurement repeats its way until it takes `least` seconds; the ways alternate, so that a busy moment of the
    machine falls on all of them. The garbage collector rests meanwhile.
    """
    repeats = {name: _repeats(way, least, clock) for name, way in ways.items()}
    best = dict.fromkeys(ways, float("inf"))
    enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(runs):
            for name, way in ways.items():
                best[name] = min(best[name], _time(way, repeats[name], clock) / repeats[name])
    finally:
        if enabled:
            gc.enable()
    return best


def _repeats(way: Callable[[], object], least: float, clock: Callable[[], float]) -> int:
    repeats = 1
    while _time(way, repeats, clock) < least:
        repeats *= 2
    return repeats


def _time(way: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    begin = clock()
    for _ in range(repeats):
        way()
    return clock() - begin


def line(label: str, seconds: float, per: int = 1, unit: str = "case") -> str:
    """One measured time as text: microseconds for each of `per` units."""
    return f"{label:<46} {seconds / per * 1e6:10.3f} µs a {unit}"


def ratio(label: str, value: float, *, at_least: float | None = None, at_most: float | None = None) -> tuple[str, bool]:
    """A ratio as text beside its target, and whether it meets it."""
    met = (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
    target = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}" if at_most is not None else ""
    verdict = f"   ({target}: {'met' if met else 'MISSED'})" if target else ""
    return f"{label:<46} {value:10.2f} times{verdict}", met
