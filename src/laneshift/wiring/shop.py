"""The parts for one repository, which every use case works with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial

from laneshift import __version__
from laneshift.agents.running.fixers import AgentFixing
from laneshift.agents.running.variables import handed
from laneshift.code.index import Index
from laneshift.errors import Refused
from laneshift.evidence.keys.ring import JournalKeys
from laneshift.repo.objects import Repository
from laneshift.runs.events import Event
from laneshift.runs.key_ring import ring_of
from laneshift.runs.workshop import Workshop
from laneshift.steps.runner import capabilities
from laneshift.telemetry import choice
from laneshift.telemetry.telling import Telling
from laneshift.wiring.engines import engine_for
from laneshift.wiring.forges import forge
from laneshift.wiring.keys import vault
from laneshift.wiring.metrics import tell
from laneshift.wiring.records import records_of
from laneshift.wiring.sandboxes import for_tests, rewriter


def workshop(repository: Repository, report: Callable[[Event], None]) -> Workshop:
    """The parts for one repository: files below its git folder and nothing to start, or records in a database.

    Raises `Refused` for an environment that cannot be used, and what opening the records raises.
    """
    state = repository.state_dir
    state.mkdir(parents=True, exist_ok=True)
    sandbox = partial(for_tests, repository)
    records = records_of(repository)
    ring = ring_of(repository, vault())
    telling = Telling(records.journal, lambda text: report(Event("telemetry", text)))
    shop = Workshop(
        repository=repository,
        plans=records.plans,
        journal=records.journal,
        store=records.store,
        results=records.results,
        index=Index.open(repository, processes=os.cpu_count() or 1),
        sandbox=sandbox,
        engine=lambda program, workers, plan: engine_for(state, program, workers, records.scope, plan),
        now=now,
        tool=f"laneshift {__version__}",
        rewriter=partial(rewriter, repository),
        report=report,
        shared=records.shared,
        keys=JournalKeys(ring),
        ring=ring,
        name=os.environ.get("LANESHIFT_REPOSITORY", ""),
        telemetry=telling,
        fixing=AgentFixing(sandbox, handed(os.environ)),
        forge=partial(forge, repository),
        foresee=capabilities.foresee,
    )
    tell(shop, choice.choose(os.environ))
    return shop


def now() -> int:
    """The time in unix seconds; `SOURCE_DATE_EPOCH` stands in for it, for reproducible plans."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not fixed:
        return int(time.time())
    if not fixed.isdigit():
        raise Refused("usage.bad-epoch", f"SOURCE_DATE_EPOCH is {fixed!r}, not a number of seconds")
    return int(fixed)
