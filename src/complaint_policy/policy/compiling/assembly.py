"""Puts a policy together: its own file and its packs, step by step, with the names found so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from complaint_policy.calendars.data import Calendar
from complaint_policy.case import Field
from complaint_policy.clocks.data import Suspension
from complaint_policy.conditions.syntax import facts_read
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.compiling.binding import (
    Bound,
    bind_facts,
    bind_settings,
    bound_calendars,
    bound_tiers,
    calendar_members,
    check_same_ids,
)
from complaint_policy.policy.compiling.calendars import (
    declare_calendars,
    declare_choices,
    horizon_around,
    local_moment,
    zone_of_default,
)
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.counting import read_profiles
from complaint_policy.policy.compiling.decisions import compile_classification, compile_scope, declare_decisions
from complaint_policy.policy.compiling.deemed import compile_deemed
from complaint_policy.policy.compiling.draft import Common, Draft, Horizon, mapping_in, text_in, text_under, texts_in
from complaint_policy.policy.compiling.duties import Written, compile_duties, declare_duties
from complaint_policy.policy.compiling.escalation import (
    compile_approvals,
    compile_escalation,
    compile_moves,
    declare_tiers,
    has_redress,
    read_remedies,
)
from complaint_policy.policy.compiling.events import declare_events, standard_events
from complaint_policy.policy.compiling.facts import REDRESS, compile_facts, declare_facts, redress
from complaint_policy.policy.compiling.languages import translations, untranslated, words_under
from complaint_policy.policy.compiling.law import declare_tightened, disapplied, tightened
from complaint_policy.policy.compiling.names import good_id
from complaint_policy.policy.compiling.order import circle_problems, facts_in_order, needs, sorted_through
from complaint_policy.policy.compiling.organisation import compile_organisation
from complaint_policy.policy.compiling.policy_must import check_demands, look_at_policy
from complaint_policy.policy.compiling.rights import compile_rights
from complaint_policy.policy.compiling.setting_facts import (
    DeclaredSettings,
    compile_setting_facts,
    declare_setting_facts,
)
from complaint_policy.policy.compiling.setting_values import check_values
from complaint_policy.policy.compiling.settings import read_settings
from complaint_policy.policy.compiling.stops import read_suspensions
from complaint_policy.policy.compiling.values import is_currency
from complaint_policy.policy.model import (
    Decided,
    Decision,
    Deemed,
    Duty,
    Fact,
    OrganisationDuty,
    Pack,
    Policy,
    Right,
    WhenTrue,
)
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

YEARS_BACK = 20
YEARS_AHEAD = 15
_EARLIEST_YEAR = 1900
_LATEST_YEAR = 2100


@dataclass(slots=True)
class Part:
    """One file of the policy in work: what it declares, and what has come out of it so far."""

    draft: Draft
    bound: Bound | None = None
    declared: list[tuple[Scalar, Node, Field]] = field(default_factory=list)
    settings: DeclaredSettings = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    scope: Decision | None = None
    decisions: list[Decision] = field(default_factory=list)
    suspensions: tuple[Suspension, ...] = ()
    duties: list[Duty] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    organisation: list[OrganisationDuty] = field(default_factory=list)
    deemed: list[Deemed] = field(default_factory=list)
    pack: Pack | None = None


def compile_policy(
    root: Mapping, packs: list[tuple[Scalar, Node, Mapping]], horizon_year: int | None
) -> tuple[Policy, Common]:
    """The policy of a file and the packs under its `law:` (key, what the policy writes there, the pack's document).

    Mistakes are noted in the second result; the policy is whole only if there are none.
    """
    common = Common(
        horizon_of([root, *(pack for _, _, pack in packs)], horizon_year),
        currency_of(root, [pack for _, _, pack in packs]),
    )
    common.events.update(standard_events(common.currency))
    own = Part(Draft(root, "", common))
    others = [_pack_part(key, node, pack, common, own) for key, node, pack in packs]
    parts = [*others, own]
    _names(own, others)
    for part in parts:
        _facts(part, own)
    for part in parts:
        _decisions(part)
    _duties(own, others)
    return _assembled(own, others), common


def _pack_part(key: Scalar, node: Node, pack: Mapping, common: Common, own: Part) -> Part:
    draft = Draft(pack, f"{key.text}/", common, organisation=own.draft)
    return Part(draft, Bound(key, mapping_in(node, own.draft), draft))


# --- steps ------------------------------------------------------------------------------------------------------------


def _names(own: Part, others: list[Part]) -> None:
    """Events, calendars, facts, duties and tiers of every file, by name and type."""
    for part in (*others, own):
        declare_events(part.draft)
    read_settings(own.draft)
    check_values(own.draft)
    declare_calendars(own.draft, {})
    own.declared = _declared(own)
    _recorded(own.draft)
    declare_choices(own.draft, {})
    declare_tiers(own.draft)
    for part in others:
        assert part.bound is not None
        replaced = bound_calendars(part.bound, own.draft)
        bind_settings(part.bound, replaced, own.draft)
        declare_calendars(part.draft, replaced)
        part.declared = _declared(part)
        declare_choices(part.draft, replaced)
        declare_tiers(part.draft, bound_tiers(part.bound, own.draft))
    for part in (*others, own):
        part.written = declare_duties(part.draft)
    for part in others:
        if part.bound is not None:
            declare_tightened(part.bound, own.draft)


def _recorded(draft: Draft) -> None:
    """Note the facts that `intake` records: people read them, even if no rule does."""
    intake = mapping_in(draft.root.get("intake"), draft)
    for item in texts_in(intake.get("record") if intake else None, draft):
        draft.common.places["recorded", draft.name(item.text)] = item.location


def _declared(part: Part) -> list[tuple[Scalar, Node, Field]]:
    declare_decisions(part.draft)
    standard = redress(part.draft.common.currency)
    part.draft.scope[REDRESS] = (REDRESS, standard.field.type)
    found = declare_facts(part.draft)
    part.settings = declare_setting_facts(part.draft)
    return found


def _facts(part: Part, own: Part) -> None:
    """Where each fact comes from; a pack's from what the organisation answered, where it did."""
    if part.bound is not None:
        bind_facts(part.bound, part.declared, own.draft)
        sources = part.bound.sources
        part.facts = [Fact(entry[2], sources[entry[0].text]) for entry in part.declared if entry[0].text in sources]
        rest = [entry for entry in part.declared if entry[0].text not in sources]
        part.facts.extend(compile_facts(rest, part.draft))
    else:
        part.facts = compile_facts(part.declared, part.draft)
    part.facts.extend(compile_setting_facts(part.settings, part.draft))
    read_profiles(part.draft)
    part.suspensions = read_suspensions(part.draft)


def _decisions(part: Part) -> None:
    draft = part.draft
    applies = compile_condition(draft.root.get("applies"), draft)
    part.pack = Pack(
        id=part.bound.key.text if part.bound else text_under(draft.root, "id", draft),
        title=words_under(draft.root, "title", draft),
        version=text_under(draft.root, "version", draft),
        applies=applies,
        in_force=_in_force(draft),
    )
    if part.bound is None:
        part.scope = compile_scope(draft)
    part.decisions = compile_classification(draft)
    part.facts.extend(
        Fact(Field(one.name, FactType("choice", choices=one.labels)), Decided(one.name)) for one in part.decisions
    )


def _in_force(draft: Draft) -> tuple[int | None, int | None]:
    """First moment in and first moment out; `until` a date includes the whole of that day (semantics 22)."""
    body = mapping_in(draft.root.get("in_force"), draft)
    zone = zone_of_default(draft)
    first, last = (body.get("from"), body.get("until")) if body else (None, None)
    begins = local_moment(first, zone, draft) if first is not None else None
    if last is None:
        return begins, None
    if isinstance(last, Scalar) and "T" not in last.text and zone is not None:
        ends = local_moment(Scalar(f"{last.text}T24:00", "plain", last.location), zone, draft)
    else:
        ends = local_moment(last, zone, draft)
    return begins, ends


def _duties(own: Part, others: list[Part]) -> None:
    """The packs' duties first, as the organisation's own may answer them."""
    for part in others:
        part.duties = compile_duties(part.written, {}, part.draft)
        part.rights = compile_rights(part.draft)
        part.deemed = compile_deemed(part.draft)
    law = {duty.id: duty for part in others for duty in part.duties}
    own.duties = compile_duties(own.written, law, own.draft)
    for part in others:
        assert part.bound is not None
        assert part.pack is not None
        stricter = tightened(part.bound, part.pack, law, own.draft)
        own.duties.extend(stricter)
        answering = frozenset((duty.id, duty.meets) for duty in own.duties if duty.meets)
        check_same_ids(part.bound, own.draft, answering)
    own.rights = compile_rights(own.draft)
    own.deemed = compile_deemed(own.draft)
    for part in (*others, own):
        part.organisation = compile_organisation(part.draft)
        check_demands(part.draft)
    for part in others:
        if part.bound is not None:
            look_at_policy(part.bound, own.draft, law)


# --- the whole --------------------------------------------------------------------------------------------------------


def _assembled(own: Part, others: list[Part]) -> Policy:
    draft, parts = own.draft, [*others, own]
    common = draft.common
    id = draft.root.get("id")
    if isinstance(id, Scalar):
        good_id(id.text, "policy", id.location, draft.problems)
    escalation = compile_escalation(draft)
    moves = [move for part in others if escalation for move in compile_moves(part.draft)]
    if escalation is not None and moves:
        escalation = replace(escalation, moves=(*escalation.moves, *moves))
    policy = Policy(
        id=text_under(draft.root, "id", draft),
        title=words_under(draft.root, "title", draft),
        version=text_under(draft.root, "version", draft),
        owner=words_under(draft.root, "owner", draft),
        default_calendar=draft.default_calendar or "",
        open_cases=text_in(draft.root.get("open_cases"), draft) or "keep_old",
        packs=tuple(part.pack for part in (own, *others) if part.pack is not None),
        zones=(),
        calendars=tuple(common.calendars.values()),
        facts=tuple(fact for part in parts for fact in part.facts),
        events=tuple(common.events.values()),
        scope=own.scope,
        decisions=tuple(decision for part in parts for decision in part.decisions),
        duties=tuple(duty for part in (own, *others) for duty in part.duties),
        rights=tuple(right for part in (own, *others) for right in part.rights),
        escalation=escalation,
        approvals=compile_approvals(draft),
        remedies=read_remedies(draft),
        suspensions=tuple(one for part in parts for one in part.suspensions),
        deemed=tuple(one for part in parts for one in part.deemed),
        disapplied=tuple(one for part in others if part.bound for one in disapplied(part.bound, draft)),
        organisation=tuple(duty for part in (own, *others) for duty in part.organisation),
        translations=translations(common),
        tzdata=common.tzdata,
        holidays_release=common.holidays_release,
    )
    common.problems.extend(untranslated(common))
    return _in_order(_with_redress(_with_used_calendars(policy, common), draft), common)


def _with_used_calendars(policy: Policy, common: Common) -> Policy:
    """Every calendar of the policy itself, of the packs' only those that a clock uses, and the zones of both."""
    used = {*common.used_calendars, policy.default_calendar}
    for calendar in policy.calendars:
        if calendar.name in used or "/" not in calendar.name:
            used.update((calendar.name, *calendar_members(calendar)))
    calendars = tuple(one for one in policy.calendars if one.name in used)
    zones = {one.zone for one in calendars if isinstance(one, Calendar)}
    return replace(
        policy, calendars=calendars, zones=tuple(zone for name, zone in common.zones.items() if name in zones)
    )


def _with_redress(policy: Policy, draft: Draft) -> Policy:
    """With the standard fact `redress` where a part of the policy looks at amounts offered."""
    if has_redress(draft) or REDRESS in read_anywhere(policy):
        return replace(policy, facts=(*policy.facts, redress(draft.common.currency)))
    return policy


def read_anywhere(policy: Policy) -> set[str]:
    """Every fact that something in the policy reads, besides what tiers, limits and people read."""
    found = {name for need in needs(policy).values() for kind, name in need if kind == "fact"}
    moves = policy.escalation.moves if policy.escalation else ()
    conditions = [
        *(approval.when for approval in policy.approvals),
        *(right.when for right in policy.rights),
        *(trigger.condition for move in moves if isinstance(trigger := move.trigger, WhenTrue)),
        *(pack.applies for pack in policy.packs),
        *(suspension.when for suspension in policy.suspensions),
        *(rule.condition for rule in (policy.escalation.first.rules if policy.escalation else ())),
    ]
    for condition in conditions:
        if condition is not None:
            found |= facts_read(condition)
    return found


def _in_order(policy: Policy, common: Common) -> Policy:
    order, circles = sorted_through(needs(policy))
    common.problems.extend(circle_problems(circles, common.places))
    place = {key: number for number, key in enumerate(order)}
    deemed = sorted(policy.deemed, key=lambda one: place["event", one.event])
    return replace(policy, facts=facts_in_order(policy, order), deemed=tuple(deemed))


# --- how far calendars reach, and in which money ----------------------------------------------------------------------


def horizon_of(roots: list[Mapping], year: int | None) -> Horizon:
    """From 20 years before to 15 years after `year` (without it, the year from which the policy itself is in force).

    Dates that the law names (`from`, `until`, `date`) are inside, with a year to spare, as far as from 1900 to 2100.
    Nothing reads the clock, so an old policy needs another `year` to reach as far ahead (semantics 68, 81).
    """
    in_force = roots[0].get("in_force")
    first = in_force.get("from") if isinstance(in_force, Mapping) else None
    middle = year or (_year_in(first) if isinstance(first, Scalar) else None) or 2000
    named = [found for root in roots for found in _years_named(root)]
    earliest = max(_EARLIEST_YEAR, min([middle - YEARS_BACK, *(one - 1 for one in named)]))
    latest = min(_LATEST_YEAR, max([middle + YEARS_AHEAD, *(one + 1 for one in named)]))
    return horizon_around(min(earliest, _LATEST_YEAR), max(latest, _EARLIEST_YEAR))


def _years_named(node: Node) -> Iterator[int]:
    match node:
        case Mapping(entries):
            for key, value in entries:
                if isinstance(value, Scalar) and key.text in ("from", "until", "date", "known_from"):
                    year = _year_in(value)
                    if year is not None:
                        yield year
                else:
                    yield from _years_named(value)
        case Sequence(items):
            for item in items:
                yield from _years_named(item)
        case _:
            return


def _year_in(node: Scalar) -> int | None:
    """The year of a date or moment; None for another text."""
    try:
        return date.fromisoformat(node.text[:10]).year if node.text[4:5] == "-" else None
    except ValueError:
        return None


def currency_of(root: Mapping, packs: list[Mapping]) -> str | None:
    """The currency of offers, limits and amounts that name none: the organisation's only one, else the packs'."""
    for roots in ([root], packs):
        found = {text for one in roots for text in _currencies(one)}
        if len(found) == 1:
            return found.pop()
        limit = _of_limits(root)
        if found or limit:
            return limit
    return None


def _currencies(root: Mapping) -> Iterator[str]:
    facts = root.get("facts")
    for _, fact in facts.entries if isinstance(facts, Mapping) else ():
        currency = fact.get("currency") if isinstance(fact, Mapping) else None
        if isinstance(currency, Scalar) and is_currency(currency.text):
            yield currency.text


def _of_limits(root: Mapping) -> str | None:
    """The currency of the first limit of redress: of several currencies, the one in which the organisation pays."""
    escalation = root.get("escalation")
    tiers = escalation.get("tiers") if isinstance(escalation, Mapping) else None
    for tier in tiers.items if isinstance(tiers, Sequence) else ():
        limit = tier.get("redress_up_to") if isinstance(tier, Mapping) else None
        currency = limit.text.rpartition(" ")[2] if isinstance(limit, Scalar) else ""
        if is_currency(currency):
            return currency
    return None
