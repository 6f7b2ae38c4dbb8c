"""The real command line on the toy: words, documents, exit codes, and the next command, from plan to verify."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.cli import commands
from tests.monorepo import BATCH, BREAKS, VERIFY
from tests.once import once
from tests.repo.builders import git_cli, write_files
from tests.toy import copy_of, environment, laneshift, refs, started, toy, tree_of, work_files

EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}
SMALL = BATCH.splitlines()[0] + "\n" + BREAKS + VERIFY


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository after `ship`, and what that said."""

    def make(folder: Path) -> tuple[Path, str]:
        path = toy(folder / "repo")
        (path / ".git/batch.tsv").write_text(SMALL)
        done = started(path, "ship", ".git/batch.tsv", "-j", "1", env=EPOCH)
        assert done.code == 1, done.err
        return path, done.out

    path, said = once(tmp_path_factory, "shipped", make)
    return copy_of(path, tmp_path_factory.mktemp("cli") / "repo"), said


@pytest.fixture
def mine(shipped: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the shipped repository."""
    return copy_of(shipped[0], tmp_path / "repo")


def test_ship_says_what_landed_what_did_not_and_what_is_next(shipped: tuple[Path, str]) -> None:
    lines = shipped[1].splitlines()
    assert lines[0].startswith("quarantined at test: labs.plugin: 1 test(s) turn red: tests/test_plugin.py::")
    assert lines[1] == "batch.tsv | total:3 done: 2 rem: 1 next:- | running:0 waiting:0 attention:1"
    assert re.fullmatch(r"1 item\(s\) landed on main: commit [0-9a-f]{12}, tree [0-9a-f]{40}", lines[2])
    assert lines[3] == "next: laneshift verify batch"


def test_every_look_is_one_document_and_changes_nothing(mine: Path) -> None:
    before = refs(mine), work_files(mine)
    plan = laneshift(mine, "status", "--json").data["batches"][0]["plan"]
    for command in (
        ("status",),
        ("inspect", "batch"),
        ("inspect", plan, "labs.plugin"),
        ("inspect", "batch", "labs.plugin", "--log", "test"),
        ("verify", "batch"),
        ("resume",),
        ("move", "labs/stays.py", "core/stays.py", "--dry-run"),
    ):
        done = laneshift(mine, *command, "--json")
        assert done.code == 0, (command, done.err)
        assert done.data["next"].startswith("laneshift ")
        if len(command) == 1:
            assert laneshift(mine, *command).out.splitlines()[-1] == f"next: {done.data['next']}"
    assert (refs(mine), work_files(mine)) == before


def test_inspect_gives_the_log_of_the_red_test(mine: Path) -> None:
    done = laneshift(mine, "inspect", "batch", "labs.plugin", "--log", "test")
    assert done.code == 0
    assert "test_plugin_is_found_by_a_computed_name" in done.out
    assert "ModuleNotFoundError" in done.out
    steps = laneshift(mine, "inspect", "batch", "labs.shapes", "--json").data["steps"]
    assert [step["step"] for step in steps] == [
        "review", "check_deps", "create_tests", "move", "update_imports", "integrate", "test", "gates", "commit",
    ]  # fmt: skip
    assert {step["status"] for step in steps} == {"passed"}
    red = steps[2]["seen"]
    assert red["red_before"]
    assert red["red_after"] == []


def test_rollback_and_landing_again_through_the_command_line(mine: Path) -> None:
    landed, base = tree_of(mine), tree_of(mine, "HEAD~1")
    back = laneshift(mine, "rollback", "batch", "--json")
    assert (back.code, back.data["tree"], back.data["base_tree"]) == (0, base, base)
    assert back.data["next"].startswith("laneshift land batch-")
    assert tree_of(mine) == base
    again = laneshift(mine, "land", "batch", "--json")
    assert again.data["landing"]["tree"] == landed == tree_of(mine)
    assert again.code == 1  # an item is still quarantined
    assert laneshift(mine, "resume").out == "nothing was left unfinished\nnext: laneshift status\n"


def test_a_command_works_from_anywhere_with_a_directory(mine: Path, tmp_path: Path) -> None:
    assert laneshift(tmp_path, "status", "-C", str(mine)).code == 0
    lost = laneshift(tmp_path, "status")
    assert (lost.code, lost.out) == (2, "")
    assert "no git repository" in lost.err
    assert laneshift(mine / "core", "status").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("plan", "nowhere.tsv"), 2, "batch.unreadable"),
        (("run", "nothing"), 2, "plan.not-found"),
        (("run", "../../etc/passwd.json"), 2, "plan.not-found"),
        (("land", "batch", "--only", "labs.plugin"), 2, "land.not-ready"),
        (("inspect", "batch", "labs.nothing"), 2, "plan.no-such-item"),
        (("status", "--odd"), 2, "usage.wrong"),
        (("odd",), 2, "usage.wrong"),
        (("run", "batch", "-j", "-1"), 2, "usage.wrong"),
        (("move", "labs/gone.py", "core/gone.py"), 2, ""),
        (("move", "../x.py", "core/x.py"), 2, ""),
    ],
)
def test_wrong_usage_is_exit_2_with_one_document(
    shipped: tuple[Path, str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = laneshift(shipped[0], *arguments, "--json")
    assert done.code == code, done.err
    error = done.data["error"]
    assert error["code"] == said or not said
    assert error["what"]


def test_an_overlapping_edit_is_exit_4(mine: Path) -> None:
    assert laneshift(mine, "rollback", "batch").code == 0
    write_files(mine, {"labs/shapes.py": "mine\n"})
    before = refs(mine), work_files(mine)
    done = laneshift(mine, "land", "batch", "--json")
    assert done.code == 4
    assert done.data["error"]["code"] == "worktree.overlap"
    assert (refs(mine), work_files(mine)) == before


def test_faults_are_all_listed_and_nothing_changes(mine: Path, tmp_path: Path) -> None:
    batch = tmp_path / "bad.tsv"
    batch.write_text("labs.a\tlabs/a.py\tcore/a.py\n\n# fine\nlabs.stays\tlabs/stays.py\n/x\t/x.py\tcore/x.py\n")
    before = refs(mine), work_files(mine), sorted((mine / ".git/laneshift/plans").iterdir())
    done = laneshift(mine, "plan", str(batch))
    assert done.code == 2
    assert [line for line in (1, 4, 5) if f"bad.tsv:{line}: " in done.err] == [1, 4, 5]
    assert laneshift(mine, "ship", str(batch)).code == 2
    assert (refs(mine), work_files(mine), sorted((mine / ".git/laneshift/plans").iterdir())) == before


def test_sha256_repositories_are_refused_clearly(tmp_path: Path) -> None:
    git_cli(tmp_path, "init", "-q", "--object-format=sha256", ".")
    done = laneshift(tmp_path, "status", "--json")
    assert done.code == 2
    assert "sha256" in done.data["error"]["what"]


def test_move_on_its_own_rewrites_the_work_tree(mine: Path) -> None:
    shown = laneshift(mine, "move", "labs/stays.py", "core/stays.py", "--json", "--dry-run").data
    assert git_cli(mine, "status", "--porcelain") == ""
    done = laneshift(mine, "move", "labs/stays.py", "core/stays.py", "--json")
    assert done.code == 0
    assert done.data["tree"] == shown["tree"] != shown["tree_before"]
    assert "import core.stays" in (mine / "tests/test_smoke.py").read_text()
    assert not (mine / "labs/stays.py").exists()
    assert done.data["next"] == "git diff"


def test_every_file_that_adds_a_verb_is_a_command_and_the_help_names_it(tmp_path: Path) -> None:
    folder = Path(commands.__file__).parent
    files = [file for file in folder.rglob("*.py") if "\ndef add(" in file.read_text(encoding="utf-8")]
    # A command of many files is a package: its verbs are added by one of them.
    adding = {file.stem if file.parent == folder else file.parent.name for file in files}
    assert len(files) == len(adding)
    assert adding == set(commands.NAMES)
    told = laneshift(tmp_path, "--help").out
    listed = [line.split()[0] for line in told.split("Commands:\n")[1].split("\n\n")[0].splitlines()]
    assert listed == list(commands.NAMES)


def test_a_short_command_loads_no_other() -> None:
    code = "import sys, laneshift.cli.app as a; a.app(['--version'], standalone_mode=False); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    loaded = run.stdout.split()
    assert "laneshift.cli.commands" in loaded
    assert not {"laneshift.cli.move", "pygit2", "rich.progress", "pydantic", "sqlite3"} & set(loaded)
