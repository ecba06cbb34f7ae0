"""Shows which checks there are, and what one of them looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from complaint_policy.diagnostics import Code
    from complaint_policy.policy.documentation import Documentation


def list_checks(context: click.Context, option: click.Parameter, asked: bool) -> None:
    """Says the code, the level and the title of every check, and ends."""
    if not asked or context.resilient_parsing:
        return
    from complaint_policy.cli.showing import say
    from complaint_policy.policy.lint import codes

    say("\n".join(f"{code.number}  {code.level:<7}  {code.title}" for code in codes().values()))
    context.exit()


def about_check(context: click.Context, option: click.Parameter, number: str | None) -> None:
    """Says what a check finds, why that is doubtful, an example and what is better, and ends."""
    if number is None or context.resilient_parsing:
        return
    from complaint_policy.cli.showing import say
    from complaint_policy.configuration.levels import problem_of
    from complaint_policy.policy.lint import codes, documentation

    known = codes()
    if number not in known:
        message, help = problem_of(number, known) or (f"`{number}` is a check of a plugin", "its plugin documents it")
        raise click.UsageError(f"{message}: {help}", context)
    say(_text(known[number], documentation(number)))
    context.exit()


def _text(code: Code, said: Documentation) -> str:
    import textwrap

    def paragraph(text: str) -> str:
        return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)

    def part(title: str, text: str) -> list[str]:
        return [f"{title}:\n", textwrap.indent(text, "  "), ""] if text else []

    head = [f"{code.number}: {code.title} ({code.level})", "", *([paragraph(said.what), ""] if said.what else [])]
    parts = [*head, paragraph(f"Why: {code.why}"), "", *part("Example", said.example), *part("Better", said.better)]
    return "\n".join(parts).rstrip()
