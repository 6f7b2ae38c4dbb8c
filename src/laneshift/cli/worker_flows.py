"""`laneshift worker --flows`: perform flows."""

from __future__ import annotations

import os
import threading

from laneshift.cli.acting import effects_of
from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.runs.flowing.serving import serve_flows

_AT_LEAST = 4


def take_flows(talk: Session, workers: int, stop: threading.Event) -> None:
    """Perform flows until stopped."""
    shop = opened(talk)
    talk.talk.print("performing flows; stop with Ctrl-C", highlight=False)
    started = serve_flows(shop, effects_of(shop), workers or max(_AT_LEAST, os.cpu_count() or 1), stop)
    talk.result({"started": started}, lambda out: out.print(f"stopped; {started} run(s) started"), "laneshift status")
