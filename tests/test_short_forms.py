"""Short forms: put in full beside the schema, every word at its place, other documents untouched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.schema import read_in_full
from complaint_policy.policy.schema_files import schema_named
from complaint_policy.policy.short_forms.expand import READERS, expand
from complaint_policy.policy.source import read_recovered

HEAD = "timeframes:\n  answer:\n    warn: "


def _plain(node: Node | None) -> object:
    match node:
        case Mapping(entries):
            return {key.text: _plain(value) for key, value in entries}
        case Sequence(items):
            return [_plain(item) for item in items]
        case Scalar(text):
            return text
    return None


def _warnings(text: str) -> list[object]:
    document = _plain(read_in_full((HEAD + text).encode(), "p.yaml", "policy").node)
    assert isinstance(document, dict)
    found = document["timeframes"]["answer"]["warn"]
    assert isinstance(found, list)
    return found


def test_words_and_maps_say_the_same() -> None:
    assert _warnings("[50%, 2 business hours before]") == [{"percent": "50"}, {"before": "2 business hours"}]
    assert _warnings("[50%, {percent: 50}]") == [{"percent": "50"}, {"percent": "50"}]


def test_a_document_without_short_forms_is_the_same_object() -> None:
    recovered = read_recovered(f"{HEAD}[{{percent: 50}}]\n    says: 50%\nfacts: {{a: boolean}}\n".encode(), "p.yaml")
    assert recovered.node is not None
    assert expand(recovered.node, "policy")[0] is recovered.node


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("[2 dayz before]", (3, 12, 18)),
        ("['2 dayz before']", (3, 13, 19)),
        ('["2 dayz before"]', (3, 13, 19)),
        ("\n      - >-\n        2 dayz\n        before", (5, 9, 15)),
        ("\n      - 2 dayz\n        before", (4, 9, 15)),
        ('\n      - "2 dayz\n        before"', (4, 10, 16)),
        ('\n      - "2 d\\u0061yz before"', (4, 9, 29)),
    ],
)
def test_a_word_is_where_it_stands_however_the_text_is_quoted(written: str, place: tuple[int, int, int]) -> None:
    recovered = read_in_full((HEAD + written).encode(), "p.yaml", "policy")
    found = next(scalar.location for scalar in _scalars(recovered.node) if scalar.text == "2 dayz")
    assert (found.line, found.column, found.end_column) == place


def test_what_stands_on_a_broken_line_is_not_judged_again() -> None:
    recovered = read_in_full(f'{HEAD}[50 per cent, "a" b]\n    says: x\n'.encode(), "p.yaml", "policy")
    assert [item.code.number for item in recovered.diagnostics if item.code.number == "CP171"] == []


def test_every_form_that_the_schema_names_has_its_reader() -> None:
    forms = {part["x-short"] for part in _parts(schema_named("policy")) if isinstance(part.get("x-short"), str)}
    assert forms == set(READERS)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    match node:
        case Mapping(entries):
            for key, value in entries:
                yield key
                yield from _scalars(value)
        case Sequence(items):
            for item in items:
                yield from _scalars(item)
        case Scalar():
            yield node


def _parts(part: object) -> Iterator[dict[str, object]]:
    if isinstance(part, dict):
        yield part
        for below in part.values():
            yield from _parts(below)
    elif isinstance(part, list):
        for below in part:
            yield from _parts(below)
