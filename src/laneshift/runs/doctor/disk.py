"""What laneshift keeps on the disk, and how much room is left."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from laneshift.runs.doctor.row import Row

PARTS = ("pool", "agents", "evidence", "index", "runs", "plans")
_MIB = 1 << 20
ENOUGH = 2 << 30
LEAST = 256 << 20
"""Bytes of free space below which a warning, and a failure, is told."""


def used(state_dir: Path) -> dict[str, int]:
    """Bytes on the disk below the state folder: each part, and `other` for the databases and the rest."""
    sizes = {part: _size(state_dir / part) for part in PARTS}
    return {**sizes, "other": max(0, _size(state_dir) - sum(sizes.values()))}


def used_row(sizes: Mapping[str, int]) -> Row:
    """What is used, in mebibytes."""
    parts = ", ".join(f"{name} {size / _MIB:.1f}" for name, size in sizes.items())
    return Row("disk: used", "ok", f"{sum(sizes.values()) / _MIB:.1f} MiB ({parts})", data=dict(sizes))


def free(folder: Path) -> int:
    """Bytes that this user may still write where `folder` is, or will be."""
    place = folder
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def free_row(name: str, folder: str, available: int) -> Row:
    """Whether the space is enough for checkouts, logs and commits."""
    what = f"{available / _MIB:.0f} MiB free at {folder}"
    data = {"folder": folder, "bytes": available}
    if available >= ENOUGH:
        return Row(f"disk: {name}", "ok", what, data=data)
    why = "a full disk stops a run; nothing is lost, and it goes on when there is room"
    cure = "make room; `laneshift doctor --reclaim` empties the checkouts that nobody uses"
    return Row(
        f"disk: {name}", "fail" if available < LEAST else "warn", what, why, cure, data, f"df -h {shlex.quote(folder)}"
    )


def _size(path: Path) -> int:
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(f"{folder}/{name}").st_blocks * 512
            except FileNotFoundError:
                continue  # a run that goes on may delete what it made
    return total
