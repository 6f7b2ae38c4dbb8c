"""What this machine can hold a run to. Every answer comes from trying it, never from a version or a file's presence."""

from __future__ import annotations

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

from laneshift.gates.sandbox import Limits
from laneshift.steps.runner import launch, processes, scratch
from laneshift.steps.runner.environment import paths_named

_CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("user", "pid", "net", "mount", "ipc"),
    ("pid", "net", "mount", "ipc"),
    ("user", "net", "mount", "ipc"),
    ("user", "net"),
)
_SHOWN_BY = {"net": "network", "pid": "pid-namespace", "mount": "filesystem", "ipc": "ipc"}
_PROBE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Capability:
    """One protection: its name, whether it holds on this machine, and what was seen."""

    name: str
    holds: bool
    why: str


@cache
def namespaces() -> tuple[str, ...]:
    """The largest set of namespaces in which a process could really be started here; empty where there is none."""
    for candidate in _CANDIDATES:
        with _trial_folder() as folder:
            result = launch.run(_job(candidate, folder, "pass", []), Limits(_PROBE_SECONDS))
        if result.ok and all(_SHOWN_BY.get(name, "lifeline") in result.protections for name in candidate):
            return candidate
    return ()


def capabilities(wanted: Sequence[str] | None = None) -> tuple[Capability, ...]:
    """Try to break out of a run in every way that is guarded, and say what happened. Takes about a second.

    `wanted` are the namespaces to try in; None is what runs use on this machine.
    """
    chosen = namespaces() if wanted is None else tuple(wanted)
    with _trial_folder() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        outside = folder / "outside"
        outside.write_text("untouched", "ascii")
        (folder / "inside").mkdir()
        port = str(listener.getsockname()[1])
        job = _job(chosen, folder / "inside", _BREAKOUT, [str(outside), port])
        result = launch.run(job, Limits(_PROBE_SECONDS, memory_mib=_PROBE_MIB))
        survivors = processes.marked(job.marker)
        touched = outside.read_text("ascii") != "untouched"
    seen = _parse(result.output)
    if seen is None:
        why = f"the trial did not run: {result.output[-300:].strip() or result.exit_code}"
        return tuple(Capability(name, holds=False, why=why) for name in _NAMES)
    return (
        Capability("processes", not survivors, f"a detached child left {len(survivors)} process(es) behind"),
        Capability("memory", seen["memory"] == "MemoryError", f"allocating beyond the limit gave {seen['memory']}"),
        Capability("network", seen["network"] != "reached", f"a listener outside was {seen['network']}"),
        Capability("loopback", seen["loopback"] == "reached", f"a listener inside was {seen['loopback']}"),
        Capability("filesystem", not touched, f"writing outside the checkout gave {seen['filesystem']}"),
        Capability("privileges", "no-new-privileges" in result.protections, "set-user-id programs gain nothing"),
    )


_NAMES = ("processes", "memory", "network", "loopback", "filesystem", "privileges")
_PROBE_MIB = 512
_BREAKOUT = """
import json, os, socket, sys, time
outside, port = sys.argv[1], int(sys.argv[2])
def attempt(action):
    try:
        return action() or "reached"
    except (OSError, MemoryError) as error:
        return type(error).__name__ if isinstance(error, MemoryError) else os.strerror(error.errno or 0)
def connect(target):
    socket.create_connection(("127.0.0.1", target), 2).close()
def write():
    with open(outside, "w") as file:
        file.write("touched")
def inside():
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect(server.getsockname()[1])
seen = {
    "memory": attempt(lambda: bytearray(1 << 30) and "allowed"),
    "network": attempt(lambda: connect(port)),
    "loopback": attempt(inside),
    "filesystem": attempt(write),
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
        env={"PATH": os.defpath, processes.MARKER: marker},
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
        scratch.remove(folder)
