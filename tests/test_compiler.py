"""A policy file comes out as the model that its sections describe: facts, events, decisions, tiers, calendars."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.conditions.syntax import And, Condition, Constant, IsMissing, IsTrue, Linear, Not, OneOf
from complaint_policy.diagnostics import PolicyError
from complaint_policy.policy.compiler import check_file, load_policy
from complaint_policy.policy.model import (
    AfterTime,
    Counted,
    Decided,
    Derived,
    Fact,
    Given,
    IsMet,
    Latest,
    Policy,
    UponEach,
    UponMissed,
    WhenTrue,
)
from tests.policy_texts import FACTS, HEAD, LEVELS, OFFICE, checked, codes, compiled

ANSWER = "timeframes:\n  answer: {due: {start: received, length: 8 weeks}, done_by: final_response}\n"


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def fact(policy: Policy, name: str) -> Fact:
    return next(one for one in policy.facts if one.field.name == name)


def test_load_policy_raises_one_error_with_every_diagnostic(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + FACTS + OFFICE + ANSWER.replace("received", "recieved").replace("8 weeks", "8 weks"))
    with pytest.raises(PolicyError) as raised:
        load_policy(path)
    assert len(raised.value.diagnostics) == 2


def test_a_file_that_is_not_there_is_a_diagnostic(tmp_path: Path) -> None:
    found = check_file(tmp_path / "nowhere.yaml")
    assert found.policy is None
    assert codes(found) == ["CP101"]


def test_facts_have_their_types_defaults_and_exact_scales(tmp_path: Path) -> None:
    facts = """\
facts:
  fee: {type: money, currency: KWD, default: 1.5, largest: 1000, sensitive: true, says: what it cost}
  yen: {type: money, currency: JPY, default: 12}
  score: {type: number, scale: 2, default: 0.25}
  topics: {type: choices, choices: [fees, staff], default: [staff]}
  begun: {type: date, default: 2026-02-28}
  where: {type: choice, choices: [north, south], renamed: {up: north}, required: true}
"""
    policy = compiled(tmp_path, HEAD, facts, OFFICE, ANSWER)
    fee = fact(policy, "fee").field
    assert (fee.default, fee.type.scale, fee.type.largest, fee.sensitive, fee.says) == (
        1500,
        3,
        1000,
        True,
        "what it cost",
    )
    assert fact(policy, "yen").field.default == 12
    assert fact(policy, "score").field.default == 25
    assert fact(policy, "topics").field.default == frozenset({"staff"})
    assert fact(policy, "begun").field.default == day("2026-02-28")
    assert fact(policy, "where").field.renamed == (("up", "north"),)
    assert fact(policy, "where").field.required


def test_facts_come_from_conditions_events_fields_and_duties(tmp_path: Path) -> None:
    more = """\
  big: {is: amount > 500}
  written: {count: offer_rejected, where: written}
  outcome: {field: final_response.outcome}
  fast: {met: answer}
