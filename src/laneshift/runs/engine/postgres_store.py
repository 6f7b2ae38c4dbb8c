"""The PostgreSQL database below DBOS: how it is reached, and what its errors mean. No password leaves this file."""

from __future__ import annotations

import sqlalchemy as sa

from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.runs.engine.fence import LeaseLost
from laneshift.runs.engine.lines import Lines

_DRIVER = "postgresql+psycopg"
_CONNECTIONS = 8
_CONNECT_SECONDS = 10


def address(url: str) -> sa.URL:
    """The URL for our driver. Raises `Refused` when it is none, or not of PostgreSQL; the text never tells it."""
    cure = "set LANESHIFT_DATABASE_URL to postgresql://USER@HOST:PORT/DATABASE"
    try:
        parsed = sa.make_url(url)
        port = parsed.port
    except (sa.exc.ArgumentError, ValueError):
        raise Refused("engine.bad-url", "the database URL cannot be read", cure=cure) from None
    if parsed.get_backend_name() not in ("postgresql", "postgres") or not parsed.database:
        raise Refused("engine.bad-url", "the database URL is not one of PostgreSQL with a database", cure=cure)
    if port is not None and not 0 < port < 65_536:
        raise Refused("engine.bad-url", "the port of the database URL is out of range", cure=cure)
    return parsed.set(drivername=_DRIVER)


def shown(url: sa.URL) -> str:
    """Host, port and database: enough to find it, and no secret."""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or 'localhost'}{port}/{url.database}"


def pool(url: sa.URL, lease: float, connections: int = _CONNECTIONS, lines: Lines | None = None) -> sa.Engine:
    """Connections that are tried before they are used, because servers are restarted.

    The server ends a transaction that is idle for `lease` seconds: a process that was paused in the middle of one
    would otherwise keep its rows locked, and nobody could take its work over. A connection whose other end does not
    answer for as long is given up, so that nobody waits for ever on a network that was cut. `lines` are shared with
    other pools, to be cut with them; by default nobody cuts them.
    """
    patience = int(lease * 1000)
    engine = sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "options": f"-c idle_in_transaction_session_timeout={patience}",
            "tcp_user_timeout": patience,
            "keepalives_idle": max(1, int(lease / 2)),
            "keepalives_interval": max(1, int(lease / 4)),
            "keepalives_count": 2,
        },
    )
    return (lines or Lines(lease)).attach(engine)


def meaning(error: BaseException, url: sa.URL) -> LaneshiftError:
    """What an error of PostgreSQL, or the loss of the lease, means to a person."""
    where = shown(url)
    if isinstance(error, LeaseLost):
        return NeedsPerson(
            "engine.lease-lost",
            "this process was silent for longer than its lease, so others took its work over",
            where=where,
            why=str(error),
            cure="run `laneshift resume`: it joins the work where it is",
        )
    why = _without_secrets(str(getattr(error, "orig", None) or error), url)
    cure = "check that the server runs, and the user's rights on this database, then run `laneshift resume`"
    return NeedsPerson("engine.database-failed", "the database of runs failed", where=where, why=why, cure=cure)


def _without_secrets(text: str, url: sa.URL) -> str:
    secret = str(url.password or "")
    return text.replace(secret, "***") if secret else text
