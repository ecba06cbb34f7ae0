"""Warnings in words: `50%`, or `2 business hours before`."""

from __future__ import annotations

from complaint_policy.diagnostics import Code, diagnostic
from complaint_policy.policy.short_forms.written import Reading, Written

WARNING_WORDS = Code(
    "CP171",
    "a warning in words cannot be read",
    "A warning comes when a share of the period has run, `50%`, or some time before its end, `2 business hours"
    " before`.",
)
_BEFORE = " before"


def read_warning(text: Written) -> Reading:
    """`{percent: 50}` of `50%`, `{before: 2 business hours}` of `2 business hours before`."""
    said = text.text
    share = said.removesuffix("%").rstrip()
    if said.endswith("%") and share.isascii() and share.isdigit():
        return Reading(text.map([("percent", text.value(0, len(share)))]), [])
    length = said.removesuffix(_BEFORE).rstrip()
    if said.endswith(_BEFORE) and length:
        return Reading(text.map([("before", text.value(0, len(length)))]), [])
    return Reading(None, [diagnostic(WARNING_WORDS, f"`{said}` does not say when to warn", text.place(), _help(said))])


def _help(said: str) -> str:
    number, _, rest = said.partition(" ")
    if number.isascii() and number.isdigit() and not rest:
        return f"write `{number}%` for a share of the period, or a length before its end, such as `2 days before`"
    if rest.startswith(("per", "%")):
        return f"write `{number}%`"
    if number.isascii() and number.isdigit():
        return f"write `{said}{_BEFORE}`"
    return "write a share of the period, such as `50%`, or a length before its end, such as `2 business hours before`"
