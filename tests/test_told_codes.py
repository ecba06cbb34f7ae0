"""Every diagnostic code has an example on the page of diagnostics, as the program prints it."""

from __future__ import annotations

import pytest

from tests.told_codes import example_of, mistakes, of_bad_files
from tools.docs import codes

TOLD_BEFORE = "another message, mostly of the schema, tells the same mistake first"
HUGE = "only a file too large to show is told so"
OUTSIDE = "depends on the disk, on another library or on another program"

WITHOUT = {
    "CP101": OUTSIDE,
    "CP102": HUGE,
    "CP108": HUGE,
    "CP139": "whatever PyYAML finds and no message of ours foresees",
    "CP140": TOLD_BEFORE,
    "CP200": TOLD_BEFORE,
    "CP232": TOLD_BEFORE,
    "CP233": TOLD_BEFORE,
    "CP234": TOLD_BEFORE,
    "CP250": TOLD_BEFORE,
    "CP251": TOLD_BEFORE,
    "CP337": HUGE,
    "CP343": "needs a folder of earlier versions",
    "CP348": "needs a pack in two places",
    "CP393": "needs a bundle that was built with older holidays, see test_lint_holidays.py",
    "CP402": HUGE,
    "CP532": TOLD_BEFORE,
    "CP535": TOLD_BEFORE,
    "CP620": "bytes that are no text cannot be shown, see test_cli_evaluate.py",
    "CP623": HUGE,
    "CP624": HUGE,
    "CP630": OUTSIDE,
    "CP710": OUTSIDE,
    "CP631": OUTSIDE,
    "CP652": "a Parquet table with moments that have no offset",
    "CP660": OUTSIDE,
    "CP703": "a bundle that another program made, see test_bundle.py",
    **dict.fromkeys(("CP704", "CP705", "CP706", "CP707"), "needs keys and a signature, see test_signing.py"),
    "CP708": OUTSIDE,
    **dict.fromkeys(("CP760", "CP761", "CP762", "CP763"), "needs a git repository, see test_review.py"),
    **dict.fromkeys(
        ("CP764", "CP765", "CP766", "CP767", "CP776"), "what `prove` finds, see test_review.py and test_prove.py"
    ),
    **dict.fromkeys(("CP768", "CP770", "CP771", "CP772"), "needs examples beside a policy, see test_review.py"),
    **dict.fromkeys(("CP773", "CP774", "CP775", "CP777"), "needs a change of a policy, see test_review.py"),
    "CP757": "told of a plugin that is not there, see test_plugins.py",
    "CP881": "told of a message in a store, see test_casework_sending.py",
    **dict.fromkeys(("CP900", "CP912", "CP913", "CP917"), "told of tickets, see test_ticketing_sync.py"),
    **dict.fromkeys(("CP914", "CP915", "CP916"), "told of a ticket system, see test_ticketing_compare.py"),
    "CP801": OUTSIDE,
    **dict.fromkeys(("CP840", "CP841"), "told of a store that was damaged, see test_cli_monitor.py"),
    "CP678": OUTSIDE,
    "CP802": OUTSIDE,
    "CP804": OUTSIDE,
    "CP805": OUTSIDE,
    **dict.fromkeys(
        [f"CP{number}" for number in (*range(806, 817), 820)], "told of a store, see test_stores_errors.py"
    ),
    "CP822": "told of an event of a closed case, see test_casework_intake.py",
    "CP823": "told of a store with several policies, see test_casework_intake.py",
    "CP821": "told of the history of a case in a store, see test_casework_histories.py",
    **dict.fromkeys(
        ("CP920", "CP921", "CP922", "CP923"), "told of a letter about a case, see test_casework_letters.py"
    ),
    **dict.fromkeys(("CP924", "CP925", "CP926", "CP927"), "told of a letter, see test_casework_marking.py"),
    **dict.fromkeys(("CP929", "CP930", "CP931", "CP932"), "told of a case in a store, see test_casework_erasing.py"),
}
"""Codes whose message no small file shows, and why."""


@pytest.mark.parametrize("code", [code.number for code in codes()])
def test_a_code_has_an_example_or_a_reason_why_not(code: str) -> None:
    example = example_of(code)
    assert (example is None) == (code in WITHOUT), (
        f"{code}: add a file to tests/bad or a mistake to tests/told/codes.yaml"
        if example is None
        else f"{code} has an example now: take it from the list"
    )
    assert example is None or code in example.partition("\n")[0]


def test_a_mistake_is_kept_only_for_a_code_that_no_bad_file_shows() -> None:
    assert sorted(set(mistakes()) & set(of_bad_files())) == []
    assert sorted(set(mistakes()) - {code.number for code in codes()}) == []
    assert sorted(set(WITHOUT) - {code.number for code in codes()}) == []
