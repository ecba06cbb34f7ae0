"""Turns the compiled policy into plain data and back, field by field, by the types that its classes declare."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, Literal

from complaint_policy.conditions import codec as conditions
from complaint_policy.conditions import syntax
from complaint_policy.policy.annotations import field_types
from complaint_policy.records import NamedTuple, defaults_of, is_record

Data = Any
"""What JSON can hold: maps, lists, texts, whole numbers, true, false, null."""

Encoder = Callable[[Any], Data]
Decoder = Callable[[Data], Any]

_MISSING = object()
"""Stands for the default of a field that has none."""

_CONDITIONS = frozenset(typing.get_args(syntax.Condition))


class Damaged(ValueError):
    """The data is not what an encoder of this version writes."""


class Codec(NamedTuple):
    """Both ways of one type; `decode(encode(x)) == x`, and `decode` raises `Damaged` for everything else."""

    encode: Encoder
    decode: Decoder


class Codecs:
    """The codecs of the types met so far: each is prepared once, when it is first needed."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made: dict[Any, Codec] = {}

    def of(self, hint: Any) -> Codec:
        """The codec of a class or of a type as an annotation says it."""
        found = self._made.get(hint)
        if found is None:
            found = self._made[hint] = self._make(hint)
        return found

    def _make(self, hint: Any) -> Codec:
        if is_record(hint):
            return _of_class(hint, self)  # no class holds itself but through a union or a list, which look late
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is Literal:
            return _one_of(arguments)
        if origin is tuple:
            return self._tuple(arguments)
        if origin is frozenset:
            return _set_of_texts()
        if origin in (types.UnionType, typing.Union):
            return self._union(arguments)
        assert hint in (str, int, bool), f"no codec for {hint}"
        return _plain(hint)

    def _tuple(self, arguments: tuple[Any, ...]) -> Codec:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return self._list(arguments[0])
        items = [self.of(item) for item in arguments]

        def encode(value: Any) -> Data:
            return [item.encode(part) for item, part in zip(items, value, strict=True)]

        def decode(data: Data) -> Any:
            if data.__class__ is not list or len(data) != len(items):
                raise Damaged(f"{len(items)} values belong together")
            return tuple([item.decode(part) for item, part in zip(items, data, strict=True)])

        return Codec(encode, decode)

    def _list(self, item: Any) -> Codec:
        if isinstance(item, type) and _is_flat(item):
            return _table(item)
        found: list[Codec] = []

        def one() -> Codec:
            """Looked up when first needed, for a class may hold a list of itself; and once, for that takes long."""
            if not found:
                found.append(self.of(item))
            return found[0]

        def encode(value: Any) -> Data:
            return [one().encode(part) for part in value]

        def decode(data: Data) -> Any:
            if data.__class__ is not list:
                raise Damaged("a list belongs here")
            return tuple([one().decode(part) for part in data])

        return Codec(encode, decode)

    def _union(self, arguments: tuple[Any, ...]) -> Codec:
        records: list[type] = [cls for cls in arguments if is_record(cls)]
        classes = {cls.__name__: cls for cls in records if cls not in _CONDITIONS}
        condition = any(cls in _CONDITIONS for cls in arguments)
        others = [self.of(hint) for hint in arguments if hint is not types.NoneType and not is_record(hint)]
        nothing = types.NoneType in arguments
        alone = len(classes) == 1 and not others and not condition

        def encode(value: Any) -> Data:
            if value is None:
                return None
            if value.__class__ in _CONDITIONS:
                return conditions.to_data(value)
            if is_record(value.__class__):
                written = self.of(value.__class__).encode(value)
                return written if alone else {"is": value.__class__.__name__, **written}
            return _first(others, value, "encode")

        def decode(data: Data) -> Any:
            if data is None and nothing:
                return None
            if condition and data.__class__ is list:
                return _condition(data)
            if classes and data.__class__ is dict and (alone or "is" in data):
                name = next(iter(classes)) if alone else data["is"]
                if name.__class__ is not str or name not in classes:
                    raise Damaged(f"`{name}` does not belong here")
                return self.of(classes[name]).decode(data if alone else {key: data[key] for key in data if key != "is"})
            return _first(others, data, "decode")

        return Codec(encode, decode)


