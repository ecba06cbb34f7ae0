"""What is said of public holidays that have changed since a bundle was built."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from complaint_policy.calendars.data import Calendar, Holiday
from complaint_policy.policy.compiler import check_file, load_policy
from complaint_policy.policy.lint_check import Viewpoint
from complaint_policy.policy.model import Policy
from tests.policy_texts import HEAD

EPOCH = date(1970, 1, 1).toordinal()
TEXT = f"""\
{HEAD}facts: {{}}
calendars:
  office: {{zone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}, holidays: {{country: GB, subdivision: ENG}}}}
timeframes:
  answer: {{due: 8 weeks from received, done_by: final_response}}
"""


def built_with(policy: Policy, release: str, without: str, more: str) -> Policy:
    """The bundle as an older release would have made it: one holiday not known yet, another one still there."""
    (office,) = policy.calendars
    assert isinstance(office, Calendar)
    kept = [one for one in office.holidays if one.day != day(without)]
    older = tuple(sorted([*kept, Holiday(day(more), "Old Day")]))
    return replace(policy, holidays_release=release, calendars=(replace(office, holidays=older),))


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH


def told(folder: Path, bundle_of: tuple[str, str, str], as_of: int | None = None) -> list[str]:
    path = folder / "p.yaml"
    path.write_text(TEXT, encoding="utf-8")
    bundle = built_with(load_policy(path), *bundle_of)
    found = check_file(path, viewpoint=Viewpoint(as_of, bundle)).diagnostics
    assert {item.code.number for item in found} <= {"CP393"}
    assert all(item.location is not None and item.location.line == 8 for item in found)
    return [item.message for item in found]


def test_days_that_are_closed_now_and_days_that_are_open_now(tmp_path: Path) -> None:
    (message,) = told(tmp_path, ("0.1", "2027-05-03", "2027-06-07"))
    assert "2027-05-03 is closed (" in message
    assert "2027-06-07 is open (Old Day)" in message
    assert message.endswith("the bundle 0.1)")


def test_days_before_the_policy_or_before_the_day_asked_about_are_left_out(tmp_path: Path) -> None:
    assert told(tmp_path, ("0.1", "2025-05-05", "2025-06-09")) == []
    assert told(tmp_path, ("0.1", "2027-05-03", "2027-06-07"), as_of=day("2028-01-01") * 86_400) == []


def test_nothing_is_said_of_a_bundle_of_the_same_release(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(TEXT, encoding="utf-8")
    release = load_policy(path).holidays_release
    assert told(tmp_path, (release, "2027-05-03", "2027-06-07")) == []
