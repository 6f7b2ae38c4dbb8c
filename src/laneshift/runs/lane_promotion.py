"""Try what a module needs before it may enter a lane: gather what is known, run the lint command, judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from laneshift.code.index import Index
from laneshift.config import Settings
from laneshift.errors import CheckFailed, Refused
from laneshift.gates.sandbox import Limits, Sandbox
from laneshift.lanes.crossings import Ground
from laneshift.lanes.explain import places
from laneshift.lanes.kept import atlas_of
from laneshift.lanes.manifest_text import FILE, Manifest, read
from laneshift.lanes.model import Lane
from laneshift.lanes.promotion import Candidate, Counted, Criterion, Linted, criteria, next_lane
from laneshift.repo.objects import Tree
from laneshift.runs.lane_check import lanes_of, settings_of

_LARGEST = 256 << 20
_LAST = 300


def promotion(
    index: Index,
    tree: Tree,
    module: str,
    to: str,
    coverage: Path | None,
    sandbox: Callable[[Settings], Sandbox],
) -> tuple[Lane, tuple[Criterion, ...]]:
    """The lane that `module` (a path or a dotted name) would enter, and every criterion. `to` names it, or is empty."""
    settings = settings_of(tree)
    lanes = lanes_of(settings, tree)
    atlas = atlas_of(tree, index, settings.source_roots)
    facts = index.facts(tree)
    files = tuple(sorted(path for path in places(atlas, lanes, module) if path in facts))
    now = {lane.name: lane for path in files if (lane := lanes.lane_of(path)) is not None}
    if len(now) != 1:
        raise Refused("lanes.not-one-lane", f"{module!r} lies in {len(now)} lanes: {', '.join(sorted(now)) or 'none'}")
    lane = next_lane(lanes, next(iter(now.values())), to)
    measured = None if coverage is None else read_coverage(coverage)
    linted = _linted(sandbox, settings, tree, lane, files)
    manifest = _manifest(tree, files)
    return lane, criteria(Candidate(files, lane, Ground(atlas, lanes), facts, manifest, measured, linted))


def read_coverage(path: Path) -> Mapping[str, Counted]:
    """Statements by path from the JSON report of coverage.py. Raises `CheckFailed` (`lanes.bad-coverage`)."""
    try:
        if path.stat().st_size > _LARGEST:
            raise CheckFailed("lanes.bad-coverage", "the coverage file is too large", where=str(path))
        table: Any = json.loads(path.read_bytes())
        found = table["files"].items()
        return {name: _counted(each["summary"]) for name, each in found}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckFailed(
            "lanes.bad-coverage",
            "the coverage file cannot be read",
            where=str(path),
            why=f"{type(error).__name__}: {error}",
            cure="write it with `coverage json`",
        ) from error


def _counted(summary: Mapping[str, Any]) -> Counted:
    statements, covered = int(summary["num_statements"]), int(summary["covered_lines"])
    if not 0 <= covered <= statements:
        raise ValueError(f"{covered} of {statements} statements")
    return Counted(statements, covered)


def _linted(
    sandbox: Callable[[Settings], Sandbox], settings: Settings, tree: Tree, lane: Lane, files: tuple[str, ...]
) -> Linted | None:
    if not lane.lint:
        return None
    limits = Limits(seconds=settings.tests.item_seconds, memory_mib=settings.tests.memory_mib)
    ran = sandbox(settings).run(tree.oid, [*lane.lint, *files], limits)
    end = "took too long" if ran.timed_out else f"ended with {ran.exit_code}"
    return Linted(ran.ok, f"{' '.join(lane.lint)} {end}: {ran.output.strip()[-_LAST:]}".rstrip(": "))


def _manifest(tree: Tree, files: tuple[str, ...]) -> Manifest | None:
    """The manifest of the nearest folder at or above the module."""
    folder = files[0].rpartition("/")[0]
    while folder:
        path = f"{folder}/{FILE}"
        if path in tree:
            manifest, faults = read(tree.read(path), path)
            if manifest is None:
                raise Refused("lanes.bad-manifest", f"{len(faults)} fault(s) in {path}", where=path, faults=faults)
            return manifest
        folder = folder.rpartition("/")[0]
    return None
