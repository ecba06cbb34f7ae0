"""Escalation: the tiers that handle a case, where it starts, and what moves it on; limits and approvals of redress."""

from __future__ import annotations

from collections.abc import Mapping as Table
from decimal import Decimal

from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code, Location, diagnostic
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.decisions import by_severity, compile_decision
from complaint_policy.policy.compiling.draft import (
    Draft,
    entries_in,
    items_in,
    mapping_in,
    section,
    text_in,
    texts_in,
)
from complaint_policy.policy.compiling.events import compile_where, event_named
from complaint_policy.policy.compiling.happenings import other_than
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import good_id, meant, twice, unknown
from complaint_policy.policy.compiling.places import calendar_of, duty_named
from complaint_policy.policy.compiling.values import is_currency, minor_unit, scaled
from complaint_policy.policy.model import (
    AfterTime,
    Approval,
    Decision,
    Escalation,
    Move,
    Tier,
    Trigger,
    UponEach,
    UponMissed,
    WhenTrue,
)
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.scalars import is_number, read_boolean

TAKES = Code(
    "CP240",
    "a severity starts at no tier, or at several",
    "Every level of `severity` stands in exactly one `takes_at_first` (semantics 90), so that each case has one tier to"
    " start with.",
)
TIER = Code(
    "CP241",
    "a tier cannot be used like this",
    "A tier listed under `outside` is reached by a referral only; a case neither starts there nor is moved there by"
    " time.",
)
AMOUNT = Code(
    "CP242",
    "a limit of redress cannot be read",
    "A limit is an amount in the policy's currency, such as `250 GBP`, or `any`.",
)
MOVE = Code(
    "CP243",
    "a move has no trigger, or several",
    "A case moves on at each event of a kind (`each`), when a condition becomes true (`when`), after a time (`after`),"
    " or when a duty is missed (`missed`).",
)

FIRST_TIER = "first_tier"
UP = "up"


def declare_tiers(draft: Draft, bound: Table[str, str] | None = None) -> None:
    """Note the tiers by name; those of a pack stand for the organisation's that they are bound to."""
    body = mapping_in(draft.root.get("escalation"), draft)
    places: dict[str, Location] = {}
    for item in items_in(body.get("tiers") if body else None, draft):
        written = item.get("id") if isinstance(item, Mapping) else None
        text = text_in(written, draft)
        if text is None or written is None or not good_id(text, "tier", written.location, draft.problems):
            continue
        if text in places:
            draft.problems.append(twice("tier", text, written.location, places[text]))
            continue
        places[text] = written.location
        draft.declare("tier", text, written.location)
        if bound is None:
            draft.tiers[text] = text
        elif text in bound:
            draft.tiers[text] = bound[text]


def compile_escalation(draft: Draft) -> Escalation | None:
    """The organisation's tiers, the choice of the first, and its moves."""
    body = mapping_in(draft.root.get("escalation"), draft)
    if body is None:
        return None
    outside = _outside(body, draft)
    rows = [item for item in items_in(body.get("tiers"), draft) if isinstance(item, Mapping)]
    tiers = tuple(tier for row in rows if (tier := _tier(row, outside, draft)) is not None)
    inside = [tier.id for tier in tiers if not tier.outside]
    if not inside:
        if rows:
            draft.report(TIER, "every tier is outside", body.location, "list the tiers of the organisation too")
        return None
    first = _first(body, rows, inside, draft)
    return None if first is None else Escalation(tiers, first, tuple(compile_moves(draft)))


def _outside(body: Mapping, draft: Draft) -> frozenset[str]:
    found = set()
    for item in texts_in(body.get("outside"), draft):
        if item.text in draft.tiers:
            found.add(item.text)
        else:
            draft.problems.append(unknown("tier", item.text, draft.tiers, item.location))
    return frozenset(found)


def _tier(row: Mapping, outside: frozenset[str], draft: Draft) -> Tier | None:
    id = text_in(row.get("id"), draft)
    if id is None or id not in draft.tiers:
        return None
    written = row.get("redress_up_to")
    limit = _amount(written, draft) if written is not None else None
    takes = row.get("takes_at_first")
    if id in outside and takes is not None:
        draft.report(TIER, f"`{id}` is outside, so no case starts there", takes.location, "leave `takes_at_first` out")
    return Tier(id, words_under(row, "owner", draft), limit, id in outside)


