"""`compare` from the command line: its forms, its exit codes, its groups, and cases that a policy cannot read."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import complaint_policy
from complaint_policy.cli import compare_command
from complaint_policy.cli import run as command
from complaint_policy.rollout.comparison.differences import KINDS
from complaint_policy.rollout.comparison.groups import Groups, grouped
from complaint_policy.rollout.comparison.tally import VERDICTS
from complaint_policy.shipped import schemas_folder
from tests.cli_runs import POLICY, in_this_process
from tests.test_documentation import browser

AS_OF = ("--as-of", "2026-06-30T12:00+01:00")
LONGER = POLICY.replace("length: 3 business days", "length: 4 business days")
FORMS = ("text", "table", "markdown", "json", "html")


def case(number: int, **facts: Any) -> dict[str, Any]:
    at = f"2026-04-{1 + number % 28:02d}T10:00:00+01:00"
    told = {"customer": "consumer", "amount": str(100 * (number % 8)), **facts}
    return {"id": f"C-{number}", "facts": told, "events": [{"type": "received", "at": at}]}


def written(folder: Path, new: str = LONGER, number: int = 12, *more: dict[str, Any]) -> Path:
    (folder / "old.yaml").write_text(POLICY, "utf-8")
    (folder / "new.yaml").write_text(new, "utf-8")
    cases = [*(case(one) for one in range(number)), *more]
    (folder / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one in cases), "utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def compare(*more: str) -> Any:
        return in_this_process(capfd, "compare", "old.yaml", "new.yaml", "--cases", "cases.jsonl", *AS_OF, *more)

    return compare


def test_the_summary_says_who_fares_worse_by_how_much_and_by_which_edit(tmp_path: Path, run: Any) -> None:
    written(tmp_path)
    told = run()
    assert told.code == 0
    assert "12 worse, 0 better, 0 otherwise changed, 0 the same" in told.out
    assert "duty `acknowledge` changed: clock" in told.out
    assert re.search(r"worse +12  `acknowledge` is due later: by 1 day", told.out)
    assert "by edit 1; for example C-0: 2026-04-0" in told.out


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [("worse", 5), ("any", 1), ("due", 1), ("worse,due", 5), ("tier", 0), ("better", 2), ("scope,label", 0)],
)
def test_semantics_94_a_change_that_was_not_to_be_ends_with_its_code(
    tmp_path: Path, run: Any, fail_on: str, code: int
) -> None:
    written(tmp_path)
    assert run("--fail-on", fail_on).code == code


def test_a_change_for_the_better_is_no_failure_of_worse(tmp_path: Path, run: Any) -> None:
    written(tmp_path, POLICY.replace("length: 3 business days", "length: 2 business days"))
    assert run("--fail-on", "worse").code == 0
    assert run("--fail-on", "any").code == 1


def test_the_kinds_of_the_command_are_those_of_changes() -> None:
    assert compare_command.KINDS == KINDS


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_the_change(tmp_path: Path, run: Any, form: str) -> None:
    written(tmp_path)
    told = run("--format", form, "--by", "severity", "--workers", "2")
    assert (told.code, told.err) == (0, "")
    assert "acknowledge" in told.out
    assert run("--format", form, "--by", "severity", "--workers", "1").out == told.out


def test_the_object_is_as_its_schema_says_with_all_that_can_be_asked(tmp_path: Path, run: Any) -> None:
    written(tmp_path, LONGER.replace("amount > 500", "amount > 300"))
    more = ("--by", "severity", "--holiday", "london=2026-04-10,2026-04-01", "--start", "received,acknowledged")
    told = run("--format", "json", "--open-cases", "--change-at", "2026-04-20T00:00Z", *more)
    schema = json.loads((schemas_folder() / "comparison.schema.json").read_text("utf-8"))
    data = json.loads(told.out)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(data)] == []
    assert data["open_cases"]["cases"] > 0
    assert data["holidays"][0]["moved"] > 0
    assert len(data["starts"]) == 4
    assert set(schema["$defs"]["change"]["properties"]["kind"]["enum"]) == set(KINDS)


def test_a_program_gets_the_same_object(tmp_path: Path, run: Any) -> None:
    written(tmp_path, LONGER, 4, case(9, custumer="consumer"))
    shown = json.loads(run("--format", "json", "--by", "severity").out)
    cases = [json.loads(line) for line in (tmp_path / "cases.jsonl").read_text("utf-8").splitlines()]
    old, new = (complaint_policy.load_policy(tmp_path / name) for name in ("old.yaml", "new.yaml"))
    assert complaint_policy.compare(old, new, cases, AS_OF[1], by=["severity"]) == shown
    with pytest.raises(ValueError, match="did you mean `customer`"):
        complaint_policy.compare(old, new, cases, AS_OF[1], by=["custumer"])


# --- what cannot be read ----------------------------------------------------------------------------------------------


def test_cases_that_one_policy_cannot_read_are_counted_and_told(tmp_path: Path, run: Any) -> None:
    fewer = LONGER.replace("one of consumer, business", "one of consumer, charity").replace(
        'when: "customer == business"', 'when: "customer == charity"'
    )
    written(tmp_path, fewer, 3, case(7, customer="business"), case(8, customer="charity"))
    told = run("--format", "json")
    assert told.code == 0
    assert json.loads(told.out)["cases"] == {"compared": 3, "only_old_reads": 1, "only_new_reads": 1, "unread": 0}
    assert "the new policy cannot read a case" in told.err
    assert "cases.jsonl:4" in told.err
    assert "the old policy cannot read a case" in told.err
    assert "cases.jsonl:5" in told.err


def test_of_what_only_one_policy_has_the_other_takes_no_notice(tmp_path: Path, run: Any) -> None:
    """A fact, an event and a field of an event that the new policy adds, in rules that read them."""
    more = LONGER.replace("facts:\n", "facts:\n  aaa_repeated: {type: boolean}\n").replace(
        "amount > 500 or vulnerable", "amount > 500 or vulnerable or aaa_repeated"
    )
    more += "events:\n  visited: {fields: {shop: text}}\n  acknowledged: {fields: {channel_used: text}}\n"
    told = case(1, aaa_repeated=True, amount="10", vulnerable=False)
    at = "2026-04-03T10:00:00+01:00"
    told["events"] += [
        {"type": "visited", "at": at, "data": {"shop": "x"}},
        {"type": "acknowledged", "at": at, "by": "organisation", "data": {"channel_used": "phone"}},
        {"type": "facts_changed", "at": at, "data": {"facts": {"aaa_repeated": True, "vulnerable": False}}},
    ]
    written(tmp_path, more, 0, told)
    for swapped in (False, True):
        data = json.loads(run("--format", "json").out)
        assert data["cases"] == {"compared": 1, "only_old_reads": 0, "only_new_reads": 0, "unread": 0}
        (label,) = [one for one in data["changes"] if one["kind"] == "label"]
        assert label["direction"] == ("worse" if swapped else "better")
        assert label["cause"] == {"how": "alone", "edits": [1]}
        old, new = ((tmp_path / name).read_text("utf-8") for name in ("old.yaml", "new.yaml"))
        (tmp_path / "old.yaml").write_text(new, "utf-8")
        (tmp_path / "new.yaml").write_text(old, "utf-8")


def test_cases_that_neither_can_read_are_a_failure_of_the_data(tmp_path: Path, run: Any) -> None:
    written(tmp_path, LONGER, 2, case(9, custumer="consumer"))
    told = run()
    assert told.code == 6
    assert "1 case that neither can read" in told.out
    assert "cases.jsonl:3" in told.err


def test_a_fact_of_another_type_is_an_edit_whose_cases_are_compared(tmp_path: Path, run: Any) -> None:
    """A fact that the new policy adds, and one whose default is another: each reads its own."""
    other = POLICY.replace("{type: boolean, default: false}", "{type: boolean, default: true}").replace(
        "facts:\n", "facts:\n  lately: {type: boolean}\n"
    )
    written(tmp_path, other)
    data = json.loads(run("--format", "json").out)
    assert [(one["kind"], one["name"]) for one in data["edits"]] == [("fact", "vulnerable")]
    (label,) = [one for one in data["changes"] if one["kind"] == "label"]
    assert (label["direction"], label["before"], label["after"]) == ("better", "low", "high")
    assert label["cause"] == {"how": "alone", "edits": [1]}


def test_a_group_that_is_no_choice_is_told_with_the_nearest(tmp_path: Path, run: Any) -> None:
    written(tmp_path)
    assert "did you mean `customer`?" in run("--by", "custumer").err
    assert "no choice and no yes or no" in run("--by", "amount").err


MAPPING = """\
mapping: 1
case_id: ref
zone: Europe/London
facts: {customer: who, amount: sum}
events: {received: came}
extras: ignore
"""


def test_a_table_is_read_by_a_mapping_which_may_be_another_for_the_old_policy(tmp_path: Path, run: Any) -> None:
    written(tmp_path)
    (tmp_path / "old.yaml").write_text(POLICY.replace("customer", "buyer"), "utf-8")
    (tmp_path / "new.mapping.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "old.mapping.yaml").write_text(MAPPING.replace("customer", "buyer"), "utf-8")
    rows = "ref,who,sum,came\nA,consumer,100,2026-04-07 10:00\nB,business,100,2026-04-07 10:00\n"
    (tmp_path / "cases.csv").write_text(rows, "utf-8")
    told = run("--cases", "cases.csv", "--mapping", "new.mapping.yaml", "--old-mapping", "old.mapping.yaml")
    assert (told.code, told.err) == (0, "")
    assert "2 cases compared" in told.out
    assert "worse   1  `acknowledge` is due later: by 3 days" in told.out
    assert "for example A" in told.out
    assert "for example" not in run("--cases", "cases.csv", "--mapping", "new.mapping.yaml", "--examples", "0").out


def test_what_can_be_read_only_once_is_refused_where_it_must_be_read_twice(tmp_path: Path, run: Any) -> None:
    written(tmp_path, LONGER.replace("one of consumer, business", "one of consumer, business, charity"))
    told = run("--cases", "-")
    assert told.code == 2
    assert "standard input can be read only once" in told.err


def test_two_bundles_are_compared_as_their_files_are(tmp_path: Path, run: Any) -> None:
    written(tmp_path)
    shown = run().out
    for name in ("old", "new"):
        assert command(["build", f"{name}.yaml", "-o", f"{name}.bundle"]) == 0
        (tmp_path / f"{name}.yaml").write_bytes((tmp_path / f"{name}.bundle").read_bytes())
    assert run().out == shown


# --- settings ---------------------------------------------------------------------------------------------------------

SHARED = (
    POLICY.replace(
        "scope:",
        "settings:\n  wait: {type: length, default: 3 business days}\ncounting:\n  ours: {if_closed: stays}\nscope:",
    ).replace("length: 3 business days}", "length: {setting: wait}}", 1)
    + """  inform:
    due: {start: received, length: {setting: wait}}
    done_by: information_received
  close:
    due: 30 days from received, as ours
    done_by: closed