def _of_class(cls: type, codecs: Codecs) -> Codec:
    """A map from field to value; what equals the field's default is left out."""
    defaults = defaults_of(cls)
    parts = [(name, codecs.of(hint), defaults.get(name, _MISSING)) for name, hint in field_types(cls).items()]

    def encode(value: Any) -> Data:
        held = ((name, codec, default, getattr(value, name)) for name, codec, default in parts)
        return {
            name: codec.encode(part) for name, codec, default, part in held if default is _MISSING or part != default
        }

    def decode(data: Data) -> Any:
        if data.__class__ is not dict:
            raise Damaged(f"a map of {cls.__name__} belongs here")
        left = len(data)
        values = []
        for name, codec, default in parts:
            if name in data:
                values.append(codec.decode(data[name]))
                left -= 1
            elif default is _MISSING:
                raise Damaged(f"`{name}` is missing in {cls.__name__}")
            else:
                values.append(default)
        if left:
            raise Damaged(f"{cls.__name__} holds something that this version does not know")
        return cls(*values)

    return Codec(encode, decode)


def _is_flat(cls: type) -> bool:
    """Whether it is a named tuple: hundreds of these, the holidays, have only texts and numbers, and no parts."""
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


def _table(cls: Any) -> Codec:
    """A list of named tuples, column by column, which is read in a fraction of the time.

    A column that holds nothing but the field's default is left out.
    """
    defaults = cls._field_defaults
    allowed = {name: _classes(hint) for name, hint in field_types(cls).items()}
    assert set().union(*allowed.values()) <= {str, int, bool, types.NoneType}, "a column holds no records"

    def encode(value: Any) -> Data:
        columns = {name: [getattr(item, name) for item in value] for name in allowed}
        kept = [name for name in allowed if name not in defaults or set(columns[name]) - {defaults[name]}]
        return {name: columns[name] for name in kept} if value else []

    def decode(data: Data) -> Any:
        if data == []:
            return ()
        if data.__class__ is not dict or not data.keys() <= allowed.keys():
            raise Damaged(f"a table of {cls.__name__} belongs here")
        columns = [_column(data, name, allowed[name], defaults) for name in allowed]
        if len({len(column) for column in columns if isinstance(column, list)}) != 1:
            raise Damaged(f"the columns of {cls.__name__} do not end together")
        return tuple(map(cls._make, zip(*columns, strict=False)))  # defaults go on for ever

    return Codec(encode, decode)


def _classes(hint: Any) -> set[Any]:
    return {types.NoneType if one is None else one for one in typing.get_args(hint) or (hint,)}


def _column(table: dict[str, Data], name: str, allowed: set[Any], defaults: dict[str, Any]) -> Iterable[Any]:
    if name not in table and name in defaults:
        return repeat(defaults[name])
    column = table.get(name)
    if not isinstance(column, list) or not set(map(type, column)) <= allowed:
        raise Damaged(f"the column `{name}` is missing or holds values of another type")
    return column


def _condition(data: Data) -> syntax.Condition:
    try:
        return conditions.from_data(data)
    except ValueError as damage:
        raise Damaged(str(damage)) from None


def _first(codecs: list[Codec], value: Any, way: Literal["encode", "decode"]) -> Any:
    for codec in codecs:
        try:
            return codec.encode(value) if way == "encode" else codec.decode(value)
        except Damaged:
            continue
    raise Damaged("a value of another type belongs here")


def _plain(cls: type) -> Codec:
    def check(value: Any) -> Any:
        if value.__class__ is not cls:
            raise Damaged("a value of another type belongs here")
        return value

    return Codec(check, check)


def _one_of(values: tuple[Any, ...]) -> Codec:
    def check(value: Any) -> Any:
        if value.__class__ is str and value in values:
            return value
        raise Damaged("another word belongs here")

    return Codec(check, check)


def _set_of_texts() -> Codec:
    def encode(value: Any) -> Data:
        if value.__class__ is not frozenset:
            raise Damaged("a set belongs here")
        return {"set": sorted(value)}

    def decode(data: Data) -> Any:
        items = data.get("set") if data.__class__ is dict and len(data) == 1 else None
        if items.__class__ is not list or any(item.__class__ is not str for item in items):
            raise Damaged("a set of texts belongs here")
        return frozenset(items)

    return Codec(encode, decode)
