"""Every example of the documentation is what it says: policies check, parts fit, commands print what the page shows.

A fenced block says by its first line what it is:

- `# policy`: a whole file that checks without errors and warnings;
- `# part`: merged section by section into the page's first `# policy` or `# file: policy.yaml`, and checks so too (what
  nothing reads is no fault of a part);
- `# wrong`: a part that is refused; each line of the `text` block after it is in the messages;
- `# cases`: cases that the page's first policy reads; `# shared`: events that they share; `# mapping`: a mapping that
  fits it;
- `# file: NAME`: written to a folder in which the page's `console` blocks are run, with what they print below each
  `$ command`; a `diff` block that begins with `--- NAME` changes such a file.

In what a command prints, a line `...` stands for any lines, and ` ...` or `... ` within a line for any words. What
`python -m` prints is not shown, and it must end well; what `pip` installs goes into a folder beside, by itself.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from complaint_policy.bulk.mapping import read_mapping
from complaint_policy.bulk.reading import given_facts
from complaint_policy.bulk.shared_events import shared_events_of
from complaint_policy.bulk.yaml_cases import cases_of_yaml
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.casework.ticket_mapping import read_ticket_mapping
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.schema import read_checked
from complaint_policy.reports.diagnostics import render_text
from tests.git_runs import git

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path
    for path in (*ROOT.glob("docs/**/*.md"), ROOT / "README.md", *ROOT.glob("policies/*/README.md"))
    if "design" not in path.parts
)
MARKS = ("policy", "part", "wrong", "cases", "shared", "mapping", "tickets", "file:", "shown:")
BASES = ("policy", "file: policy.yaml")
ONLY_UNREAD = {"CP301", "CP309", "CP311", "CP312", "CP313", "CP314"}
"""A part shows one thing: that nothing uses its facts, calendars or events is no fault of it."""
TRIED_ELSEWHERE = ROOT / "docs" / "reference" / "diagnostics.md"
"""The examples of the checks, which `test_lint_documented.py` tries."""

FENCE = re.compile(r"^(?P<fence>```+)(?P<language>\w*)\n(?P<body>.*?)^(?P=fence)\s*$", re.DOTALL | re.MULTILINE)
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its page, language, the mark of its first line, its text, its line, and the block after it."""

    page: Path
    language: str
    mark: str
    body: str
    line: int
    after: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    found = list(FENCE.finditer(text))
    result = []
    for number, match in enumerate(found):
        body = match["body"]
        first = body.partition("\n")[0]
        mark = first.removeprefix("# ").strip() if first.startswith("# ") else ""
        after = found[number + 1]["body"] if number + 1 < len(found) else ""
        result.append(Block(page, match["language"], mark, body, text.count("\n", 0, match.start()) + 1, after))
    return result


ALL = [block for page in PAGES for block in blocks(page)]
YAML = [block for block in ALL if block.language == "yaml" and block.page != TRIED_ELSEWHERE]


def of(mark: str) -> list[object]:
    return [pytest.param(block, id=block.name) for block in YAML if block.mark.split(" ")[0] == mark]


def base_of(page: Path) -> Block:
    base = next((block for block in YAML if block.page == page and block.mark in BASES), None)
    assert base is not None, f"{page} has parts and none of {BASES} to put them into"
    return base


def sections(text: str) -> dict[str, str]:
    """The text of a file by top-level key, comments and blank lines between sections left out."""
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if line[:1] not in (" ", "#", ""):
            key = line.partition(":")[0]
        if key and line.strip():
            found[key] = found.get(key, "") + line + "\n"
    return found


def merged(base: str, part: str) -> str:
    """The base with the part's sections: entries are added to a section that both have on lines of its own."""
    result = sections(base)
    for key, text in sections(part).items():
        head, _, entries = text.partition("\n")
        if key in result and head == f"{key}:" and result[key].startswith(f"{key}:\n"):
            result[key] += entries
        else:
            result[key] = text
    return "".join(result.values())


