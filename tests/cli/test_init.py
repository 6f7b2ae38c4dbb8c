"""`laneshift init` as people call it: what it proposes works at once, and nothing is ever written over."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.runs.next_batch import fewest_left
from laneshift.runs.state import fold
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.runs.proposing.drawn import LANED, SEVERAL, SRC
from tests.toy import environment, laneshift, planned, shop_at, toy

COMMIT = "git add laneshift.toml && git commit -m 'build(repo): configure laneshift'"
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def repo(path: Path, files: dict[str, str]) -> Path:
    repo_at(path, files)
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


@pytest.mark.parametrize(
    ("files", "move"),
    [
        (LANED, "labs.rank\tlabs/rank.py\tcore/rank.py\n"),
        (SRC, "shop.cart\tsrc/shop/cart.py\tsrc/shop/_experimental/cart.py\n"),
        (SEVERAL, "alpha.a\tpackages/alpha/src/alpha/a.py\tpackages/beta-two/src/beta/a.py\n"),
    ],
    ids=["flat", "src", "several"],
)
def test_what_is_proposed_works_at_once(tmp_path: Path, files: dict[str, str], move: str) -> None:
    path = repo(tmp_path / "repo", {**files, "web/main.py": APP})
    done = laneshift(path, "init", "--write", "--json")
    assert (done.code, done.data["written"], done.data["next"]) == (0, True, COMMIT)
    assert (path / "laneshift.toml").read_text() == done.data["text"]
    assert 'target = "web.main:app"' in done.data["text"]
    commit_files(path, {"batch.tsv": move}, "settings")
    rows = laneshift(path, "doctor", "--json").data["rows"]
    assert [row for row in rows if row["check"].startswith("settings") and row["status"] != "ok"] == []
    plan = laneshift(path, "plan", "batch.tsv", "--json")
    assert (plan.code, [item["status"] for item in plan.data["items"]]) == (0, ["ready"])
    again = laneshift(path, "init", "--json")
    assert (again.code, again.data["differences"]) == (0, [])


def test_it_shows_and_writes_nothing_without_being_asked(tmp_path: Path) -> None:
    path = repo(tmp_path / "repo", LANED)
    before = git_cli(path, "status", "--porcelain")
    done = laneshift(path, "init")
    assert done.code == 0
    assert "# a folder called labs" not in done.out
    assert "# a package called labs, 2 Python file(s)\n[lanes.labs]\n" in done.out
    assert done.out.endswith("next: laneshift init --write\n")
    assert (git_cli(path, "status", "--porcelain"), (path / "laneshift.toml").exists()) == (before, False)


@pytest.mark.parametrize("answer", ["y", "n"])
def test_on_a_terminal_it_asks(tmp_path: Path, answer: str) -> None:
    path = repo(tmp_path / "repo", LANED)
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "laneshift", "init"],
        cwd=path,
        env=environment(),
        stdin=child,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    os.write(parent, f"{answer}\n".encode())
    said = b""
    while chunk := _read(parent):
        said += chunk
    os.close(parent)
    assert process.wait(240) == 0
    assert b"Write this to laneshift.toml?" in said
    assert (path / "laneshift.toml").exists() == (answer == "y")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""  # Linux ends the reading of a terminal nobody writes to any more with an error


def test_settings_that_are_there_stay_and_are_compared(tmp_path: Path) -> None:
    own = '[lanes.labs]\npaths = ["labs/**"]\n[tests]\ncommand = ["tox"]\n'
    path = repo(tmp_path / "repo", {**LANED, "laneshift.toml": own})
    done = laneshift(path, "init", "--json")
    told = {row["key"]: (row["now"], row["proposed"]) for row in done.data["differences"]}
    assert told["tests.command"] == (["tox"], ["python", "-m", "pytest"])
    assert told["source_roots"] == (None, [""])
    assert set(told) >= {"lanes.core", "lanes.serve", "lanes.tests"}
    assert "lanes.labs" not in told
    refused = laneshift(path, "init", "--write", "--json")
    assert (refused.code, refused.data["error"]["code"]) == (2, "init.configured")
    assert (path / "laneshift.toml").read_text() == own
    assert "tests.command: ['tox'] -> ['python', '-m', 'pytest']" in laneshift(path, "init").out


def test_settings_in_pyproject_count_as_settings(tmp_path: Path) -> None:
    path = repo(tmp_path / "repo", {**LANED, "pyproject.toml": "[tool.laneshift]\nworkers = 1\n"})
    assert laneshift(path, "init", "--write", "--json").data["error"]["where"] == "pyproject.toml"
    assert not (path / "laneshift.toml").exists()


@pytest.mark.parametrize("kind", ["ignored", "link"])
def test_a_file_that_git_does_not_show_is_not_written_over(tmp_path: Path, kind: str) -> None:
    path = repo(tmp_path / "repo", {**LANED, ".gitignore": "laneshift.toml\n"})
    place = path / "laneshift.toml"
    if kind == "link":
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.write_text("mine")
    assert laneshift(path, "init", "--write").code == 2
    assert not (tmp_path / "elsewhere").exists()
    assert kind == "link" or place.read_text() == "mine"


def test_a_repository_without_python_is_refused(tmp_path: Path) -> None:
    path = repo(tmp_path / "repo", {"README": "x"})
    assert laneshift(path, "init", "--json").data["error"]["code"] == "init.no-python"


def test_scopes_of_the_history_are_kept(tmp_path: Path) -> None:
    path = repo(tmp_path / "repo", LANED)
    for subject in ("fix(deps): x", "ci(deps)!: y", "fix(core): z", "fix(core): z", "fix(once): z"):
        git_cli(path, "commit", "-q", "--allow-empty", "-m", subject)
    rows = {row["key"]: row["value"] for row in laneshift(path, "init", "--json").data["found"]}
    assert rows["commit_scopes"] == ["deps", "repo"]


def make(path: Path, *arguments: str) -> tuple[int, str]:
    call = f"LANESHIFT={sys.executable} -m laneshift"
    done = subprocess.run(
        [shutil.which("make") or "make", "--no-print-directory", *arguments, call],
        cwd=path, env=environment(), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_make_takes_the_batch_with_the_fewest_items_left(tmp_path: Path) -> None:
    path = toy(tmp_path / "toy", {"Makefile": "include laneshift.mk\n"})
    assert laneshift(path, "init", "--make").out.startswith("# Made by `laneshift init --make`")
    assert not (path / "laneshift.mk").exists()
    assert laneshift(path, "init", "--make", "--write", "--json").data["written"]
    assert make(path, "batch-next") == (0, "no batch has items left to run\n")
    two = planned(
        path, "labs.shapes\tlabs/shapes.py\tcore/shapes.py\nlabs.report\tlabs/report.py\tcore/report.py\n", "two.tsv"
    )
    one = planned(path, "labs.stays\tlabs/stays.py\tlabs/stays.py\n", "one.tsv")
    assert laneshift(path, "status", "--next").out == f"{one.id}\n"
    assert laneshift(path, "status", "--next", "--lane", "core", "--json").data["plan"] == two.id
    code, said = make(path, "batch-status")
    assert (code, "one.tsv | total:1" in said, "two.tsv | total:2" in said) == (0, True, True)
    code, said = make(path, "batch-next")
    assert (code, "one.tsv | total:1 done: 1 rem: 0" in said) == (0, True)
    assert laneshift(path, "status", "--next").out == f"{two.id}\n"
    code, said = make(path, "batch-next-core")
    assert (code, "two.tsv | total:2 done: 1 rem: 1 next:labs.report" in said) == (0, True), said
    assert laneshift(path, "run", "two", "--lane", "core", "--json").data["error"]["code"] == "usage.lane"
    assert make(path, "batch-next-labs") == (0, "no batch has items left to run for labs\n")
    assert "lanes.unknown" in make(path, "batch-next-nowhere")[1]
    assert laneshift(path, "status", "--lane", "core", "--json").data["error"]["code"] == "usage.lane"


def test_a_fragment_that_somebody_changed_stays(tmp_path: Path) -> None:
    path = repo(tmp_path / "repo", LANED)
    assert laneshift(path, "init", "--make", "--write").code == 0
    assert "unchanged" in laneshift(path, "init", "--make", "--write").out
    (path / "laneshift.mk").write_text("mine")
    assert laneshift(path, "init", "--make", "--write", "--json").data["error"]["code"] == "init.exists"
    assert (path / "laneshift.mk").read_text() == "mine"


def test_of_equals_the_first_batch_is_next(tmp_path: Path) -> None:
    path = toy(tmp_path / "toy")
    line = "labs.stays\tlabs/stays.py\tlabs/stays.py\n"
    states = [fold(planned(path, line, name), shop_at(path).journal.records()) for name in ("a.tsv", "b.tsv")]
    assert fewest_left(states) is states[0]
    assert fewest_left(states[::-1]) is states[1]
    assert fewest_left(states, "core") is None
    assert fewest_left([]) is None
