"""Before the batch: a real project is fetched, becomes a repository, and shows that its tests pass."""

from __future__ import annotations

import shutil
from pathlib import Path

from corpus.extract import extract
from corpus.fetch import fetch
from corpus.sdist import NETWORKX
from demo import batch
from demo.outcomes import passed
from demo.stage import PROJECT, Stage, Start
from demo.suite import SUITE

_SETTINGS = Path(__file__).with_name("settings")
_IGNORED = "__pycache__/\n.pytest_cache/\n"


def open_project(stage: Stage) -> Start:
    """The project as a repository with one commit. The tests that pass there are what must pass in the end."""
    with stage.act(f"Fetch the source distribution of {NETWORKX.project} {NETWORKX.version}"):
        _unpack(stage)
    with stage.act("Make a git repository of it, with one commit"):
        commit, tree = _commit(stage)
    with stage.act("Run the project's own test suite (about a minute on two cores)"):
        done = stage.shell.show(*SUITE, tail=1)
        passing = passed(done.out)
        stage.promises.hold(f"{len(passing)} tests pass before the batch", len(passing) > 0 and done.code in (0, 1))
    return Start(commit, tree, passing)


def _unpack(stage: Stage) -> None:
    stage.say(f"$ python -m pip download --no-deps --no-binary :all: {NETWORKX.project}=={NETWORKX.version}", "bold")
    archive = fetch(NETWORKX, stage.folder / "cache")
    stage.promises.hold(f"{archive.name} has the pinned SHA-256 {NETWORKX.sha256[:16]}…", archive.is_file())
    opened = extract(archive, stage.folder / "unpacked")
    opened.replace(stage.folder / PROJECT)
    shutil.rmtree(stage.folder / "unpacked")


def _commit(stage: Stage) -> tuple[str, str]:
    project = stage.folder / PROJECT
    for file in ("laneshift.toml", "conftest.py"):
        shutil.copyfile(_SETTINGS / file, project / file)
    (project / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    stage.batch.write_bytes(batch.FILE.read_bytes())
    shell = stage.shell
    stage.say(f"$ cd {project}", "bold")
    shell.show("git", "init", "--quiet", "--initial-branch=main")
    shell.show("git", "config", "user.name", "Ada Planner")
    shell.show("git", "config", "user.email", "ada@example.org")
    shell.show("git", "add", "--all", "--force")
    shell.show("git", "commit", "--quiet", "--message", f"chore: import {NETWORKX.project} {NETWORKX.version}")
    count = len(shell.line("git", "ls-files").splitlines())
    stage.promises.hold(f"{count} files are committed, and the work tree is clean", count > 0 and _clean(stage))
    return shell.line("git", "rev-parse", "HEAD"), shell.line("git", "rev-parse", "HEAD^{tree}")


def _clean(stage: Stage) -> bool:
    return not stage.shell.line("git", "status", "--porcelain")
