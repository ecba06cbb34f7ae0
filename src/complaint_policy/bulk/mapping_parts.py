"""What every mapping is written with: columns and constants, the words of others and ours, names that a policy
declares."""

from __future__ import annotations

from dataclasses import dataclass

from complaint_policy.case_reader.facts import unknown_name
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest
from complaint_policy.policy.nodes import Mapping as Map
from complaint_policy.policy.nodes import Node, Scalar, Sequence, shape
from complaint_policy.policy.source import read_decimal, read_text

MAPPING = Code(
    "CP640",
    "not the shape of a mapping",
    "A mapping says `mapping: 1`, `case_id`, and where facts and events stand in the table.",
)
NO_SUCH_NAME = Code(
    "CP641",
    "a name that the policy does not know",
    "A mapping fills facts and events that the policy declares; a column for anything else would be lost.",
)

OTHERWISE = "otherwise"
"""In `values` and `types`: what every other word of the table is called; null leaves it out."""

Words = tuple[tuple[str, str | None], ...]
"""What the words of a table are called in the policy; None is not known, or left out."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every row: `{constant: card}`; a list for a set of choices, or for the content of a message."""

    value: str | tuple[str, ...]


Cell = Column | Constant


@dataclass(frozen=True, slots=True)
class Parts:
    """Reads the parts of a mapping and notes in `found` what is wrong with them."""

    found: list[Diagnostic]

    def wrong(self, place: Location, message: str, help: str = "", code: Code = MAPPING) -> None:
        """Notes a mistake."""
        self.found.append(diagnostic(code, message, place, help))

    def known_keys(self, node: Map, known: tuple[str, ...]) -> None:
        """Notes each key that is none of these."""
        for key, _ in node.entries:
            if key.text not in known:
                problem = unknown_name(key.text, "", known, "a key of a mapping")
                self.wrong(key.location, problem.message, problem.help)

    def version(self, node: Map, key: str) -> None:
        """Which form the mapping has: 1, under the key that says what it maps."""
        version = node.get(key)
        if version is None:
            self.wrong(node.location, "the mapping does not say which version it is of", f"begin with `{key}: 1`")
        elif (number := read_decimal(version, self.found)) is not None and number != 1:
            self.wrong(version.location, "this release reads mappings of version 1", f"write `{key}: 1`")

    def column(self, node: Node | None) -> Column | None:
        """The column of this name."""
        if node is None:
            return None
        text = read_text(node, self.found)
        return None if text is None else Column(text)

    def cell(self, node: Node) -> Cell:
        """A column, or `{constant: value}`, or `{constant: [value, value]}`."""
        if not isinstance(node, Map):
            return self.column(node) or Column("")
        value = node.get("constant")
        if value is None or len(node.entries) != 1:
            self.wrong(node.location, "a map stands where a column belongs", "write the column, or `{constant: value}`")
            return Constant("")
        if isinstance(value, Sequence):
            return Constant(tuple(read_text(item, self.found) or "" for item in value.items))
        return Constant(read_text(value, self.found) or "")

    def entries(self, node: Node | None, known: frozenset[str] | None, what: str) -> tuple[tuple[Scalar, Node], ...]:
        """The entries of a map whose keys are names of the policy (`known` None: any)."""
        if node is None:
            return ()
        if not isinstance(node, Map):
            self.wrong(node.location, "a map belongs here", "write names with their columns")
            return ()
        for key, _ in node.entries:
            if known is not None and key.text not in known:
                near = nearest(key.text, known)
                help = f"did you mean `{near}`?" if near else ""
                self.wrong(key.location, f"`{key.text}` is not {what} that the policy declares", help, NO_SUCH_NAME)
        return node.entries

    def words(self, node: Node) -> Words:
        """What the words of others are called here."""
        return tuple((key.text, self.word(value)) for key, value in self.entries(node, None, "a word"))

    def word(self, node: Node) -> str | None:
        """The text; null (or nothing) leaves out."""
        if not isinstance(node, Scalar):
            self.wrong(node.location, f"{shape(node)} stands where a word belongs", "write one word, or `null`")
            return None
        return None if node.style == "plain" and node.text in ("null", "~", "") else node.text
