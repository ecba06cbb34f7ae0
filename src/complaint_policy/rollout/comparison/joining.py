"""Puts two policies together as versions of one, as if the new one said that it replaces the old."""

from __future__ import annotations

from pathlib import Path

from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.compiling.assembly import compile_policy
from complaint_policy.policy.compiling.gathering import gather
from complaint_policy.policy.compiling.packs import Brought, none_brought, read_policy_file
from complaint_policy.policy.compiling.versions import ORDER
from complaint_policy.policy.model import Policy


def joined(old: Path, new: Path, brought: Brought = none_brought) -> Policy | list[Diagnostic]:
    """The new policy with the old one as its earlier version; or what of the old one the new one cannot read.

    Both are files that have been checked. From when each is in force does not matter here: what is asked is how cases
    would go over, whenever that is.
    """
    found: list[Diagnostic] = []
    main, before = read_policy_file(new, str(new)), read_policy_file(old, str(old))
    packs, _ = gather(main, (), found, brought)
    assert main.root is not None, "the file has been checked"
    assert before.root is not None, "the file has been checked"
    policy, common = compile_policy(main.root, packs, None, [before.root])
    problems = [one for one in common.problems if one.level == "error" and one.code is not ORDER]
    return problems or policy
