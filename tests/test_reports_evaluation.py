"""Evaluations are told in a fixed form: JSON by its schema, pictures and words for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from complaint_policy import evaluate, load_policy, prepare, read_case
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.diagnostics import PolicyError
from complaint_policy.evaluation.actions import next_actions
from complaint_policy.evaluation.findings import FINDINGS
from complaint_policy.evaluation.outcome import Action, Finding
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports.action_sentences import action_writer
from complaint_policy.reports.evaluation_json import as_line, evaluation_writer
from complaint_policy.reports.evaluation_text import length_in_words, text_writer
from complaint_policy.reports.finding_sentences import SENTENCES, finding_in_words
from complaint_policy.reports.local_time import (
    iso_day,
    iso_moment,
    last_moment_in_words,
    moment_in_words,
    since_in_words,
)
from complaint_policy.reports.marks import Style
from complaint_policy.reports.summary import Summary
from complaint_policy.reports.timeline import timeline
from complaint_policy.shipped import schemas_folder
from tests.cli_runs import GOOD, LATE, POLICY, folder_with_policy

AS_OF = "2026-04-10T12:00+01:00"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return prepare(load_policy(folder_with_policy(tmp_path) / "policy.yaml"))


def written(engine: Engine, case: dict[str, Any]) -> dict[str, Any]:
    return evaluation_writer(engine.policy)(evaluate(engine, read_case(engine.policy, case), AS_OF), (), "never")


@pytest.mark.parametrize("case", [GOOD, LATE, {"id": "C-9"}, {"id": "C-8", "facts": {"customer": "business"}}])
def test_json_is_as_the_schema_says(engine: Engine, case: dict[str, Any]) -> None:
    schema = json.loads((schemas_folder() / "evaluation.schema.json").read_text("utf-8"))
    line = as_line(written(engine, case))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(line))) == []
    assert line == as_line(written(engine, case))


def test_moments_are_shown_in_local_time_with_the_offset() -> None:
    london = resolve_zone("Europe/London", 20_000, 21_000)
    assert iso_moment(london, 1775144400) == "2026-04-02T16:40:00+01:00"
    assert iso_moment(london, 1767261600) == "2026-01-01T10:00:00+00:00"
    assert iso_moment(resolve_zone("America/St_Johns", 20_000, 21_000), 1767261600) == "2026-01-01T06:30:00-03:30"
    assert moment_in_words(london, 1775144401) == "Thu 2 Apr 2026 16:40:01"
    assert iso_day(0) == "1970-01-01"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 seconds"), (1, "1 second"), (3599, "59 minutes"), (172_800, "2 days")]
)
def test_lengths_are_told_in_their_largest_unit(seconds: int, words: str) -> None:
    assert length_in_words(seconds) == words


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [50, 100, 160])
def test_a_timeline_keeps_within_its_width(engine: Engine, width: int, unicode: bool) -> None:
    case = read_case(engine.policy, LATE)
    picture = timeline(engine.policy, case, evaluate(engine, case, AS_OF), Style(False, unicode, width))
    rows = picture.split("\n\n")[0].splitlines()
    assert max(map(len, rows)) <= width
    assert [row.split()[0] for row in rows[1:]] == ["events", "acknowledge", "answer"]
    assert picture.isascii() or unicode


def test_a_state_is_never_told_by_colour_alone(engine: Engine) -> None:
    evaluation = evaluate(engine, read_case(engine.policy, LATE), AS_OF)
    plain = text_writer(engine.policy, Style())(evaluation)
    coloured = text_writer(engine.policy, Style(colour=True))(evaluation)
    assert "breached" in plain
    assert "\x1b[31mbreached" in coloured
    for code in ("0", "1", "31", "34", "90"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


# --- words for people -------------------------------------------------------------------------------------------------

LONDON = resolve_zone("Europe/London", 20_000, 21_000)
NINE_JUNE = 1780959600
"""9 June 2026, 00:00 in London."""


def test_every_kind_of_finding_has_a_sentence() -> None:
    assert list(SENTENCES) == list(FINDINGS)


@pytest.mark.parametrize("kind", FINDINGS)
@pytest.mark.parametrize("at", [None, NINE_JUNE])
def test_a_finding_is_told_as_a_sentence_and_not_as_its_kind(kind: str, at: int | None) -> None:
    told = finding_in_words(Finding(kind, "thing-1", at, "some detail"), LONDON)
    assert "{" not in told
    assert "  " not in told
    assert kind not in told or "_" not in kind
    assert len(told.split()) > 4 or kind == "reading"
    assert "thing-1" in told or kind in ("reading", "no_receipt")
    assert at is None or "9 Jun 2026" in told or " on " not in SENTENCES[kind] + told


@pytest.mark.parametrize(
    ("late_from", "by", "since"),
    [
        (NINE_JUNE, "Mon 8 Jun 2026", "Tue 9 Jun 2026"),
        (NINE_JUNE + 45_001, "12:30 on Tue 9 Jun 2026", "12:30 on Tue 9 Jun 2026"),
        (NINE_JUNE + 45_000, "12:29:59 on Tue 9 Jun 2026", "12:30 on Tue 9 Jun 2026"),
        (NINE_JUNE + 1, "00:00 on Tue 9 Jun 2026", "00:00 on Tue 9 Jun 2026"),
    ],
)
def test_moments_of_a_due_are_told_as_people_say_them(late_from: int, by: str, since: str) -> None:
    assert last_moment_in_words(LONDON, late_from) == by
    assert since_in_words(LONDON, late_from) == since


TIERS = """\
escalation:
  tiers:
    - {id: frontline, takes_at_first: [high, low]}
    - {id: specialist}
  moves:
    stuck: {after: 5 business days, in: frontline, go: specialist}
    rejected: {each: offer_rejected, go: up, because: the customer said no}
    late: {missed: acknowledge, go: up}
