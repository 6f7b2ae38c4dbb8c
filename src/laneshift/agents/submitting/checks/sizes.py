"""How much there is: files that a person can read, and not too many of them."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.agents.submitting.ground import LARGEST_TEXT, Ground
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection

NAME = "sizes"
MOST_FILES = 2000
MOST_BYTES = 8 << 20


def check(ground: Ground) -> Iterator[Objection]:
    """Large files, files that are no text, and too much of everything."""
    repository, total = ground.base.repository, 0
    for touch in ground.touches:
        if touch.after is None or not touch.after.is_regular:
            continue
        size = repository.blob_size(touch.after.oid)
        total += size
        if size > LARGEST_TEXT:
            what = f"the file has {size} bytes, {LARGEST_TEXT} is the limit"
            yield objection("too-large", touch.path, what, "keep large data elsewhere")
        elif touch.new is None:
            what = "the file is no text: it holds NUL, or is no UTF-8"
            yield objection("binary", touch.path, what, "bring sources, and have builds make the rest")
    most = min(ground.who.max_files or MOST_FILES, MOST_FILES)
    if len({touch.path for touch in ground.touches}) > most:
        what = f"more than {most} files change, which is the limit of {ground.who.name}"
        yield objection("too-many-files", "", what, "split the work into several packs")
    if total > MOST_BYTES:
        yield objection("too-large", "", f"{total} bytes in all, {MOST_BYTES} is the limit", "split the work")
