"""What benchmark tools write, as times by name: pytest-benchmark, hyperfine, and the plain form of our own timer.

The plain form is `{"benchmarks": {NAME: {"wall": [SECONDS, …], "processor": [SECONDS, …]}}}`; `processor` may be left
out. Any program can write it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Refused

LARGEST = 64 << 20
_MOST_TIMES = 10_000_000
_LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that a benchmark took, run by run. `processor` is empty where the tool does not tell.

    `least` is the shortest run, also where the tool keeps no more than that and `wall` is empty.
    """

    wall: tuple[float, ...]
    processor: tuple[float, ...]
    least: float


def read(data: bytes, where: str) -> dict[str, Times]:
    """Times by the name of the benchmark.

    Raises `Refused`: `bench.empty` for nothing at all and for no benchmark, `bench.not-results`, `bench.too-large`.
    """
    if len(data) > LARGEST:
        raise Refused("bench.too-large", f"the results have more than {LARGEST} bytes", where=where)
    if not data.strip():
        raise _empty(where)
    try:
        told: Any = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _refused(where, f"it is not JSON: {error}") from error
    found: dict[str, Times] = {}
    for name, times in _kind(told, where)(told, where):
        if not name or len(name) > _LONGEST_NAME or name in found:
            raise _refused(where, f"the name {name[:80]!r} is empty, too long or there twice")
        found[name] = times
    if not found:
        raise _empty(where)
    return found


def _kind(told: Any, where: str) -> Callable[[Any, str], Iterator[tuple[str, Times]]]:
    if isinstance(told, dict):
        if isinstance(told.get("benchmarks"), dict):
            return _plain
        if isinstance(told.get("benchmarks"), list):
            return _pytest_benchmark
        if isinstance(told.get("results"), list):
            return _hyperfine
    raise _refused(where, "it is neither of pytest-benchmark, nor of hyperfine, nor in the plain form")


def _plain(told: Any, where: str) -> Iterator[tuple[str, Times]]:
    for name, each in told["benchmarks"].items():
        if not isinstance(each, dict):
            raise _refused(where, f"{name[:80]!r} has no times")
        wall = _times(each.get("wall"), name, where)
        processor = _times(each.get("processor", []), name, where, empty=True)
        yield name, Times(wall, processor, min(wall))


def _pytest_benchmark(told: Any, where: str) -> Iterator[tuple[str, Times]]:
    for each in told["benchmarks"]:
        name = each.get("fullname") if isinstance(each, dict) else None
        stats = each.get("stats") if isinstance(each, dict) else None
        if not isinstance(name, str) or not isinstance(stats, dict):
            raise _refused(where, "a benchmark has no fullname or no stats")
        [least] = _times([stats.get("min")], name, where)
        yield name, Times(_times(stats.get("data", []), name, where, empty=True), (), least)


def _hyperfine(told: Any, where: str) -> Iterator[tuple[str, Times]]:
    for each in told["results"]:
        name = each.get("command") if isinstance(each, dict) else None
        if not isinstance(name, str):
            raise _refused(where, "a result names no command")
        codes = each.get("exit_codes", [])
        if isinstance(codes, list) and any(code != 0 for code in codes):
            raise _refused(where, f"{name[:80]!r} did not end well each time")
        wall = _times(each.get("times"), name, where)
        yield name, Times(wall, (), min(wall))


def _times(value: Any, name: str, where: str, *, empty: bool = False) -> tuple[float, ...]:
    fits = isinstance(value, list) and len(value) <= _MOST_TIMES and all(type(each) in {int, float} for each in value)
    if not fits or not all(math.isfinite(each) and each > 0 for each in value) or not (value or empty):
        raise _refused(where, f"the times of {name[:80]!r} are not seconds above 0")
    return tuple(float(each) for each in value)


def _refused(where: str, why: str) -> Refused:
    cure = "write them with `pytest --benchmark-json=FILE` or `hyperfine --export-json FILE`"
    return Refused("bench.not-results", "these are no benchmark results", where=where, why=why, cure=cure)


def _empty(where: str) -> Refused:
    return Refused(
        "bench.empty", "there is no benchmark in these results", where=where, cure="run the benchmarks again"
    )
