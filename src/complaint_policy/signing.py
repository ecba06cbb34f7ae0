"""Signatures of bundles: who vouches for a policy, so that a changed one is noticed before it decides anything.

A signature is a small file of its own beside the bundle. It signs the bundle's digest, with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.digest import sha256
from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE_VERSION = 1
"""Raised when an older release could no longer check what this one writes."""

OTHER_BUNDLE = Code(
    "CP704",
    "a signature of another bundle",
    "A signature vouches for one content only. If the bundle was built again or changed since it was signed, whoever "
    "signed it has not seen what it holds now.",
)
NOT_TRUSTED = Code(
    "CP705",
    "not signed by a key that was given",
    "Anybody can sign. A bundle is vouched for only if the signature was made with the private part of a key that you "
    "have named, and that you have from a source you trust.",
)
BAD_SIGNATURE = Code(
    "CP706",
    "a signature that cannot be read",
    "A signature is a small file in JSON beside the bundle. One that is cut off or edited vouches for nothing.",
)
BAD_KEY = Code(
    "CP707",
    "a key that cannot be used",
    "Bundles are signed with an Ed25519 private key and checked with its public key, each in a file in PEM form; "
    "`openssl genpkey -algorithm ed25519` makes one.",
)
NO_LIBRARY = Code(
    "CP708",
    "signing needs another library",
    "Signatures are made and checked with the `cryptography` package, which the extra `sign` installs.",
)

_LARGEST = 16 * 1024
"""Bytes of a key or of a signature: both are a few hundred."""


class Signature(NamedTuple):
    """What stands in a signature file: whose key signed which digest, and the 64 bytes that prove it."""

    key: str
    """The fingerprint of the public key: `sha256:` and the digest of its 32 bytes."""
    signed: str
    """The digest of the bundle."""
    value: bytes


class PublicKey(NamedTuple):
    """A key that is trusted, and the name of its file."""

    file: str
    fingerprint: str
    key: Ed25519PublicKey


def sign(digest: str, pem: bytes, file: str, passphrase: Callable[[], bytes | None]) -> Signature | Diagnostic:
    """The signature of a bundle's digest by the private key in a PEM file named `file`.

    `passphrase` is asked only if the key is encrypted; None: there is none.
    """
    private = _private_key(pem, file, passphrase)
    if isinstance(private, Diagnostic):
        return private
    return Signature(_fingerprint(private.public_key()), digest, private.sign(_message(digest)))


def written(signature: Signature) -> bytes:
    """The signature file: one JSON object, the same bytes for the same signature."""
    told = {
        "signature": SIGNATURE_VERSION,
        "algorithm": "ed25519",
        "key": signature.key,
        "signed": signature.signed,
        "value": b64encode(signature.value).decode("ascii"),
    }
    return json.dumps(told, indent=2).encode("ascii") + b"\n"


def read_signature(data: bytes, file: str) -> Signature | Diagnostic:
    """What a signature file says; nothing of it is believed before `checked`."""
    place = Location(file, 1, 1)
    try:
        told: Any = json.loads(data[:_LARGEST])
    except (ValueError, RecursionError):
        return diagnostic(BAD_SIGNATURE, "the signature is not JSON", place, _SIGN_AGAIN)
    if not isinstance(told, dict) or told.get("signature") != SIGNATURE_VERSION or told.get("algorithm") != "ed25519":
        message = f"this is not a signature of version {SIGNATURE_VERSION} by Ed25519"
        return diagnostic(BAD_SIGNATURE, message, place, _SIGN_AGAIN)
    key, signed, value = (told.get(name) for name in ("key", "signed", "value"))
    if not (isinstance(key, str) and isinstance(signed, str) and isinstance(value, str)):
        return diagnostic(BAD_SIGNATURE, "the signature does not say `key`, `signed` and `value`", place, _SIGN_AGAIN)
    try:
        return Signature(key, signed, b64decode(value, validate=True))
    except ValueError:
        return diagnostic(BAD_SIGNATURE, "`value` of the signature is not base64", place, _SIGN_AGAIN)


def public_key(pem: bytes, file: str) -> PublicKey | Diagnostic:
    """The public key in a PEM file named `file`."""
    place = Location(file, 1, 1)
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        return _no_library(place)
    try:
        key = load_pem_public_key(pem[:_LARGEST])
    except (ValueError, UnsupportedAlgorithm):
        private = b"PRIVATE KEY" in pem[:_LARGEST]
        message = "this is a private key, which nobody else should have" if private else "this is no public key in PEM"
        return diagnostic(BAD_KEY, message, place, _PUBLIC_PART)
    if not isinstance(key, Ed25519PublicKey):
        return diagnostic(BAD_KEY, "the key is not one of Ed25519", place, _MAKE_ONE)
    return PublicKey(file, _fingerprint(key), key)


def checked(
    signature: Signature, digest: str, keys: tuple[PublicKey, ...], bundle: str, file: str
) -> PublicKey | Diagnostic:
    """The key among `keys` by which the signature in `file` vouches for the `bundle` of that digest; else why not."""
    from cryptography.exceptions import InvalidSignature

    place = Location(file, 1, 1)
    if signature.signed != digest:
        message = f"the signature is of {signature.signed[:19]}…, and `{bundle}` holds {digest[:19]}…"
        return diagnostic(OTHER_BUNDLE, message, place, "compare what has changed, and have it signed again")
    found = next((one for one in keys if one.fingerprint == signature.key), None)
    if found is None:
        given = ", ".join(f"`{one.file}` ({one.fingerprint[:19]}…)" for one in keys)
        message = f"the signature names the key {signature.key[:19]}…, which is none of those given: {given}"
        return diagnostic(NOT_TRUSTED, message, place, "ask who signed it for their public key, if you trust them")
    try:
        found.key.verify(signature.value, _message(digest))
    except InvalidSignature:
        return diagnostic(NOT_TRUSTED, f"the signature was not made with `{found.file}`", place, _SIGN_AGAIN)
    return found


_SIGN_AGAIN = "have it signed again: `complaint-policy build POLICY -o FILE --sign KEY`"
_MAKE_ONE = "make one: `openssl genpkey -algorithm ed25519 -out signing.pem`"
_PUBLIC_PART = "its public part is meant: `openssl pkey -in signing.pem -pubout -out signing.pub.pem`"


def _message(digest: str) -> bytes:
    """What is signed: the digest, with what it is of, so that the signature can stand for nothing else."""
    return b"complaint-policy bundle\n" + digest.encode("ascii") + b"\n"


def _fingerprint(key: Ed25519PublicKey) -> str:
    return "sha256:" + sha256(key.public_bytes_raw()).hexdigest()


def _private_key(pem: bytes, file: str, passphrase: Callable[[], bytes | None]) -> Ed25519PrivateKey | Diagnostic:
    place = Location(file, 1, 1)
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        return _no_library(place)
    word = passphrase() if b"ENCRYPTED PRIVATE KEY" in pem[:_LARGEST] else None
    try:
        key = load_pem_private_key(pem[:_LARGEST], word)
    except TypeError:  # so the library says that an encrypted key came without its passphrase
        return diagnostic(BAD_KEY, "the key is encrypted, and no passphrase was given", place)
    except (ValueError, UnsupportedAlgorithm):
        message = "this is no private key in PEM" if word is None else "the key cannot be read with this passphrase"
        return diagnostic(BAD_KEY, message, place, _MAKE_ONE if word is None else "")
    if not isinstance(key, Ed25519PrivateKey):
        return diagnostic(BAD_KEY, "the key is not one of Ed25519", place, _MAKE_ONE)
    return key


def _no_library(place: Location) -> Diagnostic:
    help = 'install it: `python -m pip install "complaint-policy[sign]"`'
    return diagnostic(NO_LIBRARY, "signing needs the `cryptography` package, which is not installed", place, help)
