"""Checks the shape of a file against its JSON schema, and says what is wrong in the words of the policy language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache, reduce
from operator import getitem
from typing import TYPE_CHECKING, Any

from complaint_policy.diagnostics import Diagnostic, Location, in_order
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.scalars import READERS, is_number
from complaint_policy.policy.schema_files import Schema, schema_named, schema_text
from complaint_policy.policy.schema_messages import MISSING, NOTHING, Misfit, explain_misfit, whole_groups
from complaint_policy.policy.short_forms.expand import expand
from complaint_policy.policy.source import Recovered, read_recovered

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = [
    "check_against_schema",
    "check_recovered",
    "read_checked",
    "read_in_full",
    "recovered_checked",
    "schema_text",
]

_NOWHERE = Location("", 1, 1)


def read_checked(data: bytes, file: str, schema_name: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read a file, put its short forms in full, and check its shape: every mistake in one run; the document only if it
    has no syntax error.
    """
    checked = recovered_checked(data, file, schema_name)
    return None if checked.broken else checked.node, checked.diagnostics


def recovered_checked(data: bytes, file: str, schema_name: str) -> Recovered:
    """The same with all that could be read; what stands on lines that could not is not judged a second time."""
    recovered = read_in_full(data, file, schema_name)
    found = [*recovered.diagnostics, *check_recovered(recovered, schema_name)]
    return recovered._replace(diagnostics=in_order(found))


def read_in_full(data: bytes, file: str, schema_name: str) -> Recovered:
    """What could be read of a file, with the full form in the place of every short one (`short_forms`)."""
    recovered = read_recovered(data, file)
    if recovered.node is None:
        return recovered
    node, found = expand(recovered.node, schema_name)
    told = [item for item in found if item.location is None or item.location.line not in recovered.broken]
    told = in_order([*recovered.diagnostics, *told])
    return recovered._replace(node=node, diagnostics=told, written=recovered.node)


def check_recovered(recovered: Recovered, schema_name: str) -> list[Diagnostic]:
    """What the schema says of what could be read; nothing about lines that were left out or misread."""
    if recovered.node is None:
        return []
    found = check_against_schema(recovered.node, schema_name)
    return [item for item in found if not _consequence(item, recovered.broken)]


def _consequence(item: Diagnostic, broken: frozenset[int]) -> bool:
    """Whether a finding may only be there because lines were left out."""
    if not broken:
        return False
    if item.code is MISSING or item.location is None:
        return True
    below = {item.location.line + 1} if item.code is NOTHING else set()
    return bool(broken & ({item.location.line} | below))


def check_against_schema(node: Node, schema_name: str) -> list[Diagnostic]:
    """Every place where the document does not have the shape that its schema asks for, in the order of the file."""
    found: list[Diagnostic] = []
    for error in _validator(schema_name).iter_errors(_data(node)):
        found.extend(explain_misfit(_misfit(error, node)))
    return in_order(found)


def _misfit(error: Any, root: Node) -> Misfit:
    node: Node = root
    key: Scalar | None = None
    for step in error.absolute_path:
        if isinstance(node, Mapping):
            key, node = next(entry for entry in node.entries if entry[0].text == step)
        elif isinstance(node, Sequence):
            node = node.items[step]
            key = key if isinstance(node, Scalar) else None
    of_key = "propertyNames" in error.relative_schema_path
    return Misfit(str(error.validator), error.validator_value, error.schema, error.instance, node, key, of_key)


def _data(node: Node) -> Any:
    """The document as plain data: `true`, `false` and bare numbers as such, nothing as null, all else as text."""
    match node:
        case Mapping(entries):
            return {key.text: _data(value) for key, value in entries}
        case Sequence(items):
            return [_data(item) for item in items]
    if node.style != "plain":
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    if is_number(node.text):
        return Decimal(node.text) if "." in node.text else int(node.text)
    return node.text or None


@cache
def _validator(name: str) -> Validator:
    """The validator of a schema, with the keywords of our own (`x-…`), which editors and other validators pass over."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    own = {"x-reads": _reads, "x-one-of": _one_of, "x-any-of": _any_of, "x-single": _single, "x-not-yet": _not_yet}
    # the stubs leave `extend` untyped
    own |= {"anyOf": _any_branch, "$ref": _within(schema_named(name))}
    made: Validator = extend(Draft202012Validator, own)(schema_named(name))  # type: ignore[no-untyped-call]
    return made


def _within(root: Schema) -> Callable[[Any, str, Any, Schema], Iterator[Any]]:
    """`$ref`: our schemas refer to their own parts only, each found once; jsonschema would search for it each time."""
    parts: dict[str, Schema] = {}

    def refer(validator: Any, ref: str, instance: Any, schema: Schema) -> Iterator[Any]:
        if ref not in parts:
            parts[ref] = reduce(getitem, ref.removeprefix("#/").split("/"), root)
        yield from validator.descend(instance, parts[ref])

    return refer


def _fails(message: str) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    yield ValidationError(message)


def _reads(validator: Validator, reader: str, instance: Any, schema: Schema) -> Iterator[Any]:
    """`x-reads`: the value can be read as a date, a time and so on (`scalars.READERS`)."""
    problems: list[Diagnostic] = []
    if isinstance(instance, str):
        READERS[reader](Scalar(instance, "plain", _NOWHERE), problems)
    if problems:
        yield from _fails("cannot be read")


def _one_of(validator: Validator, groups: list[list[str]], instance: Any, schema: Schema) -> Iterator[Any]:
    """`x-one-of`: a map has all the keys of exactly one of these groups; half a group is told as that group.

    A group within another one that is there as well does not count.
    """
    if isinstance(instance, dict) and len(whole_groups(groups, instance)) != 1:
        yield from _fails("not exactly one")


def _any_of(validator: Validator, groups: list[list[str]], instance: Any, schema: Schema) -> Iterator[Any]:
    """`x-any-of`: a map has all the keys of at least one of these groups."""
    if isinstance(instance, dict) and not any(all(key in instance for key in group) for group in groups):
        yield from _fails("none of them")


def _single(validator: Validator, known: list[str], instance: Any, schema: Schema) -> Iterator[Any]:
    """`x-single`: a map has one entry, or is an `event` with what belongs to it."""
    if isinstance(instance, dict) and "event" not in instance and len(instance) > 1:
        yield from _fails("several")


def _not_yet(validator: Validator, told: list[str], instance: Any, schema: Schema) -> Iterator[Any]:
    """`x-not-yet`: the key is known, but no release reads it yet."""
    yield from _fails("not read yet")


def _any_branch(validator: Validator, branches: Iterable[Schema], instance: Any, schema: Schema) -> Iterator[Any]:
    """`anyOf`; where one of our own keywords says the same more exactly, that one is heard."""
    if "x-one-of" in schema or "x-any-of" in schema:
        return
    if not any(validator.evolve(schema=branch).is_valid(instance) for branch in branches):
        yield from _fails("no branch")
