"""Gate `lanes`: the change adds no violation, direct or through any chain, and none to the list of known ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.errors import Refused
from laneshift.gates.context import Change, Ports
from laneshift.gates.faults import lanes as faults
from laneshift.gates.verdict import Exempt, Verdict, counted, errored
from laneshift.lanes.crossings import Identity
from laneshift.lanes.ratchet import judge, read
from laneshift.repo.objects import Tree


class Lanes:
    """Known violations may stay, and travel with their files inside their lane; the list of them may only shrink."""

    id = "lanes"
    description = "no new lane violation, direct or through a chain; the known ones only become fewer"
    cost = 0.3
    runs_code = False
    runs = 0
    plant = staticmethod(faults.plant)

    def applies(self, change: Change) -> Exempt | None:
        """Lanes without rules forbid nothing."""
        return Exempt.NO_RULES if all(lane.may_import is None for lane in change.lanes.lanes) else None

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """Both trees, the lanes, and which path became which."""
        lanes = [
            [lane.name, list(lane.paths), None if lane.may_import is None else sorted(lane.may_import)]
            for lane in change.lanes.lanes
        ]
        settings = [change.settings.lanes_baseline, list(change.settings.source_roots)]
        trees = [change.before.oid, change.after.oid]
        return {"trees": trees, "lanes": lanes, "settings": settings, "paths": dict(change.paths)}

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Failed shows each new violation with its whole chain; errored when a list of known ones cannot be read."""
        try:
            known, after = _baseline(change.before, change), _baseline(change.after, change)
        except Refused as error:
            faults_told = "; ".join(map(str, error.faults[:3]))
            return errored(self.id, f"{error.what}: {faults_told or error.where}")
        was, now = ports.standing(change.before, change.before), ports.standing(change.after, change.before)
        moves = {old: new for new, old in change.paths.items()}
        judgement = judge(was.found, now.found, known, moves, after)
        bad = [str(crossing) for crossing in judgement.new]
        bad += [
            f"{change.settings.lanes_baseline} excuses a new violation: {' '.join(each)}" for each in judgement.grown
        ]
        checked = sum(now.ground.lane(path) is not None for path in now.ground.atlas.paths)
        # Several violations can be in one file, and the list of known ones is a file of its own.
        return counted(self.id, max(checked, len(bad) if bad else 0), tuple(bad), "Python files in lanes")


def _baseline(tree: Tree, change: Change) -> frozenset[Identity]:
    path = change.settings.lanes_baseline
    entry = tree.entry(path)
    return read(tree.read(path), path) if entry is not None and entry.is_regular else frozenset()
