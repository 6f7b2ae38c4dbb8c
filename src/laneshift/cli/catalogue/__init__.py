"""The catalogue of errors: for each code its cause and its cure, in words for people.

A code `room.cause` stands in the file `room.toml` beside this one, in the table `[cause]`. A test holds the catalogue
against the source: each code that can be told is here, and nothing else is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from laneshift.errors import Refused

_ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known about one code."""

    code: str
    cause: str
    cure: str


def entry(code: str) -> Entry:
    """The entry of a code. Raises `Refused` (`usage.unknown-code`) with those that are written alike."""
    room = code.partition(".")[0]
    found = {each.code: each for each in _room(room)} if room in rooms() else {}
    if code in found:
        return found[code]
    known = list(found) or [each.code for each in every()]
    near = get_close_matches(code, known, 5, 0.5)
    cure = f"near it: {', '.join(near)}" if near else "`laneshift explain` lists them all"
    raise Refused("usage.unknown-code", f"no error has the code {code[:80]!r}", cure=cure)


def every() -> Iterator[Entry]:
    """Every entry, by code."""
    for room in rooms():
        yield from _room(room)


def rooms() -> list[str]:
    """The first words of all codes, sorted."""
    return sorted(file.name.removesuffix(_ENDING) for file in files(__name__).iterdir() if file.name.endswith(_ENDING))


@cache
def _room(room: str) -> tuple[Entry, ...]:
    told = tomllib.loads((files(__name__) / f"{room}{_ENDING}").read_text(encoding="utf-8"))
    return tuple(Entry(f"{room}.{name}", each["cause"], each["cure"]) for name, each in sorted(told.items()))
