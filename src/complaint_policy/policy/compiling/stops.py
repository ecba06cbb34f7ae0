"""What stops, lengthens or warns of a clock: pauses, suspensions, extensions, warnings, fallbacks, retention."""

from __future__ import annotations

from typing import cast

from complaint_policy.clocks.data import (
    AtEvent,
    ByLength,
    EndDays,
    Extension,
    Fallback,
    Floor,
    Happens,
    Length,
    Pause,
    Suspension,
    Warn,
)
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.calendars import iso
from complaint_policy.policy.compiling.clocks import compile_due, dated_moments
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.counting import check_must_pass, read_counting
from complaint_policy.policy.compiling.draft import (
    Draft,
    entries_in,
    items_in,
    mapping_in,
    section,
    text_in,
    text_under,
)
from complaint_policy.policy.compiling.events import event_named, promised_field
from complaint_policy.policy.compiling.happenings import read_content, read_filtered
from complaint_policy.policy.compiling.labels import check_labels, key_fact
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import good_id, unknown
from complaint_policy.policy.compiling.places import calendar_of
from complaint_policy.policy.compiling.starts import read_start
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.scalars import read_boolean, read_date, read_integer

PAUSE = Code(
    "CP541",
    "a pause that never stops anything, or contradicts itself",
    "A pause runs from one event to another. One that begins and ends with the same event has length zero, and a cap"
    " for one pause above the cap for all is never reached.",
)
SUSPENSION = Code(
    "CP542",
    "a suspension has no days",
    "A suspension names its first and last day, both in (semantics 36), the last not before the first.",
)
EXTENSION = Code(
    "CP543",
    "an extension does not say how long",
    "An extension sets a longer length (`to`), adds one (`by`), or takes the date that the notice promises"
    " (`to_date_in`).",
)
NO_REASON = Code(
    "CP276",
    "a fallback is neither a clock nor left out with a reason",
    "While the start of a clock has not come, nothing is due unless a fallback says so (semantics 28). That the law"
    " knows none is written with the reason: `fallback: {none: REASON}`.",
)
LESS_THAN = Code(
    "CP266",
    "a strict cap without a promised date",
    "`less_than` says that a promised date must come before a length has run out. A length itself has its cap in"
    " `at_most`; with both, one would say nothing (semantics 100).",
)
WARNING = Code(
    "CP544",
    "a warning cannot be read",
    "A warning comes at a percentage of the period, from 1 to 99, or some time before the due moment (semantics 21).",
)
KEEP = Code(
    "CP545",
    "what is to be kept is not said in full",
    "A record is kept at least, or at most, for a length from a start; the least cannot be longer than the most.",
)


def read_pauses(node: Node | None, duty: str, draft: Draft) -> tuple[Pause, ...]:
    """The pauses of a duty; whether it says what happens to end days is remembered for `lint`."""
    found = []
    for item in items_in(node, draft):
        body = mapping_in(item, draft)
        pause = _pause(body, draft) if body else None
        if pause is not None and body is not None:
            found.append(pause)
            kind = "declared end days" if body.get("end_days") is not None else "open end days"
            draft.common.places.setdefault((kind, duty), item.location)
            draft.common.places.setdefault(("pause", duty), item.location)
    return tuple(found)


def _pause(node: Mapping, draft: Draft) -> Pause | None:
    starts, ends = read_filtered(node.get("from"), draft), read_filtered(node.get("to"), draft)
    total, each, beyond = (read_length(node.get(key), draft) for key in ("at_most", "each_at_most", "only_beyond"))
    when = compile_condition(node.get("when"), draft)
    if starts is None or ends is None:
        return None
    if starts == ends:
        draft.report(
            PAUSE,
            f"a pause from `{starts.event}` to `{ends.event}` has no length",
            node.location,
            "name the event that ends it",
        )
    if (
        total
        and each
        and in_one_unit(total)[0] == in_one_unit(each)[0]
        and in_one_unit(each)[1] > in_one_unit(total)[1]
    ):
        message = f"one pause may last {in_words(each)}, but all together only {in_words(total)}"
        draft.report(PAUSE, message, node.location, "leave `each_at_most` out, or make it shorter")
    end_days = cast(EndDays, text_in(node.get("end_days"), draft) or "in")  # the schema allows no other
    return Pause(starts, ends, when, total, each, beyond, end_days)


