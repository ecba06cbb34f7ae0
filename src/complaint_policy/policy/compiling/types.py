"""Types of facts and of event fields: `one of a, b`, `boolean`, `{type: money, currency: GBP}`."""

from __future__ import annotations

from complaint_policy.case import Field, Value
from complaint_policy.conditions.typing import FactKind, FactType
from complaint_policy.diagnostics import Code, nearest
from complaint_policy.policy.compiling.draft import Draft, entries_in, text_in, texts_in
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.names import good_id, twice, unknown
from complaint_policy.policy.compiling.values import is_currency, minor_unit, read_value
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence, span
from complaint_policy.policy.scalars import read_boolean, read_integer

TYPE = Code(
    "CP216",
    "a type cannot be read",
    "The type of a fact decides what may be written about it, and what a case may hold.",
)
CURRENCY = Code(
    "CP217",
    "an amount has no currency, or one that is none",
    "Amounts of different currencies cannot be compared (semantics 70), so each amount has one: the fact's own, or the"
    " one currency of the policy.",
)

KINDS: tuple[FactKind, ...] = ("boolean", "choice", "choices", "number", "money", "text", "date", "moment", "duration")
_OTHER_WORDS = {
    "bool": "boolean",
    "yes/no": "boolean",
    "string": "text",
    "str": "text",
    "int": "integer",
    "decimal": "number",
    "float": "number",
    "amount": "money",
    "currency": "money",
    "datetime": "moment",
    "timestamp": "moment",
    "time": "moment",
    "day": "date",
    "enum": "one of a, b",
    "list": "any of a, b",
    "set": "any of a, b",
}
_LARGEST = 10**12
_FINEST = 6


def read_field(name: str, node: Node, draft: Draft) -> Field | None:
    """A fact or an event field with this qualified name, in short form or as a map (`{type: boolean, …}`)."""
    if isinstance(node, Scalar):
        type = _short_type(node, draft)
        return Field(name, type) if type else None
    if not isinstance(node, Mapping):
        draft.report(TYPE, "a type belongs here", node.location, "write a type such as `boolean` or `one of a, b`")
        return None
    type = type_in(node, draft)
    return None if type is None else _with_options(name, type, node, draft)


def _with_options(name: str, type: FactType, node: Mapping, draft: Draft) -> Field:
    return Field(
        name,
        type,
        default=_default(type, node, draft),
        required=_flag(node, "required", draft),
        sensitive=_flag(node, "sensitive", draft),
        renamed=_renamed(type, node, draft),
        says=words_under(node, "says", draft),
    )


def _short_type(node: Scalar, draft: Draft) -> FactType | None:
    text = " ".join(node.text.split())
    for words, kind in (("one of ", "choice"), ("any of ", "choices")):
        if text.startswith(words):
            return _of_choices(kind, _listed(node, len(words)), node, draft)
    return _plain_type(text, node, node, draft)


def _listed(node: Scalar, begin: int) -> list[tuple[str, Scalar]]:
    """The choices after `one of`, each at its own place in the file."""
    found = []
    for part in node.text[begin:].split(","):
        name = part.strip()
        first = begin + part.find(name)
        found.append((name, Scalar(name, "plain", span(node, first, first + len(name)))))
        begin += len(part) + 1
    return found


def _plain_type(text: str, node: Scalar, place: Node, draft: Draft, options: Mapping | None = None) -> FactType | None:
    kind = next((one for one in KINDS if one == ("number" if text == "integer" else text)), None)
    if kind in ("choice", "choices"):
        help = f"write `{'one' if kind == 'choice' else 'any'} of a, b`, or the map `{{type: {kind}, choices: [a, b]}}`"
        draft.report(TYPE, f"a {kind} needs its choices", place.location, help)
        return None
    if kind is None:
        other = _OTHER_WORDS.get(text.lower()) or nearest(text, KINDS)
        help = f"did you mean `{other}`?" if other else f"the types are {', '.join(f'`{one}`' for one in KINDS)}"
        draft.report(TYPE, f"`{text}` is not a type", node.location, help)
        return None
    return _sized(kind, options, place, draft)


def _sized(kind: FactKind, options: Mapping | None, place: Node, draft: Draft) -> FactType | None:
    if kind not in ("number", "money"):
        return FactType(kind)
    currency = _currency(options, place, draft) if kind == "money" else None
    if kind == "money" and currency is None:
        return None
    scale = _whole(options, "scale", 0, _FINEST, draft)
    largest = _whole(options, "largest", 1, _LARGEST, draft)
    return FactType(
        kind,
        scale=scale if scale is not None else (minor_unit(currency) if kind == "money" else 0),
        largest=largest or _LARGEST,
        currency=currency,
    )


def _whole(options: Mapping | None, key: str, least: int, most: int, draft: Draft) -> int | None:
    node = options.get(key) if options else None
    number = None if node is None else read_integer(node, draft.problems)
    if number is None or node is None:
        return None
    if not least <= number <= most:
        draft.report(
            TYPE, f"`{key}` cannot be `{number}`", node.location, f"write a whole number from {least} to {most}"
        )
        return None
    return number


def _currency(options: Mapping | None, place: Node, draft: Draft) -> str | None:
    node = options.get("currency") if options else None
    text = text_in(node, draft)
    if node is None and draft.common.currency is None:
        help = "write `{type: money, currency: GBP}` with the currency of your amounts"
        draft.report(CURRENCY, "this amount has no currency", place.location, help)
    if text is not None and node is not None and not is_currency(text):
        help = "write the three capital letters of ISO 4217, such as `GBP` or `EUR`"
        draft.report(CURRENCY, f"`{text}` is not a currency", node.location, help)
        return None
    return text or draft.common.currency


def type_in(node: Mapping, draft: Draft) -> FactType | None:
    """The type that a map says: `{type: money, currency: GBP}`."""
    written = node.get("type")
    text = text_in(written, draft)
    if text is None or not isinstance(written, Scalar):
        if written is None:
            draft.report(TYPE, "there is no `type` here", node.location, "add `type: boolean`, or another type")
        return None
    if text in ("choice", "choices") and isinstance(node.get("choices"), Sequence):
        choices = [(item.text, item) for item in texts_in(node.get("choices"), draft)]
        return _of_choices(text, choices, written, draft)
    if text.startswith(("one of ", "any of ")):
        return _short_type(written, draft)
    return _plain_type(text, written, written, draft, node)


def _of_choices(kind: str, written: list[tuple[str, Scalar]], place: Node, draft: Draft) -> FactType | None:
    names: dict[str, Scalar] = {}
    for name, node in written:
        if name in names:
            draft.problems.append(twice("choice", name, node.location, names[name].location))
        elif good_id(name, "choice", node.location, draft.problems):
            names[name] = node
    if not names:
        return None
    return FactType("choice" if kind == "choice" else "choices", choices=tuple(names))


def _default(type: FactType, node: Mapping, draft: Draft) -> Value | None:
    written = node.get("default")
    return None if written is None else read_value(written, type, draft.problems)


def _flag(node: Mapping, key: str, draft: Draft) -> bool:
    written = node.get(key)
    return bool(written is not None and read_boolean(written, draft.problems))


def _renamed(type: FactType, node: Mapping, draft: Draft) -> tuple[tuple[str, str], ...]:
    pairs = []
    for old, new in entries_in(node.get("renamed"), draft):
        text = text_in(new, draft)
        if text is not None and text not in type.choices:
            draft.problems.append(unknown("choice", text, type.choices, new.location))
        elif text is not None:
            pairs.append((old.text, text))
    return tuple(pairs)
