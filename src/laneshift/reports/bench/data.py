"""A report about benchmarks as plain data, in the shape of `bench.schema.json`, and as issues. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from laneshift.reports.bench.percentiles import Percentiles
from laneshift.reports.bench.report import Bench, Benchmark
from laneshift.reports.bench.verdict import Judged, Ratio

VERSION = "1.0"
_NAME = 60


def data(found: Bench) -> dict[str, Any]:
    """The report. Times are nanoseconds, ratios texts with four decimals; `null` is a bound that there is not."""
    return {
        "schema_version": VERSION,
        "tree": found.tree,
        "base_tree": found.base_tree,
        "command": list(found.command),
        "threshold": f"{found.threshold:f}",
        "verdict": found.state,
        "benchmarks": [_benchmark(each) for each in found.benchmarks],
        "faults": [each._asdict() for each in found.faults],
        "passes": found.passes,
    }


def issue_key(name: str) -> str:
    """The key of the issue about a benchmark: readable, and one for each name however alike names are."""
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower())[:_NAME].strip("-")
    return f"bench.{readable}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def _benchmark(each: Benchmark) -> dict[str, Any]:
    return {
        "name": each.name,
        "verdict": each.state,
        "candidate": _percentiles(each.candidate),
        "base": None if each.base is None else _percentiles(each.base),
        "baseline": None if each.kept is None else _percentiles(each.kept),
        "judged": None if each.judged is None else _judged(each.judged),
    }


def _percentiles(found: Percentiles) -> dict[str, Any]:
    return asdict(found)


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "why": judged.why,
        "pairs": judged.pairs,
        "ratios": [_ratio(each) for each in judged.ratios],
        "instructions": None if judged.instructions is None else list(judged.instructions),
    }


def _ratio(ratio: Ratio) -> dict[str, Any]:
    bounds = {key: f"{value:.4f}" if math.isfinite(value) else None for key, value in _bounds(ratio)}
    return {"measure": ratio.measure, "verdict": ratio.outcome, **bounds}


def _bounds(ratio: Ratio) -> tuple[tuple[str, float], ...]:
    return ("median", ratio.median), ("low", ratio.low), ("high", ratio.high)
