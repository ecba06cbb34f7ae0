"""How periods are counted: named profiles (`as fca`) and the options that a single clock writes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from complaint_policy.clocks.data import DEFAULT_COUNTING, Counting, Length
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft, section, text_in
from complaint_policy.policy.compiling.names import good_id, meant, unknown
from complaint_policy.policy.nodes import Mapping, Node
from complaint_policy.policy.short_forms.words import OPTIONS as WORDS

OPTION = Code(
    "CP532",
    "a counting option is not one of those there are",
    "Each way of counting has a name; one that is misspelt would silently leave the default.",
)
HOURS_OPTION = Code(
    "CP533",
    "a counting option means nothing for this unit",
    "Hours end to the second and never roll (semantics 18), so an end of day or a roll on a clock in hours says"
    " something that would not happen.",
)

NO_CUT_OFF = Code(
    "CP260",
    "standard time is said of a clock that looks at no time of day",
    "Standard time is how a stated time of day is read: closing, where a period ends at the close of business or what"
    " comes late counts from the next opening (semantics 99). Without either the option says nothing.",
)
CLEAR_DAYS = Code(
    "CP261",
    "clear days are said of a time that must pass",
    "What may not be done before a period is over may be done on the day after it: the whole period lies between the"
    " two days anyway. Leaving out the last day would forbid one day more than the text (semantics 99).",
)

OPTIONS: dict[str, tuple[str, ...]] = {
    "first_day": ("excluded", "included"),
    "last_day": ("included", "excluded"),
    "includes": ("any_days", "two_business_days"),
    "ends": ("end_of_day", "close_of_business", "same_time"),
    "limit": ("by", "before"),
    "if_closed": ("stays", "next_open"),
    "month_end": ("clamp", "error", "sticks"),
    "received_late": ("same_day", "next_open"),
    "closed_start": ("as_it_is", "next_open_day"),
    "time_of_day": ("kept", "rolled", "reset"),
    "zero": ("start_day", "next_open_day"),
    "full_budget": ("at_closing", "at_next_opening"),
    "over_dst": ("elapsed", "wall"),
    "stated_time": ("wall", "standard"),
    "pause_counts": ("clock", "wall"),
}
assert set(OPTIONS) == {field.name for field in fields(Counting)}, "the options are those of clocks.data.Counting"

NOT_FOR_HOURS = (
    "ends",
    "if_closed",
    "first_day",
    "last_day",
    "includes",
    "month_end",
    "zero",
    "time_of_day",
    "closed_start",
)


def read_profiles(draft: Draft) -> None:
    """Note the file's named counting profiles."""
    for key, node in section(draft, "counting"):
        if isinstance(node, Mapping) and good_id(key.text, "counting profile", key.location, draft.problems):
            draft.declare("counting profile", key.text, key.location)
            draft.profiles[key.text] = read_counting(node, draft)


def read_counting(node: Mapping, draft: Draft, outer: Counting = DEFAULT_COUNTING) -> Counting:
    """The counting of a clock: the outer one, or the profile it names, changed by the options it writes itself."""
    written = node.get("profile")
    name = text_in(written, draft)
    if name is not None and name not in draft.profiles and written is not None:
        draft.problems.append(unknown("counting profile", name, draft.profiles, written.location))
    base = draft.profiles.get(name, outer) if name is not None else outer
    chosen: dict[str, Any] = {}
    for option, allowed in OPTIONS.items():
        value = text_in(node.get(option), draft)
        if value is None:
            continue
        if value not in allowed:
            place = node.get(option) or node
            draft.report(OPTION, f"`{option}` cannot be `{value}`", place.location, meant(value, allowed, "value"))
        else:
            chosen[option] = value
    return replace(base, **chosen)


def check_cut_off(node: Mapping, counting: Counting, draft: Draft) -> None:
    """A problem for standard time on a clock that has no cut-off."""
    key = node.key("stated_time")
    looks = counting.ends == "close_of_business" or counting.received_late == "next_open"
    if key is not None and counting.stated_time == "standard" and not looks:
        help = "write `ends: close_of_business`, or leave it out"
        said = WORDS["stated_time", "standard"] if key.style == "words" else "stated_time: standard"
        draft.report(NO_CUT_OFF, f"`{said}` means nothing for a clock without a cut-off", key.location, help)


def check_must_pass(node: Node, counting: Counting, draft: Draft) -> None:
    """A problem for clear days of a time before which something may not be done."""
    if counting.last_day == "excluded":
        place = node.key("last_day") if isinstance(node, Mapping) else None
        message = "the days of a time that must pass lie wholly between the two anyway"
        in_words = place is not None and place.style == "words"
        help = f"leave out `{WORDS['last_day', 'excluded'] if in_words else 'last_day: excluded'}`"
        draft.report(CLEAR_DAYS, message, place.location if place is not None else node.location, help)


def check_unit(node: Mapping, length: Length, draft: Draft) -> None:
    """A problem for each option written on a clock in hours that could never take effect there."""
    if length.unit not in ("hours", "business_hours"):
        return
    for option in NOT_FOR_HOURS:
        key = node.key(option)
        value = text_in(node.get(option), draft)
        if key is None or value is None:
            continue
        said = WORDS[option, value] if key.style == "words" and (option, value) in WORDS else f"{option}: {value}"
        if value not in (OPTIONS[option][0], "same_time"):
            draft.report(HOURS_OPTION, f"`{said}` means nothing for a clock in hours", key.location, "leave it out")
        elif option == "ends" and value == "end_of_day":
            help = "leave it out, or count in days"
            draft.report(HOURS_OPTION, f"`{said}` means nothing for a clock in hours", key.location, help)
