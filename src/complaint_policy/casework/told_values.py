"""Reads what a person typed as `name=value` into what a case file would hold, by the types that the policy declares."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Field
from complaint_policy.policy.model import Policy


def facts_told(policy: Policy, told: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Facts by name. What the policy does not know stays as it was typed: the reader of cases says so."""
    return _values(given_facts(policy), told)


def fields_told(policy: Policy, type: str, told: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The fields of an event of this type, by name."""
    fields = next((one.fields for one in policy.events if one.name == type), ())
    return _values(fields, told)


def _values(fields: tuple[Field, ...], told: Iterable[tuple[str, str]]) -> dict[str, object]:
    kinds = {field.name: field.type.kind for field in fields}
    return {name: _value(kinds.get(name, "text"), text) for name, text in told}


def _value(kind: str, text: str) -> object:
    """Nothing is not known. Numbers stay texts, which are exact; only these two are not written as texts."""
    if not text:
        return None
    if kind == "boolean":
        return {"true": True, "false": False, "yes": True, "no": False}.get(text.lower(), text)
    if kind == "choices":
        return [part.strip() for part in text.split(",")]
    return text
