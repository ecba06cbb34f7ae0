"""A first policy: whatever is answered, the files check clean, or nothing is written."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from complaint_policy.bulk.reading import given_facts
from complaint_policy.bulk.yaml_cases import cases_of_yaml
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.evaluation.engine import Engine, evaluate, prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.layout.formatting import format_file
from complaint_policy.reports.diagnostics import render_text
from complaint_policy.rollout.reading import examples_of, read_written
from complaint_policy.rollout.running import run
from complaint_policy.starting_points.answers import hours_in, id_of, names_in
from complaint_policy.starting_points.fitting_packs import fitting, packs_from
from complaint_policy.starting_points.making import CASES, EXAMPLES, FILES, POLICY, SCHEMA
from complaint_policy.starting_points.places import NotKnown, country_named, part_named, zones_likely
from tests.cli_runs import environment, in_this_process

ROOT = Path(__file__).resolve().parents[1]

PACK = """\
complaint_policy: 1
id: ie-example-code
title: An example code
version: "1"
owner: nobody
in_force: {from: 2020-01-01}
law: {ie-example-act: {}}
applies: covered
facts:
  covered: {type: boolean, says: the code covers the complaint}
  vulnerable: {type: boolean}
  amount_claimed: {type: number, largest: 500, says: how many things are asked for}
  kind: {type: choices, choices: [fees, service]}
  since: {type: date, says: since when it is so}
settings:
  notice: {type: length, at_most: 10 business days, says: how soon you give notice}
  closing: {type: time, says: when you close}
  days_open: {type: calendar}
calendars:
  theirs: {zone: Europe/Dublin, hours: {mon-fri: "09:00-20:00"}, close_of_business: {setting: closing}}
defaults: {calendar: theirs}
requirements:
  give-notice:
    citation: Example Code 1
    when: vulnerable or amount_claimed more than 3 or kind includes fees
    due: setting notice from received, days_open calendar
    done_by: {acknowledged: [notice_of_rights]}
  look:
    citation: Example Code 2
    due: 30 days from since
    done_by: assessed
escalation:
  tiers:
    - {id: desk, owner: the desk}
    - {id: board, owner: the board}
    - {id: ombudsman, owner: the ombudsman}
  outside: [ombudsman]
  moves:
    late: {missed: give-notice, go: board}
policy_must:
  somebody-answers: {citation: Example Code 3, exists: owner}
  two-ways: {citation: Example Code 4, count: intake.channels, at_least: 2}
"""
ACT = """\
complaint_policy: 1
id: ie-example-act
title: An example act
version: "1"
in_force: {from: 2020-01-01}
facts:
  covered: {type: boolean, says: the act covers the complaint}
calendars:
  dublin: {zone: Europe/Dublin, hours: {mon-fri: "09:00-17:00"}}
requirements:
  answer-in-time: {citation: Example Act 1, when: covered, due: 40 days from received, done_by: final_response}
