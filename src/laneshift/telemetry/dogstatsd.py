"""DogStatsD: a datagram for each sample as it happens, to an agent's UDP port or unix socket."""

from __future__ import annotations

from functools import partial
from time import time
from urllib.parse import urlsplit

from datadog.dogstatsd.base import DogStatsd

from laneshift.errors import Refused
from laneshift.evidence.records import Record
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.meter import Meter, Seen
from laneshift.telemetry.metric import REPOSITORY, Sample
from laneshift.telemetry.queue import TURNS
from laneshift.telemetry.samples import samples

_PORT = 8125


class Agent:
    """A teller. What does not reach the agent is lost, as datagrams are; the journal has it."""

    def __init__(self, meter: Meter, repository: str, url: str) -> None:
        """`url` is `udp://host:port` or `unix:///path`. Raises `Refused` (`telemetry.agent`) for anything else."""
        self._meter = meter
        self._seen = Seen(meter.journal, meter.store)
        self._client = _client(url, [f"{REPOSITORY}:{repository}"])

    def hear(self, record: Record, seconds: float) -> None:
        """As the port says."""
        self._seen.note(record)
        for sample in (*samples(record, self._seen), known.APPEND.sample(seconds)):
            self._send(sample)
        if record.kind in TURNS:
            self.tick()

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """As the port says."""
        for sample in samples:
            self._send(sample)

    def tick(self) -> None:
        """As the port says."""
        for sample in self._meter.catch_up():
            self._send(sample)

    def close(self) -> None:
        """As the port says."""
        self._client.close_socket()

    def _send(self, sample: Sample) -> None:
        metric, tags = sample.metric, [f"{name}:{value}" for name, value in sample.labels.items()]
        if metric.kind == "counter":
            self._client.increment(metric.datadog, sample.value, tags=tags)
        elif metric.kind == "histogram":
            self._client.histogram(metric.datadog, sample.value, tags=tags)
        else:
            value = max(0.0, time() - sample.value) if metric.kind == "moment" else sample.value
            self._client.gauge(metric.datadog, value, tags=tags)


def _client(url: str, tags: list[str]) -> DogStatsd:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT
    except ValueError as error:
        raise _refused(url, str(error)) from error
    make = partial(DogStatsd, constant_tags=tags, disable_telemetry=True, disable_buffering=True)
    if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
        return make(socket_path=parts.path)
    if parts.scheme == "udp" and parts.hostname and not parts.path:
        return make(host=parts.hostname, port=port)
    raise _refused(url, "it is neither udp://host:port nor unix:///path")


def _refused(url: str, why: str) -> Refused:
    return Refused("telemetry.agent", "this is no address of an agent", where=url, why=why, cure="udp://127.0.0.1:8125")
