"""Writes what came of examples for programs: as JSON, and as JUnit XML, which build servers show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from complaint_policy.diagnostics import Location
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports import junit
from complaint_policy.reports.examples import failure_lines, reasons_in_words, unmet_in_words, value_in_words
from complaint_policy.reports.local_time import Zones, iso_moment
from complaint_policy.rollout.comparing import Unmet
from complaint_policy.rollout.examples import Wrong
from complaint_policy.rollout.results import FileResults
from complaint_policy.rollout.running import Answered, Ran

SCHEMA = "test/1"
"""Within a major version fields are only added."""


def as_json(files: Iterable[FileResults]) -> str:
    """One object: each file with its examples, and of each that failed what was expected, answered, and why."""
    results = list(files)
    figures = {
        "examples": sum(one.number for one in results),
        "passed": sum(one.passed for one in results),
        "invalid": sum(len(one.wrong) for one in results),
    }
    data = {"schema": SCHEMA, "summary": figures, "files": [_file(one) for one in results]}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _file(results: FileResults) -> dict[str, Any]:
    engine = results.engine
    told = [_example(one, engine) for one in results.ran if engine is not None] + [_wrong(one) for one in results.wrong]
    known = None
    if engine is not None:
        known = {"id": engine.policy.id, "version": engine.policy.version, "digest": engine.policy.digest}
    return {"file": results.file, "policy": known, "examples": sorted(told, key=lambda one: int(one["line"]))}


def _example(ran: Ran, engine: Engine) -> dict[str, Any]:
    example = ran.example
    head = {"name": example.name, "source": example.source, "from": example.origin, "line": example.place.line}
    failures = [_failure(one, answer, ran, engine) for answer in ran.answers for one in answer.unmet]
    return head | {"result": "passed" if ran.passed else "failed", "failures": failures}


def _failure(one: Unmet, answer: Answered, ran: Ran, engine: Engine) -> dict[str, Any]:
    zone = Zones(engine.policy).default
    expectation = one.expectation
    alone = answer._replace(unmet=(one,))
    return {
        "as_of": iso_moment(zone, answer.asked.as_of),
        "about": expectation.key,
        "denied": expectation.denied,
        "expected": value_in_words(expectation, expectation.wanted, zone),
        "got": None if one.lacking else value_in_words(expectation, one.got, zone),
        "message": unmet_in_words(one, zone),
        "why": list(reasons_in_words(ran.example, alone, engine)),
        **_place(expectation.place),
    }


def _wrong(one: Wrong) -> dict[str, Any]:
    problem = one.problem
    told = {"code": problem.code.number, "message": problem.message, "help": problem.help}
    failure = told | _place(problem.location or one.place)
    return {"name": one.name, "line": one.place.line, "result": "invalid", "failures": [failure]}


def _place(place: Location) -> dict[str, int]:
    return {"line": place.line, "column": place.column}


def as_junit(files: Iterable[FileResults]) -> str:
    """A suite for each file and a case for each example; one that cannot be run is an error, not a failure."""
    return junit.document(line for one in files for line in _suite(one))


def _suite(results: FileResults) -> list[str]:
    failed = results.number - results.passed - len(results.wrong)
    cases = [_case_of(results.file, ran, results.engine) for ran in results.ran]
    cases += [_case_of_wrong(results.file, wrong) for wrong in results.wrong]
    return junit.suite(results.file, failed, len(results.wrong), cases)


def _case_of(file: str, ran: Ran, engine: Engine | None) -> list[str]:
    assert engine is not None, "what was run was run by an engine"
    if ran.passed:
        return junit.case(file, ran.example.name, ran.example.place.line)
    lines = list(failure_lines(ran, engine))
    message = next((line.strip() for line in lines if " expected " in line), lines[0])
    return junit.case(file, ran.example.name, ran.example.place.line, "failure", message, "\n".join(lines))


def _case_of_wrong(file: str, wrong: Wrong) -> list[str]:
    place = wrong.problem.location or wrong.place
    told = f"{place.file}:{place.line}:{place.column}: {wrong.problem.code.number}: {wrong.problem.message}"
    text = f"{told}\n{wrong.problem.help}".rstrip()
    return junit.case(file, wrong.name, wrong.place.line, "error", told, text)
