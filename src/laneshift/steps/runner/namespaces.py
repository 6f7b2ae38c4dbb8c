"""What a run may see and change, on Linux: its own users, processes, network and mounts.

Each step either holds or raises `OSError`; the caller reports what held. None of it needs root.
"""

from __future__ import annotations

import os

from laneshift.steps.runner import linux

FLAGS = {
    "user": linux.CLONE_NEWUSER,
    "pid": linux.CLONE_NEWPID,
    "net": linux.CLONE_NEWNET,
    "mount": linux.CLONE_NEWNS,
    "ipc": linux.CLONE_NEWIPC,
}
"""The names by which a spec asks for namespaces."""

# What suites that run as root expect of root, none of which reaches beyond the mounts that are left writable:
# CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID.
_KEPT_CAPABILITIES = frozenset({0, 1, 3, 4, 5, 6, 7})

_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - hidden by private folders, never written to
_SOCKETS = "/run"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a private file system is mounted on it, nothing is created in it by name


def enter(names: frozenset[str]) -> frozenset[str]:
    """Put this process into the named namespaces and return those it is in: all, or none where the kernel says no.

    `mount` is only promised here: `own_mounts` makes it, in the process that mounts. Raises `OSError` when the ids of
    the user cannot be mapped, because such a half-made namespace must not run anything.
    """
    flags = 0
    for name in names - {"mount"}:
        flags |= FLAGS[name]
    user, group = os.geteuid(), os.getegid()
    try:
        linux.unshare(flags)
    except OSError:
        return frozenset()
    if "user" in names:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    return names


def own_mounts() -> None:
    """Give this process a copy of the mount table that nobody else sees changes of."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)


def mount_proc() -> None:
    """Show only the processes of this process namespace under `/proc`."""
    linux.mount("proc", "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)


def own_temporary(scratch: str, needed: list[str]) -> list[str]:
    """Put folders of the run's own over `/tmp` and `/var/tmp`, where tests write by name; return those covered.

    One that holds something in `needed` stays as it is; `scratch`, the run's private folder, is put back in its place.
    """
    covered = []
    for number, place in enumerate(_TEMPORARY):
        if _is_free(place, needed):
            own = f"{scratch}/shared-{number}"
            os.mkdir(own)
            os.chmod(own, 0o1777)  # noqa: S103 - as the folders that it covers
            _cover(place, own, scratch)
            covered.append(place)
    return covered


def hide_sockets(needed: list[str]) -> None:
    """Hide `/run`, where services of the machine listen: a network namespace does not keep a path from being opened."""
    if _is_free(_SOCKETS, needed):
        linux.mount("tmpfs", _SOCKETS, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=16m,mode=755")


def hide(paths: list[str], needed: list[str]) -> None:
    """Make folders empty and files nothing, such as those with a user's keys. One that holds something needed stays."""
    for path in paths:
        if _is_free(path, needed):
            linux.mount("tmpfs", path, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=1m,mode=700")
        elif os.path.isfile(path) and not os.path.islink(path):
            linux.mount(os.devnull, path, "", linux.MS_BIND)


def confine_writes(writable: list[str], covered: list[str], memory_mib: int) -> None:
    """Make every mount read-only except `writable` folders and `covered` mounts; shared memory is private, limited."""
    for folder in writable:
        linux.mount(folder, folder, "", linux.MS_BIND | linux.MS_REC)
    private_memory = _private_shared_memory(memory_mib)
    linux.set_read_only("/", read_only=True, recursive=True)
    for folder in [*writable, *covered, *private_memory]:
        linux.set_read_only(folder, read_only=False, recursive=False)


def give_up_rights() -> None:
    """Keep no capability that could undo the confinement."""
    linux.drop_capabilities(_KEPT_CAPABILITIES)


def _is_free(place: str, needed: list[str]) -> bool:
    is_folder = os.path.isdir(place) and not os.path.islink(place)
    return is_folder and not any(_is_within(path, place) for path in needed)


def _is_within(path: str, place: str) -> bool:
    return f"{path}/".startswith(f"{place.rstrip('/')}/")


def _cover(place: str, own: str, scratch: str) -> None:
    # Once covered, the private folder can be reached through this descriptor alone.
    handle = os.open(scratch, os.O_PATH)
    try:
        linux.mount(own, place, "", linux.MS_BIND)
        if _is_within(scratch, place):
            os.makedirs(scratch)
            linux.mount(f"/proc/self/fd/{handle}", scratch, "", linux.MS_BIND)
    finally:
        os.close(handle)


def _private_shared_memory(memory_mib: int) -> list[str]:
    if not os.path.isdir(_SHARED_MEMORY):
        return []
    options = f"size={memory_mib}m,mode=1777"
    linux.mount("tmpfs", _SHARED_MEMORY, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    return [_SHARED_MEMORY]