"""


def init(capfd: pytest.CaptureFixture[str], folder: Path, *options: str) -> tuple[int, str]:
    told = in_this_process(capfd, "init", str(folder), "--yes", "--from", "2026-01-01", *options)
    return told.code, told.out + told.err


def with_packs(folder: Path) -> Path:
    for id, text in (("ie-example-code", PACK), ("ie-example-act", ACT)):
        (folder / "policies" / id).mkdir(parents=True)
        (folder / "policies" / id / "policy.yaml").write_text(text, "utf-8")
    return folder / "ours"


def assert_clean(folder: Path) -> None:
    """No word of `check`, the canonical layout, and cases that a reader takes with every fact known."""
    checked = check_file(folder / POLICY)
    assert checked.diagnostics == [], render_text(checked.diagnostics, checked.sources)
    assert checked.policy is not None
    layout = format_file(folder / POLICY)
    assert layout.after == layout.before
    reader = case_reader(given_facts(checked.policy), checked.policy.events, texts=True)
    data = (folder / CASES).read_bytes()
    read = list(cases_of_yaml(data, CASES, reader))
    assert [item for one in read for item in one.diagnostics] == []
    moment = moment_of(data.decode().split("\n")[0].rstrip(".").split()[-1])
    engine = prepare(checked.policy)
    states = []
    for one in read:
        assert one.case is not None
        seen = evaluate(engine, one.case, moment)
        assert all(duty.state != "cannot_tell" for duty in seen.duties), one.case.id
        states.append({duty.state for duty in seen.duties})
    assert len(states) == 6
    assert any("breached" in of for of in states)
    assert any("paused" in of for of in states)
    assert any("met" in of for of in states)
    assert_examples_pass(folder, engine)


def assert_examples_pass(folder: Path, engine: Engine) -> None:
    """The examples can all be run, without a word about them, and come out as expected; each expects something."""
    examples = examples_of(read_written(folder / EXAMPLES), engine.policy)
    assert examples.diagnostics == ()
    assert [ran.passed for ran in run(examples.examples, engine)] == [True] * 6
    assert all(one.expectations for example in examples.examples for one in example.asked)


@pytest.mark.parametrize(
    "options",
    [
        ("--country", "GB", "--subdivision", "ENG", "--pack", "uk-fca-disp"),
        ("--country", "uk", "--subdivision", "Scotland", "--pack", "uk-fca-disp"),
        ("--country", "IE"),
        ("--country", "Germany", "--subdivision", "BY", "--language", "de"),
        ("--country", "US", "--hours", "mon-fri 8-18, sat 10:00-13:00"),
        ("--country", "IN", "--level", "p1", "--level", "p2", "--tier", "desk", "--tier", "head office"),
        ("--country", "AU", "--subdivision", "NSW", "--answer", "21 days"),
        ("--country", "FR", "--language", "fr", "--name", 'L\'Été: "Café" #1, {SARL}'),
        ("--country", "CA", "--subdivision", "QC", "--level", "a, b, c, d", "--tier", "desk, team, head, board"),
        ("--country", "JP", "--acknowledge", "4 business hours", "--answer", "3 days, 1 week, 2 months"),
        ("--country", "AE", "--hours", "sun-thu 09:00-17:00"),
    ],
    ids=lambda options: " ".join(options[:4]),
)
def test_what_options_say_checks_clean(
    options: tuple[str, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, told = init(capfd, tmp_path / "ours", *options)
    assert code == 0, told
    written = {
        path.relative_to(tmp_path / "ours").as_posix() for path in (tmp_path / "ours").rglob("*") if path.is_file()
    }
    assert written == set(FILES)
    assert "error" not in told.replace("no errors", "")
    assert_clean(tmp_path / "ours")


def test_every_question_of_a_pack_and_of_those_that_it_extends_is_answered(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = with_packs(tmp_path)
    code, told = init(capfd, folder, "--country", "IE", "--pack", "ie-example-code")
    assert code == 2
    assert "`--set ie-example-code/notice=A_LENGTH`" in " ".join(told.split())
    assert not folder.exists()
    answered = ("--set", "ie-example-code/notice=5 business days")
    code, told = init(capfd, folder, "--country", "IE", "--pack", "ie-example-code", *answered)
    assert code == 0, told
    assert_clean(folder)
    policy = (folder / POLICY).read_text("utf-8")
    assert "      vulnerable: vulnerable\n" in policy, "a fact of the same name and type is the same"
    assert "amount_claimed: ie_example_code_amount_claimed\n" in policy, "another type is another fact"
    assert "covered: ie_example_act_covered\n" in policy, "two packs mean two things"
    assert "      closing: 17:00\n" in policy.replace('"', "")
    assert "      days_open: office\n" in policy
    assert "      board: senior\n" in policy
    assert "outside: [ombudsman]" in policy


def test_the_answer_to_a_setting_stays_in_the_bounds_of_the_law(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = with_packs(tmp_path)
    beyond = ("--set", "ie-example-code/notice=50 business days")
    code, told = init(capfd, folder, "--country", "IE", "--pack", "ie-example-code", *beyond)
    assert code == 3
    assert "CP361" in told
    assert "Nothing was written" in told
    assert not folder.exists()


def test_packs_fit_by_country_and_part(tmp_path: Path) -> None:
    folder = with_packs(tmp_path)
    (tmp_path / "policies" / "uk-sct-example").mkdir()
    (tmp_path / "policies" / "uk-sct-example" / "policy.yaml").write_text(
        "holds_in: [GB-SCT]\n" + ACT.replace("ie-example-act", "uk-sct-example")
    )
    found = packs_from(folder)
    assert {"ie-example-act", "ie-example-code", "uk-fca-disp", "uk-sct-example"} <= {pack.id for pack in found}
    assert "example-retail-bank" not in {pack.id for pack in found}
    irish, english, scottish = (
        {pack.id for pack in fitting(found, *place)} for place in (("IE", None), ("GB", "ENG"), ("GB", "SCT"))
    )
    assert {"ie-example-act", "ie-example-code"} <= irish
    assert all(id.startswith(("ie-", "eu-")) for id in irish)
    assert {"uk-fca-disp", "uk-ofcom-c4"} <= english & scottish
    assert {"uk-eng-nhs-2009-309", "uk-eng-housing-ombudsman-code"} <= english - scottish
    assert not {"uk-nir-hsc-fps", "uk-wls-nhs-2011-704"} & (english | scottish)
    assert not {"uk-calendars", "uk-region"} & {pack.id for pack in found}, "words of packs, which bind nobody"
    assert "uk-sct-example" in scottish - english
    assert all(pack.id.startswith("in-") for pack in fitting(found, "IN", None))
    federal = {"us-cfpb-company-portal", "us-cfpb-reg-e", "us-cfpb-reg-z", "us-dodd-frank-1034", "us-fcra"}
    californian = {pack.id for pack in fitting(found, "US", "CA")}
    assert federal <= californian
    assert "us-calendars" not in californian


def test_where_a_pack_holds_is_what_it_says_and_no_other_word_of_its_id(tmp_path: Path) -> None:
    beside = {
        "us-ma-plans": "",  # Medicare Advantage, and no law of Massachusetts
        "us-ma-insurance": "holds_in: [US-MA]\n",
        "lending-abroad": "holds_in: [FR, US-CA]\n",
        "passenger-rights": "holds_in: [EU]\n",
    }
    for id, place in beside.items():
        (tmp_path / id).mkdir()
        (tmp_path / id / "policy.yaml").write_text(place + ACT.replace("ie-example-act", id))
    found = packs_from(tmp_path / "ours")
    own = {
        place: {pack.id for pack in fitting(found, *place)} & set(beside)
        for place in (("US", "CA"), ("US", "MA"), ("US", None), ("FR", None), ("MA", None))
    }
    assert own == {
        ("US", "CA"): {"us-ma-plans", "lending-abroad"},
        ("US", "MA"): {"us-ma-plans", "us-ma-insurance"},
        ("US", None): {"us-ma-plans", "us-ma-insurance", "lending-abroad"},
        ("FR", None): {"lending-abroad", "passenger-rights"},
        ("MA", None): set(),
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "`--country` is needed"),
        (("--country", "Grmany"), "did you mean `DE`, Germany?"),
        (("--country", "GB", "--subdivision", "SCO"), "did you mean `SCT`, Scotland?"),
        (("--country", "IE", "--subdivision", "X"), "has no parts"),
        (("--country", "US", "--zone", "America/New_Yrk"), "did you mean `America/New_York`?"),
        (("--country", "GB", "--pack", "uk-fca-dips"), "did you mean `uk-fca-disp`?"),
        (("--country", "GB", "--answer", "5 busines days"), "did you mean `5 business days`?"),
        (("--country", "GB", "--answer", "1 week", "--answer", "2 weeks"), "2 times for 3 levels"),
        (("--country", "GB", "--hours", "mon-fri 17:00-09:00"), "ends before it begins"),
        (("--country", "GB", "--hours", "mon-fri 9-17, wed 9-12"), "name each day once"),
        (("--country", "GB", "--id", "Our Policy"), "write `our-policy`"),
        (("--country", "GB", "--level", "one"), "write 2 to 4"),
        (("--country", "GB", "--level", "true, false"), "`true`"),
        (("--country", "GB", "--currency", "GPB"), "no currency `GPB`"),
        (("--country", "GB", "--language", "xx"), "there are `en`"),
        (("--country", "GB", "--set", "notice=3"), "is not an answer"),
    ],
)
def test_a_bad_option_is_a_mistake_of_usage_and_nothing_is_written(
    options: tuple[str, ...], told: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said = init(capfd, tmp_path / "ours", *options)
    assert code == 2
    assert told in " ".join(said.split())
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("mine")
    code, told = init(capfd, tmp_path, "--country", "IE")
    assert code == 2
    assert "README.md` is there already" in " ".join(told.split())
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    code, told = init(capfd, tmp_path / "file", "--country", "IE")
    assert (code, "is no folder but a file" in told) == (2, True)
    code, told = init(capfd, tmp_path / "file" / "ours", "--country", "IE")
    assert code == 2
    assert "file` is no folder" in told


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_was_written_goes_if_the_rest_cannot_follow(
    failure: BaseException, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def full(path: Path, *rest: str, **more: str) -> object:
        if path.name == Path(SCHEMA).name and rest[:1] == ("xb",):
            raise failure
        return opened(path, *rest, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    (tmp_path / "kept.txt").write_text("mine")
    code, told = init(capfd, tmp_path, "--country", "IE")
    assert code == (2 if isinstance(failure, OSError) else 130)
    assert isinstance(failure, KeyboardInterrupt) or "no space left on device" in told
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


# --- at a terminal ----------------------------------------------------------------------------------------------------


class Terminal:
    """The command on a pseudo-terminal: what it shows is waited for, what is typed is sent."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.shown = ""
        self.code: int | None = None
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            wanted = {**environment(folder), "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200", "PYTHONUTF8": "1"}
            os.execve(sys.executable, [sys.executable, "-m", "complaint_policy", "init", *arguments], wanted)

    def answer(self, question: str, text: str) -> None:
        self._wait_for(question)
        os.write(self.end, text.encode() + b"\n")

    def stop(self, question: str) -> int:
        """Control-C; again where it came while the line editor was still taking over the terminal, and was lost."""
        self._wait_for(question)
        for _ in range(4):
            with suppress(OSError):
                os.write(self.end, b"\x03")
            until = time.monotonic() + 10  # a second one too soon would hit the program while it ends
            while time.monotonic() < until and not self._has_ended():
                self._more(0.1)
            if self.code is not None:
                break
        return self.ended()

    def ended(self) -> int:
        until = time.monotonic() + 60
        while not self._has_ended() and time.monotonic() < until:
            self._more(0.1)
        while self._more(0.1):
            pass
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.end)  # only now: closing a terminal ends the program that still uses it
        assert self.code is not None, f"it did not end:\n{self.shown}"
        return self.code

    def _has_ended(self) -> bool:
        if self.code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if ended else None
        return self.code is not None

    def _wait_for(self, text: str) -> None:
        until = time.monotonic() + 60
        while text not in self.shown:
            assert time.monotonic() < until, f"waited for {text!r} in vain:\n{self.shown}"
            assert self._more(), f"ended before {text!r}:\n{self.shown}"
        self.shown = self.shown.partition(text)[2]

    def _more(self, seconds: float = 60) -> bool:
        ready, _, _ = select.select([self.end], [], [], seconds)
        try:
            data = os.read(self.end, 4096) if ready else b""
        except OSError:  # how Linux tells that the other end is closed
            data = b""
        self.shown += data.decode("utf-8", "replace")
        return bool(data)


