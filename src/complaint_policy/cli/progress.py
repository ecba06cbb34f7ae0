"""Shows on a terminal how far a long run has come, and nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def counted(
    items: Iterable[T], *, shown: bool, noun: str = "cases", first: int = 2_000, each: int = 500
) -> Iterator[Iterator[T]]:
    """The same items, with their number on standard error if that is a terminal and `shown`.

    first: so many go by before anything is shown, as a run that ends at once needs no progress; then after `each`.
    """
    with ExitStack() as stack:
        if not shown or not sys.stderr.isatty():
            yield iter(items)
        else:
            yield _counting(items, stack, noun, first, each)


def _counting(items: Iterable[T], stack: ExitStack, noun: str, first: int, each: int) -> Iterator[T]:
    number = 0
    progress = task = None
    for number, item in enumerate(items, 1):
        if number >= first and number % each == 0:
            if progress is None:
                from rich.console import Console
                from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

                columns = (SpinnerColumn(), TextColumn(f"{{task.completed:,.0f}} {noun}"), TimeElapsedColumn())
                progress = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
                task = progress.add_task(noun, total=None)
            assert task is not None
            progress.update(task, completed=number)
        yield item
