"""Benchmarks of a candidate beside those of its base: verdicts, and figures that describe. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from laneshift.errors import Fault, Refused
from laneshift.reports.bench.percentiles import Percentiles, percentiles
from laneshift.reports.bench.results import Times
from laneshift.reports.bench.verdict import Judged

State = Literal["regression", "none", "insufficient", "described"]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark. `judged` is None where only figures were read; `base` and `kept` where there are none."""

    name: str
    candidate: Percentiles
    base: Percentiles | None
    kept: Percentiles | None
    judged: Judged | None

    @property
    def state(self) -> State:
        """The verdict, or that this one is described and not judged."""
        return "described" if self.judged is None else self.judged.outcome


@dataclass(frozen=True, slots=True)
class Bench:
    """The report. `base_tree` is empty where nothing was judged. `threshold` is the slowdown that matters, a share."""

    tree: str
    base_tree: str
    command: tuple[str, ...]
    threshold: Decimal
    benchmarks: tuple[Benchmark, ...]
    faults: tuple[Fault, ...]

    @property
    def state(self) -> State:
        """The worst of all: a regression, else what could not be told, else none."""
        states = {each.state for each in self.benchmarks}
        order: tuple[State, ...] = ("regression", "insufficient", "none", "described")
        return next(each for each in order if each in states)

    @property
    def regressions(self) -> tuple[Benchmark, ...]:
        """Those that got slower."""
        return tuple(each for each in self.benchmarks if each.state == "regression")

    @property
    def passes(self) -> bool:
        """Whether nothing got slower and nothing is wrong. What could not be told does not pass."""
        return self.state in {"none", "described"} and not self.faults


def described(tree: str, found: Mapping[str, Times], kept: Mapping[str, Percentiles], threshold: Decimal) -> Bench:
    """A report that only describes, from results that some tool wrote."""
    benchmarks = tuple(
        Benchmark(name, percentiles(times.wall or (times.least,)), None, kept.get(name), None)
        for name, times in sorted(found.items())
    )
    return _bench(tree, "", (), threshold, benchmarks, ())


def compared(
    trees: tuple[str, str],
    command: Sequence[str],
    threshold: Decimal,
    runs: tuple[Mapping[str, Sequence[float]], Mapping[str, Sequence[float]]],
    judged: Mapping[str, Judged],
    kept: Mapping[str, Percentiles],
) -> Bench:
    """A report with verdicts. `trees` and `runs` are of base and candidate; `runs` are all seconds by the clock."""
    before, after = runs
    gone = tuple(
        Fault(
            "bench.gone", name, "the base has this benchmark, the candidate has not", "put it back, or rename it alone"
        )
        for name in sorted(before.keys() - after.keys())
    )
    benchmarks = tuple(
        Benchmark(
            name,
            percentiles(after[name]),
            percentiles(before[name]) if name in before else None,
            kept.get(name),
            judged.get(name),
        )
        for name in sorted(after)
    )
    return _bench(trees[1], trees[0], tuple(command), threshold, benchmarks, gone)


def _bench(
    tree: str,
    base: str,
    command: tuple[str, ...],
    threshold: Decimal,
    benchmarks: tuple[Benchmark, ...],
    faults: tuple[Fault, ...],
) -> Bench:
    if not benchmarks:
        raise Refused("bench.empty", "no benchmark was measured", cure="name a command that runs some")
    return Bench(tree, base, command, threshold, benchmarks, faults)
