"""`laneshift absorb BRANCH`: bring a stale branch onto today's paths, and say what is left for a person."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("absorb")(absorb)


def absorb(
    branch: Annotated[str, typer.Argument(help="The stale branch, or any commit.")],
    target: Annotated[str, typer.Option(help="The branch to bring it onto; by default the one checked out.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it, and make no branch.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Bring a branch across the moves that landed since, as commits on laneshift/absorbed/BRANCH."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.absorbing import absorb_branch

        done = absorb_branch(opened(talk), branch, target, dry_run=dry_run)

        def show(console: Console) -> None:
            for line in _lines(done, dry_run=dry_run):
                console.print(line, markup=False, soft_wrap=True)
            if verbose:
                for left in done.left:
                    console.print(left.text.decode("utf-8", "replace"), markup=False, soft_wrap=True)

        talk.result(_data(done, dry_run=dry_run), show, _next(done, branch, dry_run=dry_run, shown=verbose))
        if done.left:
            raise typer.Exit(4)


def _lines(done: Any, *, dry_run: bool) -> list[str]:
    would = "would be " if dry_run else ""
    lines = [f"{len(done.landed.intents)} move(s) have landed on {_short(done.target)} since {done.branch} was cut"]
    for each in done.absorbed.outcomes:
        why = f": {each.why}" if each.why else ""
        proof = f", {each.found.alike} of {each.found.lines} references alike" if each.found.is_move else ""
        lines.append(f"{each.state}: {each.intent.src} -> {each.intent.dst}{proof}{why}")
    lines += [f"carried: {path}" for path in done.carried]
    lines += [f"left: {each.path}: {each.why}" for each in done.left]
    moved = len(done.absorbed.moved)
    lines.append(f"{moved} move(s) and {len(done.carried)} changed file(s) {would}absorbed, {len(done.left)} left")
    return lines


def _data(done: Any, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "branch": done.branch,
        "base": done.base,
        "target": done.target,
        "onto": done.onto,
        "ref": done.ref if done.tip else "",
        "tip": done.tip,
        "tree": done.absorbed.tree.oid,
        "landed": [intent.as_json() for intent in done.landed.intents],
        "moves": [
            {
                "src": each.intent.src,
                "dst": each.intent.dst,
                "state": each.state,
                "why": each.why,
                "references": each.found.lines,
                "alike": each.found.alike,
            }
            for each in done.absorbed.outcomes
        ],
        "carried": list(done.carried),
        "left": [
            {"path": each.path, "why": each.why, "text": each.text.decode("utf-8", "replace")} for each in done.left
        ],
    }


def _next(done: Any, branch: str, *, dry_run: bool, shown: bool) -> str:
    if not done.carried and not done.absorbed.moved:
        # Nothing comes over: what is left to do is to look at what is in the way.
        return f"laneshift absorb {quote(branch)} --dry-run -v" if done.left and not shown else "laneshift status"
    if dry_run:
        return f"laneshift absorb {quote(branch)}"
    return f"git diff {quote(_short(done.target))} {quote(_short(done.ref))}"


def _short(ref: str) -> str:
    return str(ref.removeprefix("refs/heads/"))
