"""Random valid policies, as the compiler would make them, and cases for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from complaint_policy.case import Field
from complaint_policy.clocks.data import (
    AllOf,
    AnyOf,
    AtDate,
    AtDue,
    AtEvent,
    AtMoment,
    ByField,
    ByLength,
    Earliest,
    EndOf,
    Every,
    FirstOf,
    Floor,
    Happening,
    Happens,
    Late,
    Length,
    Limit,
    Met,
    Start,
    Suspension,
)
from complaint_policy.clocks.data import (
    Latest as LatestOf,
)
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.compiling.facts import DUTY_STATES
from complaint_policy.policy.compiling.order import events_named
from complaint_policy.policy.model import (
    AfterTime,
    Answered,
    Counted,
    Decided,
    Decision,
    Deemed,
    Derived,
    Disapplied,
    Duty,
    Elapsed,
    Escalation,
    Fact,
    IsLate,
    IsMet,
    LaterThan,
    Latest,
    Move,
    Pack,
    Policy,
    Right,
    Rule,
    SameAs,
    StateOf,
    Tier,
    Total,
    UponEach,
    UponMissed,
    When,
    WhenTrue,
)
from tests.strategies import building, clocks
from tests.strategies.calendars import calendar_sets
from tests.strategies.clocks import PART_IS_A, TEXTS_FROM, TOPIC_IS_CARD, WRITTEN, Around, dues, lengths
from tests.strategies.conditions import conditions, perhaps

KINDS = FactType("choice", ("card", "loan", "other"))
BOOLEAN, NUMBER = FactType("boolean"), FactType("number")
SEVERITIES = ("critical", "high", "low")
GIVEN: dict[str, FactType] = {
    "kind": KINDS,
    "vulnerable": BOOLEAN,
    "amount": NUMBER,
    "features": FactType("choices", ("written", "urgent")),
    "occurred_on": FactType("date"),
    "called_at": FactType("moment"),
}
DEFAULTS: dict[str, Any] = {"kind": "card", "vulnerable": False, "amount": 1}
DECIDED = FactType("choice", SEVERITIES)


@dataclass(frozen=True)
class Drawn:
    """The facts of a policy: all, and those that read nothing but the case."""

    facts: tuple[Fact, ...]
    types: dict[str, FactType]
    simple: dict[str, FactType]


@st.composite
def given_facts(draw: st.DrawFn) -> list[Fact]:
    names = draw(st.lists(st.sampled_from(sorted(GIVEN)), min_size=1, max_size=4, unique=True))
    found = []
    for name in names:
        default = DEFAULTS.get(name) if draw(st.integers(0, 3)) == 0 else None
        found.append(Fact(Field(name, GIVEN[name], default)))
    return found


@st.composite
def read_facts(draw: st.DrawFn, simple: dict[str, FactType], calendars: list[str]) -> list[Fact]:
    """Facts derived, counted, and read from events and clocks."""
    near = calendars[:1]
    some = [
        Fact(Field("rejections", NUMBER), Counted("offer_rejected")),
        Fact(Field("card_receipts", NUMBER), Counted("received", TOPIC_IS_CARD)),
        Fact(Field("in_writing", BOOLEAN), Latest("final_response", "written")),
        Fact(Field("serious", BOOLEAN), Derived(draw(conditions(simple)))),
        Fact(
            Field("slow", BOOLEAN),
            LaterThan(
                Limit(AtEvent("received"), draw(lengths(("hours", "days", "business_days"))), calendars[0]),
                draw(st.sampled_from([None, AtEvent("acknowledged")])),
                calendars[0],
            ),
        ),
    ]
    moments = sorted(draw(st.sets(st.integers(0, 90), max_size=2)), reverse=True)
    starts = [building.moment("2026-03-01T00:00") + number * 86_400 for number in moments]
    answers = tuple((since, draw(st.booleans())) for since in (*starts, *draw(st.sampled_from([(), (None,)]))))
    some.append(Fact(Field("strict", BOOLEAN), Answered(answers)))
    some += draw(read_from_time(calendars[0]))
    if "occurred_on" in simple:
        passed = Elapsed(
            draw(units()), AtDate("occurred_on"), draw(st.sampled_from([None, AtEvent("received")])), *near
        )
        some.append(Fact(Field("passed", NUMBER), passed))
    if "kind" in simple:
        some.append(Fact(Field("law/kind", KINDS), SameAs("kind")))
    if "occurred_on" in simple:
        limit = Limit(AtDate("occurred_on"), draw(lengths(("days", "months"))), calendars[0])
        some.append(Fact(Field("complained_late", BOOLEAN), LaterThan(limit, AtEvent("received"), calendars[0])))
    some += draw(compared(simple, near)) * 3
    return draw(st.lists(st.sampled_from(some), max_size=2, unique_by=lambda fact: fact.field.name))


@st.composite
def compared(draw: st.DrawFn, simple: dict[str, FactType], calendars: list[str], earlier: str = "") -> list[Fact]:
    """Something that came later than a clock of whatever kind, or not."""
    told = [fact for name, fact in (("occurred_on", AtDate), ("called_at", AtMoment)) if name in simple]
    names = {AtDate: "occurred_on", AtMoment: "called_at"}
    written = AtEvent("final_response", WRITTEN)
    others = [AtEvent("acknowledged"), AtEvent("update_sent"), written, *[one(names[one]) for one in told]]
    start = draw(st.sampled_from([None, *others[:2], *others[3:]])) if not earlier else AtDue(earlier)
    kinds = [clocks.limits(Around(simple, [], calendars), start), clocks.backward(Around(simple, [], calendars))]
    limit = draw(kinds[draw(st.integers(0, 1 if not earlier else 0))])
    several = (limit, draw(kinds[0]))
    due = draw(st.sampled_from([limit, limit, Earliest(several), LatestOf(several)]))
    test = LaterThan(due, draw(st.sampled_from([None, *others])), calendars[-1])
    return [Fact(Field(f"later{earlier}", BOOLEAN), test)]


def units() -> st.SearchStrategy[Any]:
    return st.sampled_from(["days", "business_days", "weeks", "months", "years"])


@st.composite
def read_from_time(draw: st.DrawFn, calendar: str) -> list[Fact]:
    """Counted within periods and on days, summed, dated, and elapsed."""
    within = draw(st.one_of(st.none(), lengths(("hours", "days", "business_days"), least=1)))
    until = draw(st.sampled_from([None, None, AtEvent("acknowledged")]))
    written = draw(st.sampled_from([None, WRITTEN]))
    return [
        Fact(Field("attempts", NUMBER), Counted("update_sent", None, draw(st.booleans()), within, calendar)),
        Fact(Field("age", NUMBER), Elapsed(draw(units()), AtEvent("received"), until, calendar)),
        Fact(Field("answered_on", FactType("date")), When("final_response", written, draw(st.booleans()), calendar)),
        Fact(Field("promises", NUMBER), Total("holding_response", "promised_on", written)),
    ]


@st.composite
def decisions(
    draw: st.DrawFn, /, name: str, labels: tuple[str, ...], facts: dict[str, FactType], **more: Any
) -> Decision:
    count = draw(st.integers(1, 3))
    rules = tuple(Rule(f"r{place}", draw(conditions(facts)), draw(st.sampled_from(labels))) for place in range(count))
    return Decision(name, labels, rules, draw(st.sampled_from(labels)), **more)


# --- duties -----------------------------------------------------------------------------------------------------------


def completing() -> st.SearchStrategy[Happening]:
    return st.sampled_from(
        [
            Happens("final_response"),
            Happens("acknowledged"),
            Happens("update_sent"),
            Happens("final_response", None, ("reasons",)),
            Happens("final_response", WRITTEN),
            Happens("update_sent", other_than="acknowledged"),
            AnyOf((Happens("final_response", WRITTEN), Happens("deadlock_declared"))),
            AllOf((Happens("acknowledged"), Happens("final_response", None, ("reasons",)))),
        ]
    )


def reviving() -> st.SearchStrategy[Happening]:
    what = [Happens("information_received"), Happens("offer_rejected"), Happens("reopened")]
    return st.sampled_from([*what, Happens("received", TOPIC_IS_CARD), AnyOf((what[0], what[1]))])


@st.composite
def duties(draw: st.DrawFn, place: int, around: Around, packs: list[str], suspensions: list[str], plain: bool) -> Duty:
    pack = draw(st.sampled_from(packs))
    settings: dict[str, Any] = {
        "id": f"d{place}",
        "pack": pack,
        "section": "timeframes" if pack == "" else "requirements",
        "strength": draw(st.sampled_from(["internal", "option"] if pack == "" else ["must", "should"])),
        "when": draw(perhaps(around.facts)),
        "done_by": draw(completing()),
        "when_key_changes": "recount" if pack else draw(st.sampled_from(["recount", "from_change", "keep"])),
    }
    if isinstance(settings["done_by"], Happens) and settings["done_by"].content and draw(st.booleans()):
        settings["done_by"] = replace(settings["done_by"], content_if=draw(needed(around.facts)))
    kind = 0 if plain else draw(st.integers(0, 9))
    if kind == 7:
        return Duty(**settings | {"due": draw(clocks.series(around)), **draw(series_ends(around))})
    if kind == 8:
        settings |= draw(parts(around))
    elif kind == 9:
        return Duty(**settings | {"due": draw(clocks.promptly(around)), "done_by": Happens("acknowledged")})
    else:
        settings["due"] = draw(dues(around))
        settings["fallback"] = draw(clocks.fallbacks(around))
        earlier = [Met(one) for one in around.earlier] + [Late(one) for one in around.earlier]
        if draw(st.integers(0, 4)) == 0:
            settings["off_when"] = draw(st.sampled_from([Happens("deadlock_declared"), *earlier]))
        if not plain and draw(st.integers(0, 5)) == 0:
            settings["revived_by"] = draw(reviving())
    settings["warn"] = draw(clocks.warns(isinstance(settings["due"], Limit)))
    if draw(st.integers(0, 2)) == 0:
        settings["pauses"] = (draw(clocks.pauses(around)),)
    if pack and suspensions and draw(st.booleans()):
        settings["suspended_by"] = tuple(suspensions)
    if isinstance(settings["due"], Limit) and draw(st.integers(0, 2)) == 0:
        settings["longer"] = (draw(clocks.extensions(around, settings["due"].length)),)
        settings["warn"] = ()
        settings["fallback"] = None
    return Duty(**settings)


@st.composite
def series_ends(draw: st.DrawFn, around: Around) -> dict[str, Happening | None]:
    """What closes an occurrence of a series, and what switches the series off (42, 47)."""
    off: list[Happening] = [Happens("deadlock_declared"), Happens("final_response"), Happens("reopened")]
    off += [AnyOf((off[0], off[1])), *(Met(one) for one in around.earlier), *(Late(one) for one in around.earlier)]
    switch = draw(st.sampled_from(off)) if draw(st.booleans()) else None
    return {"done_by": Happens("update_sent"), "off_when": switch}


@st.composite
def parts(draw: st.DrawFn, around: Around) -> dict[str, Any]:
    """What makes a duty one for each event, and ties other events to it by the part that they name."""
    each = draw(
        st.sampled_from(
            [
                Happens("received"),
                Happens("received", TOPIC_IS_CARD),
                *[Happens("offer_rejected")] * 4,
                Happens("offer_rejected", PART_IS_A),
            ]
        )
    )
    same = draw(st.sampled_from([None, "part", "part"])) if each.event == "offer_rejected" else None
    start = AtEvent(each.event)
    if same is not None:
        start = draw(st.sampled_from([start, start, AtEvent("update_sent"), AtEvent("acknowledged")]))
    some = [Happens("update_sent"), Happens("acknowledged"), Happens("final_response", WRITTEN)]
    both = [
        AnyOf((some[1], some[0])),
        AllOf((some[0], some[1])),
        AnyOf((some[0], Happens("update_sent", None, ("reasons",)))),
    ]
    off = [None, None, Happens("deadlock_declared"), AnyOf((some[1], some[2]))]
    done_by = draw(st.sampled_from([some[0], some[0], some[0], some[2], *both]))
    due = draw(dues(around, start))
    if same is None and not draw(st.integers(0, 5)):  # each by the day of its own event (103)
        each, due = (
            Happens("holding_response"),
            ByField("holding_response", "promised_on", draw(st.sampled_from(around.calendars))),
        )
    return {"each": each, "same": same, "due": due, "done_by": done_by, "off_when": draw(st.sampled_from(off))}


@st.composite
def deemed_lists(draw: st.DrawFn, around: Around, packs: list[str]) -> tuple[Deemed, ...]:
    """Events that happen in silence, the second perhaps after the first; neither after itself."""
    if draw(st.integers(0, 3)):
        return ()
    kinds = draw(st.sampled_from([("deadlock_declared",), ("offer_rejected", "deadlock_declared"), ("closed",)]))
    found = []
    for place, kind in enumerate(kinds):
        later = frozenset(kinds[place:])
        each = draw(st.sampled_from([None, None, "information_requested"]))
        clock = clocks.dues(around, None if each is None else AtEvent(each))
        due = draw(clock.filter(lambda one, later=later: not list(events_named(one, later))))
        broken = draw(
            st.one_of(st.none(), completing()).filter(lambda one, later=later: not list(events_named(one, later)))
        )
        found.append(Deemed(kind, draw(st.sampled_from(packs)), due, broken, each))
    return tuple(found)


@st.composite
def needed(draw: st.DrawFn, facts: dict[str, FactType]) -> tuple[tuple[str, Condition], ...]:
    """Content that is needed only if a condition holds."""
    return draw(st.one_of(st.just(()), st.tuples(st.tuples(st.just("urgent"), conditions(facts)))))


@st.composite
def prohibitions(draw: st.DrawFn, around: Around, packs: list[str]) -> Duty:
    """Of one act or two, from an event or a date, until a clock, an event, both or neither; or a duty of content."""
    pack = draw(st.sampled_from(packs))
    begins: list[Start] = [
        AtEvent("received"),
        AtEvent("received"),
        AtEvent("update_sent"),
        AtEvent("received", TOPIC_IS_CARD),
    ]
    if "occurred_on" in around.facts:
        begins.append(AtDate("occurred_on"))
    begins.append(FirstOf((AtEvent("acknowledged"), AtEvent("offer_rejected"))))
    each = draw(st.sampled_from([None, None, "offer_rejected"]))
    began = AtEvent(each) if each else draw(st.sampled_from(begins))
    same = draw(st.sampled_from([None, "part"])) if each else None
    acts = [
        *(Happens(one) for one in ("update_sent", "acknowledged", "information_requested", "holding_response")),
        *(Happens("final_response", WRITTEN), Happens("final_response", None, ("reasons",))),
    ]
    off: list[Happening | None] = [None, Happens("deadlock_declared"), Happens("final_response", WRITTEN)]
    off += [Late(one) for one in around.earlier]
    content = Happens("final_response", draw(st.sampled_from([None, WRITTEN])), ("reasons",))
    content = replace(content, content_if=draw(needed(around.facts)))
    if draw(st.integers(0, 2)) == 0:
        more = {"when": draw(perhaps(around.facts)), "at": content}
        return Duty("never", pack, "requirements", draw(st.sampled_from(["must", "option"])), **more)
    return Duty(
        id="never",
        pack=pack,
        section="requirements",
        strength="must",
        when=draw(perhaps(around.facts)),
        each=Happens(each) if each else None,
        same=same,
        forbid=tuple(draw(st.lists(st.sampled_from(acts), min_size=1, max_size=3, unique=True))),
        begins=began,
        due=draw(st.one_of(st.none(), dues(replace(around, earlier=()), began))),
        off_when=draw(st.sampled_from(off)),
    )


@st.composite
def floors(draw: st.DrawFn, around: Around, suspensions: list[str]) -> Duty:
    least: Length | ByLength = draw(lengths(("days", "weeks", "years"), least=1))
    if draw(st.booleans()) and around.keys:
        fact, values = draw(st.sampled_from(around.keys))
        least = ByLength(fact, ((values[0], draw(lengths(("days", "weeks"), least=1))),), Length(2, "weeks"))
    most = draw(st.one_of(st.none(), lengths(("weeks", "years"), least=1)))
    days: list[Start] = [EndOf("month", AtEvent("closed"))]
    days += [AtDate("occurred_on")] if "occurred_on" in around.facts else []
    start: Start = draw(st.sampled_from([AtEvent("received"), AtEvent("closed"), *days]))
    each = draw(st.sampled_from([None, None, Happens("offer_rejected"), Happens("offer_rejected", PART_IS_A)]))
    same = None if each is None else draw(st.sampled_from([None, "part"]))
    if each is not None:
        start = draw(st.sampled_from([AtEvent("offer_rejected"), AtEvent("update_sent"), AtEvent("closed")]))
    settings = {"each": each, "same": same, "when": draw(perhaps(around.facts))}
    settings["suspended_by"] = tuple(suspensions) if draw(st.booleans()) else ()
    floor = Floor(start, draw(st.sampled_from(around.calendars)), least, most)
    return Duty("keep", "", "records", "must", floor=floor, **settings)


@st.composite
def rights(draw: st.DrawFn, place: int, around: Around, packs: list[str]) -> Right:
    opens: list[Happening] = [Happens("final_response"), Happens("deadlock_declared")]
    if around.earlier:
        opens.append(AnyOf((Late(around.earlier[0]), Happens("final_response"))))
    return Right(
        f"refer{place}",
        draw(st.sampled_from(packs)),
        "complainant",
        draw(st.sampled_from(opens)),
        closes=draw(st.one_of(st.none(), clocks.limits(around, AtEvent("final_response")))),
        when=draw(perhaps(around.facts)),
        only_if_content=draw(st.sampled_from([(), (("final_response", ("reasons",)),)])),
    )


# --- escalation -------------------------------------------------------------------------------------------------------

TIERS = ("frontline", "specialist", "senior")


@st.composite
def escalations(draw: st.DrawFn, around: Around, duties: tuple[str, ...]) -> Escalation:
    outside = (Tier("ombudsman", outside=True),) if draw(st.booleans()) else ()
    triggers: list[Any] = [
        UponEach("offer_rejected"),
        UponEach("received", TOPIC_IS_CARD),
        WhenTrue(draw(conditions(around.facts))),
        AfterTime(
            draw(lengths(("hours", "days", "business_days"))),
            draw(st.sampled_from([None, *TIERS])),
            around.calendars[0],
        ),
        *(UponMissed(duty) for duty in duties[:2]),
    ]
    moves = []
    for place, trigger in enumerate(draw(st.lists(st.sampled_from(triggers), max_size=3))):
        go = draw(st.sampled_from(["up", *TIERS]))
        lower = isinstance(trigger, UponEach) and draw(st.integers(0, 3)) == 0
        moves.append(Move(f"m{place}", trigger, go, lower))
    if outside and draw(st.booleans()):
        moves.append(Move("referral", UponEach("referred"), "ombudsman"))
    first = draw(decisions("first", TIERS, around.facts))
    return Escalation(tuple(Tier(one) for one in TIERS) + outside, first, tuple(moves))


# --- the policy -------------------------------------------------------------------------------------------------------


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Facts of several types, scope, a classification, tiers and moves, one to five duties, rights and floors."""
    given = draw(given_facts())
    simple = {fact.field.name: fact.field.type for fact in given}
    keys = [(name, tuple(kind.choices)) for name, kind in simple.items() if kind.kind == "choice"]
    keys += [(name, ("true", "false")) for name, kind in simple.items() if kind.kind == "boolean"]
    calendars = draw(calendar_sets(keys))
    facts = [*given, *draw(read_facts(simple, draw(st.permutations([one.name for one in calendars]))))]
    types = {fact.field.name: fact.field.type for fact in facts}
    severity = draw(
        decisions(
            "severity", SEVERITIES, types, ordered=draw(st.booleans()), hit=draw(st.sampled_from(["first", "unique"]))
        )
    )
    facts.append(Fact(Field("severity", DECIDED), Decided("severity")))
    packs = (Pack("test", "Test", "1"), *draw(st.one_of(st.just(()), law_packs(simple))))
    around = Around(
        types | {"severity": DECIDED}, [*keys, ("severity", SEVERITIES)] * 2, [one.name for one in calendars]
    )
    suspensions = draw(suspension_lists(simple))
    found = draw(
        duty_lists(around, simple, [pack.id if place else "" for place, pack in enumerate(packs)], suspensions)
    )
    if draw(st.booleans()):
        facts.append(Fact(Field("fast", BOOLEAN), draw(st.sampled_from([IsMet("d0"), IsLate("d0")]))))
        types = types | {"fast": BOOLEAN}
    if draw(st.integers(0, 3)) == 0:
        facts.append(Fact(Field("standing", FactType("choice", DUTY_STATES)), StateOf("d0")))
        types = types | {"standing": FactType("choice", DUTY_STATES)}
    if draw(st.booleans()) and found[0].due is not None and found[0].each is None:
        facts += draw(compared(simple, [one.name for one in calendars], "d0"))
        types = types | {"laterd0": BOOLEAN}
    around = replace(
        around,
        facts=around.facts | types,
        earlier=leaned_on(found),
    )
    once = tuple(one.id for one in found if one.revived_by is None)
    whole = building.policy(
        *found,
        *draw(st.one_of(st.just(()), st.tuples(floors(around, [one.id for one in suspensions])))),
        *draw(st.one_of(st.just(()), st.tuples(prohibitions(around, [""] if len(packs) == 1 else ["", "law"])))),
        calendars=calendars,
        facts=tuple(facts),
        packs=packs,
        scope=draw(st.one_of(st.none(), decisions("scope", ("in", "out"), simple))),
        decisions=(severity,),
        rights=tuple(
            draw(rights(place, around, [""] if len(packs) == 1 else ["", "law"]))
            for place in range(draw(st.integers(0, 2)))
        ),
        escalation=draw(st.one_of(st.none(), escalations(around, once))),
        suspensions=tuple(suspensions),
        disapplied=draw(disapplications(found)),
        deemed=draw(
            deemed_lists(plain_around(around, simple), [pack.id if place else "" for place, pack in enumerate(packs)])
        ),
    )
    return draw(sharing(whole)) if draw(st.integers(0, 3)) == 0 else whole


