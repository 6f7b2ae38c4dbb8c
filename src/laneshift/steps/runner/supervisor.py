"""The process between laneshift and the project's code. It outlives neither the run nor laneshift.

Three processes, each the parent of the next: the supervisor (here, outside), the keeper (process 1 of the run's own
process namespace where there is one) and the workload. The supervisor holds the clock and the lifeline: standard
input, whose end of file means that laneshift has died. When the run is over for any reason, every process of it is
ended before the report is written. Standard library only, and no third-party code in this interpreter. Every run
starts it, so it loads little: dataclasses, tempfile and socket would take as long as the interpreter's own start.

Standard input: one line of JSON, see `Spec`.
The report goes to the descriptor that the spec names, as one JSON object: `status` (wait status of the workload, or
null), `timed_out`, `crowded` (too many processes), `protections` and `survivors` (process ids).
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from laneshift.steps.runner import linux, namespaces, processes
from laneshift.steps.runner.removal import remove

_HEARTBEAT = 0.25
_CENSUS_SECONDS = 1.0
_ENDING_SECONDS = 5.0
_NOT_STARTED = 127
_QUIET_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


class Spec(NamedTuple):
    """What to run and within which limits. Seconds, mebibytes; paths are absolute; `parent` is laneshift's id.

    `needed` are paths that must stay visible, `hidden` those that must not be.
    `kept_open` are descriptors that the supervisor holds until the run is over, such as the lock of the checkout.
    """

    argv: list[str]
    cwd: str
    env: dict[str, str]
    marker: str
    seconds: float
    grace_seconds: float
    memory_mib: int
    file_mib: int
    processes: int
    namespaces: list[str]
    writable: list[str]
    needed: list[str]
    hidden: list[str]
    scratch: str
    parent: int
    report: int
    kept_open: list[int]


class _Run:
    """What the supervisor has seen so far."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.status: int | None = None
        self.timed_out = False
        self.orphaned = False
        self.stopping = False
        self.crowded = False
        self.next_census = 0.0


def main() -> None:
    """Run one spec from standard input to its report."""
    spec = Spec(**json.loads(_read_line(0)))
    for descriptor in (spec.report, *spec.kept_open):
        os.set_inheritable(descriptor, False)
    for number in _QUIET_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    protections = ["lifeline", "wall-clock", "memory", "file-size"]
    _try(protections, "subreaper", linux.become_subreaper)
    _try(protections, "no-new-privileges", linux.forbid_new_privileges)
    inside = namespaces.enter(frozenset(spec.namespaces))
    run, seen = _supervise(spec, inside)
    survivors = processes.end_all(spec.marker, _ENDING_SECONDS)
    if run.orphaned:
        remove(Path(spec.scratch))
    report = {
        "status": run.status,
        "timed_out": run.timed_out,
        "crowded": run.crowded,
        "protections": protections + seen,
        "survivors": sorted(survivors),
    }
    # Nobody reads the report of a run whose laneshift has died.
    with contextlib.suppress(BrokenPipeError):
        os.write(spec.report, json.dumps(report).encode())


def _supervise(spec: Spec, inside: frozenset[str]) -> tuple[_Run, list[str]]:
    control_read, control_write = os.pipe()
    status_read, status_write = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        os.close(control_write)
        os.close(status_read)
        os.close(spec.report)
        _or_exit(lambda: _keep(spec, inside, control_read, status_write))
    os.close(control_read)
    os.close(status_write)
    run = _Run(deadline=time.monotonic() + spec.seconds)
    told = b""
    while chunk := _next_chunk(spec, run, status_read, control_write):
        told += chunk
    os.kill(keeper, signal.SIGKILL)
    os.waitpid(keeper, 0)
    seen: list[str] = []
    for line in told.splitlines():
        message = json.loads(line)
        seen = message.get("protections", seen)
        run.status = message.get("status", run.status)
    return run, seen


def _next_chunk(spec: Spec, run: _Run, status: int, control: int) -> bytes:
    """Wait for the keeper's next message, while watching the clock and laneshift; empty when the run is over."""
    lifeline = [] if run.orphaned else [0]
    while True:
        left = run.deadline - time.monotonic()
        if left <= 0:
            if run.stopping:
                return b""
            run.timed_out = True
            _stop(spec, run, control)
            continue
        ready, _, _ = select.select([status, *lifeline], [], [], min(left, _HEARTBEAT))
        if status in ready:
            return os.read(status, 65536)
        if _is_crowded(spec, run):
            return b""
        if os.getppid() != spec.parent or (0 in ready and os.read(0, 4096) == b""):
            run.orphaned = True
            return b""


