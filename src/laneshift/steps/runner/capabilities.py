"""What this machine can hold a run to. Every answer comes from trying it, never from a version or a file's presence."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock, Thread

from laneshift.gates.sandbox import Limits
from laneshift.steps.runner import launch, processes
from laneshift.steps.runner.environment import paths_named
from laneshift.steps.runner.removal import remove

_CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("user", "pid", "net", "mount", "ipc"),
    ("pid", "net", "mount", "ipc"),
    ("user", "net", "mount", "ipc"),
    ("user", "net"),
)
_SHOWN_BY = {"net": "network", "pid": "pid-namespace", "mount": "filesystem", "ipc": "ipc"}
_PROBE_SECONDS = 20.0
_SHORT_SECONDS = 0.5
_SHARED = Path("/tmp")  # noqa: S108 - a file of a random name is tried there, and removed


@dataclass(frozen=True, slots=True)
class Capability:
    """One protection: its name, whether it holds on this machine, and what was seen."""

    name: str
    holds: bool
    why: str


_asking = Lock()


def namespaces() -> tuple[str, ...]:
    """The largest set of namespaces in which a process could really be started here; empty where there is none."""
    with _asking:  # the sessions of a divided suite all ask at once, and one trial answers them
        return _found()


def foresee() -> None:
    """Begin to find out what `namespaces` will be asked soon, beside what else there is to do until then."""
    # No daemon: what the trial made is cleared away even where the program has an early end.
    Thread(target=_quietly, name="laneshift-namespaces").start()


def _quietly() -> None:
    # Who asks in earnest meets the same error, and can tell it.
    with contextlib.suppress(Exception):
        namespaces()


@cache
def _found() -> tuple[str, ...]:
    for candidate in _CANDIDATES:
        with _trial_folder() as folder:
            result = launch.run(_job(candidate, folder, "pass", []), Limits(_PROBE_SECONDS))
        if result.ok and all(_SHOWN_BY.get(name, "lifeline") in result.protections for name in candidate):
            return candidate
    return ()


def capabilities(wanted: Sequence[str] | None = None, everybodys: Path = _SHARED) -> tuple[Capability, ...]:
    """Try to break out of a run in every way that is guarded, and say what happened. Takes about two seconds.

    `wanted` are the namespaces to try in; None is what runs use on this machine. `everybodys` is a folder that other
    programs see too: the trial writes a file there, and removes it.
    """
    chosen = namespaces() if wanted is None else tuple(wanted)
    shared = everybodys / f"laneshift-trial-{secrets.token_hex(8)}"
    with _trial_folder() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        outside = folder / "outside"
        outside.write_text("untouched", "ascii")
        (folder / "inside" / "tmp").mkdir(parents=True)
        port = str(listener.getsockname()[1])
        job = _job(chosen, folder / "inside", _BREAKOUT, [str(outside), port, str(shared)])
        result = launch.run(job, Limits(_PROBE_SECONDS, memory_mib=_PROBE_MIB))
        survivors = processes.marked(job.marker)
        touched = outside.read_text("ascii") != "untouched"
        slow = launch.run(_job(chosen, folder / "inside", _SLEEP, []), Limits(_SHORT_SECONDS))
    leaked = shared.exists()
    shared.unlink(missing_ok=True)
    seen = _parse(result.output)
    if seen is None:
        why = f"the trial did not run: {result.output[-300:].strip() or result.exit_code}"
        return tuple(Capability(name, holds=False, why=why) for name in _NAMES)
    told = "was seen by everybody" if leaked else "stayed with the run"
    ended = f"a run of {_SHORT_SECONDS} s that slept was {'ended' if slow.timed_out else 'not ended'}"
    private = seen["temporary"] == "private" and not leaked
    return (
        Capability("namespaces", bool(chosen), f"runs start in: {', '.join(chosen) or 'none'}"),
        Capability("processes", not survivors, f"a detached child left {len(survivors)} process(es) behind"),
        Capability("time", slow.timed_out, ended),
        Capability("memory", seen["memory"] == "MemoryError", f"allocating beyond the limit gave {seen['memory']}"),
        Capability("network", seen["network"] != "reached", f"a listener outside was {seen['network']}"),
        Capability("loopback", seen["loopback"] == "reached", f"a listener inside was {seen['loopback']}"),
        Capability("filesystem", not touched, f"writing outside the checkout gave {seen['filesystem']}"),
        Capability("temporary", private, f"TMPDIR is {seen['temporary']}, a file written to {everybodys} {told}"),
        Capability("privileges", "no-new-privileges" in result.protections, "set-user-id programs gain nothing"),
    )


_NAMES = (
    "namespaces",
    "processes",
    "time",
    "memory",
    "network",
    "loopback",
    "filesystem",
    "temporary",
    "privileges",
)
_SLEEP = "import time; time.sleep(60)"
_PROBE_MIB = 512
_BREAKOUT = """
import json, os, socket, sys, tempfile, time
outside, port, shared = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def attempt(action):
    try:
        return action() or "reached"
    except (OSError, MemoryError) as error:
        return type(error).__name__ if isinstance(error, MemoryError) else os.strerror(error.errno or 0)
def connect(target):
    socket.create_connection(("127.0.0.1", target), 2).close()
def write(path):
    with open(path, "w") as file:
        file.write("touched")
def temporary():
    own = os.path.join(os.getcwd(), "tmp")
    with tempfile.NamedTemporaryFile() as file:
        return "private" if file.name.startswith(own + os.sep) else "shared"
def inside():
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect(server.getsockname()[1])
seen = {
    "memory": attempt(lambda: bytearray(1 << 30) and "allowed"),
    "network": attempt(lambda: connect(port)),
    "loopback": attempt(inside),
    "filesystem": attempt(lambda: write(outside)),
    "shared": attempt(lambda: write(shared)),
    "temporary": attempt(temporary),
}
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
os.wait()
print(json.dumps(seen))
"""


def _parse(output: str) -> dict[str, str] | None:
    lines = output.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _job(chosen: Sequence[str], folder: Path, code: str, words: Sequence[str]) -> launch.Job:
    marker = secrets.token_hex(16)
    return launch.Job(
        argv=[sys.executable, "-I", "-S", "-c", code, *words],
        cwd=folder,
        env={"PATH": os.defpath, "TMPDIR": str(folder / "tmp"), processes.MARKER: marker},
        marker=marker,
        scratch=folder,
        writable=[folder],
        namespaces=chosen,
        needed=[*paths_named(sys.executable, {}), Path(__file__)],
    )


@contextmanager
def _trial_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="laneshift-")).resolve()
    try:
        yield folder
    finally:
        remove(folder)
