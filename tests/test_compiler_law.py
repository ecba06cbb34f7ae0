"""A policy that extends a pack of law: names are qualified, answers are bound, and the law can only be tightened."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy import PolicyError, read_case
from complaint_policy.clocks.data import AtEvent, Happens, Length, Limit, Pause
from complaint_policy.conditions.syntax import And, Constant, IsTrue, Linear, OneOf, Or
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import (
    AfterTime,
    Answered,
    Decided,
    Derived,
    Disapplied,
    Duty,
    Given,
    IsMet,
    Policy,
    SameAs,
    UponMissed,
)
from tests.evaluating import evaluated
from tests.policy_texts import HEAD, OFFICE, codes

GOOD = Path(__file__).resolve().parent / "good"


@pytest.fixture(scope="module")
def bound() -> Policy:
    policy = check_file(GOOD / "extends-law.yaml").policy
    assert policy is not None
    return policy


@pytest.fixture(scope="module")
def alone() -> Policy:
    policy = check_file(GOOD / "good-law.yaml").policy
    assert policy is not None
    return policy


def duty(policy: Policy, id: str) -> Duty:
    return next(one for one in policy.duties if one.id == id)


def source(policy: Policy, name: str) -> object:
    return next(one.source for one in policy.facts if one.field.name == name)


def test_semantics_59_a_packs_names_are_qualified_and_plain_when_it_stands_alone(bound: Policy, alone: Policy) -> None:
    assert [one.id for one in bound.duties] == [
        "short-answer",
        "inform",
        "answer",
        "good-law/answer",
        "good-law/short-answer",
        "good-law/notice",
    ]
    assert [one.pack for one in bound.duties] == ["", "", "", "good-law", "good-law", "good-law"]
    assert [one.id for one in alone.duties] == ["answer", "short-answer", "notice"]
    assert {one.pack for one in alone.duties} == {""}
    assert [one.id for one in bound.packs] == ["extends-law", "good-law"]
    assert [one.name for one in bound.decisions] == ["good-law/weight"]
    assert source(bound, "good-law/weight") == Decided("good-law/weight")
    assert [one.id for one in bound.rights] == ["good-law/refer"]


def test_semantics_60_facts_are_bound_to_conditions_to_facts_and_through_maps(bound: Policy, alone: Policy) -> None:
    assert source(bound, "good-law/eligible") == Derived(Or((IsTrue("consumer"), OneOf("kind", ("charity",)))))
    pairs = (("private", "natural"), ("shop", "legal_entity"), ("charity", "legal_entity"))
    assert source(bound, "good-law/person") == SameAs("kind", pairs)
    assert source(bound, "good-law/lost") == SameAs("loss")
    assert source(bound, "good-law/answered") == IsMet("good-law/answer")
    assert source(alone, "eligible") == Given()
    assert bound.packs[1].applies == IsTrue("good-law/eligible")


def test_a_packs_conditions_read_its_own_facts(bound: Policy) -> None:
    assert duty(bound, "good-law/answer").when == OneOf("good-law/person", ("natural",))
    assert bound.decisions[0].rules[0].condition == And(
        (
            Linear(">", (("good-law/lost", 1),), 10_000, ("good-law/lost",)),
            Linear("<", (("good-law/since", 1),), 18262, ("good-law/since",)),
        )
    )


def test_semantics_60_settings_are_facts_of_every_case_as_the_organisation_answers(
    bound: Policy, alone: Policy
) -> None:
    july = 1_782_860_400  # 2026-07-01 in London
    assert source(bound, "good-law/small_loss") == Answered(((july, 25_000), (None, 5_000)))
    assert source(alone, "small_loss") == Answered(((None, 10_000),))
    assert source(alone, "heavy_from") == Answered(((None, 25),))
    assert source(alone, "by_post") == Answered(((None, True),))
    assert source(alone, "reading") == Answered(((None, "strict"),))
    assert source(alone, "until") == Answered(((None, 22_279),))


SETTINGS = (
    HEAD
    + OFFICE
    + """
