"""Duties: what must happen, with which content, by when, and what stops, lengthens or replaces that."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import replace
from types import MappingProxyType
from typing import Literal, NamedTuple, cast

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import Before, Cycles, Due, Every, Extension, Happens, Length, Limit, Promptly
from complaint_policy.diagnostics import Code, Location
from complaint_policy.policy.compiling.clocks import BACKWARD, compile_due, limits_in
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.contents import read_at
from complaint_policy.policy.compiling.cycles import STOPPED
from complaint_policy.policy.compiling.draft import Draft, entries_in, mapping_in, section, text_in, text_under
from complaint_policy.policy.compiling.events import NOT_YET
from complaint_policy.policy.compiling.happenings import read_filtered, read_happening
from complaint_policy.policy.compiling.in_force import dated_duty, only_text
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.names import good_id, meant, twice
from complaint_policy.policy.compiling.parts import read_same
from complaint_policy.policy.compiling.places import NEVER_MET
from complaint_policy.policy.compiling.prohibitions import read_prohibition
from complaint_policy.policy.compiling.readings import Taken, adopted, variants_of
from complaint_policy.policy.compiling.stops import (
    EXTENSION,
    read_extensions,
    read_fallback,
    read_floor,
    read_pauses,
    read_warnings,
    suspended_by,
)
from complaint_policy.policy.compiling.tightening import check_tightening
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import Duty, Strength
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

FLOOR = Code(
    "CP679",
    "a time of keeping with what only a due moment has",
    "How long a record is kept begins, and ends by itself: nothing completes it, switches it off, pauses or lengthens"
    " it, and there is nothing to warn of. Only a suspension of the law (`suspended_by`) stops it (semantics 107).",
)
INCOMPLETE = Code(
    "CP252",
    "a duty is not complete",
    "A duty says when it is due and what completes it, or how long to keep something. Without one of them it could"
    " never be met, or never be missed.",
)
REVIVED = Code(
    "CP259",
    "a duty cannot be revived",
    "What brings a duty back is for a duty that is completed once (semantics 40). One that comes again and again, or"
    " for every event, has occurrences of its own, and a record that is kept is never completed.",
)
NOT_OF_LAW = Code(
    "CP254",
    "a duty meets something that is no duty of a pack",
    "`meets` ties a duty of the organisation to a duty of law, by the full name `pack/duty`.",
)
REPEATED = Code(
    "CP236",
    "a repeated duty has what only a single clock can have",
    "An interval promises that the complainant hears again before it has passed (semantics 46). A pause, a suspension,"
    " an extension or a fallback would let that silence grow without anybody being late; a table of clocks, or a"
    " calendar that a fact chooses, would change the interval in the middle of one. Say with `when` to which cases the"
    " duty applies.",
)

STRENGTHS: Table[str, Strength] = {
    "requirements": "must",
    "records": "must",
    "timeframes": "internal",
    "procedure": "internal",
    "follow_up": "internal",
    "organisation": "must",
}
"""How strong a duty is when it does not say so, by its section."""

_READ_APART = ("procedure", "organisation")
"""Sections of another shape, or about no case."""


class Written(NamedTuple):
    """A duty as it stands in the file: its section, its id (`stage/step` in a procedure) and its body."""

    section: str
    id: str
    key: Scalar
    body: Node


def declare_duties(draft: Draft) -> list[Written]:
    """Every duty of the file with a good id; all share one namespace."""
    found: list[Written] = []
    for written in _written(draft):
        first = draft.duties.get(written.id)
        if first is not None:
            draft.problems.append(twice("duty", written.id, written.key.location, first))
            continue
        draft.duties[written.id] = written.key.location
        name = draft.declare("duty", written.id, written.key.location)
        draft.common.duties[name] = written.key.location
        for key, kind in (
            ("forbid", draft.common.prohibitions),
            ("each", draft.common.repeated),
            ("at", draft.common.repeated),
        ):
            if isinstance(written.body, Mapping) and written.body.get(key) is not None:
                kind.add(name)
        found.append(written)
    return found


def _written(draft: Draft) -> list[Written]:
    plain = [
        Written(name, key.text, key, node)
        for name in STRENGTHS
        if name not in _READ_APART
        for key, node in section(draft, name)
        if good_id(key.text, "duty", key.location, draft.problems)
    ]
    steps = [
        Written("procedure", f"{stage.text}/{step.text}", step, node)
        for stage, body in section(draft, "procedure")
        if good_id(stage.text, "stage", stage.location, draft.problems)
        for step, node in entries_in(body, draft)
        if good_id(step.text, "duty", step.location, draft.problems)
    ]
    return plain + steps


def compile_duties(
    written: list[Written], law: Table[str, Duty], draft: Draft, taken: Table[str, Taken] = MappingProxyType({})
) -> list[Duty]:
    """The duties of the file; `law` are those of its packs, which they may answer (`meets`).

    `taken`: the readings that an organisation chose of duties that have several.
    """
    found: list[Duty] = []
    for one in written:
        body = mapping_in(one.body, draft)
        if body is not None and body.get("readings") is not None:
            found += _readings(one, body, law, draft, taken)
        elif body is not None:
            found += _compiled(one, body, law, draft)
    return found


def _compiled(one: Written, body: Mapping, law: Table[str, Duty], draft: Draft) -> list[Duty]:
    duty = _duty(one, body, law, draft)
    return [] if duty is None else [duty]


def _readings(one: Written, body: Mapping, law: Table[str, Duty], draft: Draft, taken: Table[str, Taken]) -> list[Duty]:
    """The duty by each of its readings; a mistake in what they share is told once."""
    before = len(draft.problems)
    variants = variants_of(body, draft)
    found = [(variant, duty) for variant in variants for duty in _compiled(one, variant.body, law, draft)]
    draft.problems[before:] = dict.fromkeys(draft.problems[before:])
    if len(draft.problems) > before or not found:
        return [duty for _, duty in found[:1]]
    return adopted(one.id, body, found, taken, draft)


def _duty(one: Written, body: Mapping, law: Table[str, Duty], draft: Draft) -> Duty | None:
    answers = _answered_duty(body.get("meets"), law, draft)
    strength = cast(Strength, text_in(body.get("strength"), draft) or STRENGTHS[one.section])
    each = _each(body.get("each"), draft)
    duty = Duty(
        id=draft.name(one.id),
        pack=draft.prefix.removesuffix("/"),
        section=one.section,
        strength=strength,
        says=words_under(body, "says", draft),
        citation=text_under(body, "citation", draft),
        url=text_under(body, "url", draft),
        confidence=text_under(body, "confidence", draft),
        when=compile_condition(body.get("when"), draft),
        each=each,
        due=compile_due(body.get("due"), draft),
        done_by=read_happening(body.get("done_by"), draft),
        off_when=read_happening(body.get("off_when"), draft),
        revived_by=read_happening(body.get("revived_by"), draft),
        suspended_by=suspended_by(body.get("suspended_by"), draft),
        fallback=read_fallback(body.get("fallback"), draft.name(one.id), draft),
        floor=read_floor(body.get("keep"), each, draft),
        meets=answers.id if answers else None,
        when_key_changes=_when_key_changes(body.get("when_key_changes"), strength, draft),
        because=words_under(body, "because", draft),
    )
    duty = replace(
        duty,
        pauses=read_pauses(body.get("pause"), duty.id, draft),
        longer=read_extensions(body.get("longer"), draft),
        warn=read_warnings(body.get("warn"), draft),
    )
    duty = dated_duty(read_at(read_prohibition(duty, body, draft), body, draft), body, draft)
    duty = replace(duty, same=read_same(body.get("same"), duty, draft))
    if answers is not None:
        duty = inherited(duty, answers, body)
        check_tightening(duty, answers, one.key.location, draft)
    _check_whole(duty, one, body, draft)
    _check_extensions(duty, body, draft)
    return duty


def _answered_duty(node: Node | None, law: Table[str, Duty], draft: Draft) -> Duty | None:
    text = text_in(node, draft)
    if text is None or node is None:
        return None
    if text in draft.common.prohibitions:
        message = f"`{text}` is a prohibition, which no other duty answers"
        draft.report(NEVER_MET, message, node.location, "it stands by itself: take `meets` out")
        return None
    if text not in law:
        full = next((one for one in law if one.endswith(f"/{text}")), "")
        help = (
            f"write its full name `{full}`"
            if full
            else (meant(text, law, "duty") if law else "name the pack under `law:` first")
        )
        draft.report(NOT_OF_LAW, f"`{text}` is no duty of a pack", node.location, help)
        return None
    return law[text]


def inherited(duty: Duty, law: Duty, body: Mapping) -> Duty:
    """The duty with the due moment and the completion of the law that it answers, where it says none (semantics 91)."""
    return replace(
        duty,
        due=duty.due if body.get("due") is not None else law.due,
        done_by=duty.done_by if body.get("done_by") is not None else law.done_by,
        floor=duty.floor if body.get("keep") is not None else law.floor,
        each=duty.each if body.get("each") is not None else law.each,
        same=duty.same if body.get("each") is not None or duty.same is not None else law.same,
        revived_by=duty.revived_by or law.revived_by,
        citation=duty.citation or law.citation,
    )


def _when_key_changes(node: Node | None, strength: Strength, draft: Draft) -> Literal["recount", "from_change", "keep"]:
    text = text_in(node, draft)
    if text is not None:
        return cast(Literal["recount", "from_change", "keep"], text)
    return "recount" if strength in ("must", "should") else "from_change"


def _each(node: Node | None, draft: Draft) -> Happens | None:
    if isinstance(node, Sequence):
        if len(node.items) == 1:
            return read_filtered(node.items[0], draft)
        help = "write a duty for each of the events"
        draft.report(NOT_YET, "`each` with several events is not evaluated yet", node.location, help)
        return None
    return read_filtered(node, draft)


# --- what a whole duty needs ------------------------------------------------------------------------------------------


def _check_whole(duty: Duty, one: Written, body: Mapping, draft: Draft) -> None:
    place = one.key.location
    if duty.at is not None or body.get("at") is not None:
        return
    if duty.begins is not None:
        _check_until(duty, body, draft)
        return
    if duty.floor is not None and duty.due is None:
        _check_floor(one.id, body, draft)
    if body.get("due") is None and body.get("keep") is None and duty.meets is None:
        draft.report(
            INCOMPLETE,
            f"nothing says when `{one.id}` is due",
            place,
            "add `due: 8 weeks from received`, or `keep:`",
        )
    elif body.get("due") is not None and body.get("done_by") is None and duty.done_by is None:
        draft.report(
            INCOMPLETE,
            f"nothing says what completes `{one.id}`",
            place,
            "add `done_by:` with the event that completes it",
        )
    if duty.each is not None and duty.due is not None and any(isinstance(item, Every) for item in limits_in(duty.due)):
        draft.report(
            INCOMPLETE, f"`{one.id}` repeats by itself and for each event", place, "write one of `each` and `every`"
        )
    _check_repeating(duty.due, one.id, body, draft)
    if duty.revived_by is not None and (duty.each or duty.done_by is None or isinstance(duty.due, Every)):
        help = "leave `revived_by` out, or write a duty of its own"
        draft.report(REVIVED, f"`{one.id}` is not completed once, so nothing revives it", place, help)
    help = "leave out what stops or lengthens it"
    stopped = duty.pauses or duty.longer or duty.suspended_by
    if isinstance(only_text(duty.due), Before) and stopped:
        draft.report(BACKWARD, f"nothing stops `{one.id}`, which is due before something else", place, help)
    if isinstance(only_text(duty.due), Cycles) and stopped:
        draft.report(STOPPED, f"nothing stops `{one.id}`, which runs until cycles close", place, help)


ONLY_DUE = ("done_by", "off_when", "revived_by", "pause", "longer", "warn", "fallback", "when_key_changes")


def _check_floor(id: str, body: Mapping, draft: Draft) -> None:
    """A time of keeping ends by itself; only a suspension of the law stops it (semantics 107)."""
    for word in ONLY_DUE:
        key = body.key(word)
        if key is not None:
            message = f"`{id}` says how long to keep, so that `{word}` says nothing"
            draft.report(FLOOR, message, key.location, f"take `{word}` out, or add `due:` if something must be done")


def _check_until(duty: Duty, body: Mapping, draft: Draft) -> None:
    """The end of a prohibition is a moment: what repeats, or has no number, ends nothing."""
    until = body.get("until")
    repeats = any(isinstance(item, Every) for item in limits_in(duty.due))
    if until is not None and (repeats or isinstance(duty.due, Promptly)):
        help = "write an event, or a clock with a length such as `{length: 60 days}`"
        draft.report(INCOMPLETE, "nothing says when the prohibition ends", until.location, help)


STOPPING = ("pause", "suspended_by", "longer", "fallback")


def _check_repeating(due: Due | None, id: str, body: Mapping, draft: Draft) -> None:
    """A repetition is a whole clock that nothing stops: in a combination it would have no single due moment."""
    if not any(isinstance(item, Every) for item in limits_in(due)):
        return
    if not isinstance(due, Every):
        place = (body.key("due") or body).location
        help = "write two duties, one of them with `every`, and say with `when` to which cases each applies"
        draft.report(REPEATED, f"`{id}` repeats in a part of its clock only", place, help)
        return
    if isinstance(draft.common.calendars.get(due.calendar), CalendarChoice):
        place = (body.key("due") or body).location
        message = f"`{id}` repeats in `{due.calendar.rpartition('/')[2]}`, which is chosen by a fact"
        help = "name one calendar: `calendar: NAME`, or write a duty for each, with a `when`"
        draft.report(REPEATED, message, place, help)
    for word in STOPPING:
        key = body.key(word)
        if key is not None:
            message = f"`{id}` repeats, so that nothing can stop or lengthen its clock"
            draft.report(REPEATED, message, key.location, f"leave out `{word}`, or write a single clock with `length`")


def _check_extensions(duty: Duty, body: Mapping, draft: Draft) -> None:
    place = (body.key("longer") or body).location
    limits = list(limits_in(duty.due))
    for extension in duty.longer:
        for limit in limits:
            _check_extension(extension, limit, place, draft)
        alike = [limit for limit in limits if extension.to and _unit(limit.length) == _unit(extension.to)]
        shorter = [limit for limit in alike if not _lengthens(extension, limit)]
        if shorter and (len(shorter) == len(alike) or extension.ground is None):  # `if` may say for which clock it is
            assert extension.to is not None, "only compared where there is one"
            message = f"an extension to {in_words(extension.to)} does not lengthen {in_words(shorter[0].length)}"
            draft.report(EXTENSION, message, place, "write a longer length, or `by:` for what is added")


def _unit(length: Length) -> str:
    return in_one_unit(length)[0]


def _lengthens(extension: Extension, limit: Limit | Every) -> bool:
    return extension.to is None or in_one_unit(extension.to)[1] > in_one_unit(limit.length)[1]


def _check_extension(extension: Extension, limit: Limit | Every, place: Location, draft: Draft) -> None:
    unit = _unit(limit.length)
    if extension.by is not None and in_one_unit(extension.by)[0] != unit:
        message = f"{in_words(extension.by)} cannot be added to {in_words(limit.length)}"
        same = in_words(Length(5, limit.length.unit))
        help = f"add in the same unit, such as `by: {same}`, or set the whole length with `to:`"
        draft.report(EXTENSION, message, place, help)
    if extension.at_most is not None and extension.to is not None and not extension.soft:
        cap, longest = in_one_unit(extension.at_most), in_one_unit(extension.to)
        if cap[0] == longest[0] and longest[1] > cap[1]:
            message = f"an extension to {in_words(extension.to)} is above its own cap of {in_words(extension.at_most)}"
            draft.report(EXTENSION, message, place, "`at_most` caps the whole length (semantics 38)")
