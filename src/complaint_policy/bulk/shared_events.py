"""Reads a file of events that belong to many complaints: a list, in JSON or YAML."""

from __future__ import annotations

from complaint_policy.bulk.reading import as_diagnostics, given_facts
from complaint_policy.case_reader.problems import Problem
from complaint_policy.case_reader.shared import WHERE, SharedEvents, shared_reader
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple


class SharedRead(NamedTuple):
    """The shared events of a file; or None with its mistakes, and the text to show them in."""

    events: SharedEvents | None
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""


def shared_events_of(data: bytes, file: str, policy: Policy) -> SharedRead:
    """The events of a file, by the names and facts of a policy; JSON, unless its name or how it begins tells YAML."""
    if not file.lower().endswith((".yaml", ".yml")) and data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[":
        return _of_json(data, file, policy)
    return _of_yaml(data, file, policy)


def _of_json(data: bytes, file: str, policy: Policy) -> SharedRead:
    from complaint_policy.bulk.json_cases import decoded_document, placed

    decoded = decoded_document(data, file)
    if isinstance(decoded, Diagnostic):
        return SharedRead(None, (decoded,), data.decode("utf-8", "replace"))
    written, text = decoded
    problems: list[Problem] = []
    events = shared_reader(given_facts(policy), policy.events)(written, problems)
    if not problems:
        return SharedRead(events)
    inside = [item._replace(path=item.path.removeprefix(WHERE)) for item in problems]
    return SharedRead(None, placed(inside, text, 0, 1, file), text)


def _of_yaml(data: bytes, file: str, policy: Policy) -> SharedRead:
    from complaint_policy.bulk.yaml_cases import plain_list
    from complaint_policy.policy.source import read_source

    text = data.decode("utf-8", "replace")
    node, found = read_source(data, file)
    if node is None or found:
        return SharedRead(None, tuple(found), text)
    written, place = plain_list(node, WHERE)
    problems: list[Problem] = []
    events = shared_reader(given_facts(policy), policy.events, texts=True)(written, problems)
    return SharedRead(None, as_diagnostics(problems, place), text) if problems else SharedRead(events)
