"""New ways in which a file reaches beyond itself: names bound anew, others' attributes, code from text, processes."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator

from laneshift.code.safe_patch.imports import called
from laneshift.code.safe_patch.outline import definitions
from laneshift.code.safe_patch.records import Finding

_CALLS = frozenset(
    {
        "eval", "exec", "compile", "setattr", "delattr", "globals", "vars", "locals", "system", "popen", "rmtree",
        "_getframe", "settrace", "setprofile", "import_module", "__import__", "exec_module", "loads", "putenv",
        "__setattr__", "__delattr__", "addaudithook", "call_tracing", "fork", "execv", "execve", "spawnv", "breakpoint",
    }
)  # fmt: skip
_MODULES = frozenset(
    {
        "subprocess", "socket", "ctypes", "pickle", "marshal", "pty", "shelve", "code", "codeop", "smtplib", "ftplib",
        "urllib", "http", "webbrowser", "multiprocessing", "gc", "signal", "atexit", "unittest",
    }
)  # fmt: skip
_NAMES = frozenset({"__builtins__", "__loader__", "__spec__", "__import__"})
_ATTRIBUTES = frozenset(
    {
        "modules", "meta_path", "path_hooks", "__dict__", "__class__", "__bases__", "__subclasses__", "__globals__",
        "__code__", "__defaults__", "__kwdefaults__", "environ", "__wrapped__", "__mro__", "__builtins__",
    }
)  # fmt: skip
_BUILTINS = frozenset(dir(builtins))


def effect_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """What the new file does that the old one did not, and that can change what other code means."""
    old = Counter(what for what, _, _ in _reaches(before))
    new: Counter[str] = Counter()
    for what, check, line in _reaches(after):
        new[what] += 1
        if new[what] > old[what]:
            yield Finding(check, path, line, what)
    yield from _hooks(path, before, after)


def _reaches(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in _CALLS and not _is_pattern(node):
            yield f"{called(node)} is called", "reaches-out", node.lineno
        elif isinstance(node, ast.Name) and node.id in _NAMES:
            yield f"{node.id} is used", "reaches-out", node.lineno
        elif isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
            yield f".{node.attr} is used", "reaches-out", node.lineno
        elif isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}", "rebound", node.lineno
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _risky(node)
    yield from _at_import(tree)


def _is_pattern(node: ast.Call) -> bool:
    """Whether this is `re.compile`, which makes a pattern and no code."""
    return ast.unparse(node.func) == "re.compile"


def _risky(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str, int]]:
    names = [alias.name for alias in node.names]
    modules = names if isinstance(node, ast.Import) else [node.module or ""]
    for module in modules:
        if module.partition(".")[0] in _MODULES:
            yield f"{module} is imported", "reaches-out", node.lineno
    if isinstance(node, ast.ImportFrom) and not node.level:
        for name in names:
            if name in _CALLS or name in _ATTRIBUTES:
                yield f"{module_of(node)}.{name} is imported", "reaches-out", node.lineno


def module_of(node: ast.ImportFrom) -> str:
    """The module that a `from` import names, as written."""
    return node.module or ""


def _at_import(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """What runs when the module is imported and is more than binding a name of its own."""
    for node in _top(tree):
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
            yield f"`{ast.unparse(node)[:60]}` runs at import", "runs-at-import", node.lineno
        if isinstance(node, ast.Delete):
            yield f"`{ast.unparse(node)[:60]}`", "rebound", node.lineno
        for target in _targets(node):
            if isinstance(target, (ast.Attribute, ast.Subscript)):
                yield f"`{ast.unparse(target)[:60]}` is assigned", "patched", target.lineno
    aliases = {alias.asname or alias.name for node in ast.walk(tree) for alias in _aliases(node)}
    for node in ast.walk(tree):
        for target in _targets(node):
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in aliases:
                yield f"`{ast.unparse(target)[:60]}` of an import is assigned", "patched", target.lineno


def _top(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs at import: not what is inside functions."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from _top(child)


def _aliases(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, (ast.Assign, ast.Delete)):
        return node.targets
    if isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor)):
        return [node.target]
    return []


def _hooks(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """New special methods in what was there, and new functions with the name of a builtin."""
    old = definitions(before)
    for name, found in definitions(after).items():
        last = name.rpartition(".")[2]
        owner = name.rpartition(".")[0]
        if name in old:
            continue
        if last.startswith("__") and last.endswith("__") and (owner in old or not owner):
            yield Finding("hook-added", path, found[0].line, f"{name} changes what the language does")
        elif not owner and last in _BUILTINS:
            yield Finding("rebound", path, found[0].line, f"{name} hides the builtin")
