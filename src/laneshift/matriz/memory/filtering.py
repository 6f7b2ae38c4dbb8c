"""The small language of filters over metadata. Pure.

A filter is an object: every field that it names has to be as it says. `{"lane": "core"}` is equality,
`{"lane": {"in": ["core", "util"]}}` one of several, `{"lines": {"gte": 10, "lt": 100}}` a range, of numbers or of
texts. A text is never a number, nor is a truth, and a field that is not there is nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Fault
from laneshift.matriz.memory.checking import is_field, is_value, refuse
from laneshift.matriz.memory.model import Metadata, Scalar

_MOST_FIELDS = 32
_MOST_VALUES = 200
_RANGES: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_WORDS = ("in", *_RANGES)


@dataclass(frozen=True, slots=True)
class Filter:
    """What metadata has to be. `among` are the values that a field may have, by kind; `within` its bounds."""

    among: tuple[tuple[str, frozenset[tuple[str, Scalar]]], ...] = ()
    within: tuple[tuple[str, str, Scalar], ...] = ()

    def lets_through(self, metadata: Metadata) -> bool:
        """Whether metadata is so."""
        for field, values in self.among:
            value = metadata.get(field)
            if value is None or (_kind(value), value) not in values:
                return False
        for field, word, bound in self.within:
            value = metadata.get(field)
            if value is None or _kind(value) != _kind(bound) or not _RANGES[word](value, bound):
                return False
        return True


def parse(given: object) -> Filter | None:
    """The filter that somebody wrote, None for none. Raises `Refused` (`index.bad-filter`) with all that is wrong."""
    if given is None:
        return None
    faults: list[Fault] = []
    fields: Mapping[Any, Any] = given if isinstance(given, Mapping) else {}
    if not isinstance(given, Mapping):
        faults.append(_fault("filter", "a filter is an object of fields"))
    if len(fields) > _MOST_FIELDS:
        faults.append(_fault("filter", f"{len(fields)} fields, at most {_MOST_FIELDS} are looked at"))
        fields = {}
    among, within = [], []
    for field, wanted in fields.items():
        if not is_field(field):
            faults.append(_fault("filter", f"{field!r:.80} is no name of a field"))
        elif not isinstance(wanted, Mapping):
            among.append((field, _values([wanted], f"filter.{field}", faults)))
        else:
            faults += _word_faults(wanted, f"filter.{field}")
            if "in" in wanted:
                among.append((field, _listed(wanted["in"], f"filter.{field}.in", faults)))
            within += [
                (field, word, _bound(wanted[word], f"filter.{field}.{word}", faults))
                for word in _RANGES
                if word in wanted
            ]
    refuse("index.bad-filter", faults)
    return Filter(tuple(among), tuple(within))


def _word_faults(wanted: Mapping[str, Any], where: str) -> list[Fault]:
    if not wanted:
        return [_fault(where, f"one or more of: {', '.join(_WORDS)}")]
    return [_fault(where, f"{word!r:.80} is none of: {', '.join(_WORDS)}") for word in wanted if word not in _WORDS]


def _listed(given: object, where: str, faults: list[Fault]) -> frozenset[tuple[str, Scalar]]:
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= _MOST_VALUES:
        faults.append(_fault(where, f"a list of 1 to {_MOST_VALUES} values"))
        return frozenset()
    return _values(given, where, faults)


def _values(given: list[Any] | tuple[Any, ...], where: str, faults: list[Fault]) -> frozenset[tuple[str, Scalar]]:
    good = [value for value in given if is_value(value)]
    if len(good) < len(given):
        faults.append(_fault(where, "a value is a text, a finite number or a truth"))
    return frozenset((_kind(value), value) for value in good)


def _bound(given: Any, where: str, faults: list[Fault]) -> Scalar:
    if isinstance(given, bool) or not is_value(given):
        faults.append(_fault(where, "a bound is a text or a finite number"))
        return 0
    bound: Scalar = given
    return bound


def _kind(value: Scalar) -> str:
    # A truth is a number to Python, and to nobody else.
    if isinstance(value, bool):
        return "truth"
    return "text" if isinstance(value, str) else "number"


def _fault(where: str, what: str) -> Fault:
    return Fault("index.bad-filter", where, what)
