"""Comments as files below the repository's state folder: one file of Markdown each, written whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.atomic import write_whole

_MARK = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,58}[a-z0-9])?")


class LocalComments:
    """Fulfils `forge.port.Comments` with the files of `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def comment(self, number: int, mark: str, body: str) -> bool:
        """Write or replace. Raises `Refused` (`forge.bad-comment`), `CheckFailed` for a file that cannot be read."""
        if number < 1 or not _MARK.fullmatch(mark):
            raise Refused("forge.bad-comment", f"{mark!r} on {number} cannot name a comment", where="mark")
        path, data = self._folder / f"{number}-{mark}.md", body.encode("utf-8", "replace")
        try:
            if path.exists() and path.read_bytes() == data:
                return False
        except OSError as error:
            what = "a comment of this repository cannot be read"
            raise CheckFailed("forge.damaged", what, where=str(path), why=str(error), cure="move it away") from error
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, data, durable=True)
        return True
