"""Answers about trees, kept beside the index by tree and question. A cache: it may go at any time."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import laneshift
from laneshift.repo.objects import Tree

_FORMAT = 2
_KEPT = 6
_LARGEST = 256 << 20
_log = logging.getLogger("laneshift.lanes")


def load(tree: Tree, kind: str, question: str) -> Any:
    """The answer that was kept for a tree; None when there is none, or none that can be read."""
    path = _place(tree, kind, question)
    try:
        if path.stat().st_size > _LARGEST:
            return None
        digest, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest().encode() != digest:
        _log.warning("%s: damaged, and made again [lanes.damaged-answer]", path)
        return None
    return json.loads(body)


def keep(tree: Tree, kind: str, question: str, answer: Any) -> None:
    """Write an answer down as JSON, and drop the oldest of its kind. A full disk costs nothing but time later."""
    body = json.dumps(answer, separators=(",", ":")).encode("ascii")
    path = _place(tree, kind, question)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        Path(name).replace(path)
        for old in sorted(path.parent.glob(f"{kind}-*.json"), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s: not kept: %s [lanes.not-kept]", path, error)


def _place(tree: Tree, kind: str, question: str) -> Path:
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    key = hashlib.sha256(repr((_FORMAT, laneshift.__version__, python, question)).encode()).hexdigest()[:16]
    return tree.repository.state_dir / "lanes" / f"{kind}-{tree.oid}-{key}.json"
