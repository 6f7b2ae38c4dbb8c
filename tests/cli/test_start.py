"""The plain way in says and does what the whole command line does."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.cli.asked import Asked, with_switches
from laneshift.cli.plain_words import is_watched, switches_and_paths, switches_and_plan
from laneshift.code.index import Index
from tests.monorepo import BATCH, BREAKS, monorepo
from tests.once import once
from tests.repo.builders import git_cli
from tests.toy import copy_of, environment, started, toy


def laneshift(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "laneshift", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment(), check=False)


@pytest.mark.parametrize("words", [("--dry-run",), ("--json", "--dry-run"), ("--explain", "--prove"), ("--shim",), ()])
def test_both_ways_tell_the_same(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = []
    for name, more in (("plain", ()), ("whole", ("-C", "."))):
        monorepo(tmp_path / name)
        done = laneshift(tmp_path / name, "move", "labs/shapes.py", "core/shapes.py", *words, *more)
        told.append((done.returncode, done.stdout, done.stderr, git_cli(tmp_path / name, "status", "--porcelain")))
    assert told[0] == told[1]
    assert told[0][0] == 0


@pytest.mark.parametrize("words", [("labs/none.py", "core/none.py"), ("labs/none.py", "core/none.py", "--json")])
def test_both_ways_fail_the_same(tmp_path: Path, words: tuple[str, ...]) -> None:
    monorepo(tmp_path)
    plain, whole = laneshift(tmp_path, "move", *words), laneshift(tmp_path, "move", *words, "-C", ".")
    assert (plain.returncode, plain.stdout, plain.stderr) == (whole.returncode, whole.stdout, whole.stderr)
    assert plain.returncode == 2
    assert "moves.source-missing" in plain.stdout + plain.stderr


@pytest.fixture
def ready(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two copies of a repository with one item that is ready to land and one that was set aside."""

    def make(folder: Path) -> Path:
        path = toy(folder / "repo")
        (path / ".git/batch.tsv").write_text(BATCH.splitlines()[0] + "\n" + BREAKS)
        assert started(path, "plan", ".git/batch.tsv").code == 0
        assert started(path, "run", "batch", "-j", "1").code == 1
        return path

    path = once(tmp_path_factory, "ready-to-land", make)
    return copy_of(path, tmp_path / "plain"), copy_of(path, tmp_path / "whole")


SECONDS = re.compile(r"[0-9]+\.[0-9] s")
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


@pytest.mark.parametrize("words", [(), ("--json",), ("-v",)])
def test_both_ways_land_and_tell_the_same(ready: tuple[Path, Path], words: tuple[str, ...]) -> None:
    told = []
    for path, more in zip(ready, ((), ("-C", ".")), strict=True):
        done = started(path, "land", "batch", *words, *more, env=EPOCH)
        said = (SECONDS.sub("", done.out.replace(str(path), "")), SECONDS.sub("", done.err.replace(str(path), "")))
        told.append((done.code, *said, git_cli(path, "rev-parse", "main^{tree}")))
    assert told[0] == told[1]
    assert told[0][0] == 1, told[0]
    assert "landed" in told[0][1]
    assert "item(s) combined" in told[0][2]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_both_ways_fail_to_land_the_same(tmp_path: Path, words: tuple[str, ...]) -> None:
    monorepo(tmp_path)
    plain, whole = laneshift(tmp_path, "land", "none", *words), laneshift(tmp_path, "land", "none", *words, "-C", ".")
    assert (plain.returncode, plain.stdout, plain.stderr) == (whole.returncode, whole.stdout, whole.stderr)
    assert plain.returncode == 2