def checked(text: str, folder: Path) -> Checked:
    path = folder / "policy.yaml"
    path.write_text(text, "utf-8")
    return check_file(path)


def told(found: Checked) -> str:
    return render_text(found.diagnostics, found.sources)


def test_there_are_pages_and_every_yaml_block_says_what_it_is() -> None:
    assert len(PAGES) > 8
    assert len(YAML) > 20
    unmarked = [block.name for block in YAML if block.mark.split(" ")[0] not in MARKS]
    assert unmarked == [], f"begin each with one of {MARKS}"


@pytest.mark.parametrize("block", of("policy"))
def test_a_whole_policy_checks(block: Block, tmp_path: Path) -> None:
    found = checked(block.body, tmp_path)
    assert [item for item in found.diagnostics if item.level != "note"] == [], told(found)
    assert found.policy is not None


@pytest.mark.parametrize("block", of("part"))
def test_a_part_fits_into_the_policy_of_its_page(block: Block, tmp_path: Path) -> None:
    for letter in re.findall(r"template: (\S+)", block.body):  # it stands in the next block of the page
        (tmp_path / letter).parent.mkdir(exist_ok=True)
        (tmp_path / letter).write_text(block.after, "utf-8")
    found = checked(merged(base_of(block.page).body, block.body), tmp_path)
    faults = [item for item in found.diagnostics if item.level != "note" and item.code.number not in ONLY_UNREAD]
    assert faults == [], told(found)


@pytest.mark.parametrize("block", of("wrong"))
def test_a_wrong_part_is_refused_in_the_words_shown(block: Block, tmp_path: Path) -> None:
    found = checked(merged(base_of(block.page).body, block.body), tmp_path)
    assert found.policy is None
    shown = [line.strip() for line in block.after.splitlines() if line.strip()]
    assert shown, f"{block.name}: a `text` block with the message belongs below"
    for line in shown:
        assert line in told(found)


@pytest.mark.parametrize("block", of("shared"))
def test_shared_events_are_read(block: Block, tmp_path: Path) -> None:
    policy = checked(base_of(block.page).body, tmp_path).policy
    assert policy is not None
    read = shared_events_of(block.body.encode(), "shared.yaml", policy)
    assert read.events is not None, read.diagnostics
    assert read.events.by_key


@pytest.mark.parametrize("block", of("cases"))
def test_cases_are_read_by_the_policy_of_their_page(block: Block, tmp_path: Path) -> None:
    policy = checked(base_of(block.page).body, tmp_path).policy
    assert policy is not None
    reader = case_reader(given_facts(policy), policy.events, texts=True)
    read = list(cases_of_yaml(block.body.encode(), block.name, reader))
    assert read
    assert [item.diagnostics for item in read if item.case is None or item.diagnostics] == []


@pytest.mark.parametrize("block", of("mapping"))
def test_a_mapping_fits_the_policy_of_its_page(block: Block, tmp_path: Path) -> None:
    policy = checked(base_of(block.page).body, tmp_path).policy
    assert policy is not None
    path = tmp_path / "mapping.yaml"
    path.write_text(block.body, "utf-8")
    made = read_mapping(path, [field.name for field in given_facts(policy)], [kind.name for kind in policy.events])
    assert not isinstance(made, list), made
    _, found = read_checked(block.body.encode(), "mapping.yaml", "mapping")
    assert found == []


@pytest.mark.parametrize("block", of("tickets"))
def test_a_mapping_of_tickets_fits_the_policy_of_its_page(block: Block, tmp_path: Path) -> None:
    policy = checked(base_of(block.page).body, tmp_path).policy
    assert policy is not None
    path = tmp_path / "tickets.yaml"
    path.write_text(block.body, "utf-8")
    made = read_ticket_mapping(path, policy)
    assert not isinstance(made, list), made
    assert read_checked(block.body.encode(), "tickets.yaml", "tickets")[1] == []


# --- commands ---------------------------------------------------------------------------------------------------------


