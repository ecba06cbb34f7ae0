"""Records are the standard library's frozen, slotted data classes in all but the time they take to make."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.policy import model
from complaint_policy.records import dataclass


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
    assert model.Length(8, "weeks") == model.Length(number=8, unit="weeks")
