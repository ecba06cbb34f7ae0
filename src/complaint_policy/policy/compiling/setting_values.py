"""Values of settings: each is of the type that its setting declares, and something of the pack still reads it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Table

from complaint_policy.clocks.data import Length
from complaint_policy.diagnostics import Code, diagnostic
from complaint_policy.policy.compiling.days_of_year import EXAMPLE, month_and_day
from complaint_policy.policy.compiling.draft import Draft, Setting, section, text_in
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import unknown
from complaint_policy.policy.compiling.settings import (
    BOUND,
    BOUNDS,
    DATED,
    ORDERED,
    check_order,
    entries_of,
    named_type,
    tell_beyond,
)
from complaint_policy.policy.compiling.strictness import longest, shortest
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.scalars import read_time

DAY_OF_YEAR = Code(
    "CP265",
    "a setting is no day of a year",
    "A period of the organisation ends on a month and a day that come every year, such as `03-31`: its accounting"
    " reference date, of which 29 February is none.",
)
NO_EFFECT = Code(
    "CP310",
    "a setting that has no effect",
    "The organisation answers a setting of a pack, and replaces the only calendar of the pack that reads it. Its own"
    " calendar then counts as it stands, with its own closing time: nothing of the pack's calendar is carried over.",
    "warning",
)


def check_values(draft: Draft) -> None:
    """A problem for each value that is not of its setting's type, whether or not anything reads the setting.

    The calendar that an organisation answers is looked up among its own, where the answer is bound.
    """
    for name, setting in draft.settings.items():
        bounds = _bounds(name, setting, draft)
        if setting.type in ("time", "calendar", "day_of_year") and isinstance(setting.answer, Mapping):
            message = f"the setting `{name}` is a {named_type(setting.type)}, which has one value"
            draft.report(DATED, message, setting.answer.location, "write the value alone")
            continue
        for _, node in entries_of(setting.answer):
            if node is None:
                continue
            if setting.type == "time" and (second := read_time(node, draft.problems)) is not None:
                check_order(name, second, node, bounds, draft)
            elif setting.type == "length" and (length := read_length(node, draft)) is not None:
                _check_length(name, length, node, setting, draft)
            elif setting.type == "day_of_year" and month_and_day(text_in(node, draft) or "") is None:
                text = node.text if isinstance(node, Scalar) else ""
                draft.report(DAY_OF_YEAR, f"`{text}` is no day of a year", node.location, EXAMPLE)
            elif setting.type == "calendar" and not setting.bound and isinstance(node, Scalar):
                known = _calendars_known(draft)
                if node.text not in known:
                    draft.problems.append(unknown("calendar", node.text, known, node.location))


def _calendars_known(draft: Draft) -> list[str]:
    """The calendars of the file, and those of the packs that it extends: plainly, and by full name."""
    found = [key.text for key, _ in section(draft, "calendars")]
    for id, pack in draft.packs.items():
        plain = [name for name in _calendars_known(pack) if "/" not in name]
        found += [*plain, *(f"{id}/{name}" for name in plain)]
    return found


def _bounds(name: str, setting: Setting, draft: Draft) -> dict[str, tuple[Node, int]]:
    """The bounds of a time of day; bounds of what has no order are a mistake."""
    found: dict[str, tuple[Node, int]] = {}
    for key in BOUNDS:
        written = setting.body.get(key) if setting.body else None
        if written is None:
            continue
        if setting.type not in ORDERED:
            message = f"the setting `{name}` is a {named_type(setting.type)}, which has no `{key}`"
            draft.report(BOUND, message, written.location, "take the bound out")
        elif setting.type == "time" and (second := read_time(written, draft.problems)) is not None:
            found[key] = (written, second)
    return found


def _check_length(name: str, length: Length, node: Node, setting: Setting, draft: Draft) -> None:
    """A length is compared with bounds of its own unit; weeks are days, and years are months.

    With bounds of another one it is compared by the fewest and the most days that either can be (semantics 60).
    """
    unit, number = in_one_unit(length)
    for key in BOUNDS:
        written = setting.body.get(key) if setting.body else None
        bound = None if written is None else read_length(written, draft)
        if bound is None or written is None:
            continue
        other, limit = in_one_unit(bound)
        if other == unit:
            check_order(name, number, node, {key: (written, limit)}, draft)
        elif (fits := _fits(key, length, bound)) is not None:
            if not fits:
                tell_beyond(name, node, key, written, draft)
        else:
            message = f"the setting `{name}` is answered with `{in_words(length)}`, and bounded by `{in_words(bound)}`"
            related = [("the bound", written.location)]
            help = f"write the answer in {other.replace('_', ' ')}, so that the two can be compared"
            draft.problems.append(diagnostic(BOUND, message, node.location, help, related))
            return


def _fits(key: str, length: Length, bound: Length) -> bool | None:
    """Whether a length keeps a bound of another unit in every case, or in none; None where it depends."""
    low, high = (bound, length) if key == "at_least" else (length, bound)
    most, least = longest(low), shortest(high)
    if most is not None and least is not None and most <= least:
        return True
    least, most = shortest(low), longest(high)
    return False if least is not None and most is not None and least > most else None


def unread_settings(draft: Draft, replaced: Table[str, str]) -> dict[str, str]:
    """The settings that only replaced calendars of the pack read, each with one of these calendars.

    `replaced` are the names of the pack's calendars in whose place the organisation puts its own.
    """
    readers: dict[str, set[str]] = {}
    for name, top in _readings(draft):
        readers.setdefault(name, set()).add(top)
    return {name: min(tops) for name, tops in readers.items() if tops <= set(replaced)}


def _readings(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every place that reads a setting: the setting, and the pack's calendar in which it stands (else nothing)."""
    for key, node in draft.root.entries:
        if key.text == "calendars" and isinstance(node, Mapping):
            for calendar, body in node.entries:
                yield from ((name, calendar.text) for name in _named(body))
        elif key.text != "settings":
            yield from ((name, "") for name in _named(node))


def _named(node: Node) -> Iterator[str]:
    """The settings that a part of a file names: `{setting: NAME}`, or a calendar by the name alone."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _named(item)
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            if isinstance(value, Scalar) and key.text in ("setting", "calendar"):
                yield value.text
            else:
                yield from _named(value)


def tell_no_effect(
    draft: Draft, unread: Table[str, str], replaced: Table[str, str], answers: Mapping, own: Draft
) -> None:
    """Warn of each answer that nothing reads, because the calendar that would is replaced."""
    for key, _ in answers.entries:
        calendar = unread.get(key.text)
        if calendar is None or key.text not in draft.settings:
            continue
        mine = replaced[calendar]
        message = (
            f"the setting `{key.text}` has no effect: `{mine}` stands in the place of `{calendar}`, which reads it"
        )
        help = f"take it out; if `{mine}` is to close then, write `close_of_business` in that calendar"
        own.report(NO_EFFECT, message, key.location, help)
