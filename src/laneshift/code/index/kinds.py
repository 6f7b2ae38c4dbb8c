"""The kinds of files that the index is made of, and where those of one kind lie."""

from __future__ import annotations

import sys
from pathlib import Path

import laneshift
from laneshift.code.index.folder import IndexFolder

FACTS, WORDS, TREES = "facts", "words", "trees"
FORMAT = 6


def folder_of(state_dir: Path, kind: str, told: set[str] | None = None) -> IndexFolder:
    """The index folder of one kind, under the key of this format, this tool and this Python.

    Folders that are given one set `told` say the same thing once between them.
    """
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor} {sys.byteorder}"
    key = f"{kind} format {FORMAT}, laneshift {laneshift.__version__}, {python}"
    return IndexFolder(state_dir / "index", kind, key.encode(), told)
