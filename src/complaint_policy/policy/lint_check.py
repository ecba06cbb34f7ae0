"""What a check is: a function that looks at a policy for one kind of doubt, and says in its own words what that is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias, TypeVar

from complaint_policy.diagnostics import Code, Diagnostic, Level, Location, diagnostic
from complaint_policy.policy import nodes
from complaint_policy.policy.documentation import Documentation, documentation_in
from complaint_policy.policy.model import Fact, Policy

Places: TypeAlias = dict[tuple[str, str], Location]
"""Where a thing was declared: by its kind (`fact`, `duty`, `rule`, …) and its qualified name."""

_Found = TypeVar("_Found")

_LATE_MORNING = 10 * 3600


class Viewpoint(NamedTuple):
    """From where a policy is looked at, which nothing in its file says.

    moment: that (UTC seconds) against which reviews and dates are held; None: against none. bundle: what was built
    of the policy before, to see which public holidays have changed since; None: nothing is compared.
    """

    moment: int | None = None
    bundle: Policy | None = None


NOWHERE = Viewpoint()
"""Against no moment, beside no bundle."""


class Told(NamedTuple):
    """What a check found, but for its code: a message at a place, what would mend it, and other places to look at.

    facts: those of a case that shows it, as a case file writes them; None where no case does.
    """

    message: str
    place: Location | None
    help: str = ""
    related: tuple[tuple[str, Location], ...] = ()
    facts: Mapping[str, object] | None = None


@dataclass(eq=False)
class Subject:
    """What the checks look at: a compiled policy without errors, and what of its file the model does not hold.

    root: the policy's own file, short forms written in full; None for a policy that comes without one. used_calendars:
    the names of those that something counts in.
    """

    policy: Policy
    places: Places
    root: nodes.Mapping | None = None
    used_calendars: frozenset[str] = frozenset()
    viewpoint: Viewpoint = NOWHERE
    _found: dict[object, Any] = field(default_factory=dict)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Every fact by its name."""
        return {fact.field.name: fact for fact in self.policy.facts}

    def once(self, key: object, find: Callable[[], _Found]) -> _Found:
        """What several checks need, found when the first of them asks."""
        if key not in self._found:
            self._found[key] = find()
        found: _Found = self._found[key]
        return found

    def place(self, kind: str, name: str) -> Location | None:
        """Where a thing was declared."""
        return self.places.get((kind, name))


Look: TypeAlias = Callable[[Subject], Iterable[Told]]


@dataclass(frozen=True, slots=True)
class LintCheck:
    """A check with its code. `documentation` is read from the docstring of the function that looks."""

    code: Code
    name: str
    look: Look
    documentation: Documentation

    def run(self, subject: Subject) -> Iterator[Diagnostic]:
        """What the check finds, at the level that its code is declared with."""
        for told in self.look(subject):
            case = "" if told.facts is None else _case(self.code, told.facts, subject.policy)
            yield diagnostic(self.code, told.message, told.place, told.help, told.related, case=case)

    def __call__(self, policy: Policy, places: Places) -> Iterator[Diagnostic]:
        """What the check finds in a policy without a file, as the checks of plugins are called."""
        return self.run(Subject(policy, places))


def warns(number: str, title: str, level: Level = "warning") -> Callable[[Look], LintCheck]:
    """Makes a check of a function; why what it finds is doubtful, with an example, stands in its docstring."""

    def made(look: Look) -> LintCheck:
        said = documentation_in(look.__doc__)
        why = said.why[:1].upper() + said.why[1:]
        return LintCheck(Code(number, title, why, level), getattr(look, "__name__", title), look, said)

    return made


def _case(code: Code, facts: Mapping[str, object], policy: Policy) -> str:
    """A case with these facts, received on the first day of the policy."""
    begins = policy.packs[0].in_force[0] or 0
    received = datetime.fromtimestamp(begins + _LATE_MORNING, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    events = [{"type": "received", "at": received}]
    return json.dumps({"id": code.number, "facts": dict(facts), "events": events}, ensure_ascii=False)