"""


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action("send", "answer", NINE_JUNE, "final_response"), "send answer (final response), by Mon 8 Jun 2026"),
        (Action("do", "look", NINE_JUNE - 86_400, ""), "do look, overdue since Mon 8 Jun 2026"),
        (Action("decide", "severity", None, "amount"), "find out amount, to decide severity"),
        (Action("decide", "severity", None, ""), "decide severity"),
        (
            Action("ask", "answer", NINE_JUNE - 86_400, "what was in final_response"),
            "find out what was in final_response, to settle answer, which was due by Sun 7 Jun 2026",
        ),
        (Action("approve", "large", None, "senior_management"), "get the approval large of senior management"),
        (
            Action("move", "specialist", NINE_JUNE - 86_400, "stuck"),
            "record the move to specialist: stuck (5 business days in frontline), since Mon 8 Jun 2026",
        ),
        (
            Action("move", "specialist", NINE_JUNE - 3_600, "rejected"),
            "record the move to specialist: rejected (the customer said no), since 23:00 on Mon 8 Jun 2026",
        ),
        (
            Action("move", "specialist", NINE_JUNE - 86_400, "late"),
            "record the move to specialist: late (acknowledge missed), since Mon 8 Jun 2026",
        ),
    ],
)
def test_next_actions_are_told_as_a_handler_would_say_them(tmp_path: Path, action: Action, words: str) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY + TIERS, "utf-8")
    write = action_writer(load_policy(tmp_path / "policy.yaml"))
    assert write(action, LONDON, NINE_JUNE - 60) == words


SERIES = POLICY + "  update:\n    due: {every: 5 days, start: received, while: open}\n    done_by: update_sent\n"
LATER = "  put-right:\n    due: {start: final_response, length: 5 days}\n    done_by: remedy_implemented\n"


def text_of(tmp_path: Path, policy: str, case: dict[str, Any], as_of: str) -> str:
    (tmp_path / "policy.yaml").write_text(policy, "utf-8")
    engine = prepare(load_policy(tmp_path / "policy.yaml"))
    read = read_case(engine.policy, case)
    evaluation = evaluate(engine, read, as_of)
    return text_writer(engine.policy, Style())(evaluation, next_actions(engine, evaluation, read))


def test_text_counts_what_was_missed_in_words(tmp_path: Path) -> None:
    told = text_of(tmp_path, SERIES, LATE, AS_OF)
    assert "next due Sun 12 Apr 2026 (2 days left), late since Wed 8 Apr 2026, missed once\n" in told
    assert "missed 2 times" in text_of(tmp_path, SERIES, LATE, "2026-04-14T12:00+01:00")


def test_duties_that_have_not_begun_are_only_named(tmp_path: Path) -> None:
    told = text_of(tmp_path, POLICY + LATER, LATE, AS_OF)
    assert "  1 more may follow: put-right\n" in told
    assert "not started" not in told
    told = text_of(tmp_path, POLICY + LATER, {"id": "C-9"}, AS_OF)
    assert "  3 more may follow: acknowledge, answer, put-right\n" in told
    assert "note: the complaint has not been received by this moment, so nothing starts\n" in told


TWO_ZONES = POLICY.replace(
    "calendars:\n", 'calendars:\n  paris: {zone: Europe/Paris, hours: {mon-fri: "09:00-17:00"}}\n'
)
TWO_ZONES = TWO_ZONES.replace("length: 8 weeks}", "length: 6 days, calendar: paris}")


def test_every_moment_of_a_duty_is_in_the_zone_of_its_calendar(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(TWO_ZONES, "utf-8")
    engine = prepare(load_policy(tmp_path / "policy.yaml"))
    read = read_case(engine.policy, LATE)
    evaluation = evaluate(engine, read, AS_OF)
    data = evaluation_writer(engine.policy)(evaluation, next_actions(engine, evaluation, read), "never")
    answer = next(duty for duty in data["duties"] if duty["duty"] == "answer")
    action = next(item for item in data["next_actions"] if item["about"] == "answer")
    assert action["by"] == answer["late_from"] == "2026-04-09T00:00:00+02:00"
    other = next(item for item in data["next_actions"] if item["about"] == "acknowledge")
    assert other["by"].endswith("+01:00")
    text = text_writer(engine.policy, Style())(evaluation, next_actions(engine, evaluation, read))
    assert "send answer (final response), overdue since Thu 9 Apr 2026\n" in text
    picture = timeline(engine.policy, read, evaluation, Style())
    assert "Wed 8 Apr 2026 23:59:59  answer due: breached (Europe/Paris)" in picture
    assert "Thu 9 Apr 2026 23:59:59  acknowledge due: breached\n" in picture


OWNED = """
escalation:
  tiers:
    - {id: desk, owner: the front desk, takes_at_first: [low, high]}
    - {id: head, owner: Head of Complaints}
  moves:
    overdue: {missed: acknowledge, go: head, because: somebody senior must look at it}
