"""The built-in checks, registered in the same way as an organisation's own."""

from __future__ import annotations

from complaint_policy.hookspecs import RegisterCheck, hookimpl


@hookimpl
def register_checks(register: RegisterCheck) -> None:
    """Each under the name of its function."""
    from complaint_policy.policy.lint import BUILT_IN

    for check in BUILT_IN:
        register(check.name.replace("_", "-"), check)
