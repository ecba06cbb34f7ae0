"""What holds for every test: how many examples a property gets, what may be skipped, where the case data stands."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]

# A fixed seed by default: a change is judged by itself, and `make test` says the same twice. Time is never a reason to
# fail a property: the machine is shared.
hypothesis.settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "nightly",
    parent=hypothesis.settings.get_profile("default"),
    derandomize=False,
    max_examples=100,  # times NIGHTLY_FACTOR, like every count that a test sets for itself
    database=hypothesis.database.DirectoryBasedExampleDatabase(".hypothesis/examples"),
)
hypothesis.settings.load_profile("default")

NIGHTLY_FACTOR = 20
"""The properties take some five minutes of one processor as they are: twenty times that is under an hour on two."""

NO_DATA = "the real case data is not there: see `data` in CONTRIBUTING.md"
NEEDS_THE_OUTSIDE = "installs or uses things from outside: make test-real"


def data_root() -> Path:
    """The folder of real case data: beside the checkout, or where COMPLAINT_POLICY_DATA points."""
    return Path(os.environ.get("COMPLAINT_POLICY_DATA", ROOT.parent / "shared" / "data"))


def nothing_may_skip() -> bool:
    return os.environ.get("COMPLAINT_POLICY_NO_SKIP", "") not in ("", "0")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real case data (only for tests marked `data`)."""
    assert data_root().is_dir(), "mark the test `data`: it runs only where the folder is"
    return data_root()


LONGEST = {
    *("test_documentation", "test_examples_real", "test_reference_next_change", "test_engine_equals_reference"),
    *("test_examples_shipped", "test_docs_examples", "test_wheel", "test_examples_command"),
    *("test_stores_crashes", "test_casework_crashes"),
}
"""Begun first, so that at the end no processor waits for one long test."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen_by_mark = bool(config.getoption("markexpr"))
    for item in items:
        if item.get_closest_marker("data") and not data_root().is_dir():
            item.add_marker(pytest.mark.skip(reason=NO_DATA))
        if item.get_closest_marker("real") and not chosen_by_mark:
            item.add_marker(pytest.mark.skip(reason=NEEDS_THE_OUTSIDE))
    if hypothesis.settings.get_current_profile_name() == "nightly":
        for item in items:
            multiply_examples(item)
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def multiply_examples(item: pytest.Item) -> None:
    """Raise the number of examples of a property, also where the test states its own."""
    function = getattr(item, "obj", None)
    function = getattr(function, "__func__", function)
    if function is None or not getattr(function, "is_hypothesis_test", False) or hasattr(function, "multiplied"):
        return
    attribute = "_hypothesis_internal_use_settings"
    stated = getattr(function, attribute, None)
    assert stated is not None, "this Hypothesis keeps the settings of a test elsewhere: mend multiply_examples"
    setattr(function, attribute, hypothesis.settings(stated, max_examples=stated.max_examples * NIGHTLY_FACTOR))
    function.multiplied = True  # a parametrized property is collected once for each of its parameters


def forbidden_skip(reason: str) -> str | None:
    """What to say of a skip that may not be, or None for one of the two that are declared.

    Tests marked `real` have their own run; the case data is not part of the repository.
    """
    if not nothing_may_skip() or NEEDS_THE_OUTSIDE in reason or NO_DATA in reason:
        return None
    return f"skipped, but COMPLAINT_POLICY_NO_SKIP is set: {reason}"


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        complaint = forbidden_skip(reason_of(report))
        if complaint is not None:
            report.outcome = "failed"
            report.longrepr = complaint
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole module may skip itself too (`pytest.importorskip`)."""
    report = yield
    if report.skipped:
        complaint = forbidden_skip(reason_of(report))
        if complaint is not None:
            report.outcome = "failed"
            report.longrepr = complaint
    return report
