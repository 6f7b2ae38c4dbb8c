"""Names that mean something else after a change: bound anew, hidden, lost, or changed in place. Pure."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping

from laneshift.code.safe_patch.records import Finding
from laneshift.code.safe_patch.scopes import Scope, scopes

_BUILTINS = frozenset(dir(builtins))
_DUNDER = re.compile(r"__\w+__")
_TOLD = frozenset({"__all__", "__doc__", "__version__", "__author__", "__copyright__", "__license__"})
"""Special names that change nothing that the language does; `__all__` has a check of its own."""
_OF_TESTS = frozenset(
    {
        "pytestmark", "collect_ignore", "collect_ignore_glob", "__test__", "__unittest_skip__", "load_tests",
        "setup_module", "teardown_module", "setup_function", "teardown_function", "setup_method", "teardown_method",
        "setup_class", "teardown_class", "setUp", "tearDown", "setUpClass", "tearDownClass", "setUpModule",
        "tearDownModule",
    }
)  # fmt: skip


def meaning_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """What the names of every scope that was there before have become."""
    old, new = scopes(before), scopes(after)
    known = {node.attr for node in ast.walk(before) if isinstance(node, ast.Attribute)}
    for name, now in new.items():
        was = old.get(name)
        if was is None or was.kind != now.kind:
            continue
        yield from _rebound(path, name, (was, now), old[""])
        yield from _changed(path, name, (was, now), known)
        if was.kind == "def":
            yield from _unbound(path, name, (was, now), new[""])
        elif before.body:
            yield from _special(path, name, was, now)
            yield from _lost(path, name, (was, now), old)
    if before.body:
        yield from _autouse(path, before, after)


def _rebound(path: str, where: str, pair: tuple[Scope, Scope], module: Scope) -> Iterator[Finding]:
    was, now = pair
    for name in sorted(now.stores - was.stores):
        if name == "__all__":
            continue
        if was.kind == "module":
            means = was.binds(name) > 0 or name in _BUILTINS
        else:
            means = name in was.loads or (was.kind == "class" and was.binds(name) > 0)
        if means:
            yield Finding("rebound", path, now.lines[name], f"{name} is bound to something else in {where or path}")
    for name in sorted(now.imports - was.imports):
        here = was.stores[name] > 0 or (was.kind == "module" and name in _BUILTINS)
        hides = was.kind == "def" and name in was.loads and not module.imports[name] and not was.imports[name]
        if here or hides:
            yield Finding("rebound", path, 0, f"{name} is an import in {where or path}, and was something else")


def _changed(path: str, where: str, pair: tuple[Scope, Scope], known: set[str]) -> Iterator[Finding]:
    """Attributes and items that an existing function assigns, beside what it assigned before."""
    was, now = pair
    if was.kind != "def":
        return
    for start, text in sorted(now.changed - was.changed):
        own = start in ("self", "cls") and text.count(".") == 1 and "[" not in text
        if own and text.partition(".")[2] not in known:
            continue
        if start in was.loads or start in ("self", "cls"):
            yield Finding("patched", path, now.lines[text], f"{where} assigns {text[:60]}")
    if now.generates and not was.generates:
        yield Finding("kind-changed", path, 0, f"{where} has become a generator")


def _unbound(path: str, where: str, pair: tuple[Scope, Scope], module: Scope) -> Iterator[Finding]:
    was, now = pair
    for name in sorted({*was.stores, *was.imports}):
        moved = was.imports[name] > 0 and module.imports[name] > 0
        if name in now.loads and not now.binds(name) and not moved:
            yield Finding("name-unbound", path, 0, f"{where} uses {name} and no longer sets it")


def _special(path: str, where: str, was: Scope, now: Scope) -> Iterator[Finding]:
    for name in sorted(now.stores - was.stores):
        if name in _OF_TESTS or name.startswith("pytest_"):
            yield Finding("test-weakened", path, now.lines[name], f"{name} changes which tests run, or around what")
        elif _DUNDER.fullmatch(name) and name not in _TOLD:
            yield Finding(
                "hook-added", path, now.lines[name], f"{name} of {where or path} changes what the language does"
            )


def _lost(path: str, where: str, pair: tuple[Scope, Scope], known: Mapping[str, Scope]) -> Iterator[Finding]:
    """Names of a module or class that nothing binds any more; definitions are told as such."""
    was, now = pair
    for name in sorted(was.stores):
        is_definition = f"{where}.{name}".strip(".") in known
        if name != "__all__" and not is_definition and not now.binds(name):
            yield Finding("binding-lost", path, 0, f"{where or path} has no {name} any more")


def _autouse(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    if sum(1 for _ in _around(after)) > sum(1 for _ in _around(before)):
        yield Finding("test-weakened", path, 0, "a fixture is put around every test of the file")


def _around(tree: ast.Module) -> Iterator[ast.keyword]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "autouse")
