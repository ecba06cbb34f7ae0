"""Settings: values of the organisation that a pack of law asks for, and where they are put in."""

from __future__ import annotations

from collections.abc import Container

from complaint_policy.diagnostics import Code, Location
from complaint_policy.policy.compiling.draft import Draft, Setting, entries_in, section, text_under
from complaint_policy.policy.compiling.names import good_id, unknown
from complaint_policy.policy.nodes import Mapping, Node, Scalar

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

TYPES = ("time", "length", "calendar")
"""What a setting can hold: the places that accept `{setting: NAME}` are a closing time, a length and a calendar."""

_EXAMPLES = {"time": '"17:00"', "length": "5 business days", "calendar": "NAME_OF_A_CALENDAR"}


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
        setting = Setting(type, answer or node.get("default"), key.location, answer is not None)
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
        message = f"the setting `{named.text}` holds a {setting.type}, where a {type} belongs"
        draft.report(
            SETTING_TYPE, message, named.location, f"declare it as `{{type: {type}}}`, or name another setting"
        )
        return None
    return setting.answer or _placeholder(type, node)


def _placeholder(type: str, node: Node) -> Node | None:
    """What stands for an open setting while a pack is checked by itself; a bound pack has reported it."""
    texts = {"time": "17:00", "length": "1 day"}
    return Scalar(texts[type], "plain", node.location) if type in texts else None
