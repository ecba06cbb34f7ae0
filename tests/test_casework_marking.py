"""Letters marked as sent: the very text that goes out decides what is recorded of it (semantics 132)."""

from __future__ import annotations

import pytest

from complaint_policy.case_reader.moments import moment_of
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy, loaded_policy
from complaint_policy.casework.answers import answer_of
from complaint_policy.casework.histories import case_of, document_of
from complaint_policy.casework.intake import NotAccepted, Opening, opened
from complaint_policy.casework.letters import Draft, drafted, letter_named
from complaint_policy.casework.sending import Marked, Sending, letters_sent, marked_as_sent
from complaint_policy.default_plugins.memory_store import open_memory
from complaint_policy.policy.messages import Communication
from complaint_policy.records import replace
from complaint_policy.stores.protocol import CaseStore
from tests.bank import bank_bundle

ANN = Actor("ann", "handler")
BEGAN = moment_of("2026-06-01T10:00:00+01:00")
SENT = moment_of("2026-06-01T17:00:00+01:00")
WRITTEN = {
    "name": "Ms Lee",
    "summary": "the fee was taken twice.",
    "handler": "Sam Brook",
    "next_step": "We will ask the branch.",
}
FINAL = {"name": "Ms Lee", "handler": "Sam Brook", "decision": "You are right.", "reasons": "It was our mistake."}


@pytest.fixture(scope="module")
def bank() -> LoadedPolicy:
    return loaded_policy(bank_bundle())


@pytest.fixture
def store(bank: LoadedPolicy) -> CaseStore:
    store = open_memory("memory:", BEGAN, create=True)
    store.keep_bundle(bank.digest, bank_bundle())
    received = {"type": "received", "at": "2026-06-01T10:00:00+01:00", "by": "complainant"}
    facts = {"customer_type": "consumer", "product": "card", "vulnerable": False}
    change, _ = opened(bank, Opening("C-1", bank.policy.id, facts, [received]), ANN, BEGAN)
    store.commit([change])
    return store


def draft_of(bank: LoadedPolicy, store: CaseStore, letter: str, given: dict[str, str]) -> Draft:
    found = letter_named(bank.policy, letter)
    assert isinstance(found, Communication)
    case = case_of(bank, store.case("C-1").entries)
    draft = drafted(bank.engine, case, SENT, found, given)
    assert isinstance(draft, Draft)
    return draft


def sent(bank: LoadedPolicy, store: CaseStore, sending: Sending, now: int = SENT + 60) -> Marked:
    found = marked_as_sent(bank, store.case("C-1"), sending, now)
    assert isinstance(found, Marked), found
    store.commit([found.change])
    return found


def refused(bank: LoadedPolicy, store: CaseStore, sending: Sending) -> list[str]:
    found = marked_as_sent(bank, store.case("C-1"), sending, SENT + 60)
    assert isinstance(found, list)
    return [f"{one.code.number} {one.message}" for one in found]


def state(bank: LoadedPolicy, store: CaseStore, duty: str) -> str:
    answer = answer_of(bank, store.case("C-1").entries, SENT + 120, SENT + 120)
    return next(one.state for one in answer.evaluation.duties if one.duty == duty)


def test_semantics_132_a_letter_that_gives_all_is_its_event_with_that_content(
    bank: LoadedPolicy, store: CaseStore
) -> None:
    draft = draft_of(bank, store, "acknowledgement", WRITTEN)
    marked = sent(bank, store, Sending(draft, SENT, ANN))
    assert marked.lacks == ()
    event = document_of(store.case("C-1").entries)["events"][-1]
    lawful = ["complainant", "next_step", "reassurance", "reference", "says_eight_weeks", "summary", "timeframe"]
    assert (event["type"], event["data"]["content"], event["data"]["written"]) == ("acknowledged", lawful, True)
    assert (event["at"], event["recorded_at"]) == ("2026-06-01T16:00:00+00:00", "2026-06-01T16:01:00+00:00")
    assert event["by"] == {"person": "ann", "role": "handler"}
    assert state(bank, store, "uk-fca-disp/acknowledgement") == "attested"
    [kept] = letters_sent(store.case("C-1").entries)
    assert (kept.text, kept.subject) == (draft.text.plain, "We have your complaint C-1")
    assert "<!--" not in kept.text


