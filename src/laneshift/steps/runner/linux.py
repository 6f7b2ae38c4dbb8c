"""The few Linux system calls that isolation needs and Python's standard library lacks.

Every function raises `OSError` with the kernel's errno; on a system without the call, with ENOSYS.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
import sys

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000

_PR_SET_PDEATHSIG = 1
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_LAST_CAPABILITY = "/proc/sys/kernel/cap_last_cap"

_SYS_MOUNT_SETATTR = 442
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_MOUNT_ATTR_RDONLY = 0x1

_AF_INET = 2
_SOCK_DGRAM = 2
_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1

_LIBRARY = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def unshare(flags: int) -> None:
    """Put this process (for `CLONE_NEWPID`: its next children) into new namespaces. One thread only."""
    _call("unshare", flags)


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount `source` on `target`; both are paths or, where the kind needs none, any word."""
    _call("mount", os.fsencode(source), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), data.encode())


def set_read_only(path: str, *, read_only: bool, recursive: bool) -> None:
    """Forbid or allow writing through the mount at `path`, and through all mounts below it when `recursive`."""
    fields = (_MOUNT_ATTR_RDONLY, 0) if read_only else (0, _MOUNT_ATTR_RDONLY)
    attributes = ctypes.create_string_buffer(struct.pack("=QQQQ", *fields, 0, 0), 32)
    _call(
        "syscall",
        ctypes.c_long(_SYS_MOUNT_SETATTR),
        _AT_FDCWD,
        os.fsencode(path),
        _AT_RECURSIVE if recursive else 0,
        attributes,
        ctypes.c_size_t(32),
    )


def become_subreaper() -> None:
    """Make this process the parent of every descendant whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: int) -> None:
    """Send signal `number` to this process when the thread that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, number)


def forbid_new_privileges() -> None:
    """From here on no `exec` can give more rights than this process has."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities(keep: frozenset[int]) -> None:
    """Take every capability outside `keep` from the bounding set, so that it is gone after the next `exec`."""
    with open(_LAST_CAPABILITY, encoding="ascii") as told:
        last = int(told.read())
    for number in range(last + 1):
        if number not in keep:
            _prctl(_PR_CAPBSET_DROP, number)


def raise_loopback() -> None:
    """Bring up `lo` in the network namespace of this process, so that 127.0.0.1 answers."""
    door = _call("socket", _AF_INET, _SOCK_DGRAM, 0)
    try:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack_from("16sh", fcntl.ioctl(door, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(door, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))
    finally:
        os.close(door)


def _prctl(option: int, value: int) -> None:
    zeros = (ctypes.c_ulong(0),) * 3
    _call("prctl", option, ctypes.c_ulong(value), *zeros)


def _call(name: str, *arguments: object) -> int:
    if _LIBRARY is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    function = getattr(_LIBRARY, name, None)
    if function is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    result = int(function(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return result
