"""What a manifest says about a module, from a small repository that has one of everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from laneshift.errors import Refused
from laneshift.manifests.fields import schema
from laneshift.manifests.generating import Generated, generate
from laneshift.manifests.world import world_of
from laneshift.repo.objects import File, Tree
from tests.repo.builders import repo_at

FILES = {
    "laneshift.toml": '[lanes.core]\npaths = ["core/**"]\nowners = ["ada@example.org"]\nlevel = "production"\n'
    '[lanes.labs]\npaths = ["labs/**"]\n[lanes.tests]\npaths = ["tests/**"]\n',
    "requirements.txt": "PyYAML>=6,<7\n",
    "core/__init__.py": "from .engine import Engine, run\n__all__ = ['Engine', 'run', 'LIMIT']\nLIMIT = 3\n",
    "core/engine.py": "import logging\nimport os\nimport requests\nimport yaml\nfrom labs import parts\n"
    "log = logging.getLogger(__name__)\nKEY = os.environ['ENGINE_TOKEN']\nclass Engine: ...\n"
    "def run(bus, tracer):\n    with tracer.start_as_current_span('engine.run'):\n        bus.publish('engine.done')\n",
    "core/plain/__init__.py": "",
    "core/plain/words.py": "def word(): ...\n",
    "labs/__init__.py": "",
    "labs/parts.py": "import core.engine\n\nclass Part: ...\n",
    "tests/test_core.py": "from core import run\n\ndef test_run(): assert run\n",
}


def tree_of(path: Path, changes: dict[str, str] | None = None) -> Tree:
    return repo_at(path, {**FILES, **(changes or {})}).tree("HEAD")


def made(tree: Tree) -> tuple[Generated, dict[str, Any]]:
    found = generate(world_of(tree), tree)
    return found, {path: json.loads(data) for path, data in found.written.items()}


def test_everything_that_code_tells_is_told(tmp_path: Path) -> None:
    found, values = made(tree_of(tmp_path))
    assert sorted(values) == [f"{folder}/module.manifest.json" for folder in ("core", "core/plain", "labs")]
    assert values["core/module.manifest.json"] == {
        "schema_version": "1.2.0",
        "module": {"name": "core", "path": "core", "type": "package", "lane": "core", "status": "production"},
        "dependencies": {
            "internal": ["labs"],
            "external": [
                {"name": "PyYAML", "imports": ["yaml"], "version": "<7,>=6"},
                {"name": "requests", "imports": ["requests"]},
            ],
            "circular_dependencies": [["core", "labs"]],
        },
        "exports": {"classes": ["Engine"], "functions": ["run"], "constants": ["LIMIT"]},
        "testing": {"has_tests": True, "test_paths": ["tests/test_core.py"]},
        "observability": {
            "spans": ["engine.run"],
            "metrics": [],
            "logging": {"logger_name": "core"},
            "events": {"publishes": ["engine.done"], "subscribes": []},
        },
        "security": {"secrets_used": ["ENGINE_TOKEN"], "network_calls": True},
        "metadata": {"owner": "ada@example.org"},
    }
    assert values["core/plain/module.manifest.json"]["exports"]["functions"] == ["words.word"]
    assert "logging" not in values["labs/module.manifest.json"]["observability"]
    assert all(jsonschema.Draft202012Validator(schema()).is_valid(value) for value in values.values())
    assert found.failed == ()


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    tree = tree_of(tmp_path)
    first, _ = made(tree)
    after = tree.edit({path: File(data) for path, data in first.written.items()})
    again = generate(world_of(after), after)
    assert (again.written, len(again.same)) == ({}, 3)


def test_a_file_that_does_not_parse_leaves_what_was_known(tmp_path: Path) -> None:
    tree = tree_of(tmp_path)
    first, _ = made(tree)
    broken = {"core/engine.py": File(b"def broken(:\n"), **{path: File(data) for path, data in first.written.items()}}
    after = tree.edit(broken)
    value = json.loads(
        made(after)[0].written.get("core/module.manifest.json", first.written["core/module.manifest.json"])
    )
    assert value["observability"]["spans"] == ["engine.run"]
    assert value["security"]["secrets_used"] == ["ENGINE_TOKEN"]
    assert value["dependencies"]["external"][0]["name"] == "PyYAML"


def test_a_change_of_code_changes_its_manifest_and_no_other(tmp_path: Path) -> None:
    tree = tree_of(tmp_path)
    first, _ = made(tree)
    after = tree.edit({path: File(data) for path, data in first.written.items()})
    after = after.edit({"core/plain/words.py": File(b"def phrase(): ...\n")})
    again = generate(world_of(after), after)
    assert list(again.written) == ["core/plain/module.manifest.json"]
    old, new = (first.written[p].decode().splitlines() for p in again.written), again.written
    [before] = old
    [text] = new.values()
    assert [line for line in text.decode().splitlines() if line not in before] == ['      "words.phrase"']


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("core/Upper", "upper-case"),
        ("core/build", "what a build left"),
        ("../etc", "leads out"),
        ("core\x00", "cannot be seen"),
        ("nowhere", "no module"),
        ("tests", "no module"),
    ],
)
def test_a_path_that_is_no_module_is_refused_with_the_reason(tmp_path: Path, path: str, said: str) -> None:
    tree = tree_of(tmp_path, {"core/Upper/__init__.py": "", "core/build/__init__.py": ""})
    with pytest.raises(Refused) as refused:
        generate(world_of(tree), tree, [path])
    assert said in refused.value.what
    assert refused.value.what.isprintable()


@pytest.mark.parametrize("path", ["core", "core/", "core/engine.py", "core/module.manifest.json", "labs.parts", "."])
def test_modules_are_named_by_folder_file_manifest_or_name(tmp_path: Path, path: str) -> None:
    tree = tree_of(tmp_path)
    if path == "labs.parts":
        with pytest.raises(Refused):
            generate(world_of(tree), tree, [path])
        path = "labs"
    found = generate(world_of(tree), tree, [path]).units
    assert {unit.name for unit in found} >= {path.partition("/")[0]} or path == "."
    assert len(found) == {"core": 2, "core/": 2, ".": 3}.get(path, 1)


def test_a_link_or_a_folder_in_the_place_of_a_manifest_is_left_alone(tmp_path: Path) -> None:
    tree = tree_of(tmp_path).edit({"core/module.manifest.json": File(b"../../outside", 0o120000)})
    tree = tree.edit({"labs/module.manifest.json/x": File(b"")})
    found = generate(world_of(tree), tree)
    assert {(each.path, each.reason) for each in found.failed} == {
        ("core/module.manifest.json", "it is no regular file"),
        ("labs/module.manifest.json", "a folder stands where the manifest belongs"),
    }
    assert list(found.written) == ["core/plain/module.manifest.json"]


def test_the_world_of_a_tree_does_not_know_its_manifests(tmp_path: Path) -> None:
    tree = tree_of(tmp_path)
    after = tree.edit({"core/module.manifest.json": File(b"{}")})
    assert world_of(after) is world_of(tree)
    assert world_of(after.edit({"core/more.py": File(b"")})) is not world_of(tree)
