"""What the commands for letters do: read what a person wrote, show a draft and what it lacks, send and list letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from complaint_policy.case_reader.moments import moment_of
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.histories import case_of
from complaint_policy.casework.letter_content import Lack
from complaint_policy.casework.letter_formats import in_format
from complaint_policy.casework.letters import Draft, drafted, letter_named
from complaint_policy.casework.sending import LACKS, Marked, Sending, SentLetter, marked_as_sent, still_lacking
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.named_files import must_be_readable
from complaint_policy.cli.showing import output, remark, tell
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.model import Policy
from complaint_policy.policy.nodes import Mapping as MappingNode
from complaint_policy.policy.nodes import Scalar
from complaint_policy.policy.source import read_file, read_source
from complaint_policy.reports.local_time import Zones, moment_in_words
from complaint_policy.stores.errors import Conflict
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import StoredCase

LARGEST = 1_000_000
"""Bytes of a text that a person has edited."""
TRIES = 8


def passages_in(file: str | None) -> dict[str, str]:
    """The passages of a file of YAML, by name; a usage error for anything else."""
    if file is None:
        return {}
    must_be_readable(file)
    data = read_file(Path(file))
    found: list[Diagnostic] = [data] if isinstance(data, Diagnostic) else []
    root, wrong = (None, []) if isinstance(data, Diagnostic) else read_source(data, file)
    if found or wrong:
        tell([*found, *wrong], {} if isinstance(data, Diagnostic) else {file: data.decode("utf-8", "replace")})
        raise click.UsageError(f"`{file}` cannot be read as YAML")
    if not isinstance(root, MappingNode) or not all(isinstance(value, Scalar) for _, value in root.entries):
        raise click.UsageError(f"`{file}` is no list of passages: write `name: text`, one for each")
    return {key.text: value.text for key, value in root.entries if isinstance(value, Scalar)}


def text_in(file: str | None) -> str | None:
    """The text of a letter that a person has edited; a usage error if it is none."""
    if file is None:
        return None
    must_be_readable(file)
    with open(file, "rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise click.UsageError(f"`{file}` is longer than {LARGEST:,} bytes, which no letter is")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise click.UsageError(f"`{file}` is not a text in UTF-8: save it as one, in Markdown") from None


def drafted_letter(
    loaded: LoadedPolicy, stored: StoredCase, name: str, language: str | None, given: Mapping[str, str], as_of: int
) -> Draft | None:
    """The draft; None if there is none, which has been told."""
    found: Any = letter_named(loaded.policy, name)
    if not isinstance(found, Diagnostic):
        found = drafted(loaded.engine, case_of(loaded, stored.entries), as_of, found, given, language)
    if isinstance(found, Diagnostic):
        tell([found])
        return None
    assert isinstance(found, Draft), "nothing else is drafted"
    return found


def show(
    loaded: LoadedPolicy, stored: StoredCase, sending: Sending, form: str, marked: bool, file: str | None, now: int
) -> int:
    """Writes a draft, and tells what is still to be written and what it would lack."""
    draft = sending.draft
    text = sending.text
    if marked:
        _put(draft.marked if sending.edited is None else sending.edited, file)
    else:
        write(text.plain, draft.subject, draft.language, form, file)
    for one in text.mistakes:
        remark(f"line {one.line}: {one.message}")
    if text.gaps:
        remark(f"still to be written: {', '.join(f'`{gap}`' for gap in text.gaps)}")
    written = {item for item in text.items if item not in text.gives}
    lacks = [one for one in still_lacking(loaded, stored, sending, now) if one.item not in written]
    for line in _missing(lacks, draft.asks):
        remark(line)
    return ExitCode.FINE


def _missing(lacks: Iterable[Lack], asks: Sequence[str] = ()) -> Iterator[str]:
    """What a letter lacks, each item once with all that ask for it, and how it is given if the template has it."""
    found: dict[str, list[Lack]] = {}
    for one in lacks:
        found.setdefault(one.item, []).append(one)
    for item, asking in found.items():
        sources = ", ".join(
            dict.fromkeys(f"{one.about} ({one.citation})" if one.citation else one.about for one in asking)
        )
        doubt = "" if any(one.sure for one in asking) else "perhaps "
        hidden = ", ".join(dict.fromkeys(name for one in asking for name in one.unknown)) if doubt else ""
        weak = f", which hangs on {hidden}" if hidden else ""
        weak += "" if any(one.binds for one in asking) else ", which is no obstacle"
        how = f"; write it with `--set {item}=…`" if item in asks else ""
        yield f"{doubt}missing: `{item}`, for {sources}{weak}{how}"


def send(
    cases: CaseStore, loaded: LoadedPolicy, case_id: str, sending: Sending, form: str, file: str | None, now: int
) -> int:
    """Marks a letter as sent and writes it as it went out; or tells what stands in the way."""
    found = _marked(cases, loaded, case_id, sending, now)
    if not isinstance(found, Marked):
        tell(found)
        incomplete = any(one.code is LACKS for one in found)
        more = "; if it went out without that, say why with `--incomplete`" if incomplete else ""
        remark(f"the letter is not marked as sent, and nothing was recorded{more}")
        return ExitCode.DATA
    draft = sending.draft
    write(sending.text.plain, draft.subject, draft.language, form, file)
    what = draft.communication.sent_by.replace("_", " ") or draft.communication.id
    remark(f"{case_id}: {what} was recorded, with {', '.join(sending.content) or 'no items'}")
    for line in _missing(found.lacks):
        remark(line)
    return ExitCode.FINE


def _marked(
    cases: CaseStore, loaded: LoadedPolicy, case_id: str, sending: Sending, now: int
) -> Marked | list[Diagnostic]:
    """What was added to the case; where another has come in between, the case is read again."""
    for _ in range(TRIES - 1):
        found = marked_as_sent(loaded, cases.case(case_id), sending, now)
        if not isinstance(found, Marked):
            return found
        with suppress(Conflict):
            cases.commit([found.change])
            return found
    raise Conflict(case_id, 0, 0)


def write(text: str, subject: str, language: str, form: str, file: str | None) -> None:
    """Writes a letter in its format."""
    _put(in_format(text, subject, language, form), file)  # type: ignore[arg-type]


def _put(text: str, file: str | None) -> None:
    with output(file) as stream:
        stream.write((text if text.endswith("\n") else f"{text}\n").encode("utf-8"))


def listed(policy: Policy, sent: Sequence[SentLetter]) -> str:
    """The letters that were sent, by number, and those that the policy has."""
    zone = Zones(policy).default
    lines = []
    for number, one in enumerate(sent, 1):
        lacks = f", without {', '.join(one.lacks)}: {one.incomplete}" if one.lacks else ""
        by = f"{one.entry.actor} ({one.entry.role})" if one.entry.role else one.entry.actor
        lines.append(f"{number}  {moment_in_words(zone, moment_of(one.sent_at))}  {one.communication}, by {by}{lacks}")
    lines += [] if sent else ["no letter has been sent"]
    lines += ["", "letters of the policy:"] if policy.communications else []
    lines += [f"  {one.id}" + (f": {one.says}" if one.says else "") for one in policy.communications]
    return "\n".join(lines)
