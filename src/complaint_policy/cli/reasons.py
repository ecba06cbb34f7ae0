"""Answers `explain --why` and `--why-not` of one case, in words or as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import click

from complaint_policy.case import Case
from complaint_policy.cli.showing import say
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.bundle import looks_like_a_bundle
from complaint_policy.policy.compiling.packs import places_of
from complaint_policy.policy.model import Policy
from complaint_policy.reasons.forcing import Forced, forcing_facts
from complaint_policy.reasons.questions import Unanswerable, why, why_not
from complaint_policy.reasons.searching import smallest_changes
from complaint_policy.reports.ledger import ledgers_in_words
from complaint_policy.reports.reasons import Teller
from complaint_policy.reports.reasons_json import reasons_as_data
from complaint_policy.reports.trace import sensitive_facts
from complaint_policy.rollout.coverage.places import Places, places_in


class Asked(Protocol):
    """What is asked of a case: as of when (UTC seconds), what for, and how it is to be told."""

    @property
    def as_of(self) -> int:
        """The moment of evaluation."""

    @property
    def as_known(self) -> int | None:
        """What was recorded by then is seen; None is everything."""

    @property
    def why(self) -> tuple[str, ...]:
        """What is to be told of: what decided it."""

    @property
    def why_not(self) -> tuple[str, ...]:
        """What is to be told of: what would change it."""

    @property
    def form(self) -> str:
        """`json` or `text`."""

    @property
    def show_sensitive(self) -> bool:
        """Whether sensitive facts are shown, and changed."""


def tell_reasons(policy: Policy, case: Case, path: Path, asked: Asked) -> None:
    """Writes the answers in the order in which they were asked for. All questions are read before any is answered."""
    engine = prepare(policy)
    evaluation = evaluate(engine, case, asked.as_of, asked.as_known)
    try:
        whys = [why(engine, evaluation, text) for text in asked.why]
        why_nots = [why_not(engine, evaluation, text) for text in asked.why_not]
    except Unanswerable as unanswerable:
        raise click.UsageError(str(unanswerable)) from None
    hidden = frozenset() if asked.show_sensitive else sensitive_facts(policy)
    places = _places(policy, path) if whys else {}
    teller = Teller(engine, case, evaluation, places, show_sensitive=asked.show_sensitive)
    forced = [forcing_facts(engine, case, evaluation, one) for one in whys]
    found = [smallest_changes(engine, case, evaluation, one, hidden) for one in why_nots]
    if asked.form == "json":
        import json

        say(json.dumps(reasons_as_data(teller, forced, found), ensure_ascii=False, indent=2))
        return
    say("\n".join([*_whys(engine, case, evaluation, teller, forced), *map(teller.why_not, found)]))


def _whys(engine: Engine, case: Case, evaluation: Evaluation, teller: Teller, forced: list[Forced]) -> Iterator[str]:
    for one in forced:
        subject = one.question.subject
        yield teller.why(one)
        ledger = ledgers_in_words(engine, case, evaluation, {subject.name}) if subject.kind == "duty" else ""
        yield from filter(None, [ledger])


def _places(policy: Policy, path: Path) -> dict[str, Places]:
    """Where the parts of a policy are written, in its own file and its packs; nothing of a bundle."""
    try:
        with path.open("rb") as stream:
            if looks_like_a_bundle(stream.read(64)):
                return {}
        found = [path]
        for pack in policy.packs[1:]:
            found += [place for place in places_of(pack.id, path.resolve(), ()) if place.is_file()][:1]
        return places_in((os.path.relpath(one), one.read_text("utf-8")) for one in found)
    except (OSError, UnicodeDecodeError):
        return {}
