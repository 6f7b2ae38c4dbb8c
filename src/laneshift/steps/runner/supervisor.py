"""The process between laneshift and the project's code. It outlives neither the run nor laneshift.

Three processes, each the parent of the next: the supervisor (here, outside), the keeper (process 1 of the run's own
process namespace where there is one) and the workload. The supervisor holds the clock and the lifeline: standard
input, whose end of file means that laneshift has died. When the run is over for any reason, every process of it is
ended before the report is written. Standard library only, and no third-party code in this interpreter. Every run
starts it, so it loads little: typing, pathlib, json, contextlib and signal took twice as long as the interpreter.

Standard input: the fields of a `Spec`, as `sent` by whoever starts this.
The report goes to the descriptor that the spec names.
"""

from __future__ import annotations

import _signal as signal  # without the names of signals as an enumeration
import marshal
import os
import resource
import select
import time
from _collections_abc import Callable  # what `collections.abc` is, without loading `collections`

from laneshift.steps.runner import linux, namespaces, processes
from laneshift.steps.runner.ignoring import Ignoring
from laneshift.steps.runner.removal import remove
from laneshift.steps.runner.report import Report, by_name, written

_HEARTBEAT = 0.25
_CENSUS_SECONDS = 1.0
_ENDING_SECONDS = 5.0
_NOT_STARTED = 127
_LENGTH_BYTES = 8
_QUIET_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


class Spec:
    """What to run and within which limits. Seconds, mebibytes; paths are absolute; `parent` is laneshift's id.

    `needed` are paths that must stay visible, `hidden` those that must not be.
    `kept_open` are descriptors that the supervisor holds until the run is over, such as the lock of the checkout.
    """

    def __init__(
        self,
        *,
        argv: list[str],
        cwd: str,
        env: dict[str, str],
        marker: str,
        seconds: float,
        grace_seconds: float,
        memory_mib: int,
        file_mib: int,
        processes: int,
        namespaces: list[str],
        writable: list[str],
        needed: list[str],
        hidden: list[str],
        scratch: str,
        parent: int,
        report: int,
        kept_open: list[int],
    ) -> None:
        self.argv = argv
        self.cwd = cwd
        self.env = env
        self.marker = marker
        self.seconds = seconds
        self.grace_seconds = grace_seconds
        self.memory_mib = memory_mib
        self.file_mib = file_mib
        self.processes = processes
        self.namespaces = namespaces
        self.writable = writable
        self.needed = needed
        self.hidden = hidden
        self.scratch = scratch
        self.parent = parent
        self.report = report
        self.kept_open = kept_open


def sent(spec: Spec) -> bytes:
    """The spec for the standard input of a supervisor that the same interpreter runs: its length, then its fields."""
    fields = marshal.dumps(vars(spec))
    return len(fields).to_bytes(_LENGTH_BYTES) + fields


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
    spec = Spec(**marshal.loads(_read(0, int.from_bytes(_read(0, _LENGTH_BYTES)))))  # noqa: S302 - of our own parent
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
        remove(spec.scratch)
    report = Report(
        run.status,
        timed_out=run.timed_out,
        crowded=run.crowded,
        protections=protections + seen,
        survivors=sorted(survivors),
    )
    # Nobody reads the report of a run whose laneshift has died.
    with Ignoring(BrokenPipeError):
        os.write(spec.report, written(report))


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
    said = by_name(told.decode("utf-8", "replace").split("\n"))
    if "status" in said:
        run.status = int(said["status"][-1])
    return run, said.get("protection", [])


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
    with Ignoring(BrokenPipeError):
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
    _tell(status, *(f"protection {name}" for name in protections))
    while True:
        ended = processes.reap()
        if workload in ended:
            _tell(status, f"status {ended[workload]}")
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
    covered = namespaces.own_temporary(spec.scratch, spec.needed)
    if "network" in held:
        namespaces.hide_sockets([*spec.needed, *spec.writable])
    if spec.hidden:
        _try(held, "users-secrets", lambda: namespaces.hide(spec.hidden, [*spec.needed, *spec.writable]))
    namespaces.confine_writes(spec.writable, covered, spec.memory_mib)
    held.extend(f"own {place}" for place in covered)


def _terminate(own_namespace: bool) -> None:
    if own_namespace:
        with Ignoring(ProcessLookupError):
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
    with Ignoring(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")
    try:
        os.execvpe(spec.argv[0], spec.argv, spec.env)  # noqa: S606 - no shell is the point: an argument list
    except OSError as error:
        os.write(2, f"laneshift: cannot start {spec.argv[0]!r}: {error.strerror}\n".encode())


def _limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (allowed, allowed))


def _or_exit(action: Callable[[], None]) -> None:
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


def _tell(status: int, *lines: str) -> None:
    os.write(status, "".join(f"{line}\n" for line in lines).encode())


def _read(file: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = os.read(file, count - len(data))
        if not chunk:
            raise SystemExit("laneshift: the supervisor was given no spec")
        data += chunk
    return data
