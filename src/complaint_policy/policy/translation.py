"""A policy in another of its languages: the same names, conditions and clocks, with the texts that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from complaint_policy.policy.model import Policy, Translation

_READ_BY_PEOPLE = frozenset(("title", "owner", "says", "because", "redirect", "subject"))


def languages(policy: Policy) -> tuple[str, ...]:
    """The languages into which something in the policy is translated, in the order of the alphabet."""
    return tuple(sorted({one.language for one in policy.translations}))


def in_language(policy: Policy, language: str) -> Policy:
    """The policy with its texts in this language; what is not translated stays as it was written.

    Identity, digest and every answer are those of the policy: a text never decides anything.
    """
    said = {one.text: one.said for one in policy.translations if one.language == language}
    if not said:
        return policy
    translated = _translated(policy, said)
    assert isinstance(translated, Policy)
    return translated


def _translated(part: Any, said: Mapping[str, str]) -> Any:
    if part.__class__ is tuple:
        return tuple(_translated(item, said) for item in part)
    if not hasattr(part, "__dataclass_fields__") or isinstance(part, Translation):
        return part
    changed = {}
    for field in fields(part):
        value = getattr(part, field.name)
        new = said.get(value, value) if field.name in _READ_BY_PEOPLE and isinstance(value, str) else None
        new = _translated(value, said) if new is None else new
        if new is not value:
            changed[field.name] = new
    return replace(part, **changed) if changed else part
