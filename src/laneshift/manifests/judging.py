"""What is wrong with the text of one manifest, wherever it stands."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from laneshift.manifests.document import LARGEST, Json, NotReadableError, read
from laneshift.manifests.fields import VERSION
from laneshift.manifests.merging import at
from laneshift.manifests.validator import complaints, is_valid
from laneshift.repo.kinds import Kind, object_id


class Judged(NamedTuple):
    """What a manifest says, None where it cannot be read; and what is wrong with it, each with a cure, or ""."""

    value: Json
    faults: tuple[tuple[str, str], ...] = ()


def judged(data: bytes) -> Judged:
    """Read a manifest, once, and hold it against the schema."""
    try:
        value = read(data)
    except NotReadableError as error:
        return Judged(None, ((str(error), ""),))
    told = at(value, ("schema_version",))
    if told != VERSION and told in ("1.0.0", "1.1.0"):
        return Judged(value, ((f"it is of schema {told}", "laneshift manifest migrate"),))
    if not is_valid(value):
        return Judged(value, tuple((f"{place}: {reason}", "") for place, reason in complaints(value)))
    return Judged(value)


def judged_ahead(root: Path, paths: Iterable[str]) -> dict[str, Judged]:
    """What is to be said of files below `root`, by the id that git gives their bytes.

    Whatever a tree has at these paths, an id names these bytes and no others. What cannot be read now is left out.
    """
    found: dict[str, Judged] = {}
    for path in paths:
        data = _bytes_of(f"{root}/{path}")
        if data is not None:
            found[object_id(Kind.BLOB, data)] = judged(data)
    return found


def _bytes_of(path: str) -> bytes | None:
    """The bytes of a plain file that is not too large; links are not followed and nothing waits for a writer."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        found = os.fstat(descriptor)
        return os.read(descriptor, found.st_size) if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST else None
    except OSError:
        return None
    finally:
        os.close(descriptor)
