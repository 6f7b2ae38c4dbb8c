"""How long the work of a dead worker waits: it is adopted within the lease, and what a look around takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import warm
from tests.runs.engine.driving import until
from tests.runs.engine.ledger import Ledger
from tests.sweeps import FULL, swept
from tests.toy import with_tests

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).parents[3]
LEASE = swept(15.0, 4.0)
"""The usual one in the full sweep, where the time is measured on a machine that does little else."""
BEAT = LEASE / 4
LOOKS = 1.0
"""Seconds by which a heartbeat may be late without harm to the full sweep."""
EXPIRES = sa.text(
    "SELECT expires, expires - extract(epoch FROM clock_timestamp())"
    " FROM laneshift.engine_workers WHERE name LIKE :name"
)


@pytest.fixture
def shared(postgres_url: str) -> dict[str, str]:
    url = postgres_url.replace("+psycopg", "")
    return with_tests({"LANESHIFT_DATABASE_URL": url, "LANESHIFT_LEASE_SECONDS": str(LEASE)})


class Worker:
    """One process that works for the fleet on a step which does not end by itself."""

    def __init__(self, mode: str, folder: Path, environment: dict[str, str]) -> None:
        self.process = warm.start("tests.runs.engine.worker_process", [mode, str(folder)], ROOT, environment)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def workers() -> Iterator[list[Worker]]:
    started: list[Worker] = []
    yield started
    for each in started:
        each.end()


def lease_of(database: sa.Engine, process: int) -> tuple[float, float]:
    """When the lease of a process ends, in unix seconds, and in how many seconds that is."""
    with database.connect() as connection:
        at, left = connection.execute(EXPIRES, {"name": f"%:{process}"}).one()
    return float(at), float(left)


def adoption(folder: Path, shared: dict[str, str], workers: list[Worker], database: sa.Engine) -> tuple[float, float]:
    """Seconds from the kill of the process that had a step to the moment at which another one begins it.

    And those that its lease had to go once it was killed.
    """
    folder.mkdir()
    began = Ledger(folder / "began")
    both = [Worker("guarded", folder, shared) for _ in range(2)]
    workers += both
    until(lambda: bool(began.lines()), 120)
    owner = int(began.lines()[0].split()[0])
    first, _ = lease_of(database, owner)
    until(lambda: lease_of(database, owner)[0] > first)
    killed = time.monotonic()
    next(each for each in both if each.process.pid == owner).process.kill()
    _, left = lease_of(database, owner)
    until(lambda: len(began.lines()) > 1, 300)
    took = time.monotonic() - killed
    (folder / "hurry").touch()
    heir = next(each for each in both if each.process.pid != owner)
    out, _ = heir.process.communicate(timeout=120)
    assert heir.process.returncode == 0, out
    return took, left


@pytest.mark.parametrize("round_number", range(5 if FULL else 1))
def test_a_dead_workers_work_is_adopted_within_the_lease(
    shared: dict[str, str], workers: list[Worker], tmp_path: Path, postgres_url: str, round_number: int
) -> None:
    database = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    took, left = adoption(tmp_path / "shared", shared, workers, database)
    print(f"round {round_number}: adopted {took:.2f} s after the kill, with a lease of {LEASE:g} s")
    assert took > left, "a worker that is only slow must not lose its work"
    assert 0.9 * LEASE - BEAT - LOOKS < took <= LEASE or not FULL
