"""A file that some other tool wrote, read whole within bounds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from laneshift.errors import Refused


def read_input(path: Path, largest: int, room: str, cure: str = "") -> tuple[bytes, float]:
    """The bytes of a file and when it was last written, in unix seconds.

    Raises `Refused` (`ROOM.no-report`, `ROOM.too-large`) also for what is no regular file: a pipe would hang.
    """
    code = f"{room}.no-report"
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            told = os.fstat(file.fileno())
            if not stat.S_ISREG(told.st_mode):
                raise Refused(code, "this is no regular file", where=str(path), cure=cure)
            data = file.read(largest + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(code, "no report can be read here", where=str(path), why=why, cure=cure) from error
    except ValueError as error:
        raise Refused(code, "this names no file", where=repr(str(path)), why=str(error), cure=cure) from error
    if len(data) > largest:
        raise Refused(f"{room}.too-large", f"the report has more than {largest} bytes", where=str(path))
    return data, told.st_mtime