facts: {lost: number}
settings:
  small: {type: number, default: {dated: [{from: 2026-07-01, value: 300}, {from: 2026-04-01, value: 100}]}}
  notice: {type: length, default: {dated: [{from: 2026-07-01, value: 2 days}, {value: 5 days}]}}
timeframes:
  reply:
    when: lost > small
    due: {start: received, length: {setting: notice}}
    done_by: final_response
"""
)


@pytest.mark.parametrize(
    ("received", "as_of", "state", "due"),
    [
        ("2026-06-30T12:00:00+01:00", "2026-06-30T13:00:00+01:00", "running", "2026-07-05"),
        ("2026-07-01T12:00:00+01:00", "2026-07-01T13:00:00+01:00", "not_applicable", None),
        ("2026-03-31T12:00:00+01:00", "2026-03-31T13:00:00+01:00", "running", "2026-04-05"),
        ("2026-06-30T12:00:00+01:00", "2026-07-01T00:00:00+01:00", "ended", None),
        ("2026-06-20T12:00:00+01:00", "2026-07-02T00:00:00+01:00", "breached", "2026-06-25"),
    ],
)
def test_semantics_60_a_dated_setting_counts_as_of_the_question_or_the_start(
    tmp_path: Path, received: str, as_of: str, state: str, due: str | None
) -> None:
    """A breach of the time in which the old value counted stays (8, 76)."""
    path = tmp_path / "policy.yaml"
    path.write_text(SETTINGS, encoding="utf-8")
    events = [{"type": "received", "at": received}]
    duty = evaluated(path, {"id": "C", "facts": {"lost": 200}, "events": events}, as_of)["duties"][0]
    assert (duty["state"], duty.get("due_on")) == (state, due)


def test_semantics_60_no_case_gives_a_setting(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(SETTINGS, encoding="utf-8")
    policy = check_file(path).policy
    assert policy is not None
    with pytest.raises(PolicyError, match="small"):
        read_case(policy, {"id": "C", "facts": {"small": 1}, "events": []})


def test_calendars_and_settings_are_answered(bound: Policy) -> None:
    assert duty(bound, "good-law/short-answer").due == Limit(AtEvent("received"), Length(15, "business_days"), "office")
    assert duty(bound, "good-law/notice").due == Limit(AtEvent("received"), Length(1, "days"), "office")
    legal = next(one for one in bound.calendars if one.name == "good-law/legal")
    assert getattr(legal, "windows")[0] == ((32400, 57600),)  # noqa: B009 - a Calendar, not a choice
    assert "good-law/open" not in {one.name for one in bound.calendars}


def test_tiers_of_a_packs_moves_are_the_organisations(bound: Policy) -> None:
    assert bound.escalation is not None
    moves = {one.id: one for one in bound.escalation.moves}
    assert moves["good-law/late"].go == "senior"
    assert moves["good-law/late"].trigger == UponMissed("good-law/answer")
    assert moves["missed"].trigger == UponMissed("good-law/answer")
    assert not any(isinstance(one.trigger, AfterTime) for one in moves.values())


def test_semantics_91_a_tightened_duty_is_the_law_with_less_time(bound: Policy) -> None:
    tightened, law = duty(bound, "answer"), duty(bound, "good-law/answer")
    assert tightened.due == Limit(AtEvent("received"), Length(6, "weeks"), "office")
    assert tightened.done_by == Happens("final_response", None, ("reasons", "decision"))
    assert (tightened.strength, tightened.section, tightened.meets) == ("internal", "tighten", "good-law/answer")
    assert tightened.when == And((IsTrue("good-law/eligible"), OneOf("good-law/person", ("natural",))))
    assert tightened.pauses == law.pauses
    assert law.pauses == (
        Pause(Happens("information_requested"), Happens("information_received"), at_most=Length(4, "weeks")),
    )


def test_semantics_91_a_duty_that_meets_the_law_takes_over_what_it_does_not_say(bound: Policy) -> None:
    inform, law = duty(bound, "inform"), duty(bound, "good-law/notice")
    assert (inform.due, inform.done_by, inform.meets) == (law.due, law.done_by, law.id)
    assert inform.strength == "internal"


def test_semantics_61_disapplied_duties_are_kept_with_the_reason(bound: Policy) -> None:
    assert bound.disapplied == (Disapplied("good-law/notice", "the regulator waived it", "Waiver 7"),)


# --- what is refused --------------------------------------------------------------------------------------------------

PACK = """\
complaint_policy: 1
id: law
title: Law
version: "1"
in_force: {from: 2020-01-01}
facts:
  eligible: boolean
