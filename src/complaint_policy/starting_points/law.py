"""Answers every question of the chosen packs of law: facts of one's own for theirs, settings, tiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Final, NamedTuple

from complaint_policy.case import Field
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.compiling.asked import Question
from complaint_policy.policy.layout.values import written
from complaint_policy.starting_points.answers import Answers

Asked = Mapping[str, tuple[Question, ...]]


_LONGEST_LINE: Final = 108


class OwnFact(NamedTuple):
    """A fact that the organisation declares since a pack asks for it, as its file writes it after the colon."""

    name: str
    type: FactType
    text: str


class LawPart(NamedTuple):
    """What a policy says of its packs: the `law:` section, and the facts that it declares for them."""

    law: str
    facts: tuple[OwnFact, ...]


def unanswered(asked: Asked, answers: Answers) -> list[tuple[str, Question]]:
    """The settings that packs ask for without a default, and that have no answer yet and cannot be derived."""
    return [
        (pack, one)
        for pack, questions in asked.items()
        for one in questions
        if one.kind == "settings" and one.needed and _setting(pack, one, answers) is None
    ]


def law_part(answers: Answers, asked: Asked, taken: Mapping[str, FactType]) -> LawPart:
    """The answers to what packs ask; `taken` are the facts that the policy has already, by name.

    A fact of the same name and type is the same fact; one of the same name alone gets the pack's id in front.
    """
    if not answers.packs:
        return LawPart("", ())
    facts: dict[str, OwnFact] = {}
    lines = ["law:"]
    for pack in dict.fromkeys((*answers.packs, *asked)):
        answered = list(_answers(pack, asked.get(pack, ()), answers, taken, facts))
        lines += [f"  {pack}:", *answered] if answered else [f"  {pack}: {{}}"]
    return LawPart("\n".join(lines) + "\n\n", tuple(facts.values()))


def _answers(
    pack: str,
    questions: Iterable[Question],
    answers: Answers,
    taken: Mapping[str, FactType],
    facts: dict[str, OwnFact],
) -> Iterator[str]:
    for kind in ("facts", "settings", "tiers"):
        some = [one for one in questions if one.kind == kind]
        pairs = [(one.name, answer) for one in some if (answer := _answer(pack, one, answers, taken, facts))]
        if pairs:
            yield f"    {kind}:"
            yield from (f"      {name}: {written(answer, False)}" for name, answer in pairs)


def _answer(
    pack: str, one: Question, answers: Answers, taken: Mapping[str, FactType], facts: dict[str, OwnFact]
) -> str | None:
    if one.kind == "settings":
        return _setting(pack, one, answers)
    if one.kind == "tiers":
        return _tier(one, answers)
    assert one.field is not None, "a question for a fact says what it holds"
    return _fact(pack, one.name, one.field, taken, facts)


def _fact(pack: str, name: str, field: Field, taken: Mapping[str, FactType], facts: dict[str, OwnFact]) -> str:
    if taken.get(name) == field.type:
        return name
    own = name if name not in taken and name not in facts else f"{pack.replace('-', '_')}_{name}"
    facts[own] = OwnFact(own, field.type, _declared(field))
    return own


def _declared(field: Field) -> str:
    """The fact with the pack's words, in the style of a file."""
    type = field.type
    parts = [f"type: {type.kind}"]
    if type.choices:
        parts.append(f"choices: [{', '.join(type.choices)}]")
    if type.currency:
        parts.append(f"currency: {type.currency}")
    if type.kind in ("number", "money") and type.scale:
        parts.append(f"scale: {type.scale}")
    if type.largest != 10**12:
        parts.append(f"largest: {type.largest}")
    if field.default is not None and type.kind in ("boolean", "choice", "text"):
        default = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        parts.append(f"default: {written(default, True) if type.kind == 'text' else default}")
    if field.sensitive:
        parts.append("sensitive: true")
    says = " ".join(field.says.split())
    if len(says) > _LONGEST_LINE:
        lines = wrap(says, _LONGEST_LINE, break_long_words=False, break_on_hyphens=False)
        return "\n" + "\n".join(
            [*(f"    {part}" for part in parts), "    says: >-", *(f"      {one}" for one in lines)]
        )
    if says:
        parts.append(f"says: {written(says, True)}")
    return f" {{{', '.join(parts)}}}"


def _setting(pack: str, one: Question, answers: Answers) -> str | None:
    """What was answered; else, for what has no default, what the opening hours say."""
    given = answers.settings.get((pack, one.name))
    if given is not None or not one.needed:
        return given
    if one.type == "calendar":
        return "office"
    return max(window.split("-")[1] for _, window in answers.hours) if one.type == "time" else None


def _tier(one: Question, answers: Answers) -> str:
    """The tier of the same name, which for one outside of the organisation there is; else the highest."""
    return one.name if one.outside or one.name in answers.tiers else answers.tiers[-1]
