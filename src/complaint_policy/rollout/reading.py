"""Reads a file of examples: its shape first, then every example by the names of its policy; all mistakes in one run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case
from complaint_policy.case_reader.moments import MomentReader
from complaint_policy.case_reader.problems import Refused
from complaint_policy.case_reader.reading import CaseReader, case_reader
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, has_errors, in_order
from complaint_policy.evaluation.organisation import NO_SUCH_PERIOD, nearest_end, policy_of_records
from complaint_policy.policy.model import PERIOD_END, Policy
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.schema import read_checked
from complaint_policy.policy.source import read_date, read_file
from complaint_policy.records import dataclass
from complaint_policy.rollout.answers import iso
from complaint_policy.rollout.examples import Asked, Example, Examples, Source, Wrong
from complaint_policy.rollout.expecting import NOTHING, Expecting, meant
from complaint_policy.rollout.histories import history_of
from complaint_policy.rollout.subjects import Subjects
from complaint_policy.rollout.zones import facts_told, moments_in, zones_of_default

TWICE = Code(
    "CP906",
    "two examples of one name",
    "An example is told by its name in reports, so no two of a file may have the same.",
)
FIXTURE = Code(
    "CP910",
    "a fixture that is not there",
    "`use` names fixtures of the same file; another name would begin the example with nothing.",
)
UNUSED = Code(
    "CP911",
    "a fixture that nobody uses",
    "It is either forgotten, or an example misses its beginning.",
    "warning",
)
ORIGIN = Code(
    "CP909",
    "a stated example without its source",
    "An example that is `stated` says where: a citation, or a public address, so that anybody can look it up.",
)
POLICY = "policy.yaml"
"""The policy beside the examples, unless they name another."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of examples as written, its shape checked; `root` is None where it cannot be read."""

    file: str
    text: str
    policy: Path
    root: Mapping | None
    diagnostics: tuple[Diagnostic, ...]


def read_written(path: Path) -> Written:
    """A file of examples, before its policy is known; nothing is raised for what an author wrote."""
    data = read_file(path)
    if isinstance(data, Diagnostic):
        return Written(str(path), "", path.with_name(POLICY), None, (data,))
    node, found = read_checked(data, str(path), "examples")
    root = node if isinstance(node, Mapping) else None
    named = root.get("policy") if root is not None else None
    policy = named.text if isinstance(named, Scalar) and not named.empty else POLICY
    return Written(str(path), data.decode("utf-8", "replace"), path.parent / policy, root, tuple(found))


def examples_of(written: Written, policy: Policy) -> Examples:
    """The examples of a file, read by the names, facts and events of its policy."""
    if written.root is None:
        return Examples(written.file, (), (), written.diagnostics)
    return _Reader(written, policy).read()


