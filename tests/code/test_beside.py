"""Work in a copy of the process: the same results as here, and nothing left behind."""

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
with Beside(os.getpid, lambda told: (os.getpid(), told)) as work:
    first = work.first()
    work.tell("go on")
    print(first != os.getpid(), work.second(lambda: "here") == (first, "go on"))
"""
LEFT = """
import os, signal
from laneshift.code.beside import Beside
with Beside(lambda: 1, lambda told: signal.pause()) as work:
    child = work._copy.process
    print(work.first())
    work.tell(None)
try:
    os.kill(child, 0)
except ProcessLookupError:
    print("gone")
"""
KILLED = """
import os, signal
from laneshift.code.beside import Beside
with Beside(lambda: 1, lambda told: told) as work:
    child = work._copy.process
    print(work.first())
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    work.tell("x" * 10_000_000)
    print(work.second(lambda: "here"))
"""


def own_process(code: str) -> str:
    """What a process of its own prints, since threads of other tests may still run in this one."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment(), timeout=60
    ).stdout


def test_both_pieces_are_done_by_another_process() -> None:
    assert own_process(ELSEWHERE) == "True True\n"


def test_leaving_ends_what_nobody_waited_for() -> None:
    assert own_process(LEFT) == "1\ngone\n"


def test_a_process_that_is_gone_when_it_is_told_to_go_on_costs_only_time() -> None:
    assert own_process(KILLED) == "1\nhere\n"


def test_what_is_larger_than_a_pipe_arrives_whole_both_ways() -> None:
    large = [bytes([n % 256]) * 10_000 for n in range(400)]
    with Beside(lambda: large, lambda told: told == large) as work:
        assert work.first() == large
        work.tell(large)
        assert work.second(lambda: True)


def test_where_threads_run_the_work_is_done_here() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with Beside(os.getpid, lambda told: None) as work:
            assert work.first() == os.getpid()
            work.tell("go on")
            assert work.second(lambda: "here") == "here"
    finally:
        done.set()
        other.join()


def test_a_process_that_dies_costs_only_time() -> None:
    here = os.getpid()

    def dies_elsewhere(told: str = "done") -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return told

    with Beside(dies_elsewhere, dies_elsewhere) as work:
        assert work.first() == "done"
        work.tell("more")
        assert work.second(lambda: "here") == "here"
    with Beside(lambda: "done", dies_elsewhere) as work:
        assert work.first() == "done"
        work.tell("more")
        assert work.second(lambda: "here") == "here"


def test_a_process_that_dies_while_it_answers_is_not_believed() -> None:
    code = (
        "import os, signal\n"
        "from laneshift.code import beside\n"
        "here, write = os.getpid(), os.fdopen\n"
        "class Cut:\n"
        "    def __init__(self, to): self.to, self.parts = to, []\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *failure):\n"
        "        os.write(self.to, b''.join(self.parts)[:-1]); os.kill(os.getpid(), signal.SIGKILL)\n"
        "    def write(self, data): self.parts.append(data)\n"
        "os.fdopen = lambda fd, mode, **more: Cut(fd) if os.getpid() != here else write(fd, mode, **more)\n"
        "with beside.Beside(os.getpid, print) as work:\n"
        "    print(work._copy is not None, work.first() == here)\n"
    )
    assert own_process(code) == "True True\n"


def test_what_the_work_raises_is_raised_here() -> None:
    def refuses() -> None:
        raise Refused("moves.source-missing", "there is no such module")

    with Beside(refuses, lambda told: None) as work, pytest.raises(Refused, match="no such module"):
        work.first()
    with Beside(lambda: None, lambda told: refuses()) as work:
        work.first()
        work.tell(None)
        with pytest.raises(Refused, match="no such module"):
            work.second(refuses)
