"""Cases as written under `tests/cases`: what happened, when it is asked, and what must be said.

A file names a policy, or holds small ones under `policies` (each begins with the `head` of the file; `packs` are packs
of law beside them, `earlier` the versions before them). A case has facts, events and either `as_of` with `expect`, or
several of those under `asked`. `decision` names the numbers of `docs/reference/semantics.md` that it shows.

`expect` says of each duty, right, time of keeping or decision by its name (an occurrence: its event's id behind the
duty's), of `scope`, `tier`, `findings` and `next_change` what must be answered; what it leaves out is not compared, and
what is `null` as a whole must not be in the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from complaint_policy.clocks.data import Every
from complaint_policy.evaluation.changes import next_change_at
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports.evaluation_json import evaluation_writer
from tests.reference.evaluate import reference_evaluate, reference_next_change

ROOT = Path(__file__).resolve().parents[1]
CASES = sorted((ROOT / "tests" / "cases").rglob("*.yaml"))
PLAIN = {"true": True, "false": False, "null": None}
ON_REFERENCE = {
    *("state", "warning", "start", "late_from", "due_at", "due_on", "earliest", "latest", "met_at", "breached_at"),
    *("paused_since", "fallback", "conditional", "missed", "ended_at", "opened_at", "closes_at", "closes_on"),
    *("deletable_from", "delete_by", "label", "possible", "now", "since", "why", "at"),
}
"""What the reference says too; findings, missing content and the deciding rule are told by the engine only."""

Rows = dict[str, dict[str, Any]]
Expected = dict[str, dict[str, Any] | None]


class Asked(NamedTuple):
    """A written case, with one moment at which it is asked and what must be answered then."""

    name: str
    decisions: tuple[int, ...]
    file: Path
    policy: str
    case: dict[str, Any]
    as_of: str
    as_known: str | None
    expect: Expected

    def on_reference(self) -> Expected:
        """The part of the expectation of which the reference speaks."""
        found: Expected = {}
        for about, fields in self.expect.items():
            told = fields and {key: value for key, value in fields.items() if key in ON_REFERENCE}
            if about != "findings" and told != {}:
                found[about] = told
        return found


@cache
def document(file: Path) -> dict[str, Any]:
    quick = (
        yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
    )  # each process reads them to collect its tests
    read: dict[str, Any] = yaml.load(file.read_text("utf-8"), quick)
    return read


def written_cases() -> Iterator[Asked]:
    for file in CASES:
        whole = document(file)
        for case in whole["cases"]:
            facts = plain({**whole.get("facts", {}), **case.get("facts", {})})
            written = {"id": "case", "facts": facts, "events": plain(case["events"])}
            written |= {"shared_events": plain(case["shared_events"])} if "shared_events" in case else {}
            numbers = case.get("decision", [])
            decisions = tuple(int(one) for one in ([numbers] if isinstance(numbers, str) else numbers))
            policy = case.get("policy", whole.get("policy"))
            for one in case.get("asked", [case]):
                of = file.stem
                name = f"{of}: {case['name']}" + (f", at {one['as_of']}" if "asked" in case else "")
                known = one.get("as_known")
                yield Asked(name, decisions, file, policy, written, one["as_of"], known, plain(one["expect"]))


def plain(value: Any) -> Any:
    """The base loader reads texts only (dates and times stay as written): true, false and null are what they say."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return PLAIN.get(value, value)


def policy_file(one: Asked, folder: Path) -> Path:
    """Where the policy of a case is: as named, or written into the folder with its packs."""
    whole = document(one.file)
    if one.policy not in whole.get("policies", {}):
        return ROOT / one.policy
    for name, text in whole.get("packs", {}).items():
        place = folder / name / "policy.yaml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    for version, text in whole.get("earlier", {}).items():
        (folder / "earlier").mkdir(exist_ok=True)
        (folder / "earlier" / f"{version}.yaml").write_text(text, "utf-8")
    file = folder / f"{one.policy}.yaml"
    file.write_text(whole.get("head", "") + whole["policies"][one.policy], "utf-8")
    return file


# --- what both say ----------------------------------------------------------------------------------------------------


