"""Spreads the cases over processes, each with both policies made ready once; the result is the same for any number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.comparison.cases import Pair
from complaint_policy.rollout.comparison.comparing import Asked, Comparing
from complaint_policy.rollout.comparison.tally import Tally

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CHUNK: Final = 500
"""So many cases are handed over at once."""
FEW: Final = 2_000
"""So many are compared before other processes are started, which takes longer than they would."""


def tallied(
    old: Policy, new: Policy, asked: Asked, pairs: Iterable[Pair], workers: int, chunk: int = CHUNK, few: int = FEW
) -> Tally:
    """What all cases show, compared in so many processes; in this one alone if there are few."""
    whole = Tally()
    comparing = Comparing(old, new, asked)
    waiting = _chunks(pairs, chunk)
    for part in islice(waiting, few // chunk if workers > 1 else None):
        whole.add(comparing.tally(part))
    following = next(waiting, None)
    if following is not None:
        for tally in _spread(old, new, asked, _again(following, waiting), workers):
            whole.add(tally)
    return whole


def _chunks(pairs: Iterable[Pair], size: int) -> Iterator[list[Pair]]:
    waiting = iter(pairs)
    while chunk := list(islice(waiting, size)):
        yield chunk


def _again(first: list[Pair], rest: Iterator[list[Pair]]) -> Iterator[list[Pair]]:
    yield first
    yield from rest


def _spread(old: Policy, new: Policy, asked: Asked, chunks: Iterator[list[Pair]], workers: int) -> Iterator[Tally]:
    """The tallies in the order of the file. Each process has one chunk at a time: little stands in memory, and neither
    side waits for the other to read."""
    from multiprocessing import get_context

    context = get_context("spawn")  # a fork would copy threads that hold locks, as those of a reader of tables
    given = (dump(old), dump(new), asked)
    with ExitStack() as stack:
        helpers: list[Connection[Any, Any]] = []
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_help, args=(theirs, *given), daemon=True)
            process.start()
            theirs.close()  # else nobody would notice that the process is gone
            stack.callback(process.join)
            stack.callback(ours.close)  # before it is waited for: then it ends
            helpers.append(ours)
        busy = 0
        turns = cycle(helpers)
        for chunk in chunks:
            helper = next(turns)
            if busy == workers:
                yield helper.recv()
            else:
                busy += 1
            helper.send(chunk)
        for helper in islice(turns if busy == workers else iter(helpers), busy):
            yield helper.recv()


def _help(connection: Connection[Any, Any], old: bytes, new: bytes, asked: Asked) -> None:
    """What a helping process does: a tally for each chunk, until nobody sends any more."""
    before, after = load(old, own=True), load(new, own=True)
    assert isinstance(before, Policy), "a bundle that was just made can be read"
    assert isinstance(after, Policy), "a bundle that was just made can be read"
    tally: Callable[[list[Pair]], Tally] = Comparing(before, after, asked).tally
    while True:
        try:
            chunk = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(tally(chunk))
