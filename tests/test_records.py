"""Records are the standard library's frozen, slotted data classes in all but the time they take to make."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.clocks.data import Length
from complaint_policy.policy import model
from complaint_policy.records import NamedTuple, dataclass


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """As Python makes it."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ours:
    """As we make it."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def long(self) -> bool:
        """Methods stay."""
        return self.size > 3


@dataclass(frozen=True, slots=True)
class Empty:
    """Without any field."""


ARGUMENTS = st.tuples(
    st.lists(st.integers(), max_size=4),
    st.dictionaries(st.sampled_from(["name", "size", "parts", "more"]), st.integers()),
)


@given(ARGUMENTS, ARGUMENTS)
def test_records_are_made_and_compared_like_data_classes(
    first: tuple[list[int], dict[str, int]], second: tuple[list[int], dict[str, int]]
) -> None:
    made = []
    for values, named in (first, second):
        try:
            standard = Standard(*values, **named)  # type: ignore[arg-type]  # what a caller may get wrong
        except TypeError:
            with pytest.raises(TypeError):
                Ours(*values, **named)  # type: ignore[arg-type]  # as above
            return
        made.append((standard, Ours(*values, **named)))  # type: ignore[arg-type]  # as above
    (standard, ours), (other_standard, other_ours) = made
    assert (ours == other_ours) == (standard == other_standard)
    assert hash(ours) == hash(standard)
    assert repr(ours) == repr(standard).replace("Standard", "Ours")
    assert dataclasses.asdict(ours) == dataclasses.asdict(standard)


def test_records_are_frozen_have_slots_and_keep_their_methods() -> None:
    ours = Ours("a", size=5)
    assert ours.long
    assert not hasattr(ours, "__dict__")
    for change in (lambda: setattr(ours, "size", 4), lambda: delattr(ours, "size"), lambda: setattr(ours, "other", 4)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert ours != Standard("a", 5)
    assert Empty() == Empty()
    assert repr(Empty()) == "Empty()"


def test_what_dataclasses_offers_works() -> None:
    ours = Ours("a", parts=("x",))
    assert dataclasses.is_dataclass(ours)
    assert [(field.name, field.default) for field in dataclasses.fields(ours)][1:] == [("size", 3), ("parts", ())]
    assert dataclasses.replace(ours, size=9) == Ours("a", 9, ("x",))
    assert copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == ours
    match ours:
        case Ours(name, size):
            assert (name, size) == ("a", 3)
        case _:
            pytest.fail("a record matches by the order of its fields")


def test_the_policy_is_made_of_records() -> None:
    assert dataclasses.is_dataclass(model.Policy)
    assert Length(8, "weeks") == Length(number=8, unit="weeks")


class StandardTuple(typing.NamedTuple):
    """As Python makes it."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()


class OurTuple(NamedTuple):
    """As we make it."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def long(self) -> bool:
        """Methods stay."""
        return self.size > 3

    @classmethod
    def empty(cls) -> OurTuple:
        """Class methods too."""
        return cls("")


@given(ARGUMENTS)
def test_named_tuples_are_made_and_compared_like_those_of_the_standard_library(
    arguments: tuple[list[int], dict[str, int]],
) -> None:
    values, named = arguments
    try:
        standard = StandardTuple(*values, **named)  # type: ignore[arg-type]  # what a caller may get wrong
    except TypeError:
        with pytest.raises(TypeError):
            OurTuple(*values, **named)  # type: ignore[arg-type]  # as above
        return
    ours = OurTuple(*values, **named)  # type: ignore[arg-type]  # as above
    assert ours == standard == tuple(ours)
    assert hash(ours) == hash(standard)
    assert repr(ours) == repr(standard).replace("StandardTuple", "OurTuple")
    assert ours._asdict() == standard._asdict()
    assert ours._replace(size=9) == standard._replace(size=9)


def test_named_tuples_keep_their_names_defaults_and_methods() -> None:
    assert OurTuple._fields == StandardTuple._fields
    assert OurTuple._field_defaults == StandardTuple._field_defaults
    assert OurTuple.__match_args__ == StandardTuple.__match_args__
    assert (OurTuple.__module__, OurTuple.__qualname__, OurTuple.__doc__) == (__name__, "OurTuple", "As we make it.")
    assert OurTuple("a", 5).long
    assert OurTuple.empty() == ("", 3, ())
    assert not hasattr(OurTuple("a"), "__dict__")
    with pytest.raises(AttributeError):
        OurTuple("a").size = 4  # type: ignore[misc]  # what a caller may get wrong


def test_a_named_tuple_with_a_method_that_it_would_lose_is_an_assertion() -> None:
    with pytest.raises(AssertionError, match="__new__"):
        type(NamedTuple)("Wrong", (), {"__module__": __name__, "__annotations__": {}, "__new__": None})