def test_a_plain_landing_loads_neither_typer_nor_rich_nor_what_judges_fixes(ready: tuple[Path, Path]) -> None:
    code = (
        "import sys, laneshift.cli.leaving as l, laneshift.cli.start as s\n"
        "l.leave = lambda code: print(code, *sys.modules)\n"
        "sys.argv = ['laneshift', 'land', 'batch', '--json']\n"
        "s.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ready[0], capture_output=True, text=True, check=True, env=environment()
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert loaded[0] == "1"
    assert "laneshift.runs.land_workflow" in loaded
    assert not {"typer", "rich", "laneshift.code.safe_patch"} & set(loaded)


@pytest.mark.parametrize(
    "words",
    [
        ["land"],
        ["land", "--help"],
        ["land", "a", "b"],
        ["land", "a", "--check"],
        ["land", "a", "--only", "x"],
        ["land", "a", "--only=x"],
        ["land", "a", "--remote=origin"],
        ["land", "a", "-C", "."],
        ["land", "--", "a"],
        ["-C", ".", "land", "a"],
    ],
)
def test_a_landing_that_is_not_plain_is_left_to_the_description_of_all_commands(words: list[str]) -> None:
    assert switches_and_plan(words) is None


def test_a_landing_on_a_terminal_has_its_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, io.StringIO())
    assert not is_watched()
    with monkeypatch.context() as forced:
        forced.setenv("FORCE_COLOR", "1")
        assert is_watched()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert is_watched()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--help"],
        ["move"],
        ["move", "a.py"],
        ["move", "a.py", "b.py", "c.py"],
        ["move", "a.py", "b.py", "--help"],
        ["move", "a.py", "b.py", "--expires", "2099-01-01"],
        ["move", "a.py", "b.py", "--expires=2099-01-01"],
        ["move", "--", "a.py", "b.py"],
        ["plan", "a.py", "b.py"],
    ],
)
def test_what_is_not_plain_is_left_to_the_description_of_all_commands(words: list[str]) -> None:
    assert switches_and_paths(words) is None


def test_switches_may_stand_anywhere() -> None:
    wanted = Asked("a.py", "b.py", dry_run=True, verbose=True)
    plain = switches_and_paths(["move", "--dry-run", "a.py", "-v", "b.py"])
    assert plain is not None
    assert with_switches(*plain) == wanted


def test_a_plain_move_loads_neither_typer_nor_rich(tmp_path: Path) -> None:
    monorepo(tmp_path)
    code = (
        "import sys, laneshift.cli.leaving as l, laneshift.cli.start as s\n"
        "l.leave = lambda code: print(code, *sys.modules)\n"
        "sys.argv = ['laneshift', 'move', 'labs/shapes.py', 'core/shapes.py', '--json']\n"
        "s.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=environment()
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert loaded[0] == "0"
    assert "laneshift.code.moves.engine" in loaded
    heavy = {"typer", "rich", "multiprocessing", "laneshift.code.moves.proof", "laneshift.code.moves.shim"}
    assert not heavy & set(loaded)


@pytest.mark.parametrize("indexed", [False, True])
def test_a_plain_move_does_not_load_the_library_for_git_objects(tmp_path: Path, indexed: bool) -> None:
    """It takes as long to load as all else that a small move does."""
    repository = monorepo(tmp_path)
    if indexed:
        Index.open(repository).refresh(repository.tree("HEAD"))
    code = (
        "import sys, laneshift.cli.leaving as l, laneshift.cli.start as s\n"
        "l.leave = lambda code: print(code, *sys.modules)\n"
        "sys.argv = ['laneshift', 'move', 'labs/shapes.py', 'core/shapes.py']\n"
        "s.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=environment()
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert loaded[0] == "0"
    assert (tmp_path / "core" / "shapes.py").is_file()
    assert ("laneshift.code.index" in loaded) == indexed
    assert not {"pygit2", "ssl", "laneshift.repo.library"} & set(loaded)


def test_control_characters_of_a_path_do_not_reach_the_terminal(tmp_path: Path) -> None:
    monorepo(tmp_path)
    done = laneshift(tmp_path, "move", "labs/\x1b[2Jx.py", "core/x.py")
    assert done.returncode == 2
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [("move", "labs/shapes.py", "core/shapes.py"), ("land", "none"), ("verify", "none")])
@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_is_as_one_that_nobody_reads(
    tmp_path: Path, words: tuple[str, ...], closed: str
) -> None:
    monorepo(tmp_path)
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "laneshift", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == (0 if words[0] == "move" else 2), done.stderr
    assert "Traceback" not in done.stderr
