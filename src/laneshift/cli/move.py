"""`laneshift move SRC DST`: the move engine on its own, in the work tree."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session
from laneshift.errors import Refused
from laneshift.repo.objects import Repository, Tree

_SHIM_DAYS = 90
_ALLOCATIONS = 100_000


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("move")(move)


def move(
    src: Annotated[str, typer.Argument(metavar="SRC", help="The module or package, as a path in the repository.")],
    dst: Annotated[str, typer.Argument(metavar="DST", help="Its new path.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="List every edit: file, line, form, before, after.")
    ] = False,
    prove: Annotated[bool, typer.Option("--prove", help="Check syntax, imports, and there and back; exit 1.")] = False,
    shim: Annotated[
        bool, typer.Option("--shim", help="Leave a module at the old path that warns and expires.")
    ] = False,
    expires: Annotated[str, typer.Option(metavar="DATE", help="When the shim expires; by default in 90 days.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Move one module or package in the work tree and rewrite everything that refers to it.

    With --prove, a proof that fails stops the move before anything is written.
    """
    with session(directory, as_json, verbose) as talk, rare_collection():
        from laneshift.cli import move_view
        from laneshift.code import moves
        from laneshift.code.moves.ahead import parsed_ahead
        from laneshift.repo.differences import differences
        from laneshift.repo.worktree import apply, snapshot

        expiry = expiry_of(expires) if shim else None
        repository = Repository.open(talk.directory)
        before = snapshot(repository)
        roots = source_roots(before)
        index = known_index(repository, before)
        mentions = index.mentions if index else None
        intent = moves.Move(src.rstrip("/"), dst.rstrip("/"))
        found = moves.move(before, intent, roots=roots, mentions=mentions)
        result = replace(found, known=index.parses if index else parsed_ahead(found))
        proof = moves.prove(before, result, roots=roots, mentions=mentions) if prove else None
        left = moves.shim(result, expiry) if expiry else None
        after = left.tree if left else result.tree
        holds = proof is None or proof.holds
        if holds and not dry_run:
            apply(repository, {path: new for path, (_, new) in differences(before, after).items()}, before)

        told = move_view.Told(result, proof, left, written=holds and not dry_run)

        def show(console: Console) -> None:
            move_view.show(console, told, explain=explain)

        again = f"laneshift move {src} {dst}"
        talk.result(move_view.data(told), show, again if dry_run else "git diff" if holds else f"{again} --explain")
        raise typer.Exit(0 if holds else 1)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look for cycles in memory seldom: a move makes many small objects and hardly any cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def expiry_of(text: str) -> dt.date:
    """When a shim expires. Raises `Refused` for what is not a date to come."""
    today = dt.datetime.now(dt.UTC).date()
    if not text:
        return today + dt.timedelta(days=_SHIM_DAYS)
    try:
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused("usage.bad-date", f"{text!r} is not a date", cure="write it as 2027-01-31") from error
    if date <= today:
        raise Refused("usage.bad-date", f"{text} is not to come")
    return date


@dataclass(frozen=True, slots=True)
class Known:
    """What an index can tell about a tree that it knows."""

    mentions: Callable[[Tree, str], Iterable[str]]
    parses: Callable[[Tree, str], bool]


def known_index(repository: Repository, tree: Tree) -> Known | None:
    """The index, where there is one that knows the tree: one that does not is slower than reading every file once."""
    if not (repository.state_dir / "index").is_dir():
        return None
    from laneshift.code.index import Index

    index = Index.open(repository)
    if not index.knows(tree):
        return None
    parses = index.parses(tree)
    return Known(index.mentions, lambda asked, path: asked == tree and parses.get(path, False))


def source_roots(tree: Tree) -> tuple[str, ...]:
    """The configured source roots; reads the settings only where there are some, since that takes time."""
    own = "laneshift.toml" in tree
    if not own and not ("pyproject.toml" in tree and b"laneshift" in tree.read("pyproject.toml")):
        return ()
    from laneshift.config import load

    return tuple(load(lambda path: tree.read(path) if path in tree else None).source_roots)
