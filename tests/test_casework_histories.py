"""Which policy a case goes by, and that the history of a case in a store is the case that a file would hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.casework.actors import Actor, wrong_with
from complaint_policy.casework.adoptions import Policies, adopt, adopted, loaded_policy
from complaint_policy.casework.histories import Unreadable, case_of, document_of, entry, owner_of
from complaint_policy.diagnostics import PolicyError
from complaint_policy.records import replace
from complaint_policy.stores.chain import altered
from complaint_policy.stores.errors import NotAdopted, UnknownBundle
from complaint_policy.stores.records import Entry
from complaint_policy.testing.written import NOW
from tests.casework_cases import ANN, bundle_of, store_with
from tests.cli_runs import ACKNOWLEDGED, POLICY, RECEIVED

SECOND = POLICY.replace('version: "1"', 'version: "2"')
OTHER = POLICY.replace("id: small", "id: other")
SMALLER = SECOND.replace("one of consumer, business", "one of consumer, trader").replace("== business", "== trader")

CHANGED = {"id": "e3", "type": "facts_changed", "at": RECEIVED["at"], "data": {"facts": {"amount": "150.50"}}}
TAKEN_BACK = {"type": "entry_withdrawn", "at": "2026-04-08T10:00:00+01:00", "data": {"event": "e3"}}
OPENING: dict[str, Any] = {"id": "C-1", "policy": "small", "facts": {"customer": "consumer", "amount": "120.00"}}


def history(*more: tuple[str, dict[str, Any]], opening: dict[str, Any] = OPENING) -> list[Entry]:
    written = [("opened", opening), *more]
    return [entry("C-1", place, NOW + place, ANN, kind, body) for place, (kind, body) in enumerate(written, 1)]


def test_a_history_is_what_a_case_file_would_hold() -> None:
    held = history(
        ("event", RECEIVED),
        ("note", {"text": "rang twice"}),
        ("facts", CHANGED),
        ("assigned", {"owner": "ben"}),
        ("event", ACKNOWLEDGED),
        ("withdrawn", TAKEN_BACK),
        ("letter", {"kind": "of a later release"}),
    )
    written = {**OPENING, "events": [RECEIVED, CHANGED, ACKNOWLEDGED, TAKEN_BACK]}
    policy = loaded_policy(bundle_of())
    assert document_of(held) == written
    assert case_of(policy, held) == read_case(policy.policy, written)
    assert [*altered(held)] == []
    assert document_of(history()) == OPENING


def test_bodies_are_canonical_and_salted() -> None:
    first, second = (entry("C-1", 1, NOW, ANN, "note", {"text": "é", "at": 1}) for _ in range(2))
    assert first.body == second.body == '{"at":1,"text":"é"}'.encode()
    assert first.salt != second.salt
    assert first.digest != second.digest


def test_the_owner_is_to_whom_it_was_assigned_last() -> None:
    assert owner_of(history()) == ""
    assert owner_of(history(("assigned", {"owner": "ben"}), ("assigned", {"owner": "zoe"}), ("note", {}))) == "zoe"


def test_what_a_later_policy_no_longer_knows_is_left_out_or_told() -> None:
    old = loaded_policy(bundle_of())
    new = loaded_policy(bundle_of(SMALLER.replace("  amount:", "  sum:").replace("amount >", "sum >")))
    kept = case_of(new, history(("event", RECEIVED)))
    assert [note for note in kept.notes if "amount" in note]
    business = history(opening={**OPENING, "facts": {"customer": "business"}})
    assert case_of(old, business).values[0] == "business"
    with pytest.raises(Unreadable) as told:
        case_of(new, business)
    (problem,) = told.value.diagnostics
    assert problem.code.number == "CP605"
    assert problem.location is not None
    assert (problem.location.file, problem.location.path) == ("C-1", "facts.customer")


def test_an_erased_case_has_no_document() -> None:
    with pytest.raises(Unreadable, match="the case `C-1` has been erased"):
        document_of([replace(one, body=None, salt=None) for one in history()])


def test_the_last_adoption_of_a_policy_holds() -> None:
    store = store_with(POLICY, OTHER)
    first = adopted(store, "small")
    assert (first.n, first.policy, first.actor, first.role, first.adopted_at) == (1, "small", "ann", "handler", NOW)
    assert adopt(store, bundle_of(), Actor("ben"), NOW + 9) == first, "what is in use already stays"
    second = adopt(store, bundle_of(SECOND), Actor("ben"), NOW + 9)
    assert adopted(store, "small") == second != first
    assert adopt(store, bundle_of(), Actor("ben"), NOW + 10).n == 4, "back to the one before"
    policies = Policies(store)
    assert policies.in_use("small").policy.version == "1"
    assert policies.of(second.bundle).policy.version == "2"
    assert policies.of(second.bundle) is policies.of(second.bundle)


def test_a_policy_that_is_not_in_use_is_told_with_those_that_are() -> None:
    with pytest.raises(NotAdopted) as told:
        adopted(store_with(POLICY, OTHER), "smal")
    assert (str(told.value), told.value.help) == ("no policy `smal` is in use here", "did you mean `small`?")
    with pytest.raises(NotAdopted) as told:
        adopted(store_with(POLICY, OTHER), "bank")
    assert told.value.help == "in use are `other`, `small`"
    with pytest.raises(UnknownBundle):
        Policies(store_with()).of("sha256:none")


def test_a_bundle_that_cannot_be_read_is_not_put_to_use() -> None:
    store = store_with()
    before = [*store.export()]
    damaged = bundle_of(SECOND).replace(b"A small policy", b"A large policy")
    later = json.dumps({**json.loads(bundle_of(SECOND)), "bundle": 99}).encode()
    for data in (damaged, later, b"{}"):
        with pytest.raises(PolicyError):
            adopt(store, data, ANN, NOW)
    assert [*store.export()] == before


@pytest.mark.parametrize(
    ("actor", "wrong"),
    [
        (Actor("ann", "handler"), ""),
        (Actor("Zoë O'Neil"), ""),
        (Actor(" "), "nobody is named as who acts"),
        (Actor("a\nb"), "the name of who acts has at most 200 characters, all of them printable"),
        (Actor("a", "b" * 201), "the role of who acts has at most 200 characters, all of them printable"),
    ],
)
def test_who_acts_has_a_name_that_can_be_shown(actor: Actor, wrong: str) -> None:
    assert wrong_with(actor) == wrong