def test_a_person_answers_and_is_asked_again_after_a_bad_answer(tmp_path: Path) -> None:
    with_packs(tmp_path)
    terminal = Terminal(tmp_path, "ours", "--from", "2026-01-01", "--language", "en")
    terminal.answer("Name of the organisation", "Example Ltd")
    terminal.answer("Country", "Irland")
    terminal.answer("did you mean `IE`, Ireland?", "IE")
    terminal.answer("Opening hours", "whenever")
    terminal.answer("is not days and hours", "")
    terminal.answer("Levels of severity", "")
    terminal.answer("Who handles complaints", "")
    terminal.answer("Acknowledge a complaint within", "tomorrow")
    terminal.answer("is not a length of time", "1 business day")
    for level in ("critical", "high", "normal"):
        terminal.answer(f"if {level}", "")
    irish = [pack.id for pack in fitting(packs_from(tmp_path), "IE", None)]
    number, beyond = irish.index("ie-example-code") + 1, len(irish) + 1
    terminal.answer(f"{number}. ie-example-code: An example code", f"{beyond}")
    terminal.answer(f"there is no number {beyond}", f"{number}")
    terminal.answer("how soon you give notice", "50 business days")
    terminal.answer("Error:", "5 business days")
    assert terminal.ended() == 0, terminal.shown
    assert "Next:" in terminal.shown
    assert_clean(tmp_path / "ours")
    assert "    due: 1 business day from received\n" in (tmp_path / "ours" / POLICY).read_text("utf-8")


