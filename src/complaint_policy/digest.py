"""The digest by which a bundle, and what it was made from, are known: SHA-256."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha256
else:
    # `hashlib` loads OpenSSL first, which costs a command more than all the digests that it computes; the standard
    # library's own `random` goes the same way.
    try:
        from _sha2 import sha256  # Python 3.12 and newer
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

__all__ = ["sha256"]
