"""A batch from a scored inventory. Pure: what is asked for is picked and put in order, and the rest is counted.

Every module of the manifest is either an item of the batch or left out by one of the filters, never both or neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from laneshift.errors import Fault, Refused
from laneshift.lanes.model import Lanes
from laneshift.manifests.inventory.ordering import in_order
from laneshift.manifests.inventory.reading import Row, read
from laneshift.runs import paths
from laneshift.runs.batch import FROM_MANIFEST, MAX_BYTES, ParsedBatch, name_faults
from laneshift.runs.batch_line import Line, checked


@dataclass(frozen=True, slots=True)
class Filters:
    """Which modules to take: of one complexity, to one lane, and how many at most (0: all)."""

    complexity: str = ""
    lane: str = ""
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch made from a manifest of `modules` modules, and how many each filter left out.

    `complexity`, `lane` and `limit` and the lines of the batch add up to `modules`.
    """

    batch: ParsedBatch
    modules: int
    complexity: int
    lane: int
    limit: int


def options_of(filters: Filters) -> tuple[str, ...]:
    """What `laneshift plan` is given before a manifest to take it with these filters."""
    named = {"--complexity": filters.complexity, "--lane": filters.lane, "--limit": str(filters.limit or "")}
    given = (word for option, value in named.items() if value for word in (option, value))
    return (*given, FROM_MANIFEST)


def take(name: str, data: bytes, filters: Filters, lanes: Lanes) -> Taken:
    """The batch that the manifest called `name` (a path or a file name) comes to.

    A module with faults is an item, whatever the filters say: a filter hides nothing that is wrong. Raises `Refused`
    (`lanes.unknown`) for a lane that does not exist; what is wrong with the manifest is listed in the batch.
    """
    file = paths.visible(name)
    lane = _lane(filters.lane, lanes)
    called = "-".join([PurePosixPath(name).stem, *filter(None, (lane, filters.complexity))])
    faults = [*name_faults(file, called)]
    if len(data) > MAX_BYTES:
        what = f"the file has {len(data)} bytes, {MAX_BYTES} is the limit"
        faults.append(Fault("batch.file-too-large", file, what, "make inventories of smaller lanes"))
        return Taken(ParsedBatch(paths.visible(called), file, (), tuple(faults)), 0, 0, 0, 0)
    found = read(file, data)
    sound = {id(row.wanted): line for row in found.rows if row.wanted and not (line := _line(row)).faults}
    broken = [line for row in found.rows if (line := _line(row)).faults]
    whole = [row.wanted for row in found.rows if row.wanted and id(row.wanted) in sound]
    simple = [each for each in whole if filters.complexity in ("", each.complexity)]
    there = [each for each in simple if not lane or _lane_at(sound[id(each)].dst, lanes) == lane]
    picked = in_order(there)[: filters.limit or len(there)]
    lines = (*broken, *(sound[id(each)] for each in picked))
    if not lines and not found.faults:
        what = f"none of its {len(found.rows)} modules is asked for" if found.rows else "the manifest has no modules"
        faults.append(Fault("batch.empty", file, what, "ask for other complexities or lanes" if found.rows else ""))
    line_faults = (fault for line in lines for fault in line.faults)
    batch = ParsedBatch(paths.visible(called), file, lines, (*faults, *found.faults, *line_faults))
    return Taken(batch, len(found.rows), len(whole) - len(simple), len(simple) - len(there), len(there) - len(picked))


def _line(row: Row) -> Line:
    wanted = row.wanted
    if wanted is None:
        return Line(row.number, row.where, faults=row.faults)
    return checked(Line(row.number, row.where, wanted.module, wanted.current, wanted.target, risk=wanted.risk))


def _lane(wanted: str, lanes: Lanes) -> str:
    if not wanted:
        return ""
    found = lanes.get(wanted)
    if found is None:
        raise Refused("lanes.unknown", f"no lane is called {wanted!r}", cure=f"known: {', '.join(lanes.names)}")
    return found.name


def _lane_at(target: str, lanes: Lanes) -> str:
    lane = lanes.lane_of(target)
    return "" if lane is None else lane.name
