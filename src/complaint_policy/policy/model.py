"""The compiled policy: everything an evaluation needs, as frozen data with every name resolved.

Names of a pack's facts, decisions, duties, rights and events are qualified (`uk-fca-disp/final-response`); those of the
organisation's own file are plain. Standard events and the events of every file share one vocabulary: an event is never
qualified, and two files that declare the same event must agree on its fields.
"""

from __future__ import annotations

from typing import Literal

from complaint_policy.calendars.data import Calendar, CalendarChoice, Zone
from complaint_policy.case import EventType
from complaint_policy.clocks.data import (
    Due,
    Extension,
    Fallback,
    Floor,
    Happening,
    Happens,
    Pause,
    Start,
    Suspension,
    Warn,
)
from complaint_policy.conditions.syntax import Condition
from complaint_policy.policy.messages import Communication as Communication
from complaint_policy.policy.messages import Notification as Notification
from complaint_policy.policy.moves import AfterTime as AfterTime
from complaint_policy.policy.moves import Move as Move
from complaint_policy.policy.moves import Tier as Tier
from complaint_policy.policy.moves import Trigger as Trigger
from complaint_policy.policy.moves import UponEach as UponEach
from complaint_policy.policy.moves import UponMissed as UponMissed
from complaint_policy.policy.moves import WhenTrue as WhenTrue
from complaint_policy.policy.origins import (
    Answered as Answered,
)
from complaint_policy.policy.origins import (
    Counted as Counted,
)
from complaint_policy.policy.origins import (
    Decided as Decided,
)
from complaint_policy.policy.origins import (
    Derived as Derived,
)
from complaint_policy.policy.origins import (
    Elapsed as Elapsed,
)
from complaint_policy.policy.origins import (
    Fact as Fact,
)
from complaint_policy.policy.origins import (
    Given as Given,
)
from complaint_policy.policy.origins import (
    IsLate as IsLate,
)
from complaint_policy.policy.origins import (
    IsMet as IsMet,
)
from complaint_policy.policy.origins import (
    LaterThan as LaterThan,
)
from complaint_policy.policy.origins import (
    Latest as Latest,
)
from complaint_policy.policy.origins import (
    SameAs as SameAs,
)
from complaint_policy.policy.origins import (
    Source as Source,
)
from complaint_policy.policy.origins import (
    StateOf as StateOf,
)
from complaint_policy.policy.origins import (
    Total as Total,
)
from complaint_policy.policy.origins import (
    When as When,
)
from complaint_policy.records import dataclass

Strength = Literal["must", "should", "internal", "option"]

# --- decisions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: when its condition is true the decision is `then`."""

    id: str
    condition: Condition
    then: str
    because: str = ""
    redirect: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Ordered rules that put a label on a case (semantics 48-50). A matrix is compiled to one rule a cell, `first`.

    `labels` are the possible ones, most severe first where an order was declared (`ordered`). `hit` `unique`: all
    rules are looked at; if two are true the earlier label, then the earlier row, is taken, with a finding. `otherwise`
    None: no label.
    """

    name: str
    labels: tuple[str, ...]
    rules: tuple[Rule, ...]
    otherwise: str | None = None
    hit: Literal["first", "unique"] = "first"
    ordered: bool = False


# --- duties and rights ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """Which reading of its text a duty is, where there are several (semantics 114).

    of: empty for the adopted one; else the duty by the adopted reading, beside which this one is watched. because: why
    the organisation took it, where it chose.
    """

    id: str
    of: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that must happen by a moment (language.md §1, §5).

    pack: the id of the pack it comes from, empty for the organisation's own.
    section: `timeframes`, `requirements`, `procedure`, `follow_up`, `records`, `organisation`, `tighten`.
    done_by None (with `floor`): nothing completes it. each: one occurrence per such event (semantics 25). same: the
    field by which every other event finds its occurrence (106).
    off_when: switched off by what happened (42). revived_by: what brings it back once it is met or switched off (40).
    meets: the duty of law that this one answers (91).
    when_key_changes: semantics 52; the compiler writes `recount` for law and `from_change` for internal where none is
    declared.
    forbid: these acts, from `begins` until `due` or `off_when` (110). at: what this event must contain (112).
    reading: which reading of its text this is, if there are several (114).
    """

    id: str
    pack: str
    section: str
    strength: Strength
    says: str = ""
    citation: str = ""
    url: str = ""
    confidence: str = ""
    when: Condition | None = None
    each: Happens | None = None
    same: str | None = None
    due: Due | None = None
    done_by: Happening | None = None
    off_when: Happening | None = None
    revived_by: Happening | None = None
    pauses: tuple[Pause, ...] = ()
    suspended_by: tuple[str, ...] = ()
    longer: tuple[Extension, ...] = ()
    warn: tuple[Warn, ...] = ()
    fallback: Fallback | None = None
    floor: Floor | None = None
    meets: str | None = None
    when_key_changes: Literal["recount", "from_change", "keep"] = "recount"
    because: str = ""
    forbid: tuple[Happens, ...] = ()
    begins: Start | None = None
    at: Happens | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Right:
    """A window of the complainant or an ombudsman: opens, closes, may never start (language.md §7).

    `only_if_content`: `closes` runs only from an event that contained these items; without them it never starts.
    """

    id: str
    pack: str
    who: str
    opens: Happening
    closes: Due | None = None
    when: Condition | None = None
    only_if_content: tuple[tuple[str, tuple[str, ...]], ...] = ()
    says: str = ""
    citation: str = ""
    url: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Deemed:
    """An event that is deemed to happen when its clock has run out in silence (semantics 86).

    becomes: the clock; the event happens at its `late_from` unless `unless` happened after the start and before that.
    each: one for every such event, as of a duty (semantics 25). pack: whose field of application it depends on.
    """

    event: str
    pack: str
    becomes: Due
    unless: Happening | None = None
    each: str | None = None


