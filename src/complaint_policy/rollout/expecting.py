"""Reads what an example expects, and refuses to expect what the policy cannot answer: a name, a state, a label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from complaint_policy.case_reader.moments import MomentReader, day_of
from complaint_policy.case_reader.problems import NotKnown, Refused
from complaint_policy.case_reader.values import value_reader
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest
from complaint_policy.policy.nodes import Mapping as Map
from complaint_policy.policy.nodes import Node, Scalar, Sequence, shape
from complaint_policy.rollout.examples import Expectation, Form, Kind, Wanted
from complaint_policy.rollout.subjects import (
    ACTIONS,
    DECISION_FIELDS,
    DUTY_FIELDS,
    EITHER,
    RIGHT_FIELDS,
    TIER_FIELDS,
    UNKNOWN,
    Subjects,
)

NO_SUCH = Code(
    "CP902",
    "an example expects what the policy does not have",
    "A duty, decision, label, state, rule or citation that the policy does not have can never be answered, or under "
    "`not` never fails: such an example proves nothing, and is a mistake.",
)
NOTHING = Code(
    "CP903",
    "an example that expects nothing",
    "An example without an expectation passes whatever the policy says.",
)
FORM = Code(
    "CP907",
    "an expectation of another form",
    "States and labels are single words, moments are dates with times, lists are in square brackets; a map says which "
    "fields of the answer are meant.",
)
_NULL: Final = ("null", "~", "")
_FIRST: Final = {"decision": "label", "tier": "now", "duty": "state", "right": "state"}
_FIELDS: Final[dict[str, dict[str, Form]]] = {
    "decision": DECISION_FIELDS,
    "tier": TIER_FIELDS,
    "duty": DUTY_FIELDS,
    "right": RIGHT_FIELDS,
}


class Expecting:
    """Reads every `expect` of a file by the names of one policy."""

    __slots__ = ("_moment", "_organisation", "_problems", "_subjects")

    def __init__(
        self, subjects: Subjects, moment: MomentReader, problems: list[Diagnostic], *, organisation: bool = False
    ) -> None:
        """`organisation`: what it owes apart from any case is expected. Mistakes go to `problems`."""
        self._organisation = organisation
        self._subjects = subjects
        self._moment = moment
        self._problems = problems

    def read(self, node: Map) -> tuple[Expectation, ...]:
        """The expectations in the order written; problems are noted where one cannot be read."""
        found: list[Expectation] = []
        for key, value in node.entries:
            if key.text == "not":
                found += self._denied(key, value)
            else:
                found += self._about(key, value, False)
        return tuple(found)

    def _denied(self, key: Scalar, value: Node) -> list[Expectation]:
        if not isinstance(value, Map) or not value.entries:
            help = "write what must not be so, such as `final-response: breached`"
            self._problem(FORM, f"{_shape(value)} stands where a map belongs", key, help)
            return []
        return [one for about, below in value.entries for one in self._about(about, below, True)]

    def _about(self, key: Scalar, value: Node, denied: bool) -> list[Expectation]:
        subjects = self._subjects
        match "" if self._organisation else key.text:
            case "scope" if subjects.scope is not None:
                return self._row("decision", key, value, denied)
            case "tier" if subjects.tiers:
                return self._row("tier", key, value, denied)
            case "applies" | "facts":
                return self._named(key, value, denied)
            case "findings" | "next" | "because":
                return self._list(key, value, denied)
            case "next_change":
                return self._change(key, value, denied)
        name = key.text.partition(" ")[0]
        if self._organisation:
            return self._owed(key, value, denied)
        if key.text in subjects.decisions:
            return self._row("decision", key, value, denied)
        if name in subjects.duties:
            return self._row("duty", key, value, denied)
        if key.text in subjects.rights:
            return self._row("right", key, value, denied)
        known = [*subjects.duties, *subjects.rights, *subjects.decisions, *_OTHERS]
        self._problem(NO_SUCH, f"the policy has no duty, right or decision `{name}`", key, meant(name, known))
        return []

    def _owed(self, key: Scalar, value: Node, denied: bool) -> list[Expectation]:
        """What the organisation owes is named by its duty, and the last day of a period or the id of an event."""
        name, _, occurrence = key.text.partition(" ")
        known = self._subjects.organisation
        if name in known and occurrence:
            return self._row("duty", key, value, denied)
        if name in known:
            message = f"`{name}` does not say for which period"
            help = f"write the last day of the period, or the id of the event: `{name} 2026-06-30`"
        else:
            message, help = f"the organisation has no duty `{name}`", meant(name, known)
        self._problem(NO_SUCH, message, key, help)
        return []

    # --- rows of the answer -------------------------------------------------------------------------------------------

    def _row(self, kind: Kind, key: Scalar, value: Node, denied: bool) -> list[Expectation]:
        """What is expected of a decision, the tier, a duty or a right: its state alone, or several fields."""
        about = "" if kind == "tier" else key.text
        if isinstance(value, Scalar):
            if kind == "duty" and _is_null(value):
                return [Expectation(kind, about, "", key.text, "absent", None, denied, key.location)]
            return self._field(kind, about, key, _FIRST[kind], value, denied)
        if not isinstance(value, Map) or not value.entries:
            help = f"write its {_FIRST[kind]} alone, or a map such as `{{{_FIRST[kind]}: …}}`"
            self._problem(FORM, f"{_shape(value)} stands where the answer about `{key.text}` belongs", key, help)
            return []
        return [
            one for field, below in value.entries for one in self._field(kind, about, field, field.text, below, denied)
        ]

    def _field(self, kind: Kind, about: str, key: Scalar, field: str, value: Node, denied: bool) -> list[Expectation]:
        form = _FIELDS[kind].get(field)
        if form is None:
            known = _FIELDS[kind]
            self._problem(NO_SUCH, f"the answer about a {kind} has no `{field}`", key, meant(field, known))
            return []
        place = value.location if isinstance(value, Scalar) and not value.empty else key.location
        if form == "part":
            return self._because(kind, about, value, denied, key)
        if field in EITHER and isinstance(value, Scalar):
            on_day, at = EITHER[field]
            field, form = (on_day, "day") if len(value.text) == 10 or _is_null(value) else (at, "moment")
        told, wanted = self._value(form, value, key)
        if not told or not self._is_known(kind, about, field, wanted, place):
            return []
        shown = _shown_key(kind, about, key.text)
        return [Expectation(kind, about, field, shown, form, wanted, denied, place)]

    def _value(self, form: Form, value: Node, key: Scalar) -> tuple[bool, Wanted]:
        """Whether the value can be read, and the value."""
        if form in ("texts", "words"):
            return self._texts(value, key)
        if not isinstance(value, Scalar):
            self._problem(FORM, f"{_shape(value)} stands where a single value belongs", key, "write one value")
            return False, None
        if _is_null(value):
            return True, None
        if form == "flag" or form == "number":
            return self._plain(form, value)
        try:
            if form == "moment":
                return True, self._moment(value.text)
            if form == "day":
                return True, day_of(value.text)
        except Refused as refused:
            self._problem(refused.code, refused.message, value, refused.help or "write a day that exists: `2026-06-26`")
            return False, None
        return True, value.text

    def _plain(self, form: Form, value: Scalar) -> tuple[bool, Wanted]:
        if form == "flag" and value.text in ("true", "false"):
            return True, value.text == "true"
        if form == "number" and value.text.isascii() and value.text.isdigit() and len(value.text) <= 9:
            return True, int(value.text)
        help = "write `true` or `false`" if form == "flag" else "write a number in digits"
        self._problem(FORM, f"`{value.text}` is not {'true or false' if form == 'flag' else 'a number'}", value, help)
        return False, None

    def _texts(self, value: Node, key: Scalar) -> tuple[bool, tuple[str, ...]]:
        items = value.items if isinstance(value, Sequence) else (value,)
        texts = [item for item in items if isinstance(item, Scalar) and not item.empty]
        if len(texts) != len(items):
            self._problem(FORM, "a list of words belongs here", key, "write `[…]`, or `[]` for none")
            return False, ()
        return True, tuple(item.text for item in texts)

    def _is_known(self, kind: Kind, about: str, field: str, wanted: Wanted, place: Location) -> bool:
        """Whether the policy could give this answer at all; if not, a problem."""
        known = self._possible(kind, about, field)
        if known is None:
            return True
        words = (wanted,) if isinstance(wanted, str) else wanted if isinstance(wanted, tuple) else ()
        good = True
        for word in words:
            if word not in known:
                good = False
                what = _NOUNS.get((kind, field), field)
                message = f"`{word}` is not a {what}" + (f" of `{about}`" if about and kind == "decision" else "")
                self._problems.append(diagnostic(NO_SUCH, message, place, meant(str(word), known)))
        return good

    def _possible(self, kind: Kind, about: str, field: str) -> tuple[str, ...] | None:
        """The words that can stand in a field; None for any."""
        subjects = self._subjects
        match kind, field:
            case "duty", "state":
                return subjects.states
            case "duty", "strength":
                return subjects.strengths
            case "right", "state":
                return subjects.right_states
            case "tier", "now" | "possible" | "steps":
                return (*subjects.tiers, UNKNOWN)
            case "tier", "why":
                return subjects.whys
        if kind != "decision":
            return None
        decision = subjects.scope if about == "scope" and about not in subjects.decisions else subjects.decisions[about]
        assert decision is not None, "a policy without a scope has no expectation about it"
        return (*decision.labels, UNKNOWN) if field != "rule" else (*(rule.id for rule in decision.rules), "otherwise")

    # --- facts, packs, lists ------------------------------------------------------------------------------------------

    def _named(self, key: Scalar, value: Node, denied: bool) -> list[Expectation]:
        """`facts: {name: value}` and `applies: {pack: true}`."""
        known: Mapping[str, object] = (
            self._subjects.facts if key.text == "facts" else dict.fromkeys(self._subjects.packs)
        )
        what = "fact" if key.text == "facts" else "pack"
        if not isinstance(value, Map) or not value.entries:
            self._problem(FORM, f"{_shape(value)} stands where a map belongs", key, f"write each {what} with its value")
            return []
        found = []
        for name, below in value.entries:
            if name.text not in known:
                self._problem(NO_SUCH, f"the policy has no {what} `{name.text}`", name, meant(name.text, known))
            elif what == "fact":
                found += self._fact(name, below, denied)
            else:
                found += self._applies(name, below, denied)
        return found

    def _fact(self, name: Scalar, value: Node, denied: bool) -> list[Expectation]:
        field = self._subjects.facts[name.text]
        listed = (
            [item.text for item in value.items if isinstance(item, Scalar)] if isinstance(value, Sequence) else None
        )
        wanted: Wanted = None
        try:
            if listed is not None or (isinstance(value, Scalar) and not _is_null(value)):
                written = value.text if isinstance(value, Scalar) else listed
                wanted = value_reader(field, texts=True, moment=self._moment)(written)
        except (Refused, NotKnown) as refused:
            told = refused.note if isinstance(refused, NotKnown) else f"`{name.text}`: {refused.message}"
            self._problem(FORM, told, name, "" if isinstance(refused, NotKnown) else refused.help)
            return []
        return [Expectation("facts", name.text, "value", name.text, "value", wanted, denied, name.location)]

    def _applies(self, name: Scalar, value: Node, denied: bool) -> list[Expectation]:
        text = value.text if isinstance(value, Scalar) else ""
        if text not in ("true", "false", UNKNOWN):
            help = f"write `true`, `false` or `{UNKNOWN}`"
            self._problem(FORM, f"whether `{name.text}` applies is not told by this", name, help)
            return []
        wanted = None if text == UNKNOWN else text == "true"
        return [Expectation("applies", name.text, "value", name.text, "value", wanted, denied, name.location)]

    def _list(self, key: Scalar, value: Node, denied: bool) -> list[Expectation]:
        if key.text == "because":
            return self._because("because", "", value, denied, key)
        kind: Kind = "findings" if key.text == "findings" else "next"
        items = value.items if isinstance(value, Sequence) else ()
        if not isinstance(value, Sequence):
            self._problem(FORM, f"{_shape(value)} stands where a list belongs", key, "write `[…]`, or `[]` for none")
            return []
        words = [self._item(kind, item) for item in items]
        if None in words:
            return []
        wanted = tuple(word for word in words if word is not None)
        if denied:
            return [
                Expectation(kind, "", "", key.text, "part", (word,), True, item.location)
                for word, item in zip(wanted, items, strict=True)
            ]
        form: Form = "texts" if not wanted else "part" if kind == "findings" else "beginning"
        return [Expectation(kind, "", "", key.text, form, wanted, False, key.location)]

    def _item(self, kind: Kind, item: Node) -> str | None:
        """`kind about` of a finding or a next action; a finding may be named by its kind alone."""
        if isinstance(item, Map) and len(item.entries) == 1 and isinstance(item.entries[0][1], Scalar):
            word, about = item.entries[0][0].text, item.entries[0][1].text
        elif isinstance(item, Scalar):
            word, _, about = item.text.partition(" ")
        else:
            self._problem(
                FORM, f"{_shape(item)} stands where one {_WHAT[kind]} belongs", item, "write one in each place"
            )
            return None
        known = self._subjects.findings if kind == "findings" else ACTIONS
        if word not in known:
            self._problem(NO_SUCH, f"there is no {_WHAT[kind]} `{word}`", item, meant(word, known))
            return None
        if kind == "next" and about not in self._subjects.actions:
            help = meant(about, self._subjects.actions)
            told = f"the policy has no `{about}` to {word}" if about else f"`{word}` does not say what"
            self._problem(NO_SUCH, told, item, help)
            return None
        return f"{word} {about}".rstrip()

    def _because(self, kind: Kind, about: str, value: Node, denied: bool, key: Scalar) -> list[Expectation]:
        told, wanted = self._texts(value, key)
        if told and not wanted:
            self._problem(NOTHING, "`because` names no reason", key, "write rule ids or citations, or leave it out")
        found = []
        items = value.items if isinstance(value, Sequence) else (value,)
        for word, item in zip(wanted, items, strict=True):
            if word not in self._subjects.reasons:
                help = meant(word, self._subjects.reasons)
                self._problem(NO_SUCH, f"the policy has no rule or citation `{word}`", item, help)
                continue
            shown = _shown_key(kind, about, "because")
            found.append(Expectation(kind, about, "because", shown, "part", (word,), denied, item.location))
        return found

    def _change(self, key: Scalar, value: Node, denied: bool) -> list[Expectation]:
        never = isinstance(value, Scalar) and value.text == "never"
        told, wanted = (True, None) if never else self._value("moment", value, key)
        if not told:
            return []
        return [Expectation("change", "", "at", key.text, "moment", wanted, denied, key.location)]

    def _problem(self, code: Code, message: str, node: Node, help: str) -> None:
        self._problems.append(diagnostic(code, message, node.location, help))


_OTHERS: Final = ("scope", "tier", "applies", "facts", "findings", "next", "because", "next_change", "not")
_WHAT: Final = {"findings": "kind of finding", "next": "next action"}
_NOUNS: Final = {
    ("duty", "state"): "state of a duty",
    ("right", "state"): "state of a right",
    ("decision", "label"): "label",
    ("decision", "possible"): "label",
    ("tier", "now"): "tier",
    ("tier", "possible"): "tier",
    ("tier", "steps"): "tier",
    ("tier", "why"): "move",
}


def _shown_key(kind: Kind, about: str, key: str) -> str:
    """`final-response: due`, as a report tells what was expected; the name alone where only it was written."""
    name = "tier" if kind == "tier" else about
    return key if not name or key == name else f"{name}: {key}"


def meant(name: str, names: Iterable[str]) -> str:
    """What to write instead of a name that is not there: the nearest one, else the few there are."""
    known = sorted(set(names))
    near = nearest(name, known)
    if near:
        return f"did you mean `{near}`?"
    if not known:
        return "there is none"
    if len(known) <= 12:
        return f"there {'are' if len(known) > 1 else 'is'} {', '.join(f'`{one}`' for one in known)}"
    return f"look it up among the {len(known)} there are"


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and node.text in _NULL


def _shape(node: Node) -> str:
    return "an empty map" if isinstance(node, Map) and not node.entries else shape(node)


def named(expectations: Iterable[Expectation]) -> frozenset[tuple[Kind, str]]:
    """The rows of the answer that are named without `not`: whose reasons a `because` beside them is about."""
    rows = ("decision", "tier", "duty", "right")
    return frozenset((one.kind, one.about) for one in expectations if one.kind in rows and not one.denied)
