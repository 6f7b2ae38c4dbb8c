"""What ships and what is installed come in by the same door, as entry points: each loaded, or named with the reason."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from laneshift.errors import Fault

T = TypeVar("T")


def own(group: str, package: str, names: Iterable[str]) -> tuple[EntryPoint, ...]:
    """Entry points of ours: `one-thing` is the class `OneThing` in the module `one_thing` of `package`."""
    return tuple(
        EntryPoint(name, f"{package}.{name.replace('-', '_')}:{name.title().replace('-', '')}", group) for name in names
    )


def installed(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group in this interpreter, by name, looked for once: that reads a file of every
    distribution.
    """
    return _installed(group, tuple(sys.path))


def in_name_order(points: Iterable[EntryPoint]) -> tuple[EntryPoint, ...]:
    """The points by name, whatever the order of distributions."""
    return tuple(sorted(points, key=lambda each: (each.name, each.value)))


def loaded(
    points: Iterable[EntryPoint], load: Callable[[EntryPoint], T], code: str, kind: str
) -> tuple[dict[str, T], list[Fault]]:
    """What `load` gives for each point, by its name, and a fault for each that it raises for or whose name is taken."""
    found: dict[str, T] = {}
    faults: list[Fault] = []
    for point in points:
        try:
            made = load(point)
            _refuse_taken(point.name, found, kind)
            found[point.name] = made
        except Exception as error:  # noqa: BLE001 - whatever loading a plugin raises is told by name, and stops
            what = f"{type(error).__name__}: {error}"
            faults.append(Fault(code, f"{point.name} = {point.value}", what))
    return found, faults


@lru_cache(maxsize=4)
def _installed(group: str, _path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    # What is found depends on the path.
    return in_name_order(entry_points(group=group))


def _refuse_taken(name: str, found: dict[str, T], kind: str) -> None:
    if name in found:
        raise ValueError(f"another {kind} has this name")
