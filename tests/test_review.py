"""`review` says of a change whether it may go in, reads nothing but what it should, and shows it in every form."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from complaint_policy.cli import repository as door
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.reports.markdown import block, cell, prose
from complaint_policy.rollout.review.trees import change_between, examples_by_policy
from tests.cli_runs import Told, in_its_own, in_this_process
from tests.git_runs import commit, git, repository, write

POLICY = """\
complaint_policy: 1
id: shop
title: A corner shop
version: "1"
owner: the owner
in_force: {from: 2026-01-01}
facts:
  vulnerable: boolean
  amount: {type: money, currency: GBP}
calendars:
  shop: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
classification:
  severity:
    levels: high > normal
    rules:
      - {id: large, when: amount > 100, then: high, because: a large sum}
      - {id: help, when: vulnerable, then: high, because: needs help}
    otherwise: normal
timeframes:
  answer:
    says: decide and tell the customer why
    due:
      by: severity
      values: {high: 5 business days from received, normal: 10 business days from received}
    done_by: final_response
"""
EXAMPLES = """\
examples: 1
cases:
  - name: a customer who needs help
    source: derived
    from: our procedure
    facts: {vulnerable: true, amount: "1.00"}
    events:
      - received: "2026-03-03 10:00"
    as_of: "2026-03-04 10:00"
    expect: {severity: high}
"""
PACK = """\
facts: {}
calendars:
  guild: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
requirements:
  reply: {citation: G 1, due: 3 weeks from received, done_by: final_response}
