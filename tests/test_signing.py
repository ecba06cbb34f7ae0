"""A bundle is signed when it is built, and verified by whoever is given it."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from complaint_policy import load_policy
from tests.cli_runs import folder_with_policy, in_this_process

PEM, PKCS8, SPKI = Encoding.PEM, PrivateFormat.PKCS8, PublicFormat.SubjectPublicKeyInfo


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy, the keys of `hers` and `his`, and one of another kind."""
    monkeypatch.chdir(folder_with_policy(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COMPLAINT_POLICY_SIGNING_PASSPHRASE", raising=False)
    for name in ("hers", "his"):
        keys(tmp_path, name)
    other = generate_private_key(SECP256R1())
    (tmp_path / "curve.pem").write_bytes(other.private_bytes(PEM, PKCS8, NoEncryption()))
    (tmp_path / "curve.pub.pem").write_bytes(other.public_key().public_bytes(PEM, SPKI))
    return tmp_path


def keys(folder: Path, name: str, encryption: KeySerializationEncryption | None = None) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    (folder / f"{name}.pem").write_bytes(key.private_bytes(PEM, PKCS8, encryption or NoEncryption()))
    (folder / f"{name}.pub.pem").write_bytes(key.public_key().public_bytes(PEM, SPKI))
    return key


def build(capfd: Any, *more: str) -> Any:
    return in_this_process(capfd, "build", "policy.yaml", "-o", "p.bundle", *more)


def verify(capfd: Any, *more: str) -> Any:
    return in_this_process(capfd, "verify", "p.bundle", *more)


def test_a_signed_bundle_is_verified_by_the_public_key(folder: Path, capfd: Any) -> None:
    built = build(capfd, "--sign", "hers.pem")
    assert (built.code, built.out.endswith(", signed in p.bundle.sig\n")) == (0, True)
    told = verify(capfd, "--key", "his.pub.pem", "--key", "hers.pub.pem")
    digest = load_policy(Path("p.bundle")).digest
    assert told == (0, f"p.bundle: small 1, {digest}, signed with hers.pub.pem\n", "")
    assert verify(capfd, "--key", "hers.pub.pem", "--quiet") == (0, "", "")


def test_the_signature_is_of_the_digest_and_can_be_checked_without_this_program(folder: Path, capfd: Any) -> None:
    key = keys(folder, "mine")
    assert build(capfd, "--sign", "mine.pem").code == 0
    told = json.loads((folder / "p.bundle.sig").read_bytes())
    digest = json.loads((folder / "p.bundle").read_bytes())["digest"]
    assert told["signed"] == digest
    key.public_key().verify(b64decode(told["value"]), f"complaint-policy bundle\n{digest}\n".encode())


def test_the_same_bundle_has_the_same_signature(folder: Path, capfd: Any) -> None:
    build(capfd, "--sign", "hers.pem")
    first = (folder / "p.bundle.sig").read_bytes()
    build(capfd, "--sign", "hers.pem")
    assert (folder / "p.bundle.sig").read_bytes() == first


def test_an_encrypted_key_is_opened_with_its_passphrase(
    folder: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(folder, "locked", BestAvailableEncryption(b"open sesame"))
    told = build(capfd, "--sign", "locked.pem")
    assert (told.code, "error CP707: the key is encrypted, and no passphrase was given" in told.err) == (2, True)
    monkeypatch.setenv("COMPLAINT_POLICY_SIGNING_PASSPHRASE", "open barley")
    told = build(capfd, "--sign", "locked.pem")
    assert (told.code, "the key cannot be read with this passphrase" in told.err) == (2, True)
    assert not (folder / "p.bundle").exists()
    monkeypatch.setenv("COMPLAINT_POLICY_SIGNING_PASSPHRASE", "open sesame")
    assert build(capfd, "--sign", "locked.pem").code == 0
    assert verify(capfd, "--key", "locked.pub.pem").code == 0


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("curve.pem", "the key is not one of Ed25519"),
        ("hers.pub.pem", "this is no private key in PEM"),
        ("policy.yaml", "this is no private key in PEM"),
    ],
)
def test_another_key_signs_nothing_and_nothing_is_written(folder: Path, capfd: Any, key: str, said: str) -> None:
    told = build(capfd, "--sign", key)
    assert (told.code, said in told.err) == (2, True)
    assert not list(folder.glob("p.bundle*"))


def test_a_bundle_changed_since_is_told(folder: Path, capfd: Any) -> None:
    build(capfd, "--sign", "hers.pem")
    written = (folder / "policy.yaml").read_text("utf-8")
    (folder / "policy.yaml").write_text(written.replace("3 business days", "4 business days"), "utf-8")
    build(capfd)
    told = verify(capfd, "--key", "hers.pub.pem")
    assert (told.code, "error CP704: the signature is of sha256:" in told.err) == (1, True)


def test_a_damaged_bundle_is_no_question_of_signatures(folder: Path, capfd: Any) -> None:
    build(capfd, "--sign", "hers.pem")
    (folder / "p.bundle").write_bytes((folder / "p.bundle").read_bytes()[:-20])
    told = verify(capfd, "--key", "hers.pub.pem")
    assert (told.code, "error CP701" in told.err) == (3, True)


def test_a_bundle_signed_by_somebody_else_is_told(folder: Path, capfd: Any) -> None:
    build(capfd, "--sign", "his.pem")
    told = verify(capfd, "--key", "hers.pub.pem")
    assert (told.code, "which is none of those given: `hers.pub.pem`" in told.err) == (1, True)


def test_a_signature_that_only_names_a_trusted_key_is_told(folder: Path, capfd: Any) -> None:
    build(capfd, "--sign", "hers.pem")
    hers = json.loads((folder / "p.bundle.sig").read_bytes())
    build(capfd, "--sign", "his.pem")
    his = json.loads((folder / "p.bundle.sig").read_bytes())
    (folder / "p.bundle.sig").write_text(json.dumps(his | {"key": hers["key"]}), "utf-8")
    told = verify(capfd, "--key", "hers.pub.pem")
    assert (told.code, "error CP705: the signature was not made with `hers.pub.pem`" in told.err) == (1, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the signature is not JSON"),
        (b"\xff\xfe", "the signature is not JSON"),
        (b"[" * 20_000, "the signature is not JSON"),
        (b"[]", "not a signature of version 1 by Ed25519"),
        (b'{"signature": 2, "algorithm": "ed25519"}', "not a signature of version 1 by Ed25519"),
        (b'{"signature": 1, "algorithm": "ed25519", "key": 1}', "does not say `key`, `signed` and `value`"),
        (
            b'{"signature": 1, "algorithm": "ed25519", "key": "k", "signed": "s", "value": "*"}',
            "`value` of the signature is not base64",
        ),
    ],
)
def test_a_signature_that_cannot_be_read_is_told(folder: Path, capfd: Any, content: bytes, said: str) -> None:
    build(capfd)
    (folder / "p.bundle.sig").write_bytes(content)
    told = verify(capfd, "--key", "hers.pub.pem")
    assert (told.code, "error CP706" in told.err, said in told.err) == (1, True, True)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("hers.pem", "this is a private key, which nobody else should have"),
        ("curve.pub.pem", "the key is not one of Ed25519"),
        ("policy.yaml", "this is no public key in PEM"),
    ],
)
def test_another_key_verifies_nothing(folder: Path, capfd: Any, key: str, said: str) -> None:
    build(capfd, "--sign", "hers.pem")
    told = verify(capfd, "--key", key)
    assert (told.code, "error CP707" in told.err, said in told.err) == (1, True, True)


@pytest.mark.parametrize("arguments", [(), ("--key", "nobody.pem"), ("--key", "hers.pub.pem", "--signature", "no.sig")])
def test_what_is_not_there_is_a_mistake_of_usage(folder: Path, capfd: Any, arguments: tuple[str, ...]) -> None:
    build(capfd, "--sign", "hers.pem")
    assert verify(capfd, *arguments).code == 2


def test_without_the_library_it_is_said_what_to_install(
    folder: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(capfd, "--sign", "hers.pem")
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for told in (build(capfd, "--sign", "hers.pem"), verify(capfd, "--key", "hers.pub.pem")):
        assert told.code != 0
        assert "complaint-policy[sign]" in told.err
