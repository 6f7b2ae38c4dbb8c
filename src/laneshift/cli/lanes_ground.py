"""Writes down what the answer about the next tree may follow from, after a whole check of one."""

from __future__ import annotations

from collections.abc import Collection

from laneshift.lanes.again import Question, Said, today
from laneshift.lanes.answers import folder, written
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.crossings import Ground
from laneshift.lanes.edited import lines_of, worded
from laneshift.lanes.ground_file import Account, keep_account, lanes_of
from laneshift.lanes.kept import keep_survey
from laneshift.lanes.reach import keep_reach, reach_of
from laneshift.lanes.shims import others_of
from laneshift.repo.objects import Tree
from laneshift.runs.lane_check import Report
from laneshift.runs.lane_rules import rules_of


def keep_ground(report: Report, atlas: Atlas, last: Tree, said: Said, question: Question) -> None:
    """Keep the account of an answer and the survey of its tree. `last` is the tree whose known violations counted."""
    tree, place = atlas.tree, str(folder(atlas.tree.repository))
    baseline = rules_of(tree).baseline
    entry = last.entry(baseline)
    ground, judgement = Ground(atlas, report.lanes), report.judgement
    passing = {path for path in atlas.passing if others_of(ground, path)}
    unsure = atlas.blind.keys() | atlas.bent.keys()
    account = Account(
        tree=tree.oid,
        code=said.code,
        text=said.text,
        baseline=baseline,
        listed="" if entry is None else f"{entry.mode:o} {entry.oid}",
        lined=frozenset(hop.importer for each in (*judgement.new, *judgement.known) for hop in each.chain),
        closed=frozenset(passing | atlas.scanned),
        harmless=atlas.passing - passing,
        unsure={path: lines_of(atlas.blind.get(path, ()), atlas.bent.get(path, ())) for path in unsure},
        lanes=lanes_of((path, ground.lane(path) or "") for path in atlas.out),
    )
    keep_survey(atlas)
    _keep_reach(report, ground, place, passing)
    written(place, lambda: keep_account(place, f"{worded(question)} {today()}", account))


def _keep_reach(report: Report, ground: Ground, place: str, passing: Collection[str]) -> None:
    """What it depends on is the tree alone: the rules are its own, too."""
    if report.reaching is None:
        return
    names = [lane.name for lane in report.lanes.lanes]
    forbidden = [(a, b) for a in names for b in names if not ground.allows(a, b)]
    into = ground.atlas.into
    counted = (path for path in passing if not ground.lane(path) and any(map(ground.lane, into.get(path, ()))))
    reach = reach_of(forbidden, report.reaching, ground.atlas.out, frozenset(counted))
    if reach is not None:
        written(place, lambda: keep_reach(place, ground.atlas.tree.oid, reach))