"""


def test_a_tier_is_told_with_its_owner_and_a_move_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY + OWNED, "utf-8")
    engine = prepare(load_policy(tmp_path / "policy.yaml"))
    read = read_case(engine.policy, LATE)
    evaluation = evaluate(engine, read, "2026-06-10T12:00+01:00")
    text = text_writer(engine.policy, Style())(evaluation)
    assert "tier head (Head of Complaints) since " in text
    told = [line.split("  ")[-1].strip() for line in timeline(engine.policy, read, evaluation, Style()).splitlines()]
    assert "tier desk, the front desk (first)" in told
    assert "tier head, Head of Complaints (overdue: somebody senior must look at it)" in told


def test_a_summary_does_not_depend_on_the_order(engine: Engine) -> None:
    evaluations = [evaluate(engine, read_case(engine.policy, case), AS_OF) for case in (GOOD, LATE, {"id": "C-9"})]
    figures = []
    for order in (evaluations, evaluations[::-1]):
        summary = Summary()
        for evaluation in order:
            summary.add(evaluation)
        figures.append((json.dumps(summary.data()), summary.text()))
    assert figures[0] == figures[1]


def test_python_says_every_mistake_of_a_case_at_once(engine: Engine) -> None:
    with pytest.raises(PolicyError) as refused:
        read_case(engine.policy, {"id": "C", "facts": {"custumer": 1, "amount": "x"}})
    assert [item.code.number for item in refused.value.diagnostics] == ["CP602", "CP604"]
    with pytest.raises(ValueError, match="needs an offset"):
        evaluate(engine, read_case(engine.policy, GOOD), "2026-04-10T12:00")


def test_python_loads_a_bundle_too(tmp_path: Path, engine: Engine) -> None:
    from complaint_policy.policy.bundle import dump

    (tmp_path / "p.bundle").write_bytes(dump(engine.policy))
    assert load_policy(tmp_path / "p.bundle") == engine.policy
    (tmp_path / "p.bundle").write_bytes(dump(engine.policy)[:-9])
    with pytest.raises(PolicyError):
        load_policy(tmp_path / "p.bundle")
    with pytest.raises(PolicyError):
        load_policy(tmp_path / "missing.yaml")
