"""The cache of bundles is private, never wrong, and never in the way."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import hypothesis
import pytest

from complaint_policy.cli import cache as caches
from complaint_policy.cli.cache import Cache

POSIX = pytest.mark.skipif(os.name != "posix", reason="owners and modes are of POSIX")
TEXT = "complaint_policy: 1\n"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(TEXT)
    return file


@pytest.fixture
def cache(tmp_path: Path, policy: Path) -> Cache:
    kept = Cache(tmp_path / "cache" / "complaint-policy")
    kept.put(policy, {policy: TEXT}, [], b"bundle")
    return kept


def entry(cache: Cache) -> Path:
    assert cache.folder is not None
    (file,) = cache.folder.iterdir()
    return file


def test_what_is_put_is_got(cache: Cache, policy: Path) -> None:
    assert cache.get(policy) == b"bundle"


@POSIX
def test_the_directory_and_its_files_are_private(cache: Cache) -> None:
    assert cache.folder is not None
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry(cache).stat().st_mode) == 0o600


def test_a_changed_file_is_another_policy(cache: Cache, policy: Path) -> None:
    policy.write_text(TEXT + "id: x\n")
    assert cache.get(policy) is None
    policy.write_text(TEXT)
    assert cache.get(policy) == b"bundle"
    policy.unlink()
    assert cache.get(policy) is None


def test_a_file_that_changed_while_it_was_checked_is_not_kept(tmp_path: Path, policy: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.put(policy, {policy: TEXT + "# as it was read\n"}, [], b"bundle")
    assert cache.get(policy) is None


def test_a_changed_pack_is_another_policy(tmp_path: Path, policy: Path) -> None:
    pack, nearer = tmp_path / "pack.yaml", tmp_path / "nearer.yaml"
    pack.write_text("pack")
    cache = Cache(tmp_path / "cache")
    cache.put(policy, {policy: TEXT, pack: "pack"}, [nearer], b"bundle")
    assert cache.get(policy) == b"bundle"
    nearer.write_text("a pack that would be read instead")
    assert cache.get(policy) is None
    nearer.unlink()
    pack.write_text("another")
    assert cache.get(policy) is None


@pytest.mark.parametrize("what", ["_program", "__version__", "FORMAT"])
def test_another_program_makes_another_bundle(
    cache: Cache, policy: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(caches, what, (lambda: "other") if what == "_program" else "other")
    assert cache.get(policy) is None


@pytest.mark.parametrize(("package", "file"), [("holidays", "version.py"), ("tzdata", "__init__.py")])
def test_another_edition_of_the_data_makes_another_bundle(
    cache: Cache, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, file: str
) -> None:
    other = tmp_path / "site" / package / file
    other.parent.mkdir(parents=True)
    other.write_text("another edition")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert cache.get(policy) is None


def test_the_editions_are_found_without_importing_the_libraries() -> None:
    code = (
        "import sys; from complaint_policy.cli.cache import _EDITIONS, _edition; "
        "print([bool(_edition(*one)) for one in _EDITIONS], 'holidays' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert told.stdout.strip() == "[True, True] False"


def test_a_damaged_entry_is_as_if_it_were_not_there(cache: Cache, policy: Path) -> None:
    file = entry(cache)
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert cache.get(policy) in (None, b"bundle")
        file.write_bytes(whole[:place])
        assert cache.get(policy) is None
    cache.put(policy, {policy: TEXT}, [], b"bundle")
    assert cache.get(policy) == b"bundle"


@POSIX
def test_a_link_is_not_followed(cache: Cache, policy: Path, tmp_path: Path) -> None:
    file = entry(cache)
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert cache.get(policy) is None
    file.unlink()
    elsewhere.rename(file)
    assert cache.folder is not None
    real = tmp_path / "real"
    cache.folder.rename(real)
    cache.folder.symlink_to(real)
    assert cache.get(policy) is None


@POSIX
@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_what_others_may_write_to_is_not_trusted(cache: Cache, policy: Path, mode: int) -> None:
    assert cache.folder is not None
    cache.folder.chmod(mode)
    assert cache.get(policy) is None
    cache.folder.chmod(0o700)
    entry(cache).chmod(mode & 0o666)
    assert cache.get(policy) is None


@POSIX
def test_what_belongs_to_somebody_else_is_not_trusted(
    cache: Cache, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cache.get(policy) is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, policy: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for folder in (tmp_path / "file" / "cache", tmp_path / "file"):
        cache = Cache(folder)
        cache.put(policy, {policy: TEXT}, [], b"bundle")
        assert cache.get(policy) is None


def test_no_cache_at_all(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(caches.DIRECTORY, "")
    assert Cache.of_user().folder is None
    Cache.of_user().put(policy, {policy: TEXT}, [], b"bundle")
    assert Cache.of_user().get(policy) is None


def test_the_place_is_that_of_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(caches.DIRECTORY, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Cache.of_user().folder == str(tmp_path / "complaint-policy")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert Cache.of_user().folder == str(tmp_path / ".cache" / "complaint-policy")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert Cache.of_user().folder == str(tmp_path / "Library" / "Caches" / "complaint-policy")


def test_old_entries_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "MOST_ENTRIES", 3)
    cache = Cache(tmp_path / "cache")
    files = [tmp_path / f"{number}.yaml" for number in range(5)]
    for number, file in enumerate(files):
        file.write_text(TEXT)
        cache.put(file, {file: TEXT}, [], b"bundle")
        assert cache.folder is not None
        newest = max(cache.folder.iterdir(), key=lambda item: item.stat().st_mtime_ns)
        os.utime(newest, (number, number))
        os.utime(newest, ns=(number * 10**9, number * 10**9))
    assert cache.folder is not None
    assert len(list(cache.folder.iterdir())) == 3
    assert cache.get(files[-1]) == b"bundle"


# --- crashes and crowds -----------------------------------------------------------------------------------------------

WRITES = """
import sys
from pathlib import Path
from complaint_policy.cli.cache import Cache
cache, policy = Cache(Path(sys.argv[1])), Path(sys.argv[2])
text = policy.read_text()
print("ready", flush=True)
while True:
    for size in (10, 2_000_000):
        cache.put(policy, {policy: text}, [], bytes([48 + size % 7]) * size)
