"""Somebody who performs flows beside a server of the tests, in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from laneshift.runs.flowing.serving import serve_flows
from tests.runs.flowing.lived import Told
from tests.toy import shop_at

APPROVED = """
[[steps]]
name = "yes"
kind = "approval"
signal = "approve"
text = "Shall it go on?"
"""
"""A flow that a person has to approve."""


class Asking(Told):
    """As `Told`, and approvals wait for the signal of a person."""

    def perform(self, work: Any) -> Any:
        from laneshift.runs.flowing.effects import Done, NotYet

        if work.kind != "approval":
            return super().perform(work)
        given = [each for each in work.signals if each.name == "approve"]
        return Done({"by": [given[0].by]}) if given else NotYet(None, "a person has to say yes", ("approve",))


@contextmanager
def flowing(path: Path) -> Iterator[None]:
    """Flows are performed as long as this lasts."""
    stop = threading.Event()
    worker = threading.Thread(target=lambda: serve_flows(shop_at(path), Asking(), 2, stop), name="a worker for flows")
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(300)
        assert not worker.is_alive()


def until(client: httpx.Client, run: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The run, as soon as what is wanted holds of it. Every change is an event, so nothing is asked too often."""
    with client.stream("GET", f"/api/v1/events?prefix=flow/{run}/&after=0", timeout=300) as events:
        for line in events.iter_lines():
            if line.startswith(("data:", ": following", ":")):
                told: dict[str, Any] = client.get(f"/api/v1/flow-runs/{run}").json()
                if holds(told):
                    return told
    raise AssertionError(f"the events of {run} ended")
