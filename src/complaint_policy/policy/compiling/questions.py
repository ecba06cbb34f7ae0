"""What packs ask and nobody answers yet, as a `law:` section to fill in and paste, with the answers that are there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table

from complaint_policy.case import Field
from complaint_policy.conditions.typing import FactType, in_words
from complaint_policy.policy.compiling.asked import Question
from complaint_policy.policy.compiling.binding import Bound, may_replace
from complaint_policy.policy.compiling.draft import Draft, section
from complaint_policy.policy.compiling.facts import SOURCES
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

_KINDS = ("facts", "calendars", "settings", "tiers")
_SETTINGS = {"time": "A_TIME", "length": "A_LENGTH", "calendar": "A_CALENDAR"}


def open_questions(
    asked: Iterable[tuple[list[Bound], list[tuple[Scalar, Node, Field]]]],
) -> dict[str, tuple[Question, ...]]:
    """By pack, what it asks and no file answers; `asked` are the packs, each with the files that extend it and the
    facts that it declares."""
    return {bounds[0].key.text: tuple(_open(bounds, declared)) for bounds, declared in asked}


def law_block(root: Mapping, open_questions: Table[str, tuple[Question, ...]]) -> str:
    """The whole `law:` section of a policy with every open question; empty if no pack asks anything more."""
    if not any(open_questions.values()):
        return ""
    law = root.get("law")
    written = {key.text: body for key, body in law.entries} if isinstance(law, Mapping) else {}
    lines = [
        "# Fill in what stands in capitals; lines that begin with # may stay out. This takes the place of `law:`.",
        "# A fact that you leave out is asked of each case.",
        "law:",
    ]
    for pack in dict.fromkeys([*written, *open_questions]):
        lines += _of_pack(pack, written.get(pack), open_questions.get(pack, ()))
    return "\n".join(lines) + "\n"


def _open(bounds: list[Bound], declared: list[tuple[Scalar, Node, Field]]) -> Iterator[Question]:
    """The questions of one pack that no file answers."""
    answered = {(kind, key.text) for bound in bounds for kind in _KINDS for key, _ in bound.answers(kind)}
    draft = bounds[0].draft
    for question in (*_facts(declared), *_calendars(draft), *_settings(draft), *_tiers(draft)):
        if (question.kind, question.name) not in answered:
            yield question


def _facts(declared: list[tuple[Scalar, Node, Field]]) -> Iterator[Question]:
    for key, node, field in declared:
        if not (isinstance(node, Mapping) and any(node.get(one) for one in SOURCES)):
            answer = "A_CONDITION" if field.type.kind == "boolean" else "A_FACT"
            words = _typed(field.type) + (": " + field.says if field.says else "")
            if field.default is not None:
                words += "; has a default"
            yield Question("facts", key.text, answer, words, field.default is None, field)


def _typed(type: FactType) -> str:
    if type.kind in ("choice", "choices"):
        return f"{'one' if type.kind == 'choice' else 'any'} of {', '.join(type.choices)}"
    currency = f" in {type.currency}" if type.currency else ""
    bounded = f", at most {type.largest:,}" if type.kind in ("number", "money") and type.largest != 10**12 else ""
    return in_words(type.kind) + currency + bounded


def _calendars(draft: Draft) -> Iterator[Question]:
    for key, node in section(draft, "calendars"):
        if may_replace(node):
            words = "your calendar in the place of this one of the pack"
            yield Question("calendars", key.text, "A_CALENDAR", words, False)


def _settings(draft: Draft) -> Iterator[Question]:
    for key, node in section(draft, "settings"):
        setting = draft.settings.get(key.text)
        if setting is None:
            continue
        says = node.get("says") if isinstance(node, Mapping) else None
        words = f"a {setting.type}" + (f": {says.text}" if isinstance(says, Scalar) else "")
        default = setting.answer
        if isinstance(default, Scalar):
            words += f"; {default.text} unless answered"
        answer = _SETTINGS.get(setting.type, "A_VALUE")
        yield Question("settings", key.text, answer, words, default is None, type=setting.type)


def _tiers(draft: Draft) -> Iterator[Question]:
    escalation = draft.root.get("escalation")
    if isinstance(escalation, Mapping) and escalation.get("moves") is not None:
        tiers, listed = escalation.get("tiers"), escalation.get("outside")
        outside = {one.text for one in listed.items if isinstance(one, Scalar)} if isinstance(listed, Sequence) else ()
        for row in tiers.items if isinstance(tiers, Sequence) else ():
            id = row.get("id") if isinstance(row, Mapping) else None
            if isinstance(row, Mapping) and isinstance(id, Scalar):
                owner = row.get("owner")
                words = "your tier for it" + (f": {owner.text}" if isinstance(owner, Scalar) else "")
                yield Question("tiers", id.text, "A_TIER", words, True, outside=id.text in outside)


# --- as text ----------------------------------------------------------------------------------------------------------


def _of_pack(pack: str, body: Node | None, questions: Iterable[Question]) -> Iterator[str]:
    """The entry of a pack: what the policy writes there already, and under each key what is still open."""
    entries = body.entries if isinstance(body, Mapping) else ()
    if not entries and not questions:
        yield f"  {pack}: {{}}"
        return
    yield f"  {pack}:" if entries or any(one.needed for one in questions) else f"  {pack}: {{}}"
    asked = {kind: [one for one in questions if one.kind == kind] for kind in _KINDS}
    for key, node in entries:
        if key.text in asked and not (isinstance(node, Mapping) and node.entries):
            continue
        yield from _entry(key.text, node, 4)
        yield from _lines(asked.pop(key.text, []))
    for kind, some in asked.items():
        if some:
            yield f"    {'' if any(one.needed for one in some) else '# '}{kind}:"
            yield from _lines(some)


def _lines(questions: Iterable[Question]) -> Iterator[str]:
    for one in questions:
        yield f"      # {' '.join(one.words.split())}"
        yield f"      {'' if one.needed else '# '}{one.name}: {one.answer}"


def _entry(key: str, node: Node, indent: int) -> Iterator[str]:
    """A key with its value in block style, whatever style it was written in."""
    margin = " " * indent
    match node:
        case Mapping(entries) if entries:
            yield f"{margin}{key}:"
            for inner, value in entries:
                yield from _entry(_scalar(inner), value, indent + 2)
        case Sequence(items) if items:
            yield f"{margin}{key}:"
            for item in items:
                yield f"{margin}  - {_flow(item)}"
        case _:
            yield f"{margin}{key}: {_flow(node)}".rstrip()


def _flow(node: Node) -> str:
    """A value on one line."""
    match node:
        case Scalar():
            return _scalar(node)
        case Mapping(entries):
            return f"{{{', '.join(f'{_scalar(key)}: {_inside(value)}' for key, value in entries)}}}"
        case Sequence(items):
            return f"[{', '.join(_inside(item) for item in items)}]"


def _inside(node: Node) -> str:
    """A value between brackets, where commas and brackets in plain text would end it."""
    if isinstance(node, Scalar) and any(sign in node.text for sign in ",[]{}"):
        return json.dumps(node.text, ensure_ascii=False)
    return _flow(node)


def _scalar(node: Scalar) -> str:
    return node.text if node.style == "plain" else json.dumps(node.text, ensure_ascii=False)
