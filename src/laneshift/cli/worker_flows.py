"""`laneshift worker --flows`: perform flows."""

from __future__ import annotations

import os
import threading

from laneshift.cli.acting import effects_of
from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.cli.worker_requests import follow_starter
from laneshift.runs.flowing.rejoining import keep_serving
from laneshift.runs.flowing.scheduler import Scheduler
from laneshift.wiring import live_flows

_AT_LEAST = 4


def take_flows(talk: Session, workers: int, stop: threading.Event, *, lifeline: bool) -> None:
    """Perform flows, start those that are due, and share where they are, until stopped.

    With `lifeline` also until standard input ends.
    """
    shop = opened(talk)
    if lifeline:
        follow_starter()
    effects = effects_of(shop)
    ticks = (Scheduler(shop, effects).tick, live_flows(shop).share)
    talk.talk.print("performing flows; stop with Ctrl-C", highlight=False)
    started = keep_serving(shop, effects, workers or max(_AT_LEAST, os.cpu_count() or 1), stop, ticks=ticks)
    talk.result({"started": started}, lambda out: out.print(f"stopped; {started} run(s) started"), "laneshift status")
