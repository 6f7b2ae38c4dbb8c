"""Driving an engine from a test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from laneshift.errors import LaneshiftError
from laneshift.runs.engine.port import Engine, Json, Program, StepFailed

Opens = Callable[[Program, int, str], Engine]


@contextmanager
def opened(opens: Opens, program: Program, workers: int = 2, version: str = "v1") -> Iterator[Engine]:
    engine = opens(program, workers, version)
    try:
        yield engine
    finally:
        engine.close()


def failing(run: Callable[[], Json]) -> dict[str, Any]:
    """The facts of the `StepFailed` that the call raises."""
    with pytest.raises(StepFailed) as caught:
        run()
    return caught.value.facts


def until(true: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def in_background(call: Callable[[], Json]) -> tuple[threading.Thread, list[Any]]:
    """Run a blocking call beside the test; its value or error lands in the list."""
    ended: list[Any] = []

    def work() -> None:
        try:
            ended.append(call())
        except (StepFailed, LaneshiftError) as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, ended