def commands(body: str) -> Iterator[tuple[str, list[str]]]:
    """Each `$ command` (going on after a backslash) with the lines that it prints."""
    command = ""
    printed: list[str] = []
    going_on = False
    for line in body.splitlines():
        if going_on or line.startswith("$ "):
            if command and not going_on:
                yield command, printed
                command, printed = "", []
            command += line.removeprefix("$ ").removesuffix("\\")
            going_on = line.endswith("\\")
        else:
            printed.append(line)
    if command:
        yield command, printed


def run(command: str, folder: Path) -> list[str]:
    """Standard error and output of a command, as one who types it into a terminal of no colours sees them."""
    words = shlex.split(command)
    target = None
    if ">" in words:
        target = folder / words[words.index(">") + 1]
        words = words[: words.index(">")]
    if words[0] == "cat":
        return [line for file in sorted(folder.glob(words[1])) for line in file.read_text("utf-8").splitlines()]
    if words[0] == "mkdir":
        (folder / words[1]).mkdir()
        return []
    if words[0] == "python":
        return run_python(words[1:], folder)
    if words[0] == "git":
        return git(folder, *words[1:]).splitlines()
    assert words[0] == "complaint-policy", f"only `complaint-policy`, `python`, `cat` and `git` are run: {command}"
    environment = {**os.environ, "PYTHONPATH": installed_in(folder), "COMPLAINT_POLICY_CACHE": str(folder / ".cache")}
    result = subprocess.run(
        [sys.executable, "-m", "complaint_policy", *words[1:]],
        cwd=folder,
        env={**environment, "NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    lines = result.stdout.decode("utf-8").splitlines()
    if target is not None:
        target.write_text("\n".join(lines) + "\n", "utf-8")
        return []
    return [line.rstrip() for line in lines] + ([f"(exit code {result.returncode})"] if result.returncode else [])


def installed_in(folder: Path) -> str:
    """Where Python looks for what is imported: this checkout, and what the page has installed."""
    return os.pathsep.join([str(ROOT / "src"), str(folder / ".installed")])


def run_python(words: list[str], folder: Path) -> list[str]:
    """`python -m pytest` and `python -m pip install`, both for real."""
    assert words[:2] in (["-m", "pytest"], ["-m", "pip"]), words
    command = [sys.executable, *words]
    if words[1] == "pip":
        command += ["--quiet", "--no-deps", "--no-build-isolation", "--target", str(folder / ".installed")]
        command += ["--disable-pip-version-check", "--no-cache-dir"]
    else:
        command += ["-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    environment = {**os.environ, "PYTHONPATH": installed_in(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return []


def edit(block: Block, folder: Path) -> None:
    """Replaces the lines that begin with a hyphen by those that begin with a plus; they must stand in the file once."""
    head, *lines = block.body.splitlines()
    path = folder / head.removeprefix("--- ")
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] == sign) for sign in "-+")
    text = path.read_text("utf-8")
    assert text.count(old) == 1, block.name
    path.write_text(text.replace(old, new), "utf-8")


ANY_WORDS = re.compile(r"^\.\.\.(?= )|(?<= )\.\.\.$")


def assert_printed(expected: list[str], got: list[str], command: str) -> None:
    """Equal line by line; `...` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else ".*".join(map(re.escape, ANY_WORDS.split(line.rstrip()))) + r"\n"
        for line in trimmed(expected)
    )
    shown = "".join(f"{line}\n" for line in trimmed(got))
    assert re.fullmatch(pattern, shown), f"$ {command}\n{shown}"


def trimmed(lines: list[str]) -> list[str]:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return text.split("\n") if text else []


CONSOLES = sorted({block.page for block in ALL if block.language == "console"})


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in CONSOLES])
def test_the_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    for name in ("policies", "schemas", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    ran = 0
    for block in blocks(page):
        if block.language in ("yaml", "toml") and block.mark.startswith("file:"):
            path = tmp_path / block.mark.removeprefix("file:").strip()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, "utf-8")
        if block.language == "diff":
            edit(block, tmp_path)
        if block.language == "console":
            for command, expected in commands(block.body):
                assert_printed(expected, run(command, tmp_path), command)
                ran += 1
    assert ran


def test_the_python_of_the_guide_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions (`pycon` blocks) are run as doctests, from the top of the repository."""
    import doctest

    monkeypatch.chdir(ROOT)
    pages = sorted({block.page for block in ALL if block.language == "pycon"})
    assert pages
    for page in pages:
        text = "\n".join(block.body for block in blocks(page) if block.language == "pycon")
        test = doctest.DocTestParser().get_doctest(text, {"__name__": "guide"}, str(page), str(page), 0)
        assert test.examples
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
        said: list[str] = []
        runner.run(test, out=said.append)
        assert runner.failures == 0, "".join(said)


