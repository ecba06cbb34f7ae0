"""Builds the bundle of a policy: one file that evaluates anywhere, and says itself whether it is whole."""

from __future__ import annotations

from pathlib import Path

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.diagnostics import Diagnostic


@click.command("build", short_help="Write the bundle of a policy.")
@click.argument("policy_path", metavar="POLICY", type=click.Path(path_type=Path))
@click.option("--output", "-o", "target", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option(
    "--sign",
    "key_path",
    metavar="KEY",
    type=click.Path(path_type=Path),
    help="Sign it with this private key (Ed25519, PEM), into FILE.sig beside it.",
)
@click.option("--quiet", "-q", is_flag=True, help="Do not print what was built.")
def command(policy_path: Path, target: Path, key_path: Path | None, quiet: bool) -> int:
    """Write the bundle of a policy: checked, with its packs, calendars and time zones, in one file.

    \b
    complaint-policy build policies/example-retail-bank/policy.yaml -o bank.bundle
    complaint-policy evaluate --policy bank.bundle --cases cases.jsonl --as-of now

    A key that is encrypted is opened with the passphrase in COMPLAINT_POLICY_SIGNING_PASSPHRASE; on a terminal it is
    asked for.
    """
    from complaint_policy.cli.built_bundles import built_bundle
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.showing import say, tell, whole_file

    must_be_readable(policy_path, key_path)
    built = built_bundle(policy_path)
    if built is None:
        return ExitCode.POLICY
    policy, bundle = built
    signature = None if key_path is None else _signature(policy.digest, key_path)
    if isinstance(signature, Diagnostic):
        tell([signature])
        return ExitCode.USAGE
    with whole_file(target) as stream:
        stream.write(bundle)
    if signature is not None:
        with whole_file(f"{target}.sig") as stream:
            stream.write(signature)
    if not quiet:
        signed = "" if signature is None else f", signed in {target}.sig"
        say(f"{target}: {policy.id} {policy.version}, {len(bundle):,} bytes, {policy.digest}{signed}")
    return ExitCode.FINE


def _signature(digest: str, key_path: Path) -> bytes | Diagnostic:
    from complaint_policy.signing import sign, written

    signature = sign(digest, key_path.read_bytes(), str(key_path), _passphrase)
    return signature if isinstance(signature, Diagnostic) else written(signature)


def _passphrase() -> bytes | None:
    """From the environment, where builds have it; else asked on a terminal; else none."""
    import os
    import sys

    word = os.environ.get("COMPLAINT_POLICY_SIGNING_PASSPHRASE")
    if word is None and sys.stdin is not None and sys.stdin.isatty():
        word = click.prompt("passphrase of the key", hide_input=True, err=True)
    return None if word is None else word.encode()
