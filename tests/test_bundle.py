"""A bundle gives back exactly the policy it was made of, and says so when it is not whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.bulk.reading import given_facts
from complaint_policy.bulk.yaml_cases import plain_list
from complaint_policy.calendars.data import Holiday
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.evaluation.actions import next_actions
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.policy.bundle import dump, load, looks_like_a_bundle, stamped
from complaint_policy.policy.bundle_codec import Codecs, Damaged
from complaint_policy.policy.bundle_references import dangling
from complaint_policy.policy.model import Policy
from complaint_policy.policy.source import read_source
from tests.checked_files import policy_of

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted([*(ROOT / "tests" / "good").glob("*.yaml"), *(ROOT / "policies").glob("*/policy.yaml")])


@pytest.fixture(scope="module")
def bundle() -> bytes:
    return dump(policy_of(ROOT / "policies" / "uk-fca-disp" / "policy.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_load_of_dump_is_the_identity(file: Path) -> None:
    policy = policy_of(file)
    made = dump(policy)
    loaded = load(made)
    assert isinstance(loaded, Policy)
    assert loaded == stamped(policy)
    assert replace(loaded, digest="") == policy
    assert loaded.digest.startswith("sha256:")
    assert dump(loaded) == made


def test_the_same_policy_gives_the_same_bytes_in_another_process() -> None:
    file = ROOT / "policies" / "uk-fca-disp" / "policy.yaml"
    code = (
        "import sys; from pathlib import Path; from complaint_policy.policy.compiler import check_file; "
        "from complaint_policy.policy.bundle import dump; "
        "sys.stdout.buffer.write(dump(check_file(Path(sys.argv[1])).policy))"
    )
    environment = {"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", code, str(file)], env=environment, capture_output=True, check=True
    ).stdout
    assert other == dump(policy_of(file))


def test_a_bundle_is_canonical_json(bundle: bytes) -> None:
    held = json.loads(bundle)
    assert list(held) == ["bundle", "digest", "policy"]
    assert bundle == json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    assert looks_like_a_bundle(bundle)
    assert not looks_like_a_bundle(b"complaint_policy: 1\n")


def test_a_bundle_laid_out_anew_is_still_whole(bundle: bytes) -> None:
    assert load(json.dumps(json.loads(bundle), indent=2).encode()) == load(bundle)


@given(st.data())
def test_any_changed_byte_is_found(bundle: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(bundle) - 3))
    byte = bundle[place] ^ data.draw(st.integers(1, 255))
    assert isinstance(load(bundle[:place] + bytes([byte]) + bundle[place + 1 :]), Diagnostic)


@given(st.data())
def test_a_bundle_cut_off_anywhere_is_found(bundle: bytes, data: st.DataObject) -> None:
    found = load(bundle[: data.draw(st.integers(0, len(bundle) - 3))], "policy.bundle")
    assert isinstance(found, Diagnostic)
    assert found.code.number == "CP701"
    assert found.location is not None


def resealed(content: object) -> bytes:
    """A bundle whose digest is right and whose content is not a policy."""
    from hashlib import sha256

    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return b'{"bundle":1,"digest":"sha256:%s","policy":%s}\n' % (sha256(text).hexdigest().encode(), text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
)


@given(JSON)
def test_content_that_is_not_a_policy_is_a_diagnostic_whatever_its_digest(content: object) -> None:
    assert isinstance(load(resealed(content)), Diagnostic)


@settings(max_examples=50)
@given(st.data())
def test_content_of_other_types_is_a_diagnostic_whatever_its_digest(bundle: bytes, data: st.DataObject) -> None:
    """One value somewhere in a real policy is replaced by one of another type."""
    content = json.loads(bundle)["policy"]
    node = content
    while True:
        keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        inner = node[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        node = inner
    node[key] = {"no": "such thing"} if not isinstance(inner, dict) else 1.5
    found = load(resealed(content))
    assert isinstance(found, Diagnostic), (key, inner)
    assert found.help


@pytest.mark.parametrize(
    ("version", "help"), [(2, "pip install --upgrade complaint-policy"), (0, "complaint-policy build")]
)
def test_another_version_names_the_command_that_upgrades(bundle: bytes, version: int, help: str) -> None:
    found = load(bundle.replace(b'{"bundle":1', b'{"bundle":%d' % version))
    assert isinstance(found, Diagnostic)
    assert found.code.number == "CP702"
    assert f"version {version}" in found.message
    assert help in found.help


@pytest.mark.parametrize(
    "data", [b"", b"[" * 100_000, b'{"bundle":1', b'{"bundle": "x", "policy": {}}', b"\xff\xfe", b"{}"]
)
def test_what_is_not_a_bundle_is_a_diagnostic(data: bytes) -> None:
    assert isinstance(load(data), Diagnostic)


def test_loading_needs_none_of_the_libraries_that_checked() -> None:
    code = (
        "import sys; from complaint_policy.policy.bundle import load; load(sys.stdin.buffer.read()).digest; "
        "print(sorted({'yaml','jsonschema','rule_engine','holidays','re2','pickle'} & set(sys.modules)))"
    )
    made = dump(policy_of(ROOT / "policies" / "uk-fca-disp" / "policy.yaml"))
    environment = {"PYTHONPATH": str(ROOT / "src")}
    told = subprocess.run([sys.executable, "-c", code], input=made, env=environment, capture_output=True, check=True)
    assert told.stdout.decode().strip() == "[]"


def test_booleans_and_numbers_are_not_taken_for_each_other() -> None:
    codec = Codecs().of(bool | int | str | None)
    assert [codec.decode(codec.encode(value)) for value in (True, 1, "1", None)] == [True, 1, "1", None]
    assert codec.decode(True) is True
    with pytest.raises(Damaged):
        Codecs().of(int).decode(True)


HOLIDAYS = st.lists(
    st.builds(Holiday, st.integers(0, 40_000), st.text(max_size=5), st.none() | st.integers(0, 2**31), st.booleans())
).map(tuple)


@given(HOLIDAYS)
def test_holidays_stand_in_columns_and_come_back_as_they_were(holidays: tuple[Holiday, ...]) -> None:
    codec = Codecs().of(tuple[Holiday, ...])
    written = json.loads(json.dumps(codec.encode(holidays)))
    assert codec.decode(written) == holidays
    assert all(one.withdrawn.__class__ is bool for one in codec.decode(written))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"day": [1]},
        {"day": [1], "name": ["x", "y"]},
        {"day": [1], "name": [2]},
        {"day": [True], "name": ["x"]},
        {"day": [1], "name": "x"},
        {"day": [1], "name": ["x"], "known_from": None},
        {"day": [1], "name": ["x"], "withdrawn": [0]},
        {"day": [1], "name": ["x"], "moved": [1]},
        [[1, "x"]],
        None,
    ],
    ids=str,
)
def test_columns_that_are_not_holidays_are_damage(data: object) -> None:
    with pytest.raises(Damaged):
        Codecs().of(tuple[Holiday, ...]).decode(data)


# --- right digest, wrong content --------------------------------------------------------------------------------------


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in plain data, but for the zones, which only hold clock changes."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in parts:
        if key not in ("zones", "holidays"):
            yield from leaves(value, (*path, key)) if not isinstance(value, str) else [(*path, key)]


def with_another(bundle: bytes, path: tuple[Any, ...], value: object) -> bytes:
    """A bundle whose digest is right, made by somebody who does not mean well."""
    whole = json.loads(bundle)
    part = whole["policy"]
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    content = json.dumps(whole["policy"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    digest = f"sha256:{sha256(content).hexdigest()}"
    return json.dumps({"bundle": 1, "digest": digest, "policy": whole["policy"]}).encode()


BANK = ROOT / "policies" / "example-retail-bank"


@pytest.fixture(scope="module")
def bank() -> bytes:
    return dump(policy_of(BANK / "policy.yaml"))


@pytest.fixture(scope="module")
def bank_cases() -> list[object]:
    """The cases of the bank as texts, before any policy reads them."""
    node, found = read_source((BANK / "cases.yaml").read_bytes(), "cases.yaml")
    assert node is not None
    assert found == []
    plain, _ = plain_list(node, "")
    assert isinstance(plain, list)
    return plain


def one_of_each_kind(paths: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The first of all places that differ in nothing but which item of a list they are in."""
    kinds: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for path in paths:
        kinds.setdefault(tuple("item" if isinstance(key, int) else key for key in path), path)
    return list(kinds.values())


