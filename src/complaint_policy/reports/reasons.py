"""Tells why an answer about a case is what it is, and what small change would make it another one, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from complaint_policy.bulk.reading import given_facts
from complaint_policy.calendars.data import Zone
from complaint_policy.case import Case, Field, Value
from complaint_policy.conditions.source import NOT_LOOKED_AT
from complaint_policy.conditions.syntax import facts_read
from complaint_policy.conditions.text import print_condition, print_value
from complaint_policy.conditions.trace import in_words
from complaint_policy.evaluation.outcome import Decided, DutyResult, Evaluation, RightResult, TierResult
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Decided as DecidedFact
from complaint_policy.policy.model import Derived
from complaint_policy.reasons.changes import Change, FactIs, Happening, LookedAt, MovedTo, NotHappened, Said
from complaint_policy.reasons.forcing import Forced
from complaint_policy.reasons.resting import Resting
from complaint_policy.reasons.searching import Alternative, Found
from complaint_policy.reasons.subjects import Subject, decision_of, moves_of, result_of
from complaint_policy.reasons.trials import Stretch
from complaint_policy.reports.local_time import (
    Zones,
    last_moment_in_words,
    moment_in_words,
    since_in_words,
)
from complaint_policy.reports.needed import needed_lines
from complaint_policy.reports.trace import MASKED, sensitive_facts, trace_of
from complaint_policy.rollout.coverage.parts import Part, pack_of
from complaint_policy.rollout.coverage.places import Places


class Teller:
    """Puts reasons about one case into words. places: the policy's files, empty where it was read from a bundle.

    show_sensitive: whether the values of sensitive facts are told.
    """

    def __init__(
        self,
        engine: Engine,
        case: Case,
        evaluation: Evaluation,
        places: Mapping[str, Places],
        *,
        show_sensitive: bool = False,
    ) -> None:
        self.engine, self.case, self.evaluation = engine, case, evaluation
        self.policy = engine.policy
        self.fields = given_facts(engine.policy)
        self.hidden = frozenset[str]() if show_sensitive else sensitive_facts(engine.policy)
        self.trace = trace_of(engine.policy, evaluation, show_sensitive=show_sensitive)
        self.types = {one.field.name: one.field.type for one in engine.policy.facts}
        self._values = dict(zip(self.types, evaluation.facts, strict=True))
        self._places = places
        self._zones = Zones(engine.policy)
        self.default_zone = self._zones.default

    def zone(self, subject: Subject) -> Zone:
        """In which zone moments are told."""
        of_duty = subject.kind in ("duty", "right")
        return self._zones.of_duty(subject.name, self.evaluation) if of_duty else self.default_zone

    # --- facts --------------------------------------------------------------------------------------------------------

    def value(self, field: Field, value: object) -> str:
        """A value of a fact in words; of a sensitive one only that it is masked."""
        return MASKED if field.name in self.hidden else print_value(value, field.type)

    def fact_now(self, field: Field) -> object:
        """What a fact is as of the moment, also by default."""
        return self._values[field.name]

    def comes_from(self, position: int) -> str:
        """How the value of a fact came to be: `told`, `changed`, `default` or `not_known`."""
        field, as_of, known = self.fields[position], self.evaluation.as_of, self.evaluation.as_known
        changed = [
            one
            for one in self.case.changes
            if one.position == position and one.at <= as_of and (known is None or one.recorded_at <= known)
        ]
        told = changed[-1].value if changed else self.case.values[position]
        if told is None:
            return "not_known" if field.default is None else "default"
        return "changed" if changed else "told"

    def line(self, kind: str, name: str, *steps: str) -> str:
        """Where a part of the policy is written: `policy.yaml:137`; empty where there is no source."""
        pack = pack_of(self.policy, name)
        places = self._places.get(pack)
        if places is None:
            return ""
        part = Part("rule", name, pack, kind, name, steps)  # type: ignore[arg-type]
        number = places.line_of(part)
        return f"{places.file}:{number}" if number > 1 else ""

    # --- why ----------------------------------------------------------------------------------------------------------

    def why(self, forced: Forced) -> str:
        """The answer, what led to it, and the facts that decided."""
        subject, answer = forced.question.subject, forced.question.answer
        written = _at(self.line(subject.kind, subject.name)) if subject.kind in ("duty", "right", "move") else ""
        lines = [f"why {subject.text} {_is(answer)}{self._because(subject)}{written}"]
        lines += [f"  {line}" for line in self.steps(forced)]
        if forced.facts:
            least = "these facts decided" if forced.smallest else "these facts were enough"
            lines.append(f"  {least}, whatever all others were:")
            lines += [f"    {self._fact(position)}" for position in forced.facts]
        else:
            lines.append("  no fact of the case decided: it is so by what has happened and when")
        if forced.open:
            lines.append(f"  made no difference: {', '.join(self.fields[one].name for one in forced.open)}")
            if not forced.whole and subject.kind in _COUNTED:
                lines.append(f"  which was tried with {forced.checked} other values of these, not with all")
        return "\n".join(lines) + "\n"

    def _fact(self, position: int) -> str:
        field = self.fields[position]
        how = self.comes_from(position)
        value = self.value(field, self.fact_now(field))
        if how == "not_known":
            return f"{field.name} is not known"
        if how == "default":
            return f"{field.name} is {value}, by default{_at(self.line('fact', field.name, 'default'))}"
        return f"{field.name} is {value}" + (", as it was changed" if how == "changed" else "")

    def _because(self, subject: Subject) -> str:
        result = result_of(self.engine, self.evaluation, subject)
        if isinstance(result, Decided) and subject.kind != "rule":
            rules = decision_of(self.policy, subject).rules
            return next((f": {rule.because}" for rule in rules if rule.id == result.rule and rule.because), "")
        return ""

    def steps(self, forced: Forced) -> Iterator[str]:
        """What led to the answer, line by line: rules up to the one that decided, moments, tiers."""
        subject = forced.question.subject
        result = result_of(self.engine, self.evaluation, subject)
        if isinstance(result, Decided):
            yield from self._rules(result, subject, forced)
        elif isinstance(result, DutyResult | RightResult):
            yield from _moments(result, self.zone(subject))
            yield from self._decided_by(subject)
        elif isinstance(result, TierResult):
            yield from self._tiers(result)
        elif subject.kind == "fact":
            source = next(one for one in self.policy.facts if one.field.name == subject.name).source
            if isinstance(source, Derived):
                where = _at(self.line("fact", subject.name))
                yield f"it says whether {print_condition(source.condition, self.types)}{where}"
        elif subject.kind == "pack":
            pack = next(one for one in self.policy.packs if one.id == subject.name)
            if pack.applies is not None:
                yield f"it applies if {print_condition(pack.applies, self.types)}"

    def _rules(self, result: Decided, subject: Subject, forced: Forced) -> Iterator[str]:
        """The rules up to the one that decided, each with as little as makes it true or false."""
        decision = next(one for one in (self.policy.scope, *self.policy.decisions) if one and one.name == result.name)
        kept = {self.fields[one].name for one in forced.facts}
        rests = {rule.id: rule for rule in decision.rules}
        for place, told in enumerate(self.trace.get(result.name, ())):
            if subject.kind == "rule" and told["rule"] not in (subject.part, result.rule):
                continue
            where = _at(self.line("decision", decision.name, told["rule"]))
            yield f"{told['rule']} ({told['then']}): {told['answer']}{where}"
            condition, lines = rests[told["rule"]].condition, told["because"]
            if not facts_read(condition) & self.hidden:  # which part was needed would tell what it is
                lines = [
                    line.strip() for line in needed_lines(self.policy, condition, result.atoms[place], lines, kept)
                ]
            yield from (f"  {line}" for line in lines if not line.endswith(_UNSEEN))
        if subject.kind != "rule" and result.rule == "otherwise":
            yield f"otherwise ({result.label or 'no label'}){_at(self.line('decision', decision.name, 'otherwise'))}"

    def _decided_by(self, subject: Subject) -> Iterator[str]:
        """What the policy's own decisions put in, where a duty goes by one."""
        rests_on = Resting(self.policy, subject).facts
        made = {one.name: one for one in self.evaluation.decisions}
        for fact in self.policy.facts:
            if fact.field.name in rests_on and isinstance(fact.source, DecidedFact) and fact.source.decision in made:
                one = made[fact.source.decision]
                if one.label is not None:
                    where = _at(self.line("decision", one.name, one.rule)) if one.rule else ""
                    yield f"{one.name} is {one.label}" + (f" by {one.rule}{where}" if one.rule else "")

    def _tiers(self, result: TierResult) -> Iterator[str]:
        because = {move.id: move.because for move in moves_of(self.policy)}
        for step in result.steps:
            why = f"{step.why}: {because[step.why]}" if because.get(step.why) else step.why
            yield f"{step.tier} from {moment_in_words(self.default_zone, step.at)} ({why})"

    # --- why not ------------------------------------------------------------------------------------------------------

    def why_not(self, found: Found) -> str:
        """The changes that would give another answer, and what was tried."""
        subject, answer, wanted = found.question
        head = f"why {subject.text} {_is_not(wanted)}: it {_is(answer)}" if wanted else f"{subject.text} {_is(answer)}"
        lines = [head, *(f"  {self.alternative(one, subject)}" for one in found.alternatives)]
        if found.more:
            lines.append(f"  and {found.more} more of the same size")
        if not (found.facts or found.events or found.hidden or found.alternatives):
            return "\n".join([*lines, "  no fact and no event has a say in it, and waiting does not change it"]) + "\n"
        if not found.alternatives:
            what = "gives it" if wanted else "changes it"
            number = "one of these" if found.size == 1 else f"up to {found.size} of these at once"
            lines.append(f"  no change of {number} {what}" if found.size else f"  nothing was found that {what}")
        lines += [f"  {line}" for line in _tried(found)]
        return "\n".join(lines) + "\n"

    def alternative(self, one: Alternative, subject: Subject) -> str:
        """One line: `if amount_claimed were 500.01 GBP (it is 120.00 GBP): high`."""
        zone = self.zone(subject)
        told = " and ".join(
            self._change(change, zone, one.stretch if number == 0 else None, one.also)
            for number, change in enumerate(one.changes)
        )
        ends = ""
        if one.stretch is not None and isinstance(one.changes[0], Happening | MovedTo):
            ends += f"; earlier it would be {_words(one.before)}" if one.before else ""
            ends += f"; later it would be {_words(one.after)}" if one.after else ""
        return f"if {told}: {_words(one.answer)}{ends}"

    def _change(self, change: Change, zone: Zone, stretch: Stretch | None, also: tuple[Value | None, ...]) -> str:
        match change:
            case FactIs(position, value):
                field = self.fields[position]
                values = (value, *also)
                now = self.fact_now(field)
                held = "it is not known" if now is None else f"it is {self.value(field, now)}"
                return f"{field.name} were {_or(self.value(field, one) for one in values)} ({held})"
            case Happening(type, at, told, content):
                within = _within(zone, stretch.first, stretch.last) if stretch is not None else _on(zone, at)
                return f"{_spoken(type)}{self._told(type, told, content)} happened{within}"
            case MovedTo(place, at):
                within = _within(zone, stretch.first, stretch.last) if stretch is not None else _on(zone, at)
                was = moment_in_words(zone, self.case.events[place].at)
                return f"{_spoken(self.case.events[place].type)} had happened{within} (it did on {was})"
            case NotHappened(place):
                return f"{self._event(place, zone)} had not happened"
            case Said(place, told, content):
                event = self.case.events[place]
                more = None if content is None else content - (event.content or frozenset())
                return f"{self._event(place, zone)} had said{self._told(event.type, told, more)}"
            case LookedAt(at):
                return f"nothing else happens until {moment_in_words(zone, at)}"

    def _event(self, place: int, zone: Zone) -> str:
        event = self.case.events[place]
        return f"{_spoken(event.type)} on {moment_in_words(zone, event.at)}"

    def _told(self, type: str, told: Iterable[tuple[str, Value]], content: frozenset[str] | None) -> str:
        fields = {one.name: one for of in self.policy.events if of.name == type for one in of.fields}
        parts = [_spoken(one) for one in sorted(content)] if content else []
        parts += ["nothing of what it must contain"] if content is not None and not content else []
        for name, value in told:
            shown = print_value(value, fields[name].type) if name in fields else str(value)
            parts.append(f"{name}: {shown}")
        return f" ({', '.join(parts)})" if parts else ""