"""


def environment() -> dict[str, str]:
    source = Path(caches.__file__).parents[2]
    return {**os.environ, "PYTHONPATH": str(source)}


def writer(cache: Cache, policy: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITES, str(cache.folder), str(policy)], stdout=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


WHOLE = (None, bytes([48 + 10 % 7]) * 10, bytes([48 + 2_000_000 % 7]) * 2_000_000)


NIGHTLY = hypothesis.settings.get_current_profile_name() == "nightly"
DELAYS = [index / 8000 for index in range(1, 401)] if NIGHTLY else [0.001, 0.004, 0.011, 0.017, 0.023, 0.031, 0.05]
"""Seconds after which the writer is killed: seven moments, four hundred of them at night."""


@POSIX
@pytest.mark.parametrize("delay", DELAYS)
def test_a_writer_killed_at_any_moment_leaves_a_whole_entry_or_none(tmp_path: Path, policy: Path, delay: float) -> None:
    cache = Cache(tmp_path / "cache")
    process = writer(cache, policy)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert cache.get(policy) in WHOLE
    cache.put(policy, {policy: TEXT}, [], b"bundle")
    assert cache.get(policy) == b"bundle"


def test_many_writers_and_a_reader_never_meet_half_an_entry(tmp_path: Path, policy: Path) -> None:
    cache = Cache(tmp_path / "cache")
    processes = [writer(cache, policy) for _ in range(3)]
    try:
        seen = [cache.get(policy) for _ in range(300)]
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert all(bundle in WHOLE for bundle in seen)
    assert any(seen)
