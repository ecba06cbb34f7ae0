"""House rules of an example organisation, and the code of the association that it belongs to.

A promise says what it is, a tier has an owner, a move has a reason.

The rules hold for what the organisation writes itself. What a pack of law says is not ours to word, and a duty of law
is described by its citation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from complaint_policy.hookspecs import (
    Code,
    Diagnostic,
    Duty,
    Places,
    Policy,
    RegisterChannel,
    RegisterCheck,
    RegisterPackFolder,
    diagnostic,
    hookimpl,
)
from complaint_policy_example.notice_board import notice_board

# Numbers that begin with `CP` are those of complaint-policy: an organisation's own begin with a word of its own.
SILENT_PROMISE = Code(
    "HOUSE101",
    "a promise that does not say what it promises",
    "Every evaluation carries the `says` of a duty: whoever handles the case reads there what we promised.",
    "warning",
)
NO_OWNER = Code(
    "HOUSE102",
    "a tier that nobody answers for",
    "A case that lies in a tier has somebody to ask about it.",
    "warning",
)
NO_REASON = Code(
    "HOUSE103",
    "a move without a reason",
    "Whoever receives a case from another tier can read in the policy why it came.",
    "warning",
)


def promises_say_what_they_are(policy: Policy, places: Places) -> Iterator[Diagnostic]:
    """The organisation's own duties (strength `internal`) without `says`, or with nothing in it but their name."""
    for duty in policy.duties:
        if duty.pack or duty.strength != "internal":
            continue
        fault = _fault_of_words(duty)
        if fault:
            yield diagnostic(
                SILENT_PROMISE,
                f"the promise `{duty.id}` says {fault}",
                places.get(("duty", duty.id)),
                "add `says:` with the promise as you would tell it to a complainant",
            )


def _fault_of_words(duty: Duty) -> str:
    """What is wrong with the words of a duty; empty if nothing is."""
    said = _letters(duty.says)
    if not said:
        return "nothing"
    name = duty.id.rpartition("/")[2]  # the step of a procedure, without its stage
    return "only its own name" if said == _letters(name) else ""


def _letters(text: str) -> str:
    return "".join(mark for mark in text.casefold() if mark.isalnum())


def tiers_have_owners(policy: Policy, places: Places) -> Iterator[Diagnostic]:
    """Tiers without `owner`, those outside the organisation too."""
    for tier in policy.escalation.tiers if policy.escalation else ():
        if not tier.owner.strip():
            yield diagnostic(
                NO_OWNER,
                f"nobody owns the tier `{tier.id}`",
                places.get(("tier", tier.id)),
                "add `owner:` with the team or the role that answers for its cases",
            )


def moves_have_reasons(policy: Policy, places: Places) -> Iterator[Diagnostic]:
    """Moves without `because`."""
    for move in policy.escalation.moves if policy.escalation else ():
        if not move.because.strip():
            yield diagnostic(
                NO_REASON,
                f"the move `{move.id}` gives no reason",
                places.get(("move", move.id)),
                "add `because:` in words for whoever receives the case",
            )


@hookimpl
def register_checks(register: RegisterCheck) -> None:
    """The three house rules."""
    register("promises-say-what-they-are", promises_say_what_they_are)
    register("tiers-have-owners", tiers_have_owners)
    register("moves-have-reasons", moves_have_reasons)


@hookimpl
def register_pack_folders(register: RegisterPackFolder) -> None:
    """The code of our trade association, as a pack that a policy extends by its id, `example-trade-code`."""
    register(Path(__file__).parent / "packs")


@hookimpl
def register_channels(register: RegisterChannel) -> None:
    """The board in the corridor, as the channel `notice-board`."""
    register("notice-board", notice_board)
