"""Two servers and two workers, each a process in a clone of its own, on PostgreSQL and a cluster of Valkey."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from laneshift.errors import Refused
from laneshift.wiring import live_flows
from tests.repo.builders import git_cli, repo_at
from tests.server.limits.valkey import Valkey, cluster
from tests.server.test_command import started, until
from tests.toy import environment, shop_at

ASKS = """
[[steps]]
name = "before"
kind = "wait"
seconds = 0.1
[[steps]]
name = "ask"
kind = "wait"
signal = "go"
[[steps]]
name = "after"
kind = "wait"
seconds = 0.1
"""
RUNS = 4
LEASE = 8


@contextmanager
def working(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker for flows in the clone at `path`."""
    argv = [sys.executable, "-m", "laneshift", "worker", "--flows", "-C", str(path)]
    with (path / ".git" / "worker.log").open("ab") as log:
        process = subprocess.Popen(argv, env=environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with cluster(tmp_path_factory.mktemp("cluster")) as server:
        yield server


@pytest.fixture
def clones(tmp_path: Path, postgres_url: str, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    settings = {
        "LANESHIFT_DATABASE_URL": postgres_url.replace("postgresql+psycopg", "postgresql"),
        "LANESHIFT_RECORDS": "database",
        "LANESHIFT_REPOSITORY": "tests/flows",
        "LANESHIFT_REDIS_URL": valkey.url,
        "LANESHIFT_LEASE_SECONDS": str(LEASE),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    repo_at(tmp_path / "one", {"laneshift.toml": "", "laneshift/flows/asks.toml": ASKS})
    git_cli(tmp_path, "clone", "-q", "one", "two")
    return tmp_path / "one", tmp_path / "two"


def test_any_server_shows_and_signals_any_flow_whoever_dies_and_whatever_redis_loses(
    clones: tuple[Path, Path], valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as running:
        servers = [running.enter_context(started(path))[1] for path in clones]
        workers = [running.enter_context(working(path)) for path in clones]
        runs = [_asked(servers[number % 2]) for number in range(RUNS)]
        for number, run in enumerate(runs):
            # Shown by the server that nobody asked it of.
            until(servers[1 - number % 2], f"/api/v1/flow-runs/{run}", "state", "waiting")
        assert {name.split(":flow:")[1] for name in _keys(valkey)} == {f"{{{run}}}" for run in runs}
        _lose(valkey)
        # For longer than its lease: what it had is taken over by the other one.
        workers[0].send_signal(signal.SIGSTOP)
        for number, run in enumerate(runs):
            told = {"name": "go", "value": number, "id": "once"}
            for server in (servers[1 - number % 2], servers[number % 2]):
                assert server.post(f"/api/v1/flow-runs/{run}/signals", json=told).status_code == 200
        for run in runs:
            seen = [until(server, f"/api/v1/flow-runs/{run}", "state", "done", "failed") for server in servers]
            assert seen[0] == seen[1]
            assert seen[0]["state"] == "done"
            assert [given["taken"] for given in seen[0]["signals"]] == ["ask"]
        values = [
            server.get(f"/api/v1/flow-runs/{run}").json()["steps"][1]["value"] for run in runs for server in servers
        ]
        assert [value["value"] for value in values[::2]] == list(range(RUNS))
        # What was lost is there again, for as long as anything is.
        assert {name.split(":flow:")[1] for name in _keys(valkey)} == {f"{{{run}}}" for run in runs}
        # It wakes up, sees that it was replaced, and joins again: the other one dies.
        workers[0].send_signal(signal.SIGCONT)
        workers[1].kill()
        workers[1].wait()
        runs.append(_asked(servers[1]))
        until(servers[0], f"/api/v1/flow-runs/{runs[-1]}", "state", "waiting")
        servers[0].post(f"/api/v1/flow-runs/{runs[-1]}/signals", json={"name": "go"})
        until(servers[1], f"/api/v1/flow-runs/{runs[-1]}", "state", "done")
    monkeypatch.setenv("LANESHIFT_REPOSITORY", "tests/others")
    shop = shop_at(clones[0])
    assert live_flows(shop).all() == []
    with pytest.raises(Refused, match="there is no run"):
        live_flows(shop).of(runs[0])
    assert len({name.split(":flow:")[0] for name in _keys(valkey)}) == 1


def _asked(server: httpx.Client) -> str:
    answer = server.post("/api/v1/flows/asks/runs", json={})
    assert answer.status_code == 202, answer.text
    run: str = answer.json()["id"]
    return run


def _nodes(valkey: Valkey) -> list[Valkey]:
    with valkey.client() as client:
        told: Any = client.execute_command("CLUSTER", "NODES")
    lines = [line.split()[1] for line in told.decode().splitlines()] if isinstance(told, bytes) else list(told)
    ports = [int(str(address).partition("@")[0].rpartition(":")[2]) for address in lines]
    return [Valkey(valkey.folder, port) for port in ports]


def _keys(valkey: Valkey) -> list[str]:
    found = []
    for node in _nodes(valkey):
        with node.client() as client:
            found += [name.decode() for name in client.scan_iter("*:flow:*")]
    assert len({name.split(":flow:")[0] for name in found}) <= 1
    return found


def _lose(valkey: Valkey) -> None:
    for node in _nodes(valkey):
        with node.client() as client:
            client.flushall()