_COUNTED = ("duty", "right", "tier", "move")
"""What is decided by clocks too, where a fact that is not known may be taken for the strictest."""
_UNSEEN = f": {in_words(NOT_LOOKED_AT)}"


def _tried(found: Found) -> Iterator[str]:
    """What was searched, so that nobody takes it for more."""
    facts = f"{len(found.facts)} facts" if len(found.facts) != 1 else "1 fact"
    values = f"{found.values} other value{'' if found.values == 1 else 's'}"
    parts = [f"{facts} ({values})"] if found.facts else []
    parts += [f"events ({', '.join(map(_spoken, found.events))})"] if found.events else []
    if found.events and found.size + found.cut > 1:
        parts[-1] += ", of several changes at once only as of now and as late as was in time"
    tried = f"{found.tried:,} {'case' if found.tried == 1 else 'cases'} tried"
    yield f"changed: {', '.join([*parts, 'the passing of time'])}; {tried}"
    if found.cut:
        yield "that is as many as are tried, so that there may be another way"
    if found.hidden:
        yield f"left as they are, since they are sensitive: {', '.join(found.hidden)}"


def _moments(result: DutyResult | RightResult, zone: Zone) -> Iterator[str]:
    if isinstance(result, RightResult):
        for word, at in (("opened", result.opened_at), ("closes at", result.closes_at)):
            if at is not None:
                yield f"{word} {moment_in_words(zone, at)}"
        return
    if result.start is not None:
        yield f"its time runs from {moment_in_words(zone, result.start)}"
    if result.late_from is not None:
        text = f" ({result.text})" if result.text else ""
        fallback = ", by its fallback" if result.fallback else ""
        yield f"due by {last_moment_in_words(zone, result.late_from)}{text}{fallback}"
    for word, at in (
        ("stands still since", result.paused_since),
        ("done", result.met_at),
        ("may be done", result.may_be_met_at),
        ("owed no more from", result.ended_at),
    ):
        if at is not None:
            yield f"{word} {moment_in_words(zone, at)}"
    if result.breached_at is not None:
        yield f"late from {since_in_words(zone, result.breached_at)}"
    if result.missing:
        yield f"what was sent lacked {', '.join(map(_spoken, result.missing))}"
    if result.conditional:
        yield "whether it is owed cannot be told"


