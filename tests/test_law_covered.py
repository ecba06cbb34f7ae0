"""Each collected requirement of law stands in one shipped pack: encoded by what the pack names, or not and why."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tools.coverage_page import POLICIES, accounted, named_in

SURE = ("primary", "primary-reproduced", "primary-partial", "official-secondary", "secondary", "from-memory")


def test_what_a_pack_says_it_encodes_is_in_it() -> None:
    names = {file.parent.name: named_in(file) for file in POLICIES.glob("*/policy.yaml")}
    missing = [(row.pack, row.record, one) for row in accounted() for one in row.named if one not in names[row.pack]]
    assert missing == []


def test_what_is_not_encoded_says_why() -> None:
    assert [row.record for row in accounted() if not row.named and not row.why] == []


def test_a_requirement_stands_in_one_pack() -> None:
    count = Counter(row.record for row in accounted())
    assert {record for record, times in count.items() if times > 1} == set()


@pytest.fixture(scope="session")
def collected(data_folder: Path) -> dict[str, str]:
    """The collection of requirements, each with how its source was seen; kept beside the case data."""
    folder, found = data_folder.parent / "law", {}
    for name in ("legislation_uk_eu.yaml", "legislation_world.yaml"):
        whole = yaml.load((folder / name).read_text("utf-8"), yaml.BaseLoader)
        records = whole["records"] if isinstance(whole, dict) else whole
        found |= {record["id"]: seen(record["source_confidence"]) for record in records}
    return found


def seen(told: str) -> str:
    """One of the words that packs use; the collection has longer ones ("primary text seen (excerpt)")."""
    told = told.replace("from memory", "from-memory").removesuffix(":")
    return "primary" if told.startswith("primary text") else told.split()[0].strip("(;,:")


@pytest.mark.data
def test_every_collected_requirement_is_accounted_for(collected: dict[str, str]) -> None:
    rows = {row.record for row in accounted()}
    assert rows - collected.keys() == set(), "no such requirement"
    assert collected.keys() - rows == set(), "in no pack's records.yaml"


@pytest.mark.data
def test_no_pack_is_surer_of_its_source_than_the_collection(collected: dict[str, str]) -> None:
    surer = []
    for row in accounted():
        weakest = max((SURE.index(one) for one in row.confidence), default=len(SURE))
        if weakest < SURE.index(collected[row.record]):
            surer.append((row.record, collected[row.record], row.confidence))
    assert surer == []
