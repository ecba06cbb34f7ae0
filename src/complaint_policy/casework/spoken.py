"""Days, sums and lengths of time as a language says them, for letters to people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local
from complaint_policy.case import Value
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.records import dataclass

if TYPE_CHECKING:
    from babel import Locale

NO_WORDS = Code(
    "CP920",
    "a language in which days cannot be said",
    "Days, sums and lengths of time stand in a letter in words of its language, by the tables of Unicode (CLDR), which"
    " the library Babel brings. A letter in a language that they do not have would mix two languages.",
)
_EPOCH = date(1970, 1, 1)
_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))


class Named(str):
    """A choice or a label: a template compares it by the name that the policy gives it, and prints it as words."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.replace("_", " ").replace("-", " ")


class Listed(tuple[str, ...]):
    """Several choices: a template goes over them, and printed by themselves they stand with commas."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(map(str, self))


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a language says what programs count. `en` alone is English as most of the world writes it, day first."""

    locale: Locale

    def day(self, number: int) -> str:
        """`3 June 2026` of a day number."""
        from babel.dates import format_date

        return format_date(_EPOCH + timedelta(days=number), "long", locale=self.locale)

    def moment(self, zone: Zone, moment: int) -> str:
        """`3 June 2026, 16:40` of UTC seconds, by the clocks of the zone."""
        from babel.dates import format_time

        day, second = local(zone, moment)
        time = datetime(1970, 1, 1) + timedelta(seconds=second)
        return f"{self.day(day)}, {format_time(time, 'short', locale=self.locale)}"

    def value(self, type: FactType, value: Value | None, zone: Zone) -> object:
        """A value of that type for a template: words, a truth, several words, or None if it is not known."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, frozenset):
            return Listed(Named(choice) for choice in type.choices if choice in value)
        if isinstance(value, str):
            return value if type.kind == "text" else Named(value)
        return self._number(type, value, zone)

    def _number(self, type: FactType, value: int, zone: Zone) -> str:
        from babel.numbers import format_currency, format_decimal

        if type.kind == "date":
            return self.day(value)
        if type.kind == "moment":
            return self.moment(zone, value)
        if type.kind == "duration":
            return self._length(value)
        number = Decimal(value).scaleb(-type.scale)
        if type.kind == "money" and type.currency:
            return format_currency(number, type.currency, locale=self.locale)
        return format_decimal(number, locale=self.locale, decimal_quantization=False)

    def _length(self, seconds: int) -> str:
        from babel.lists import format_list
        from babel.units import format_unit

        parts: list[str] = []
        for unit, size in _UNITS:
            number, seconds = divmod(seconds, size)
            if number or (unit == "second" and not parts):
                parts.append(format_unit(number, f"duration-{unit}", locale=self.locale))
        return format_list(parts, style="unit", locale=self.locale)


def spoken_in(language: str) -> Spoken | Diagnostic:
    """The words of a language (`en`, `fr-CA`), or why there are none."""
    try:
        from babel import Locale, UnknownLocaleError
    except ImportError:
        help = 'install it: `python -m pip install "complaint-policy[casework]"`'
        return diagnostic(NO_WORDS, "days are said in words by Babel, which is not installed", None, help)
    try:
        return Spoken(Locale.parse("en-001" if language == "en" else language, sep="-"))
    except (UnknownLocaleError, ValueError):
        help = "write the letter in another language, or name it by its usual tag, such as `fr` or `fr-CA`"
        return diagnostic(NO_WORDS, f"nothing is known of how the language `{language}` says a day", None, help)
