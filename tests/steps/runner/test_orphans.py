"""When laneshift itself is killed, its runs end too: no process and no private folder is left."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.repo.pool import Pool
from tests.repo.builders import repo_at
from tests.steps.runner.conftest import carrying, wait_until

OWNER = """
import sys, threading
from pathlib import Path
from laneshift.config import Tests
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import Repository
from laneshift.errors import CheckFailed
from laneshift.repo.pool import Pool
from laneshift.steps.runner.processes import descendants
from laneshift.steps.runner.sandbox import IsolatedSandbox
path, scratch, mark, forced = sys.argv[1:]
repository = Repository.open(Path(path))
sandbox = IsolatedSandbox(
    Pool(repository, 2), Tests(environment={"PROJECT_MARK": mark, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
    namespaces=None if forced == "no" else (), scratch_parent=Path(scratch),
)
tree = repository.tree("HEAD").oid
runs = [
    threading.Thread(target=sandbox.run, args=(tree, ["python", "run.py"], Limits(300))),
    threading.Thread(target=sandbox.suite, args=(tree, [], Limits(300))),
]
for run in runs:
    run.start()
"""

STUBBORN = """
import os, signal, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(300)
    os._exit(0)
open(os.environ["TMPDIR"] + "/file", "w").write("x")
time.sleep(300)
"""

SLEEPING = """
import os, time
open(os.environ["TMPDIR"] + "/file", "w").write("x")
time.sleep(300)
"""


@pytest.mark.parametrize("forced", ["no", "yes"], ids=["namespaces", "fallback"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_orphan_survives(tmp_path: Path, forced: str, how: signal.Signals) -> None:
    mark = secrets.token_hex(8)
    repository = repo_at(
        tmp_path / "repo", {"run.py": STUBBORN, "test_a.py": f"def test_a():\n    exec({STUBBORN!r})\n"}
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(repository.work_dir), str(scratch), mark, forced])
    try:
        # Two workloads, and a daemon and perhaps its parent of each.
        assert wait_until(lambda: len(carrying(mark)) >= 4)
        assert len(list(scratch.iterdir())) == 2
    finally:
        owner.send_signal(how)
        if how != signal.SIGINT:
            owner.wait(120)
    if how == signal.SIGINT:
        # Python waits for its threads; the second signal is what people send then.
        owner.send_signal(signal.SIGKILL)
        owner.wait(120)
    assert wait_until(lambda: carrying(mark) == [])
    assert wait_until(lambda: list(scratch.iterdir()) == [])
    # The checkouts were kept locked until the last process had gone, and are free now.
    with Pool(repository, 1).checkout(repository.tree("HEAD").oid, 120) as place:
        assert sorted(path.name for path in place.path.iterdir()) == ["run.py", "test_a.py"]


def test_the_checkout_stays_locked_until_the_last_process_has_gone(tmp_path: Path) -> None:
    mark = secrets.token_hex(8)
    repository = repo_at(tmp_path / "repo", {"run.py": STUBBORN, "test_a.py": SLEEPING})
    tree = repository.tree("HEAD").oid
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(repository.work_dir), str(scratch), mark, "yes"])
    supervisors: set[int] = set()
    try:
        # Each of the two has written its file; the first one's workload alone may be three processes for a moment.
        assert wait_until(lambda: len(list(scratch.glob("*/tmp/file"))) == 2)
        supervisors = children_of(owner.pid)
        assert len(supervisors) == 2
        for pid in supervisors:
            os.kill(pid, signal.SIGSTOP)
        owner.kill()
        owner.wait(120)
        with pytest.raises(CheckFailed, match="stayed in use"), Pool(repository, 2).checkout(tree, 0.3):
            pass
        assert carrying(mark)
    finally:
        owner.kill()
        for pid in supervisors:
            os.kill(pid, signal.SIGCONT)
    with Pool(repository, 2).checkout(tree, 120) as place:
        assert place.path.is_dir()
    assert wait_until(lambda: carrying(mark) == [])


def children_of(pid: int) -> set[int]:
    """Ids of what the threads of a process have started and not waited for."""
    found: set[int] = set()
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found.update(map(int, told.read_text().split()))
    return found
