"""A named tuple made without `typing` is one made with it."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import NamedTuple, get_type_hints

import pytest

from laneshift.repo import plain_records


class Theirs(NamedTuple):
    """A row."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def double(self) -> int:
        return 2 * self.size

    def renamed(self, name: str) -> Theirs:
        return self._replace(name=name)


class Ours(plain_records.NamedTuple):
    """A row."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def double(self) -> int:
        return 2 * self.size

    def renamed(self, name: str) -> Ours:
        return self._replace(name=name)


def test_it_is_the_same_to_who_uses_it() -> None:
    ours, theirs = Ours("a", parts=("b",)), Theirs("a", parts=("b",))
    assert ours == theirs == ("a", 3, ("b",))
    assert (ours.double, ours.renamed("c"), hash(ours)) == (theirs.double, theirs.renamed("c"), hash(theirs))
    assert repr(ours).replace("Ours", "Theirs") == repr(theirs)
    assert ours._asdict() == theirs._asdict()
    assert Ours._make(["a", 3, ("b",)]) == ours
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults
    assert (Ours.__doc__, Ours.__module__, Ours.__qualname__) == (Theirs.__doc__, __name__, "Ours")
    assert inspect.signature(Ours).parameters.keys() == inspect.signature(Theirs).parameters.keys()
    assert get_type_hints(Ours) == get_type_hints(Theirs)


def test_it_is_carried_between_processes_and_holds_nothing_else() -> None:
    ours = Ours("a")
    again = pickle.loads(pickle.dumps(ours))
    assert (again, type(again), type(copy.copy(ours))) == (ours, Ours, Ours)
    with pytest.raises(AttributeError):
        ours.size = 4  # type: ignore[misc]
    with pytest.raises(AttributeError):
        ours.other = 4  # type: ignore[attr-defined]