"""
FILES = {"shop/policy.yaml": POLICY, "shop/examples.yaml": EXAMPLES}
NARROWER = POLICY.replace("when: vulnerable,", "when: vulnerable and amount > 50,")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = repository(tmp_path / "repository", FILES)
    monkeypatch.chdir(folder)
    return folder


def review(capfd: Any, *words: str) -> Told:
    told = in_this_process(capfd, "review", "--years=1", *words)
    if told.out.startswith("May this change go in? "):
        assert (told.code == 0) is told.out.startswith("May this change go in? Yes"), "the code says what the words say"
    return told


def data(folder: Path) -> dict[str, Any]:
    read = json.loads((folder / "review" / "review.json").read_text("utf-8"))
    assert isinstance(read, dict)
    return read


def outcomes(folder: Path, place: int = 0) -> dict[str, str]:
    return {step["name"]: step["outcome"] for step in data(folder)["policies"][place]["steps"]}


# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_change_that_is_no_worse_may_go_in(shop: Path, capfd: Any) -> None:
    stricter = POLICY.replace("normal: 10 business", "normal: 8 business").replace('version: "1"', 'version: "2"')
    write(shop, {"shop/policy.yaml": stricter})
    told = review(capfd)
    assert told.code == 0, told
    assert told.out.startswith("May this change go in? Yes: nothing stands in the way\n")
    assert "shop 2, was 1 (shop/policy.yaml)" in told.out
    assert set(outcomes(shop).values()) == {"fine"}
    assert git(shop, "status", "--short") == "M shop/policy.yaml", "what is written beside it is no part of the change"


def test_a_change_that_is_worse_is_objected_to_with_a_case_that_shows_it(shop: Path, capfd: Any) -> None:
    write(shop, {"shop/policy.yaml": NARROWER, "shop/examples.yaml": EXAMPLES.replace('"1.00"', '"60.00"')})
    told = review(capfd)
    assert told.code == ExitCode.WORSE
    assert told.out.startswith("May this change go in? No: severity: it was `high`, it is ")
    assert "it was `high`, it is `normal`" in told.out
    shown = shop / "review" / "cases" / "shop" / "severity-kept.yaml"
    assert in_this_process(capfd, "test", str(shown)).code == 0, "it answers as the case says, which is what is wrong"
    looks = [line.split("look at it: ")[1] for line in told.out.splitlines() if "look at it: " in line]
    explained = in_this_process(capfd, *shlex.split(looks[0])[1:])
    assert explained.code == 0
    assert "vulnerable and amount > 50" in explained.out
    write(shop, {"shop/policy.yaml": POLICY.replace("a large sum", "a very large sum")})
    assert review(capfd).code == 0, "she has mended it"
    assert not shown.exists(), "what an earlier review wrote does not stay to mislead"


def test_a_promise_that_is_taken_away_is_shown_by_what_the_policy_was(shop: Path, capfd: Any) -> None:
    both = POLICY + "  call:\n    due: 1 business day from received\n    done_by: acknowledged\n"
    commit(shop, {"shop/policy.yaml": both})
    git(shop, "branch", "--force", "main")
    write(shop, {"shop/policy.yaml": POLICY})
    told = review(capfd)
    assert told.code == ExitCode.WORSE
    [look] = [
        line.split("look at it: complaint-policy ")[1] for line in told.out.splitlines() if "look at it: " in line
    ]
    assert look.startswith("explain review/cases/shop/before.bundle review/cases/shop/floor-shop-call.json --as-of ")
    explained = in_this_process(capfd, *shlex.split(look))
    assert explained.code == 0
    assert re.search(r"  call +breached", explained.out)
    assert in_this_process(capfd, "test", "review/cases/shop/floor-shop-call.yaml").code == 0


def test_how_strict_it_is_can_be_said(shop: Path, capfd: Any) -> None:
    write(shop, {"shop/policy.yaml": NARROWER, "shop/examples.yaml": EXAMPLES.replace('"1.00"', '"60.00"')})
    told = review(capfd, "--fail-on", "law")
    assert told.code == 0
    assert told.out.startswith("May this change go in? Yes, and a person should look: severity:")
    more = POLICY.replace("amount > 100", "amount > 80")
    write(shop, {"shop/policy.yaml": more, "shop/examples.yaml": EXAMPLES})
    assert review(capfd).code == 0
    assert review(capfd, "--fail-on", "any").code == ExitCode.WORSE, "it is another answer, if a better one"
    assert review(capfd, "--without", "before", "--fail-on", "any").code == 0
    assert "not asked: it was left out" in review(capfd, "--without", "before").out


def test_errors_and_examples_object_and_the_highest_code_wins(shop: Path, capfd: Any) -> None:
    write(shop, {"shop/policy.yaml": NARROWER})
    told = review(capfd)
    assert told.code == ExitCode.WORSE, "of a failed example (4) and a worse answer (5)"
    assert outcomes(shop)["test"] == "examples"
    assert "expected high, got" in told.out
    assert review(capfd, "--without", "before").code == ExitCode.EXAMPLES
    write(shop, {"shop/policy.yaml": POLICY.replace("amount > 100", "amuont > 100")})
    told = review(capfd)
    assert told.code == ExitCode.POLICY
    assert "did you mean `amount`" in told.out
    assert told.out.count("not asked: the policy has errors") == 5
    write(shop, {"shop/policy.yaml": POLICY, "shop/examples.yaml": EXAMPLES.replace("severity: high", "severty: high")})
    assert review(capfd).code == ExitCode.DATA


def test_only_warnings_that_are_new_matter(shop: Path, capfd: Any) -> None:
    commit(
        shop, {"shop/policy.yaml": POLICY.replace("  vulnerable: boolean", "  idle: boolean\n  vulnerable: boolean")}
    )
    git(shop, "branch", "--force", "main")
    write(shop, {"shop/policy.yaml": (shop / "shop/policy.yaml").read_text("utf-8").replace("large sum", "big sum")})
    assert review(capfd, "--deny-warnings").code == 0
    assert re.search(r"check   ✓ no errors, \d warnings? as before\n", review(capfd).out)
    write(shop, {"shop/policy.yaml": POLICY.replace("  vulnerable: boolean", "  lazy: boolean\n  vulnerable: boolean")})
    assert review(capfd).out.startswith("May this change go in? Yes, and a person should look: CP301")
    assert review(capfd, "--deny-warnings").code == ExitCode.FINDINGS


def test_levels_of_checks_hold_and_a_change_of_them_is_told(shop: Path, capfd: Any) -> None:
    lazy = POLICY.replace("  vulnerable: boolean", "  lazy: boolean\n  vulnerable: boolean")
    write(shop, {"shop/policy.yaml": lazy, "complaint-policy.toml": '[checks]\nCP301 = "off"\n'})
    told = review(capfd)
    assert told.code == 0
    assert "CP301" not in told.out
    assert "CP777: the change also sets what checks tell" in told.out
    write(shop, {"complaint-policy.toml": '[checks]\nCP301 = "error"\n', "pyproject.toml": '[project]\nname = "a"\n'})
    assert review(capfd).code == ExitCode.POLICY
    commit(shop)
    git(shop, "branch", "--force", "main")
    write(shop, {"shop/policy.yaml": lazy.replace("a large sum", "much"), "pyproject.toml": "[project]\n"})
    told = review(capfd)
    assert "CP777" not in told.out, "that file says nothing of us"
    assert "(so before this change too)" in told.out


def test_examples_that_are_missing_too_few_or_taken_out_are_told(shop: Path, capfd: Any) -> None:
    write(shop, {"shop/policy.yaml": POLICY.replace("a large sum", "much money"), "shop/examples.yaml": None})
    told = review(capfd)
    assert told.code == 0
    assert "CP770" in told.out
    assert "CP772: an example is no longer there: `a customer who needs help`" in told.out
    git(shop, "checkout", "--quiet", "shop/examples.yaml")
    told = review(capfd, "--threshold", "100")
    assert told.code == ExitCode.EXAMPLES
    assert re.search(r"CP771: \d of \d+ parts of the policy are exercised, less than 100 %", told.out)


def test_of_many_examples_that_fail_the_first_are_told_at_length(shop: Path, capfd: Any) -> None:
    head, example = EXAMPLES.split("cases:\n")
    many = "".join(example.replace("a customer", f"customer {number}") for number in range(8))
    write(shop, {"shop/policy.yaml": NARROWER, "shop/examples.yaml": f"{head}cases:\n{many}"})
    told = review(capfd, "--without=before")
    assert told.out.count("  objects    test: `") == 8
    assert told.out.count("derived: our procedure") == 5


def test_policies_that_are_new_moved_or_removed(shop: Path, capfd: Any) -> None:
    other = POLICY.replace("id: shop", "id: stall")
    git(shop, "mv", "shop", "corner")
    write(shop, {"stall/policy.yaml": other})
    told = review(capfd)
    assert told.code == 0
    assert [(one["file"], one["kind"]) for one in data(shop)["policies"]] == [
        ("corner/policy.yaml", "moved"),
        ("stall/policy.yaml", "new"),
    ]
    assert "shop 1, stood in shop/policy.yaml (corner/policy.yaml)" in told.out
    assert "before  · not asked: the policy itself is as it was" in told.out
    assert "before  · not asked: it is new" in told.out
    git(shop, "rm", "-r", "--quiet", "--force", "corner")
    assert "shop, removed (shop/policy.yaml)" in review(capfd).out
    assert "CP773" in review(capfd, "shop").out, "also where only what is gone is asked for"


def test_what_touches_no_policy_is_fine(shop: Path, capfd: Any) -> None:
    write(shop, {"README.md": "hello", "other.yaml": "a: 1\n"})
    told = review(capfd)
    assert told.code == 0
    assert "it touches no policy" in told.out


def test_a_policy_is_touched_by_a_change_of_its_pack(tmp_path: Path, monkeypatch: Any, capfd: Any) -> None:
    pack = POLICY.replace("id: shop", "id: guild").partition("facts:")[0] + PACK
    ours = POLICY.replace("facts:\n", "law:\n  guild: {}\nfacts:\n", 1)
    free = POLICY.replace("id: shop", "id: free").replace("a large sum", "we do not follow the guild")
    monkeypatch.chdir(
        repository(tmp_path / "r", {"guild/policy.yaml": pack, "shop/policy.yaml": ours, "free.yaml": free})
    )
    write(Path(), {"guild/policy.yaml": pack.replace("3 weeks", "2 weeks")})
    told = review(capfd, "shop", "free.yaml")
    assert told.code == 0
    assert "it touches 1 policy" in told.out, "`free` names the guild and does not extend it"
    assert data(Path())["policies"][0]["kind"] == "touched"


def case(id: str, amount: str) -> str:
    """A complaint that was answered on the seventh business day."""
    events = [
        {"type": "received", "at": "2026-03-02T10:00:00Z"},
        {"type": "final_response", "at": "2026-03-11T10:00:00Z"},
    ]
    return json.dumps({"id": id, "facts": {"vulnerable": False, "amount": amount}, "events": events}) + "\n"


def test_real_cases_are_compared_and_the_edit_that_is_worse_for_them_is_named(shop: Path, capfd: Any) -> None:
    (shop.parent / "cases.jsonl").write_text(case("C-1", "90.00") + case("C-2", "120.00"), "utf-8")
    cases = (f"--cases={shop.parent / 'cases.jsonl'}", "--as-of=2026-04-01T00:00Z", "--without=before")
    write(shop, {"shop/policy.yaml": POLICY.replace("amount > 100", "amount > 80")})
    told = review(capfd, *cases)
    assert told.code == 0, told
    assert "cases   ! 1 of 2 cases as before" in told.out
    assert review(capfd, *cases, "--fail-on=any").code == ExitCode.WORSE
    write(shop, {"shop/policy.yaml": POLICY.replace("amount > 100", "amount > 200")})
    told = review(capfd, *cases)
    assert told.code == ExitCode.WORSE
    assert told.out.startswith("May this change go in? No: 1 of 2 cases is answered worse than before\n")
    assert "C-2" in told.out
    assert "classification.severity.large" in told.out or "large" in told.out
    assert review(capfd, *cases, "--fail-on=law").code == 0


def test_cases_that_cannot_be_read_or_asked_are_told(shop: Path, capfd: Any) -> None:
    (shop.parent / "cases.jsonl").write_text(case("C-1", "90.00") + '{"id": "C-2", "facts": {"amuont": 1}}\n', "utf-8")
    write(shop, {"shop/policy.yaml": POLICY.replace("amount > 100", "amount > 80")})
    source = f"--cases={shop.parent / 'cases.jsonl'}"
    told = review(capfd, source, "--as-of=2026-04-01T00:00Z", "--without=before")
    assert told.code == ExitCode.DATA
    assert "1 case cannot be read" in told.out
    for words, said in (
        ((source,), "add `--as-of`"),
        (("--as-of=now",), "name them with `--cases`"),
        (("--cases=-", "--as-of=now"), "not standard input"),
        (("--cases=nowhere.json", "--as-of=now"), "`nowhere.json` cannot be read"),
    ):
        told = review(capfd, *words)
        assert told.code == ExitCode.USAGE
        assert said in told.err


def test_a_letter_is_a_part_of_its_policy(shop: Path, capfd: Any) -> None:
    letters = """\
