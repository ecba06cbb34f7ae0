"""Texts that people read may stand in several languages; answers never depend on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy, Translation
from complaint_policy.policy.translation import in_language, languages
from tests.cli_runs import in_this_process
from tests.policy_texts import FACTS, HEAD, OFFICE, checked, codes, compiled

DUTY = """\
timeframes:
  answer:
    says: {en: answer the customer, fr: répondre au client}
    due: {start: received, length: 3 days}
    done_by: final_response
"""
RULES = """\
classification:
  severity:
    levels: [high, low]
    rules: [{id: big, when: vulnerable, then: high, because: {en: needs help, fr: a besoin d'aide}}]
    otherwise: low
"""
TITLE = ("title: A small policy", "title: {en: A small policy, fr: Une petite politique}")


def bilingual(folder: Path) -> Policy:
    return compiled(folder, HEAD.replace(*TITLE), FACTS, OFFICE, RULES, DUTY)


def test_a_text_in_one_language_and_the_same_in_two_give_the_same_policy_but_for_the_translations(
    tmp_path: Path,
) -> None:
    plain = compiled(
        tmp_path,
        HEAD,
        FACTS,
        OFFICE,
        RULES.replace("{en: needs help, fr: a besoin d'aide}", "needs help"),
        DUTY.replace("{en: answer the customer, fr: répondre au client}", "answer the customer"),
        name="plain",
    )
    both = bilingual(tmp_path)
    assert Translation("fr", "answer the customer", "répondre au client") in both.translations
    assert (plain.duties, plain.decisions, plain.title) == (both.duties, both.decisions, both.title)


def test_in_another_language_only_the_texts_differ(tmp_path: Path) -> None:
    english = bilingual(tmp_path)
    french = in_language(english, "fr")
    assert languages(english) == ("fr",)
    assert (french.title, french.duties[0].says) == ("Une petite politique", "répondre au client")
    assert french.decisions[0].rules[0].because == "a besoin d'aide"
    assert french.duties[0].due == english.duties[0].due
    assert (french.id, french.digest, french.facts) == (english.id, english.digest, english.facts)
    assert in_language(english, "de") is english


def test_a_bundle_holds_the_translations(tmp_path: Path) -> None:
    loaded = load(dump(bilingual(tmp_path)))
    assert isinstance(loaded, Policy)
    assert in_language(loaded, "fr").title == "Une petite politique"


def test_a_file_has_a_language_of_its_own(tmp_path: Path) -> None:
    head = HEAD + "language: fr\n"
    policy = compiled(tmp_path, head.replace("title: A small", "title: Une petite"), FACTS, OFFICE, DUTY)
    assert policy.duties[0].says == "répondre au client"
    assert in_language(policy, "en").duties[0].says == "answer the customer"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("{en: answer the customer, fr: répondre au client}", "{fr: répondre au client}", "CP377"),
        ("fr: répondre au client", "de: dem Kunden antworten", "CP379"),
        ("{en: answer the customer, fr: répondre au client}", "answer the customer", "CP379"),
    ],
)
def test_texts_that_are_not_said_are_told(tmp_path: Path, before: str, after: str, code: str) -> None:
    found = checked(tmp_path, HEAD.replace(*TITLE), FACTS, OFFICE, RULES, DUTY.replace(before, after))
    assert code in codes(found)
    assert code not in codes(checked(tmp_path, HEAD.replace(*TITLE), FACTS, OFFICE, RULES, DUTY))


def test_one_text_is_not_translated_in_two_ways(tmp_path: Path) -> None:
    other = DUTY.replace("timeframes:", "").replace("  answer:", "  reply:").replace("au client", "à la cliente")
    found = checked(tmp_path, HEAD.replace(*TITLE), FACTS, OFFICE, RULES, DUTY, other.lstrip("\n"))
    (told,) = (item for item in found.diagnostics if item.code.number == "CP378")
    assert told.related


def test_the_command_line_answers_in_a_language_of_the_policy(tmp_path: Path, capfd: Any) -> None:
    policy, cases = tmp_path / "p.yaml", tmp_path / "c.json"
    policy.write_text("".join((HEAD.replace(*TITLE), FACTS, OFFICE, RULES, DUTY)), "utf-8")
    case = {"id": "c", "facts": {"vulnerable": True}, "events": [{"type": "received", "at": "2026-06-01T10:00:00Z"}]}
    cases.write_text(json.dumps(case), "utf-8")
    line = ("evaluate", "-p", str(policy), "-c", str(cases), "--as-of", "2026-06-02T10:00:00Z", "--format", "json")
    english, french = (json.loads(in_this_process(capfd, *line, *more).out) for more in ((), ("--language", "fr")))
    assert (english["duties"][0]["says"], french["duties"][0]["says"]) == ("answer the customer", "répondre au client")
    english["duties"][0]["says"] = french["duties"][0]["says"]
    english["decisions"]["severity"]["because"] = french["decisions"]["severity"]["because"]
    assert english == french
    told = in_this_process(capfd, *line, "--language", "de")
    assert told.code == 2
    assert "its texts are also in fr" in told.err
