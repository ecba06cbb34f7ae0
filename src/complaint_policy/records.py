"""Makes the frozen records and named tuples that the program consists of, so quickly that a command begins at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
    from typing import NamedTuple
else:
    import dataclasses
    from collections import namedtuple
    from operator import attrgetter

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
        space["__dataclass_fields__"] = {name: _field(cls, name, defaults) for name in names}
        made = type(cls)(cls.__name__, cls.__bases__, space)
        made.__qualname__ = cls.__qualname__
        made._values = staticmethod(_getter(names))
        made.__init__ = _initial(made, names, defaults)
        return made

    def _field(cls, name, defaults):
        made = dataclasses.field(default=defaults.get(name, dataclasses.MISSING))
        made.name, made.type = name, cls.__annotations__[name]
        made._field_type = dataclasses._FIELD  # else `dataclasses.fields` passes over it
        return made

    def _getter(names):
        """All values of a record as a tuple."""
        if not names:
            return lambda record: ()
        get = attrgetter(*names)
        return get if len(names) > 1 else lambda record: (get(record),)

    def _initial(cls, names, defaults):
        setters = tuple(cls.__dict__[name].__set__ for name in names)
        number = len(names)

        def __init__(self, *values, **named):
            if named or len(values) != number:
                values = _completed(cls, names, defaults, values, named)
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
        raise dataclasses.FrozenInstanceError(f"cannot change {name!r}: a record is frozen")

    class _NamedTuples(type):
        """Makes named tuples of classes, as `typing.NamedTuple` does, without compiling each annotation."""

        def __new__(cls, name, bases, space):
            names = tuple(space.get("__annotations__", ()))
            defaults = [space[field] for field in names if field in space]
            made = namedtuple(name, names, defaults=defaults, module=space["__module__"])
            for key, value in space.items():
                if key not in names:
                    assert key not in _MADE, f"a named tuple cannot have a {key} of its own"
                    setattr(made, key, value)
            return made

    _MADE = frozenset(("__new__", "__init__", "__slots__", "__getnewargs__", "_fields", "_field_defaults"))
    NamedTuple = type.__new__(_NamedTuples, "NamedTuple", (), {"__doc__": "`typing.NamedTuple`, made quickly."})


__all__ = ["NamedTuple", "dataclass"]
