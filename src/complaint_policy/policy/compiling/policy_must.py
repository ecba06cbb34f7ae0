"""What law demands of the organisation's own policy file: channels, an owner, names it may not use, times of tiers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.opentime import OpenTime, open_time
from complaint_policy.clocks.counting import clock
from complaint_policy.clocks.data import DEFAULT_COUNTING, AtEvent, Due, Length, Limit
from complaint_policy.conditions.normal import all_of
from complaint_policy.conditions.syntax import Condition, facts_read
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiling.binding import Bound
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import (
    Draft,
    entries_in,
    items_in,
    mapping_in,
    section,
    text_in,
    text_under,
)
from complaint_policy.policy.compiling.names import good_id, unknown
from complaint_policy.policy.compiling.places import calendar_of, duty_named
from complaint_policy.policy.lengths import in_words, parse_length
from complaint_policy.policy.model import Decision, Duty, Fact
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.scalars import read_integer
from complaint_policy.policy.schema import schema_text
from complaint_policy.policy.scope_proof import left_out

NOT_MET = Code(
    "CP373",
    "the policy does not have what a pack of law demands of it",
    "Some law is about the organisation's own rules: that complaints can be made in two ways, that somebody answers for"
    " the policy, that no tier is called independent. The pack says what, the policy is looked at. A demand that does"
    " not hold for this organisation is disapplied with the reason.",
)
SHOULD = Code(
    "CP374",
    "the policy does not have what a code or guidance asks of it",
    "As CP373, where the pack says `strength: should`: worth knowing, no breach.",
    "warning",
)
NOT_ATTESTED = Code(
    "CP375",
    "nobody attests what a pack of law demands of the organisation",
    "What no file can show, somebody has to look at and sign: under `law`, `attested`, with who, when and where it"
    " stands.",
    "warning",
)
DEMAND = Code(
    "CP376",
    "a demand on the policy cannot be looked up",
    "A demand names a place of a policy file, such as `intake.channels`, and what must be there.",
)

NOT_TOLD = Code(
    "CP275",
    "nobody can tell whether the policy has what a pack of law demands of it",
    "Whether a scope leaves out a case that the law wants taken is proved over all cases (semantics 105). Where rules"
    " look at events, compare facts with each other or are too many, there is no proof: somebody has to look.",
    "warning",
)

_DAYS = 366


class Organisation(NamedTuple):
    """What is looked at: the organisation's file, its scope, every duty and fact by name, and when the pack applies."""

    draft: Draft
    scope: Decision | None
    duties: dict[str, Duty]
    facts: dict[str, Fact]
    applies: Condition | None


class _Look(NamedTuple):
    """Whether a demand is met; if not, what is wrong, where (None: nowhere in the file), and what would mend it.

    unsure: nobody can tell whether it is met.
    """

    met: bool
    message: str = ""
    place: Location | None = None
    help: str = ""
    unsure: bool = False


def check_demands(draft: Draft) -> None:
    """The demands of a file are written so that they can be looked up."""
    for key, node in section(draft, "policy_must"):
        good_id(key.text, "demand", key.location, draft.problems)
        body = mapping_in(node, draft)
        for path in _paths(body, draft) if body else ():
            top = path.text.split(".")[0]
            known = _sections()
            if top not in known:
                draft.problems.append(unknown("section", top, known, path.location, code=DEMAND))
        within = body.get("tiers_within") if body else None
        if within is not None:
            duty_named(within, draft)
        cases = compile_condition(body.get("in_scope"), draft) if body else None
        if cases is not None:
            draft.common.kept_in[draft.name(key.text)] = cases
            for fact in facts_read(cases):  # so `check` does not call them unused
                draft.common.places.setdefault(("recorded", fact), key.location)
        target = body.get("moves_to") if body else None
        if target is not None and (text := text_in(target, draft)) is not None and text not in _own_tiers(draft):
            draft.problems.append(unknown("tier", text, _own_tiers(draft), target.location, code=DEMAND))
        elif target is not None:
            draft.common.places.setdefault(("demanded tier", draft.name(text or "")), target.location)


def look_at_policy(bound: Bound, by: Organisation) -> None:
    """What the pack demands of the organisation's file: what is missing is told at the pack's name under `law`."""
    own = by.draft
    attested = {key.text: key for key, _ in entries_in(bound.body.get("attested") if bound.body else None, own)}
    left_out = set(_disapplied(bound, own))
    demands = {key.text: node for key, node in section(bound.draft, "policy_must")}
    for name, key in attested.items():
        if name not in demands:
            own.problems.append(unknown("demand", name, demands, key.location, of=bound.key.text))
    for name, node in demands.items():
        body = mapping_in(node, bound.draft)
        if body is None or name in left_out:
            continue
        if body.get("attest") is not None:
            if name not in attested:
                own.problems.append(_unattested(name, body, bound))
            continue
        cases = own.common.kept_in.get(bound.draft.name(name))
        look = _looked(body, bound, by) if cases is None else _kept_in(cases, by)
        if not look.met:
            own.problems.append(_unmet(name, body, look, bound))


