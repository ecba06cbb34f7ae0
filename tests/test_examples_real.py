"""The examples on real case data: their policies check clean, their scripts do what they say, their figures hold."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from complaint_policy.bulk.mapping import Mapping, read_mapping
from complaint_policy.bulk.reading import given_facts
from tests.checked_files import checked, policy_of

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
NAMES = ("boston-311", "servicenow-incidents", "volvo-incidents")
BOSTON = "boston311_2015_mar_jul.parquet"
SERVICENOW = "uci_servicenow_incident_events_2016_03.parquet"
VOLVO = "bpic2013_volvo_incidents.parquet"


def script(example: str, name: str) -> ModuleType:
    """A script of an example as a module; each example has its own `measure`."""
    spec = importlib.util.spec_from_file_location(f"{example}-{name}", EXAMPLES / example / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # named tuples with text annotations look their module up
    spec.loader.exec_module(module)
    return module


def evaluated(folder: Path, example: str, cases: Path, mapping: Path, as_of: str, *more: str) -> Path:
    """What `complaint-policy evaluate` writes, as anyone would run it."""
    target = folder / "evaluated.jsonl"
    files = {"--policy": EXAMPLES / example / "policy.yaml", "--cases": cases, "--mapping": mapping, "--output": target}
    options = [text for name, path in files.items() for text in (name, str(path))]
    search = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": search, "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "complaint_policy", "evaluate", *options, "--as-of", as_of, *more]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return target


# --- without the data -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_policy_of_the_example_checks_without_any_diagnostic(name: str) -> None:
    found = checked(EXAMPLES / name / "policy.yaml")
    assert found.diagnostics == []
    assert found.policy is not None


@pytest.mark.parametrize("name", NAMES)
def test_mapping_of_the_example_fits_its_policy(name: str) -> None:
    policy = policy_of(EXAMPLES / name / "policy.yaml")
    facts, events = [fact.name for fact in given_facts(policy)], [event.name for event in policy.events]
    assert isinstance(read_mapping(EXAMPLES / name / "mapping.yaml", facts, events), Mapping)


@pytest.mark.parametrize("name", NAMES)
def test_readme_of_the_example_names_every_file_of_it(name: str) -> None:
    text = (EXAMPLES / name / "README.md").read_text("utf-8")
    files = [path.name for path in (EXAMPLES / name).iterdir() if path.is_file() and path.name != "README.md"]
    assert [file for file in files if f"`{file}`" not in text] == []


DERIVE = script("boston-311", "derive")
BOSTON_MEASURE = script("boston-311", "measure")
# a Friday before Patriots' Day, Monday 20 April 2015
FRIDAY = datetime(2015, 4, 17)


def request(opened: datetime, target: datetime | None, name: str = "a") -> Any:
    return DERIVE.Request(name, opened, target)


@pytest.mark.parametrize(
    ("opened", "target", "days"),
    [
        (FRIDAY.replace(hour=10, minute=5), datetime(2015, 4, 21, 10, 5), 1),  # Patriots' Day does not count
        (FRIDAY.replace(hour=6), datetime(2015, 4, 21, 8, 30), 1),  # before the service day: from its beginning
        (FRIDAY.replace(hour=17), datetime(2015, 4, 22, 8, 30), 1),  # at its end: from the next beginning
        (datetime(2015, 4, 18, 12), datetime(2015, 4, 22, 8, 30), 1),  # at a weekend
        (datetime(2015, 7, 2, 9), datetime(2015, 7, 3, 9), 1),  # 3 July 2015 was worked
        (FRIDAY.replace(hour=10), datetime(2015, 4, 21, 10, 1, 1), 1),  # 61 seconds are tolerated
    ],
)
def test_derive_counts_business_days_as_the_city_does(opened: datetime, target: datetime, days: int) -> None:
    found = DERIVE.explaining(request(opened, target), DERIVE.open_days(2015, 2015))
    assert DERIVE.Level(days, "business days") in list(found)


def test_derive_counts_calendar_days_to_the_same_wall_clock_time_over_a_clock_change() -> None:
    found = DERIVE.explaining(
        request(datetime(2015, 3, 7, 12, 34), datetime(2015, 3, 14, 12, 34)), DERIVE.open_days(2015, 2015)
    )
    assert DERIVE.Level(7, "calendar days") in list(found)


def test_derive_takes_no_level_from_62_seconds_off() -> None:
    target = datetime(2015, 4, 21, 10) + timedelta(seconds=62)
    assert list(DERIVE.explaining(request(FRIDAY.replace(hour=10), target), DERIVE.open_days(2015, 2015))) == []


def test_derive_gives_a_type_no_level_that_fits_only_half_of_its_targets_or_few_of_its_requests() -> None:
    opened, due = datetime(2015, 6, 5, 6), datetime(2015, 6, 10, 8, 30)  # Friday to Wednesday
    fits, misses, without = request(opened, due), request(opened, due.replace(hour=11)), request(opened, None)
    level = {"a": DERIVE.Level(3, "business days")}
    assert DERIVE.service_levels(DERIVE.tally([fits, fits, misses])) == level
    assert DERIVE.service_levels(DERIVE.tally([fits, misses])) == {}
    assert DERIVE.service_levels(DERIVE.tally([fits, fits, without])) == level
    assert DERIVE.service_levels(DERIVE.tally([fits, without])) == {}


def test_derive_breaks_a_tie_by_what_explains_more_requests_of_all_types() -> None:
    both = request(datetime(2015, 6, 1, 10), datetime(2015, 6, 4, 10), "tied")  # Monday to Thursday: 3 of either
    calendar = request(datetime(2015, 6, 5, 10), datetime(2015, 6, 8, 10), "other")  # Friday to Monday
    business = request(datetime(2015, 6, 5, 10), datetime(2015, 6, 10, 10), "other")  # Friday to Wednesday
    assert DERIVE.service_levels(DERIVE.tally([both, calendar]))["tied"] == DERIVE.Level(3, "calendar days")
    assert DERIVE.service_levels(DERIVE.tally([both, business]))["tied"] == DERIVE.Level(3, "business days")


def test_derive_refuses_a_policy_without_its_marks() -> None:
    with pytest.raises(SystemExit, match="levels"):
        DERIVE.with_parts("nothing marked here\n", {"levels": ""})


def test_choices_of_the_policy_and_words_of_the_mapping_are_one_to_one() -> None:
    policy = policy_of(EXAMPLES / "boston-311" / "policy.yaml")
    (type_fact,) = given_facts(policy)
    mapping = read_mapping(EXAMPLES / "boston-311" / "mapping.yaml", ["type"], [event.name for event in policy.events])
    assert isinstance(mapping, Mapping)
    words = dict(mapping.values)["type"]
    assert [DERIVE.choice_of(word) for word, _ in words] == [choice for _, choice in words]
    assert tuple(choice for _, choice in words) == type_fact.type.choices
    assert len(set(type_fact.type.choices)) == len(words)


def answer(due: datetime | None, target: datetime | None, closed: datetime | None, label: str, state: str) -> Any:
    opened = datetime(2015, 6, 1, 10)
    met = closed if state in ("met", "met_late") else None
    return BOSTON_MEASURE.Request("a", opened, closed, target, label, due, opened, met, state)


def test_measure_counts_a_target_as_met_up_to_61_seconds_and_sorts_the_rest_by_size() -> None:
    due, closed = datetime(2015, 6, 4, 10), datetime(2015, 6, 2, 10)
    targets = [due, due + timedelta(seconds=61), due - timedelta(seconds=62), due + timedelta(days=2), None]
    found = BOSTON_MEASURE.figures([answer(due, target, closed, "ONTIME", "met") for target in targets])
    assert (found.targets.hits, found.targets.of) == (2, 4)
    assert {name: count for name, count in found.sizes.items() if count} == {"up to 10 minutes": 1, "up to 1 week": 1}
    assert found.no_target == 1


def test_measure_sees_a_label_that_disagrees() -> None:
    due = datetime(2015, 6, 4, 10)
    early, late = due - timedelta(days=1), due + timedelta(days=1)
    good = [answer(due, due, early, "ONTIME", "met"), answer(due, due, late, "OVERDUE", "met_late")]
    bad = [answer(due, due, early, "OVERDUE", "met"), answer(due, due, early, "ONTIME", "breached")]
    assert BOSTON_MEASURE.figures(good).labels == (2, 2)
    assert BOSTON_MEASURE.figures([*good, *bad]).labels == (2, 4)


def test_prepared_incident_of_the_servicenow_log_holds_what_changed_from_row_to_row() -> None:
    prepare = script("servicenow-incidents", "prepare")
    opened, closed = datetime(2016, 3, 1, 9), datetime(2016, 3, 9, 9)

    def row(state: str, minutes: int) -> Any:
        return prepare.Row("INC1", state, opened, closed, opened + timedelta(minutes=minutes), "2 - Medium", "3 - Low")

    states = [
        "New",
        "Active",
        "Awaiting User Info",
        "Awaiting Vendor",
        "Active",
        "Resolved",
        "Active",
        "Resolved",
        "Closed",
    ]
    events = list(prepare.events_of([row(state, 5 * place) for place, state in enumerate(states)]))
    assert [(event.type, event.at[11:16]) for event in events] == [
        ("received", "09:00"),
        ("waiting_began", "09:10"),
        ("waiting_ended", "09:20"),
        ("resolved", "09:25"),
        ("reopened", "09:30"),
        ("resolved", "09:35"),
        ("closed", "09:00"),
    ]
    assert events[-1].at == closed.isoformat()


def test_prepared_incident_of_the_volvo_log_holds_each_row_each_change_of_line_and_each_wait() -> None:
    prepare = script("volvo-incidents", "prepare")
    history = [("In Progress", "L1"), ("Wait - User", "L1"), ("Wait", "L2/L3"), ("In Progress", "L2"), ("Closed", "L1")]
    changes = [
        prepare.Change("1-1", f"2012-05-0{day}T09:00:00+01:00", status, line, "Major")
        for day, (status, line) in enumerate(history, start=1)
    ]
    events = [(event.type, event.status or event.tier) for event in prepare.events_of(changes)]
    assert events == [
        ("received", ""),
        ("escalated", "l1"),
        ("status_set", "in_progress"),
        ("waiting_began", ""),
        ("status_set", "wait_user"),
        ("escalated", "l2"),
        ("status_set", "wait"),
        ("waiting_ended", ""),
        ("status_set", "in_progress"),
        ("escalated", "l1"),
        ("status_set", "closed"),
    ]


# --- with the data ----------------------------------------------------------------------------------------------------


@pytest.mark.data
def test_boston_policy_and_mapping_are_those_that_the_data_gives(data_folder: Path) -> None:
    tallies = DERIVE.tally(DERIVE.read(data_folder / BOSTON))
    assert {path.name: path.read_text("utf-8") == text for path, text in DERIVE.derived_files(tallies).items()} == {
        "policy.yaml": True,
        "mapping.yaml": True,
    }


@pytest.mark.data
def test_boston_service_levels_of_the_earlier_months_hold_for_the_later_ones(data_folder: Path) -> None:
    requests = DERIVE.read(data_folder / BOSTON)
    levels = DERIVE.service_levels(DERIVE.tally([each for each in requests if each.opened.date() < date(2015, 6, 1)]))
    later = DERIVE.tally([each for each in requests if each.opened.date() >= date(2015, 6, 1)])
    explained = sum(later[name].votes[level] for name, level in levels.items() if name in later)
    assert explained / sum(each.with_target for each in later.values()) >= 0.96


@pytest.fixture(scope="module")
def boston(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The figures of the 51,945 requests."""
    data, mapping = data_folder / BOSTON, EXAMPLES / "boston-311" / "mapping.yaml"
    answers = evaluated(tmp_path_factory.mktemp("boston"), "boston-311", data, mapping, "2016-01-13T00:00-05:00")
    return BOSTON_MEASURE.figures(BOSTON_MEASURE.read(data, answers))


