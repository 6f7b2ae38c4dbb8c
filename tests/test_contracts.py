"""The import contracts hold, and each of them breaks when a violation of it is planted in a copy of the package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FAULTS: dict[str, dict[str, str]] = {
    "imports only go down": {"flows/upwards.py": "from laneshift.gates import sandbox\n"},
    "one door to the durable engine": {"runs/shortcut.py": "import dbos\n"},
    "one door to GitHub": {"runs/pulling.py": "import githubkit\n"},
    "one door to processes": {"evidence/shell.py": "import subprocess\n"},
    "only wiring names a concrete adapter": {"runs/direct.py": "from laneshift.repo.pool import Pool\n"},
    "no cycles": {
        "code/first.py": "from laneshift.code import second\n",
        "code/second.py": "from laneshift.code import first\n",
    },
}
"""A violation of each contract, as files below the package."""


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the project, of its own source and no other."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the package with its contracts."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_has_a_fault_here() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts] == list(FAULTS)


def test_all_contracts_hold(project: Path) -> None:
    done = lint(project)
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(FAULTS)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize("contract", FAULTS)
def test_a_planted_violation_breaks_its_contract(project: Path, contract: str) -> None:
    for name, text in FAULTS[contract].items():
        (project / "src/laneshift" / name).write_text(text)
    done = lint(project)
    assert done.returncode == 1, done.stdout
    broken = [line.partition(" BROKEN")[0] for line in done.stdout.splitlines() if " BROKEN" in line]
    assert broken == [contract]


def test_no_other_room_reaches_temporal(project: Path) -> None:
    for place, line in (("runs/more.py", "import temporalio\n"), ("steps/more.py", "from temporalio import client\n")):
        (project / "src/laneshift" / place).write_text(line)
    (project / "src/laneshift/runs/engine/temporal_more.py").write_text("import temporalio.worker\n")
    done = lint(project)
    assert (done.returncode, "one door to the durable engine BROKEN" in done.stdout) == (1, True)
    found = [line for line in done.stdout.splitlines() if " -> temporalio" in line]
    assert len(found) == 2, "both violations, and not the engine's own"


def test_a_record_in_the_database_is_chosen_in_wiring_alone(project: Path) -> None:
    text = "from laneshift.evidence.postgres_journal import PostgresJournal\n"
    (project / "src/laneshift/runs/direct_journal.py").write_text(text)
    done = lint(project)
    assert (done.returncode, "only wiring names a concrete adapter BROKEN" in done.stdout) == (1, True)


def test_a_room_that_no_layer_names_breaks_the_layers(project: Path) -> None:
    room = project / "src/laneshift/attic"
    room.mkdir()
    (room / "__init__.py").write_text("")
    done = lint(project)
    assert done.returncode == 1
    assert "imports only go down BROKEN" in done.stdout