def read_suspensions(draft: Draft) -> tuple[Suspension, ...]:
    """The statutory suspensions that the file declares."""
    found = []
    for key, node in section(draft, "suspensions"):
        if not isinstance(node, Mapping) or not good_id(key.text, "suspension", key.location, draft.problems):
            continue
        qualified = draft.declare("suspension", key.text, key.location)
        draft.suspensions[key.text] = qualified
        dated = _suspended_days(node, draft)
        when = compile_condition(node.get("when"), draft)
        if dated:
            source = (text_under(node, key, draft) for key in ("citation", "confidence"))
            found.append(Suspension(qualified, when, dated, *source))
    return tuple(found)


def _suspended_days(node: Mapping, draft: Draft) -> tuple[tuple[int | None, tuple[int, int]], ...]:
    items = items_in(node.get("dated"), draft)
    if not items:
        days = _span(node, draft)
        return ((None, days),) if days else ()
    spans = [
        _span(mapping_in(item.get("days"), draft) or item, draft) if isinstance(item, Mapping) else None
        for item in items
    ]
    moments = dated_moments(items, draft)
    return tuple((moment, days) for moment, days in zip(moments, spans, strict=True) if days is not None)


def _span(node: Mapping, draft: Draft) -> tuple[int, int] | None:
    ends = [read_date(one, draft.problems) if (one := node.get(key)) is not None else None for key in ("from", "until")]
    first, last = ends
    if first is None or last is None:
        if node.get("from") is None or node.get("until") is None:
            draft.report(
                SUSPENSION,
                "a suspension needs its first and its last day",
                node.location,
                "write `from:` and `until:`, both days in",
            )
        return None
    if last < first:
        message = f"a suspension until {iso(last)} cannot begin on {iso(first)}"
        draft.report(SUSPENSION, message, node.location, "write the earlier day under `from`")
        return None
    return first, last


def suspended_by(node: Node | None, draft: Draft) -> tuple[str, ...]:
    """The suspensions that a duty names, qualified."""
    found = []
    for item in items_in(node, draft):
        text = text_in(item, draft)
        if text is not None and text not in draft.suspensions:
            draft.problems.append(unknown("suspension", text, draft.suspensions, item.location))
        elif text is not None:
            found.append(draft.suspensions[text])
    return tuple(found)


def read_extensions(node: Node | None, draft: Draft) -> tuple[Extension, ...]:
    """The ways in which a duty's time may be made longer."""
    bodies = [mapping_in(item, draft) for item in items_in(node, draft)]
    found = [_extension(body, draft) for body in bodies if body is not None]
    return tuple(one for one in found if one is not None)


def _extension(node: Mapping, draft: Draft) -> Extension | None:
    upon = read_filtered(node.get("upon"), draft)
    ground = compile_condition(node.get("if"), draft)
    if upon is None:
        return None
    upon = Happens(upon.event, upon.where, read_content(node.get("content"), draft))
    to = node.get("to")
    is_open = isinstance(to, Scalar) and to.text == "open"
    promised, revoked, times, soft = (node.get(key) for key in ("to_date_in", "revoked_by", "times", "soft"))
    extension = Extension(
        upon,
        ground,
        to=None if is_open else read_length(to, draft),
        by=read_length(node.get("by"), draft),
        to_date_in=promised_field(upon.event, promised, draft) if promised is not None else None,
        open=is_open,
        at_most=read_length(node.get("at_most"), draft),
        less_than=read_length(node.get("less_than"), draft),
        times=(read_integer(times, draft.problems) or 1) if times is not None else 1,
        revoked_by=event_named(revoked, draft) if revoked is not None else None,
        soft=bool(soft is not None and read_boolean(soft, draft.problems)),
    )
    if extension.open and extension.at_most is not None:
        help = "leave `at_most` out, or write how long: `to: 15 business days`"
        draft.report(EXTENSION, "an extension without an end has no cap", node.location, help)
    _check_less_than(extension, node, draft)
    ways = [key for key in ("to", "by", "to_date_in") if node.get(key) is not None]
    if len(ways) != 1:
        draft.report(
            EXTENSION,
            "an extension says in exactly one way how long",
            node.location,
            "write one of `to`, `by` and `to_date_in`",
        )
        return None
    told = extension.to or extension.by or extension.to_date_in or extension.open
    return extension if told else None


