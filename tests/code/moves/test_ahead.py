"""Another process finds out which files parse: the same answer, or none."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import replace

from laneshift.code.moves import Move, move
from laneshift.code.moves.ahead import parsed_ahead
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of
from tests.toy import environment

MANY = {f"app{n}.py": "from a.b.c import f\n" + ("print 1\n" if n % 5 == 0 else "") for n in range(40)}


def test_what_is_found_ahead_is_what_is_found_here() -> None:
    result = move(tree_of({**SKELETON, **MANY}), Move("a/b/c.py", "x/y/c.py"))
    known = parsed_ahead(result)
    assert known is not None
    assert known(result.before, "app1.py")
    assert not known(result.before, "app0.py")
    assert not known(result.tree, "app1.py")
    again = replace(result, known=known)
    assert again.conservative == result.conservative == tuple(sorted(f"app{n}.py" for n in range(0, 40, 5)))


def test_a_process_that_dies_costs_only_time() -> None:
    result = move(tree_of({**SKELETON, **MANY}), Move("a/b/c.py", "x/y/c.py"))
    known = parsed_ahead(result)
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    assert replace(result, known=known).conservative == result.conservative


def test_few_files_are_looked_at_here() -> None:
    result = move(tree_of({**SKELETON, "app.py": "import a.b.c\n"}), Move("a/b/c.py", "x/y/c.py"))
    assert parsed_ahead(result) is None


def test_a_program_leaves_no_process_behind() -> None:
    code = (
        "from tests.code.moves.test_ahead import MANY, SKELETON, tree_of, parsed_ahead, move, Move\n"
        "import os, multiprocessing\n"
        "known = parsed_ahead(move(tree_of({**SKELETON, **MANY}), Move('a/b/c.py', 'x/y/c.py')))\n"
        "print(multiprocessing.active_children()[0].pid)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    try:
        os.kill(int(done.stdout), 0)
    except ProcessLookupError:
        gone = True
    else:
        gone = False
    assert gone