@pytest.mark.data
def test_boston_requests_fall_due_at_the_targets_of_the_city_and_labels_agree(boston: Any, data_folder: Path) -> None:
    found = boston
    assert found.requests == 51_945
    assert found.targets.of == 40_962
    assert found.targets.ratio >= 0.96
    assert found.explained.ratio >= 0.985
    assert found.explained_types >= 90
    # every miss is told by its size, and none is left out
    assert sum(found.sizes.values()) + found.no_due == found.targets.of - found.targets.hits
    assert found.labels.of > 34_000
    assert found.labels.hits == found.labels.of
    assert found.closings.hits == found.closings.of
    # the engine and the plain day counter of derive.py agree on each single type
    tallies = DERIVE.tally(DERIVE.read(data_folder / BOSTON))
    levels = DERIVE.service_levels(tallies)
    plain = {name: tallies[name].votes[level] for name, level in levels.items()}
    assert {name: each.hits for name, each in found.by_type.items() if name in levels} == plain


@pytest.mark.data
def test_servicenow_priorities_follow_from_impact_and_urgency_and_closings_are_judged_as_in_the_log(
    data_folder: Path, tmp_path: Path
) -> None:
    prepare, measure = script("servicenow-incidents", "prepare"), script("servicenow-incidents", "measure")
    mapping = Path(shutil.copy(EXAMPLES / "servicenow-incidents" / "mapping.yaml", tmp_path))
    cases, _ = prepare.write(prepare.read(data_folder / SERVICENOW), tmp_path)
    answers = evaluated(tmp_path, "servicenow-incidents", cases, mapping, "2017-03-01T00:00Z", "--ledger")
    found = measure.figures(measure.read(data_folder / SERVICENOW, answers))
    assert found.incidents == 5_478
    assert found.priority.hits == found.priority.of == 5_478
    assert found.made_sla.ratio >= 0.994
    agree, common = found.by_priority["moderate"]
    assert agree.ratio - common.ratio > 0.2  # the clock says something: it is far better than one answer for all
    assert found.paused[0] > 1_300
    assert set(found.tiers) == {"service-desk", "specialists", "major-incidents"}


@pytest.mark.data
def test_volvo_histories_reach_the_lines_of_the_log_and_waiting_is_left_out(data_folder: Path, tmp_path: Path) -> None:
    prepare, measure = script("volvo-incidents", "prepare"), script("volvo-incidents", "measure")
    mapping = Path(shutil.copy(EXAMPLES / "volvo-incidents" / "mapping.yaml", tmp_path))
    cases, events = prepare.write(prepare.read(data_folder / VOLVO), tmp_path)
    answers = evaluated(tmp_path, "volvo-incidents", cases, mapping, "2012-06-01T00:00+02:00", "--ledger")
    found = measure.figures(data_folder / VOLVO, answers)
    table = pl.read_csv(events)
    assert table.filter(pl.col("type") == "status_set").height == found.rows == 65_533
    assert found.incidents == 7_554
    assert found.lines_agree == found.of_others > 7_000
    assert found.paused > 1_500
    assert found.paused_days > 10_000