def _unmet(name: str, body: Mapping, look: _Look, bound: Bound) -> Diagnostic:
    code = SHOULD if text_under(body, "strength", bound.draft) == "should" else NOT_MET
    code = NOT_TOLD if look.unsure else code
    source = text_under(body, "citation", bound.draft)
    message = f"`{bound.key.text}` demands `{name}`{f' ({source})' if source else ''}: {look.message}"
    return diagnostic(code, message, look.place or bound.key.location, look.help)


def _unattested(name: str, body: Mapping, bound: Bound) -> Diagnostic:
    says = text_under(body, "attest", bound.draft)
    help = f"add under `{bound.key.text}`: `attested: {{{name}: {{by: NAME, on: 2026-01-31, where: DOCUMENT}}}}`"
    return diagnostic(NOT_ATTESTED, f"nobody attests `{bound.key.text}/{name}`: {says}", bound.key.location, help)


def _disapplied(bound: Bound, own: Draft) -> Iterator[str]:
    """The demands that the organisation disapplies, with its reasons (semantics 61)."""
    known = {key.text for key, _ in section(bound.draft, "policy_must")}
    for item in items_in(bound.body.get("disapply") if bound.body else None, own):
        body = mapping_in(item, own)
        named = body.get("demand") if body else None
        text = text_in(named, own)
        if text is None or named is None:
            continue
        if text not in known:
            own.problems.append(unknown("demand", text, known, named.location, of=bound.key.text))
        yield text


# --- each form of demand ----------------------------------------------------------------------------------------------


def _looked(body: Mapping, bound: Bound, by: Organisation) -> _Look:
    own = by.draft
    for form, look in (("exists", _exists), ("count", _counted), ("names", _named), ("value", _valued)):
        if body.get(form) is not None:
            return look(body, own)
    if body.get("moves_to") is not None:
        return _moved(body, bound, own)
    return _in_time(body, bound, own, by.duties) if body.get("tiers_within") is not None else _Look(True)


def _kept_in(cases: Condition, by: Organisation) -> _Look:
    """The scope leaves out no case to which the pack applies and that is one of these (semantics 105)."""
    if by.scope is None:
        return _Look(True)
    found = left_out(by.scope, cases if by.applies is None else all_of([by.applies, cases]), by.facts)
    if found is None:
        return _Look(True)
    places, what = by.draft.common.places, "`otherwise` of the scope"
    place = places.get(("decision", by.scope.name))
    if found.rule is not None:
        what = f"the rule `{found.rule.id}` of the scope"
        place = places.get(("rule", f"{by.scope.name}: {found.rule.id}"))
    if found.example is None:
        help = "let the scope and the answers to the pack go by facts that a case gives, or see to it and disapply this"
        message = f"whether {what} leaves out a case that must stay in cannot be told"
        return _Look(False, message, place, help, unsure=True)
    help = "let the rule go by something else, or answer the pack's facts so that both cannot hold"
    return _Look(False, f"{what} leaves out a case where {found.example}", place, help)


def _exists(body: Mapping, own: Draft) -> _Look:
    path = text_under(body, "exists", own)
    found = _at(path, own.root)
    if found is None or _size(found) == 0:
        return _Look(False, f"the policy has no `{path}`", None, f"write `{path.replace('.', ': ')}`")
    return _Look(True)


def _counted(body: Mapping, own: Draft) -> _Look:
    path = text_under(body, "count", own)
    found = _at(path, own.root)
    number = _size(found) if found is not None else 0
    least, most = _number(body.get("at_least"), own), _number(body.get("at_most"), own)
    if least is not None and number < least:
        return _Look(False, f"`{path}` has {number}, at least {least} are needed", _place(found), "add what is missing")
    if most is not None and number > most:
        return _Look(False, f"`{path}` has {number}, at most {most} may be there", _place(found), "take some out")
    return _Look(True)


def _named(body: Mapping, own: Draft) -> _Look:
    """No name at these places holds one of the words, in whatever case."""
    words = [item.text for item in items_in(body.get("without"), own) if isinstance(item, Scalar)]
    for path in items_in(body.get("names"), own):
        found = _at(path.text, own.root) if isinstance(path, Scalar) else None
        for text in _texts(found) if found is not None else ():
            word = next((word for word in words if word.casefold() in text.text.casefold()), None)
            if word is not None:
                return _Look(False, f"`{text.text}` holds the word `{word}`", text.location, "use another name")
    return _Look(True)


def _valued(body: Mapping, own: Draft) -> _Look:
    path, wanted = text_under(body, "value", own), text_under(body, "is", own)
    found = _at(path, own.root)
    if isinstance(found, Scalar) and found.text == wanted:
        return _Look(True)
    written = f"`{path}` is `{found.text}`" if isinstance(found, Scalar) else f"the policy has no `{path}`"
    return _Look(False, f"{written}, it must be `{wanted}`", _place(found), f"write `{wanted}`")


