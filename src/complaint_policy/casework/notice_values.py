"""What a message keeps of a case for its template: the values that the template names, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from complaint_policy.casework.letter_values import values_of
from complaint_policy.casework.spoken import Listed, Named, spoken_in
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.messages import Communication
from complaint_policy.policy.model import Policy
from complaint_policy.policy.translation import in_language
from complaint_policy.templates import ALONE, read_template

if TYPE_CHECKING:
    from complaint_policy.casework.looking import Told

PROBLEM = "problem"
"""The key under which it stands why there are no values."""


def communication_of(policy: Policy, id: str) -> Communication | None:
    """The communication of that id."""
    return next((one for one in policy.communications if one.id == id), None)


def text_of(communication: Communication, language: str) -> tuple[str, str]:
    """The language and the text of the template that is taken for a recipient: that of the language, else the policy's
    own."""
    if not communication.templates:
        return language, ""
    return next((one for one in communication.templates if one[0] == language), communication.templates[0])


def values_for(told: Told, communication: Communication, language: str) -> dict[str, Any]:
    """The values that a template names, as JSON, by root and name; or why there are none."""
    spoken = spoken_in(language)
    if isinstance(spoken, Diagnostic):
        return {PROBLEM: spoken.message}
    policy = told.policy.policy
    said = in_language(policy, language)
    held = values_of(told.policy.engine, said, told.case, told.evaluation, spoken, {})
    found: dict[str, Any] = {}
    for root, name in _asked(communication.subject) | _asked(text_of(communication, language)[1]):
        value = held.get(root)
        if root in ALONE:
            found[root] = _kept(value)
        elif isinstance(value, Mapping):
            found.setdefault(root, {})[name] = _kept(value.get(name))
    return found


def read_back(values: Mapping[str, Any]) -> dict[str, object]:
    """The values as a template takes them."""
    return {
        root: _meant(held) if root in ALONE else {name: _meant(one) for name, one in held.items()}
        for root, held in values.items()
    }


@lru_cache(256)
def _asked(template: str) -> frozenset[tuple[str, str]]:
    return frozenset((one.root, one.name) for one in read_template(template).values)


def _kept(value: object) -> Any:
    """A value as JSON. A name stays one: a template compares it as the policy writes it, and prints it as words."""
    if isinstance(value, Named):
        return {"named": "".join(value)}
    if isinstance(value, Listed):
        return {"listed": ["".join(one) for one in value]}
    return value if value is None or isinstance(value, bool) else str(value)


def _meant(value: Any) -> object:
    if isinstance(value, dict) and "named" in value:
        return Named(value["named"])
    if isinstance(value, dict):
        return Listed(Named(one) for one in value["listed"])
    return value
