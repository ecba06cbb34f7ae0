"""Opening hours and open days as an author writes them: `mon-fri: "09:00-17:00"`."""

from __future__ import annotations

from complaint_policy.calendars.data import Window
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.compiling.draft import Draft, entries_in
from complaint_policy.policy.nodes import Node, Scalar, Sequence
from complaint_policy.policy.scalars import read_text, read_time

HOURS = Code(
    "CP522",
    "opening hours cannot be read",
    "Hours are windows of local time, each with its opening and closing, in the order of the day and apart from each"
    " other.",
)
WEEKDAY = Code(
    "CP523",
    "a day of the week cannot be read",
    "Days are `mon` to `sun`, or a range such as `mon-fri`; each day has its hours once.",
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Week = tuple[tuple[Window, ...], ...]

ALWAYS_OPEN: Week = (((0, 86_400),),) * 7
"""Stands for hours that cannot be read, while the rest of the file is checked."""


def read_week(node: Node | None, draft: Draft) -> Week:
    """The windows of Monday to Sunday; a day that is not written has none."""
    week: list[tuple[Window, ...]] = [() for _ in DAYS]
    written: set[int] = set()
    for key, value in entries_in(node, draft):
        days = read_days(key, draft.problems)
        for day in sorted(written & set(days)):
            draft.report(WEEKDAY, f"`{DAYS[day]}` has its hours twice", key.location, "name each day once")
        written |= set(days)
        windows = _windows(value, draft)
        for day in days:
            week[day] = windows
    return tuple(week)


def read_days(node: Scalar, problems: list[Diagnostic]) -> tuple[int, ...]:
    """The days named: 0 for Monday to 6 for Sunday, in order; `sat-mon` goes over the end of the week."""
    days: list[int] = []
    for part in node.text.split(","):
        first, dash, last = (one.strip().lower() for one in part.partition("-"))
        last = last if dash else first
        if first not in DAYS or last not in DAYS:
            problems.append(
                diagnostic(WEEKDAY, f"`{node.text}` names no days of the week", node.location, _days_help(first, last))
            )
            return ()
        begin, end = DAYS.index(first), DAYS.index(last)
        days.extend(day % 7 for day in range(begin, (end if end >= begin else end + 7) + 1))
    return tuple(dict.fromkeys(days))


def _days_help(first: str, last: str) -> str:
    short = [one[:3] if one[:3] in DAYS else "" for one in (first, last)]
    if all(short):
        return f"write `{short[0]}`" if first == last else f"write `{short[0]}-{short[1]}`"
    return "write `mon` to `sun`, or a range such as `mon-fri`"


def _windows(node: Node, draft: Draft) -> tuple[Window, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    windows: list[Window] = []
    for item in items:
        text = read_text(item, draft.problems)
        for part in text.split(",") if text else ():
            window = _window(part.strip(), item, draft)
            if window is not None:
                _add(window, part.strip(), windows, item, draft)
    return tuple(windows)


def _window(text: str, node: Node, draft: Draft) -> Window | None:
    opening, dash, closing = (part.strip() for part in text.partition("-"))
    if not dash:
        help = 'write opening and closing time: `"09:00-17:00"`'
        draft.report(HOURS, f"`{text}` has no opening and closing time", node.location, help)
        return None
    first = read_time(Scalar(opening, "plain", node.location), draft.problems)
    last = read_time(Scalar(closing, "plain", node.location), draft.problems)
    if first is None or last is None:
        return None
    if first >= last:
        help = "hours over midnight are two windows: until `24:00`, and from `00:00` on the next day"
        draft.report(HOURS, f"`{text}` closes before it opens", node.location, help)
        return None
    return first, last


def _add(window: Window, text: str, windows: list[Window], node: Node, draft: Draft) -> None:
    if windows and window[0] <= windows[-1][1]:
        touches = window[0] == windows[-1][1]
        help = (
            "write both as one window" if touches else "write the windows of a day in order, with a break between them"
        )
        earlier = "-".join(f"{second // 3600:02d}:{second // 60 % 60:02d}" for second in windows[-1])
        message = f"`{text}` begins {'when' if touches else 'before'} `{earlier}` {'ends' if touches else 'has ended'}"
        draft.report(HOURS, message, node.location, help)
    else:
        windows.append(window)


def read_open_days(node: Node | None, week: Week, draft: Draft) -> tuple[bool, ...]:
    """Which weekdays can be open days; without a word of it, those that have hours (semantics 15)."""
    if node is None:
        return tuple(bool(windows) for windows in week)
    items = node.items if isinstance(node, Sequence) else (node,)
    days = {day for item in items if isinstance(item, Scalar) for day in read_days(item, draft.problems)}
    return tuple(day in days for day in range(7))


def closed_at(week: Week, second: int, place: Node, draft: Draft) -> Week:
    """The week with each day's last window closing at this second of the day."""
    mended = []
    for windows in week:
        kept = [window for window in windows if window[0] < second]
        if windows and not kept:
            draft.report(
                HOURS, "the close of business comes before the opening", place.location, "change the time, or the hours"
            )
            return week
        mended.append((*kept[:-1], (kept[-1][0], second)) if kept else ())
    return tuple(mended)
