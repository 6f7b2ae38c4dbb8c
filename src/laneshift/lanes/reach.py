"""Which files lead into a lane that others may not reach, kept beside the survey of a tree.

It tells of many an import that comes or goes in an edit that no chain goes by it, so that none is searched for. An
import of `imported` in `importer` decides nothing about chains into a lane where `importer` lies in that lane itself,
or where `imported` neither lies in it nor leads into it: chains are searched backwards from the lane, by ways that lead
into it, and never through files of its own. That holds for any number of such imports together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from laneshift.lanes.again import put_parts, taken
from laneshift.lanes.arrows import Arrow, shape_of
from laneshift.lanes.ground_file import REACH, drop_old, joined, parted, reach_place
from laneshift.repo.plain_records import NamedTuple

_MOST = 64


class Reach(NamedTuple):
    """`targets` are the lanes that some lane may not import. `leads` has for each of them, in turn, a byte for each
    path of the survey: 1 for a file that leads into it by allowed imports, and for one by which it is entered.
    `counted` are files outside all lanes that may do nothing but pass on, to a lane, and that a file of a lane imports.
    """

    targets: tuple[str, ...]
    leads: bytes
    counted: frozenset[str] = frozenset()


def reach_of(
    forbidden: Iterable[tuple[str, str]],
    reaching: Mapping[tuple[str, str], frozenset[str]],
    paths: Iterable[str],
    counted: frozenset[str] = frozenset(),
) -> Reach | None:
    """From all pairs of lanes of which the first may not import the second, and who reaches the second for each pair;
    None where that is too much to keep."""
    targets = tuple(sorted({target for _, target in forbidden}))
    if len(targets) > _MOST:
        return None
    known = list(paths)
    parts = []
    for target in targets:
        found = frozenset[str]().union(*(files for (_, into), files in reaching.items() if into == target))
        parts.append(bytes(map(found.__contains__, known)))
    return Reach(targets, b"".join(parts), counted)


def keep_reach(folder: str, tree: str, reach: Reach) -> None:
    """Write it down. Raises `OSError`."""
    put_parts(reach_place(folder, tree), [joined(reach.targets), reach.leads, joined(sorted(reach.counted))])
    drop_old(folder, REACH)


def load_reach(folder: str, tree: str) -> Reach | None:
    """That of a tree; None where there is none, or it is damaged."""
    parts = taken(reach_place(folder, tree))
    return None if parts is None else Reach(tuple(parted(parts[0])), parts[1], frozenset(parted(parts[2])))


def turned(before: Iterable[Arrow], after: Iterable[Arrow]) -> set[str]:
    """The files that a file imports in another way than before: more, less, or of two imports another one first."""
    old, new = _by_target(before), _by_target(after)
    return {
        target for target in old.keys() | new.keys() if shape_of(old.get(target, ())) != shape_of(new.get(target, ()))
    }


def decides_nothing(reach: Reach, lanes: Sequence[str], importer: int, imported: Iterable[int]) -> bool:
    """Whether no chain between lanes goes by these imports, be they there or not, given by rows of the survey.

    `lanes` has the lane of each row, empty outside all. Raises `ValueError` where they do not fit together.
    """
    rows = len(lanes)
    if len(reach.leads) != rows * len(reach.targets):
        raise ValueError("ways of other paths")
    asked = list(imported)
    return all(
        lanes[importer] == target or not any(lanes[row] == target or reach.leads[at * rows + row] for row in asked)
        for at, target in enumerate(reach.targets)
    )


def _by_target(arrows: Iterable[Arrow]) -> dict[str, list[Arrow]]:
    found: dict[str, list[Arrow]] = {}
    for arrow in arrows:
        found.setdefault(arrow.target, []).append(arrow)
    return found