class _Reader:
    """Reads the examples of one file, and keeps what is wrong with each apart."""

    def __init__(self, written: Written, policy: Policy) -> None:
        assert written.root is not None, "only a file that can be read is looked into"
        self.written = written
        self.root = written.root
        subjects = Subjects(policy)
        self.subjects = subjects
        self.readers: dict[tuple[str, ...], tuple[MomentReader, CaseReader]] = {}
        self.moment, self.read_case = self._readers(policy, {})
        records = policy_of_records(policy)
        self.policy = policy
        self.moment_of_records = self.moment
        self.read_record: CaseReader = case_reader(given_facts(records), records.events, texts=True, moment=self.moment)
        self.used: set[str] = set()
        self.names: dict[str, Location] = {}

    def _readers(self, policy: Policy, told: dict[str, str]) -> tuple[MomentReader, CaseReader]:
        """How moments and cases are read where a case says this: local times are those of the calendar it chooses."""
        zones = zones_of_default(policy, told)
        key = tuple(zone.name for zone in zones)
        if key not in self.readers:
            moment = moments_in(zones, policy.default_calendar)
            self.readers[key] = moment, case_reader(given_facts(policy), policy.events, texts=True, moment=moment)
        return self.readers[key]

    def read(self) -> Examples:
        """Every example; those with a mistake apart."""
        cases, returns = _items(self.root.get("cases")), _items(self.root.get("organisation"))
        starts = sorted(item.location.line for item in (*cases, *returns))
        ends = dict(zip(starts, [*starts[1:], 1 << 30], strict=False))
        good: list[Example] = []
        wrong: list[Wrong] = []
        found = list(self.written.diagnostics)
        for number, item in enumerate((*cases, *returns), 1):
            problems = [one for one in found if _within(one, item.location.line, ends[item.location.line])]
            read = self._example if number <= len(cases) else self._return
            example = read(item, number, problems) if isinstance(item, Mapping) else None
            found += problems
            errors = in_order(one for one in problems if one.level == "error")
            if example is not None and not errors:
                good.append(example)
            elif errors:
                wrong.append(Wrong(_name_of(item, number), item.location, errors[0]))
        found += self._unused() if not has_errors(found) else ()
        return Examples(self.written.file, tuple(good), tuple(wrong), tuple(in_order(found)))

    def _unused(self) -> Iterator[Diagnostic]:
        fixtures = self.root.get("fixtures")
        for key, _ in fixtures.entries if isinstance(fixtures, Mapping) else ():
            if key.text not in self.used:
                help = "use it, or take it out"
                yield diagnostic(UNUSED, f"no example uses the fixture `{key.text}`", key.location, help)

    def _example(self, item: Mapping, number: int, problems: list[Diagnostic]) -> Example | None:
        """A complaint."""
        place = self._head(item, number, problems)
        parts = [self.root, *self._fixtures(item, problems), item]
        self.moment, self.read_case = self._readers(self.policy, facts_told(parts))
        case = history_of(parts, place, problems).case(f"example-{number}", self.read_case)
        asked = self._asked(item, problems)
        return None if has_errors(problems) or case is None else _made(item, number, case, asked, place)

    def _return(self, item: Mapping, number: int, problems: list[Diagnostic]) -> Example | None:
        """What the organisation did and owes: a case for each period, and one for what is of none."""
        place = self._head(item, number, problems)
        self.moment = self.moment_of_records
        records = []
        for order, record in enumerate(_items(item.get("records")), 1):
            if isinstance(record, Mapping):
                history = history_of([record], record.location, problems)
                key, day = record.key(PERIOD_END), record.get(PERIOD_END)
                if key is not None and day is not None:
                    history.give(key, day)
                    self._is_an_end(day, problems)
                records.append(history.case(f"record-{order}", self.read_record))
        asked = self._asked(item, problems, organisation=True)
        read = tuple(record for record in records if record is not None)
        return None if has_errors(problems) else _made(item, number, None, asked, place, read)

    def _is_an_end(self, day: Node, problems: list[Diagnostic]) -> None:
        number = read_date(day, [])
        near = None if number is None else nearest_end(self.policy, number)
        if number is not None and near != number:
            help = f"the nearest period ends on {iso(near)}" if near is not None else "leave `period_end` out"
            message = f"no period of the policy ends on {iso(number)}"
            problems.append(diagnostic(NO_SUCH_PERIOD, message, day.location, help))

    def _head(self, item: Mapping, number: int, problems: list[Diagnostic]) -> Location:
        """Where an example stands, once its name and its source are looked at."""
        key = item.key("name") or item.entries[0][0]
        self._once(_name_of(item, number), key, problems)
        if _text(item, "source") == "stated" and not _text(item, "from"):
            help = "write `from:` with a citation or a public address"
            problems.append(diagnostic(ORIGIN, "a stated example says where it is stated", key.location, help))
        return key.location

    def _once(self, name: str, key: Scalar, problems: list[Diagnostic]) -> None:
        first = self.names.setdefault(name, key.location)
        if first != key.location:
            related = [("the first stands here", first)]
            message = f"there are two examples named `{name}`"
            problems.append(diagnostic(TWICE, message, key.location, "give this one a name of its own", related))

    def _fixtures(self, item: Mapping, problems: list[Diagnostic]) -> list[Mapping]:
        use, fixtures = item.get("use"), self.root.get("fixtures")
        known = fixtures if isinstance(fixtures, Mapping) else Mapping((), self.root.location)
        found = []
        for name in use.items if isinstance(use, Sequence) else () if use is None else (use,):
            if not isinstance(name, Scalar):
                continue
            fixture = known.get(name.text)
            if isinstance(fixture, Mapping):
                found.append(fixture)
            elif fixture is None:
                help = meant(name.text, known.keys())
                problems.append(diagnostic(FIXTURE, f"there is no fixture `{name.text}`", name.location, help))
            self.used.add(name.text)
        return found

    # --- what is asked ------------------------------------------------------------------------------------------------

    def _asked(self, item: Mapping, problems: list[Diagnostic], *, organisation: bool = False) -> tuple[Asked, ...]:
        expecting = Expecting(self.subjects, self.moment, problems, organisation=organisation)
        items = _items(item.get("asked")) or (item,)
        read = (self._moment_asked(one, expecting, problems) for one in items if isinstance(one, Mapping))
        return tuple(one for one in read if one is not None)

    def _moment_asked(self, item: Mapping, expecting: Expecting, problems: list[Diagnostic]) -> Asked | None:
        expect = item.get("expect")
        as_of = self._moment(item.get("as_of"), problems)
        as_known = self._moment(item.get("as_known"), problems)
        if not isinstance(expect, Mapping):
            return None  # the schema says so
        before = len(problems)
        expectations = expecting.read(expect)
        if not expectations and len(problems) == before:
            help = "write what must be answered, such as `final-response: {state: running}`"
            problems.append(diagnostic(NOTHING, "nothing is expected", expect.location, help))
        place = item.key("as_of") or item.entries[0][0]
        return None if as_of is None else Asked(as_of, as_known, expectations, place.location)

    def _moment(self, node: Node | None, problems: list[Diagnostic]) -> int | None:
        if not isinstance(node, Scalar) or node.empty:
            return None
        try:
            return self.moment(node.text)
        except Refused as refused:
            problems.append(diagnostic(refused.code, refused.message, node.location, refused.help))
            return None


def _made(
    item: Mapping,
    number: int,
    case: Case | None,
    asked: tuple[Asked, ...],
    place: Location,
    records: tuple[Case, ...] = (),
) -> Example:
    """The example, of which everything has been read without a mistake."""
    known: dict[str, Source] = {"stated": "stated", "derived": "derived", "reading": "reading"}
    source = known[_text(item, "source")]
    return Example(_name_of(item, number), source, _text(item, "from"), case, asked, place, records)


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _within(one: Diagnostic, first: int, end: int) -> bool:
    return one.location is not None and first <= one.location.line < end


def _text(item: Mapping, key: str) -> str:
    node = item.get(key)
    return node.text if isinstance(node, Scalar) else ""


def _name_of(item: Node, number: int) -> str:
    return (_text(item, "name") if isinstance(item, Mapping) else "") or f"example {number}"