def test_control_c_leaves_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "ours")
    terminal.answer("Name of the organisation", "Example Ltd")
    assert terminal.stop("Language") == 130
    assert "Stopped: nothing was written." in terminal.shown
    assert list(tmp_path.iterdir()) == []


def test_a_zone_is_asked_only_where_there_are_several(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "ours", "--name", "Example", "--language", "en", "--country", "AU")
    terminal.answer("New South Wales", "NSW")
    assert terminal.stop("Time zone (Australia/Sydney, ") == 130


# --- the parts --------------------------------------------------------------------------------------------------------


def test_where_an_organisation_is() -> None:
    assert country_named("united kingdom") == country_named("UK") == "GB"
    assert part_named("DE", "bayern") == part_named("DE", "DE-BY") == "BY"
    assert zones_likely("AU", "NSW")[0] == "Australia/Sydney"
    assert zones_likely("CA", "ON")[0] == "America/Toronto"
    assert zones_likely("IE", None) == ["Europe/Dublin"]
    with pytest.raises(NotKnown, match="Scotland"):
        part_named("GB", "Scotlnd")


def test_names_and_hours_are_read_as_people_write_them() -> None:
    assert id_of("Müller & Söhne's GmbH") == "muller-sohnes-gmbh"
    assert names_in("P1 > Second level", "levels") == ("p1", "second_level")
    assert names_in("Front line, Head office", "tiers") == ("front-line", "head-office")
    assert hours_in("Mon-Fri 9-17:30, sat 10:00-13:00") == (("mon-fri", "09:00-17:30"), ("sat", "10:00-13:00"))
    for wrong in ("", "mon-fri", "mon-fri 9", "xyz 9-17", "mon 9:5-17", "mon 25:00-26:00", "mon-wed-fri 9-17"):
        with pytest.raises(NotKnown):
            hours_in(wrong)
