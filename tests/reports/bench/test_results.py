"""Results of pytest-benchmark, hyperfine and our own timer are read; empty and odd ones are errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.reports.bench.pairing import paired
from laneshift.reports.bench.percentiles import Percentiles, percentiles, read_baseline, write_baseline
from laneshift.reports.bench.results import read

PYTEST: dict[str, Any] = {"benchmarks": [{"fullname": "bench.py::test_a", "stats": {"min": 0.5, "data": [0.5, 0.7]}}]}
HYPERFINE: dict[str, Any] = {"results": [{"command": "sleep 1", "times": [1.1, 1.0], "exit_codes": [0, 0]}]}
PLAIN: dict[str, Any] = {"benchmarks": {"a": {"wall": [0.2, 0.1], "processor": [0.09, 0.08]}}}


def encoded(told: Any) -> bytes:
    return json.dumps(told).encode()


def test_three_formats() -> None:
    assert read(encoded(PYTEST), "x")["bench.py::test_a"].wall == (0.5, 0.7)
    assert read(encoded(HYPERFINE), "x")["sleep 1"].least == 1.0
    assert read(encoded(PLAIN), "x")["a"].processor == (0.09, 0.08)
    del PYTEST["benchmarks"][0]["stats"]["data"]
    found = read(encoded(PYTEST), "x")["bench.py::test_a"]
    assert (found.wall, found.least) == ((), 0.5)


@pytest.mark.parametrize(
    "data", [b"", b"  ", encoded({"benchmarks": []}), encoded({"benchmarks": {}}), encoded({"results": []})]
)
def test_nothing_is_an_error(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(data, "x")
    assert refused.value.code == "bench.empty"


def _plain(**times: Any) -> bytes:
    return encoded({"benchmarks": {"a": times}})


@pytest.mark.parametrize(
    "data",
    [
        b"no",
        b"[" * 100_000,
        b"[]",
        b"{}",
        _plain(),
        _plain(wall=[]),
        _plain(wall=[0]),
        _plain(wall=[-1.0]),
        _plain(wall=[True]),
        _plain(wall=["1"]),
        _plain(wall=[1.0], processor=[0.0]),
        b'{"benchmarks": {"a": {"wall": [NaN]}}}',
        b'{"benchmarks": {"a": {"wall": [1e999]}}}',
        b'{"benchmarks": {"": {"wall": [1.0]}}}',
        encoded({"benchmarks": [{"fullname": "a"}]}),
        encoded({"benchmarks": [{"fullname": "a", "stats": {"min": None}}]}),
        encoded({"benchmarks": [{"fullname": "a", "stats": {"min": 1.0}}] * 2}),
        encoded({"results": [{"times": [1.0]}]}),
        encoded({"results": [{"command": "a", "times": [1.0], "exit_codes": [1]}]}),
    ],
)
def test_what_is_no_result_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(data, "x")
    assert refused.value.code == "bench.not-results"


def test_a_percentile_is_only_told_of_enough_runs() -> None:
    assert percentiles([0.3, 0.1, 0.2]) == Percentiles(3, 200_000_000, None, None)
    assert percentiles([each / 1000 for each in range(1, 20)]).p95 is None
    assert percentiles([each / 1000 for each in range(1, 21)]).p95 == 19_000_000
    found = percentiles([each / 1000 for each in range(1, 101)])
    assert (found.p50, found.p95, found.p99) == (50_000_000, 95_000_000, 99_000_000)


def test_the_baseline_survives_a_round_trip_and_nothing_else() -> None:
    kept = {"a": Percentiles(3, 200, None, None), "b": Percentiles(100, 1, 2, 3)}
    data = write_baseline(kept)
    assert read_baseline(data, "x") == kept
    for bad in (
        b"",
        b"{}",
        b"[]",
        data.replace(b"200", b"0"),
        data.replace(b'"p50"', b'"p51"'),
        data.replace(b": 3", b": 0.5"),
    ):
        with pytest.raises(Refused) as refused:
            read_baseline(bad, "x")
        assert refused.value.code == "bench.bad-baseline"


def test_pairs_are_sorted_by_benchmark() -> None:
    both = encoded({"benchmarks": {"a": {"wall": [2.0, 1.0]}, "b": {"wall": [3.0]}}})
    one = encoded({"benchmarks": {"a": {"wall": [5.0, 4.0]}, "c": {"wall": [6.0]}}})
    found = paired([(both, one), (both, one)])
    assert {name: [(each.base.wall, each.candidate.wall) for each in pairs] for name, pairs in found.pairs.items()} == {
        "a": [(1.0, 4.0), (1.0, 4.0)]
    }
    assert found.candidate == {"a": [5.0, 4.0, 5.0, 4.0], "c": [6.0, 6.0]}
    with pytest.raises(CheckFailed) as failed:
        paired([(both, b"")])
    assert failed.value.code == "bench.failed"
