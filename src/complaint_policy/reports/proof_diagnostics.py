"""What does not hold for every case, as diagnostics: so that code hosts and build servers show it beside the line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.reports.proof import case_in_words

if TYPE_CHECKING:
    from complaint_policy.rollout.proof.results import Answer

NOT_SO = Code(
    "CP764",
    "something does not hold for every case",
    "`prove` found a case for which it does not, evaluated it, and wrote it to a file: as an example for `test`, and"
    " bare for `evaluate` and `explain`.",
)
UNDECIDED = Code(
    "CP765",
    "nobody can say whether something holds for every case",
    "`prove` could not settle the question, with the reason that it names: more time may help (`--time-limit`), or a"
    " person has to look.",
    "warning",
)
WORSE = Code(
    "CP766",
    "somebody is treated worse than the law allows",
    "A duty of a pack of law, which the policy extends, is breached in a case in which the policy's own answer to it is"
    " not late.",
)
WORSE_THAN_BEFORE = Code(
    "CP776",
    "somebody is treated worse than before",
    "What the policy was would have decided, or would have called late, where the policy as it is does not. A policy"
    " may promise less than it did, if the law allows it, and somebody says so: `--fail-on law`.",
)
OTHERWISE = Code(
    "CP767",
    "cases are answered otherwise than before",
    "A change is meant to change something. Here is a case that shows what, so that somebody can say whether it was"
    " meant.",
    "note",
)


def of_answer(answer: Answer, place: Location, failing: Code = NOT_SO, undecided: Code = UNDECIDED) -> Diagnostic:
    """An answer that is not `holds`; what was asked and the case, in words, are its help."""
    code = undecided if answer.verdict == "undecided" else failing
    return diagnostic(code, doubted(answer), place, "; ".join(reasons_of(answer)))


def doubted(answer: Answer) -> str:
    """What happens where something does not hold, or what is undecided, with what it is about."""
    about = f"{answer.about}: " if answer.about else ""
    if answer.verdict == "undecided":
        return f"{about}undecided: {answer.claim}"
    return about + (answer.because or f"not so: {answer.claim}")


def reasons_of(answer: Answer) -> Iterator[str]:
    """What was asked, or why it is undecided, and the case of a failure in words."""
    if answer.because:
        yield answer.because if answer.verdict == "undecided" else f"not so: {answer.claim}"
    if answer.witness is not None:
        yield from case_in_words(answer.witness)
