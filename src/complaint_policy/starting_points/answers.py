"""What a first policy is made from: the answers to a few questions, each with a default that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from complaint_policy.diagnostics import Diagnostic, Location
from complaint_policy.policy.compiling.names import good_id
from complaint_policy.policy.lengths import in_words, parse_length
from complaint_policy.starting_points.places import NotKnown

LEVELS: Final = ("critical", "high", "normal")
TIERS: Final = ("frontline", "specialist", "senior")
HOURS: Final = "mon-fri 09:00-17:00"
ACKNOWLEDGE: Final = "2 business days"
PROMISES: Final = ("5 business days", "10 business days", "15 business days", "20 business days")
"""Times for an answer, the most severe level first; the last one is that of the least severe."""
LANGUAGES: Final = ("en", "de", "fr")
"""The languages in which the texts of a first policy are there."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a first policy says of its organisation; names and lengths as the language writes them.

    levels: most severe first. tiers: lowest first. answer: a length for each level. settings: by pack and name, for
    what packs ask without a default. in_force: the first day of the policy.
    """

    name: str
    id: str
    country: str
    part: str | None
    zone: str
    hours: tuple[tuple[str, str], ...]
    currency: str
    in_force: date
    owner: str = ""
    language: str = "en"
    levels: tuple[str, ...] = LEVELS
    tiers: tuple[str, ...] = TIERS
    acknowledge: str = ACKNOWLEDGE
    answer: tuple[str, ...] = PROMISES[:2] + PROMISES[3:]
    packs: tuple[str, ...] = ()
    settings: Mapping[tuple[str, str], str] = field(default_factory=dict)


def id_of(name: str) -> str:
    """A name as the id of a policy: small letters, digits and hyphens."""
    return "-".join(_words(name)) or "our-organisation"


def name_in(text: str) -> str:
    """A name for people: one line of text; raises NotKnown if there is none."""
    written = " ".join(text.split())
    if not written or not written.isprintable():
        raise NotKnown("a name is needed, in letters that can be printed")
    return written


def id_in(text: str) -> str:
    """The id of a policy; raises NotKnown with one that will do."""
    wanted = id_of(text)
    if wanted != text or not text[0].isalpha():
        wanted = wanted if wanted[0].isalpha() else f"policy-{wanted}"
        raise NotKnown(f"`{text}` cannot be an id, which has small letters, digits and hyphens: write `{wanted}`")
    return text


def language_in(text: str) -> str:
    """A language in which the texts are there; raises NotKnown."""
    wanted = text.strip().lower()
    if wanted not in LANGUAGES:
        raise NotKnown(f"no texts in `{text}`: there are {', '.join(f'`{one}`' for one in LANGUAGES)}")
    return wanted


def day_in(text: str) -> date:
    """A day such as `2026-01-01`; raises NotKnown."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise NotKnown(f"`{text}` is no day: write it as in `2026-01-01`") from None
    if not 1980 <= day.year <= 2080:
        raise NotKnown("the year lies between 1980 and 2080")
    return day


def settings_in(text: str) -> dict[tuple[str, str], str]:
    """Answers to settings, `PACK/NAME=VALUE` with commas between them; raises NotKnown."""
    found = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        place, equals, value = one.partition("=")
        pack, slash, name = place.partition("/")
        if not (equals and slash and pack.strip() and name.strip() and value.strip()):
            raise NotKnown(f"`{one}` is not an answer: write it as in `uk-example/limit=5 business days`")
        found[pack.strip(), name.strip()] = value.strip()
    return found


def names_in(text: str, what: str) -> tuple[str, ...]:
    """Two to four names of levels or tiers parted by commas or `>`, as ids; raises NotKnown for others."""
    names = tuple("-".join(_words(one)) for one in text.replace(">", ",").split(",") if one.strip())
    if not 2 <= len(names) <= 4:
        raise NotKnown(f"{len(names)} {what}: write 2 to 4, with commas between them")
    if len(set(names)) < len(names) or "" in names:
        raise NotKnown(f"each of the {what} needs a name of its own")
    names = tuple(name.replace("-", "_") for name in names) if what == "levels" else names
    problems: list[Diagnostic] = []
    if not all(good_id(name, "choice" if what == "levels" else "tier", Location("", 1, 1), problems) for name in names):
        raise NotKnown(f"{problems[0].message}; {problems[0].help}")
    return names


def length_in(text: str) -> str:
    """A length such as `5 business days`; raises NotKnown with what is wrong with it."""
    written = " ".join(text.split())
    length, help = parse_length(written)
    if length is None:
        raise NotKnown(f"`{text}` is not a length of time: {help}")
    if length.number == 0:
        raise NotKnown("no time at all cannot be promised")
    return in_words(length)


def promised(lengths: tuple[str, ...], levels: tuple[str, ...]) -> tuple[str, ...]:
    """A length for each level: as given, one for all, or the usual ones."""
    if not lengths:
        return (*PROMISES[: len(levels) - 1], PROMISES[-1])
    if len(lengths) == 1:
        return lengths * len(levels)
    if len(lengths) != len(levels):
        raise NotKnown(f"{len(lengths)} times for {len(levels)} levels: write one for all, or one for each")
    return lengths


def hours_in(text: str) -> tuple[tuple[str, str], ...]:
    """Opening hours such as `mon-fri 09:00-17:00, sat 10:00-13:00`: days and a window each; raises NotKnown."""
    found = []
    open_on: list[str] = []
    for part in text.split(","):
        words = part.split()
        if len(words) != 2:
            raise NotKnown(f"`{part.strip()}` is not days and hours: write them as in `{HOURS}`")
        days = words[0].lower()
        open_on += _days(days)
        found.append((days, _window(words[1])))
    if len(set(open_on)) < len(open_on):
        raise NotKnown("a weekday has its hours twice: name each day once")
    return tuple(found)


_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(text: str) -> tuple[str, ...]:
    ends = text.split("-")
    if len(ends) > 2 or any(day not in _WEEK for day in ends):
        raise NotKnown(f"`{text}` are no days: write them as in `mon-fri` or `sat`")
    first, last = _WEEK.index(ends[0]), _WEEK.index(ends[-1])
    return _WEEK[first : last + 1] if first <= last else (*_WEEK[first:], *_WEEK[: last + 1])


def _window(text: str) -> str:
    times = [_time(one) for one in text.split("-")]
    if len(times) != 2:
        raise NotKnown(f"`{text}` are no hours: write them as in `09:00-17:00`")
    if times[0] >= times[1]:
        raise NotKnown(f"`{text}` ends before it begins")
    return "-".join(times)


def _time(text: str) -> str:
    hours, _, minutes = text.partition(":")
    good = hours.isdecimal() and (minutes or "0").isdecimal() and len(hours) <= 2 and len(minutes) in (0, 2)
    if not good or not ((int(hours) < 24 and int(minutes or 0) < 60) or (int(hours), int(minutes or 0)) == (24, 0)):
        raise NotKnown(f"`{text}` is no time of day: write it as in `09:00`")
    return f"{int(hours):02}:{int(minutes or 0):02}"


def _words(text: str) -> list[str]:
    from unicodedata import combining, normalize

    plain = "".join(one for one in normalize("NFKD", text.replace("ß", "ss")) if not combining(one)).lower()
    return "".join(one if one.isascii() and one.isalnum() else " " for one in plain.replace("'", "")).split()
