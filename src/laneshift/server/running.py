"""One server from its start to its end: everything works before the first request is let in, or it does not start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from laneshift.errors import CheckFailed
from laneshift.runs.workshop import Workshop
from laneshift.server.answerers.allowance import Allowance
from laneshift.server.app import assemble
from laneshift.server.auth.passkeys.enrolments import PAGE
from laneshift.server.limits.chosen import limits_for
from laneshift.server.logs import to_stderr
from laneshift.server.options import Options
from laneshift.server.parts import Parts, parts_for
from laneshift.server.serving import address_of, listening, serving
from laneshift.steps.runner.companion import Companion

_LOG = logging.getLogger("laneshift.server")


def run_server(shop: Workshop, options: Options, announce: Callable[[str, str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `announce` is told the address once requests are answered there, and a
    link for whoever was to be enrolled, "" for nobody.

    Raises `Refused` and `CheckFailed` as `parts_for`, `assemble`, `serving` and `listening` do.
    """
    handler = to_stderr()
    try:
        limits = limits_for(shop)
        parts = parts_for(shop, options)
        allowance = Allowance(limits.buckets, parts.allowance.models, limits.open)
        parts = replace(parts, probes={**parts.probes, **limits.probes}, allowance=allowance)
        with _working(parts) as ready:
            server = serving(assemble(ready, layers=limits.layers), options)
            listener = listening(options)
            url = address_of(listener, options)
            announce(url, _link(ready, url))
            # The first question about the repository should not have to wait for it to be read.
            ready.answers.grounds.wait(0)
            _LOG.info("serving %s", url)
            asyncio.run(server.serve([listener]))
    finally:
        logging.getLogger().removeHandler(handler)


def _link(parts: Parts, url: str) -> str:
    """Where whoever was to be enrolled registers a passkey, "" for nobody."""
    return parts.passkeys.site().page(url, f"{PAGE}#{parts.link}") if parts.link else ""


@contextmanager
def _working(parts: Parts) -> Iterator[Parts]:
    """The parts, with a worker beside the server where one is wanted."""
    if not parts.options.work:
        yield parts
        return
    place = str(parts.shop.repository.work_dir or parts.shop.repository.common_dir)
    with ExitStack() as running:
        probes = dict(parts.probes)
        for name, kind in (("worker", "--requests"), ("flows", "--flows")):
            worker = Companion(("worker", kind, "--lifeline", "-C", place), _LOG.warning)
            running.callback(worker.stop)
            worker.start()
            probes[name] = partial(_alive, worker)
        yield replace(parts, probes=probes)


def _alive(worker: Companion) -> None:
    if not worker.alive:
        raise CheckFailed("serve.no-worker", "a worker beside the server is not running")
