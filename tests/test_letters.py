"""Letters and notifications of a policy: which files may be templates, and what nobody would ever be told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Policy

POLICY = """\
complaint_policy: 1
id: shop
title: Complaints policy of a shop
version: "1"
owner: the owner
in_force: {from: 2026-01-01}
facts: {amount: {type: number, says: what the complaint is about}}
intake: {record: [amount]}
calendars:
  shop: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
timeframes:
  answer:
    due: 10 business days from received
    done_by: final_response
"""
LETTER = "communications:\n  reply: {template: letters/reply.md}\n"


def told(folder: Path, *parts: str) -> list[str]:
    (folder / "policy.yaml").write_text(POLICY + "".join(parts), "utf-8")
    return [f"{one.code.number} {one.message}" for one in check_file(folder / "policy.yaml").diagnostics]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    (tmp_path / "policies" / "letters").mkdir(parents=True)
    return tmp_path / "policies" / "letters" / "reply.md"


def test_a_letter_stands_in_the_bundle_and_is_read_from_it(letter: Path) -> None:
    letter.write_text("Dear {{ given.name }}, we looked at {{ facts.amount }}.\n", "utf-8")
    assert told(letter.parents[1], LETTER) == []
    policy = check_file(letter.parents[1] / "policy.yaml").policy
    assert policy is not None
    again = load(dump(policy))
    assert isinstance(again, Policy)
    assert again.communications == policy.communications
    assert again.communications[0].templates == (("en", letter.read_text("utf-8")),)


def test_what_a_cached_policy_depends_on_holds_the_templates(letter: Path) -> None:
    letter.write_text("Dear {{ given.name }}.\n", "utf-8")
    told(letter.parents[1], LETTER)
    checked = check_file(letter.parents[1] / "policy.yaml")
    assert [file.name for file in checked.files] == ["policy.yaml", "reply.md"]
    assert checked.sources[str(checked.files[1])] == letter.read_text("utf-8")


@pytest.mark.parametrize(
    "written", ["../secret.md", "/etc/hostname", "letters\\\\reply.md", "C:reply.md", "letters/.."]
)
def test_only_a_file_beside_the_policy_is_a_template(letter: Path, written: str) -> None:
    (letter.parents[2] / "secret.md").write_text("secret", "utf-8")
    found = told(letter.parents[1], f'communications:\n  reply: {{template: "{written}"}}\n')
    assert [one.partition(" ")[0] for one in found] == ["CP850"]


def test_a_link_that_leads_out_of_the_folder_is_no_template(letter: Path) -> None:
    (letter.parents[2] / "secret.md").write_text("secret", "utf-8")
    os.symlink(letter.parents[2] / "secret.md", letter)
    assert told(letter.parents[1], LETTER) == ["CP850 `letters/reply.md` leads out of the folder of the policy"]


def test_a_folder_is_no_template(letter: Path) -> None:
    letter.mkdir()
    assert told(letter.parents[1], LETTER) == ["CP850 `letters/reply.md` is no file"]


def test_a_template_in_another_encoding_is_told_at_its_place(letter: Path) -> None:
    letter.write_bytes("Sehr geehrte Frau Müller".encode("latin-1"))
    assert [one.partition(" ")[0] for one in told(letter.parents[1], LETTER)] == ["CP103"]


def test_a_letter_is_said_in_the_language_of_its_file(letter: Path) -> None:
    letter.write_text("Bonjour.\n", "utf-8")
    found = told(letter.parents[1], "communications:\n  reply: {template: {fr: letters/reply.md}}\n")
    assert [one.partition(" ")[0] for one in found] == ["CP377"]


@pytest.mark.parametrize("upon", ["warning", "due_again", "escalation"])
def test_what_nothing_brings_about_is_never_told(tmp_path: Path, upon: str) -> None:
    found = told(tmp_path, f"notifications:\n  soon: {{upon: [breach, {upon}], to: owner}}\n")
    assert [one.partition(":")[0] for one in found] == [f"CP857 the notification `soon` never comes upon `{upon}`"]


MORE = """\
  progress:
    due: every 10 business days from received while open
    done_by: update_sent
    warn: [50%]
escalation:
  tiers:
    - {id: front, owner: desk}
    - {id: boss, owner: owner}
  moves:
    later: {after: 5 business days, go: up}
"""


@pytest.mark.parametrize("upon", ["warning", "due_again", "escalation", "breach", "correction"])
def test_what_something_brings_about_is_not_warned_of(tmp_path: Path, upon: str) -> None:
    found = told(tmp_path, MORE, f"notifications:\n  soon: {{upon: {upon}, to: owner}}\n")
    assert not [one for one in found if one.startswith(("CP2", "CP857"))]
