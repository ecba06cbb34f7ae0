"""What can be asked of a case by name: a duty, a decision or one of its rules, scope, tier, a move, a right, a fact."""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.conditions.source import NOT_LOOKED_AT
from complaint_policy.conditions.text import print_value
from complaint_policy.evaluation.outcome import Decided, DutyResult, Evaluation, RightResult, TierResult
from complaint_policy.evaluation.versions import scope_of
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Decision, Given, Move, Policy
from complaint_policy.records import NamedTuple

Kind: TypeAlias = Literal["duty", "decision", "rule", "scope", "tier", "move", "right", "fact", "pack"]

STATES = (
    *("not_applicable", "not_started", "running", "paused", "met", "met_late", "breached", "lapsed", "attested"),
    *("ended", "cannot_tell", "in_force"),
)
RIGHT_STATES = ("not_yet", "open", "closed", "never_started")
CANNOT_TELL, NO_LABEL = "cannot_tell", "no_label"
YES_NO = {
    "rule": ("decides", "does_not_decide"),
    "move": ("made", "not_made"),
    "pack": ("applies", "does_not_apply", CANNOT_TELL),
}


class Subject(NamedTuple):
    """One thing asked about. part: the rule of a decision. occurrence: of a duty with several, the id of the one meant.

    place: where it stands among those of its kind in the policy (a fact: where the engine holds it).
    """

    kind: Kind
    name: str
    place: int = 0
    part: str = ""
    occurrence: str = ""

    @property
    def text(self) -> str:
        """As a command line writes it."""
        return self.name + (f"/{self.part}" if self.part else "") + (f"@{self.occurrence}" if self.occurrence else "")


def subjects_of(engine: Engine, evaluation: Evaluation) -> dict[str, Subject]:
    """Everything that can be asked of this case, by name; where two are called alike, the first in this order."""
    policy = engine.policy
    owed = {one.duty for one in evaluation.duties}
    found = [Subject("duty", one.id, place) for place, one in enumerate(policy.duties) if one.id in owed]
    made = {one.name for one in evaluation.decisions}
    decided = [one for one in policy.decisions if one.name in made]
    found += [Subject("decision", one.name) for one in decided]
    if evaluation.scope is not None:
        found.append(Subject("scope", "scope"))
    if evaluation.tier is not None:
        found.append(Subject("tier", "tier"))
    found += [Subject("right", one.id, place) for place, one in enumerate(policy.rights)]
    found += [Subject("move", one.id) for one in moves_of(policy)]
    found += [
        Subject("fact", one.field.name, engine.places[one.field.name])
        for one in policy.facts
        if one.field.type.kind in ("boolean", "choice")
        and one.field.name not in made
        and not isinstance(one.source, Given)
    ]
    found += [Subject("pack", one) for one, _ in evaluation.applies if one]
    rules = [Subject("rule", one.name, 0, rule.id) for one in decided for rule in one.rules]
    if evaluation.scope is not None:
        named = evaluation.scope.name
        scope = next((one for one in (policy.scope, *policy.decisions) if one is not None and one.name == named), None)
        rules += [Subject("rule", "scope", 0, rule.id) for rule in (scope.rules if scope is not None else ())]
    return {one.text: one for one in reversed([*found, *rules])}


def moves_of(policy: Policy) -> tuple[Move, ...]:
    """The moves between tiers, of every version, each id once."""
    held = (policy.escalation, *(one.escalation for one in policy.versions))
    return tuple({move.id: move for one in held if one is not None for move in one.moves}.values())


def answers_of(engine: Engine, subject: Subject) -> tuple[str, ...]:
    """What may be answered about it, in the policy's order."""
    policy = engine.policy
    match subject.kind:
        case "duty":
            return STATES
        case "right":
            return RIGHT_STATES
        case "rule" | "move" | "pack":
            return YES_NO[subject.kind]
        case "decision" | "scope":
            decision = decision_of(policy, subject)
            return (*decision.labels, *(() if decision.otherwise is not None else (NO_LABEL,)), CANNOT_TELL)
        case "tier":
            tiers = policy.escalation.tiers if policy.escalation is not None else ()
            return (*(tier.id for tier in tiers), CANNOT_TELL)
    type = engine.facts[subject.place].field.type
    return (*(("true", "false") if type.kind == "boolean" else type.choices), CANNOT_TELL)


