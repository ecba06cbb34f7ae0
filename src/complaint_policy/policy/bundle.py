"""The bundle: a checked policy as one self-contained file, which says itself whether it is whole."""

from __future__ import annotations

import json
from typing import Any

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.digest import sha256
from complaint_policy.policy.bundle_codec import Codecs, Damaged
from complaint_policy.policy.model import Policy
from complaint_policy.records import replace

BUNDLE_VERSION = 1
"""Raised when an older release could no longer read what this one writes."""

DAMAGED = Code(
    "CP701",
    "the bundle is damaged",
    "A bundle carries a digest of its content. One that does not match was cut off, edited, or changed on its way; "
    "nothing of it can be relied on, so it is not read at all.",
)
OTHER_VERSION = Code(
    "CP702",
    "a bundle of another version",
    "The form of bundles has a version of its own. A release reads the bundles of its own version only, and names the "
    "command that makes one.",
)

DANGLING = Code(
    "CP703",
    "a bundle that names what it does not hold",
    "The digest of a bundle says that it is whole, not that it is right: another program may have made it. A fact, an "
    "event, a duty, a calendar that is named and not there would fail in the middle of an evaluation.",
)

_START = b'{"bundle":'
_PREFIX = b'{"bundle":%d,"digest":"sha256:%s","policy":'
_END = b"}\n"
_DIGEST_AT = len(b'{"bundle":1,"digest":"')
_DIGEST_SIZE = len("sha256:") + 64
_CONTENT_AT = len(_PREFIX % (BUNDLE_VERSION, b"0" * 64))


def dump(policy: Policy) -> bytes:
    """The bundle of a policy: canonical JSON (sorted keys, UTF-8, one line), the same bytes for the same policy.

    `load(dump(policy))` is the policy with its digest.
    """
    content = _canonical(Codecs().of(Policy).encode(replace(policy, digest="")))
    return _PREFIX % (BUNDLE_VERSION, sha256(content).hexdigest().encode()) + content + _END


def stamped(policy: Policy) -> Policy:
    """The policy with the digest that its bundle carries (semantics 68)."""
    return replace(policy, digest=digest_of(dump(policy)))


def digest_of(bundle: bytes) -> str:
    """The digest that a bundle of this version claims: `sha256:` and 64 hexadecimal digits."""
    return bundle[_DIGEST_AT : _DIGEST_AT + _DIGEST_SIZE].decode("ascii")


def looks_like_a_bundle(data: bytes) -> bool:
    """Whether these first bytes of a file begin a bundle (a policy in YAML never begins so)."""
    return data.lstrip().replace(b" ", b"").startswith(_START)


def load(data: bytes, file: str = "", *, own: bool = False) -> Policy | Diagnostic:
    """The policy of a bundle, or what is wrong with it; `file` is the name that the message gives.

    `own`: this program has just made it, or kept it where nobody else may write and found it whole; else its digest is
    worked out and every name is looked up.
    It reads data only, never code, and needs none of the libraries that checked the policy.
    """
    place = Location(file, 1, 1) if file else None
    whole = (data[_CONTENT_AT : -len(_END)], digest_of(data)) if own else _content(data)
    if isinstance(whole, str):
        return diagnostic(DAMAGED, whole, place, "build it again: `complaint-policy build POLICY -o FILE`")
    if isinstance(whole, int):
        return _other_version(whole, place)
    content, digest = whole
    try:
        policy: Policy = Codecs().of(Policy).decode(json.loads(content))
    except (Damaged, RecursionError, ValueError) as damage:
        help = "build it again with this release: `complaint-policy build POLICY -o FILE`"
        return diagnostic(DAMAGED, f"the bundle does not hold a policy of this version: {damage}", place, help)
    missing = None if own else _dangling(policy)
    if missing is not None:
        help = "build it again with this release: `complaint-policy build POLICY -o FILE`"
        return diagnostic(
            DANGLING, f"the bundle names the {missing[0]} `{missing[1]}`, which it does not hold", place, help
        )
    return replace(policy, digest=digest)


def _dangling(policy: Policy) -> tuple[str, str] | None:
    from complaint_policy.policy.bundle_references import dangling

    return dangling(policy)


def _content(data: bytes) -> tuple[bytes, str] | int | str:
    """The content with its digest when it is whole; else the version it is of, or what is wrong with it."""
    content = data[_CONTENT_AT : -len(_END)]
    digest = sha256(content).hexdigest().encode()
    # Every byte is compared: the content by its digest, what stands around it by itself.
    if data == b"".join((_PREFIX % (BUNDLE_VERSION, digest), content, _END)):
        return content, f"sha256:{digest.decode()}"
    return _rewritten(data)


def _rewritten(data: bytes) -> tuple[bytes, str] | int | str:
    """A bundle that some program has laid out anew says the same: it is judged by its canonical form."""
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return "the bundle is cut off or is not JSON"
    if not isinstance(found, dict) or "policy" not in found or "bundle" not in found:
        return "the file is not a bundle"
    version = found["bundle"]
    if version.__class__ is int and version != BUNDLE_VERSION:
        return int(version)
    try:
        content = _canonical(found["policy"])
    except (ValueError, RecursionError):
        return "the bundle is damaged"
    digest = "sha256:" + sha256(content).hexdigest()
    if found.get("digest") != digest or found.keys() != {"bundle", "digest", "policy"}:
        return "the content of the bundle does not match its digest"
    return content, digest


def _other_version(version: int, place: Location | None) -> Diagnostic:
    message = f"the bundle is of version {version}, and this release reads version {BUNDLE_VERSION}"
    if version > BUNDLE_VERSION:
        help = "a newer release made it: `python -m pip install --upgrade complaint-policy`"
    else:
        help = "build it again from its policy: `complaint-policy build POLICY -o FILE`"
    return diagnostic(OTHER_VERSION, message, place, help)


def _canonical(data: Any) -> bytes:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8")
