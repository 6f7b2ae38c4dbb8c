"""The address of the database, and its errors, without its secrets."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from laneshift.errors import NeedsPerson, Refused
from laneshift.runs.engine.fence import LeaseLost
from laneshift.runs.engine.port import Program
from laneshift.runs.engine.postgres_engine import PostgresEngine
from laneshift.runs.engine.postgres_store import address, meaning, shown
from tests.ports import free_port

SECRET = "s3cr3t"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_write_it_gets_our_driver(scheme: str) -> None:
    url = address(f"{scheme}://me:{SECRET}@db.example:5433/runs")
    assert url.drivername == "postgresql+psycopg"
    assert shown(url) == "postgresql://db.example:5433/runs"


@pytest.mark.parametrize("url", ["", "nonsense", f"mysql://me:{SECRET}@h/db", f"postgresql://me:{SECRET}@h:x/db"])
def test_other_addresses_are_refused_without_being_shown(url: str) -> None:
    with pytest.raises(Refused) as caught:
        address(url)
    assert caught.value.code == "engine.bad-url"
    assert SECRET not in str(caught.value.as_dict())
    assert caught.value.__cause__ is None


def test_a_server_that_is_not_there_is_told_with_its_cure() -> None:
    port = free_port()
    for _ in range(2):
        with pytest.raises(NeedsPerson) as caught:
            PostgresEngine(f"postgresql://me:{SECRET}@127.0.0.1:{port}/runs", Program({}, {}), 1, "v1", "s", 5.0)
        assert (caught.value.code, caught.value.where) == (
            "engine.database-failed",
            f"postgresql://127.0.0.1:{port}/runs",
        )
        assert SECRET not in str(caught.value.as_dict())


def test_errors_have_a_meaning_and_no_password() -> None:
    url = address(f"postgresql://me:{SECRET}@h:1/runs")
    told = meaning(sa.exc.OperationalError("select 1", {}, Exception(f"no entry for password={SECRET}")), url)
    assert (told.code, SECRET in str(told.as_dict())) == ("engine.database-failed", False)
    assert "***" in told.why
    assert meaning(LeaseLost("the lease 3 has lapsed"), url).code == "engine.lease-lost"
