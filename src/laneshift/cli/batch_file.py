"""The batch file that a command is about: a file, or standard input where it is called `-`."""

from __future__ import annotations

import sys
from pathlib import Path

from laneshift.errors import Refused

HELP = "The batch: TSV of module, src, dst; or TOML or JSON; - is standard input."


def read_batch(file: Path) -> tuple[str, bytes]:
    """The name of the batch file and its bytes; of one beyond all limits no more than is needed to see that.

    Raises `Refused` (`batch.unreadable`) when it cannot be read.
    """
    from laneshift.runs.batch import MAX_BYTES, STANDARD_INPUT

    try:
        if str(file) != "-":
            with file.open("rb") as opened:
                return str(file), opened.read(MAX_BYTES + 1)
        if sys.stdin is not None:
            # By this name whoever looks for the file later finds one that was redirected.
            return f"/dev/{STANDARD_INPUT}", sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused("batch.unreadable", "the batch file cannot be read", where=str(file), why=str(error)) from error
    raise Refused("batch.unreadable", "there is no standard input", where="-", cure="name a batch file")
