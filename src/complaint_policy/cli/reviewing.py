"""Carries out a review: takes what was from git into a private folder, and asks every judge of each policy touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from complaint_policy.cli.policy_files import NO_POLICIES
from complaint_policy.cli.repository import (
    OTHER_REPOSITORY,
    Repository,
    base_of,
    files_now,
    files_then,
)
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.review.asked import Asked, Touched
from complaint_policy.rollout.review.results import Problem, Review, Reviewed, Step
from complaint_policy.rollout.review.steps import steps_of
from complaint_policy.rollout.review.trees import (
    Change,
    Subject,
    Tree,
    change_between,
    examples_by_policy,
    names_in,
    put_down,
    settings_of,
)

SETTINGS_CHANGED = Code(
    "CP777",
    "a change sets what is told of it",
    "The same change touches the file that sets at which level checks tell what they find. What is not told any more"
    " may be what somebody should see.",
    "warning",
)
REMOVED = Code(
    "CP773",
    "a policy that a change removes",
    "What it promised is promised no more, at least by this file: nothing can be proved of what is not there.",
    "warning",
)


class _States(NamedTuple):
    """The repository as it was and as it is; folder: where what was is put down."""

    repository: Repository
    then: Tree
    now: Tree
    change: Change
    folder: Path


def review_change(repository: Repository, paths: Sequence[Path], ref: str, asked: Asked) -> Review | Diagnostic:
    """Reviews the policies at the paths (all of the repository without one) that differ from where they began."""
    base = base_of(repository, ref)
    if isinstance(base, Diagnostic):
        return base
    then, now = files_then(repository, base), files_now(repository)
    if isinstance(then, Diagnostic):
        return then
    if isinstance(now, Diagnostic):
        return now
    names = _names(repository, paths, {*then, *now})
    if isinstance(names, Diagnostic):
        return names
    change = change_between(then, now)
    with TemporaryDirectory(prefix="complaint-policy-") as folder:
        states = _States(repository, then, now, change, Path(folder).resolve() / "then")  # beside it stands nothing
        return Review(base.ref, base.commit, len(change.files), tuple(_reviewed(states, names, asked)))


def _names(repository: Repository, paths: Sequence[Path], known: set[str]) -> list[str] | Diagnostic:
    """The paths as names in the repository, its top as an empty one; a path of nothing that is or was there is told."""
    found = []
    for path in paths:
        place = path.resolve()
        if not place.is_relative_to(repository.top):
            message = f"`{path}` stands outside the repository `{repository.top}`"
            return diagnostic(OTHER_REPOSITORY, message, None, "review each repository by itself")
        name = place.relative_to(repository.top).as_posix()
        name = "" if name == "." else name
        if not any(_is_below(one, name) for one in known):
            return diagnostic(NO_POLICIES, f"there is no policy at `{path}`, nor was there")
        found.append(name)
    return found or [""]


def _is_below(name: str, folder: str) -> bool:
    return not folder or name == folder or name.startswith(f"{folder}/")


def _reviewed(states: _States, names: Sequence[str], asked: Asked) -> Iterator[Reviewed]:
    """Each policy that the change really touches, in the order of names."""
    from complaint_policy.cli.progress import counted

    chosen = [one for one in states.change.subjects if any(_is_below(one.name, name) for name in names)]
    if not chosen:
        return
    put_down(states.then, states.folder)
    check = _checker(states)
    are, were = examples_by_policy(states.now), examples_by_policy(states.then)
    with counted(chosen, shown=True, noun="policies", first=1, each=1) as shown:
        for subject in shown:
            shown_as = _shown(states.repository.top, subject.name)
            now = check(shown_as) if subject.now is not None else None
            then = check(states.folder / subject.then) if subject.then is not None else None
            examples, had = are.get(subject.now or "", ()), were.get(subject.then or "", ())
            if not _is_touched(states, subject, now, then, {*examples, *had}):
                continue
            touched = Touched(
                subject,
                now,
                then,
                tuple(_shown(states.repository.top, name) for name in examples),
                tuple(states.folder / name for name in had),
            )
            yield _of_policy(touched, str(shown_as), asked)


def _shown(top: Path, name: str) -> Path:
    """A file as whoever stands here would name it."""
    return Path(os.path.relpath(top / name, Path.cwd()))


def _is_touched(
    states: _States, subject: Subject, now: Checked | None, then: Checked | None, examples: set[str]
) -> bool:
    """Whether a file of the policy, as it is or was, differs: one that only names a changed pack may not extend it."""
    if subject.kind != "touched":
        return True
    files = names_in(states.repository.top, now.files if now else ())
    files |= names_in(states.folder, then.files if then else ())
    return not states.change.files.isdisjoint(files | examples)


def _of_policy(touched: Touched, file: str, asked: Asked) -> Reviewed:
    if touched.now is None:
        place = Location(file, 1, 1)
        problem = Problem("look", diagnostic(REMOVED, "the change removes this policy", place))
        then = touched.then.policy if touched.then else None
        return Reviewed(
            touched.subject, file, None, then, (Step("check", because="it is removed", problems=(problem,)),)
        )
    steps = tuple(steps_of(touched, asked))
    return Reviewed(touched.subject, file, touched.now.policy, touched.then.policy if touched.then else None, steps)


def _checker(states: _States) -> Callable[[Path], Checked]:
    """Checks a file with the checks and packs of plugins, and refuses one that reads what is outside."""
    from complaint_policy.cli.check_levels import Levels
    from complaint_policy.cli.plugged_in import plugged_in
    from complaint_policy.plugins import pack_folders, registered_checks
    from complaint_policy.policy.lint import BUILT_IN
    from complaint_policy.shipped import policies_folder

    plugins, levels = plugged_in(), Levels({})
    brought = [one.folder for one in pack_folders(plugins)[0]]
    further = [item.run for item in registered_checks(plugins)[0] if item.check not in BUILT_IN]
    inside = [one.resolve() for one in (states.repository.top, states.folder, policies_folder(), *brought)]

    def set_by(path: Path) -> Iterator[Diagnostic]:
        for name in names_in(states.repository.top, (path,)):
            for file in settings_of(name, states.change.files):
                place = Location(str(_shown(states.repository.top, file)), 1, 1)
                yield diagnostic(SETTINGS_CHANGED, "the change also sets what checks tell", place)

    def check(path: Path) -> Checked:
        checked = check_file(path, checks=further, brought=lambda: brought)
        outside = [one for one in checked.files if not any(one.resolve().is_relative_to(place) for place in inside)]
        if not outside:
            return replace(checked, diagnostics=[*levels.told(path, checked), *set_by(path)])
        message = f"it reads `{outside[0].resolve()}`, which stands outside the repository"
        help = (
            "put the pack into the repository, or rename what only happens to stand there: a review reads nothing else"
        )
        told = diagnostic(OTHER_REPOSITORY, message, Location(str(path), 1, 1), help)
        return Checked(None, [told], {}, (path,))

    return check
