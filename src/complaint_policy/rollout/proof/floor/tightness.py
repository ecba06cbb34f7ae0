"""Tells without computing a case that a duty counts as the law does, only less, and stands still no more."""

from __future__ import annotations

from complaint_policy.clocks.data import (
    Before,
    ByField,
    Counting,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    Extension,
    Latest,
    Length,
    Limit,
    OnDate,
    Promptly,
)
from complaint_policy.policy.lengths import in_one_unit
from complaint_policy.policy.model import Duty
from complaint_policy.rollout.proof.floor.bounds import Relating
from complaint_policy.rollout.proof.floor.stops import is_at_most, is_capped_within, is_within


def counts_less(ours: Due | None, law: Due | None, relating: Relating) -> bool:
    """Whether ours is the law's clock, with lengths that are at most the law's."""
    alike = relating.alike
    match ours, law:
        case Limit(start, length, calendar, counting), Limit(begin, legal, theirs, by):
            begun = relating.is_same(start, begin) or _starts_sooner(ours, law, relating)
            same = counting == by and begun and is_at_most(length, legal)
            counts_all = hours_do_not_matter(counting) and not length.unit.startswith("business")
            return same and (relating.zones if counts_all else relating.calendars)(calendar, theirs)
        case Before(until, length, calendar, counting), Before(begin, legal, theirs, by):
            same = counting == by and relating.calendars(calendar, theirs) and relating.is_same(until, begin)
            return same and (length == legal or (length is not None and legal is not None and _more(length, legal)))
        case OnDate(day, calendar, counting), OnDate(last, theirs, by):
            return day <= last and counting == by and relating.calendars(calendar, theirs)
        case Cycles(number=number), Cycles(number=most):
            return number <= most and _alike_but_number(ours, law, relating)
        case Promptly(start), Promptly(begin):
            return relating(start, begin) != "unknown"
        case ByField(), ByField():
            same = ours.counting == law.counting and relating.calendars(ours.calendar, law.calendar)
            return same and alike((ours.event, ours.field), (law.event, law.field))
        case _, Earliest(others):
            return all(counts_less(ours, one, relating) for one in others)
        case Latest(items), _:
            return all(counts_less(one, law, relating) for one in items)
        case Earliest(items), _:
            return any(counts_less(one, law, relating) for one in items)
        case _, Latest(others):
            return any(counts_less(ours, one, relating) for one in others)
        case Dated(law_of, entries), Dated(same_of, others) if law_of == same_of:
            days = [since for since, _ in entries] == [since for since, _ in others]
            pairs = list(zip(entries, others, strict=False))
            return days and all(legal is None or counts_less(one, legal, relating) for (_, one), (_, legal) in pairs)
    return False


def _starts_sooner(ours: Limit, law: Limit, relating: Relating) -> bool:
    """Whether ours starts no later, and counts in such a way that whoever starts sooner is through no later.

    At every moment ours has then counted all that the law has, since both leave out the same: stopped or not. In months
    that is not so, for their lengths differ; nor where an end goes by a time of day that clock changes move.
    """
    if isinstance(ours.start, EndOf) or isinstance(law.start, EndOf) or relating(ours.start, law.start) == "unknown":
        return False
    counting = ours.counting
    hours = ours.length.unit in ("hours", "business_hours") and counting.over_dst == "elapsed"
    days = ours.length.unit in ("days", "weeks", "business_days") and counting.ends != "same_time"
    plain = counting.includes == "any_days" and counting.pause_counts == "clock"
    return (hours or days) and plain and ours.length.unit == law.length.unit


def _alike_but_number(ours: Cycles, law: Cycles, relating: Relating) -> bool:
    mine, theirs = (ours.event, ours.day, ours.counting), (law.event, law.day, law.counting)
    calendars = relating.calendars(ours.calendar, law.calendar)
    return calendars and relating.alike(mine, theirs) and relating.is_same(ours.start, law.start)


def _more(length: Length, legal: Length) -> bool:
    (unit, number), (wanted, least) = in_one_unit(length), in_one_unit(legal)
    return unit == wanted and number >= least


def hours_do_not_matter(counting: Counting) -> bool:
    """Whether a calendar matters by its zone alone to a length that is not in business days or hours."""
    plain = (counting.if_closed, counting.received_late, counting.closed_start, counting.includes, counting.zero)
    usual = ("stays", "same_day", "as_it_is", "any_days", "start_day")
    ends = counting.ends == "end_of_day" or (counting.ends == "same_time" and counting.time_of_day == "kept")
    return plain == usual and ends


def stops_less(ours: Duty, law: Duty, relating: Relating) -> bool:
    """Whether nothing stops or lengthens ours that does not do as much to the law's."""
    alike = relating.alike
    left = list(law.pauses)
    for pause in ours.pauses:
        legal = next((one for one in left if is_within(pause, one, alike) and is_capped_within(pause, one)), None)
        if legal is None:
            return False
        left.remove(legal)
    if not all(name in law.suspended_by and alike(name, name) for name in ours.suspended_by):
        return False
    rest = list(law.longer)
    for extension in ours.longer:
        found = next((one for one in rest if _lengthens_less(extension, one, relating)), None)
        if found is None:
            return False
        rest.remove(found)
    return True


def _lengthens_less(ours: Extension, law: Extension, relating: Relating) -> bool:
    alike = relating.alike
    upon = alike(ours.upon.where, law.upon.where) and ours.upon.event == law.upon.event
    content = set(law.upon.content) <= set(ours.upon.content) and (
        not law.upon.content_if or law.upon.content_if == ours.upon.content_if
    )
    ground = law.ground is None or alike(ours.ground, law.ground)
    given = upon and content and ground and law.upon.other_than in (None, ours.upon.other_than)
    how = (ours.to_date_in, ours.open) == (law.to_date_in, law.open) and ours.times <= law.times
    lengths = all(
        (mine is None) == (legal is None) and (mine is None or legal is None or is_at_most(mine, legal))
        for mine, legal in ((ours.to, law.to), (ours.by, law.by))
    )
    return given and how and lengths and _is_capped(ours, law) and law.revoked_by in (None, ours.revoked_by)


def _is_capped(ours: Extension, law: Extension) -> bool:
    caps = ((ours.at_most, law.at_most), (ours.less_than, law.less_than))
    for mine, legal in caps:
        if legal is not None and (mine is None or not is_at_most(mine, legal)):
            return False
    return law.soft or not ours.soft or law.at_most is None
