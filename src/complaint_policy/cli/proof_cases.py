"""Writes the case of an answer of the proof as two files: an example for `test`, the bare case for `explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaint_policy.rollout.proof.results import Answer


def write_case(answer: Answer, policy_path: Path, folder: Path) -> Path:
    """Two files beside each other in the folder; the one given back is the example, the other ends in `.json`."""
    from complaint_policy.cli.showing import unwritable, whole_file
    from complaint_policy.rollout.proof.files import case_text, example_of
    from complaint_policy.rollout.writing import file_text

    assert answer.witness is not None, "only an answer with a case has a file"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(f"`{folder}`", error) from None
    example = folder / f"{answer.name}.yaml"
    with whole_file(example) as stream:
        stream.write(file_text(path_from(policy_path, folder), [example_of(answer)]).encode())
    with whole_file(example.with_suffix(".json")) as stream:
        stream.write(case_text(answer.name, answer.witness).encode())
    return example


def path_from(policy_path: Path, folder: Path) -> str:
    """The path of the policy from the folder of its examples."""
    import os

    return Path(os.path.relpath(policy_path, folder)).as_posix()
