"""Proposes examples of a policy, for a person to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from complaint_policy.cli.tested_policies import Policies
    from complaint_policy.evaluation.view import Engine
    from complaint_policy.rollout.examples import Example


@click.group("examples", short_help="Propose examples for a person to confirm.")
def command() -> None:
    """Examples of a policy: complaints with what must be answered, which `complaint-policy test` runs.

    \b
    complaint-policy examples suggest policies/uk-fca-disp/policy.yaml
    complaint-policy examples suggest policies/uk-fca-disp/policy.yaml --survivors
    """


@command.command("suggest", short_help="Propose examples for every clock, or for what no example notices.")
@click.argument("policy_path", metavar="POLICY", type=click.Path(path_type=Path))
@click.option("--survivors", is_flag=True, help="Examples that notice the small mistakes that no example notices.")
@click.option("--duty", "duties", metavar="ID", multiple=True, help="Only for this duty or right; may be given again.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The file to write. Default: standard output.")
def suggest(policy_path: Path, survivors: bool, duties: tuple[str, ...], output: Path | None) -> int:
    """Propose examples for every clock of a policy: around its due day, from days that are easily counted wrong.

    Month ends, a leap day, changes of the clocks, the end of a year, holidays in a row. Each answer is what the policy
    says now: a person must confirm that it is also right. What the examples.yaml beside the policy asks already
    is left out.

    With `--survivors` the examples are those that `complaint-policy test --mutants` misses: as few as notice the
    mistakes that no example beside the policy notices, those first that notice most, each below what it notices.

    \b
    complaint-policy examples suggest policy.yaml --duty answer -o proposed.yaml
    complaint-policy examples suggest policy.yaml --survivors -o proposed.yaml
    """
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.showing import output as opened
    from complaint_policy.cli.showing import remark
    from complaint_policy.cli.tested_policies import Policies
    from complaint_policy.rollout.suggesting import suggestions
    from complaint_policy.rollout.writing import file_text

    must_be_readable(policy_path)
    policies = Policies(places=survivors)
    engine = policies.engine(policy_path)
    if engine is None:
        return ExitCode.POLICY
    _must_exist(duties, engine)
    known = _known(policy_path, engine)
    if survivors:
        found = _for_survivors(policy_path, policies, engine, known, duties)
        if found is None:
            return ExitCode.EXAMPLES
    else:
        found = list(suggestions(engine, known, duties))
    if not found:
        none = "nothing to propose: no clock that runs by itself, or examples have it all"
        remark(none if not survivors else "nothing to propose: examples notice all, or none was found that would")
        return ExitCode.FINE
    text = file_text(_policy_from(policy_path, output), found)
    with opened(output) as stream:
        stream.write(text.encode())
    return ExitCode.FINE


def _for_survivors(
    policy_path: Path, policies: Policies, engine: Engine, known: list[Example], duties: tuple[str, ...]
) -> list[str] | None:
    """Entries that notice what the known examples do not, and a remark for each mistake that none was found for; None
    if the policy's source is not there, or an example does not come out as it says."""
    from complaint_policy.cli.showing import remark
    from complaint_policy.rollout.mutants.results import proposed_for
    from complaint_policy.rollout.running import run

    checked = policies.checked(engine)
    if checked is None:
        remark(f"{policy_path}: mutants are made of a policy's source, which is not there")
        return None
    if not all(ran.passed for ran in run(known, engine)):
        remark(f"{policy_path}: no mutants are tried while an example does not come out as expected")
        return None
    found = proposed_for(engine.policy, checked, policy_path.with_name("examples.yaml"), known, duties)
    for line in found.unnoticed:
        remark(f"no example was found that notices {line}")
    return list(found.entries)


def _must_exist(duties: tuple[str, ...], engine: Engine) -> None:
    from complaint_policy.diagnostics import nearest
    from complaint_policy.rollout.suggesting import clocks_of

    names = [clock.id for clock in clocks_of(engine.policy)]
    for duty in duties:
        if duty not in names:
            near = nearest(duty, names)
            hint = f": did you mean `{near}`?" if near else ""
            raise click.UsageError(f"no duty or right of the policy with a clock is named `{duty}`{hint}")


def _known(policy_path: Path, engine: Engine) -> list[Example]:
    """The examples beside the policy, as far as they can be read; `test` tells what is wrong with the others."""
    from complaint_policy.rollout.reading import examples_of, read_written

    beside = policy_path.with_name("examples.yaml")
    if not beside.is_file():
        return []
    written = read_written(beside)
    if written.policy.resolve() != policy_path.resolve():
        return []
    return list(examples_of(written, engine.policy).examples)


def _policy_from(policy_path: Path, output: Path | None) -> str:
    """The path of the policy from the file of examples; its name where the examples go to standard output."""
    if output is None:
        return policy_path.name
    import os

    return Path(os.path.relpath(policy_path, output.parent)).as_posix()
