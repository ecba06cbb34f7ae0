"""Prints what a shell needs to complete commands, options and file names."""

from __future__ import annotations

import click

from complaint_policy.cli.exit_codes import ExitCode


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the completion script of a shell.

    \b
    eval "$(complaint-policy completion bash)"                                    # bash 4.4 or newer, in ~/.bashrc
    eval "$(complaint-policy completion zsh)"                                     # in ~/.zshrc
    complaint-policy completion fish > ~/.config/fish/completions/complaint-policy.fish
    """
    from click.shell_completion import get_completion_class

    from complaint_policy.cli import COMPLETE, PROGRAM
    from complaint_policy.cli.commands import commands
    from complaint_policy.cli.showing import say

    script = get_completion_class(shell)
    assert script is not None, "click knows these shells"
    say(_source(script(commands, {}, PROGRAM, COMPLETE)))
    return ExitCode.FINE


def _source(script: object) -> str:
    """The script; bash's class would first start bash to ask for its version, which the user of another shell may
    lack."""
    template: str = getattr(script, "source_template")  # noqa: B009  # of click's class, which has no Protocol
    variables: dict[str, str] = getattr(script, "source_vars")()  # noqa: B009
    return template % variables
