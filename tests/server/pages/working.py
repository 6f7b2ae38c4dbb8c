"""A worker beside a server of the tests, in a thread: it does what is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from laneshift.runs.events import Event, silent
from laneshift.runs.performing import serve_requests
from tests.toy import shop_at


@contextmanager
def working(path: Path, report: Callable[[Event], None] = silent) -> Iterator[None]:
    """Somebody who does what is asked for, and tells `report` of it while it happens."""
    stop = threading.Event()
    shop = shop_at(path, report)
    worker = threading.Thread(target=lambda: serve_requests(shop, 1, stop), name="a worker")
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(300)
        assert not worker.is_alive()