def _check_less_than(extension: Extension, node: Mapping, draft: Draft) -> None:
    place = node.key("less_than")
    if place is None:
        return
    if extension.at_most is not None:
        draft.report(LESS_THAN, "`less_than` and `at_most` are two caps", place.location, "keep one of them")
    elif node.get("to_date_in") is None:
        help = "write `at_most`, or `to_date_in` with the field that holds the date"
        draft.report(LESS_THAN, "`less_than` bounds a date that is promised, and none is", place.location, help)


def read_warnings(node: Node | None, draft: Draft) -> tuple[Warn, ...]:
    """When to warn."""
    found = []
    for item in items_in(node, draft):
        body = mapping_in(item, draft)
        percent = body.get("percent") if body else None
        number = read_integer(percent, draft.problems) if percent is not None else None
        before = read_length(body.get("before"), draft) if body else None
        if number is not None and not 1 <= number <= 99:
            draft.report(
                WARNING,
                f"a warning cannot come at {number} per cent of the time",
                item.location,
                "write a number from 1 to 99",
            )
        elif number is not None or before is not None:
            found.append(Warn(number, before))
    return tuple(found)


def read_fallback(node: Node | None, duty: str, draft: Draft) -> Fallback | None:
    """What is due while the start of the clock has not come (semantics 28); that nothing is, is noted for `lint`."""
    if isinstance(node, Scalar) and len(node.text.split()) == 1:
        what = "`none` does not say why nothing is due" if node.text == "none" else f"`{node.text}` is no clock"
        help = "write `{none: REASON}`" if node.text == "none" else "write a clock such as `12 weeks from received`"
        draft.report(NO_REASON, what, node.location, help)
        return None
    body = mapping_in(node, draft)
    if body is not None and body.get("none") is not None:
        words_under(body, "none", draft)
        draft.common.places.setdefault(("no fallback", duty), body.location)
        return None
    due = compile_due(body.get("due"), draft) if body else None
    if body is None or due is None:
        return None
    until_start = body.get("until_start")
    return Fallback(due, bool(until_start is not None and read_boolean(until_start, draft.problems)))


def read_floor(node: Node | None, each: Happens | None, draft: Draft) -> Floor | None:
    """How long a record must, or may, be kept (semantics 13): from the receipt or the event that makes it (107)."""
    body = mapping_in(node, draft)
    if body is None:
        return None
    written = body.get("from")
    start = read_start(written, draft) if written is not None else AtEvent(each.event if each else "received")
    calendar = calendar_of(body.get("calendar"), body, draft)
    least = _least(body.get("at_least"), draft)
    most = read_length(body.get("at_most"), draft)
    if start is None or calendar is None:
        return None
    if body.get("at_least") is None and body.get("at_most") is None:
        draft.report(KEEP, "how long to keep is not said", body.location, "add `at_least: 3 years`, or `at_most`")
        return None
    if (
        isinstance(least, Length)
        and most
        and in_one_unit(least)[0] == in_one_unit(most)[0]
        and in_one_unit(least)[1] > in_one_unit(most)[1]
    ):
        message = f"a record cannot be kept at least {in_words(least)} and at most {in_words(most)}"
        draft.report(KEEP, message, body.location, "make one of them fit the other")
    counting = read_counting(body, draft)
    check_must_pass(body, counting, draft)
    return Floor(start, calendar, least, most, counting)


def _least(node: Node | None, draft: Draft) -> Length | ByLength | None:
    by = node.get("by") if isinstance(node, Mapping) else None
    if by is None or not isinstance(node, Mapping):
        return read_length(node, draft)
    fact = key_fact(by, draft)
    values = mapping_in(node.get("values"), draft)
    if fact is None or values is None:
        return None
    lengths = {key.text: read_length(value, draft) for key, value in entries_in(values, draft)}
    labels = check_labels(fact, values, "length", draft)
    cases = tuple((labels[key], length) for key, length in lengths.items() if length is not None and key in labels)
    return ByLength(fact[0], cases, lengths.get("otherwise"))
