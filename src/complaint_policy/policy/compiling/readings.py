"""Two readings of one text of law: each is a whole duty; one is adopted, and the others are watched beside it."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import replace
from typing import NamedTuple

from complaint_policy.clocks.data import Every
from complaint_policy.diagnostics import Code, Location
from complaint_policy.policy.compiling.binding import Bound
from complaint_policy.policy.compiling.draft import Draft, entries_in, mapping_in, section, text_in
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.names import good_id, twice, unknown
from complaint_policy.policy.compiling.tightening import as_strict
from complaint_policy.policy.model import Duty, Reading
from complaint_policy.policy.nodes import Mapping, Scalar

ADOPTED = Code(
    "CP287",
    "nobody can tell which reading of a duty is adopted",
    "Of several readings one is adopted, by which the duty is judged; the others are watched. The stricter one is"
    " adopted where it can be told by kind, over all cases; where it depends on the case, the file says it.",
)
NO_READINGS = Code(
    "CP288",
    "a duty of which one reading is taken has no readings",
    "Which text of the law has several readings is for its pack to say; an organisation chooses one of them, with its"
    " reason.",
)
NOT_READ = Code(
    "CP289",
    "a duty that cannot have several readings",
    "A reading is a single clock with what completes it, so that both can be shown beside each other. A prohibition, a"
    " record that is kept, content without a clock and what repeats have none: write two duties, one of them an"
    " `option`.",
)

ONLY_ONE = Code(
    "CP290",
    "a duty has only one reading",
    "Readings stand where a text can be read in several ways; a single one is the duty itself.",
)


class Taken(NamedTuple):
    """What an organisation chose: the reading, and why."""

    reading: str
    because: str


class Variant(NamedTuple):
    """One reading as written: its id, and the duty with what this reading says of it in place of the duty's own."""

    key: Scalar
    body: Mapping


def variants_of(body: Mapping, draft: Draft) -> list[Variant]:
    """The readings of a duty, none if it has only the one that it is."""
    kept = [entry for entry in body.entries if entry[0].text not in ("readings", "adopted")]
    found = []
    for key, node in entries_in(body.get("readings"), draft):
        own = mapping_in(node, draft)
        if own is not None and good_id(key.text, "reading", key.location, draft.problems):
            shared = [entry for entry in kept if own.get(entry[0].text) is None]
            found.append(Variant(key, Mapping((*shared, *own.entries), own.location)))
    if len(found) == 1:
        help = "add the other reading, or write its keys in the duty itself"
        draft.report(ONLY_ONE, f"`{found[0].key.text}` is the only reading", found[0].key.location, help)
    return found


def choices_of(bounds: list[Bound]) -> dict[str, Taken]:
    """The readings that the files extending a pack take of its duties, by the duty's id in the pack."""
    found: dict[str, Taken] = {}
    for bound in bounds:
        written = _with_readings(bound.draft)
        for key, node in bound.answers("readings"):
            body = mapping_in(node, bound.by)
            named = body.get("take") if body else None
            text = text_in(named, bound.by)
            if key.text not in bound.draft.duties:
                bound.by.problems.append(unknown("duty", key.text, written, key.location, of=bound.key.text))
            elif key.text not in written:
                message = f"`{key.text}` of `{bound.key.text}` has only one reading"
                bound.by.report(NO_READINGS, message, key.location, "leave it out")
            elif text is not None and named is not None and text not in written[key.text]:
                bound.by.problems.append(unknown("reading", text, written[key.text], named.location, of=key.text))
            elif body is not None and text is not None:
                found.setdefault(key.text, Taken(text, words_under(body, "because", bound.by)))
    return found


def _with_readings(draft: Draft) -> dict[str, list[str]]:
    """The duties of a pack that have several readings, with these."""
    plain = [
        (key.text, node) for name in ("timeframes", "requirements", "follow_up") for key, node in section(draft, name)
    ]
    steps = [
        (f"{stage.text}/{step.text}", node)
        for stage, body in section(draft, "procedure")
        for step, node in entries_in(body, draft)
    ]
    return {
        id: [key.text for key, _ in readings.entries]
        for id, node in (*plain, *steps)
        if isinstance(node, Mapping) and isinstance(readings := node.get("readings"), Mapping)
    }


def adopted(
    id: str, body: Mapping, readings: list[tuple[Variant, Duty]], taken: Table[str, Taken], draft: Draft
) -> list[Duty]:
    """The duty as read by the adopted reading, and a duty `id/reading` for each other one, whose miss is no breach."""
    place = (body.key("readings") or body).location
    if any(duty.due is None or isinstance(duty.due, Every) or duty.begins or duty.at for _, duty in readings):
        message = f"`{id}` cannot have readings: not each of them is one single clock"
        draft.report(NOT_READ, message, place, "write a duty for each reading, the watched one as an `option`")
        return []
    chosen = taken.get(id) or _written(body, readings, draft) or _strictest(readings)
    if chosen is None:
        help = "add `adopted: " + readings[0][0].key.text + "`, or the reading that the duty is to be judged by"
        draft.report(ADOPTED, f"which reading of `{id}` is the stricter depends on the case", place, help)
        return []
    found: list[Duty] = []
    for variant, duty in readings:
        reading = variant.key.text
        if reading == chosen.reading:
            found.insert(0, replace(duty, reading=Reading(reading, "", chosen.because)))
        elif _is_free(f"{id}/{reading}", variant.key.location, draft):
            name = draft.declare("duty", f"{id}/{reading}", variant.key.location)
            found.append(replace(duty, id=name, strength="option", reading=Reading(reading, duty.id)))
    return found


def _is_free(id: str, place: Location, draft: Draft) -> bool:
    first = draft.duties.get(id)
    if first is not None:
        draft.problems.append(twice("duty", id, place, first))
    return first is None


def _written(body: Mapping, readings: list[tuple[Variant, Duty]], draft: Draft) -> Taken | None:
    node = body.get("adopted")
    text = text_in(node, draft)
    if text is None or node is None:
        return None
    known = [variant.key.text for variant, _ in readings]
    if text not in known:
        draft.problems.append(unknown("reading", text, known, node.location))
        return Taken(known[0], "")
    return Taken(text, "")


def _strictest(readings: list[tuple[Variant, Duty]]) -> Taken | None:
    for variant, duty in readings:
        if all(as_strict(duty, other) for _, other in readings):
            return Taken(variant.key.text, "")
    return None
