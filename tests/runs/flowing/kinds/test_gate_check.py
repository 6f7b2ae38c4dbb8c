"""Gate steps: one check of a whole tree, which fails its step and never passes over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.cli.acting import verdict
from laneshift.gates.verdict import Status
from laneshift.reports.health.model import State, errored, judged, left_out, rate
from laneshift.runs.flowing.kinds.table import Table
from tests.repo.builders import git_cli
from tests.runs.flowing.kinds.scene import done, failed, repository, site_at, work

API = '{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}'
HALF = "def test_good():\n    assert True\n\n\ndef test_bad():\n    assert not True\n"
RUFF = 'lint.select = ["F"]\n'
BROKEN = {"tests/test_smoke.py": HALF, "core/bad.py": "import os\n", "openapi.json": '{"openapi": 3}'}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    path = repository(tmp_path_factory.mktemp("gates") / "repo", {"openapi.json": API, "ruff.toml": RUFF})
    git_cli(path, "checkout", "-q", "-b", "broken")
    for name, text in {
        "tests/test_smoke.py": HALF,
        "core/bad.py": "import os\n",
        "openapi.json": '{"openapi": 3}',
    }.items():
        (path / name).write_text(text)
    git_cli(path, "add", "-A")
    git_cli(path, "commit", "-q", "-m", "Break all three")
    git_cli(path, "checkout", "-q", "-")
    return Table(site_at(path))


@pytest.mark.parametrize("gate", ["lint", "api"])
def test_a_gate_passes_on_a_good_tree_and_fails_on_a_broken_one(table: Table, gate: str) -> None:
    value = done(table.perform(work("gate", {"gate": gate})))
    assert value["status"] == "passed"
    assert value["of"] >= value["good"] > 0
    failure = failed(table.perform(work("gate", {"gate": gate, "tree": "broken"})))
    assert failure.code == "flow.gate"


def test_the_smoke_gate_has_its_own_bound(table: Table) -> None:
    good = done(table.perform(work("gate", {"gate": "smoke", "least": 0.95})))
    assert (good["good"], good["of"]) == (2, 2)
    assert failed(table.perform(work("gate", {"gate": "smoke", "least": 0.95, "tree": "broken"}))).code == "flow.gate"
    half = done(table.perform(work("gate", {"gate": "smoke", "least": 0.5, "tree": "broken"})))
    assert (half["good"], half["of"]) == (1, 2)


def test_a_gate_without_a_share_takes_no_bound(table: Table) -> None:
    assert failed(table.perform(work("gate", {"gate": "lint", "least": 0.5}))).code == "flow.settings"


def test_what_cannot_be_measured_does_not_pass(table: Table) -> None:
    failure = failed(table.perform(work("gate", {"gate": "contracts"})))
    assert failure.code == "flow.gate"


def test_sections_in_error_left_out_or_over_nothing_are_no_passes() -> None:
    assert verdict(errored("ruff", "why")).status is Status.ERRORED
    assert verdict(left_out("ruff")).status is Status.ERRORED
    assert verdict(judged("smoke", [rate("a", "a", 0, 3)])).status is Status.ERRORED
    good = judged("smoke", [rate("a", "a", 2, 3)])
    assert good.state is State.PASSED
    assert (verdict(good).numerator, verdict(good).denominator) == (2, 3)


def test_the_tree_that_was_judged_is_told(table: Table, tmp_path: Path) -> None:
    tree = done(table.perform(work("gate", {"gate": "api"})))["tree"]
    assert len(tree) == 40
