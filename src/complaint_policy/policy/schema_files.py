"""The schemas that come with the program, as text and as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from complaint_policy.shipped import schemas_folder

Schema: TypeAlias = Mapping[str, Any]


def schema_text(name: str) -> str:
    """The text of a shipped schema: `policy`, `examples`, `case`, `mapping` or `evaluation`."""
    return (schemas_folder() / f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def schema_named(name: str) -> Schema:
    """The same as data, read once; nobody changes it."""
    schema: Schema = json.loads(schema_text(name))
    return schema
