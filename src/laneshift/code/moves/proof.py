"""Proof that a move changed names and nothing else, by checks that do not use the code that made the edits.

Four findings: the syntax of every touched file is what it was, the import graph is the same graph under the renaming,
no import became unresolvable, and the move back gives the identical tree. Each says how much it has checked; a
finding that had nothing to check says so and is not counted as held unless there was nothing it could have missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laneshift.code.moves.engine import move
from laneshift.code.moves.findings import Finding, Proof
from laneshift.code.moves.formats import kind_of
from laneshift.code.moves.graph import Edge, by_root, edges, resolves
from laneshift.code.moves.result import MoveResult
from laneshift.code.moves.scan import Mentions, mentioned
from laneshift.code.moves.site import lies_with
from laneshift.code.moves.spans import parse, read_source
from laneshift.code.moves.syntax import Shape, difference, shape
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree

_IMPORT = re.compile(rb"\b(?:from|import)\b[^\r\n(\\]*(?:\([^)]*\)|(?:\\(?:\r\n|\r|\n)[^\r\n\\]*)+)?")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A touched Python file before and after."""

    old_path: str
    path: str
    before: Shape
    after: Shape
    old_edges: frozenset[Edge]
    edges: frozenset[Edge]


def prove(before: Tree, result: MoveResult, *, roots: Sequence[str] = (), mentions: Mentions | None = None) -> Proof:
    """Check `result`, a move of `before`. Costs about as much as the move itself, twice."""
    pairs: list[_Pair] = []
    unparsed: list[str] = []
    for old_path, path in _touched(before, result):
        pair = _pair(before, result, old_path, path)
        if pair is None:
            unparsed.append(path)
        else:
            pairs.append(pair)
    left = _left_behind(before, result, mentions)
    findings = (
        _syntax(pairs, result),
        _graph(pairs, result, left),
        _unresolved(pairs, before, result),
        _there_and_back(before, result, roots, mentions),
    )
    return Proof(findings, tuple(unparsed))


def _touched(before: Tree, result: MoveResult) -> Iterator[tuple[str, str]]:
    """Every Python file that moved or was edited, by its path before and after."""
    arrived = {new: old for old, new in result.relocations.items()}
    for path in sorted({*result.python, *result.relocations.values()}):
        old_path = arrived.get(path, path)
        entry = before.entry(old_path)
        if entry is not None and entry.is_regular and kind_of(path, before.repository.blob(entry.oid)) == "python":
            yield old_path, path


def _pair(before: Tree, result: MoveResult, old_path: str, path: str) -> _Pair | None:
    old_source, source = read_source(before.read(old_path)), read_source(result.tree.read(path))
    old_tree, tree = parse(old_source), parse(source)
    if old_tree is None or tree is None:
        return None
    return _Pair(
        old_path,
        path,
        shape(old_tree),
        shape(tree),
        frozenset(edges(old_tree, old_path, result.old_root)),
        frozenset(edges(tree, path, result.new_root if path in result.relocations.values() else result.old_root)),
    )


def _syntax(pairs: list[_Pair], result: MoveResult) -> Finding:
    details = []
    for pair in pairs:
        edits = [edit for edit in result.edits if edit.path == pair.path]
        details += [f"{pair.path}: {each}" for each in difference(pair.before, pair.after, edits, result)]
    return Finding("syntax", not details, len(pairs), tuple(details))


def _left_behind(before: Tree, result: MoveResult, mentions: Mentions | None) -> list[str]:
    """Files that the move did not touch and that still import the old name."""
    touched = {path for pair in _touched(before, result) for path in pair}
    details = []
    last = result.old_name.rpartition(".")[2]
    word = re.compile(rb"(?<![A-Za-z0-9_])" + re.escape(last.encode("utf-8", "surrogateescape")) + rb"(?![A-Za-z0-9_])")
    for path, _, data in mentioned(before, (last,), mentions):
        if path in touched or lies_with(path, result.twins, result.old_root):
            continue
        if kind_of(path, data) != "python" or not _imports_word(data, word):
            continue
        tree = parse(read_source(data))
        found = list(edges(tree, path, result.old_root)) if tree is not None else []
        details += [f"{path}: still imports {edge}" for edge in by_root(found, result)]
        for edge in found:
            by_package = str(edge) == result.old_name and edge.name != ""
            if edge.renamed(result) != edge and not (by_package and result.hidden):
                details.append(f"{path}: still imports {edge}")
    return list(dict.fromkeys(details))


def _imports_word(data: bytes, word: re.Pattern[bytes]) -> bool:
    return any(word.search(found.group()) for found in _IMPORT.finditer(data))


def _graph(pairs: list[_Pair], result: MoveResult, left: list[str]) -> Finding:
    """The edges after are those before, renamed. Importing a module imports its packages: those may come or go."""
    details, checked = list(left), 0
    for pair in pairs:
        renamed = {edge.renamed(result) for edge in pair.old_edges}
        checked += len(renamed)
        implied = {parent for edge in pair.old_edges | pair.edges for parent in edge.packages()}
        gone = {edge for edge in renamed - pair.edges if edge not in implied}
        new = {edge for edge in pair.edges - renamed if edge not in implied and not edge.supports(result)}
        details += [f"{pair.path}: no longer imports {edge}" for edge in sorted(gone)]
        details += [f"{pair.path}: now imports {edge}" for edge in sorted(new)]
        details += [f"{pair.path}: still imports {edge}" for edge in by_root(pair.edges, result)]
    return Finding("import-graph", not details, checked, tuple(details))


def _unresolved(pairs: list[_Pair], before: Tree, result: MoveResult) -> Finding:
    details, checked = [], 0
    for pair in pairs:
        for edge in sorted(pair.edges):
            checked += 1
            if resolves(result.tree, edge, result):
                continue
            was = {old for old in pair.old_edges if old.renamed(result) == edge}
            if not was or any(resolves(before, old, result) for old in was):
                details.append(f"{pair.path}: {edge} cannot be resolved")
    return Finding("unresolved-imports", not details, checked, tuple(details))


def _there_and_back(before: Tree, result: MoveResult, roots: Sequence[str], mentions: Mentions | None) -> Finding:
    # What told of a source root may have moved with the module.
    pinned = roots or (result.old_root, result.new_root)
    returned = move(result.tree, result.intent.inverse(), roots=pinned, mentions=mentions).tree
    if returned == before:
        return Finding("there-and-back", True, 1)
    origin = {new: old for old, new in result.relocations.items()}
    changed = sorted({origin.get(path, path) for path in differences(before, returned)})
    return Finding("there-and-back", False, 1, tuple(f"{path}: {_why(before, result, path)}" for path in changed))


def _why(before: Tree, result: MoveResult, path: str) -> str:
    """Why the file at `path` is not what it was: the name was there before, or nothing that can be told."""
    entry, known = before.entry(path), {*result.python, *result.other, *result.relocations, *result.unmarked}
    name = result.new_name.encode("utf-8", "surrogateescape")
    if path not in known and entry is not None and entry.is_regular and name in before.read(path):
        return f"names {result.new_name} before the move already, so the way back renames it as well"
    return "differs after the move back"
