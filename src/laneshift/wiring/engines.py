"""The durable engine that the environment names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from laneshift import __version__
from laneshift.errors import Refused
from laneshift.runs.engine.choose import Choice, choose
from laneshift.runs.engine.port import Engine, Program
from laneshift.wiring.missing import not_installed


def shared_engine() -> None:
    """Raise `Refused` unless several processes can work together with the engine that the environment names."""
    if not choose(os.environ).shared:
        raise Refused(
            "engine.one-process",
            "on SQLite one process does all the work, the one that `laneshift run` starts",
            cure="set LANESHIFT_DATABASE_URL or LANESHIFT_ENGINE as docs/scale-out.md says",
        )


@contextmanager
def engine_for(state: Path, program: Program, workers: int, scope: Callable[[], str], plan: str) -> Iterator[Engine]:
    """The engine for a plan, open for as long as the context is. `scope` names those who share its records.

    Raises `Refused`: `engine.not-installed`, and for an environment that cannot be used.
    """
    choice = choose(os.environ)
    try:
        engine = _opened(choice, state, program, workers, scope, plan)
    except ImportError as error:
        raise not_installed(choice.kind) from error
    try:
        yield engine
    finally:
        engine.close()


def _opened(choice: Choice, state: Path, program: Program, workers: int, scope: Callable[[], str], plan: str) -> Engine:
    # Imported here: loading an engine takes longer than most commands, and few of them need it.
    if choice.kind == "postgres":
        from laneshift.runs.engine.postgres_engine import PostgresEngine  # noqa: PLC0415

        return PostgresEngine(choice.database, program, workers, __version__, f"{plan}.{scope()}", choice.lease)
    if choice.kind == "temporal":
        from laneshift.runs.engine.temporal_engine import TemporalEngine  # noqa: PLC0415
        from laneshift.runs.engine.temporal_server import Server  # noqa: PLC0415

        server = Server(choice.address, choice.namespace, choice.tls, choice.key)
        return TemporalEngine(server, program, workers, __version__, f"{plan}.{scope()}", choice.lease)
    from laneshift.runs.engine.sqlite_engine import SqliteEngine  # noqa: PLC0415

    folder = state / "runs"
    folder.mkdir(exist_ok=True)
    return SqliteEngine(folder / f"{plan}.sqlite", program, workers, __version__)
