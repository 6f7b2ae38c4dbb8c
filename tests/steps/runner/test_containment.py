"""Code that misbehaves in every way the landing page names is contained, with namespaces and without."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.gates.sandbox import Limits
from laneshift.repo.doors import Door, Shut, behind
from laneshift.steps.runner.removal import remove
from tests.steps.runner.conftest import Project, Projects, wait_until

FILES = {"pkg/__init__.py": "", "pkg/a.py": "VALUE = 41\n"}

DAEMON = """
import os, signal, time
for number in range(3):
    if os.fork() == 0:
        os.setsid()
        for ignored in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(ignored, signal.SIG_IGN)
        if os.fork() == 0:
            time.sleep(300)
        os._exit(0)
time.sleep(0.2)
"""

LATE = 10.0
"""Seconds after which a run is ended: on a machine that stalls it has to have begun by then."""

TOUCH = """
import os, pathlib
def touch(name):
    there, wrote = pathlib.Path(name).exists(), True
    try:
        pathlib.Path(name).write_text('inside')
    except OSError:
        wrote = False
    print(there, wrote)
    pathlib.Path(os.environ['TMPDIR'], 'own').write_text('x')
"""
"""Says whether a file is there, and whether it can be written; the private folder can in any case."""


@pytest.fixture
def plain(project: Projects) -> Project:
    """A project with one package and no tests."""
    return project(FILES)


def test_runs_in_the_tree_and_tells_how_it_ended(plain: Project) -> None:
    done = plain.python("import pkg.a, sys; print(pkg.a.VALUE + 1); sys.exit(7)")
    assert done.exit_code == 7
    assert done.output == "42\n"
    assert not done.ok
    assert plain.python("print('fine')").ok


def test_ends_daemons_that_left_their_session(plain: Project) -> None:
    done = plain.python(DAEMON)
    assert done.ok, done.output
    assert plain.living() == []
    assert "no-survivors" in done.protections


def test_ends_daemons_that_hold_the_output_open_without_waiting_for_them(plain: Project) -> None:
    began = time.monotonic()
    assert plain.python(DAEMON + "print('done', flush=True)").output == "done\n"
    assert time.monotonic() - began < 100


def test_ends_what_sleeps_for_ever_and_ignores_being_asked(plain: Project) -> None:
    stubborn = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('on', flush=True)\ntime.sleep(300)"
    )
    done = plain.python(stubborn, seconds=LATE)
    assert done.timed_out
    assert not done.ok
    assert done.output == "on\n"
    assert LATE <= done.seconds < 100
    assert plain.living() == []


def test_asks_before_it_kills(project: Projects) -> None:
    plain = project(FILES, grace_seconds=60)
    polite = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('asked', flush=True), sys.exit(0)))\n"
        "time.sleep(300)"
    )
    done = plain.python(polite, seconds=LATE)
    assert done.output == "asked\n"
    assert done.timed_out
    assert not done.ok


def test_limits_memory(plain: Project) -> None:
    done = plain.python("x = bytearray(600 << 20)", memory_mib=512)
    assert done.exit_code == 1
    assert "MemoryError" in done.output
    assert plain.python("x = bytearray(100 << 20); print(len(x))", memory_mib=512).ok


def test_limits_the_size_of_a_file_and_makes_no_core(plain: Project) -> None:
    done = plain.python(
        "import os, resource\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))\n"
        "f = os.open('big', os.O_CREAT | os.O_WRONLY)\n"
        "try:\n    os.pwrite(f, b'x', 3 << 30)\nexcept OSError as error:\n    print(error.strerror)"
    )
    assert done.output == "(0, 0)\nFile too large\n"


def test_ends_a_crowd(plain: Project) -> None:
    crowd = (
        "import os, time\n"
        "for _ in range(2100):\n    if os.fork() == 0:\n        time.sleep(400)\n        os._exit(0)\n"
        "time.sleep(400)"
    )
    done = plain.python(crowd, seconds=300)
    assert not done.ok
    assert not done.timed_out
    assert "more than 2048 processes" in done.output
    assert plain.living() == []


def test_keeps_the_middle_of_long_output_out(plain: Project) -> None:
    done = plain.python(
        "import sys\nsys.stdout.write('first\\n')\n"
        "for _ in range(100):\n    sys.stdout.write('x' * (1 << 20))\n"
        "sys.stdout.write('\\nlast\\n')"
    )
    assert done.ok
    assert done.output.startswith("first\n")
    assert done.output.endswith("\nlast\n")
    assert "bytes left out" in done.output
    assert len(done.output) < 300_000


def test_keeps_binary_and_terminal_control_out_of_the_output(plain: Project) -> None:
    raw = b"a\x1b[31mred\x1b[0m\x1b]0;title\x07 \xff\x00\x9b2J\xe2\x80\xaeb\r\n"
    done = plain.python(f"import sys\nsys.stdout.buffer.write({raw!r})")
    assert done.output == "ared \ufffd\ufffd2Jb\n"


def test_secrets_of_the_parent_do_not_leak(plain: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "very-secret-value")
    done = plain.python("import os; print(dict(os.environ)); print(open('/proc/self/environ').read())")
    assert "very-secret-value" not in done.output
    assert plain.mark in done.output


def test_no_descriptor_of_the_parent_leaks(plain: Project) -> None:
    done = plain.python("import os; print(sorted(fd for fd in map(int, os.listdir('/proc/self/fd')) if fd > 3))")
    assert done.output == "[]\n"


def test_home_and_temporary_folders_are_private_and_vanish(plain: Project) -> None:
    done = plain.python(
        "import os, tempfile, pathlib\n"
        "places = [tempfile.gettempdir(), os.path.expanduser('~'), os.environ['XDG_CACHE_HOME']]\n"
        "for place in places:\n    os.makedirs(place, exist_ok=True)\n    pathlib.Path(place, 'left').write_text('x')\n"
        "deep = pathlib.Path(tempfile.gettempdir(), 'locked')\n(deep / 'in').mkdir(parents=True)\n"
        "(deep / 'in' / 'file').write_text('x')\n(deep / 'in').chmod(0)\ndeep.chmod(0o500)\n"
        "print(*places, sep='\\n')"
    )
    assert done.ok, done.output
    assert all(place.startswith(str(plain.scratch_parent)) for place in done.output.split())
    assert list(plain.scratch_parent.iterdir()) == []


def test_writing_outside_fails_where_mounts_are_ours_and_is_reported_where_not(plain: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    done = plain.python(f"import pathlib; pathlib.Path({str(outside)!r}).write_text('touched')")
    assert ("filesystem" in done.protections) == (outside.read_text() == "untouched")
    assert ("filesystem" in done.protections) == (not done.ok)


def test_the_confinement_cannot_be_undone_from_inside(plain: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    done = plain.python(
        "import ctypes, pathlib\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"folder = {str(tmp_path)!r}.encode()\n"
        "libc.mount(b'none', b'/', b'', 32 | 4096, b'')\n"
        "libc.mount(folder, folder, b'', 4096, b'')\n"
        "libc.mount(b'none', folder, b'', 32 | 4096, b'')\n"
        "libc.unshare(0x10000000 | 0x20000)\n"
        "libc.mount(b'none', b'/', b'', 32 | 4096, b'')\n"
        "libc.umount2(b'/', 2)\n"
        f"pathlib.Path({str(outside)!r}).write_text('touched')"
    )
    if "filesystem" in done.protections:
        assert not done.ok
        assert outside.read_text() == "untouched"
    else:
        assert "no-new-privileges" in done.protections


def test_no_network_where_the_machine_can_keep_it_out_but_loopback(plain: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 3)"
        closed = plain.python(code)
        opened = plain.python(code, network=True)
    assert ("network" in closed.protections) == (not closed.ok)
    assert opened.ok, opened.output
    assert "network" not in opened.protections
    own = plain.python(
        "import socket\ns = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(s.getsockname(), 3)"
    )
    assert own.ok, own.output


def test_killing_the_parent_is_no_way_out(plain: Project) -> None:
    done = plain.python(
        "import os, signal, time\n"
        "if os.fork() == 0:\n    os.setsid()\n    time.sleep(300)\n"
        "for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):\n    os.kill(os.getppid(), number)\n"
        "print('on', flush=True)\ntime.sleep(1)\nprint('late', flush=True)",
        seconds=120,
    )
    assert done.ok == ("pid-namespace" in done.protections)
    assert plain.living() == []


def test_killing_the_supervisor_is_no_way_out(fallback: Projects) -> None:
    plain = fallback(FILES)
    done = plain.python(
        "import os, signal, time\n"
        "keeper = os.getppid()\n"
        "supervisor = int(open(f'/proc/{keeper}/stat').read().rpartition(')')[2].split()[1])\n"
        "if os.fork() == 0:\n    os.setsid()\n    time.sleep(300)\n"
        "os.kill(supervisor, signal.SIGKILL)\ntime.sleep(300)",
        seconds=120,
    )
    assert not done.ok
    assert "ended from outside" in done.output
    assert plain.living() == []


def test_a_command_that_cannot_start_is_red_and_says_so(plain: Project) -> None:
    done = plain.sandbox.run(plain.tree, ["no-such-program-anywhere"], Limits(10))
    assert done.exit_code == 127
    assert "cannot start 'no-such-program-anywhere'" in done.output


@pytest.mark.parametrize("argv", [[], [""], ["python", "-c", "print('\0')"]])
def test_words_no_process_can_have_are_refused(fallback: Projects, argv: list[str]) -> None:
    plain = fallback(FILES)
    with pytest.raises(Refused, match=r"no command|NUL"):
        plain.sandbox.run(plain.tree, argv, Limits(10))


def test_death_by_signal_is_told(plain: Project) -> None:
    done = plain.python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert done.exit_code == -11
    assert not done.ok


@pytest.mark.parametrize("named", [False, True], ids=["unnamed", "named"])
def test_the_temporary_folder_of_the_machine_is_replaced_where_possible(
    project: Projects, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    """Where PATH names a folder below it, it stays, or the programs there would be gone."""
    # The checkout must lie outside the folder that is replaced, and the interpreter too.
    home = Path(tempfile.mkdtemp(prefix="laneshift-test-", dir="/var/tmp"))
    base = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    mark = Path("/tmp") / home.name
    mark.write_text("outside")
    monkeypatch.setenv("PATH", f"/usr/bin:/bin{':/tmp' if named else ''}")
    # The private folder may lie inside: it is put back in its place.
    scratch_parent = Path(tempfile.mkdtemp(prefix="laneshift-test-", dir="/tmp"))
    try:
        plain = Projects(home, project.namespaces, home / "bytecode")(FILES, python=base, scratch_parent=scratch_parent)
        done = plain.python(f"{TOUCH}\ntouch({str(mark)!r})")
        possible = "filesystem" in done.protections and not named and not os.path.realpath(base).startswith("/tmp/")
        assert ("own /tmp" in done.protections) == possible
        reached = "filesystem" not in done.protections
        assert done.output == f"{not possible} {possible or reached}\n"
        assert mark.read_text() == ("inside" if reached else "outside")
        assert list(plain.scratch_parent.iterdir()) == []
    finally:
        mark.unlink()
        remove(home)
        remove(scratch_parent)


def test_a_run_that_nobody_waits_for_any_more_ends_at_once(fallback: Projects) -> None:
    plain, door, ended = fallback(FILES), Door(), list[BaseException]()

    def run() -> None:
        try:
            with behind(door):
                plain.python("import time; time.sleep(300)", seconds=300)
        except Shut as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert wait_until(plain.living)
    door.shut()
    thread.join(240)
    assert len(ended) == 1
    assert plain.living() == []
