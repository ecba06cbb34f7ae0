"""Tables by a fact: whether each value of a choice, a boolean or a decision has its entry, and none has two."""

from __future__ import annotations

from complaint_policy.conditions.typing import FactType, in_words
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.compiling.names import meant, unknown
from complaint_policy.policy.nodes import Mapping, Node
from complaint_policy.policy.scalars import read_text

KEY_FACT = Code(
    "CP529",
    "a table goes by something that has no fixed values",
    "A table has one entry a value, so it goes by a choice, a boolean or the label of a decision.",
)
MISSING = Code(
    "CP530",
    "a table has no entry for a value",
    "For a case with this value nothing would be due, and nobody would notice. `otherwise` serves the values not"
    " named.",
)
NO_LABEL = Code(
    "CP531",
    "a table has an entry for a value that cannot be",
    "The fact never has this value, so the entry would never take effect.",
)

KeyFact = tuple[str, FactType]

_TRUTH = {"true": "true", "false": "false", "yes": "true", "no": "false"}


def key_fact(node: Node, draft: Draft) -> KeyFact | None:
    """The choice, boolean or decision named here: its qualified name and type."""
    text = read_text(node, draft.problems)
    if text is None:
        return None
    found = draft.scope.get(text)
    if found is None:
        help = draft.later.get(text, meant(text, draft.scope, "fact"))
        if not help:
            return None  # it has a mistake of its own, told there
        draft.problems.append(unknown("fact or decision", text, draft.scope, node.location, help=help))
        return None
    if found[1].kind not in ("choice", "boolean"):
        help = "name a choice, a boolean or a decision, or put a condition into `classification` first"
        draft.report(KEY_FACT, f"`{text}` is {in_words(found[1].kind)}, which has no fixed values", node.location, help)
        return None
    return found


def values_of(type: FactType) -> tuple[str, ...]:
    """The values that a table may name: the choices, or `true` and `false`."""
    return ("true", "false") if type.kind == "boolean" else type.choices


def check_labels(fact: KeyFact, values: Mapping, what: str, draft: Draft, *, otherwise: bool = True) -> dict[str, str]:
    """The good keys of the table as written, with the values they stand for (`yes` is `true`); mistakes are noted."""
    possible = values_of(fact[1])
    good: dict[str, str] = {}
    for key, _ in values.entries:
        label = _TRUTH.get(key.text, key.text) if fact[1].kind == "boolean" else key.text
        if label in possible:
            good[key.text] = label
        elif key.text != "otherwise":
            help = meant(key.text, (*possible, "otherwise"), "value")
            draft.report(NO_LABEL, f"`{fact[0]}` is never `{key.text}`", key.location, help)
    missing = [label for label in possible if label not in good.values()]
    if missing and values.get("otherwise") is None:
        named = ", ".join(f"`{label}`" for label in missing)
        help = f"add {'it' if len(missing) == 1 else 'them'}{', or `otherwise`' if otherwise else ''}"
        draft.report(MISSING, f"there is no {what} for {named} of `{fact[0]}`", values.location, help)
    return good
