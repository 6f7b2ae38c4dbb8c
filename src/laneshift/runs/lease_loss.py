"""A worker that was replaced says so once it wakes up: how often that happens tells whether leases are too short."""

from __future__ import annotations

import secrets

from laneshift.errors import LaneshiftError
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def note_loss(shop: Workshop, plan: Plan) -> None:
    """Record that this process lost its lease while it worked on `plan`; tell where that cannot be recorded."""
    try:
        shop.journal.append(f"{plan.id}/lease-lost/{secrets.token_hex(8)}", "worker.lease-lost", {"plan": plan.id})
    except LaneshiftError as error:
        # The database that was lost may not be back yet; the worker joins again all the same.
        shop.report(Event("worker", f"the lost lease is not on record: {error.what}"))
