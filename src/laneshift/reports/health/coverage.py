"""How much of a tree its tests run, from a report of coverage.py or Cobertura, by the words of `report coverage`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.repo.objects import Tree
from laneshift.reports.coverage.reading import LARGEST, read
from laneshift.reports.coverage.resolving import resolve
from laneshift.reports.health.model import Section, count, judged, rate


@dataclass(frozen=True, slots=True)
class Covered:
    """Statements that ran, and all of them, by top folder; files of the tree without data; names that are elsewhere."""

    folders: Mapping[str, tuple[int, int]]
    without: tuple[str, ...]
    foreign: int


def look(tree: Tree, file: Path) -> Covered:
    """What a report says of a tree. Raises `CheckFailed` (`health.no-coverage`) for a file that cannot be read, and as
    `report coverage` does for one that is empty, damaged, of another tree or without a statement."""
    measured = read(_bytes(file), str(file))
    python = [path for path, entry in tree.below("") if path.endswith(".py") and entry.is_regular]
    resolved = resolve(measured, python, str(tree.repository.work_dir or ""))
    folders: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for path, name in resolved.names.items():
        lines, top = measured.files[name], path.partition("/")[0] if "/" in path else "."
        run, all_ = folders[top]
        folders[top] = run + len(lines.run), all_ + len(lines.statements)
    without = tuple(path for path in python if path not in resolved.names)
    return Covered(dict(sorted(folders.items())), without, len(resolved.foreign))


def section(found: Covered, least: Decimal) -> Section:
    """The section of the report. Raises `CheckFailed` where no statement is of this tree."""
    run, statements = (sum(each[at] for each in found.folders.values()) for at in (0, 1))
    if not statements:
        raise CheckFailed("health.no-coverage", "the coverage report has no statement of a file of this tree")
    figures = [
        rate("covered", "statements that tests run", run, statements, least),
        count("without", "files without data", len(found.without)),
        count("foreign", "files of the report that are not in this tree", found.foreign, better="either"),
    ]
    notes = [f"{path}: no data" for path in found.without]
    rows = [(f"{name}, percent", part * 100 // whole) for name, (part, whole) in found.folders.items() if whole]
    return judged("coverage", figures, notes, rows)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise CheckFailed(
            "health.no-coverage", "the coverage report cannot be read", where=str(file), why=why
        ) from error