def _moved(body: Mapping, bound: Bound, own: Draft) -> _Look:
    tier = text_under(body, "moves_to", bound.draft)
    target = bound.draft.tiers.get(tier)
    moves = _at("escalation.moves", own.root)
    targets = [_target(node) for _, node in moves.entries] if isinstance(moves, Mapping) else []
    if target is not None and any(one in (target, "up") for one in targets):
        return _Look(True)
    if target is None:
        help = f"say under `{bound.key.text}` which tier it is: `tiers: {{{tier}: YOUR_TIER}}`"
        return _Look(False, f"no tier of this policy is its `{tier}`", None, help)
    help = f"add under `escalation: moves:` a move with `go: {target}`"
    return _Look(False, f"no move takes a case to `{target}`", _place(moves), help)


def _target(move: Node) -> str:
    go = move.get("go") if isinstance(move, Mapping) else None
    return go.text if isinstance(go, Scalar) else ""


# --- the times of tiers together --------------------------------------------------------------------------------------


def _in_time(body: Mapping, bound: Bound, own: Draft, duties: dict[str, Duty]) -> _Look:
    """One after the other, the times in the tiers end in time for the duty, from whatever day of a year they start."""
    duty = duties.get(bound.draft.name(text_under(body, "tiers_within", bound.draft)))
    limit = _from_receipt(duty.due) if duty is not None else None
    stays = list(_stays(own))
    if limit is None or not stays:
        return _Look(True)
    times = {one.name: one for one in own.common.calendars.values() if isinstance(one, Calendar)}
    zones = own.common.zones
    open_times = {name: open_time(one, zones[one.zone]) for name, one in times.items()}
    if limit.calendar not in open_times or any(calendar not in open_times for _, _, calendar in stays):
        return _Look(True)
    late = _first_late(limit, [(length, open_times[calendar]) for length, _, calendar in stays], open_times)
    if late is None:
        return _Look(True)
    listed = " + ".join(in_words(length) for length, _, _ in stays)
    message = f"the times in the tiers, {listed}, can together last longer than {in_words(limit.length)}"
    return _Look(False, message, stays[0][1], "shorten them, so that the last tier still has time")


def _from_receipt(due: Due | None) -> Limit | None:
    return due if isinstance(due, Limit) and isinstance(due.start, AtEvent) else None


def _stays(own: Draft) -> Iterator[tuple[Length, Location, str]]:
    """How long a case stays in each tier before time moves it on, where that is written, and on which calendar."""
    moves = _at("escalation.moves", own.root)
    for _, node in moves.entries if isinstance(moves, Mapping) else ():
        after = node.get("after") if isinstance(node, Mapping) else None
        if not isinstance(after, Scalar) or not isinstance(node, Mapping):
            continue
        length, calendar = parse_length(after.text)[0], calendar_of(node.get("calendar"), node, own)
        if length is not None and calendar is not None:
            yield length, after.location, calendar


def _first_late(limit: Limit, stays: list[tuple[Length, OpenTime]], times: dict[str, OpenTime]) -> int | None:
    """The first morning of a year from which the tiers end too late, as a moment; None if there is none."""
    allowed = clock(limit.length, limit.counting, times[limit.calendar])
    steps = [clock(length, DEFAULT_COUNTING, calendar) for length, calendar in stays]
    middle = times[limit.calendar]
    first = (middle.first_day + middle.last_day) // 2
    for day in range(first, first + _DAYS):
        start = moment = middle.midnight(day)
        for step in steps:
            due = step(moment)
            if due is None:
                return None
            moment = due.late_from
        last = allowed(start)
        if last is not None and moment > last.late_from:
            return start
    return None


# --- places of a file -------------------------------------------------------------------------------------------------


def _paths(body: Mapping, draft: Draft) -> Iterator[Scalar]:
    single = (body.get(form) for form in ("exists", "count", "value"))
    for node in chain(single, items_in(body.get("names"), draft)):
        if isinstance(node, Scalar):
            yield node


def _at(path: str, root: Node) -> Node | None:
    """What stands at `intake.channels`; of a list, nothing stands below."""
    node: Node | None = root
    for step in path.split("."):
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _size(node: Node) -> int:
    match node:
        case Mapping(entries):
            return len(entries)
        case Sequence(items):
            return len(items)
    return 0 if node.empty else 1


def _place(node: Node | None) -> Location | None:
    return node.location if node is not None else None


def _texts(node: Node) -> Iterator[Scalar]:
    """The names in a part of a file: what is listed, the keys of a map, and what `id`, `owner` and titles say."""
    match node:
        case Mapping(entries):
            for key, value in entries:
                yield key
                yield from _texts(value)
        case Sequence(items):
            for item in items:
                yield from _texts(item)
        case Scalar():
            yield node


def _number(node: Node | None, draft: Draft) -> int | None:
    return read_integer(node, draft.problems) if node is not None else None


@cache
def _sections() -> tuple[str, ...]:
    return tuple(json.loads(schema_text("policy"))["properties"])


def _own_tiers(draft: Draft) -> list[str]:
    escalation = mapping_in(draft.root.get("escalation"), draft)
    rows = items_in(escalation.get("tiers"), draft) if escalation else ()
    return [id.text for row in rows if isinstance(row, Mapping) and isinstance(id := row.get("id"), Scalar)]
