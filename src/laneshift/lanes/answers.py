"""Answers about trees, kept beside the index by tree and question. A cache: it may go at any time."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import laneshift
from laneshift.lanes.again import digest, put
from laneshift.repo.objects import Repository, Tree

_FORMAT = 9
_KEPT = 6
_LARGEST = 256 << 20


def load(tree: Tree, kind: str, question: str, about: str = "") -> Any:
    """The answer that was kept for a tree; None when there is none, or none that can be read.

    `about` names what it is about where that is less than the whole tree: letters and digits.
    """
    path = _place(tree, kind, question, about)
    try:
        if path.stat().st_size > _LARGEST:
            return None
        told, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest(body) != told:
        _warn(path, "damaged, and made again", "damaged-answer")
        return None
    _used(path)
    return json.loads(body)


def _used(path: Path) -> None:
    """Count an answer as new: what later trees go on from is kept once for all of them, and would be dropped first."""
    try:
        os.utime(path)
    except OSError:
        return  # it is read all the same


def keep(tree: Tree, kind: str, question: str, answer: Any, about: str = "") -> None:
    """Write an answer down as JSON, and drop the oldest of its kind. A full disk costs nothing but time later."""
    body = json.dumps(answer, separators=(",", ":")).encode("ascii")
    path = _place(tree, kind, question, about)

    def write() -> None:
        put(str(path), body)
        for old in sorted(path.parent.glob(f"{kind}-*.json"), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)

    written(path, write)


def written(place: Path | str, write: Callable[[], None]) -> None:
    """Have something written down for later. A full disk costs nothing but time then."""
    try:
        write()
    except OSError as error:
        _warn(place, f"not kept: {error}", "not-kept")


def _warn(path: Path | str, what: str, cause: str) -> None:
    import logging  # noqa: PLC0415 - there is hardly ever anything to say, and this takes long to load

    logging.getLogger("laneshift.lanes").warning("%s: %s [lanes.%s]", path, what, cause)


def trees_of(repository: Repository, kind: str, question: str) -> list[Tree]:
    """The trees of which an answer is kept, the latest first. They may be gone from the repository."""
    ending = f"-{_key(question)}.json"
    try:
        kept = sorted(folder(repository).glob(f"{kind}-*{ending}"), key=lambda each: -each.stat().st_mtime_ns)
    except OSError:
        return []
    return [Tree(repository, each.name.removeprefix(f"{kind}-").removesuffix(ending)) for each in kept]


def _place(tree: Tree, kind: str, question: str, about: str) -> Path:
    return folder(tree.repository) / f"{kind}-{about or tree.oid}-{_key(question)}.json"


def folder(repository: Repository) -> Path:
    """Where all answers of a repository are kept."""
    return repository.state_dir / "lanes"


def _key(question: str) -> str:
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    return digest(repr((_FORMAT, laneshift.__version__, python, question)).encode())[:16].decode()