calendars:
  legal: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
requirements:
  answer: {citation: Act 1, due: {start: received, length: 8 weeks}, done_by: final_response}
applies: eligible
"""
OWN = "facts:\n  consumer: boolean\n" + OFFICE


def under(folder: Path, law: str, duties: str = "", pack: str = PACK) -> Checked:
    (folder / "law.yaml").write_text(pack, encoding="utf-8")
    path = folder / "own.yaml"
    path.write_text(f"{HEAD}{OWN}law:\n  law:\n    facts: {{eligible: consumer}}\n{law}{duties}", encoding="utf-8")
    return check_file(path)


STRICTER, LOOSER, UNCLEAR = [], ["CP255"], ["CP347"]
NINE = "{by: consumer, values: {yes: {start: received, length: 4 weeks}, no: {start: received, length: 9 weeks}}}"


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("{start: received, length: 8 weeks}", STRICTER),
        ("{start: received, length: 55 days}", STRICTER),
        ("{start: received, length: 57 days}", LOOSER),
        ("{start: received, length: 8 weeks, if_closed: next_open}", LOOSER),
        ("{start: received, length: 7 weeks, if_closed: next_open}", UNCLEAR),
        ("{start: received, length: 8 weeks, received_late: next_open}", LOOSER),
        ("{start: received, length: 8 weeks, limit: before}", STRICTER),
        ("{start: received, length: 8 weeks, ends: close_of_business}", STRICTER),
        (NINE, LOOSER),
        (NINE.replace("9 weeks", "5 weeks"), STRICTER),
        ("{start: received, length: 2 months}", LOOSER),  # 59 days at least
        ("{start: received, length: 1 month}", STRICTER),  # 31 at most
        ("{start: received, length: 60 business days}", LOOSER),
        ("{start: received, length: 30 business days}", UNCLEAR),  # depends on holidays
        ("{start: received, length: 1000 hours}", STRICTER),
        ("{start: acknowledged, length: 1 day}", UNCLEAR),
        ("{start: {first_of: [received, acknowledged]}, length: 8 weeks}", STRICTER),
        ("{start: {last_of: [received, acknowledged]}, length: 1 day}", LOOSER),
        ("{earliest_of: [{start: received, length: 6 weeks}, {start: acknowledged, length: 9 weeks}]}", STRICTER),
        ("{latest_of: [{start: received, length: 6 weeks}, {start: received, length: 9 weeks}]}", LOOSER),
        ("{promptly: true, start: received}", LOOSER),
        ("{every: 1 week, start: received}", LOOSER),
    ],
)
def test_semantics_62_an_organisation_may_only_tighten(tmp_path: Path, due: str, expected: list[str]) -> None:
    found = under(tmp_path, f"    tighten: {{answer: {{due: {due}}}}}\n")
    assert [code for code in codes(found) if code in ("CP255", "CP347")] == expected
    assert (found.policy is None) == bool(expected)


def test_semantics_62_what_cannot_be_told_may_meet_the_law_as_a_duty_of_its_own(tmp_path: Path) -> None:
    own = "timeframes:\n  own: {meets: law/answer, due: {start: received, length: 30 business days}}\n"
    assert under(tmp_path, "", own).policy is not None


PAUSED = PACK.replace(
    "done_by: final_response}",
    "done_by: final_response, pause: [{from: information_requested, to: information_received, at_most: 4 weeks}],"
    " longer: [{upon: holding_response, to: 12 weeks, content: [reasons]}]}",
)


@pytest.mark.parametrize(
    ("more", "looser"),
    [
        ("pause: [{from: information_requested, to: information_received, at_most: 3 weeks}]", False),
        ("pause: [{from: information_requested, to: information_received, at_most: 5 weeks}]", True),
        ("pause: [{from: information_requested, to: information_received, at_most: 1 month}]", True),
        ("pause: [{from: information_requested, to: information_received, at_most: 4 weeks, end_days: out}]", True),
        ("longer: [{upon: holding_response, to: 10 weeks, content: [reasons, date]}]", False),
        ("longer: [{upon: holding_response, to: 13 weeks, content: [reasons]}]", True),
        ("longer: [{upon: holding_response, to: 12 weeks}]", True),
        ("longer: [{upon: holding_response, to: open, content: [reasons]}]", True),
    ],
)
def test_semantics_62_what_stops_a_clock_of_law_is_not_made_longer(tmp_path: Path, more: str, looser: bool) -> None:
    own = f"timeframes:\n  own: {{meets: law/answer, due: {{start: received, length: 8 weeks}}, {more}}}\n"
    assert ("CP255" in codes(under(tmp_path, "", own, pack=PAUSED))) == looser


def test_semantics_62_each_of_several_extensions_upon_one_event_is_the_laws_own(tmp_path: Path) -> None:
    first = "{upon: holding_response, to: 12 weeks, content: [reasons]}"
    second = "{upon: holding_response, to: 14 weeks, content: [reasons, approval]}"
    pack = PAUSED.replace(first, f"{first}, {second}")
    own = "timeframes:\n  own: {meets: law/answer, due: {start: received, length: 8 weeks}, longer: [LONGER]}\n"
    assert "CP255" not in codes(under(tmp_path, "", own.replace("LONGER", f"{second}, {first}"), pack=pack))
    longer = second.replace("14", "15")
    assert "CP255" in codes(under(tmp_path, "", own.replace("LONGER", f"{longer}, {first}"), pack=pack))


def test_semantics_59_the_same_duty_name_without_a_tie_is_an_error(tmp_path: Path) -> None:
    text = "timeframes:\n  answer: {due: {start: received, length: 6 weeks}, done_by: final_response}\n"
    assert codes(under(tmp_path, "", text)) == ["CP229"]
    tied = text.replace("{due:", "{meets: law/answer, due:")
    assert codes(under(tmp_path, "", tied)) == []


def test_an_extension_that_the_law_does_not_know_is_refused(tmp_path: Path) -> None:
    text = "timeframes:\n  own: {meets: law/answer, longer: [{upon: holding_response, to: 9 weeks}]}\n"
    assert codes(under(tmp_path, "", text)) == ["CP255"]


def test_a_packs_mistakes_are_told_at_their_places_in_the_pack(tmp_path: Path) -> None:
    found = under(tmp_path, "", pack=PACK.replace("received", "recieved"))
    places = [(Path(item.location.file).name, item.location.line) for item in found.diagnostics if item.location]
    assert places == [("law.yaml", 11)]
    assert [path.name for path in found.files] == ["own.yaml", "law.yaml"]


def test_an_unanswered_fact_is_asked_of_each_case_and_told_as_a_note(tmp_path: Path) -> None:
    found = under(
        tmp_path,
        "",
        pack=PACK.replace("facts:\n", "facts:\n  region: text\n").replace("Act 1,", 'Act 1, when: region == "x",'),
    )
    assert [(item.code.number, item.level) for item in found.diagnostics] == [("CP228", "note")]
    assert found.policy is not None
    assert source(found.policy, "law/region") == Given()


def test_a_pack_is_found_in_the_project_and_among_those_searched(tmp_path: Path) -> None:
    for place in ("policies/law/policy.yaml", "firm/law/policy.yaml", "elsewhere/law/policy.yaml"):
        pack = tmp_path / place
        pack.parent.mkdir(parents=True)
        pack.write_text(PACK, encoding="utf-8")
        own = tmp_path / "firm" / "own" / "policy.yaml"
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(f"{HEAD}{OWN}law: {{law: {{facts: {{eligible: consumer}}}}}}\n", encoding="utf-8")
        search = [tmp_path / "elsewhere"] if place.startswith("elsewhere") else []
        assert check_file(own, search=search).files == (own, pack)
        pack.unlink()
        assert codes(check_file(own)) == ["CP220"]


def test_a_boolean_fact_may_be_answered_once_for_all_cases(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(PACK, encoding="utf-8")
    path = tmp_path / "own.yaml"
    own = OWN + "intake: {record: [consumer]}\n"
    path.write_text(f"{HEAD}{own}law: {{law: {{facts: {{eligible: true}}}}}}\n", encoding="utf-8")
    policy = check_file(path).policy
    assert policy is not None
    assert source(policy, "law/eligible") == Derived(Constant(True))


# --- settings and versions --------------------------------------------------------------------------------------------

OPEN_PACK = PACK.replace(
    "calendars:\n",
    """\
