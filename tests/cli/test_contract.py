"""`laneshift contract` from outside: draft, check against a base, coverage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.one_process import here
from tests.repo.builders import commit_files, repo_at, write_files
from tests.toy import Done, laneshift

CODE = "def place(order, *, rush=False):\n    bus.publish('order.placed')\n    return order\n"
PLACE = "contracts/shop.orders.contract.json"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, {"shop/__init__.py": "", "shop/orders.py": CODE})
    return path


def run(repo: Path, *words: str) -> Done:
    return here([*words, "-C", str(repo)])


def test_a_draft_is_written_once_holds_at_once_and_guards_the_interface(repo: Path) -> None:
    nothing = run(repo, "contract", "check", "--json")
    assert (nothing.code, nothing.data["error"]["code"]) == (1, "contract.nothing-checked")
    shown = run(repo, "contract", "draft", "shop.orders", "--dry-run", "--json")
    assert not (repo / PLACE).exists()
    assert run(repo, "contract", "draft", "shop.orders").code == 0
    assert json.loads((repo / PLACE).read_text()) == shown.data["drafts"][PLACE]
    again = run(repo, "contract", "draft", "shop.orders", "--json")
    assert (again.code, again.data["error"]["code"]) == (2, "contract.exists")
    base = commit_files(repo, {}, "contract")
    held = laneshift(repo, "contract", "check", "--base", base)
    assert held.code == 0
    assert "1 of 1 contract(s) hold" in held.out
    assert held.out.splitlines()[-1] == "next: laneshift contract coverage"
    text = (repo / PLACE).read_text()
    write_files(repo, {"shop/orders.py": CODE.replace("place(", "put("), PLACE: text.replace('"place"', '"put"')})
    broken = run(repo, "contract", "check", "--base", base, "--json")
    assert broken.code == 1
    assert [fault["code"] for fault in broken.data["faults"]] == ["contract.breaks"]
    assert broken.data["faults"][0]["what"] == "shop.orders@v1 has no function place any more"
    raised = text.replace('"place"', '"put"').replace("@v1", "@v2").replace('"1.0.0"', '"2.0.0"')
    write_files(repo, {PLACE: raised})
    assert run(repo, "contract", "check", "--base", base).code == 0


def test_coverage_is_a_share_of_critical_modules(repo: Path) -> None:
    none = run(repo, "contract", "coverage", "--json")
    assert (none.code, none.data["error"]["code"]) == (1, "contract.no-critical-module")
    manifest: dict[str, object] = {"testing": {"quality_tier": "T1_critical"}}
    write_files(repo, {"shop/module.manifest.json": json.dumps(manifest)})
    missing = run(repo, "contract", "coverage", "--json")
    assert (missing.code, missing.data["share"]) == (1, "0/1")
    assert missing.data["missing"] == [{"module": "shop", "reason": "has no contract"}]
    assert missing.data["next"] == "laneshift contract draft shop"
    assert run(repo, "contract", "coverage", "--at-least", "0").code == 0
    nobody = run(repo, "contract", "draft", "shop", "--json")
    assert (nobody.code, nobody.data["error"]["why"]) == (2, "is of tier T1_critical and has no owner")
    write_files(repo, {"shop/module.manifest.json": json.dumps({**manifest, "metadata": {"owner": "desk"}})})
    assert run(repo, "contract", "draft", "shop").code == 0
    full = run(repo, "contract", "coverage")
    assert full.code == 0
    assert "1 of 1 module(s) of tier T1 have a valid contract: 100.0 %" in full.out
