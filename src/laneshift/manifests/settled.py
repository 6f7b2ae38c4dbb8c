"""Which trees were looked at and need no new manifest: asked again, they are answered for at once.

The answer belongs to a tree, to this program as it is and to this Python. A cache: it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.evidence.atomic import write_whole
from laneshift.repo.objects import Repository

_MOST = 16


def settled(repository: Repository, tree: str) -> dict[str, object] | None:
    """What was found when the tree with this id was generated for and nothing had to change; None if it was not."""
    found = _read(repository).get(key_of(tree))
    return found if isinstance(found, dict) else None


def settle(repository: Repository, tree: str, found: dict[str, object]) -> None:
    """Note that the manifests of a tree are right. A disk that takes nothing costs only the next run its time."""
    known = _read(repository)
    known.pop(key_of(tree), None)
    known[key_of(tree)] = found
    kept = dict(list(known.items())[-_MOST:])
    file = _file(repository)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(kept).encode())
    except (OSError, CheckFailed):
        return


def _read(repository: Repository) -> dict[str, object]:
    try:
        found = json.loads(_file(repository).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _file(repository: Repository) -> Path:
    return repository.state_dir / "manifests" / "settled.json"


def key_of(tree: str) -> str:
    """The digest of a tree id, of this Python and of all of this program that has a say in a manifest."""
    return hashlib.sha256(f"{tree} {sys.version_info[:3]} {_program()}".encode()).hexdigest()


@cache
def _program() -> str:
    """Everything of this program that has a say in a manifest."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for room in ("manifests", "code", "lanes", "config"):
        for file in sorted((package / room).rglob("*")):
            if file.suffix in (".py", ".json"):
                digest.update(file.read_bytes())
    return digest.hexdigest()
