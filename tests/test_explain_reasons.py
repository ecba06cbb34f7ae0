"""`explain --why` and `--why-not` on the shipped bank and on packs of law: what is said, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli_runs import AS_OF, GOOD, LATE, POLICY, in_this_process

POLICIES = Path(__file__).resolve().parents[1] / "policies"
BANK = POLICIES / "example-retail-bank"
NOON = "2026-06-15T12:00+01:00"


def explained(capfd: Any, case: str, *more: str) -> str:
    told = in_this_process(
        capfd, "explain", str(BANK / "policy.yaml"), str(BANK / "cases.yaml"), "--as-of", NOON, "--case", case, *more
    )
    assert (told.code, told.err) == (0, "")
    return str(told.out)


@pytest.mark.parametrize(
    ("case", "asked", "lines"),
    [
        ("C-1001", "severity=high", ["if amount_claimed were 5000.01 GBP (it is 120.00 GBP): high"]),
        (
            "C-1001",
            "severity",
            [
                "if vulnerable were true (it is false): medium",
                "if injury were true (it is false): critical",
                "if about_staff were true (it is false): medium",
                "if amount_claimed were 5000.01 GBP (it is 120.00 GBP): high",
            ],
        ),
        ("C-1001", "serious=true", ["if injury were true (it is false): true"]),
        ("C-1001", "severity/harm=decides", ["if injury were true (it is false): decides"]),
        (
            "C-1001",
            "scope=out",
            [
                "if relationship were none (it is customer): out",
                "if occurred_on were 2020-06-11 (it is 2026-05-20): out",
            ],
        ),
        (
            "C-1001",
            "nature=lending",
            ["if product were loan, mortgage or motor_finance (it is current_account): lending"],
        ),
        (
            "C-1001",
            "queue=soon",
            [
                "if vulnerable were true (it is false): soon",
                "if about_staff were true (it is false): soon",
            ],
        ),
        ("C-1001", "uk-fca-disp=does_not_apply", ["if customer_type were business (it is consumer): does not apply"]),
        (
            "C-1001",
            "rejected=made",
            ["if offer rejected happened by Mon 15 Jun 2026: made; later it would be not made"],
        ),
        (
            "C-1001",
            "acknowledge=met",
            [
                "if acknowledged (complainant, reassurance, reference, summary) happened by Mon 15 Jun 2026: met; "
                "later it would be met late"
            ],
        ),
        ("C-1001", "acknowledge=breached", ["if nothing else happens until Tue 16 Jun 2026 00:00: breached"]),
        (
            "C-1003",
            "answer=met",
            ["if decision communicated happened by Mon 8 Jun 2026: met; later it would be met late"],
        ),
        ("C-1003", "second-look=not_yet", ["if amount_claimed were 500.00 GBP (it is 640.00 GBP): not yet"]),
    ],
)
def test_the_smallest_change_at_the_bank(capfd: Any, case: str, asked: str, lines: list[str]) -> None:
    sensitive = ("--show-sensitive",) if case == "C-1001" else ()
    told = explained(capfd, case, "--why-not", asked, *sensitive).splitlines()
    found = [line.strip() for line in told if line.startswith("  if ")]
    assert found[: len(lines)] == lines
    if "=" in asked and "acknowledge=breached" not in asked:
        assert found == lines


RG271 = {"kind": "standard", "au-cth-acts-interpretation/place": "nsw"}
GDPR = {"is_request": True, "eu-1182-71/member_state": "ie"}


@pytest.mark.parametrize(
    ("pack", "facts", "received", "as_of", "asked", "last"),
    [  # the days are those of the packs' own examples
        ("au-asic-rg271", RG271, "2025-01-03T10:00+11:00", "2025-02-05T12:00+11:00", "respond", "Sun 2 Feb 2025"),
        ("eu-gdpr-requests", GDPR, "2026-03-05T23:30Z", "2026-04-20T10:00Z", "answer-request", "Tue 7 Apr 2026"),
    ],
)
def test_the_last_day_of_the_law_is_told(
    capfd: Any, tmp_path: Path, pack: str, facts: Any, received: str, as_of: str, asked: str, last: str
) -> None:
    case = {"id": "P-1", "facts": facts, "events": [{"type": "received", "at": received}]}
    (tmp_path / "case.json").write_text(json.dumps(case))
    arguments = ("explain", str(POLICIES / pack / "policy.yaml"), str(tmp_path / "case.json"), "--as-of", as_of)
    told = in_this_process(capfd, *arguments, "--why-not", f"{asked}=met")
    assert told.code == 0
    first = told.out.splitlines()[1]
    assert f" happened by {last}: met; later it would be met late" in first


def test_why_tells_the_facts_that_decided_and_the_lines_of_the_policy(capfd: Any) -> None:
    told = explained(capfd, "C-1003", "--why", "severity", "--show-sensitive").splitlines()
    text = (BANK / "policy.yaml").read_text("utf-8").splitlines()
    assert told[0] == "why severity is high: vulnerable customer with a real loss"
    for rule in ("harm", "vulnerable-large"):
        line = next(one for one in told if one.startswith(f"  {rule} "))
        number = int(line.rpartition(":")[2].removesuffix("]"))
        assert text[number - 1].strip().startswith(rule)
    assert [line.strip() for line in told[told.index("  these facts decided, whatever all others were:") + 1 :]] == [
        "vulnerable is true",
        f"injury is false, by default [{_relative(BANK / 'policy.yaml')}:{_line_of(text, 'injury: ')}]",
        "amount_claimed is 640.00 GBP",
        "made no difference: about_staff",
    ]


def _relative(path: Path) -> str:
    import os

    return os.path.relpath(path)


def _line_of(text: list[str], start: str) -> int:
    return next(number for number, line in enumerate(text, 1) if line.strip().startswith(start))


def test_of_a_rule_that_says_no_only_what_made_it_so_is_told(capfd: Any, folder: Path) -> None:
    rules = "rules:\n      - {id: both, when: vulnerable and amount > 50 and amount > 500, then: high}"
    (folder / "policy.yaml").write_text(POLICY.replace("rules:\n      - {id: big,", f"{rules}\n      - {{id: big,"))
    (folder / "one.json").write_text(json.dumps({**GOOD, "facts": {**GOOD["facts"], "vulnerable": True}}))  # type: ignore[dict-item]
    told = in_this_process(capfd, "explain", "policy.yaml", "one.json", "--as-of", AS_OF, "--why", "severity").out
    rule = told[told.index("  both (high): false") : told.index("  big (high)")]
    assert rule.splitlines()[1:] == ["    amount > 500: false (amount is 120.00 GBP)"]


def test_sensitive_facts_are_neither_told_nor_changed(capfd: Any) -> None:
    told = explained(capfd, "C-1001", "--why", "severity", "--why-not", "severity=critical")
    assert "vulnerable is masked" in told
    assert "no change of up to 3 of these at once gives it" in told
    assert "left as they are, since they are sensitive: vulnerable, injury" in told
    assert "if injury" not in told


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "cases.jsonl").write_text("\n".join(json.dumps(one) for one in (GOOD, LATE)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--why", "acknowlege"), "nothing here is called `acknowlege`: did you mean `acknowledge`?"),
        (("--why", "severity/bog"), "nothing here is called `severity/bog`: did you mean `severity/big`?"),
        (("--why", "something"), "nothing here is called `something`: there are acknowledge, answer, severity, scope"),
        (("--why", "amount"), "`amount` is told by the case: ask about what follows from it"),
        (("--why", "severity=hihg"), "`severity` cannot be `hihg`: did you mean `high`?"),
        (("--why", "severity=huge"), "`severity` cannot be `huge`: it can be high, low or cannot_tell"),
        (("--why", "severity=high"), "`severity` is low, not high: ask `--why-not severity=high`"),
        (("--why-not", "severity=low"), "`severity` is low: ask `--why severity`"),
        (("--why", "answer@2"), "`answer` has no occurrence `2`: it has none"),
        (("--why-not", ""), "nothing here is called ``: there are acknowledge, answer, severity, scope"),
        (("--format", "json"), "`--format json` is of `--why` and `--why-not`; `evaluate` tells a whole case as JSON"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_ask_instead(
    folder: Path, capfd: Any, asked: tuple[str, ...], said: str
) -> None:
    told = in_this_process(capfd, "explain", "policy.yaml", "cases.jsonl", "--case", "C-1", "--as-of", AS_OF, *asked)
    assert (told.code, told.out) == (2, "")
    assert told.err.splitlines()[-1] == f"Error: {said}"


def test_two_changes_are_shown_where_one_is_not_enough(folder: Path, capfd: Any) -> None:
    (folder / "policy.yaml").write_text(POLICY.replace("amount > 500 or vulnerable", "amount > 500 and vulnerable"))
    arguments = ("explain", "policy.yaml", "cases.jsonl", "--case", "C-1", "--as-of", AS_OF)
    told = in_this_process(capfd, *arguments, "--why-not", "severity=high")
    again = in_this_process(capfd, *arguments, "--why-not", "severity=high")
    assert told == again
    assert told.out.splitlines()[:2] == [
        "why severity is not high: it is low",
        "  if amount were 500.01 GBP (it is 120.00 GBP) and vulnerable were true (it is false): high",
    ]


def test_a_fact_and_the_passing_of_time_together(folder: Path, capfd: Any) -> None:
    case = {**LATE, "facts": {"customer": "business", "amount": 900}}
    (folder / "one.json").write_text(json.dumps(case))
    arguments = ("explain", "policy.yaml", "one.json", "--as-of", "2026-04-03T12:00+01:00")
    told = in_this_process(capfd, *arguments, "--why-not", "acknowledge=breached").out
    assert told.splitlines()[1] == (
        "  if nothing else happens until Fri 10 Apr 2026 00:00 and customer were consumer (it is business): breached"
    )


def test_reasons_as_json(folder: Path, capfd: Any) -> None:
    asked = ("--why", "severity", "--why-not", "acknowledge=met", "--why-not", "severity=low", "--format", "json")
    told = in_this_process(capfd, "explain", "policy.yaml", "cases.jsonl", "--case", "C-2", "--as-of", AS_OF, *asked)
    data = json.loads(told.out)
    assert list(data) == ["schema", "policy", "case", "as_of", "as_known", "why", "why_not"]
    assert (data["schema"], data["case"], data["as_of"]) == ("reasons/1", "C-2", "2026-04-10T12:00:00+01:00")
    (why,) = data["why"]
    assert (why["about"], why["kind"], why["answer"], why["smallest"]) == ("severity", "decision", "high", True)
    assert why["facts"] == [{"fact": "amount", "value": "900.00 GBP", "from": "told"}]
    assert why["made_no_difference"] == ["vulnerable"]
    in_time, small = data["why_not"]
    (alternative,) = in_time["alternatives"]
    assert alternative["by"] == "2026-04-09T23:59:59+01:00"
    assert (alternative["answer"], alternative["later"]) == ("met", "met_late")
    assert alternative["changes"][0]["event"] == "acknowledged"
    assert [one["changes"] for one in small["alternatives"]] == [
        [{"kind": "fact", "fact": "amount", "value": "500.00 GBP"}]
    ]
    assert small["searched"] == {
        "changes_at_once": 1,
        "cut_off": False,
        "cases": small["searched"]["cases"],
        "facts": ["amount", "vulnerable"],
        "other_values": 2,
        "events": [],
        "left_as_they_are": [],
    }
