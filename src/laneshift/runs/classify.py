"""Every item of a batch gets exactly one class, so that the classes always add up to the items of the file.

Pure but for `renamed`, which asks history. Every fault of every item is found at once; nothing stops at the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

from laneshift.code.modules import Modules
from laneshift.errors import Fault
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Tree
from laneshift.runs.batch import ParsedBatch
from laneshift.runs.batch_line import Line, is_module_name
from laneshift.runs.classify_pairs import pair_faults
from laneshift.runs.classify_tree import (
    Ground,
    destination_faults,
    lane_faults,
    module_faults,
    shape_faults,
    source_faults,
)
from laneshift.runs.paths import collision_key

Status = Literal["ready", "verify-only", "already-done", "refused"]
STATUSES: tuple[Status, ...] = get_args(Status)

_MAX_ID = 150


@dataclass(frozen=True, slots=True)
class Item:
    """One unit of change: a line of the batch, and what it comes to.

    `id` is unique in the batch and safe in branch names; `reason` says why it is refused; `lane` is the lane of its
    destination, empty when it has none.
    """

    id: str
    line: Line
    status: Status
    reason: str = ""
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Classified:
    """All items in the order of the file, and all faults: those of the text first, then those against the tree."""

    items: tuple[Item, ...]
    faults: tuple[Fault, ...]

    def of(self, status: Status) -> tuple[Item, ...]:
        """The items of one class, in order."""
        return tuple(item for item in self.items if item.status == status)

    @property
    def counts(self) -> dict[Status, int]:
        """How many items each class has; together they are all items."""
        found = Counter(item.status for item in self.items)
        return {status: found[status] for status in STATUSES}


def classify(
    batch: ParsedBatch, tree: Tree, modules: Modules, lanes: Lanes, renamed: Callable[[str, str], bool]
) -> Classified:
    """Judge every item of `batch` against `tree`.

    `renamed(src, dst)` says whether history shows that rename; it is asked only where src is gone and dst is there.
    Never raises for anything that a batch may hold.
    """
    ground = Ground(tree, modules, lanes)
    verdicts = [_judge(line, ground, renamed) for line in batch.lines]
    faults = [list(found) for _, found in verdicts]
    moving = [at for at, (status, _) in enumerate(verdicts) if status == "ready" and batch.lines[at].kind == "move"]
    for at, fault in pair_faults(batch.lines, moving, ground.holds):
        faults[at].append(fault)
    ids = _ids(batch.lines)
    items = tuple(
        _item(ids[at], line, status, (*line.faults, *faults[at]), ground)
        for at, (line, (status, _)) in enumerate(zip(batch.lines, verdicts, strict=True))
    )
    return Classified(items, (*batch.faults, *(fault for found in faults for fault in found)))


def _judge(line: Line, ground: Ground, renamed: Callable[[str, str], bool]) -> tuple[Status, tuple[Fault, ...]]:
    """The class that the item has if no fault is found, and the faults of the item by itself."""
    if not line.placed:
        return "refused", ()
    if line.kind in ("codemod", "manifest"):
        there = ground.holds(line.src)
        missing = [] if there else [Fault("batch.src-missing", line.where, f"src '{line.src}' is not in the tree")]
        return "ready", (*missing, *lane_faults(line, ground))
    faults = (*shape_faults(line), *module_faults(line, ground.modules), *lane_faults(line, ground))
    if line.src == line.dst:
        return "verify-only", (*source_faults(line, ground), *faults)
    if ground.holds(line.src) or not ground.holds(line.dst):
        return "ready", (*source_faults(line, ground), *faults, *destination_faults(line, ground))
    if faults or line.faults or renamed(line.src, line.dst):
        return "already-done", faults
    what = f"src '{line.src}' is not in the tree; dst '{line.dst}' is, but history shows no such rename"
    return "already-done", (Fault("batch.not-renamed", line.where, what),)


def _item(name: str, line: Line, status: Status, faults: Sequence[Fault], ground: Ground) -> Item:
    lane = ground.lane_at(line) if line.placed else None
    return Item(
        id=name,
        line=line,
        status="refused" if faults else status,
        reason="; ".join(fault.what for fault in faults),
        lane="" if lane is None else lane.name,
    )


def _ids(lines: Sequence[Line]) -> list[str]:
    """The module's name where it is one and belongs to one item only, else a name made from the line."""
    modules = Counter(collision_key(line.module) for line in lines)
    numbers = Counter(line.number for line in lines)
    return list(_each_id(lines, modules, numbers))


def _each_id(lines: Sequence[Line], modules: Counter[str], numbers: Counter[int]) -> Iterator[str]:
    written = Counter(line.module for line in lines)
    for at, line in enumerate(lines, start=1):
        if not is_module_name(line.module) or written[line.module] > 1:
            yield f"line-{line.number}" if numbers[line.number] == 1 else f"line-{line.number}-{at}"
        elif modules[collision_key(line.module)] > 1 or not _fits(line.module):
            tail = line.module.encode()[-_MAX_ID:].decode("utf-8", "ignore").lstrip(".")
            yield f"{tail}-{sha256(line.module.encode()).hexdigest()[:12]}"
        else:
            yield line.module


def _fits(module: str) -> bool:
    """Git refuses a ref that ends in `.lock`, and a ref is a file name."""
    return len(module.encode()) <= _MAX_ID and not module.lower().endswith(".lock")
