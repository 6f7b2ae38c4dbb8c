"""Repositories whose files have statements exactly where a report says so, and reports to lay over them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from laneshift.config import Settings
from laneshift.repo.objects import Tree
from laneshift.reports.coverage.lines import Lines, Measured
from laneshift.reports.coverage.measuring import Compared, coverage_of
from laneshift.reports.coverage.reading import read
from laneshift.reports.coverage.report import Coverage
from tests.repo.builders import repo_at

RECORDED = Path(__file__).with_name("recorded")
PROJECTS = {"idna": "idna", "import_linter": "src/importlinter", "itsdangerous": "src/itsdangerous"}
"""Real projects whose reports are kept, and the folder of their package."""


def recorded(name: str, kind: str) -> Measured:
    """A report that coverage.py wrote about a real project."""
    file = RECORDED / f"{name}.{kind}"
    return read(file.read_bytes(), file.name)


def source(lines: Iterable[int]) -> str:
    """A module with a statement on each of these lines and nothing on the others."""
    wanted = set(lines)
    return "".join(f"x{at} = {at}\n" if at in wanted else "\n" for at in range(1, max(wanted, default=0) + 1))


def tree_of(path: Path, measured: Measured, names: Mapping[str, str] | None = None, more: str = "") -> Tree:
    """A repository with the files of a report; `names` are their paths, `more` the settings."""
    files = {
        (names or {}).get(name, name): source(lines.statements | lines.excluded)
        for name, lines in measured.files.items()
    }
    return repo_at(path, {**files, "laneshift.toml": more or "\n"}).tree("HEAD")


def measured(files: Mapping[str, tuple[int, int]], *, branch: bool = False, sources: tuple[str, ...] = ()) -> Measured:
    """A report in which of so many statements of each file so many ran."""
    lines = {
        name: Lines(frozenset(range(1, whole + 1)), frozenset(range(1, run + 1)))
        for name, (whole, run) in files.items()
    }
    return Measured("test 1", lines, branch, sources=sources)


def with_branches(found: Measured, name: str, whole: int, taken: int) -> Measured:
    """The same with branches in one file."""
    lines = replace(found.files[name], branches=whole, branches_run=taken)
    return replace(found, branch=True, files={**found.files, name: lines})


def settings(**coverage: Any) -> Settings:
    """Settings with this table `coverage`."""
    return Settings.model_validate({"coverage": coverage})


def judged(tree: Tree, found: Measured, base: Compared | None = None, **coverage: Any) -> Coverage:
    """The report about `found`."""
    return coverage_of(tree, settings(**coverage), found, "coverage.json", base)


def codes(found: Coverage) -> set[tuple[str, str]]:
    """Code and place of every fault."""
    return {(each.code, each.where) for each in found.all_faults}


def as_json(files: Mapping[str, tuple[int, int]], **meta: Any) -> str:
    """A report as coverage.py writes it."""
    told = {
        name: {
            "executed_lines": list(range(1, run + 1)),
            "missing_lines": list(range(run + 1, whole + 1)),
            "excluded_lines": [],
            "summary": {"covered_lines": run, "num_statements": whole, "missing_lines": whole - run},
        }
        for name, (whole, run) in files.items()
    }
    return json.dumps({"meta": {"version": "7", "branch_coverage": False, **meta}, "files": told})
