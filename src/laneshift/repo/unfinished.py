"""What files are called until they are whole and get their name. Backups leave such files out."""

from __future__ import annotations

import os

MARK = ".unfinished-"


def unfinished_in(folder: str) -> str:
    """The path of a file in `folder` that is not there, and that nobody else comes to or can guess."""
    return f"{folder}/{MARK}{os.getpid()}-{os.urandom(8).hex()}"
