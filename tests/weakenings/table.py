"""Every change of every time limit of a pack, with what became of it, and the counts of a whole run as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from complaint_policy.policy.model import Policy
from tests.weakenings.asking import asked_of, proved, sampled, shows_worse
from tests.weakenings.changes import Change, changes_of
from tests.weakenings.organisation import FOLDER, Organisation, organisation_from
from tests.weakenings.sampling import YEARS

Outcome = Literal["unwritten", "shown", "holds", "undecided", "missed", "false alarm"]
TRIES = {True: 200, False: 60}
"""Cases tried of what was made weaker, and of what was made as strict or stricter."""


class Row(NamedTuple):
    """What became of one change.

    refused: `check` says that it is looser than the law. worse: how a sampled case is worse, empty if none was found.
    because: what the prover says.
    """

    pack: str
    kind: str
    duty: str
    words: str
    meant_weaker: bool
    refused: bool
    worse: str
    outcome: Outcome
    because: str
    seconds: float

    @property
    def is_weaker(self) -> bool:
        """Whether it was made to be weaker, or turned out so: a promised date may also come before the law's own."""
        return self.meant_weaker or self.worse != ""

    @property
    def is_wrong(self) -> bool:
        """Whether the prover says what is not so."""
        return self.outcome in ("missed", "false alarm") or (not self.is_weaker and self.outcome == "shown")

    def told(self) -> str:
        """One line."""
        worse = self.worse or "none worse found"
        return f"{self.outcome}: {self.pack} {self.duty}: {self.kind}, {self.words} ({worse}) {self.because}"


def compiled(organisation: Organisation) -> Policy:
    """The policy of an organisation whose file has no errors."""
    checked = organisation.checked(FOLDER)
    assert checked.policy is not None, [one.message for one in checked.diagnostics]
    return checked.policy


def rows_of(pack: str, chosen: Iterable[str] = ()) -> Iterator[Row]:
    """Each change of the organisation over a pack, or those of the chosen kinds, judged."""
    base = organisation_from(pack)
    policy, kinds = compiled(base), set(chosen)
    for change in changes_of(base):
        if not kinds or change.kind in kinds:
            yield row_of(change, policy)


def row_of(change: Change, base: Policy, years: int = YEARS) -> Row:
    """One change, judged by check, by sampled cases and, for so many years, by the prover."""
    asked = asked_of(change, base)
    head = (change.organisation.pack, change.kind, change.duty, change.words, change.is_weaker)
    if asked.policy is None:
        return Row(*head, False, "", "unwritten", ", ".join(asked.codes), 0.0)
    found = sampled(asked.policy, change.duty, TRIES[change.is_weaker])
    worse = "" if found is None else found.why
    answer = proved(asked.policy, change.duty, years)
    outcome: Outcome = "undecided"
    if answer.verdict == "fails":
        outcome = "shown" if shows_worse(answer, asked.policy, change.duty) else "false alarm"
    elif answer.verdict == "holds":
        outcome = "missed" if worse else "holds"
    return Row(*head, asked.is_refused, worse, outcome, answer.because, answer.seconds)


_COLUMNS = ("pack", "limits", "weaker", "by check", "shown", "undecided", "missed", "no weaker")
_STRICTER = ("stricter", "hold", "undecided", "false alarms")


def table(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each pack and one for all; on the left what was made weaker, on the right what was made stricter.

    `no weaker`: what was meant to be weaker, and is not: the prover says that it holds, and no case says otherwise.
    """
    by_pack: dict[str, list[Row]] = {}
    for row in rows:
        by_pack.setdefault(row.pack, []).append(row)
    every = [row for held in by_pack.values() for row in held]
    yield _line((*_COLUMNS, *_STRICTER))
    for pack, held in (*by_pack.items(), ("all", every)):
        yield _line((pack, *map(str, _counts(held))))


def _counts(rows: list[Row]) -> tuple[int, ...]:
    weaker = [row for row in rows if row.is_weaker and row.outcome != "unwritten"]
    stricter = [row for row in rows if not row.is_weaker and row.outcome != "unwritten"]
    of, others = Counter(row.outcome for row in weaker), Counter(row.outcome for row in stricter)
    limits = len({(row.pack, row.duty) for row in rows})
    refused = sum(row.refused for row in weaker)
    wrong = of["missed"] + of["false alarm"]
    first = (limits, len(weaker), refused, of["shown"], of["undecided"], wrong, of["holds"])
    return (*first, len(stricter), others["holds"], others["undecided"], others["false alarm"] + others["shown"])


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
