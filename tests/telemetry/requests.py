"""A real server that is asked for something: what it tells of that to a scraper and to an agent."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from laneshift.telemetry import catalogue as known
from laneshift.telemetry.choice import AGENT
from tests.server.serving import Served, served
from tests.telemetry.receivers import Datagrams, Series, parsed

_PATIENCE_SECONDS = 120.0


@contextmanager
def heard(path: Path, datagrams: Datagrams) -> Iterator[Served]:
    """A server for the repository at `path` of which the agent is told, until what it tells was sent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(AGENT, datagrams.url)
        with served(path) as found:
            try:
                yield found
            finally:
                found.parts.shop.telemetry.close()


def counted(found: Served, key: str, requests: int) -> dict[Series, float]:
    """What `/metrics` says once it has counted so many requests."""
    began = time.monotonic()
    with found.client(key) as client:
        while time.monotonic() - began < _PATIENCE_SECONDS:
            series = parsed(client.get("/metrics").text)
            if total(series, known.REQUESTS.prometheus) >= requests:
                return series
            time.sleep(0.05)
    raise AssertionError(f"{requests} requests were never counted")


def total(series: Mapping[Series, float], name: str, **labels: str) -> float:
    """The sum of the series of this name that have these labels."""
    return sum(value for (each, own), value in series.items() if each == name and labels.items() <= dict(own).items())
