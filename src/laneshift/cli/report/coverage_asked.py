"""What `report coverage` does between its options and its words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from laneshift.cli.lanes import last_commit, looked_at
from laneshift.repo.objects import Repository, Tree
from laneshift.reports.coverage import ratchet
from laneshift.reports.coverage.measuring import Compared, coverage_of
from laneshift.reports.coverage.reading import LARGEST, read
from laneshift.reports.coverage.report import Coverage
from laneshift.runs.coverage_file import find_report, read_report, refuse_old, refuse_overtaken
from laneshift.runs.lane_check import settings_of


@dataclass(frozen=True, slots=True)
class Asked:
    """The options. `tree` empty is the work tree, `base` empty no change."""

    source: Path | None
    base: str
    tree: str
    raise_ratchet: bool


def made(repository: Repository, asked: Asked) -> tuple[Coverage, dict[str, bytes]]:
    """The report, and the file of the ratchet where it is to be raised. Raises `Refused` for what cannot be judged."""
    now = looked_at(repository, asked.tree)
    base = repository.tree(asked.base) if asked.base else None
    settings = settings_of(now)
    path = find_report(asked.source, repository.work_dir, settings.coverage.report)
    data, written = read_report(path, LARGEST)
    measured = read(data, str(path))
    hours = settings.coverage.hours
    refuse_old(measured.written, local=measured.local, now=time.time(), hours=hours, where=str(path))
    last = None if asked.tree else last_commit(repository)
    found = coverage_of(now, settings, measured, path.name, _compared(base), _compared(last))
    if not asked.tree and repository.work_dir is not None:
        refuse_overtaken(repository.work_dir, _with_data(found), written, str(path))
    place = settings.coverage.ratchet
    if not asked.raise_ratchet:
        return found, {}
    recorded = ratchet.read(now.read(place), place) if place in now else {}
    raised = ratchet.raised(recorded, found)
    return found, {place: ratchet.written(raised)} if raised != recorded else {}


def _compared(tree: Tree | None) -> Compared | None:
    return None if tree is None else Compared(tree, settings_of(tree))


def _with_data(found: Coverage) -> list[str]:
    return [each.path for each in found.modules if not each.why]
