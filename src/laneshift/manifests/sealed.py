"""Files of a cache with a digest of what is in them: what was damaged is as if it were not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.evidence.atomic import write_whole

_LARGEST = 64 << 20


def read_sealed(file: Path) -> bytes | None:
    """What `write_sealed` wrote; None where there is nothing, or it is damaged, or too large to be ours."""
    try:
        if file.stat().st_size > _LARGEST:
            return None
        digest, _, body = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    return body if hashlib.sha256(body).hexdigest().encode() == digest else None


def write_sealed(file: Path, body: bytes) -> None:
    """Write it in the place of what was there before. A disk that takes nothing costs only time later."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    except (OSError, CheckFailed):
        return
