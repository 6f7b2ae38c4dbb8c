"""The tables in which a PostgreSQL database keeps the records of repositories, and how they are made."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from laneshift.errors import Refused
from laneshift.evidence.ladder import Ladder

SCHEMA = "laneshift"
RECORDS = Ladder("records", "these records")
_MAKING = "laneshift records"
_META = sa.MetaData(schema=SCHEMA)

# Keys are compared byte by byte, so that a prefix is a range, whatever language the database speaks.
_EXACT = sa.Text(collation="C")


def _repository() -> sa.Column[str]:
    return sa.Column("repository", sa.Text, primary_key=True)


REPOSITORIES = sa.Table(
    "repositories",
    _META,
    _repository(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
)
JOURNAL = sa.Table(
    "journal",
    _META,
    _repository(),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("key", _EXACT, nullable=False),
    sa.Column("kind", _EXACT, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("tool", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("previous_key", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.UniqueConstraint("repository", "key"),
    sa.UniqueConstraint("repository", "previous"),
    sa.Index("journal_by_kind", "repository", "kind", "seq"),
)
EVIDENCE = sa.Table(
    "evidence",
    _META,
    _repository(),
    sa.Column("digest", _EXACT, primary_key=True),
    sa.Column("packed", sa.LargeBinary, nullable=False),
)
RESULTS = sa.Table(
    "results",
    _META,
    _repository(),
    sa.Column("inputs", _EXACT, primary_key=True),
    sa.Column("start", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
    sa.Index("results_by_age", "repository", "start"),
)
PLANS = sa.Table(
    "plans",
    _META,
    _repository(),
    sa.Column("id", _EXACT, primary_key=True),
    sa.Column("batch", _EXACT, nullable=False),
    sa.Column("turn", sa.BigInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)
_APPEND_ONLY = (
    f"""CREATE FUNCTION {SCHEMA}.journal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    f"""CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.journal
        FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.journal_stays()""",
)


def make(connection: sa.Connection, repository: str, origin: str) -> None:
    """Make what is missing, whoever else does the same now; `origin` starts the chain of a repository that is new.

    Raises `Refused` for records of a newer version (`evidence.journal-newer`), and for a database whose text is not
    UTF-8 (`evidence.database-encoding`).
    """
    if not _known(connection, repository):
        _refuse_other_text(connection)
        take_turn(connection, _MAKING)
        connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
        if not _there(connection):
            _META.create_all(connection)
            for statement in _APPEND_ONLY:
                connection.execute(sa.text(statement))
        known = sa.exists().where(REPOSITORIES.c.repository == repository)
        if not connection.execute(sa.select(known)).scalar_one():
            # Tables that others use already have their version, which may be an older one.
            others = connection.execute(sa.select(sa.func.min(REPOSITORIES.c.version))).scalar()
            version = RECORDS.newest if others is None else int(others)
            new = sa.insert(REPOSITORIES).values(repository=repository, version=version, origin=origin)
            connection.execute(new)
    _climb(connection, repository)


def _climb(connection: sa.Connection, repository: str) -> None:
    """Bring the tables of all repositories up to date: each says their version."""
    told = sa.select(REPOSITORIES.c.version).where(REPOSITORIES.c.repository == repository)
    version = int(connection.execute(told).scalar_one())
    if version > RECORDS.newest:
        raise Refused(
            "evidence.journal-newer",
            f"a newer laneshift keeps these records: version {version}, this one reads up to {RECORDS.newest}",
            where=f"{SCHEMA}.repositories",
            cure="use that version of laneshift, or a later one",
        )
    if version < RECORDS.newest:
        take_turn(connection, _MAKING)
        # Read again: another process may have done it meanwhile.
        version = int(connection.execute(told.with_for_update()).scalar_one())
        for statement in RECORDS.from_version(version, f"{SCHEMA}.repositories", f"{SCHEMA}."):
            connection.exec_driver_sql(statement)
        connection.execute(sa.update(REPOSITORIES).values(version=RECORDS.newest))


def take_turn(connection: sa.Connection, what: str) -> None:
    """Wait until nobody else has this turn; it ends with the transaction, also when its process is gone."""
    number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _known(connection: sa.Connection, repository: str) -> bool:
    if not _there(connection):
        return False
    known = sa.exists().where(REPOSITORIES.c.repository == repository)
    return bool(connection.execute(sa.select(known)).scalar_one())


def _there(connection: sa.Connection) -> bool:
    name = f"{SCHEMA}.{REPOSITORIES.name}"
    return connection.execute(sa.select(sa.func.to_regclass(name))).scalar_one() is not None


def _refuse_other_text(connection: sa.Connection) -> None:
    encoding = str(connection.execute(sa.text("SHOW server_encoding")).scalar_one())
    if encoding != "UTF8":
        raise Refused(
            "evidence.database-encoding",
            f"this database keeps text as {encoding}",
            cure="make a database with ENCODING 'UTF8' for laneshift",
        )
