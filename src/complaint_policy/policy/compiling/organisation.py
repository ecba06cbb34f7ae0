"""Duties of the organisation itself: a return for every half-year, a report of each systemic issue."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.clocks import limits_in
from complaint_policy.policy.compiling.days_of_year import EXAMPLE, month_and_day
from complaint_policy.policy.compiling.draft import Draft, entries_in, mapping_in, section, text_in, texts_in
from complaint_policy.policy.compiling.duties import Written, compile_duties
from complaint_policy.policy.compiling.happenings import with_more_content
from complaint_policy.policy.compiling.in_force import span_in
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import good_id, twice, unknown
from complaint_policy.policy.compiling.settings import answered
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import PERIOD_END, Duty, OrganisationDuty, Period
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

PERIOD = Code(
    "CP370",
    "a period of the organisation is not clear",
    "A periodic duty runs from the end of each period: `{end_of: quarter}`, or `{end_of: {every: 12 months, ending:"
    " 03-31}}` where the year is another. A duty has one period.",
)
NO_OCCASION = Code(
    "CP371",
    "a duty of the organisation has no occasion",
    "A duty of the organisation arises at the end of each period (`end_of`) or upon each event (`each`); otherwise"
    " nobody could say how often.",
)
BY_FACT = Code(
    "CP372",
    "a duty of the organisation depends on a case",
    "The organisation has no customer type and no severity: its duties count in one calendar.",
)

PERIODS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""The periods that have a name, in months; each ends with the calendar year."""

SECTION = "organisation"


@dataclass(slots=True)
class _Ends:
    """The periods named in one duty, with where; `named` also where the period has a mistake."""

    found: list[tuple[Period, Mapping]] = field(default_factory=list)
    named: bool = False


def compile_organisation(draft: Draft) -> list[OrganisationDuty]:
    """The organisation's duties of a file. Their names are apart from what a case may look at."""
    written = _declared(draft)
    inner = _names_of_its_own(draft, [key for key, _ in written])
    found = []
    for key, node in written:
        body = mapping_in(node, inner)
        duty = _duty(key, body, inner) if body is not None else None
        if duty is not None:
            found.append(duty)
    return found


def _declared(draft: Draft) -> list[tuple[Scalar, Node]]:
    """Those with a good id; all duties of a file share one namespace."""
    found = []
    for key, node in section(draft, SECTION):
        if not good_id(key.text, "duty", key.location, draft.problems):
            continue
        first = draft.duties.get(key.text)
        if first is not None:
            draft.problems.append(twice("duty", key.text, key.location, first))
            continue
        draft.declare("organisation duty", key.text, key.location)
        found.append((key, node))
    return found


def _names_of_its_own(draft: Draft, keys: list[Scalar]) -> Draft:
    """The file as these duties see it: calendars and events, no facts of a case, and only each other's names."""
    duties = {key.text: key.location for key in keys}
    common = replace(draft.common, duties={draft.name(name): place for name, place in duties.items()})
    reason = "a duty of the organisation has no case to look at"
    return replace(
        draft,
        common=common,
        scope={PERIOD_END: (PERIOD_END, FactType("date"))},
        later={**draft.later, **dict.fromkeys(draft.scope, reason)},
        duties=duties,
    )


def _duty(key: Scalar, body: Mapping, draft: Draft) -> OrganisationDuty | None:
    ends = _Ends()
    in_force = span_in(body.get("in_force"), draft)
    body = Mapping(tuple(entry for entry in body.entries if entry[0].text != "in_force"), body.location)
    body = cast(Mapping, _with_ends(body, ends, draft))
    compiled = compile_duties([Written(SECTION, key.text, key, body)], {}, draft)
    _check_occasion(key, body.get("each"), ends, draft)
    period = _one_period(ends, draft)
    for duty in compiled:
        _check_calendars(key, duty, draft)
        done_by = with_more_content(duty.done_by, _form(body.get("form"), draft))
        return OrganisationDuty(replace(duty, done_by=done_by), period, in_force)
    return None


