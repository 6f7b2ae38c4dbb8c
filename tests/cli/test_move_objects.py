"""What a `laneshift move` leaves in the object database."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from laneshift.cli.app import app
from tests.monorepo import monorepo
from tests.repo.builders import git_cli

_MOVE = ("move", "labs/shapes.py", "core/shapes.py")


def test_a_move_leaves_no_objects_behind_and_json_names_a_tree_that_is_there(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    monorepo(repo)
    before = git_cli(repo, "count-objects")
    assert CliRunner().invoke(app, [*_MOVE, "-C", str(repo)]).exit_code == 0
    assert git_cli(repo, "count-objects") == before
    git_cli(repo, "add", "-A")
    expected = git_cli(repo, "write-tree")
    git_cli(repo, "reset", "-q", "--hard")
    told = json.loads(CliRunner().invoke(app, [*_MOVE, "-C", str(repo), "--json"]).stdout)
    assert told["tree"] == expected
    assert git_cli(repo, "cat-file", "-t", told["tree"]) == "tree"
