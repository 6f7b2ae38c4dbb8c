"""One move on one tree: what the engine's proofs say, and whether it was done at all."""

from __future__ import annotations

import ast
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from laneshift.code.index import Index
from laneshift.code.moves import Mentions, Move, MoveResult
from laneshift.code.moves import move as moved
from laneshift.code.moves.proof import prove
from laneshift.code.moves.spans import parse, read_source
from laneshift.errors import Refused
from laneshift.repo.objects import File, Repository, Tree


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a move. `refused` is the code of a refusal, or empty; `surprises` are proofs that do not hold.

    `tree` is the id of the tree after it, `touched` the paths before the move of the Python files that it rewrote,
    `control` the tree before it where the module imports the package that it is to move to; empty for the same package.
    `cycle` is true where the move itself tells that a moving file may not be imported first any more.
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
    control: str = ""
    cycle: bool = False


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
        control(tree, result),
        any(each.kind == "import-cycle" for each in result.notices),
    )


def control(tree: Tree, result: MoveResult) -> str:
    """The id of `tree` where the module to be moved imports, before all else, the package that it is to move to.

    Empty where it needs no package that it did not need before, or cannot be parsed.
    """
    package = result.new_name.rpartition(".")[0]
    while package and not tree.is_folder("/".join([*filter(None, [result.new_root]), *package.split(".")])):
        package = package.rpartition(".")[0]
    path = result.intent.src if result.intent.src.endswith(".py") else f"{result.intent.src}/__init__.py"
    entry = tree.entry(path)
    if not package or f"{result.old_name}.".startswith(f"{package}.") or entry is None:
        return ""
    source = read_source(tree.repository.blob(entry.oid))
    module = parse(source)
    if module is None:
        return ""
    at = source.offset(_first_line(module), 0) if module.body else len(source.data)
    text = source.data[:at] + f"import {package}\n".encode() + source.data[at:]
    return tree.edit({path: File(source.restore(text), entry.mode)}).oid


def _first_line(module: ast.Module) -> int:
    """The line of the first statement that is neither the docstring nor an import from the future."""
    for node in module.body:
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not future and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            decorated = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.decorator_list
            return decorated[0].lineno if decorated else node.lineno
    return module.body[0].lineno


def surprises(tree: Tree, result: MoveResult, mentions: Mentions | None = None) -> list[str]:
    """Every proof of a move that does not hold: the name of the finding, then `path: what`."""
    proof = prove(tree, result, mentions=mentions)
    return [
        f"{finding.name}: {detail}"
        for finding in proof.findings
        if not finding.holds
        for detail in finding.details or ("no detail",)
    ]
