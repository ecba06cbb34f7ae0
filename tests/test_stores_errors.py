"""What a store refuses is told in words, with a code, what helps, and never a password."""

from __future__ import annotations

from typing import Any

import pytest

from complaint_policy.cli import STORE_EXITS, _ended
from complaint_policy.stores import errors
from complaint_policy.stores.checking import checked, cleaned
from complaint_policy.stores.errors import StoreError, Unstorable, masked, scheme_of
from complaint_policy.stores.records import Announcement, Change, Outcome
from complaint_policy.testing.written import draft, entry, message, opening, row

SECRET = "postgresql://ann:hunter2@db.example.org/cases"
TOLD: list[tuple[StoreError, str, str, int]] = [
    (errors.WrongUrl(SECRET, "so it is"), "CP806", "`postgresql://ann:***@db.example.org/cases` names no store", 2),
    (errors.StoreUnavailable(SECRET, "it is full", again=False), "CP807", "cannot be used: it is full", 2),
    (errors.StoreTooNew("sqlite:///a.db", 7, 3), "CP808", "has form 7, and this release knows 3", 2),
    (errors.NoStore("sqlite:///a.db"), "CP809", "there is no store `sqlite:///a.db`", 2),
    (errors.Conflict("C-1", 2, 3), "CP810", "the case `C-1` has been changed by somebody else", 1),
    (errors.UnknownCase("C-1"), "CP811", "there is no case `C-1`", 6),
    (errors.Duplicate("announcement", "C-1 answer"), "CP812", "there is an announcement `C-1 answer` already", 6),
    (errors.Duplicate("case", "C-1"), "CP812", "there is a case `C-1` already", 6),
    (errors.UnknownBundle("sha256:0"), "CP813", "`sha256:0` is not in the store", 2),
    (errors.Unstorable("case_id", "it is too long"), "CP814", "`case_id` cannot be stored: it is too long", 6),
    (errors.WrongExport(7, "it says no kind"), "CP816", "line 7 of the export: it says no kind", 6),
    (errors.NotEmpty(), "CP815", "the store holds something already", 2),
    (errors.NotAdopted("bank", ["banks"]), "CP820", "no policy `bank` is in use here", 2),
]


@pytest.mark.parametrize(("error", "code", "words", "exit_code"), TOLD)
def test_a_refusal_is_one_message_with_its_exit_code(
    error: StoreError, code: str, words: str, exit_code: int, capsys: Any
) -> None:
    found = error.told()
    assert (found.code.number, found.level) == (code, "error")
    assert words in found.message
    assert "hunter2" not in found.message + found.help
    assert _ended(error) == exit_code
    assert f"error {code}: " in capsys.readouterr().err


def test_every_refusal_is_told_here() -> None:
    kinds = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, StoreError)}
    assert {type(error) for error, *_ in TOLD} == kinds - {StoreError}
    assert set(STORE_EXITS) <= {kind.__name__ for kind in kinds}


@pytest.mark.parametrize(
    ("url", "help"),
    [
        ("sqlte:///cases.db", "did you mean `sqlite`?"),
        ("cases.db", "such as `sqlite:///cases.db`"),
        ("mysql://ann:hunter2@db/x", "there are `memory`, `sqlite`"),
        ("", "such as"),
    ],
)
def test_a_url_of_no_store_is_told_with_the_stores_there_are(url: str, help: str) -> None:
    with pytest.raises(errors.WrongUrl) as told:
        scheme_of(url, ["sqlite", "memory"])
    assert help in told.value.help
    assert "hunter2" not in f"{told.value} {told.value.help}"
    assert scheme_of("sqlite:///x", ["sqlite", "memory"]) == "sqlite"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann@db/x", "postgresql://ann@db/x"),
        ("postgresql://ann:p@ss:w@db/x", "postgresql://ann:***@db/x"),
        ("sqlite:///a@b.db", "sqlite:///a@b.db"),
        ("memory:", "memory:"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown


FIRST = entry("C", 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (opening("C\0"), "case_id"),
        (opening("C" * 501), "case_id"),
        (opening("C", tier="\ud800"), "tier"),
        (opening("C", next_change_at=2**63), "next_change_at"),
        (Change("C", 1, (entry("C", 1, actor="a\0"),)), "actor"),
        (Change("C", 1, (entry("C", 1, recorded_at=-(2**63) - 1),)), "recorded_at"),
        (Change("C", 1, log=(draft("C", [FIRST], "answer late \0"),)), "occurrence"),
        (Change("C", 1, messages=(message("C", "k", recipient="\udfff"),)), "recipient"),
        (Change("C", 1, messages=(message("C", "k", next_attempt_at=2**64),)), "next_attempt_at"),
    ],
)
def test_what_not_every_database_keeps_none_is_given(change: Change, field: str) -> None:
    with pytest.raises(Unstorable) as told:
        checked([change])
    assert told.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        [opening("C"), opening("C")],
        [Change("C", 0)],
        [Change("C", -1, row=row("C"))],
        [Change("C", 0, row=row("D"))],
        [Change("C", 1, (entry("C", 1), entry("C", 3)))],
        [Change("C", 1, (entry("D", 1),))],
        [Change("C", 1, (entry("C", 1, salt=None),))],
        [Change("C", 1, messages=(message("C", "k", state="dead"),))],
        [Change("C", 1, row=row("C"), erase=True)],
    ],
)
def test_changes_that_do_not_fit_together_are_our_own_mistake(changes: list[Change]) -> None:
    with pytest.raises(AssertionError):
        checked(changes)


def test_a_change_of_everything_that_can_be_stored_passes() -> None:
    drafts = (draft("C", [FIRST], "answer late 2"),)
    assert drafts[0].announcements == (Announcement("C", "answer", "late", "2"),)
    checked([Change("C" * 500, 0, row=row("C" * 500)), Change("C", 1, (FIRST,), None, drafts, (message("C", "k"),))])


def test_what_a_receiver_answers_is_noted_whatever_it_is() -> None:
    (outcome,) = cleaned([Outcome("k", 1, "dead", 5, error="a\0b\ud800c", reference="\0")])
    assert (outcome.error, outcome.reference) == ("a\N{REPLACEMENT CHARACTER}b?c", "\N{REPLACEMENT CHARACTER}")
    with pytest.raises(AssertionError):
        list(cleaned([Outcome("k", 1, "queued", 5)]))
