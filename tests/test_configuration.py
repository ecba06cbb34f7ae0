"""The configuration, table by table; and the levels of checks, which the command line sets too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from complaint_policy.casework.channels_in_use import channels_of
from complaint_policy.casework.people import Contact, FromFact, People, people_of
from complaint_policy.configuration.levels import levels_of
from complaint_policy.configuration.settings import allowed_plugins, holders, store_url
from complaint_policy.configuration.tables import TABLES, Table, tables_of
from complaint_policy.default_plugins.built_in import BUILT_IN
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.plugins import load_plugins, registered_channels
from complaint_policy.policy.lint import BUILT_IN as CHECKS
from complaint_policy.policy.lint import codes
from tests.cli_runs import Told, in_this_process
from tests.lint_examples import policy_with

GAP = "classification:\n  severity:\n    rules: [{id: needs-help, when: vulnerable, then: high}]\n"
SETS = '[checks]\nCP303 = "%s"\n'


Mistakes: TypeAlias = list[tuple[str, int, str, str]]


def as_told(found: Iterable[Diagnostic]) -> Mistakes:
    """The mistakes, each of which has a place: code, line, message, help."""
    told = [(one.code.number, one.location.line, one.message, one.help) for one in found if one.location]
    assert len(told) == len([*found])
    return told


def read(folder: Path) -> tuple[dict[str, Any], Mistakes]:
    """The levels of checks that hold in a folder, and every mistake."""
    tables = tables_of(folder)
    levels, wrong = levels_of(tables, codes())
    return {**levels}, as_told([*tables.diagnostics, *wrong])


Run: TypeAlias = Callable[..., Told]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    return lambda *arguments: in_this_process(capfd, *map(str, arguments))


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy with one gap, for which CP303 warns."""
    file = tmp_path / "policy.yaml"
    file.write_text(policy_with(GAP), encoding="utf-8")
    return file


def test_the_nearest_file_holds_and_one_file_holds_for_all_folders_below(tmp_path: Path) -> None:
    below = tmp_path / "policies" / "bank"
    below.mkdir(parents=True)
    assert read(below) == ({}, [])
    (tmp_path / "complaint-policy.toml").write_text(SETS % "off", encoding="utf-8")
    assert read(below)[0] == {"CP303": "off"}
    (tmp_path / "policies" / "pyproject.toml").write_text("[project]\nname = 'complaint-policy-of-a-bank'\n", "utf-8")
    assert read(below)[0] == {"CP303": "off"}  # a project that says nothing of ours
    (tmp_path / "policies" / "pyproject.toml").write_text('[tool.complaint-policy.checks]\nCP303 = "note"\n', "utf-8")
    assert read(below)[0] == {"CP303": "note"}


@pytest.mark.parametrize(
    ("text", "code", "line", "message", "help"),
    [
        ("[checks]\nCP303 = \n", "CP750", 2, "this is no TOML: invalid value", "write tables and keys"),
        ("checks = 3\n", "CP750", 1, "`checks` is not a table", "write `[checks]`"),
        ("[cheks]\n", "CP751", 1, "there is no key `cheks` here", "did you mean `checks`?"),
        ('[checks]\n\nCP304 = "off"\nCP305x = "off"\n', "CP752", 4, "`CP305x` is no check", "did you mean `CP305`?"),
        ('[checks]\nCP205 = "off"\n', "CP752", 2, "`CP205` is no check whose level can be set", "--list-checks"),
        ('[checks]\nCP303 = "warn"\n', "CP753", 2, "`warn` is not a level of a check", 'did you mean `"warning"`?'),
        ("[checks]\nCP303 = true\n", "CP753", 2, "`True` is not a level of a check", 'write one of `"error"`'),
    ],
)
def test_a_mistake_is_told_at_its_line(
    tmp_path: Path, policy: Path, run: Run, text: str, code: str, line: int, message: str, help: str
) -> None:
    (tmp_path / "complaint-policy.toml").write_text(text, encoding="utf-8")
    ((number, where, said, advice),) = read(tmp_path)[1]
    assert (number, where) == (code, line)
    assert said.startswith(message)
    assert help in advice
    told = run("check", policy)
    assert told.code == 3
    assert f"error {code}: {said}" in told.err


