"""A worker that was silent for too long was replaced; it says so once it wakes up, and joins again as a new one.

So does one whose database failed for a moment.

How often that happens tells whether leases are too short.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from laneshift.errors import LaneshiftError, NeedsPerson
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

_PAUSE_SECONDS = 1.0


@contextmanager
def joining_again(shop: Workshop, stop: threading.Event, plan: Plan | None = None) -> Iterator[Callable[[], None]]:
    """Take part in what the engine does, within the block; the caller comes back after a lost lease.

    It comes back as well where the database failed after the block called what it is given, which says that it takes
    part: the server may have restarted, or ended the transaction that this process was paused in. A moment passes
    before that, unless `stop` is set. With `plan`, the loss of a lease is on record.
    Raises `engine.database-failed` where taking part could not even begin.
    """
    taking_part = threading.Event()
    try:
        yield taking_part.set
    except NeedsPerson as error:
        replaced = error.code == "engine.lease-lost"
        if not replaced and not (error.code == "engine.database-failed" and taking_part.is_set()):
            raise
        if replaced and plan is not None:
            note_loss(shop, plan)
        shop.report(Event("worker", f"{error.what}; joining again: {error.why}"))
        stop.wait(_PAUSE_SECONDS)


def note_loss(shop: Workshop, plan: Plan) -> None:
    """Record that this process lost its lease while it worked on `plan`; tell where that cannot be recorded."""
    try:
        shop.journal.append(f"{plan.id}/lease-lost/{secrets.token_hex(8)}", "worker.lease-lost", {"plan": plan.id})
    except LaneshiftError as error:
        # The database that was lost may not be back yet; the worker joins again all the same.
        shop.report(Event("worker", f"the lost lease is not on record: {error.what}"))
