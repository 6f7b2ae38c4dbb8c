"""A metric, a sample of it, and how both are named by those who store them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from laneshift.errors import Bug

Kind = Literal["counter", "gauge", "histogram", "moment"]
"""A `moment` is when something happened: Prometheus is given the time of it, and DogStatsD how long ago it was."""

OTHER = "other"
REPOSITORY = "repository"
"""The label that every series has besides its own: which repository it is about."""
_FIT = re.compile(r"[A-Za-z0-9_./-]{1,64}")
"""What no format of any recipient takes apart."""
_UNFIT = re.compile(r"[^A-Za-z0-9_./-]+")


@dataclass(frozen=True, slots=True)
class Label:
    """`values` are all that it can have; without any it is what the settings or the code name, of which there are few.

    Of such values `most` are told apart; what comes later is `other`.
    """

    name: str
    values: tuple[str, ...] = ()
    most: int = 50

    def bounded(self, value: str) -> str:
        """`value`, or `other` for one that no series may be made of."""
        if self.values:
            return value if value in self.values else OTHER
        return value if _FIT.fullmatch(value) else OTHER


@dataclass(frozen=True, slots=True)
class Metric:
    """`name` has neither prefix nor unit nor the suffix of a kind. `unit` is seconds, items or "".

    Where `own` is set, a process tells of itself; otherwise of the whole repository, as the journal has it, so that
    every process that is asked gives the same number.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[Label, ...] = ()
    unit: str = ""
    buckets: tuple[float, ...] = ()
    own: bool = False

    def __hash__(self) -> int:
        """Of the name alone, which tells metrics apart: each sample that is counted looks for its own several times."""
        return hash(self.name)

    @property
    def prometheus(self) -> str:
        """Its name in Prometheus, as series of counters and gauges have it."""
        ends = {"counter": "_total", "moment": "_timestamp_seconds"}
        unit = f"_{self.unit}" if self.unit == "seconds" else ""
        return f"laneshift_{self.name}{unit}{ends.get(self.kind, '')}"

    @property
    def datadog(self) -> str:
        """Its name in Datadog, without what an agent adds to that of a histogram."""
        end = "_age_seconds" if self.kind == "moment" else f"_{self.unit}" if self.unit == "seconds" else ""
        return f"laneshift.{self.name}{end}"

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of its own labels."""
        return tuple(label.name for label in self.labels)

    def sample(self, value: float, **labels: str) -> Sample:
        """A sample with these labels, all of them and no other; `Bug` otherwise. Values are bounded."""
        if labels.keys() != set(self.label_names):
            raise Bug("telemetry.labels", f"{self.name} has the labels {self.label_names}, not {tuple(labels)}")
        return Sample(self, value, tuple(label.bounded(labels[label.name]) for label in self.labels))


@dataclass(frozen=True, slots=True)
class Sample:
    """What a counter grew by, what a histogram observed, what a gauge is, or a moment in unix seconds.

    `values` are those of the metric's labels, in their order.
    """

    metric: Metric
    value: float
    values: tuple[str, ...] = ()

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels by name."""
        return dict(zip(self.metric.label_names, self.values, strict=True))


def by_name(metrics: Iterable[Metric]) -> dict[str, Metric]:
    """The metrics by their names in Prometheus. Raises `Bug` for a name that two have, in either world."""
    found = tuple(metrics)
    names = [{metric.prometheus for metric in found}, {metric.datadog for metric in found}]
    if any(len(each) != len(found) for each in names):
        raise Bug("telemetry.twice", "two metrics have one name")
    return {metric.prometheus: metric for metric in found}


def fit(text: str) -> str:
    """`text` as the value of a label that has one value in a process."""
    return _UNFIT.sub("_", text)[:64] or OTHER
