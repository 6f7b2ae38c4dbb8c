"""Where the records of a repository are: in files below its git folder, or in a database that clones share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from laneshift.evidence.canonical import digest
from laneshift.evidence.journal import Journal
from laneshift.evidence.port import JournalPort, ResultsPort, StorePort
from laneshift.evidence.results import Results
from laneshift.evidence.store import Store
from laneshift.matriz.traces import LIMIT as TRACES
from laneshift.matriz.traces import Shelf
from laneshift.repo.identity import identity_of
from laneshift.repo.objects import Repository
from laneshift.runs.engine.choose import RECORDS, choose
from laneshift.runs.engine.home import home
from laneshift.runs.plan_files import PlanFiles, Plans
from laneshift.runs.workshop import Workshop
from laneshift.wiring.missing import not_installed

_NAME_DIGITS = 32


@dataclass(frozen=True)
class Records:
    """Where a repository's records are. `scope` names those who share them, to an engine that they share as well."""

    plans: Plans
    journal: JournalPort
    store: StorePort
    results: ResultsPort
    scope: Callable[[], str]
    shared: bool


def records_of(repository: Repository) -> Records:
    """The records of a repository, opened. Raises `Refused` for an environment that cannot be used."""
    state = repository.state_dir
    # Looked at first: who keeps files here need not have an engine that can be reached to look at them.
    if os.environ.get(RECORDS) and (url := choose(os.environ).records):
        return _in_database(repository, url)
    return Records(
        plans=PlanFiles(state),
        journal=Journal.open(state / "journal.sqlite"),
        store=Store(state / "evidence"),
        results=Results.open(state / "results.sqlite"),
        scope=lambda: home(state),
        shared=False,
    )


def _in_database(repository: Repository, url: str) -> Records:
    # Imported here: loading a database takes longer than most commands, and few have one.
    from laneshift.evidence.postgres_journal import PostgresJournal  # noqa: PLC0415
    from laneshift.evidence.postgres_results import PostgresResults  # noqa: PLC0415
    from laneshift.evidence.postgres_store import PostgresStore  # noqa: PLC0415
    from laneshift.runs.plan_rows import PlanRows  # noqa: PLC0415

    database = _database(repository, url)
    return Records(
        plans=PlanRows(database),
        journal=PostgresJournal(database),
        store=PostgresStore(database),
        results=PostgresResults(database),
        scope=lambda: database.repository,
        shared=True,
    )


def shared_database(shop: Workshop) -> Any:
    """The `evidence.database.Database` of the records of `shop`, by connections of its own; None for records in files.

    Its class is not named in types: naming it would load SQLAlchemy at the start of every command.
    Raises as opening the records does.
    """
    return _database(shop.repository, choose(os.environ).records) if shop.shared else None


def trace_shelf(shop: Workshop) -> Shelf:
    """Where traces are kept: in a file of their own, or beside the records in PostgreSQL.

    Raises as opening the records does.
    """
    database = shared_database(shop)
    if database is None:
        return Results.open(shop.repository.state_dir / "matriz" / "traces.sqlite", limit_bytes=TRACES)
    from laneshift.evidence.postgres_results import PostgresResults  # noqa: PLC0415

    # Under a name of their own, so that they and results of steps do not push each other out.
    return PostgresResults(replace(database, repository=f"{database.repository} traces"), TRACES)


def memory(shop: Workshop) -> Any:
    """The `matriz.memory.indexes.Indexes` of the repository, kept beside the records. Raises as opening them does."""
    from laneshift.matriz.embedding import choose as embedder  # noqa: PLC0415
    from laneshift.matriz.memory.database import rows_in_database, rows_in_file  # noqa: PLC0415
    from laneshift.matriz.memory.indexes import Indexes  # noqa: PLC0415
    from laneshift.matriz.memory.store import VectorStore  # noqa: PLC0415

    database = shared_database(shop)
    own = shop.repository.state_dir / "memory" / "vectors.sqlite"
    return Indexes(VectorStore(rows_in_file(own) if database is None else rows_in_database(database)), embedder())


def _database(repository: Repository, url: str) -> Any:
    # Imported here, as above.
    from laneshift.runs.engine.postgres_records import records_in  # noqa: PLC0415

    first, name = identity_of(repository, os.environ.get("LANESHIFT_REPOSITORY", ""))
    known = digest({"first": first, "name": name}).removeprefix("sha256:")[:_NAME_DIGITS]
    try:
        return records_in(url, known, choose(os.environ).lease)
    except ImportError as error:
        raise not_installed("postgres") from error
