"""Packs that extend packs: words are shared, a pack is there once, and each of its questions has one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.clocks.data import AtEvent, Counting, Length, Limit
from complaint_policy.conditions.syntax import And, IsTrue, OneOf
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import Derived, Given, Policy, SameAs
from tests.policy_texts import HEAD, OFFICE, codes


def pack(id: str, body: str, version: str = "1") -> str:
    return f"""\
complaint_policy: 1
id: {id}
title: The pack {id}
version: "{version}"
in_force: {{from: 2020-01-01}}
{body}"""


WORDS = """\
facts:
  customer: {type: choice, choices: [person, firm], says: who complains}
  private_person: {is: customer == person}
  harmed: boolean
events:
  statement_sent: {fields: {kind: text}}
calendars:
  england: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
counting:
  strict: {first_day: included, ends: close_of_business}
suspensions:
  strike: {from: 2026-02-01, until: 2026-02-03, citation: Order 1, when: harmed}
"""
ONE = """\
law: {words: {}}
facts: {}
defaults: {calendar: england}
applies: private_person
requirements:
  answer:
    citation: Act 1
    when: harmed
    due: {start: received, length: 8 weeks, profile: strict}
    suspended_by: [strike]
    done_by: statement_sent
"""
TWO = """\
law: {words: {}}
facts: {urgent: boolean}
requirements:
  notice:
    citation: Act 2
    when: urgent and customer == firm
    due: {start: received, length: 1 business day, calendar: england}
    done_by: acknowledged
