"""Which duties of a policy answer which requirement of the law, or which duty of the policy it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from complaint_policy.policy.model import Duty, Policy
from complaint_policy.rollout.proof.floor.guards import Reader


class Requirement(NamedTuple):
    """A duty that is a floor, and the duties of the new policy that answer it.

    id: by which it is told. law: the policy in which it is evaluated. stands: the new policy holds it itself, so that
    it is watched as it is written.
    """

    id: str
    duty: Duty
    law: Reader
    ours: tuple[Duty, ...]
    stands: bool


def of_its_law(reader: Reader) -> Iterator[Requirement]:
    """The duties of every pack that a policy extends, each with those of its own that answer it."""
    policy = reader.policy
    packs = {pack.id for pack in policy.packs[1:]} - {version.id for version in policy.versions}
    own = _current(policy)
    for duty in policy.duties:
        if duty.pack in packs and is_owed(policy, duty):
            yield Requirement(duty.id, duty, reader, tuple(one for one in own if one.meets == duty.id), True)


def of_another(ours: Reader, law: Reader) -> Iterator[Requirement]:
    """The duties of a policy of its own, each with those of ours that answer it or have its name."""
    policy, held = law.policy, {pack.id for pack in ours.policy.packs[1:]}
    own = [one for one in ours.policy.duties if not _is_earlier(ours.policy, one) and one.strength != "option"]
    earlier = {version.id for version in policy.versions if version.id}
    for duty in policy.duties:
        if duty.pack in held or duty.pack in earlier or not is_owed(policy, duty):
            continue
        full = duty.id if duty.pack else f"{policy.id}/{duty.id}"
        names = {duty.id, full}
        mine = tuple(one for one in own if one.id in names or one.meets in (full, duty.meets or full))
        yield Requirement(full, duty, law, mine, False)


def is_owed(policy: Policy, duty: Duty) -> bool:
    """Whether a duty asks something: not a mere option, nor another reading, and not set aside."""
    disapplied = any(one.duty == duty.id for one in policy.disapplied)
    return duty.strength != "option" and (duty.reading is None or not duty.reading.of) and not disapplied


def _current(policy: Policy) -> list[Duty]:
    return [one for one in policy.duties if not _is_earlier(policy, one) and one.strength != "option"]


def _is_earlier(policy: Policy, duty: Duty) -> bool:
    return any(version.id and duty.pack == version.id for version in policy.versions)
