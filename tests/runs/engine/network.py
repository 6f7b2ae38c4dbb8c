"""A network of its own for one process, with a cable to its database that can be pulled out.

Both ends of the cable are in namespaces made here, and so is every address: nothing of the machine's own network
changes, and all of it is gone with the processes that hold the namespaces.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol

import sqlalchemy as sa

from tests.runs.engine.driving import until
from tests.runs.engine.proxy import Proxy

_ROOT = Path(__file__).parents[3]
_SERVER, _WORKER, _PORT = "10.231.77.1", "10.231.77.2", 5432


class Line(Protocol):
    """A way from a process to its database, that can be cut."""

    kind: str
    prefix: list[str]
    """What the command of the process begins with."""

    def address(self, url: str) -> str:
        """The database, as the process has to call it."""
        ...

    def cut(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        ...

    def mend(self) -> None:
        """Everything gets through again."""
        ...


class Cable:
    """A `Line` through two network namespaces. Used as a context."""

    kind = "a link between network namespaces"

    def __init__(self, socket_file: str) -> None:
        self._file = socket_file
        self._undo = ExitStack()

    def __enter__(self) -> Cable:
        with ExitStack() as undo:
            server, worker = (self._held(undo) for _ in range(2))
            self.prefix = _inside(worker)
            self._server = _inside(server)
            _run(*self._server, *f"ip link add cable type veth peer name cable netns {worker}".split())
            for inside, own in ((self._server, _SERVER), (self.prefix, _WORKER)):
                for words in (f"ip address add {own}/30 dev cable", "ip link set cable up", "ip link set lo up"):
                    _run(*inside, *words.split())
            self._forward(undo)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def address(self, url: str) -> str:
        """As the protocol says."""
        return sa.make_url(url).set(host=_SERVER, port=_PORT).render_as_string(hide_password=False)

    def cut(self) -> None:
        """As the protocol says."""
        _run(*self._server, "ip", "link", "set", "cable", "down")

    def mend(self) -> None:
        """As the protocol says."""
        _run(*self._server, "ip", "link", "set", "cable", "up")

    @staticmethod
    def _held(undo: ExitStack) -> int:
        """The process that holds a namespace."""
        own = Path("/proc/self/ns/net").readlink()
        process = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        undo.callback(_end, process)
        until(lambda: process.poll() is not None or Path(f"/proc/{process.pid}/ns/net").readlink() != own)
        return process.pid

    def _forward(self, undo: ExitStack) -> None:
        command = [*self._server, sys.executable, "-m", "tests.runs.engine.forwarder"]
        process = subprocess.Popen(
            [*command, _SERVER, str(_PORT), self._file], cwd=_ROOT, stdout=subprocess.PIPE, text=True
        )
        undo.callback(_end, process)
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"


def line_to(url: str) -> Cable | Proxy:
    """A cable to the server of this database where namespaces can be made here, else a proxy that stalls."""
    if not can_make_networks():
        return Proxy.to(url)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        folder = connection.exec_driver_sql("SHOW unix_socket_directories").scalar_one()
    return Cable(f"{folder}/.s.PGSQL.{engine.url.port}")


def can_make_networks() -> bool:
    """Whether this user may make network namespaces, and links in them."""
    if not all(map(shutil.which, ("ip", "unshare", "nsenter"))):
        return False
    trial = ["unshare", "--net", "ip", "link", "add", "one", "type", "veth", "peer", "name", "other"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


def _inside(holder: int) -> list[str]:
    return ["nsenter", "--target", str(holder), "--net", "--"]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=240)


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
