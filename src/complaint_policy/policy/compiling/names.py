"""How things may be called: the spelling of ids, the words that are taken, and what an unknown name probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from complaint_policy.conditions.typing import RESERVED_WORDS
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest

SPELLING = Code(
    "CP201",
    "a name is spelt in a way that is not allowed",
    "Ids of policies, duties, rights, rules, moves, tiers and suspensions are small letters, digits and hyphens; facts,"
    " events, fields, choices, calendars, settings and counting profiles take underscores instead. One spelling each"
    " means that a name can be searched for, and that two names never differ only in a sign that nobody sees.",
)
RESERVED = Code(
    "CP202",
    "a name is a word of the language",
    "`by`, `otherwise`, `before`, `dated`, `law_of`, `known`, `not`, `one`, `any`, `all`, `up` and the words of"
    " conditions mean something where names are read, so nothing can be called so (semantics 84).",
)
TWICE = Code(
    "CP204",
    "a name is given twice",
    "All duties of a file share one namespace, whichever section they stand in; so do the rows of one table, the tiers"
    " and the moves.",
)
UNKNOWN = Code(
    "CP205",
    "a name that nothing has",
    "A reference names a fact, event, duty, calendar, tier or other thing that is not declared here. It would never"
    " take effect, and nobody would notice.",
)

Sign = Literal["-", "_"]

SIGNS: Mapping[str, Sign] = {
    "policy": "-",
    "duty": "-",
    "reading": "-",
    "demand": "-",
    "stage": "-",
    "right": "-",
    "rule": "-",
    "move": "-",
    "tier": "-",
    "approval": "-",
    "suspension": "-",
    "fact": "_",
    "event": "_",
    "field": "_",
    "choice": "_",
    "label": "_",
    "decision": "_",
    "calendar": "_",
    "setting": "_",
    "counting profile": "_",
    "communication": "-",
    "notification": "-",
    "content item": "_",
    "remedy": "_",
}
"""The sign that may stand between the words of an id, by the kind of thing."""

WORDS_TAKEN = frozenset(["by", "otherwise", "before", "dated", "law_of", "known", "not", "one", "any", "all", "up"])
"""Semantics 84."""

_ONLY_NAMES = frozenset({"choice", "content item", "label", "remedy"})
_IN_CONDITIONS = frozenset({"fact", "field", "choice", "decision", "label"})


def good_id(text: str, kind: str, place: Location, problems: list[Diagnostic]) -> bool:
    """Whether `text` can be the id of such a thing; if not, a problem that shows how to spell it."""
    sign = SIGNS[kind]
    if not _well_spelt(text, sign):
        mended = respelt(text, sign)
        signs = "hyphens" if sign == "-" else "underscores"
        help = f"write `{mended}`" if mended else f"write small letters, digits and {signs}, a letter first"
        problems.append(
            diagnostic(
                SPELLING, f"`{text}` cannot be the name of a {kind}: it takes small letters and {signs}", place, help
            )
        )
        return False
    if text in WORDS_TAKEN or (kind in _IN_CONDITIONS and text in RESERVED_WORDS | {"is"}):
        help = f"choose another word, or a longer name such as `{text}{sign}{kind.split()[0]}`"
        problems.append(
            diagnostic(RESERVED, f"`{text}` is a word of the language and cannot be the name of a {kind}", place, help)
        )
        return False
    return True


def _well_spelt(text: str, sign: Sign) -> bool:
    parts = text.split(sign)
    return (
        text.isascii()
        and text[:1].isalpha()
        and len(text) <= 80
        and all(part.isalnum() and part == part.lower() for part in parts)
    )


def respelt(text: str, sign: Sign) -> str:
    """The nearest good spelling of `text`, or nothing if there is none."""
    letters = [letter if letter.isascii() and letter.isalnum() else " " for letter in text.lower()]
    mended = sign.join("".join(letters).split())[:80]
    return mended if _well_spelt(mended, sign) else ""


def twice(kind: str, name: str, place: Location, first: Location) -> Diagnostic:
    """The problem of a second thing with the same name; what is nothing but a name is listed twice."""
    listed = kind in _ONLY_NAMES
    message = f"`{name}` is listed twice" if listed else f"there are two {_plural(kind)} named `{name}`"
    help = "take one of them out" if listed else f"give this {kind} a name of its own"
    return diagnostic(TWICE, message, place, help, [("the first stands here", first)])


def unknown(
    kind: str,
    name: str,
    known: Iterable[str],
    place: Location | None,
    *,
    of: str = "",
    help: str = "",
    code: Code = UNKNOWN,
) -> Diagnostic:
    """The problem of a name that nothing has (nothing in `of`), with the nearest there is, or the few there are."""
    message = f"`{of}` has no {kind} `{name}`" if of else f"there is no {kind} `{name}`"
    return diagnostic(code, message, place, help or meant(name, known, kind))


def meant(name: str, names: Iterable[str], kind: str) -> str:
    """What to write instead of an unknown name: the nearest one, else the few there are."""
    every = frozenset(names)
    names = sorted(one for one in every if "/" not in one or one.rpartition("/")[2] not in every)
    near = nearest(name, names) or nearest(name.replace("_", "-"), names) or nearest(name.replace("-", "_"), names)
    if near:
        return f"did you mean `{near}`?"
    if not names:
        return f"no {kind} is declared"
    if len(names) <= 8:
        return f"the {_plural(kind)} here are {', '.join(f'`{one}`' for one in names)}"
    return f"declare the {kind}, or use one of the {len(names)} there are"


def _plural(kind: str) -> str:
    last = kind[-1]
    return f"{kind[:-1]}ies" if last == "y" and not kind.endswith(("ay", "ey", "oy")) else f"{kind}s"
