"""Letters of a policy about a case: a draft from its template, and what the text that goes out gives."""

from __future__ import annotations

from collections.abc import Mapping

from complaint_policy.case import Case
from complaint_policy.casework.letter_formats import as_plain, one_line, settled
from complaint_policy.casework.letter_marks import Text, gap, marked, read_marked
from complaint_policy.casework.letter_values import values_of
from complaint_policy.casework.spoken import spoken_in
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic, nearest
from complaint_policy.evaluation.engine import Engine, evaluate
from complaint_policy.policy.messages import Communication
from complaint_policy.policy.model import Policy
from complaint_policy.policy.translation import in_language
from complaint_policy.records import dataclass
from complaint_policy.templates import NotFilled, fill, read_template

NO_LETTER = Code(
    "CP921",
    "a letter that the policy does not have",
    "Letters stand under `communications` in the policy, each with its template, in the languages that `template`"
    " names.",
)
NOT_WRITTEN = Code(
    "CP922",
    "a letter that cannot be filled in",
    "A template goes over lists, compares and prints what is known of the case. What this case holds does not fit it.",
)
NOT_ASKED = Code(
    "CP923",
    "a passage that the letter does not ask for",
    "What somebody writes for one letter has the names that its template asks for, `given.NAME`. Another name is mostly"
    " a slip of the pen, and its text would be nowhere in the letter.",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as its template makes it: Markdown with marks around the passages (`letter_marks`).

    asks: the names of what a person writes for it.
    """

    communication: Communication
    language: str
    subject: str
    marked: str
    asks: tuple[str, ...]

    @property
    def text(self) -> Text:
        """The text without marks, and what it gives."""
        return read_marked(self.marked)


def letter_named(policy: Policy, name: str) -> Communication | Diagnostic:
    """The letter of that id; else what is wrong with the name."""
    known = {one.id: one for one in policy.communications}
    if name in known:
        return known[name]
    near = nearest(name, known)
    listed = ", ".join(f"`{one}`" for one in known)
    help = f"did you mean `{near}`?" if near else f"there are {listed}" if known else "add it under `communications`"
    return diagnostic(NO_LETTER, f"`{policy.id}` has no letter `{name}`", None, help)


def drafted(
    engine: Engine,
    case: Case,
    as_of: int,
    letter: Communication,
    given: Mapping[str, str],
    language: str | None = None,
) -> Draft | Diagnostic:
    """The letter about a case as of a moment (UTC seconds), in the language of the policy or another of its template.

    given: what is written for this letter alone, by the names of its template. What is not known stays as a gap.
    """
    templates = dict(letter.templates)
    if not templates:
        help = "add `template:` with a file beside the policy"
        return diagnostic(NO_LETTER, f"the letter `{letter.id}` has no template", None, help)
    chosen = language or next(iter(templates))
    if chosen not in templates:
        help = f"there is {', '.join(f'`{one}`' for one in templates)}"
        return diagnostic(NO_LETTER, f"the letter `{letter.id}` is not written in `{chosen}`", None, help)
    asks = asked_of_writer(letter, chosen)
    for name in given:
        if name not in asks:
            return _not_asked(letter, name, asks)
    spoken = spoken_in(chosen)
    if isinstance(spoken, Diagnostic):
        return spoken
    told = in_language(engine.policy, chosen)
    values = values_of(engine, told, case, evaluate(engine, case, as_of), spoken, given)
    subject = next((one.subject for one in told.communications if one.id == letter.id), letter.subject)
    try:
        filled = fill(templates[chosen], values, escape=as_plain, gap=gap, wrap=marked)
        line = fill(subject, values, gap=gap)
    except NotFilled as problem:
        help = "ask about it with `if` in the template, or correct the case"
        return diagnostic(NOT_WRITTEN, f"the letter `{letter.id}` cannot be written: {problem}", None, help)
    return Draft(letter, chosen, one_line(line.text), settled(filled.text), asks)


def _not_asked(letter: Communication, name: str, asks: tuple[str, ...]) -> Diagnostic:
    near = nearest(name, asks)
    listed = ", ".join(f"`{one}`" for one in asks) or "nothing"
    help = f"did you mean `{near}`?" if near else f"it asks for {listed}"
    return diagnostic(NOT_ASKED, f"the letter `{letter.id}` has no passage `{name}` to write", None, help)


def asked_of_writer(letter: Communication, language: str) -> tuple[str, ...]:
    """The names of what somebody writes for a letter, in the order in which its template asks for them."""
    texts = [letter.subject, dict(letter.templates)[language]]
    values = [value for text in texts for value in read_template(text).values]
    return tuple(dict.fromkeys(value.name for value in values if value.root == "given"))