def said_by_engine(engine: Engine, case: Any, as_of: int, as_known: int | None) -> Rows:
    answer = evaluation_writer(engine.policy)(evaluate(engine, case, as_of, as_known))
    rows: Rows = {row["right"]: row for row in answer["rights"]}
    for row in answer["keep"]:
        rows |= {row["duty"]: row, f"{row['duty']} {row['occurrence']}".strip(): row}
    series = {duty.id for duty in engine.policy.duties if isinstance(duty.due, Every)}  # one row each
    for row in answer["duties"]:
        rows[row["duty"] if row["duty"] in series else f"{row['duty']} {row['occurrence']}".strip()] = row
    rows |= {row["duty"]: row for row in answer["duties"]}  # the last occurrence also goes by the duty's name alone
    rows |= answer["decisions"]
    rows["scope"], rows["tier"] = answer["scope"] or {}, answer["tier"] or {}
    rows["findings"] = {row["kind"]: row["about"] for row in answer["findings"]}
    change = next_change_at(engine, case, as_of, as_known)
    rows["next_change"] = {"at": None if change.moment is None else moment(change.moment)}
    return rows


def said_by_reference(engine: Engine, case: Any, as_of: int, as_known: int | None) -> Rows:
    answer = reference_evaluate(engine.policy, case, as_of, as_known)
    decided = {**answer["decisions"], "scope": answer["scope"] or (None, ())}
    rows: Rows = {name: {"label": label, "possible": list(possible)} for name, (label, possible) in decided.items()}
    rows |= {f"{duty} {which}".strip(): readable(row) for (duty, which), row in answer["duties"].items()}
    rows |= {duty: readable(row) for (duty, _), row in answer["duties"].items()}
    rows |= {name: readable(row) for name, row in answer["rights"].items()}
    for (duty, which), row in answer["kept"].items():
        rows |= {duty: readable(row), f"{duty} {which}".strip(): readable(row)}
    now, since, why, _, possible = answer["tier"]
    rows["tier"] = {"now": now, "since": since and moment(since), "why": why, "possible": list(possible)}
    change = reference_next_change(engine.policy, case, as_of, as_known)
    rows["next_change"] = {"at": change and moment(change)}
    return rows


MOMENTS = ("start", "late_from", "due_at", "latest", "met_at", "breached_at", "paused_since", "ended_at")
MORE_MOMENTS = ("opened_at", "closes_at")
DAYS = ("due_on", "closes_on", "deletable_from", "delete_by")


def readable(row: dict[str, Any]) -> dict[str, Any]:
    """Moments and days as the engine's report writes them; bounds only where they differ from the due."""
    found = dict(row)
    if "warning" in row:  # the report says that there is one, and how many only if there are several
        found |= {"warning": row["warning"] > 0, "warnings": row["warning"]}
    for key in {*MOMENTS, *MORE_MOMENTS} & row.keys():
        found[key] = None if row[key] is None else moment(row[key])
    for key in row.keys() & set(DAYS):
        found[key] = None if row[key] is None else (date(1970, 1, 1) + timedelta(row[key])).isoformat()
    if "late_from" in row:
        found["earliest"] = found["late_from"]
        if row["latest"] == row["late_from"]:
            found |= {"earliest": None, "latest": None}
    return found


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


# --- where it is not what was expected --------------------------------------------------------------------------------


def unmet(expected: Expected, said: Rows) -> list[str]:
    """Each expectation that is not met, in words; none if all are."""
    found = []
    for about, fields in expected.items():
        if fields is None:
            found += [f"{about} is in the answer: {said[about]}"] if about in said else []
            continue
        if about not in said:
            found.append(f"{about} is not in the answer: {sorted(said)}")
            continue
        for key, value in fields.items():
            got = said[about].get(key)
            if comparable(got) != comparable(value):
                found.append(f"{about}: {key} is {got!r}, expected {value!r}; in all: {said[about]}")
    return found


def comparable(value: object) -> object:
    """Instants as seconds; `null`, no, nothing and a missing field alike; lists as written, the rest as text."""
    if value in (None, False, 0, "0", "", [], ()):
        return None
    if isinstance(value, list):
        return [comparable(item) for item in value]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return int(datetime.fromisoformat(text).timestamp()) if "T" in text and text[:4].isdigit() else text
