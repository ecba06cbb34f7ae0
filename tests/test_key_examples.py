"""Every key of a policy file has a meaning, an example that checks, and a default that is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.policy.compiler import Checked
from complaint_policy.reports.diagnostics import render_text
from tests.key_examples import check, keys, places, policy_with, without
from tools.keys import Key, parts, policy_schema

TRIED_ALONE = {
    *("CP301", "CP309", "CP311", "CP312", "CP313", "CP314"),  # what nothing uses
    *("CP350", "CP355", "CP356", "CP379", "CP383"),  # what stands beside it in a whole policy
    *("CP315", "CP359", "CP364", "CP367", "CP384"),  # what the small policy around it has already
}
"""An example shows one key: that the rest is not there, or there twice, is no fault of it."""


def name_of(key: Key) -> str:
    return f"{key.part}-{key.name}"


def tried() -> Iterator[object]:
    for key in keys():
        for number, example in enumerate(key.examples):
            yield pytest.param(key, example, id=f"{name_of(key)}-{number}")


def assert_checks(found: Checked, text: str) -> None:
    faults = [item for item in found.diagnostics if item.level != "note" and item.code.number not in TRIED_ALONE]
    assert faults == [], f"{render_text(faults, found.sources)}\n{text}"


def test_every_key_says_what_it_means_and_has_an_example() -> None:
    silent = [name_of(key) for key in keys() if not key.said.get("description")]
    assert silent == [], "give each a `description` in schemas/policy.schema.json"
    bare = [name_of(key) for key in keys() if not key.examples]
    assert bare == [], "give each `examples` in schemas/policy.schema.json"


def test_every_key_with_a_few_values_says_what_holds_without_it() -> None:
    few = [key for key in keys() if not key.needed and ("enum" in key.said or key.said.get("type") == "boolean")]
    bare = [name_of(key) for key in few if not {"default", "x-default"} & set(key.said)]
    assert few
    assert bare == [], "give each a `default`, or in `x-default` a sentence, in schemas/policy.schema.json"


def test_every_part_has_its_place_and_every_place_its_part() -> None:
    wanted = {key.place for key in keys()}
    assert sorted(wanted - set(places())) == [], "say in tests/keys/places.yaml where each stands in a policy"
    assert sorted(set(places()) - wanted) == [], "no part of the schema has this name"
    names = {(key.place, key.path[-1]) for key in keys()}
    left = [
        f"{part}: {name}"
        for part, place in places().items()
        for name in place.get("keys", {})
        if (part, name) not in names
    ]
    assert left == []


@pytest.mark.parametrize(("key", "example"), list(tried()))
def test_the_example_of_a_key_checks_in_its_place(key: Key, example: Any, tmp_path: Path) -> None:
    text = policy_with(key, {**without(key), key.path[-1]: example})
    assert_checks(check(text, tmp_path), text)


@pytest.mark.parametrize(
    "key",
    [pytest.param(key, id=name_of(key)) for key in keys() if "default" in key.said],
)
def test_a_default_written_is_the_same_as_none(key: Key, tmp_path: Path) -> None:
    bare = check(policy_with(key, without(key)), tmp_path)
    text = policy_with(key, {**without(key), key.path[-1]: key.said["default"]})
    said = check(text, tmp_path)
    assert_checks(said, text)
    assert said.policy is not None
    assert bare.policy is not None, render_text(bare.diagnostics, bare.sources)
    assert meaning(said) == meaning(bare)


def meaning(found: Checked) -> str:
    """The compiled policy without where it was read, and with what holds where the file says nothing of open cases."""
    found_text = re.sub(r"(Location\([^)]*\)|digest='[^']*')", "", repr(found.policy))
    return found_text.replace("open_cases=''", "open_cases='keep_old'")


def test_no_part_of_the_schema_is_forgotten() -> None:
    assert len(parts(policy_schema())) > 30
    assert len(keys()) > 250
