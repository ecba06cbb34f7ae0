"""Puts a policy together: its own file and its packs, step by step, with the names found so far."""

from __future__ import annotations

import itertools
from collections.abc import Mapping as TableOf
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from complaint_policy.calendars.data import Calendar
from complaint_policy.case import Field
from complaint_policy.clocks.data import Suspension
from complaint_policy.conditions.syntax import facts_read
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.compiling.binding import (
    Bound,
    bind_facts,
    bind_settings,
    bound_tiers,
    calendar_members,
    check_answered_once,
    check_same_ids,
    replaced_calendars,
)
from complaint_policy.policy.compiling.calendars import (
    declare_choices,
    name_calendars,
    resolve_calendars,
)
from complaint_policy.policy.compiling.communications import compile_communications, facts_in
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.counting import read_profiles
from complaint_policy.policy.compiling.decisions import compile_classification, compile_scope, declare_decisions
from complaint_policy.policy.compiling.deemed import compile_deemed
from complaint_policy.policy.compiling.draft import Common, Draft, mapping_in, text_in, text_under, texts_in
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
from complaint_policy.policy.compiling.gathering import PackFile
from complaint_policy.policy.compiling.in_force import Span, span_in
from complaint_policy.policy.compiling.languages import translations, untranslated, words_under
from complaint_policy.policy.compiling.law import declare_tightened, disapplied, tightened
from complaint_policy.policy.compiling.names import good_id
from complaint_policy.policy.compiling.notifications import compile_notifications
from complaint_policy.policy.compiling.order import circle_problems, facts_in_order, needs, rights_need, sorted_through
from complaint_policy.policy.compiling.organisation import compile_organisation
from complaint_policy.policy.compiling.places import duties_of_packs
from complaint_policy.policy.compiling.policy_must import Organisation, check_demands, look_at_policy
from complaint_policy.policy.compiling.questions import law_block, open_questions
from complaint_policy.policy.compiling.reach import currency_of, horizon_of
from complaint_policy.policy.compiling.readings import choices_of
from complaint_policy.policy.compiling.rights import compile_rights
from complaint_policy.policy.compiling.setting_facts import (
    DeclaredSettings,
    compile_setting_facts,
    declare_setting_facts,
)
from complaint_policy.policy.compiling.setting_values import check_values
from complaint_policy.policy.compiling.settings import read_settings
from complaint_policy.policy.compiling.shared_events import tied_to_cases
from complaint_policy.policy.compiling.stops import read_suspensions
from complaint_policy.policy.compiling.versions import VersionSpan, check_order, facts_of_earlier, packs_of_earlier
from complaint_policy.policy.compiling.words import take_over_calendars, take_over_counting, take_over_facts
from complaint_policy.policy.model import (
    Decided,
    Decision,
    Deemed,
    Duty,
    Fact,
    Move,
    OrganisationDuty,
    Pack,
    Policy,
    Right,
    Version,
    WhenTrue,
)
from complaint_policy.policy.nodes import Mapping, Node, Scalar


@dataclass(slots=True)
class Part:
    """One file of the policy in work: what it declares, and what has come out of it so far."""

    draft: Draft
    bounds: list[Bound] = field(default_factory=list)
    extending: list[Bound] = field(default_factory=list)
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
    root: Mapping,
    packs: list[PackFile],
    horizon_year: int | None,
    earlier: SequenceOf[Mapping] = (),
    beside: TableOf[str, bytes] = MappingProxyType({}),
) -> tuple[Policy, Common]:
    """The policy of a file, of the packs that it extends, directly or over others, and of its `earlier` versions.

    Mistakes are noted in the second result; the policy is whole only if there are none.
    """
    roots = {pack.id: pack.source.root for pack in packs if pack.source.root is not None}
    horizon = horizon_of([root, *roots.values(), *earlier], horizon_year)
    common = Common(horizon, currency_of(root, [*roots.values()]), beside=beside)
    common.events.update(standard_events(common.currency))
    own = Part(Draft(root, "", common))
    others = {id: Part(Draft(pack, f"{id}/", common, organisation=own.draft)) for id, pack in roots.items()}
    _tie(own, others, packs)
    former = [_former(older, own, others) for older in earlier]
    parts = _bottom_up(own, others, former)
    _names(parts)
    common.asked = open_questions([(part.bounds, part.declared) for part in others.values()])
    common.questions = law_block(root, common.asked)
    for part in parts:
        _facts(part, own.draft)
    for part in parts:
        _decisions(part)
    _duties(parts)
    return _assembled(own, [*others.values()], former), common


def _tie(own: Part, others: dict[str, Part], packs: list[PackFile]) -> None:
    """Each pack knows the files that extend it, and each file its packs."""
    for pack in packs:
        part = others[pack.id]
        for tie in pack.ties:
            by = others[tie.by].draft if tie.by else own.draft
            bound = Bound(tie.key, mapping_in(tie.body, by), part.draft, by)
            part.bounds.append(bound)
            (others[tie.by] if tie.by else own).extending.append(bound)
            by.packs[pack.id] = part.draft
        check_answered_once(part.bounds)


