"""From a policy file to a checked policy: every mistake of it and of its packs in one run, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from complaint_policy.conditions.typing import Scope
from complaint_policy.diagnostics import Diagnostic, PolicyError, has_errors, in_order
from complaint_policy.policy.compiling.assembly import compile_policy
from complaint_policy.policy.compiling.consequences import not_told_already
from complaint_policy.policy.compiling.packs import Source, check_pack, find_pack, read_policy_file
from complaint_policy.policy.lint import Check, lint
from complaint_policy.policy.model import Policy
from complaint_policy.policy.nodes import Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `policy` is None iff there are errors; `sources` holds each file's text by its name.

    `files` are the files read, the policy first: what a cached result depends on. `conditions` are those that were
    read, each with the names it may use.
    """

    policy: Policy | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    files: tuple[Path, ...]
    conditions: tuple[tuple[Scalar, Scope], ...] = ()


def check_file(
    path: Path,
    *,
    search: Sequence[Path] = (),
    horizon_year: int | None = None,
    checks: Iterable[Check] = (),
    data: bytes | None = None,
    warn: bool = True,
) -> Checked:
    """Read, check and compile a policy file with the packs that it names under `law:`.

    A pack `NAME` is looked for beside the policy (`NAME/policy.yaml`, `NAME.yaml`, `../NAME/policy.yaml`), in the
    `policies` folder of each folder above, in `search`, and among the packs that come with the program. Calendars reach
    from 20 years before to 15 years after `horizon_year`, by default the year from which the policy is in force.
    `checks` are further checks that warn; `data` is what the file is to hold, where it is not that yet. `warn`: whether
    to look for what is allowed and probably not meant. Never raises for what an author wrote.
    """
    main = read_policy_file(path, str(path), data)
    found = list(main.diagnostics)
    packs = _packs(main, search, found)
    sources = {str(one.path): one.text for one in (main, *(source for _, _, source in packs))}
    files = (path, *(source.path for _, _, source in packs))
    if main.root is None or any(source.root is None for _, _, source in packs):
        return Checked(None, in_order(found), sources, files)
    policy, problems, warnings, conditions = _compiled(main.root, packs, horizon_year, checks, warn)
    problems = not_told_already(problems, found)
    found.extend(one for one in problems if one.level == "error" or not has_errors((*found, *problems)))
    if not has_errors(found):
        found.extend(warnings)
    return Checked(None if has_errors(found) else policy, in_order(found), sources, files, conditions)


def _packs(main: Source, search: Sequence[Path], found: list[Diagnostic]) -> list[tuple[Scalar, Node, Source]]:
    law = main.root.get("law") if main.root else None
    own_id = main.root.get("id") if main.root else None
    packs = []
    for key, node in law.entries if isinstance(law, Mapping) else ():
        place = find_pack(key, main.path, search, found)
        if place is None:
            continue
        source = read_policy_file(place, str(place))
        check_pack(source, key, node, own_id.text if isinstance(own_id, Scalar) else "", found)
        found.extend(source.diagnostics)
        packs.append((key, node, source))
    return packs


def _compiled(
    root: Mapping, packs: list[tuple[Scalar, Node, Source]], year: int | None, checks: Iterable[Check], warn: bool
) -> tuple[Policy, list[Diagnostic], list[Diagnostic], tuple[tuple[Scalar, Scope], ...]]:
    """The policy (whole only without errors), its problems, the warnings of lint, and the conditions that were read."""
    documents = [(key, node, source.root) for key, node, source in packs if source.root is not None]
    policy, common = compile_policy(root, documents, year)
    warnings = [] if has_errors(common.problems) or not warn else lint(policy, common.places, checks)
    return policy, common.problems, warnings, tuple(common.conditions)


def load_policy(path: Path | str, *, search: Sequence[Path] = ()) -> Policy:
    """The compiled policy of a file; raises one `PolicyError` that holds every diagnostic if there are errors."""
    checked = check_file(Path(path), search=search)
    if checked.policy is None:
        raise PolicyError(checked.diagnostics)
    return checked.policy
