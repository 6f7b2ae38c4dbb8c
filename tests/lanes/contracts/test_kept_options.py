"""The configuration of contracts is kept by the files it stands in, and read again when one of them differs."""

from __future__ import annotations

import pytest

from laneshift.errors import Refused
from laneshift.lanes.contracts import standing
from laneshift.lanes.contracts.options import Options, read
from laneshift.lanes.contracts.standing import options_of
from laneshift.repo.objects import Repository, Tree
from tests.lanes.ground import repository, tree_with

INI = "[importlinter]\nroot_package = core\n[importlinter:contract:one]\nname = one\ntype = layers\nlayers = a\n b\n"
TOML = '[tool.importlinter]\nroot_package = "labs"\n[[tool.importlinter.contracts]]\nname = "two"\ntype = "layers"\n'


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("options") / "repo", {"setup.cfg": INI})


def test_what_was_read_once_is_not_read_again(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = [repo.tree("HEAD"), tree_with(repo.tree("HEAD"), {"setup.cfg": "[other]\n"})]
    first = [options_of(tree) for tree in trees]
    assert [each and each.root_packages for each in first] == [("core",), None]
    reads: list[object] = []
    monkeypatch.setattr(standing, "read", reads.append)
    again = [options_of(tree_with(tree, {"core/new.py": "X = 1\n"})) for tree in trees]
    assert again == first
    assert repr(again) == repr(first), "verdicts are kept by it"
    assert not reads


def test_every_file_that_may_hold_it_counts(repo: Repository) -> None:
    def told(tree: Tree) -> tuple[str, tuple[str, ...]] | None:
        found: Options | None = options_of(tree)
        return found and (found.file, found.root_packages)

    tree = repo.tree("HEAD")
    assert told(tree) == ("setup.cfg", ("core",))
    tree = tree_with(tree, {"setup.cfg": INI.replace("core", "serve")})
    assert told(tree) == ("setup.cfg", ("serve",))
    tree = tree_with(tree, {".importlinter": INI, "setup.cfg": None})
    assert told(tree) == (".importlinter", ("core",))
    tree = tree_with(tree, {"pyproject.toml": TOML, ".importlinter": None})
    assert told(tree) == ("pyproject.toml", ("labs",))
    assert told(tree_with(tree, {"pyproject.toml": None}, {"setup.cfg": "core/a.cfg"})) is None


def test_what_cannot_be_read_is_refused_each_time(repo: Repository) -> None:
    tree = tree_with(repo.tree("HEAD"), {"setup.cfg": "[importlinter]\nroot_package = core\n"})
    for _ in range(2):
        with pytest.raises(Refused, match="has no contract"):
            options_of(tree)
    assert read({"setup.cfg": INI.encode()}.get) == options_of(repo.tree("HEAD"))