def test_a_file_that_is_no_text_is_told_and_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "complaint-policy.toml").write_bytes(b"[checks]\n\xff\xfe\n")
    levels, told = read(tmp_path)
    assert levels == {}
    assert [code for code, *_ in told] == ["CP750"]


def test_a_check_of_a_plugin_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "complaint-policy.toml").write_text('[checks]\nHOUSE1 = "off"\n', encoding="utf-8")
    assert read(tmp_path) == ({"HOUSE1": "off"}, [])


@pytest.mark.parametrize(
    ("level", "code", "said"), [("error", 3, "error CP303"), ("note", 0, "note CP303"), ("off", 0, "no errors\n")]
)
def test_check_tells_at_the_level_that_is_set(
    tmp_path: Path, policy: Path, run: Run, level: str, code: int, said: str
) -> None:
    (tmp_path / "complaint-policy.toml").write_text(SETS % level, encoding="utf-8")
    told = run("check", policy)
    assert told.code == code
    assert said in told.out + told.err
    assert ("CP303" in told.err) == (level != "off")


def test_the_command_line_wins_over_the_file(tmp_path: Path, policy: Path, run: Run) -> None:
    (tmp_path / "complaint-policy.toml").write_text(SETS % "off", encoding="utf-8")
    assert "error CP303" in run("check", policy, "--error", "CP303").err
    assert "warning CP303" in run("check", policy, "--warn", "CP303").err
    assert run("check", policy, "--warn", "CP303", "--deny-warnings").code == 1


def test_what_a_comment_allows_stays_allowed_at_whatever_level(policy: Path, run: Run) -> None:
    policy.write_text(policy_with(GAP).replace("severity:", "severity:  # allow CP303: it is meant"), encoding="utf-8")
    told = run("check", policy, "--error", "CP303")
    assert told == (0, "1 policy checked: no errors, 1 warning allowed by comments\n", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--off", "CP205"], "`CP205` is no check whose level can be set"),
        (["--off", "CP303", "--error", "CP303"], "`CP303` is given two levels"),
        (["--as-of", "2026-13-01"], "is not a day of the calendar"),
        (["--bundle", __file__], "--bundle"),
        (["--about", "CP3031"], "did you mean `CP301`?"),
    ],
)
def test_what_the_command_line_cannot_mean_is_a_mistake_of_usage(
    policy: Path, run: Run, options: list[str], said: str
) -> None:
    told = run("check", policy, *options)
    assert told.code == 2
    assert said in " ".join(told.err.split())


def test_the_checks_are_listed_and_each_is_explained(run: Run) -> None:
    listed = run("check", "--list-checks").out
    assert [line.split()[0] for line in listed.splitlines()] == sorted(codes())
    check = next(one for one in CHECKS if one.code.number == "CP303")
    about = run("check", "--about", "CP303").out
    assert about.startswith("CP303: a decision that may give no label (warning)\n")
    for example in (check.documentation.example, check.documentation.better):
        assert all(f"  {line}\n" in f"{about}\n" for line in example.splitlines())


def test_a_gap_and_an_overlap_come_with_a_case_that_evaluation_bears_out(
    tmp_path: Path, policy: Path, run: Run
) -> None:
    """In JSON, and as files: the first case has no label, the second has two."""
    overlap = "    hit: unique\n    levels: [high, low]\n"
    more = GAP.replace("then: high}]", "then: high}, {id: much, when: amount > 500, then: low}]")
    policy.write_text(policy_with(more.replace("  severity:\n", f"  severity:\n{overlap}")), encoding="utf-8")
    told = json.loads(run("check", policy, "--format", "json", "--examples", tmp_path / "cases").out)
    assert {one["code"]: one["case"]["facts"] for one in told} == {
        "CP303": {"vulnerable": False, "amount": "499.99"},
        "CP338": {"vulnerable": True, "amount": "500.01"},
    }
    labels, kinds = [], []
    for file in sorted((tmp_path / "cases").glob("*.json")):
        named = ("--policy", policy, "--cases", file, "--as-of", "2026-02-01T12:00:00Z")
        (answer,) = run("evaluate", *named).lines()
        labels.append(answer["decisions"]["severity"]["label"])
        kinds.append([one["kind"] for one in answer["findings"]])
    assert labels == [None, "high"]
    assert kinds == [[], ["several_rows_true"]]


