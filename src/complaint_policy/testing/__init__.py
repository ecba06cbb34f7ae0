"""Tests for the authors of plugins: what every store, channel and ticket system must do, to be run on their own.

    from complaint_policy.testing import CaseStoreContract

    class TestOurStore(CaseStoreContract):
        @pytest.fixture
        def open_store(self, tmp_path):
            return lambda: OurStore(f"house:///{tmp_path}/cases", now=0, create=True)

The contracts need pytest. All that a contract says follows from the Protocol that it tests, and no more.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaint_policy.testing.channel_contract import Arrived, ChannelContract
    from complaint_policy.testing.clock import FixedClock
    from complaint_policy.testing.store_contract import CaseStoreContract
    from complaint_policy.testing.ticketing_contract import TicketingContract

__all__ = ["Arrived", "CaseStoreContract", "ChannelContract", "FixedClock", "TicketingContract"]

_STANDS_IN = {
    "Arrived": "channel_contract",
    "CaseStoreContract": "store_contract",
    "ChannelContract": "channel_contract",
    "FixedClock": "clock",
    "TicketingContract": "ticketing_contract",
}
_PARTS = ("store_commits", "store_claims", "store_log", "store_reading", "store_adoptions", "store_moving")


def __getattr__(name: str) -> object:
    """The contracts are imported when they are first asked for, by which pytest is there."""
    if name not in _STANDS_IN:
        raise AttributeError(f"module `{__name__}` has no `{name}`")
    module = _STANDS_IN[name]
    if module.endswith("_contract"):
        import pytest

        # so that a failed assertion of a contract is shown with its values, as in a test of the author's own
        names = [f"{__name__}.{part}" for part in (module, *_PARTS)]
        pytest.register_assert_rewrite(*(name for name in names if name not in sys.modules))
    return getattr(import_module(f"{__name__}.{module}"), name)
