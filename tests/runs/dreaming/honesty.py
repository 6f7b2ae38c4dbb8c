"""A dream held against the real run and landing that follow it: items, files by their blobs, lane violations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from laneshift.errors import LaneshiftError
from laneshift.lanes.ratchet import judge_change
from laneshift.runs import working
from laneshift.runs.arguments import Landing
from laneshift.runs.dreaming.asking import Constraints
from laneshift.runs.dreaming.dreaming import dream
from laneshift.runs.dreaming.scene import wish_of_plan
from laneshift.runs.item_steps import ItemSteps
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, make_plan
from laneshift.runs.workshop import Workshop
from tests.repo.builders import git_cli
from tests.toy import shop_at

_RUNS_CODE = frozenset({"create_tests", "test", "gates", "land"})
"""Where an item can end by what code does when it runs, which a dream does not foresee."""


_LOOKED = "breaks what its base does not"
"""How the cause of an item begins that a landing holds for what it sees: that, a dream foresees."""


@dataclass
class Compared:
    """What one comparison looked at, and every difference. `unforeseen` are items that running code stopped."""

    items: int = 0
    landed: int = 0
    files: int = 0
    edits: int = 0
    stopped: int = 0
    conflicts: int = 0
    violations: int = 0
    together: int = 0
    unforeseen: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def same(self, what: str, dreamt: object, real: object) -> None:
        """Note a difference."""
        if dreamt != real:
            self.differences.append(f"{what}: dreamt {dreamt!r}, real {real!r}")


def compare(path: Path, name: str, batch: str) -> Compared:
    """Dream of a batch, then plan, run and land it, and hold one against the other."""
    shop = shop_at(path)
    plan = make_plan(shop, Order(name, batch.encode())).plan
    wish = wish_of_plan(shop.repository, plan)
    dreamt = dream(shop, wish, paths=1, depth=1).as_json()
    working.run(shop_at(path), plan, workers=1)
    after = shop_at(path)
    found = Compared(items=len(plan.items))
    steps = _steps(after, plan)
    for item in dreamt["items"]:
        _compare_item(found, item, steps.get(item["item"], {}))
    landing = _landed(after, plan)
    state = {record.facts["item"]: record.facts for record in after.journal.records(kind="item.settled")}
    blind = sorted(i for i, facts in state.items() if _unforeseen(facts, dreamt))
    found.unforeseen = blind
    if blind and len(blind) < len(dreamt["paths"][0]["outcome"]["lands"]):
        # What is left is dreamt of again, on the tree that it really landed on.
        limits = Constraints(without=tuple(blind))
        dreamt = dream(after, replace(wish, tip=plan.base), paths=1, depth=1, constraints=limits).as_json()
    elif blind:
        found.same("landed", [], landing["items"])
        return found
    _compare_landing(found, path, plan, dreamt["paths"][0], landing)
    return found


def _unforeseen(facts: Mapping[str, Any], dreamt: Mapping[str, Any]) -> bool:
    """Whether code that ran stopped an item, and no dream could have told."""
    if facts["state"] not in ("quarantined", "held") or facts["step"] not in _RUNS_CODE:
        return False
    if _is_looked(facts):
        return False
    told = next(item for item in dreamt["items"] if item["item"] == facts["item"])
    conflicts = dict(dreamt["paths"][0]["outcome"]["conflicts"])
    return told["foreseen"] != "stops" and facts["item"] not in conflicts


def _steps(shop: Workshop, plan: Plan) -> dict[str, dict[str, Any]]:
    """Item to step to its status and its facts, from the journal."""
    told: dict[str, dict[str, Any]] = {}
    for record in shop.journal.records(kind="step.ended", prefix=f"{plan.id}/"):
        notes = json.loads(shop.store.get(record.facts["notes"]))
        step = {"status": record.facts["status"], **notes}
        told.setdefault(record.facts["item"], {})[record.facts["step"]] = step
    return told


def _compare_item(found: Compared, dreamt: Mapping[str, Any], real: Mapping[str, Any]) -> None:
    name = dreamt["item"]
    stopped = [step for step, told in real.items() if told["status"] in ("failed", "errored")]
    if dreamt["stopped_at"] and stopped != ["create_tests"]:
        found.stopped += 1
        found.same(f"{name} stops at", [dreamt["stopped_at"]], stopped)
    elif stopped and stopped[0] not in _RUNS_CODE:
        found.same(f"{name} stops at", dreamt["stopped_at"], stopped[0])
    if "check_deps" in real and dreamt["foreseen"] != "verified":
        facts = real["check_deps"]["facts"]
        for field_name in ("lane_violations", "newly_unresolved", "new_cycles"):
            found.same(f"{name} {field_name}", dreamt[field_name], facts[field_name])
        found.violations += len(facts["lane_violations"])
    if "update_imports" in real and real["update_imports"]["status"] == "passed":
        facts = real["update_imports"]["facts"]
        found.same(f"{name} files", dreamt["files"], facts["files"])
        found.same(f"{name} forms", dreamt["forms"], facts["forms"])
        found.edits += sum(facts["forms"].values())
    if "test" in real and "selected" in real["test"]["facts"]:
        found.same(f"{name} tests", dreamt["tests"], real["test"]["facts"]["selected"])
    if "gates" in real:
        static = {gate: real["gates"]["facts"].get(gate) for gate in dreamt["gates"]}
        found.same(f"{name} gates", dreamt["gates"], static)


def _landed(shop: Workshop, plan: Plan) -> dict[str, Any]:
    """What really landed, with what the target did not allow."""
    try:
        items = working.land(shop, plan, Landing()).get("items", [])
    except LaneshiftError:
        items = []
    combined = shop.journal.records(kind="land.combined", prefix=f"{plan.id}/")
    dropped = {tuple(pair): None for record in combined for pair in record.facts["dropped"]}
    settled = [record.facts for record in shop.journal.records(kind="item.settled", prefix=f"{plan.id}/")]
    held = [[facts["item"], facts["cause"].partition("; `")[0]] for facts in settled if _is_looked(facts)]
    return {"items": items, "dropped": [list(pair) for pair in dropped], "held": held}


def _is_looked(facts: Mapping[str, Any]) -> bool:
    return facts["state"] == "held" and str(facts["cause"]).startswith(_LOOKED)


def _compare_landing(
    found: Compared, path: Path, plan: Plan, dreamt: Mapping[str, Any], landing: Mapping[str, Any]
) -> None:
    outcome = dreamt["outcome"]
    found.same("landed", outcome["lands"], landing["items"])
    found.same("not allowed", outcome["conflicts"], landing["dropped"])
    found.same("held", outcome["held"], landing["held"])
    found.together += len(landing["held"])
    if not landing["items"]:
        return
    found.same("the tree", outcome["tree"], git_cli(path, "rev-parse", "main^{tree}"))
    commits = git_cli(path, "rev-list", "--reverse", f"{plan.base}..main").splitlines()
    shop = shop_at(path)
    steps = ItemSteps(shop, plan)
    before = plan.base
    landed = [each for each in dreamt["items"] if not each["conflict"]]
    for each, commit in zip(landed, commits, strict=False):
        found.landed += 1
        found.same(f"{each['item']} files", _blobs(each), _changed(path, before, commit))
        found.files += len(each["files"])
        real = _added(shop, steps, plan, before, commit, each)
        found.same(f"{each['item']} violations", each["lane_violations"], real)
        before = commit
    found.conflicts += len(outcome["conflicts"])


def _blobs(dreamt: Mapping[str, Any]) -> dict[str, str]:
    """Path to blob, "" for what is gone."""
    told = {edit["path"]: edit["blob"] for edit in dreamt["files"]}
    gone = {edit["was"]: "" for edit in dreamt["files"] if edit.get("was")}
    return {**gone, **told}


def _changed(path: Path, before: str, after: str) -> dict[str, str]:
    """As `_blobs`, told by git."""
    rows = git_cli(path, "diff-tree", "-r", "--no-renames", "--no-abbrev", before, after).splitlines()
    told = [(row.split("\t")[1], row.split()[3], row.split()[4]) for row in rows]
    return {name: "" if status == "D" else blob for name, blob, status in told}


def _added(
    shop: Workshop, steps: ItemSteps, plan: Plan, before: str, after: str, dreamt: Mapping[str, Any]
) -> list[str]:
    """The lane violations that a landed commit really adds, by the lanes of the plan's base."""
    base, was, now = (shop.repository.tree(each) for each in (plan.base, before, after))
    moves = {edit["was"]: edit["path"] for edit in dreamt["files"] if edit.get("was")}
    parts = steps.parts
    standings = parts.standing(was, base).found, parts.standing(now, base).found
    return [str(each) for each in judge_change(*standings, (was, now), parts.settings.lanes_baseline, moves).new]
