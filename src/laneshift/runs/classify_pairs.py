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
    yield from _twice(placed, "batch.duplicate-source", "src", lambda line: line.src)
    yield from _twice(placed, "batch.duplicate-destination", "dst", lambda line: line.dst)
    named = {at: line for at, line in placed.items() if is_module_name(line.module)}
    yield from _twice(named, "batch.duplicate-module", "module", lambda line: line.module)
    yield from _first_of_each(_overlaps(moves))
    yield from _first_of_each(_shadows(moves))
    yield from _first_of_each(_case_collisions(moves, holds))


def _twice(lines: Mapping[int, Line], code: str, field: str, value: Callable[[Line], str]) -> Iterator[Found]:
    groups: dict[str, list[int]] = {}
    for at, line in lines.items():
        groups.setdefault(value(line), []).append(at)
    for shared, members in groups.items():
        if len(members) < 2:
            continue
        for at in members:
            other = lines[members[1] if at == members[0] else members[0]]
            yield at, Fault(code, lines[at].where, f"{field} '{shared}' is also that of {other.where}")


def _overlaps(moves: Mapping[int, Line]) -> Iterator[Found]:
    """One item works inside a folder that another one moves or makes."""
    by_src = {line.src: at for at, line in moves.items()}
    by_dst = {line.dst: at for at, line in moves.items()}
    for at, line in moves.items():
        for path, owners, claim in (
            (line.src, by_src, "src '{}' is inside src '{}'"),
            (line.dst, by_src, "dst '{}' is inside src '{}'"),
            (line.dst, by_dst, "dst '{}' is inside dst '{}'"),
        ):
            for folder in paths.folders_above(path):
                other = owners.get(folder, at)
                if other != at:
                    text = claim.format(path, folder)
                    yield at, Fault("batch.overlap", line.where, f"{text} of {moves[other].where}")
                    yield other, Fault("batch.overlap", moves[other].where, f"at {line.where}, {text} of this item")


def _shadows(moves: Mapping[int, Line]) -> Iterator[Found]:
    """One item makes `a.py`, another one a folder `a`."""
    modules = {line.dst.removesuffix(".py"): at for at, line in moves.items() if line.dst.endswith(".py")}
    for at, line in moves.items():
        for folder in (*paths.folders_above(line.dst), line.dst):
            other = modules.get(folder, at)
            if other != at:
                module = moves[other]
                what = f"dst '{line.dst}' makes a package of '{folder}', beside dst '{module.dst}' of {module.where}"
                yield at, Fault("batch.dst-shadowed", line.where, what)
                what = f"dst '{module.dst}' would stand beside dst '{line.dst}' of {line.where}"
                yield other, Fault("batch.dst-shadowed", module.where, what)


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
