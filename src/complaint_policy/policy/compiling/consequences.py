"""Which findings of the compiler only say again, in other words, what the schema has said of the same place."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.compiling.binding import SAME_NAME
from complaint_policy.policy.compiling.draft import SHAPE
from complaint_policy.policy.compiling.names import RESERVED, TWICE
from complaint_policy.policy.compiling.order import CIRCLE
from complaint_policy.policy.schema_messages import CHOICE, FORM, MISSING, NOT_YET, NOTHING, TOGETHER
from complaint_policy.policy.schema_messages import SHAPE as WRONG_SHAPE

_OF_WHOLE_VALUES = frozenset({WRONG_SHAPE, CHOICE, FORM, NOTHING, NOT_YET})
"""What the schema says of a value as a whole: nothing inside it can be judged until it is written anew."""

_OF_NAMES = frozenset({RESERVED, TWICE, SAME_NAME, CIRCLE})
"""What the compiler says of a name, whatever is wrong with the thing that has it."""


def not_told_already(problems: Iterable[Diagnostic], told: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The problems that the author does not know yet from `told`, what reading the files found before."""
    told = [one for one in told if one.level == "error"]
    spots = {one.location for one in told}
    exact = {place for one in told for place in _places(one)}
    whole = {_place(one) for one in told if one.code in _OF_WHOLE_VALUES}

    def known(one: Diagnostic) -> bool:
        if one.level != "error" or one.code in _OF_NAMES:
            return False
        return one.location in spots or (one.code == SHAPE and bool(told)) or _follows(_place(one), exact, whole)

    return [one for one in problems if not known(one)]


def _place(one: Diagnostic) -> tuple[str, str]:
    return (one.location.file, one.location.path) if one.location else ("", "")


def _places(one: Diagnostic) -> list[tuple[str, str]]:
    """The parts of a file of which a finding speaks: for keys that exclude each other, the map that holds them."""
    file, path = _place(one)
    above = path.rpartition(".")[0]
    if one.code == TOGETHER:
        return [(file, above)]
    if one.code == NOT_YET:
        return [(file, path), (file, above)]
    return [(file, path)] if one.code == MISSING or one.code in _OF_WHOLE_VALUES else []


def _follows(place: tuple[str, str], exact: set[tuple[str, str]], whole: set[tuple[str, str]]) -> bool:
    file, path = place
    return bool(path) and (
        place in exact
        or any(path.startswith((f"{above}.", f"{above}[")) for name, above in whole if name == file and above)
    )
