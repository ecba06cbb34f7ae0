"""Names every plugin that comes with the program."""

from __future__ import annotations

from complaint_policy.default_plugins import channels, checks, memory_store, sqlite_store

BUILT_IN: dict[str, object] = {
    "built-in-channels": channels,
    "built-in-checks": checks,
    "memory-store": memory_store,
    "sqlite-store": sqlite_store,
}
"""Registered before all others, under these names."""
