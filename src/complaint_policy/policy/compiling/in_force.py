"""From when something is in force and until when: a policy, a duty of its own, a single rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from complaint_policy.case import Field
from complaint_policy.clocks.data import Dated, Due, Every
from complaint_policy.conditions.syntax import Condition, IsTrue
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.calendars import local_moment, zone_of_default
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.conditions import together
from complaint_policy.policy.compiling.draft import Draft, mapping_in
from complaint_policy.policy.model import Answered, Duty, Fact
from complaint_policy.policy.nodes import Mapping, Node, Scalar

EMPTY = Code(
    "CP291",
    "something is in force at no time",
    "`until` is the last day or moment in force, and `from` the first; what ends before it begins would never apply.",
)
REPEATS = Code(
    "CP292",
    "what repeats has a date of its own",
    "Which text holds is told by the day on which a clock starts, and what repeats starts again and again. Say with"
    " `when` to which cases it applies, or date the pack.",
)

Span: TypeAlias = "tuple[int | None, int | None]"
"""First moment in, and first moment out (None: open)."""

ALWAYS: Span = (None, None)


def span_in(node: Node | None, draft: Draft) -> Span:
    """The moments written under `in_force`; `until` a date includes the whole of that day (semantics 22)."""
    body = mapping_in(node, draft)
    zone = zone_of_default(draft)
    first, last = (body.get("from"), body.get("until")) if body else (None, None)
    begins = local_moment(first, zone, draft) if first is not None else None
    if last is None:
        return begins, None
    if isinstance(last, Scalar) and "T" not in last.text and zone is not None:
        ends = local_moment(Scalar(f"{last.text}T24:00", "plain", last.location), zone, draft)
    else:
        ends = local_moment(last, zone, draft)
    if begins is not None and ends is not None and ends <= begins:
        draft.report(EMPTY, "this is in force at no time", last.location, "write an `until` after `from`")
    return begins, ends


def while_in_force(node: Node | None, draft: Draft) -> Condition | None:
    """Whether the moment asked about lies in this span, as a condition; None if no span is written."""
    if node is None:
        return None
    first, last = span_in(node, draft)
    ended = () if last is None else ((last, False),)
    before = ((None, True),) if first is None else ((first, True), (None, False))
    written = " ".join(
        f"{key} {value.text}"
        for key in ("from", "until")
        if isinstance(node, Mapping) and isinstance(value := node.get(key), Scalar)
    )
    name = draft.name(f"in force {written}")
    # A name with blanks is one that no author can write, and reads well in a trace.
    draft.common.spans[name] = Fact(Field(name, FactType("boolean")), Answered((*ended, *before)))
    return IsTrue(name)


def dated_duty(duty: Duty, body: Mapping, draft: Draft) -> Duty:
    """The duty with the dates of its own: by the start of its clock, and without a clock by the moment asked about."""
    node = body.get("in_force")
    if node is None:
        return duty
    if duty.begins is not None or duty.at is not None or duty.floor is not None or duty.due is None:
        return replace(duty, when=together([duty.when, while_in_force(node, draft)]))
    if any(isinstance(one, Every) for one in clocks_in(duty.due)):
        key = body.key("in_force") or body
        draft.report(REPEATS, f"`{duty.id}` repeats, so no single start dates it", key.location, "leave `in_force` out")
        return duty
    return replace(duty, due=_within(duty.due, span_in(node, draft)))


def _within(due: Due, span: Span) -> Dated:
    first, last = span
    ended: tuple[tuple[int | None, Due | None], ...] = () if last is None else ((last, None),)
    return Dated("start", (*ended, (first, due)))


def in_the_time_of(law: Due | None, due: Due | None) -> Due | None:
    """A stricter clock for the time in which there is such a duty of law; as it is, if there always is."""
    only = only_text(law)
    if not isinstance(law, Dated) or only is None or only is law or due is None:
        return due
    return replace(law, entries=tuple((since, None if text is None else due) for since, text in law.entries))


def only_text(due: Due | None) -> Due | None:
    """The one clock behind dated values of which only one is a duty; any other clock is itself."""
    if not isinstance(due, Dated) or due.law_of != "start":
        return due
    texts = [text for _, text in due.entries if text is not None]
    return texts[0] if len(texts) == 1 else due
