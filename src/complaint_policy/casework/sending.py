"""Marks a letter as sent, once the very text that goes out gives what is asked of it (semantics 132)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.histories import LETTER, body_of, entry, must_be_there
from complaint_policy.casework.intake import recorded
from complaint_policy.casework.letter_content import Lack, lacking
from complaint_policy.casework.letter_marks import Text, read_marked
from complaint_policy.casework.letters import Draft
from complaint_policy.conditions.text import moment_text
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest
from complaint_policy.policy.messages import Communication
from complaint_policy.records import NamedTuple, dataclass, replace
from complaint_policy.stores.records import Change, Entry, StoredCase

GAPS = Code(
    "CP924",
    "a letter that is not written yet",
    "Where a draft shows a name between double brackets, something is to be written or is not known of the case. A"
    " letter with such a gap is never marked as sent.",
)
MARKS = Code(
    "CP925",
    "marks of passages that do not fit",
    "A text that a person has edited says with marks which passage gives which item. Each has a beginning and an end;"
    " the letter itself goes out without them.",
)
LACKS = Code(
    "CP926",
    "a letter that lacks what is asked of it",
    "What a duty asks of a message decides whether the message meets it. A letter that went out all the same is"
    " recorded with what it gives, and why: the duty stays owed.",
)
NOT_TO_CONFIRM = Code(
    "CP927",
    "an item that cannot be confirmed",
    "Whoever sends a letter may confirm that its text gives an item, where no mark says so. It must be an item that"
    " somebody asks of this letter.",
)


@dataclass(frozen=True, slots=True)
class Sending:
    """A letter that is to be marked as sent.

    sent_at: UTC seconds. edited: what a person has made of the draft, with its marks; None if it goes out as drafted.
    confirmed: items of which that person says that the text gives them. fields: of the event, as a case file has them.
    because: why it went out although something is lacking; empty if nothing may be.
    """

    draft: Draft
    sent_at: int
    actor: Actor
    edited: str | None = None
    confirmed: tuple[str, ...] = ()
    fields: Mapping[str, Any] = {}
    because: str = ""

    @property
    def text(self) -> Text:
        """The text that goes out, and what it gives."""
        return self.draft.text if self.edited is None else read_marked(self.edited)

    @property
    def content(self) -> tuple[str, ...]:
        """All items that it gives, sorted."""
        return tuple(sorted(self.text.gives | set(self.confirmed)))


class Marked(NamedTuple):
    """What a letter that was sent adds to its case, and what the letter lacks all the same."""

    change: Change
    lacks: tuple[Lack, ...]


def marked_as_sent(loaded: LoadedPolicy, stored: StoredCase, sending: Sending, now: int) -> Marked | list[Diagnostic]:
    """The change for a letter that was sent: its event, if it has one, with the content that it gives, and its text.

    `now`: UTC seconds, when that is recorded. Else all that stands in the way. Raises `NotAccepted` for an event that
    the policy does not take, and `Unreadable`.
    """
    refused = [*_unfinished(sending.text)]
    if refused:
        return refused
    change, event, lacks = _with_event(loaded, stored, sending, now)
    lacks = (*lacks, *_promised(sending, lacks))
    refused = [*_wrongly_confirmed(loaded, stored, sending, now)]
    binding = [one for one in lacks if one.binds]
    if binding and not sending.because:
        refused += [*_lacked(sending.draft.communication, binding)]
    if refused:
        return refused
    case_id, seq = stored.row.case_id, len(stored.entries) + len(change.entries) + 1
    letter = entry(case_id, seq, now, sending.actor, LETTER, _kept(sending, event, binding))
    return Marked(replace(change, entries=(*change.entries, letter)), lacks)


def still_lacking(loaded: LoadedPolicy, stored: StoredCase, sending: Sending, now: int) -> tuple[Lack, ...]:
    """What a letter would lack if it went out as it is."""
    lacks = _with_event(loaded, stored, sending, max(now, sending.sent_at))[2]
    return (*lacks, *_promised(sending, lacks))


def _with_event(
    loaded: LoadedPolicy, stored: StoredCase, sending: Sending, now: int
) -> tuple[Change, str, tuple[Lack, ...]]:
    """The change that records the event which sending the letter is, its id, and what it lacks; no id where the letter
    records none. What an organisation writes after a case was closed leaves it closed."""
    name = sending.draft.communication.sent_by
    if not name:
        return Change(stored.row.case_id, stored.row.revision), "", ()
    kind = next(one for one in loaded.policy.events if one.name == name)
    fields = {"written": True} if any(field.name == "written" for field in kind.fields) else {}
    by = {"person": sending.actor.name, **({"role": sending.actor.role} if sending.actor.role else {})}
    data = {**fields, **sending.fields, "content": list(sending.content)}
    event = {"type": name, "at": moment_text(sending.sent_at), "by": by, "data": data}
    change, taken = recorded(loaded, stored, event, sending.actor, now, after_closing=True)
    assert change is not None, "an event without an id of its own is always another one"
    return change, taken.id, lacking(loaded.engine, taken.answer.case, taken.id)


# --- what stands in the way -------------------------------------------------------------------------------------------


def _unfinished(text: Text) -> Iterator[Diagnostic]:
    for mistake in text.mistakes:
        yield diagnostic(MARKS, mistake.message, Location("the letter", mistake.line, 1), mistake.help)
    for gap in text.gaps:
        root, _, name = gap.partition(".")
        help = f"give it with `--set {name}=…`, or write it into the text" if root == "given" else ""
        help = help or "add it to the case, or write it into the text"
        yield diagnostic(GAPS, f"`{gap}` is still to be written", None, help)


def _promised(sending: Sending, lacks: Sequence[Lack]) -> Iterator[Lack]:
    """Items of the letter itself that its template gives for this case, and the text that goes out does not."""
    asked = {one.item for one in lacks if one.binds}
    letter = sending.draft.communication
    for item in letter.content:
        if item in sending.draft.text.items and item not in sending.content and item not in asked:
            yield Lack(item, "letter", letter.id, "internal", letter.says, "", "")


def _wrongly_confirmed(loaded: LoadedPolicy, stored: StoredCase, sending: Sending, now: int) -> Iterator[Diagnostic]:
    """Items that nobody asks of the letter; that a text gives twice, by a mark and a word, is no harm."""
    if not sending.confirmed:
        return
    bare = replace(sending, confirmed=())
    asked = set(sending.draft.communication.content) | sending.text.items
    asked |= {one.item for one in _with_event(loaded, stored, bare, now)[2]}
    for item in sending.confirmed:
        if item not in asked:
            near = nearest(item, asked)
            listed = ", ".join(f"`{one}`" for one in sorted(asked)) or "nothing"
            help = f"did you mean `{near}`?" if near else f"it is asked for {listed}"
            yield diagnostic(NOT_TO_CONFIRM, f"nobody asks this letter for `{item}`", None, help)


_CONSEQUENCE = {
    "duty": "`{about}`{source} asks for it",
    "longer": "without it the time of `{about}`{source} is not lengthened",
    "letter": "it is among the `content` of the letter",
}
_STRENGTHS = ("must", "should", "internal")


def _lacked(letter: Communication, lacks: Sequence[Lack]) -> Iterator[Diagnostic]:
    """What the letter lacks, item by item, each with what asks for it most strongly, what that says, and where."""
    asking: dict[str, list[Lack]] = {}
    for one in lacks:
        asking.setdefault(one.item, []).append(one)
    for item, asked in sorted(asking.items()):
        first, *others = sorted(asked, key=lambda one: _STRENGTHS.index(one.strength))
        source = ", ".join(part for part in (first.citation, first.strength) if part)
        why = _CONSEQUENCE[first.asked_by].format(about=first.about, source=f" ({source})")
        also = f", and so does {', '.join(f'`{one.about}`' for one in others)}" if others else ""
        doubt = "" if any(one.sure for one in asked) else _doubt(asked)
        says = f": {first.says}" if first.says else ""
        help = f"write it, between `<!-- mention: {item} -->` and `<!-- end of {item} -->`; or `--confirms {item}`"
        yield diagnostic(
            LACKS, f"the letter `{letter.id}` does not give `{item}`; {why}{also}{doubt}{says}", None, help
        )


def _doubt(asked: Sequence[Lack]) -> str:
    """That it hangs on what is not known, and on what, if only the item does."""
    facts = ", ".join(f"`{name}`" for name in dict.fromkeys(name for one in asked for name in one.unknown))
    return (
        f", unless {facts} says otherwise, which is not known" if facts else ", unless what is not known says otherwise"
    )


# --- the letter as it is kept -----------------------------------------------------------------------------------------


def _kept(sending: Sending, event: str, lacks: Sequence[Lack]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "communication": sending.draft.communication.id,
        "language": sending.draft.language,
        "sent_at": moment_text(sending.sent_at),
        "subject": sending.draft.subject,
        "text": sending.text.plain,
        "content": list(sending.content),
    }
    more = {
        "event": event,
        "confirmed": list(sending.confirmed),
        "edited": sending.edited is not None,
        "incomplete": sending.because if lacks else "",
        "lacks": list(dict.fromkeys(one.item for one in lacks)),
    }
    return told | {key: value for key, value in more.items() if value}


class SentLetter(NamedTuple):
    """A letter as it was sent: the text in Markdown. recorded: by whom it was marked, and `entry` where it stands."""

    entry: Entry
    communication: str
    language: str
    sent_at: str
    subject: str
    text: str
    content: tuple[str, ...]
    confirmed: tuple[str, ...]
    incomplete: str
    lacks: tuple[str, ...]


def letters_sent(entries: Sequence[Entry]) -> Iterator[SentLetter]:
    """The letters of a history, in the order in which they were marked. Raises `Unreadable` if it has been erased."""
    must_be_there(entries)
    for one in entries:
        if one.kind == LETTER:
            body = body_of(one)
            yield SentLetter(
                one,
                body["communication"],
                body["language"],
                body["sent_at"],
                body["subject"],
                body["text"],
                tuple(body["content"]),
                tuple(body.get("confirmed", ())),
                body.get("incomplete", ""),
                tuple(body.get("lacks", ())),
            )
