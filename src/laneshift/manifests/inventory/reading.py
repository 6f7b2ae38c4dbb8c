"""Reading `integration_manifest.json` as if its writer meant harm: every fault at once, and nothing believed.

Each module becomes a `Row`, with what it wants or with all that is wrong with it. Never raises for anything that the
bytes may hold.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from laneshift.errors import Fault
from laneshift.evidence.json_text import element_starts, line_numbers
from laneshift.manifests.inventory.form import Module, Top
from laneshift.manifests.inventory.records import LEVELS, Level

_BOM = b"\xef\xbb\xbf"
_DIGITS = 18
_DEEPEST = 64
_SHOWN = 100
_CENT = 0.01
_MODULE = TypeAdapter(Module)
_AGAIN = "make it again with `laneshift plan --inventory LANE --out FILE`"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A promotion as the manifest asks for it. `needs` are the modules of the tree that it imports."""

    module: str
    current: str
    target: str
    score: float
    complexity: Level
    risk: Level
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One module of a manifest: the line (from 1) where it starts, a place for a person, and what it wants.

    `wanted` is None exactly where there are `faults`.
    """

    number: int
    where: str
    wanted: Wanted | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of a manifest, and the faults of the file as a whole."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


class _Object(dict[str, Any]):
    """A JSON object that remembers which keys it had twice."""

    twice: tuple[str, ...] = ()


def read(file: str, data: bytes) -> Read:
    """The manifest called `file`, which is fit to be shown."""
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_no_number)
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
        found = decoder.decode(text)
        if not isinstance(found, _Object):
            return Read((), (Fault("inventory.bad-form", file, "the top of the file is no object", _AGAIN),))
        modules = found.get("modules")
        starts = list(line_numbers(text, element_starts(text, "modules", decoder))) if _is_list(found) else []
    except (ValueError, RecursionError) as error:
        return Read((), (Fault("inventory.not-json", file, f"this file is not JSON: {_plain(str(error))[:300]}"),))
    listed = modules if isinstance(modules, list) else []
    numbers = starts if len(starts) == len(listed) else range(1, len(listed) + 1)
    rows = tuple(
        _row(number, f"{file}:{number} (module {at})", raw)
        for at, (number, raw) in enumerate(zip(numbers, listed, strict=True), start=1)
    )
    return Read(rows, tuple(_top_faults(file, found, listed, rows)))


def _is_list(found: _Object) -> bool:
    return isinstance(found.get("modules"), list) and "modules" not in found.twice


def _row(number: int, where: str, raw: Any) -> Row:
    faults = [*_odd(where, raw), *_form_faults(where, _MODULE, raw)]
    if faults:
        return Row(number, where, None, tuple(faults))
    found = _MODULE.validate_python(raw)
    lanes = found.dependencies.get("lanes")
    lists = lanes.values() if isinstance(lanes, dict) else ()
    needs = frozenset(name for names in lists if isinstance(names, list) for name in names if isinstance(name, str))
    risk = "high" if found.risk_level == "medium-high" else found.risk_level
    wanted = Wanted(
        found.module, found.current_location, found.target_location, found.score, found.complexity, risk, needs
    )
    return Row(number, where, wanted)


def _top_faults(file: str, found: _Object, listed: Sequence[Any], rows: Sequence[Row]) -> Iterator[Fault]:
    top = _Object({key: value for key, value in found.items() if key != "modules"})
    top.twice = found.twice
    yield from _odd(file, top)
    form = tuple(_form_faults(file, TypeAdapter(Top), found))
    yield from form
    if form:
        return
    if found["total_modules"] != len(listed):
        what = f"total_modules is {found['total_modules']}, and there are {len(listed)} modules"
        yield Fault("inventory.bad-total", file, what, _AGAIN)
    counts = Counter(raw.get("complexity") for raw in listed if isinstance(raw, dict) and _is_level(raw))
    for level in LEVELS:
        if found["complexity_breakdown"][level] != counts[level]:
            what = f"complexity_breakdown.{level} is {found['complexity_breakdown'][level]}, and {counts[level]} are so"
            yield Fault("inventory.bad-total", file, what, _AGAIN)
    if all(row.wanted for row in rows):
        hours = sum(raw["effort_hours"] for raw in listed)
        if abs(found["total_effort_hours"] - hours) > _CENT:
            what = f"total_effort_hours is {found['total_effort_hours']}, and the modules come to {hours}"
            yield Fault("inventory.bad-total", file, what, _AGAIN)


def _is_level(raw: dict[str, Any]) -> bool:
    return isinstance(raw.get("complexity"), str) and raw["complexity"] in LEVELS


def _form_faults(where: str, form: TypeAdapter[Any], raw: Any) -> Iterator[Fault]:
    try:
        form.validate_python(dict(raw) if isinstance(raw, _Object) else raw)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False, include_input=False):
            place = ".".join(_plain(str(key))[:_SHOWN] for key in found["loc"])
            yield Fault("inventory.bad-form", where, f"{place}: {found['msg']}" if place else found["msg"])


def _odd(where: str, value: Any, place: str = "", depth: int = 0) -> Iterator[Fault]:
    """What a lenient reader of JSON lets pass: keys that stand twice, numbers beyond all measure, endless depth."""
    if depth > _DEEPEST:
        yield Fault("inventory.bad-form", where, f"more than {_DEEPEST} levels")
    elif isinstance(value, _Object):
        for key in value.twice:
            what = f"key '{_plain(key)[:_SHOWN]}' stands twice in one object"
            yield Fault("inventory.twice", where, f"{place}: {what}" if place else what)
        for key, inner in value.items():
            yield from _odd(where, inner, f"{place}.{_plain(key)[:_SHOWN]}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _odd(where, inner, place, depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault("inventory.bad-number", where, f"{place}: a number that is none, or beyond all measure")


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    """Of a key that stands twice the first value is kept: the faults of both are told, and neither is used."""
    found = _Object()
    for key, value in pairs:
        if key in found:
            found.twice = (*found.twice, key)
        else:
            found[key] = value
    return found


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _DIGITS else math.inf


def _no_number(_: str) -> float:
    return math.nan


def _plain(text: str) -> str:
    """Text of others, fit for one line of a report."""
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]
