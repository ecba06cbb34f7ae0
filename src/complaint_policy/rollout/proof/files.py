"""Writes a case as files: an example that `test` runs, and the bare case that `evaluate` and `explain` read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from complaint_policy.case import Event, Field, Value
from complaint_policy.conditions.text import moment_text, print_value
from complaint_policy.evaluation.view import field_names
from complaint_policy.policy.model import Given, Policy
from complaint_policy.rollout.proof.results import Answer, Witness
from complaint_policy.rollout.reading_back import passes
from complaint_policy.rollout.writing import ExampleWriter, NewExample


def example_text(name: str, origin: str, witness: Witness) -> str:
    """An entry of `cases:`, which has been read back and comes out as it says."""
    told = ((witness.shown.as_of, witness.told),)
    text = ExampleWriter(witness.engine.policy).text(NewExample(name, origin, witness.shown.case, told))
    assert passes(text, witness.engine), f"a confirmed case does not read back: {text}"
    return text


def example_of(answer: Answer) -> str:
    """The case of a failure as an example."""
    assert answer.witness is not None, "only a failure with a case is written"
    about = f"{answer.about}: " if answer.about else ""
    return example_text(f"not so: {about}{answer.claim}", f"found by prove: {answer.because}", answer.witness)


def case_text(id: str, witness: Witness) -> str:
    """The case alone, as a file of one case in JSON."""
    policy, case = witness.engine.policy, witness.shown.case
    fields = (fact.field for fact in policy.facts if isinstance(fact.source, Given))
    told = {
        field.name: _data(field, value) for field, value in zip(fields, case.values, strict=True) if value is not None
    }
    whole = {"id": id, "facts": told, "events": [_event(policy, one) for one in case.events]}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _event(policy: Policy, event: Event) -> dict[str, Any]:
    fields = next((one.fields for one in policy.events if one.name == event.type), ())
    names = field_names(policy, event.type)
    own = {field.name: field for field in fields}
    data = {
        name: _data(own[name], value)
        for name, value in zip(names, event.fields, strict=True)
        if value is not None and name in own
    }
    found: dict[str, Any] = {"type": event.type, "at": moment_text(event.at)}
    told = dict(zip(names, event.fields, strict=True))
    found |= {name: told[name] for name in ("by", "channel", "role") if told[name] is not None and name not in own}
    found |= {"content": sorted(event.content)} if event.content is not None else {}
    return found | ({"data": data} if data else {})


def _data(field: Field, value: Value) -> Any:
    kind = field.type.kind
    if kind == "boolean":
        return value
    if kind == "choices":
        assert isinstance(value, frozenset)
        return [choice for choice in field.type.choices if choice in value]
    return print_value(value, replace(field.type, currency=None))
