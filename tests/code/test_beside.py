"""Work in a copy of the process: the same result as here, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from laneshift.code.beside import Beside
from laneshift.errors import Refused
from tests.toy import environment

ELSEWHERE = """
import os
from laneshift.code.beside import Beside
with Beside(os.getpid) as work:
    print(work.result() != os.getpid())
"""
LEFT = """
import os, signal
from laneshift.code.beside import Beside
with Beside(signal.pause) as work:
    child = work._process
    print(child > 0)
try:
    os.kill(child, 0)
except ProcessLookupError:
    print("gone")
"""


@pytest.mark.parametrize(("code", "told"), [(ELSEWHERE, "True\n"), (LEFT, "True\ngone\n")])
def test_the_work_is_done_by_another_process_which_leaving_ends(code: str, told: str) -> None:
    # In a process of its own, since threads of other tests may still run in this one.
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == told


def test_a_result_larger_than_a_pipe_arrives_whole() -> None:
    with Beside(lambda: [bytes([n % 256]) * 10_000 for n in range(400)]) as work:
        assert work.result() == [bytes([n % 256]) * 10_000 for n in range(400)]


def test_where_threads_run_the_work_is_done_here() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with Beside(os.getpid) as work:
            assert work.result() == os.getpid()
    finally:
        done.set()
        other.join()


def test_a_process_that_dies_costs_only_time() -> None:
    here = os.getpid()

    def dies_elsewhere() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    with Beside(dies_elsewhere) as work:
        assert work.result() == "done"


def test_a_process_that_dies_while_it_answers_is_not_believed() -> None:
    code = (
        "import os, signal\n"
        "from laneshift.code import beside\n"
        "here, write = os.getpid(), os.fdopen\n"
        "class Cut:\n"
        "    def __init__(self, to): self.to = to\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *failure): return None\n"
        "    def write(self, data): os.write(self.to, data[:-1]); os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.fdopen = lambda fd, mode, **more: Cut(fd) if os.getpid() != here else write(fd, mode, **more)\n"
        "with beside.Beside(os.getpid) as work:\n"
        "    print(work.result() == here)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == "True\n"


def test_what_the_work_raises_is_raised_here() -> None:
    def refuses() -> None:
        raise Refused("moves.source-missing", "there is no such module")

    with Beside(refuses) as work, pytest.raises(Refused, match="no such module"):
        work.result()