@pytest.mark.parametrize("part", range(4))
def test_a_bundle_that_loads_evaluates_whatever_its_names_are(bank: bytes, bank_cases: list[object], part: int) -> None:
    """One text of the bundle is another one: it is refused, or every case is evaluated.

    A text of each kind of place in turn, in four parts; every night every text.
    """
    codes = {"fine": 0}
    paths = [*leaves(json.loads(bank)["policy"])]
    nightly = settings.get_current_profile_name() == "nightly"
    for path in (paths if nightly else one_of_each_kind(paths))[part::4]:
        loaded = load(with_another(bank, path, "nowhere"))
        if isinstance(loaded, Diagnostic):
            codes[loaded.code.number] = codes.get(loaded.code.number, 0) + 1
            continue
        engine = prepare(loaded)
        read = case_reader(given_facts(loaded), loaded.events, texts=True)
        for written in bank_cases:
            case = read(written, [])
            if case is not None:
                next_actions(engine, evaluate(engine, case, 1_781_521_200), case)
        codes["fine"] += 1
    assert codes["fine"] > 0
    assert codes["CP701"] > 0
    assert codes["CP703"] > 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda policy: replace(policy, default_calendar="moon"), "the calendar `moon`"),
        (
            lambda policy: replace(policy, events=tuple(of for of in policy.events if of.name != "received")),
            "the event `received`",
        ),
        (lambda policy: replace(policy, zones=()), "the zone `Europe/London`"),
        (lambda policy: replace(policy, suspensions=()), "the suspension `uk-fca-disp/motor-finance`"),
        (lambda policy: replace(policy, facts=policy.facts[::-1]), "the earlier fact `"),
    ],
)
def test_a_name_that_a_bundle_does_not_hold_is_told(change: Callable[[Policy], Policy], said: str) -> None:
    found = load(dump(change(policy_of(BANK / "policy.yaml"))), "bank.bundle")
    assert isinstance(found, Diagnostic)
    assert (found.code.number, found.location and found.location.file) == ("CP703", "bank.bundle")
    assert said in found.message


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_the_compiler_makes_names_nothing_that_is_not_there(file: Path) -> None:
    assert dangling(policy_of(file)) is None
