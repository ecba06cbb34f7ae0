"""Says what a comparison found in sentences, the same in every form in which it is shown."""

from __future__ import annotations

from typing import Any, Final

Data = dict[str, Any]
DIRECTIONS: Final = ("worse", "better", "other")
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_PARTS: Final = {
    "due": "clock",
    "done_by": "what completes it",
    "off_when": "what switches it off",
    "when": "for which cases",
    "pauses": "pauses",
    "longer": "extensions",
    "warn": "warnings",
    "labels": "levels",
    "then": "label",
    "condition": "condition",
    "suspended_by": "suspensions",
    "meets": "the law that it meets",
    "floor": "how long records are kept",
    "each": "for each what",
    "forbid": "what is forbidden",
    "windows": "opening hours",
    "open_days": "open days",
    "source": "where it comes from",
}
"""Parts of a policy as an officer calls them, where the model calls them otherwise."""


def head(data: Data) -> str:
    """Which two policies, and as of when."""
    old, new = data["old"], data["new"]
    if old["id"] == new["id"]:
        return f"{new['title']}: version {new['version']} beside version {old['version']}, as of {data['as_of']}"
    return f"{new['title']} {new['version']} beside {old['title']} {old['version']}, as of {data['as_of']}"


def numbers(data: Data) -> list[str]:
    """How many cases, and how they fare."""
    cases, verdicts = data["cases"], data["verdicts"]
    lines = [f"{cases_in_words(cases['compared'])} compared"]
    left = (
        ("only_old_reads", "only the old policy can read"),
        ("only_new_reads", "only the new policy can read"),
        ("unread", "neither can read"),
    )
    lines += [f"{cases_in_words(cases[key])} that {words}" for key, words in left if cases[key]]
    parts = [f"{verdicts['worse']:,} worse", f"{verdicts['better']:,} better"]
    parts += [f"{verdicts['other']:,} otherwise changed", f"{verdicts['same']:,} the same"]
    lines.append(", ".join(parts) + " for who complains")
    if verdicts["worse_and_better"]:
        lines.append(f"of the worse ones {verdicts['worse_and_better']:,} are better in something else")
    return lines


def edit_in_words(edit: Data) -> str:
    """`rule large of severity, changed: condition`."""
    kind, name = edit["kind"], edit["name"]
    if kind == "rule":
        decision, _, rule = name.partition(": ")
        name = f"`{rule}` of `{decision}`"
    elif name and name != kind:
        name = f"`{name}`" if kind not in ("otherwise", "levels", "order of rules") else f"of `{name}`"
    else:
        name = ""
    if kind == "pack" and not edit["name"]:
        name = "itself"
    parts = ", ".join(_PARTS.get(part, part.replace("_", " ")) for part in edit["parts"])
    told = f" {edit['change']}" + (f": {parts}" if parts else "")
    return f"{kind} {name}".rstrip() + told


def change_in_words(change: Data) -> str:
    """What differs, as one sentence."""
    about, before, after = f"`{change['about']}`", change["before"], change["after"]
    match change["kind"]:
        case "scope" | "tier" as kind:
            return f"{kind}: {_label(before)} → {_label(after)}"
        case "label":
            return f"{about}: {_label(before)} → {_label(after)}"
        case "strength":
            return f"{about}: {before} → {after}"
        case "state":
            return f"{about}: {_state(before)} → {_state(after)}"
        case "duty":
            return f"{about} is owed no more" if after is None else f"{about} is owed now"
        case "due":
            return _due(about, change)
        case "pause":
            return f"the clock of {about} stands still {_longer(change['direction'])}"
        case "content":
            told = [f"no longer needs `{before}`" if before else "", f"also needs `{after}`" if after else ""]
            return f"a message for {about} " + " and ".join(part for part in told if part)
        case "right":
            return _right(about, change)
        case "record":
            return f"records of {about} are kept for another time"
    raise AssertionError(change["kind"])


def _due(about: str, change: Data) -> str:
    shift = change["shift"]
    if shift is None or not (shift["least"] > 0 or shift["most"] < 0):
        words = {
            "worse": "is due less often, or at no moment any more",
            "better": "is due more often, or at a moment now",
        }
        return f"{about} {words.get(change['direction'], 'is due at other moments')}"
    return f"{about} is due {'later' if shift['least'] > 0 else 'earlier'}: {shift_in_words(shift)}"


def _right(about: str, change: Data) -> str:
    words = {
        "worse": "opens later, closes earlier, or is not there",
        "better": "opens earlier, closes later, or is there now",
    }
    return f"the right {about} {words.get(change['direction'], 'stands otherwise')}"


def _longer(direction: str) -> str:
    return {"worse": "longer", "better": "for less long"}.get(direction, "for another time")


def _label(one: str | None) -> str:
    return "no label" if one is None else f"`{one}`"


def _state(one: str | None) -> str:
    return "not there" if one is None else one.replace("_", " ")


def shift_in_words(shift: Data) -> str:
    """`by 1 day`, or `by 1 day to 5 days, mostly 2 days`: the least, the most, and the middle one."""
    ends = sorted((abs(shift["least"]), abs(shift["most"])))
    least, most = (length_in_words(one) for one in ends)
    if least == most:
        return f"by {least}"
    return f"by {least} to {most}, half of them by at most {length_in_words(abs(shift['middle']))}"