def decision_of(policy: Policy, subject: Subject) -> Decision:
    """The decision that a label or a rule belongs to."""
    if subject.name == "scope" and subject.kind in ("scope", "rule"):
        assert policy.scope is not None, "only asked of a policy with a scope"
        return policy.scope
    return next(one for one in policy.decisions if one.name == subject.name)


# --- what is answered -------------------------------------------------------------------------------------------------


def result_in(view: View, subject: Subject) -> object:
    """What the engine's own part for it says of a view, without all the rest of an evaluation."""
    engine = view.engine
    match subject.kind:
        case "duty":
            return _occurrence(engine.duties[subject.place].standings(view), subject)
        case "right":
            return engine.rights[subject.place](view)
        case "scope" | "rule" if subject.name == "scope":
            assert engine.scope is not None, "only asked of a policy with a scope"
            return scope_of(view, engine.scope(view)) if engine.policy.versions else engine.scope(view)
        case "decision" | "rule":
            return engine.decisions[subject.name](view)
        case "tier" | "move":
            assert engine.tier is not None, "only asked of a policy with tiers"
            return engine.tier(view)
        case "pack":
            return engine.applies[subject.name](view)
    return view.fact(subject.place)


def result_of(engine: Engine, evaluation: Evaluation, subject: Subject) -> object:
    """The same from a whole evaluation."""
    match subject.kind:
        case "duty":
            return _occurrence([one for one in evaluation.duties if one.duty == subject.name], subject)
        case "right":
            return next((one for one in evaluation.rights if one.right == subject.name), None)
        case "scope" | "rule" if subject.name == "scope":
            return evaluation.scope
        case "decision" | "rule":
            return next((one for one in evaluation.decisions if one.name == subject.name), None)
        case "tier" | "move":
            return evaluation.tier
        case "pack":
            return dict(evaluation.applies).get(subject.name)
    names = [one.field.name for one in engine.policy.facts]
    return evaluation.facts[names.index(subject.name)]


def _occurrence(found: tuple[DutyResult, ...] | list[DutyResult], subject: Subject) -> DutyResult | None:
    """The result meant: that of the occurrence named, else the latest."""
    held = [one for one in found if not subject.occurrence or one.occurrence == subject.occurrence]
    return held[-1] if held else None


def in_a_word(engine: Engine, subject: Subject, result: object) -> str:
    """The answer as one of `answers_of`."""
    match subject.kind, result:
        case _, DutyResult():
            return result.state
        case _, RightResult():
            return result.state
        case "rule", Decided():
            return "decides" if result.rule == subject.part else "does_not_decide"
        case _, Decided():
            if result.rule is None and result.label is None:
                return CANNOT_TELL
            return NO_LABEL if result.label is None else result.label
        case "move", TierResult():
            return "made" if any(step.why == subject.name for step in result.steps) else "not_made"
        case _, TierResult():
            return CANNOT_TELL if result.now is None else result.now
        case "pack", bool():
            return "applies" if result else "does_not_apply"
        case "fact", value if value is not None:
            return print_value(value, engine.facts[subject.place].field.type)
        case "duty", None:
            return "not_applicable"
        case "right", None:
            return "never_started"
        case "rule", None:
            return "does_not_decide"
    return CANNOT_TELL


def in_full(engine: Engine, subject: Subject, result: object) -> tuple[object, ...]:
    """All that counts as the answer when it is asked what decided it: of a duty also by when it is due."""
    word = in_a_word(engine, subject, result)
    match result:
        case DutyResult():
            return (word, result.conditional, result.late_from, result.earliest, result.latest)
        case RightResult():
            return (word, result.conditional, result.opened_at, result.closed_from)
        case Decided() if subject.kind != "rule":
            return (word, result.possible if word == CANNOT_TELL else ())
        case Decided() if result.rule is None:
            place = [rule.id for rule in decision_of(engine.policy, subject).rules].index(subject.part)
            answer = result.answers[place] if place < len(result.answers) else NOT_LOOKED_AT
            return (word, answer in (False, NOT_LOOKED_AT))  # else it may be the one that decides
    return (word, True) if subject.kind == "rule" else (word,)
