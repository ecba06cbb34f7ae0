"""Which version of a policy's own parts holds for a case, and what of an answer is that of which version (64, 66)."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.clocks.data import AtEvent, Every
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Decided, Evaluation, Finding, TierResult
from complaint_policy.evaluation.view import Answer, Engine, FindTier, Question, View
from complaint_policy.policy.model import Pack, Version
from complaint_policy.records import NamedTuple

NEVER = -FOREVER


class Window(NamedTuple):
    """Of which clocks a version holds: those started at or after `first` and before `last`."""

    first: int = NEVER
    last: int = FOREVER

    def holds(self, start: int | None) -> bool:
        """Whether a clock that started then is in it; one that has not started will start later."""
        return self.last == FOREVER if start is None else self.first <= start < self.last


WHOLE = Window()


def held_by(view: View) -> dict[str, Window]:
    """The versions that hold for the case as of the view, by id, oldest first.

    A case has the version in force when it was received. Where a later one came into force while it was open, that
    one's `open_cases` says how it goes on; a case that was closed then keeps what it had.
    """
    versions, start = view.engine.policy.versions, view.received
    found = {versions[0].id: WHOLE}
    for version in versions[1:]:
        since = NEVER if version.since is None else version.since
        if start == FOREVER or start < since:
            if not view.now.reached(since):
                break
            if start != FOREVER:
                found = _going_on(view, found, version, since)
                continue
        found = {version.id: WHOLE}
    return found


def _going_on(view: View, before: dict[str, Window], version: Version, since: int) -> dict[str, Window]:
    if version.open_cases == "keep_old" or not _was_open(view, since):
        return before
    if version.open_cases == "apply_new":
        return {version.id: WHOLE}
    if version.open_cases == "stricter_of":
        return {**before, version.id: WHOLE}
    older = {id: Window(first, min(last, since)) for id, (first, last) in before.items()}
    return {**older, version.id: Window(since)}


def _was_open(view: View, moment: int) -> bool:
    """Whether the case was open when a version came into force: an event at that very moment came after it."""
    closed = [one.at for one in view.happened("closed") if one.at < moment]
    reopened = [one.at for one in view.happened("reopened") if one.at < moment]
    return not closed or (bool(reopened) and reopened[-1] >= closed[-1])


# --- what is owed -----------------------------------------------------------------------------------------------------


def version_of(engine: Engine, pack: str) -> Version | None:
    """The version whose part bears this pack's id (empty: the policy's own); None for a pack of law."""
    return next((one for one in engine.policy.versions if one.id == pack), None)


def version_parts(engine: Engine, pack: Pack) -> list[Question]:
    """What the parts of a version depend on besides: that it holds, and for an earlier one its own scope."""
    own = engine.policy.packs[0]
    version = version_of(engine, "" if pack is own else pack.id)
    if version is None:
        return []
    parts: list[Question] = [lambda view: version.id in held_by(view)]
    if version.id and version.scope is not None:
        parts.append(_in_scope(version.scope))
    return parts


def _in_scope(name: str) -> Question:
    def ask(view: View) -> Answer:
        decided = view.engine.decisions[name](view)
        if decided.label is not None:
            return decided.label != "out"
        return None if "out" in decided.possible else True

    return ask


def by_start(engine: Engine, pack: str) -> Callable[[View, int | None], bool] | None:
    """Whether a clock that started then is its version's; None where versions are never told apart by their clocks."""
    version = version_of(engine, pack)
    if version is None or all(one.open_cases != "from_next_stage" for one in engine.policy.versions[1:]):
        return None
    return lambda view, start: held_by(view).get(version.id, WHOLE).holds(start)


def series_parts(engine: Engine, pack: str, every: Every) -> list[Question]:
    """A series goes by its version as a whole: by the first event from which it runs, else by the receipt."""
    of_version = by_start(engine, pack)
    if of_version is None:
        return []
    event = every.start.event if isinstance(every.start, AtEvent) else "received"

    def ask(view: View) -> Answer:
        seen = view.happened(event)
        return of_version(view, seen[0].at if seen else None)

    return [ask]


# --- the tier ---------------------------------------------------------------------------------------------------------


def tier_of_versions(engine: Engine, tiers: dict[str, FindTier]) -> FindTier:
    """The tier by the versions that hold: the higher, where there are several (66)."""
    order = [tier.id for tier in engine.policy.escalation.tiers] if engine.policy.escalation else []

    def find(view: View) -> TierResult:
        held = _deciding(view)
        results = [tiers[id](view) for id in held if id in tiers]
        if not results:
            return TierResult(None, None, "", (), ())
        return max(results, key=lambda one: order.index(one.now) if one.now in order else -1)

    return find


def _deciding(view: View) -> list[str]:
    """The versions that decide: one that holds for later clocks only does so once such a clock has started."""
    held = held_by(view)
    return [id for id, window in held.items() if window.first == NEVER or _has_begun(view, id)]


def _has_begun(view: View, version: str) -> bool:
    return any(
        one.start is not None and one.state != "not_applicable"
        for duty in view.engine.duties
        if duty.duty.pack == version
        for one in duty.standings(view)
    )


# --- the answer -------------------------------------------------------------------------------------------------------


def of_versions(view: View, answer: Evaluation) -> Evaluation:
    """The answer without what belongs to versions that never held for the case, and with a word on those that do."""
    engine = view.engine
    held, deciding = held_by(view), _deciding(view)
    ids = {one.id for one in engine.policy.versions}
    own = engine.policy.packs[0].id
    silent = {duty.id for duty in engine.policy.duties if duty.pack in ids and duty.pack not in held}
    rights = {right.id for right in engine.policy.rights if right.pack in ids and right.pack not in held}
    kept = [one for one in answer.kept if one.duty not in silent]
    return answer._replace(
        scope=scope_of(view, answer.scope, deciding),
        decisions=tuple(one for one in answer.decisions if _version_named(one, ids) in held),
        applies=tuple(one for one in answer.applies if one[0] not in ids - {""} or one[0] in held),
        duties=tuple(one for one in answer.duties if one.duty not in silent or one.state != "not_applicable"),
        rights=tuple(one for one in answer.rights if one.right not in rights or one.state != "never_started"),
        kept=tuple(kept),
        findings=(*_told(view, held, own), *answer.findings),
    )


def _version_named(one: Decided, ids: set[str]) -> str:
    """The version of a decision; those of packs are of every version, and the current one stands for them."""
    prefix = one.name.rpartition("/")[0]
    return prefix if prefix in ids else ""


def scope_of(view: View, current: Decided | None, deciding: list[str] | None = None) -> Decided | None:
    """The scope by the deciding versions: in, if the case is in by one of them; `current`: by the latest version."""
    found = []
    deciding = _deciding(view) if deciding is None else deciding
    for version in view.engine.policy.versions:
        if version.id in deciding:
            name = version.scope
            found.append(None if name is None else view.engine.decisions[name](view))
    if None in found:
        return None
    return next((one for one in found if one is not None and one.label != "out"), found[-1] if found else current)


def _told(view: View, held: dict[str, Window], own: str) -> list[Finding]:
    """Which earlier version holds, and since when another one is in force."""
    found = []
    for version in view.engine.policy.versions[:-1]:
        if version.id in held:
            found.append(Finding("earlier_version", own, None, version.id))
    return found