# --- duties of the organisation ---------------------------------------------------------------------------------------

PERIOD_END = "period_end"
"""The fact from which a periodic duty runs: the last day of its period."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of `months` months, again and again; one of them ends on `day` of `month` (a quarter: 3, 12, 31).

    The last day of a month stays the last day of each month.
    """

    months: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class OrganisationDuty:
    """A duty of the organisation, not of a case: once for each `period`, or (None) for each event that its duty names.

    The clock of a periodic one starts from the date fact `PERIOD_END`. in_force: first moment in and first moment out
    (None: open) of the last day of its period, or of its event (semantics 108).
    """

    duty: Duty
    period: Period | None = None
    in_force: tuple[int | None, int | None] = (None, None)


# --- escalation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Escalation:
    """Tiers from lowest to highest, how the first is chosen, and the moves (semantics 54-58, 90)."""

    tiers: tuple[Tier, ...]
    first: Decision
    moves: tuple[Move, ...] = ()


# --- the rest ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approval:
    """An offer for which `when` is true needs the approval of every role in `approved_by` (semantics 89).

    other_than: it must be given by another person than did every event of this type, before or after it (104).
    """

    id: str
    when: Condition
    approved_by: tuple[str, ...]
    other_than: str | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """A file that this policy is made of (the organisation's own has an empty `id` prefix): its identity and field of
    application.

    `applies` None: always. A pack's duties depend on it only, never on the organisation's scope (semantics 63).
    `in_force`: first moment in, and first moment out (None: open).
    """

    id: str
    title: str
    version: str
    applies: Condition | None = None
    in_force: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the policy's own parts: its duties, classification, scope and tiers (semantics 64, 66).

    id: before the names of an earlier version and a stroke (`2026.1/acknowledge`), and the id of its `Pack`; empty for
    the current one. since: the first moment in force. open_cases: what holds for cases open at that moment. scope: the
    name of its scope decision. escalation: its tiers; of the current version they stand in the policy.
    """

    id: str
    since: int | None
    open_cases: str
    scope: str | None = None
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Disapplied:
    """A duty of a pack that the organisation disapplies, with its reason (semantics 61), shown in every result."""

    duty: str
    because: str
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """`text` of the policy as it is said in `language` (a tag such as `fr` or `fr-CA`)."""

    language: str
    text: str
    said: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A checked, compiled policy. `facts` are in an order in which each needs only earlier ones or duties (no circles).

    `packs[0]` is the organisation's (or the pack's own) file with the id as written; duties of it have `pack == ""`.
    `decisions` are in the order written; each is also a fact with source `Decided`. `deemed` are in an order in which
    each needs only earlier ones.
    `open_cases`: what the file says of cases open when it comes into force; empty if nothing.
    `versions`: the earlier ones that open cases need, oldest first, and the current one last; empty if it is alone.
    `currency_minor` is the scale of the money facts. `digest` is empty until a bundle is made (`bundle.py`).
    """

    id: str
    title: str
    version: str
    owner: str
    default_calendar: str
    open_cases: str
    packs: tuple[Pack, ...]
    zones: tuple[Zone, ...]
    calendars: tuple[Calendar | CalendarChoice, ...]
    facts: tuple[Fact, ...]
    events: tuple[EventType, ...]
    scope: Decision | None = None
    decisions: tuple[Decision, ...] = ()
    duties: tuple[Duty, ...] = ()
    rights: tuple[Right, ...] = ()
    escalation: Escalation | None = None
    approvals: tuple[Approval, ...] = ()
    remedies: tuple[str, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    deemed: tuple[Deemed, ...] = ()
    disapplied: tuple[Disapplied, ...] = ()
    organisation: tuple[OrganisationDuty, ...] = ()
    communications: tuple[Communication, ...] = ()
    notifications: tuple[Notification, ...] = ()
    translations: tuple[Translation, ...] = ()
    versions: tuple[Version, ...] = ()
    digest: str = ""
    tzdata: str = ""
    holidays_release: str = ""
    language: int = 1


def needs_earlier(policy: Policy) -> bool:
    """Whether open cases go on by an earlier version that the policy does not hold."""
    return policy.open_cases not in ("", "apply_new") and not policy.versions
