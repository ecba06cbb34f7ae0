"""Letters, holds and erasing on the command line, from a first draft to what is left of a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.case_reader.moments import moment_of
from complaint_policy.cli import stores
from tests.cli_runs import Told, in_this_process

POLICY = """\
complaint_policy: 1
id: shop
title: Complaints policy of a shop
version: "1"
owner: the owner
in_force: {from: 2026-01-01}
facts: {amount: {type: money, currency: EUR, says: what is asked for}}
intake: {record: [amount]}
calendars:
  shop: {zone: Europe/Dublin, hours: {mon-fri: "09:00-17:00"}}
requirements:
  answer:
    citation: Example Act 4
    says: answer with reasons
    due: 10 business days from received
    done_by: {final_response: [decision, reasons]}
records:
  keep-file: {citation: Example Act 9, keep: {from: received, at_least: 1 year, at_most: 3 years}}
communications:
  answer:
    says: what we have decided
    template: {en: letters/answer.md, fr: letters/reponse.md}
    subject: {en: "Your complaint {{ case.id }}", fr: "Votre plainte {{ case.id }}"}
    sent_by: final_response
    content: [decision, reasons]
"""
ANSWER = """\
Dear {{ given.name }}, you asked for {{ facts.amount }}.

{% mention decision %}We have decided: {{ given.decision }}{% endmention %}

{% mention reasons %}{{ given.reasons }}{% endmention %}
"""
REPONSE = """\
{% mention decision %}{{ given.decision }}{% endmention %} {% mention reasons %}{{ given.reasons }}{% endmention %}
"""


SENT = "2026-06-01T12:00+01:00"
WRITTEN = (
    *("letter", "C-1", "answer", "--set", "name=A", "--set", "decision=b", "--set", "reasons=c"),
    *("--sent-at", SENT),
)


class Desk:
    """A desk with a store, at a moment that the test says."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._capfd, self._patch, self.folder = capfd, monkeypatch, folder
        monkeypatch.chdir(folder)
        for name, value in (("STORE", "sqlite:///cases.db"), ("ACTOR", "ann"), ("ROLE", "handler")):
            monkeypatch.setenv(f"COMPLAINT_POLICY_{name}", value)
        (folder / "letters").mkdir()
        (folder / "letters" / "answer.md").write_text(ANSWER, "utf-8")
        (folder / "letters" / "reponse.md").write_text(REPONSE, "utf-8")
        (folder / "policy.yaml").write_text(POLICY, "utf-8")
        self.now("2026-06-01T12:00:00+01:00")
        assert self.run("policy", "adopt", "policy.yaml").code == 0
        assert self.run("case", "open", "C-1", "amount=12.50", "--received", "2026-06-01T10:00+01:00").code == 0

    def now(self, moment: str) -> None:
        self._patch.setattr(stores, "clock", lambda: moment_of(moment))

    def run(self, *arguments: str) -> Told:
        return in_this_process(self._capfd, *arguments)


