"""Makes the bundle of a policy that is to evaluate by itself, wherever it is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaint_policy.policy.model import Policy


def built_bundle(path: Path) -> tuple[Policy, bytes] | None:
    """The policy of a file or a bundle, and its bundle; None if it has errors, which have been shown.

    A policy by which open cases go on under an earlier version that it does not hold is none that evaluates by itself.
    """
    from dataclasses import replace

    from complaint_policy.cli.cache import Cache
    from complaint_policy.cli.policies import policy_of
    from complaint_policy.cli.showing import tell
    from complaint_policy.policy.bundle import dump
    from complaint_policy.policy.lint_names import open_cases_alone
    from complaint_policy.policy.model import needs_earlier

    policy = policy_of(path, Cache(None))
    if policy is None:
        return None
    if needs_earlier(policy):
        tell([replace(one, level="error") for one in open_cases_alone(policy, {})])
        return None
    return policy, dump(policy)
