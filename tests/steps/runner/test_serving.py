"""A server and its client: one socket between them, both ended together, and only the client is heard."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from laneshift.config import Tests as Settings
from laneshift.gates.sandbox import Limits, Served
from laneshift.repo.objects import Repository
from laneshift.repo.pool import Pool
from laneshift.steps.runner.sandbox import IsolatedSandbox
from tests.repo.builders import repo_at

ECHO = """
import os, socket
door = socket.socket(fileno=int(os.environ["LANESHIFT_DOOR"]))
while True:
    visitor, _ = door.accept()
    visitor.sendall(open("here.txt", "rb").read())
    visitor.close()
"""
ASK = """
import socket
visit = socket.socket(socket.AF_UNIX)
visit.connect("door")
said = b"".join(iter(lambda: visit.recv(99), b""))
open("answer", "wb").write(said)
"""


@pytest.fixture
def place(tmp_path: Path) -> tuple[Repository, Path]:
    (tmp_path / "scratch").mkdir()
    return repo_at(tmp_path / "repo", {"here.txt": "from the tree", "socket.py": "raise SystemExit(9)\n"}), tmp_path


def served(
    place: tuple[Repository, Path], server: str, client: str, seconds: float = 60, names: tuple[str, ...] | None = None
) -> Served:
    repository, folder = place
    box = IsolatedSandbox(Pool(repository, 1), Settings(), scratch_parent=folder / "scratch", namespaces=names)
    tree = repository.tree("HEAD").oid
    # The server is not isolated from its tree, so the module that hides one of the library is kept from it by -I.
    server_words = [sys.executable, "-I", "-c", server]
    return box.serve(tree, server_words, ["python", "-c", client], Limits(seconds))


@pytest.mark.parametrize("names", [None, ()], ids=["namespaces", "without"])
def test_the_client_asks_through_the_door_and_its_file_is_told(
    place: tuple[Repository, Path], names: tuple[str, ...] | None
) -> None:
    found = served(place, ECHO, ASK, names=names)
    assert found.told == b"from the tree", found.client.output
    assert found.client.ok
    assert not found.server.ok
    assert not found.server.timed_out
    assert list((place[1] / "scratch").iterdir()) == []


def test_the_client_has_neither_the_tree_nor_its_settings(place: tuple[Repository, Path]) -> None:
    looks = "import os, sys; print('here.txt' in os.listdir(), 'PYTHONPATH' in os.environ, '' in sys.path)"
    assert served(place, ECHO, looks).client.output == "False False False\n"


def test_a_server_that_ends_is_seen_at_once(place: tuple[Repository, Path]) -> None:
    waits = """
import socket, time
while True:
    try:
        visit = socket.socket(socket.AF_UNIX)
        visit.connect("door")
        visit.recv(1)
    except (ConnectionRefusedError, ConnectionResetError) as error:
        open("answer", "w").write("refused")
        break
    time.sleep(0.01)
"""
    found = served(place, "print('told by the server')", waits)
    assert (found.told, found.client.timed_out) == (b"refused", False)
    assert "told by the server" in found.server.output
    assert "told by the server" not in found.client.output


UNHEARD = {
    "nothing": "pass",
    "a link": "import os; os.symlink('/etc/passwd', 'answer')",
    "a pipe": "import os; os.mkfifo('answer')",
    "a folder": "import os; os.mkdir('answer')",
    "too much": "open('answer', 'wb').truncate(65 << 20)",
}


@pytest.mark.parametrize("client", UNHEARD.values(), ids=UNHEARD)
def test_what_is_no_plain_file_tells_nothing(place: tuple[Repository, Path], client: str) -> None:
    assert served(place, ECHO, client).told == b""


def test_a_client_that_does_not_end_is_ended_with_its_server(place: tuple[Repository, Path]) -> None:
    found = served(place, ECHO, "import time; time.sleep(600)", seconds=2)
    assert found.client.timed_out
    assert found.told == b""