def _former(root: Mapping, own: Part, others: dict[str, Part]) -> Part:
    """An earlier version: its parts have its version before their names, and its packs are those of the current one."""
    draft = Draft(root, f"{text_under(root, 'version', own.draft)}/", own.draft.common, earlier=True)
    ties = packs_of_earlier(root, {id: part.draft for id, part in others.items()}, draft, own.draft)
    bounds = [Bound(key, mapping_in(body, draft), others[key.text].draft, draft) for key, body in ties]
    return Part(draft, extending=bounds)


def _bottom_up(own: Part, others: dict[str, Part], former: list[Part]) -> list[Part]:
    """Every file after those that it extends, earlier versions before the policy itself, which is the last."""
    graph = {("pack", id): tuple(("pack", one) for one in part.draft.packs) for id, part in others.items()}
    order, _ = sorted_through(graph)
    return [*(others[id] for _, id in order), *former, own]


# --- steps ------------------------------------------------------------------------------------------------------------


def _names(parts: list[Part]) -> None:
    """Events, calendars, facts, duties and tiers of every file, by name and type.

    What is answered goes from the policy down to its packs; words go the other way, from packs to those that
    extend them.
    """
    for part in parts:
        declare_events(part.draft)
    replaced = {id(part): _answers(part, parts[-1].draft) for part in reversed(parts)}
    for part in parts:
        take_over_calendars(part.draft)
        resolve_calendars(part.draft, replaced[id(part)])
        part.declared = _declared(part)
        take_over_facts(part.draft)
        declare_choices(part.draft, replaced[id(part)])
    _recorded(parts[-1].draft)
    for part in parts:
        part.written = declare_duties(part.draft)
    for part in parts:
        for bound in part.extending:
            declare_tightened(bound)


def _answers(part: Part, own: Draft) -> dict[str, str]:
    """Settings, tiers and names of calendars as answered; the calendars of the file that are replaced."""
    replaced = replaced_calendars(part.bounds)
    name_calendars(part.draft, replaced)
    if part.bounds:
        bind_settings(part.draft, part.bounds, replaced)
        declare_tiers(part.draft, bound_tiers(part.draft, part.bounds, own))
    else:
        read_settings(part.draft)
        check_values(part.draft)
        declare_tiers(part.draft)
    return replaced


def _bounds(parts: list[Part]) -> list[Bound]:
    """Every tie, those of the policy itself last."""
    return sorted((bound for part in parts for bound in part.bounds), key=lambda bound: not bound.by.prefix)


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


def _facts(part: Part, own: Draft) -> None:
    """Where each fact comes from; a pack's from what was answered, where it was."""
    sources = bind_facts(part.bounds, part.declared) if part.bounds else {}
    if part.draft.earlier:
        sources = facts_of_earlier(part.declared, part.draft, own)
    part.facts = [Fact(entry[2], sources[entry[0].text]) for entry in part.declared if entry[0].text in sources]
    rest = [entry for entry in part.declared if entry[0].text not in sources]
    take_over_counting(part.draft)
    read_profiles(part.draft)
    part.facts.extend(compile_facts(rest, part.draft))
    part.facts.extend(compile_setting_facts(part.settings, part.draft))
    part.suspensions = read_suspensions(part.draft)


def _decisions(part: Part) -> None:
    draft = part.draft
    applies = compile_condition(draft.root.get("applies"), draft)
    part.pack = Pack(
        id=draft.prefix.removesuffix("/") or text_under(draft.root, "id", draft),
        title=words_under(draft.root, "title", draft),
        version=text_under(draft.root, "version", draft),
        applies=applies,
        in_force=(None, None) if draft.earlier else _in_force(draft),
    )
    if not part.bounds:
        part.scope = compile_scope(draft)
    part.decisions = compile_classification(draft)
    part.facts.extend(
        Fact(Field(one.name, FactType("choice", choices=one.labels)), Decided(one.name)) for one in part.decisions
    )


def _in_force(draft: Draft) -> Span:
    return span_in(draft.root.get("in_force"), draft)


def _duties(parts: list[Part]) -> None:
    """The packs' duties first, as who extends them may answer them."""
    law: dict[str, Duty] = {}
    of = {part.draft.prefix: part for part in parts}
    for part in parts:
        seen = {name: law[name] for name in duties_of_packs(part.draft) if name in law}
        part.duties = compile_duties(part.written, seen, part.draft, choices_of(part.bounds))
        for bound in part.extending:
            pack = of[bound.draft.prefix].pack
            assert pack is not None, "decisions come before duties"
            part.duties.extend(tightened(bound, pack, law))
        law.update({duty.id: duty for duty in part.duties})
        part.rights = compile_rights(part.draft)
        part.deemed = [] if part.draft.earlier else compile_deemed(part.draft)
    answering = frozenset((duty.id, duty.meets) for part in parts for duty in part.duties if duty.meets)
    for bound in _bounds(parts):
        check_same_ids(bound, answering)
    _demands([part for part in parts if not part.draft.earlier], law)


