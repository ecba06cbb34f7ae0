"""What can be taken out of a duty, a right, a deemed event or an approval: each such change, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from complaint_policy.policy.model import Approval, Deemed, Duty, Right
from complaint_policy.rollout.mutants.changes import Change


def of_duty(duty: Duty) -> Iterator[Change]:
    """What can be taken out of a duty."""
    for number, pause in enumerate(duty.pauses):
        rest = duty.pauses[:number] + duty.pauses[number + 1 :]
        words = f"the pause from {pause.starts.event} to {pause.ends.event} is taken out"
        yield Change("pause removed", words, ("pause", number), replace(duty, pauses=rest))
    for number, longer in enumerate(duty.longer):
        left = duty.longer[:number] + duty.longer[number + 1 :]
        words = f"the longer time upon {longer.upon.event} is taken out"
        yield Change("extension removed", words, ("longer", number), replace(duty, longer=left))
    for one in duty.suspended_by:
        others = tuple(other for other in duty.suspended_by if other != one)
        words = f"the suspension {one} is taken out"
        step = one.rpartition("/")[2]
        yield Change("suspension removed", words, ("suspended_by", step), replace(duty, suspended_by=others))
    if duty.off_when is not None:
        yield Change("switch removed", "nothing switches it off", ("off_when",), replace(duty, off_when=None))
    if duty.revived_by is not None:
        yield Change("switch removed", "nothing brings it back", ("revived_by",), replace(duty, revived_by=None))
    if duty.fallback is not None:
        words = "nothing is due while its start has not come"
        yield Change("fallback removed", words, ("fallback",), replace(duty, fallback=None))
    if duty.same is not None:
        words = f"every event concerns all of it, whatever its {duty.same}"
        yield Change("parts removed", words, ("same",), replace(duty, same=None))


def of_right(right: Right) -> Iterator[Change]:
    """What can be taken out of a right."""
    if right.closes is not None:
        yield Change("window removed", "it never closes", ("closes",), replace(right, closes=None))
    for number, (event, items) in enumerate(right.only_if_content):
        for one in items:
            now = (event, tuple(item for item in items if item != one))
            rest = (*right.only_if_content[:number], now, *right.only_if_content[number + 1 :])
            words = f"{event} counts without `{one}`"
            yield Change("content removed", words, ("only_if_content", one), replace(right, only_if_content=rest))


def of_deemed(deemed: Deemed) -> Iterator[Change]:
    """What can be taken out of an event that is deemed to happen."""
    if deemed.unless is not None:
        yield Change("switch removed", "nothing prevents it", ("unless",), replace(deemed, unless=None))


def of_approval(approval: Approval) -> Iterator[Change]:
    """What can be taken out of an approval."""
    for role in approval.approved_by if len(approval.approved_by) > 1 else ():
        rest = tuple(other for other in approval.approved_by if other != role)
        words = f"{role} need not approve"
        yield Change("approval removed", words, ("approved_by", role), replace(approval, approved_by=rest))
    if approval.other_than is not None:
        words = f"whoever did {approval.other_than} may approve"
        yield Change("other person", words, ("other_than",), replace(approval, other_than=None))
