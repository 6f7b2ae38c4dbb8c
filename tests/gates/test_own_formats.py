"""Gate `data` knows the forms of laneshift's own files by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.gates.data import Data
from laneshift.gates.verdict import Verdict
from tests.gates.described import change_of, ports_of
from tests.repo.builders import repo_at

LINTER = '[tool.importlinter]\nroot_package = "core"\n[[tool.importlinter.contracts]]\nname = "a"\ntype = "layers"\n'


def verdict_of(tmp_path: Path, path: str, text: str, before: str | None = None) -> Verdict:
    repository = repo_at(tmp_path / "repo", {"x.txt": "", **({} if before is None else {path: before})})
    return Data().check(change_of(repository, {path: text}), ports_of(repository))


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("core/module.lane.yaml", "name: core.a\nlane: core\nowner: ann\n", ""),
        ("core/module.lane.yaml", "name: core.a\nlane: core\n", "a lane manifest is"),
        ("core/module.lane.yaml", "name: core.a\nlane: core\nowner: ann\nlanes: x\n", "a lane manifest is"),
        ("core/module.manifest.json", "{}", "a module manifest is"),
        ("core/module.manifest.json", '{"schema_version": "1.1.0"}', "it is of schema 1.1.0"),
        ("contracts/core.contract.json", '{"contract_id": "core@v1"}', "a contract is"),
        ("contracts/of-others.contract.json", '{"pact": 1}', ""),
        ("laneshift.toml", "workers = 2\n", ""),
        ("laneshift.toml", "wrokers = 2\n", "settings of laneshift is: "),
        ("pyproject.toml", '[project]\nname = "x"\n', ""),
        ("pyproject.toml", "[tool.laneshift]\nwrokers = 2\n", "not what settings is"),
        ("pyproject.toml", LINTER, ""),
        ("pyproject.toml", LINTER.replace('root_package = "core"\n', ""), "names no root_package"),
    ],
)
def test_each_form_is_known_by_its_name(tmp_path: Path, path: str, text: str, says: str) -> None:
    verdict = verdict_of(tmp_path, path, text)
    assert verdict.status == ("failed" if says else "passed"), verdict
    assert says in verdict.reason


def test_what_was_no_manifest_before_may_stay_none(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, "core/module.lane.yaml", "name: core.b\n", before="name: core.a\n")
    assert verdict.status == "passed"
