"""What `report coverage` found, as a section. Pure."""

from __future__ import annotations

from decimal import Decimal

from laneshift.config import Settings
from laneshift.config.coverage import Coverage as Asking
from laneshift.errors import CheckFailed
from laneshift.reports.coverage.report import Coverage
from laneshift.reports.health.model import Section, count, judged, rate


def with_some_threshold(settings: Settings) -> Settings:
    """The settings; where they ask no coverage of anything, `health.coverage` is asked of everything."""
    asking: Asking = settings.coverage
    if asking.thresholds or asking.branches or asking.default is not None:
        return settings
    default = settings.health.coverage * Decimal(100)
    return settings.model_copy(update={"coverage": asking.model_copy(update={"default": default})})


def section(found: Coverage) -> Section:
    """The section of the report. Raises `CheckFailed` (`health.no-coverage`) where no statement is of this tree."""
    whole = found.statements
    if not whole.all:
        raise CheckFailed("health.no-coverage", "the coverage report has no statement of a file of this tree")
    without = [each for each in found.modules if each.why]
    figures = [
        rate("covered", "statements that tests run", whole.run, whole.all),
        count("faults", "below what is asked, or without data", len(found.all_faults), 0),
        count("without", "files without data", len(without)),
        count("foreign", "files of the report that are not in this tree", len(found.foreign), better="either"),
    ]
    if found.branch and found.branches.all:
        figures.insert(1, rate("branches", "branches that tests take", found.branches.run, found.branches.all))
    notes = [f"{fault.where}: {fault.what}" for fault in found.all_faults]
    groups = [each for each in found.groups if each.statements.all]
    rows = [(f"{each.asked.name}, percent", each.statements.run * 100 // each.statements.all) for each in groups]
    return judged("coverage", figures, notes, rows)