"""
PACKS = {"words": WORDS, "one": ONE, "two": TWO}
LAW = "law:\n  one: {}\n  two: {facts: {urgent: hurry}}\n"
FACTS = "facts:\n  hurry: boolean\n  kind: one of person, firm\n"


def check(folder: Path, law: str = LAW, rest: str = "", facts: str = FACTS, **other: str) -> Checked:
    for id, body in (PACKS | other).items():
        (folder / f"{id}.yaml").write_text(pack(id, body), encoding="utf-8")
    path = folder / "own.yaml"
    path.write_text(f"{HEAD}{facts}{OFFICE}{law}{rest}", encoding="utf-8")
    return check_file(path)


def policy_of(found: Checked) -> Policy:
    assert found.policy is not None, [(one.message, one.location) for one in found.diagnostics]
    return found.policy


def test_semantics_59_a_shared_pack_is_there_once_and_its_words_are_used_plainly(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path))
    assert [one.id for one in policy.packs] == ["small", "one", "two", "words"]
    assert [one.field.name for one in policy.facts if one.field.name.startswith("words/")] == [
        "words/customer",
        "words/harmed",
        "words/private_person",
    ]
    answer, notice = (next(one for one in policy.duties if one.id == id) for id in ("one/answer", "two/notice"))
    assert policy.packs[1].applies == IsTrue("words/private_person")
    assert answer.when == IsTrue("words/harmed")
    counting = Counting(first_day="included", ends="close_of_business")
    assert answer.due == Limit(AtEvent("received"), Length(8, "weeks"), "words/england", counting)
    assert answer.suspended_by == ("words/strike",)
    assert notice.when == And((IsTrue("two/urgent"), OneOf("words/customer", ("firm",))))
    assert [one.name for one in policy.calendars] == ["words/england", "office"]


def test_semantics_60_what_a_nested_pack_asks_is_asked_once_or_answered_by_the_policy(tmp_path: Path) -> None:
    found = check(tmp_path)
    assert [(one.code.number, one.message) for one in found.diagnostics] == [
        ("CP228", "each case is asked for `words/customer`, `words/harmed`"),
        ("CP301", "nothing reads the fact `kind`"),
    ]
    answered = policy_of(check(tmp_path, LAW + "  words: {facts: {customer: kind, harmed: false}}\n"))
    sources = {one.field.name: one.source for one in answered.facts}
    assert sources["words/customer"] == SameAs("kind")
    assert isinstance(sources["words/harmed"], Derived)
    assert sources["two/urgent"] == Derived(IsTrue("hurry"))
    assert sources["hurry"] == Given()


def test_semantics_60_a_pack_may_answer_what_its_own_pack_asks(tmp_path: Path) -> None:
    answering = ONE.replace(
        "law: {words: {}}\nfacts: {}", "law: {words: {facts: {harmed: hurt}}}\nfacts: {hurt: boolean}"
    )
    policy = policy_of(check(tmp_path, one=answering))
    assert {one.field.name: one.source for one in policy.facts}["words/harmed"] == Derived(IsTrue("one/hurt"))


def test_semantics_60_a_question_of_a_pack_has_one_answer(tmp_path: Path) -> None:
    answering = ONE.replace(
        "law: {words: {}}\nfacts: {}", "law: {words: {facts: {harmed: hurt}}}\nfacts: {hurt: boolean}"
    )
    found = check(tmp_path, LAW + "  words: {facts: {harmed: hurry}}\n", one=answering)
    assert codes(found) == ["CP341"]
    [told] = found.diagnostics
    assert told.location is not None
    assert (Path(told.location.file).name, Path(told.related[0][1].file).name) == ("own.yaml", "one.yaml")


def test_an_answer_cannot_be_the_word_that_it_answers(tmp_path: Path) -> None:
    found = check(tmp_path, LAW + "  words: {facts: {harmed: harmed}}\n")
    assert codes(found) == ["CP403"]


def test_a_policy_uses_the_words_of_its_packs_plainly(tmp_path: Path) -> None:
    law = LAW + "  words: {}\n"
    due = "{start: received, length: 1 day, calendar: england}"
    duty = f"timeframes:\n  call: {{when: private_person, due: {due}, done_by: assessed}}\n"
    policy = policy_of(check(tmp_path, law, duty))
    call = next(one for one in policy.duties if one.id == "call")
    assert call.when == IsTrue("words/private_person")
    assert call.due == Limit(AtEvent("received"), Length(1, "days"), "words/england")


def test_a_setting_takes_a_calendar_of_a_pack_that_its_pack_extends_unless_it_is_answered(tmp_path: Path) -> None:
    asked = TWO.replace("calendar: england}", "calendar: {setting: days}}")
    asked += "settings: {days: {type: calendar, default: england, says: when you are open}}\n"
    for answer, calendar in (("", "words/england"), (", settings: {days: office}", "office")):
        law = LAW.replace("two: {facts: {urgent: hurry}}", f"two: {{facts: {{urgent: hurry}}{answer}}}")
        policy = policy_of(check(tmp_path, law, two=asked))
        due = next(one for one in policy.duties if one.id == "two/notice").due
        assert isinstance(due, Limit)
        assert due.calendar == calendar
    wrong = asked.replace("default: england", "default: engaland")
    assert "CP205" in codes(check(tmp_path, LAW, two=wrong))


def test_semantics_59_words_of_a_pack_of_a_pack_are_not_the_policys_words(tmp_path: Path) -> None:
    duty = "timeframes:\n  call: {when: private_person, due: {start: received, length: 1 day}, done_by: assessed}\n"
    assert codes(check(tmp_path, LAW, duty)) == ["CP403"]


def test_semantics_59_a_word_of_two_packs_needs_a_fact_of_ones_own(tmp_path: Path) -> None:
    other = TWO.replace("urgent: boolean}", "urgent: boolean, harmed: boolean}")
    law = LAW.replace("two: {facts: {urgent: hurry}}", "two: {facts: {urgent: hurry}}\n  words: {}")
    duty = "timeframes:\n  call: {when: harmed, due: {start: received, length: 1 day}, done_by: assessed}\n"
    found = check(tmp_path, law, duty, two=other)
    told = next(one for one in found.diagnostics if one.location and "timeframes" in one.location.path)
    assert told.help.startswith("`two` and `words` both have a fact `harmed`")


def test_a_calendar_that_two_packs_have_is_named_in_full(tmp_path: Path) -> None:
    other = TWO + OFFICE.replace("office", "england")
    law = LAW + "  words: {}\n"
    duty = "timeframes:\n  call: {due: {start: received, length: 1 day, calendar: NAME}, done_by: assessed}\n"
    assert "CP205" in codes(check(tmp_path, law, duty.replace("NAME", "england"), two=other))
    policy = policy_of(check(tmp_path, law, duty.replace("NAME", "two/england"), two=other))
    due = next(one for one in policy.duties if one.id == "call").due
    assert isinstance(due, Limit)
    assert due.calendar == "two/england"


def test_a_pack_puts_its_calendar_in_the_place_of_its_packs_and_the_policy_in_its_place(tmp_path: Path) -> None:
    words = WORDS.replace("subdivision: ENG}}", "subdivision: ENG}, replaceable: true}")
    one = ONE.replace("{words: {}}", "{words: {calendars: {england: branch}}}").replace(
        "defaults: {calendar: england}",
        OFFICE.replace("office", "branch").replace('"}}', '"}, replaceable: true}') + "defaults: {calendar: branch}",
    )
    law = LAW.replace("one: {}", "one: {calendars: {branch: office}}")
    policy = policy_of(check(tmp_path, law, words=words, one=one))
    due = next(duty for duty in policy.duties if duty.id == "two/notice").due
    assert isinstance(due, Limit)
    assert due.calendar == "office"


def test_semantics_59_one_pack_in_two_versions_is_an_error_that_shows_both(tmp_path: Path) -> None:
    pinned = ONE.replace("{words: {}}", '{words: {version: "1"}}')
    assert codes(check(tmp_path, one=pinned)) == ["CP228", "CP301"]
    found = check(tmp_path, LAW + '  words: {version: "2"}\n', one=pinned)
    [told] = found.diagnostics
    assert (told.code.number, told.message) == ("CP340", "`words` is wanted in version `2` and in version `1`")
    assert told.location is not None
    assert (Path(told.location.file).name, Path(told.related[0][1].file).name) == ("own.yaml", "one.yaml")


@pytest.mark.parametrize(
    ("law", "way"),
    [
        ("law: {one: {}}\n", "`two` -> `one` -> `two`"),
        ("law: {small: {}}\n", "`small` -> `two` -> `small`"),
    ],
)
def test_files_that_extend_each_other_in_a_circle_are_told_the_way(tmp_path: Path, law: str, way: str) -> None:
    own = "law:\n  two: {facts: {urgent: hurry}}\n"
    found = check(tmp_path, own, two=TWO.replace("law: {words: {}}\n", law), one=ONE.replace("words", "two"))
    told = next(one for one in found.diagnostics if one.code.number == "CP222")
    assert way in told.message
    assert found.policy is None


def test_a_pack_extends_itself(tmp_path: Path) -> None:
    found = check(tmp_path, two=TWO.replace("{words: {}}", "{two: {}}"))
    assert [one.message for one in found.diagnostics if one.code.number == "CP222"] == ["`two` extends itself"]


def test_a_long_chain_of_packs_is_no_danger(tmp_path: Path) -> None:
    chain = {f"p{place}": f"law: {{p{place + 1}: {{}}}}\nfacts: {{}}\n" for place in range(60)}
    found = check(tmp_path, "law: {p0: {}}\n", **chain, p60="facts: {last: boolean}\napplies: last\n")
    assert len(policy_of(found).packs) == 62


def test_semantics_62_a_pack_may_tighten_the_law_that_it_extends(tmp_path: Path) -> None:
    stricter = ONE.replace("law: {words: {}}", "law: {words: {}, base: {tighten: {reply: {due: {length: 3 weeks}}}}}")
    base = """\
