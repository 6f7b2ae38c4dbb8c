"""What Prometheus reads: an endpoint that it scrapes, and a file for the node exporter's textfile collector."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from prometheus_client import CollectorRegistry, generate_latest, start_http_server, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from laneshift.errors import Refused
from laneshift.evidence.records import Record
from laneshift.telemetry.catalogue import APPEND, CATALOGUE
from laneshift.telemetry.meter import Meter
from laneshift.telemetry.metric import REPOSITORY, Metric, Sample
from laneshift.telemetry.queue import TURNS
from laneshift.telemetry.totals import Series, Totals

_Value = TypeVar("_Value")


class Exposition(Collector):
    """Everything of the catalogue that there is, as it is when somebody asks."""

    def __init__(self, meter: Meter, repository: str, *, own: bool) -> None:
        """`own`: with what this process tells of itself, which a file that outlives it should not have."""
        self._meter = meter
        self._repository = repository
        self._own = own

    def collect(self) -> Iterator[Family]:
        """One family for each metric. Raises as the journal does: no answer is better than an old one."""
        now = self._meter.catch_up()
        for metric in CATALOGUE:
            if metric.own and not self._own:
                continue
            totals = self._meter.own if metric.own else self._meter.totals
            yield self._family(metric, totals, [sample for sample in now if sample.metric is metric])

    def _family(self, metric: Metric, totals: Totals, now: Iterable[Sample]) -> Family:
        name, labels = metric.prometheus, (REPOSITORY, *metric.label_names)
        if metric.kind == "counter":
            counter = CounterMetricFamily(name, metric.help, labels=labels)
            for values, value in {**_zeros(metric), **_of(metric, totals.counters)}.items():
                counter.add_metric((self._repository, *values), value)
            return counter
        if metric.kind == "histogram":
            histogram = HistogramMetricFamily(name, metric.help, labels=labels)
            for values, found in _of(metric, totals.histograms).items():
                bounds = (*(str(bound) for bound in metric.buckets), "+Inf")
                buckets = list(zip(bounds, map(float, found.cumulative()), strict=True))
                histogram.add_metric((self._repository, *values), buckets, found.sum)
            return histogram
        gauge = GaugeMetricFamily(name, metric.help, labels=labels)
        for sample in now:
            gauge.add_metric((self._repository, *sample.values), sample.value)
        return gauge


class Textfile:
    """A teller that writes the file at `path`, whole or not at all, for others to read."""

    def __init__(self, meter: Meter, repository: str, path: Path) -> None:
        self._path = path
        self._registry = _registry(Exposition(meter, repository, own=False))

    def hear(self, record: Record, seconds: float) -> None:  # noqa: ARG002 - as the port has it
        """As the port says. Most records wait some seconds; but what is killed should not leave an old queue behind."""
        if record.kind in TURNS:
            self.tick()

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """As the port says: a file that outlives the process has nothing that is its own."""

    def tick(self) -> None:
        """As the port says. Raises `OSError` where the file cannot be written."""
        write_to_textfile(str(self._path), self._registry)

    def close(self) -> None:
        """As the port says."""


class Own:
    """A teller that has the meter know what this process measures of itself: how long records take, and requests."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def hear(self, record: Record, seconds: float) -> None:  # noqa: ARG002 - as the port has it
        """As the port says: which record it is the meter sees in the journal."""
        self.observe((APPEND.sample(seconds),))

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """As the port says."""
        self._meter.observed(samples)

    def tick(self) -> None:
        """As the port says: whoever scrapes asks."""

    def close(self) -> None:
        """As the port says."""


def answer(meter: Meter, repository: str, host: str, port: int) -> tuple[int, Callable[[], None]]:
    """Serve `/metrics` at the address until what this gives besides the port is called.

    Raises `Refused` (`telemetry.address`).
    """
    try:
        server, thread = start_http_server(port, host, _registry(Exposition(meter, repository, own=True)))
    except (OSError, OverflowError) as error:
        where = f"{host}:{port}"
        raise Refused(
            "telemetry.address", "metrics cannot be served there", where=where, why=str(error), cure="another port"
        ) from error

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return server.server_port, end


def exposed(meter: Meter, repository: str) -> Callable[[], bytes]:
    """What a server of its own answers at `/metrics`: the text of everything as it is when this is called."""
    registry = _registry(Exposition(meter, repository, own=True))
    return lambda: generate_latest(registry)


def _registry(exposition: Exposition) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(exposition)
    return registry


def _of(metric: Metric, found: Mapping[Series, _Value]) -> dict[tuple[str, ...], _Value]:
    # A list first: it is made at once, and another thread may add a series meanwhile.
    return {values: value for (each, values), value in list(found.items()) if each is metric}


def _zeros(metric: Metric) -> dict[tuple[str, ...], float]:
    """Every series whose labels are known in advance: a first increase can be seen only where there was a zero."""
    if not all(label.values for label in metric.labels):
        return {}
    return dict.fromkeys(itertools.product(*(label.values for label in metric.labels)), 0.0)
