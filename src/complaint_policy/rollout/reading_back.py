"""Reads an example that was written by the program, and says whether it comes out as it says."""

from __future__ import annotations

from pathlib import Path

from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.nodes import Mapping
from complaint_policy.policy.schema import read_checked
from complaint_policy.rollout.reading import Written, examples_of
from complaint_policy.rollout.running import run
from complaint_policy.rollout.writing import file_text

_NAME = "examples.yaml"


def passes(text: str, engine: Engine) -> bool:
    """Whether entries of `cases:` can be read without a complaint, and come out as they say."""
    whole = file_text("policy.yaml", [text])
    node, found = read_checked(whole.encode(), _NAME, "examples")
    if not isinstance(node, Mapping):
        return False
    examples = examples_of(Written(_NAME, whole, Path("policy.yaml"), node, tuple(found)), engine.policy)
    return not examples.diagnostics and all(ran.passed for ran in run(examples.examples, engine))
