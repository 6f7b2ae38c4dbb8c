"""Gate `lanes`: the change adds no violation, direct or through a chain, and breaks no contract of import-linter's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laneshift.errors import Refused
from laneshift.gates.context import Change, Ports, Settled
from laneshift.gates.faults import contracts as contract_faults
from laneshift.gates.faults import lanes as faults
from laneshift.gates.verdict import Exempt, Verdict, counted, errored
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.standing import new_breaches, options_of, told
from laneshift.lanes.ratchet import judge_change

_SHOWN = 3


class Lanes:
    """Known violations may stay, and travel with their files inside their lane; the list of them may only shrink.

    Rules and contracts are those of the tree before the change.
    """

    id = "lanes"
    description = "no new lane violation, direct or through a chain; no newly broken contract; known ones only shrink"
    cost = 0.3
    runs_code = False
    runs = 0
    plant = staticmethod(faults.plant)
    further_faults = (contract_faults.plant,)

    def applies(self, change: Change) -> Exempt | None:
        """Lanes without rules forbid nothing. Raises `Refused` for contracts that cannot be read."""
        ruled = any(lane.may_import is not None for lane in change.lanes.lanes)
        return None if ruled or options_of(change.before) is not None else Exempt.NO_RULES

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """Both trees, the lanes, and which path became which."""
        lanes = [
            [lane.name, list(lane.paths), None if lane.may_import is None else sorted(lane.may_import)]
            for lane in change.lanes.lanes
        ]
        settings = [change.settings.lanes_baseline, list(change.settings.source_roots)]
        then = _then(change)
        trees = [change.before.oid, *dict.fromkeys((change.after.oid, then.tree.oid))]
        names = [dict(then.paths), dict(then.modules), dict(change.importers)]
        return {"trees": trees, "lanes": lanes, "settings": settings, "names": names}

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Failed shows each new violation with its whole chain; errored when a list or a contract cannot be judged."""
        path = change.settings.lanes_baseline
        then = _then(change)
        was, now = ports.standing(change.before, change.before), ports.standing(then.tree, change.before)
        moves = {old: new for new, old in then.paths.items()}
        try:
            judgement = judge_change(was.found, now.found, (change.before, then.tree), path, moves)
            options = options_of(change.before)
            broken = [] if options is None else list(_contracts(change, ports, options))
        except Refused as error:
            faults_told = "; ".join(map(str, error.faults[:_SHOWN]))
            return errored(self.id, f"{error.what}: {faults_told or error.where}")
        invalid = [what for what, is_invalid in broken if is_invalid]
        if invalid:
            return errored(self.id, "; ".join(invalid[:_SHOWN]))
        bad = [str(crossing) for crossing in judgement.new]
        bad += [f"{path} excuses a new violation: {' '.join(each)}" for each in judgement.grown]
        bad += [what for what, _ in broken]
        ruled = sum(now.ground.lane(each) is not None for each in now.ground.atlas.paths)
        checked = sum(1 for _ in now.ground.atlas.paths) if options is not None else ruled
        # Several violations can be in one file, and the list of known ones is a file of its own.
        unit = "Python files in lanes" if options is None else "Python files in lanes and contracts"
        return counted(self.id, max(checked, len(bad) if bad else 0), tuple(bad), unit)


def _then(change: Change) -> Settled:
    """The tree that the rules are for: where what the item waits for has moved too."""
    return change.settled or Settled(change.after, change.paths, change.modules)


def _contracts(change: Change, ports: Ports, options: Options) -> Iterator[tuple[str, bool]]:
    """What is wrong with each contract that the change breaks, and whether that is that it cannot be judged."""
    before = ports.contracts(change.before, change.before, options)
    then = _then(change)
    after = ports.contracts(then.tree, change.before, options)
    renamed = {old: new for new, old in (*then.modules.items(), *change.importers.items()) if old != new}
    for verdict, fresh in new_breaches(before, after, renamed):
        if verdict.status == "invalid":
            yield told(verdict), True
        for breach in fresh[:_SHOWN]:
            yield told(verdict, breach), False
