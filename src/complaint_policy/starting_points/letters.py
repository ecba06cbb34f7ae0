"""The letters of a first policy: plain ones in its language, with passages for all that its packs ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Final, NamedTuple

from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.layout.values import written
from complaint_policy.policy.lint_letters import asked_of_letter
from complaint_policy.policy.messages import Communication
from complaint_policy.policy.model import Policy

FOLDER: Final = "letters"
LETTERS: Final = (
    Communication("acknowledgement", sent_by="acknowledged", content=("reference", "contact")),
    Communication("update", sent_by="update_sent", content=("reference", "progress", "next_step")),
    Communication("delay-notice", sent_by="update_sent", content=("why_late", "expected_date")),
    Communication("final-response", sent_by="decision_communicated", content=("decision", "reasons")),
    Communication("feedback-request", sent_by="feedback_requested", content=("reference", "questions")),
)
"""What each is sent as and gives; its words stand in `letters/`."""


class Letters(NamedTuple):
    """The letters, and the text of each template by its file."""

    letters: tuple[Communication, ...]
    texts: Mapping[str, str]

    def end_with(self, event: str) -> bool:
        """Whether sending one of them is such an event."""
        return any(one.sent_by == event for one in self.letters)

    def section(self, said: Mapping[str, str]) -> str:
        """The section `communications`, in the words of a language."""
        lines = ["communications:"]
        for one in self.letters:
            key = one.id.replace("-", "_")
            lines += [
                f"  {one.id}:",
                f"    says: {written(said[f'letter_{key}'], False)}",
                f"    template: {FOLDER}/{one.id}.md",
                f"    subject: {written(said[f'subject_{key}'], False)}",
                f"    sent_by: {one.sent_by}",
                f"    content: [{', '.join(one.content)}]",
            ]
        return "\n".join(lines) + "\n"


def first_letters(language: str) -> Letters:
    """The letters as they stand in every first policy."""
    folder = files(__package__).joinpath(FOLDER, language)
    texts = {f"{FOLDER}/{one.id}.md": folder.joinpath(f"{one.id}.md").read_text("utf-8") for one in LETTERS}
    return Letters(LETTERS, texts)


def with_all_asked(letters: Letters, policy: Policy) -> Letters:
    """The letters with a passage for each item that a duty of the policy asks of them and that they have not.

    Where law asks for a `final_response`, the last letter is one.
    """
    final = any(act.event == "final_response" for duty in policy.duties for act in events_in(duty.done_by))
    found, texts = [], dict(letters.texts)
    for letter in letters.letters:
        letter = replace(letter, sent_by="final_response") if final and letter.id == "final-response" else letter
        asked = asked_of_letter(policy, letter)
        name = f"{FOLDER}/{letter.id}.md"
        texts[name] = _with_passages(texts[name], asked)
        found.append(replace(letter, content=(*letter.content, *asked)))
    return Letters(tuple(found), texts)


def _with_passages(text: str, asked: Mapping[str, bool]) -> str:
    """The template with a paragraph for each item, before the closing words; one that only some cases need is left out
    where nobody writes it."""
    passages = []
    for item, always in asked.items():
        passage = f"{{% mention {item} %}}{{{{ given.{item} }}}}{{% endmention %}}\n"
        passages.append(passage if always else f"{{% if given.{item} %}}{passage.rstrip()}{{% endif %}}\n")
    body, closing, name = text.rstrip("\n").rsplit("\n\n", 2)
    return "\n\n".join([body, *(passage.rstrip("\n") for passage in passages), closing, name]) + "\n"