def test_semantics_132_a_letter_with_a_gap_is_never_sent(bank: LoadedPolicy, store: CaseStore) -> None:
    draft = draft_of(bank, store, "acknowledgement", {"name": "Ms Lee", "handler": "Sam", "summary": "x"})
    told = ["CP924 `given.next_step` is still to be written"]
    assert refused(bank, store, Sending(draft, SENT, ANN, because="in a hurry")) == told
    assert refused(bank, store, Sending(draft, SENT, ANN, edited="Dear [[given.name]]", because="so")) == [
        "CP924 `given.name` is still to be written"
    ]


def test_semantics_132_what_an_editor_takes_out_is_missed(bank: LoadedPolicy, store: CaseStore) -> None:
    draft = draft_of(bank, store, "final-response", FINAL | {"waiver": "We do not agree to look at it later."})
    edited = draft.marked.replace("You must do so within six months of the date of this letter.", "").partition(
        "<!-- mention: six_month_limit -->"
    )
    without = edited[0] + edited[2].partition("<!-- end of six_month_limit -->")[2]
    sending = Sending(draft, SENT, ANN, edited=without, fields={"outcome": "upheld"})
    told = refused(bank, store, sending)
    assert len(told) == 1
    assert told[0].startswith(
        "CP926 the letter `final-response` does not give `six_month_limit`; `uk-fca-disp/final-response` (DISP 1.6.2R,"
        " must) asks for it, and so does `final-response`: send a final response, or a letter that says why not yet"
    )
    assert store.case("C-1").row.entries == 2
    marked = sent(bank, store, replace(sending, because="printed before the law changed"))
    assert {one.item for one in marked.lacks} == {"six_month_limit"}
    event = document_of(store.case("C-1").entries)["events"][-1]
    assert "six_month_limit" not in event["data"]["content"]
    assert state(bank, store, "uk-fca-disp/final-response") == "running"
    [kept] = letters_sent(store.case("C-1").entries)
    assert (kept.incomplete, kept.lacks) == ("printed before the law changed", ("six_month_limit",))


def test_semantics_132_a_person_may_confirm_what_no_mark_says(bank: LoadedPolicy, store: CaseStore) -> None:
    draft = draft_of(bank, store, "acknowledgement", WRITTEN)
    plain = Sending(draft, SENT, ANN, edited="Dear Ms Lee, we have your complaint and look into it.")
    missed = {one.split("`")[3] for one in refused(bank, store, plain)}
    assert missed == {
        "complainant",
        "reference",
        "summary",
        "reassurance",
        "says_eight_weeks",
        "next_step",
        "timeframe",
    }
    told = refused(bank, store, replace(plain, confirmed=("reasurance",)))
    assert "CP927 nobody asks this letter for `reasurance`" in told
    marked = sent(bank, store, replace(plain, confirmed=tuple(sorted(missed))))
    assert marked.lacks == ()
    [kept] = letters_sent(store.case("C-1").entries)
    assert set(kept.confirmed) == missed


def test_semantics_132_what_is_promised_by_the_letter_itself_is_asked_for_too(
    bank: LoadedPolicy, store: CaseStore
) -> None:
    given = {
        "name": "Ms Lee",
        "handler": "Sam",
        "progress": "We asked.",
        "next_step": "We wait.",
        "next_word_by": "May",
    }
    draft = draft_of(bank, store, "update", given)
    assert refused(bank, store, Sending(draft, SENT, ANN, edited="We wait. <!-- mention: x -->")) == [
        "CP925 the passage of `x` does not end"
    ]
    told = refused(bank, store, Sending(draft, SENT, ANN, edited="We wait."))
    assert {one.split("`")[3] for one in told} == {"reference", "progress", "next_step", "timeframe"}
    assert all("it is among the `content` of the letter" in one for one in told)


def test_what_the_policy_does_not_take_is_not_recorded(bank: LoadedPolicy, store: CaseStore) -> None:
    draft = draft_of(bank, store, "acknowledgement", WRITTEN)
    with pytest.raises(NotAccepted) as wrong:
        marked_as_sent(bank, store.case("C-1"), Sending(draft, SENT, ANN, fields={"outcom": "upheld"}), SENT)
    assert wrong.value.problems[0].path == "data.outcom"
    assert store.case("C-1").row.entries == 2
