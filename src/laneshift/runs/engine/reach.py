"""Whether the engine that the environment names can be used from here: found by using it, without leaving anything."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from laneshift.errors import CheckFailed, NeedsPerson, Refused, install
from laneshift.runs.engine.choose import Choice


def reach(choice: Choice, folder: Path) -> str:
    """What answered: one line with its version. `folder` exists, and is where files of SQLite would be.

    Raises `Refused` (`engine.not-installed`), and what the engine's own opening raises when it cannot be reached.
    """
    try:
        if choice.kind == "postgres":
            return _postgres(choice)
        return _temporal(choice) if choice.kind == "temporal" else _sqlite(folder)
    except ImportError as error:
        cure = install(choice.kind)
        raise Refused("engine.not-installed", f"the engine {choice.kind} is not installed", cure=cure) from error


def _sqlite(folder: Path) -> str:
    """Write and read a database in the mode that runs use: some network file systems cannot."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="laneshift-doctor-", dir=folder) as trial,
            closing(sqlite3.connect(Path(trial) / "trial.sqlite")) as database,
        ):
            (mode,) = database.execute("PRAGMA journal_mode = WAL").fetchone()
            database.execute("CREATE TABLE trial (value)")
            database.commit()
    except (OSError, sqlite3.Error) as error:
        what, cure = "SQLite cannot write here", "give this user the right to write there, on a disk of this machine"
        raise CheckFailed("engine.store-failed", what, where=str(folder), why=str(error), cure=cure) from error
    if mode != "wal":
        what, cure = f"SQLite uses the mode {mode} here, not WAL", "keep the repository on a disk of this machine"
        raise CheckFailed("engine.store-failed", what, where=str(folder), cure=cure)
    return f"SQLite {sqlite3.sqlite_version}, one process, nothing to start"


def _postgres(choice: Choice) -> str:
    import sqlalchemy as sa  # noqa: PLC0415 - loading it takes longer than most commands

    from laneshift.runs.engine.postgres_store import address, meaning, pool, shown  # noqa: PLC0415 - as above

    url = address(choice.database)
    engine = pool(url, choice.lease)
    asked = "SELECT current_setting('server_version'), has_database_privilege(current_database(), 'CREATE')"
    try:
        with engine.connect() as connection:
            release, may_create = connection.execute(sa.text(asked)).one()
    except sa.exc.DBAPIError as error:
        raise meaning(error, url) from error
    finally:
        engine.dispose()
    if not may_create:
        what, cure = "this user may make no schema in the database", "GRANT CREATE ON DATABASE … TO …"
        raise NeedsPerson("engine.database-failed", what, where=shown(url), cure=cure)
    return f"DBOS {version('dbos')} on PostgreSQL {release} at {shown(url)}"


def _temporal(choice: Choice) -> str:
    from laneshift.runs.engine.temporal_server import Server, connect  # noqa: PLC0415 - as above

    server = Server(choice.address, choice.namespace, choice.tls, choice.key)
    asyncio.run(connect(server))
    return f"Temporal at {choice.address}, namespace {choice.namespace}"
