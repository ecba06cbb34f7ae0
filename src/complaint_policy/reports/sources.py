"""Names the source of a duty or a right, and says so where its text was not read."""

from __future__ import annotations

from typing import Final, NamedTuple

READ: Final = ("", "primary")
"""Degrees of confidence that need no remark: none is given, or the text of the rule itself was read."""
_REMARKS: Final = {
    "primary-reproduced": "as others reproduce it",
    "primary-partial": "not all of its text was read",
    "official-secondary": "as a public body describes it, its text was not read",
    "secondary": "as others describe it, its text was not read",
    "from-memory": "from memory, its text was not read",
}
"""The words of shipped packs; a policy may have others, which are told as they are."""


class Source(NamedTuple):
    """Where something is written, and how sure the encoding of it is: the words of the policy, empty if it has none."""

    citation: str
    confidence: str


def source_in_words(source: Source) -> str:
    """`DISP 1.6.2AR [not all of its text was read]`; the citation alone where its text was; empty without either."""
    if source.confidence in READ:
        return source.citation
    remark = _REMARKS.get(source.confidence, f"confidence: {source.confidence}")
    return f"{source.citation} [{remark}]" if source.citation else f"[{remark}]"