def test_a_review_that_is_overdue_is_told_as_of_a_day_only(policy: Path, run: Run) -> None:
    policy.write_text(policy_with("owner: Head\nreview: {every: 12 months, last: 2026-01-05}\n"), encoding="utf-8")

    def told(*options: str) -> str:
        return run("check", policy, *options).err

    assert "CP351" not in told()
    assert "CP351" not in told("--as-of", "2027-01-05")
    assert "CP351" in told("--as-of", "2027-01-07")
    assert "CP351" in told("--as-of", "2027-01-08T00:00:00+01:00")


def written(folder: Path, text: str) -> Path:
    (folder / "complaint-policy.toml").write_text(text, encoding="utf-8")
    return folder


def test_each_part_reads_its_own_table(tmp_path: Path) -> None:
    text = '[plugins]\nallow = ["x", "y", "x"]\n[casework]\nstore = "memory:"\n'
    text += '[roles]\n"The head" = "ann"\nall = ["a", "b"]\n'
    tables = tables_of(written(tmp_path, text))
    assert tables.diagnostics == ()
    assert allowed_plugins(tables) == (("x", "y"), [])
    assert store_url(tables) == ("memory:", [])
    assert holders(tables) == ({"The head": ("ann",), "all": ("a", "b")}, [])
    nothing = tables_of(written(tmp_path, ""))
    assert (allowed_plugins(nothing), store_url(nothing), holders(nothing)) == ((None, []), (None, []), ({}, []))


def test_a_list_of_plugins_that_cannot_be_read_lets_none_in(tmp_path: Path) -> None:
    for text in ("plugins = 3\n", "[plugins]\nallow = 3\n", '[plugins]\nallow = ["a", 3]\n', "[plugins]\nalow = []\n"):
        allowed, found = allowed_plugins(tables_of(written(tmp_path, text)))
        assert (allowed, len(found)) == ((), 1), text
    assert allowed_plugins(tables_of(written(tmp_path, "[plugins]\nallow = []\n"))) == ((), [])


SETTINGS = """\
[checks]
password = "off"

[channels.mail]
host = "mail"

[channels."the hook"]
# password = "no"
host = "hook"
password = %s
"""


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ('"hunter2"', "CP756", "`password` is written out in the file"),
        ("{env = 3}", "CP754", "`env` is no name of a variable"),
        ('{env = ""}', "CP754", "`env` is no name of a variable"),
        (
            '{env = "NOT_SET"}',
            "CP755",
            "the environment variable `NOT_SET`, which `password` is taken from, is not set",
        ),
    ],
)
def test_secrets_come_from_the_environment_and_are_told_where_they_are_meant(
    tmp_path: Path, value: str, code: str, message: str
) -> None:
    table = tables_of(written(tmp_path, SETTINGS % value)).table("channels").table("the hook")
    settings = table.settings({"MAIL_PASSWORD": "hunter2"})
    assert settings["host"] == "hook"
    ((number, line, said, help),) = as_told(table.found)
    assert (number, line, said) == (code, 10, message)
    assert "hunter2" not in help
    assert table.found[0].location is not None
    assert (table.found[0].location.column, table.found[0].location.end_column) == (1, 9)


def test_a_setting_is_taken_from_the_environment(tmp_path: Path) -> None:
    table = tables_of(written(tmp_path, SETTINGS % '{env = "MAIL_PASSWORD"}')).table("channels").table("the hook")
    assert table.settings({"MAIL_PASSWORD": "hunter2"}) == {"host": "hook", "password": "hunter2"}
    assert table.found == []


def named(text: str, folder: Path, *way: str) -> tuple[int, int]:
    """Where the last of these keys is told to stand."""
    tables = tables_of(written(folder, text))
    place = Table(tables, way[:-1], {}, []).place(way[-1])
    return place.line, place.column


def test_a_place_is_the_line_that_names_most_of_the_way(tmp_path: Path) -> None:
    text = 'a.b = 1\n[c]\nx = [\n  "d",\n]\n[c.d]\ny = {e = 1, f = 2}\n[[g]]\nh = 1\n'
    assert named(text, tmp_path, "a", "b") == (1, 3)
    assert named(text, tmp_path, "c", "x") == (3, 1)
    assert named(text, tmp_path, "c", "d") == (6, 4)
    assert named(text, tmp_path, "c", "d", "y", "f") == (7, 13)
    assert named(text, tmp_path, "g", "h") == (9, 1)
    assert named(text, tmp_path, "nowhere") == (1, 1)
    assert named("", tmp_path, "nowhere") == (1, 1)


