"""The ring of a repository: where it is kept, and which one counts.

The ring is a file beside the journal. Where the settings name a file of the tree, that one is the pinned ring: only its
keys are believed, so that whoever can write to the state folder cannot add one.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.keys.key import Key
from laneshift.evidence.keys.ring import JournalKeys, KeyRing
from laneshift.evidence.keys.ring_file import read_ring, written
from laneshift.evidence.keys.vault import Vault
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.workshop import Workshop

_FOLDER, _RING = "keys", "ring.json"


def ring_path(repository: Repository) -> Path:
    """Where the ring of a repository is kept."""
    return repository.state_dir / _FOLDER / _RING


def ring_of(repository: Repository, vault: Vault) -> KeyRing:
    """The ring as it is kept; empty where nobody made a key. Raises `CheckFailed` (`keys.ring`) for a damaged one."""
    path = ring_path(repository)
    if not path.exists():
        return KeyRing((), vault)
    return KeyRing((), vault).with_keys(read_ring(path.read_bytes(), str(path)))


def keep_ring(repository: Repository, keys: tuple[Key, ...]) -> None:
    """Put these keys in place of those that are kept, at once. Raises `CheckFailed` when the disk does not take it."""
    path = ring_path(repository)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, written(keys), durable=True)


def pinned(shop: Workshop, tree: Tree) -> Workshop:
    """The same workshop, believing only the keys that the settings of `tree` pin, where they pin any.

    Raises `CheckFailed` (`keys.not-pinned`) when the tree lacks the file that its settings name.
    """
    path = shop.settings(tree).keys.ring
    if not path:
        return shop
    if path not in tree:
        raise CheckFailed(
            "keys.not-pinned",
            "the ring of keys that the settings pin is not in the tree, so no signature can be believed",
            where=path,
            cure=f"laneshift keys export --out {path}, and commit it",
        )
    own = shop.ring if isinstance(shop.ring, KeyRing) else KeyRing(())
    ring = own.with_keys(read_ring(tree.read(path), path))
    return replace(shop, ring=ring, keys=JournalKeys(ring))
