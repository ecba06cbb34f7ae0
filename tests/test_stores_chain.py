"""Whatever is altered, taken away, added, doubled or moved in the log of decisions is found, and at its place."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.records import replace
from complaint_policy.stores.chain import (
    Damage,
    altered,
    beginning,
    chained,
    digest_of_seen,
    hash_of,
    verified,
)
from complaint_policy.stores.records import Announcement, Head, LogDraft, LogEntry
from complaint_policy.testing.written import BUNDLE, NOW, draft, entry, resealed

START = beginning(b"salt of a store")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
MOMENTS = st.integers(-(2**63), 2**63 - 1)
ANNOUNCED = st.lists(st.builds(Announcement, st.just("C"), TEXTS, TEXTS, TEXTS), max_size=2).map(tuple)
DRAFTS = st.builds(
    LogDraft,
    *(st.just("C"), MOMENTS, MOMENTS, MOMENTS, TEXTS, st.integers(0, 9), TEXTS),
    *(st.binary(max_size=8), st.binary(max_size=4), ANNOUNCED),
)
FEW = settings(max_examples=20)
ERASABLE = ("result", "result_salt")


def found(log: list[LogEntry], head: Head, **more: Any) -> list[Damage]:
    return [*verified(log, START, head, **more)]


@FEW
@given(st.lists(DRAFTS, max_size=6), st.integers(0, 6))
def test_a_log_that_nobody_touched_is_whole_however_it_was_cut_into_commits(drafts: list[LogDraft], cut: int) -> None:
    whole, head = chained(START, drafts)
    first, between = chained(START, drafts[:cut])
    rest, end = chained(between, drafts[cut:])
    assert (first + rest, end) == (whole, head)
    assert found(whole, head) == []


@FEW
@given(st.lists(DRAFTS, min_size=1, max_size=6), st.data())
def test_any_alteration_of_an_entry_is_found_at_it(drafts: list[LogDraft], data: st.DataObject) -> None:
    log, head = chained(START, drafts)
    place = data.draw(st.integers(0, len(log) - 1))
    name = data.draw(st.sampled_from([name for name in LogEntry.__match_args__ if name not in ERASABLE]))  # type: ignore[attr-defined]
    value = getattr(log[place], name)
    new: Any = {
        int: st.integers(-(2**63), 2**63 - 1),
        str: TEXTS,
        tuple: ANNOUNCED,
    }[type(value)]
    log[place] = replace(log[place], **{name: data.draw(new.filter(lambda other: other != value))})
    assert (place + 1 if name != "n" else log[place].n) in {damage.n for damage in found(log, head)}


@FEW
@given(st.lists(DRAFTS, min_size=1, max_size=6), st.data())
def test_a_result_that_was_altered_or_taken_away_is_found(drafts: list[LogDraft], data: st.DataObject) -> None:
    log, head = chained(START, drafts)
    place = data.draw(st.integers(0, len(log) - 1))
    old = log[place]
    assert old.result is not None
    for other in (old.result + b" ", None):
        log[place] = replace(old, result=other)
        assert [damage.n for damage in found(log, head)] == [place + 1]


@FEW
@given(st.lists(DRAFTS, min_size=1, max_size=6), st.data())
def test_any_entry_taken_away_doubled_or_moved_is_found(drafts: list[LogDraft], data: st.DataObject) -> None:
    log, head = chained(START, drafts)
    order = data.draw(st.lists(st.integers(0, len(log) - 1), max_size=8).filter(lambda it: it != [*range(len(log))]))
    assert found([log[place] for place in order], head)


@FEW
@given(st.lists(DRAFTS, min_size=2, max_size=6), st.data())
def test_entries_exchanged_with_new_numbers_and_hashes_are_found_by_what_follows(
    drafts: list[LogDraft], data: st.DataObject
) -> None:
    """Whoever makes an entry's hash anew has to make all that follow anew too, and the head."""
    log, head = chained(START, drafts)
    place = data.draw(st.integers(0, len(log) - 1))
    log[place] = resealed(log[place], made_at=log[place].made_at ^ 1)
    assert found(log, head)


