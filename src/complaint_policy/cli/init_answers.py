"""The answers that `init` needs: by option, as usual, or from a terminal, where a bad one is asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

import click

from complaint_policy.cli.brought_packs import brought
from complaint_policy.policy.compiling.asked import Question
from complaint_policy.policy.compiling.public_holidays import parts_with_holidays
from complaint_policy.starting_points.answers import (
    ACKNOWLEDGE,
    HOURS,
    LANGUAGES,
    LEVELS,
    TIERS,
    Answers,
    day_in,
    hours_in,
    id_in,
    id_of,
    language_in,
    length_in,
    name_in,
    names_in,
    promised,
    settings_in,
)
from complaint_policy.starting_points.fitting_packs import FoundPack, fitting, named, packs_from
from complaint_policy.starting_points.law import unanswered
from complaint_policy.starting_points.making import Made, asked_by, make
from complaint_policy.starting_points.places import (
    NotKnown,
    country_name,
    country_named,
    currency_named,
    currency_of,
    part_named,
    zone_named,
    zones_likely,
)

T = TypeVar("T")
Given = Mapping[str, str | tuple[str, ...]]
"""The options of the command line that were given, by the name of their parameter."""

_OPTIONS = {
    "own_id": "id",
    "in_force": "from",
    "levels": "level",
    "tiers": "tier",
    "packs": "pack",
    "settings": "set",
}
_NONE = ("", "-", "none", "no")
_LISTED = 20
"""So many parts of a country are shown each on a line of its own."""


class Take(Protocol):
    """How an answer is come by."""

    @property
    def asks(self) -> bool:
        """Whether somebody is there to ask."""

    def __call__(self, key: str, question: str, usual: str | None, read: Callable[[str], T], ask: bool = True) -> T:
        """The answer to `question` as `read` understands it; `usual` is the answer that can be kept, None is none.

        `key` is the option that may hold it (empty: none does). Without `ask` nobody is asked.
        """


class Options:
    """Answers by option; what no option says is as usual."""

    asks = False

    def __init__(self, given: Given) -> None:
        self.given = given

    def __call__(self, key: str, question: str, usual: str | None, read: Callable[[str], T], ask: bool = True) -> T:
        """As `Take` says; a bad option, or one that is needed and missing, is a mistake of usage."""
        given = self.given.get(key, usual)
        option = f"--{_OPTIONS.get(key, key)}"
        if given is None:
            raise click.UsageError(f"nothing can be asked here, so `{option}` is needed: {question}")
        try:
            return read(given if isinstance(given, str) else ", ".join(given))
        except NotKnown as reason:
            raise click.UsageError(f"`{option}`: {reason}") from None


class Questions(Options):
    """Answers of a person at a terminal; what an option says is not asked."""

    asks = True

    def __call__(self, key: str, question: str, usual: str | None, read: Callable[[str], T], ask: bool = True) -> T:
        """As `Take` says; a bad answer is told, and the question asked again."""
        if not ask or key in self.given:
            return super().__call__(key, question, usual, read)

        def answered(text: str) -> T:
            try:
                return read(text)
            except NotKnown as reason:
                raise click.UsageError(str(reason)) from None

        result: T = click.prompt(question, default=usual, value_proc=answered, err=True)
        return result


def first_of_this_year() -> str:
    """1 January of the year that the clock of this machine shows: the usual first day of a policy."""
    return date.today().replace(month=1, day=1).isoformat()


def made_from(take: Take, given: Given, folder: Path) -> Made:
    """The files of a policy in `folder`, by the answers to a few questions. None is written."""
    answers = _promises(take, given, _organisation(take))
    answers = replace(answers, packs=_packs(take, folder, answers))
    answers = replace(answers, settings=take("settings", "Settings", "", settings_in, ask=False))
    return make(_with_settings(take, answers, folder), folder, brought)


def _organisation(take: Take) -> Answers:
    """Who and where the organisation is."""
    name = take("name", "Name of the organisation", "Our organisation", name_in)
    own_id = take("own_id", "Id of the policy, for machines", id_of(name), id_in, ask=False)
    language = take("language", f"Language of the policy ({', '.join(LANGUAGES)})", "en", language_in)
    country = take("country", "Country (its name, or two letters such as GB)", None, country_named)
    part = _part(take, country)
    zones = zones_likely(country, part)
    return Answers(
        name=name,
        id=own_id,
        country=country,
        part=part,
        zone=take("zone", f"Time zone ({_some(zones)})", zones[0], zone_named, ask=len(zones) > 1),
        hours=take("hours", "Opening hours", HOURS, hours_in),
        currency=take("currency", "Currency", currency_of(country), currency_named, ask=currency_of(country) is None),
        in_force=take("in_force", "First day of the policy", first_of_this_year(), day_in),
        owner=take("owner", "Who answers for it", "", str.strip, ask=False),
        language=language,
    )


def _part(take: Take, country: str) -> str | None:
    parts = parts_with_holidays(country)
    if take.asks and parts:
        some = ", ".join(parts)
        listed = (
            "\n".join(f"  {code:<5} {name}" for code, name in parts.items()) if len(parts) <= _LISTED else f"  {some}"
        )
        click.echo(f"Parts of {country_name(country)} with public holidays of their own:\n{listed}", err=True)
    question = "Which part's holidays count (`none`: only those of the whole country)"

    def read(text: str) -> str | None:
        return None if text.strip().lower() in _NONE else part_named(country, text)

    return take("subdivision", question, "none", read, ask=bool(parts))


def _some(zones: list[str]) -> str:
    return ", ".join(zones[:4]) + (", …" if len(zones) > 4 else "")


def _promises(take: Take, given: Given, answers: Answers) -> Answers:
    """How complaints are graded, who handles them, and how soon."""
    levels = take(
        "levels", "Levels of severity, the most severe first", ", ".join(LEVELS), lambda text: names_in(text, "levels")
    )
    tiers = take(
        "tiers", "Who handles complaints, the lowest tier first", ", ".join(TIERS), lambda text: names_in(text, "tiers")
    )
    acknowledge = take("acknowledge", "Acknowledge a complaint within", ACKNOWLEDGE, length_in)
    usual = promised((), levels)
    if take.asks and "answer" not in given:
        pairs = zip(levels, usual, strict=True)
        answer = tuple(take("", f"Answer it within, if {level}", length, length_in) for level, length in pairs)
    else:
        answer = take("answer", "Answers", ", ".join(usual), lambda text: promised(_lengths(text), levels))
    return replace(answers, levels=levels, tiers=tiers, acknowledge=acknowledge, answer=answer)


def _lengths(text: str) -> tuple[str, ...]:
    return tuple(length_in(one) for one in text.split(","))


# --- packs of law -----------------------------------------------------------------------------------------------------


def _packs(take: Take, folder: Path, answers: Answers) -> tuple[str, ...]:
    """The packs chosen; those are shown that fit the country, and any other can be named too."""
    found = packs_from(folder, brought)
    fit = fitting(found, answers.country, answers.part)
    if take.asks:
        lines = [f"  {number}. {pack.id}: {pack.title}" for number, pack in enumerate(fit, 1)]
        listed = "\n".join(lines) or "  none is here; another can be added later under `law:`"
        click.echo(f"Packs of law for {country_name(answers.country)}:\n{listed}", err=True)

    def read(text: str) -> tuple[str, ...]:
        wanted = [one.strip() for one in text.split(",") if one.strip().lower() not in _NONE]
        return tuple(dict.fromkeys(_pack(one, fit, found) for one in wanted))

    return take("packs", "Which of them bind you (numbers, with commas between them)", "none", read, ask=bool(fit))


def _pack(text: str, shown: list[FoundPack], found: list[FoundPack]) -> str:
    """A pack by the number under which it was shown, or by its id."""
    if text.isdecimal():
        if not 1 <= int(text) <= len(shown):
            raise NotKnown(f"there is no number {text} in the list")
        return shown[int(text) - 1].id
    return named(text, found).id


def _with_settings(take: Take, answers: Answers, folder: Path) -> Answers:
    """The answers with a value for each setting that a pack asks for and that has no usual one."""
    for pack, one in unanswered(asked_by(answers, folder, brought), answers):
        if not take.asks:
            raise click.UsageError(f"`{pack}` asks for {one.words}: write `--set {pack}/{one.name}={one.answer}`")
        answers = _with_setting(take, answers, folder, pack, one)
    return answers


def _with_setting(take: Take, answers: Answers, folder: Path, pack: str, one: Question) -> Answers:
    def read(text: str) -> Answers:
        with_it = replace(answers, settings={**answers.settings, (pack, one.name): text.strip()})
        _must_fit(one, make(with_it, folder, brought))
        return with_it

    return take("", f"{pack} asks for {one.words} ({one.name})", None, read)


def _must_fit(one: Question, made: Made) -> None:
    """Raises NotKnown if the answer to a setting is refused: its line is the one with an error."""
    for item in made.checked.diagnostics:
        lines = made.checked.sources.get(item.location.file, "").split("\n") if item.location else []
        here = lines[item.location.line - 1] if item.location and item.location.line <= len(lines) else ""
        if item.level == "error" and here.strip().startswith(f"{one.name}:"):
            raise NotKnown(f"{item.message}{f'; {item.help}' if item.help else ''}")
