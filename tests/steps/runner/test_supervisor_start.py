"""What the process that watches a run loads before it begins: every run waits for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from laneshift.steps.runner import supervisor

SLOW = {
    *("collections", "contextlib", "dataclasses", "enum", "functools", "inspect", "json", "pathlib", "random", "re"),
    *("shutil", "signal", "socket", "subprocess", "tempfile", "typing"),
}
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import laneshift.steps.runner.supervisor
print(*sorted(sys.modules))
"""


def test_it_loads_little_and_nothing_of_anybody_else() -> None:
    root = str(Path(supervisor.__file__).parents[3])
    told = subprocess.run([sys.executable, "-I", "-S", "-c", PROGRAM, root], capture_output=True, check=True).stdout
    loaded = set(told.decode().split())
    assert "laneshift.steps.runner.supervisor" in loaded
    assert not loaded & SLOW
    own = {name for name in loaded if name.startswith("laneshift")}
    assert {name.partition(".")[0] for name in loaded - own} <= sys.stdlib_module_names | {"__main__"}
