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
from tests.rollout.plans import SCRIPT, as_items, plan_of


def run(plan: Path, *size: str) -> list[str]:
    """What the script writes, with no package but the standard library in reach."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(plan), *size]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=plan.parent, timeout=60)
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
