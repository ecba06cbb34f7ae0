"""Settings that conditions may read: the organisation's answer is a fact of every case, with the bounds of the law."""

from __future__ import annotations

from typing import TypeAlias

from complaint_policy.case import Field, Value
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.clocks import dated_moments
from complaint_policy.policy.compiling.draft import Draft, section
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.settings import AS_FACTS, BOUNDS, ORDERED, answering, check_order, entries_of
from complaint_policy.policy.compiling.types import type_in
from complaint_policy.policy.compiling.values import read_value
from complaint_policy.policy.model import Answered, Fact
from complaint_policy.policy.nodes import Mapping, Node, Scalar

SETTING_NAME = Code(
    "CP363",
    "a setting and something else have the same name",
    "Conditions read settings, facts and decisions by their names; with one name for two of them a reader would take"
    " the one for the other.",
)

DeclaredSettings: TypeAlias = list[tuple[Scalar, Mapping, Field]]


def declare_setting_facts(draft: Draft) -> DeclaredSettings:
    """Give every setting that holds a value its type, so that conditions can be checked; after facts and decisions."""
    declared = []
    for key, node in section(draft, "settings"):
        if key.text not in draft.settings or not isinstance(node, Mapping):
            continue
        if draft.settings[key.text].type not in AS_FACTS:
            continue
        if key.text in draft.scope or key.text in draft.later:
            message = f"`{key.text}` is a setting, and a fact or a decision too"
            draft.report(SETTING_NAME, message, key.location, "give the setting another name")
            continue
        type = type_in(node, draft)
        if type is None:
            draft.later[key.text] = ""
            continue
        qualified = draft.declare("fact", key.text, key.location)
        draft.scope[key.text] = (qualified, type)
        declared.append((key, node, Field(qualified, type, says=words_under(node, "says", draft))))
    return declared


def compile_setting_facts(declared: DeclaredSettings, draft: Draft) -> list[Fact]:
    """The settings as facts. An answer of the organisation is dated in its own time, a default in that of its file."""
    facts = []
    for key, node, field in declared:
        setting = draft.settings[key.text]
        bounds = _bounds(node, field.type, draft)
        entries = entries_of(setting.answer)
        moments = dated_moments(tuple(entry for entry, _ in entries), answering(setting, draft))
        values: list[tuple[int | None, Value]] = []
        for (_, written), moment in zip(entries, moments, strict=True):
            value = None if written is None else read_value(written, field.type, draft.problems)
            if value is not None and written is not None:
                check_order(key.text, value, written, bounds, draft)
                values.append((moment, value))
        facts.append(Fact(field, Answered(tuple(values))))
    return facts


def _bounds(node: Mapping, type: FactType, draft: Draft) -> dict[str, tuple[Node, int]]:
    found = {}
    for key in BOUNDS:
        written = node.get(key)
        if written is None or type.kind not in ORDERED:
            continue
        value = read_value(written, type, draft.problems)
        if isinstance(value, int):
            found[key] = (written, value)
    return found
