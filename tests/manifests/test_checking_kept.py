"""What a check found is told again for the same tree, settings and program only, and never from a damaged file."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.config import Settings
from laneshift.config.manifests import Manifests
from laneshift.errors import Fault
from laneshift.manifests.checking import Checked, check
from laneshift.manifests.checking_kept import Found, keep, key_of, load, sources
from laneshift.repo.objects import File, Repository, Tree
from tests.repo.builders import repo_at

FILES = {"core/__init__.py": "", "core/module.manifest.json": "{}{", "odd/a.py": "", "odd/module.manifest.json": "[]"}
PLAIN = Settings()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return repo_at(tmp_path, FILES).tree("HEAD")


def file_of(repository: Repository) -> Path:
    return repository.state_dir / "manifests/checked.json"


def test_the_same_is_told_again_without_a_look(tree: Tree) -> None:
    fresh = check(tree, PLAIN)
    assert (len(fresh.manifests), len(fresh.faults)) == (2, 2)
    assert load(tree.repository, key_of(tree, PLAIN, roundtrip=False)) == (fresh.manifests, fresh.faults)
    assert check(tree, PLAIN) == fresh
    other: Found = (("core/module.manifest.json",), (Fault("manifest.invalid", "core", "kept \udcff", "mend it"),))
    keep(tree.repository, key_of(tree, PLAIN, roundtrip=False), other)
    assert check(tree, PLAIN) == Checked(*other)
    assert check(tree, PLAIN, ["odd"]).manifests == ("odd/module.manifest.json",)


def test_another_tree_other_settings_and_another_question_are_looked_at(tree: Tree) -> None:
    assert len(check(tree, PLAIN).faults) == 2
    mended = tree.edit({"odd/module.manifest.json": None})
    elsewhere = Settings(manifests=Manifests(folder="told"))
    rooted = Settings(source_roots=["core"])
    keys = [
        key_of(tree, PLAIN, roundtrip=False),
        key_of(tree, PLAIN, roundtrip=True),
        key_of(mended, PLAIN, roundtrip=False),
        key_of(tree, elsewhere, roundtrip=False),
        key_of(tree, rooted, roundtrip=False),
    ]
    assert len(set(keys)) == len(keys)
    assert len(check(mended, PLAIN).faults) == 1
    assert check(tree, elsewhere).manifests == ()
    assert len(check(tree, PLAIN).faults) == 2
    assert len(check(tree.edit({"odd/module.manifest.json": File(b"{")}), PLAIN).faults) == 2


@given(st.data())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_damaged_answer_is_worked_out_again(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    tree = TREES.setdefault("one", repo_at(tmp_path_factory.mktemp("damaged"), FILES).tree("HEAD"))
    fresh = check(tree, PLAIN)
    file = file_of(tree.repository)
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytes([whole[at] ^ data.draw(st.integers(1, 255))])
    file.write_bytes(data.draw(st.sampled_from([whole[:at], whole[:at] + flipped + whole[at + 1 :], whole + flipped])))
    assert load(tree.repository, key_of(tree, PLAIN, roundtrip=False)) is None
    assert check(tree, PLAIN) == fresh
    assert file.read_bytes() == whole


TREES: dict[str, Tree] = {}


@pytest.mark.parametrize("body", ["{", "[]", "7", '["key", 1, 2]', '["KEY", 1, []]', '["KEY", [], [[1]]]'])
def test_whole_words_of_another_form_are_no_answer(tree: Tree, body: str) -> None:
    fresh = check(tree, PLAIN)
    key = key_of(tree, PLAIN, roundtrip=False)
    said = body.replace("KEY", key).encode()
    file_of(tree.repository).write_bytes(hashlib.sha256(said).hexdigest().encode() + b"\n" + said)
    assert load(tree.repository, key) is None
    assert check(tree, PLAIN) == fresh


def test_a_place_that_takes_nothing_costs_only_time(tree: Tree) -> None:
    tree.repository.state_dir.mkdir()
    (tree.repository.state_dir / "manifests").write_text("in the way")
    assert check(tree, PLAIN) == check(tree, PLAIN)
    assert (tree.repository.state_dir / "manifests").read_text() == "in the way"


def test_all_of_this_program_that_a_check_loads_is_in_the_key() -> None:
    program = (
        "import json, sys; import laneshift.manifests.checking\n"
        "print(json.dumps([m.__file__ for n, m in sys.modules.items() if n.startswith('laneshift.')]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = {Path(file) for file in json.loads(done.stdout)}
    known = set(sources())
    bare = {file for file in loaded - known if len(ast.parse(file.read_bytes()).body) <= 1}
    assert loaded - known - bare == set()
    assert any(file.name == "module.manifest.schema.json" for file in known)
