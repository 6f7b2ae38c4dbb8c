"""Drives flows in processes of their own, killed where a test says, and tells what is so afterwards."""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laneshift.runs.flowing.state import Run, flow_runs
from laneshift.wiring import changes, issues
from tests.runs.flowing.shipped.child import Job, perform
from tests.toy import copy_of, refs, shop_at

EPOCH = "1750000000"
PATIENCE_SECONDS = 300
_OWN = ("flow.", "telemetry.", "seal")
"""Kinds of records that tell how often a process began, and not what became of the repository."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.runs.flowing.shipped.child"])


@dataclass(frozen=True)
class Ended:
    """How a walk ended: the run by its journal, the world, which points killed, and how much each step changed."""

    run: Run
    world: dict[str, Any]
    killed: list[str]
    counts: dict[str, int]
    children: frozenset[str]
    path: Path


def walk(
    template: Path,
    place: Path,
    flow: str,
    inputs: Mapping[str, Any],
    points: Sequence[str] = (),
    says: tuple[str, Any] | None = ("approve", True),
    environ: Mapping[str, str] | None = None,
) -> Ended:
    """Perform the flow in a copy of `template`, going on after each kill, until a process ends by itself."""
    path = copy_of(template, place / "repo")
    environ = {"SOURCE_DATE_EPOCH": EPOCH, **(environ or {})}
    job = Job(path, flow, inputs, tuple(points), place / "fuse", place / "counts", environ, says)
    for _ in range(len(points) + 1):
        process = _context.Process(target=perform, args=(job,))
        process.start()
        process.join(PATIENCE_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
            raise AssertionError(f"{flow} did not end: {_runs(path)}")
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL, f"{flow} ended with {process.exitcode}"
    assert process.exitcode == 0
    killed = job.fuse.read_text().splitlines() if job.fuse.exists() else []
    counts = _counts(job.counts)
    children = frozenset(name.removesuffix("+child") for name in counts if name.endswith("+child"))
    plain = {name: number for name, number in counts.items() if not name.endswith("+child")}
    return Ended(_runs(path)[-1], world(path), killed, plain, children, path)


def world(path: Path) -> dict[str, Any]:
    """What a flow can have changed: refs, issues, changes under review, plans, and what is on record."""
    shop = shop_at(path)
    kinds = Counter(each.kind for each in shop.journal.records() if not each.kind.startswith(_OWN))
    return {
        "refs": refs(path),
        "issues": issues(shop.repository).all(),
        "changes": changes(shop.repository).all(),
        "plans": [plan.id for plan in shop.plans.all()],
        "records": dict(kinds),
    }


def told(run: Run) -> dict[str, Any]:
    """How a run ended, and each of its steps with its value: nothing of when, how often and under which name."""
    steps = {f"{name}.{index}" if index is not None else name: _told(each) for (name, index), each in run.steps.items()}
    text = json.dumps({"state": run.standing, "code": run.code, "steps": steps}, sort_keys=True, default=str)
    plain: dict[str, Any] = json.loads(text)
    return plain


def _told(step: Any) -> dict[str, Any]:
    return {"state": step.state.name, "value": getattr(step.state, "value", None), "code": step.code}


def _runs(path: Path) -> list[Run]:
    return [run for run in flow_runs(shop_at(path).journal) if not run.parent]


def _counts(path: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in path.read_text().splitlines():
        name, _, number = line.rpartition(" ")
        found[name] = max(found.get(name, 0), int(number))
    return found


def all_points(ended: Ended) -> list[str]:
    """Every point at which the steps of a flow can be killed, in their order: before, in the midst, after."""
    points = []
    for place, count in ended.counts.items():
        points.append(f"{place}/before")
        if count:
            points.append(f"{place}/in:{(count + 1) // 2}")
        points += [f"{place}/in:child"] * (place in ended.children) + [f"{place}/after"]
    return points