settings:
  closing: {type: time}
  notice: {type: length}
  place: {type: calendar, default: legal}
defaults: {calendar: legal}
calendars:
  std: {zone: Europe/London, hours: {mon-fri: "09:00-18:00"}, close_of_business: {setting: closing}, replaceable: true}
""",
).replace("length: 8 weeks", "length: {setting: notice}, ends: close_of_business, calendar: std")
TOLD = "notice: 8 weeks, closing: "


def settings(folder: Path, answers: str, calendars: str = "", pack: str = OPEN_PACK) -> list[tuple[str, str]]:
    found = under(folder, f"    settings: {{{answers}}}\n{calendars}", "intake: {record: [consumer]}\n", pack=pack)
    return [(item.code.number, item.level) for item in found.diagnostics]


@pytest.mark.parametrize("calendars", ["", "    calendars: {std: office}\n"])
def test_semantics_60_a_value_is_of_its_settings_type_whether_or_not_it_is_read(tmp_path: Path, calendars: str) -> None:
    assert ("CP144", "error") in settings(tmp_path, f"{TOLD}17h", calendars)
    assert ("CP520", "error") in settings(tmp_path, 'notice: soon, closing: "17:00"', calendars)
    assert ("CP205", "error") in settings(tmp_path, f'{TOLD}"17:00", place: nowhere', calendars)


@pytest.mark.parametrize(
    ("default", "code"),
    [("place: {type: calendar, default: nowhere}", "CP205"), ("x: {type: length, default: 5}", "CP520")],
)
def test_a_default_that_nobody_reads_is_of_its_settings_type(tmp_path: Path, default: str, code: str) -> None:
    pack = OPEN_PACK.replace("place: {type: calendar, default: legal}", default)
    assert settings(tmp_path, f'{TOLD}"17:00"', pack=pack) == [(code, "error")]


def test_a_setting_that_only_a_replaced_calendar_reads_is_warned_of(tmp_path: Path) -> None:
    assert settings(tmp_path, f'{TOLD}"17:00"') == []
    assert settings(tmp_path, f'{TOLD}"17:00"', "    calendars: {std: office}\n") == [("CP310", "warning")]


def test_a_setting_that_another_part_of_the_pack_reads_too_is_not_warned_of(tmp_path: Path) -> None:
    pack = OPEN_PACK.replace("  legal: {", "  legal: {close_of_business: {setting: closing}, ")
    assert settings(tmp_path, f'{TOLD}"17:00"', "    calendars: {std: office}\n", pack) == []


def test_a_setting_that_only_a_replaced_calendar_reads_needs_no_answer(tmp_path: Path) -> None:
    assert settings(tmp_path, "notice: 8 weeks") == [("CP225", "error")]
    assert settings(tmp_path, "notice: 8 weeks", "    calendars: {std: office}\n") == []


@pytest.mark.parametrize(("version", "expected"), [('"1"', []), ("1", []), ('"2"', ["CP245"]), ("1.0", ["CP245"])])
def test_a_pack_is_pinned_to_the_version_that_the_policy_names(
    tmp_path: Path, version: str, expected: list[str]
) -> None:
    found = under(tmp_path, f"    version: {version}\n", "intake: {record: [consumer]}\n")
    assert codes(found) == expected
    assert all(text in item.message for item in found.diagnostics for text in (f"`{version.strip(chr(34))}`", "`1`"))
