"""Where a check that warns begins to warn, and where it does not yet; the plain examples stand in its docstring."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint_examples import checked

DUTY = "timeframes:\n  decide: {%s, done_by: decision_communicated}\n"
LAW = "requirements:\n  decide: {citation: Example Act 2, due: %s from received, done_by: final_response}\n"
TIERS = "escalation:\n  tiers: [{id: a, owner: x}, {id: b, owner: x}, {id: c, owner: x}]\n  moves:\n"
UP = "    %s: {%s, because: it is so}\n"


def told(part: str, folder: Path) -> list[str]:
    found = checked(part, folder)
    assert found.policy is not None, [item.message for item in found.diagnostics]
    return [item.code.number for item in found.diagnostics]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("product == card or product == loan", ["CP315"]),
        ("product == card or product is not known", []),
        ("amount > 5 and amount < 5", ["CP315"]),
        ("amount >= 5 and amount <= 5", []),
        ("vulnerable or not vulnerable", ["CP315"]),  # where it is not known, the answer is not known either
        ("fees in topics and staff in topics", []),
        ("visits > 3 and not visits >= 3", ["CP315"]),
        ("amount > 3 and amount < 3.01", ["CP315"]),  # nothing lies between in whole pence
        ("amount > 3 and amount < 3.02", []),
    ],
)
def test_a_condition_that_every_case_answers_alike(condition: str, codes: list[str], tmp_path: Path) -> None:
    assert told(DUTY % f"when: '{condition}', due: 4 weeks from received", tmp_path) == codes


@pytest.mark.parametrize(
    ("due", "codes"),
    [
        ("the earlier of 6 weeks from received and 40 days from received", ["CP369"]),
        ("the later of 6 weeks from received and 40 days from received", ["CP369"]),
        ("the earlier of 6 weeks from received and 30 business days from received", []),
        ("the earlier of 6 weeks from received and 8 weeks from occurred_on", []),
        ("{by: product, values: {card: 6 weeks from received, otherwise: 42 days from received}}", []),
    ],
)
def test_a_clock_of_several_that_never_decides(due: str, codes: list[str], tmp_path: Path) -> None:
    assert told(DUTY % f"due: {due}", tmp_path) == codes


@pytest.mark.parametrize(
    ("law", "stays", "codes"),
    [
        ("4 weeks", ("2 weeks", "14 days"), []),
        ("4 weeks", ("2 weeks", "15 days"), ["CP365"]),
        ("20 business days", ("10 business days", "11 business days"), ["CP365"]),
        ("4 weeks", ("14 business days", "15 business days"), ["CP365"]),  # more than 28 days, however they lie
        ("4 weeks", ("14 business days", "14 business days"), []),  # at least 28 days: perhaps no more
        ("1 month", ("3 weeks", "10 days"), []),
        ("1 month", ("3 weeks", "11 days"), ["CP365"]),
        ("20 business days", ("3 weeks", "3 weeks"), []),  # nobody knows how many holidays lie between
    ],
)
def test_tiers_that_take_longer_than_the_law_gives(
    law: str, stays: tuple[str, str], codes: list[str], tmp_path: Path
) -> None:
    moves = "".join(
        UP % (f"m{tier}", f"after: {stay}, in: {tier}, go: up") for tier, stay in zip("ab", stays, strict=True)
    )
    assert told(LAW % law + TIERS + moves, tmp_path) == codes


@pytest.mark.parametrize(
    ("moves", "codes"),
    [
        (("each: offer_rejected, go: c", "each: offer_rejected, go: b, lower: true"), ["CP359"]),
        (("each: offer_rejected, go: b", "each: offer_rejected, go: b, lower: true"), ["CP306"]),
        (("each: offer_rejected, go: up", "each: offer_rejected, go: b"), []),
        (
            (
                "each: letter_sent, where: first, go: c",
                "each: letter_sent, where: not first, go: b, lower: true",
            ),
            [],
        ),
        (("each: letter_sent, where: first, go: c", "each: letter_sent, go: b, lower: true"), ["CP359"]),
        (("each: closed, go: up", "when: vulnerable, go: a"), ["CP556"]),
        (("each: closed, go: up", "after: 3 days, in: b, go: b"), ["CP364"]),
        (("each: closed, go: up", "each: reopened, go: a"), ["CP364"]),
        (("each: closed, go: up", "each: closed, go: up"), ["CP367"]),
        (("each: closed, go: up", "missed: answer, go: up"), []),
    ],
)
def test_moves(moves: tuple[str, str], codes: list[str], tmp_path: Path) -> None:
    events = "events:\n  letter_sent: {fields: {first: boolean}}\n" if "letter_sent" in moves[0] else ""
    text = events + TIERS + "".join(UP % (f"m{number}", move) for number, move in enumerate(moves))
    assert told(text, tmp_path) == codes


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ("  late: {due: 2 days from confirm due, done_by: closed}\n", ["CP366"]),
        ("  late: {due: 2 days from confirm late, done_by: closed}\n", ["CP366"]),
        ("  late: {due: 2 days from answer late, done_by: closed}\n", []),
        ("facts:\n  silent: {late: confirm}\nintake: {record: [silent]}\n", ["CP366"]),
    ],
)
def test_what_waits_for_the_lateness_of_a_prompt_duty(part: str, codes: list[str], tmp_path: Path) -> None:
    confirm = "timeframes:\n  confirm: {due: promptly from received, done_by: acknowledged}\n"
    found = told(confirm + part, tmp_path)
    assert [code for code in found if code in ("CP366",)] == codes


@pytest.mark.parametrize(
    ("every", "codes"),
    [("8 weeks", []), ("57 days", ["CP381"]), ("57 business days", ["CP381"]), ("40 business days", [])],
)
def test_an_update_that_comes_later_than_the_answer(every: str, codes: list[str], tmp_path: Path) -> None:
    progress = f"timeframes:\n  progress: {{due: every {every} from received while open, done_by: update_sent}}\n"
    assert told(progress, tmp_path) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("due: 23 hours from received", ["CP382"]),
        ("due: 24 hours from received", []),
        ("due: 4 business hours from received", []),
        ("due: 4 hours from received, strength: must, citation: Example Act 2", []),
    ],
)
def test_a_limit_in_hours_that_runs_by_night(body: str, codes: list[str], tmp_path: Path) -> None:
    assert told(DUTY % body, tmp_path) == codes


def test_a_limit_in_hours_on_a_calendar_that_never_closes(tmp_path: Path) -> None:
    office = 'calendars: {office: {zone: Europe/London, hours: {mon-sun: "00:00-24:00"}}}\n'
    assert told(office + DUTY % "due: 4 hours from received", tmp_path) == []


def test_what_only_other_cases_or_readings_share_is_not_the_same_duty_twice(tmp_path: Path) -> None:
    twice = "timeframes:\n  %s: {%s, due: 4 weeks from received, done_by: decision_communicated}\n"
    assert (
        told(
            twice % ("first-one", "when: vulnerable") + "  other: {due: 4 weeks from received, done_by: closed}\n",
            tmp_path,
        )
        == []
    )