@FEW
@given(st.lists(DRAFTS, min_size=1, max_size=6), st.data())
def test_a_log_made_anew_is_found_by_a_head_noted_elsewhere(drafts: list[LogDraft], data: st.DataObject) -> None:
    log, _ = chained(START, drafts)
    noted = data.draw(st.integers(0, len(log) - 1))
    anchor = Head(log[noted].n, log[noted].hash)
    other = [replace(drafts[0], made_at=drafts[0].made_at ^ 1), *drafts[1:]]
    forged, head = chained(START, other)
    assert found(forged, head) == []
    assert found(forged, head, anchors=[anchor])
    cut, head = chained(START, drafts[:noted])
    assert found(cut, head) == []
    assert found(cut, head, anchors=[anchor])


def test_one_alteration_is_told_once_and_the_rest_of_the_log_is_not_accused() -> None:
    log, head = chained(START, [draft("C", [entry("C", 1)]) for _ in range(4)])
    log[1] = replace(log[1], as_of=0)
    assert found(log, head) == [Damage(2, "it was altered: its hash does not fit what it says")]


def test_a_log_cut_off_at_its_end_is_found_by_the_head_of_the_store() -> None:
    log, head = chained(START, [draft("C", []), draft("C", [])])
    assert found(log[:1], head) == [
        Damage(0, "the store says that the log ends with entry 2, and it ends with entry 1")
    ]


def test_the_log_of_another_store_does_not_fit() -> None:
    log, head = chained(beginning(b"another salt"), [draft("C", [])])
    assert [damage.n for damage in found(log, head)] == [1]
    assert found([], START, anchors=[beginning(b"another salt")])


def test_erasing_a_case_keeps_its_log_whole_and_erasing_another_by_hand_does_not() -> None:
    log, head = chained(START, [draft("C", []), draft("D", [])])
    gone = [replace(one, result=None, result_salt=None) for one in log]
    assert found(gone, head, erased=lambda case_id: True) == []
    assert [damage.n for damage in found(gone, head, erased=lambda case_id: case_id == "C")] == [2]


@pytest.mark.parametrize("change", [{"body": b"{}"}, {"salt": b"other"}, {"salt": None}, {"digest": "0"}])
def test_an_entry_of_a_history_whose_body_was_altered_is_found(change: Any) -> None:
    history = [entry("C", 1), replace(entry("C", 2), **change), entry("C", 3, body=b"[]"), entry("C", 4)]
    assert [one.seq for one in altered(history)] == [2]
    assert [*altered([replace(entry("C", 1), body=None, salt=None)])] == []


def test_a_decision_names_the_history_that_it_saw() -> None:
    history = [entry("C", seq) for seq in (1, 2, 3)]
    seen = digest_of_seen(history)
    erased = [replace(one, body=None, salt=None) for one in history]
    assert digest_of_seen(erased) == seen, "what a decision saw can be checked after erasing too"
    assert len({seen, digest_of_seen(history[:2]), digest_of_seen(history[::-1]), digest_of_seen([])}) == 4


def test_the_form_of_a_hash_is_for_ever() -> None:
    """Logs that are out there were written so: a release that says something else here calls them all damaged."""
    (made,), head = chained(Head(0, "0" * 64), [draft("C-1", [entry("C-1", 1)], "answer warning é")])
    salted = hashlib.sha256(b"salt C-1 1" + b'{"type":"received"}').hexdigest()
    assert made.entries_digest == hashlib.sha256(salted.encode() + b"\n").hexdigest()
    assert made.result_digest == hashlib.sha256(b"pepper" + b'{"state":"running"}').hexdigest()
    text = (
        f'{{"announcements":[["answer","warning","é"]],"as_known":{NOW},"as_of":{NOW},"bundle":"{BUNDLE}",'
        f'"case_id":"C-1","entries_digest":"{made.entries_digest}","entries_seen":1,"form":1,"made_at":{NOW},"n":1,'
        f'"previous":"{"0" * 64}","result_digest":"{made.result_digest}"}}'
    )
    assert made.hash == head.hash == hash_of(made) == hashlib.sha256(text.encode()).hexdigest()
    assert beginning(b"salt") == Head(0, hashlib.sha256(b"complaint-policy log\nsalt").hexdigest())
