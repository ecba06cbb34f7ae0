"""From a policy file to a checked policy: every mistake of it and of its packs in one run, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from pathlib import Path

from complaint_policy.conditions.typing import Scope
from complaint_policy.diagnostics import Diagnostic, PolicyError, has_errors, in_order
from complaint_policy.policy.allowances import Allowed, Judged, judged
from complaint_policy.policy.compiling.asked import Question
from complaint_policy.policy.compiling.assembly import compile_policy
from complaint_policy.policy.compiling.consequences import not_told_already
from complaint_policy.policy.compiling.draft import Common
from complaint_policy.policy.compiling.earlier import earlier_versions
from complaint_policy.policy.compiling.gathering import gather
from complaint_policy.policy.compiling.packs import Brought, none_brought, read_policy_file
from complaint_policy.policy.lint import Check, lint
from complaint_policy.policy.lint_check import NOWHERE, Subject, Viewpoint
from complaint_policy.policy.model import Policy
from complaint_policy.policy.nodes import Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `policy` is None iff there are errors; `sources` holds each file's text by its name.

    `files` are the files read, the policy first and the templates of letters last: what a cached result depends on.
    `conditions` are those that were read, each with the names it may use. `questions` is a `law:` section to fill in,
    with all that packs ask and nobody answers yet; empty if there is nothing. `asked` are the same questions by pack.
    `written` is the policy's document before its short forms were put in full. `allowed` are warnings that a comment
    sets aside.
    """

    policy: Policy | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    files: tuple[Path, ...]
    conditions: tuple[tuple[Scalar, Scope], ...] = ()
    questions: str = ""
    asked: Table[str, tuple[Question, ...]] = field(default_factory=dict)
    written: Node | None = None
    allowed: tuple[Allowed, ...] = ()


def check_file(
    path: Path,
    *,
    search: Sequence[Path] = (),
    brought: Brought = none_brought,
    horizon_year: int | None = None,
    checks: Iterable[Check] = (),
    data: bytes | None = None,
    beside: Table[str, bytes] | None = None,
    warn: bool = True,
    viewpoint: Viewpoint = NOWHERE,
) -> Checked:
    """Read, check and compile a policy file with the packs that it names under `law:`.

    A pack `NAME` is looked for beside the policy (`NAME/policy.yaml`, `NAME.yaml`, `../NAME/policy.yaml`), in the
    `policies` folder of each folder above, in `search`, and among the packs that come with the program; where it is not
    found there, in the folders that `brought` gives, those of plugins. Calendars reach
    from 20 years before to 15 years after `horizon_year`, by default the year from which the policy is in force
    (ahead: or in which it was last approved or reviewed).
    `checks` are further checks that warn; `data` is what the file is to hold, where it is not that yet, and `beside`
    the same of templates of letters, by the names that the policy gives them. `warn`: whether to look for what is
    allowed and probably not meant; `viewpoint`: from where. Never raises for what an author wrote.
    """
    main = read_policy_file(path, str(path), data)
    found = list(main.diagnostics)
    packs, whole = gather(main, search, found, brought)
    earlier = earlier_versions(main, search, found)
    read = [main, *(pack.source for pack in packs), *earlier]
    sources = {str(one.path): one.text for one in read}
    files = tuple(one.path for one in read)
    if main.root is None or not whole:
        return Checked(None, in_order(found), sources, files)
    older = [one.root for one in earlier if one.root is not None]
    policy, common = compile_policy(main.root, packs, horizon_year, older, beside or {})
    sources |= common.letters
    files += tuple(Path(one) for one in common.letters)
    warnings = (
        [] if has_errors(common.problems) or not warn else lint(_subject(policy, common, main.root, viewpoint), checks)
    )
    before = {str(one.path) for one in earlier}  # what they warned of was for their own time to mend
    warnings = [one for one in warnings if one.location is None or one.location.file not in before]
    problems = not_told_already(common.problems, found)
    found.extend(one for one in problems if one.level == "error" or not has_errors((*found, *problems)))
    if not has_errors(found):
        found.extend(warnings)
    checked = None if has_errors(found) else policy
    conditions = tuple(common.conditions)
    unread = before | set(common.letters)  # in these no comment speaks to a check
    judgement = (
        Judged(found, ())
        if checked is None or not warn
        else judged(found, {file: text for file, text in sources.items() if file not in unread}, str(main.path))
    )
    told, allowed = in_order(judgement.told), judgement.allowed
    return Checked(checked, told, sources, files, conditions, common.questions, common.asked, main.written, allowed)


def _subject(policy: Policy, common: Common, root: Mapping, viewpoint: Viewpoint) -> Subject:
    """What the checks that warn look at."""
    return Subject(policy, common.places, root, frozenset(common.used_calendars), viewpoint)


def load_policy(path: Path | str, *, search: Sequence[Path] = ()) -> Policy:
    """The compiled policy of a file; raises one `PolicyError` that holds every diagnostic if there are errors."""
    checked = check_file(Path(path), search=search)
    if checked.policy is None:
        raise PolicyError(checked.diagnostics)
    return checked.policy
