"""Contracts go where their modules go: file and `module` change, the id that people gave and the promises stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from laneshift.code.index import Index
from laneshift.code.intents import Intent, Rules
from laneshift.landing.carry import Patch, carry, forward
from laneshift.manifests.applying import apply, unapply
from laneshift.manifests.contracts.check import check
from laneshift.manifests.contracts.draft import drafted
from laneshift.repo.objects import File, Repository, Tree
from tests.cli.one_process import here
from tests.manifests.contracts.scene import changed
from tests.repo.builders import repo_at

RULES = Rules()
CODE = "class Desk:\n    def take(self, order):\n        return order\n\n    def drop(self):\n        return 1\n"
METHODS = [{"name": "take", "signature": "(order)"}, {"name": "drop", "signature": "()"}]


def contract(module: str, **more: Any) -> dict[str, Any]:
    """A contract of a module with the code above, called like it."""
    return {
        "schema_version": "1.0",
        "contract_id": f"{module}@v1",
        "module": module,
        "version": "1.0.0",
        "status": "active",
        "tier": "T3_standard",
        "owner": "",
        "purpose": "What it is for.",
        "public_interface": {"classes": [{"name": "Desk", "methods": METHODS}]},
        **more,
    }


def at(module: str, folder: str = "contracts") -> str:
    return f"{folder}/{module}.contract.json"


def text(value: object) -> str:
    return json.dumps(value, indent=3) + "\n"


BENCHES = {"p95_ms": 5, "benchmarks": ["labs/risk/bench_risk.py"]}
FILES = {
    "alone.py": CODE,
    "labs/__init__.py": "",
    "labs/x.py": CODE,
    "labs/risk/__init__.py": CODE,
    "labs/risk/deep.py": CODE,
    "labs/risk/bench_risk.py": "import labs.risk\n\n\ndef test_take(benchmark):\n    benchmark(labs.risk.Desk)\n",
    "core/__init__.py": "",
    "core/app.py": f"import alone\nimport labs.x\nfrom labs.risk import deep\n\n\n{CODE}",
    at("alone"): text(contract("alone")),
    at("labs.x"): text(contract("labs.x")),
    at("labs.risk"): text(contract("labs.risk", performance_contract=BENCHES)),
    at("labs.risk.deep"): text(contract("labs.risk.deep")),
    at("core.app"): text(
        contract(
            "core.app",
            dependencies={"internal": ["alone", "labs.risk.deep"], "contracts": ["labs.risk.deep@v1", "labs.x@v1"]},
        )
    ),
    "core/module.manifest.json": text({"contracts": ["labs.risk.deep@v1", at("labs.x"), "core.app@v1"]}),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repo_at(tmp_path_factory.mktemp("following") / "repo", FILES)


def moved(tree: Tree, src: str, dst: str) -> Tree:
    """The tree after the move, which the way back turns into the one before."""
    intent = Intent("item", src, dst)
    after = apply(tree, intent, RULES).tree
    assert unapply(after, intent, RULES).tree == tree
    return after


def said(tree: Tree, base: Tree | None = None) -> list[tuple[str, str]]:
    with Index.open(tree.repository) as index:
        return [(fault.code, fault.what) for fault in check(tree, index, base).all_faults]


@pytest.mark.parametrize(
    ("src", "dst", "names"),
    [
        ("labs/x.py", "core/x.py", {"labs.x": "core.x"}),
        ("labs/risk", "core/peril", {"labs.risk": "core.peril", "labs.risk.deep": "core.peril.deep"}),
        ("alone.py", "core/alone.py", {"alone": "core.alone"}),
        ("labs/x.py", "x.py", {"labs.x": "x"}),
        ("labs", "core/labs", {f"labs.{each}": f"core.labs.{each}" for each in ("x", "risk", "risk.deep")}),
    ],
)
def test_contracts_of_what_moves_move_and_hold(
    repository: Repository, src: str, dst: str, names: dict[str, str]
) -> None:
    before = repository.tree("HEAD")
    assert said(before) == []
    after = moved(before, src, dst)
    for old, new in names.items():
        assert at(old) not in after
        told = json.loads(after.read(at(new)))
        assert (told["module"], told["contract_id"]) == (new, f"{old}@v1")
    assert said(after, before) == []


@pytest.mark.parametrize(
    ("src", "dst", "new"), [("labs/x.py", "labs/x/y.py", "labs.x.y"), ("alone.py", "alone/y.py", "alone.y")]
)
def test_a_module_may_move_below_its_own_name(repository: Repository, src: str, dst: str, new: str) -> None:
    before = repository.tree("HEAD")
    after = apply(before, Intent("item", src, dst), RULES).tree
    assert json.loads(after.read(at(new)))["module"] == new
    assert said(after, before) == []


def test_paths_in_contracts_and_manifests_follow(repository: Repository) -> None:
    tree = moved(moved(repository.tree("HEAD"), "labs/risk", "core/risk"), "labs/x.py", "core/x.py")
    promised = json.loads(tree.read(at("core.risk")))["performance_contract"]
    assert promised["benchmarks"] == ["core/risk/bench_risk.py"]
    named = json.loads(tree.read("core/module.manifest.json"))["contracts"]
    assert named == ["labs.risk.deep@v1", at("core.x"), "core.app@v1"]


def test_a_promise_taken_back_beside_a_move_is_told(repository: Repository) -> None:
    before = repository.tree("HEAD")
    after = moved(before, "labs/risk", "core/risk")
    fewer = changed("public_interface.classes.0.methods", METHODS[:1], json.loads(after.read(at("core.risk.deep"))))
    dropped = after.edit({at("core.risk.deep"): File(text(fewer).encode())})
    assert said(dropped, before) == [
        ("contract.breaks", "labs.risk.deep@v1 has no method Desk.drop any more"),
    ]


def test_a_name_of_its_own_and_words_of_people_stay_byte_for_byte(repository: Repository) -> None:
    odd = text({**contract("labs.x"), "contract_id": "desk@v1", "purpose": "What labs.x is for."}).replace(
        '"owner": ""', '"owner" :  "caf\\u00e9"'
    )
    before = repository.tree("HEAD").edit({at("labs.x"): File(odd.encode())})
    after = moved(before, "labs/x.py", "core/x.py").read(at("core.x")).decode()
    assert after == odd.replace('"module": "labs.x"', '"module": "core.x"').replace("What labs.x", "What core.x")


def test_what_stands_there_stays_and_what_cannot_be_read_moves_as_it_is(repository: Repository) -> None:
    theirs = File(text(contract("core.x", contract_id="other@v1")).encode())
    taken = repository.tree("HEAD").edit({at("core.x"): theirs})
    after = apply(taken, Intent("item", "labs/x.py", "core/x.py"), RULES).tree
    assert after.read(at("core.x")) == theirs.data
    assert at("labs.x") in after
    broken = repository.tree("HEAD").edit({at("labs.x"): File(b'{"module": 1, "module": 2}')})
    assert moved(broken, "labs/x.py", "core/x.py").read(at("core.x")) == b'{"module": 1, "module": 2}'


@pytest.mark.parametrize("folder", ["promises/all", "labs/promises"])
def test_the_folder_is_that_of_the_settings_and_may_move_itself(tmp_path: Path, folder: str) -> None:
    settings = f'[contracts]\nfolder = "{folder}"\n'
    own = {"laneshift.toml": settings, at("labs.x", folder): text(contract("labs.x"))}
    before = repo_at(tmp_path, {"labs/x.py": CODE, "labs/__init__.py": "", **own}).tree("HEAD")
    assert json.loads(moved(before, "labs/x.py", "core/x.py").read(at("core.x", folder)))["module"] == "core.x"
    whole = moved(before, "labs", "far/labs")
    home = folder if folder.startswith("promises") else f"far/{folder}"
    assert json.loads(whole.read(at("far.labs.x", home)))["contract_id"] == "labs.x@v1"
    assert said(whole, before) == []


def test_a_patch_to_a_contract_is_carried_to_where_it_is_now(repository: Repository) -> None:
    base = repository.tree("HEAD")
    move = Intent("item", "labs/x.py", "core/x.py")
    patched = base.edit({at("labs.x"): File(base.read(at("labs.x")).replace(b'"owner": ""', b'"owner": "shop"'))})
    found = carry(Patch(base, patched), apply(base, move, RULES).tree, (move,), forward(RULES))
    assert found.conflicts == ()
    assert at("labs.x") not in found.tree
    assert json.loads(found.tree.read(at("core.x")))["owner"] == "shop"


def test_a_tree_without_contracts_is_moved_as_before(tmp_path: Path) -> None:
    tree = repo_at(tmp_path, {"labs/x.py": CODE, "contracts/labs.x.md": "labs.x\n"}).tree("HEAD")
    result = apply(tree, Intent("item", "labs/x.py", "core/x.py"), RULES).result
    assert [edit.form for edit in result.edits] == ["text"]


def test_a_draft_for_what_stands_at_an_old_place_takes_a_name_that_is_free(repository: Repository) -> None:
    after = moved(repository.tree("HEAD"), "labs/x.py", "core/x.py").edit({"labs/x.py": File(CODE.encode())})
    with Index.open(repository) as index:
        path, data = drafted(after, index, "labs.x")
    assert (path, json.loads(data)["contract_id"]) == (at("labs.x"), "labs.x-2@v1")
    assert said(after.edit({path: File(data)})) == []


@pytest.mark.parametrize(("src", "dst", "new"), [("labs/x.py", "core/x.py", "core.x"), ("alone.py", "x.py", "x")])
def test_the_command_that_moves_takes_contracts_along(tmp_path: Path, src: str, dst: str, new: str) -> None:
    repo_at(tmp_path, FILES)
    assert here(["move", src, dst, "--prove", "-C", str(tmp_path)]).code == 0
    assert json.loads((tmp_path / at(new)).read_text())["module"] == new
    held = here(["contract", "check", "--base", "HEAD", "--json", "-C", str(tmp_path)])
    assert held.code == 0, held.out
