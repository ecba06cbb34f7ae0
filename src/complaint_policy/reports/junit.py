"""What the XML of JUnit can hold, which build servers read."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import category
from xml.sax.saxutils import escape, quoteattr


def document(suites: Iterable[str]) -> str:
    """The whole file of the lines of its suites."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>"]) + "\n"


def suite(name: str, failures: int, errors: int, cases: Iterable[list[str]]) -> list[str]:
    """A suite with the lines of each of its cases."""
    all_cases = list(cases)
    counts = f'tests="{len(all_cases)}" failures="{failures}" errors="{errors}"'
    inner = [line for case in all_cases for line in case]
    return [f"  <testsuite name={_attribute(name)} {counts}>", *inner, "  </testsuite>"]


def case(file: str, name: str, line: int, kind: str = "", message: str = "", text: str = "") -> list[str]:
    """One case: passed, or with a `kind` (`failure`, `error`, `system-out`) and what it says."""
    named = _attribute(file)
    head = f'    <testcase classname={named} name={_attribute(name)} file={named} line="{line}"'
    if not kind:
        return [f"{head}/>"]
    said = f" message={_attribute(message)}" if message else ""
    return [f"{head}>", f"      <{kind}{said}>{escape(_clean(text))}</{kind}>", "    </testcase>"]


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """What XML can hold: no control characters, and nothing that is half of a character."""
    return "".join("·" if category(mark) in ("Cc", "Cs") and mark not in "\n\t" else mark for mark in text)
