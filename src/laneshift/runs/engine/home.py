"""The name of one repository's state folder, so that only processes which share the folder share its work.

The journal, the evidence and the trees of a batch are files there. A worker that has other files could neither read
what the steps before made nor show what it did, so it must not get any of the work.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from laneshift.errors import NeedsPerson

_NAME = re.compile(r"[0-9a-f]{16}")
_FILE = "engine-home"


def home(state: Path) -> str:
    """Sixteen hexadecimal digits, made when first asked for, then the same for every process.

    Raises `NeedsPerson` when the file cannot be read or holds something else.
    """
    path = state / _FILE
    try:
        _make(path)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor) as file:
            name = file.read(_LARGEST).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    if not _NAME.fullmatch(name):
        raise _damaged(path, "it does not hold sixteen hexadecimal digits")
    return name


_LARGEST = 100


def _make(path: Path) -> None:
    """Whole or not at all: the name is linked into place once it is written."""
    if path.exists() or path.is_symlink():
        return
    made = path.with_name(f"{_FILE}.{secrets.token_hex(8)}")
    made.write_text(secrets.token_hex(8) + "\n")
    try:
        os.link(made, path)
    except FileExistsError:
        return  # another process was faster, and its name counts
    finally:
        made.unlink()


def _damaged(path: Path, why: str) -> NeedsPerson:
    cure = "while nothing runs, remove this file; runs that were not finished begin again"
    return NeedsPerson(
        "engine.bad-home", "the name of the state folder is damaged", where=str(path), why=why, cure=cure
    )
