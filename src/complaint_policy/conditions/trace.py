"""Says in plain lines what each rule answered and which facts made it so, from the raw trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.source import NOT_LOOKED_AT
from complaint_policy.conditions.syntax import Atom, Condition, IsMissing, facts_read
from complaint_policy.conditions.text import print_condition, print_value
from complaint_policy.conditions.typing import FactType


def render_trace(
    conditions: Sequence[Condition],
    answers: Sequence[object],
    atoms: Sequence[Sequence[object]],
    values: Mapping[str, Any],
    types: Mapping[str, FactType],
    written: Mapping[str, str] | None = None,
) -> list[str]:
    """One line for each rule that was looked at, and under it, indented by two spaces, one for each part of it.

    `answers` and `atoms` are the two parts of a raw trace; `values` holds the facts as the rules read them, by
    qualified name; `types` and `written` are as for `print_condition`. Facts of the type text are not quoted in full.
    """
    names = written or {}
    lines: list[str] = []
    for condition, answer, parts in zip(conditions, answers, atoms, strict=False):
        if answer == NOT_LOOKED_AT:
            break
        unknown = _not_known(condition, values, names, answer)
        lines.append(f"{print_condition(condition, types, names)}: {in_words(answer)}{unknown}")
        found = atoms_of(condition)
        if len(found) > 1:
            pairs = zip(found, parts, strict=True)
            lines.extend(f"  {_part(atom, part, values, types, names)}" for atom, part in pairs)
        else:
            lines[-1] += _because(found[0], answer, values, types, names)
    return lines


def in_words(answer: object) -> str:
    """An answer as people read it: true, false, cannot tell, not looked at."""
    if answer == NOT_LOOKED_AT:
        return "not looked at"
    return "cannot tell" if answer is None else "true" if answer else "false"


def _part(
    atom: Atom, answer: object, values: Mapping[str, Any], types: Mapping[str, FactType], names: Mapping[str, str]
) -> str:
    text = f"{print_condition(atom, types, names)}: {in_words(answer)}"
    return f"{text}{_not_known(atom, values, names, answer)}{_because(atom, answer, values, types, names)}"


def _not_known(condition: Condition, values: Mapping[str, Any], names: Mapping[str, str], answer: object) -> str:
    if answer is not None:
        return ""
    needed = {fact for atom in atoms_of(condition) if not isinstance(atom, IsMissing) for fact in facts_read(atom)}
    missing = [names.get(fact, fact) for fact in sorted(needed) if values.get(fact) is None]
    return f" ({', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not known)"


def _because(
    atom: Atom, answer: object, values: Mapping[str, Any], types: Mapping[str, FactType], names: Mapping[str, str]
) -> str:
    """The values that an atom read, if they say more than the atom itself."""
    if answer is None or answer == NOT_LOOKED_AT:
        return ""
    shown = [
        f"{names.get(fact, fact)} is {print_value(values.get(fact), types[fact])}"
        for fact in sorted(facts_read(atom))
        if types[fact].kind not in ("boolean", "text")
    ]
    return f" ({', '.join(shown)})" if shown else ""
