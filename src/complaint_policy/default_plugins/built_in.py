"""Names every plugin that comes with the program."""

from __future__ import annotations

from complaint_policy.default_plugins import checks

BUILT_IN: dict[str, object] = {"built-in-checks": checks}
"""Registered before all others, under these names."""
