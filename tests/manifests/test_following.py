"""Manifests go where their modules go, and say where that is; what people wrote in them goes along byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from laneshift.code.intents import Intent, Rules
from laneshift.manifests.applying import apply, unapply
from laneshift.repo.objects import Repository, Tree
from tests.cli.one_process import here
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import QUICK, laneshift, toy

LANES = '[lanes.labs]\npaths = ["labs/**", "*.py"]\n[lanes.core]\npaths = ["core/**"]\n'
BY_HAND = '  "metadata": {"owner":  "ada@example.org", "tags": ["caf\\u00e9"]},\n'
FILES = {
    "laneshift.toml": LANES,
    "labs/__init__.py": "",
    "labs/risk/__init__.py": "def score(x):\n    return x\n",
    "labs/risk/deep/__init__.py": "from labs.risk import score\n",
    "core/__init__.py": "",
    "core/app.py": "import alone\nfrom labs.risk import score\nfrom labs.zeta import z\n",
    "labs/zeta/z.py": "Z = 1\n",
    "alone.py": "A = 1\n",
}


def made(path: Path, files: dict[str, str]) -> Repository:
    """A repository in which every module has its manifest, that of labs.risk with words of a person."""
    repository = repo_at(path, files)
    assert laneshift(path, "manifest", "generate", "--all").code == 0
    [file] = path.rglob("risk/module.manifest.json")
    file.write_text(file.read_text().replace('  "dependencies": {', f'{BY_HAND}  "dependencies": {{', 1))
    assert laneshift(path, "manifest", "validate", "--strict", "--json").code == 0
    commit_files(path, {}, "manifests")
    return repository


def moved(repository: Repository, src: str, dst: str) -> Tree:
    """The tree after the move, which the way back turns into the one before."""
    before = repository.tree("HEAD")
    intent = Intent("item", src, dst)
    after = apply(before, intent, Rules()).tree
    assert unapply(after, intent, Rules()).tree == before
    return after


def told(tree: Tree, path: str) -> Any:
    return json.loads(tree.read(path))


def valid(tree: Tree, path: Path, *strict: str) -> Any:
    done = laneshift(path, "manifest", "validate", "--tree", tree.oid, "--json", *strict)
    return done.code, done.out


@pytest.mark.parametrize("folder", ["", "catalogue"])
def test_the_manifests_of_a_package_move_with_it_and_are_right_there(tmp_path: Path, folder: str) -> None:
    files = FILES if not folder else {**FILES, "laneshift.toml": f'{LANES}[manifests]\nfolder = "{folder}"\n'}
    tree = moved(made(tmp_path, files), "labs/risk", "core/risk")
    home = f"{folder}/core/risk" if folder else "core/risk"
    own, deep = told(tree, f"{home}/module.manifest.json"), told(tree, f"{home}/deep/module.manifest.json")
    assert own["module"] | {"status": ""} == {
        "name": "core.risk",
        "path": "core/risk",
        "type": "package",
        "lane": "core",
        "status": "",
    }
    assert (deep["module"]["name"], deep["module"]["lane"]) == ("core.risk.deep", "core")
    assert BY_HAND.encode() in tree.read(f"{home}/module.manifest.json")
    assert not [path for path, _ in tree.below("") if "labs/risk" in path]
    # Nothing that the path decides is left to regenerate, in the package itself and in those that import it.
    assert valid(tree, tmp_path, "--strict")[0] == 0, valid(tree, tmp_path, "--strict")


def test_a_module_of_its_own_takes_its_manifest_along(tmp_path: Path) -> None:
    tree = moved(made(tmp_path, FILES), "alone.py", "core/alone.py")
    assert "alone.manifest.json" not in tree
    module = told(tree, "core/alone.manifest.json")["module"]
    assert (module["name"], module["path"], module["lane"]) == ("core.alone", "core/alone.py", "core")
    assert valid(tree, tmp_path)[0] == 0


def test_the_manifest_of_a_folder_without_code_goes(tmp_path: Path) -> None:
    repository = made(tmp_path, FILES)
    assert "labs/zeta/module.manifest.json" in repository.tree("HEAD")
    tree = apply(repository.tree("HEAD"), Intent("item", "labs/zeta/z.py", "core/z.py"), Rules()).tree
    assert "labs/zeta/module.manifest.json" not in tree
    assert valid(tree, tmp_path)[0] == 0


def test_a_manifest_that_cannot_be_read_moves_as_it_is(tmp_path: Path) -> None:
    broken = '{"module": {"path": "nowhere"}, "module": 1}'
    repository = repo_at(tmp_path, {**FILES, "labs/risk/module.manifest.json": broken})
    tree = apply(repository.tree("HEAD"), Intent("item", "labs/risk", "core/risk"), Rules()).tree
    assert tree.read("core/risk/module.manifest.json").decode() == broken


def test_a_tree_without_manifests_is_moved_as_before(tmp_path: Path) -> None:
    repository = repo_at(tmp_path, FILES)
    applied = apply(repository.tree("HEAD"), Intent("item", "labs/risk", "core/risk"), Rules())
    assert not [edit for edit in applied.result.edits if edit.form == "manifest"]
    assert not [path for path, _ in applied.tree.below("") if path.endswith(".manifest.json")]


def test_the_command_that_moves_takes_manifests_along(tmp_path: Path) -> None:
    made(tmp_path, FILES)
    assert laneshift(tmp_path, "move", "labs/risk", "core/risk", "--prove").code == 0
    assert laneshift(tmp_path, "manifest", "validate", "--strict").code == 0
    assert laneshift(tmp_path, "move", "alone.py", "core/alone.py").code == 0
    assert json.loads((tmp_path / "core/alone.manifest.json").read_text())["module"]["lane"] == "core"
    assert not (tmp_path / "alone.manifest.json").exists()


def test_a_landed_move_has_right_manifests_and_can_be_verified_and_taken_back(tmp_path: Path) -> None:
    lanes = QUICK.replace("[lanes.labs]", '[lanes.extra]\npaths = ["extra/**"]\n\n[lanes.labs]', 1)
    tool = {"extra/__init__.py": "", "labs/kit/__init__.py": "def fit():\n    return 1\n"}
    tests = {"tests/test_kit.py": "from labs.kit import fit\n\n\ndef test_fit():\n    assert fit() == 1\n"}
    toy(tmp_path, {"laneshift.toml": lanes, **tool, **tests})
    assert laneshift(tmp_path, "manifest", "generate", "--all").code == 0
    assert here(["contract", "draft", "labs.kit", "-C", str(tmp_path)]).code == 0
    (tmp_path / "batch.tsv").write_text("labs.kit\tlabs/kit\tcore/kit\n")
    before = commit_files(tmp_path, {}, "manifests")
    done = laneshift(tmp_path, "ship", "batch.tsv", "--json")
    assert done.code == 0, done.out + done.err
    landed = json.loads(git_cli(tmp_path, "show", "main:core/kit/module.manifest.json"))
    assert (landed["module"]["name"], landed["module"]["lane"]) == ("core.kit", "core")
    assert laneshift(tmp_path, "manifest", "validate", "--tree", "main", "--json").code == 0
    promise = json.loads(git_cli(tmp_path, "show", "main:contracts/core.kit.contract.json"))
    assert (promise["module"], promise["contract_id"]) == ("core.kit", "labs.kit@v1")
    held = here(["contract", "check", "--base", before, "-C", str(tmp_path)])
    assert held.code == 0, held.out + held.err
    assert laneshift(tmp_path, "verify", "batch", "--json").code == 0
    back = laneshift(tmp_path, "rollback", "batch", "--json")
    assert back.code == 0, back.out + back.err
    assert git_cli(tmp_path, "rev-parse", "main^{tree}") == git_cli(tmp_path, "rev-parse", f"{before}^{{tree}}")
