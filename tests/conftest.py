"""What every test needs: no trace of the developer's own git configuration, and repeatable random examples."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pygit2
import pytest
from hypothesis import HealthCheck, settings
from pygit2.enums import ConfigLevel

settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")

# A shell that starts the tests in the background has them ignore SIGINT, and every process they start as well.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home without git configuration, for the session and for every process that it starts."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.setenv("TZ", "UTC")
        # libgit2 looked for the home when it was loaded, so the variables above come too late for it.
        for level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL):
            pygit2.settings.search_path[level] = str(home)
        yield home


_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """The URL of a real PostgreSQL server, started for the session by the first test that asks."""
    from tests.runs.engine import servers

    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(postgres_server: Any) -> Iterator[str]:
    """The name of a database that has the engine's tables already, for copies: making them takes a second."""
    from laneshift.runs.engine.port import Program
    from laneshift.runs.engine.postgres_engine import PostgresEngine
    from tests.runs.engine import servers

    with servers.database(postgres_server, "migrated") as url:
        PostgresEngine(url.render_as_string(), Program({}, {}), 1, "v0", "none", 10.0).close()
        yield "migrated"


@pytest.fixture
def postgres_url(postgres_server: Any, migrated: str) -> Iterator[str]:
    """A database of its own for one test."""
    from tests.runs.engine import servers

    with servers.database(postgres_server, f"test_{next(_numbers)}", migrated) as url:
        yield url.render_as_string(hide_password=False)
