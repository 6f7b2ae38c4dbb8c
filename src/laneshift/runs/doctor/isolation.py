"""Which protections hold when the project's own tests run, as trials on this machine have shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from laneshift.runs.doctor.row import Row, Status
from laneshift.steps.runner.capabilities import Capability

_STOPS = frozenset({"processes", "time", "memory"})
"""Without these a test can take the machine with it; without the others it can see or touch more than it should."""

_WHY = {
    "namespaces": "tests run as plain processes, so the network and files outside are open to them",
    "processes": "a test can leave processes behind",
    "time": "a test that never ends keeps the run for ever",
    "memory": "a test can take all memory of the machine",
    "network": "a test can reach the network",
    "loopback": "tests that start servers of their own cannot reach them",
    "filesystem": "a test can write outside its checkout",
    "temporary": "tests that write to fixed names in the temporary folder meet each other",
    "privileges": "a test can gain rights by programs that have them",
}
_SWITCHES = {
    "kernel/unprivileged_userns_clone": ("0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
    "kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "user/max_user_namespaces": ("0", "sudo sysctl -w user.max_user_namespaces=15000"),
}


@dataclass(frozen=True, slots=True)
class Kernel:
    """The switches of the kernel that keep a user from making namespaces: the ones that are set so, by their cure."""

    closed: tuple[str, ...] = ()
    linux: bool = True


def read_kernel(proc_sys: Path = Path("/proc/sys")) -> Kernel:
    """The switches as they stand now."""
    closed = []
    for name, (value, cure) in _SWITCHES.items():
        path = proc_sys / name
        if path.is_file() and path.read_text("ascii", "replace").strip() == value:
            closed.append(cure)
    return Kernel(tuple(closed), proc_sys.is_dir())


def isolation_rows(found: Iterable[Capability], kernel: Kernel) -> list[Row]:
    """One row for each protection that was tried."""
    return [_row(each, kernel) for each in found]


def _row(found: Capability, kernel: Kernel) -> Row:
    check = f"isolation: {found.name}"
    if found.holds:
        return Row(check, "ok", found.why)
    status: Status = "fail" if found.name in _STOPS else "warn"
    cure, command = way_out(kernel)
    return Row(check, status, found.why, _WHY.get(found.name, ""), cure, command=command)


def way_out(kernel: Kernel) -> tuple[str, str]:
    """What opens namespaces to this user, in words, and as a command: one that opens them, a container that has them,
    or what makes the kernel say itself what is against them."""
    if kernel.closed:
        opens = " && ".join(kernel.closed)
        return opens, opens
    if not kernel.linux:
        container = 'docker run --rm -it --privileged -v "$PWD:/repository" -w /repository python:3.12 bash'
        return "run laneshift on Linux, or in a container that runs it", container
    cure = "in a container, allow `unshare` and `mount`: --security-opt seccomp=unconfined, or --privileged"
    return cure, "unshare --user --map-root-user --mount --pid --net --fork true"
