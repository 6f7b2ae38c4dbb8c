"""`laneshift move` in a real work tree."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from laneshift.cli.app import app
from laneshift.cli.collecting import rare_collection
from laneshift.cli.mover import known_index, opened_index
from laneshift.code.index import Index
from laneshift.code.index.sealed import seal
from laneshift.repo.objects import Repository
from laneshift.repo.worktree import snapshot
from tests.monorepo import monorepo
from tests.repo.builders import git_cli


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    monorepo(tmp_path / "repo")
    return tmp_path / "repo"


def call(repo: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["move", *words, "-C", str(repo)])


def test_moves_in_the_work_tree_and_rewrites_uncommitted_files_too(repo: Path) -> None:
    (repo / "core/new.py").write_text("from labs import shapes\n")
    done = call(repo, "labs/shapes.py", "core/shapes.py", "--prove")
    assert done.exit_code == 0, done.output
    assert "next: git diff" in done.output
    assert (repo / "core/new.py").read_text() == "from core import shapes\n"
    assert not (repo / "labs/shapes.py").exists()
    assert "import core.shapes as shapes" in (repo / "core/app.py").read_text()


def test_dry_run_writes_nothing(repo: Path) -> None:
    done = call(repo, "labs/shapes.py", "core/shapes.py", "--dry-run", "--explain")
    assert done.exit_code == 0
    assert "would move 1 file(s)" in done.output
    assert "from-import" in done.output
    assert git_cli(repo, "status", "--porcelain") == ""


def test_a_name_of_a_file_cannot_take_over_the_terminal(repo: Path) -> None:
    (repo / "core/e\x1b[31m\nx.py").write_text("import labs.shapes\n")
    done = call(repo, "labs/shapes.py", "core/shapes.py", "--dry-run", "--explain")
    assert "\x1b" not in done.output
    assert "core/e\\x1b[31m\\nx.py" in done.output


@pytest.mark.parametrize(
    ("words", "then"),
    [
        (("--dry-run",), ""),
        (("--dry-run", "--shim", "--explain"), " --shim"),
        (("--dry-run", "--prove", "--shim", "--expires", "2099-01-31"), " --prove --shim --expires 2099-01-31"),
    ],
)
def test_what_comes_next_is_the_same_move(repo: Path, words: tuple[str, ...], then: str) -> None:
    done = call(repo, "labs/shapes.py", "core/shapes.py", *words)
    assert f"next: laneshift move labs/shapes.py core/shapes.py{then}\n" in done.output


def test_what_comes_next_can_be_pasted(repo: Path) -> None:
    (repo / "two words/kit").mkdir(parents=True)
    (repo / "two words/setup.py").touch()
    (repo / "two words/kit/__init__.py").touch()
    done = call(repo, "labs/shapes.py", "two words/kit/shapes.py", "--dry-run")
    assert "next: laneshift move labs/shapes.py 'two words/kit/shapes.py'\n" in done.output


def test_json_is_one_document_with_every_edit_and_the_proof(repo: Path) -> None:
    told = json.loads(call(repo, "labs/shapes.py", "core/shapes.py", "--prove", "--json").stdout)
    assert told["written"] is True
    assert {edit["path"] for edit in told["edits"]} >= {"core/app.py", "labs/report.py", "tests/test_shapes.py"}
    assert all(finding["holds"] and finding["checked"] for finding in told["proof"]["findings"])


def test_a_proof_says_which_files_follow_without_one(repo: Path) -> None:
    promise = {"contract_id": "labs.shapes@v1", "module": "labs.shapes", "owner": "ada@example.org"}
    (repo / "contracts").mkdir()
    (repo / "contracts/labs.shapes.contract.json").write_text(json.dumps(promise))
    said = call(repo, "labs/shapes.py", "core/shapes.py", "--prove", "--dry-run").output
    assert "contracts/core.shapes.contract.json: made anew after the move, so no proof covers it" in said
    told = json.loads(call(repo, "labs/shapes.py", "core/shapes.py", "--prove", "--json").stdout)
    assert told["proof"]["derived"] == ["contracts/core.shapes.contract.json"]
    assert not (repo / "contracts/labs.shapes.contract.json").exists()


def test_a_shim_is_left_with_its_expiry(repo: Path) -> None:
    assert call(repo, "labs/plugin.py", "core/plugin.py", "--shim", "--expires", "2099-01-31").exit_code == 0
    assert 'LANESHIFT_SHIM_EXPIRES = "2099-01-31"' in (repo / "labs/plugin.py").read_text()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("labs/nowhere.py", "core/x.py"), 2),
        (("../outside.py", "core/x.py"), 2),
        (("labs/shapes.py", "../outside.py"), 2),
        (("labs/shapes.py", "core/app.py"), 2),
        (("labs/shapes.py", "core/x.py", "--shim", "--expires", "yesterday"), 2),
        (("labs/shapes.py", "core/x.py", "--expires", "2099-01-31"), 2),
        (("labs/shapes.py", "core/x.py", "--shim", "--expires", "2001-01-01"), 2),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_changes(repo: Path, words: tuple[str, ...], code: int) -> None:
    done = call(repo, *words)
    assert done.exit_code == code
    assert git_cli(repo, "status", "--porcelain") == ""


def test_source_roots_of_the_settings_are_used(repo: Path) -> None:
    (repo / "laneshift.toml").write_text('source_roots = ["app"]\n')
    (repo / "app/pkg").mkdir(parents=True)
    (repo / "app/pkg/one.py").write_text("X = 1\n")
    (repo / "app/main.py").write_text("import pkg.one\n")
    assert call(repo, "app/pkg/one.py", "app/pkg/two.py").exit_code == 0
    assert (repo / "app/main.py").read_text() == "import pkg.two\n"


def test_an_index_that_knows_the_tree_is_used_and_changes_nothing(repo: Path) -> None:
    opened = Repository.open(repo)
    assert known_index(opened_index(opened, None), opened.tree("HEAD")) is None
    without = json.loads(call(repo, "labs/shapes.py", "core/shapes.py", "--dry-run", "--json").output)
    Index.open(opened).refresh(opened.tree("HEAD"))
    for head in (None, opened.commit_id("HEAD"), "0" * 40):  # what is expected decides nothing
        assert known_index(opened_index(opened, head), opened.tree("HEAD")) is not None
    assert json.loads(call(repo, "labs/shapes.py", "core/shapes.py", "--dry-run", "--json").output) == without


@pytest.mark.parametrize(("other", "stays"), [("format 1, laneshift 0.0.1", False), ("format 999, laneshift 9", True)])
def test_an_index_of_an_older_version_is_told_once_and_goes(
    repo: Path, caplog: pytest.LogCaptureFixture, other: str, stays: bool
) -> None:
    folder = Repository.open(repo).state_dir / "index"
    folder.mkdir(parents=True)
    for kind in ("facts", "words", "trees"):
        (folder / f"{kind}-0ddba115-1").write_bytes(seal(f"{kind} {other}, cpython 3.11 little".encode(), [b"theirs"]))
    told = []
    for _ in range(2):
        caplog.clear()
        assert call(repo, "labs/shapes.py", "core/shapes.py", "--dry-run").exit_code == 0
        told.append(caplog.text)
    assert [text.count("[index.other-version]") for text in told] == [1, int(stays)]
    assert "it is not used" in told[0]
    assert folder.exists() is stays
    assert not stays or len(list(folder.iterdir())) == 3


def test_an_index_does_not_hide_a_file_that_cannot_be_parsed(repo: Path) -> None:
    (repo / "core/broken.py").write_text("from labs import shapes\nprint 1\n")
    opened = Repository.open(repo)
    tree = snapshot(opened)
    Index.open(opened).refresh(tree)
    known = known_index(opened_index(opened, opened.commit_id("HEAD")), tree)
    assert known is not None
    assert [known.parses(tree, path) for path in ("core/broken.py", "labs/shapes.py")] == [False, True]
    told = json.loads(call(repo, "labs/shapes.py", "core/shapes.py", "--json").output)
    assert told["conservative"] == ["core/broken.py"]


def test_memory_is_collected_as_usual_after_a_move_that_is_refused(repo: Path) -> None:
    usual = gc.get_threshold()
    with rare_collection():
        assert gc.get_threshold()[0] > usual[0]
        assert call(repo, "labs/none.py", "core/none.py").exit_code == 2
    assert gc.get_threshold() == usual
    assert call(repo, "labs/none.py", "core/none.py").exit_code == 2
    assert gc.get_threshold() == usual


def test_a_destination_that_git_ignores_is_told(repo: Path) -> None:
    (repo / ".gitignore").write_text("build/\n")
    done = call(repo, "labs/shapes.py", "core/build/shapes.py", "--dry-run", "--json")
    assert done.exit_code == 0, done.output
    told = [each for each in json.loads(done.stdout)["notices"] if each["kind"] == "ignored"]
    assert {each["path"] for each in told} == {"core/build/shapes.py", "core/build/__init__.py"}
    again = call(repo, "labs/shapes.py", "core/built/shapes.py", "--dry-run")
    assert ": ignored: " not in again.output
