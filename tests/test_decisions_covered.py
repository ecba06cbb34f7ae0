"""Every numbered decision of meaning has a test or a written case that names it, on the engine and on the reference."""

from __future__ import annotations

import re
from pathlib import Path

from tests.written_cases import ROOT, written_cases

TESTS = ROOT / "tests"
NUMBERS = re.compile(r"^#{3} (\d+)\. ", re.MULTILINE)
NAMED = re.compile(r"def test_semantics_((?:\d+_(?:and_|to_)?)+)")

NOT_ON_ENGINE: dict[int, str] = {}
NOT_ON_REFERENCE = NOT_ON_ENGINE | {
    7: "whoever announces states sends the correction; an evaluation has no memory",
    75: "how a table gives events; what follows from them is the same function",
    84: "which words can be names is refused before there is a policy to evaluate",
    88: "next actions follow from states, which the reference has",
    93: "how a case is read; the reference gets the case as read",
    94: "exit codes are of the program",
    95: "`--as-of` is of the program",
    96: "a trace tells how the engine came to an answer, not what it is",
    97: "a duty of the organisation is evaluated as that of a case; which periods are asked for is told by one command",
    101: "the end of the organisation's year is a value of its file; what follows from it is 97",
    108: "which periods and events of the organisation a duty reaches is told by one command, as 97",
    98: "`check` looks at the file, and no case is evaluated",
    104: "approvals lead to findings only, which are tested apart",
    117: "who is told is decided by casework, from what an evaluation says",
    119: "two policies are compared by one command, on the answers of the engine",
    **dict.fromkeys((120, 121, 122, 123), "what is recorded in a store is decided by casework, before it is evaluated"),
    132: "when a letter counts as sent is decided by casework, which records it",
    133: "when a case is erased is decided by casework, from what an evaluation says",
    128: "whom a notification means is decided by casework, from what an evaluation says",
    129: "what is sent together is decided by casework, from what an evaluation says",
    130: "how many are sent on a day is decided by casework, where they are sent",
    131: "when something is sent again is decided by casework, where it is sent",
    124: "under which key something is told is decided by casework, from what an evaluation says",
    125: "what is news and what had passed is decided by casework, from the moment at which it was to look",
    105: "`check` looks at the file, and no case is evaluated",
    136: "what a ticket system tells becomes entries of a case; the reference gets the case as read",
    137: "due moments of the same function, with one thing changed at a time, are compared with those of others",
}


def decisions() -> set[int]:
    return {int(number) for number in NUMBERS.findall((ROOT / "docs/reference/semantics.md").read_text("utf-8"))}


def named_in(modules: list[Path]) -> set[int]:
    """The numbers in the names of tests: `test_semantics_14_and_82_…`, and all of `test_semantics_10_to_18_…`."""
    found: set[int] = set()
    for module in modules:
        for name in NAMED.findall(module.read_text("utf-8")):
            for part in re.findall(r"\d+(?:_to_\d+)?", name):
                first, _, last = part.partition("_to_")
                found.update(range(int(first), int(last or first) + 1))
    return found


def modules(*, of_reference: bool) -> list[Path]:
    return [path for path in TESTS.glob("test_*.py") if path.name.startswith("test_reference_") is of_reference]


def test_every_decision_is_named_by_a_test_or_a_case_on_the_engine() -> None:
    shown = named_in(modules(of_reference=False)) | {number for one in written_cases() for number in one.decisions}
    assert decisions() - shown == set(NOT_ON_ENGINE)


def test_every_decision_about_a_case_is_named_by_a_test_or_a_case_on_the_reference() -> None:
    shown = {number for one in written_cases() if one.on_reference() for number in one.decisions}
    shown |= named_in(modules(of_reference=True))
    assert decisions() - shown == set(NOT_ON_REFERENCE)


def test_tests_and_cases_name_only_decisions_that_there_are() -> None:
    named = named_in(sorted(TESTS.glob("test_*.py"))) | {number for one in written_cases() for number in one.decisions}
    assert named - decisions() == set()


def test_the_name_of_a_case_begins_with_its_decision() -> None:
    for one in written_cases():
        if one.decisions:
            number = re.match(r"(\d+) ", one.name.partition(": ")[2])
            assert number is not None, one.name
            assert int(number[1]) in one.decisions, one.name