def _is_crowded(spec: Spec, run: _Run) -> bool:
    """Count the processes of the run once in a while: address space is limited for each, their number is not."""
    now = time.monotonic()
    if now >= run.next_census:
        run.next_census = now + _CENSUS_SECONDS
        run.crowded = len(processes.descendants(os.getpid())) > spec.processes
    return run.crowded


def _stop(spec: Spec, run: _Run, control: int) -> None:
    run.stopping = True
    run.deadline = time.monotonic() + spec.grace_seconds
    # A keeper that has just ended no longer reads; its last message is on its way.
    with contextlib.suppress(BrokenPipeError):
        os.write(control, b"T")


def _keep(spec: Spec, inside: frozenset[str], control: int, status: int) -> None:
    """The keeper: sets the scene, starts the workload, reaps everything, tells how the workload ended."""
    linux_only: list[str] = []
    _try(linux_only, "dies-with-supervisor", lambda: linux.die_with_parent(signal.SIGKILL))
    protections = [*linux_only, *_set_scene(spec, inside)]
    # Root would otherwise undo the confinement, or without one change the machine itself.
    _try(protections, "capabilities", namespaces.give_up_rights)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    _try(protections, "subreaper", linux.become_subreaper)
    workload = os.fork()
    if workload == 0:
        _or_exit(lambda: _become_workload(spec))
    _tell(status, {"protections": protections})
    while True:
        ended = processes.reap()
        if workload in ended:
            _tell(status, {"status": ended[workload]})
            return
        ready, _, _ = select.select([control, wake_read], [], [])
        if wake_read in ready:
            os.read(wake_read, 4096)
        if control in ready:
            if os.read(control, 1) == b"":
                return
            _terminate("pid" in inside)


def _set_scene(spec: Spec, inside: frozenset[str]) -> list[str]:
    held: list[str] = []
    if "net" in inside:
        held.append("network")
        _try(held, "loopback", linux.raise_loopback)
    if "ipc" in inside:
        held.append("ipc")
    if "mount" in inside:
        _try(held, "mounts", namespaces.own_mounts)
    if "mounts" in held:
        if "pid" in inside:
            _try(held, "pid-namespace", namespaces.mount_proc)
        _try(held, "filesystem", lambda: _confine(spec, held))
    return held


def _confine(spec: Spec, held: list[str]) -> None:
    covered = namespaces.own_temporary(Path(spec.scratch), spec.needed)
    if "network" in held:
        namespaces.hide_sockets([*spec.needed, *spec.writable])
    if spec.hidden:
        _try(held, "users-secrets", lambda: namespaces.hide(spec.hidden, [*spec.needed, *spec.writable]))
    namespaces.confine_writes(spec.writable, covered, spec.memory_mib)
    held.extend(f"own {place}" for place in covered)


def _terminate(own_namespace: bool) -> None:
    if own_namespace:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGTERM)
        return
    processes.signal_all(processes.descendants(os.getpid()), signal.SIGTERM)


def _become_workload(spec: Spec) -> None:
    for number in (*_QUIET_SIGNALS, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    os.umask(0o022)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(spec.cwd)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, spec.file_mib << 20)
    _limit(resource.RLIMIT_AS, spec.memory_mib << 20)
    # Under memory pressure the kernel should end the run, not laneshift. Where the file is missing it decides alone.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    try:
        os.execvpe(spec.argv[0], spec.argv, spec.env)  # noqa: S606 - no shell is the point: an argument list
    except OSError as error:
        os.write(2, f"laneshift: cannot start {spec.argv[0]!r}: {error.strerror}\n".encode())


def _limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (allowed, allowed))


def _or_exit(action: Callable[[], None]) -> NoReturn:
    """Run the body of a forked child; never return into the parent's code."""
    code = _NOT_STARTED
    try:
        action()
    except Exception as error:  # noqa: BLE001 - a forked child reports here and nowhere else
        os.write(2, f"laneshift: the run could not be set up: {error!r}\n".encode())
    finally:
        os._exit(code)


def _try(held: list[str], name: str, action: Callable[[], None]) -> None:
    """Add `name` to what holds, if the kernel allows `action`; its absence is then reported, not hidden."""
    try:
        action()
    except OSError:
        return
    held.append(name)


def _tell(status: int, message: dict[str, Any]) -> None:
    os.write(status, json.dumps(message).encode() + b"\n")


def _read_line(file: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(file, 65536)
        if not chunk:
            raise SystemExit("laneshift: the supervisor was given no spec")
        line += chunk
    return line
