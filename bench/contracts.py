"""Drafts of contracts for modules of real projects, held against edits whose effect is known.

`python -m bench.contracts [MODULES]`: that many modules of each project (30) get a draft, which has to hold at once;
then each edit is made to the code of one module and the check has to judge it rightly.
"""

from __future__ import annotations

import ast
import copy
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from corpus.project import clone, project
from corpus.sdist import DJANGO, NETWORKX, PYGMENTS, Sdist
from laneshift.code.index import Index
from laneshift.errors import Refused
from laneshift.manifests.contracts.check import check
from laneshift.manifests.contracts.draft import drafted
from laneshift.manifests.contracts.ground import Ground
from laneshift.manifests.contracts.signature import breaks, of_method, read
from laneshift.manifests.world import world_of
from laneshift.repo.objects import File, Repository, Tree

PROJECTS = (NETWORKX, PYGMENTS, DJANGO)
SEED = 7
_EACH = 2
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NEW = "brand_new"


@dataclass(frozen=True)
class Edit:
    """One change to a module: what it does to the name, whether it breaks a promise, and the new text."""

    kind: str
    name: str
    breaks: bool
    text: str


def drafts(tree: Tree, index: Index, package: str, count: int) -> tuple[dict[str, bytes], list[Refused]]:
    """Contracts of modules that have an interface, chosen by the seed, and what was refused on the way."""
    names = sorted(
        name
        for name in world_of(tree, index).modules.by_name
        if name.partition(".")[0] == package and "tests" not in name.split(".")
    )
    random.Random(SEED).shuffle(names)
    files: dict[str, bytes] = {}
    refused: list[Refused] = []
    for name in names:
        if len(files) == count:
            break
        try:
            path, data = drafted(tree, index, name)
        except Refused as error:
            refused.append(error)
            continue
        interface = json.loads(data)["public_interface"]
        if interface["functions"] or interface["classes"]:
            files[path] = data
    return files, refused


def edits(source: str, contract: dict[str, Any]) -> Iterator[Edit]:
    """Changes to the first functions and classes that the contract declares and this file defines."""
    lines = source.split("\n")
    body = ast.parse(source).body
    functions = {each["name"] for each in contract["public_interface"]["functions"]}
    classes = {each["name"] for each in contract["public_interface"]["classes"]}
    for node in [each for each in body if isinstance(each, _FUNCTIONS) and each.name in functions][:_EACH]:
        yield from _of_function(lines, node)
    for found in [each for each in body if isinstance(each, ast.ClassDef) and each.name in classes][:_EACH]:
        yield Edit("class removed", found.name, True, _replaced(lines, found, ["pass"]))
        methods = [each for each in found.body if isinstance(each, _FUNCTIONS) and not each.name.startswith("_")]
        for method in methods[:_EACH]:
            if sum(each.name == method.name for each in methods) == 1:
                text = _replaced(lines, method, [" " * method.col_offset + "pass"])
                yield Edit("method removed", f"{found.name}.{method.name}", True, text)


def _of_function(lines: list[str], node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Edit]:
    def changed(change: Callable[[ast.arguments], None]) -> str:
        other = copy.deepcopy(node)
        change(other.args)
        return _replaced(lines, node, ast.unparse(other).split("\n"))

    def with_keyword(arguments: ast.arguments, default: ast.expr | None) -> None:
        arguments.kwonlyargs.append(ast.arg(_NEW))
        arguments.kw_defaults.append(default)

    yield Edit("function removed", node.name, True, _replaced(lines, node, ["pass"]))
    yield Edit("required added", node.name, True, changed(lambda each: with_keyword(each, None)))
    yield Edit("optional added", node.name, False, changed(lambda each: with_keyword(each, ast.Constant(None))))
    if node.args.args:
        yield Edit("parameter renamed", node.name, True, changed(lambda each: setattr(each.args[0], "arg", _NEW)))
    if node.args.defaults:
        yield Edit("default dropped", node.name, True, changed(lambda each: each.defaults.pop(0) and None))


def _replaced(lines: list[str], node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, new: list[str]) -> str:
    start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return "\n".join([*lines[: start - 1], *new, *lines[node.end_lineno :]])


def is_right(tree: Tree, index: Index, contract: dict[str, Any], edit: Edit) -> bool:
    """Whether the check of an edited tree says what is so: broken and named, or kept."""
    module = contract["module"]
    faults = check(tree, index, None, [module]).all_faults
    if not edit.breaks or (edit.kind == "method removed" and _still_there(tree, index, contract, edit.name)):
        return not faults
    last = edit.name.rpartition(".")[2]
    return any(last in fault.what for fault in faults)


def _still_there(tree: Tree, index: Index, contract: dict[str, Any], name: str) -> bool:
    """Whether a class without the method has one from another class of the tree that takes the same calls."""
    sources = Ground(tree, index).sources
    owner, _, method = name.partition(".")
    place = sources.find(contract["module"], owner)
    inherited = None if place is None else sources.method(place, method)
    declared = next(each for each in contract["public_interface"]["classes"] if each["name"] == owner)["methods"]
    promised = next(each for each in declared if each["name"] == method)
    wanted = read(promised["signature"], is_async=promised.get("is_async", False), is_method=True)
    return inherited is not None and not breaks(wanted, of_method(inherited))


def tried(sdist: Sdist, count: int) -> str:
    """A line about one project."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository.open(clone(project(sdist), Path(folder) / "clone"))
        tree = repository.tree("HEAD")
        with Index.open(repository) as index:
            modules = world_of(tree, index).modules.by_name
            files, refused = drafts(tree, index, sdist.package.rpartition("/")[2], count)
            tree = tree.edit({path: File(data) for path, data in files.items()})
            started = perf_counter()
            faults = check(tree, index).all_faults
            took = perf_counter() - started
            right = wrong = 0
            for data in files.values():
                contract = json.loads(data)
                path = modules[contract["module"]]
                for edit in edits(tree.read(path).decode("utf-8", "replace"), contract):
                    judged = is_right(tree.edit({path: File(edit.text.encode())}), index, contract, edit)
                    right, wrong = right + judged, wrong + (not judged)
    return (
        f"{sdist.project}: {len(files)} drafts, {len(refused)} refused, {len(faults)} faults in {took:.2f} s;"
        f" {right} of {right + wrong} edits judged rightly"
    )


def main() -> None:
    """Try every project."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    for sdist in PROJECTS:
        sys.stdout.write(f"{tried(sdist, count)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
