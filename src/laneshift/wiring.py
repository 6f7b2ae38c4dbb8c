"""The one file that chooses real parts for the ports."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from laneshift import __version__
from laneshift.code.index import Index
from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.evidence.journal import Journal
from laneshift.evidence.results import Results
from laneshift.evidence.store import Store
from laneshift.gates.sandbox import Sandbox
from laneshift.repo.objects import Repository
from laneshift.repo.pool import Pool
from laneshift.runs.engine.port import Engine, Program
from laneshift.runs.events import Event
from laneshift.runs.plan_files import PlanFiles
from laneshift.runs.workshop import Workshop
from laneshift.steps.runner.sandbox import IsolatedSandbox


def workshop(repository: Repository, report: Callable[[Event], None]) -> Workshop:
    """The parts for one repository on this machine: files below its git folder, nothing to start."""
    state = repository.state_dir
    state.mkdir(parents=True, exist_ok=True)
    pool_size = os.cpu_count() or 1

    def sandbox(settings: Settings) -> Sandbox:
        pool = Pool(repository, settings.workers or pool_size)
        roots, own = settings.source_roots, repository.work_dir
        return IsolatedSandbox(pool, settings.tests, source_roots=roots, work_tree=own)

    return Workshop(
        repository=repository,
        plans=PlanFiles(state),
        journal=Journal.open(state / "journal.sqlite"),
        store=Store(state / "evidence"),
        results=Results.open(state / "results.sqlite"),
        index=Index.open(repository, processes=os.cpu_count() or 1),
        sandbox=sandbox,
        engine=lambda program, workers, plan: _engine(state, program, workers, plan),
        now=now,
        tool=f"laneshift {__version__}",
        report=report,
    )


def now() -> int:
    """The time in unix seconds; `SOURCE_DATE_EPOCH` stands in for it, for reproducible plans."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not fixed:
        return int(time.time())
    if not fixed.isdigit():
        raise Refused("usage.bad-epoch", f"SOURCE_DATE_EPOCH is {fixed!r}, not a number of seconds")
    return int(fixed)


@contextmanager
def _engine(state: Path, program: Program, workers: int, plan: str) -> Iterator[Engine]:
    # Imported here: loading the engine takes longer than most commands, and few of them need it.
    from laneshift.runs.engine.dbos_engine import DbosEngine  # noqa: PLC0415

    folder = state / "runs"
    folder.mkdir(exist_ok=True)
    engine = DbosEngine(folder / f"{plan}.sqlite", program, workers, __version__)
    try:
        yield engine
    finally:
        engine.close()
