"""A codemod in batches that a person can review: which file is in which batch, whatever was done before.

The first listing is kept, so that batch 3 is the same batch after 1 and 2 have landed, in whichever clone. Files that
turn up later go into new batches at the end. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from laneshift.code.codemods.apply import apply_codemod
from laneshift.code.codemods.recorded import RECORD
from laneshift.code.codemods.records import Answer, Codemod
from laneshift.errors import Refused
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
        part = replace(codemod, paths=files)
        done = apply_codemod(tree, part, roots, folder)
        yield Batch(number, files, tree, done.tree, done.answer)
        tree = done.tree


def ordered(known: Sequence[str], files: Iterable[str]) -> list[str]:
    """The files in the order of their batches: as they were listed first, then those that are new, sorted. Pure."""
    return [*known, *sorted(set(files) - set(known))]


def key_of(codemod: Codemod) -> str:
    """Names what was asked for. What foreign code did, and by which version, differs from run to run; this does not."""
    asked = {"name": codemod.name, "paths": list(codemod.paths)}
    given = {name: value for name, value in codemod.parameters if name != RECORD}
    return sha256(json.dumps({**asked, "parameters": given}, sort_keys=True).encode()).hexdigest()[:32]
