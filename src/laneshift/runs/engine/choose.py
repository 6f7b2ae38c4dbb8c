"""Which engine the environment asks for. Pure, and light to import; a refusal never repeats what it was given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from laneshift.errors import Refused

ENGINE = "LANESHIFT_ENGINE"
DATABASE = "LANESHIFT_DATABASE_URL"
LEASE = "LANESHIFT_LEASE_SECONDS"
TEMPORAL_KEY = "LANESHIFT_TEMPORAL_API_KEY"
RECORDS = "LANESHIFT_RECORDS"

_LEASE_SECONDS = 15.0
_SHORTEST, _LONGEST = 2.0, 3600.0
_DATABASES = ("postgresql", "postgres")
_TEMPORALS = {"temporal": False, "temporal+tls": True}
_NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DATABASE_CURE = f"set {DATABASE} to postgresql://USER@HOST:PORT/DATABASE"
_RECORDS_CURE = f"set {RECORDS} to files or database"
_ENGINE_CURE = f"set {ENGINE} to sqlite, postgres, temporal://HOST:PORT/NAMESPACE or temporal+tls://HOST:PORT/NAMESPACE"


@dataclass(frozen=True)
class Choice:
    """One engine and what it needs to be opened. Secrets are not shown by `repr`."""

    kind: Literal["sqlite", "postgres", "temporal"]
    database: str = field(default="", repr=False)
    """The URL of the PostgreSQL database, as given."""
    address: str = ""
    """`host:port` of the Temporal server."""
    namespace: str = ""
    tls: bool = False
    key: str = field(default="", repr=False)
    lease: float = _LEASE_SECONDS
    """Seconds of silence after which a worker's work is given to others."""
    records: str = field(default="", repr=False)
    """The URL of the database that keeps plans, journal, evidence and results; empty for files of this clone."""

    @property
    def shared(self) -> bool:
        """Whether several processes may work on one batch."""
        return self.kind != "sqlite"


def choose(environment: Mapping[str, str]) -> Choice:
    """The engine that the environment names: `LANESHIFT_ENGINE` first, then `LANESHIFT_DATABASE_URL`, else SQLite.

    Raises `Refused` for a value that cannot be read, and for one that contradicts another.
    """
    choice = _engine(environment)
    return replace(choice, records=_records(environment, choice))


def _records(environment: Mapping[str, str], choice: Choice) -> str:
    kept = environment.get(RECORDS, "")
    if kept in ("", "files"):
        return ""
    if kept != "database":
        raise Refused("engine.bad-records", "records are kept in files or in the database", cure=_RECORDS_CURE)
    if not choice.shared:
        what = "records in the database are for several clones, and SQLite is for one process"
        raise Refused("engine.bad-records", what, where=RECORDS, cure=f"unset {RECORDS}, or choose another engine")
    return _database(environment.get(DATABASE, ""))


def _engine(environment: Mapping[str, str]) -> Choice:
    engine, database = environment.get(ENGINE, ""), environment.get(DATABASE, "")
    lease = _lease(environment.get(LEASE, ""))
    if engine == "sqlite" or not (engine or database):
        return Choice("sqlite", lease=lease)
    if engine in ("", "postgres"):
        return Choice("postgres", database=_database(database), lease=lease)
    return _temporal(engine, environment.get(TEMPORAL_KEY, ""), lease)


def _database(url: str) -> str:
    parts = _split(url, "engine.bad-url", "the database URL cannot be read", DATABASE, _DATABASE_CURE)
    if parts.scheme not in _DATABASES:
        raise Refused(
            "engine.bad-url", "the database URL is not one of PostgreSQL", where=DATABASE, cure=_DATABASE_CURE
        )
    if not parts.path.strip("/"):
        raise Refused("engine.bad-url", "the database URL names no database", where=DATABASE, cure=_DATABASE_CURE)
    return url


def _temporal(url: str, key: str, lease: float) -> Choice:
    parts = _split(url, "engine.bad-url", "the engine cannot be read", ENGINE, _ENGINE_CURE)
    namespace = parts.path.removeprefix("/")
    if parts.scheme not in _TEMPORALS:
        raise Refused("engine.unknown", "no engine has this name", where=ENGINE, cure=_ENGINE_CURE)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        cure = f"put the key into {TEMPORAL_KEY}"
        raise Refused("engine.bad-url", "the address of Temporal has more than host, port and namespace", cure=cure)
    if not parts.hostname or not parts.port or not _NAMESPACE.fullmatch(namespace):
        what = "the address of Temporal needs a host, a port and a namespace"
        raise Refused("engine.bad-url", what, where=ENGINE, cure=_ENGINE_CURE)
    tls = _TEMPORALS[parts.scheme]
    if key and not tls:
        cure = f"use temporal+tls:// in {ENGINE}"
        raise Refused("engine.key-in-clear", "a key must not be sent without TLS", where=TEMPORAL_KEY, cure=cure)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Choice("temporal", address=f"{host}:{parts.port}", namespace=namespace, tls=tls, key=key, lease=lease)


def _split(url: str, code: str, what: str, where: str, cure: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        sound = url.isprintable() and " " not in url and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise Refused(code, what, where=where, cure=cure)
    return parts


def _lease(text: str) -> float:
    try:
        seconds = float(text or _LEASE_SECONDS)
    except ValueError:
        seconds = 0.0
    if not _SHORTEST <= seconds <= _LONGEST:
        what = f"a lease is {_SHORTEST:.0f} to {_LONGEST:.0f} seconds"
        raise Refused("engine.bad-lease", what, where=LEASE, cure=f"unset {LEASE} for {_LEASE_SECONDS:.0f} seconds")
    return seconds
