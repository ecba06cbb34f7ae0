"""A large policy, drawn to be timed: 1,000 rules, 300 duties that pause and are lengthened, 50 drawn tables."""

from __future__ import annotations

RULES = 1_000
DUTIES = 300
TABLES = 50
ROWS = 12

_HEAD = """\
complaint_policy: 1
id: large-policy
title: A large policy, made to be timed
version: "1"
in_force: {from: 2026-01-01}
facts:
  amount: {type: money, currency: GBP}
  kind: one of a, b, c, d, e, f
  vulnerable: boolean
  injury: boolean
  visits: number
calendars:
  office:
    zone: Europe/London
    hours: {mon-fri: "09:00-17:00"}
    holidays: {country: GB, subdivision: ENG}
classification:
  severity:
    levels: [critical, high, low]
    rules:
"""


def rules_text(rules: int = RULES) -> str:
    """Rules of one decision that mix comparisons, choices, booleans and sums, each with limits of its own."""
    kinds, labels = "abcdef", ("critical", "high", "low")
    lines = [
        f"      - id: rule-{n}\n"
        f"        when: amount > {10 * n + 5}.50 and (kind == {kinds[n % 6]} or vulnerable)"
        f" and not injury and visits < {n + 3}\n"
        f"        then: {labels[n % 3]}\n"
        f"        because: reason number {n}\n"
        for n in range(rules)
    ]
    return "".join(lines) + "    otherwise: low\n"


def tables_text(tables: int = TABLES, rows: int = ROWS) -> str:
    """Drawn decision tables, one a decision, whose columns are not yet under each other."""
    found = []
    for table in range(tables):
        lines = [
            f"      row-{row} | {'abcdef'[row % 6]}, {'bcdefa'[row % 6]} | {('yes', '-')[row % 2]}"
            f" | > {100 * (rows - row) + table} | {'ab'[row % 2]}\n"
            for row in range(rows)
        ]
        head = "      id | kind | vulnerable | amount | then\n"
        found.append(f"  table_{table}:\n    table: |\n{head}{''.join(lines)}    otherwise: a\n")
    return "".join(found)


def duty_text(number: int) -> str:
    """A duty: one in three in words, one as a map, one by severity; all pause, and two in three can be lengthened."""
    clocks = (
        f"{number + 2} business days from received, close of business",
        f"{{start: received, length: {number + 2} business days, first_day: included}}",
        f"{{by: severity, values: {{critical: {{start: received, length: {number + 4} business hours}},"
        f" otherwise: {{start: received, length: {number + 2} business days}}}}}}",
    )
    longer = (
        f"    longer: [{{upon: holding_response, to: {number + 20} business days, content: [reasons]}}]\n"
        if number % 3 != 2
        else ""
    )
    return (
        f"  duty-{number}:\n    due: {clocks[number % 3]}\n    done_by: acknowledged\n"
        "    pause: [{from: information_requested, to: information_received, at_most: 10 business days}]\n"
        f"{longer}    warn: [{('50%', '1 business day before')[number % 2]}]\n"
    )


def policy_text(rules: int = RULES, duties: int = DUTIES, tables: int = TABLES) -> str:
    """The text of the policy."""
    own = "".join(map(duty_text, range(duties)))
    return f"{_HEAD}{rules_text(rules)}{tables_text(tables)}timeframes:\n{own}"