law: {words: {}}
facts: {}
requirements:
  reply: {citation: Act 0, due: {start: received, length: 4 weeks, calendar: england}, done_by: acknowledged}
"""
    policy = policy_of(check(tmp_path, one=stricter, base=base))
    reply = next(one for one in policy.duties if one.id == "one/reply")
    assert (reply.pack, reply.strength, reply.meets) == ("one", "must", "base/reply")
    assert reply.when is None


# --- the questions of packs -------------------------------------------------------------------------------------------

ASKING = """\
settings:
  closing: {type: time, says: when your offices close}
  notice: {type: length, default: 2 days}
facts:
  eligible: {type: boolean, says: "who may complain: see Act 1, 2"}
  lost: {type: money, currency: GBP, largest: 5000}
  region: {type: choice, choices: [north, south], default: north}
  answered: {met: reply}
calendars:
  legal:
    zone: Europe/London
    hours: {mon-fri: "09:00-17:00"}
    close_of_business: {setting: closing}
    replaceable: true
applies: eligible
requirements:
  reply:
    citation: Act 1
    when: lost > 100 and region == north and not answered
    due: {start: received, length: {setting: notice}}
    done_by: acknowledged
  repeat:
    citation: Act 1
    when: answered
    due: {start: received, length: 1 day}
    done_by: acknowledged
