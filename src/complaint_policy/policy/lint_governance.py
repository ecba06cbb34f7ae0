"""Checks that warn of how a policy is looked after: its owner, approval, review, and when it and its rules hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from complaint_policy.calendars.zones import DAY
from complaint_policy.clocks.data import Dated
from complaint_policy.diagnostics import Location
from complaint_policy.policy import nodes
from complaint_policy.policy.compiling.strictness import longest
from complaint_policy.policy.lengths import parse_length
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.nodes import Scalar

_EPOCH = date(1970, 1, 1).toordinal()


@warns("CP349", "a policy that nobody answers for")
def missing_owner(subject: Subject) -> Iterator[Told]:
    """A policy that is approved or reviewed, and has no `owner`.

    Why: whoever finds that a rule does not work must know whom to tell; ISO 10002 asks for a named responsibility.

    Example:
        approved: {by: the board, date: 2025-12-01}
        review: {every: 12 months, last: 2025-12-01}

    Better:
        owner: Head of Complaints
        approved: {by: the board, date: 2025-12-01}
        review: {every: 12 months, last: 2025-12-01}
    """
    looked_after = _written("approved", subject) or _written("review", subject)
    if looked_after is not None and not subject.policy.owner:
        yield Told("the policy has no `owner`", looked_after, "write `owner:` with the role that answers for it")


@warns("CP350", "a policy without a review")
def missing_review(subject: Subject) -> Iterator[Told]:
    """A policy that was approved, and does not say how often it is reviewed.

    Why: law, products and people change. A policy that nobody looks at again is right by chance; ISO 10002 asks for a
    review at planned times.

    Example:
        owner: Head of Complaints
        approved: {by: the board, date: 2025-12-01}

    Better:
        owner: Head of Complaints
        approved: {by: the board, date: 2025-12-01}
        review: {every: 12 months, last: 2025-12-01}
    """
    looked_after = _written("approved", subject)
    if looked_after is not None and _written("review", subject) is None:
        help = "write `review: {every: 12 months, last: DATE}`"
        yield Told("the policy does not say when it is reviewed", looked_after, help)


@warns("CP351", "a review that is overdue")
def review_overdue(subject: Subject) -> Iterator[Told]:
    """A policy whose next review was due before the day that `check --as-of` names.

    Why: what was right at the last review may not be any more, and an auditor asks for the review first. Without
    `--as-of` nothing is said: a check says the same today and tomorrow.

    Example:
        # --as-of 2027-06-01
        owner: Head of Complaints
        review: {every: 12 months, last: 2026-01-05}

    Better:
        # --as-of 2027-06-01
        owner: Head of Complaints
        review: {every: 12 months, last: 2027-01-04}
    """
    moment, review = subject.viewpoint.moment, subject.root.get("review") if subject.root is not None else None
    if moment is None or not isinstance(review, nodes.Mapping):
        return
    every, last = review.get("every"), review.get("last")
    if not (isinstance(every, Scalar) and isinstance(last, Scalar)):
        return
    length, _ = parse_length(every.text)
    days = longest(length) if length is not None else None
    reviewed = _day(last.text)
    if days is not None and reviewed is not None and moment // DAY - reviewed > days:
        message = f"the last review was on {last.text}, and the next one is due every {every.text}"
        yield Told(message, last.location, "review it, and write the new date")


@warns("CP352", "a policy that is not in force")
def not_in_force(subject: Subject) -> Iterator[Told]:
    """A policy that is not in force on the day that `check --as-of` names: not yet, or no longer.

    Why: cases of that day are not answered by it (semantics 65). The file in use may be the wrong one.

    Example:
        # --as-of 2027-06-01
        in_force: {from: 2026-01-01, until: 2026-12-31}

    Better:
        # --as-of 2026-06-01
        in_force: {from: 2026-01-01, until: 2026-12-31}
    """
    moment, (begins, ends) = subject.viewpoint.moment, subject.policy.packs[0].in_force
    if moment is None:
        return
    if begins is not None and moment < begins:
        yield Told(
            f"the policy is in force from {_date(begins)} only", _written("in_force", subject), "look again then"
        )
    elif ends is not None and moment >= ends:
        message = f"the policy was in force until {_date(ends - DAY)}"
        yield Told(message, _written("in_force", subject), "check the version that is in force")


@warns("CP353", "a rule that is not in force yet", level="note")
def not_yet_in_force(subject: Subject) -> Iterator[Told]:
    """Duties of which no text is in force on the day that `check --as-of` names, but a later one.

    Why: it is meant to be so, and worth knowing before the day comes: letters, systems and people must be ready.

    Example:
        # --as-of 2026-06-01
        timeframes:
          confirm: {in_force: {from: 2027-01-01}, due: 2 days from received, done_by: acknowledged}

    Better:
        # --as-of 2027-06-01
        timeframes:
          confirm: {in_force: {from: 2027-01-01}, due: 2 days from received, done_by: acknowledged}
    """
    moment = subject.viewpoint.moment
    for duty in subject.policy.duties if moment is not None else ():
        if isinstance(duty.due, Dated) and moment is not None:
            texts = [since for since, due in duty.due.entries if due is not None]
            if texts and all(since is not None and since > moment for since in texts):
                begins = min(since for since in texts if since is not None)
                message = f"`{duty.id}` is in force from {_date(begins)} on"
                yield Told(message, subject.place("duty", duty.id), "see that people and letters are ready by then")


@warns("CP354", "a rule that never holds while the policy does")
def outside_the_policy(subject: Subject) -> Iterator[Told]:
    """Duties whose every text begins after the policy ends.

    Why: the duty never applies. The year is mistyped, or the rule belongs to the next version.

    Example:
        in_force: {from: 2026-01-01, until: 2026-12-31}
        timeframes:
          confirm: {in_force: {from: 2027-03-01}, due: 2 days from received, done_by: acknowledged}

    Better:
        in_force: {from: 2026-01-01, until: 2026-12-31}
        timeframes:
          confirm: {in_force: {from: 2026-03-01}, due: 2 days from received, done_by: acknowledged}
    """
    ends = subject.policy.packs[0].in_force[1]
    for duty in subject.policy.duties if ends is not None else ():
        if isinstance(duty.due, Dated) and not duty.pack and ends is not None:
            texts = [since for since, due in duty.due.entries if due is not None]
            if texts and all(since is not None and since >= ends for since in texts):
                message = f"`{duty.id}` begins after the policy has ended, on {_date(ends - DAY)}"
                yield Told(message, subject.place("duty", duty.id), "check its date, or move it to the next version")


@warns("CP355", "an approval after the policy came into force")
def approved_late(subject: Subject) -> Iterator[Told]:
    """A policy that is in force from a day before the one on which it was approved.

    Why: what was decided in between rests on rules that nobody had approved; mostly one of the dates is mistyped.

    Example:
        owner: Head of Complaints
        approved: {by: the board, date: 2026-03-12}
        review: {every: 12 months, last: 2026-03-12}

    Better:
        owner: Head of Complaints
        approved: {by: the board, date: 2025-12-12}
        review: {every: 12 months, last: 2025-12-12}
    """
    approved = subject.root.get("approved") if subject.root is not None else None
    when = approved.get("date") if isinstance(approved, nodes.Mapping) else None
    begins = subject.policy.packs[0].in_force[0]
    if isinstance(when, Scalar) and begins is not None:
        day = _day(when.text)
        if day is not None and day > begins // DAY + 1:
            message = f"the policy is in force from {_date(begins)} and was approved on {when.text}"
            yield Told(message, when.location, "check both dates")


@warns("CP356", "a duty of law that is set aside without a source")
def set_aside_without_source(subject: Subject) -> Iterator[Told]:
    """Duties of a pack that the policy disapplies with a reason, but without a citation.

    Why: a reason tells what somebody thought, a citation where it can be looked up. A duty of law is set aside in every
    result, and an auditor asks on what ground.

    Example:
        law:
          ae-cbuae-exchange-standards:
            disapply: [{duty: tell-of-delay, because: we are exempt}]

    Better:
        law:
          ae-cbuae-exchange-standards:
            disapply: [{duty: tell-of-delay, because: we are exempt, citation: Example Exemption Order 2}]
    """
    for one in subject.policy.disapplied:
        place = _disapplied(one.duty, subject)
        if not one.citation and place is not None:
            message = f"`{one.duty}` is set aside without a source"
            yield Told(message, place, "add `citation:` with where the exemption stands")


def _disapplied(duty: str, subject: Subject) -> Location | None:
    """Where a duty stands under `disapply` of its pack."""
    pack, _, name = duty.rpartition("/")
    node: nodes.Node | None = subject.root
    for step in ("law", pack, "disapply"):
        node = node.get(step) if isinstance(node, nodes.Mapping) else None
    for row in node.items if isinstance(node, nodes.Sequence) else ():
        written = row.get("duty") if isinstance(row, nodes.Mapping) else None
        if isinstance(written, Scalar) and written.text in (name, duty):
            return written.location
    return None


@warns("CP358", "complaints that are turned away without a reason")
def turned_away_without_reason(subject: Subject) -> Iterator[Told]:
    """Rules of the scope that put a complaint out of it, and do not say `because`; a matrix has no place for it.

    Why: who is turned away must be told why, and the person who tells them reads it here.

    Example:
        scope:
          rules:
            - {id: small, when: amount < 1, then: out}
          otherwise: in

    Better:
        scope:
          rules:
            - {id: small, when: amount < 1, then: out, because: nothing is claimed}
          otherwise: in
    """
    scope = subject.policy.scope
    for rule in scope.rules if scope is not None else ():
        place = subject.place("rule", f"{scope.name}: {rule.id}") if scope is not None else None
        if place is not None and rule.then == "out" and not rule.because and not rule.citation:
            yield Told(f"`{rule.id}` turns a complaint away without a reason", place, "add `because:` with the reason")


# --- days -------------------------------------------------------------------------------------------------------------


def _written(key: str, subject: Subject) -> Location | None:
    """Where a key of the policy's own file stands."""
    found = subject.root.key(key) if subject.root is not None else None
    return found.location if found is not None else None


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        return None  # not told again: the schema has


def _date(moment: int) -> str:
    """The day of a moment, by that of its middle in most zones."""
    return datetime.fromtimestamp(moment + DAY // 2, UTC).date().isoformat()


GOVERNANCE_CHECKS: tuple[LintCheck, ...] = (
    missing_owner,
    missing_review,
    review_overdue,
    not_in_force,
    not_yet_in_force,
    outside_the_policy,
    approved_late,
    set_aside_without_source,
    turned_away_without_reason,
)
