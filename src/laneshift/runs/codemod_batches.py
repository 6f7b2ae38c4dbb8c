"""A codemod in batches that a person can review: which file is in which batch, whatever was done before.

The first listing is kept, so that batch 3 is the same batch after 1 and 2 have landed. Files that turn up later go
into new batches at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from laneshift.code.codemods.apply import apply_codemod
from laneshift.code.codemods.recorded import RECORD
from laneshift.code.codemods.records import Answer, Codemod
from laneshift.errors import Refused
from laneshift.evidence.atomic import write_whole
from laneshift.repo.objects import Tree


@dataclass(frozen=True)
class Batch:
    """One batch: its number from 1, its files, the tree before and after, and what was done."""

    number: int
    files: tuple[str, ...]
    before: Tree
    after: Tree
    answer: Answer

    @property
    def empty(self) -> bool:
        """Whether there was nothing left to do for these files."""
        return self.before == self.after


def batches(
    tree: Tree, codemod: Codemod, listing: Sequence[str], size: int, start: int, roots: tuple[str, ...], folder: str
) -> Iterator[Batch]:
    """Batches from number `start` on, each upon the one before it. Pure. Raises `Refused` for numbers below 1."""
    if size < 1 or start < 1:
        raise Refused("codemod.bad-batch", "batches have at least one file and are counted from 1")
    for number, at in enumerate(range(0, len(listing), size), 1):
        files = tuple(listing[at : at + size])
        if number < start:
            continue
        part = Codemod(codemod.name, files, codemod.parameters, codemod.pin)
        done = apply_codemod(tree, part, roots, folder)
        yield Batch(number, files, tree, done.tree, done.answer)
        tree = done.tree


def listed(state: Path, codemod: Codemod, files: Sequence[str], *, keep: bool) -> list[str]:
    """The files in the order of their batches: as they were listed first, then those that are new, sorted.

    With `keep` the listing is written below `state`.
    """
    # What foreign code did differs from run to run; what was asked for does not.
    asked = {**codemod.as_json(), "pin": "", "parameters": {k: v for k, v in codemod.parameters if k != RECORD}}
    key = sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:32]
    place = state / "codemods" / f"{key}.json"
    known = _read(place)
    order = [*known, *sorted(set(files) - set(known))]
    if keep and order != known:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, json.dumps(order).encode())
    return order


def _read(place: Path) -> list[str]:
    if not place.is_file():
        return []
    try:
        found = json.loads(place.read_bytes())
    except ValueError as error:
        raise Refused("codemod.bad-listing", "the listing of batches cannot be read", where=str(place)) from error
    if not isinstance(found, list) or not all(isinstance(path, str) for path in found):
        raise Refused("codemod.bad-listing", "the listing of batches cannot be read", where=str(place))
    return found
