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
from laneshift.runs.engine.choose import Choice, choose
from laneshift.runs.engine.home import home
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


def shared_engine() -> None:
    """Raise `Refused` unless several processes can work together with the engine that the environment names."""
    if not choose(os.environ).shared:
        raise Refused(
            "engine.one-process",
            "on SQLite one process does all the work, the one that `laneshift run` starts",
            cure="set LANESHIFT_DATABASE_URL or LANESHIFT_ENGINE as docs/scale-out.md says",
        )


@contextmanager
def _engine(state: Path, program: Program, workers: int, plan: str) -> Iterator[Engine]:
    choice = choose(os.environ)
    try:
        engine = _opened(choice, state, program, workers, plan)
    except ImportError as error:
        cure = f"install laneshift with its extra {choice.kind}"
        raise Refused("engine.not-installed", f"the engine {choice.kind} is not installed", cure=cure) from error
    try:
        yield engine
    finally:
        engine.close()


def _opened(choice: Choice, state: Path, program: Program, workers: int, plan: str) -> Engine:
    # Imported here: loading an engine takes longer than most commands, and few of them need it.
    if choice.kind == "postgres":
        from laneshift.runs.engine.postgres_engine import PostgresEngine  # noqa: PLC0415

        scope = f"{plan}.{home(state)}"
        return PostgresEngine(choice.database, program, workers, __version__, scope, choice.lease)
    if choice.kind == "temporal":
        from laneshift.runs.engine.temporal_engine import TemporalEngine  # noqa: PLC0415
        from laneshift.runs.engine.temporal_server import Server  # noqa: PLC0415

        server = Server(choice.address, choice.namespace, choice.tls, choice.key)
        return TemporalEngine(server, program, workers, __version__, f"{plan}.{home(state)}", choice.lease)
    from laneshift.runs.engine.dbos_engine import DbosEngine  # noqa: PLC0415

    folder = state / "runs"
    folder.mkdir(exist_ok=True)
    return DbosEngine(folder / f"{plan}.sqlite", program, workers, __version__)
