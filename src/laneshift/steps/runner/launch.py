"""Starting a supervisor, reading what its run prints, and taking its report. The only door to processes here."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from laneshift.gates.sandbox import Limits, RunResult
from laneshift.repo.doors import until_shut
from laneshift.repo.write_all import write_all
from laneshift.steps.runner import processes
from laneshift.steps.runner.output import Middle
from laneshift.steps.runner.report import Report, read
from laneshift.steps.runner.supervisor import Spec, sent

GRACE_SECONDS = 2.0
FILE_MIB = 2048
PROCESSES = 2048
_OVERTIME_SECONDS = 15.0
_DRAIN_SECONDS = 1.0
_NO_STATUS = -9
_PACKAGE_ROOT = str(Path(__file__).parents[3])
_START = (
    "import os, sys; sys.path.insert(0, sys.argv.pop()); from laneshift.steps.runner.supervisor import main; main()"
    # Its report is out and nothing waits in a buffer: taking the interpreter down takes a quarter of its start.
    "; os._exit(0)"
)


def _nothing() -> None:
    """What there is to do when nobody waits."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a run is given besides its words. `descriptors` are inherited by it under their numbers.

    `started` is called once they are, or will never be. When the descriptor `until` becomes readable or has no writer
    any more, the run is ended.
    """

    descriptors: tuple[int, ...] = ()
    started: Callable[[], None] = _nothing
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One command with its place: absolute paths, a full environment, and the namespaces to ask for."""

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    marker: str
    scratch: Path
    writable: Sequence[Path]
    namespaces: Sequence[str]
    needed: Sequence[Path] = ()
    hidden: Sequence[Path] = ()
    grace_seconds: float = GRACE_SECONDS
    kept_open: Sequence[int] = ()
    handed: Handed = Handed()


def run(job: Job, limits: Limits) -> RunResult:
    """Run `job` to its end, or to its limits, and leave no process of it behind.

    It ends early, and `Shut` is raised, when nobody waits for this thread any more.
    """
    with until_shut() as shut:
        return _run(job, limits, [each for each in (job.handed.until, shut) if each is not None])


def _run(job: Job, limits: Limits, until: Sequence[int]) -> RunResult:
    began = time.monotonic()
    report_read, report_write = os.pipe()
    try:
        process = _start(_spec(job, limits, report_write), job.handed.descriptors)
    except BaseException:
        os.close(report_read)
        raise
    finally:
        os.close(report_write)
        job.handed.started()
    output, report = Middle(), None
    try:
        deadline = began + limits.seconds + job.grace_seconds + _OVERTIME_SECONDS
        report = read(_listen(process, report_read, output, deadline, until))
    finally:
        os.close(report_read)
        _end(process, job.marker, told=report is not None)
    return _result(report, process.returncode, output, time.monotonic() - began)


def _spec(job: Job, limits: Limits, report: int) -> Spec:
    return Spec(
        argv=list(job.argv),
        cwd=str(job.cwd),
        env=dict(job.env),
        marker=job.marker,
        seconds=limits.seconds,
        grace_seconds=job.grace_seconds,
        memory_mib=limits.memory_mib,
        file_mib=FILE_MIB,
        processes=PROCESSES,
        namespaces=list(job.namespaces),
        writable=[str(path) for path in job.writable],
        needed=[str(path) for path in job.needed],
        hidden=[str(path) for path in job.hidden],
        scratch=str(job.scratch),
        parent=os.getpid(),
        report=report,
        kept_open=list(job.kept_open),
    )


def _start(spec: Spec, handed: Sequence[int]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-c", _START, _PACKAGE_ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={},
        cwd="/",
        pass_fds=(spec.report, *spec.kept_open, *handed),
        start_new_session=True,
        bufsize=0,
    )
    if process.stdin is not None:
        _send(process.stdin.fileno(), sent(spec))
    return process


def _send(lifeline: int, data: bytes) -> None:
    """Write the spec and keep the pipe open: while it is, laneshift lives."""
    # A supervisor that died at once is told by its missing report.
    with contextlib.suppress(BrokenPipeError):
        write_all(lifeline, data)


def _listen(
    process: subprocess.Popen[bytes], report: int, output: Middle, deadline: float, until: Sequence[int]
) -> bytes:
    """Read output and report until both have ended; a report that never comes is empty."""
    told, stdout = b"", process.stdout
    if stdout is None:
        return told
    with selectors.DefaultSelector() as selector:
        selector.register(report, selectors.EVENT_READ)
        selector.register(stdout, selectors.EVENT_READ)
        waiting = {report, stdout.fileno()}
        for ending in until:
            selector.register(ending, selectors.EVENT_READ)
        while waiting:
            for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                if key.fd in until:
                    selector.unregister(key.fileobj)
                    _cut_lifeline(process)
                    continue
                chunk = os.read(key.fd, 1 << 16)
                if key.fd != report:
                    output.feed(chunk)
                told += chunk if key.fd == report else b""
                if chunk:
                    continue
                selector.unregister(key.fileobj)
                waiting.discard(key.fd)
                if key.fd == report:
                    # A process that escaped could hold the output open for ever.
                    deadline = min(deadline, time.monotonic() + _DRAIN_SECONDS)
            if time.monotonic() >= deadline:
                break
    return told


def _cut_lifeline(process: subprocess.Popen[bytes]) -> None:
    """What the supervisor takes for the death of laneshift: it ends every process of the run, and reports."""
    if process.stdin is not None:
        process.stdin.close()


def _end(process: subprocess.Popen[bytes], marker: str, *, told: bool) -> None:
    """Let the supervisor go; when it left without a report, do its work."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(_OVERTIME_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if not told:
        processes.end_marked(marker, _OVERTIME_SECONDS)


def _result(report: Report | None, supervisor_status: int | None, output: Middle, seconds: float) -> RunResult:
    if report is None:
        text = f"{output.text()}\nlaneshift: the supervisor was ended from outside (status {supervisor_status})"
        return RunResult(_NO_STATUS, text, seconds)
    protections = [*report.protections, "private-tmp", "environment"]
    text = output.text()
    if report.crowded:
        text += f"\nlaneshift: ended because it had more than {PROCESSES} processes"
    if report.survivors:
        text += f"\nlaneshift: these processes could not be ended: {report.survivors}"
    elif report.status is not None or "pid-namespace" in protections:
        protections.append("no-survivors")
    status = _NO_STATUS if report.status is None else os.waitstatus_to_exitcode(report.status)
    return RunResult(status, text, seconds, report.timed_out, tuple(sorted(set(protections))))
