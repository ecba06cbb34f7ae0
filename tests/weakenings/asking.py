"""What `check`, evaluated cases and the prover each say of a changed organisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.rollout.proof.floor import answers_of_floor
from complaint_policy.rollout.proof.results import Answer, Horizon
from tests.weakenings.changes import Change
from tests.weakenings.organisation import FOLDER, Organisation
from tests.weakenings.sampling import DAY, FIRST, YEARS, Sampler, Worse, worse_in

LOOSER = "CP255"
SECONDS = 20.0
"""At most for each question to the solver: the machine may be busy."""


class Asked(NamedTuple):
    """One changed organisation. codes: of the errors of `check`; policy: as its file compiles, else as a model.

    Where `check` refuses it as looser than the law, the prover is asked all the same: of the model with this duty in
    it. policy is None where the change cannot be written at all, or makes no policy.
    """

    change: Change
    codes: tuple[str, ...]
    policy: Policy | None

    @property
    def is_refused(self) -> bool:
        """Whether `check` says that it is looser than the law."""
        return LOOSER in self.codes


def asked_of(change: Change, base: Policy) -> Asked:
    """What `check` says of a change of the organisation that `base` is compiled from."""
    checked = change.organisation.checked(FOLDER)
    codes = tuple(dict.fromkeys(one.code.number for one in checked.diagnostics if one.level == "error"))
    if checked.policy is not None:
        return Asked(change, codes, checked.policy)
    if codes != (LOOSER,):
        return Asked(change, codes, None)
    changed = next(one for one in change.organisation.duties if one.id == change.duty)
    return Asked(change, codes, _with(base, _in_own_calendars(changed, change.organisation)))


def _with(base: Policy, changed: Duty) -> Policy:
    """The policy with this clock of one duty; what else the file says of it stays."""
    duties = tuple(
        replace(
            one,
            due=changed.due,
            when=changed.when,
            off_when=changed.off_when,
            pauses=changed.pauses,
            longer=changed.longer,
            fallback=changed.fallback,
        )
        if one.id == changed.id
        else one
        for one in base.duties
    )
    return replace(base, duties=duties)


def _in_own_calendars(item: Any, organisation: Organisation) -> Any:
    """Clocks in the names of the organisation's calendars, where they stand in those of the pack."""
    if isinstance(item, tuple):
        return tuple(_in_own_calendars(one, organisation) for one in item)
    names = getattr(item, "__slots__", ())
    if not names:
        return item
    changed = {name: _in_own_calendars(getattr(item, name), organisation) for name in names}
    if isinstance(changed.get("calendar"), str):
        changed["calendar"] = organisation.calendar(changed["calendar"])
    return type(item)(**changed)


def only(policy: Policy, own: str) -> Policy:
    """The policy with no other duties than this one, the one that it answers, and what anything else hangs on."""
    by_id = {one.id: one for one in policy.duties}
    law = by_id[own].meets
    assert law is not None, "each duty of the organisation answers one of the law"
    bare = replace(policy, rights=(), escalation=None, organisation=(), approvals=(), scope=None)
    wanted = [own, law, *_named((bare.facts, bare.deemed, bare.packs, bare.decisions), by_id)]
    for one in wanted:
        wanted += [more for more in _named(by_id[one], by_id) if more not in wanted]
    return replace(bare, duties=tuple(one for one in policy.duties if one.id in wanted))


def _named(item: Any, duties: dict[str, Duty]) -> Iterator[str]:
    """The duties that something refers to."""
    if isinstance(item, str):
        if item in duties:
            yield item
    elif isinstance(item, tuple):
        for one in item:
            yield from _named(one, duties)
    else:
        for name in getattr(item, "__slots__", ()):
            yield from _named(getattr(item, name), duties)


def sampled(policy: Policy, own: str, tries: int, seed: int = 0) -> Worse | None:
    """A case in which the duty is worse than the law's; found with few duties, confirmed with all."""
    few = only(policy, own)
    found = Sampler.of(few, own).worse(tries, seed)
    if found is None:
        return None
    law = next(one.meets for one in policy.duties if one.id == own) or ""
    confirmed = worse_in(prepare(policy), found.case, found.as_of, law, own)
    assert confirmed is not None, "the other duties have no part in it"
    return confirmed


def proved(policy: Policy, own: str, years: int = YEARS) -> Answer:
    """What the prover says of the duty of law that this one answers, for so many years."""
    few = only(policy, own)
    law = next(one.meets for one in few.duties if one.id == own)
    answers = answers_of_floor(prepare(few), (), Horizon(FIRST, FIRST + years * 365 * DAY), SECONDS)
    return next(one for one in answers if one.about == law)


def shows_worse(answer: Answer, policy: Policy, own: str) -> bool:
    """Whether the case that the prover shows bears it out: the law's duty is late there, and ours is not, or later."""
    assert answer.witness is not None, "what fails is shown"
    law, shown = answer.about, answer.witness.shown
    engine = prepare(policy)
    if worse_in(engine, shown.case, shown.as_of, law, own) is not None:
        return True
    states = {one.duty: one.state for one in evaluate(engine, shown.case, shown.as_of).duties}
    return states[law] == "breached" and states[own] not in ("breached", "met_late")
