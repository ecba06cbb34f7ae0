"""What stops or lengthens a clock in one case: suspensions and extensions as given, and what to note of them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.clocks.data import Extension
from complaint_policy.records import NamedTuple

FindingKind: TypeAlias = Literal[
    "pause_too_late",
    "invalid_extension_late",
    "invalid_extension_ground",
    "invalid_extension_content",
    "invalid_extension_times",
    "invalid_extension_no_date",
    "invalid_extension_cap",
    "beyond_soft_cap",
    "unclear_pause",
    "unclear_suspension",
    "unclear_extension",
    "open_ended",
]
"""What is worth knowing of a pause or an extension. The `unclear_` ones have a ground or content that is not known."""


class SuspensionDays(NamedTuple):
    """A statutory suspension, first and last day both in; `ground` whether the case is of its class (36).

    id: its name in the policy.
    """

    first: int
    last: int
    ground: bool | None = True
    id: str = ""


class ExtensionAct(NamedTuple):
    """An extension as it was given: its ground and content as at that moment (None: cannot tell, not recorded).

    promised: for `to_date_in` the date (a local day) or, without `promised_is_day`, the moment. revoked_at: when it was
    taken back, if that has happened.
    """

    at: int
    rule: Extension
    ground: bool | None = True
    content_ok: bool | None = True
    promised: int | None = None
    promised_is_day: bool = True
    revoked_at: int | None = None
