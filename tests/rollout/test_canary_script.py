"""`docs/canary.py` as teams run it: a process of its own that has nothing but the plan file."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from laneshift.rollout.canary import canary
from laneshift.runs.staging import candidates
from tests.monorepo import monorepo
from tests.rollout.plans import SCRIPT, as_items, plan_of
from tests.toy import planned

_TEAMS = {"pay": "core", "ship": "core", "web": "serve"}
_SETTINGS = """[lanes.labs]
paths = ["labs/**"]
[lanes.core]
paths = ["core/**"]
[lanes.serve]
paths = ["serve/**"]
[rollout]
critical = ["serve/**"]
"""


def run(plan: Path, *size: str) -> list[str]:
    """What the script writes, with no package but the standard library in reach."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(plan), *size]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=plan.parent, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("size", ["0.10", "0.25", "1.0"])
def test_it_agrees_on_plan_files(tmp_path: Path, size: str) -> None:
    chance = random.Random(size)
    strata = [(chance.randint(1, 40), chance.choice((0, 0, 1))) for _ in range(7)]
    candidates = plan_of(strata)
    others = [
        {"id": "done", "status": "already-done", "stratum": "", "critical": False},
        {"id": "bad", "status": "refused", "stratum": "lane/0", "critical": True},
    ]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"digest": "sha256:" + "0" * 64, "plan": {"items": [*others, *as_items(candidates)]}}))
    assert run(file, size) == list(canary(candidates, Decimal(size)))
    assert run(file) == list(canary(candidates, Decimal("0.10")))


def test_it_agrees_on_a_plan_that_laneshift_made(tmp_path: Path) -> None:
    moves = [(f"labs.{team}.m{at}", f"{lane}/{team}") for team, lane in _TEAMS.items() for at in range(9)]
    files = {f"{module.replace('.', '/')}.py": f"NAME = {module!r}\n" for module, _ in moves}
    monorepo(tmp_path, {"laneshift.toml": _SETTINGS, **files})
    lines = (f"{module}\t{module.replace('.', '/')}.py\t{folder}/{module[-2:]}.py\n" for module, folder in moves)
    plan = planned(tmp_path, "".join(lines))
    drawn = candidates(plan.items)
    assert {one.stratum for one in drawn} == {"core/core", "serve/serve"}
    assert sum(one.critical for one in drawn) == 9
    file = tmp_path / ".git" / "laneshift" / "plans" / f"{plan.id}.json"
    for size in ("0.10", "0.25", "0.03"):
        assert run(file, size) == list(canary(drawn, Decimal(size)))


def test_it_is_40_lines_of_the_standard_library() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 40
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        + ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
    }
    assert imported
    assert imported <= sys.stdlib_module_names
