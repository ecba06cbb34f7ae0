"""Decisions: ordered rules, tables and matrices that put a label on a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from complaint_policy.conditions.syntax import Condition, OneOf
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code, Location, diagnostic, nearest
from complaint_policy.policy.compiling.cells import read_cell
from complaint_policy.policy.compiling.conditions import compile_condition, together
from complaint_policy.policy.compiling.draft import (
    Draft,
    entries_in,
    items_in,
    mapping_in,
    section,
    text_in,
    text_under,
)
from complaint_policy.policy.compiling.in_force import while_in_force
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.matrix import read_matrix
from complaint_policy.policy.compiling.names import TWICE, good_id, meant, twice, unknown
from complaint_policy.policy.model import Decision, Rule
from complaint_policy.policy.nodes import Mapping, Node, Scalar

NO_LABEL = Code(
    "CP231",
    "a rule gives a label that the decision does not have",
    "The labels of a decision are its `levels`; a label that is misspelt would not be found by any table of clocks.",
)
NO_DECISION = Code(
    "CP232",
    "a decision has no rules",
    "A decision says by `rules`, `table` or `matrix` which label a case gets.",
)
RULE = Code(
    "CP233",
    "a rule is not complete",
    "A rule has an id, a condition (`when`, or cells by fact under `if`) and the label that it gives (`then`).",
)

_ROW_KEYS = frozenset({"id", "then", "because", "redirect", "citation", "in_force"})


@dataclass(slots=True)
class _Labels:
    """The labels of a decision: those it declares, or those it has given so far."""

    names: list[str] = field(default_factory=list)
    declared: bool = False

    def take(self, node: Node | None, draft: Draft) -> str | None:
        """The label written here, if the decision has it."""
        text = text_in(node, draft)
        if text is None or node is None:
            return None
        if text in self.names:
            return text
        if self.declared:
            near = nearest(text, self.names)
            help = (
                f"did you mean `{near}`?" if near else f"the labels are {', '.join(f'`{one}`' for one in self.names)}"
            )
            draft.report(NO_LABEL, f"there is no label `{text}` here", node.location, help)
            return None
        if not good_id(text, "label", node.location, draft.problems):
            return None
        self.names.append(text)
        return text


def declare_decisions(draft: Draft) -> None:
    """Say of each decision why a condition before it cannot read it (semantics 53)."""
    for key, _ in section(draft, "classification"):
        draft.later[key.text] = f"`{key.text}` is decided later: facts, scope and earlier decisions cannot read it"


def compile_classification(draft: Draft) -> list[Decision]:
    """The decisions in the order written; each may read facts and earlier decisions, and is a fact from then on."""
    found = []
    for key, node in section(draft, "classification"):
        if not good_id(key.text, "decision", key.location, draft.problems):
            continue
        if key.text in draft.scope:
            related = [("the fact stands here", _place_of(key.text, draft))]
            help = "give the decision a name of its own"
            draft.problems.append(diagnostic(TWICE, f"`{key.text}` is a fact already", key.location, help, related))
            continue
        qualified = draft.declare("decision", key.text, key.location)
        body = mapping_in(node, draft)
        decision = compile_decision(qualified, body, draft) if body else None
        draft.later.pop(key.text, None)
        if decision is None:
            draft.later[key.text] = ""
        else:
            found.append(decision)
            draft.scope[key.text] = (qualified, FactType("choice", choices=decision.labels))
    return found


def _place_of(name: str, draft: Draft) -> Location:
    places = draft.common.places
    return places.get(("fact", draft.name(name))) or draft.root.location


def compile_scope(draft: Draft) -> Decision | None:
    """Whether the organisation takes the case: labels `in` and `out`."""
    body = mapping_in(draft.root.get("scope"), draft)
    if body is None:
        return None
    key = draft.root.key("scope")
    draft.declare("decision", "scope", key.location if key else body.location)
    return compile_decision(draft.name("scope"), body, draft, labels=("in", "out"))


def compile_decision(name: str, node: Mapping, draft: Draft, labels: tuple[str, ...] = ()) -> Decision | None:
    """One decision; `labels` are its possible ones where they are given from outside."""
    known = _Labels(list(labels), bool(labels))
    levels = node.get("levels")
    if levels is not None and not labels:
        known = _levels(levels, draft)
    rules = _rules(name, node, known, draft)
    if rules is None:
        draft.report(NO_DECISION, f"`{name}` has no rules", node.location, "add `rules`, `table` or `matrix`")
        return None
    otherwise = known.take(node.get("otherwise"), draft)
    hit: Literal["first", "unique"] = "unique" if text_in(node.get("hit"), draft) == "unique" else "first"
    return Decision(name, tuple(known.names), rules, otherwise, hit, ordered=levels is not None)


def _levels(node: Node, draft: Draft) -> _Labels:
    found: dict[str, Location] = {}
    for item in items_in(node, draft):
        text = text_in(item, draft)
        if text is not None and text in found:
            draft.problems.append(twice("label", text, item.location, found[text]))
        elif text is not None and good_id(text, "label", item.location, draft.problems):
            found[text] = item.location
    return _Labels(list(found), declared=bool(found))


def _rules(name: str, node: Mapping, labels: _Labels, draft: Draft) -> tuple[Rule, ...] | None:
    matrix = mapping_in(node.get("matrix"), draft)
    if matrix is not None:
        return _matrix_rules(matrix, labels, draft)
    if node.get("matrix") is not None:
        return ()  # it could not be read, which has been told
    is_table = node.get("table") is not None
    rows = node.get("table") if is_table else node.get("rules")
    if rows is None:
        return None
    found: list[Rule] = []
    places: dict[str, Location] = {}
    for row in items_in(rows, draft):
        body = mapping_in(row, draft)
        if body is None:
            continue
        rule = _rule(body, is_table, labels, draft)
        if rule is None:
            continue
        if rule.id in places:
            draft.problems.append(twice("rule", rule.id, (body.get("id") or body).location, places[rule.id]))
        places[rule.id] = body.location
        draft.common.places.setdefault(("rule", f"{name}: {rule.id}"), body.location)
        found.append(rule)
    return tuple(found)


def _matrix_rules(node: Mapping, labels: _Labels, draft: Draft) -> tuple[Rule, ...]:
    rules = []
    for cell in read_matrix(node, draft):
        label = labels.take(cell.node, draft)
        if label is not None:
            rules.append(Rule(cell.id, cell.condition, label))
    return tuple(rules)


def _rule(node: Mapping, is_table: bool, labels: _Labels, draft: Draft) -> Rule | None:
    written = node.get("id")
    id = text_in(written, draft)
    good = id is not None and written is not None and good_id(id, "rule", written.location, draft.problems)
    cells = _row_cells(node) if is_table else entries_in(node.get("if"), draft)
    conditions: list[Condition | None] = [_cell(key, cell, draft) for key, cell in cells]
    if not is_table and node.get("when") is not None:
        conditions.append(compile_condition(node.get("when"), draft))
    label = labels.take(node.get("then"), draft)
    if written is None or node.get("then") is None or (not is_table and not conditions):
        draft.report(
            RULE,
            "a rule needs an `id`, a condition and `then`",
            node.location,
            "write `{id: ..., when: ..., then: ...}`",
        )
    if not good or id is None or label is None or None in conditions:
        return None
    because, redirect = (words_under(node, key, draft) for key in ("because", "redirect"))
    written = node.get("citation")
    citation = "" if isinstance(written, Scalar) and written.empty else text_under(node, "citation", draft)
    conditions.append(while_in_force(node.get("in_force"), draft))
    return Rule(id, together(conditions), label, because, redirect, citation)


def _row_cells(node: Mapping) -> tuple[tuple[Scalar, Node], ...]:
    return tuple((key, cell) for key, cell in node.entries if key.text not in _ROW_KEYS)


def _cell(key: Scalar, cell: Node, draft: Draft) -> Condition | None:
    found = draft.scope.get(key.text)
    if found is None:
        help = draft.later.get(key.text, meant(key.text, draft.scope, "fact"))
        if not help:
            return None  # it has a mistake of its own, told there
        draft.problems.append(unknown("fact or decision", key.text, (), key.location, help=help))
        return None
    return read_cell(cell, found, draft)


def by_severity(rows: list[tuple[str, tuple[str, ...]]], fact: str) -> tuple[Rule, ...]:
    """One rule a tier: the case starts there if its severity is one of those that the tier takes at first."""
    return tuple(Rule(tier, OneOf(fact, levels), tier) for tier, levels in rows if levels)
