"""Settings: values of the organisation that a pack of law asks for, and where they are put in."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Mapping as Table

from complaint_policy.case import Value
from complaint_policy.diagnostics import Code, Location, diagnostic
from complaint_policy.policy.compiling.draft import Draft, Setting, entries_in, section, text_under
from complaint_policy.policy.compiling.names import good_id, unknown
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

UNANSWERED = Code(
    "CP225",
    "a setting that a pack asks for has no answer",
    "A pack of law leaves open what only the organisation can say, such as its close of business. Without an answer its"
    " clocks cannot be computed.",
)
SETTING_TYPE = Code(
    "CP226",
    "a setting is used where another type belongs",
    "A setting declares what it holds; a time of day cannot be a length, nor a calendar a text.",
)

DATED = Code(
    "CP360",
    "a setting is dated where one value must stand",
    "A clock takes the length that counts on the day it starts, and a condition the value that counts at the moment it"
    " is asked. A closing time, a calendar, and a length elsewhere have one value for all cases.",
)
OUT_OF_BOUNDS = Code(
    "CP361",
    "an answer to a setting lies outside the bounds of the law",
    "The law leaves the organisation a choice, and says how far it goes: `at_least` and `at_most` of the setting.",
)
BOUND = Code(
    "CP362",
    "a bound of a setting cannot be compared",
    "Bounds belong to what has an order: times, numbers, amounts, dates, and lengths in the unit of the answer.",
)

AS_FACTS = ("number", "money", "boolean", "choice", "date")
"""What conditions read. Other settings are named where they stand: a closing time, a length or a calendar."""
ORDERED = ("time", "length", "number", "money", "date")
BOUNDS = ("at_least", "at_most")

_EXAMPLES = {
    "time": '"17:00"',
    "length": "5 business days",
    "calendar": "NAME_OF_A_CALENDAR",
    "day_of_year": '"03-31"',
    "number": "10",
    "money": '"100.00"',
    "boolean": "true",
    "choice": "CHOICE",
    "date": "2026-07-01",
}


def read_settings(
    draft: Draft,
    answers: Mapping | None = None,
    place: Location | None = None,
    unread: Container[str] = (),
) -> None:
    """Note the file's settings with their answers; `place` is where a policy binds the pack, if any.

    `unread` are settings that nothing reads any more; they need no answer.
    """
    known = []
    for key, node in section(draft, "settings"):
        if not isinstance(node, Mapping) or not good_id(key.text, "setting", key.location, draft.problems):
            continue
        known.append(key.text)
        answer = answers.get(key.text) if answers else None
        type = text_under(node, "type", draft)
        setting = Setting(type, answer or node.get("default"), key.location, answer is not None, node)
        draft.settings[key.text] = setting
        if place is not None and setting.answer is None and key.text not in unread:
            _unanswered(key.text, setting, place, draft)
    for key, _ in answers.entries if answers else ():
        if key.text not in known:
            draft.problems.append(unknown("setting", key.text, known, key.location))


def _unanswered(name: str, setting: Setting, place: Location, draft: Draft) -> None:
    pack = draft.prefix.removesuffix("/")
    help = f"add under `{pack}`: `settings: {{{name}: {_EXAMPLES.get(setting.type, '…')}}}`"
    draft.report(UNANSWERED, f"the pack `{pack}` asks for the setting `{name}`", place, help)


def entries_of(answer: Node | None) -> list[tuple[Node, Node | None]]:
    """The entries of an answer with the value of each: those under `dated`, or the answer alone."""
    if not isinstance(answer, Mapping):
        return [] if answer is None else [(answer, answer)]
    dated = answer.get("dated")
    items = dated.items if isinstance(dated, Sequence) else ()
    return [(item, item.get("value") if isinstance(item, Mapping) else None) for item in items]


def answering(setting: Setting, draft: Draft) -> Draft:
    """The file whose time the moments of an answer are in: the organisation's, or that of the default."""
    return draft.organisation if setting.bound and draft.organisation is not None else draft


def check_order(name: str, value: Value, written: Node, bounds: Table[str, tuple[Node, int]], draft: Draft) -> None:
    """A problem for a value below or above the bounds of its setting: for each its place and its value."""
    for key, (bound, limit) in bounds.items():
        if isinstance(value, int) and (value < limit if key == "at_least" else value > limit):
            tell_beyond(name, written, key, bound, draft)


def tell_beyond(name: str, written: Node, key: str, bound: Node, draft: Draft) -> None:
    """A problem for a value that lies beyond a bound."""
    assert isinstance(bound, Scalar), "only a scalar has a value"
    text = written.text if isinstance(written, Scalar) else ""
    message = f"the setting `{name}` is {key.replace('_', ' ')} `{bound.text}`, and `{text}` is not"
    help = f"write `{bound.text}` or {'more' if key == 'at_least' else 'less'}"
    related = [("the bound", bound.location)]
    draft.problems.append(diagnostic(OUT_OF_BOUNDS, message, written.location, help, related))


def answered(node: Node, type: str, draft: Draft) -> Node | None:
    """The node itself, or if it is `{setting: NAME}` its answer (None: wrong, or still open)."""
    if not isinstance(node, Mapping) or node.get("setting") is None:
        return node
    named = entries_in(node, draft)[0][1]
    if not isinstance(named, Scalar):
        return None
    setting = draft.settings.get(named.text)
    if setting is None:
        draft.problems.append(unknown("setting", named.text, draft.settings, named.location))
        return None
    if setting.type != type:
        message = f"the setting `{named.text}` holds a {named_type(setting.type)}, where a {named_type(type)} belongs"
        draft.report(
            SETTING_TYPE, message, named.location, f"declare it as `{{type: {type}}}`, or name another setting"
        )
        return None
    if isinstance(setting.answer, Mapping) and type != "length":
        return None  # told where the answer stands
    if isinstance(setting.answer, Mapping):
        message = f"the setting `{named.text}` has dated values, where one value must stand"
        draft.report(DATED, message, named.location, "give it one value, or let the length of a clock name it")
        return None
    return setting.answer or _placeholder(type, node)


def named_type(type: str) -> str:
    """A type as a sentence says it."""
    return "day of a year" if type == "day_of_year" else type


def _placeholder(type: str, node: Node) -> Node | None:
    """What stands for an open setting while a pack is checked by itself; a bound pack has reported it."""
    texts = {"time": "17:00", "length": "1 day", "day_of_year": "12-31"}
    return Scalar(texts[type], "plain", node.location) if type in texts else None
