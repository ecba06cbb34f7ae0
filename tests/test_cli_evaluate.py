"""`evaluate` answers every case it can read, tells of the others, and says by its exit code how it went."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars
import pytest

from tests.cli_runs import (
    ACKNOWLEDGED,
    AS_OF,
    BAD,
    GOOD,
    LATE,
    POLICY,
    RECEIVED,
    Told,
    environment,
    folder_with_policy,
    in_its_own,
    in_this_process,
)

Run = Callable[..., Told]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder_with_policy(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def evaluate(folder: Path, capfd: Any) -> Run:
    def run(source: str, *more: str, policy: str = "policy.yaml") -> Told:
        given = ("evaluate", "--policy", policy, "--cases", source, "--as-of", AS_OF, *more)
        return in_this_process(capfd, *given)

    return run


def states(told: Told) -> dict[str, dict[str, str]]:
    return {item["case"]: {duty["duty"]: duty["state"] for duty in item["duties"]} for item in told.lines()}


ANSWERS = {"C-1": {"acknowledge": "met", "answer": "running"}, "C-2": {"acknowledge": "breached", "answer": "running"}}


def test_each_case_is_one_line_of_json(evaluate: Run) -> None:
    told = evaluate("good.jsonl")
    assert (told.code, told.err) == (0, "")
    assert states(told) == ANSWERS
    first = told.lines()[0]
    assert list(first)[:4] == ["schema", "case", "policy", "as_of"]
    assert first["schema"] == "evaluation/1"
    assert first["policy"]["digest"].startswith("sha256:")
    assert first["scope"]["label"] == "in"
    assert first["decisions"]["severity"] == {"label": "low", "possible": ["low"], "rule": "otherwise"}
    assert first["duties"][0]["due_at"] == "2026-04-09T23:59:59+01:00"
    assert "trace" not in first
    assert "ledger" not in first


def test_a_bad_case_is_told_with_its_line_and_the_rest_are_evaluated(evaluate: Run) -> None:
    told = evaluate("cases.jsonl")
    assert told.code == 6
    assert states(told) == ANSWERS
    assert "cases.jsonl:2:" in told.err
    assert "did you mean `customer`?" in told.err
    assert "needs an offset from UTC" in told.err
    assert "1 case cannot be read" in told.err


def test_strict_stops_before_anything_is_written(evaluate: Run, folder: Path) -> None:
    told = evaluate("cases.jsonl", "--strict", "-o", "out.jsonl")
    assert (told.code, told.out) == (6, "")
    assert not (folder / "out.jsonl").exists()
    assert evaluate("good.jsonl", "--strict", "-o", "out.jsonl").code == 0
    assert len((folder / "out.jsonl").read_text().splitlines()) == 2


def test_after_many_bad_cases_only_their_number_is_told(evaluate: Run, folder: Path) -> None:
    (folder / "bad.jsonl").write_text((json.dumps(BAD) + "\n") * 200 + json.dumps(GOOD))
    told = evaluate("bad.jsonl")
    assert (told.code, len(told.lines())) == (6, 1)
    assert "200 cases cannot be read, of which the first 50 are told" in told.err
    assert told.err.count("is not a fact") == 50


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one.json", json.dumps(LATE, indent=2)),
        ("list.json", json.dumps([GOOD, LATE], indent=2)),
        ("list-without-a-name", json.dumps([GOOD, LATE])),
        ("lines-without-a-name", json.dumps(GOOD) + "\n\n" + json.dumps(LATE)),
        ("bom.jsonl", "\ufeff" + json.dumps(GOOD) + "\r\n" + json.dumps(LATE) + "\r\n"),
        ("document-without-a-name", json.dumps(LATE, indent=1)),
        (
            "cases.yaml",
            "- id: C-1\n  facts: {customer: consumer, amount: 120.00}\n  events:\n"
            "    - {id: e1, type: received, at: 2026-04-02T16:40:00+01:00}\n"
            "    - {type: acknowledged, at: 2026-04-07T10:00:00+01:00}\n"
            "- id: C-2\n  facts: {customer: consumer, amount: 900, vulnerable: true}\n"
            "  events: [{type: received, at: 2026-04-02T16:40:00+01:00}]\n",
        ),
    ],
)
def test_every_form_of_cases_gives_the_same_states(evaluate: Run, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")
    told = evaluate(name)
    assert (told.code, told.err) == (0, "")
    assert states(told) == {key: value for key, value in ANSWERS.items() if key in text}


def test_tables_are_read_with_a_mapping(evaluate: Run, folder: Path) -> None:
    (folder / "mapping.yaml").write_text(
        "mapping: 1\ncase_id: id\nzone: Europe/London\nfacts: {customer: who, amount: sum}\n"
        "events: {received: opened, acknowledged: answered}\n"
    )
    (folder / "cases.csv").write_text(
        "id,who,sum,opened,answered\nC-1,consumer,120,2026-04-02 16:40,2026-04-07 "
        "10:00\nC-2,consumer,900,2026-04-02 16:40,\n"
        "C-3,consumr,900,2026-04-02 16:40,\n"
    )
    told = evaluate("cases.csv", "--mapping", "mapping.yaml")
    assert told.code == 6
    assert states(told) == ANSWERS
    assert "cases.csv:4:1: error CP605: case `C-3`, column `who`" in told.err
    polars.read_csv(folder / "cases.csv").write_parquet(folder / "cases.parquet")
    assert states(evaluate("cases.parquet", "--mapping", "mapping.yaml")) == ANSWERS
    assert evaluate("cases.csv").code == 6
    (folder / "mapping.yaml").write_text(
        "mapping: 1\ncase_id: id\nfacts: {custumer: who}\nevents: {received: opened}\n"
    )
    told = evaluate("cases.csv", "--mapping", "mapping.yaml")
    assert (told.code, told.out) == (6, "")
    assert "mapping.yaml:3:9: error CP641" in told.err


def test_standard_input_is_read(folder: Path) -> None:
    given = (folder / "good.jsonl").read_bytes()
    told = in_its_own(folder, "evaluate", "-p", "policy.yaml", "-c", "-", "--as-of", AS_OF, given=given)
    assert (told.code, states(told)) == (0, ANSWERS)


def test_equal_input_gives_equal_bytes_in_another_process(folder: Path) -> None:
    arguments = (
        "evaluate",
        "-p",
        "policy.yaml",
        "-c",
        "good.jsonl",
        "--as-of",
        AS_OF,
        "--trace",
        "--ledger",
        "--format",
        "json",
    )
    runs = {
        in_its_own(folder, *arguments, PYTHONHASHSEED=seed, TZ=zone).out
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(runs) == 1
    assert "acknowledge" in runs.pop()


def test_a_bundle_gives_the_same_bytes_as_its_policy(evaluate: Run, capfd: Any) -> None:
    assert in_this_process(capfd, "build", "policy.yaml", "-o", "renamed.anything").code == 0
    assert evaluate("good.jsonl", policy="renamed.anything").out == evaluate("good.jsonl").out


def test_trace_and_ledger_on_request(evaluate: Run) -> None:
    line = evaluate("good.jsonl", "--trace", "--ledger").lines()[1]
    (rule,) = line["trace"]["severity"]
    assert (rule["rule"], rule["answer"]) == ("big", "true")
    assert any("amount > 500" in part for part in rule["because"])
    days = line["ledger"]["acknowledge"]
    assert sum(item["counted"] for item in days) == 3
    assert {"holiday", "start_day", "counted"} <= {item["why"] for item in days}
    told = evaluate("good.jsonl", "--trace", "--ledger", "--format", "text").out
    assert "why severity is " in told
    assert "Good Friday" in told


def test_text_for_people(evaluate: Run) -> None:
    told = evaluate("good.jsonl", "--format", "text").out
    assert "C-2  as of Fri 10 Apr 2026 12:00" in told
    assert "breached" in told
    assert "was due Thu 9 Apr 2026 (12 hours ago)" in told
    assert "\x1b" not in told


def test_only_and_fail_on(evaluate: Run) -> None:
    assert [line["case"] for line in evaluate("good.jsonl", "--only", "breached").lines()] == ["C-2"]
    assert evaluate("good.jsonl", "--only", "lapsed").out == ""
    assert evaluate("good.jsonl", "--fail-on", "breached").code == 1
    assert evaluate("good.jsonl", "--fail-on", "met_late,lapsed").code == 0
    assert evaluate("good.jsonl", "--only", "met", "--fail-on", "breached").code == 1, "what is not shown counts too"
    told = evaluate("good.jsonl", "--fail-on", "breeched")
    assert told.code == 2
    assert "did you mean `breached`?" in told.err


def test_semantics_94_the_highest_exit_code_wins(evaluate: Run) -> None:
    assert evaluate("cases.jsonl", "--fail-on", "breached").code == 6


def test_a_summary_counts(evaluate: Run) -> None:
    told = evaluate("cases.jsonl", "--summary", "--format", "json")
    assert told.code == 6
    (figures,) = told.lines()
    assert (figures["cases"], figures["unread"]) == (2, 1)
    assert figures["duties"]["acknowledge"] == {
        "states": {"breached": 1, "met": 1},
        "warnings": 0,
        "breach_rate": "0.5000",
    }
    assert figures["decisions"]["severity"] == {"high": 1, "low": 1}
    assert "acknowledge   50.0%   breached 1, met 1" in evaluate("cases.jsonl", "--summary", "--format", "text").out


def test_semantics_5_as_known_hides_what_was_recorded_later(evaluate: Run, folder: Path) -> None:
    late = {**GOOD, "events": [RECEIVED, {**GOOD["events"][1], "recorded_at": "2026-04-20T10:00:00+01:00"}]}  # type: ignore[index]
    (folder / "late.json").write_text(json.dumps(late))
    assert states(evaluate("late.json"))["C-1"]["acknowledge"] == "met"
    told = evaluate("late.json", "--as-known", AS_OF)
    assert states(told)["C-1"]["acknowledge"] == "breached"
    assert told.lines()[0]["as_known"] == "2026-04-10T12:00:00+01:00"


@pytest.mark.parametrize("as_of", ["2026-06-15", "2026-06-15T12:00", "yesterday", "2026-02-30T10:00Z", ""])
def test_semantics_95_as_of_is_a_moment(folder: Path, capfd: Any, as_of: str) -> None:
    told = in_this_process(capfd, "evaluate", "-p", "policy.yaml", "-c", "good.jsonl", "--as-of", as_of)
    assert (told.code, told.out) == (2, "")


def test_semantics_95_a_date_alone_is_answered_with_both_spellings(folder: Path, capfd: Any) -> None:
    told = in_this_process(capfd, "evaluate", "-p", "policy.yaml", "-c", "good.jsonl", "--as-of", "2026-06-15")
    assert "2026-06-15T00:00:00+01:00" in told.err
    assert "2026-06-15T23:59:59+01:00" in told.err


def test_semantics_95_as_of_is_required_and_now_must_be_written(folder: Path, capfd: Any) -> None:
    told = in_this_process(capfd, "evaluate", "-p", "policy.yaml", "-c", "good.jsonl")
    assert (told.code, "--as-of" in told.err) == (2, True)
    before = int(time.time())
    told = in_this_process(capfd, "evaluate", "-p", "policy.yaml", "-c", "good.jsonl", "--as-of", "now")
    from datetime import datetime

    assert before <= datetime.fromisoformat(told.lines()[0]["as_of"]).timestamp() <= time.time()


def test_a_policy_with_errors_evaluates_nothing(evaluate: Run, folder: Path) -> None:
    (folder / "policy.yaml").write_text(POLICY.replace("amount > 500", "amuont > 500"))
    told = evaluate("good.jsonl")
    assert (told.code, told.out) == (3, "")
    assert "did you mean `amount`" in told.err


def test_a_case_for_another_policy_is_evaluated_with_a_warning(evaluate: Run, folder: Path) -> None:
    (folder / "other.jsonl").write_text(json.dumps({**GOOD, "policy": "large"}))
    told = evaluate("other.jsonl")
    assert (told.code, len(told.lines())) == (0, 1)
    assert "a case names the policy `large`" in told.err
    assert evaluate("other.jsonl", "--quiet").err == ""


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.jsonl", b'{"id": "\xff"}\n', "CP620"),
        ("x.json", b'{"id": "\xff"}\n', "CP620"),
        ("x.jsonl", b'{"id": "a", "id": "b"}\n', "CP622"),
        ("x.jsonl", b'{"id": NaN}\n', "CP621"),
        ("x.jsonl", b'{"id": "a"} {"id": "b"}\n', "CP621"),
        ("x.jsonl", b'{"id": "a"', "CP621"),
        ("x.jsonl", b'{"facts": {"amount": ' + b"9" * 5000 + b"}}\n", "CP621"),
        ("x.jsonl", b"[" * 100_000 + b"\n", "CP624"),
        ("x.json", b"[" * 100_000, "CP624"),
        ("x.json", b'[{"id": 5}', "CP621"),
        ("x.json", b'[{"id": 5}] more', "CP621"),
        ("x.json", b"", "CP621"),
        ("x.json", b"5", "CP601"),
        ("x.jsonl", b'"' + b"x" * (4 * 1024 * 1024 + 9) + b'"\n{}\n', "CP623"),
        ("x.yaml", b"&a [*a]\n", "CP11"),
        ("x.yaml", b"", "CP105"),
        ("x.yaml", b"{id: a}: 1\n", "CP"),
        ("x.csv", b"a,b\n", "CP661"),
        ("x.parquet", b"PAR1", "CP661"),
    ],
)
def test_damaged_input_is_a_diagnostic_and_never_a_stack_trace(
    evaluate: Run, folder: Path, name: str, data: bytes, code: str
) -> None:
    (folder / name).write_bytes(data)
    told = evaluate(name)
    assert (told.code, told.out) == (6, ""), told
    assert f"error {code}" in told.err
    assert "Traceback" not in told.err
    assert "internal error" not in told.err


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("x.jsonl", b'{"id": "a", "id": "b"}\n', "1:13"),
        ("x.jsonl", b'{}\n{"id": "a", "facts": {"id": 1, "amount": 2, "amount": 3}}\n', "2:45"),
        ("x.json", b'[\n {"id": "a:{", "facts": {"b": [{"c": 1}, {"c": 2}], "c": 3,\n  "c": 4}}]', "3:3"),
        ("x.json", b'{"a": 1, "a": 2, "b": {"c": 1, "c": 2}}', "1:32"),
        ("x.jsonl", b'{"id": "NaN", "facts": {"amount": NaN}}\n', "1:35"),
        ("x.json", b'[{},\n {"facts": {"amount": -Infinity}}]', "2:23"),
        ("x.json", b'{"\\"Infinity": Infinity}', "1:16"),
    ],
)
def test_what_json_does_not_allow_is_pointed_at(
    evaluate: Run, folder: Path, name: str, data: bytes, place: str
) -> None:
    (folder / name).write_bytes(data)
    told = evaluate(name)
    assert [line.split(" ")[0] for line in told.err.splitlines() if "error CP62" in line] == [f"{name}:{place}:"]


@pytest.mark.parametrize(
    "command", [["evaluate", "--policy", "policy.yaml", "--cases", "-"], ["explain", "policy.yaml", "-"]]
)
def test_a_closed_standard_input_is_a_mistake_of_the_command_line(folder: Path, command: list[str]) -> None:
    program = [sys.executable, "-m", "complaint_policy", *command, "--as-of", AS_OF]
    told = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *program],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        check=False,
    )
    assert told.returncode == 2, told
    assert b"standard input is closed" in told.stderr


@pytest.mark.parametrize("source", ["missing.jsonl", "."])
def test_cases_that_cannot_be_opened_are_a_mistake_of_the_command_line(evaluate: Run, source: str) -> None:
    told = evaluate(source)
    assert (told.code, told.out) == (2, "")
    assert f"`{source}` cannot be read: " in told.err
    assert "case cannot be read" not in told.err


def test_a_policy_or_mapping_that_is_not_there_is_a_mistake_of_the_command_line(evaluate: Run) -> None:
    for told in (evaluate("good.jsonl", policy="missing.yaml"), evaluate("good.jsonl", "--mapping", "missing.yaml")):
        assert (told.code, told.out) == (2, "")
        assert told.err == "Error: `missing.yaml` cannot be read: no such file or directory\n"


def test_only_cases_are_counted_as_cases_that_cannot_be_read(evaluate: Run, folder: Path) -> None:
    (folder / "cases.csv").write_text("id,who,opened\nC-1,consumer,2026-04-02T16:40Z\n")
    mapping = folder / "mapping.yaml"
    mapping.write_text("mapping: 1\ncase_id: id\nevents: {received: opened}\n")
    told = evaluate("cases.csv", "--mapping", "mapping.yaml")
    assert (told.code, "the mapping names no use for 1 column: `who`" in told.err) == (6, True)
    assert "case cannot be read" not in told.err
    mapping.write_text("mapping: 1\ncase_id: id\nlong: {file: gone.csv, case_id: id, type: who, at: opened}\n")
    told = evaluate("cases.csv", "--mapping", "mapping.yaml")
    assert (told.code, "gone.csv` cannot be read: no such file or directory" in told.err) == (6, True)
    (folder / "broken.json").write_text('[{"id": "C-1"},')
    told = evaluate("broken.json")
    assert (told.code, len(told.lines()), "cannot be read" in told.err) == (6, 1, False)


def test_a_line_that_is_cut_off_is_told_on_its_own_line(evaluate: Run, folder: Path) -> None:
    (folder / "cut.jsonl").write_bytes(b'{"id": "a"}\n{"id":"b",\n{"id": "c"}\r\n{"id": "d"\r\n{"id": "e')
    told = evaluate("cut.jsonl")
    assert (told.code, [line["case"] for line in told.lines()]) == (6, ["a", "c"])
    places = [line for line in told.err.splitlines() if line.startswith("cut.jsonl")]
    assert places == [
        "cut.jsonl:2:11: error CP621: the text ends too early",
        "cut.jsonl:4:11: error CP621: the text ends too early",
        "cut.jsonl:5:8: error CP621: the text that begins here has no closing quote",
    ]
    assert "3 cases cannot be read" in told.err


@pytest.mark.parametrize("given", [b"", b"\n", b" \n\n\t\n"])
def test_an_empty_standard_input_is_no_case(folder: Path, given: bytes) -> None:
    told = in_its_own(folder, "evaluate", "-p", "policy.yaml", "-c", "-", "--as-of", AS_OF, given=given)
    assert told == (0, "", "")


@pytest.mark.parametrize("indent", [None, 1])
def test_blank_lines_before_the_cases_of_standard_input_do_not_hide_their_form(
    folder: Path, indent: int | None
) -> None:
    given = b"\n \n" + json.dumps(LATE, indent=indent).encode() + b"\n"
    told = in_its_own(folder, "evaluate", "-p", "policy.yaml", "-c", "-", "--as-of", AS_OF, given=given)
    assert (told.code, states(told)) == (0, {"C-2": ANSWERS["C-2"]})
    bad = b"\n\n" + json.dumps({"id": 5}).encode() + b"\n"
    told = in_its_own(folder, "evaluate", "-p", "policy.yaml", "-c", "-", "--as-of", AS_OF, given=bad)
    assert (told.code, "<stdin>:3:" in told.err) == (6, True)


# --- notes ------------------------------------------------------------------------------------------------------------


def test_semantics_79_one_note_counts_events_that_are_later_or_out_of_order(evaluate: Run, folder: Path) -> None:
    later = {"type": "final_response", "at": "2027-01-01T10:00:00Z"}
    unordered = {**GOOD, "id": "C-4", "events": [ACKNOWLEDGED, later, RECEIVED]}
    (folder / "order.jsonl").write_text("\n".join(map(json.dumps, (unordered, {**unordered, "id": "C-5"}, GOOD))))
    told = evaluate("order.jsonl")
    assert told.code == 0
    assert told.err.count("note CP664") == 1
    assert "2 events are after the moment of evaluation and do not count yet" in told.err
    assert "2 events stand after a later one, and the moment counts" in told.err
    assert evaluate("order.jsonl", "--quiet").err == ""
    (folder / "one.jsonl").write_text(json.dumps({**GOOD, "events": [RECEIVED, later]}))
    assert "1 event is after the moment of evaluation and does not count yet\n" in evaluate("one.jsonl").err


def test_semantics_79_facts_that_change_later_are_counted_once_each(evaluate: Run, folder: Path) -> None:
    data = {"facts": {"amount": 5, "customer": "consumer"}}
    changed = {"type": "facts_changed", "at": "2027-01-01T10:00:00Z", "data": data}
    (folder / "one.jsonl").write_text(json.dumps({**GOOD, "events": [RECEIVED, changed]}))
    assert "1 event is after" in evaluate("one.jsonl").err


def test_the_order_of_columns_says_nothing(evaluate: Run, folder: Path) -> None:
    (folder / "mapping.yaml").write_text("mapping: 1\ncase_id: id\nevents: {acknowledged: b, received: a}\n")
    (folder / "cases.csv").write_text("id,a,b\nC-1,2026-04-02T16:40:00Z,2026-04-07T10:00:00Z\n")
    assert evaluate("cases.csv", "--mapping", "mapping.yaml").err == ""


def test_a_reference_that_stands_at_several_cases_is_told(evaluate: Run, folder: Path) -> None:
    (folder / "twice.jsonl").write_text("\n".join(map(json.dumps, (GOOD, LATE, GOOD, GOOD))))
    told = evaluate("twice.jsonl")
    assert (told.code, len(told.lines())) == (0, 4)
    assert told.err == "warning CP665: the reference `C-1` stands at 3 cases\n\n"
    assert evaluate("twice.jsonl", "--quiet").err == ""
    (folder / "twice.json").write_text(json.dumps([GOOD, LATE, GOOD, LATE]))
    assert "stands at 2 cases, and 1 other reference more than once" in evaluate("twice.json").err


@pytest.mark.parametrize("name", ["big.json", "big.yaml", "big.jsonl"])
def test_a_file_of_100_megabytes_is_refused_quickly(evaluate: Run, folder: Path, name: str) -> None:
    with (folder / name).open("wb") as stream:
        stream.write(b'[{"id": "a"},')
        stream.truncate(100 * 1024 * 1024)
    before = time.monotonic()
    told = evaluate(name)
    assert time.monotonic() - before < 5
    assert (told.code, told.out) == (6, "")


def test_the_place_of_a_mistake_is_shown_in_the_document(evaluate: Run, folder: Path) -> None:
    (folder / "deep.json").write_text(
        json.dumps([GOOD, {**LATE, "facts": {"customer": "consumer", "amount": "9,00"}}], indent=2)
    )
    told = evaluate("deep.json")
    assert '"amount": "9,00"' in told.err
    lines = (folder / "deep.json").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "9,00" in text)
    assert f"deep.json:{line}:17: error CP604" in told.err


# --- output -----------------------------------------------------------------------------------------------------------


def test_a_reader_that_leaves_early_is_no_failure(folder: Path) -> None:
    (folder / "many.jsonl").write_text((json.dumps(GOOD) + "\n") * 3000)
    command = [
        sys.executable,
        "-m",
        "complaint_policy",
        "evaluate",
        "-p",
        "policy.yaml",
        "-c",
        "many.jsonl",
        "--as-of",
        AS_OF,
    ]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(folder)
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), told) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("delay", [0.02, 0.1, 0.25])
def test_a_run_that_is_killed_leaves_no_half_written_file(folder: Path, delay: float) -> None:
    (folder / "many.jsonl").write_text((json.dumps(GOOD) + "\n") * 20_000)
    assert in_its_own(folder, "build", "policy.yaml", "-o", "p.bundle").code == 0
    command = [
        sys.executable,
        "-m",
        "complaint_policy",
        "evaluate",
        "-p",
        "p.bundle",
        "-c",
        "many.jsonl",
        "--as-of",
        AS_OF,
        "-o",
        "out.jsonl",
    ]
    process = subprocess.Popen(command, cwd=folder, env=environment(folder))
    while not list(folder.glob(".out.jsonl.*")) and process.poll() is None:
        time.sleep(0.005)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (folder / "out.jsonl").exists()


def test_an_output_that_cannot_be_written_is_told(evaluate: Run) -> None:
    told = evaluate("good.jsonl", "-o", "no/such/folder/out.jsonl")
    assert (told.code, "cannot be written" in told.err) == (2, True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full is of Linux")
@pytest.mark.parametrize("buffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "-p", "policy.yaml", "-c", "good.jsonl", "--as-of", AS_OF),
        ("explain", "policy.yaml", "good.jsonl", "--case", "C-1", "--as-of", AS_OF),
        ("check", "policy.yaml"),
        ("--help",),
    ],
)
def test_a_full_disk_on_standard_output_is_told(folder: Path, arguments: tuple[str, ...], buffered: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "complaint_policy", *arguments],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(folder, PYTHONUNBUFFERED=buffered),
            check=False,
        )
    said = "Error: standard output cannot be written: no space left on device\n"
    assert (done.returncode, done.stderr.decode()) == (2, said)


@pytest.mark.skipif(os.name != "posix", reason="a shell that closes its output")
@pytest.mark.parametrize(("closed", "code"), [(">&-", 2), ("2>&-", 0)])
def test_a_closed_stream_is_no_internal_error(folder: Path, closed: str, code: int) -> None:
    command = f"{sys.executable} -m complaint_policy check policy.yaml {closed}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert ("standard output cannot be written: it is closed" in done.stderr) == (code == 2)


def test_an_internal_error_is_one_message_and_exit_code_70(evaluate: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("what only we can get wrong")

    monkeypatch.setattr("complaint_policy.cli.policies.policy_of", fail)
    told = evaluate("good.jsonl")
    assert (told.code, told.out) == (70, "")
    assert told.err.startswith("internal error in complaint-policy ")
    assert "Traceback" not in told.err
    assert "COMPLAINT_POLICY_TRACEBACK" in told.err
