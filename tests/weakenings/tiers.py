"""Who handles a complaint first: an organisation with tiers, and the same with one cell of its table a tier off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case, Event
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.proof.proving import answers_against, horizon_of
from complaint_policy.rollout.proof.results import Answer
from tests.weakenings.organisation import Organisation
from tests.weakenings.sampling import FIRST
from tests.weakenings.writing import Map

TIERS = ("frontline", "specialist", "senior")
HARM, LOSS = ("injury", "worry", "none"), ("large", "small")
CELLS = {
    ("injury", "large"): "senior",
    ("injury", "small"): "specialist",
    ("worry", "large"): "specialist",
    ("worry", "small"): "frontline",
    ("none", "large"): "specialist",
    ("none", "small"): "frontline",
}


class TierChange(NamedTuple):
    """One cell a tier lower or higher than before. words: which, and what it says now."""

    is_weaker: bool
    words: str
    organisation: Organisation


def with_tiers(base: Organisation, cells: dict[tuple[str, str], str] = CELLS) -> Organisation:
    """The organisation with three tiers, of which the first goes by what happened and how much was lost."""
    rows = {harm: {loss: cells[harm, loss] for loss in LOSS} for harm in HARM}
    matrix: Map = {"rows": "harm", "columns": "loss", "cells": rows}
    facts = dict(base.facts) | {"harm": f" one of {', '.join(HARM)}", "loss": f" one of {', '.join(LOSS)}"}
    escalation: Map = {"tiers": [{"id": tier} for tier in TIERS], "matrix": matrix}
    return replace(base, facts=facts, more={**base.more, "escalation": escalation})


def tier_changes(base: Organisation) -> Iterator[TierChange]:
    """Every cell a tier lower, and every cell a tier higher, where there is one."""
    for (harm, loss), tier in CELLS.items():
        for step in (-1, 1):
            place = TIERS.index(tier) + step
            if 0 <= place < len(TIERS):
                changed = with_tiers(base, CELLS | {(harm, loss): TIERS[place]})
                yield TierChange(step < 0, f"{harm}, {loss}: {TIERS[place]}", changed)


def first_lower(new: Engine, old: Engine) -> Case | None:
    """The first of all complaints, told by harm and loss, that begins at a lower tier than before."""
    fields = given_facts(new.policy)
    own = {"harm": HARM, "loss": LOSS}
    event = Event("e0", "received", FIRST, 0, FIRST, None, frozenset(), (None,) * 4)
    for facts in product(*(own.get(field.name, (None,)) for field in fields)):
        case = Case("tier", facts, (event,))
        now, was = (evaluate(engine, case, FIRST).tier for engine in (new, old))
        assert now is not None, "both have tiers"
        assert was is not None, "both have tiers"
        if TIERS.index(now.now or "") < TIERS.index(was.now or ""):
            return case
    return None


def kept(new: Policy, old: Policy) -> Answer:
    """What the prover says of whether no case begins at a lower tier; where nothing changed it is not asked."""
    answers = answers_against(prepare(new), prepare(old), horizon_of(new, 10), 10.0)
    return {one.name: one for one in answers if one.about == "first tier"}["first-tier-kept"]