@pytest.fixture
def desk(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    return Desk(capfd, monkeypatch, tmp_path)


def test_a_letter_from_its_draft_to_the_log_of_an_erased_case(desk: Desk) -> None:
    draft = desk.run("case", "letter", "C-1", "answer", "--set", "name=Ada <b>", "--marked", "-o", "answer.md")
    assert draft.err == "still to be written: `given.decision`, `given.reasons`\n"
    text = (desk.folder / "answer.md").read_text("utf-8")
    assert text.startswith("Dear Ada \\<b\\>, you asked for €12.50.\n\n<!-- mention: decision -->We have")
    written = text.replace("[[given.decision]]", "you are right.").replace("[[given.reasons]]", " ")
    (desk.folder / "answer.md").write_text(written, "utf-8")
    send = ("case", "letter", "C-1", "answer", "outcome=upheld", "--text", "answer.md", "--sent-at", SENT)
    refused = desk.run(*send)
    assert refused.code == 6
    assert "does not give `reasons`; `answer` (Example Act 4, must) asks for it: answer with reasons" in refused.err
    assert "say why with `--incomplete`" in refused.err
    sent = desk.run(*send, "--confirms", "reasons", "--format", "html")
    assert sent.code == 0, sent.err
    assert sent.err == "C-1: final response was recorded, with decision, reasons\n"
    assert "<p>We have decided: you are right.</p>" in sent.out
    assert "<!-- mention" not in sent.out
    assert desk.run("case", "letters", "C-1").out.startswith("1  Mon 1 Jun 2026 12:00  answer, by ann (handler)\n")
    assert desk.run("case", "letters", "C-1", "1", "--format", "text").out.startswith(
        "Your complaint C-1\n\nDear Ada <b>,"
    )
    assert desk.run("case", "letters", "C-1", "2").code == 2
    assert "letter answer sent" in desk.run("case", "timeline", "C-1").out
    assert desk.run("monitor", "--once").code == 0
    desk.now("2027-06-02T00:00:00+01:00")
    early = desk.run("case", "erase", "C-1", "--reason", "asked for")
    assert (early.code, "CP930" in early.err, "CP929" in early.err) == (6, True, False)
    assert desk.run("case", "event", "C-1", "closed", "--at", "2026-07-01T10:00+01:00").code == 0
    assert desk.run("case", "hold", "C-1", "--reason", "claim 17", "--role", "legal").out == "C-1 is held\n"
    assert "held since Wed 2 Jun 2027 by ann (legal): claim 17\n" in desk.run("case", "show", "C-1").out
    assert desk.run("case", "erase", "--due").out == "0 cases erased\n"
    assert desk.run("case", "hold", "C-1", "--reason", "settled", "--lift").out == "C-1 is held no more\n"
    assert desk.run("case", "erase", "--due", "--dry-run").out == "C-1 may be erased\n1 case may be erased\n"
    assert desk.run("case", "erase", "--due").out == "C-1 was erased\n1 case erased\n"
    closing = ("event", "C-1", "closed", "--at", SENT)
    for command in (("show", "C-1"), ("letters", "C-1"), ("note", "C-1", "x"), closing):
        told = desk.run("case", *command)
        assert told.code == 6, command
        assert "CP821" in told.err
        assert "by ann (handler): its time of keeping has passed" in told.err
    assert desk.run("log", "verify").code == 0
    assert "erased" in desk.run("replay", "--case", "C-1").out
    row = json.loads(desk.run("case", "list", "--all", "--format", "json").out)
    assert row["erased_at"].startswith("2027-06-0")
    assert desk.run("case", "erase", "--due").out == "0 cases erased\n"
    assert desk.run("monitor", "--once").code == 0


def test_a_letter_in_another_language_with_its_subject(desk: Desk) -> None:
    (desk.folder / "passages.yaml").write_text("decision: oui\nreasons: |\n  un\n\n  deux\n", "utf-8")
    told = desk.run("case", "letter", "C-1", "answer", "--language", "fr", "--values", "passages.yaml")
    assert (told.out, told.err) == ("# Votre plainte C-1\n\noui un\n\ndeux\n", "")


def test_what_is_over_a_ceiling_is_told_until_it_is_gone(desk: Desk) -> None:
    desk.now("2029-06-02T00:00:00+01:00")
    told = desk.run("case", "erase", "--due")
    assert told.code == 1
    assert told.out.startswith(
        "C-1 may be held only by keep-file to Fri 1 Jun 2029, and cannot be erased: the case `C-1` is open"
    )


MISTAKES = (
    (("letter", "C-1", "answer", "--confirms", "reasons"), "add `--sent-at`"),
    (("letter", "C-1", "answer", "--sent-at", "2030-01-01T00:00Z"), "still to come"),
    (("letter", "C-1", "answer", "--marked", "--format", "html"), "in Markdown"),
    (("letter", "C-1", "answer", "--values", "policy.yaml"), "no list of passages"),
    (("letter", "C-1", "answer", "--text", "cases.db"), "not a text in UTF-8"),
    (("letter", "C-1", "anser"), "did you mean `answer`"),
    (("letter", "C-2", "answer"), "there is no case `C-2`"),
    ((*WRITTEN, "outcome=uphld"), "uphld"),
    (("erase",), "name a case"),
    (("erase", "C-1"), "say why with `--reason`"),
    (("hold", "C-1"), "say why with `--reason`"),
    (("hold", "C-1", "--lift", "--reason", "x"), "is not held"),
)


def test_mistakes_are_told_and_nothing_is_recorded(desk: Desk) -> None:
    before: Any = desk.run("case", "timeline", "C-1").out
    for arguments, said in MISTAKES:
        told = desk.run("case", *arguments)
        assert told.code in (2, 6), arguments
        assert said in told.err, arguments
    assert desk.run("case", "timeline", "C-1").out == before
