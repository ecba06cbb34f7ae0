"""How cases that are open when a new policy comes into force would fare by each way of going over (66)."""

from __future__ import annotations

from collections import Counter
from typing import Final

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case
from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple, replace
from complaint_policy.rollout.comparison.cases import Between, Pair
from complaint_policy.rollout.comparison.causes import Moment, answered
from complaint_policy.rollout.comparison.tally import Example, Moved, Tally

MODES: Final = ("keep_old", "apply_new", "stricter_of", "from_next_stage")
_NOT_OWED: Final = frozenset(("not_applicable", "ended"))
_LATE: Final = frozenset(("breached", "met_late"))


class GoingOver(NamedTuple):
    """The two policies as versions of one, and the moment at which the new one comes into force."""

    versions: Policy
    since: int


def in_mode(going: GoingOver, mode: str) -> Policy:
    """The policy that says so of open cases."""
    *earlier, now = going.versions.versions
    current = replace(now, open_cases=mode, since=going.since)
    return replace(going.versions, versions=(*earlier[:-1], replace(earlier[-1], since=None), current), open_cases=mode)


class Transitions:
    """Every way of going over, made ready once."""

    def __init__(self, going: GoingOver, new: Policy, moment: Moment) -> None:
        self.since, self.moment = going.since, moment
        self.engines = {mode: prepare(in_mode(going, mode)) for mode in MODES}
        read = [[field.name for field in given_facts(of)] for of in (new, going.versions)]
        self._between = None if read[0] == read[1] else Between(new, new, going.versions, frozenset())
        self._prefixes = tuple(f"{one.id}/" for one in going.versions.versions[:-1])

    def take(self, case: Case, tally: Tally) -> None:
        """Counts a case that is open at the change: by each mode what is late, and what moves beside `keep_old`."""
        if not self._is_open(case):
            return
        read = case if self._between is None else self._between.case(Pair(case, case))
        before: dict[tuple[str, str], DutyResult] = {}
        for mode, engine in self.engines.items():
            _, answer = answered(engine, read, self.moment)
            owed = self._binding(answer.duties)
            found = tally.modes.setdefault(mode, Moved())
            found.late += any(one.state in _LATE for one in owed.values())
            if mode == MODES[0]:
                before = owed
            found.verdicts[self._beside(case, before, owed, found)] += 1

    def _is_open(self, case: Case) -> bool:
        """Received before the change, and not closed before it, as decision 66 has it."""
        last: Counter[str] = Counter()
        received = False
        for event in case.events:
            if event.at < self.since:
                received = received or event.type == "received"
                last[event.type] = max(last[event.type], event.at)
        return received and (not last["closed"] or last["reopened"] >= last["closed"])

    def _binding(self, duties: tuple[DutyResult, ...]) -> dict[tuple[str, str], DutyResult]:
        """What is owed, of two versions of a duty the one whose first late moment is earlier."""
        found: dict[tuple[str, str], DutyResult] = {}
        for one in duties:
            if one.state in _NOT_OWED:
                continue
            name = next((one.duty.removeprefix(part) for part in self._prefixes if one.duty.startswith(part)), one.duty)
            key = name, one.occurrence
            if key not in found or _first(one) < _first(found[key]):
                found[key] = one
        return found

    def _beside(
        self,
        case: Case,
        before: dict[tuple[str, str], DutyResult],
        after: dict[tuple[str, str], DutyResult],
        found: Moved,
    ) -> str:
        directions = set()
        for key in dict.fromkeys((*before, *after)):
            was, now = before.get(key), after.get(key)
            if was is None or now is None:
                directions.add("worse" if now is None else "better")
            elif was.late_from != now.late_from:
                later = _first(now) > _first(was)
                directions.add("worse" if later else "better")
                if was.late_from is not None and now.late_from is not None:
                    found.shifts[now.late_from - was.late_from] += 1
                found.note(Example(case.id, key[0], was.late_from, now.late_from, False))
        return next((one for one in ("worse", "better") if one in directions), "same")


def _first(one: DutyResult) -> float:
    return float("inf") if one.late_from is None else one.late_from
