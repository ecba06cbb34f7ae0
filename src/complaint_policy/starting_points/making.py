"""Makes the files of a first policy from the answers, checked before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.compiling.packs import Brought, none_brought
from complaint_policy.policy.layout.formatting import formatted
from complaint_policy.policy.schema_files import schema_text
from complaint_policy.starting_points.answers import Answers
from complaint_policy.starting_points.cases_text import cases_text, moment_of_cases
from complaint_policy.starting_points.examples_text import examples_text
from complaint_policy.starting_points.law import Asked, LawPart, law_part
from complaint_policy.starting_points.letters import FOLDER, LETTERS, Letters, first_letters, with_all_asked
from complaint_policy.starting_points.places import country_name, part_name
from complaint_policy.starting_points.policy_text import policy_text, said_in, template

POLICY = "policy.yaml"
CASES = "cases.yaml"
EXAMPLES = "examples.yaml"
README = "README.md"
SCHEMA = ".schemas/policy.schema.json"
SCHEMA_OF_EXAMPLES = ".schemas/examples.schema.json"
FILES = (POLICY, CASES, EXAMPLES, *(f"{FOLDER}/{one.id}.md" for one in LETTERS), README, SCHEMA, SCHEMA_OF_EXAMPLES)
"""What a first policy is made of, by its place in the folder."""


@dataclass(frozen=True, slots=True)
class Made:
    """The files by name, none of them written; `files` is empty where `checked` has errors. `moment`: for the cases."""

    files: dict[str, str]
    checked: Checked
    moment: str = ""


def asked_by(answers: Answers, folder: Path, brought: Brought = none_brought) -> Asked:
    """What the chosen packs, and those that they extend, ask of a policy in `folder`."""
    if not answers.packs:
        return {}
    bare = LawPart("law:\n" + "".join(f"  {pack}: {{}}\n" for pack in answers.packs) + "\n", ())
    letters = first_letters(answers.language)
    return _checked(policy_text(answers, bare, {}, letters), folder, brought, letters).asked


def make(answers: Answers, folder: Path, brought: Brought = none_brought) -> Made:
    """The files of a policy in `folder`, which need not be there yet; `brought` are the packs of plugins."""
    asked = asked_by(answers, folder, brought)
    letters = first_letters(answers.language)
    text = policy_text(answers, LawPart("", ()), {}, letters)
    checked = _checked(text, folder, brought, letters)
    if answers.packs and checked.policy is not None:
        part = law_part(answers, asked, {fact.field.name: fact.field.type for fact in checked.policy.facts})
        checked = _checked(policy_text(answers, part, asked, letters), folder, brought, letters)
        if checked.policy is not None:
            letters = with_all_asked(letters, checked.policy)
            text = policy_text(answers, part, asked, letters)
            checked = _checked(text, folder, brought, letters)
    if checked.policy is None:
        return Made({}, checked)
    text = formatted(text, POLICY, checked)
    if checked.diagnostics:  # their places are to be those of the text that is written
        checked = _checked(text, folder, brought, letters)
    assert checked.policy is not None, "layout makes no mistakes"
    moment = moment_of_cases(answers, checked.policy)
    files = {
        POLICY: text,
        CASES: cases_text(answers, checked.policy),
        EXAMPLES: examples_text(answers, checked.policy),
        **letters.texts,
        README: _readme(answers, moment),
        SCHEMA: schema_text("policy"),
        SCHEMA_OF_EXAMPLES: schema_text("examples"),
    }
    return Made(files, checked, moment)


def _checked(text: str, folder: Path, brought: Brought, letters: Letters) -> Checked:
    beside = {name: letter.encode() for name, letter in letters.texts.items()}
    return check_file(folder / POLICY, data=text.encode(), brought=brought, beside=beside)


def _readme(answers: Answers, moment: str) -> str:
    place = country_name(answers.country)
    if answers.part:
        place = f"{part_name(answers.country, answers.part)}, {place}"
    law = ""
    if answers.packs:
        law = (
            "\n`law:` in the policy names the packs of law that it extends. What they ask is answered by facts of the"
            "\nsame meaning in `facts`: put conditions on what you know of a complaint in their place.\n"
        )
    values = {"title": said_in(answers.language)["title"].format(name=answers.name), "number": "six", "moment": moment}
    return template("readme.template.md").substitute(values, law=law, place=place, zone=answers.zone)