"""
)


def test_a_setting_and_a_way_of_counting_are_one_edit_of_all_duties_that_take_them(tmp_path: Path, run: Any) -> None:
    new = SHARED.replace("default: 3 business days", "default: 4 business days").replace(
        "ours: {if_closed: stays}", "ours: {if_closed: next_open}"
    )
    written(tmp_path, new.replace("length: 8 weeks", "length: 9 weeks"))
    (tmp_path / "old.yaml").write_text(SHARED, "utf-8")
    told = run("--format", "json")
    data = json.loads(told.out)
    edits = [(one["kind"], one["name"]) for one in data["edits"]]
    assert edits == [("setting", "wait"), ("counting", "ours"), ("duty", "answer")]
    causes = {one["about"]: one["cause"] for one in data["changes"] if one["kind"] == "due"}
    assert causes == {
        "acknowledge": {"how": "alone", "edits": [1]},
        "inform": {"how": "alone", "edits": [1]},
        "close": {"how": "alone", "edits": [2]},
        "answer": {"how": "alone", "edits": [3]},
    }


def test_a_duty_that_was_edited_besides_stands_apart_from_its_setting(tmp_path: Path, run: Any) -> None:
    new = SHARED.replace("default: 3 business days", "default: 4 business days")
    written(tmp_path, new.replace("done_by: information_received", "done_by: final_response"))
    (tmp_path / "old.yaml").write_text(SHARED, "utf-8")
    edits = json.loads(run("--format", "json").out)["edits"]
    assert [(one["kind"], one["name"]) for one in edits] == [("setting", "wait"), ("duty", "inform")]


# --- the page ---------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Notes every tag with its attributes, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_shows_texts_as_texts(tmp_path: Path, run: Any) -> None:
    evil = LONGER.replace("title: A small policy", "title: '<script>alert(1)</script>'")
    written(tmp_path, evil, 12, {**case(13), "id": '"><img src=x onerror=alert(1)>'})
    cases = (tmp_path / "cases.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "cases.jsonl").write_text("".join(reversed(cases)), "utf-8")
    told = run("--format", "html", "--by", "customer")
    page = Page()
    page.feed(told.out)
    tags = {tag for tag, _ in page.seen}
    assert page.open == []
    assert "svg" in tags
    assert not tags & {"script", "img", "link", "iframe", "object"}
    names = {name for _, attrs in page.seen for name in attrs}
    assert not {name for name in names if name.startswith("on") or name in ("href", "src", "style")}
    assert "http" not in told.out
    assert "url(" not in told.out
    assert "&lt;script&gt;" in told.out
    assert "&lt;img src=x" in told.out


MEASURE = """<script>
document.body.dataset.fits = document.documentElement.scrollWidth <= innerWidth;
document.body.dataset.drawn = [...document.querySelectorAll("svg rect, svg text")].every(
  one => { const box = one.getBoundingClientRect(); return box.width > 0 && box.right <= innerWidth; });
