"""What a check has found in a tree, kept by all that it was told from: asked again, it is not worked out again.

The key is a digest of the tree, of the settings that count, of this program, of the schema's validator and of this
Python. What was damaged is worked out afresh. A cache: it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from laneshift.config import Settings
from laneshift.errors import Fault
from laneshift.manifests.names import KEPT_CHECK
from laneshift.manifests.sealed import read_sealed, write_sealed
from laneshift.repo.objects import Repository, Tree

_FORMAT = 1
_SOURCES = (
    *("manifests", "config", "repo", "errors.py"),
    *("code/modules.py", "lanes/globs.py", "evidence/json_text.py", "evidence/atomic.py"),
)

Found = tuple[tuple[str, ...], tuple[Fault, ...]]
"""The manifests that were looked at, and the faults."""


def key_of(tree: Tree, settings: Settings, *, roundtrip: bool) -> str:
    """What a check of all manifests is told from, as a digest."""
    asked = tree.oid, settings.source_roots, settings.manifests, roundtrip
    return hashlib.sha256(repr((_FORMAT, asked, _maker())).encode("utf-8", "surrogateescape")).hexdigest()


def load(repository: Repository, key: str) -> Found | None:
    """What is kept under a key; None where there is nothing, or it is damaged, or about something else."""
    body = read_sealed(_file(repository))
    if body is None:
        return None
    try:
        kept, manifests, faults = json.loads(body)
        return (tuple(manifests), tuple(Fault(*each) for each in faults)) if kept == key else None
    except (ValueError, TypeError):
        # Whole, but not of this form: another version of this program wrote it.
        return None


def keep(repository: Repository, key: str, found: Found) -> None:
    """Write down what was found, in the place of what was before. A disk that takes nothing costs only time later."""
    manifests, faults = found
    write_sealed(_file(repository), json.dumps([key, manifests, [list(each) for each in faults]]).encode())


def sources() -> Iterator[Path]:
    """Every file of this program that has a say in what a check finds."""
    package = Path(__file__).parents[1]
    for name in _SOURCES:
        place = package / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (file for file in files if file.suffix in (".py", ".json"))


@cache
def _maker() -> tuple[str, ...]:
    digest = hashlib.sha256()
    for file in sources():
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest(), version("jsonschema-rs"), version("pygit2"), sys.version


def _file(repository: Repository) -> Path:
    return repository.state_dir / KEPT_CHECK