NAMED, _ = registered_channels(load_plugins(BUILT_IN, ()))
TYPES = {name: one.what for name, one in NAMED.items()}


@pytest.mark.parametrize(
    ("text", "code", "line", "message", "help"),
    [
        ('[channels.a]\nhost = "h"\n', "CP758", 1, "`a` does not say of which type it is", 'write `type = "…"`'),
        ('[channels.a]\ntype = "smpt"\n', "CP758", 2, "there is no type of channel `smpt`", "did you mean `smtp`?"),
        ('[channels]\na = "smtp"\n', "CP750", 2, "`a` is not a table", "write `[channels.a]`"),
        (
            '[channels.a]\ntype = "outbox-folder"\nfolder = "f"\nformat = "em"\n',
            *("CP759", 4, '`format` of the channel `a`: did you mean `"eml"`?', ""),
        ),
        ('[channels.a]\ntype = "outbox-folder"\n', "CP759", 1, "the channel `a` needs `folder`", "write a text"),
        ("[recipients]\nann = 3\n", "CP750", 2, "`ann` is not a table", "write `[recipients.ann]`"),
        ("[recipients.ann]\n", "CP880", 1, "`ann` has no address", "name of a channel"),
        ('[recipients.ann]\nmial = "a@b.org"\n', "CP751", 2, "there is no key `mial` here", "did you mean `mail`?"),
        (f'[recipients.ann]\nmail = "{"x" * 501}"\n', "CP754", 2, "`mail` is no address", "at most 500"),
        ("[recipients.ann]\nmail = 3\n", "CP754", 2, "`mail` is no address", '{fact = "NAME"}'),
        ('[recipients.ann]\nmail = {env = "NOT_SET"}\n', "CP755", 2, "the environment variable `NOT_SET`", "set it"),
        ('[recipients.ann]\nmail = "a@b.org"\nlanguage = 3\n', "CP754", 3, "`language` is no text", "write"),
    ],
)
def test_a_mistake_in_channels_and_recipients_is_told_at_its_line(
    tmp_path: Path, text: str, code: str, line: int, message: str, help: str
) -> None:
    tables = tables_of(written(tmp_path, text))
    found = [*channels_of(tables, TYPES, {})[1], *people_of(tables, ["mail"], {})[1]]
    ((number, where, said, advice),) = as_told(found)
    assert (number, where, said.startswith(message), help in advice) == (code, line, True, True), (said, advice)


def test_people_are_reached_by_the_first_channel_that_is_written(tmp_path: Path) -> None:
    text = '[recipients]\nann = {pager = "7", mail = "a@b.org", language = "fr"}\nc = {mail = {fact = "email"}}\n'
    people, found = people_of(tables_of(written(tmp_path, text)), ["mail", "pager"], {})
    assert (found, people.holders) == ([], {})
    assert people.contacts == {
        "ann": Contact((("pager", "7"), ("mail", "a@b.org")), "fr"),
        "c": Contact((("mail", FromFact("email")),)),
    }
    assert isinstance(people, People)


def test_the_examples_of_the_documentation_are_read_without_a_mistake(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "reference" / "configuration.md").read_text("utf-8")
    environment = {"SMTP_PASSWORD": "hunter2", "WEBHOOK_SECRET": "a secret of the tests"}
    blocks = [block.partition("```")[0] for block in page.split("```toml\n")[1:]]
    shown: set[str] = set()
    for block in blocks:
        name = "pyproject.toml" if "[tool." in block else "complaint-policy.toml"
        file = tmp_path / name
        file.write_text(block, encoding="utf-8")
        tables = tables_of(tmp_path)
        channels = [*tables.table("channels").values] or ["mail", "service-desk"]
        said: list[tuple[object, list[Diagnostic]]] = [
            *(levels_of(tables, codes()), allowed_plugins(tables), store_url(tables), holders(tables)),
            *(channels_of(tables, TYPES, environment), people_of(tables, channels, environment)),
        ]
        assert (tables.file, tables.diagnostics, [found for _, found in said]) == (file, (), [[]] * len(said))
        shown |= tables.written.keys()
        file.unlink()
    assert shown == {*TABLES} - {"ticketing"}
