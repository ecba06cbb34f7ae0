"""Which citations name one rule, and what is warned of when a policy asks for something else than the law it cites."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.policy.cited import references, same_rule
from tests.policy_texts import HEAD, OFFICE, checked


@pytest.mark.parametrize(
    ("citation", "named"),
    [
        ("DISP 1.6.1R", [("disp", "1.6.1r")]),
        ("DISP 1.5.1R, 1.5.2AR", [("disp", "1.5.1r"), ("disp", "1.5.2ar")]),
        ("RG 271.64, .68", [("rg", "271.64"), ("rg", "271.68")]),
        ("SI 2009/309 regulation 14; Act s 5", [("si", "2009/309", "reg", "14"), ("act", "s", "5")]),
        ("Code 6.13-6.15", [("code", "6.13"), ("code", "6.14"), ("code", "6.15")]),
        ("RG 271.51-52", [("rg", "271.51"), ("rg", "271.52")]),
        ("Code 6.15-6.13", [("code", "6.15-6.13")]),
        ("Code 1.1-1.999999", [("code", "1.1-1.999999")]),
        ("DPA 2018 s.54(2)-(3C)", [("dpa", "2018", "s", "54(2)"), ("dpa", "2018", "s", "54(3c)")]),
        ("UK GDPR arts 12(3), 12A", [("uk", "gdpr", "art", "12(3)"), ("uk", "gdpr", "art", "12a")]),
        ("Part Three", []),
        ("", []),
    ],
)
def test_the_rules_that_a_citation_names(citation: str, named: list[tuple[str, ...]]) -> None:
    assert references(citation) == named


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("DISP 1.6.1R", "DISP 1.6.1R(1)", True),
        ("DISP 1.6.1R", "DISP 1.6.1G", False),
        ("DISP 1.6.2R", "DISP 1.6.2AR", False),
        ("DISP 1.6.1", "DISP 1.6.11", False),
        ("12 CFR 1024.35(e)", "1024.35(e)(3)", True),
        ("SI 2015/542 reg 19", "SI 2009/309 reg 19", False),
        ("reg 19", "SI 2015/542 reg 19", False),
        ("Code 6.3", "Other Code 6.3", False),
    ],
)
def test_when_two_citations_name_one_rule(one: str, other: str, same: bool) -> None:
    [first], [second] = references(one), references(other)
    assert same_rule(first, second) is same
    assert same_rule(second, first) is same


def warned(folder: Path, body: str, *, section: str = "requirements") -> list[str]:
    found = checked(folder, HEAD, "facts: {}\n", OFFICE, f"{section}:\n  duty: {body}\n")
    assert found.policy is not None, [item.message for item in found.diagnostics]
    return [item.code.number for item in found.diagnostics]


def test_what_the_law_asks_for_is_not_warned_of(tmp_path: Path) -> None:
    due = "{due: 8 weeks from received, done_by: final_response, citation: DISP 1.6.2R}"
    assert warned(tmp_path, due) == []


def test_the_same_period_in_another_unit_is_the_same(tmp_path: Path) -> None:
    due = "{due: 56 days from received, done_by: final_response, citation: DISP 1.6.2R}"
    assert warned(tmp_path, due) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{due: 5 business days from received, done_by: acknowledged, citation: DISP 1.6.1R}", "CP549"),
        ("{due: 40 business days from received, done_by: final_response, citation: DISP 1.6.2R}", "CP549"),
        ("{due: promptly from received, done_by: final_response, citation: DISP 1.6.2R}", "CP549"),
        (
            "{due: 8 weeks from acknowledged, done_by: final_response, citation: DISP 1.6.2R,"
            " fallback: {due: 8 weeks from received}}",
            "CP550",
        ),
        ("{due: 8 weeks from received, done_by: final_response, citation: DISP 1.6.2R, strength: should}", "CP551"),
    ],
)
def test_what_is_not_in_the_law_is_warned_of(tmp_path: Path, body: str, code: str) -> None:
    assert warned(tmp_path, body) == [code]


HOUSING = "Housing Ombudsman Code"
WRONG = {
    "housing stage 1 counted from receipt": (
        f"{{due: 10 business days from received, done_by: final_response, citation: {HOUSING} 6.3}}",
        "CP550",
    ),
    "housing stage 1 counted from receipt, the paragraph between": (
        f"{{due: 10 business days from received, done_by: final_response, citation: {HOUSING} 6.4}}",
        "CP550",
    ),
    "housing stage 2 made longer by ten days": (
        f"{{due: 20 business days from acknowledged, done_by: final_response, citation: {HOUSING} 6.14,"
        " fallback: {none: nothing is due}, longer: [{upon: holding_response, by: 10 business days}]}",
        "CP549",
    ),
    "telecoms eight weeks after 8 April 2026": (
        "{due: 8 weeks from received, done_by: final_response, citation: GC C4.2}",
        "CP549",
    ),
    "15 and then 35, both of which run from receipt": (
        "{due: 15 business days from received, done_by: final_response, citation: DISP 1.6.2AR,"
        " longer: [{upon: holding_response, by: 35 business days}]}",
        "CP549",
    ),
    "three months as ninety days": (
        "{due: 1 month from received, done_by: final_response, citation: UK GDPR art 12(3),"
        " longer: [{upon: holding_response, to: 90 days}]}",
        "CP549",
    ),
}


@pytest.mark.parametrize(("body", "code"), WRONG.values(), ids=WRONG)
def test_wrong_encodings_that_travel_are_warned_of(tmp_path: Path, body: str, code: str) -> None:
    assert warned(tmp_path, body) == [code]


@pytest.mark.parametrize(
    "body",
    [
        "{due: 6 weeks from received, done_by: final_response, citation: GC C4.2}",
        "{due: 15 business days from received, done_by: final_response, citation: DISP 1.6.2AR,"
        " longer: [{upon: holding_response, to: 35 business days}]}",
        "{due: 15 business days from received, done_by: final_response, citation: DISP 1.6.2AR,"
        " longer: [{upon: holding_response, by: 20 business days}]}",
        f"{{due: 20 business days from acknowledged, done_by: final_response, citation: {HOUSING} 6.14,"
        " fallback: {none: nothing is due}, longer: [{upon: holding_response, by: 20 business days}]}",
        "{due: 1 month from received, done_by: final_response, citation: UK GDPR art 12(3),"
        " longer: [{upon: holding_response, to: 3 months}]}",
    ],
)
def test_the_right_encodings_beside_them_are_not(tmp_path: Path, body: str) -> None:
    assert warned(tmp_path, body) == []


@pytest.mark.parametrize(
    "what", ["due: promptly from received, done_by: acknowledged", "at: acknowledged, content: [way]"]
)
@pytest.mark.parametrize(("until", "codes"), [("2026-04-05", []), ("2026-05-01", ["CP552"])])
def test_a_duty_that_ended_before_its_rule_may_cite_it(tmp_path: Path, what: str, until: str, codes: list[str]) -> None:
    body = f"{{{what}, citation: SI 2015/542 reg 19(2), in_force: {{until: {until}}}}}"
    assert [code for code in warned(tmp_path, body) if code == "CP552"] == codes


def test_a_promise_of_the_organisation_may_differ_from_the_law_it_cites(tmp_path: Path) -> None:
    due = "{due: 5 business days from received, done_by: acknowledged, citation: DISP 1.6.1R}"
    assert warned(tmp_path, due, section="timeframes") == []


@pytest.mark.parametrize(("until", "codes"), [("2026-04-05", []), ("2026-05-01", ["CP552"])])
def test_what_was_repealed_after_the_policy_ended_is_fine(tmp_path: Path, until: str, codes: list[str]) -> None:
    head = HEAD.replace("in_force: {from: 2026-01-01}", f"in_force: {{from: 2026-01-01, until: {until}}}")
    assert head != HEAD
    duty = "  duty: {due: promptly from received, done_by: acknowledged, citation: SI 2015/542 reg 19(2)}\n"
    found = checked(tmp_path, head, "facts: {}\n", OFFICE, f"requirements:\n{duty}")
    assert [item.code.number for item in found.diagnostics] == codes
