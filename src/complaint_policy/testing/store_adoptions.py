"""What every store must do when a policy is put to use: its open cases are decided anew, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from complaint_policy.records import replace
from complaint_policy.stores.errors import Conflict, UnknownBundle, Unstorable
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Adoption, CaseRow, Change
from complaint_policy.testing.opened_stores import OpenedStores
from complaint_policy.testing.written import BUNDLE, NOW, entry, opening


def adoption(**more: Any) -> Adoption:
    """That the policy of the cases in these tests is in use."""
    return replace(Adoption(0, "small", BUNDLE, NOW, "ann", "head"), **more)


class AdoptionContract(OpenedStores):
    """What `adopt` and `adoptions` promise."""

    def test_adoptions_are_numbered_and_kept(self, store: CaseStore, another: Callable[[], CaseStore]) -> None:
        assert store.adoptions() == ()
        store.keep_bundle("sha256:é", b"2")
        wanted = (adoption(), adoption(policy="other", actor="é"), adoption(n=9, bundle="sha256:é", adopted_at=NOW - 5))
        made = tuple(store.adopt(one) for one in wanted)
        assert made == tuple(replace(one, n=place) for place, one in enumerate(wanted, 1))
        assert store.adoptions() == another().adoptions() == made
        assert store.adoptions("small") == (made[0], made[2])
        assert store.adoptions("none") == ()

    def test_open_cases_of_the_policy_are_to_be_decided_anew(self, store: CaseStore) -> None:
        moments = {"never": None, "later": NOW + 9, "now": NOW, "due": NOW - 9}
        store.commit([opening(id, next_change_at=at) for id, at in moments.items()])
        store.commit([opening("closed", closed=True, next_change_at=NOW + 9), opening("else", policy="other")])
        store.adopt(adoption())
        found = {one: store.case(one).row for one in (*moments, "closed", "else")}
        assert {id: row.next_change_at for id, row in found.items()} == {
            **dict.fromkeys(moments, NOW),
            **{"due": NOW - 9, "closed": NOW + 9, "else": None},
        }
        assert [row.revision for row in found.values()] == [2, 2, 2, 2, 1, 1]
        assert [row.case_id for row in store.claim_cases(NOW, NOW + 60, 9)] == ["due", "later", "never", "now"]

    def test_what_was_decided_by_the_policy_before_is_not_stored(self, store: CaseStore) -> None:
        store.commit([opening("C-1", next_change_at=NOW)])
        claimed: CaseRow = store.claim_cases(NOW, NOW + 60, 1)[0]
        store.adopt(adoption(adopted_at=NOW + 1))
        with pytest.raises(Conflict):
            store.commit([Change("C-1", claimed.revision, (entry("C-1", 2),), replace(claimed, next_change_at=None))])
        assert [row.case_id for row in store.claim_cases(NOW + 1, NOW + 60, 1)] == ["C-1"], "the lease has ended"

    def test_an_adoption_that_cannot_be_kept_changes_nothing(self, store: CaseStore) -> None:
        store.commit([opening("C-1", next_change_at=NOW + 9)])
        before = [*store.export()]
        for wrong, error in (
            (adoption(bundle="sha256:none"), UnknownBundle),
            (adoption(actor="a\0"), Unstorable),
            (adoption(adopted_at=2**63), Unstorable),
        ):
            with pytest.raises(error):
                store.adopt(wrong)
        assert [*store.export()] == before
