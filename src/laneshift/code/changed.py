"""What a codemod did, in the words in which a move tells what it did: nothing is relocated, files are rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.code.codemods.records import Refusal
from laneshift.code.moves.records import Edit, Notice
from laneshift.repo.objects import Entry, File, Tree


@dataclass(frozen=True)
class Changed:
    """The trees before and after, every edit, the new bytes by path, and the files that were left alone."""

    before: Tree
    tree: Tree
    edits: tuple[Edit, ...]
    python: Mapping[str, bytes]
    refusals: tuple[Refusal, ...]
    relocations: Mapping[str, str] = field(default_factory=dict)
    markers: tuple[str, ...] = ()
    conservative: tuple[str, ...] = ()
    other: Mapping[str, bytes] = field(default_factory=dict)
    placed: Mapping[str, File | Entry | None] = field(default_factory=dict)

    def relocated(self) -> Tree:
        """As of a move, which here moves nothing."""
        return self.before

    def referenced(self) -> Tree:
        """As of a move: here everything is done at once."""
        return self.tree

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Files that wanted the change and were refused it: a person should look at them."""
        return tuple(Notice(each.path, each.line, each.cause, each.why) for each in self.refusals)
