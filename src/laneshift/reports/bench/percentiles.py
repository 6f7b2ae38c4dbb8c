"""Percentiles that describe a benchmark, and the committed figures that they are read beside. Pure.

They never gate: on a shared machine the same code differs by more than any threshold from one hour to the next.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Refused

VERSION = 1
_WANTED = {"p50": 50, "p95": 95, "p99": 99}
_LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Nanoseconds; None where there are too few runs to have that percentile: 20 for p95, 100 for p99."""

    runs: int
    p50: int | None
    p95: int | None
    p99: int | None


def percentiles(seconds: Sequence[float]) -> Percentiles:
    """Of the runs of a benchmark, by the nearest rank: each is a time that was really measured."""
    ordered = sorted(seconds)
    found = {name: _nearest(ordered, percent) for name, percent in _WANTED.items()}
    return Percentiles(len(ordered), **found)


def read_baseline(data: bytes, where: str) -> dict[str, Percentiles]:
    """The committed figures. Raises `Refused` (`bench.bad-baseline`)."""
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _bad(where, str(error)) from error
    kept = told.get("benchmarks") if isinstance(told, dict) and told.get("version") == VERSION else None
    if not isinstance(kept, dict) or not kept:
        raise _bad(where, f"it is not of version {VERSION}, or has no benchmarks")
    return {name: _one(name, fields, where) for name, fields in kept.items()}


def write_baseline(found: Mapping[str, Percentiles]) -> bytes:
    """The file; the same figures give the same bytes."""
    kept = {name: {"runs": each.runs, **{key: getattr(each, key) for key in _WANTED}} for name, each in found.items()}
    return (json.dumps({"version": VERSION, "benchmarks": kept}, indent=2, sort_keys=True) + "\n").encode()


def _nearest(ordered: Sequence[float], percent: int) -> int | None:
    fewest = 1 if percent == 50 else 100 // (100 - percent)
    if len(ordered) < fewest:
        return None
    return round(ordered[math.ceil(len(ordered) * percent / 100) - 1] * 1e9)


def _one(name: str, fields: Any, where: str) -> Percentiles:
    if not isinstance(fields, dict) or fields.keys() != {"runs", *_WANTED}:
        raise _bad(where, f"{name[:80]!r} does not have runs, p50, p95 and p99")
    values = {key: fields[key] for key in _WANTED}
    fits = all(each is None or (type(each) is int and 0 < each <= _LARGEST) for each in values.values())
    if not fits or type(fields["runs"]) is not int or fields["runs"] < 1:
        raise _bad(where, f"{name[:80]!r} has figures that are no nanoseconds")
    return Percentiles(fields["runs"], **values)


def _bad(where: str, why: str) -> Refused:
    cure = "put it back as it was, or write it again with --write-baseline"
    return Refused("bench.bad-baseline", "the committed figures cannot be read", where=where, why=why, cure=cure)
