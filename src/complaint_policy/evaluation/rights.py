"""The windows of complainants and ombudsmen: whether they are open, until when, and why some never end."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.evaluation.dues import DueMaker
from complaint_policy.evaluation.happenings import NOT_SEEN, look_for
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.obligations import pack_parts
from complaint_policy.evaluation.outcome import Finding, RightResult, RightState
from complaint_policy.evaluation.questions import every, question
from complaint_policy.evaluation.reckoned import NOT_STARTED
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Right


def prepare_right(engine: Engine, right: Right) -> Callable[[View], RightResult]:
    """How a right is found: a mirror of the duties, with no gap between them (semantics 3)."""
    packs = [pack for pack in engine.policy.packs if pack.id == right.pack] or list(engine.policy.packs[:1])
    parts = [question(engine, right.when)] if right.when is not None else []
    applies = every(parts + (pack_parts(engine, packs[0]) if packs else []))
    opens = look_for(engine, right.opens)
    content = {event: frozenset(items) for event, items in right.only_if_content}
    maker = DueMaker(engine, right.id, None, "recount", content=content, closes_right=True)
    closes = maker.reckon(right.closes) if right.closes is not None else None

    def find(view: View) -> RightResult:
        owed = applies(view)
        if owed is False:
            return RightResult(right.id, "never_started")
        sure, maybe, _ = opens(view, 0) if view.received != FOREVER else NOT_SEEN
        opened = sure if maybe is None else maybe
        window = NOT_STARTED if closes is None else closes(view, None, None)
        if content and opened is not None and window.due is None:
            _note_missing(view, right, content)
        due = window.due
        late, at, on = (None, None, None) if due is None else due
        state = _state(view, opened, late)
        return RightResult(right.id, state, opened, at, on, late, owed is None or sure is None is not opened)

    return find


def _state(view: View, opened: int | None, closed_from: int | None) -> RightState:
    """A window that was over before it opened never started; one whose end never began to run stays open."""
    if closed_from is not None and view.now.reached(closed_from):
        return "never_started" if opened is None or opened >= closed_from else "closed"
    return "not_yet" if opened is None or view.received == FOREVER else "open"


def _note_missing(view: View, right: Right, content: dict[str, frozenset[str]]) -> None:
    """The time limit of a right does not begin to run with a message that lacked what the law wants in it."""
    for event, items in content.items():
        for one in view.happened(event):
            lacking = ", ".join(sorted(items - (one.content or frozenset())))
            view.notes.append(Finding("limit_never_started", right.id, one.at, lacking))
