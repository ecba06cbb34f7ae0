"""Makes the frozen records and named tuples that the program consists of, so quickly that a command begins at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass, replace
    from typing import NamedTuple
else:
    from collections import namedtuple
    from functools import cache
    from operator import attrgetter
    from types import FunctionType

    def dataclass(*, frozen, slots, eq=True, repr=True):
        """`dataclasses.dataclass(frozen=True, slots=True)`, without compiling source for each class.

        The standard decorator compiles six methods a class; for the hundred classes of a policy that took longer
        than everything else a command does before it begins. Here the methods are shared. `dataclasses.fields`,
        `replace` and `is_dataclass`, pattern matching, equality and hashes are as there. No inheritance, factories
        or `__post_init__`.
        """
        assert frozen, "only frozen records are made here"
        assert slots, "only records with slots are made here"
        return lambda cls: _record(cls, eq, repr)

    def _record(cls, eq, shown):
        names = tuple(cls.__annotations__)
        defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
        space = {name: value for name, value in cls.__dict__.items() if name not in defaults}
        for name in ("__dict__", "__weakref__"):
            space.pop(name, None)
        space |= {"__slots__": names, "__match_args__": names, "__setattr__": _frozen, "__delattr__": _frozen}
        space["__reduce__"] = _reduced
        if eq:
            space |= {"__eq__": _equal, "__hash__": _hash}
        if shown:
            space["__repr__"] = _shown
        space["__dataclass_fields__"] = _Fields()
        setters = []
        space |= {"__init__": _initial(setters, names, defaults), "_values": staticmethod(_getter(names))}
        space["_defaults"] = defaults
        space["__qualname__"] = cls.__qualname__
        made = type(cls)(cls.__name__, cls.__bases__, space)
        setters.extend([made.__dict__[name].__set__ for name in names])
        return made

    class _Fields:
        """What `dataclasses.fields` looks for, made when it does: few programs ask, and then of few classes."""

        def __get__(self, record, cls):
            cls.__dataclass_fields__ = made = {name: _field(cls, name) for name in cls.__slots__}
            return made

    def _field(cls, name):
        import dataclasses

        made = dataclasses.field(default=cls._defaults.get(name, dataclasses.MISSING))
        made.name, made.type = name, cls.__annotations__[name]
        made._field_type = dataclasses._FIELD  # else `dataclasses.fields` passes over it
        return made

    def replace(record, /, **changes):
        """`dataclasses.replace` for the records made here."""
        return record.__class__(**dict(zip(record.__slots__, record._values(record), strict=True)) | changes)

    def _getter(names):
        """All values of a record as a tuple."""
        if not names:
            return lambda record: ()
        get = attrgetter(*names)
        return get if len(names) > 1 else lambda record: (get(record),)

    def _initial(setters, names, defaults):
        number = len(names)

        def __init__(self, *values, **named):
            if named or len(values) != number:
                values = _completed(self.__class__, names, defaults, values, named)
            for put, value in zip(setters, values, strict=True):
                put(self, value)

        return __init__

    def _completed(cls, names, defaults, values, named):
        if len(values) > len(names):
            raise TypeError(f"{cls.__name__} takes {len(names)} values and was given {len(values)}")
        rest = names[len(values) :]
        unknown = [name for name in named if name not in rest]
        missing = [name for name in rest if name not in named and name not in defaults]
        if unknown or missing:
            told = f"has no further value {unknown[0]!r}" if unknown else f"needs the value {missing[0]!r}"
            raise TypeError(f"{cls.__name__} {told}")
        return (*values, *[named[name] if name in named else defaults[name] for name in rest])

    def _equal(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self is other or self._values(self) == other._values(other)

    def _hash(self):
        return hash(self._values(self))

    def _shown(self):
        pairs = zip(self.__slots__, self._values(self), strict=True)
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"

    def _reduced(self):
        return self.__class__, self._values(self)

    def _frozen(self, name, *value):
        import dataclasses

        raise dataclasses.FrozenInstanceError(f"cannot change {name!r}: a record is frozen")

    class _NamedTuples(type):
        """Makes named tuples of classes, as `typing.NamedTuple` does, without compiling anything for each."""

        def __new__(cls, name, bases, space):
            names = tuple(space.get("__annotations__", ()))
            assert not _MADE & space.keys(), f"a named tuple cannot have these of its own: {_MADE & space.keys()}"
            defaults = {field: space.pop(field) for field in names if field in space}
            assert names[len(names) - len(defaults) :] == tuple(defaults), "what has a default comes last"
            model = _model(len(names))
            code, space_of_new = model.__new__.__code__, model.__new__.__globals__
            code = code.replace(co_varnames=("_cls", *names), co_qualname=f"{name}.__new__")
            made = {shared: vars(model)[shared] for shared in ("_make", "_asdict", "__getnewargs__")}
            made |= {field: vars(model)[f"f{place}"] for place, field in enumerate(names)}
            made["__new__"] = FunctionType(code, space_of_new, "__new__", tuple(defaults.values()))
            made |= {"__slots__": (), "__match_args__": names, "_fields": names, "_field_defaults": defaults}
            return type(name, (tuple,), {"__repr__": _told, "_replace": _replaced, **made, **space})

    @cache
    def _model(number):
        """A named tuple of so many fields: another of as many differs in its names only."""
        return namedtuple("_model", [f"f{place}" for place in range(number)])

    def _told(self):
        pairs = zip(self._fields, self, strict=True)
        return f"{self.__class__.__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"

    def _replaced(self, /, **named):
        made = self._make(map(named.pop, self._fields, self))
        if named:
            raise ValueError(f"Got unexpected field names: {list(named)!r}")
        return made

    _MADE = frozenset(("__new__", "__init__", "__slots__", "__getnewargs__", "_fields", "_field_defaults"))
    NamedTuple = type.__new__(_NamedTuples, "NamedTuple", (), {"__doc__": "`typing.NamedTuple`, made quickly."})


def is_record(of: object) -> bool:
    """Whether it is a class of the records made here."""
    return isinstance(of, type) and hasattr(of, "_values") and hasattr(of, "_defaults")


def defaults_of(cls: type) -> dict[str, Any]:
    """What stands for each value that need not be given, by name."""
    found: dict[str, Any] = vars(cls)["_defaults"]
    return found


__all__ = ["NamedTuple", "dataclass", "defaults_of", "is_record", "replace"]
