"""Samples added up: counters as sums, histograms by bucket. Pure but for the sums themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from laneshift.telemetry.metric import OTHER, Metric, Sample

Series = tuple[Metric, tuple[str, ...]]


@dataclass(slots=True)
class Histogram:
    """How many observations were at most each bound of the metric (not those of the bounds below), and their sum."""

    counts: list[int]
    sum: float = 0.0

    @property
    def count(self) -> int:
        """How many observations there were."""
        return sum(self.counts)

    def cumulative(self) -> Iterator[int]:
        """How many were at most each bound; the last has none and counts all."""
        so_far = 0
        for count in self.counts:
            so_far += count
            yield so_far


@dataclass
class Totals:
    """The sums so far, by metric and values of its labels."""

    counters: dict[Series, float] = field(default_factory=dict)
    histograms: dict[Series, Histogram] = field(default_factory=dict)
    _seen: dict[tuple[Metric, int], set[str]] = field(default_factory=dict)

    def add(self, samples: Iterable[Sample]) -> None:
        """Count these as well. Gauges and moments are not summed."""
        for sample in samples:
            series = (sample.metric, self._bounded(sample))
            if sample.metric.kind == "counter":
                self.counters[series] = self.counters.get(series, 0.0) + sample.value
            elif sample.metric.kind == "histogram":
                self._observe(series, sample.value)

    def _observe(self, series: Series, value: float) -> None:
        bounds = series[0].buckets
        found = self.histograms.setdefault(series, Histogram([0] * (len(bounds) + 1)))
        found.counts[next((place for place, bound in enumerate(bounds) if value <= bound), len(bounds))] += 1
        found.sum += value

    def _bounded(self, sample: Sample) -> tuple[str, ...]:
        """The values; of a label that names none in advance so many as it has at most, and then `other`."""
        values = list(sample.values)
        for place, label in enumerate(sample.metric.labels):
            if label.values:
                continue
            seen = self._seen.setdefault((sample.metric, place), set())
            if values[place] in seen or len(seen) < label.most:
                seen.add(values[place])
            else:
                values[place] = OTHER
        return tuple(values)
