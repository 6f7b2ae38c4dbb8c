"""What coding agents are given: claims, packs and answers.

What only some commands need is loaded where it is asked for, and so its classes are not named in types.
"""

from __future__ import annotations

import os
from functools import cache, partial
from typing import Any

from laneshift.agents.claims.port import Claims
from laneshift.agents.running.variables import handed
from laneshift.runs.workshop import Workshop
from laneshift.wiring.forges import changes
from laneshift.wiring.records import shared_database
from laneshift.wiring.sandboxes import for_agents


def open_claims(shop: Workshop) -> Claims:
    """Who holds which items and files, kept beside the records. Raises as opening the records does."""
    from laneshift.agents.claims.opening import opened  # noqa: PLC0415

    return opened(shop, shared_database(shop))


def agent_desk(shop: Workshop) -> Any:
    """The `agents.running.pack_run.Desk` of the repository."""
    from laneshift.agents.running.pack_run import Desk  # noqa: PLC0415 - few commands start agents

    bench = partial(for_agents, shop.repository)
    return Desk(shop, open_claims(shop), changes(shop.repository), bench, handed(os.environ))


def offices(shop: Workshop) -> Any:
    """The `agents.desk.desk.Offices` of the repository, opened once each."""
    from laneshift.agents.desk.desk import Offices  # noqa: PLC0415 - few commands speak with agents

    return Offices(cache(lambda: open_claims(shop)), cache(lambda: changes(shop.repository)))