def _within(zone: Zone, first: int | None, last: int | None) -> str:
    until = "" if last is None else last_moment_in_words(zone, last + 1)
    if first is None:
        return until and f" by {until}"
    since = since_in_words(zone, first)
    return f" between {since} and {until}" if until else f" from {since} on"


def _on(zone: Zone, at: int) -> str:
    return f" on {moment_in_words(zone, at)}"


def _at(line: str) -> str:
    return f" [{line}]" if line else ""


def _is(answer: str) -> str:
    return _SAID.get(answer, f"is {_words(answer)}")


def _is_not(answer: str) -> str:
    return _DENIED.get(answer, f"is not {_words(answer)}")


_SAID = {
    "decides": "decides",
    "does_not_decide": "does not decide",
    "applies": "applies",
    "does_not_apply": "does not apply",
    "cannot_tell": "cannot be told",
    "no_label": "has no label",
}
_DENIED = {
    "decides": "does not decide",
    "does_not_decide": "does decide",
    "applies": "does not apply",
    "does_not_apply": "does apply",
    "cannot_tell": "can be told",
    "no_label": "has a label",
}


def _words(answer: str) -> str:
    return answer.replace("_", " ")


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _or(values: Iterable[str]) -> str:
    *first, last = values
    return f"{', '.join(first)} or {last}" if first else last
