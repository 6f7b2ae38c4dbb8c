"""Manifests as items of a batch: planned, run, landed, verified and taken back, with what people wrote kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.code.codemods.records import REGENERATE
from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from tests.repo.builders import commit_files, git_cli
from tests.toy import QUICK, laneshift, planned, toy

OWN = """{
    "metadata": { "owner": "ada@example.org",   "tags": ["caf\\u00e9"], "created": "2020-01-02" },
    "testing": {"quality_tier": "T3_standard"},
    "contracts": ["contracts/labs.contract.json"],
    "module": {"name": "old.name", "path": "nowhere", "type": "module", "description": "By hand. 1.50"},
    "schema_version": "1.2.0"
}"""
MANIFESTS = """
[[items]]
kind = "manifest"
module = "labs"
src = "labs"
star = "Supporting"

[[items]]
kind = "manifest"
module = "core"
src = "core"
star = "Flow"
"""
MOVE = """
[[items]]
module = "labs.shapes"
src = "labs/shapes.py"
dst = "core/shapes.py"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    toy(
        tmp_path, {"labs/module.manifest.json": OWN, "laneshift.toml": f"{QUICK}\n[ceilings]\nsupporting_floor = 0.5\n"}
    )
    return tmp_path


def test_manifests_go_from_plan_to_rollback_beside_a_move(path: Path) -> None:
    (path / "batch.toml").write_text(MANIFESTS + MOVE)
    git_cli(path, "add", "batch.toml")
    git_cli(path, "commit", "-q", "-m", "batch")
    before = git_cli(path, "rev-parse", "HEAD^{tree}")
    done = laneshift(path, "ship", "batch.toml", "--json")
    assert done.code == 0, done.out + done.err
    git_cli(path, "reset", "-q", "--hard", "main")
    labs, core = (json.loads((path / name / "module.manifest.json").read_text()) for name in ("labs", "core"))
    # Written after the move, although the items come before it: what a manifest says is about the combined tree.
    assert "shapes.area" not in labs["exports"]["functions"]
    assert "shapes.area" in core["exports"]["functions"]
    assert "core" in labs["dependencies"]["internal"]
    assert core["constellation_alignment"] == {"primary_star": "Flow"}
    text = (path / "labs/module.manifest.json").read_text()
    assert OWN.splitlines()[1] in text
    assert '"quality_tier": "T3_standard"' in text
    assert OWN.splitlines()[3] in text
    assert '"description": "By hand. 1.50"' in text
    assert laneshift(path, "manifest", "validate", "--strict", "--json").code == 0
    verified = laneshift(path, "verify", "batch", "--json")
    assert (verified.code, verified.data["trees"]) == (0, 3), verified.out + verified.err
    back = laneshift(path, "rollback", "batch", "--json")
    assert back.code == 0, back.out + back.err
    assert git_cli(path, "rev-parse", "main^{tree}") == before


def test_a_plan_with_manifests_is_stored_and_read_back(path: Path) -> None:
    plan = planned(path, MANIFESTS, "batch.toml")
    assert Plan.from_json(plan.as_json()) == plan
    assert plan.counts()["ready"] == 2
    codemod = plan.item("core").intent.codemod
    assert codemod is not None
    assert (codemod.name, codemod.parameters) == (REGENERATE, (("stars", '["Flow"]'),))


def test_a_manifest_that_is_right_is_already_done(path: Path) -> None:
    assert laneshift(path, "manifest", "generate", "labs", "--json").code == 0
    commit_files(path, {"labs/module.manifest.json": (path / "labs/module.manifest.json").read_text()}, "made")
    plan = planned(path, MANIFESTS.replace('star = "Supporting"\n', ""), "batch.toml")
    assert (plan.item("labs").status, plan.item("core").status) == ("already-done", "ready")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ('{"schema_version": "9.0.0"}', "none that this program knows"),
        ('{"schema_version": "1.2.0", "exports": 1}', "exports is no object"),
        ('{"schema_version": "1.2.0", "schema_version": "1.2.0"}', "stands twice"),
    ],
)
def test_a_manifest_that_cannot_be_kept_up_refuses_its_item(path: Path, text: str, said: str) -> None:
    commit_files(path, {"labs/module.manifest.json": text}, "broken")
    with pytest.raises(Refused) as refused:
        planned(path, MANIFESTS, "batch.toml")
    [fault] = refused.value.faults
    assert fault.code == "manifest.not-kept"
    assert said in fault.what


def test_a_module_without_tests_has_its_manifest_landed_all_the_same(tmp_path: Path) -> None:
    toy(tmp_path, {"tools/__init__.py": "", "tools/spare.py": "def spare():\n    return 1\n"})
    (tmp_path / "batch.toml").write_text('[[items]]\nkind = "manifest"\nmodule = "tools"\nsrc = "tools"\n')
    lanes = (
        (tmp_path / "laneshift.toml")
        .read_text()
        .replace("[lanes.tests]", '[lanes.tools]\npaths = ["tools/**"]\n\n[lanes.tests]')
    )
    (tmp_path / "laneshift.toml").write_text(lanes)
    git_cli(tmp_path, "add", ".")
    git_cli(tmp_path, "commit", "-q", "-m", "tools")
    done = laneshift(tmp_path, "ship", "batch.toml", "--json")
    assert done.code == 0, done.out + done.err
    made = json.loads(git_cli(tmp_path, "show", "main:tools/module.manifest.json"))
    assert (made["module"]["lane"], made["module"]["status"]) == ("tools", "integration")
    assert made["testing"] == {"has_tests": False, "test_paths": []}
