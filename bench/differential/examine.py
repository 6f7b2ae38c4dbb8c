"""One move on one tree: what the engine's proofs say, and whether it was done at all."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from laneshift.code.index import Index
from laneshift.code.moves import Mentions, Move, MoveResult, prove
from laneshift.code.moves import move as moved
from laneshift.errors import Refused
from laneshift.repo.objects import Repository, Tree


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a move. `refused` is the code of a refusal, or empty; `surprises` are proofs that do not hold.

    `tree` is the id of the tree after it, `touched` the paths before the move of the Python files that it rewrote.
    """

    move: Move
    refused: str = ""
    tree: str = ""
    old_name: str = ""
    new_name: str = ""
    old_root: str = ""
    new_root: str = ""
    edits: int = 0
    seconds: float = 0.0
    surprises: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    relocations: Mapping[str, str] = field(default_factory=dict)


def examine(repository: Path, commit: str, move: Move) -> Outcome:
    """Do the move on the tree of `commit` and prove it. Everything but a refusal raises."""
    opened = Repository.open(repository)
    mentions = Index.open(opened).mentions
    tree = opened.tree(commit)
    started = time.perf_counter()
    try:
        result = moved(tree, move, mentions=mentions)
    except Refused as refusal:
        return Outcome(move, refused=refusal.code)
    seconds = time.perf_counter() - started
    origin = {new: old for old, new in result.relocations.items()}
    return Outcome(
        move,
        "",
        result.tree.oid,
        result.old_name,
        result.new_name,
        result.old_root,
        result.new_root,
        len(result.edits),
        seconds,
        tuple(surprises(tree, result, mentions)),
        tuple(sorted({origin.get(path, path) for path in result.python if path.endswith(".py")})),
        dict(result.relocations),
    )


def surprises(tree: Tree, result: MoveResult, mentions: Mentions | None = None) -> list[str]:
    """Every proof of a move that does not hold: the name of the finding, then `path: what`."""
    proof = prove(tree, result, mentions=mentions)
    return [
        f"{finding.name}: {detail}"
        for finding in proof.findings
        if not finding.holds
        for detail in finding.details or ("no detail",)
    ]
