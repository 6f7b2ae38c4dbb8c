"""`laneshift init`: settings for a repository that has none, proposed from what it shows."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.config import FILE, load
from laneshift.errors import Refused
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.committing import SETTINGS, commit_command
from laneshift.runs.doctor.configured import reader
from laneshift.runs.paths import visible
from laneshift.runs.proposing import makefile
from laneshift.runs.proposing.comparing import Difference, differences
from laneshift.runs.proposing.proposal import plain
from laneshift.runs.proposing.propose import Proposed, configured, propose


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("init")(init)


def init(
    write: Annotated[
        bool, typer.Option("--write", help="Write laneshift.toml, or what --make or --github show.")
    ] = False,
    make: Annotated[bool, typer.Option("--make", help="Targets for a Makefile: batch-status, batch-next.")] = False,
    github: Annotated[bool, typer.Option("--github", help="Workflow files for GitHub: docs/workflows.md.")] = False,
    workflow: Annotated[
        list[str] | None, typer.Option("--workflow", metavar="NAME", help="With --github: this one; repeatable.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Propose laneshift.toml from the folders, the tests and the history. Never over settings that are there."""
    with session(directory, as_json, verbose) as talk:
        repository = Repository.open(talk.directory)
        tree = looked_at(repository, "")
        if github or workflow:
            from laneshift.cli.init_github import propose_workflows

            propose_workflows(talk, repository, tree, workflow or (), write=write)
            return
        if make:
            _make(talk, repository, tree, write=write)
            return
        there = configured(repository, tree)
        if there:
            _compare(talk, repository, tree, there, write=write)
            return
        found = propose(repository, tree)
        if not talk.as_json:
            _show(talk.out, found)
        written = write or _agreed(talk)
        if written:
            put(repository, tree, {FILE: found.text.encode()})
        then = commit_command(repository, FILE, SETTINGS) if written else "laneshift init --write"
        talk.result(_data(found, written=written), lambda _: None, then)


def _agreed(talk: Session) -> bool:
    """Whether a person at a terminal says that it shall be written."""
    if talk.as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return typer.confirm(f"Write this to {FILE}?", default=False, err=True)


def _show(console: Console, found: Proposed) -> None:
    for line in found.text.splitlines():
        console.print(line, markup=False, soft_wrap=True)
    for doubt in found.proposal.doubts:
        console.print(f"look at: {visible(doubt)}", markup=False, soft_wrap=True)


def _data(found: Proposed, *, written: bool) -> dict[str, object]:
    rows = [
        {"key": ".".join(name), "value": plain(line.value), "why": line.why, "active": line.active}
        for name, line in found.proposal.settings()
    ]
    return {
        "file": FILE, "text": found.text, "found": rows, "doubts": list(found.proposal.doubts), "written": written,
    }  # fmt: skip


def _compare(talk: Session, repository: Repository, tree: Tree, there: str, *, write: bool) -> None:
    """Say what init would propose otherwise. Settings that are there are the team's: they are never written over."""
    if write:
        cure = "laneshift init, without --write, says what it would change"
        raise Refused("init.configured", "this repository has settings already", where=there, cure=cure)
    settings = load(reader(tree))
    found = propose(repository, tree)
    rows = differences(settings, found.proposal, found.python)

    def show(console: Console) -> None:
        console.print(
            f"{there} is there and stays as it is; a proposal made now would differ in {len(rows)} setting(s)"
        )
        for row in rows:
            console.print(_difference(row), markup=False, soft_wrap=True)

    talk.result(
        {"file": there, "differences": [asdict(row) for row in rows], "written": False}, show, "laneshift doctor"
    )


def _difference(row: Difference) -> str:
    why = f"  ({row.why})" if row.why else ""
    now = "not set" if row.now is None else row.now
    return visible(f"{row.key}: {now} -> {row.proposed}{why}")


def _make(talk: Session, repository: Repository, tree: Tree, *, write: bool) -> None:
    """Print the part of a Makefile, or write it beside the Makefile."""
    name, text = makefile.FILE, makefile.FRAGMENT
    same = name in tree and tree.read(name) == text.encode()
    if write and not same:
        if name in tree:
            raise Refused("init.exists", "this file is there already and is not what would be written", where=name)
        put(repository, tree, {name: text.encode()})

    def show(console: Console) -> None:
        if write:
            console.print(
                f"{name}: {'unchanged' if same else 'written'}; in the Makefile: include {name}", markup=False
            )
        else:
            console.print(text, markup=False, soft_wrap=True, end="")

    data = {"file": name, "text": text, "written": write and not same}
    if write or talk.as_json:
        talk.result(data, show, "make batch-status" if write else "laneshift init --make --write")
    else:
        show(talk.out)  # nothing else, so that it can be sent to a file