# --- links ------------------------------------------------------------------------------------------------------------


def slug(heading: str) -> str:
    """The anchor that GitHub and the documentation tool give to a heading."""
    kept = "".join(mark for mark in heading.strip().lower() if mark.isalnum() or mark in " -_")
    return kept.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text("utf-8"))
    return {slug(heading) for heading in HEADING.findall(text)} | set(LABEL.findall(text))


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_every_link_to_a_file_or_a_heading_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^\[[^\]]+\]: (\S+)$", text, re.MULTILINE)
    for target in targets:
        if re.match(r"\w+://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), f"{page.name}: {target}"
        if anchor and other.suffix == ".md":
            assert anchor in anchors(other), f"{page.name}: {target}"


def test_the_files_that_the_architecture_names_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = {word for word in re.findall(r"`([\w./-]+)`", text) if word.endswith((".py", "/", ".json", ".toml", ".md"))}
    tree = {line.split()[0].rstrip(",") for line in re.findall(r"^  ([a-z_]+(?:\.py|/)) ", text, re.MULTILINE)}
    folders = (ROOT, ROOT / "src" / "complaint_policy")
    assert len(named) > 15
    assert len(tree) > 8
    assert [name for name in sorted(named | tree) if not any((folder / name).exists() for folder in folders)] == []


def test_every_number_of_the_decisions_is_there_once_and_in_order() -> None:
    text = (ROOT / "docs" / "reference" / "semantics.md").read_text("utf-8")
    numbers = [int(number) for number in re.findall(r"^### (\d+)\. ", text, re.MULTILINE)]
    assert numbers == sorted(set(numbers)), "each once, and in order; gaps are for what is being built"
    assert numbers[:96] == list(range(1, 97)), "a number is never taken away"


def test_numbers_in_brackets_lead_to_the_decision_of_that_number() -> None:
    """`[14]` in a page is a link whose target begins with `14-`."""
    for page in PAGES:
        text = page.read_text("utf-8")
        for number, target in re.findall(r"^\[(\d+)\]: \S*semantics\.md#(\S+)$", text, re.MULTILINE):
            assert target.startswith(f"{number}-"), f"{page.name}: [{number}]"
        used = set(re.findall(r"\[(\d+)\](?![:(\[])", FENCE.sub("", text)))
        defined = set(re.findall(r"^\[(\d+)\]:", text, re.MULTILINE))
        assert used <= defined, f"{page.name}: without a target: {sorted(used - defined, key=int)}"


def test_the_plugin_of_the_guide_finds_what_it_says() -> None:
    from complaint_policy.policy.compiler import load_policy

    page = ROOT / "docs" / "guide" / "integrators.md"
    source = next(block.body for block in blocks(page) if block.language == "python")
    plugin: dict[str, object] = {}
    exec(compile(source, "our_checks", "exec"), plugin)
    registered: dict[str, object] = {}
    plugin["register_checks"](lambda name, check: registered.update({name: check}))  # type: ignore[operator]
    policy = load_policy(ROOT / "tests" / "good" / "every-construct.yaml")
    found = list(registered["every-duty-says"](policy, {}))  # type: ignore[operator]
    silent = [duty.id for duty in policy.duties if not duty.says]
    assert silent
    assert [item.message for item in found] == [f"`{id}` says nothing" for id in silent]