escalation:
  tiers: [{id: designated, owner: whoever you designate}]
  moves: {late: {missed: reply, go: designated}}
"""
TIERS = "escalation:\n  tiers: [{id: front}, {id: back}]\n  moves: {each: {each: offer_rejected, go: up}}\n"
BLOCK = """\
# Fill in what stands in capitals; lines that begin with # may stay out. This takes the place of `law:`.
# A fact that you leave out is asked of each case.
law:
  asking:
    facts:
      # a boolean: who may complain: see Act 1, 2
      eligible: A_CONDITION
      # money in GBP, at most 5,000
      lost: A_FACT
      # one of north, south; has a default
      # region: A_FACT
    # calendars:
      # your calendar in the place of this one of the pack
      # legal: A_CALENDAR
    settings:
      # a time: when your offices close
      closing: A_TIME
      # a length; 2 days unless answered
      # notice: A_LENGTH
    tiers:
      # your tier for it: whoever you designate
      designated: A_TIER
"""


def asking(folder: Path, law: str) -> Checked:
    facts = "facts:\n  loss: {type: money, currency: GBP, largest: 5000}\n  hurry: boolean\n"
    asking = ASKING.replace(
        "when: lost > 100 and region == north and not answered", "when: lost > 100 and region == north"
    )
    return check(folder, law, TIERS, facts, asking=asking)


def test_semantics_60_what_packs_ask_is_printed_ready_to_fill_in(tmp_path: Path) -> None:
    found = asking(tmp_path, "law: {asking: {facts: {}}}\n")
    assert found.questions == BLOCK
    filled = BLOCK.replace("A_CONDITION", "hurry").replace("A_FACT", "loss", 1).replace("A_TIME", '"17:00"')
    again = asking(tmp_path, filled.replace("A_TIER", "back"))
    assert codes(again) == ["CP228"]  # the region, which has a default
    assert again.questions.count("\n      # ") == 6  # it, the calendar and the length may still be answered


def test_semantics_60_answers_that_are_there_stay_in_what_is_printed(tmp_path: Path) -> None:
    law = """\
law:
  asking:
    facts: {eligible: "hurry or not hurry"}
    tiers: {designated: back}
    tighten: {reply: {due: {length: 1 day}, because: "ours: sooner", content: [name, date]}}
    disapply: [{duty: repeat, because: "never, ever", citation: Waiver 7}]
"""
    found = asking(tmp_path, law)
    assert "CP225" in codes(found)
    filled = found.questions.replace("A_FACT", "loss", 1).replace("A_TIME", '"17:00"')
    again = asking(tmp_path, filled)
    assert codes(again) == ["CP228"]
    assert policy_of(again).disapplied[0].because == "never, ever"


def test_nothing_is_printed_where_packs_ask_nothing(tmp_path: Path) -> None:
    assert check(tmp_path, "law: {words: {facts: {customer: kind, harmed: hurry}}}\n").questions == ""


# --- where packs stand ------------------------------------------------------------------------------------------------


def two_places(folder: Path, pin: str) -> Checked:
    (folder / "policies" / "words").mkdir(parents=True)
    further = pack("words", WORDS.replace("person, firm", "person, firm, club"), version="2")
    (folder / "policies" / "words" / "policy.yaml").write_text(further, encoding="utf-8")
    return check(folder, f"law: {{words: {{{pin}facts: {{customer: kind, harmed: hurry}}}}}}\n")


def test_of_two_packs_the_nearer_is_taken_and_told(tmp_path: Path) -> None:
    found = two_places(tmp_path, "")
    assert [(one.code.number, one.level) for one in found.diagnostics] == [("CP348", "note")]
    assert policy_of(found).packs[1].version == "1"


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_pinned_version_is_taken_wherever_it_stands(tmp_path: Path, version: str) -> None:
    found = two_places(tmp_path, f'version: "{version}", ')
    assert codes(found) == []
    assert policy_of(found).packs[1].version == version


def test_a_version_that_stands_nowhere_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert codes(two_places(tmp_path, 'version: "3", ')) == ["CP245"]


def test_semantics_60_a_pack_checked_alone_leaves_questions_to_the_organisations_that_take_it(tmp_path: Path) -> None:
    check(tmp_path)
    assert "CP228" not in codes(check_file(tmp_path / "one.yaml"))
