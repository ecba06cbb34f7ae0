"""Verifies who vouches for a bundle: that it is whole, and signed by a key that is trusted."""

from __future__ import annotations

from pathlib import Path

import click

from complaint_policy.cli.exit_codes import ExitCode


@click.command("verify", short_help="Verify the signature of a bundle.")
@click.argument("bundle_path", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "key_paths",
    metavar="FILE",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="The public key (PEM) of somebody you trust; may be given several times.",
)
@click.option(
    "--signature",
    "signature_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The signature; without it BUNDLE.sig.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing if all is well.")
def command(bundle_path: Path, key_paths: tuple[Path, ...], signature_path: Path | None, quiet: bool) -> int:
    """Verify that a bundle is whole, and that somebody you trust has signed what it holds.

    \b
    complaint-policy build policy.yaml -o policy.bundle --sign signing.pem
    complaint-policy verify policy.bundle --key signing.pub.pem
    """
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.policies import bundle_at
    from complaint_policy.cli.showing import say, tell
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.signing import checked, public_key, read_signature

    must_be_readable(bundle_path, signature_path, *key_paths)
    policy = bundle_at(bundle_path)
    if isinstance(policy, Diagnostic):
        tell([policy])
        return ExitCode.POLICY
    if signature_path is None:
        signature_path = Path(f"{bundle_path}.sig")
        if not signature_path.exists():
            help = "sign it with `build --sign KEY`, or name the file with `--signature`"
            raise click.UsageError(f"there is no signature `{signature_path}` beside the bundle: {help}")
        must_be_readable(signature_path)
    keys = [public_key(path.read_bytes(), str(path)) for path in key_paths]
    signature = read_signature(signature_path.read_bytes(), str(signature_path))
    wrong = [one for one in (*keys, signature) if isinstance(one, Diagnostic)]
    trusted = tuple(one for one in keys if not isinstance(one, Diagnostic))
    if not wrong and not isinstance(signature, Diagnostic):
        by = checked(signature, policy.digest, trusted, str(bundle_path), str(signature_path))
        if not isinstance(by, Diagnostic):
            if not quiet:
                say(f"{bundle_path}: {policy.id} {policy.version}, {policy.digest}, signed with {by.file}")
            return ExitCode.FINE
        wrong = [by]
    tell(wrong)
    return ExitCode.FINDINGS
