"""A lock between processes names its holder, dies with it, and never trusts what is merely written down."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.repo.lock import Held, hold

HOLDER = """
import sys
from pathlib import Path
from laneshift.repo.lock import hold
with hold(Path(sys.argv[1]), "plan core-1"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_the_second_is_told_who_holds_it_and_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "below/plan.lock"
    process = holder(path)
    with pytest.raises(Held) as caught, hold(path, "plan core-1"):
        raise AssertionError("two hold one lock")
    assert caught.value.code == "lock.held"
    assert caught.value.exit_code == 1
    assert f"plan core-1 has to wait for pid {process.pid} on " in caught.value.what
    assert " since 20" in caught.value.what
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), Held)
    process.kill()
    process.communicate()
    with hold(path, "plan core-1"):
        assert str(os.getpid()) in path.read_text()
    assert path.read_text() == ""


def test_threads_and_nested_calls_of_one_process_are_kept_apart(tmp_path: Path) -> None:
    with hold(tmp_path / "l", "x"), pytest.raises(Held, match=f"pid {os.getpid()} "), hold(tmp_path / "l", "x"):
        raise AssertionError("the same process holds it twice")
    with hold(tmp_path / "l", "x") as descriptor:
        assert descriptor > 2


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"[]", b"{}", b'{"pid": 1}', b"null", b"9" * 100_000])
def test_text_without_a_lock_means_nothing_and_broken_text_is_said(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "l"
    path.write_bytes(text)
    with hold(path, "x"):
        path.write_bytes(text)
        with pytest.raises(Held, match="not yet written down"), hold(path, "x"):
            raise AssertionError("held twice")


def test_a_holder_cannot_write_to_the_terminal_of_others(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with hold(path, "x"):
        path.write_text(
            '{"pid": "1\\u001b[2J", "host": "h\\u0007", "command": "\\u001b]0;x\\u0007\\u202e", "since": "s\\u001b"}'
        )
        with pytest.raises(Held) as caught, hold(path, "x"):
            raise AssertionError("held twice")
    assert caught.value.what.isprintable()


def test_a_symlink_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("precious")
    (tmp_path / "l").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"), hold(tmp_path / "l", "x"):
        raise AssertionError("a symlink was locked")
    assert (tmp_path / "target").read_text() == "precious"
