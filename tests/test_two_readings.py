"""Two readings of one text: the duty is judged by the adopted one, and the other is watched beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy.policy import bundle
from complaint_policy.policy.model import Policy, Reading
from complaint_policy.reports.clock_sentences import explain_clocks
from tests.evaluating import evaluated
from tests.policy_texts import FACTS, HEAD, OFFICE, checked, codes, compiled

LAW = HEAD.replace("id: small", "id: small-law") + FACTS + OFFICE
DUTY = """\
requirements:
  answer:
    says: answer within a month
    citation: Act 5
    done_by: final_response
    readings:
      clear-days: {says: the day of receipt does not count, citation: Case 12, due: 30 days from received}
      day-one:
        says: the day of receipt is day 1
        citation: Note 7
        due: "30 days from received, counting the first day"
"""
TAKES = """\
law:
  small-law:
    readings: {answer: {take: clear-days, because: counsel advised it}}
"""
CASE = {"id": "C", "events": [{"type": "received", "at": "2026-03-01T10:00Z"}]}


def readings(policy: Policy) -> dict[str, tuple[str, Reading | None]]:
    return {duty.id: (duty.strength, duty.reading) for duty in policy.duties}


def answer(folder: Path, as_of: str, *events: tuple[str, str]) -> dict[str, Any]:
    more = [{"type": type, "at": at} for type, at in events]
    return evaluated(folder / "small.yaml", CASE | {"events": [*CASE["events"], *more]}, as_of)  # type: ignore[misc]  # events are a list


def test_semantics_114_the_stricter_reading_is_adopted_where_it_can_be_told(tmp_path: Path) -> None:
    policy = compiled(tmp_path, LAW, DUTY)
    assert readings(policy) == {
        "answer": ("must", Reading("day-one")),
        "answer/clear-days": ("option", Reading("clear-days", "answer")),
    }
    assert [duty.says for duty in policy.duties] == [
        "the day of receipt is day 1",
        "the day of receipt does not count",
    ]
    assert "another reading of answer" in explain_clocks(policy)


def test_semantics_114_what_a_file_adopts_counts(tmp_path: Path) -> None:
    policy = compiled(tmp_path, LAW, DUTY, "    adopted: clear-days\n")
    assert readings(policy)["answer"] == ("must", Reading("clear-days"))


def test_semantics_114_an_organisation_takes_a_reading_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "small-law.yaml").write_text(LAW + DUTY, encoding="utf-8")
    policy = compiled(tmp_path, HEAD, "facts: {}\n", OFFICE, TAKES)
    assert readings(policy) == {
        "small-law/answer": ("must", Reading("clear-days", "", "counsel advised it")),
        "small-law/answer/day-one": ("option", Reading("day-one", "small-law/answer")),
    }
    assert bundle.load(bundle.dump(policy)) == bundle.stamped(policy)
    late = answer(tmp_path, "2026-03-31T12:00+01:00")
    assert [(one["duty"], one["state"], one["due_on"]) for one in late["duties"]] == [
        ("small-law/answer", "running", "2026-03-31"),
        ("small-law/answer/day-one", "lapsed", "2026-03-30"),
    ]
    assert late["duties"][0]["reading"] == {"id": "clear-days", "because": "counsel advised it"}
    assert late["duties"][1]["reading"] == {"id": "day-one", "of": "small-law/answer"}
    assert late["findings"] == [
        {
            "kind": "other_reading",
            "about": "small-law/answer",
            "at": "2026-03-31T00:00:00+01:00",
            "detail": "day-one",
        }
    ]


@pytest.mark.parametrize(
    ("as_of", "done", "found"),
    [
        ("2026-03-30T12:00+01:00", None, []),  # neither is late
        ("2026-04-10T12:00+01:00", None, []),  # both are: the breach says it
        ("2026-04-10T12:00+01:00", "2026-03-31T10:00+01:00", ["day-one"]),  # done between the two
        ("2026-04-10T12:00+01:00", "2026-03-30T10:00+01:00", []),
    ],
)
def test_semantics_114_late_by_the_other_reading_only_is_a_finding(
    tmp_path: Path, as_of: str, done: str | None, found: list[str]
) -> None:
    compiled(tmp_path, LAW, DUTY, "    adopted: clear-days\n")
    told = answer(tmp_path, as_of, *([("final_response", done)] if done else []))
    assert [one["detail"] for one in told["findings"] if one["kind"] == "other_reading"] == found


def test_semantics_114_each_occurrence_is_looked_at_apart(tmp_path: Path) -> None:
    duty = DUTY.replace("from received", "from information_requested").replace(
        "    done_by: final_response\n", "    each: information_requested\n    done_by: information_received\n"
    )
    compiled(tmp_path, LAW, duty, "    adopted: clear-days\n")
    asked = [("information_requested", "2026-03-02T10:00Z"), ("information_requested", "2026-03-03T10:00Z")]
    told = answer(tmp_path, "2026-04-01T12:00+01:00", *asked)
    assert [(one["at"], one["detail"]) for one in told["findings"]] == [("2026-04-01T00:00:00+01:00", "day-one")]


def test_semantics_61_disapplied_with_all_its_readings(tmp_path: Path) -> None:
    (tmp_path / "small-law.yaml").write_text(LAW + DUTY, encoding="utf-8")
    compiled(tmp_path, HEAD, "facts: {}\n", OFFICE, "law: {small-law: {disapply: [{duty: answer, because: exempt}]}}\n")
    told = answer(tmp_path, "2026-05-01T12:00+01:00")
    assert (told["duties"], [one["kind"] for one in told["findings"]]) == ([], ["disapplied"])


def test_a_mistake_that_readings_share_is_told_once(tmp_path: Path) -> None:
    found = checked(tmp_path, LAW, DUTY.replace("done_by: final_response", "done_by: final_respons"))
    assert codes(found) == ["CP205"]