def _demands(parts: list[Part], law: dict[str, Duty]) -> None:
    """The organisation's duties, and what packs demand of its file; earlier versions demand nothing any more."""
    for part in parts:
        part.organisation = compile_organisation(part.draft)
        check_demands(part.draft)
    own, facts = parts[-1], {fact.field.name: fact for part in parts for fact in part.facts}
    for part in parts:
        if part.bounds:
            applies = part.pack.applies if part.pack is not None else None
            look_at_policy(part.bounds[0], Organisation(own.draft, own.scope, law, facts, applies))


# --- the whole --------------------------------------------------------------------------------------------------------


def _assembled(own: Part, others: list[Part], former: list[Part]) -> Policy:
    draft, parts = own.draft, [*others, *former, own]
    common = draft.common
    id = draft.root.get("id")
    if isinstance(id, Scalar):
        good_id(id.text, "policy", id.location, draft.problems)
    written = draft.root.key("open_cases")
    if written is not None:
        common.places["key", "open_cases"] = written.location
    escalation = compile_escalation(draft)
    moves = [move for part in others if escalation for move in compile_moves(part.draft)]
    if escalation is not None and moves:
        escalation = replace(escalation, moves=(*escalation.moves, *moves))
    communications, notifications = compile_communications(draft), compile_notifications(draft)
    policy = Policy(
        id=text_under(draft.root, "id", draft),
        title=words_under(draft.root, "title", draft),
        version=text_under(draft.root, "version", draft),
        owner=words_under(draft.root, "owner", draft),
        default_calendar=draft.default_calendar or "",
        open_cases=text_in(draft.root.get("open_cases"), draft) or "",
        packs=tuple(part.pack for part in (own, *others, *former) if part.pack is not None),
        zones=(),
        calendars=tuple(common.calendars.values()),
        facts=(*(fact for part in parts for fact in part.facts), *common.spans.values()),
        events=tuple(common.events.values()),
        scope=own.scope,
        decisions=tuple(decision for part in parts for decision in _decided(part)),
        duties=tuple(duty for part in (own, *others, *former) for duty in part.duties),
        rights=tuple(right for part in (own, *others, *former) for right in part.rights),
        escalation=escalation,
        approvals=compile_approvals(draft),
        remedies=read_remedies(draft),
        suspensions=tuple(one for part in parts for one in part.suspensions),
        deemed=tuple(one for part in parts for one in part.deemed),
        disapplied=tuple(one for bound in _bounds(others) for one in disapplied(bound)),
        organisation=tuple(duty for part in (own, *others) for duty in part.organisation),
        communications=communications,
        notifications=notifications,
        translations=translations(common),
        versions=_versions(own, former, tuple(moves)),
        tzdata=common.tzdata,
        holidays_release=common.holidays_release,
    )
    common.problems.extend(untranslated(common))
    whole = _with_redress(_with_used_calendars(tied_to_cases(policy, common), common), draft)
    return _in_order(whole, common)


def _decided(part: Part) -> list[Decision]:
    """The classification of a file; the scope of an earlier version is a decision beside that of the current one."""
    scope = [part.scope] if part.draft.earlier and part.scope is not None else []
    return [*scope, *part.decisions]


def _versions(own: Part, former: list[Part], law: tuple[Move, ...]) -> tuple[Version, ...]:
    """The versions, oldest first; each moves cases between its own tiers, and packs move them by the law."""
    if not former:
        return ()
    spans = [VersionSpan(part.draft, *_in_force(part.draft)) for part in (*former, own)]
    check_order(spans)
    found = []
    for part, span in zip((*former, own), spans, strict=True):
        tiers = compile_escalation(part.draft) if part.draft.earlier else None
        if tiers is not None:
            ids = {"up", *(tier.id for tier in tiers.tiers)}
            moves = (*tiers.moves, *(move for move in law if move.go in ids))
            tiers = replace(tiers, first=replace(tiers.first, name=part.draft.name(tiers.first.name)), moves=moves)
        mode = text_in(part.draft.root.get("open_cases"), part.draft) or "keep_old"
        scope = part.scope.name if part.scope is not None else None
        found.append(Version(part.draft.prefix.removesuffix("/"), span.since, mode, scope, tiers))
    return tuple(found)


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
    needed = itertools.chain(*needs(policy).values(), rights_need(policy))
    found = {name for kind, name in needed if kind == "fact"}
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
    return found | {name for letter in policy.communications for name in facts_in(letter)}


def _in_order(policy: Policy, common: Common) -> Policy:
    order, circles = sorted_through(needs(policy))
    common.problems.extend(circle_problems(circles, common.places))
    place = {key: number for number, key in enumerate(order)}
    deemed = sorted(policy.deemed, key=lambda one: place["event", one.event])
    return replace(policy, facts=facts_in_order(policy, order), deemed=tuple(deemed))
