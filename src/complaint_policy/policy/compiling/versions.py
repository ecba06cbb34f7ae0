"""Earlier versions of a policy as parts of it: their words are read through the current facts and packs."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from complaint_policy.case import Field
from complaint_policy.conditions.typing import in_words
from complaint_policy.diagnostics import Code, Location, diagnostic
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.compiling.facts import SOURCES
from complaint_policy.policy.model import SameAs, Source
from complaint_policy.policy.nodes import Mapping, Node, Scalar

ORDER = Code(
    "CP344",
    "versions do not follow each other",
    "Each moment has one version in force: a version ends where the next one begins, and begins later than the one that"
    " it replaces. Between two versions a case would have no rule, and where they overlap it would have two.",
)
NEEDED = Code(
    "CP345",
    "an earlier version needs what is not there any more",
    "Open cases that go on by an earlier version are read by the current one: the facts and packs which that version"
    " looks at stay declared for as long as its cases are open (semantics 67).",
)


class VersionSpan(NamedTuple):
    """A version with the moments from which and until which it says that it is in force."""

    draft: Draft
    since: int | None
    until: int | None


def facts_of_earlier(declared: list[tuple[Scalar, Node, Field]], draft: Draft, own: Draft) -> dict[str, Source]:
    """The facts that an earlier version reads from cases, as the current version reads them (semantics 67)."""
    found: dict[str, Source] = {}
    for key, node, field in declared:
        if isinstance(node, Mapping) and any(node.get(one) for one in SOURCES):
            continue
        current = own.scope.get(key.text)
        if current is None:
            help = f"declare `{key.text}` in this version too, or build without `replaces` once those cases are closed"
            _needs(draft, own, f"the fact `{key.text}`", key.location, help)
        elif (current[1].kind, current[1].scale, current[1].currency) != (
            field.type.kind,
            field.type.scale,
            field.type.currency,
        ):
            help = f"give the new fact another name: there `{key.text}` is {in_words(field.type.kind)}"
            _needs(draft, own, f"`{key.text}` with the type that it had", key.location, help)
        else:
            found[key.text] = SameAs(current[0], _choices(key.text, field, draft, own))
    return found


def _choices(name: str, field: Field, draft: Draft, own: Draft) -> tuple[tuple[str, str], ...]:
    """The current choices with what they were called; a choice that the earlier version did not have is not told."""
    current = own.scope[name][1].choices
    if current == field.type.choices:
        return ()
    renamed = own.renamed.get(name, {})
    older = {new: old for old, new in renamed.items() if old in field.type.choices}
    pairs = ((one, one if one in field.type.choices else older.get(one, "")) for one in current)
    return tuple(pairs)


def packs_of_earlier(root: Mapping, packs: dict[str, Draft], draft: Draft, own: Draft) -> list[tuple[Scalar, Node]]:
    """The entries of `law:` of an earlier version whose packs the current one extends too."""
    law = root.get("law")
    found = []
    for key, body in law.entries if isinstance(law, Mapping) else ():
        if key.text in packs:
            found.append((key, body))
            draft.packs[key.text] = packs[key.text]
        else:
            _needs(
                draft, own, f"the pack `{key.text}`", key.location, f"keep `{key.text}` under `law:` in this version"
            )
    return found


def _needs(draft: Draft, own: Draft, what: str, place: Location, help: str) -> None:
    version = draft.prefix.removesuffix("/")
    named = own.root.get("replaces")
    message = f"version `{version}` needs {what}"
    where = named.location if named is not None else own.root.location
    own.problems.append(diagnostic(NEEDED, message, where, help, [(f"in version `{version}`", place)]))


def check_order(versions: list[VersionSpan]) -> None:
    """A problem for each version that does not begin where the one before it ends; oldest first."""
    for before, after in pairwise(versions):
        place = (after.draft.root.get("in_force") or after.draft.root).location
        related = [("the version before", (before.draft.root.get("in_force") or before.draft.root).location)]
        if before.since is None or after.since is None:
            continue  # it has a mistake of its own
        if after.since <= before.since:
            message, help = "this version begins no later than the one that it replaces", "write a later `from`"
        elif before.until is not None and before.until < after.since:
            message, help = "between the version before and this one no version is in force", "let them meet"
        elif before.until is not None and before.until > after.since:
            message, help = "the version before is in force until after this one begins", "let it end where this begins"
        else:
            continue
        after.draft.problems.append(diagnostic(ORDER, message, place, help, related))
