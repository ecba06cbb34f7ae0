"""Counts what many evaluations say: states, tiers, scope, and how often each duty was missed."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from complaint_policy.evaluation.outcome import Evaluation

_OWED_AND_OVER = ("met", "met_late", "breached", "attested", "lapsed")
_LATE = ("met_late", "breached")


class Summary:
    """Takes evaluations one by one; the figures are the same in whatever order they come.

    `prohibitions`: the ids of those duties that forbid something; they are over when they have ended unbroken.
    """

    __slots__ = ("cases", "decisions", "duties", "findings", "prohibitions", "scope", "tiers", "unread", "warnings")

    def __init__(self, prohibitions: frozenset[str] = frozenset()) -> None:
        self.prohibitions = prohibitions
        self.cases = 0
        self.unread = 0
        self.scope: Counter[str] = Counter()
        self.tiers: Counter[str] = Counter()
        self.decisions: dict[str, Counter[str]] = defaultdict(Counter)
        self.duties: dict[str, Counter[str]] = defaultdict(Counter)
        self.warnings: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()

    def add(self, evaluation: Evaluation) -> None:
        """Counts one evaluation; an undetermined label is counted as `cannot tell`."""
        self.cases += 1
        if evaluation.scope is not None:
            self.scope[evaluation.scope.label or "cannot tell"] += 1
        if evaluation.tier is not None:
            self.tiers[evaluation.tier.now or "cannot tell"] += 1
        for decision in evaluation.decisions:
            self.decisions[decision.name][decision.label or "cannot tell"] += 1
        for duty in evaluation.duties:
            self.duties[duty.duty][duty.state] += 1
            if duty.warning:
                self.warnings[duty.duty] += 1
        self.findings.update(finding.kind for finding in evaluation.findings)

    def data(self) -> dict[str, Any]:
        """The figures as an object of fixed keys. `breach_rate` is late or missed among all that were owed and
        are over."""
        return {
            "schema": "summary/1",
            "cases": self.cases,
            "unread": self.unread,
            "scope": _sorted(self.scope),
            "tiers": _sorted(self.tiers),
            "decisions": {name: _sorted(counts) for name, counts in sorted(self.decisions.items())},
            "duties": {name: self._duty(name, counts) for name, counts in sorted(self.duties.items())},
            "findings": _sorted(self.findings),
        }

    def _duty(self, name: str, counts: Counter[str]) -> dict[str, Any]:
        rate = breach_rate(counts, name in self.prohibitions)
        return {"states": _sorted(counts), "warnings": self.warnings[name], "breach_rate": rate}

    def text(self) -> str:
        """The figures as lines for people."""
        lines = [f"{self.cases:,} cases evaluated" + (f", {self.unread:,} could not be read" if self.unread else "")]
        for title, counts in (("scope", self.scope), ("tier", self.tiers), *sorted(self.decisions.items())):
            if counts:
                lines.append(f"{title}: " + _listed(counts))
        width = max((len(name) for name in self.duties), default=0)
        if self.duties:
            lines += ["", f"{'duty'.ljust(width)}  missed   states"]
        for name, counts in sorted(self.duties.items()):
            rate = self._duty(name, counts)["breach_rate"]
            shown = "     -" if rate is None else f"{float(rate):6.1%}"
            lines.append(f"{name.ljust(width)}  {shown}   {_listed(counts)}")
        if self.findings:
            lines += ["", "findings: " + _listed(self.findings)]
        return "\n".join(lines) + "\n"


def breach_rate(states: Counter[str], forbids: bool) -> str | None:
    """The share of late or missed among all that were owed and are over, as `0.1234`; None if none is over.

    forbids: of a prohibition, which is over when it has ended unbroken.
    """
    over = sum(states[state] for state in _OWED_AND_OVER) + (states["ended"] if forbids else 0)
    return f"{sum(states[state] for state in _LATE) / over:.4f}" if over else None


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _listed(counts: Counter[str]) -> str:
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in most)