def tiers_in_words(change: Data) -> str:
    """`at desk 12, manager 3`: who handles the cases by the new policy; empty without tiers."""
    told = [f"{name or 'no tier'} {number:,}" for name, number in change["tiers"].items()]
    return f"at {', '.join(told)}" if told else ""


def length_in_words(seconds: int) -> str:
    """`2 days 3 hours`: the two largest units."""
    left, parts = abs(seconds), []
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"), (1, "second")):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number:,} {unit}{'s' if number > 1 else ''}")
    return " ".join(parts[:2]) or "nothing"


def cause_in_words(cause: Data) -> str:
    """Which edit, by its number; of several how they work together."""
    edits = [str(one) for one in cause["edits"]]
    listed = edits[0] if len(edits) == 1 else f"{', '.join(edits[:-1])} and {edits[-1]}"
    if cause["how"] == "alone":
        return f"edit {listed}"
    if cause["how"] == "each":
        return f"edits {listed}, of which it needs {'both' if len(edits) == 2 else 'all'}"
    return f"edits {listed} together: not undone by taking back one alone"


def example_in_words(change: Data) -> str:
    """The first case that shows it, with what was and what is where the sentence does not tell."""
    if not change["examples"]:
        return ""
    return _example(change, change["examples"][0])


def examples_in_words(change: Data) -> list[str]:
    """All cases that are kept, as the first one is told."""
    return [_example(change, one) for one in change["examples"]]


def _example(change: Data, one: Data) -> str:
    reference = f"{one['case']} {one['occurrence']}".rstrip()
    return f"{reference}: {from_to(one)}" if change["kind"] in ("due", "pause", "right", "record") else reference


def from_to(one: Data) -> str:
    """`2026-04-02 17:00 → 2026-04-03 17:00`: local times of the new policy's calendar, without their offsets."""
    before, after = (_local(one[key]) for key in ("before", "after"))
    return f"{before} → {after}"


def _local(moment: str | None) -> str:
    return "none" if moment is None else moment[:16].replace("T", " ") if "T" in moment else moment


def cases_in_words(number: int) -> str:
    """`1 case`, `2,000 cases`."""
    return f"{number:,} case{'' if number == 1 else 's'}"


def rate_in_words(rate: str | None) -> str:
    """`12.3 %`; a dash where nothing is over."""
    return "-" if rate is None else f"{float(rate) * 100:.1f} %"


def silent_edits(data: Data) -> list[Data]:
    """The edits that change none of these cases."""
    return [edit for edit in data["edits"] if not any(edit["cases"].values())]


# --- what is asked for besides ----------------------------------------------------------------------------------------

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]], list[str]]
"""A heading, the heads of the columns of which all but the first are numbers, the rows, and what is told below."""


def more_tables(data: Data) -> list[Table]:
    """Open cases by each way of going over, what late holidays move, and how due moments spread by their start."""
    found = [] if data["open_cases"] is None else [_open_cases(data["open_cases"])]
    found += [_holidays(data["holidays"])] if data["holidays"] else []
    return [*found, *([_starts(data["starts"])] if data["starts"] else [])]


def _open_cases(data: Data) -> Table:
    columns = ("", "late", "worse", "better", "same", "least", "most")
    rows = [
        (f"`{one['mode']}`", *(f"{one[key]:,}" for key in columns[1:5]), *_ends(one["shift"])) for one in data["modes"]
    ]
    title = f"{cases_in_words(data['cases'])} open at {data['change_at']}, by `open_cases`"
    told = "worse and better go by what is owed and when it is due, beside `keep_old`" if rows else "none is open then"
    return title, columns, rows if data["cases"] else [], [told]


def _holidays(data: list[Data]) -> Table:
    columns = ("", "due moments moved", "least", "most", "promised before")
    rows, told = [], []
    for one in data:
        known = "" if one["known_from"] is None else f", known from {one['known_from']}"
        name = f"`{one['calendar']}` closed on {one['day']}"
        rows.append((f"{name}{known}", f"{one['moved']:,}", *_ends(one["shift"]), f"{one['promised']:,}"))
        letters = [each for each in one["due"] if each["promised"]]
        told += [
            f"{each['case']} was promised the old date of `{each['occurrence']}`: {from_to(each)}"
            for each in letters[:_MOST_LETTERS]
        ]
        if len(letters) > _MOST_LETTERS:
            told.append(f"and {len(letters) - _MOST_LETTERS:,} more, all of them in `--format json`")
    return "holidays proclaimed late", columns, rows, told


_MOST_LETTERS: Final = 10


def _starts(data: list[Data]) -> Table:
    columns = ("", "earlier", "same", "later", "no due moment", "late", "least", "middle", "most")
    rows = [
        (
            f"`{one['duty']}` from `{one['event']}`",
            *(f"{one['cases'][key]:,}" for key in columns[1:5]),
            f"{one['late']:,}",
            *_ends(one["shift"], middle=True),
        )
        for one in data
    ]
    told = "beside the new policy as it is written; late: so many are late or missed then"
    return "due moments by the event at which clocks begin", columns, rows, [told]


def _ends(shift: Data | None, *, middle: bool = False) -> list[str]:
    keys = ("least", "middle", "most") if middle else ("least", "most")
    return ["-" if shift is None else signed(shift[key]) for key in keys]


def signed(seconds: int) -> str:
    """`+2 days`, `-3 hours`, `0`."""
    return "0" if seconds == 0 else f"{'+' if seconds > 0 else '-'}{length_in_words(seconds)}"
