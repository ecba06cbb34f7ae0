"""Who is meant by an owner, a supervisor, a complainant or a role, and at which address each of them is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from complaint_policy.configuration.settings import holders
from complaint_policy.configuration.tables import NOT_AS_MEANT, Table, Tables
from complaint_policy.diagnostics import Code, Diagnostic
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.stores.records import CaseRow

NO_WAY = Code(
    "CP880",
    "a recipient without a way to be reached",
    "A recipient has an address for one channel or several, by the names of channels in the same configuration. Without"
    " one nothing could be sent.",
)
LANGUAGE = "language"
"""The one key of a recipient that is no channel."""

LONGEST = 500
"""Characters of an address that a store keeps."""


class FromFact(NamedTuple):
    """An address that a fact of the case gives."""

    fact: str


class Contact(NamedTuple):
    """How somebody is reached: channels with addresses, the usual one first; and in which language, if any is said."""

    ways: tuple[tuple[str, str | FromFact], ...]
    language: str = ""


class People(NamedTuple):
    """Whom the configuration knows: contacts by name, and by role the names of those who hold it."""

    contacts: Mapping[str, Contact]
    holders: Mapping[str, tuple[str, ...]]


class Way(NamedTuple):
    """Somebody, and where a message to them goes."""

    name: str
    channel: str
    address: str
    language: str = ""


class Unreached(NamedTuple):
    """Somebody who is meant and cannot be reached, and why."""

    name: str
    channel: str
    why: str


def people_of(
    tables: Tables, channels: Sequence[str], environment: Mapping[str, str]
) -> tuple[People, list[Diagnostic]]:
    """The people of a configuration whose channels have these names; and what is wrong with its tables."""
    table = tables.table("recipients")
    contacts = {name: _contact(below, channels, environment) for name, below in table.below()}
    held, wrong = holders(tables)
    return People(contacts, held), [*table.found, *wrong]


def _contact(table: Table, channels: Sequence[str], environment: Mapping[str, str]) -> Contact:
    ways: list[tuple[str, str | FromFact]] = []
    table.known((*channels, LANGUAGE))
    for channel, address in table.settings(environment).items():
        if channel not in channels:
            continue
        if isinstance(address, dict) and address.keys() == {"fact"} and isinstance(address["fact"], str):
            ways.append((channel, FromFact(address["fact"])))
        elif isinstance(address, str) and len(address) <= LONGEST and address.isprintable():
            ways.append((channel, address))
        else:
            of_fact = f'`{channel} = {{fact = "NAME"}}` for what a fact of the case gives'
            help = f'write `{channel} = "…"`, at most {LONGEST} characters on one line, or {of_fact}'
            table.note(NOT_AS_MEANT, f"`{channel}` is no address", channel, help)
    if not ways and not table.found:
        help = "write the name of a channel and an address"
        table.note_itself(NO_WAY, f"`{table.path[-1]}` has no address", help)
    return Contact(tuple(ways), table.text(LANGUAGE) or "" if LANGUAGE in table.values else "")


def meant(to: str, policy: Policy, row: CaseRow, evaluation: Evaluation) -> tuple[str, str]:
    """The name of who is meant by a recipient of a notification, empty with the reason if nobody is (semantics 128).

    A case that was assigned to nobody is its tier's.
    """
    if to == "owner" and row.owner:
        return row.owner, ""
    if to in ("owner", "tier_owner"):
        tier = evaluation.tier.now if evaluation.tier is not None else None
        tiers = policy.escalation.tiers if policy.escalation is not None else ()
        name = next((one.owner for one in tiers if one.id == tier), "")
        return name, "" if name else "the case has no owner" + (f", nor has the tier `{tier}`" if tier else "")
    return to, ""


def ways_to(
    people: People, name: str, via: Sequence[str], fact: Callable[[str], str | None]
) -> tuple[list[Way], list[Unreached]]:
    """Where messages to somebody go: to each who holds the role of that name, else to the person; by each of the
    channels `via`, else by their usual one. `fact` gives the value of a fact of the case."""
    ways: list[Way] = []
    unreached: list[Unreached] = []
    for person in people.holders.get(name, (name,)):
        contact = people.contacts.get(person)
        if contact is None or not contact.ways:
            why = f"there is no address of `{person}`: the table `[recipients]` of the configuration has none"
            unreached.append(Unreached(person, "", why))
            continue
        known = dict(contact.ways)
        for channel in via or (contact.ways[0][0],):
            address = known.get(channel)
            if isinstance(address, FromFact):
                found = fact(address.fact)
                why = f"the fact `{address.fact}`, which the address of `{person}` is taken from, is not known"
            else:
                found, why = address, f"`{person}` has no address for the channel `{channel}`"
            if found and (len(found) > LONGEST or not found.isprintable()):
                found, why = None, f"the address of `{person}` is longer than {LONGEST} characters, or not one line"
            if found:
                ways.append(Way(person, channel, found, contact.language))
            else:
                unreached.append(Unreached(person, channel, why))
    return ways, unreached