</script>"""


@pytest.mark.real
def test_the_page_is_drawn_whole_by_a_real_browser(tmp_path: Path, run: Any) -> None:
    """Nothing is cut off at the width of a desk or of a small window, and every part of a picture can be seen."""
    written(tmp_path, LONGER.replace("amount > 500", "amount > 300"), 60)
    more = ("--by", "severity", "--start", "received,acknowledged")
    page = run("--format", "html", *more).out.replace("</body>", f"{MEASURE}</body>")
    (tmp_path / "page.html").write_text(page, "utf-8")
    for width in (1200, 800):
        private = (f"--user-data-dir={tmp_path / 'browser'}", "--host-resolver-rules=MAP * ~NOTFOUND")
        options = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--window-size={width},900",
        )
        address = (tmp_path / "page.html").as_uri()
        command = [browser(), *options, *private, "--dump-dom", address]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
        assert 'data-fits="true"' in shown
        assert 'data-drawn="true"' in shown


def test_markdown_cannot_be_broken_out_of(tmp_path: Path, run: Any) -> None:
    evil = LONGER.replace("title: A small policy", "title: 'x | <b> [a](http://x) @team'")
    written(tmp_path, evil)
    first = run("--format", "markdown").out.splitlines()[0]
    assert first.startswith("## x \\| &lt;b&gt; \\[a](http://x) &#64;team")


# --- groups -----------------------------------------------------------------------------------------------------------

NUMBERS = st.fixed_dictionaries({verdict: st.integers(0, 12) for verdict in VERDICTS})
FOUND = st.dictionaries(st.sampled_from("abcdefgh"), NUMBERS, min_size=1, max_size=8)


def possible_cells(found: dict[str, dict[str, int]], groups: Groups) -> set[tuple[str, str]]:
    """The numbers of single groups that follow from what is shown and from the numbers of all cases.

    Shown are those of each group alone, those of the rest together, and the totals. Every sum of hidden groups that can
    be had is that of all hidden groups: a number follows only where that is one group, or where the sum is nothing.
    """
    hidden = groups.pooled.values if groups.pooled else ()
    if len(hidden) == 1:
        return {(hidden[0], verdict) for verdict in VERDICTS}
    return {(name, verdict) for name in hidden for verdict in VERDICTS if groups.pooled.verdicts[verdict] == 0}  # type: ignore[union-attr]


@settings(max_examples=60)
@given(FOUND, st.integers(2, 6))
def test_semantics_119_no_small_number_of_a_group_is_shown_or_follows_from_others(
    found: dict[str, dict[str, int]], least: int
) -> None:
    groups = grouped("fact", found, least)
    for group in groups.shown:
        assert group.verdicts == found[group.values[0]]
        assert not [one for one in group.verdicts.values() if 0 < one < least]
    whole = {verdict: sum(of[verdict] for of in found.values()) for verdict in VERDICTS}
    parts = [*groups.shown, *([groups.pooled] if groups.pooled else [])]
    assert {verdict: sum(one.verdicts[verdict] for one in parts) for verdict in VERDICTS} == whole
    if len(found) > 1:
        assert all(found[name][verdict] == 0 for name, verdict in possible_cells(found, groups))
    if groups.pooled and groups.shown:
        small = {verdict: one for verdict, one in groups.pooled.verdicts.items() if 0 < one < least}
        assert all(one == whole[verdict] for verdict, one in small.items())


def test_groups_without_small_numbers_are_all_shown() -> None:
    found = {"a": {"worse": 5, "same": 7}, "b": {"better": 9}}
    groups = grouped("fact", found, 5)
    assert groups.pooled is None
    assert [one.values for one in groups.shown] == [("a",), ("b",)]
