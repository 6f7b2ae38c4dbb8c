"""What may go into an index, and what may be asked of it: every fault of an input is told at once. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from laneshift.errors import Fault, Refused
from laneshift.matriz.embedding.port import Vectors
from laneshift.matriz.memory.model import MOST_AT_ONCE, MOST_DIMENSION, MOST_FOUND, OWN, Given, Metric

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_LONGEST_ID = 200
_LONGEST_TEXT = 200_000
_MOST_FIELDS = 32
_LONGEST_VALUE = 4_000
_LARGEST_METADATA = 16_384
_LARGEST_WHOLE = 2**53
_LARGEST = 1e15
_SHORTEST = 1e-15
"""Beyond these, products of 32 bit numbers overflow, or lose all their digits."""


def index_faults(name: object, metric: object, dimension: object) -> list[Fault]:
    """What is wrong with an index that somebody wants."""
    found = []
    if not isinstance(name, str) or not is_name(name):
        what = "a name is 1 to 100 small letters, digits, points, hyphens and underscores, a letter or digit first"
        found.append(Fault("index.bad-name", "name", what))
    if metric not in list(Metric):
        found.append(Fault("index.bad-metric", "metric", f"{metric!r} is none of: {', '.join(Metric)}"))
    if type(dimension) is not int or not 1 <= dimension <= MOST_DIMENSION:
        found.append(Fault("index.bad-dimension", "dimension", f"a dimension is 1 to {MOST_DIMENSION}"))
    return found


def is_name(name: str) -> bool:
    """Whether an index can have this name; no database is asked about others."""
    return _NAME.fullmatch(name) is not None


def is_id(name: object) -> bool:
    """Whether a vector can have this id."""
    return isinstance(name, str) and 1 <= len(name) <= _LONGEST_ID and name.isprintable()


def reserved(name: str) -> bool:
    """Whether only MATRIZ itself may have an index of this name."""
    return name == OWN or name.startswith(f"{OWN}.")


def refuse(code: str, faults: Sequence[Fault]) -> None:
    """Raise `Refused` with `code` if there are any faults."""
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise Refused(code, f"{faults[0].where}: {faults[0].what}{more}", where=faults[0].where, faults=faults)


def given_faults(given: Sequence[Given], metric: Metric, dimension: int) -> list[Fault]:
    """What is wrong with what is to be put in, each thing by its place."""
    found = []
    if not 1 <= len(given) <= MOST_AT_ONCE:
        what = f"1 to {MOST_AT_ONCE:,} vectors go in at once, these are {len(given):,}"
        found.append(Fault("index.too-many", "vectors", what))
    first: dict[str, int] = {}
    for at, each in enumerate(given):
        where = f"vectors.{at}"
        found += _id_faults(each.id, where)
        if first.setdefault(each.id, at) != at:
            found.append(Fault("index.twice", f"{where}.id", f"this id is that of vectors.{first[each.id]} too"))
        if (each.values is None) == (each.text is None):
            found.append(Fault("index.bad-vector", where, "either values or text has to be there"))
        elif each.values is not None:
            found += vector_faults(each.values, metric, dimension, f"{where}.values")
        elif each.text is not None:
            found += text_faults(each.text, f"{where}.text")
        found += _metadata_faults(each.metadata, f"{where}.metadata")
    return found


def vector_faults(values: Sequence[float], metric: Metric, dimension: int, where: str) -> list[Fault]:
    """What is wrong with one vector."""

    def fault(what: str) -> list[Fault]:
        return [Fault("index.bad-vector", where, what)]

    if isinstance(values, str | bytes) or len(values) != dimension:
        return fault(f"{len(values):,} numbers, the index has {dimension:,}")
    if any(kind is bool or not issubclass(kind, int | float | np.number) for kind in set(map(type, values))):
        return fault("something in it is no number")
    if not _fits(values):
        wrong = [at for at, each in enumerate(values) if not -_LARGEST <= each <= _LARGEST]
        what = f"number {wrong[0]} is {values[wrong[0]]!r:.40}, which is not finite, or beyond {_LARGEST:g}"
        return fault(f"{what}; {len(wrong)} are so" if len(wrong) > 1 else what)
    if metric is Metric.COSINE and np.linalg.norm(rows_of([values])[0].astype(np.float64)) < _SHORTEST:
        return fault(f"it is shorter than {_SHORTEST:g}, so it has no direction")
    return []


def text_faults(text: object, where: str) -> list[Fault]:
    """What is wrong with a text that is to be embedded."""
    if not isinstance(text, str) or not text.strip():
        return [Fault("index.bad-text", where, "there is no text")]
    if len(text) > _LONGEST_TEXT:
        return [Fault("index.bad-text", where, f"{len(text):,} characters, at most {_LONGEST_TEXT:,} are read")]
    return []


def refuse_bad_count(k: object) -> None:
    """Raise `Refused` (`index.bad-query`) unless one may ask for `k` vectors."""
    if type(k) is not int or not 1 <= k <= MOST_FOUND:
        raise Refused("index.bad-query", f"k is 1 to {MOST_FOUND:,}", where="k")


def is_value(value: object) -> bool:
    """Whether this may be a value of metadata, or stand in a filter."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_VALUE
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= _LARGEST_WHOLE
    return isinstance(value, float) and math.isfinite(value)


def is_field(name: object) -> bool:
    """Whether metadata may have a field of this name."""
    return isinstance(name, str) and _FIELD.fullmatch(name) is not None


def rows_of(vectors: Iterable[Sequence[float]]) -> Vectors:
    """Checked vectors as they are kept."""
    return np.array([np.asarray(each, dtype=np.float64) for each in vectors]).astype(np.float32)


def _fits(values: Sequence[float]) -> bool:
    try:
        return bool(np.all(np.abs(np.asarray(values, dtype=np.float64)) <= _LARGEST))
    except OverflowError:
        return False


def _id_faults(name: object, where: str) -> list[Fault]:
    if is_id(name):
        return []
    return [Fault("index.bad-id", f"{where}.id", f"an id is 1 to {_LONGEST_ID} printable characters")]


def _metadata_faults(metadata: Mapping[str, Any], where: str) -> list[Fault]:
    def fault(place: str, what: str) -> Fault:
        return Fault("index.bad-metadata", place, what)

    if len(metadata) > _MOST_FIELDS:
        return [fault(where, f"{len(metadata)} fields, at most {_MOST_FIELDS} are kept")]
    found = [
        fault(where, f"{name!r:.80} is no name of a field: letters, digits, `_`, `.` and `-`, at most 64")
        for name in metadata
        if not is_field(name)
    ]
    found += [
        fault(
            f"{where}.{name}", f"a value is a text of at most {_LONGEST_VALUE:,} characters, a finite number or a truth"
        )
        for name, value in metadata.items()
        if is_field(name) and not is_value(value)
    ]
    if not found and len(json.dumps(dict(metadata))) > _LARGEST_METADATA:
        return [fault(where, f"more than {_LARGEST_METADATA:,} bytes as JSON")]
    return found
