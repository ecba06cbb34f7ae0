"""Reads what is asked: `severity`, `severity=high`, `final-response=met`, `progress@2`, `severity/harm`."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.diagnostics import nearest
from complaint_policy.evaluation.outcome import DutyResult, Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Given
from complaint_policy.reasons.subjects import Subject, answers_of, in_a_word, result_of, subjects_of
from complaint_policy.records import NamedTuple

_MOST_NAMED = 12
_PLAIN = ("duty", "decision", "scope", "tier")


class Unanswerable(Exception):
    """What is asked does not exist, or is asked the wrong way round; the message says what to write instead."""


class Question(NamedTuple):
    """What is asked about, the answer that there is, and the answer that was expected (empty: any other)."""

    subject: Subject
    answer: str
    wanted: str = ""

    def met_by(self, answer: str) -> bool:
        """Whether an answer is what was expected."""
        return answer == self.wanted if self.wanted else answer != self.answer


def why(engine: Engine, evaluation: Evaluation, text: str) -> Question:
    """The question of `--why`. Raises `Unanswerable`."""
    subject, answer, wanted = _read(engine, evaluation, text)
    if wanted not in ("", answer):
        name = subject.text
        raise Unanswerable(f"`{name}` is {answer}, not {wanted}: ask `--why-not {name}={wanted}`")
    return Question(subject, answer)


def why_not(engine: Engine, evaluation: Evaluation, text: str) -> Question:
    """The question of `--why-not`. Raises `Unanswerable`."""
    subject, answer, wanted = _read(engine, evaluation, text)
    if wanted == answer:
        raise Unanswerable(f"`{subject.text}` is {answer}: ask `--why {subject.text}`")
    return Question(subject, answer, wanted)


def _read(engine: Engine, evaluation: Evaluation, text: str) -> tuple[Subject, str, str]:
    name, equals, wanted = text.partition("=")
    name, _, occurrence = name.strip().partition("@")
    subject = _named(engine, evaluation, name)
    if occurrence or subject.kind == "duty":
        subject = subject._replace(occurrence=_occurrence(evaluation, subject, occurrence))
    answer = in_a_word(engine, subject, result_of(engine, evaluation, subject))
    return subject, answer, _answer(engine, subject, wanted) if equals else ""


def _named(engine: Engine, evaluation: Evaluation, name: str) -> Subject:
    """By its whole name, or by the end of it where only one thing is called so."""
    known = subjects_of(engine, evaluation)
    if name in known:
        return known[name]
    ending = [one for one in known if one.endswith(f"/{name}")] if name else []
    if len(ending) == 1:
        return known[ending[0]]
    if ending:
        raise Unanswerable(f"`{name}` is the name of several: write {_or(sorted(ending))}")
    if any(one.field.name == name and isinstance(one.source, Given) for one in engine.policy.facts):
        raise Unanswerable(f"`{name}` is told by the case: ask about what follows from it")
    near = nearest(name, known)
    if near is None:
        last = {one.rpartition("/")[2]: one for one in known}
        near = last.get(nearest(name, last) or "")
    if near is not None:
        raise Unanswerable(f"nothing here is called `{name}`: did you mean `{near}`?")
    plain = [one.text for one in reversed(known.values()) if one.kind in _PLAIN]
    more = ", and more" if len(plain) > _MOST_NAMED else ""
    raise Unanswerable(f"nothing here is called `{name}`: there are {', '.join(plain[:_MOST_NAMED])}{more}")


def _occurrence(evaluation: Evaluation, subject: Subject, named: str) -> str:
    """The id of the occurrence that is meant: the latest, if none is named."""
    found: list[DutyResult] = [one for one in evaluation.duties if one.duty == subject.name]
    ids = [one.occurrence for one in found]
    if not named:
        return ids[-1] if ids else ""
    if named not in ids:
        there = ", ".join(one for one in ids if one)
        help = f"there are {there}" if there else "it has none"
        raise Unanswerable(f"`{subject.name}` has no occurrence `{named}`: {help}")
    return named


def _answer(engine: Engine, subject: Subject, written: str) -> str:
    known = answers_of(engine, subject)
    for one in (written.strip(), written.strip().replace(" ", "_")):
        if one in known:
            return one
    near = nearest(written.strip(), known)
    help = f"did you mean `{near}`?" if near is not None else f"it can be {_or(known)}"
    raise Unanswerable(f"`{subject.text}` cannot be `{written.strip()}`: {help}")


def _or(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