# --- periods ----------------------------------------------------------------------------------------------------------


def _with_ends(node: Node, ends: _Ends, draft: Draft) -> Node:
    """The same with every `{end_of: …}` as the date on which the period ends."""
    match node:
        case Mapping(entries, place) if node.get("end_of") is not None:
            period = _period(node.get("end_of"), draft)
            ends.named = True
            if period is not None:
                ends.found.append((period, node))
            rest = tuple(entry for entry in entries if entry[0].text != "end_of")
            return Mapping(((Scalar("fact", "plain", place), Scalar(PERIOD_END, "plain", place)), *rest), place)
        case Mapping(entries, place):
            return Mapping(tuple((key, _with_ends(value, ends, draft)) for key, value in entries), place)
        case Sequence(items, place):
            return Sequence(tuple(_with_ends(item, ends, draft) for item in items), place)
    return node


def _period(node: Node | None, draft: Draft) -> Period | None:
    if isinstance(node, Mapping):
        return _of_months(node, draft)
    text = text_in(node, draft)
    if text is None or node is None:
        return None
    if text not in PERIODS:
        draft.problems.append(unknown("period", text, PERIODS, node.location, code=PERIOD))
        return None
    return Period(PERIODS[text], 12, 31)


def _of_months(node: Mapping, draft: Draft) -> Period | None:
    every, ending = node.get("every"), node.get("ending")
    length = read_length(every, draft)
    if length is None or every is None:
        return None
    unit, months = in_one_unit(length)
    if unit != "months" or not 1 <= months <= 12 or 12 % months:
        help = "write `1 month`, `2 months`, `3 months`, `4 months`, `6 months` or `1 year`"
        draft.report(PERIOD, f"{in_words(length)} do not divide a year", every.location, help)
        return None
    written = None if ending is None else answered(ending, "day_of_year", draft)
    text = "12-31" if ending is None else text_in(written, draft)
    if written is not None and written is not ending and text is not None and month_and_day(text) is None:
        return None  # told where the setting is answered
    found = None if text is None else month_and_day(text)
    if found is None:
        if text is not None and ending is not None:
            draft.report(PERIOD, f"`{text}` is no day of a year", ending.location, EXAMPLE)
        return None
    return Period(months, *found)


def _one_period(ends: _Ends, draft: Draft) -> Period | None:
    periods = {period for period, _ in ends.found}
    if len(periods) > 1:
        place = next(node.location for period, node in ends.found if period != ends.found[0][0])
        draft.report(PERIOD, "this duty has two periods", place, "write two duties")
    return ends.found[0][0] if ends.found else None


# --- what a whole duty needs ------------------------------------------------------------------------------------------


def _check_occasion(key: Scalar, each: Node | None, ends: _Ends, draft: Draft) -> None:
    if each is None and not ends.named:
        help = "write `due: 30 days from the end of half_year`, or `each:` with an event"
        draft.report(NO_OCCASION, f"nothing says when `{key.text}` arises", key.location, help)
    elif each is not None and ends.named:
        message = f"`{key.text}` arises upon an event and at the end of each period"
        draft.report(NO_OCCASION, message, key.location, "write two duties")


def _check_calendars(key: Scalar, duty: Duty, draft: Draft) -> None:
    fallback = duty.fallback.due if duty.fallback is not None else None
    for limit in (*limits_in(duty.due), *limits_in(fallback)):
        if isinstance(draft.common.calendars.get(limit.calendar), CalendarChoice):
            help = "name one calendar: `calendar: NAME`"
            draft.report(BY_FACT, f"`{limit.calendar}` is chosen by a fact of a case", key.location, help)
            return


def _form(node: Node | None, draft: Draft) -> tuple[str, ...]:
    """What the form of a report demands, as items that the record of it lists."""
    found = []
    for key, value in entries_in(node, draft):
        items = texts_in(value, draft) if isinstance(value, Sequence) else [value] if isinstance(value, Scalar) else []
        for item in items:
            found.append(f"{key.text}_{item.text}")
    return tuple(dict.fromkeys(found))
