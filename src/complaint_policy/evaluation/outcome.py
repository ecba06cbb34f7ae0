"""What an evaluation says of a case: plain results, before anyone renders them.

Moments are UTC seconds since 1970, days are day numbers since 1970-01-01; names are those of the policy model.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.records import NamedTuple

State: TypeAlias = Literal[
    "not_applicable",
    "not_started",
    "running",
    "paused",
    "met",
    "met_late",
    "breached",
    "lapsed",
    "attested",
    "ended",
    "cannot_tell",
    "in_force",
]
RightState: TypeAlias = Literal["not_yet", "open", "closed", "never_started"]


class Decided(NamedTuple):
    """The answer of one decision: `label` if there is one, else the `possible` ones in the decision's order.

    `possible` has one entry when decided; `rule` is the id of the deciding rule (`otherwise` for none of them, None if
    undetermined). `answers` and `atoms` are the raw trace (conditions/python.py), rendered on demand.
    """

    name: str
    label: str | None
    possible: tuple[str, ...]
    rule: str | None
    answers: tuple[object, ...]
    atoms: tuple[object, ...]


class TierStep(NamedTuple):
    """The case entered `tier` at `at` because of `why` (`first`, a move's id, `escalated` for a recorded event)."""

    tier: str
    at: int
    why: str


class TierResult(NamedTuple):
    """The tier now, since when and why, and every step on the way.

    `possible`: while the first is undetermined, those it may be. `recorded`: the tier of the last `escalated` event
        (58).
    """

    now: str | None
    since: int | None
    why: str
    steps: tuple[TierStep, ...]
    possible: tuple[str, ...]
    recorded: str | None = None


class DutyResult(NamedTuple):
    """One duty, or one occurrence of it (semantics 3, 76-78).

    duty: its id. occurrence: the id of the event that made it (`each`), or `""`; of a series the number of the
        occurrence.
    due_at: last moment in time; due_on: its local day; late_from: first late moment. All None when there is no due
        moment (yet).
    earliest, latest: `late_from` at its earliest and latest while a decision, a pause or an excuse is open; equal
        to late_from when certain; latest None: no bound. State and warnings go by the earliest (semantics 51, 77).
    start: the moment the clock started from (deemed receipt applied). warning: how many of its moments to warn are past
        while it is not yet done or late.
    met_at: first valid completion. breached_at: first moment of breach (76). paused_since: of an open pause.
    missing: required content that a completion lacked. fallback: the due is the fallback's (28). conditional:
        whether the duty applies is not known (51). missed: of a series, how many occurrences were missed (87).
        ended_at: when it stopped being owed (45).
    text: which dated text, label or limit gave the due, for the reader.
    may_be_met_at: a completion whose fields or content are not recorded, so that nobody can tell whether it counts
        (40, 74).
    late_since: first moment at which it was late, or may have been by its earliest due; once it is breached that of the
        breach; the latest such moment of a series (57).
    suspended_by: the suspensions whose days were left out of the clock.
    """

    duty: str
    occurrence: str
    state: State
    warning: int = 0
    start: int | None = None
    due_at: int | None = None
    due_on: int | None = None
    late_from: int | None = None
    earliest: int | None = None
    latest: int | None = None
    met_at: int | None = None
    breached_at: int | None = None
    paused_since: int | None = None
    missing: tuple[str, ...] = ()
    fallback: bool = False
    conditional: bool = False
    missed: int = 0
    ended_at: int | None = None
    text: str = ""
    may_be_met_at: int | None = None
    late_since: int | None = None
    suspended_by: tuple[str, ...] = ()


class RightResult(NamedTuple):
    """A window of the complainant or an ombudsman: when it opened, the last moment in time, the first too late."""

    right: str
    state: RightState
    opened_at: int | None = None
    closes_at: int | None = None
    closes_on: int | None = None
    closed_from: int | None = None
    conditional: bool = False


class KeepResult(NamedTuple):
    """A floor or ceiling (13): the first day on which deletion is permitted, the last on which a record may be held.

    None: no such bound, not started, or beyond the calendar. occurrence: the id of the event that made it (`each`), or
    `""`. suspended_by: the suspensions that left out days of it (107).
    """

    duty: str
    occurrence: str
    deletable_from: int | None
    delete_by: int | None
    conditional: bool = False
    suspended_by: tuple[str, ...] = ()


class Finding(NamedTuple):
    """Something worth knowing that is not a state: a code word, what it is about (duty, rule, event id), and when."""

    kind: str
    about: str
    at: int | None = None
    detail: str = ""


class NextChange(NamedTuple):
    """The first moment at which the answer differs without a new event (semantics 69).

    kind `moment`: at `moment`. `never`: without an event, never. `not_before`: none before the resolved calendar
        ends on `day`.
    """

    kind: Literal["moment", "never", "not_before"]
    moment: int | None = None
    day: int | None = None


class Action(NamedTuple):
    """A next action (semantics 88): `kind` is do, send, decide, approve, ask or move; `by` is a `late_from` or None."""

    kind: str
    about: str
    by: int | None
    detail: str = ""


class Evaluation(NamedTuple):
    """Everything that holds of a case as of `as_of`, with what was known at `as_known` (None: everything in the file).

    `facts` are the values in the policy's order as of `as_of`, for rendering the trace; None is not known. Next actions
    and `next_change_at` are asked for apart (evaluation/__init__.py), as they are not always wanted (semantics 96).
    """

    case: str
    as_of: int
    as_known: int | None
    scope: Decided | None
    decisions: tuple[Decided, ...]
    applies: tuple[tuple[str, bool | None], ...]
    tier: TierResult | None
    duties: tuple[DutyResult, ...]
    rights: tuple[RightResult, ...]
    kept: tuple[KeepResult, ...]
    findings: tuple[Finding, ...]
    facts: tuple[object, ...]
