"""`laneshift worker [PLAN]`: take part in the work of this repository until stopped."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, Directory, Verbose, Workers, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("worker")(worker)


def worker(
    plan: Annotated[str, typer.Argument(help="Work on this plan or batch alone.")] = "",
    workers: Workers = 0,
    metrics: Annotated[
        str,
        typer.Option(
            "--metrics", metavar="HOST:PORT", envvar="LANESHIFT_METRICS", help="Serve metrics to Prometheus there."
        ),
    ] = "",
    requests: Annotated[
        bool, typer.Option("--requests", help="Do what `laneshift serve` is asked for instead; on any engine.")
    ] = False,
    flows: Annotated[bool, typer.Option("--flows", help="Perform flows instead; on any engine.")] = False,
    lifeline: Annotated[bool, typer.Option("--lifeline", hidden=True)] = False,
    request: Annotated[str, typer.Option("--request", hidden=True)] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Join the shared engine and work until stopped (interrupt or SIGTERM)."""
    # What is sealed and told at the end may take as long as a database that hangs: the signals are held until then.
    with _stopped_by_signals() as stop, session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs import serving
        from laneshift.wiring import serve_metrics, shared_engine

        if requests:
            from laneshift.cli.worker_requests import take_requests

            take_requests(talk, workers, stop, lifeline=lifeline, only=request)
            return
        if flows:
            from laneshift.cli.worker_flows import take_flows

            take_flows(talk, workers, stop, lifeline=lifeline)
            return
        shared_engine()
        shop = opened(talk)
        if metrics:
            url, end = serve_metrics(shop, metrics)
            talk.at_end.insert(0, end)
            talk.talk.print(f"metrics are at {url}", highlight=False, markup=False)
        talk.talk.print("working; stop with Ctrl-C", highlight=False)
        joined = serving.serve(shop, plan, workers, stop)
        talk.result({"joined": joined}, lambda out: out.print(f"stopped; joined {joined} plan(s)"), "laneshift status")


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Steps in flight get a moment to end, the rest is given back to the other workers. Asked twice, it ends now."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        put_back()

    def put_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        put_back()
