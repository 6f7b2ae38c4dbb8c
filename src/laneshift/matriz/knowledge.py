"""What nodes may ask: the repository at one tree, the batches and their journal, and what was put into memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from laneshift.matriz.errands import Errands
from laneshift.matriz.ground import Ground

ATTENTION = frozenset({"quarantined", "held", "refused"})
"""States of items that want a person."""


@dataclass(frozen=True, slots=True)
class ItemTold:
    """One item of a plan and where it is. `number` is its place in the plan, from 1; `line` that in the batch file."""

    plan: str
    batch: str
    number: int
    id: str
    line: int
    module: str
    src: str
    dst: str
    state: str
    step: str
    cause: str
    evidence: str

    @property
    def needs_attention(self) -> bool:
        """Whether it did not go through."""
        return self.state in ATTENTION


@dataclass(frozen=True, slots=True)
class BatchTold:
    """The newest plan of a batch. `unfinished` is what `resume` would take up, `landed` whether a landing stands."""

    batch: str
    plan: str
    target: str
    total: int
    done: int
    running: int
    waiting: int
    attention: int
    landed: bool
    unfinished: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item did not go through: the step, what it said, the tests that turned red, where the first of them
    failed (path and line, "" and 0 when its log does not say), the line of its error, and the digest of the log."""

    item: ItemTold
    step: str
    summary: str
    tests: tuple[str, ...]
    path: str
    line: int
    error: str
    log: str
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """One item that changes a file, in how many places; a move of the file itself counts as one."""

    item: ItemTold
    places: int


class Batches(Protocol):
    """What plans and the journal say. Safe to share among threads; every call tells what is so now."""

    def batches(self) -> Sequence[BatchTold]:
        """The newest plan of every batch, by name of the batch."""
        ...

    def items(self, batch: str = "") -> Sequence[ItemTold]:
        """The items of a batch or plan in plan order; those of the newest plans of all batches when none is named.

        Empty for a name that nobody has.
        """
        ...

    def failure(self, item: ItemTold) -> Failure | None:
        """Why an item is where it is; None for one that does not need attention."""
        ...

    def touching(self, path: str, batch: str = "") -> Sequence[Touched]:
        """The items that change the file at `path` of the base of their plan."""
        ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """Something that memory has of a question: a path, what is said there, and how near it is, from 0 to 1."""

    path: str
    text: str
    near: float


class Memory(Protocol):
    """What was put into memory. Safe to share among threads."""

    def near(self, text: str, k: int) -> Sequence[Remembered]:
        """The `k` things nearest in meaning to a text, of what is remembered now; one for each path."""
        ...

    def is_learning(self) -> bool:
        """Whether there is more to come, since the tree is still being learnt."""
        ...


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Where answers come from. `ground` is that of the tree that questions are about now; `memory` may be None, where
    there is none. `errands` work out what takes longer than an answer may."""

    ground: Callable[[], Ground]
    batches: Batches
    memory: Memory | None = None
    errands: Errands = field(default_factory=Errands)
