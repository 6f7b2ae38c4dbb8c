"""Coverage for `laneshift report health`, by the rules of `laneshift report coverage`."""

from __future__ import annotations

import time
from pathlib import Path

from laneshift.cli.lanes import last_commit
from laneshift.config import Settings
from laneshift.repo.objects import Repository, Tree
from laneshift.reports.coverage.measuring import Compared, coverage_of
from laneshift.reports.coverage.reading import LARGEST, read
from laneshift.reports.health.coverage import section, with_some_threshold
from laneshift.reports.health.model import Section
from laneshift.runs.coverage_file import find_report, read_report, refuse_old
from laneshift.runs.lane_check import settings_of


def coverage(repository: Repository, tree: Tree, settings: Settings, named: Path | None) -> Section:
    """The section. Raises `Refused` for a report that is missing, empty, damaged, too old or of another tree."""
    path = find_report(named, repository.work_dir, settings.coverage.report)
    data, _ = read_report(path, LARGEST)
    measured, where, hours = read(data, str(path)), str(path), settings.coverage.hours
    refuse_old(measured.written, local=measured.local, now=time.time(), hours=hours, where=where)
    last = last_commit(repository)
    before = None if last is None else Compared(last, settings_of(last))
    return section(coverage_of(tree, with_some_threshold(settings), measured, where, last=before))
