"""The smallest change and the smallest set of facts that decide are what trying every case of a small world finds."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy.case import Case, Event, Field, Value
from complaint_policy.conditions.normal import all_of, any_of, atoms_of, negated
from complaint_policy.conditions.syntax import And, Condition, Has, IsMissing, IsTrue, Linear, OneOf
from complaint_policy.conditions.typing import FactType
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Decided, Decision, Derived, Fact, Rule, SameAs
from complaint_policy.reasons.changes import FactIs, MovedTo
from complaint_policy.reasons.forcing import forcing_facts
from complaint_policy.reasons.questions import Question, why, why_not
from complaint_policy.reasons.searching import MOST_CHANGES, Found, smallest_changes
from complaint_policy.reasons.subjects import Subject, in_a_word, in_full, result_of
from tests.evaluation_policies import at, duty, limit
from tests.evaluation_policies import policy as made_policy

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # making a failure small takes minutes here
LABELS = ("red", "amber", "green")
KINDS = ("fees", "advice", "fraud")
TYPES = {
    "angry": FactType("boolean"),
    "kind": FactType("choice", KINDS),
    "topics": FactType("choices", ("a", "b")),
    "days": FactType("number", largest=2),
    "sum": FactType("number", largest=2),
}
DOMAINS: dict[str, tuple[Value, ...]] = {
    "angry": (True, False),
    "kind": KINDS,
    "topics": (frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")),
    "days": tuple(range(-2, 3)),
    "sum": tuple(range(-2, 3)),
}
NAMES = tuple(TYPES)
NUMBERS = ("days", "sum")
OPERATORS = ("<", "<=", "==", "!=", ">=", ">")


NOON = at("2026-06-01T12:00")
NEVER = Decision(
    "colour",
    LABELS,
    (Rule("r", And((IsTrue("angry"), Has("topics", "a"), Linear(">", (("days", 1),), 2, ("days",)))), "red"),),
    "green",
)


def linear(name: str, operator: str, constant: int) -> Condition:
    return Linear(operator, ((name, 1),), constant, (name,))  # type: ignore[arg-type]


atoms: st.SearchStrategy[Condition] = st.one_of(
    st.sampled_from([IsTrue("angry"), IsTrue("grave"), OneOf("bound", ("x",)), OneOf("bound", ("y",))]),
    st.sets(st.sampled_from(KINDS), min_size=1, max_size=2).map(lambda some: OneOf("kind", tuple(sorted(some)))),
    st.sampled_from("ab").map(lambda one: Has("topics", one)),
    st.builds(
        linear, st.sampled_from(NUMBERS), st.sampled_from(("<", "<=", "==", "!=", ">=", ">")), st.integers(-3, 3)
    ),
)
known: st.SearchStrategy[Condition] = st.sampled_from(("kind", "days")).map(IsMissing)


def trees(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def more(below: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        some = st.lists(below, min_size=2, max_size=3)
        return st.one_of(some.map(all_of), some.map(any_of), below.map(negated))

    return st.recursive(leaves, more, max_leaves=4)


@st.composite
def engines(draw: st.DrawFn, leaves: st.SearchStrategy[Condition] = atoms) -> Engine:
    """A table over facts, one that follows from them, and one that a pack reads under its own name."""
    grave = draw(trees(atoms.filter(lambda one: one not in (IsTrue("grave"),))))
    rules = draw(st.lists(st.tuples(trees(leaves), st.sampled_from(LABELS)), min_size=1, max_size=4))
    table = Decision(
        "colour",
        LABELS,
        tuple(Rule(f"r{place}", condition, then) for place, (condition, then) in enumerate(rules)),
        draw(st.sampled_from((None, *LABELS))),
        draw(st.sampled_from(("first", "unique"))),
    )
    defaults = {"angry": draw(st.sampled_from((None, False))), "days": draw(st.sampled_from((None, 1)))}
    facts = [Fact(Field(name, type, defaults.get(name))) for name, type in TYPES.items()]
    facts += [
        Fact(Field("bound", FactType("choice", ("x", "y"))), SameAs("kind", tuple(zip(KINDS, "xyx", strict=True)))),
        Fact(Field("grave", FactType("boolean")), Derived(grave)),
        Fact(Field("colour", FactType("choice", LABELS)), Decided("colour")),
    ]
    return prepare(made_policy(facts=tuple(facts), decisions=(table,)))


worlds = st.tuples(*(st.sampled_from((None, *DOMAINS[name])) for name in NAMES))
COLOUR = Subject("decision", "colour")


def answers(engine: Engine) -> Any:
    @cache
    def label(values: tuple[Value | None, ...]) -> str:
        made = evaluate(engine, Case("C", values, ()), 0)
        return in_a_word(engine, COLOUR, result_of(engine, made, COLOUR))

    return label


def found_by_trying(label: Any, engine: Engine, values: tuple[Value | None, ...], wanted: str) -> dict[Any, set[Any]]:
    """The fewest facts that may be changed for the wanted label, by their places, with the values that do."""
    defaults = [one.field.default for one in engine.policy.facts[: len(NAMES)]]
    now = [default if value is None else value for value, default in zip(values, defaults, strict=True)]
    for size in range(1, MOST_CHANGES + 1):
        found: dict[Any, set[Any]] = {}
        for places in combinations(range(len(NAMES)), size):
            for new in product(*(DOMAINS[NAMES[place]] for place in places)):
                if any(value == now[place] for place, value in zip(places, new, strict=True)):
                    continue
                changed = list(values)
                for place, value in zip(places, new, strict=True):
                    changed[place] = value
                if label(tuple(changed)) == wanted:
                    found.setdefault(places, set()).add(new)
        if found:
            return found
    return {}


def facts_of(found: Found) -> list[tuple[tuple[int, Value | None], ...]]:
    return [
        tuple((change.position, change.value) for change in one.changes if isinstance(change, FactIs))
        for one in found.alternatives
    ]


@given(engines(), worlds, st.sampled_from(LABELS))
@settings(max_examples=50, deadline=None, phases=PHASES)
def test_no_smaller_change_is_found_by_trying_every_case(
    engine: Engine, values: tuple[Value | None, ...], wanted: str
) -> None:
    case = Case("C", values, ())
    made, label = evaluate(engine, case, 0), answers(engine)
    answer = label(values)
    if answer == wanted:
        return
    found = smallest_changes(engine, case, made, Question(COLOUR, answer, wanted))
    tried = found_by_trying(label, engine, values, wanted)
    assert not found.cut
    assert bool(found.alternatives) is bool(tried)
    for one, changes in zip(found.alternatives, facts_of(found), strict=True):
        places = tuple(place for place, _ in changes)
        assert len(changes) == len(one.changes), "nothing but facts can change it"
        assert tuple(value for _, value in changes) in tried[places]
        assert all((value,) in tried[places] for value in one.also)
    if not found.more:
        assert {tuple(place for place, _ in one) for one in facts_of(found)} == set(tried)
    if tried and len(next(iter(tried))) == 1:
        nearest_number(engine, values, tried, facts_of(found))


def nearest_number(engine: Engine, values: Any, tried: dict[Any, set[Any]], found: list[Any]) -> None:
    """Of one number the least change is shown, of a choice every value."""
    for ((place, value),) in found:
        now = engine.policy.facts[place].field.default if values[place] is None else values[place]
        if NAMES[place] in NUMBERS:
            near = now if now is not None else 0
            assert abs(value - near) == min(abs(one - near) for (one,) in tried[place,])


@given(engines(), worlds)
@settings(max_examples=25, deadline=None, phases=PHASES)
def test_no_smaller_set_of_facts_forces_the_answer(engine: Engine, values: tuple[Value | None, ...]) -> None:
    forced_as_tried(engine, values)


@given(engines(st.one_of(atoms, known)), worlds)
@settings(max_examples=15, deadline=None, phases=PHASES)
def test_whether_a_fact_is_known_may_decide_too(engine: Engine, values: tuple[Value | None, ...]) -> None:
    forced_as_tried(engine, values)


def forced_as_tried(engine: Engine, values: tuple[Value | None, ...]) -> None:
    """Every set of fewer facts leaves another answer open; this one leaves none."""
    case = Case("C", values, ())
    made = evaluate(engine, case, 0)
    forced = forcing_facts(engine, case, made, why(engine, made, "colour"))
    bare = prepare(without_defaults(engine))
    defaults = [one.field.default for one in engine.policy.facts[: len(NAMES)]]
    now = tuple(default if value is None else value for value, default in zip(values, defaults, strict=True))

    @cache
    def full(world: tuple[Value | None, ...]) -> tuple[object, ...]:
        result = evaluate(bare, Case("C", world, ()), 0)
        return in_full(bare, COLOUR, result_of(bare, result, COLOUR))

    def enough(kept: tuple[int, ...]) -> bool:
        """Zero and the two ends stand for the numbers between, where no rule tells them apart."""
        open_to = [(now[place],) if place in kept else (None, *DOMAINS[name]) for place, name in enumerate(NAMES)]
        return all(full(world) == full(now) for world in product(*open_to))

    rests_on = {*forced.facts, *forced.open}
    assert enough(forced.facts)
    assert forced.smallest
    for fewer in combinations(sorted(rests_on), max(0, len(forced.facts) - 1)):
        assert not forced.facts or not enough(fewer)


@given(trees(atoms), atoms.map(negated), worlds)
@settings(max_examples=25, deadline=None, phases=PHASES)
def test_whether_a_duty_applies_is_forced_and_changed_by_as_few_facts(
    when: Condition, grave: Condition, values: tuple[Value | None, ...]
) -> None:
    if IsTrue("grave") in atoms_of(grave):
        return
    facts = [Fact(Field(name, type)) for name, type in TYPES.items()]
    facts += [
        Fact(Field("bound", FactType("choice", ("x", "y"))), SameAs("kind", tuple(zip(KINDS, "xyx", strict=True)))),
        Fact(Field("grave", FactType("boolean")), Derived(grave)),
    ]
    engine = prepare(made_policy(duty("answer", limit(5, "days"), "decided", when=when), facts=tuple(facts)))
    received = Event("e", "received", NOON, 0, NOON, None, None, (None, None, None))
    as_of = NOON + 86_400

    def evaluated(world: tuple[Value | None, ...]) -> Evaluation:
        return evaluate(engine, Case("C", world, (received,)), as_of)

    @cache
    def state(world: tuple[Value | None, ...]) -> str:
        return evaluated(world).duties[0].state

    made, case = evaluated(values), Case("C", values, (received,))
    wanted = "running" if state(values) == "not_applicable" else "not_applicable"
    found = smallest_changes(engine, case, made, why_not(engine, made, f"answer={wanted}"))
    tried = found_by_trying(state, engine, values, wanted)
    assert bool(found.alternatives) is bool(tried)
    if not found.more:
        assert {tuple(place for place, _ in one) for one in facts_of(found)} == set(tried)
    forced = forcing_facts(engine, case, made, why(engine, made, "answer"))
    others = [DOMAINS[name] if place in forced.open else (values[place],) for place, name in enumerate(NAMES)]
    assert {state(world) for world in product(*others)} == {state(values)}


@given(st.integers(0, 12 * 86_400))
@settings(max_examples=15, deadline=None, phases=PHASES)
def test_the_last_moment_in_time_is_told_to_the_second(after: int) -> None:
    engine = prepare(made_policy(duty("answer", limit(3, "business_days", ends="close_of_business"), "decided")))
    blank = (None, None, None)
    events = (
        Event("e", "received", NOON, 0, NOON, None, None, blank),
        Event("f", "decided", NOON + after, 1, NOON + after, None, None, blank),
    )
    case = Case("C", (), events)
    made = evaluate(engine, case, NOON + 20 * 86_400)
    answer, late_from = made.duties[0].state, made.duties[0].late_from
    assert late_from is not None
    wanted = "met" if answer == "met_late" else "met_late"
    found = smallest_changes(engine, case, made, why_not(engine, made, f"answer={wanted}"))
    moved = found.alternatives[0]
    assert moved.changes == (MovedTo(1, late_from - 1 if wanted == "met" else late_from),)
    assert moved.stretch is not None
    assert moved.stretch[:2] == ((None, late_from - 1) if wanted == "met" else (late_from, None))


def test_a_search_that_is_cut_off_says_so() -> None:
    engine = prepare(
        made_policy(facts=tuple(Fact(Field(name, type)) for name, type in TYPES.items()), decisions=(NEVER,))
    )
    case = Case("C", (None,) * len(NAMES), ())
    made = evaluate(engine, case, 0)
    asked = why_not(engine, made, "colour=red")
    whole, cut = (smallest_changes(engine, case, made, asked, most=most) for most in (None, 10))
    assert (whole.alternatives, whole.size, whole.cut) == ((), MOST_CHANGES, False)
    assert (cut.alternatives, cut.size, cut.cut, cut.tried) == ((), 1, True, 10)


def without_defaults(engine: Engine) -> Any:
    from dataclasses import replace

    facts = tuple(replace(one, field=replace(one.field, default=None)) for one in engine.policy.facts)
    return replace(engine.policy, facts=facts)
