"""Modules that code reaches through a package further up, because star imports carry their names there.

`a/__init__.py` says `from a.b import *`, and `a.b` has no `__all__`: then `a.c` is the module `a.b.c`, as a name that
`a.b` happens to have. After the move `a.b` has it no more, unless it imports the module by that name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from laneshift.code.moves.exports import binds, exports, has_exports
from laneshift.code.moves.formats import kind_of
from laneshift.code.moves.frame import absolute
from laneshift.code.moves.light import find_statements
from laneshift.code.moves.regions import Regions, regions
from laneshift.code.moves.scan import Mentions, mentioned
from laneshift.code.moves.site import MARKER_NAME, Site
from laneshift.code.moves.spans import parse, read_source
from laneshift.code.moves.statements import Name, Statement
from laneshift.repo.objects import Tree
from laneshift.repo.plain_records import NamedTuple


class _Package(NamedTuple):
    """One package above the module: its dotted name, its folder, and what its own file says."""

    name: str
    folder: str
    module: ast.Module


def is_carried(tree: Tree, site: Site, mentions: Mentions | None) -> bool:
    """Whether some file reaches the module as an attribute of a package that gets it by a star import."""
    carriers = _carriers(list(_packages(tree, site)), tree, site)
    if not carriers:
        return False
    last = site.old_name.rpartition(".")[2]
    found = (
        (path, data)
        for path, entry, data in mentioned(tree, (last,), mentions)
        if entry.is_regular and kind_of(path, data) == "python"
    )
    return any(_uses(data, _package_of(path, site), carriers, last) for path, data in found)


def _packages(tree: Tree, site: Site) -> Iterator[_Package]:
    """The packages above the module that have a file which parses, the nearest first."""
    parts = site.old_name.split(".")[:-1]
    folders = site.intent.src.split("/")[:-1]
    for size in range(len(parts), 0, -1):
        folder = "/".join(folders[: len(folders) - len(parts) + size])
        module = _parsed(tree, f"{folder}/{MARKER_NAME}".lstrip("/"))
        if module is not None:
            yield _Package(".".join(parts[:size]), folder, module)


def _parsed(tree: Tree, path: str) -> ast.Module | None:
    entry = tree.entry(path)
    return parse(read_source(tree.repository.blob(entry.oid))) if entry is not None and entry.is_regular else None


def _carriers(packages: list[_Package], tree: Tree, site: Site) -> frozenset[str]:
    """The names of the packages above the module's own that have it by way of stars, and from nowhere else."""
    parent, _, last = site.old_name.rpartition(".")
    own = [each for each in packages if each.name == parent and _passes_on(each, last)]
    # A star that brings something else of this name, often a function of the module itself, is what the name means.
    passing = {each.name for each in own if not any(_offers(tree, site, name, last) for name in _stars(each))}
    carriers: set[str] = set()
    for each in packages[1:] if passing else ():
        taken = f"{each.folder}/{last}".lstrip("/")
        hidden = binds(each.module, last) or f"{taken}.py" in tree or tree.is_folder(taken)
        stars = set(_stars(each))
        if hidden or passing.isdisjoint(stars) or any(_offers(tree, site, name, last) for name in stars - passing):
            continue
        carriers.add(each.name)
        passing |= {each.name} if _passes_on(each, last) else set()
    return frozenset(carriers)


def _passes_on(package: _Package, last: str) -> bool:
    """Whether a star import of the package takes `last` along."""
    return not last.startswith("_") and (not has_exports(package.module) or exports(package.module, last))


def _stars(package: _Package) -> Iterator[str]:
    for node in package.module.body:
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield absolute(package.name, node.level, node.module or "") or ""


def _offers(tree: Tree, site: Site, name: str, last: str) -> bool:
    """Whether the module `name` binds `last` itself."""
    below = "/".join([*filter(None, [site.old_root]), *name.split(".")])
    module = _parsed(tree, f"{below}/{MARKER_NAME}") or _parsed(tree, f"{below}.py")
    return module is not None and binds(module, last)


def _uses(data: bytes, package: str, carriers: frozenset[str], last: str) -> bool:
    """Whether a file reads `last` from one of the carriers: `from a import c`, or `import a as n` and `n.c`."""
    if not any(name.rpartition(".")[2].encode() in data for name in carriers):
        return False
    known = regions(data)
    bound: set[str] = set()
    for statement in find_statements(data, known):
        for name in statement.names:
            whole = _whole(statement, name, package)
            carrier, _, rest = whole.rpartition(".")
            if statement.is_from and rest == last and carrier in carriers:
                return True
            bound |= _bound(statement, name, whole, carriers)
    return any(_reads(data, known, f"{name}.{last}") for name in bound)


def _whole(statement: Statement, name: Name, package: str) -> str:
    if not statement.is_from:
        return name.text
    return f"{absolute(package, statement.level, statement.module) or ''}.{name.text}"


def _bound(statement: Statement, name: Name, whole: str, carriers: frozenset[str]) -> set[str]:
    """By what dotted names the carriers are reached through one imported name."""
    if statement.is_from or name.alias is not None:
        return {name.alias or name.text} if whole in carriers else set()
    return {each for each in carriers if each.partition(".")[0] == whole.partition(".")[0]}


def _reads(data: bytes, known: Regions, dotted: str) -> bool:
    name = re.escape(dotted.encode("utf-8", "surrogateescape"))
    pattern = re.compile(rb"(?<![A-Za-z0-9_.\x80-\xff])" + name + rb"(?![A-Za-z0-9_\x80-\xff])")
    return any(known.around(found.start()) is None for found in pattern.finditer(data))


def _package_of(path: str, site: Site) -> str:
    folder = path.rpartition("/")[0]
    below = folder[len(site.old_root) :] if f"{folder}/".startswith(f"{site.old_root}/") else folder
    return below.strip("/").replace("/", ".")