communications:
  answer: {says: the end, template: letters/final.md, sent_by: final_response, content: [decision]}
"""
    letter = "{% mention decision %}We agree.{% endmention %}\n"
    commit(shop, {"shop/policy.yaml": POLICY + letters, "shop/letters/final.md": letter, "shop/letters/notes.md": "x"})
    git(shop, "branch", "--force", "main")
    write(shop, {"shop/letters/notes.md": "y"})
    assert "it touches no policy" in review(capfd).out
    write(shop, {"shop/letters/final.md": letter.replace("agree", "do not agree")})
    told = review(capfd)
    assert told.code == 0, told
    assert [(one["file"], one["kind"]) for one in data(shop)["policies"]] == [("shop/policy.yaml", "touched")]
    write(shop, {"shop/letters/final.md": "We agree.\n"})
    assert review(capfd).code == ExitCode.POLICY, "it no longer says what it must"


# --- git --------------------------------------------------------------------------------------------------------------


def test_what_is_compared_is_where_the_change_begins(shop: Path, capfd: Any) -> None:
    commit(shop, {"shop/policy.yaml": POLICY.replace("amount > 100", "amount > 80")})
    git(shop, "switch", "--quiet", "main")
    commit(shop, {"stall/policy.yaml": POLICY.replace("id: shop", "id: stall")})
    git(shop, "switch", "--quiet", "--detach", "change")
    told = review(capfd)
    assert told.code == 0
    assert [one["file"] for one in data(shop)["policies"]] == ["shop/policy.yaml"], (
        "what main has got since is not ours"
    )
    assert data(shop)["base"]["commit"] == git(shop, "rev-parse", "main~1")


@pytest.mark.parametrize("ref", ["nowhere", "--output=stolen", "-h", "HEAD:shop", "a\nb", ""])
def test_a_base_that_is_none_is_told(shop: Path, capfd: Any, ref: str) -> None:
    told = review(capfd, f"--base={ref}")
    assert told.code == ExitCode.USAGE
    assert "CP761" in told.err
    assert "--base origin/main" in told.err
    assert not (shop / "stolen").exists()


def test_a_copy_with_the_last_commit_only_is_told_what_to_fetch(shop: Path, capfd: Any, monkeypatch: Any) -> None:
    commit(shop, {"shop/policy.yaml": NARROWER})
    copy = shop.parent / "copy"
    git(shop.parent, "clone", "--quiet", "--depth=1", "--branch=change", shop.as_uri(), "copy")
    monkeypatch.chdir(copy)
    told = review(capfd, "--base=origin/main")
    assert told.code == ExitCode.USAGE
    assert "fetch-depth: 0" in told.err
    git(copy, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    assert "no commit in common" in review(capfd, "--base=origin/main").err
    git(copy, "fetch", "--quiet", "--unshallow")
    assert review(capfd, "--base=origin/main").code == ExitCode.WORSE


def test_outside_a_repository_and_outside_its_folder(shop: Path, capfd: Any, monkeypatch: Any) -> None:
    assert "CP762" in review(capfd, "..").err or "CP760" in review(capfd, "..").err
    assert "CP762" in review(capfd, "shop", str(shop.parent)).err
    assert "CP803" in review(capfd, "shoop").err
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shop.parent))
    monkeypatch.chdir(shop.parent)
    told = review(capfd)
    assert told.code == ExitCode.USAGE
    assert "CP760" in told.err
    monkeypatch.setenv("PATH", "")
    assert "git is not installed" in review(capfd).err


def test_a_repository_without_a_commit(tmp_path: Path, monkeypatch: Any, capfd: Any) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    assert "there is no commit `main`" in review(capfd).err


def test_nothing_of_the_repository_is_run(shop: Path, capfd: Any) -> None:
    mark = shop.parent / "ran"
    program = shop / ".git" / "hooks" / "program"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n", "utf-8")
    program.chmod(0o755)
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
        (program.parent / name).symlink_to(program)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "core.sshCommand",
        "filter.f.clean",
        "filter.f.smudge",
    ):
        git(shop, "config", key, str(program))
    git(shop, "config", "alias.ls-files", f"!{program}")
    git(shop, "config", "diff.f.textconv", str(program))
    (shop / ".git" / "info").mkdir(exist_ok=True)
    (shop / ".git" / "info" / "attributes").write_text("*.yaml filter=f diff=f\n", "utf-8")
    write(shop, {"shop/policy.yaml": NARROWER})
    mark.unlink(missing_ok=True)
    assert review(capfd).code == ExitCode.WORSE
    assert not mark.exists()


def test_links_lead_nowhere(shop: Path, capfd: Any, monkeypatch: Any) -> None:
    secret = shop.parent / "secret.yaml"
    secret.write_text("password: hunter2\n", "utf-8")
    write(shop, {"shop/policy.yaml": None})
    (shop / "shop" / "policy.yaml").symlink_to(secret)
    told = review(capfd)
    assert "hunter2" not in told.out + told.err
    assert "the change removes this policy" in told.out
    (shop / "shop" / "policy.yaml").unlink()
    write(shop, {"shop/policy.yaml": POLICY.replace("facts:\n", "law:\n  guild: {}\nfacts:\n", 1)})
    (shop / "shop" / "guild.yaml").symlink_to(secret)
    told = review(capfd)
    assert told.code == ExitCode.POLICY
    assert f"it reads `{secret}`, which stands outside the repository" in told.out
    assert "hunter2" not in told.out + told.err
    (shop.parent / "elsewhere").mkdir()
    (shop / "made").symlink_to(shop.parent / "elsewhere")
    told = review(capfd, "--output", "made")
    assert told.code == ExitCode.USAGE
    assert "leads elsewhere" in told.err
    assert list((shop.parent / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    "raw", [b"../a.yaml", b"a//b.yaml", b"/a.yaml", b".git/a.yaml", b"a/../b.yaml", b"\xff.yaml", b"c:\\a"]
)
def test_a_name_in_a_commit_that_leads_elsewhere_is_none(raw: bytes) -> None:
    assert door._name(raw) is None
    assert door._name(b"policies/caf\xc3\xa9 1.yaml") == "policies/café 1.yaml"


def test_a_file_that_was_not_fetched_is_told(shop: Path, capfd: Any) -> None:
    blob = git(shop, "rev-parse", "HEAD:shop/policy.yaml")
    (shop / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    write(shop, {"shop/policy.yaml": NARROWER})
    told = review(capfd)
    assert told.code == ExitCode.USAGE, "it is not taken for a policy that is new, which nothing is compared with"
    assert "1 of the files of `main` is not here" in told.err


def test_too_much_is_told(shop: Path, capfd: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(door, "_MOST_FILES", 1)
    assert "CP763" in review(capfd).err


# --- which policies are touched ---------------------------------------------------------------------------------------

HEAD = b"complaint_policy: 1\nid: "


def touched(then: dict[str, bytes], now: dict[str, bytes]) -> dict[str, tuple[str, str | None]]:
    return {one.name: (one.kind, one.then) for one in change_between(then, now).subjects}


def test_line_ends_are_no_change() -> None:
    assert touched({"a/policy.yaml": HEAD + b"a\n"}, {"a/policy.yaml": (HEAD + b"a\n").replace(b"\n", b"\r\n")}) == {}


def test_packs_of_packs_and_earlier_versions_touch() -> None:
    then = {
        "shop/policy.yaml": HEAD + b"shop\nlaw: {guild: {}}\n",
        "guild/policy.yaml": HEAD + b"guild\nlaw: {town: {}}\n",
        "town.yaml": HEAD + b"town",
    }
    assert touched(then, then | {"town.yaml": HEAD + b"town\n#"}) == {
        "shop/policy.yaml": ("touched", "shop/policy.yaml"),
        "guild/policy.yaml": ("touched", "guild/policy.yaml"),
        "town.yaml": ("changed", "town.yaml"),
    }
    earlier = then | {"shop/earlier/0.yaml": HEAD + b"shop"}
    assert touched(then, earlier) == {"shop/policy.yaml": ("touched", "shop/policy.yaml")}


def test_two_policies_of_one_id_are_not_taken_for_a_move() -> None:
    then = {"a.yaml": HEAD + b"x\n", "b.yaml": HEAD + b"x\n"}
    assert {kind for kind, _ in touched(then, {"c.yaml": HEAD + b"x\n"}).values()} == {"new", "removed"}


def test_examples_belong_to_the_policy_that_they_name() -> None:
    tree = {
        "a/examples.yaml": b"examples: 1\n",
        "t/examples.yaml": b"examples: 1\npolicy: ../a/policy.yaml # ours\n",
        "u/examples.yml": b"policy: ../../../etc/passwd\n",
    }
    found = examples_by_policy(tree)
    assert found["a/policy.yaml"] == ("a/examples.yaml", "t/examples.yaml")
    assert found.keys() == {"a/policy.yaml", "../../etc/passwd"}, "no policy of a repository is called so"
    then = tree | {"a/policy.yaml": HEAD + b"a\n"}
    assert touched(then, then | {"t/examples.yaml": tree["t/examples.yaml"] + b"#"}).keys() == {"a/policy.yaml"}


# --- forms ------------------------------------------------------------------------------------------------------------


def test_every_form_says_the_same(shop: Path, capfd: Any, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    write(shop, {"shop/policy.yaml": NARROWER})
    told = {
        form: review(capfd, f"--format={form}", f"--summary={summary}").out
        for form in ("markdown", "json", "github", "sarif", "junit")
    }
    for form, name in (
        ("markdown", "summary.md"),
        ("json", "review.json"),
        ("sarif", "review.sarif"),
        ("junit", "junit.xml"),
    ):
        assert (shop / "review" / name).read_text("utf-8") == told[form]
    assert summary.read_text("utf-8").startswith("before\n## May this change go in? No\n")
    assert "#### What stands in the way" in told["markdown"]
    assert "it was `high`, it is `normal`" in told["markdown"]
    levels = [line.split(" ")[0] for line in told["github"].splitlines()]
    assert levels.count("::error") == 4
    assert any(line.startswith("::error file=shop/policy.yaml,line=13,") for line in told["github"].splitlines())
    assert any(line.startswith("::error file=shop/examples.yaml,line=10,") for line in told["github"].splitlines())
    results = json.loads(told["sarif"])["runs"][0]["results"]
    assert sorted(one["level"] for one in results) == ["error", "error", "error", "error", "warning"]
    suite = ElementTree.fromstring(told["junit"])[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "2", "0")
    assert json.loads(told["json"])["verdict"] == "no"


def test_texts_of_authors_are_no_markdown() -> None:
    hostile = "![x](http://a.example/?q) <img src=x> @all [a](b) *b* `c` | www.a.example"
    told = prose(hostile)
    assert "](" not in told.replace("\\](", "")
    assert "<" not in told
    assert "://" not in told.replace("\\://", "")
    assert "@a" not in told
    assert "`c`" in told
    assert cell("a | `b | c`") == "a \\| `b \\| c`"
    assert "`" not in prose("one ` alone"), "a code span that nothing ends would take in what follows"
    fenced = list(block(["```", "</details> ````` x"]))
    assert fenced[0] == "``````text"
    assert fenced[-1] == "``````"
    assert len(list(block(["x"] * 1000))) < 100


def test_what_an_author_writes_is_no_command_of_a_build_server(shop: Path, capfd: Any) -> None:
    hostile = NARROWER.replace("needs help", '"::error::x%0A\\n::add-mask::high"')
    write(
        shop, {"shop/policy.yaml": hostile, "shop/examples.yaml": EXAMPLES.replace("our procedure", "'::warning::no'")}
    )
    for form in ("github", "text"):
        told = review(capfd, f"--format={form}")
        lines = (told.out + told.err).splitlines()
        begun = [line for line in lines if line.strip().startswith("::")]
        assert all(re.match(r"::(error|warning|notice) (file|title)=", line) for line in begun), begun
        assert bool(begun) == (form == "github")


def test_without_a_solver_it_says_how_to_get_one_and_asks_the_rest(shop: Path) -> None:
    (shop.parent / "sitecustomize.py").write_text("import sys\nsys.modules['z3'] = None\n", "utf-8")
    write(shop, {"shop/policy.yaml": NARROWER})
    source = Path(__file__).resolve().parents[1] / "src"
    told = in_its_own(shop, "review", PYTHONPATH=f"{source}{os.pathsep}{shop.parent}")
    assert "prove   ? could not be asked: the solver z3 is not installed" in told.out
    assert "pip install 'complaint-policy[prove]'" in told.out
    assert "0 of 1 example as expected" in told.out
    assert told.code == ExitCode.EXAMPLES, "and 2 where nothing graver is found"
