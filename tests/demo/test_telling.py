"""How the demo runs commands and keeps count of its promises."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from demo.promises import PromiseBrokenError, Promises
from demo.shell import Shell
from demo.stage import PROJECT, Stage


@pytest.fixture
def console() -> Console:
    """A console that remembers."""
    return Console(file=io.StringIO(), width=200)


def said(console: Console) -> str:
    """What was printed."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_promise_that_holds_is_counted_and_one_that_does_not_stops(console: Console) -> None:
    promises = Promises(console)
    promises.equal("one is one", 1, 1)
    with pytest.raises(PromiseBrokenError, match=r"one is two\n  found: 1 where 2 was promised"):
        promises.equal("one is two", 1, 2)
    assert promises.kept == 1
    assert "✓ one is one" in said(console)
    assert "two" not in said(console)


def test_a_command_is_shown_as_it_is_typed_with_its_end_and_its_status(console: Console, tmp_path: Path) -> None:
    done = Shell(tmp_path, console).show("python", "-c", "print('a\\nb\\nc'); raise SystemExit(3)", tail=2)
    assert (done.code, done.out) == (3, "a\nb\nc\n")
    lines = said(console).splitlines()
    assert lines[0].startswith("$ python -c ")
    assert lines[1:3] == ["  b", "  c"]
    assert lines[3].endswith(" s, exit 3)")


def test_commands_run_with_this_interpreter_and_without_the_persons_git(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    shell = Shell(tmp_path, console)
    program = "import os, sys; print(sys.executable, 'GIT_DIR' in os.environ, 'PYTEST_ADDOPTS' in os.environ)"
    assert shell.line("python", "-c", program) == f"{sys.executable} False False"
    assert shell.line("laneshift", "--version").startswith("laneshift ")


def test_setting_up_sweeps_the_last_showing_and_keeps_downloads(console: Console, tmp_path: Path) -> None:
    folder = tmp_path / ".demo"
    for name in (PROJECT, "clone", "unpacked", "cache"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").touch()
    Stage.set_up(folder, console)
    assert sorted(path.name for path in folder.iterdir()) == ["cache"]
