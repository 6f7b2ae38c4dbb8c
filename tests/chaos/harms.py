"""What each kind of harm does to a scene: some change how the command is started, the others strike while it works."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from tests.chaos.rounds import Harm
from tests.chaos.scene import Scene, signal_all
from tests.chaos.small_disk import can_mount, small_disk
from tests.chaos.stages import GROWING
from tests.runs.engine.servers import Cluster

LEASE_SECONDS = 3.0
_DAY = 86_400
_LOCKS = (".git/index.lock", ".git/refs/heads/main.lock", ".git/packed-refs.lock", ".git/HEAD.lock")
_LOWEST_LIMIT = 1 << 18
_LEAST_ROOM = 1 << 18


@contextmanager
def lasting(scene: Scene, harm: Harm) -> Iterator[Callable[[], None]]:
    """A harm that is there from before the command starts. Gives what ends it, as a person would."""
    with _LASTING[harm.kind](scene, harm) as lift:
        yield lift


def strike(scene: Scene, harm: Harm, cluster: Cluster | None) -> Callable[[], None]:
    """A harm that comes while the command works. Gives what ends it, as a person would."""
    if harm.kind == "database":
        assert cluster is not None
        return _restart(cluster, harm)
    return _STRIKING[harm.kind](scene, harm)


def _nothing() -> None:
    """What ends by itself."""


@contextmanager
def _point(scene: Scene, harm: Harm) -> Iterator[Callable[[], None]]:
    number = 1 + int(harm.at * (scene.stage.records - 1))
    scene.fate += ["--die", ("before", "after")[harm.way % 2], str(number)]
    yield _nothing


@contextmanager
def _disk(scene: Scene, harm: Harm) -> Iterator[Callable[[], None]]:
    """No room in the state folder, among the objects, or in the folder for temporary files."""
    name = ("state", "objects", "temporary")[harm.way % 3]
    if not can_mount():
        scene.fate += ["--file-bytes", str(_LOWEST_LIMIT + int(harm.much * _LOWEST_LIMIT))]
        yield _nothing
        return
    folder = scene.path / GROWING[name] if name in GROWING else scene.path.with_name(f"{scene.path.name}.temporary")
    if name == "temporary":
        scene.env["TMPDIR"] = str(folder)
    room = int(harm.much * max(1.1 * scene.stage.grown.get(name, 1 << 20), _LEAST_ROOM))
    with small_disk(folder, room) as free:
        yield free


@contextmanager
def _clock(scene: Scene, harm: Harm) -> Iterator[Callable[[], None]]:
    """The time of day jumps in the middle; each process has a time since boot, and a date, of its own."""
    days = int((harm.much - 0.5) * 800)
    scene.fate += ["--jump", str(1 + int(harm.at * scene.stage.records)), str(days * _DAY)]
    if can_shift_boot():
        shift = str(1000 + harm.way * 1000)
        scene.wrapped = ["unshare", "--time", "--fork", "--kill-child", "--monotonic", shift, "--boottime", shift]

    def later() -> None:
        scene.env["SOURCE_DATE_EPOCH"] = str(1_700_000_000 - days * _DAY)
        scene.wrapped = []

    yield later


def can_shift_boot() -> bool:
    """Whether processes can be given another monotonic clock here."""
    command = ["unshare", "--time", "--fork", "--monotonic", "1000", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _kill(scene: Scene, harm: Harm) -> Callable[[], None]:
    """The command alone; one time in three everything that it has started as well."""
    assert scene.main is not None
    if harm.way % 3 == 0 or scene.wrapped:
        signal_all(scene.main, signal.SIGKILL)
    else:
        scene.main.kill()
    return _nothing


def _pause(scene: Scene, harm: Harm) -> Callable[[], None]:
    """Everything of the command stands still while another process tries; on PostgreSQL for longer than a lease."""
    assert scene.main is not None
    shared = "LANESHIFT_DATABASE_URL" in scene.env
    signal_all(scene.main, signal.SIGSTOP)
    try:
        other = _rival(scene, harm)
        try:
            other.wait(harm.much * (LEASE_SECONDS + 3 if shared else 2))
        except subprocess.TimeoutExpired:
            return _nothing
    finally:
        signal_all(scene.main, signal.SIGCONT)
    return _nothing


def _two(scene: Scene, harm: Harm) -> Callable[[], None]:
    _rival(scene, harm)
    return _nothing


def _rival(scene: Scene, harm: Harm) -> subprocess.Popen[str]:
    """Another process that wants to work."""
    if "LANESHIFT_DATABASE_URL" in scene.env and harm.way % 4:
        return scene.beside("worker", "--json")
    if harm.way % 2:
        return scene.beside(*scene.stage.command, "--json")
    return scene.beside("resume", "-j", "1", "--json")


def _lock(scene: Scene, harm: Harm) -> Callable[[], None]:
    """A git that was killed in someone's hands leaves its lock; a person removes it when git says so."""
    path = scene.path / _LOCKS[harm.way % len(_LOCKS)]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return _nothing  # a git of ours has it at this very moment

    def person() -> None:
        path.unlink(missing_ok=True)

    return person


def _restart(cluster: Cluster, harm: Harm) -> Callable[[], None]:
    """The server goes, orderly or not, and comes back."""
    cluster.stop((signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)[harm.way % 3])
    time.sleep(harm.much * 2 * LEASE_SECONDS)
    cluster.start()
    return _nothing


_LASTING = {"point": _point, "disk": _disk, "clock": _clock}
_STRIKING: Mapping[str, Callable[[Scene, Harm], Callable[[], None]]] = {
    "kill": _kill,
    "pause": _pause,
    "lock": _lock,
    "two": _two,
}
LASTING = frozenset(_LASTING)
