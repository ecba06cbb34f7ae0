"""The parts of a policy that examples can exercise, each with a name, its citation, and what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

from complaint_policy.clocks.data import ByFact, ByLength, Dated, Due, Earliest, Floor, Latest, Promptly
from complaint_policy.evaluation.conditions import decisions_of
from complaint_policy.evaluation.dues import describe
from complaint_policy.policy.model import Decision, Duty, Given, Policy
from complaint_policy.records import NamedTuple

PartKind: TypeAlias = Literal[
    "requirement",
    "citation",
    "rule",
    "choice",
    "limit",
    "dated value",
    "pause",
    "suspension",
    "extension",
    "fallback",
    "right",
    "keep",
    "move",
    "deemed event",
]
KINDS: tuple[PartKind, ...] = get_args(PartKind)
"""In the order in which reports list them."""
Owner: TypeAlias = Literal[
    "duty", "decision", "right", "suspension", "fact", "move", "event", "organisation", "approval", "tier", "pack", ""
]
Step: TypeAlias = "str | int"


class Part(NamedTuple):
    """One part: `kind` and `name` tell it from every other.

    pack: the id of the file it comes from, empty for the policy's own. owner and id: the duty, decision or other thing
    in which it is written, and `steps` the way from there: keys, words, and places in a list.
    """

    kind: PartKind
    name: str
    pack: str
    owner: Owner
    id: str
    steps: tuple[Step, ...] = ()
    citation: str = ""


def parts_of(policy: Policy) -> tuple[Part, ...]:
    """Every part of a policy and of its packs, in the order of the model."""
    found = [
        *(part for duty in policy.duties for part in _of_duty(policy, duty)),
        *(part for decision in decisions_of(policy) for part in _of_decision(policy, decision)),
        *_of_rights(policy),
        *_of_facts(policy),
        *_of_moves(policy),
        *_of_organisation(policy),
    ]
    return (*found, *_citations(found))


def _citations(parts: list[Part]) -> Iterator[Part]:
    """Each citation once, where it is written first."""
    for citation in dict.fromkeys(part.citation for part in parts if part.citation):
        first = next(part for part in parts if part.citation == citation)
        yield first._replace(kind="citation", name=citation, steps=(citation,))


def pack_of(policy: Policy, name: str) -> str:
    """The id of the pack or version whose name stands before the first stroke; empty for the policy's own."""
    head = name.partition("/")[0]
    others = {*(pack.id for pack in policy.packs[1:]), *(version.id for version in policy.versions if version.id)}
    return head if "/" in name and head in others else ""


def _of_duty(policy: Policy, duty: Duty) -> Iterator[Part]:
    pack = pack_of(policy, duty.id)
    if duty.section == "tighten":
        pack = ""

    def part(kind: PartKind, name: str, *steps: Step) -> Part:
        return Part(kind, f"{duty.id}: {name}" if name else duty.id, pack, "duty", duty.id, steps, duty.citation)

    if duty.floor is not None:
        yield part("keep", "")
        yield from (part("choice", name, "keep", "at_least", label) for name, label in kept_by(duty.floor))
    if duty.due is not None or duty.floor is None:
        yield part("requirement", "")
    if duty.due is not None:
        yield from (part(kind, name, *steps) for kind, name, steps in due_parts(duty.due))
    if duty.section == "tighten":
        return  # what stops or lengthens its clock is written in the law
    for number, pause in enumerate(duty.pauses):
        yield part("pause", f"{pause.starts.event} to {pause.ends.event}" + again(number, duty.pauses), "pause", number)
    for number, longer in enumerate(duty.longer):
        yield part("extension", f"upon {longer.upon.event}{again(number, duty.longer)}", "longer", number)
    for one in duty.suspended_by:
        yield part("suspension", one, "suspended_by", one.rpartition("/")[2])
    if duty.fallback is not None:
        yield part("fallback", "fallback", "fallback")


def again(number: int, of: tuple[object, ...]) -> str:
    """Which of several alike, to tell their names apart."""
    return f" ({number + 1})" if len(of) > 1 else ""


def kept_by(floor: Floor) -> Iterator[tuple[str, str]]:
    """The rows of a table of lengths, each with its name and its label."""
    length = floor.at_least
    if isinstance(length, ByLength):
        labels = [label for label, _ in length.cases] + (["otherwise"] if length.otherwise is not None else [])
        yield from ((f"{length.fact} {label}", label) for label in labels)


Found: TypeAlias = "tuple[PartKind, str, tuple[Step, ...]]"


def due_parts(due: Due, before: str = "", steps: tuple[Step, ...] = ("due",)) -> Iterator[Found]:
    """The limits, table rows and dated texts of a clock, each with its name and the way to it."""
    match due:
        case Earliest(items) | Latest(items):
            for number, item in enumerate(items):
                yield from due_parts(item, f"{before}{number + 1}. ", (*steps, number))
        case ByFact(fact, cases, otherwise):
            rows = [*cases, *([("otherwise", otherwise)] if otherwise is not None else [])]
            for label, item in rows:
                yield "choice", f"{before}{fact} {label}", (*steps, label)
                yield from due_parts(item, f"{before}{fact} {label}: ", (*steps, label))
        case Dated(entries=entries):
            for number, (_, text) in enumerate(entries):
                yield "dated value", f"{before}text {number + 1}", (*steps, "dated", number)
                if text is not None:
                    yield from due_parts(text, f"{before}text {number + 1}: ", (*steps, "dated", number))
        case Promptly():
            yield "limit", f"{before}promptly", steps
        case _:
            yield "limit", f"{before}{describe(due) or 'again and again'}", steps


def _of_decision(policy: Policy, decision: Decision) -> Iterator[Part]:
    pack = pack_of(policy, decision.name)
    for rule in decision.rules:
        name = f"{decision.name}: {rule.id}"
        yield Part("rule", name, pack, "decision", decision.name, (rule.id,), rule.citation)
    if decision.otherwise is not None:
        yield Part("rule", f"{decision.name}: otherwise", pack, "decision", decision.name, ("otherwise",))


def _of_rights(policy: Policy) -> Iterator[Part]:
    for right in policy.rights:
        first = Part("right", right.id, pack_of(policy, right.id), "right", right.id, (), right.citation)
        yield first
        for kind, name, steps in due_parts(right.closes, steps=("closes",)) if right.closes is not None else ():
            yield first._replace(kind=kind, name=f"{right.id}: {name}", steps=steps)


def _of_facts(policy: Policy) -> Iterator[Part]:
    for fact in policy.facts:
        name, type = fact.field.name, fact.field.type
        if isinstance(fact.source, Given) and type.kind in ("choice", "choices"):
            for choice in type.choices:
                yield Part("choice", f"{name}: {choice}", pack_of(policy, name), "fact", name, (choice,))


def _of_moves(policy: Policy) -> Iterator[Part]:
    held = [("", policy.escalation), *((one.id, one.escalation) for one in policy.versions if one.id)]
    for version, escalation in held:
        for move in escalation.moves if escalation is not None else ():
            yield Part("move", move.id, version, "move", move.id)
    for one in policy.deemed:
        yield Part("deemed event", one.event, one.pack, "event", one.event)


def _of_organisation(policy: Policy) -> Iterator[Part]:
    for one in policy.organisation:
        duty = one.duty
        yield Part("requirement", duty.id, pack_of(policy, duty.id), "organisation", duty.id, (), duty.citation)
