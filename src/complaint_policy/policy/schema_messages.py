"""Turns a disagreement between a file and its schema into a sentence that says what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from typing import Any, NamedTuple

from complaint_policy.diagnostics import Code, Diagnostic, Location, Mend, diagnostic, nearest
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence, shape
from complaint_policy.policy.scalars import READERS

UNKNOWN_KEY = Code(
    "CP151", "an unknown key", "A key that the policy language does not have here would be passed over in silence."
)
MISSING = Code("CP152", "a missing key", "Something that the policy language needs is not there.")
SHAPE = Code("CP153", "a wrong shape", "A text, a list or a map stands where another of these belongs.")
CHOICE = Code("CP154", "not one of the words that fit", "Only some words have a meaning in this place.")
FORM = Code("CP155", "a wrong form", "Names, lengths of time, amounts and hours are written in one way each.")
NOTHING = Code(
    "CP156", "nothing is written", "A key without a value says nothing; take the key out, or write its value."
)
COUNT = Code("CP157", "too few or too many", "A list or map has fewer or more entries than have a meaning here.")
TOGETHER = Code("CP158", "keys that do not go together", "Each of these keys says another thing, and both cannot hold.")
NOT_YET = Code("CP159", "not read yet", "A part of the language that this release refuses, rather than pass it over.")

_NAMES = {
    "string": "a text",
    "array": "a list",
    "object": "a map",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "`true` or `false`",
}
_UNITS = ("hours", "business hours", "days", "business days", "weeks", "months", "years")


class Misfit(NamedTuple):
    """A keyword of a schema that a node does not satisfy. `key` leads to it; `of_key`: the key itself is meant."""

    keyword: str
    expected: Any
    schema: AnyMapping[str, Any]
    instance: Any
    node: Node
    key: Scalar | None
    of_key: bool

    @property
    def place(self) -> Location:
        """Where to point: at the value if it is a text, else at the key that leads to it."""
        if isinstance(self.node, Scalar) and not self.node.empty:
            return self.node.location
        if isinstance(self.node, Mapping | Sequence) and self.key is None:
            return _beginning(self.node)
        return self.key.location if self.key else self.node.location


def explain_misfit(misfit: Misfit) -> list[Diagnostic]:
    """What to tell the author; several for several unknown keys."""
    if misfit.of_key:
        return [_key_form(misfit)]
    if misfit.instance is None and misfit.keyword not in ("x-not-yet", "const"):
        return [_nothing(misfit)]
    match misfit.keyword:
        case "additionalProperties":
            return _unknown_keys(misfit)
        case "required" | "dependentRequired":
            return _missing(misfit)
        case "type":
            return _shape(misfit)
        case "enum" | "const":
            return _choice(misfit)
        case "x-reads":
            return _read(misfit)
        case "pattern":
            return [_form(misfit)]
        case "x-one-of" | "x-any-of" | "anyOf":
            return _groups(misfit)
        case "x-single":
            return [_several(misfit)]
        case "x-not-yet":
            return [diagnostic(NOT_YET, misfit.expected[0], _key_place(misfit), misfit.expected[1])]
        case "minItems" | "minProperties":
            return [
                diagnostic(
                    COUNT, "there is nothing in it", _key_place(misfit), "take the key out, or write what belongs to it"
                )
            ]
        case "maxItems" | "maxProperties" | "minimum" | "maximum" | "uniqueItems":
            return [_limit(misfit)]
    raise AssertionError(f"no words for the schema keyword {misfit.keyword}")


def _beginning(node: Mapping | Sequence) -> Location:
    first = node.entries[0][0] if isinstance(node, Mapping) and node.entries else None
    return replace(first.location, path=node.location.path) if first else node.location


def _order(place: Location) -> tuple[int, int]:
    return place.line, place.column


def _key_place(misfit: Misfit) -> Location:
    return misfit.key.location if misfit.key else misfit.place


def _named(misfit: Misfit) -> str:
    return f"`{misfit.key.text}`" if misfit.key else "the file" if not misfit.node.location.path else "this entry"


def _unknown_keys(misfit: Misfit) -> list[Diagnostic]:
    assert isinstance(misfit.node, Mapping)
    known = list(misfit.schema.get("properties", ()))
    return [
        diagnostic(
            UNKNOWN_KEY, f"there is no key `{key.text}` here", key.location, _known_help(key.text, known, misfit)
        )
        for key, _ in misfit.node.entries
        if key.text not in known
    ]


def _known_help(word: str, known: list[str], misfit: Misfit) -> str:
    plain = word.lower().replace("-", "_").replace(" ", "_")
    alike = (
        misfit.schema.get("x-instead", {}).get(plain)
        or nearest(plain, known)
        or _part_of(plain, known)
        or _short_of(plain, misfit)
    )
    if alike and alike in misfit.instance:
        return f"`{alike}` is written already; take this one out"
    if alike:
        return f"did you mean `{alike}`?"
    return (
        f"the keys here are {_listed(known)}"
        if len(known) <= 16
        else "take it out, or look the key up in the reference"
    )


def _part_of(word: str, known: list[str]) -> str:
    """A known name that begins the word, or that the word begins: `duedate` for `due`."""
    return next(
        (name for name in known if min(len(name), len(word)) > 2 and (word.startswith(name) or name.startswith(word))),
        "",
    )


def _short_of(word: str, misfit: Misfit) -> str:
    """A short key that the map needs and does not have, and that the word begins like: `dew` for `due`."""
    groups = [*misfit.schema.get("x-one-of", ()), *misfit.schema.get("x-any-of", ()), misfit.schema.get("required", ())]
    wanted = (key for group in groups for key in group if key not in misfit.instance)
    return next((key for key in wanted if key[0] == word[:1] and abs(len(key) - len(word)) <= 1), "")


def _missing(misfit: Misfit) -> list[Diagnostic]:
    assert isinstance(misfit.node, Mapping)
    wanted: Iterable[str] = misfit.expected
    because = ""
    if misfit.keyword == "dependentRequired":
        written = [key for key in misfit.expected if key in misfit.instance]
        wanted = [name for key in written for name in misfit.expected[key] if name not in misfit.instance]
        because = next(f", which `{key}` needs" for key in written if set(misfit.expected[key]) - set(misfit.instance))
    absent = [name for name in wanted if name not in misfit.instance]
    place = _key_place(misfit)
    properties = misfit.schema.get("properties", {})
    return [
        diagnostic(MISSING, f"{_named(misfit)} has no `{name}`{because}", place, _what_to_add(name, properties))
        for name in absent
    ]


def _what_to_add(name: str, properties: AnyMapping[str, Any]) -> str:
    told = properties.get(name, {})
    example = next(iter(told.get("examples", ())), None)
    if isinstance(example, str | int):
        return f"add it, for example `{name}: {example}`"
    described = str(told.get("description", "")).rstrip(".")
    return f"add `{name}: …`" + (f" ({described[0].lower()}{described[1:]})" if described else "")


def _below(node: Node, key: Scalar | None, name: str) -> tuple[Mend, ...]:
    """A list put below a key of its own, as it stands (semantics 41); none where it is not plain how."""
    if not isinstance(node, Sequence) or not node.items or key is None:
        return ()
    place, last = node.location, node.items[-1].location
    if place.end_column == place.column > key.location.column:  # on lines of its own
        return (Mend(place.line, place.column, place.column, f"{name}:\n{' ' * (place.column - 1)}"),)
    if place.line == last.line and last.end_column < place.end_column:
        return (
            Mend(place.line, place.column, place.column, f"{{{name}: "),
            Mend(place.line, place.end_column, place.end_column, "}"),
        )
    return ()


def _nothing(misfit: Misfit) -> Diagnostic:
    said = f"nothing is written after `{misfit.key.text}:`" if misfit.key else "nothing is written here"
    return diagnostic(NOTHING, said, _key_place(misfit), "write the value, or take the key out")


def _shape(misfit: Misfit) -> list[Diagnostic]:
    allowed = misfit.expected if isinstance(misfit.expected, list) else [misfit.expected]
    kind = _kind(misfit.instance)
    told = misfit.schema.get("x-wrong", {}).get(kind)
    if told:
        code = NOT_YET if "not read yet" in told[0] else SHAPE
        mends = _below(misfit.node, misfit.key, misfit.schema["x-mend"]) if "x-mend" in misfit.schema else ()
        return [diagnostic(code, told[0], misfit.place, told[1], mends=mends)]
    if isinstance(misfit.node, Scalar):
        reader = misfit.schema.get("x-reads") or ("boolean" if allowed == ["boolean"] else "")
        if reader:
            return _by_reader(reader, misfit.node)
        if misfit.schema.get("x-length"):
            return [_length(misfit)]
    noun = misfit.schema.get("x-kind") or misfit.schema.get("x-noun")
    wanted = f"{noun} belongs" if noun else f"{_either(allowed)} belongs"
    found = shape(misfit.node) if isinstance(misfit.node, Mapping | Sequence) else _scalar_shape(misfit.node)
    message = f"{found} stands where {wanted}"
    return [diagnostic(SHAPE, message, misfit.place, _shape_help(misfit, allowed))]


def _scalar_shape(node: Scalar) -> str:
    text = node.text.replace("\n", " ")
    return f"`{text if len(text) <= 50 else text[:47] + '...'}`"


def _kind(instance: object) -> str:
    if isinstance(instance, bool):
        return "boolean"
    if isinstance(instance, str):
        return "string"
    return "object" if isinstance(instance, dict) else "array" if isinstance(instance, list) else "number"


def _either(allowed: list[str]) -> str:
    if "string" in allowed and "number" in allowed:
        allowed = [name for name in allowed if name not in ("number", "boolean")]
    return " or ".join(dict.fromkeys(_NAMES[name] for name in allowed if name != "null"))


def _shape_help(misfit: Misfit, allowed: list[str]) -> str:
    name = misfit.key.text if misfit.key else ""
    if "array" in allowed and isinstance(misfit.node, Scalar):
        return f"write a list: `{name}: [{misfit.node.text}]`" if name else f"write a list: `[{misfit.node.text}]`"
    if "x-hint" in misfit.schema:
        return str(misfit.schema["x-hint"])
    if allowed == ["object"]:
        known = list(misfit.schema.get("properties", ()))
        if known:
            return (
                f"write its keys on lines of their own below `{name}:`, such as `{known[0]}: …`"
                if name
                else f"write `{known[0]}: …`"
            )
        return f"write `name: value` on lines of their own below `{name}:`" if name else "write `name: value`"
    example = next((item for item in misfit.schema.get("examples", ()) if isinstance(item, str)), None)
    if example:
        return f"write, for example, `{example}`"
    if isinstance(misfit.node, Sequence) and len(misfit.node.items) == 1 and isinstance(misfit.node.items[0], Scalar):
        return f"write `{misfit.node.items[0].text}` without brackets"
    return ""


def _choice(misfit: Misfit) -> list[Diagnostic]:
    told = misfit.schema.get("x-wrong", {}).get(_kind(misfit.instance))
    if told:
        return [diagnostic(NOT_YET if "not read yet" in told[0] else SHAPE, told[0], misfit.place, told[1])]
    if misfit.schema.get("x-reads") and isinstance(misfit.node, Scalar):
        found = _by_reader(misfit.schema["x-reads"], misfit.node)
        if found:
            return found
    if misfit.schema.get("type") == "boolean" and not isinstance(misfit.instance, bool):
        return []  # told as no boolean
    words = [_written(word) for word in (misfit.expected if misfit.keyword == "enum" else [misfit.expected])]
    if not isinstance(misfit.node, Scalar):
        return [
            diagnostic(
                SHAPE,
                f"{shape(misfit.node)} stands where a word belongs",
                misfit.place,
                f"write {_listed(words, 'or')}",
            )
        ]
    text = misfit.node.text
    alike = nearest(text.replace("-", "_").replace(" ", "_"), words)
    help = misfit.schema.get("x-hint") or (f"did you mean `{alike}`?" if alike else f"write {_listed(words, 'or')}")
    named = f"`{text}` is not a value of {_named(misfit)}" if misfit.key else f"`{text}` does not belong here"
    return [diagnostic(CHOICE, named, misfit.place, help)]


def _written(word: object) -> str:
    return str(word).lower() if isinstance(word, bool) else str(word)


def _read(misfit: Misfit) -> list[Diagnostic]:
    return _by_reader(misfit.expected, misfit.node)


def _by_reader(reader: str, node: Node) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    READERS[reader](node, problems)
    return problems


def _form(misfit: Misfit) -> Diagnostic:
    if misfit.schema.get("x-length"):
        return _length(misfit)
    noun = misfit.schema.get("x-noun", "what belongs here")
    help = misfit.schema.get("x-hint") or _by_word(misfit) or _by_example(misfit.schema)
    return diagnostic(FORM, f"`{misfit.instance}` is not {noun}", misfit.place, help)


def _by_word(misfit: Misfit) -> str:
    """What to write where one of some words belongs (`x-words`; `x-instead` for the words of other languages)."""
    words = misfit.schema.get("x-words")
    if not words:
        return ""
    text = str(misfit.instance)
    other = misfit.schema.get("x-instead", {}).get(text.lower()) or nearest(text, words)
    return f"did you mean `{other}`?" if other else f"write {_listed(words, 'or')}, or `one of a, b`"


def _by_example(schema: AnyMapping[str, Any]) -> str:
    examples = [f"`{example}`" for example in schema.get("examples", ()) if isinstance(example, str)]
    return f"write it like {' or '.join(examples[:3])}" if examples else ""


def _length(misfit: Misfit) -> Diagnostic:
    """A length of time that is none: say which part is wrong."""
    assert isinstance(misfit.node, Scalar)
    number, _, unit = misfit.node.text.partition(" ")
    help = "write a whole number and a unit, such as `8 weeks`, `5 business days` or `4 business hours`"
    message = f"`{misfit.node.text}` is not a length of time"
    if number.isdigit() and not unit:
        message = f"`{number}` has no unit"
        help = f"write the unit, such as `{_counted(number, 'days')}` or `{_counted(number, 'business days')}`"
    elif number.isdigit():
        message = f"`{unit}` is not a unit of time"
        help = _unit_help(number, unit)
    elif "." in number:
        shortest = "the shortest unit is an hour: write whole hours"
        help = shortest if "hour" in unit else "write a whole number of a smaller unit"
    return diagnostic(FORM, message, misfit.place, help)


def _unit_help(number: str, unit: str) -> str:
    word = unit.lower().replace("working", "business").replace("calendar ", "")
    plural = word if word.endswith("s") else f"{word}s"
    if plural in ("minutes", "seconds", "mins", "secs"):
        return "the shortest unit is an hour: write whole hours"
    if plural.endswith("cycles"):
        return f"write `{_counted(number, 'complete cycles')} of` and what closes one: an event, or a day of the month"
    alike = plural if plural in _UNITS else nearest(plural, _UNITS)
    return f"write `{_counted(number, alike)}`" if alike else f"the units are {_listed(_UNITS)}"


def _counted(number: str, unit: str) -> str:
    """`1 business day`, `8 weeks`."""
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"


_NOT_NAMES = ("a day of the week or a range of days", "a language")
"""Keys that have their own words: no spelling of what was written would do."""


def _key_form(misfit: Misfit) -> Diagnostic:
    assert isinstance(misfit.node, Mapping)
    key = misfit.node.key(misfit.instance)
    place = key.location if key else misfit.place
    noun, hint = misfit.schema.get("x-noun", "a key that fits"), misfit.schema.get("x-hint", "")
    mended = str(misfit.instance).strip().lower().replace(" ", "-")
    mended = mended.replace("-", "_") if "underscores" in hint else mended.replace("_", "-")
    plain = mended.replace("-", "").replace("_", "")
    if plain.isascii() and plain.isalnum() and noun not in _NOT_NAMES:
        hint = f"write `{mended}`" if not ("underscores" in hint and plain[0].isdigit()) else hint
    return diagnostic(FORM, f"`{misfit.instance}` is not {noun}", place, hint)


def _groups(misfit: Misfit) -> list[Diagnostic]:
    if misfit.keyword == "anyOf":
        return [_no_section(misfit)]
    groups: list[list[str]] = misfit.expected
    whole = whole_groups(groups, misfit.instance)
    place = _key_place(misfit)
    properties = misfit.schema.get("properties", {})
    if any("x-not-yet" in properties.get(key, ()) for key in misfit.instance):
        return []  # the key that is not read yet is told by itself
    if len(whole) > 1:
        assert isinstance(misfit.node, Mapping)
        first, second = whole[0][-1], whole[1][-1]
        where = max((key.location for key, _ in misfit.node.entries if key.text in (first, second)), key=_order)
        return [diagnostic(TOGETHER, f"`{first}` and `{second}` do not go together", where, "keep one of them")]
    half = next((group for group in groups if any(key in misfit.instance for key in group)), None)
    if half:
        absent = [key for key in half if key not in misfit.instance]
        present = next(key for key in half if key in misfit.instance)
        message = f"{_named(misfit)} has `{present}` but no {_listed(absent)}"
        return [diagnostic(MISSING, message, place, _what_to_add(absent[0], properties))]
    least = [group for group in groups if not any(set(other) < set(group) for other in groups)]
    ways = ["` with `".join(group) for group in least]
    help = f"write {'one of them' if len(ways) > 1 else 'it'}, such as `{groups[0][0]}: …`"
    return [diagnostic(MISSING, f"{_named(misfit)} needs {_listed(ways, 'or')}", place, help)]


def whole_groups(groups: list[list[str]], instance: Any) -> list[list[str]]:
    """The groups of which a map has every key, without those that are part of another such group."""
    whole = [group for group in groups if all(key in instance for key in group)]
    return [group for group in whole if not any(set(group) < set(other) for other in whole)]


def _no_section(misfit: Misfit) -> Diagnostic:
    sections = misfit.schema.get("x-sections")
    if sections:
        message = "the file has facts but no section that uses them"
        return diagnostic(
            MISSING, message, misfit.place, "add a section such as `timeframes`, `requirements` or `scope`"
        )
    wanted = [
        " with ".join(f"`{key}`" for key in branch["required"]) for branch in misfit.expected if "required" in branch
    ]
    return diagnostic(MISSING, f"{_named(misfit)} needs {' or '.join(wanted)}", _key_place(misfit), "write one of them")


def _several(misfit: Misfit) -> Diagnostic:
    assert isinstance(misfit.node, Mapping)
    keys = misfit.node.keys()
    message = f"{_listed(keys)} stand side by side, which does not say whether one of them is enough"
    help = "write `any_of:` above them if the first one counts, `all_of:` if all are needed"
    place = misfit.node.entries[1][0].location
    return diagnostic(TOGETHER, message, place, help)


def _limit(misfit: Misfit) -> Diagnostic:
    words = {"maximum": "is more than", "minimum": "is less than"}.get(misfit.keyword, "has too many entries: at most")
    if misfit.keyword == "uniqueItems":
        return diagnostic(COUNT, "the same entry stands in this list twice", _key_place(misfit), "take one of them out")
    shown = f"`{misfit.node.text}`" if isinstance(misfit.node, Scalar) else _named(misfit)
    return diagnostic(COUNT, f"{shown} {words} {misfit.expected}", misfit.place, "")


def _listed(words: Iterable[str], last: str = "and") -> str:
    quoted = [f"`{word}`" for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