@st.composite
def sharing(draw: st.DrawFn, policy: Policy) -> Policy:
    """The same policy where some events find their cases by a fact, which may have a default (116)."""
    kinds = draw(st.sets(st.sampled_from(["acknowledged", "update_sent", "information_received"]), min_size=1))
    fact = Fact(Field("outage", building.PART.type, draw(st.sampled_from([None, None, "a"]))))
    events = tuple(replace(one, shared_by="outage", key="part") if one.name in kinds else one for one in policy.events)
    return replace(policy, facts=(*policy.facts, fact), events=events)


def plain_around(around: Around, simple: dict[str, FactType]) -> Around:
    """What reads nothing but the case may refer to."""
    return Around(simple, [key for key in around.keys if key[0] in simple], around.calendars)


def leaned_on(found: list[Duty]) -> tuple[str, ...]:
    """What others may lean on: a duty of one occurrence, and of one life."""
    return tuple(
        one.id for one in found if one.each is None and one.revived_by is None and not isinstance(one.due, Every)
    )


@st.composite
def disapplications(draw: st.DrawFn, duties: list[Duty]) -> tuple[Disapplied, ...]:
    """Now and then one duty of the pack (61)."""
    of_law = [duty.id for duty in duties if duty.pack]
    if not of_law or draw(st.integers(0, 7)):
        return ()
    return (Disapplied(draw(st.sampled_from(of_law)), "we are exempt"),)