"""
    policy = compiled(tmp_path, HEAD, FACTS, more, OFFICE, ANSWER)
    assert fact(policy, "big").source == Derived(Linear(">", (("amount", 1),), 50000, ("amount",)))
    assert fact(policy, "written").source == Counted("offer_rejected", IsTrue("written"))
    assert fact(policy, "outcome").source == Latest("final_response", "outcome")
    assert fact(policy, "outcome").field.type.choices == ("upheld", "partly_upheld", "not_upheld")
    assert fact(policy, "fast").source == IsMet("answer")


def test_facts_come_out_in_an_order_in_which_each_needs_only_earlier_ones(tmp_path: Path) -> None:
    facts = "facts:\n  a: {is: b and d}\n  b: {is: not c}\n  c: {is: d}\n  d: boolean\n"
    policy = compiled(tmp_path, HEAD, facts, OFFICE, ANSWER)
    assert [one.field.name for one in policy.facts] == ["d", "c", "b", "a"]


def test_a_long_chain_of_facts_is_no_danger(tmp_path: Path) -> None:
    chain = "".join(f"  f{number}: {{is: f{number + 1}}}\n" for number in range(3000))
    policy = compiled(tmp_path, HEAD, "facts:\n", chain, "  f3000: boolean\n", OFFICE, ANSWER)
    assert policy.facts[0].field.name == "f3000"
    assert policy.facts[-1].field.name == "f0"


def test_semantics_53_decisions_read_what_is_before_them_and_are_facts_after(tmp_path: Path) -> None:
    more = (
        "  urgent:\n    rules: [{id: both, when: severity == high and vulnerable, then: 'now'}]\n    otherwise: later\n"
    )
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, LEVELS, more, ANSWER)
    assert [one.name for one in policy.decisions] == ["severity", "urgent"]
    assert fact(policy, "severity").source == Decided("severity")
    assert policy.decisions[1].rules[0].condition == And((OneOf("severity", ("high",)), IsTrue("vulnerable")))
    assert policy.decisions[0].ordered
    assert not policy.decisions[1].ordered


def rule_of_cells(folder: Path, cells: str) -> Condition:
    table = f"classification:\n  severity:\n    table: [{{id: row, {cells}, then: high}}]\n    otherwise: low\n"
    return compiled(folder, HEAD, FACTS, OFFICE, table, ANSWER).decisions[0].rules[0].condition


AMOUNT = ("amount",)


@pytest.mark.parametrize(
    ("cells", "condition"),
    [
        ("product: card", OneOf("product", ("card",))),
        ("product: [card, loan]", OneOf("product", ("card", "loan"))),
        ('product: "card, loan"', OneOf("product", ("card", "loan"))),
        ("product: not card", Not(OneOf("product", ("card",)))),
        ("product: not known", IsMissing("product")),
        ("product: known", Not(IsMissing("product"))),
        ('product: "-"', Constant(True)),
        ("vulnerable: yes", IsTrue("vulnerable")),
        ("vulnerable: no", Not(IsTrue("vulnerable"))),
        ("vulnerable: false", Not(IsTrue("vulnerable"))),
        ('amount: "> 5000"', Linear(">", (("amount", 1),), 500_000, AMOUNT)),
        ('amount: "<= 0.005"', Linear("<=", (("amount", 2),), 1, AMOUNT)),
        ("amount: 12.34", Linear("==", (("amount", 1),), 1234, AMOUNT)),
        (
            "amount: 500..5000",
            And((Linear(">=", (("amount", 1),), 50_000, AMOUNT), Linear("<=", (("amount", 1),), 500_000, AMOUNT))),
        ),
        (
            'occurred_on: "< 2020-01-01"',
            Linear("<", (("occurred_on", 1),), 18262, ("occurred_on",)),
        ),
        ("product: card, vulnerable: yes", And((OneOf("product", ("card",)), IsTrue("vulnerable")))),
    ],
)
def test_cells_of_tables_are_conditions(tmp_path: Path, cells: str, condition: object) -> None:
    assert rule_of_cells(tmp_path, cells) == condition


def test_a_cell_says_the_same_as_the_condition_it_stands_for(tmp_path: Path) -> None:
    text = """\
classification:
  severity:
    rules:
      - {id: cells, if: {amount: "500..5000", product: not card, vulnerable: no}, then: high}
      - {id: words, when: amount >= 500 and amount <= 5000 and product != card and not vulnerable, then: high}
    otherwise: low
"""
    one, two = compiled(tmp_path, HEAD, FACTS, OFFICE, text, ANSWER).decisions[0].rules
    assert one.condition == two.condition


def test_semantics_50_a_matrix_is_a_rule_for_each_cell(tmp_path: Path) -> None:
    facts = "facts:\n  impact: one of high, low\n  urgent: boolean\n"
    matrix = """\
classification:
  priority:
    levels: [first, second]
    matrix: {rows: impact, columns: urgent, cells: {high: {yes: first, no: second}, low: {yes: second, no: second}}}
"""
    decision = compiled(tmp_path, HEAD, facts, OFFICE, matrix, ANSWER).decisions[0]
    assert [(rule.id, rule.then) for rule in decision.rules] == [
        ("high-yes", "first"),
        ("high-no", "second"),
        ("low-yes", "second"),
        ("low-no", "second"),
    ]
    assert decision.rules[1].condition == And((OneOf("impact", ("high",)), Not(IsTrue("urgent"))))
    assert decision.labels == ("first", "second")


def test_semantics_90_and_51_tiers_take_severities_and_are_ordered_highest_first(tmp_path: Path) -> None:
    tiers = """\
