"""Folders deeper than a path can be long."""

from __future__ import annotations

import os
from pathlib import Path


def dig(folder: Path, count: int = 1100) -> None:
    """Make that many folders, each inside the one before, in `folder`."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(count):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
