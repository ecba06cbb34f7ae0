"""The plain command line of `evaluate` is read as click reads it, or not at all."""

from __future__ import annotations

from typing import Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.cli import evaluating
from complaint_policy.cli.commands import commands
from complaint_policy.cli.evaluating import Files, Wanted
from complaint_policy.cli.plain_arguments import plain_evaluation

PLAIN = ["evaluate", "--policy", "p.yaml", "-c", "-", "--as-of", "2026-06-15T12:00Z"]
MOMENT = 1781524800

FLAGS = ("--ledger", "--trace", "--show-sensitive", "--summary", "--strict", "--quiet", "-q")
NAMED = ("--policy", "-p", "--cases", "-c", "--mapping", "--output", "-o", "--format", "--as-of", "--as-known")
OTHERS = (
    "--only",
    "--fail-on",
    "--language",
    "--polic",
    "--policy=x",
    "-px",
    "-qp",
    "--",
    "-",
    "--format=json",
    "x",
    "",
)
VALUES = (
    "p.yaml",
    "-",
    "text",
    "json",
    "xml",
    "2026-06-15T12:00Z",
    "2026-06-15",
    "2026-06-15T12:00",
    "-q",
    "--trace",
    "",
)
pairs = st.tuples(st.sampled_from(NAMED), st.sampled_from(VALUES))
words = st.lists(pairs | st.tuples(st.sampled_from(FLAGS + OTHERS)), max_size=5).map(lambda parts: sum(parts, ()))


def by_click(arguments: list[str]) -> tuple[Files, Wanted, str | None] | None:
    """What click makes of a command line; None if it is a mistake."""
    asked: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluating, "evaluate", lambda *given: asked.append(given) or 0)
        try:
            commands.main(arguments, standalone_mode=False)
        except click.ClickException:
            return None
    return asked[0] if asked else None


@given(words, st.booleans())
@settings(max_examples=400, deadline=None)
def test_what_is_read_plainly_is_read_as_click_does(more: tuple[str, ...], complete: bool) -> None:
    arguments = [*(PLAIN if complete else PLAIN[:1]), *more]
    plain = plain_evaluation(arguments)
    assert plain is None or (*plain, None) == by_click(arguments)


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_and_value_is_read_plainly(flag: str) -> None:
    known = ["--as-known", "2026-06-15T12:00Z"]
    given = [*PLAIN, flag, "--mapping", "m", "-o", "o", "--format", "text", *known]
    plain = plain_evaluation(given)
    assert plain is not None
    assert plain[0] == Files("p.yaml", "-", "m", "o")
    assert plain[1] == Wanted(MOMENT, MOMENT, "text")._replace(**{_name(flag): True})
    assert (*plain, None) == by_click(given)


def _name(flag: str) -> str:
    return "quiet" if flag == "-q" else flag[2:].replace("-", "_")


@pytest.mark.parametrize(
    "given",
    [
        ["check", *PLAIN[1:]],
        PLAIN[:-2],
        [*PLAIN, "-p", "twice"],
        [*PLAIN, "--output"],
        [*PLAIN, "--help"],
        [*PLAIN[:-1], "2026-06-15"],
        [],
    ],
)
def test_what_is_not_plain_is_left_to_click(given: list[str]) -> None:
    assert plain_evaluation(given) is None