@st.composite
def duty_lists(
    draw: st.DrawFn, around: Around, simple: dict[str, FactType], packs: list[str], suspensions: list[Suspension]
) -> list[Duty]:
    """The first is plain (others, and facts, may lean on it); each may lean on those before it."""
    plain = plain_around(around, simple)
    found: list[Duty] = []
    for place in range(draw(st.integers(1, 4))):
        inside = plain if place == 0 else replace(around, earlier=leaned_on(found))
        found.append(draw(duties(place, inside, packs, [one.id for one in suspensions], plain=place == 0)))
    return found


@st.composite
def law_packs(draw: st.DrawFn, simple: dict[str, FactType]) -> tuple[Pack, ...]:
    in_force = draw(st.sampled_from([(None, None)] * 4 + [(TEXTS_FROM[0], None), (None, TEXTS_FROM[1])]))
    return (Pack("law", "Law", "1", draw(perhaps(simple)), in_force),)


@st.composite
def suspension_lists(draw: st.DrawFn, simple: dict[str, FactType]) -> list[Suspension]:
    if draw(st.integers(0, 2)):
        return []
    first = building.day("2026-03-20") + draw(st.integers(0, 20))
    dated: tuple[tuple[int | None, tuple[int, int]], ...] = ((None, (first, first + draw(st.integers(0, 8)))),)
    if draw(st.booleans()):
        dated = ((TEXTS_FROM[1], (first, first + draw(st.integers(0, 15)))), *dated)
    return [Suspension("halt", draw(perhaps(simple)), dated)]
