"""The workflow files that teams copy: they are YAML, and every command in them exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from laneshift.cli.commands import NAMES

FILES = sorted((Path(__file__).resolve().parents[1] / "docs/workflows").glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_of_a_workflow_exists(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    verbs = {verb for run in runs for verb in re.findall(r"^ *laneshift ([a-z]+)", run, re.MULTILINE)}
    assert verbs
    assert verbs <= {*NAMES}


def test_the_rehearsal_compares_trees() -> None:
    [file] = [file for file in FILES if file.name == "rollback-rehearsal.yml"]
    text = file.read_text(encoding="utf-8")
    assert "--rehearse --json" in text
    assert 'told["tree"] == told["base_tree"]' in text
