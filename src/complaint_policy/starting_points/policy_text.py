"""Writes the policy file of a first policy: the template with the answers put in, before its layout is made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final

from complaint_policy.policy.compiling.asked import Question
from complaint_policy.policy.layout.values import written
from complaint_policy.starting_points.answers import Answers
from complaint_policy.starting_points.law import Asked, LawPart
from complaint_policy.starting_points.letters import Letters
from complaint_policy.starting_points.places import round_amount

_IN_FLOW: Final = frozenset(
    ("relationship", "vulnerable", "harm", "amount_claimed", "no_relationship", "redirect", "rejected")
)
"""Texts that stand between braces in the template, where commas and colons need quotes."""

Said = Mapping[str, str]


def said_in(language: str) -> Said:
    """The texts of a first policy in a language."""
    return _texts(language)


@cache
def _texts(language: str) -> Said:
    texts: Said = json.loads(files(__package__).joinpath("texts", f"{language}.json").read_text("utf-8"))
    return texts


def template(name: str) -> Template:
    """A file of this package with places for values."""
    return Template(files(__package__).joinpath(name).read_text("utf-8"))


_DECISION: Final = "{decision_communicated: [decision, reasons]}"
_EITHER: Final = "{any_of: [{decision_communicated: [decision, reasons]}, {final_response: [decision, reasons]}]}"


def policy_text(answers: Answers, part: LawPart, asked: Asked, letters: Letters) -> str:
    """The policy as YAML, its layout not yet canonical."""
    said = said_in(answers.language)
    texts = {key: written(text, key in _IN_FLOW) for key, text in said.items()}
    outside = _outside(asked)
    small, large = (round_amount(hundreds, answers.currency) for hundreds in (5, 50))
    values = {
        "start": said["start"],
        "id": answers.id,
        "title": written(said["title"].format(name=answers.name), False),
        "language": answers.language,
        "owner": written(answers.owner or said["owner"], False),
        "from_day": answers.in_force.isoformat(),
        "law": part.law,
        "pack_facts": "".join(f"  {fact.name}:{fact.text}\n" for fact in part.facts),
        "currency": answers.currency,
        "zone": answers.zone,
        "hours": ", ".join(f'{days}: "{window}"' for days, window in answers.hours),
        "holidays": _holidays(answers),
        "levels": " > ".join(answers.levels),
        "severity_table": _indented(_severity_rows(answers.levels, said, small, large)),
        "lowest": answers.levels[-1],
        "acknowledge_length": answers.acknowledge,
        "answer_due": _answer_due(answers),
        "tier_table": _indented(_tier_rows(answers, said, outside)),
        "outside": f"  outside: [{', '.join(outside)}]\n" if outside else "",
        "moves": _moves(answers, said, outside),
        "large_amount": str(large),
        "answer_done_by": _EITHER if letters.end_with("final_response") else _DECISION,
        "letters": letters.section(said),
    }
    return template("policy.template.yaml").substitute(texts | values)


def _holidays(answers: Answers) -> str:
    return f"country: {answers.country}" + (f", subdivision: {answers.part}" if answers.part else "")


def _answer_due(answers: Answers) -> str:
    """One clock where each level has the same time, a table of clocks where not."""
    if len(set(answers.answer)) == 1:
        return f" {answers.answer[0]} from received"
    pairs = list(zip(answers.levels, answers.answer, strict=True))
    rows = "".join(f"\n        {level}: {length} from received" for level, length in pairs)
    return f"\n      by: severity\n      values:{rows}"


def _indented(rows: Iterator[tuple[str, ...]]) -> str:
    return "\n".join(f"      {' | '.join(row)}" for row in rows)


def _severity_rows(levels: tuple[str, ...], said: Said, small: int, large: int) -> Iterator[tuple[str, ...]]:
    """Harm is the most severe; what concerns a vulnerable person or much money follows; the rest is the lowest."""
    second, third = levels[min(1, len(levels) - 2)], levels[min(2, len(levels) - 2)]
    yield "id", "harm", "vulnerable", "amount_claimed", "then", "because"
    yield "harm", "yes", "-", "-", levels[0], said["risk_of_harm"]
    yield "vulnerable-loss", "-", "yes", f"> {small}", second, said["vulnerable_large"]
    yield "large", "-", "-", f"> {large}", second, said["large"]
    if len(levels) > 3:
        yield "vulnerable", "-", "yes", "-", third, said["is_vulnerable"]


def _tier_rows(answers: Answers, said: Said, outside: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The lowest tier takes the least severe cases, the highest the most severe; each may offer more than the last."""
    tiers, levels = answers.tiers, answers.levels
    takes: dict[str, list[str]] = {tier: [] for tier in tiers}
    for place, level in enumerate(reversed(levels)):
        takes[tiers[place * (len(tiers) - 1) // (len(levels) - 1)]].append(level)
    yield "id", "owner", "redress up to", "takes at first"
    for place, tier in enumerate(tiers):
        top = place == len(tiers) - 1
        limit = "any" if top else f"{round_amount((5, 50, 200)[place], answers.currency)} {answers.currency}"
        yield tier, said["team"].format(tier=tier.replace("-", " ")), limit, ", ".join(takes[tier]) or "-"
    for tier, owner in outside.items():
        yield tier, owner or "-", "-", "-"


def _moves(answers: Answers, said: Said, outside: Mapping[str, str]) -> str:
    low, top = answers.tiers[0], answers.tiers[-1]
    because = {key: written(said[key], True) for key in ("rejected", "stuck")}
    late = written(said["unacknowledged"], True)
    lines = [
        f"    rejected: {{each: offer_rejected, go: up, because: {because['rejected']}}}",
        f"    stuck: {{after: 5 business days, in: {low}, go: up, because: {because['stuck']}}}",
        f"    unacknowledged: {{missed: acknowledge, go: {top}, because: {late}}}",
    ]
    lines += [f"    referred: {{each: referred, go: {next(iter(outside))}}}"] if outside else []
    return "  moves:\n" + "\n".join(lines) + "\n"


def _outside(asked: Asked) -> dict[str, str]:
    """Tiers that packs have outside of the organisation: each with the words that its pack has for who it is."""
    found: dict[str, str] = {}
    for one in (one for questions in asked.values() for one in questions if _is_outside(one)):
        found.setdefault(one.name, one.words.partition(": ")[2].replace("|", "/"))
    return found


def _is_outside(one: Question) -> bool:
    return one.kind == "tiers" and one.outside