def _amount(node: Node, draft: Draft) -> int | None:
    text = text_in(node, draft)
    if text is None or text == "any":
        return None
    number, _, currency = text.partition(" ")
    if not is_number(number) or not is_currency(currency.strip()):
        draft.report(AMOUNT, f"`{text}` is not an amount", node.location, "write it as in `250 GBP`, or `any`")
        return None
    wanted = draft.common.currency
    if currency.strip() != wanted:
        help = f"the amounts of this policy are in {wanted}: two currencies cannot be compared (semantics 70)"
        draft.report(AMOUNT, f"`{text}` is in another currency", node.location, help)
        return None
    type = FactType("money", scale=minor_unit(wanted), currency=wanted)
    return scaled(Decimal(number), type, node, draft.problems)


# --- where a case starts ----------------------------------------------------------------------------------------------


def _first(body: Mapping, rows: list[Mapping], inside: list[str], draft: Draft) -> Decision | None:
    """The tier in which a case starts; its labels are the tiers, highest first (semantics 51)."""
    highest_first = tuple(reversed(inside))
    if body.get("matrix") is not None:
        return compile_decision(
            FIRST_TIER,
            Mapping(((_key(body, "matrix"), body.get("matrix") or body),), body.location),
            draft,
            labels=highest_first,
        )
    takes = [(row, written) for row in rows if (written := row.get("takes_at_first")) is not None]
    if not takes:
        return Decision(FIRST_TIER, highest_first, (), inside[0], ordered=True)
    severity = draft.scope.get("severity")
    if severity is None or severity[1].kind != "choice":
        why = (
            draft.later.get("severity") or "add `severity` to `classification`, or choose the first tier by a `matrix`"
        )
        draft.report(
            TAKES, "`takes_at_first` looks at `severity`, which this policy does not decide", takes[0][1].location, why
        )
        return None
    shares = _shares(takes, severity[1].choices, body, draft)
    return Decision(FIRST_TIER, highest_first, by_severity(shares, severity[0]), None, ordered=True)


def _key(body: Mapping, name: str) -> Scalar:
    return body.key(name) or Scalar(name, "plain", body.location)


def _shares(
    takes: list[tuple[Mapping, Node]], levels: tuple[str, ...], body: Mapping, draft: Draft
) -> list[tuple[str, tuple[str, ...]]]:
    taken: dict[str, Location] = {}
    shares = []
    for row, node in takes:
        own = []
        for item in texts_in(node, draft):
            if item.text not in levels:
                message = f"there is no severity `{item.text}`"
                draft.report(TAKES, message, item.location, meant(item.text, levels, "severity"))
            elif item.text in taken:
                help = "leave it with one tier (semantics 90)"
                related = [("it stands here already", taken[item.text])]
                draft.problems.append(
                    diagnostic(TAKES, f"`{item.text}` starts at two tiers", item.location, help, related)
                )
            else:
                taken[item.text] = item.location
                own.append(item.text)
        shares.append((text_in(row.get("id"), draft) or "", tuple(own)))
    missing = [level for level in levels if level not in taken]
    if missing:
        listed = ", ".join(f"`{level}`" for level in missing)
        place = (body.key("tiers") or body).location
        draft.report(
            TAKES,
            f"no tier takes {listed} at first",
            place,
            f"add {'it' if len(missing) == 1 else 'them'} to one `takes_at_first`",
        )
    return shares


# --- moves ------------------------------------------------------------------------------------------------------------


def compile_moves(draft: Draft) -> list[Move]:
    """The moves of a file; a pack's go to the tiers that the organisation bound."""
    body = mapping_in(draft.root.get("escalation"), draft)
    outside = {item.text for item in texts_in(body.get("outside"), draft)} if body else set()
    found = []
    for key, node in entries_in(body.get("moves") if body else None, draft):
        if isinstance(node, Mapping) and good_id(key.text, "move", key.location, draft.problems):
            move = _move(key, node, outside, draft)
            if move is not None:
                found.append(move)
    return found


