"""What promises less than the law asks is shown by `prove --floor`, in whatever way it does; what does not, holds."""

from __future__ import annotations

from typing import get_args

import hypothesis
import pytest
from hypothesis import Phase, given, settings

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.proof.floor import answers_of_floor
from complaint_policy.rollout.proof.results import Horizon
from tests.weakenings import small
from tests.weakenings.changes import WEAKER, Kind, changes_of
from tests.weakenings.organisation import organisation_from, packs_with_clocks
from tests.weakenings.table import Row, compiled, row_of
from tests.weakenings.tiers import first_lower, kept, tier_changes, with_tiers
from tests.weakenings.writing import Map

NIGHTLY = hypothesis.settings.get_current_profile_name() == "nightly"

CHOSEN: tuple[tuple[Kind, str], ...] = (
    ("a unit more", "in-irdai-grievance"),
    ("more in another unit", "hk-hkma-ic4"),
    ("a pause more", "uk-nir-utility-regulator"),
    ("a longer pause", "uk-gdpr-requests"),
    ("a longer extension", "us-cms-medicaid"),
    ("fewer working days", "sg-mas-fa-complaints"),
    ("another zone", "us-dot-259"),
    ("another start", "us-cfpb-company-portal"),
    ("a later start", "ie-psr-2018"),
    ("a later stand-in", "nz-icnz-fair-insurance-code"),
    ("switched off", "za-icasa-postal"),
    ("left to the law for some", "in-sebi-scores"),
    ("other words", "in-rbi-internal-ombudsman"),
    ("a unit less", "uk-dpa-complaints"),
    ("more working days", "ie-comreg-code"),
    ("no pause", "uk-gdpr-requests"),
    ("no extension", "hk-hkma-ic4"),
    ("an earlier start", "us-fda-mdr"),
    ("a second limit", "in-rbi-ombudsman-scheme"),
)
"""Each kind of change once; `make nightly` takes each in each pack, `python -m tests.weakenings --all` all of them."""


def rows(pack: str, kinds: tuple[str, ...], years: int, *, answered: bool = False) -> list[Row]:
    """The first change of each kind."""
    base = organisation_from(pack, answered=answered)
    policy = compiled(base)
    first = {change.kind: change for change in reversed(list(changes_of(base))) if change.kind in kinds}
    return [row_of(change, policy, years) for change in first.values()]


@pytest.mark.parametrize(("kind", "pack"), CHOSEN)
def test_a_weaker_promise_is_shown_and_one_as_strict_holds(kind: Kind, pack: str) -> None:
    (row,) = rows(pack, (kind,), 2)
    assert (row.is_weaker, row.outcome) == (kind in WEAKER, "shown" if kind in WEAKER else "holds"), row.told()
    assert bool(row.worse) == row.is_weaker  # what cases say that nobody proved anything of


def test_each_kind_of_change_is_chosen() -> None:
    assert {kind for kind, _ in CHOSEN} == set(get_args(Kind))


def test_facts_of_ones_own_that_answer_the_laws_make_no_difference() -> None:
    found = {row.kind: row.outcome for row in rows("us-dot-259", ("a unit more", "a second limit"), 2, answered=True)}
    assert found == {"a unit more": "shown", "a second limit": "holds"}


if NIGHTLY:

    @pytest.mark.parametrize("pack", packs_with_clocks())
    def test_no_pack_is_proved_wrongly(pack: str) -> None:
        assert [row.told() for row in rows(pack, get_args(Kind), 10) if row.is_wrong] == []


# --- tiers ------------------------------------------------------------------------------------------------------------


def test_a_lower_tier_is_shown_and_a_higher_one_holds() -> None:
    base = organisation_from("hk-hkma-ic4")
    old = compiled(with_tiers(base))
    for change in tier_changes(base):
        new = compiled(change.organisation)
        answer = kept(new, old)
        lower = first_lower(prepare(new), prepare(old)) is not None
        assert (answer.verdict, lower) == (("fails", True) if change.is_weaker else ("holds", False)), change.words


# --- every case of a small world --------------------------------------------------------------------------------------


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(small.duties(), small.duties())
def test_the_proof_agrees_with_every_case_of_a_small_world(law: Map, ours: Map) -> None:
    legal, own = (small.policy_of(one).policy for one in (law, ours))
    hypothesis.assume(legal is not None and own is not None)
    agree(legal, own)


def late(calendar: str) -> Map:
    clock: Map = {"start": {"event": "received"}, "length": "2 business days", "calendar": calendar}
    return {"due": clock | {"received_late": "next_open"}, "done_by": "final_response"}


@pytest.mark.parametrize(("law", "ours"), [("office", "noon"), ("noon", "office")])
def test_the_proof_agrees_of_an_office_that_closes_earlier(law: str, ours: str) -> None:
    agree(small.policy_of(late(law)).policy, small.policy_of(late(ours)).policy)


def agree(law: Policy | None, ours: Policy | None) -> None:
    """The prover, asked of the same facts and moments, says what evaluating every one of them says."""
    assert law is not None, "it has no errors"
    assert ours is not None, "it has no errors"
    floor, engine = prepare(law), prepare(ours)
    (answer,) = answers_of_floor(engine, (floor,), Horizon(small.SINCE, small.UNTIL), 20.0, law=False)
    worse = small.first_worse(floor, engine)
    assert answer.verdict == ("holds" if worse is None else "fails"), (law.duties, ours.duties, answer.because)
    if answer.witness is not None:
        assert small.is_worse(floor, engine, answer.witness.shown.case), "the case that is shown is one"
