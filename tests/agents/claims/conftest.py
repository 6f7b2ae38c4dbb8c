"""One database for all tests about claims: each has a repository of its own in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agents.claims.stores import KINDS, Store


@pytest.fixture(scope="session")
def claims_url(postgres_server: Any) -> Iterator[str]:
    """The URL of the database."""
    from tests.runs.engine import servers

    with servers.database(postgres_server, "claims") as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A place without claims, of each kind."""
    url = request.getfixturevalue("claims_url") if request.param == "database" else ""
    found = Store(request.param, tmp_path, url)
    yield found
    found.close()
