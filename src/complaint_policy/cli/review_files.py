"""Writes a review: the cases that it found, the review in every form for a build server, and one of them as output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.proof_cases import write_case
from complaint_policy.cli.showing import say, unwritable, whole_file
from complaint_policy.cli.writing import style_of_output
from complaint_policy.reports.review import review_in_words
from complaint_policy.reports.review_files import as_github, as_json, as_junit, as_sarif
from complaint_policy.reports.review_page import review_page
from complaint_policy.reports.review_points import CaseFile, CaseFiles
from complaint_policy.rollout.review.results import Answered, Outcome, Review, Reviewed

if TYPE_CHECKING:
    from complaint_policy.policy.model import Policy
    from complaint_policy.rollout.proof.results import Answer

_CODES: Mapping[Outcome, ExitCode] = {
    "fine": ExitCode.FINE,
    "findings": ExitCode.FINDINGS,
    "unavailable": ExitCode.USAGE,
    "errors": ExitCode.POLICY,
    "examples": ExitCode.EXAMPLES,
    "worse": ExitCode.WORSE,
    "unreadable": ExitCode.DATA,
}
FORMS: Mapping[str, Callable[[Review, CaseFiles], str]] = {
    "markdown": review_page,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
    "junit": as_junit,
}
_NAMES = {"markdown": "summary.md", "json": "review.json", "sarif": "review.sarif", "junit": "junit.xml"}
"""What each form is called in the folder."""
_IGNORE = "# made by `complaint-policy review`: nothing here belongs to the policies\n*\n"


def own_folder(folder: Path, top: Path) -> Path:
    """The folder, if it is no link that the repository holds: what is reviewed must not say where we write."""
    given = Path.cwd() / folder
    if given.is_relative_to(top) and given.resolve() != given:
        raise click.UsageError(f"`{folder}` leads elsewhere: name another folder with `--output`")
    return folder


def write_review(review: Review, form: str, summary: Path | None, folder: Path) -> ExitCode:
    """Writes everything, and says what exit code the review calls for: the highest of all steps."""
    _empty(folder)
    files = _write_cases(review, folder / "cases")
    for name, file in _NAMES.items():
        with whole_file(folder / file) as stream:
            stream.write(FORMS[name](review, files).encode())
    if summary is not None:
        _add(summary, review_page(review, files))
    if form == "text":
        say(review_in_words(review, files, style_of_output(to_terminal=True)))
    elif told := FORMS[form](review, files):
        say(told)
    return max((_CODES[step.outcome] for one in review.policies for step in one.steps), default=ExitCode.FINE)


def _empty(folder: Path) -> None:
    """Makes the folder, and takes away the cases that an earlier review wrote into it."""
    ignore, cases = folder / ".gitignore", folder / "cases"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if ignore.is_file() and ignore.read_text("utf-8", "replace") == _IGNORE and not cases.is_symlink():
            for old in sorted(cases.glob("*/*.*")):
                if old.suffix in (".yaml", ".json", ".bundle") and not old.parent.is_symlink():
                    old.unlink()
    except OSError as error:
        raise unwritable(f"`{folder}`", error) from None
    with whole_file(ignore) as stream:
        stream.write(_IGNORE.encode())


def _write_cases(review: Review, folder: Path) -> CaseFiles:
    """The case of each answer in a folder for each policy, and what a policy was where a case is one of that."""
    files: dict[tuple[str, str], CaseFile] = {}
    taken: set[Path] = set()
    for one in review.policies:
        place = folder / (one.now.id if one.now is not None else "none")
        while place in taken:
            place = place.with_name(f"{place.name}-again")
        taken.add(place)
        for answer in _shown(one):
            own_folder(place, Path.cwd())
            assert answer.witness is not None, "only those with a case are shown"
            policy = Path(one.file)
            if one.then is not None and answer.witness.engine.policy == one.then != one.now:
                policy = _write_bundle(one.then, place)
            files[one.file, answer.name] = CaseFile(policy, write_case(answer, policy, place))
    return files


def _shown(one: Reviewed) -> Iterator[Answer]:
    for step in one.steps:
        for problem in step.problems:
            if isinstance(problem.what, Answered) and problem.what.answer.witness is not None:
                yield problem.what.answer


def _write_bundle(policy: Policy, folder: Path) -> Path:
    """The policy as it was, whose files are not here any more."""
    from complaint_policy.policy.bundle import dump

    path = folder / "before.bundle"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(f"`{folder}`", error) from None
    with whole_file(path) as stream:
        stream.write(dump(policy))
    return path


def _add(summary: Path, text: str) -> None:
    try:
        with summary.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text + "\n")
    except OSError as error:
        raise unwritable(f"`{summary}`", error) from None