def _move(key: Scalar, node: Mapping, outside: set[str], draft: Draft) -> Move | None:
    qualified = draft.declare("move", key.text, key.location)
    trigger = _trigger(node, draft)
    go = _target(node, draft)
    lower = node.get("lower")
    down = bool(lower is not None and read_boolean(lower, draft.problems))
    if trigger is None or go is None:
        return None
    if go in outside and not isinstance(trigger, UponEach):
        place = (node.get("go") or node).location
        draft.report(
            TIER,
            f"`{go}` is outside: only an event takes a case there",
            place,
            "use `each:` with the event of the referral (semantics 56)",
        )
    if down and not isinstance(trigger, UponEach):
        help = "only an event of a person lowers the tier (semantics 55): use `each:`"
        draft.report(MOVE, "this move may lower the tier without an event", key.location, help)
    return Move(qualified, trigger, go, down, words_under(node, "because", draft))


def _target(node: Mapping, draft: Draft) -> str | None:
    written = node.get("go")
    text = text_in(written, draft)
    if written is None:
        draft.report(MOVE, "this move goes nowhere", node.location, "add `go: up`, or `go:` with a tier")
    return text if text == UP else _tier_named(written, draft)


def _tier_named(node: Node | None, draft: Draft) -> str | None:
    text = text_in(node, draft)
    if text is None or node is None:
        return None
    if text in draft.tiers:
        return draft.tiers[text]
    if ("tier", draft.name(text)) not in draft.common.places:  # else a pack's tier that is not bound, told there
        draft.problems.append(unknown("tier", text, [*draft.tiers, UP], node.location))
    return None


def _trigger(node: Mapping, draft: Draft) -> Trigger | None:
    forms = [key for key in ("each", "when", "after", "missed") if node.get(key) is not None]
    if len(forms) != 1:
        draft.report(
            MOVE, "a move has exactly one trigger", node.location, "write one of `each`, `when`, `after` and `missed`"
        )
        return None
    written = node.get(forms[0])
    assert written is not None
    match forms[0]:
        case "each":
            event = event_named(written, draft)
            if event is None:
                return None
            return UponEach(event, compile_where(node.get("where"), event, draft))
        case "when":
            condition = compile_condition(written, draft)
            return None if condition is None else WhenTrue(condition)
        case "missed":
            duty = duty_named(written, draft)
            return None if duty is None else UponMissed(duty)
        case _:
            return _after(node, written, draft)


def _after(node: Mapping, written: Node, draft: Draft) -> AfterTime | None:
    length = read_length(written, draft)
    tier = _tier_named(node.get("in"), draft)
    calendar = calendar_of(node.get("calendar"), node, draft)
    if length is None or calendar is None or (node.get("in") is not None and tier is None):
        return None
    return AfterTime(length, tier, calendar)


# --- redress ----------------------------------------------------------------------------------------------------------


def compile_approvals(draft: Draft) -> tuple[Approval, ...]:
    """Which offers need whose approval (semantics 89)."""
    body = mapping_in(draft.root.get("resolution"), draft)
    found = []
    for key, node in entries_in(body.get("approvals") if body else None, draft):
        if isinstance(node, Mapping) and good_id(key.text, "approval", key.location, draft.problems):
            condition = compile_condition(node.get("when"), draft)
            roles = tuple(item.text for item in texts_in(node.get("approved_by"), draft))
            other = other_than(node, "approval_given", draft)
            if condition is not None and roles:
                found.append(Approval(draft.declare("approval", key.text, key.location), condition, roles, other))
    return tuple(found)


def read_remedies(draft: Draft) -> tuple[str, ...]:
    """The kinds of redress that the organisation knows."""
    body = mapping_in(draft.root.get("resolution"), draft)
    places: dict[str, Location] = {}
    for item in texts_in(body.get("remedies") if body else None, draft):
        if item.text in places:
            draft.problems.append(twice("remedy", item.text, item.location, places[item.text]))
        elif good_id(item.text, "remedy", item.location, draft.problems):
            places[item.text] = item.location
    return tuple(places)


def has_redress(draft: Draft) -> bool:
    """Whether the file has a part that looks at amounts offered."""
    return bool(section(draft, "escalation") or section(draft, "resolution"))
