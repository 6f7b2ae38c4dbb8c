"""`laneshift worker --requests`: do what people and agents asked a server for."""

from __future__ import annotations

import os
import signal
import sys
import threading

from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.runs.performing import serve_one, serve_requests


def take_requests(talk: Session, workers: int, stop: threading.Event, *, lifeline: bool, only: str = "") -> None:
    """Take requests until stopped; with `lifeline` also when standard input ends. `only` is the one to take."""
    shop = opened(talk)
    if lifeline:
        follow_starter()
    talk.talk.print("taking requests; stop with Ctrl-C", highlight=False)
    done = serve_one(shop, workers, stop, only) if only else serve_requests(shop, workers, stop)
    talk.result({"done": done}, lambda out: out.print(f"stopped; {done} request(s) done"), "laneshift status")


def follow_starter() -> None:
    """Have this process end when standard input does."""
    threading.Thread(target=_follow, name="laneshift-lifeline", daemon=True).start()


def _follow() -> None:
    """End as if asked twice when whoever started this process is gone: nobody would see what it does."""
    while os.read(sys.stdin.fileno(), 1):
        continue
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGTERM)
