"""Compares what an example expects with what was answered."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.records import NamedTuple
from complaint_policy.rollout.answers import Rows
from complaint_policy.rollout.examples import Expectation, Kind

_REASONED = ("decision", "tier", "duty", "right")
"""Kinds of rows that have reasons."""


class Unmet(NamedTuple):
    """An expectation that is not met. got: what was answered instead. lacking: its whole row is not in the answer."""

    expectation: Expectation
    got: object
    lacking: bool = False


def unmet(expectations: Iterable[Expectation], rows: Rows) -> tuple[Unmet, ...]:
    """Those that are not met by an answer, in the order written."""
    asked = tuple(expectations)
    found = (_compared(one, asked, rows) for one in asked)
    return tuple(one for one in found if one is not None)


def _compared(one: Expectation, asked: tuple[Expectation, ...], rows: Rows) -> Unmet | None:
    row = rows.get((one.kind, one.about))
    if one.kind == "because":
        got: object = _reasons(asked, rows)
    elif one.form == "absent":
        return None if (row is None) is not one.denied else Unmet(one, None if row is None else row.get("state"))
    elif row is None:
        return None if one.denied else Unmet(one, None, lacking=True)
    else:
        got = row.get(one.field)
    return None if _is_so(one, got) is not one.denied else Unmet(one, got)


def _is_so(one: Expectation, got: object) -> bool:
    wanted = one.wanted
    if one.form in ("part", "beginning", "texts", "words"):
        assert isinstance(wanted, tuple)
        items = tuple(str(item) for item in got) if isinstance(got, tuple) else ()
        match one.form:
            case "part":
                return all(any(_names(word, item, one.kind) for item in items) for word in wanted)
            case "beginning":
                return items[: len(wanted)] == wanted
            case "words":
                return sorted(items) == sorted(wanted)
        return items == wanted
    return got == wanted and isinstance(got, bool) == isinstance(wanted, bool)


def _names(word: str, item: str, kind: Kind) -> bool:
    """A finding may be named by its kind alone."""
    return item == word or (kind == "findings" and item.startswith(f"{word} "))


def _reasons(asked: tuple[Expectation, ...], rows: Rows) -> tuple[str, ...]:
    """The reasons of what the example names beside its `because`; of everything answered where it names nothing."""
    named = {(one.kind, one.about) for one in asked if one.kind in _REASONED and not one.denied}
    about = [row for key, row in rows.items() if key in named or (not named and key[0] in _REASONED)]
    found = (row.get("because", ()) for row in about)
    return tuple(dict.fromkeys(reason for reasons in found if isinstance(reasons, tuple) for reason in reasons))
