"""The items of a batch against each other. Every rule is symmetric, so the order of lines refuses nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from laneshift.errors import Fault
from laneshift.runs import paths
from laneshift.runs.batch_line import Line, is_module_name

Found = tuple[int, Fault]
"""An index into the items, and what is wrong with that item."""


def pair_faults(lines: Sequence[Line], moving: Iterable[int], holds: Callable[[str], bool]) -> Iterator[Found]:
    """What is wrong between items. `moving` are the indices of those that change the tree; `holds` asks the tree.

    Items whose paths are unsafe are left out: nothing can be said about them.
    """
    placed = {at: line for at, line in enumerate(lines) if line.placed}
    moves = {at: placed[at] for at in moving if at in placed}
    moved = {at: line for at, line in placed.items() if line.kind == "move"}
    yield from _twice(moved, "batch.duplicate-source", "src", lambda line: line.src)
    yield from _twice(moved, "batch.duplicate-destination", "dst", lambda line: line.dst)
    named = {at: line for at, line in placed.items() if is_module_name(line.module)}
    yield from _twice(named, "batch.duplicate-module", "module", lambda line: line.module)
    yield from _first_of_each(_overlaps(moves))
    yield from _first_of_each(_shadows(moves))
    yield from _first_of_each(_case_collisions(moves, holds))


def _grouped(lines: Mapping[int, Line], value: Callable[[Line], str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for at, line in lines.items():
        groups.setdefault(value(line), []).append(at)
    return groups


def _twice(lines: Mapping[int, Line], code: str, field: str, value: Callable[[Line], str]) -> Iterator[Found]:
    for shared, members in _grouped(lines, value).items():
        if len(members) < 2:
            continue
        for at in members:
            other = lines[members[1] if at == members[0] else members[0]]
            yield at, Fault(code, lines[at].where, f"{field} '{shared}' is also that of {other.where}")


def _overlaps(moves: Mapping[int, Line]) -> Iterator[Found]:
    """One item works inside a folder that another one moves or makes."""
    by_src = _grouped(moves, lambda line: line.src)
    by_dst = _grouped(moves, lambda line: line.dst)
    yield from _inside(moves, "src", "src", by_src)
    yield from _inside(moves, "dst", "src", by_src)
    yield from _inside(moves, "dst", "dst", by_dst)


def _inside(moves: Mapping[int, Line], field: str, owned: str, owners: Mapping[str, list[int]]) -> Iterator[Found]:
    told: set[str] = set()
    for at, line in moves.items():
        path = line.src if field == "src" else line.dst
        for folder in paths.folders_above(path):
            other = next((owner for owner in owners.get(folder, ()) if owner != at), None)
            if other is None:
                continue
            what = f"{field} '{path}' is inside {owned} '{folder}' of {moves[other].where}"
            yield at, Fault("batch.overlap", line.where, what)
            for owner in owners[folder] if folder not in told else ():
                what = f"{owned} '{folder}' contains {field} '{path}' of {line.where}"
                yield owner, Fault("batch.overlap", moves[owner].where, what)
            told.add(folder)


def _shadows(moves: Mapping[int, Line]) -> Iterator[Found]:
    """One item makes `a.py`, another one a folder `a`."""
    files = {at: line for at, line in moves.items() if line.dst.endswith(".py")}
    modules = _grouped(files, lambda line: line.dst.removesuffix(".py"))
    told: set[str] = set()
    for at, line in moves.items():
        for folder in (*paths.folders_above(line.dst), line.dst):
            owners = modules.get(folder, [])
            if not owners:
                continue
            what = f"dst '{line.dst}' makes a package beside dst '{folder}.py' of {moves[owners[0]].where}"
            yield at, Fault("batch.dst-shadowed", line.where, what)
            for owner in owners if folder not in told else ():
                what = f"dst '{folder}.py' would stand beside dst '{line.dst}' of {line.where}"
                yield owner, Fault("batch.dst-shadowed", moves[owner].where, what)
            told.add(folder)


def _case_collisions(moves: Mapping[int, Line], holds: Callable[[str], bool]) -> Iterator[Found]:
    """Two destinations that differ only by case. A spelling that the tree has already is not to blame."""
    spellings: dict[str, dict[str, int]] = {}
    for at, line in moves.items():
        for path in (*paths.folders_above(line.dst), line.dst):
            spellings.setdefault(paths.collision_key(path), {}).setdefault(path, at)
    for at, line in moves.items():
        for path in (*paths.folders_above(line.dst), line.dst):
            others = spellings[paths.collision_key(path)]
            if len(others) > 1 and not holds(path):
                other = next(moves[index] for spelling, index in others.items() if spelling != path)
                what = f"dst '{line.dst}' and dst '{other.dst}' of {other.where} differ only by case"
                yield at, Fault("batch.case-collision", line.where, what)


def _first_of_each(found: Iterable[Found]) -> Iterator[Found]:
    """One sentence for each item is enough, however many others it meets."""
    seen: set[int] = set()
    for at, fault in found:
        if at not in seen:
            seen.add(at)
            yield at, fault