escalation:
  tiers:
    - {id: desk, owner: the desk, redress_up_to: 250.50 GBP, takes_at_first: [low]}
    - {id: head, redress_up_to: any, takes_at_first: [high]}
    - {id: ombudsman}
  outside: [ombudsman]
  moves:
    rejected: {each: offer_rejected, where: not written, go: up}
    worse: {when: amount > 5000, go: head}
    stuck: {after: 5 business days, in: desk, go: up, because: it lies there}
    late: {missed: answer, go: head}
"""
    escalation = compiled(tmp_path, HEAD, FACTS, OFFICE, LEVELS, tiers, ANSWER).escalation
    assert escalation is not None
    assert [(one.id, one.redress_up_to, one.outside) for one in escalation.tiers] == [
        ("desk", 25050, False),
        ("head", None, False),
        ("ombudsman", None, True),
    ]
    assert escalation.first.labels == ("head", "desk")
    assert [(rule.condition, rule.then) for rule in escalation.first.rules] == [
        (OneOf("severity", ("low",)), "desk"),
        (OneOf("severity", ("high",)), "head"),
    ]
    kinds = [type(move.trigger) for move in escalation.moves]
    assert kinds == [UponEach, WhenTrue, AfterTime, UponMissed]
    assert escalation.moves[0].trigger == UponEach("offer_rejected", Not(IsTrue("written")))
    assert escalation.moves[2].because == "it lies there"


def test_without_takes_at_first_a_case_starts_at_the_lowest_tier(tmp_path: Path) -> None:
    tiers = "escalation:\n  tiers: [{id: desk}, {id: head}]\n  moves: {rejected: {each: offer_rejected, go: up}}\n"
    escalation = compiled(tmp_path, HEAD, FACTS, OFFICE, tiers, ANSWER).escalation
    assert escalation is not None
    assert escalation.first.otherwise == "desk"


def test_semantics_89_redress_is_a_fact_of_every_policy_that_looks_at_it(tmp_path: Path) -> None:
    approvals = "resolution:\n  approvals: {large: {when: redress > 5000, approved_by: [legal]}}\n"
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, approvals, ANSWER)
    assert fact(policy, "redress").source == Latest("offer_made", "amount")
    assert policy.approvals[0].when == Linear(">", (("redress", 1),), 500_000, ("redress",))
    assert all(one.field.name != "redress" for one in compiled(tmp_path, HEAD, FACTS, OFFICE, ANSWER).facts)


def test_events_are_the_standard_ones_with_the_files_own(tmp_path: Path) -> None:
    events = "events:\n  letter: {fields: {kind: one of first, last}}\n  final_response: {fields: {leaflet: boolean}}\n"
    events = events.replace("one of first, last", '"one of first, last"')
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, events, ANSWER)
    names = {event.name: [field.name for field in event.fields] for event in policy.events}
    assert names["letter"] == ["kind"]
    assert names["final_response"] == ["outcome", "written", "leaflet"]
    assert names["offer_made"] == ["amount", "remedy", "written"]
    assert "facts_changed" not in names
    assert next(e for e in policy.events if e.name == "offer_made").fields[0].type.currency == "GBP"


def test_a_choice_of_a_standard_event_may_be_the_organisations_own(tmp_path: Path) -> None:
    events = 'events:\n  final_response: {fields: {outcome: "one of won, lost"}}\n'
    policy = compiled(tmp_path, HEAD, FACTS, "  result: {field: final_response.outcome}\n", OFFICE, events, ANSWER)
    assert fact(policy, "result").field.type.choices == ("won", "lost")


# --- calendars --------------------------------------------------------------------------------------------------------


def calendar(policy: Policy, name: str) -> Calendar:
    found = next(one for one in policy.calendars if one.name == name)
    assert isinstance(found, Calendar)
    return found


def test_semantics_68_holidays_are_resolved_to_days_over_a_horizon(tmp_path: Path) -> None:
    text = """\
