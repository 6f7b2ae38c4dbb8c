"""What the package that holds the moved module says about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.moves.carried import is_carried
from laneshift.code.moves.exports import bound_names, exports, names_set, statements
from laneshift.code.moves.frame import absolute
from laneshift.code.moves.scan import Mentions
from laneshift.code.moves.site import MARKER_NAME, Site, stem
from laneshift.code.moves.spans import parse, read_source
from laneshift.code.type_forms import alias_target
from laneshift.repo.objects import Tree
from laneshift.repo.plain_records import NamedTuple


class Parent(NamedTuple):
    """`hides`: the package binds the module's name to something else. `keeps`: it imports the module itself.
    `exporter` is the path of the package's file when nothing in it binds the name and others rely on finding it there:
    its `__all__` names it, or code reaches the module through a package that imports everything from this one.

    `defined` are the names that the module defines, looked up only where the module has no package.
    """

    hides: bool = False
    keeps: bool = False
    defined: frozenset[str] = frozenset()
    exporter: str = ""


def parent_of(tree: Tree, site: Site, mentions: Mentions | None) -> Parent:
    """Read the `__init__.py` above the moved module, if there is one."""
    package, _, last = site.old_name.rpartition(".")
    if not package:
        return Parent(defined=_defined(tree, site))
    folder = stem(site.intent.src).rpartition("/")[0]
    path = f"{folder}/{MARKER_NAME}" if folder else MARKER_NAME
    module = _module(tree, path)
    if module is None:
        return Parent()
    bindings = list(_bindings(module, last, package, site.old_name))
    exported = not bindings and (exports(module, last) or is_carried(tree, site, mentions))
    hides = "other" in bindings and "module" not in bindings
    return Parent(hides, keeps="module" in bindings, exporter=path if exported else "")


def is_detour(tree: Tree, site: Site) -> bool:
    """Whether a package on the way to the new place is hidden by something that the package above it binds instead."""
    parts = site.new_name.split(".")[:-1]
    for size in range(2, len(parts) + 1):
        above = "/".join([*filter(None, [site.new_root]), *parts[: size - 1]])
        module = _module(tree, f"{above}/{MARKER_NAME}")
        package, whole = ".".join(parts[: size - 1]), ".".join(parts[:size])
        bound = set(_bindings(module, parts[size - 1], package, whole)) if module is not None else set()
        if "other" in bound and "module" not in bound:
            return True
    return False


def _module(tree: Tree, path: str) -> ast.Module | None:
    entry = tree.entry(path)
    return parse(read_source(tree.repository.blob(entry.oid))) if entry is not None and entry.is_regular else None


def _bindings(module: ast.Module, last: str, package: str, old: str) -> Iterator[str]:
    """How the body of a package binds `last`: to the `module`, or to something `other`."""
    for node in statements(module.body):
        if isinstance(node, ast.ImportFrom):
            base = absolute(package, node.level, node.module or "")
            for alias in node.names:
                if (alias.asname or alias.name) == last:
                    yield "module" if f"{base}.{alias.name}" == old else "other"
        elif isinstance(node, ast.Import):
            yield from ("module" for alias in node.names if alias.asname == last and alias.name == old)
            yield from ("other" for alias in node.names if (alias.asname or alias.name) == last and alias.name != old)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == last:
                yield "other"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(last in names_set(target) for target in targets):
                yield "other"
        elif (target := alias_target(node)) is not None and target.id == last:
            yield "other"


def _defined(tree: Tree, site: Site) -> frozenset[str]:
    if site.is_package:
        below = {path[len(site.intent.src) + 1 :].partition("/")[0] for path in site.relocations}
        names = {stem(name) for name in below}
        path = f"{site.intent.src}/{MARKER_NAME}"
    else:
        names, path = set(), site.intent.src
    module = _module(tree, path)
    for node in statements(module.body if module is not None else []):
        names |= set(bound_names(node))
    return frozenset(names)
