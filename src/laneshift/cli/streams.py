"""Standard streams that somebody closed before the start, as `laneshift … >&-` does."""

from __future__ import annotations

import os
import sys

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_missing() -> None:
    """Have each missing stream lead nowhere. Else Python has None in its place, and the next file that is opened gets
    its number: what a child tells on its errors would be written into that file.
    """
    for number, (name, mode) in enumerate(_STREAMS):
        if getattr(sys, name) is not None:
            continue
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.set_inheritable(nowhere, nowhere == number)  # children need it only under the number of the stream
        setattr(sys, name, open(nowhere, mode, encoding="utf-8", errors="backslashreplace", closefd=False))  # noqa: SIM115 - stays open