calendars:
  office:
    zone: Europe/London
    hours: {mon-thu: ["09:00-12:00", "13:00-17:00"], fri: "09:00-12:00"}
    holidays:
      country: GB
      subdivision: ENG
      also: [{date: 2026-12-24, name: closed for the party, known_from: 2026-10-01}]
      except: [{date: 2026-08-31, known_from: 2026-06-01T12:00}]
"""
    office = calendar(compiled(tmp_path, HEAD, FACTS, text, ANSWER), "office")
    assert (office.first_day, office.last_day) == (day("2006-01-01"), day("2041-12-31"))
    named = {(one.day, one.withdrawn): one for one in office.holidays}
    assert named[day("2026-04-03"), False].name == "Good Friday"
    assert named[day("2026-12-28"), False].name.startswith("Boxing Day")
    party = named[day("2026-12-24"), False]
    assert (party.name, party.known_from) == (
        "closed for the party",
        1790809200,
    )  # midnight of 1 October in summer time
    opened = named[day("2026-08-31"), True]
    assert opened.known_from == 1780311600
    assert [one.day for one in office.holidays] == sorted(one.day for one in office.holidays)
    assert office.windows[0] == ((32400, 43200), (46800, 61200))
    assert office.open_days == (True,) * 5 + (False, False)


def test_the_horizon_goes_by_a_year_given_and_by_the_dates_the_law_names(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + FACTS + OFFICE + "suspensions:\n  old: {from: 2001-01-01, until: 2001-02-01}\n" + ANSWER)
    policy = check_file(path, horizon_year=2030).policy
    assert policy is not None
    office = calendar(policy, "office")
    assert (office.first_day, office.last_day) == (day("2000-01-01"), day("2045-12-31"))


@pytest.mark.parametrize(
    "written", ["review: {every: 12 months, last: 2026-11-21}", "approved: {by: board, date: 2026-11-21}"]
)
def test_semantics_81_an_old_law_that_is_looked_after_reaches_beyond_the_last_look(
    tmp_path: Path, written: str
) -> None:
    head = HEAD.replace("{from: 2026-01-01}", "{from: 1997-09-30}")
    assert calendar(compiled(tmp_path, head, FACTS, OFFICE, ANSWER), "office").last_day == day("2012-12-31")
    office = calendar(compiled(tmp_path, head, written + "\n", FACTS, OFFICE, ANSWER), "office")
    assert (office.first_day, office.last_day) == (day("1977-01-01"), day("2041-12-31"))


def test_semantics_19_a_calendar_is_chosen_by_a_fact(tmp_path: Path) -> None:
    text = '  shop: {zone: Europe/London, hours: {mon-sun: "00:00-24:00"}}\n'
    choice = "  either: {by: product, calendars: {card: shop, otherwise: office}}\ndefaults: {calendar: either}\n"
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, text, choice, ANSWER)
    assert CalendarChoice("either", "product", (("card", "shop"),), "office") in policy.calendars
    assert calendar(policy, "shop").windows[6] == ((0, 86400),)


def test_semantics_81_the_zones_come_with_the_policy(tmp_path: Path) -> None:
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, ANSWER)
    assert [zone.name for zone in policy.zones] == ["Europe/London"]
    assert policy.tzdata


def test_in_force_is_local_in_the_zone_of_the_default_calendar(tmp_path: Path) -> None:
    berlin = OFFICE.replace("Europe/London", "Europe/Berlin")
    head = HEAD.replace("{from: 2026-01-01}", "{from: 2026-07-01T13:00, until: 2026-12-31}")
    policy = compiled(tmp_path, head, FACTS, berlin, ANSWER)
    assert policy.packs[0].in_force == (1782903600, 1798758000)


def test_nothing_else_than_the_policy_and_its_packs_is_read(tmp_path: Path) -> None:
    found = checked(tmp_path, HEAD, FACTS, OFFICE, ANSWER, "law: {'../../etc/passwd': {}}\n")
    assert found.policy is None
    assert found.files == (tmp_path / "small.yaml",)


def test_given_facts_come_first_as_written(tmp_path: Path) -> None:
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, LEVELS, ANSWER)
    assert [one.field.name for one in policy.facts if isinstance(one.source, Given)] == [
        "vulnerable",
        "amount",
        "product",
        "occurred_on",
    ]


def test_a_policy_without_any_calendar_is_in_force_by_the_days_of_utc(tmp_path: Path) -> None:
    policy = compiled(tmp_path, HEAD, FACTS, LEVELS)
    assert policy.packs[0].in_force == (1767225600, None)
    assert policy.calendars == ()


# --- each mistake is told once ----------------------------------------------------------------------------------------

DUTY = "timeframes:\n  answer: {due: {start: received, length: 8 weeks}, done_by: final_response}\n"


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("done_by: final_response", "done_by: [acknowledged, assessed]", ["CP153"]),
        ("done_by: final_response", "done_by: {final_response: [reasons], closed: [reasons]}", ["CP158"]),
        (", length: 8 weeks", "", ["CP152"]),
        ("done_by: final_response", "done_by: {any_of: [[recieved]]}", ["CP153"]),
    ],
)
def test_the_compiler_does_not_say_again_what_the_schema_has_said(
    tmp_path: Path, right: str, wrong: str, expected: list[str]
) -> None:
    assert codes(checked(tmp_path, HEAD, FACTS, OFFICE, DUTY.replace(right, wrong))) == expected


def test_a_name_given_twice_is_told_beside_what_the_schema_says_of_the_thing(tmp_path: Path) -> None:
    second = "follow_up:\n  answer: {done_by: feedback_requested}\n"
    assert codes(checked(tmp_path, HEAD, FACTS, OFFICE, DUTY, second)) == ["CP152", "CP204"]


def test_other_mistakes_of_a_duty_are_told_beside_what_the_schema_says_of_it(tmp_path: Path) -> None:
    wrong = DUTY.replace("done_by: final_response", "done_by: final_respones, strength: shall, when: vulnerabel")
    assert sorted(codes(checked(tmp_path, HEAD, FACTS, OFFICE, wrong))) == ["CP154", "CP205", "CP403"]


def test_no_clock_is_blamed_for_hours_that_cannot_be_read(tmp_path: Path) -> None:
    office = OFFICE.replace("09:00-17:00", "09:00-25:00")
    clock = DUTY.replace("8 weeks", "8 business hours")
    found = codes(checked(tmp_path, HEAD, FACTS, office, clock))
    assert len(found) == 1
    assert found[0] in ("CP144", "CP155")


LANGUAGE_WORDS = ("by", "otherwise", "before", "dated", "law_of", "known", "not", "one", "any", "all", "up")
CONDITION_WORDS = ("and", "or", "not", "in", "is", "true", "false", "null")


@pytest.mark.parametrize("word", sorted({*LANGUAGE_WORDS, *CONDITION_WORDS}))
def test_semantics_84_a_word_of_the_language_is_no_name(tmp_path: Path, word: str) -> None:
    """Nothing is called by a word of the language; by a word of conditions no fact and no choice."""
    fact = f'facts: {{"{word}": boolean}}\n'
    choice = f'facts: {{product: {{type: choice, choices: ["{word}", card]}}}}\n'
    event = f'events: {{"{word}": {{says: something}}}}\nfacts: {{}}\n'
    reply = "timeframes: {reply: {due: 5 days from received, done_by: final_response}}\n"

    def refused(part: str) -> bool:
        return "CP202" in codes(checked(tmp_path, HEAD, part, OFFICE, reply))

    assert refused(fact)
    assert refused(choice)
    assert refused(event) is (word in LANGUAGE_WORDS)


def test_semantics_68_a_calendar_reaches_only_so_far_as_all_its_holidays_are_known(tmp_path: Path) -> None:
    """India's feasts by the moon are known up to 2035: a day beyond is not said to be open."""
    (tmp_path / "policy.yaml").write_text(
        """\
complaint_policy: 1
id: office
title: An office in India
version: "1"
in_force: {from: 2026-01-01}
facts: {}
calendars: {office: {zone: Asia/Kolkata, hours: {mon-fri: "09:00-17:00"}, holidays: {country: IN}}}
timeframes: {answer: {due: 2 business days from received, done_by: acknowledged}}
""",
        "utf-8",
    )
    found = check_file(tmp_path / "policy.yaml")
    assert found.policy is not None
    (calendar,) = found.policy.calendars
    assert isinstance(calendar, Calendar)
    assert (calendar.first_day, calendar.last_day) == (day("2006-01-01"), day("2035-12-31"))
